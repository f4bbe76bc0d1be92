"""What has happened in a world, event by event, numbered, with what let it happen."""

from collections import deque
from collections.abc import Sequence
from enum import StrEnum
from itertools import count, repeat

from vss_mock.simulator.records import Fired

KEPT_EVENTS = 10_000
"""How many events are kept; the oldest make room for new ones."""


class Cause(StrEnum):
    """What let an event happen: a command, time that goes by, or somebody who waits."""

    MOVE = "move"
    LIVE = "live"
    AUTO = "auto"


Entry = tuple[int, Cause, Fired]


class Journal:
    """The last events of one world in order, numbered from 1. It is in no dump."""

    __slots__ = ("_entries", "last")

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=KEPT_EVENTS)
        self.last = 0
        """The number of the last event, 0 before the first."""

    def enter(self, cause: Cause, fired: Sequence[Fired]) -> None:
        """Add events in order."""
        self._entries.extend(zip(count(self.last + 1), repeat(cause), fired, strict=False))
        self.last += len(fired)

    def since(self, number: int) -> list[Entry]:
        """Return the events kept that came after the one of a number."""
        skipped = max(0, number - (self.last - len(self._entries)))
        return list(self._entries)[skipped:]

    def forget_after(self, number: int) -> None:
        """Forget the events after the one of a number: they did not happen after all."""
        while self.last > number:
            self._entries.pop()
            self.last -= 1
