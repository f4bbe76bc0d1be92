"""What scenarios say about values: `{name}`, JSON pointers, and what is expected where one points.

Plain values in and out: no HTTP and no schemas here.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

ABSENT = object()
"""What a pointer leads to where nothing is; equal to nothing but itself."""

_NAME = re.compile(r"\{([a-z][a-z0-9_]*(?:\.[a-z]+)?)\}")


class UnknownName(LookupError):
    """A `{name}` for which neither the world nor an earlier step has a value. Carries `name`."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no value for {{{name}}}")
        self.name = name


def fill(value: Any, names: Mapping[str, Any]) -> Any:
    """Return a value with `{name}` filled in wherever a string in it says so; raise UnknownName.

    A string that is nothing but `{name}` becomes the value itself, number or object as it may be;
    `{"repeat": TEXT, "times": NUMBER}` becomes a long text.
    """
    if isinstance(value, str):
        whole = _NAME.fullmatch(value)
        if whole:
            return _named(whole, names)
        return _NAME.sub(lambda found: str(_named(found, names)), value)
    if isinstance(value, list):
        return [fill(item, names) for item in value]
    if isinstance(value, dict):
        if value.keys() == {"repeat", "times"}:
            return str(fill(value["repeat"], names)) * int(value["times"])
        return {name: fill(item, names) for name, item in value.items()}
    return value


def _named(found: re.Match[str], names: Mapping[str, Any]) -> Any:
    if found[1] not in names:
        raise UnknownName(found[1])
    return names[found[1]]


def as_shell(text: str) -> str:
    """Return a text with `{name}` as `$NAME`, so that a line for a shell shows no secret."""
    return _NAME.sub(lambda found: f"${found[1].upper().replace('.', '_')}", text)


def at(document: Any, pointer: str) -> Any:
    """Return what a JSON pointer leads to, ABSENT if nothing (RFC 6901)."""
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(document, dict) and name in document:
            document = document[name]
        elif isinstance(document, list) and name.isdecimal() and int(name) < len(document):
            document = document[int(name)]
        else:
            return ABSENT
    return document


def same(one: Any, other: Any) -> bool:
    """Tell whether two values are the same JSON: 12 is 12.0, but not "12", and 1 is not true."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def has(part: Any, whole: Any) -> bool:
    """Tell whether a value is another, but for members that objects in it have beside."""
    if isinstance(part, dict) and isinstance(whole, dict):
        return all(name in whole and has(inner, whole[name]) for name, inner in part.items())
    if isinstance(part, list) and isinstance(whole, list):
        return len(part) == len(whole) and all(map(has, part, whole))
    return same(part, whole)


def meets(expected: Any, actual: Any) -> bool:
    """Tell whether a value is as expected: a scalar exactly, otherwise `{word: argument}`."""
    if not isinstance(expected, dict):
        return same(expected, actual)
    ((word, wanted),) = expected.items()
    match word:
        case "equals":
            return same(wanted, actual)
        case "has":
            return has(wanted, actual)
        case "not":
            return actual is not ABSENT and not same(wanted, actual)
        case "matches":
            return isinstance(actual, str) and re.search(wanted, actual) is not None
        case "contains":
            if isinstance(actual, list):
                return any(same(wanted, item) for item in actual)
            return isinstance(actual, str) and str(wanted) in actual
        case "length":
            return isinstance(actual, str | list | dict) and len(actual) == wanted
        case "absent":
            return actual is ABSENT
    raise ValueError(f"unknown expectation {word!r}")


def show(value: Any) -> str:
    """Return a value as a failure shows it: JSON, or that nothing is there."""
    return "nothing" if value is ABSENT else json.dumps(value, ensure_ascii=False)


def show_expected(expected: Any) -> str:
    """Return an expectation as a failure shows it."""
    if not isinstance(expected, dict):
        return show(expected)
    ((word, wanted),) = expected.items()
    if word == "absent":
        return show(ABSENT)
    return show(wanted) if word == "equals" else f"{word} {show(wanted)}"
