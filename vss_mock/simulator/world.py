"""A world: machines, users, requests and a clock, and the calls that change them.

Every call either does all it says or raises and changes nothing. Nothing happens by itself: what is
due happens when the clock is moved, in order of (instant, id), each event seeing its own instant
as now.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeVar

from vss_mock.simulator import dump
from vss_mock.simulator.clock import VirtualClock, within_time
from vss_mock.simulator.datacenter import Datacenter
from vss_mock.simulator.errors import (
    BadDuration,
    DuplicateName,
    ExtensionsUsedUp,
    LimitReached,
    NotExtendable,
    NotRetryable,
    NotScheduled,
    UnknownGroup,
    UnknownMessage,
    UnknownRequest,
    UnknownTask,
)
from vss_mock.simulator.faults import Faults
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
)
from vss_mock.simulator.rows import Rows
from vss_mock.simulator.schedule import Schedule, next_due, reference
from vss_mock.simulator.tasks import task_id, task_reference
from vss_mock.simulator.trail import Before, Key, Notes, Several
from vss_mock.simulator.unfolding import Unfolding

Row = TypeVar("Row", SnapshotRequest, ChangeRequest)

_IDLE = frozenset({State.SUBMITTED, State.MISSED, State.CANCELLED})
"""The states in which no work has been done for a request, so that it has no task."""

MOST_STALE = 1_000
"""How many entries that mean nothing any more the schedule may hold beside one for each change."""

MAXIMUM_REQUESTS = 1_000_000
"""How many requests of each kind one world may hold."""


class World(Unfolding):
    """One world; `inventory` and `users` are read by all, changed only by the world's calls."""

    __slots__ = (
        "_changes",
        "_clock",
        "_messages",
        "_own",
        "_schedule",
        "_snapshots",
        "_stale",
        "_trail",
        "_watchers",
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
        self.trail: Notes | None = None
        """Who is told of what is about to change: the trail, those who watch, None if nobody."""
        self._trail: Notes | None = None
        self._watchers: tuple[Notes, ...] = ()

    # Reads: functions of the records and of now.

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

    def request(self, id: int, *, of_change: bool) -> Request:
        """Return the snapshot request or the change request of an id, whoever asks.

        Raises UnknownRequest.
        """
        request = self._changes.get(id) if of_change else self._snapshots.get(id)
        if request is None:
            raise UnknownRequest("change" if of_change else "snapshot", id)
        return request

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
        copy.trail = copy._trail = None
        copy._watchers = ()
        return copy

    def requests(self) -> tuple[Collection[SnapshotRequest], Collection[ChangeRequest]]:
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

    def follow(self, trail: Notes | None) -> None:
        """Note in a trail what is about to change, from here on; None for in none."""
        self._trail = trail
        self._tell()

    def watch(self, notes: Notes) -> None:
        """Tell somebody who watches what is about to change, from here on."""
        self._watchers = (*self._watchers, notes)
        self._tell()

    def unwatch(self, notes: Notes) -> None:
        """Tell somebody no more."""
        self._watchers = tuple(each for each in self._watchers if each is not notes)
        self._tell()

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
        self._tell()
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

    def _tell(self) -> None:
        """Let all parts tell those who are told; a change costs one test where nobody is."""
        told = (*((self._trail,) if self._trail is not None else ()), *self._watchers)
        notes = None if not told else told[0] if len(told) == 1 else Several(told)
        self.trail = self.inventory.trail = self.faults.trail = self.holds.trail = notes

    def _tables(self) -> dict[str, dict[Key, Any]]:
        return {
            "messages": self._messages,
            "snapshot_requests": self._snapshots,
            "change_requests": self._changes,
        }

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


def check_hours(hours: int) -> None:
    """Raise BadDuration unless a snapshot may live, or live longer, for so many hours."""
    if not 1 <= hours <= MAXIMUM_HOURS:
        raise BadDuration(hours)
