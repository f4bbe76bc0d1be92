"""A wall clock for tests: waiting by it takes no time, and moves the mock's clock."""

from datetime import UTC, datetime, timedelta

from vss_mock.embedded import World


class FakeWall:
    """Time that passes only when somebody waits. `slept` is what was waited, in order."""

    def __init__(self, mock: World | None = None) -> None:
        self._mock = mock
        self._began = datetime(2026, 1, 15, 12, tzinfo=UTC)
        self.slept: list[float] = []

    def now(self) -> datetime:
        """Return the instant: the mock's own, if there is one."""
        if self._mock is not None:
            return self._mock.clock.now
        return self._began + timedelta(seconds=sum(self.slept))

    def seconds(self) -> float:
        """Return the seconds that were waited."""
        return sum(self.slept)

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept.append(seconds)
        if self._mock is not None:
            self._mock.clock.advance(seconds=seconds)
