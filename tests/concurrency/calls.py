"""Calls as clients made them, histories of them, and how both are kept in a file."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

LOST = 0
"""The status code of an answer that never came: the connection was closed instead."""


class Call(NamedTuple):
    """One call of one client: what it asked of which world, from when to when, what it was told.

    `began` and `ended` are readings of one monotonic clock, in nanoseconds, before the first byte
    was sent and after the last one came. `told` is None where nothing is, or none is looked at.
    """

    number: int
    client: int
    world: str
    verb: str
    asked: Mapping[str, Any]
    began: int
    ended: int
    code: int
    told: Any = None


class History(NamedTuple):
    """What all clients did in one world, which began as `origin` tells; None if it was not there.

    `made` is how it begins when it is made, where clients make and remove it.
    """

    world: str
    calls: Sequence[Call]
    origin: Any = None
    made: Any = None

    def of(self, calls: Iterable[Call]) -> "History":
        """The same beginning with other calls."""
        return self._replace(calls=sorted(calls, key=lambda call: call.began))


def save(histories: Iterable[History], path: Path) -> None:
    """Keep histories in a file."""
    document = [history._replace(calls=list(history.calls))._asdict() for history in histories]
    path.write_text(json.dumps({"histories": document}) + "\n", encoding="utf-8")


def load(path: Path) -> list[History]:
    """Return the histories of a file."""
    document = json.loads(path.read_text(encoding="utf-8"))
    return [
        History(**{**kept, "calls": [Call(*call) for call in kept["calls"]]})
        for kept in document["histories"]
    ]
