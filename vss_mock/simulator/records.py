"""The records: what is true. A change replaces a record, so copies of a world share them.

Instants are microseconds since 1970 in UTC, lifetimes whole hours, sizes in the unit that their
name says.
"""

from typing import NamedTuple

from vss_mock.simulator.clock import HOUR
from vss_mock.simulator.lifecycle import Event, Job, State


class User(NamedTuple):
    """Somebody who may log in; `sees` holds the uuids of the machines shown, None means all."""

    username: str
    password: str
    full_name: str
    email: str
    sees: frozenset[str] | None


class Folder(NamedTuple):
    """The folder a machine lies in; `parent` is the name of the folder above."""

    moref: str
    name: str
    parent: str


class Network(NamedTuple):
    """A network a machine is attached to."""

    moref: str
    name: str


class VirtualMachine(NamedTuple):
    """A virtual machine as its inventory knows it."""

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
    provisioned_gb: int
    folder: Folder
    networks: tuple[Network, ...]
    needs_consolidation: bool


class Snapshot(NamedTuple):
    """A snapshot that exists now: its number on its machine, and the request that made it."""

    id: int
    request: int
    created_on: int
    power_state: str


class SnapshotRequest(NamedTuple):
    """A request to create, delete or revert to a snapshot.

    `snapshot` is the snapshot's number (None until it is taken), `origin` for a deletion or revert
    the request that made the snapshot, `closed_by` the deletion that ended this request early,
    `extensions` the hours added, in order.
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
        id, job, _, user, vm, made, _, text, from_date, hours, added, number, origin, end = self
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
            ),
        )


class ChangeRequest(NamedTuple):
    """A request to change a machine; `schedule` is the instant asked for, None means at once."""

    id: int
    job: Job
    state: State
    user: str
    vm: str
    created_on: int
    updated_on: int
    schedule: int | None

    @property
    def from_date(self) -> int:
        """The instant from which the change may be made."""
        return self.created_on if self.schedule is None else self.schedule


Request = SnapshotRequest | ChangeRequest


class Task(NamedTuple):
    """The work that a request caused; it takes no time, so it ends at the instant it starts."""

    id: str
    request: Request
    start: int
    end: int


class Due(NamedTuple):
    """An event that lies ahead."""

    at: int
    request: int
    event: Event
    vm: str
    snapshot: int | None


class Fired(NamedTuple):
    """An event that happened: at which instant, to which request, from which state to which."""

    at: int
    request: int
    event: Event
    before: State
    after: State
    vm: str
    snapshot: int | None
