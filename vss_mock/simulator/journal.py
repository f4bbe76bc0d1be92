"""What has happened in a world and what was asked of it, numbered in one order.

Events come with what let them happen. Calls are told from outside, and are nothing that anybody
looks into here.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from enum import StrEnum
from itertools import count, repeat
from operator import itemgetter
from typing import Any

from vss_mock.simulator.records import Fired

KEPT_EVENTS = 10_000
"""How many events are kept; the oldest make room for new ones."""
KEPT_CALLS = 10_000
"""How many calls are kept; the oldest make room for new ones."""
KEPT_BYTES = 16 * 1024 * 1024
"""How large the calls kept may be together; past it the oldest go."""
ROOM = KEPT_BYTES // 16
"""How much room is made at once, so that sizes need not be added up at every call."""


class Cause(StrEnum):
    """What let an event happen: a command, time that goes by, or somebody who waits."""

    MOVE = "move"
    LIVE = "live"
    AUTO = "auto"


Happened = tuple[int, Cause, Fired]
"""The number of an event, what let it happen, and the event."""
Called = tuple[int, int, Any]
"""The number of a call, its size in bytes, and what was told of it."""
Entry = Happened | Called

_number = itemgetter(0)


class Journal:
    """The last events and the last calls of one world, numbered from 1 in the order they came in.

    It is in no dump. What makes room leaves a gap in the numbers.
    """

    __slots__ = ("_calls", "_events", "_left", "last")

    def __init__(self) -> None:
        self._events: deque[Happened] = deque(maxlen=KEPT_EVENTS)
        self._calls: deque[Called] = deque(maxlen=KEPT_CALLS)
        self._left = KEPT_BYTES  # of what was kept when it was last counted, and has come since
        self.last = 0
        """The number of the last entry, 0 before the first."""

    def enter(self, cause: Cause, fired: Sequence[Fired]) -> None:
        """Add events in order."""
        self._events.extend(zip(count(self.last + 1), repeat(cause), fired, strict=False))
        self.last += len(fired)

    def enter_call(self, size: int, told: Any) -> None:
        """Add a call of a size in bytes: what is told of it is kept as it is."""
        self.last = number = self.last + 1
        self._calls.append((number, size, told))
        self._left = left = self._left - size
        if left < 0:
            self._count()

    def since(self, number: int) -> list[Entry]:
        """Return the entries kept that came after the one of a number, in order."""
        events: list[Entry] = [*self._events]
        calls: list[Entry] = [*self._calls]
        after = [*_after(events, number), *_after(calls, number)]
        after.sort(key=_number)  # two runs in order: a merge
        return after

    def _count(self) -> None:
        """Count what is left, as calls that were too many made room too; make more if need be."""
        calls = self._calls
        left = KEPT_BYTES - sum(size for _, size, _ in calls)
        if left < 0:
            while left < ROOM:
                left += calls.popleft()[1]
        self._left = left


def _after(entries: list[Entry], number: int) -> list[Entry]:
    return entries[bisect_right(entries, number, key=_number) :]
