"""Handles on what is to go wrong in a world, and on what is to wait: its faults and its holds.

They make short calls over HTTP as the world's other handles do, so that they work the same for a
mock that runs elsewhere. What the mock refuses they raise as ControlError, in the mock's own words.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from types import TracebackType
from typing import Any, Literal, Protocol, Self, TypeAlias, TypedDict, Unpack

from vss_mock import events
from vss_mock.client import Client, ControlError
from vss_mock.events import Due, Fired

Kind: TypeAlias = Literal[
    "status",
    "latency",
    "lost-answer",
    "connection-refused",
    "connection-reset",
    "cut-body",
    "content-type",
    "not-json",
    "broken-body",
    "stale",
    "duplicate",
    "expired-token",
    "work-fails",
    "work-retried",
    "work-missed",
    "work-slow",
]
"""What can go wrong: on a call, or, of the kinds that begin with `work-`, in the work itself."""

Reason: TypeAlias = Literal["quiesce_timeout", "no_disk_space", "invalid_state"]
"""Why work fails; the request then tells it in VMware's own words."""

HoldableEvent: TypeAlias = Literal["start", "take", "delete", "revert", "consolidate", "change"]
WorkEvent: TypeAlias = Literal["take", "delete", "revert", "consolidate", "change"]

_COUNTS = ("seen", "fired")


class AnyMachine(Protocol):
    """Whatever has a uuid, as the machines of a world do."""

    @property
    def uuid(self) -> str:
        """Tell the machine apart from all others."""


class AnyAccount(Protocol):
    """Whatever has a username, as the users of a world do."""

    @property
    def username(self) -> str:
        """Tell the user apart from all others."""


class FaultSettings(TypedDict, total=False):
    """What may be said of a fault beside its kind; each kind takes some of it, and says which.

    On which occasions: calls of an `operation` (an id, or its beginning and `*`), of a `method`, to
    a `path`; work of an `event`, of a `request`; what a `user` asks, what is about a `vm`. Of those
    that match, after the first `skip`: the `nth` alone, `every` so many, a `share` by the world's
    seed; `times` times at most, from `since` on and before `until` (the world's time; without an
    offset Toronto's). The others say how it goes wrong.
    """

    operation: str
    method: str
    path: str
    event: WorkEvent
    request: int
    user: str | AnyAccount
    vm: str | AnyMachine
    skip: int
    nth: int
    every: int
    share: float
    times: int
    since: datetime | str
    until: datetime | str
    note: str
    status_code: int
    retry_after: int | timedelta
    message: str
    seconds: float | timedelta
    up_to: float | timedelta
    bytes: int
    value: str | None
    text: str
    member: str
    becomes: Literal["missing", "null", "other-type"]
    calls: int
    reason: Reason
    detail: str


class Fault:
    """One fault of a world. As a context manager it is removed at the end.

    `settings` are what it matches and how it goes wrong, as the mock spells them: a machine is a
    uuid, an instant is in UTC.
    """

    def __init__(self, client: Client, path: str, document: Mapping[str, Any]) -> None:
        self._client = client
        self.id: int = document["id"]
        self.kind: str = document["kind"]
        self.settings: Mapping[str, Any] = {
            name: value for name, value in document.items() if name not in {"id", "kind", *_COUNTS}
        }
        self._path = f"{path}/{self.id}"

    @property
    def seen(self) -> int:
        """How many occasions have matched. Raises ControlError (404) once it is removed."""
        return int(self._client.get(self._path)["seen"])

    @property
    def fired(self) -> int:
        """How often it has struck. Raises ControlError (404) once it is removed."""
        return int(self._client.get(self._path)["fired"])

    def remove(self) -> None:
        """Let nothing go wrong by this fault any more."""
        self._client.delete(self._path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _unless_gone(self.remove)

    def __repr__(self) -> str:
        return f"<Fault {self.id}: {_said(self.kind, self.settings)}>"


class Faults:
    """The faults of a world in order of their ids: iterates over them, and `len` counts them."""

    def __init__(self, client: Client, path: str) -> None:
        self._client = client
        self._path = path

    def add(self, kind: Kind, **settings: Unpack[FaultSettings]) -> Fault:
        """Let something go wrong from now on, until the fault is removed or the world is reset.

        Lengths of time are seconds or a timedelta; a machine is a name, a UUID or a moref, or one
        of `vms`. Raises ControlError for what no fault can be made of.
        """
        document = plain({"kind": kind, **settings})
        return Fault(self._client, self._path, self._client.post(self._path, document))

    def clear(self) -> None:
        """Remove all faults."""
        self._client.delete(self._path)

    def __iter__(self) -> Iterator[Fault]:
        for document in self._read():
            yield Fault(self._client, self._path, document)

    def __len__(self) -> int:
        return len(self._read())

    def __repr__(self) -> str:
        return repr(list(self))

    def _read(self) -> Sequence[Mapping[str, Any]]:
        faults: Sequence[Mapping[str, Any]] = self._client.get(self._path)["faults"]
        return faults


class Hold:
    """One hold of a world: time stops right before what it is about. `settings` say what that is.

    As a context manager it is released at the end, if it has not been before.
    """

    def __init__(self, client: Client, path: str, document: Mapping[str, Any]) -> None:
        self._client = client
        self._holds = path
        self.id: int = document["id"]
        self.settings: Mapping[str, Any] = {
            name: value for name, value in document.items() if name not in {"id", "holds"}
        }

    @property
    def held(self) -> Due | None:
        """The event that it holds back now: time stands at its instant. None if there is none."""
        for document in self._client.get(self._holds)["holds"]:
            if document["id"] == self.id and document["holds"] is not None:
                return events.due(document["holds"])
        return None

    def release(self) -> None:
        """Let go; what it held back happens when the clock is next moved, be it by nothing."""
        self._client.delete(f"{self._holds}/{self.id}")

    def fail(self, reason: Reason = "invalid_state", *, detail: str | None = None) -> list[Fired]:
        """Let the work that it holds back fail, now, and let go; return what happened.

        `detail` is the datastore that is full. Raises ControlError (409) if it holds nothing back.
        """
        document = {"reason": reason} if detail is None else {"reason": reason, "detail": detail}
        answer = self._client.post(f"{self._holds}/{self.id}/fail", document)
        return [events.fired(document) for document in answer["fired"]]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _unless_gone(self.release)

    def __repr__(self) -> str:
        return f"<Hold {self.id}: {_said('', self.settings) or 'anything'}>"


class Holds:
    """The holds of a world in order of their ids: iterates over them, and `len` counts them."""

    def __init__(self, client: Client, path: str) -> None:
        self._client = client
        self._path = path

    def add(
        self,
        event: HoldableEvent | None = None,
        *,
        request: int | None = None,
        vm: str | AnyMachine | None = None,
        kind: Literal["snapshot", "change"] | None = None,
    ) -> Hold:
        """Hold an event, as `World.hold` does."""
        said = {"event": event, "request": request, "vm": vm, "kind": kind}
        document = plain({name: value for name, value in said.items() if value is not None})
        return Hold(self._client, self._path, self._client.post(self._path, document))

    def clear(self) -> None:
        """Release all that is held."""
        self._client.delete(self._path)

    def __iter__(self) -> Iterator[Hold]:
        for document in self._read():
            yield Hold(self._client, self._path, document)

    def __len__(self) -> int:
        return len(self._read())

    def __repr__(self) -> str:
        return repr(list(self))

    def _read(self) -> Sequence[Mapping[str, Any]]:
        holds: Sequence[Mapping[str, Any]] = self._client.get(self._path)["holds"]
        return holds


def plain(value: Any) -> Any:
    """Return what a caller gave as JSON has it: instants, lengths, machines and users in words."""
    if isinstance(value, Mapping):
        return {name: plain(member) for name, member in value.items()}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return seconds(value)
    for name in ("uuid", "username"):
        if hasattr(value, name):
            return getattr(value, name)
    if isinstance(value, list | tuple):
        return [plain(member) for member in value]
    return value


def seconds(length: float | timedelta) -> float:
    """Return a length of time in seconds, a whole number where it is one."""
    if isinstance(length, timedelta):
        length = length.total_seconds()
        return int(length) if length.is_integer() else length
    return length


def _unless_gone(end: Any) -> None:
    """End what a block began, unless that has happened in the block, or its world has gone."""
    try:
        end()
    except ControlError as problem:
        if problem.status_code != HTTPStatus.NOT_FOUND:
            raise


def _said(kind: str, settings: Mapping[str, Any]) -> str:
    return " ".join([kind, *(f"{name}={value!r}" for name, value in settings.items())]).strip()
