"""Holds one answer against what a step expects of it. What the schemas say is the Api's affair."""

import json
from collections.abc import Mapping
from typing import Any

from vss_mock.contract.rules import Break
from vss_mock.contract.transport import Answer
from vss_mock.contract.values import ABSENT, at, meets, show, show_expected


def compare(where: str, expected: Any, actual: Any) -> list[Break]:
    """Return the break of an expectation, none if it is met."""
    if meets(expected, actual):
        return []
    return [Break(where, show_expected(expected), show(actual))]


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
