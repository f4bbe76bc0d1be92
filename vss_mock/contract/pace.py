"""Treats a server politely: no more calls a second than agreed, a pause when it asks for one."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

from vss_mock.contract.patience import Wall
from vss_mock.contract.places import Jump
from vss_mock.contract.rules import NotObserved
from vss_mock.contract.sent import Sent
from vss_mock.contract.transport import Answer, Transport

MOST_PAUSES: Final = 5
"""How often one call is made again because of 429."""
LONGEST_PAUSE: Final = 120.0
"""Seconds; a server that asks for more is not waited for."""
SHORTEST_PAUSE: Final = 1.0
POLL: Final = 2.0
"""Seconds between two looks at something that is waited for."""

_UNITS: Final = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}


class Overrun(Exception):
    """The server goes on refusing calls by its rate limit; the message says how."""


class Paced:
    """A transport that waits between calls, and after 429 as long as Retry-After says.

    `rate` is calls a second, None for as many as may be.
    """

    def __init__(self, inner: Transport, wall: Wall, rate: float | None) -> None:
        self._inner = inner
        self._wall = wall
        self._gap = 1 / rate if rate else 0.0
        self._next = wall.seconds()

    def __call__(
        self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        """Return the answer. Raises Overrun where 429 does not end, OSError for no answer."""
        for _ in range(MOST_PAUSES):
            self._hold()
            answer = self._inner(method, path, query, headers, body)
            if answer.status != 429:
                return answer
            pause = _pause(answer, self._wall.now())
            if pause > LONGEST_PAUSE:
                raise Overrun(f"it allows no more calls for {pause:.0f} seconds (429)")
            self._wall.sleep(pause)
        raise Overrun(f"it refused a call {MOST_PAUSES} times by its rate limit (429)")

    def _hold(self) -> None:
        if not self._gap:
            return
        now = self._wall.seconds()
        if now < self._next:
            self._wall.sleep(self._next - now)
            now = self._next
        self._next = now + self._gap


def _pause(answer: Answer, now: datetime) -> float:
    """Return the seconds that an answer asks to wait: Retry-After, or the end of the window."""
    after = answer.headers.get("retry-after", "")
    if after.isdecimal():
        return max(float(after), SHORTEST_PAUSE)
    try:
        return max((parsedate_to_datetime(after) - now).total_seconds(), SHORTEST_PAUSE)
    except (ValueError, TypeError):
        pass  # not a date, or one without a zone
    reset = answer.headers.get("x-ratelimit-reset", "")
    if reset.isdecimal():
        return max(float(reset) - now.timestamp(), SHORTEST_PAUSE)
    return SHORTEST_PAUSE


class ReadTime:
    """Time that could be moved, by somebody who may: it is only read."""

    patience = 0.0

    def __init__(self, time: Any) -> None:
        self._time = time

    def now(self) -> datetime:
        """Return when it is there."""
        found: datetime = self._time.now()
        return found

    def jump(self, how: Jump) -> tuple[Sent, Answer] | None:  # noqa: ARG002  # as others have it
        """Raise NotObserved."""
        raise NotObserved("its clock is everybody's (--allow-writes lets it be moved)")

    def wait(self, seconds: float) -> None:
        """Do nothing."""


class RealTime:
    """Time that passes by itself: it is waited for, so many seconds at most.

    `offset` is how far the server's clock is ahead of the wall's. It can be known to the second.
    """

    def __init__(self, wall: Wall, offset: timedelta, patience: float) -> None:
        self._wall = wall
        self._offset = offset
        self.patience = patience

    def now(self) -> datetime:
        """Return when it is there, by its own clock as far as its Date headers told."""
        return self._wall.now() + self._offset

    def jump(self, how: Jump) -> None:
        """Wait until then. Raises NotObserved where that is longer than was allowed."""
        if "advance" in how:
            seconds = seconds_of(how["advance"])
        else:
            wanted = datetime.fromisoformat(str(how["advance_to"]))
            seconds = (wanted - self.now()).total_seconds()
        if seconds > self.patience:
            raise NotObserved(
                f"it takes {timedelta(seconds=round(seconds))} to wait for, "
                f"and --wait allows {timedelta(seconds=round(self.patience))}"
            )
        if seconds > 0:
            self._wall.sleep(seconds)

    def wait(self, seconds: float) -> None:
        """Wait."""
        self._wall.sleep(seconds)


def seconds_of(length: Any) -> float:
    """Return the seconds of a length such as "1d6h" or 90."""
    if isinstance(length, str):
        return sum(
            int(number) * _UNITS[unit] for number, unit in re.findall("([0-9]+)([dhms])", length)
        )
    return float(length)


def offset_of(answer: Answer, wall: Wall) -> timedelta:
    """Return how far a server's clock is ahead, by the Date of an answer that just came."""
    try:
        told = parsedate_to_datetime(answer.headers.get("date", ""))
    except (ValueError, TypeError):
        return timedelta()
    return (told.replace(tzinfo=UTC) if told.tzinfo is None else told) - wall.now()
