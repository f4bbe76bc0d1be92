"""Bodies, found valid by their schemas, as arguments of the world's calls."""

from collections.abc import Mapping
from typing import Any

from vss_mock.wire import dates


def snapshot(body: Mapping[str, Any]) -> tuple[str, int, int]:
    """Return description, instant and hours of a `POST .../snapshot` (documented).

    `valid_for` is a number from curl and a string from HTTPie.
    """
    return body["description"], dates.parse_local(body["from_date"]), int(body["valid_for"])


def extension(body: Mapping[str, Any]) -> int:
    """Return the hours of a `PUT /v2/request/snapshot/<id>` (documented)."""
    return int(body["value"])


def consolidation(body: Mapping[str, Any] | None) -> int | None:
    """Return the instant of a `PUT .../consolidate`, None for at once (client: pyvss)."""
    schedule = (body or {}).get("schedule")
    return None if schedule is None else dates.parse_local(schedule)
