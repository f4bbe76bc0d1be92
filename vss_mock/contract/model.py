"""The life of requests as the contract has it: what is asked, what time does with it.

It stands by itself, beside any server, and knows nothing of HTTP: instants are microseconds since
1970 in UTC, lifetimes whole hours. Nothing happens by itself; `pass_to` lets happen what is due.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from vss_mock.contract.toronto import HOUR

LONGEST = 72
"""The longest life of a snapshot, and the longest extension, in hours."""
MOST_EXTENSIONS = 3
"""How often one request is extended."""

CREATE, DELETE, REVERT, CONSOLIDATE = "create", "delete", "revert", "consolidate"
WAITING, KEPT, DONE, FAILED = "waiting", "kept", "done", "failed"
"""Where a request stands: work lies ahead, its snapshot stands, all is done, it could not be."""


class Machine(NamedTuple):
    """A virtual machine; `about` is what the world's file says of it beside."""

    uuid: str
    name: str
    power_state: str
    wants_consolidation: bool
    about: Mapping[str, Any]


class Asked(NamedTuple):
    """A request: what was asked, by whom, when, and how far it has come.

    `start` is None where it was to be done at once. `added` are the extensions in hours, `snapshot`
    the number it is about, `origin` the request whose snapshot it deletes or reverts to, `ended_by`
    the request that deleted its snapshot before its time.
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

    @property
    def kind(self) -> str:
        """The kind that it is numbered among: `snapshot` or `change`."""
        return "change" if self.work == CONSOLIDATE else "snapshot"

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
            return max(self.begins, self.created)
        return max(self.ends, self.changed) if self.stage == KEPT else None


class Standing(NamedTuple):
    """A snapshot that a machine has: its number there, who asked for it, when it was taken."""

    vm: str
    number: int
    request: int
    taken: int
    power_state: str


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

    def ahead(self) -> list[int]:
        """Return the instants at which something is due, the next one first."""
        every = [*self.snapshots.values(), *self.changes.values()]
        return sorted({one.due for one in every if one.due is not None})

    # What users ask.

    def submit(self, user: str, vm: str, text: str, start: int, hours: int) -> Asked:
        """Ask for a snapshot at an instant, for some hours."""
        return self._ask(CREATE, user, vm, text=text, start=start, hours=hours)

    def act(self, work: str, user: str, vm: str, snapshot: int) -> Asked:
        """Ask for a snapshot that stands to be deleted, or reverted to, at once."""
        origin = self.standing[vm, snapshot].request
        return self._ask(work, user, vm, snapshot=snapshot, origin=origin)

    def consolidate(self, user: str, vm: str, start: int | None) -> Asked:
        """Ask for a machine's disks to be consolidated."""
        number = len(self.changes) + 1
        asked = Asked(number, CONSOLIDATE, user, vm, self.now, self.now, start=start)
        self.changes[number] = asked
        return asked

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
        return min(waiting, key=lambda one: (*one[:2], one[2].work == CONSOLIDATE), default=None)

    def _happen(self, asked: Asked, at: int) -> Iterator[Asked]:
        """Let happen what is due for a request, and what follows for another one."""
        if asked.work == CONSOLIDATE:
            self._change(asked.vm, wants_consolidation=False)
            yield self._became(asked, at, DONE)
        elif asked.stage == KEPT:
            del self.standing[asked.vm, asked.snapshot or 0]
            yield self._became(asked, at, DONE)
        elif asked.work == CREATE:
            self._last[asked.vm] += 1
            number = self._last[asked.vm]
            power_state = self.machines[asked.vm].power_state
            taken = Standing(asked.vm, number, asked.number, at, power_state)
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
            del self.standing[found.vm, found.number]
            origin = self.snapshots[found.request]
            yield self._became(origin._replace(ended_by=asked.number), at, DONE)
        else:
            self._change(asked.vm, power_state=found.power_state)

    def _became(self, asked: Asked, at: int, stage: str) -> Asked:
        after = asked._replace(stage=stage, changed=at)
        (self.changes if asked.work == CONSOLIDATE else self.snapshots)[asked.number] = after
        return after

    def _change(self, vm: str, **members: Any) -> None:
        self.machines[vm] = self.machines[vm]._replace(**members)
