"""Members that later dialects tell twice: in camelCase and in snake_case, nested and flat.

Whoever reads one of them must not be told anything else than who reads the other.
"""

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from vss_mock.contract.values import ABSENT, at, same

_HUMP: Final = re.compile("([a-z0-9])([A-Z]+)")
_OTHERWISE: Final = {"hostName": "hostname"}
_FLAT: Final = {
    "/snapshot/description": "/description",
    "/snapshot/from_date": "/from_date",
    "/snapshot/snap_id": "/snap_id",
    "/snapshot/to_date": "/to_date",
    "/snapshot/valid_for": "/valid_for",
    "/approval/approved": "/approved",
    "/user/username": "/username",
    "/bootTime": "/state/boot_time",
    "/powerState": "/state/power_state",
    "/connectionState": "/state/connection_state",
}
"""Where a member of an object stands once more, by JSON pointer."""


class Twin(NamedTuple):
    """A member that says something else than its twin does: where, and both values."""

    pointer: str
    expected: Any
    actual: Any


def snake(name: str) -> str:
    """Return a name in snake_case: `memoryGB` is `memory_gb`."""
    return _OTHERWISE.get(name) or _HUMP.sub(r"\1_\2", name).lower()


def _respelled(value: Any) -> Any:
    if isinstance(value, dict):
        return {snake(name): _respelled(inner) for name, inner in value.items()}
    return [_respelled(item) for item in value] if isinstance(value, list) else value


def twins(document: Any, pointer: str = "") -> Iterator[Twin]:
    """Give the members of a document that do not say what their twins do."""
    if isinstance(document, list):
        for number, item in enumerate(document):
            yield from twins(item, f"{pointer}/{number}")
    if not isinstance(document, dict):
        return
    for name, value in document.items():
        other = snake(name)
        if other != name and other in document and not same(_respelled(value), document[other]):
            yield Twin(f"{pointer}/{other}", _respelled(value), document[other])
        yield from twins(value, f"{pointer}/{name}")
    for nested, flat in _FLAT.items():
        one, two = at(document, nested), at(document, flat)
        if one is not ABSENT and two is not ABSENT and not same(one, two):
            yield Twin(pointer + flat, one, two)
