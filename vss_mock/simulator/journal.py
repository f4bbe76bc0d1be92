"""What has happened in a world and what was asked of it, numbered in one order.

Events come with what let them happen. Calls are told from outside, and are nothing that anybody
looks into here.
"""

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Sequence
from enum import StrEnum
from itertools import count, repeat
from operator import itemgetter
from typing import Any, TypeVar

from vss_mock.simulator.records import Fired

KEPT_EVENTS = 10_000
"""How many events are kept; the oldest make room for new ones."""
KEPT_CALLS = 10_000
"""How many calls are kept; the oldest make room for new ones."""
KEPT_BYTES = 16 * 1024 * 1024
"""How large the calls kept may be together; past it the oldest go."""
KEPT_TOKENS = 10_000
"""How many tokens keep their number; past it the oldest are forgotten."""
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
_Numbered = TypeVar("_Numbered", Happened, Called)

_number = itemgetter(0)


class Journal:
    """The last events and the last calls of one world, numbered from 1 in the order they came in.

    It is in no dump. What makes room leaves a gap in the numbers.
    """

    __slots__ = ("_calls", "_events", "_left", "_tokens_seen", "last", "tokens")

    def __init__(self) -> None:
        self._events: deque[Happened] = deque(maxlen=KEPT_EVENTS)
        self._calls: deque[Called] = deque(maxlen=KEPT_CALLS)
        self._left = KEPT_BYTES  # of what was kept when it was last counted, and has come since
        self.last = 0
        """The number of the last entry, 0 before the first."""
        self.tokens: dict[str, int] = {}
        """The number of each token that was issued or shown, from 1 in order of appearance."""
        self._tokens_seen = 0

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

    def note_token(self, token: str) -> None:
        """Give a token a number, so that it can be told from others and need not be told itself."""
        if token not in self.tokens:
            if len(self.tokens) >= KEPT_TOKENS:
                del self.tokens[next(iter(self.tokens))]
            self._tokens_seen += 1
            self.tokens[token] = self._tokens_seen

    def since(self, number: int) -> list[Entry]:
        """Return the entries kept that came after the one of a number, in order."""
        events: list[Entry] = [*self._events]
        calls: list[Entry] = [*self._calls]
        after = [*_after(events, number), *_after(calls, number)]
        after.sort(key=_number)  # two runs in order: a merge
        return after

    def entry(self, number: int) -> Entry | None:
        """Return the entry of a number, None if it is not kept."""
        return _found(self._events, number) or _found(self._calls, number)

    def calls(self) -> list[Called]:
        """Return the calls kept, in order."""
        return [*self._calls]

    def forget_after(self, number: int) -> None:
        """Forget the events after the one of a number: they did not happen after all."""
        while self._events and self._events[-1][0] > number:
            self._events.pop()
        self.last = number

    def _count(self) -> None:
        """Count what is left, as calls that were too many made room too; make more if need be."""
        calls = self._calls
        left = KEPT_BYTES - sum(size for _, size, _ in calls)
        if left < 0:
            while left < ROOM:
                left += calls.popleft()[1]
        self._left = left


def _found(entries: Sequence[_Numbered], number: int) -> _Numbered | None:
    index = bisect_left(entries, number, key=_number)
    return entries[index] if index < len(entries) and entries[index][0] == number else None


def _after(entries: list[Entry], number: int) -> list[Entry]:
    return entries[bisect_right(entries, number, key=_number) :]
