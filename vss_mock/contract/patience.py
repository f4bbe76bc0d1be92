"""The wall clock, for judging servers whose time cannot be moved. The only place that reads one."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Wall(Protocol):
    """A clock on the wall, and the patience to wait by it."""

    def now(self) -> datetime:
        """Return the instant, in UTC."""

    def seconds(self) -> float:
        """Return seconds that only ever grow, for telling how long something takes."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class RealWall:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the instant, in UTC."""
        return datetime.now(UTC)

    def seconds(self) -> float:
        """Return seconds that only ever grow."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)
