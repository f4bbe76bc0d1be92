"""Records as the documents of 2016 spell them, key for key; every quirk has its address here.

Sources: "How to schedule a VM snapshot" (2016-08) for all that surrounds a snapshot, the pages
"Request", "Snapshot", "Change Request", "Virtual Machine" and "Authentication" of the same API
space, and the README of pyvss 0.3.1 (2016-10). What none of them shows says "assumed".
A later dialect is a subclass that overrides what became different.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from vss_mock.simulator.changes import OFF, ON, SUSPENDED
from vss_mock.simulator.clock import HOUR
from vss_mock.simulator.lifecycle import Event, Job, State
from vss_mock.simulator.records import (
    Attribute,
    ChangeRequest,
    Failure,
    Fault,
    Power,
    Processors,
    Request,
    Snapshot,
    SnapshotRequest,
    Task,
    User,
    Value,
    VirtualMachine,
)
from vss_mock.simulator.schedule import work_ahead
from vss_mock.simulator.world import World
from vss_mock.wire import dates, payloads
from vss_mock.wire.collections import Field

Document = dict[str, Any]

TOKEN_LIFE_HOURS = 24
"""How long a token opens its world, in hours of the world's time (documented)."""

NO_TIME = "0.00000s"
"""`meta.time` as written here; the edge of a live world puts the measured time in its place."""

_WORK: Mapping[Job | Attribute, str] = {
    Job.CREATE: "VM Snapshot Creation Request",
    Job.DELETE: "VM Snapshot Deletion Request",
    Job.REVERT: "VM Snapshot Revert Request",
    Job.CONSOLIDATE: "VM Disk Consolidation Request",
    Attribute.POWER: "VM State Change Request",
    Attribute.NAME: "VM Name Change Request",
    Attribute.CPU: "VM CPU Change Request",
    Attribute.MEMORY: "VM Memory Change Request",
}
"""What a 202 says was accepted; only the first is documented, the others are assumed alike."""

_ACTIONS = {Event.TAKE: "Create", Event.DELETE: "Delete", Event.REVERT: "Revert"}
"""The work that lies ahead, or that failed; where none does it is "Done"."""

_TASK_STATES = {
    State.FAILED: "error",
    State.RETRYING: "error",
    State.IN_PROGRESS: "running",
}
"""How a task stands, by the state of its request; else it is a success (assumed)."""

_ATTRIBUTES: Mapping[Attribute | None, str] = {
    None: "consolidate",
    Attribute.POWER: "state",
    Attribute.NAME: "name",
    Attribute.CPU: "cpu",
    Attribute.MEMORY: "memory",
}

_POWER_WORDS = {power: word for word, power in payloads.POWERS.items()}

_QUIESCE_TIMEOUT = (
    "Cannot create a quiesced snapshot because the create snapshot operation exceeded the time "
    "limit for holding off I/O in the frozen virtual machine."
)

_POWER_STATES = {ON: "Powered on", OFF: "Powered off", SUSPENDED: "Suspended"}
"""Power states in VMware's own sentences."""


class Dialect2016:
    """The spelling of 2016. `paths` are the templates of the OpenAPI document by operation id."""

    name = "2016"
    statuses: Mapping[State, str] = {
        State.SUBMITTED: "Submitted",
        State.IN_PROGRESS: "In Progress",
        State.SCHEDULED: "Scheduled",
        State.PROCESSED: "Processed",
        State.RETRYING: "Error Retry",
        State.FAILED: "Error Processed",
        State.MISSED: "Missed",
        State.CANCELLED: "Cancelled",
    }
    scheduled = "Snapshot Delete has been Scheduled to"
    """How a request tells when its snapshot goes (documented)."""
    answers_updates = False
    """Whether a PUT on a request answers it, not 204 alone."""
    new_name = "name"
    """The member that holds a machine's new name (client: pyvss before 0.7)."""
    pages_all = False
    """Whether every list has pages, not lists of requests alone."""

    def __init__(self, paths: Mapping[str, str]) -> None:
        self._paths = paths

    def href(self, base: str, operation: str, **values: object) -> str:
        """Return the absolute URL of an operation's resource."""
        return base + self._paths[operation].format(**values)

    def identified(self, world: World, text: str) -> str:
        """Return the uuid of the machine that a path names: by its uuid."""
        return text

    def date(self, instant: int) -> str:
        """Spell an instant as requests do, with the zone's name (documented)."""
        return dates.local(instant)

    # Envelopes.

    def envelope(
        self,
        data: Any,
        user: User,
        *,
        links: Document | None = None,
        link: Document | None = None,
    ) -> Document:
        """Wrap data with `meta`; the links' key is `_links`, or `_link` on requests (documented).

        `meta.count` is the length of the data, twelve for the members of one request (documented).
        """
        document = {
            "data": data,
            "meta": {"count": len(data), "time": NO_TIME, "user": user.username},
        }
        if links is not None:
            document["_links"] = links
        if link is not None:
            document["_link"] = link
        return document

    def accepted(self, request: Request, user: User, base: str) -> Document:
        """Spell a 202: HTTP's phrase in `name`, its code in `status`, the request's in `state`."""
        return {
            "data": {
                "_links": {"request": self._request_url(request, base)},
                "message": f"{self._work(request)} has been accepted for processing",
                "name": "Accepted",
                "state": self.statuses[State.SUBMITTED],
                "status": 202,
            },
            "meta": {"time": NO_TIME, "user": user.username},
        }

    def _work(self, request: Request) -> str:
        attribute = request.attribute if isinstance(request, ChangeRequest) else None
        return _WORK[attribute or request.job]

    def page(
        self, operation: str, data: Sequence[Any], pages: Document, user: User, base: str
    ) -> Document:
        """Wrap one page of requests; its link is `meta._link`, singular (documented)."""
        document = self.envelope(data, user)
        document["meta"] |= {"_link": {"self": self.href(base, operation)}, "pages": pages}
        return document

    # Login, the user, the root.

    def token(self, token: str, user: User) -> Document:
        """Spell a fresh token (documented: Authentication, version 1)."""
        return {"duration": TOKEN_LIFE_HOURS * 3600, "token": token, "user": user.username}

    def root(self, user: User, base: str) -> Document:
        """Spell the API's root (assumed: documents only link to it)."""
        links = {
            "request": self.href(base, "request-summary"),
            "self": self.href(base, "api-root"),
            "user": self.href(base, "user-get"),
            "vm": self.href(base, "vm-list"),
        }
        return self.envelope({"name": "VSS API", "version": "v2"}, user, links=links)

    def user(self, world: World, user: User, client: str, base: str) -> Document:
        """Spell the caller, who calls from an address, in an envelope."""
        links = {"api": self.href(base, "api-root"), "self": self.href(base, "user-get")}
        return self.envelope(self.user_data(world, user, client, base), user, links=links)

    def user_data(self, world: World, user: User, client: str, base: str) -> Document:
        """Spell the caller (client: pyvss 0.6 reads `personal` and `status`; the rest assumed)."""
        me = self.href(base, "user-get")
        return {
            "_links": {"self": me},
            "personal": {"email": user.email, "name": user.full_name},
            "status": {"enabled": True},
            "username": user.username,
        }

    # Virtual machines.

    def machine_row(
        self, world: World, summary: str | None, base: str
    ) -> Callable[[VirtualMachine], Document]:
        """Return what spells a row of the list of machines.

        `summary` is "" for the bare key, "1", or None without it.
        """
        rows = {None: self._machine_columns, "": self._machine_name, "1": self._machine_summary}
        row = rows[summary]
        return lambda vm: row(world, vm, base)

    def machines(self, data: list[Document], user: User, base: str) -> Document:
        """Wrap the rows of the list of machines."""
        links = {"api": self.href(base, "api-root"), "self": self.href(base, "vm-list")}
        return self.envelope(data, user, links=links)

    def _machine_name(self, world: World, vm: VirtualMachine, base: str) -> Document:
        """Bare `summary`: the link, the name, the uuid (documented)."""
        return {"_links": {"self": self._machine_url(vm, base)}, "name": vm.name, "uuid": vm.uuid}

    def _machine_summary(self, world: World, vm: VirtualMachine, base: str) -> Document:
        """`summary=1`: the richer item (client: README of pyvss 0.3.1)."""
        return {
            **self._machine_name(world, vm, base),
            "cpuCount": vm.cpu_count,
            "folder": self.folder_of(world, vm, base),
            "guestFullName": vm.guest_full_name,
            "ipAddress": vm.ip_address,
            "memoryMB": vm.memory_mb,
            "overallStatus": vm.overall_status,
            "powerState": vm.power_state,
            "storageB": vm.storage_b,
        }

    def _machine_columns(self, world: World, vm: VirtualMachine, base: str) -> Document:
        """No `summary`: the columns of the page Virtual Machine of 2016-04 (documented)."""
        return {
            **self._machine_name(world, vm, base),
            "cpuCount": vm.cpu_count,
            "guestFullName": vm.guest_full_name,
            "ipAddress": vm.ip_address,
            "memoryMB": vm.memory_mb,
            "overallStatus": vm.overall_status,
            "powerState": vm.power_state,
            "provisionedGB": vm.provisioned_gb,
        }

    def machine(self, world: World, vm: VirtualMachine, user: User, base: str) -> Document:
        """Spell one machine in its envelope."""
        me = self._machine_url(vm, base)
        links = {"self": me, "vm": self.href(base, "vm-list")}
        return self.envelope(self.machine_data(world, vm, base), user, links=links)

    def machine_data(self, world: World, vm: VirtualMachine, base: str) -> Document:
        """Spell one machine (client: keys that pyvss reads; how they nest is assumed)."""
        me = self._machine_url(vm, base)
        networks = [world.datacenter.network(moref) for moref in vm.networks]
        return {
            "_links": {"self": me, "snapshot": self.href(base, "vm-snapshot-list", uuid=vm.uuid)},
            "config": {
                "cpuCount": vm.cpu_count,
                "guestFullName": vm.guest_full_name,
                "memoryMB": vm.memory_mb,
            },
            "folder": self.folder_of(world, vm, base),
            "guest": {"ipAddress": vm.ip_address},
            "name": vm.name,
            "network": [{"moref": each.moref, "name": each.name} for each in networks],
            "overallStatus": vm.overall_status,
            "powerState": vm.power_state,
            "snapshot": {"exist": bool(world.inventory.snapshots(vm.uuid))},
            "storage": {"provisionedGB": vm.provisioned_gb, "storageB": vm.storage_b},
            "uuid": vm.uuid,
        }

    def folder_of(self, world: World, vm: VirtualMachine, base: str) -> Document:
        """Spell a machine's folder, with a link to where it would be: none is served here."""
        folder = world.datacenter.folder(vm.folder)
        above = world.datacenter.above(folder)
        return {
            "_links": {"self": f"{base}/v2/folder/{folder.moref}"},
            "moref": folder.moref,
            "name": folder.name,
            "parent": above.name if above else "",
        }

    def consolidation(self, vm: VirtualMachine, user: User, base: str) -> Document:
        """Tell whether a machine's disks want consolidation (client: pyvss)."""
        return self.envelope(
            self.consolidation_data(vm),
            user,
            links={
                "self": self.href(base, "vm-consolidation-get", uuid=vm.uuid),
                "vm": self._machine_url(vm, base),
            },
        )

    def consolidation_data(self, vm: VirtualMachine) -> Document:
        """Spell whether a machine's disks want consolidation (client: pyvss)."""
        return {"requireDiskConsolidation": vm.needs_consolidation}

    # Snapshots.

    def snapshots(
        self, data: list[Document], vm: VirtualMachine, user: User, base: str
    ) -> Document:
        """Wrap a machine's snapshots (client: a list; that its items are whole is assumed)."""
        me = self.href(base, "vm-snapshot-list", uuid=vm.uuid)
        links = {"self": me, "vm": self._machine_url(vm, base)}
        return self.envelope(data, user, links=links)

    def snapshot(
        self, world: World, vm: VirtualMachine, shown: Snapshot, user: User, base: str
    ) -> Document:
        """Spell one snapshot: `data` is a list of one all the same (documented)."""
        me = self.href(base, "vm-snapshot-get", uuid=vm.uuid, id=shown.id)
        links = {"self": me, "vm": self._machine_url(vm, base)}
        return self.envelope([self.snapshot_row(world, shown, world.now)], user, links=links)

    def snapshot_row(self, world: World, snapshot: Snapshot, now: int) -> Document:
        """Spell a snapshot: `createTime` without a zone, the id a number here (documented).

        The numbers of the files count up by two from the document's 4 and 5 (assumed).
        """
        request = world.origin(snapshot.request)
        return {
            "age": dates.age(now - snapshot.created_on),
            "createTime": dates.naive(snapshot.created_on),
            "description": self._description(request),
            "fileKeys": [2 * snapshot.id + 2, 2 * snapshot.id + 3],
            "id": snapshot.id,
            "name": self._snapshot_name(request),
            "powerState": snapshot.power_state,
            "quiesced": False,
            "sizeGB": self._size(request, snapshot),
        }

    def _size(self, request: SnapshotRequest, snapshot: Snapshot) -> float:
        """Return a snapshot's size in GB: of the memory that it keeps, for disks do not grow."""
        kept = request.with_memory and snapshot.power_state == ON
        return gigabytes(snapshot.memory_mb) if kept else 0

    # Requests.

    def requests(self, snapshots: int, changes: int, user: User, base: str) -> Document:
        """Count the caller's requests of each kind; four kinds are not simulated and stay 0.

        The links lead where the document's do, to resources that are not served here too.
        """
        me = self.href(base, "request-summary")
        counts = {"change": changes, "snapshot": snapshots}
        counts |= dict.fromkeys(("export", "folder", "inventory", "new"), 0)
        links = {kind: f"{me}/{kind}" for kind in counts}
        links |= {"api": self.href(base, "api-root"), "self": me}
        return self.envelope(counts, user, links=links)

    def status(self, request: Request) -> str:
        """Return the word for where a request stands."""
        return self.statuses[request.state]

    def action(self, request: Request) -> str:
        """Return the word for the work that lies ahead of a snapshot request."""
        over = request.state in {State.PROCESSED, State.CANCELLED}
        return "Done" if over else _ACTIONS[work_ahead(request)]

    def request_document(self, world: World, request: Request, user: User, base: str) -> Document:
        """Spell one request in its envelope; its links' key is `_link`, singular (documented)."""
        me = self._request_url(request, base)
        data = self.request(world, request, base)
        return self.envelope(data, user, link={"request": me.rpartition("/")[0], "self": me})

    def request(self, world: World, request: Request, base: str) -> Document:
        """Spell one request, with its task's id and link once its work began (documented)."""
        task = world.task_id(request)
        vm = world.inventory[request.vm]
        links = {"vm": self._machine_url(vm, base)}
        if task is not None:
            links["task"] = self.href(base, "request-task-get", id=task)
        shared = {
            "_links": links,
            "created_on": self.date(request.created_on),
            "id": request.id,
            "message": self._message(world, request),
            "status": self.status(request),
            "task_id": task,
            "updated_on": self.date(request.updated_on),
            "user": {
                "_links": {"self": self.href(base, "user-get")},
                "username": request.user,
            },
            "vm_name": vm.name,
            "vm_uuid": vm.uuid,
        }
        if isinstance(request, ChangeRequest):
            return shared | self._change(request)
        return shared | {
            "action": self.action(request),
            "snapshot": self._requested_snapshot(world, request),
        }

    def _requested_snapshot(self, world: World, request: SnapshotRequest) -> Document:
        """Spell what a request is about: the id and the lifetime are strings here (documented).

        `valid_for` is what was asked; the document's "1" for 12 is a slip. A deletion or revert
        shows the snapshot it is about, without an end (assumed).
        """
        creates = request.job is Job.CREATE
        made_by = request if creates else world.origin(request.origin or 0)
        return {
            "description": self._description(made_by),
            "from_date": self.date(request.from_date),
            "name": self._snapshot_name(made_by),
            "snap_id": None if request.snapshot is None else str(request.snapshot),
            "to_date": self.date(request.to_date) if creates else None,
            "valid_for": str(request.valid_for) if creates else None,
        }

    def _change(self, request: ChangeRequest) -> Document:
        """Spell what only change requests have (client: the columns of vss-cli; rest assumed)."""
        schedule = request.schedule
        return {
            "attribute": self.attribute(request),
            "scheduled_datetime": None if schedule is None else self.date(schedule),
            "value": [] if request.value is None else [self.value(request.value)],
        }

    def attribute(self, request: ChangeRequest) -> str:
        """Return the word for what a change is about."""
        return _ATTRIBUTES[request.attribute]

    def value(self, value: Value) -> Any:
        """Spell what an attribute is to become as it was asked for."""
        if isinstance(value, Power):
            return _POWER_WORDS[value]
        if isinstance(value, Processors):
            return value.number
        return value // payloads.MB_IN_GB if isinstance(value, int) else value

    def task(self, task: Task, user: User, base: str) -> Document:
        """Spell a task (assumed: the document only links to it)."""
        request = self._request_url(task.request, base)
        me = self.href(base, "request-task-get", id=task.id)
        data = {
            "_links": {"request": request},
            "end": None if task.end is None else self.date(task.end),
            "id": task.id,
            "start": self.date(task.start),
            "state": _TASK_STATES.get(task.request.state, "success"),
        }
        return self.envelope(data, user, links={"request": request, "self": me})

    # What a request says of itself.

    def failure(self, world: World, request: Request) -> str | None:
        """Tell why a request's work went wrong, None while nothing has."""
        if request.failure is None and request.state not in {State.FAILED, State.MISSED}:
            return None
        errors: list[str] = self._message(world, request)["errors"]
        return errors[0]

    def _message(self, world: World, request: Request) -> Document:
        """Spell a request's messages: nothing before its work began (documented)."""
        if request.state in {State.SUBMITTED, State.CANCELLED}:
            return {}
        if request.state is State.MISSED:
            start = self.date(request.from_date)
            return {"errors": [f"The start time {start} was missed"], "warnings": []}
        errors = [] if request.failure is None else [_why(request.failure)]
        if isinstance(request, SnapshotRequest) and request.job is Job.CREATE:
            return {"errors": errors, "warnings": self._story(request)}
        if errors or request.state is State.IN_PROGRESS:
            return {"errors": errors, "warnings": []}
        if isinstance(request, ChangeRequest):
            return {"errors": [], "warnings": [self._done(request)]}
        snapshot = self._snapshot_label(world.origin(request.origin or 0))
        if request.state is State.FAILED:
            return {"errors": [f"Snapshot {snapshot} no longer exists"], "warnings": []}
        done = "deleted" if request.job is Job.DELETE else "reverted"
        return {"errors": [], "warnings": [f"Snapshot {done} {snapshot}"]}

    def _done(self, request: ChangeRequest) -> str:
        """Tell what a change has done (assumed)."""
        value = request.value
        if value is None:
            return "Disks consolidated"
        if isinstance(value, Power):
            return f"VM state changed to {_POWER_WORDS[value]}"
        if isinstance(value, Processors):
            return f"VM CPU count changed to {value.number}"
        if isinstance(value, int):
            return f"VM memory changed to {value // payloads.MB_IN_GB} GB"
        return f"VM renamed to {request.name}"

    def _story(self, request: SnapshotRequest) -> list[str]:
        """Tell the life of a snapshot: taken, deletion scheduled (documented); the rest assumed.

        Each extension adds the new date; the deletion is told, and by whom if by hand.
        """
        if request.snapshot is None:
            return []
        snapshot = self._snapshot_label(request)
        story = [f"Snapshot created {snapshot}: {self._description(request)}"]
        end = request.from_date + request.valid_for * HOUR
        for hours in (0, *request.extensions):
            end += hours * HOUR
            story.append(f"{self.scheduled} {self.date(end)}")
        if request.closed_by is not None:
            story.append(f"Snapshot deleted {snapshot} by request {request.closed_by}")
        elif request.state is State.PROCESSED:
            story.append(f"Snapshot deleted {snapshot}")
        return story

    def _description(self, request: SnapshotRequest) -> str:
        """Spell the stored description: the text asked for, the start, the hours (documented)."""
        start = dates.local_offset(request.from_date)
        return f"{request.description} from {start} valid for {request.valid_for}"

    def _snapshot_name(self, request: SnapshotRequest) -> str:
        return f"SR-{request.id}"

    def _snapshot_label(self, request: SnapshotRequest) -> str:
        return f"{self._snapshot_name(request)} ({request.snapshot})"

    # Links.

    def _machine_url(self, vm: VirtualMachine, base: str) -> str:
        return self.href(base, "vm-get", uuid=vm.uuid)

    def _request_url(self, request: Request, base: str) -> str:
        kind = "change" if isinstance(request, ChangeRequest) else "snapshot"
        return self.href(base, f"request-{kind}-get", id=request.id)

    # What lists of requests can be filtered and sorted by.

    def fields(self, world: World) -> dict[str, Field]:
        """Return the members of a request by which a list can be filtered and sorted (assumed)."""
        return {
            "id": Field("number", lambda request: request.id, in_order=True),
            "created_on": Field("date", lambda request: request.created_on, in_order=True),
            "updated_on": Field("date", lambda request: request.updated_on),
            "status": Field("text", self.status),
            "vm_name": Field("text", lambda request: world.inventory[request.vm].name),
            "vm_uuid": Field("text", lambda request: request.vm),
            "task_id": Field("text", world.task_id),
        }

    def snapshot_fields(self, world: World) -> dict[str, Field]:
        """Return what a list of snapshot requests can be filtered and sorted by (assumed)."""
        return self.fields(world) | {
            "action": Field("text", self.action),
            "from_date": Field("date", lambda request: request.from_date),
            "to_date": Field(
                "date", lambda request: request.to_date if request.valid_for else None
            ),
            "snap_id": Field("number", lambda request: request.snapshot),
            "valid_for": Field("number", lambda request: request.valid_for or None),
            "description": Field("text", lambda request: request.description),
        }

    def change_fields(self, world: World) -> dict[str, Field]:
        """Return what a list of change requests can be filtered and sorted by (assumed)."""
        return self.fields(world) | {
            "scheduled_datetime": Field("date", lambda request: request.schedule),
        }


def gigabytes(megabytes: int) -> float:
    """Return megabytes as gigabytes, whole ones as a whole number."""
    size = megabytes / payloads.MB_IN_GB
    return int(size) if size.is_integer() else size


def _why(failure: Failure) -> str:
    """Tell why work failed, in VMware's own words (that they come here is assumed)."""
    if failure.fault is Fault.POWER_STATE:
        state = _POWER_STATES[failure.detail]
        return f"The attempted operation cannot be performed in the current state ({state})."
    if failure.fault is Fault.NAME_TAKEN:
        return f"The name '{failure.detail}' already exists."
    if failure.fault is Fault.QUIESCE_TIMEOUT:
        return _QUIESCE_TIMEOUT
    if failure.fault is Fault.NO_DISK_SPACE:
        return f"Insufficient disk space on datastore '{failure.detail}'."
    if failure.fault is Fault.INVALID_STATE:
        return "The operation is not allowed in the current state."
    what = "CPU" if failure.detail == Attribute.CPU else "Memory"
    return f"{what} hot plug is not supported for this virtual machine."
