"""The life of requests as the contract has it: what is asked, what time does with it.

It stands by itself, beside any server, and knows nothing of HTTP: instants are microseconds since
1970 in UTC, lifetimes whole hours. Nothing happens by itself; `pass_to` lets happen what is due.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from vss_mock.contract.machines import CPU, MAKE, MEMORY, NAME, POWER, Machine, powered
from vss_mock.contract.toronto import HOUR

LONGEST = 72
"""The longest life of a snapshot, and the longest extension, in hours."""
MOST_EXTENSIONS = 3
"""How often one request is extended."""

CREATE, DELETE, REVERT, CONSOLIDATE = "create", "delete", "revert", "consolidate"
CHANGES = frozenset({CONSOLIDATE, POWER, NAME, CPU, MEMORY})
"""The works that are numbered among change requests."""
WAITING, KEPT, DONE, FAILED, CANCELLED = "waiting", "kept", "done", "failed", "cancelled"
"""Where a request stands: work lies ahead, its snapshot stands, all is done, it could not be, it
was given up."""


class Asked(NamedTuple):
    """A request: what was asked, by whom, when, and how far it has come.

    `start` is None where it was to be done at once. `added` are the extensions in hours, `snapshot`
    the number it is about, `origin` the request whose snapshot it deletes or reverts to, `ended_by`
    the request that deleted its snapshot before its time. `value` is what a change asks for, `said`
    what came of it: what was done, or why it could not be. `settles` asks for the disks to be
    consolidated when the snapshot goes. `moved` is how often a change was put off, `tried` how
    often it was tried again.
    """

    number: int
    work: str
    user: str
    vm: str
    created: int
    changed: int
    stage: str = WAITING
    text: str = ""
    start: int | None = None
    hours: int = 0
    added: tuple[int, ...] = ()
    snapshot: int | None = None
    origin: int | None = None
    ended_by: int | None = None
    value: Any = None
    said: str = ""
    settles: bool = False
    moved: int = 0
    tried: int = 0

    @property
    def kind(self) -> str:
        """The kind that it is numbered among: `snapshot` or `change`."""
        return "change" if self.work in CHANGES else "snapshot"

    @property
    def waits_for_a_date(self) -> bool:
        """Whether it is a change whose date lies ahead of when it was last touched."""
        dated = self.kind == "change" and self.stage == WAITING and self.start is not None
        return dated and self.begins > self.changed

    @property
    def begins(self) -> int:
        """The instant from which its work may be done."""
        return self.created if self.start is None else self.start

    @property
    def ends(self) -> int:
        """The instant at which its snapshot is to go."""
        return self.begins + (self.hours + sum(self.added)) * HOUR

    @property
    def due(self) -> int | None:
        """The instant at which time brings it something, None if it never will."""
        if self.stage == WAITING:
            return max(self.begins, self.changed)
        return max(self.ends, self.changed) if self.stage == KEPT else None


class Standing(NamedTuple):
    """A snapshot that a machine has: its number there, who asked for it, when it was taken."""

    vm: str
    number: int
    request: int
    taken: int
    power_state: str
    cpus: int = 1
    cores: int = 1
    memory: int = 1024


class Model:
    """One world. Calls are given only what is good; `may_...` and `why_not_...` tell what is."""

    def __init__(
        self,
        now: int,
        users: Mapping[str, frozenset[str] | None],
        machines: Iterable[Machine],
        people: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        """Begin at an instant. `users` maps names to the uuids they may see, None for all.

        `people` is what the world's file says of each beside.
        """
        self.now = now
        self.users = users
        self.people = people or {}
        self.machines = {machine.uuid: machine for machine in machines}
        self.snapshots: dict[int, Asked] = {}
        self.changes: dict[int, Asked] = {}
        self.standing: dict[tuple[str, int], Standing] = {}
        self._last = dict.fromkeys(self.machines, 0)

    # What can be known.

    def may_see(self, user: str, vm: str) -> bool:
        """Tell whether a user may see a machine that exists."""
        seen = self.users[user]
        return seen is None or vm in seen

    def visible(self, user: str) -> list[Machine]:
        """Return the machines a user may see, in the world's order."""
        return [one for one in self.machines.values() if self.may_see(user, one.uuid)]

    def standing_on(self, vm: str) -> list[Standing]:
        """Return the snapshots of a machine by their numbers."""
        return [one for (where, _), one in sorted(self.standing.items()) if where == vm]

    def requests(self, user: str | None = None, *, changes: bool = False) -> list[Asked]:
        """Return the snapshot requests, or change requests, of a user or of all, by number."""
        every = self.changes if changes else self.snapshots
        return [one for one in every.values() if user in {None, one.user}]

    def about(self, asked: Asked) -> Asked:
        """Return the request that made the snapshot that a request is about."""
        return asked if asked.origin is None else self.snapshots[asked.origin]

    def why_not_extended(self, asked: Asked, hours: int) -> str | None:
        """Return what forbids to extend a request: its stage, its extensions, the hours."""
        if asked.work != CREATE or asked.stage != KEPT:
            return "stage"
        if len(asked.added) >= MOST_EXTENSIONS:
            return "extensions"
        return None if 1 <= hours <= LONGEST else "hours"

    def may_be_put_off(self, asked: Asked) -> bool:
        """Tell whether a change waits for a date of its own: so it can be moved, or given up."""
        return asked.kind == "change" and asked.stage == WAITING and asked.start is not None

    def ahead(self) -> list[int]:
        """Return the instants at which something is due, the next one first."""
        every = [*self.snapshots.values(), *self.changes.values()]
        return sorted({one.due for one in every if one.due is not None})

    # What users ask.

    def submit(
        self, user: str, vm: str, text: str, start: int, hours: int, *, settles: bool = False
    ) -> Asked:
        """Ask for a snapshot at an instant, for some hours."""
        return self._ask(CREATE, user, vm, text=text, start=start, hours=hours, settles=settles)

    def act(self, work: str, user: str, vm: str, snapshot: int) -> Asked:
        """Ask for a snapshot that stands to be deleted, or reverted to, at once."""
        origin = self.standing[vm, snapshot].request
        return self._ask(work, user, vm, snapshot=snapshot, origin=origin)

    def consolidate(self, user: str, vm: str, start: int | None) -> Asked:
        """Ask for a machine's disks to be consolidated."""
        return self.change(CONSOLIDATE, user, vm, None, start)

    def change(self, work: str, user: str, vm: str, value: Any, start: int | None) -> Asked:
        """Ask for something of a machine to become a value: a word, a name, processors, GB.

        Processors are a pair: how many, and how many a socket, None for as it is.
        """
        number = len(self.changes) + 1
        asked = Asked(number, work, user, vm, self.now, self.now, start=start, value=value)
        self.changes[number] = asked
        return asked

    def put_off(self, number: int, start: int) -> Asked:
        """Give a change that waits for its date another one."""
        moved = self.changes[number].moved + 1
        return self._touch(number, start=start, moved=moved)

    def cancel(self, number: int) -> Asked:
        """Give up a change that waits for its date."""
        return self._touch(number, stage=CANCELLED)

    def retry(self, number: int) -> Asked:
        """Try a change that failed again."""
        return self._touch(number, stage=WAITING, said="", tried=self.changes[number].tried + 1)

    def _touch(self, number: int, **members: Any) -> Asked:
        self.changes[number] = self.changes[number]._replace(changed=self.now, **members)
        return self.changes[number]

    def extend(self, number: int, hours: int) -> Asked:
        """Put off the end of a request's snapshot."""
        before = self.snapshots[number]
        after = before._replace(added=(*before.added, hours), changed=self.now)
        self.snapshots[number] = after
        return after

    def _ask(self, work: str, user: str, vm: str, **more: Any) -> Asked:
        number = len(self.snapshots) + 1
        asked = Asked(number, work, user, vm, self.now, self.now, **more)
        self.snapshots[number] = asked
        return asked

    # What time brings.

    def pass_to(self, target: int) -> list[Asked]:
        """Let time pass; return the requests to which something happened, as they became.

        What is due at the same instant happens in order of number, snapshot requests first.
        """
        became: dict[tuple[str, int], Asked] = {}
        while (due := self._next()) is not None and due[0] <= target:
            for asked in self._happen(due[2], due[0]):
                became[asked.kind, asked.number] = asked
        self.now = target
        return list(became.values())

    def _next(self) -> tuple[int, int, Asked] | None:
        every = [*self.snapshots.values(), *self.changes.values()]
        waiting = [(one.due, one.number, one) for one in every if one.due is not None]
        return min(waiting, key=lambda one: (*one[:2], one[2].kind == "change"), default=None)

    def _happen(self, asked: Asked, at: int) -> Iterator[Asked]:
        """Let happen what is due for a request, and what follows for another one."""
        if asked.kind == "change":
            yield self._make(asked, at)
        elif asked.stage == KEPT:
            self._drop(asked.vm, asked.snapshot or 0)
            yield self._became(asked, at, DONE)
        elif asked.work == CREATE:
            self._last[asked.vm] += 1
            number = self._last[asked.vm]
            vm = self.machines[asked.vm]
            kept = (vm.power_state, vm.cpus, vm.cores, vm.memory)
            taken = Standing(asked.vm, number, asked.number, at, *kept)
            self.standing[asked.vm, number] = taken
            yield self._became(asked._replace(snapshot=number), at, KEPT)
        else:
            yield from self._work_on_standing(asked, at)

    def _work_on_standing(self, asked: Asked, at: int) -> Iterator[Asked]:
        found = self.standing.get((asked.vm, asked.snapshot or 0))
        if found is None:
            yield self._became(asked, at, FAILED)
            return
        yield self._became(asked, at, DONE)
        if asked.work == DELETE:
            self._drop(found.vm, found.number)
            origin = self.snapshots[found.request]
            yield self._became(origin._replace(ended_by=asked.number), at, DONE)
        else:
            self._change(asked.vm, cpus=found.cpus, cores=found.cores, memory=found.memory)
            if self.machines[asked.vm].power_state != found.power_state:
                after = powered(self.machines[asked.vm], found.power_state, at)
                self.machines[asked.vm] = after

    def _drop(self, vm: str, number: int) -> None:
        """Let a snapshot go, and what was asked for to be done then."""
        gone = self.standing.pop((vm, number))
        if self.snapshots[gone.request].settles:
            self._change(vm, wants_consolidation=False)

    def _make(self, asked: Asked, at: int) -> Asked:
        """Make a change that is due, or let it fail."""
        if asked.work == CONSOLIDATE:
            self._change(asked.vm, wants_consolidation=False)
            return self._became(asked, at, DONE)
        names = {one.name for one in self.machines.values() if one.uuid != asked.vm}
        after, said = MAKE[asked.work](self.machines[asked.vm], asked.value, at, names)
        if after is not None:
            self.machines[asked.vm] = after
        return self._became(asked._replace(said=said), at, FAILED if after is None else DONE)

    def _became(self, asked: Asked, at: int, stage: str) -> Asked:
        after = asked._replace(stage=stage, changed=at)
        (self.changes if asked.kind == "change" else self.snapshots)[asked.number] = after
        return after

    def _change(self, vm: str, **members: Any) -> None:
        self.machines[vm] = self.machines[vm]._replace(**members)
