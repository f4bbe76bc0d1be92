"""Finds the data files: schemas/, contracts/ and the demo world. The only file that reads them.

An installed package carries them under `vss_mock/_data`; a checkout has them beside `vss_mock`. The
package's own come first, so that an installed mock never picks up files of the directory it is
started in.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import orjson

PACKAGE: Final = Path(__file__).resolve().parent
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
    places = (PACKAGE / "_data" / name, PACKAGE.parent / name)
    for place in places:
        if place.exists():
            return place
    raise MissingResource(name, places)


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
