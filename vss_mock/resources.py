"""Finds the data files: schemas/, contracts/, the demo world, the page. The only file to read them.

An installed package carries them under `vss_mock/_data`; a checkout has them beside `vss_mock`. The
package's own come first, so that an installed mock never picks up files of the directory it is
started in.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import orjson

PACKAGE: Final = Path(__file__).resolve().parent
PAGE: Final = ("page", "page/swagger-ui")
"""The folders whose files the page is made of; no two of them have one name."""
SLIPS: Final = "slips.json"
"""The file under schemas/ that says where the documents slip."""


class MissingResource(LookupError):
    """The package's data files are not where they should be. Carries `name` and `places`."""

    def __init__(self, name: str, places: tuple[Path, ...]) -> None:
        looked = " and ".join(str(place) for place in places)
        super().__init__(f"{name} is missing (looked at {looked}): vss-mock is not installed whole")
        self.name = name
        self.places = places


def find(name: str) -> Path:
    """Answers where a data folder or file is, such as `schemas`; raises MissingResource."""
    places = _places(name)
    for place in places:
        if place.exists():
            return place
    raise MissingResource(name, places)


def _places(name: str) -> tuple[Path, Path]:
    """Answers where a data folder or file may be, the better place first."""
    return PACKAGE / "_data" / name, PACKAGE.parent / name


def load(name: str, *, leave_out: tuple[str, ...] = ()) -> dict[str, Any]:
    """Reads every JSON file of a data folder, by its path inside it; raises MissingResource.

    What begins with one of `leave_out` inside it is not read.
    """
    root = find(name)
    paths = {path.relative_to(root).as_posix(): path for path in sorted(root.rglob("*.json"))}
    return {
        path: orjson.loads(file.read_bytes())
        for path, file in paths.items()
        if not path.startswith(leave_out)
    }


def load_schemas() -> dict[str, Any]:
    """Reads every schema and OpenAPI document, by its path under schemas/: `2016/vm.json`.

    The differences that later dialects are built from are no documents, nor are the slips: they are
    left out.
    """
    return load("schemas", leave_out=("differences/", SLIPS))


def schema_documents(dialect: str) -> dict[str, Any]:
    """Reads the schemas of one dialect (or `control`, or `common`), by their path under schemas/.

    Without its openapi.json. Raises MissingResource for an unknown dialect.
    """
    prefix = f"{dialect}/"
    found = {
        name: document
        for name, document in load_schemas().items()
        if name.startswith(prefix) and not name.endswith("/openapi.json")
    }
    if not found:
        raise MissingResource(f"schemas/{dialect}", (find("schemas") / dialect,))
    return found


def load_contracts() -> dict[str, Any]:
    """Reads every contract, by its path under contracts/."""
    return load("contracts")


def demo_world() -> dict[str, Any]:
    """Reads the world that the mock starts with: users, virtual machines and a bit of history."""
    document: dict[str, Any] = orjson.loads((PACKAGE / "demo_world.json").read_bytes())
    return document


def page_files() -> dict[str, Path]:
    """Answers the files that the page is made of, by their plain names."""
    folders = [PACKAGE / folder for folder in PAGE]
    files = [file for folder in folders if folder.is_dir() for file in sorted(folder.iterdir())]
    shared = [file for file in _places(f"schemas/{SLIPS}") if file.is_file()][:1]
    return {file.name: file for file in (*files, *shared) if file.is_file()}


def page_file(name: str) -> bytes | None:
    """Reads a file of the page by its plain name; answers None for what is none.

    The name is only ever compared with those there are: whatever it is spelled like, it leads
    nowhere else. What was read is remembered for as long as the file is not written anew.
    """
    file = page_files().get(name)
    return None if file is None else _read(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _read(file: Path, written: int) -> bytes:  # noqa: ARG001 - a part of what is remembered
    """Reads a file that was written at an instant."""
    return file.read_bytes()
