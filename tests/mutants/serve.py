"""Serves the mock with a lie in it: `python -m tests.mutants.serve LIE_ID`.

The first line printed says where it listens. The files on disk stay as they are: Python is given
the edited source when it asks for the module, and the mock is given the edited schema.
"""

import importlib.abc
import importlib.util
import json
import sys
from collections.abc import Mapping, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from tests.mutants import LIES
from tests.mutants.lie import ROOT, Edit, texts

SCHEMAS = "schemas/"


class Source(importlib.abc.SourceLoader):
    """Loads one module from a text. It tells no times, so no cache is read or written."""

    def __init__(self, path: str, text: str) -> None:
        self._path = path
        self._text = text

    def get_filename(self, fullname: str) -> str:
        """Return the file that the text stands for."""
        return str(ROOT / self._path)

    def get_data(self, path: str) -> bytes:
        """Return the text, whichever file is asked for."""
        return self._text.encode()


class Finder(importlib.abc.MetaPathFinder):
    """Finds the modules of edited files before Python finds the files themselves."""

    def __init__(self, edited: Mapping[str, str]) -> None:
        self._edited = {module(path): (path, text) for path, text in edited.items()}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return how to load a module with a lie in it, None for any other."""
        if fullname not in self._edited:
            return None
        file, text = self._edited[fullname]
        return importlib.util.spec_from_file_location(
            fullname, ROOT / file, loader=Source(file, text)
        )


def module(path: str) -> str:
    """Return the name of the module in a file."""
    return path.removesuffix(".py").replace("/", ".")


def install(edits: Sequence[Edit]) -> None:
    """Put the edits in place of the files; call it before anything of the mock is imported."""
    edited = texts(edits)
    sources = {path: text for path, text in edited.items() if path.endswith(".py")}
    sys.meta_path.insert(0, Finder(sources))
    schemas = {
        path.removeprefix(SCHEMAS): json.loads(text)
        for path, text in edited.items()
        if path.startswith(SCHEMAS)
    }
    if schemas:
        from vss_mock import resources  # noqa: PLC0415 - not before the finder is there

        honest = resources.load

        def load(name: str, *, leave_out: tuple[str, ...] = ()) -> dict[str, Any]:
            found = honest(name, leave_out=leave_out)
            return found | (schemas if name == "schemas" else {})

        resources.load = load


def main(lie: str) -> int:
    """Serve a lie until told to stop."""
    install(LIES[lie].edits)
    from vss_mock.cli import main as vss_mock  # noqa: PLC0415 - the same

    return vss_mock(["serve", "--port", "0", "--dialect", LIES[lie].dialect])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
