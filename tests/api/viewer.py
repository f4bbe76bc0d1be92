"""Somebody who watches a world: what may be known of it from what was told alone."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.api.caller import Caller
from vss_mock.api.messages import Reply, Watching
from vss_mock.assembly import load_documents

DOCUMENTS = load_documents()
EVENTS = "control/events.json"
BATCH_ENDS = "clock"


def parsed(stream: bytes) -> Iterator[tuple[str, Any]]:
    """Give the events of a stream, or of a part of one: their names and their data."""
    for block in stream.decode().split("\n\n")[:-1]:
        name, data = block.split("\n")
        assert name.startswith("event: ")
        assert data.startswith("data: ")
        yield name.removeprefix("event: "), json.loads(data.removeprefix("data: "))


class Viewer:
    """One who watches. `told` has the names of the events of the last batch, in order.

    `drawn` is what was known at the last clock, None before the first.
    """

    def __init__(self, mock: Caller, world: str = "default") -> None:
        reply = mock.service.handle(mock.call("GET", f"/_mock/worlds/{world}/events"))
        assert isinstance(reply, Reply)
        assert reply.status_code == 200
        assert reply.manner is not None
        assert reply.manner.watch is not None
        self.watch: Watching = reply.manner.watch
        self._news: Iterator[bytes] | None = None
        self.told: list[str] = []
        self.parts = 0
        self.gone = False
        self.drawn: Any = None
        self._forget()

    def _forget(self) -> None:
        self.world: Any = None
        self.start = ""
        self.counts = (0, 0)
        self.vms: dict[str, Any] = {}
        self.times_told = Counter[str]()
        self.requests: dict[tuple[str, int], Any] = {}
        self.faults: Any = None
        self.worlds: Any = None
        self.journal: list[Any] = []
        self.clock: Any = None

    def look(self) -> list[str]:
        """Hear all the news, batch after batch; return the names of what was told."""
        told: list[str] = []
        while True:
            while self.hear():
                pass
            told += self.told
            if not self.watch.behind:
                return told

    def hear(self) -> bool:
        """Hear the next part of the news; tell whether there was one."""
        if self._news is None:
            self._news = self.watch.news()
            self.told = []
        part = next(self._news, None)
        if part is None:
            self._news = None
            assert not self.told or self.told[-1] in {BATCH_ENDS, "gone"}
            return False
        self.parts += 1
        for name, data in parsed(part):
            event, schema = {"event": name, "data": data}, f"{EVENTS}#/$defs/{name}"
            assert DOCUMENTS.is_valid(EVENTS, event), DOCUMENTS.violations(schema, event)
            self.told.append(name)
            getattr(self, f"_hear_{name}")(data)
        return True

    def known(self) -> Any:
        """Return all that is known, as it stands."""
        world = {name: value for name, value in self.world.items() if name in LASTING}
        rows = {key: self.requests[key] for key in sorted(self.requests)}
        return [world, self.start, self.vms, rows, self.faults, self.worlds, self.clock]

    def lasting(self) -> Any:
        """Return what is known but for where a clock stands that goes by itself.

        Nobody tells that it merely ticks: whoever knows its rate and where it was counts on.
        """
        goes = self.clock["mode"] == "live" and self.clock["held"] is None
        ticks = {"now", "local"} if goes else set[str]()
        clock = {name: value for name, value in self.clock.items() if name not in ticks}
        return [*self.known()[:-1], clock]

    def _hear_begin(self, data: Any) -> None:
        self._forget()
        self.world, self.start = data["world"], data["start"]
        self.counts = data["vms"], data["requests"]

    def _hear_vms(self, data: Any) -> None:
        for row in data["vms"]:
            self.times_told[row["uuid"]] += 1
            self.vms[row["uuid"]] = row

    def _hear_requests(self, data: Any) -> None:
        for row in data["requests"]:
            assert self.requests.get((row["kind"], row["id"])) != row, "told twice"
            self.requests[row["kind"], row["id"]] = row

    def _hear_faults(self, data: Any) -> None:
        assert data != self.faults, "told twice"
        self.faults = data

    def _hear_worlds(self, data: Any) -> None:
        assert data != self.worlds, "told twice"
        self.worlds = data

    def _hear_journal(self, data: Any) -> None:
        for entry in data["entries"]:
            assert not self.journal or entry["number"] > self.journal[-1]["number"]
            self.journal.append(entry)

    def _hear_clock(self, data: Any) -> None:
        self.clock = data
        self.drawn = self.known()

    def _hear_gone(self, data: Any) -> None:
        self.gone = True


LASTING = frozenset({"name", "dialect", "base_url", "seed", "users"})
"""What is told of a world at the beginning that never changes; the rest the clock tells."""
