"""The records: what is true. A change replaces a record, so copies of a world share them.

Instants are microseconds since 1970 in UTC, lifetimes whole hours, sizes in the unit that their
name says.
"""

from enum import StrEnum
from typing import NamedTuple

from vss_mock.simulator.clock import HOUR
from vss_mock.simulator.lifecycle import Event, Job, State


class Group(NamedTuple):
    """A group of users; who is in it, their records tell."""

    id: int
    name: str
    description: str


class Message(NamedTuple):
    """A message to a user: `kind` is a word of the service's own."""

    id: int
    user: str
    kind: str
    subject: str
    text: str
    acknowledged: bool
    created_on: int
    updated_on: int


class Role(NamedTuple):
    """What a user may do, in the service's own words."""

    name: str
    description: str
    entitlements: tuple[str, ...] = ()


class Settings(NamedTuple):
    """Of which steps of a request a user is told, and how; and whether in a digest too."""

    submission: bool = True
    completion: bool = True
    error: bool = True
    method: str = "mail"
    format: str = "html"
    digest: bool = True


class User(NamedTuple):
    """Somebody who may log in; `sees` holds the uuids of the machines shown, None means all."""

    username: str
    password: str
    full_name: str
    email: str
    sees: frozenset[str] | None
    phone: str = ""
    groups: tuple[str, ...] = ()
    created_on: int = 0
    access_role: Role = Role("general", "general users")
    request_role: Role = Role("basic", "basic resources")
    settings: Settings = Settings()


class Folder(NamedTuple):
    """A folder of machines; `parent` is the moref of the folder above, None at the top."""

    moref: str
    name: str
    parent: str | None


class Network(NamedTuple):
    """A network that machines are attached to."""

    moref: str
    name: str
    description: str
    subnet: str
    vlan_id: int
    admin: str = ""
    client: str = ""
    updated_on: int = 0


class Domain(NamedTuple):
    """A fault domain: the hosts that machines run on."""

    moref: str
    name: str


class VirtualMachine(NamedTuple):
    """A virtual machine as its inventory knows it.

    `folder`, `networks` and `domain` are morefs. `boot_time` is when it was last switched on, None
    while it is off; `hot_add` says that processors and memory can be added while it is on.
    """

    uuid: str
    moref: str
    name: str
    power_state: str
    cpu_count: int
    memory_mb: int
    guest_full_name: str
    ip_address: str | None
    overall_status: str
    storage_b: int
    provisioned_gb: float
    folder: str
    networks: tuple[str, ...]
    needs_consolidation: bool
    domain: str
    created_on: int
    boot_time: int | None = None
    cores_per_socket: int = 1
    guest_id: str = "otherGuest64"
    hostname: str | None = None
    hot_add: bool = False


class Snapshot(NamedTuple):
    """A snapshot that exists now: its number on its machine, and the request that made it.

    The rest is what the machine was then, and what a revert makes it again.
    """

    id: int
    request: int
    created_on: int
    power_state: str
    cpu_count: int
    memory_mb: int
    cores_per_socket: int = 1


class Options(NamedTuple):
    """What is asked of a snapshot beside its dates.

    `consolidate`: that the machine's disks are settled when it goes; `with_memory`: that what is in
    the machine's memory is kept.
    """

    consolidate: bool = False
    with_memory: bool = False


PLAIN = Options()
"""No options; most requests share it."""


class Fault(StrEnum):
    """Why work could not be done."""

    POWER_STATE = "power_state"
    NAME_TAKEN = "name_taken"
    NO_HOT_PLUG = "no_hot_plug"
    QUIESCE_TIMEOUT = "quiesce_timeout"
    NO_DISK_SPACE = "no_disk_space"
    INVALID_STATE = "invalid_state"


INJECTED = frozenset({Fault.QUIESCE_TIMEOUT, Fault.NO_DISK_SPACE, Fault.INVALID_STATE})
"""Why work fails only where it is told to."""


class Failure(NamedTuple):
    """Why work failed, and what stood in its way: a power state, a name, an attribute, a disk."""

    fault: Fault
    detail: str


class Work(NamedTuple):
    """Work that lasts, or went wrong: when it began, and when it ends, ended or is tried again.

    `failure` is why the last try of it failed, if it did.
    """

    began: int
    until: int
    failure: Failure | None = None


class SnapshotRequest(NamedTuple):
    """A request to create, delete or revert to a snapshot.

    `snapshot` is the snapshot's number (None until it is taken), `origin` for a deletion or revert
    the request that made the snapshot, `closed_by` the deletion that ended this request early,
    `extensions` the hours added, in order. `work` tells of work that lasted or went wrong.
    """

    id: int
    job: Job
    state: State
    user: str
    vm: str
    created_on: int
    updated_on: int
    description: str
    from_date: int
    valid_for: int
    extensions: tuple[int, ...] = ()
    snapshot: int | None = None
    origin: int | None = None
    closed_by: int | None = None
    options: Options = PLAIN
    work: Work | None = None

    @property
    def failure(self) -> Failure | None:
        """Why the last try of its work failed, if it did."""
        return self.work and self.work.failure

    @property
    def consolidate(self) -> bool:
        """Whether the machine's disks are settled when the snapshot goes."""
        return self.options.consolidate

    @property
    def with_memory(self) -> bool:
        """Whether the snapshot keeps what is in the machine's memory."""
        return self.options.with_memory

    @property
    def to_date(self) -> int:
        """The instant at which the snapshot is to be deleted; hours are added in UTC."""
        return self.from_date + (self.valid_for + sum(self.extensions)) * HOUR

    def moved(
        self,
        state: State,
        at: int,
        *,
        snapshot: int | None = None,
        extensions: tuple[int, ...] | None = None,
        closed_by: int | None = None,
    ) -> "SnapshotRequest":
        """Return the record in another state, changed at an instant; None leaves a member alone.

        It does what `_replace` does in a third of the time: a long advance does little else.
        """
        id, job, _, user, vm, made, _, text, from_date, hours, added, number, origin, end = self[
            :14
        ]
        return tuple.__new__(
            SnapshotRequest,
            (
                id,
                job,
                state,
                user,
                vm,
                made,
                at,
                text,
                from_date,
                hours,
                added if extensions is None else extensions,
                number if snapshot is None else snapshot,
                origin,
                end if closed_by is None else closed_by,
                *self[14:],
            ),
        )


class Attribute(StrEnum):
    """What of a machine a change is about."""

    POWER = "power"
    NAME = "name"
    CPU = "cpu"
    MEMORY = "memory"


class Power(StrEnum):
    """What can be done to a machine's power."""

    ON = "on"
    OFF = "off"
    RESET = "reset"
    REBOOT = "reboot"
    SHUTDOWN = "shutdown"
    SUSPEND = "suspend"


class Processors(NamedTuple):
    """How many virtual processors, and how many of them share a socket (None: as it is)."""

    number: int
    cores_per_socket: int | None = None


Value = Power | Processors | str | int
"""What a machine's power, processors, name or memory (in MB) is to become."""


class ChangeRequest(NamedTuple):
    """A request to change a machine; `schedule` is the instant asked for, None means at once.

    A consolidation has neither `attribute` nor `value`; `failure` is there while it has failed,
    `name` once the machine was renamed: the whole of what it was called then. `work` tells of work
    that lasted or went wrong; why, `failure` says.
    """

    id: int
    job: Job
    state: State
    user: str
    vm: str
    created_on: int
    updated_on: int
    schedule: int | None
    attribute: Attribute | None = None
    value: Value | None = None
    failure: Failure | None = None
    name: str | None = None
    work: Work | None = None

    @property
    def from_date(self) -> int:
        """The instant from which the change may be made."""
        return self.created_on if self.schedule is None else self.schedule


Request = SnapshotRequest | ChangeRequest


class Task(NamedTuple):
    """The work that a request caused: when it started, and ended (None while it is under way)."""

    id: str
    request: Request
    start: int
    end: int | None


class Due(NamedTuple):
    """An event that lies ahead, of a snapshot request or `of_change`."""

    at: int
    request: int
    event: Event
    vm: str
    snapshot: int | None
    of_change: bool = False

    @property
    def kind(self) -> str:
        """The kind of the request: snapshot, or change."""
        return "change" if self.of_change else "snapshot"


class Fired(NamedTuple):
    """An event that happened: at which instant, to which request, from which state to which."""

    at: int
    request: int
    event: Event
    before: State
    after: State
    vm: str
    snapshot: int | None
    of_change: bool = False

    @property
    def kind(self) -> str:
        """The kind of the request: snapshot, or change."""
        return "change" if self.of_change else "snapshot"
