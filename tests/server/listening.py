"""A client that listens to a stream of events, byte by byte as they come."""

import json
import time
from typing import Any

from tests.server.raw import Raw, get

ROWS = frozenset({"vms", "requests", "entries"})
"""The members of events that may be told in several parts."""
COMMENT = ":"
"""What stands for a comment among the names of events."""


class Listener(Raw):
    """One who listens to what happens in a world."""

    def __init__(self, port: int, world: str | None = None, *lines: str, **how: Any) -> None:
        """Ask for the stream of a world, of the default one by the short path."""
        super().__init__(port, **how)
        self.send(get(f"/_mock/worlds/{world}/events" if world else "/_mock/events", *lines))
        self.head: dict[str, str] = {}
        self.status_code = int(self.line().split()[1])
        while line := self.line().decode():
            name, _, value = line.partition(": ")
            self.head[name.lower()] = value

    def block(self) -> list[str]:
        """Read the lines up to the next empty one."""
        while b"\n\n" not in self._unread:
            self._more()
        block, _, self._unread = self._unread.partition(b"\n\n")
        return block.decode().split("\n")

    def event(self) -> tuple[str, Any]:
        """Read the next event: its name and its data; a comment has no data."""
        lines = self.block()
        if lines == [COMMENT]:
            return COMMENT, None
        name, data = lines
        return name.removeprefix("event: "), json.loads(data.removeprefix("data: "))

    def batch(self) -> dict[str, Any]:
        """Read up to the next clock, or the end: the data by the names of the events.

        What is told in several parts of one kind is put together.
        """
        found: dict[str, Any] = {}
        while not {"clock", "gone"} & found.keys():
            name, data = self.event()
            for member in ROWS & data.keys() if name in found else ():
                data[member] = found[name][member] + data[member]
            found[name] = data
        return found

    def begun(self) -> dict[str, Any]:
        """Read what a stream begins with."""
        assert self.status_code == 200
        assert self.block() == ["retry: 1000"]
        return self.batch()

    def quiet(self, seconds: float) -> bool:
        """Tell whether nothing comes for so many seconds."""
        before = self.socket.gettimeout()
        self.socket.settimeout(seconds)
        try:
            return not self._unread and not self.socket.recv(1)
        except TimeoutError:
            return True
        finally:
            self.socket.settimeout(before)


def waited(condition: Any, seconds: float = 5.0) -> float:
    """Wait until a condition holds; return how many seconds that took."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() < began + seconds, "it did not come about"
        time.sleep(0.001)
    return time.monotonic() - began
