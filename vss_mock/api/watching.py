"""Watching a world: what it is, and from then on every change of it, by whomever.

No socket and no clock: whoever has somebody to tell asks for news when something may have happened.
What is told is read from the records as they are then; time does not move for it.
"""

from collections.abc import Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from vss_mock.api.changes import CHANGE, SNAPSHOT, Changes, Machine, Place
from vss_mock.api.control_parts import clock_of, holds_of, nature_of, spelled
from vss_mock.api.exchanges import exchange, holders
from vss_mock.api.house import House
from vss_mock.api.messages import Call, Document
from vss_mock.api.pacing import ROWS_A_SLICE, slices
from vss_mock.api.recording import Recorded
from vss_mock.simulator.clock import iso
from vss_mock.simulator.records import Fired, VirtualMachine
from vss_mock.simulator.world import World
from vss_mock.simulator.worlds import Tenancy
from vss_mock.wire import faultfile
from vss_mock.wire.hiding import Secrets
from vss_mock.wire.traffic import brief
from vss_mock.wire.watched import machine_row, request_row, told

if TYPE_CHECKING:
    from vss_mock.simulator.journal import Entry

ENTRIES_AT_FIRST = 500
"""How many entries of a journal are told to somebody who begins to watch."""
ENTRIES_A_SLICE = 100
"""How many entries are spelled between two looks at other clients."""
LISTED_WORLDS = 1_000
"""How many worlds are named; all are counted."""
SLICES_A_BATCH = 20
"""How many slices a batch may have, after the first; what is left is told in the next one."""


class Watch:
    """One who watches a world.

    `over` says that the world is gone, and nothing more will be told; `behind` that more had
    happened than the last batch could tell.

    A slice is told at one go, and the last one of a batch, which ends with the clock, holds all
    that was left to tell: what has been told by then is the world as it stands.
    """

    def __init__(self, house: House, tenancy: Tenancy, call: Call) -> None:
        """Watch the world that a call asked for; nothing is held of it until news are asked for."""
        self._house = house
        self._tenancy = tenancy
        self._call = call
        self.over = False
        self.behind = False
        self._world: World | None = None
        self._changes = Changes()
        self._told: dict[str, Any] = {}
        self._beginning = True
        self._slices = 0

    @property
    def live(self) -> bool:
        """Whether the world's time goes by of itself."""
        return self._tenancy.pace.live

    def news(self) -> Iterator[bytes]:
        """Yield what has happened since this was exhausted last, as events; often that is nothing.

        At first that is all there is. Others may be served at each yield, also where it is empty.
        """
        self._slices, self.behind = 0, False
        while not self.over:
            events, more = self._slice()
            if events or more:
                yield b"".join(events)
            if self.behind or not more:
                return

    def close(self) -> None:
        """Let go of the world."""
        if self._world is not None:
            self._world.unwatch(self._changes)
            self._world = None

    def _slice(self) -> tuple[list[bytes], bool]:
        """Return some of what is to be told, and whether there is more."""
        present = self._house.worlds.present(self._tenancy)
        if present is None:
            self.close()
            self.over = True
            return [told("gone", {})], False
        self._tenancy = present
        world = present.world
        events = [] if world is self._world else [self._begin(world)]
        begun = len(events)
        more = self._learn()
        ahead = (self._changes.machine(world, vm) for vm in self._machines_ahead)
        rows = self._machines(ahead, events, begun)
        rows += self._requests(world, events, max(0, ROWS_A_SLICE - rows))
        self._small_things(world, events)
        more = more or self._entries(events) or rows >= ROWS_A_SLICE
        if not more or self._slices == SLICES_A_BATCH - 1:
            # A machine may have many snapshots, and change often: it is told after all else, once.
            changed = self._machines(self._changes.machines(world), events, begun)
            more = more or changed >= ROWS_A_SLICE
        self._slices = self._slices + 1 if more and not self._beginning else 0
        self.behind = self._slices == SLICES_A_BATCH
        self._pause(events, ends=self.behind or not more)
        return events, more

    def _begin(self, world: World) -> bytes:
        """Begin anew, with a world that was not watched before."""
        self.close()
        tenancy, journal = self._tenancy, self._tenancy.journal
        self._world, self._changes, self._told = world, Changes(), {}
        world.watch(self._changes)
        snapshots, changes = map(len, world.requests())
        self._machines_ahead: Iterator[VirtualMachine] = iter(world.inventory)
        self._requests_ahead: Iterator[Place] = chain(
            ((SNAPSHOT, id) for id in range(1, snapshots + 1)),
            ((CHANGE, id) for id in range(1, changes + 1)),
        )
        self._secrets = Secrets(journal.tokens)
        self._holders_ahead = slices(holders(tenancy))
        self._entries_ahead: Iterator[Entry] = iter(journal.since(0)[-ENTRIES_AT_FIRST:])
        self._entered = journal.last
        return told(
            "begin",
            {
                "world": nature_of(tenancy, self._call),
                "start": iso(tenancy.origin.now),
                "vms": len(world.inventory),
                "requests": snapshots + changes,
            },
        )

    def _learn(self) -> bool:
        """Learn some more of the world's secrets, which are not to be told; tell whether it did."""
        part = next(self._holders_ahead, None)
        if part is not None:
            self._secrets.learn(part)
        return part is not None

    def _machines(self, machines: Iterator[Machine], events: list[bytes], place: int) -> int:
        """Tell of some machines, at a place among the events.

        Return how many rows that took, those of snapshots among them.
        """
        found, size = [], 0
        for vm, snapshots in machines:
            found.append(machine_row(vm, snapshots))
            size += 1 + len(snapshots)
            if size >= ROWS_A_SLICE:
                break
        if found:
            events.insert(place, told("vms", {"vms": found}))
        return size

    def _requests(self, world: World, events: list[bytes], most: int) -> int:
        """Tell of so many requests at most; return how many were told."""
        changes, dialect = self._changes, self._house.dialects[self._tenancy.dialect]
        found = [changes.request(world, place) for place in islice(self._requests_ahead, most)]
        self._beginning = len(found) == most
        found += islice(changes.requests(world), most - len(found))
        if found:
            rows = [request_row(world, dialect, each) for each in found]
            events.append(told("requests", {"requests": rows}))
        return len(found)

    def _small_things(self, world: World, events: list[bytes]) -> None:
        """Tell of faults and holds, and of which worlds there are, where that has changed."""
        held = world.held
        if self._changes.stirred or held != self._told.get("held"):
            self._changes.stirred, self._told["held"] = False, held
            faults = [faultfile.fault(*entry) for entry in world.faults]
            document = {"faults": faults, "holds": holds_of(world, world.holds)}
            self._tell("faults", document, events)
        worlds = self._house.worlds
        known = len(worlds), worlds.last
        if known != self._told.get("known"):
            self._told["known"] = known
            names = [each.name for each in islice(worlds, LISTED_WORLDS)]
            self._tell("worlds", {"worlds": names, "count": len(worlds)}, events)

    def _tell(self, name: str, document: Document, events: list[bytes]) -> None:
        """Tell of something whole, unless it is as it was told last."""
        event = told(name, document)
        if event != self._told.get(name):
            self._told[name] = event
            events.append(event)

    def _entries(self, events: list[bytes]) -> bool:
        """Tell of entries of the journal; return whether there are more."""
        found = list(islice(self._entries_ahead, ENTRIES_A_SLICE))
        journal = self._tenancy.journal
        if not found and journal.last != self._entered:
            self._entries_ahead = iter(journal.since(self._entered))
            self._entered = journal.last
            found = list(islice(self._entries_ahead, ENTRIES_A_SLICE))
        if found:
            rows = [self._entry(*each) for each in found]
            events.append(told("journal", {"entries": rows}))
        return len(found) == ENTRIES_A_SLICE or journal.last != self._entered

    def _entry(self, number: int, cause: Any, what: Any) -> Document:
        if isinstance(what, Fired):
            event = spelled(self._house, self._tenancy, what)
            return {"number": number, "kind": "event", "cause": cause, "event": event}
        return {"number": number, **brief(exchange(Recorded(*what)), self._secrets)}

    def _pause(self, events: list[bytes], *, ends: bool) -> None:
        """Tell the clock where a batch ends, if there is anything new to be drawn."""
        clock = self._clock()
        if events or clock != self._told.get("clock"):
            self._told["clock"] = clock if ends else None
            if ends:
                events.append(told("clock", clock_of(self._house, self._tenancy)))

    def _clock(self) -> tuple[Any, ...]:
        """Return what of the clock is worth telling: not that a live one ticks.

        What is next, and what is held, is another thing only where a row, a fault or a hold is.
        """
        world, pace = self._tenancy.world, self._tenancy.pace
        goes = pace.live and world.held is None
        stands = (pace.since, pace.start) if goes else world.now
        return pace.mode, pace.rate, world.task_time, stands
