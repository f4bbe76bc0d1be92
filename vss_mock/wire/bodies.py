"""The only door for JSON that comes in: bytes to a value, within limits, or a refusal.

Python's own reader takes NaN, deep nesting that ends in a RecursionError, and lone surrogates that
break later; none of them passes here.
"""

import re
from collections.abc import Generator, Iterator
from typing import Any

import orjson

from vss_mock.wire.problems import Refusal

MAXIMUM_DEPTH = 32
"""How deep lists and objects may lie in each other."""
MAXIMUM_KEYS = 1_000
"""How many members an object may have."""
MAXIMUM_DIGITS = 20
"""How many digits a number may have in a row."""
MAXIMUM_STRING = 64 * 1024
"""How many characters a string may have."""

VALUES_A_SLICE = 10_000
"""How many values, or strings, of a long body are looked at between two looks at other clients."""
BYTES_A_SLICE = 256 * 1024
"""How many bytes of a long body are searched at a time."""

_LONG_NUMBER = re.compile(rb"[0-9]{%d}" % (MAXIMUM_DIGITS + 1))
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)


def read_json(raw: bytes) -> Any:
    """Return the value that a body spells, None for an empty one; raise a Refusal otherwise."""
    if not raw:
        return None
    value = _parsed(raw)
    if _LONG_NUMBER.search(raw) and _LONG_NUMBER.search(_STRING.sub(b"", raw)):
        raise _too_many_digits()
    if not _is_surely_small(raw):
        for _ in _measure(value, MAXIMUM_KEYS):
            pass
    return value


def read_long_json(raw: bytes, most_keys: int) -> Generator[None, None, Any]:
    """Read a long body as `read_json` does, with so many members of an object allowed.

    Only the parsing itself is done at one go; others may be served at each yield.
    """
    value = _parsed(raw) if raw else None
    yield
    yield from _check_numbers(raw)
    yield from _measure(value, most_keys)
    return value


def _parsed(raw: bytes) -> Any:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        why = str(error).partition(":")[0]
        raise Refusal(400, f"the body is not JSON: {why} (line {error.lineno})") from None


def _check_numbers(raw: bytes) -> Iterator[None]:
    """Look for a number that is too long: rarely a string has so many digits, and is no number."""
    for start in range(0, len(raw), BYTES_A_SLICE):
        if _LONG_NUMBER.search(raw, start, start + BYTES_A_SLICE + MAXIMUM_DIGITS):
            break
        yield
    else:
        return
    end = 0
    for count, string in enumerate(_STRING.finditer(raw)):
        if _LONG_NUMBER.search(raw, end, string.start()):
            raise _too_many_digits()
        end = string.end()
        if count % VALUES_A_SLICE == 0:
            yield
    if _LONG_NUMBER.search(raw, end):
        raise _too_many_digits()


def _too_many_digits() -> Refusal:
    return Refusal(400, f"the body: a number has more than {MAXIMUM_DIGITS} digits")


def _is_surely_small(raw: bytes) -> bool:
    """Tell from the bytes alone, as most bodies allow, that no limit can be passed."""
    return (
        len(raw) <= MAXIMUM_STRING
        and raw.count(b"{") + raw.count(b"[") <= MAXIMUM_DEPTH
        and raw.count(b":") <= MAXIMUM_KEYS
    )


def _measure(value: Any, most_keys: int) -> Iterator[None]:
    """Look at depth, members and strings; others may be served at each yield."""
    level, depth, count = [value], 0, 0
    while level:
        inner: list[Any] = []
        deeper = False
        for item in level:
            if isinstance(item, dict):
                if len(item) > most_keys:
                    raise Refusal(400, f"the body: an object has more than {most_keys} members")
                inner += item.keys()
                inner += item.values()
                deeper = True
            elif isinstance(item, list):
                inner += item
                deeper = True
            elif isinstance(item, str) and len(item) > MAXIMUM_STRING:
                raise Refusal(400, f"the body: a string is longer than {MAXIMUM_STRING} characters")
            count += 1
            if count % VALUES_A_SLICE == 0:
                yield
        depth += deeper
        if depth > MAXIMUM_DEPTH:
            raise Refusal(400, f"the body: nested more than {MAXIMUM_DEPTH} deep")
        level = inner
