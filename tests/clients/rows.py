"""The releases to drive: the rows of the table, read from versions.toml."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent


class Slip(NamedTuple):
    """A fault of the client's own, which no server could help."""

    complaint: str
    """A part of what is said when it shows."""
    why: str


class Row(NamedTuple):
    """One release of a client, and what running it today takes."""

    name: str
    version: str
    dialect: str
    """The years' spelling that this release was written for."""
    released: str
    with_: tuple[str, ...] = ()
    """Releases of the same month that this one was installed with, where it names only a floor."""
    instead: tuple[str, ...] = ()
    """What stands in for dependencies whose exact versions today's Python cannot import."""
    beside: tuple[str, ...] = ()
    """What the client imports without asking for it."""
    slips: Mapping[str, Slip] = {}
    """The client's own faults, by the operations that they spoil."""

    @property
    def key(self) -> str:
        return f"{self.name}=={self.version}"

    @property
    def number(self) -> tuple[int, ...]:
        """The version, to compare with."""
        return number(self.version)


def number(version: str) -> tuple[int, ...]:
    """Return a version as something to compare with."""
    return tuple(map(int, version.split(".")))


def rows() -> list[Row]:
    """Return all rows, in the order in which the file has them."""
    document = tomllib.loads((HERE / "versions.toml").read_text(encoding="utf-8"))
    return [
        _row(name, version, document["defaults"] | settings, document["slip"])
        for name in ("pyvss", "vss-cli")
        for version, settings in document[name].items()
    ]


def select(keys: list[str]) -> list[Row]:
    """Return the rows so named, all without names; raise KeyError for one that there is not."""
    there = {row.key: row for row in rows()}
    return [there[key] for key in keys] if keys else list(there.values())


def newest(name: str) -> Row:
    """Return a client's newest release."""
    return max((row for row in rows() if row.name == name), key=lambda row: row.number)


def pins() -> Path:
    """Return the file of exact versions for whatever the clients leave open."""
    return HERE / "pins.txt"


def _row(name: str, version: str, settings: Any, slips: Any) -> Row:
    lists = {
        member: tuple(settings[key])
        for member, key in (("with_", "with"), ("instead", "instead"), ("beside", "beside"))
    }
    own = {
        operation: Slip(slip["complaint"], slip["why"])
        for slip in slips
        if slip["client"] == name
        and number(slip["since"]) <= number(version) <= number(slip["until"])
        for operation in slip["operations"]
    }
    return Row(name, version, settings["dialect"], settings["released"], slips=own, **lists)
