"""A request as the call that asks for it: what a body says, the other way round.

It is for requests whose own call nobody remembers. Seconds of a date are lost, for no body can
spell them, and of an hour that the clocks show twice the first is meant.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from vss_mock.simulator.lifecycle import Job
from vss_mock.simulator.records import (
    PLAIN,
    Attribute,
    ChangeRequest,
    Options,
    Processors,
    Request,
    SnapshotRequest,
)
from vss_mock.wire import dates, payloads
from vss_mock.wire.dialect_2016 import Dialect2016

_ON_SNAPSHOTS = {Job.DELETE: "vm-snapshot-delete", Job.REVERT: "vm-snapshot-revert"}
_CHANGES = {
    Attribute.POWER: "vm-state-set",
    Attribute.NAME: "vm-name-set",
    Attribute.CPU: "vm-cpu-set",
    Attribute.MEMORY: "vm-memory-set",
}

MAKING = frozenset(
    {"vm-snapshot-create", "vm-consolidate", *_ON_SNAPSHOTS.values(), *_CHANGES.values()}
)
"""The operations that make requests."""


class Asked(NamedTuple):
    """A call that asks for a request: its operation, the values in its path, its body if any."""

    operation: str
    values: Mapping[str, object]
    body: Mapping[str, Any] | None


def asked(dialect: Dialect2016, request: Request) -> Asked:
    """Return the call that asks for a request in a dialect."""
    if isinstance(request, ChangeRequest):
        return _change(dialect, request)
    if request.job in _ON_SNAPSHOTS:
        values = {"uuid": request.vm, "id": request.snapshot}
        return Asked(_ON_SNAPSHOTS[request.job], values, None)
    return Asked("vm-snapshot-create", {"uuid": request.vm}, _creation(request))


def asks(body: Mapping[str, Any] | None, request: Request) -> bool:
    """Tell whether a valid body of the operation that made a request asks for what this one does.

    What is in the path is not looked at.
    """
    if isinstance(request, ChangeRequest):
        if request.attribute is None:
            return payloads.consolidation(body) == request.schedule
        wanted = (request.value, request.schedule)
        given = body or {}
        return (payloads.change(request.attribute, given), payloads.schedule(given)) == wanted
    if request.job is not Job.CREATE or body is None:
        return True
    description, from_date, hours = payloads.snapshot(body)
    found = (description, from_date, hours, Options(**payloads.options(body)))
    return found == (request.description, request.from_date, request.valid_for, request.options)


def _creation(request: SnapshotRequest) -> Mapping[str, Any]:
    body = {
        "description": request.description,
        "from_date": dates.minute(request.from_date),
        "valid_for": request.valid_for,
    }
    return body if request.options == PLAIN else {**body, **request.options._asdict()}


def _change(dialect: Dialect2016, request: ChangeRequest) -> Asked:
    body: dict[str, Any] = {}
    operation = "vm-consolidate"
    if request.attribute is not None and request.value is not None:
        operation = _CHANGES[request.attribute]
        member = dialect.new_name if request.attribute is Attribute.NAME else "value"
        body[member] = dialect.value(request.value)
        if isinstance(request.value, Processors) and request.value.cores_per_socket is None:
            body[member] = request.value.number
    if request.schedule is not None:
        body["schedule"] = dates.minute(request.schedule)
    return Asked(operation, {"uuid": request.vm}, body)
