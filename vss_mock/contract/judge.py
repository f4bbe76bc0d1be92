"""Holds one answer against what a step expects of it. What the schemas say is the Api's affair."""

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from vss_mock.contract.rules import Break
from vss_mock.contract.transport import Answer
from vss_mock.contract.values import ABSENT, at, meets, same, show, show_expected

MOST: Final = 10
"""How many places are told where a whole value is not as expected."""


def compare(where: str, expected: Any, actual: Any) -> list[Break]:
    """Return what breaks an expectation: the innermost places, where a whole value is expected."""
    if meets(expected, actual):
        return []
    for word in ("equals", "has"):
        if isinstance(expected, dict) and word in expected:
            found = _differences(where, expected[word], actual, whole=word == "equals")
            return list(islice(found, MOST))
    return [Break(where, show_expected(expected), show(actual))]


def _differences(where: str, wanted: Any, actual: Any, *, whole: bool) -> Iterator[Break]:
    """Give the places where two values differ, by JSON pointer; unless whole, in what is wanted."""
    if isinstance(wanted, dict) and isinstance(actual, dict):
        for name in sorted(wanted.keys() | actual.keys() if whole else wanted.keys()):
            escaped = name.replace("~", "~0").replace("/", "~1")
            inner = wanted.get(name, ABSENT), actual.get(name, ABSENT)
            yield from _differences(f"{where}/{escaped}", *inner, whole=whole)
    elif isinstance(wanted, list) and isinstance(actual, list) and len(wanted) == len(actual):
        for number, inner in enumerate(zip(wanted, actual, strict=True)):
            yield from _differences(f"{where}/{number}", *inner, whole=whole)
    elif not same(wanted, actual):
        yield Break(where, show(wanted), show(actual))


def judge(expect: Mapping[str, Any], success: int, answer: Answer) -> list[Break]:
    """Return what is not as expected; `success` is the status code where none is named."""
    breaks = compare("status", expect.get("status", success), answer.status)
    for name, expected in expect.get("headers", {}).items():
        breaks += compare(name, expected, answer.headers.get(name.lower(), ABSENT))
    document = parsed(answer)
    for pointer, expected in expect.get("body", {}).items():
        breaks += compare(pointer, expected, at(document, pointer))
    return breaks


def capture(wanted: Mapping[str, str], answer: Answer) -> tuple[dict[str, Any], list[Break]]:
    """Return the values at the pointers by their names, and a break for each where nothing is."""
    document = parsed(answer)
    values = {name: at(document, pointer) for name, pointer in wanted.items()}
    breaks = [
        Break(wanted[name], f"something to remember as {name}", show(ABSENT))
        for name, value in values.items()
        if value is ABSENT
    ]
    return values, breaks


def parsed(answer: Answer) -> Any:
    """Return an answer's document, ABSENT if it has none or is not JSON."""
    try:
        return json.loads(answer.body) if answer.body else ABSENT
    except ValueError:
        return ABSENT
