"""A world as what it began with and what has become different since, and back.

What a call or time changes is in rows, found by kind and key; the rest is small, and told whole.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from vss_mock.simulator.dump import PARTS
from vss_mock.simulator.trail import Key
from vss_mock.simulator.world import World

FIXED = frozenset({"format", "seed", "users", "groups", "folders", "networks", "domains"})
"""The members of a dump that nothing changes."""

ROWS: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "messages": lambda row: row["id"],
    "vms": lambda row: row["uuid"],
    "snapshots": lambda row: (row["vm"], row["id"]),
    "snapshot_requests": lambda row: row["id"],
    "change_requests": lambda row: row["id"],
}
"""The members of a dump whose rows change one by one, and what finds a row that is spelled out."""

NUMBERS = "snapshot_numbers"
"""The member of a dump that is itself a table, of numbers by machine."""

Row = tuple[str, Key, Any]
"""A row that has changed: its kind, its key, and itself as a dump spells it, None if it is gone."""

_SPELL = {name: spell for name, _, spell in PARTS if spell is not None}
_SMALL = [part for part in PARTS if part[0] not in FIXED and part[0] not in {*ROWS, NUMBERS}]


def members(world: World) -> dict[str, Any]:
    """Return what may have changed in a world beside its rows, as a dump spells it."""
    return {
        name: [spell(row) for row in rows(world)] if spell else rows(world)
        for name, rows, spell in _SMALL
    }


def spelled(world: World, keys: Iterable[tuple[str, Key]]) -> Iterator[Row]:
    """Yield rows of a world as they are now."""
    for kind, key in keys:
        row = world.row(kind, key)
        yield kind, key, row if row is None or kind == NUMBERS else _SPELL[kind](row)


def differences(origin: World, world: World) -> list[tuple[str, Key]]:
    """Return which rows of a world are not as they are in another one."""
    before, found = origin.rows(), []
    for kind, rows in world.rows().items():
        there = before[kind]
        found += [(kind, key) for key, row in rows.items() if there.get(key) != row]
        found += [(kind, key) for key in there.keys() - rows.keys()]
    return found


def merged(
    document: Mapping[str, Any], members: Mapping[str, Any], rows: Iterable[Row]
) -> dict[str, Any]:
    """Return the dump of a world that began as a document says, with what has changed since."""
    tables = {kind: {key(row): row for row in document[kind]} for kind, key in ROWS.items()}
    tables[NUMBERS] = dict(document[NUMBERS])
    for kind, key, row in rows:
        if row is None:
            tables[kind].pop(key, None)
        else:
            tables[kind][key] = row
    numbers = tables.pop(NUMBERS)
    ordered = {
        kind: list(table.values()) if kind == "vms" else [row for _, row in sorted(table.items())]
        for kind, table in tables.items()
    }
    return {**document, **members, **ordered, NUMBERS: numbers}
