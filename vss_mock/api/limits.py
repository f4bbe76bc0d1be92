"""Rate limits: fixed windows, aligned to the world's own clock, with the three documented headers.

Documented: 5 calls at the token endpoint, 7,200 elsewhere, and the headers' names. Client and
inferred: the windows of 15 seconds and one hour. Assumed: 429 with Retry-After past the limit.
"""

from typing import NamedTuple

from vss_mock.simulator.clock import SECOND
from vss_mock.wire.problems import Refusal


class Limit(NamedTuple):
    """So many `calls` in each window of so many `seconds`."""

    calls: int
    seconds: int


TOKEN_LIMIT = Limit(5, 15)
CALL_LIMIT = Limit(7200, 3600)
MAXIMUM_COUNTERS = 20_000
"""How many callers are counted at a time; past it, all counting begins anew."""


class Limiter:
    """Counts calls by caller. The counts are the edge's memory: they are in no dump of a world."""

    def __init__(self) -> None:
        self._windows: dict[tuple[str, ...], tuple[int, int]] = {}

    def count(self, caller: tuple[str, ...], limit: Limit, now: int) -> dict[str, str]:
        """Count one call at instant `now`; return the headers, or raise a Refusal with 429."""
        second = now // SECOND
        window = second // limit.seconds
        began, calls = self._windows.get(caller, (window, 0))
        calls = 1 if began != window else calls + 1
        if len(self._windows) >= MAXIMUM_COUNTERS:
            self._windows.clear()
        self._windows[caller] = (window, calls)
        reset = (window + 1) * limit.seconds
        headers = {
            "X-RateLimit-Limit": str(limit.calls),
            "X-RateLimit-Remaining": str(max(0, limit.calls - calls)),
            "X-RateLimit-Reset": str(reset),
        }
        if calls > limit.calls:
            headers["Retry-After"] = str(reset - second)
            message = (
                f"more than {limit.calls} calls in {limit.seconds} seconds of the world's time"
            )
            raise Refusal(429, message, headers=headers)
        return headers
