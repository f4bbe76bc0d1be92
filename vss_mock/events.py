"""What happens in a world, as its handles tell it: events that lie ahead, and events that were."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple


class Due(NamedTuple):
    """What will happen next, and when (UTC), to a request of a kind (snapshot, change)."""

    at: datetime
    request: int
    event: str
    vm: str
    snapshot: int | None
    kind: str


class Fired(NamedTuple):
    """What happened to a request, and when (UTC): its status went from `before` to `after`."""

    at: datetime
    request: int
    event: str
    before: str
    after: str
    vm: str
    snapshot: int | None
    kind: str


def due(document: Mapping[str, Any]) -> Due:
    """Read an event that lies ahead."""
    return Due(**{**document, "at": datetime.fromisoformat(document["at"])})


def fired(document: Mapping[str, Any]) -> Fired:
    """Read an event that happened."""
    return Fired(
        datetime.fromisoformat(document["at"]),
        document["request"],
        document["event"],
        document["from"],
        document["to"],
        document["vm"],
        document["snapshot"],
        document["kind"],
    )
