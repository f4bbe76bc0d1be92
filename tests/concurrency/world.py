"""A world as the promises have it: small, sequential, and with no code of the mock.

A call is given a world and answers what a client has to see and the world after it. Worlds are
never changed: what a call changes is copied first, so that a search can go back to any of them.

Nothing of `vss_mock` may be imported here. Instants are whole seconds since 1970 in UTC.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from tests.concurrency.rows import Due, Rows

HOUR = 3600
LONGEST = 72
MOST_EXTENSIONS = 3
SNAPSHOT, CHANGE = "snapshot", "change"
RANK = {SNAPSHOT: 0, CHANGE: 1}
USERS: Mapping[str, frozenset[str]] = {"ann": frozenset("abc"), "bob": frozenset("ab")}
"""Who may see which machines."""
MACHINES = ("a", "b", "c")
PAGE = 5
"""How many requests a list shows, the latest first."""

Told = Any
"""What a client is told, as JSON has it: lists, not tuples."""

ON, OFF = "poweredOn", "poweredOff"
LEADS = {  # the power state that a word leads to, from each one in which it can be given
    "poweredOn": {OFF: ON},
    "poweredOff": {ON: OFF},
    "reboot": {ON: ON},
    "shutdown": {ON: OFF},
}


class Ask(NamedTuple):
    """A request: what was asked, and how far it has come.

    `date` is None where it was to be done at once; `grown` are extensions in hours; `closed` is the
    deletion that ended it early.
    """

    kind: str
    id: int
    job: str
    user: str
    vm: str
    text: str
    created: int
    updated: int
    status: str
    date: int | None
    hours: int = 0
    grown: tuple[int, ...] = ()
    snapshot: int | None = None
    origin: int | None = None
    closed: int | None = None
    word: str | None = None

    @property
    def begins(self) -> int:
        """From when its work may be done."""
        return self.created if self.date is None else self.date

    @property
    def ends(self) -> int:
        """When its snapshot is to go."""
        return self.begins + (self.hours + sum(self.grown)) * HOUR

    @property
    def due(self) -> Due | None:
        """When time brings it something; what should have been before it changed is due then."""
        if self.status == "submitted":
            return max(self.begins, self.updated), self.id, RANK[self.kind]
        if self.status == "scheduled":
            return max(self.ends, self.updated), self.id, RANK[self.kind]
        return None

    @property
    def event(self) -> str:
        """What time brings it."""
        if self.job == "create":
            return "take" if self.status == "submitted" else "delete"
        return self.job


class Kept(NamedTuple):
    """A snapshot that a machine has."""

    request: int
    taken: int
    power: str

    @property
    def due(self) -> Due | None:
        """When time brings it something: it is its request that time brings something to."""
        return None


class Machine(NamedTuple):
    """A machine: its power, and how many snapshots were ever taken of it."""

    power: str = ON
    taken: int = 0


class Fault(NamedTuple):
    """What is to go wrong with calls of one operation, and how often it was looked at and did.

    Of the calls that match, the first `skip` pass; of the rest the `nth` alone, or `every` so many,
    `times` times at most. A `status` answers `code` instead; a `lost-answer` comes after the call.
    """

    id: int
    kind: str
    operation: str
    code: int | None
    skip: int = 0
    nth: int | None = None
    every: int | None = None
    times: int | None = None
    seen: int = 0
    fired: int = 0

    def looked_at(self) -> tuple["Fault", bool]:
        """The fault after one more call that it matches, and whether that one goes wrong."""
        turn = self.seen + 1 - self.skip
        strikes = (
            turn >= 1
            and (self.times is None or self.fired < self.times)
            and self.nth in {None, turn}
            and (self.every is None or turn % self.every == 0)
        )
        return self._replace(seen=self.seen + 1, fired=self.fired + strikes), strikes


class World:
    """One world at one moment: its requests by kind, its machines and what is kept of each.

    `last_fault` is the id of the fault that was set last.
    """

    __slots__ = ("asks", "faults", "kept", "last_fault", "machines", "now")

    def __init__(self, now: int) -> None:
        self.now = now
        self.asks: dict[str, Rows[Ask]] = {kind: Rows() for kind in RANK}
        self.machines = {vm: Machine() for vm in MACHINES}
        self.kept: dict[str, Rows[Kept]] = {vm: Rows() for vm in MACHINES}
        self.faults: tuple[Fault, ...] = ()
        self.last_fault = 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, World) and all(
            getattr(self, name) == getattr(other, name) for name in self.__slots__
        )

    def __hash__(self) -> int:
        return hash(self.now)

    def copy(self) -> "World":
        """The same world once more, for a call to change."""
        copy = World.__new__(World)
        copy.now, copy.asks = self.now, self.asks.copy()
        copy.machines, copy.kept = self.machines.copy(), self.kept.copy()
        copy.faults, copy.last_fault = self.faults, self.last_fault
        return copy

    def at(self, now: int) -> "World":
        """The same world at another instant."""
        copy = self.copy()
        copy.now = now
        return copy

    def put(self, ask: Ask) -> Ask:
        """Hold a request, in place of what it was."""
        self.asks[ask.kind] = self.asks[ask.kind].put(ask.id, ask)
        return ask

    def keep(self, vm: str, number: int, kept: Kept | None) -> None:
        """Hold a snapshot of a machine, or none any more."""
        self.kept[vm] = self.kept[vm].put(number, kept)

    def ask(self, kind: str, id: int) -> Ask:
        """A request that there is."""
        found = self.asks[kind].get(id)
        assert found is not None
        return found

    def first(self) -> tuple[Due, Ask] | None:
        """What is due next, and for whom."""
        firsts = [(asks.first(), kind) for kind, asks in self.asks.items()]
        found = min(((*first, kind) for first, kind in firsts if first is not None), default=None)
        return None if found is None else (found[0], self.ask(found[2], found[1]))

    def own(self, user: str, kind: str) -> list[Ask]:
        """The requests of a kind that a user made, in order of id."""
        return [ask for ask in self.asks[kind] if ask.user == user]


# What goes wrong.


def struck(world: World, operation: str) -> tuple[World, int | None, bool]:
    """Look at the faults for a call: the world after, the code it is refused with, if it is, and
    whether its answer is lost. A fault that refuses it leaves those behind it alone.
    """
    refused, lost, faults = None, False, list(world.faults)
    for place, fault in enumerate(faults):
        if fault.operation == operation:
            faults[place], strikes = fault.looked_at()
            lost = lost or (strikes and fault.kind == "lost-answer")
            if strikes and fault.kind == "status":
                refused = fault.code
                break
    if tuple(faults) == world.faults:
        return world, refused, lost
    world = world.copy()
    world.faults = tuple(faults)
    return world, refused, lost


# What time does.


def fire(world: World) -> tuple[World, list[Told]]:
    """Let happen what comes first: all that its instant brings to one request, in one go."""
    world = world.copy()
    found = world.first()
    assert found is not None
    due, ask = found
    world.now = due[0]
    events: list[Told] = []
    while (then := ask.due) is not None and then[0] == due[0]:
        ask = _happen(world, ask, due[0], events)
    return world, events


def _happen(world: World, ask: Ask, at: int, events: list[Told]) -> Ask:
    if ask.kind == CHANGE:
        return _switch(world, ask, at, events)
    if ask.job == "create" and ask.status == "submitted":
        machine = world.machines[ask.vm]
        number = machine.taken + 1
        world.machines[ask.vm] = machine._replace(taken=number)
        world.keep(ask.vm, number, Kept(ask.id, at, machine.power))
        return _became(world, ask._replace(snapshot=number), at, "scheduled", "take", events)
    number = ask.snapshot or 0
    kept = world.kept[ask.vm].get(number)
    if kept is None:
        return _became(world, ask, at, "failed", "fail", events)
    if ask.job == "revert":
        world.machines[ask.vm] = world.machines[ask.vm]._replace(power=kept.power)
        return _became(world, ask, at, "processed", "revert", events)
    world.keep(ask.vm, number, None)
    done = _became(world, ask, at, "processed", "delete", events)
    if ask.job == "delete":
        made = world.ask(SNAPSHOT, kept.request)._replace(closed=ask.id)
        _became(world, made, at, "processed", "close", events)
    return done


def _switch(world: World, ask: Ask, at: int, events: list[Told]) -> Ask:
    machine = world.machines[ask.vm]
    power = LEADS[ask.word or ""].get(machine.power)
    if power is None:
        return _became(world, ask, at, "failed", "fail", events)
    world.machines[ask.vm] = machine._replace(power=power)
    return _became(world, ask, at, "processed", "change", events)


def _became(world: World, ask: Ask, at: int, status: str, event: str, events: list[Told]) -> Ask:
    events.append([at, ask.kind, ask.id, event, ask.status, status, ask.vm, ask.snapshot])
    return world.put(ask._replace(status=status, updated=at))


# What there is to see.


def clock(world: World) -> Told:
    """Where the clock stands, and what comes next."""
    found = world.first()
    if found is None:
        return {"now": world.now, "next": None}
    due, ask = found
    after = [due[0], ask.kind, ask.id, ask.event, ask.vm, ask.snapshot]
    return {"now": world.now, "next": after}


def seen(ask: Ask) -> Told:
    """A request as its user sees it."""
    if ask.kind == CHANGE:
        return [ask.id, ask.vm, ask.status, ask.created, ask.updated, ask.date, ask.word]
    ends = ask.ends if ask.job == "create" else None
    row = [ask.id, ask.vm, ask.status, ask.created, ask.updated, ask.begins, ends]
    return [*row, ask.snapshot, ask.text]


def whole(world: World) -> Told:
    """All there is in a world, as the control API tells it."""
    numbers = {vm: machine.taken for vm, machine in world.machines.items() if machine.taken}
    return {
        "now": world.now,
        **{kind: [_row(ask) for ask in asks] for kind, asks in world.asks.items()},
        "power": {vm: machine.power for vm, machine in world.machines.items()},
        "numbers": numbers,
        "kept": [
            [vm, number, *kept] for vm, rows in world.kept.items() for number, kept in rows.items()
        ],
        "faults": [list(fault) for fault in world.faults],
        "last_fault": world.last_fault,
    }


def _row(ask: Ask) -> Told:
    return [*ask[1:11], list(ask.grown), *ask[12:]]


def from_whole(told: Told) -> World:
    """The world that `whole` tells of."""
    world = World(told["now"])
    for kind in (SNAPSHOT, CHANGE):
        for row in told[kind]:
            members = [*row[:10], tuple(row[10]), *row[11:]]
            world.put(Ask._make([kind, *members]))
    for vm, power in told["power"].items():
        world.machines[vm] = Machine(power, told["numbers"].get(vm, 0))
    for vm, number, *rest in told["kept"]:
        world.keep(vm, number, Kept(*rest))
    world.faults = tuple(Fault(*fault) for fault in told["faults"])
    world.last_fault = told["last_fault"]
    return world
