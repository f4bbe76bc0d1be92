"""Breaks documents on purpose, one place at a time: members lost or strange, types, words."""

import copy
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

PLANTED = "planted"
"""A member and a word that no document knows."""


class Mutation(NamedTuple):
    """A document broken in one place: where (`data/user/username`), how, and what came of it."""

    where: str
    how: str
    value: Any


def mutations(document: Any) -> Iterator[Mutation]:
    """Give every mutation of a document, in a fixed order."""
    for place in list(_places(document, ())):
        found = _at(document, place)
        where = "/".join("#" if isinstance(part, int) else part for part in place)
        if place:
            for name, other in _others(found):
                yield Mutation(where, name, _replaced(document, place, other))
        if isinstance(found, dict):
            for key in found:
                shorter = {each: value for each, value in found.items() if each != key}
                name = f"{where}/{key}".removeprefix("/")
                yield Mutation(name, "lost", _replaced(document, place, shorter))
            longer = found | {PLANTED: PLANTED}
            yield Mutation(where, "stranger", _replaced(document, place, longer))


def _places(node: Any, place: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    yield place
    keys: Iterable[Any] = node if isinstance(node, dict) else ()
    keys = range(len(node)) if isinstance(node, list) else keys
    for key in keys:
        yield from _places(node[key], (*place, key))


def _others(value: Any) -> Iterator[tuple[str, Any]]:
    """Give values of the other types, and for a text other texts."""
    if value is not None:
        yield "null", None
    if not isinstance(value, bool):
        yield "boolean", True
    if not isinstance(value, int | float) or isinstance(value, bool):
        yield "number", -1.5
    elif not isinstance(value, bool):
        yield "negative", -1
    if not isinstance(value, str):
        yield "string", PLANTED
    else:
        yield "word", PLANTED
        yield "empty", ""
        yield "line", f"{value}\n"
        if value.swapcase() != value:
            yield "case", value.swapcase()
    if not isinstance(value, list):
        yield "array", []
    if not isinstance(value, dict):
        yield "object", {}


def _at(node: Any, place: tuple[Any, ...]) -> Any:
    for part in place:
        node = node[part]
    return node


def _replaced(document: Any, place: tuple[Any, ...], value: Any) -> Any:
    if not place:
        return value
    made = copy.deepcopy(document)
    _at(made, place[:-1])[place[-1]] = value
    return made
