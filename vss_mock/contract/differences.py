"""Where an answer differs from what the model expects, value by value; and what it teaches."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from vss_mock.contract.values import ABSENT, same, show
from vss_mock.contract.words import Link, Unknown

VALUE, MISSING, EXTRA, ORDER = "value", "missing", "extra", "order"
"""What differs: a value, that an item of a list is not there, is too many, or is elsewhere."""
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_UNJUDGED = frozenset({"/meta/time"})


class Difference(NamedTuple):
    """What differs, where (a JSON pointer), and both values; `item` is a list's item at fault."""

    kind: str
    pointer: str
    expected: Any
    actual: Any
    item: Any = None


class Learned:
    """What only the server can know, as it was first seen."""

    def __init__(self) -> None:
        self._values: dict[tuple[Any, ...], Any] = {}
        self._owners: dict[str, tuple[Any, ...]] = {}

    def get(self, *of: Any) -> Any:
        """Return what was learned of something, ABSENT if nothing yet."""
        return self._values.get(of, ABSENT)

    def fits(self, unknown: Unknown, actual: Any) -> bool:
        """Tell whether a value may stand for an unknown one; remember it if it is the first."""
        if unknown.before:
            if not isinstance(actual, str) or not actual.startswith(unknown.before):
                return False
            actual = actual.removeprefix(unknown.before)
        if actual is ABSENT or not _may_be(unknown.kind, actual):
            return False
        if unknown.kind == "token":
            return True
        known = self._values.get(unknown.of, ABSENT)
        if known is not ABSENT:
            return same(known, actual)
        if unknown.kind == "uuid" and self._owners.setdefault(actual, unknown.of) != unknown.of:
            return False
        self._values[unknown.of] = actual
        return True

    def expected(self, value: Any) -> Any:
        """Return an expected value as it can be shown to people."""
        if isinstance(value, Link):
            rest = "".join(f"&{name}={text}" for name, text in value.rest)
            return value.begins + rest
        if isinstance(value, Unknown):
            known = self.get(*value.of)
            if known is ABSENT:
                return f"{value.before}({'a new ' if value.kind == 'uuid' else 'a '}{value.kind})"
            return f"{value.before}{known}" if value.before else known
        if isinstance(value, dict):
            return {name: self.expected(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.expected(inner) for inner in value]
        return value

    def shown(self, value: Any) -> str:
        """Return an expected value as text."""
        return show(self.expected(value))


def _may_be(kind: str, value: Any) -> bool:
    if kind == "uuid":
        return isinstance(value, str) and _UUID.fullmatch(value) is not None
    return kind != "token" or (isinstance(value, str) and value != "")


def differences(
    expected: Any, actual: Any, learned: Learned, pointer: str = ""
) -> Iterator[Difference]:
    """Give what differs, in the order of the expected document's names."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        yield from _of_objects(expected, actual, learned, pointer)
    elif isinstance(expected, list) and isinstance(actual, list):
        yield from _of_lists(expected, actual, learned, pointer)
    elif not _fits(expected, actual, learned):
        yield Difference(VALUE, pointer, expected, actual)


def _fits(expected: Any, actual: Any, learned: Learned) -> bool:
    if isinstance(expected, Unknown):
        return learned.fits(expected, actual)
    return _leads(expected, actual) if isinstance(expected, Link) else same(expected, actual)


def _of_objects(
    expected: dict[str, Any], actual: dict[str, Any], learned: Learned, pointer: str
) -> Iterator[Difference]:
    for name in sorted(expected.keys() | actual.keys()):
        inner = f"{pointer}/{name}"
        wanted, found = expected.get(name, ABSENT), actual.get(name, ABSENT)
        if inner in _UNJUDGED:
            continue
        if found is ABSENT or wanted is ABSENT:
            yield Difference(VALUE, inner, wanted, found)
        else:
            yield from differences(wanted, found, learned, inner)


def _of_lists(
    expected: list[Any], actual: list[Any], learned: Learned, pointer: str
) -> Iterator[Difference]:
    names, found = [_name(one) for one in expected], [_name(one) for one in actual]
    if None in names or None in found:
        if len(expected) != len(actual):
            yield Difference(VALUE, pointer, expected, actual)
            return
    elif names != found:
        yield from _of_members(names, found, pointer)
        return
    for number, (wanted, is_there) in enumerate(zip(expected, actual, strict=True)):
        yield from differences(wanted, is_there, learned, f"{pointer}/{number}")


def _of_members(names: list[Any], found: list[Any], pointer: str) -> Iterator[Difference]:
    """Give which items are missing or too many; only if none is, that the order differs."""
    missing = [name for name in names if name not in found]
    extra = [name for name in found if name not in names]
    for name in missing:
        yield Difference(MISSING, pointer, names, found, name)
    for name in extra:
        yield Difference(EXTRA, pointer, names, found, name)
    if not missing and not extra:
        twice = len(names) != len(found)
        yield Difference(EXTRA if twice else ORDER, pointer, names, found)


def _name(item: Any) -> Any:
    """Return what tells an item of a list from others: its id, or the link that it is."""
    if isinstance(item, dict):
        name = item.get("uuid", item.get("id"))
        return name if isinstance(name, str | int) else None
    return item if isinstance(item, str) and "://" in item else None


def _leads(expected: Link, actual: Any) -> bool:
    if not isinstance(actual, str) or not actual.startswith(expected.begins):
        return False
    rest = actual.removeprefix(expected.begins)
    if rest and not rest.startswith("&"):
        return False
    return sorted(parse_qsl(rest, keep_blank_values=True)) == sorted(expected.rest)
