"""The only door for JSON that comes in: bytes to a value, within limits, or a refusal.

Python's own reader takes NaN, deep nesting that ends in a RecursionError, and lone surrogates that
break later; none of them passes here.
"""

import re
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

_LONG_NUMBER = re.compile(rb"[0-9]{%d}" % (MAXIMUM_DIGITS + 1))
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)


def read_json(raw: bytes) -> Any:
    """Return the value that a body spells, None for an empty one; raise a Refusal otherwise."""
    if not raw:
        return None
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        why = str(error).partition(":")[0]
        raise Refusal(400, f"the body is not JSON: {why} (line {error.lineno})") from None
    if _LONG_NUMBER.search(raw) and _LONG_NUMBER.search(_STRING.sub(b"", raw)):
        raise Refusal(400, f"the body: a number has more than {MAXIMUM_DIGITS} digits")
    if not _is_surely_small(raw):
        _measure(value)
    return value


def _is_surely_small(raw: bytes) -> bool:
    """Tell from the bytes alone, as most bodies allow, that no limit can be passed."""
    return (
        len(raw) <= MAXIMUM_STRING
        and raw.count(b"{") + raw.count(b"[") <= MAXIMUM_DEPTH
        and raw.count(b":") <= MAXIMUM_KEYS
    )


def _measure(value: Any) -> None:
    level, depth = [value], 0
    while level:
        inner: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                if len(item) > MAXIMUM_KEYS:
                    raise Refusal(400, f"the body: an object has more than {MAXIMUM_KEYS} members")
                inner += item.keys()
                inner += item.values()
            elif isinstance(item, list):
                inner += item
            elif isinstance(item, str) and len(item) > MAXIMUM_STRING:
                raise Refusal(400, f"the body: a string is longer than {MAXIMUM_STRING} characters")
        depth += any(isinstance(item, dict | list) for item in level)
        if depth > MAXIMUM_DEPTH:
            raise Refusal(400, f"the body: nested more than {MAXIMUM_DEPTH} deep")
        level = inner
