"""Sources are good for the oldest Python that is promised, and import no more than they may."""

import ast
import subprocess
import sys

import pytest

from tests.meta.checkout import ROOT, files

OLDEST = (3, 11)
SOURCES = [path for path in files() if path.suffix == ".py"]
# Imports that cost a tenth of a second or more, or that the pure parts may not see.
HEAVY = {"aiohttp", "jsonschema", "jsonschema_rs", "jwt", "orjson", "referencing", "ssl"}


def loaded_by(statement: str) -> set[str]:
    """Return the top-level modules that a statement loads in a fresh interpreter."""
    program = (
        f"import sys; before = set(sys.modules); {statement}; "
        "print(*{name.partition('.')[0] for name in set(sys.modules) - before})"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return set(done.stdout.split())


def test_every_source_parses_by_the_oldest_grammar() -> None:
    for path in SOURCES:
        ast.parse((ROOT / path).read_text(encoding="utf-8"), str(path), feature_version=OLDEST)


def test_the_simulator_loads_nothing_but_the_standard_library() -> None:
    modules = [
        ".".join(path.with_suffix("").parts).removesuffix(".__init__")
        for path in SOURCES
        if path.parts[:2] == ("vss_mock", "simulator")
    ]
    assert len(modules) > 1
    strangers = loaded_by("import " + ", ".join(modules)) - sys.stdlib_module_names
    assert strangers == {"vss_mock"}


@pytest.mark.parametrize(
    "statement",
    [
        "import vss_mock",
        "import vss_mock.pytest_plugin",
        "from vss_mock.cli import main; main(['--help'])",
        "from vss_mock.cli import main; main(['lifecycle'])",
    ],
)
def test_importing_loads_nothing_heavy(statement: str) -> None:
    quiet = f"import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()): {statement}"
    assert loaded_by(f"exec({quiet!r})") & HEAVY == set()
