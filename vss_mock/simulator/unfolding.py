"""How time unfolds in a world: what is due happens, begins, ends, goes wrong, or is held.

Events come in order of (instant, id), each seeing its own instant as now. The records are the
world's; each is replaced here, never changed.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from vss_mock.simulator.changes import changed, powered
from vss_mock.simulator.clock import LATEST, SECOND, VirtualClock
from vss_mock.simulator.errors import DuplicateName, NothingHeld
from vss_mock.simulator.faults import Faults, Rule
from vss_mock.simulator.holds import Holds
from vss_mock.simulator.inventory import Inventory
from vss_mock.simulator.lifecycle import UNDER_WAY, Event, State, step
from vss_mock.simulator.records import (
    Attribute,
    ChangeRequest,
    Due,
    Failure,
    Fault,
    Fired,
    Request,
    Snapshot,
    SnapshotRequest,
    VirtualMachine,
    Work,
)
from vss_mock.simulator.schedule import Schedule, next_due, work_ahead
from vss_mock.simulator.trail import Notes

WITHOUT_END = 1 << 62
"""More events than a world can hold."""

_LASTS = frozenset({"work-slow"})
_MAY_BE_MISSED = frozenset({"work-slow", "work-missed"})
_GOES_WRONG = frozenset({"work-fails", "work-retried"})
"""The kinds of faults that change how work begins, and those that change how it ends."""


class Unfolding:
    """The time of a world, and what it brings.

    `task_time` is how long work lasts, in microseconds; `faults` say which of it goes wrong, and
    `holds` which event is not to happen yet.
    """

    __slots__ = ()

    seed: int
    task_time: int
    faults: Faults
    holds: Holds
    inventory: Inventory
    trail: Notes | None
    _clock: VirtualClock
    _schedule: Schedule
    _snapshots: dict[int, SnapshotRequest]
    _changes: dict[int, ChangeRequest]

    @property
    def now(self) -> int:
        """The instant at which the world's clock stands."""
        return self._clock.now

    def next_due(self) -> Due | None:
        """Return the next event in time, or None if none lies ahead."""
        while (first := self._schedule.first()) is not None:
            due, bucket = first
            for number in reversed(bucket):
                request = self._request(number)
                if request is not None and next_due(request) == due:
                    return self._due(request, due)
            self._schedule.finish()
        return None

    @property
    def held(self) -> Due | None:
        """The event that is due and held back, so that time stands still, or None."""
        due = self.next_due() if self.holds else None
        return due if due and due.at <= self.now and self.holds.of(due) else None

    def advance_to(self, target: int, limit: int | None = None) -> list[Fired]:
        """Move the clock to an instant and let happen all that is due until then; return it.

        It stops at the instant of an event that is held, right before it; `held` tells then.
        With a `limit` it stops early, after so many events or a few more, the clock standing at
        the last one's instant; call again until it gives fewer. Raises TimeRunsForward, OutOfTime.
        """
        clock, schedule = self._clock, self._schedule
        clock.check(target)
        fired: list[Fired] = []
        most = WITHOUT_END if limit is None else limit
        while (first := schedule.first()) is not None and first[0] <= target:
            due, bucket = first
            while bucket and len(fired) < most:
                if self.holds and self._holds_back(bucket[-1], due):
                    clock.move_to(due)
                    return fired
                self._fire(bucket.pop(), due, fired)
            if fired and fired[-1].at == due:
                clock.move_to(due)
            if bucket or len(fired) >= most:
                return fired
            schedule.finish()
        clock.move_to(target)
        return fired

    def step(self, count: int = 1) -> list[Fired]:
        """Move the clock to the instant of the `count`-th next event, and settle that instant.

        Where fewer events lie ahead, or lie within LATEST, it stops at the last.
        """
        fired: list[Fired] = []
        while len(fired) < count and (due := self.next_due()) and due.at <= LATEST:
            fired += self.advance_to(due.at)
            if self.held:
                break
        return fired

    def fail(self, hold: int, failure: Failure) -> list[Fired]:
        """Let the work that a hold holds back fail, now, and let go; return what happened.

        Raises UnknownHold, NothingHeld.
        """
        wanted, due = self.holds.get(hold), self.held
        if due is None or not wanted.holds(due):
            raise NothingHeld(hold)
        self.holds.remove(hold)
        fired: list[Fired] = []
        request = (self._changes if due.of_change else self._snapshots)[due.request]
        self._turn(request, Event.FAIL, self.now, fired, failure=failure)
        return fired

    # Inside.

    def _note(self, kind: str, key: int, before: Any) -> None:
        if self.trail is not None:
            self.trail.note(kind, key, before)

    def _request(self, number: int) -> Request | None:
        requests: Mapping[int, Request] = self._changes if number & 1 else self._snapshots
        return requests.get(number >> 1)

    def _move(
        self, request: SnapshotRequest, event: Event, at: int, **changes: Any
    ) -> SnapshotRequest:
        state = step(request.job, request.state, event)
        moved = request.moved(state, at, **changes)
        if request.work is not None and request.state in UNDER_WAY:
            moved = moved._replace(work=_ended(request, at))
        if self.trail is not None:
            self.trail.note("snapshot_requests", request.id, request)
        self._snapshots[request.id] = moved
        return moved

    def _fire(self, number: int, due: int, fired: list[Fired]) -> None:
        """Let happen all that this instant brings to one request, if it has not moved on."""
        request = self._request(number)
        after = None if request is None else next_due(request)
        if request is None or after != due:
            return
        while after == due:
            request = self._attempt(request, due, fired)
            after = next_due(request)
            if after == due and self.holds and self.holds.of(self._due(request, due)):
                break
        if after is not None:
            self._schedule.add(after, number)

    def _due(self, request: Request, at: int) -> Due:
        """Return what time brings to a request at an instant."""
        event, of_change = work_ahead(request), isinstance(request, ChangeRequest)
        if request.state is not State.IN_PROGRESS and self._would_last(request, at):
            event = Event.START
        return Due(at, request.id, event, request.vm, snapshot_of(request), of_change)

    def _holds_back(self, number: int, due: int) -> bool:
        """Tell whether what an instant brings to a request is held."""
        request = self._request(number)
        if request is None or next_due(request) != due:
            return False
        return self.holds.of(self._due(request, due)) is not None

    def _attempt(self, request: Request, at: int, fired: list[Fired]) -> Request:
        """Let the work that is due for a request begin, be done, or go wrong."""
        if self.task_time or self.faults:
            astray = self._begun(request, at, fired) or self._gone_wrong(request, at, fired)
            if astray is not None:
                return astray
        if isinstance(request, ChangeRequest):
            return self._change(request, at, fired)
        return self._work(request, at, fired)

    def _begun(self, request: Request, at: int, fired: list[Fired]) -> Request | None:
        """Begin work that lasts, or miss its time; return None for what is done in no time."""
        if request.state is State.IN_PROGRESS:
            return None
        fault = next(self._struck(request, _kinds_before(request), at), None)
        if fault is not None and fault.kind == "work-missed":
            return self._turn(request, Event.MISS, at, fired)
        lasts = self.task_time if fault is None else _while(fault)
        return self._turn(request, Event.START, at, fired, lasts=lasts) if lasts else None

    def _gone_wrong(self, request: Request, at: int, fired: list[Fired]) -> Request | None:
        """Let work fail for good, or until it is tried again; return None for what goes well."""
        fault = next(self._struck(request, _GOES_WRONG, at), None)
        if fault is None:
            return None
        failure = Failure(Fault(fault.how["reason"]), fault.how["detail"])
        if fault.kind == "work-fails":
            return self._turn(request, Event.FAIL, at, fired, failure=failure)
        lasts = _while(fault)
        return self._turn(request, Event.BACK_OFF, at, fired, lasts=lasts, failure=failure)

    def _would_last(self, request: Request, at: int) -> bool:
        """Tell whether work that is due for a request would begin and last, and count nothing."""
        fault = None
        if self.faults:
            kinds, facts = _kinds_before(request), _facts(request)
            fault = self.faults.ahead(kinds, facts, at, self.seed)
        return self.task_time > 0 if fault is None else fault.kind in _LASTS

    def _struck(self, request: Request, kinds: frozenset[str], at: int) -> Iterator[Rule]:
        """Yield the faults that strike the work that is due for a request at an instant."""
        return self.faults.struck(kinds, _facts(request), at, self.seed)

    def _turn(
        self,
        request: Request,
        event: Event,
        at: int,
        fired: list[Fired],
        *,
        lasts: int = 0,
        failure: Failure | None = None,
    ) -> Request:
        """Let a request's work take a turn that is not its end."""
        state = step(request.job, request.state, event)
        began = request.work.began if request.work and request.state in UNDER_WAY else at
        work = None if event is Event.MISS else Work(began, at + lasts, failure)
        turned: Request
        if isinstance(request, ChangeRequest):
            turned = request._replace(state=state, updated_on=at, work=work, failure=failure)
            self._note("change_requests", request.id, request)
            self._changes[request.id] = turned
        else:
            turned = request._replace(state=state, updated_on=at, work=work)
            self._note("snapshot_requests", request.id, request)
            self._snapshots[request.id] = turned
        number, of_change = snapshot_of(request), isinstance(request, ChangeRequest)
        fired.append(
            Fired(at, request.id, event, request.state, state, request.vm, number, of_change)
        )
        return turned

    def _work(self, request: SnapshotRequest, at: int, fired: list[Fired]) -> SnapshotRequest:
        """Do the work that is due for a snapshot request, with what follows for another one."""
        event, inventory = work_ahead(request), self.inventory
        vm, number, closes = request.vm, request.snapshot, None
        if number is None:
            number = inventory.take(vm, request.id, at).id
        elif not inventory.has_snapshot(vm, number):
            event = Event.FAIL
        elif event is Event.DELETE:
            inventory.drop(vm, number)
            origin = self._snapshots[request.origin] if request.origin else request
            if origin.consolidate:
                inventory.replace(inventory[vm]._replace(needs_consolidation=False))
            if origin is not request and origin.state is not State.FAILED:
                closes = origin.id
        else:
            inventory.replace(_reverted(inventory[vm], inventory.snapshot(vm, number), at))
        moved = self._move(request, event, at, snapshot=number)
        fired.append(Fired(at, request.id, event, request.state, moved.state, vm, number))
        if closes is not None:
            before = self._snapshots[closes]
            closed = self._move(before, Event.CLOSE, at, closed_by=request.id)
            fired.append(Fired(at, closes, Event.CLOSE, before.state, closed.state, vm, number))
        return moved

    def _change(self, request: ChangeRequest, at: int, fired: list[Fired]) -> ChangeRequest:
        """Make the change that is due for a machine."""
        event, vm = work_ahead(request), request.vm
        failure = self._apply(request, at)
        if failure is not None:
            event = Event.FAIL
        state = step(request.job, request.state, event)
        renamed = failure is None and request.attribute is Attribute.NAME
        name = self.inventory[vm].name if renamed else None
        work = _ended(request, at)
        moved = request._replace(state=state, updated_on=at, failure=failure, name=name, work=work)
        self._note("change_requests", request.id, request)
        self._changes[request.id] = moved
        fired.append(Fired(at, request.id, event, request.state, state, vm, None, of_change=True))
        return moved

    def _apply(self, request: ChangeRequest, at: int) -> Failure | None:
        """Make a machine what a change says; return why that is not possible, if it is not."""
        inventory, vm = self.inventory, self.inventory[request.vm]
        if request.attribute is None or request.value is None:
            inventory.replace(vm._replace(needs_consolidation=False))
            return None
        wanted = changed(vm, request.attribute, request.value, at)
        if isinstance(wanted, Failure):
            return wanted
        try:
            inventory.replace(wanted)
        except DuplicateName as taken:
            return Failure(Fault.NAME_TAKEN, taken.name)
        return None


def _kinds_before(request: Request) -> frozenset[str]:
    """Return the kinds of faults that may strike as work begins: only a first try is missed."""
    return _MAY_BE_MISSED if request.state is State.SUBMITTED else _LASTS


def _facts(request: Request) -> Mapping[str, Any]:
    """Return what a fault may match of the work that is next for a request."""
    return {
        "event": work_ahead(request),
        "request": request.id,
        "user": request.user,
        "vm": request.vm,
    }


def _while(fault: Rule) -> int:
    """Return how long a fault makes work last, or wait, in microseconds.

    It is one at least: work that is tried again at the same instant would never see time pass.
    """
    seconds: float = fault.how["seconds"]
    return max(1, round(seconds * SECOND))


def _ended(request: Request, at: int) -> Work | None:
    """Return the work of a request as it is once it is done: None if it took no time."""
    if request.work is None or request.state not in UNDER_WAY:
        return None
    return Work(request.work.began, at)


def _reverted(vm: VirtualMachine, snapshot: Snapshot, at: int) -> VirtualMachine:
    """Return a machine as a snapshot of it holds it: its power state and its configuration."""
    vm = vm._replace(
        cpu_count=snapshot.cpu_count,
        cores_per_socket=snapshot.cores_per_socket,
        memory_mb=snapshot.memory_mb,
    )
    return vm if vm.power_state == snapshot.power_state else powered(vm, snapshot.power_state, at)


def snapshot_of(request: Request) -> int | None:
    """Return the number of the snapshot that a request is about, if it has one yet."""
    return None if isinstance(request, ChangeRequest) else request.snapshot
