"""Virtual time: instants as integers, a clock that moves only forward, and the pace of a live one.

An *instant* is an integer, microseconds since 1970-01-01T00:00Z. Nothing here reads a real clock:
a live world is told the edge's instant (`at`) with each call and works out its own.
"""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from vss_mock.simulator.errors import MalformedInstant, OutOfTime, TimeRunsForward

MICROSECOND = 1
SECOND = 1_000_000 * MICROSECOND
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
YEAR = 365 * DAY + 6 * HOUR

LONGEST_ADVANCE = 100 * YEAR
"""The longest single move of a clock, in microseconds."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def from_datetime(moment: datetime) -> int:
    """Return the instant of an aware datetime."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def to_datetime(instant: int) -> datetime:
    """Return the aware UTC datetime of an instant."""
    return _EPOCH + timedelta(microseconds=instant)


EARLIEST = from_datetime(datetime(1, 1, 2, tzinfo=UTC))
"""No clock stands, and no date lies, before this instant."""
LATEST = from_datetime(datetime(9999, 12, 1, tzinfo=UTC))
"""No clock passes this instant: from here every life span still ends within year 9999."""


def iso(instant: int) -> str:
    """Spell an instant as ISO 8601 in UTC; microseconds appear only where there are some."""
    return to_datetime(instant).replace(tzinfo=None).isoformat() + "Z"


def instant(text: str) -> int:
    """Read what `iso` spells; raise MalformedInstant for anything else."""
    try:
        found = from_datetime(datetime.fromisoformat(text))
    except (ValueError, TypeError):
        raise MalformedInstant(text) from None
    if iso(found) != text:
        raise MalformedInstant(text)
    return found


class VirtualClock:
    """A clock that stands still until it is moved, and never goes back."""

    __slots__ = ("_now",)

    def __init__(self, start: int) -> None:
        """Start at an instant between EARLIEST and LATEST; raise OutOfTime otherwise."""
        self._now = within_time(start)

    @property
    def now(self) -> int:
        """The instant at which the clock stands."""
        return self._now

    def check(self, target: int) -> None:
        """Raise TimeRunsForward or OutOfTime if the clock cannot be moved to `target`."""
        if target < self._now:
            raise TimeRunsForward(self._now, target)
        within_time(target)

    def move_to(self, target: int) -> None:
        """Move to `target`, at or after now; raise TimeRunsForward or OutOfTime otherwise."""
        self.check(target)
        self._now = target


def within_time(instant: int) -> int:
    """Return the instant if it lies between EARLIEST and LATEST; raise OutOfTime otherwise."""
    if not EARLIEST <= instant <= LATEST:
        raise OutOfTime(instant)
    return instant


class Mode(StrEnum):
    """What moves a world's time: commands alone, the edge's time too, or whoever waits."""

    FROZEN = "frozen"
    LIVE = "live"
    AUTO = "auto"


class Pace(NamedTuple):
    """How a world's time goes by: `rate` times as fast as the edge's while it is live.

    A live pace was anchored when the edge's instant was `since` and the world's was `start`. In
    `auto` time stands still until somebody asks a second time for what waits for its date.
    """

    mode: Mode = Mode.FROZEN
    rate: float = 1.0
    since: int = 0
    start: int = 0

    @property
    def live(self) -> bool:
        """Whether time goes by of itself."""
        return self.mode is Mode.LIVE

    @property
    def settles(self) -> bool:
        """Whether what is due happens with the next call, and not on command alone."""
        return self.mode is not Mode.FROZEN

    def now(self, at: int) -> int:
        """Return the instant a live world has reached when the edge's instant is `at`."""
        elapsed = max(0, at - self.since)
        return min(LATEST, self.start + int(elapsed * self.rate))

    def anchored(self, at: int, now: int) -> "Pace":
        """Return the same pace counted from here: the edge's instant `at`, the world's `now`."""
        return self._replace(since=at, start=now)
