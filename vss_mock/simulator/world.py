"""A world: machines, users, requests and a clock, and the calls that change them.

Every call either does all it says or raises and changes nothing. Nothing happens by itself: what is
due happens when the clock is moved, in order of (instant, id), each event seeing its own instant
as now.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from vss_mock.simulator import dump
from vss_mock.simulator.changes import changed, powered
from vss_mock.simulator.clock import LATEST, SECOND, VirtualClock, within_time
from vss_mock.simulator.datacenter import Datacenter
from vss_mock.simulator.errors import (
    BadDuration,
    DuplicateName,
    ExtensionsUsedUp,
    LimitReached,
    NotExtendable,
    NothingHeld,
    NotRetryable,
    NotScheduled,
    UnknownGroup,
    UnknownMessage,
    UnknownRequest,
    UnknownTask,
)
from vss_mock.simulator.faults import Faults, Rule
from vss_mock.simulator.holds import Holds
from vss_mock.simulator.inventory import Inventory
from vss_mock.simulator.lifecycle import (
    MAXIMUM_EXTENSIONS,
    MAXIMUM_HOURS,
    UNDER_WAY,
    Event,
    Job,
    State,
    step,
)
from vss_mock.simulator.records import (
    PLAIN,
    Attribute,
    ChangeRequest,
    Due,
    Failure,
    Fault,
    Fired,
    Group,
    Message,
    Options,
    Request,
    Snapshot,
    SnapshotRequest,
    Task,
    User,
    Value,
    VirtualMachine,
    Work,
)
from vss_mock.simulator.rows import Rows
from vss_mock.simulator.schedule import Schedule, next_due, reference, work_ahead
from vss_mock.simulator.tasks import task_id, task_reference
from vss_mock.simulator.trail import Before, Key, Trail

WITHOUT_END = 1 << 62
"""More events than a world can hold."""

Row = TypeVar("Row", SnapshotRequest, ChangeRequest)

_LASTS = frozenset({"work-slow"})
_MAY_BE_MISSED = frozenset({"work-slow", "work-missed"})
_GOES_WRONG = frozenset({"work-fails", "work-retried"})
"""The kinds of faults that change how work begins, and those that change how it ends."""

_IDLE = frozenset({State.SUBMITTED, State.MISSED, State.CANCELLED})
"""The states in which no work has been done for a request, so that it has no task."""

MOST_STALE = 1_000
"""How many entries that mean nothing any more the schedule may hold beside one for each change."""

MAXIMUM_REQUESTS = 1_000_000
"""How many requests of each kind one world may hold."""


class World:
    """One world; `inventory` and `users` are read by all, changed only by the world's calls.

    `task_time` is how long work lasts, in microseconds; `faults` say which of it goes wrong, and
    `holds` which event is not to happen yet.
    """

    __slots__ = (
        "_changes",
        "_clock",
        "_messages",
        "_own",
        "_schedule",
        "_snapshots",
        "_stale",
        "datacenter",
        "faults",
        "groups",
        "holds",
        "inventory",
        "motd",
        "seed",
        "task_time",
        "trail",
        "users",
    )

    def __init__(
        self,
        *,
        seed: int,
        start: int,
        users: Iterable[User],
        vms: Iterable[VirtualMachine],
        datacenter: Datacenter,
        groups: Iterable[Group] = (),
        messages: Iterable[Message] = (),
        motd: str | None = None,
        task_time: int = 0,
    ) -> None:
        """Begin at instant `start`; raise DuplicateName, LimitReached, OutOfTime, UnknownPlace."""
        self.seed = seed
        self.datacenter = datacenter
        self.groups = tuple(groups)
        self._messages = {message.id: message for message in messages}
        self.motd = motd
        self.task_time = task_time
        self.faults = Faults()
        self.holds = Holds()
        self.inventory = Inventory(vms)
        for vm in self.inventory:
            datacenter.check(vm)
        self.users: dict[str, User] = {}
        for user in users:
            if user.username in self.users:
                raise DuplicateName("username", user.username)
            self.users[user.username] = user
        self._clock = VirtualClock(start)
        self._schedule = Schedule()
        self._stale = 0
        self._snapshots: dict[int, SnapshotRequest] = {}
        self._changes: dict[int, ChangeRequest] = {}
        self._own: dict[tuple[str, type[Request]], list[int]] = {}
        self.trail: Trail | None = None

    # Reads: functions of the records and of now.

    @property
    def now(self) -> int:
        """The instant at which the world's clock stands."""
        return self._clock.now

    def user(self, username: str) -> User | None:
        """Return a user, or None."""
        return self.users.get(username)

    def virtual_machine(self, user: User, uuid: str) -> VirtualMachine:
        """Return a machine; raise UnknownVirtualMachine or HiddenVirtualMachine."""
        return self.inventory.machine(user, uuid)

    def find(self, user: User, part: str = "") -> list[VirtualMachine]:
        """Return the machines a user may see whose name has `part` in it, whatever its case."""
        return self.inventory.find(user, part)

    def snapshots(self, user: User, vm: str) -> tuple[Snapshot, ...]:
        """Return the snapshots a machine has now; raise as `virtual_machine` does."""
        return self.inventory.snapshots(self.virtual_machine(user, vm).uuid)

    def snapshot(self, user: User, vm: str, number: int) -> Snapshot:
        """Return a snapshot a machine has now; raise UnknownSnapshot, or as `virtual_machine`."""
        return self.inventory.snapshot(self.virtual_machine(user, vm).uuid, number)

    def origin(self, request: int) -> SnapshotRequest:
        """Return the request that made a snapshot, whoever asks."""
        return self._snapshots[request]

    def snapshot_request(self, user: User, id: int) -> SnapshotRequest:
        """Return a user's snapshot request; raise UnknownRequest if they have none of this id."""
        request = self._snapshots.get(id)
        if request is None or request.user != user.username:
            raise UnknownRequest("snapshot", id)
        return request

    def change_request(self, user: User, id: int) -> ChangeRequest:
        """Return a user's change request; raise UnknownRequest if they have none of this id."""
        request = self._changes.get(id)
        if request is None or request.user != user.username:
            raise UnknownRequest("change", id)
        return request

    def snapshot_requests(self, user: User) -> Rows[SnapshotRequest]:
        """Return a view of a user's snapshot requests in order of id."""
        return Rows(self._snapshots, self._own.get((user.username, SnapshotRequest), []))

    def change_requests(self, user: User) -> Rows[ChangeRequest]:
        """Return a view of a user's change requests in order of id."""
        return Rows(self._changes, self._own.get((user.username, ChangeRequest), []))

    def groups_of(self, user: User) -> list[Group]:
        """Return the groups that a user is in, in order."""
        return [group for group in self.groups if group.name in user.groups]

    def group(self, user: User, id: int) -> Group:
        """Return a group that a user is in; raise UnknownGroup."""
        for group in self.groups_of(user):
            if group.id == id:
                return group
        raise UnknownGroup(id)

    def members(self, group: Group) -> list[User]:
        """Return the users in a group, in order."""
        return [user for user in self.users.values() if group.name in user.groups]

    @property
    def messages(self) -> tuple[Message, ...]:
        """All messages to all users, in order of id."""
        return tuple(self._messages.values())

    def messages_of(self, user: User) -> list[Message]:
        """Return the messages to a user, in order."""
        return [message for message in self.messages if message.user == user.username]

    def message(self, user: User, id: int) -> Message:
        """Return a message to a user; raise UnknownMessage."""
        message = self._messages.get(id)
        if message is None or message.user != user.username:
            raise UnknownMessage(id)
        return message

    def acknowledge(self, user: User, id: int) -> Message:
        """Note that a user has read a message; raise UnknownMessage. Once is enough."""
        message = self.message(user, id)
        if not message.acknowledged:
            self._note("messages", id, message)
            message = message._replace(acknowledged=True, updated_on=self.now)
            self._messages[id] = message
        return message

    def task_id(self, request: Request) -> str | None:
        """Return the id of a request's task, or None before its work began."""
        if request.state in _IDLE:
            return None
        return task_id(self.seed, reference(request))

    def task(self, user: User, id: str) -> Task:
        """Return a task of one of the user's requests; raise UnknownTask."""
        number = task_reference(self.seed, id)
        request = None if number is None else self._request(number)
        if request is None or request.user != user.username or request.state in _IDLE:
            raise UnknownTask(id)
        if request.work is not None:
            under_way = request.state in UNDER_WAY
            return Task(id, request, request.work.began, None if under_way else request.work.until)
        if isinstance(request, ChangeRequest):
            began = request.updated_on
        else:
            began = max(request.from_date, request.created_on)
        return Task(id, request, began, began)

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

    # Calls: each makes or changes one record.

    def submit(
        self,
        user: User,
        vm: str,
        description: str,
        from_date: int,
        valid_for: int,
        *,
        consolidate: bool = False,
        with_memory: bool = False,
    ) -> SnapshotRequest:
        """Ask for a snapshot of a machine at an instant, to be kept for 1 to 72 hours.

        An instant that has passed is due at once. `consolidate` settles the machine's disks when
        the snapshot goes, `with_memory` keeps what is in its memory. Raises UnknownVirtualMachine,
        HiddenVirtualMachine, BadDuration, OutOfTime, LimitReached.
        """
        self.virtual_machine(user, vm)
        check_hours(valid_for)
        within_time(from_date)
        return self._ask(
            user,
            Job.CREATE,
            vm,
            description=description,
            from_date=from_date,
            valid_for=valid_for,
            options=Options(consolidate, with_memory) if consolidate or with_memory else PLAIN,
        )

    def extend(self, user: User, id: int, hours: int) -> SnapshotRequest:
        """Put off the deletion of a request's snapshot by 1 to 72 hours, three times at most.

        Raises UnknownRequest, NotExtendable, ExtensionsUsedUp, BadDuration.
        """
        request = self.snapshot_request(user, id)
        if request.job is not Job.CREATE or request.state is not State.SCHEDULED:
            raise NotExtendable(id, request.state)
        if len(request.extensions) == MAXIMUM_EXTENSIONS:
            raise ExtensionsUsedUp(id, MAXIMUM_EXTENSIONS)
        check_hours(hours)
        extended = self._move(
            request, Event.EXTEND, self.now, extensions=(*request.extensions, hours)
        )
        self._index(extended)
        return extended

    def delete(self, user: User, vm: str, number: int) -> SnapshotRequest:
        """Ask for a snapshot to be deleted at once.

        Raises UnknownVirtualMachine, HiddenVirtualMachine, UnknownSnapshot, LimitReached.
        """
        return self._act_on(user, Job.DELETE, vm, number)

    def revert(self, user: User, vm: str, number: int) -> SnapshotRequest:
        """Ask for a machine to be put back, at once, to what a snapshot holds.

        Raises UnknownVirtualMachine, HiddenVirtualMachine, UnknownSnapshot, LimitReached.
        """
        return self._act_on(user, Job.REVERT, vm, number)

    def consolidate(self, user: User, vm: str, schedule: int | None = None) -> ChangeRequest:
        """Ask for a machine's disks to be consolidated at an instant, None for at once.

        Raises UnknownVirtualMachine, HiddenVirtualMachine, OutOfTime, LimitReached.
        """
        return self._ask_change(user, Job.CONSOLIDATE, vm, schedule)

    def change(
        self, user: User, vm: str, attribute: Attribute, value: Value, schedule: int | None = None
    ) -> ChangeRequest:
        """Ask for an attribute of a machine to become a value at an instant, None for at once.

        Whether it can be made shows when it is due. Raises as `consolidate` does.
        """
        return self._ask_change(user, Job.CHANGE, vm, schedule, attribute, value)

    def reschedule(self, user: User, id: int, schedule: int) -> ChangeRequest:
        """Put a change that waits for a date off, or forward; raise UnknownRequest, NotScheduled.

        An instant that has passed is due at once; raises OutOfTime for one that no clock shows.
        """
        request = self._scheduled(user, id)
        within_time(schedule)
        return self._alter(request, Event.RESCHEDULE, schedule=schedule)

    def cancel(self, user: User, id: int) -> ChangeRequest:
        """Give up a change that waits for a date; raise UnknownRequest, NotScheduled."""
        return self._alter(self._scheduled(user, id), Event.CANCEL)

    def retry(self, user: User, id: int) -> ChangeRequest:
        """Try a change that has failed again, at once; raise UnknownRequest, NotRetryable."""
        request = self.change_request(user, id)
        if request.state is not State.FAILED:
            raise NotRetryable(id, request.state)
        return self._alter(request, Event.RETRY, failure=None, work=None)

    # Time.

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

    # The whole.

    def dump(self) -> dict[str, Any]:
        """Return the whole world as one document of plain values, always in the same order."""
        return dump.dump(self)

    @classmethod
    def load(cls, document: Mapping[str, Any]) -> "World":
        """Return the world that a dump describes; raise MalformedDump.

        One whose parts contradict each other is refused too: no call may fail for it later.
        """
        return dump.load(cls, document)

    def fork(self) -> "World":
        """Return an independent world that is equal to this one and shares its records."""
        copy = World.__new__(World)
        copy.seed = self.seed
        copy.users = self.users
        copy.datacenter = self.datacenter
        copy.groups = self.groups
        copy._messages = self._messages.copy()
        copy.motd = self.motd
        copy.task_time = self.task_time
        copy.faults = self.faults.fork()
        copy.holds = self.holds.fork()
        copy.inventory = self.inventory.fork()
        copy._clock = VirtualClock(self.now)
        copy._schedule = self._schedule.fork()
        copy._stale = self._stale
        copy._snapshots = self._snapshots.copy()
        copy._changes = self._changes.copy()
        copy._own = {owner: ids.copy() for owner, ids in self._own.items()}
        copy.trail = None
        return copy

    def requests(self) -> tuple[Iterable[SnapshotRequest], Iterable[ChangeRequest]]:
        """Return all requests of all users, snapshot requests and change requests, by id."""
        return self._snapshots.values(), self._changes.values()

    def enter(self, request: Row) -> Row:
        """Add a request that is new to this world, and what time brings it; return it."""
        if isinstance(request, ChangeRequest):
            self._note("change_requests", request.id, None)
            self._changes[request.id] = request
        else:
            self._note("snapshot_requests", request.id, None)
            self._snapshots[request.id] = request
        self._own.setdefault((request.user, type(request)), []).append(request.id)
        self._index(request)
        return request

    # What is kept, or undone.

    def follow(self, trail: Trail | None) -> None:
        """Note in a trail what is about to change, from here on; None for in none."""
        self.trail = self.inventory.trail = self.faults.trail = self.holds.trail = trail

    def changing(self) -> None:
        """Say that something beside the rows is about to change, so that it is kept, or undone."""
        if self.trail is not None:
            self.trail.begin()

    def moment(self) -> tuple[Any, ...]:
        """Return what `put_back` needs of all that may change and is in no row."""
        return self.now, self.task_time, self.faults.fork(), self.holds.fork()

    def row(self, kind: str, key: Key) -> Any:
        """Return what stands under a key of a kind now, as a dump has it, None for nothing."""
        table = self._tables().get(kind)
        return self.inventory.row(kind, key) if table is None else table.get(key)

    def rows(self) -> dict[str, dict[Key, Any]]:
        """Return all that a call or time may change, by kind and key, as `row` gives it."""
        return self.inventory.rows() | {kind: dict(rows) for kind, rows in self._tables().items()}

    def put_back(self, moment: tuple[Any, ...], before: Before) -> None:
        """Make the world again what it was: its rows as a trail found them, and a `moment`."""
        tables = self._tables()
        now, self.task_time, self.faults, self.holds = moment
        self._clock = VirtualClock(now)
        self.follow(self.trail)
        for (kind, key), row in reversed(before.items()):
            if kind == "messages":
                self._messages[key] = row
            elif kind in tables and row is None:
                gone = tables[kind].pop(key)
                self._own[gone.user, type(gone)].pop()
                self._stale += 1
            elif kind in tables:
                tables[kind][key] = row
                self._stale += 1
                self._index(row)
        self.inventory.put_back(before)
        if self._stale > MOST_STALE + len(self._snapshots) + len(self._changes):
            self._index_anew()

    # Inside.

    def _note(self, kind: str, key: int, before: Any) -> None:
        if self.trail is not None:
            self.trail.note(kind, key, before)

    def _tables(self) -> dict[str, dict[Key, Any]]:
        return {
            "messages": self._messages,
            "snapshot_requests": self._snapshots,
            "change_requests": self._changes,
        }

    def _request(self, number: int) -> Request | None:
        requests: Mapping[int, Request] = self._changes if number & 1 else self._snapshots
        return requests.get(number >> 1)

    def _next_id(self, requests: Mapping[int, Request]) -> int:
        if len(requests) >= MAXIMUM_REQUESTS:
            raise LimitReached("requests", MAXIMUM_REQUESTS)
        return len(requests) + 1

    def _act_on(self, user: User, job: Job, vm: str, number: int) -> SnapshotRequest:
        target = self.snapshot(user, vm, number)
        return self._ask(
            user,
            job,
            vm,
            description=self.origin(target.request).description,
            from_date=self.now,
            snapshot=number,
            origin=target.request,
        )

    def _ask(
        self,
        user: User,
        job: Job,
        vm: str,
        *,
        description: str,
        from_date: int,
        valid_for: int = 0,
        snapshot: int | None = None,
        origin: int | None = None,
        options: Options = PLAIN,
    ) -> SnapshotRequest:
        return self.enter(
            SnapshotRequest(
                id=self._next_id(self._snapshots),
                job=job,
                state=State.SUBMITTED,
                user=user.username,
                vm=vm,
                created_on=self.now,
                updated_on=self.now,
                description=description,
                from_date=from_date,
                valid_for=valid_for,
                snapshot=snapshot,
                origin=origin,
                options=options,
            )
        )

    def _ask_change(
        self,
        user: User,
        job: Job,
        vm: str,
        schedule: int | None,
        attribute: Attribute | None = None,
        value: Value | None = None,
    ) -> ChangeRequest:
        self.virtual_machine(user, vm)
        if schedule is not None:
            within_time(schedule)
        return self.enter(
            ChangeRequest(
                id=self._next_id(self._changes),
                job=job,
                state=State.SUBMITTED,
                user=user.username,
                vm=vm,
                created_on=self.now,
                updated_on=self.now,
                schedule=schedule,
                attribute=attribute,
                value=value,
            )
        )

    def _scheduled(self, user: User, id: int) -> ChangeRequest:
        """Return a user's change that waits for a date of its own."""
        request = self.change_request(user, id)
        if request.state is not State.SUBMITTED or request.schedule is None:
            raise NotScheduled(id, request.state)
        return request

    def _alter(self, request: ChangeRequest, event: Event, **members: Any) -> ChangeRequest:
        """Change a change request, now."""
        state = step(request.job, request.state, event)
        altered = request._replace(state=state, updated_on=self.now, **members)
        self._note("change_requests", request.id, request)
        self._changes[request.id] = altered
        self._stale += 1
        if self._stale > MOST_STALE + len(self._changes):
            self._index_anew()
        else:
            self._index(altered)
        return altered

    def _index_anew(self) -> None:
        """Make the schedule of what lies ahead, without what calls have left behind in it."""
        self._schedule, self._stale = Schedule(), 0
        for requests in self.requests():
            for request in requests:
                self._index(request)

    def _index(self, request: Request) -> None:
        due = next_due(request)
        if due is not None:
            self._schedule.add(due, reference(request))

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


def check_hours(hours: int) -> None:
    """Raise BadDuration unless a snapshot may live, or live longer, for so many hours."""
    if not 1 <= hours <= MAXIMUM_HOURS:
        raise BadDuration(hours)


def snapshot_of(request: Request) -> int | None:
    """Return the number of the snapshot that a request is about, if it has one yet."""
    return None if isinstance(request, ChangeRequest) else request.snapshot
