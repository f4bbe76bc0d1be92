"""Changes a saved world somewhere, as somebody might who edits it, or means harm."""

import copy
from collections.abc import Iterator
from random import Random
from typing import Any

INSTANTS = (
    *("0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "0001-01-02T00:00:00Z"),
    *("2016-02-30T00:00:00Z", "2016-07-29T00:00:00.000000Z", "2016-07-29T16:30:58Z"),
    *("2016-07-29T16:30:59Z", "2016-07-29T20:31:02.500000Z", "2016-07-29T20:31:03Z"),
    *("9999-12-01T00:00:00Z", "9999-12-01T00:00:00.000001Z", "9999-12-31T23:59:59Z"),
)
NUMBERS = (
    *(0, 1, 2, 3, 5, 8, 72, 73, 128, 129, 401, 1023, 1024, 4096 * 1024, -1, 0.5, 1.0, 1e300),
    *(2**31, 2**53, 2**63 - 1, 2**64 - 1),
)
WORDS = (
    *("", "x", "\n", "a\nb", "\x7f", "é", "\u2028", "x" * 80, "x" * 5000, "gone", "jm", "ana"),
    *("submitted", "in progress", "scheduled", "processed", "retrying", "failed", "missed"),
    *("cancelled", "create", "delete", "revert", "change", "consolidate", "take", "start"),
    *("power", "name", "cpu", "memory", "on", "off", "reset", "poweredOn", "poweredOff"),
    *("suspended", "power_state", "name_taken", "no_hot_plug", "invalid_state", "work-slow"),
    *("status", "stale", "cut-body", "latency", "broken-body", "vm-1", "group-v519"),
)
Place = tuple[Any, ...]


def spoil(document: Any, random: Random) -> None:
    """Change one place of a document, mostly to something that may stand there."""
    places = [place for place in _places(document) if place and place[0] in {"world", "beginning"}]
    place = random.choice(places)
    parent, key = _at(document, place[:-1]), place[-1]
    value = parent[key]
    if isinstance(parent, list) and random.random() < 0.3:
        _rearrange(parent, key, random)
    elif isinstance(value, dict | list):
        _break(parent, key, random)
    else:
        parent[key] = _another(
            value, random, [_at(document, each) for each in places if each[-1] == key]
        )


def _rearrange(rows: list[Any], row: int, random: Random) -> None:
    other = random.randrange(len(rows))
    match random.randrange(4):
        case 0:
            del rows[row]
        case 1:
            rows.insert(other, copy.deepcopy(rows[row]))
        case 2:
            rows[row], rows[other] = rows[other], rows[row]
        case _:
            rows[row] = copy.deepcopy(rows[other])


def _break(parent: Any, key: Any, random: Random) -> None:
    value = parent[key]
    match random.randrange(4):
        case 0:
            parent[key] = None
        case 1:
            value.clear()
        case 2 if isinstance(value, dict) and value:
            del value[random.choice(sorted(value))]
        case _ if isinstance(value, dict):
            value[random.choice((*WORDS, *sorted(value)))] = random.choice(NUMBERS)
        case _:
            value.append(random.choice(WORDS))


def _another(value: Any, random: Random, alike: list[Any]) -> Any:
    lot = random.random()
    if lot < 0.5:
        return copy.deepcopy(random.choice(alike))
    if lot < 0.6:
        return None
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return random.choice((*NUMBERS, value + 1, value - 1))
    if isinstance(value, str) and value.endswith("Z"):
        return random.choice(INSTANTS)
    return random.choice(WORDS)


def _places(node: Any, place: Place = ()) -> Iterator[Place]:
    yield place
    keys: Any = ()
    if isinstance(node, dict):
        keys = sorted(node)
    elif isinstance(node, list):
        keys = range(len(node))
    for key in keys:
        yield from _places(node[key], (*place, key))


def _at(node: Any, place: Place) -> Any:
    for part in place:
        node = node[part]
    return node
