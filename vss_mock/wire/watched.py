"""What happens in a world, as those who watch it are told: rows of machines and requests, events.

An event goes over the wire as a server-sent event (WHATWG HTML, section 9.2): a name and one line
of JSON. A row depends on its record and on the dialect alone, so it stays while the record does.
"""

from collections.abc import Iterable
from typing import Any

import orjson

from vss_mock.simulator.clock import iso
from vss_mock.simulator.lifecycle import Job
from vss_mock.simulator.records import ChangeRequest, Request, Snapshot, VirtualMachine
from vss_mock.simulator.schedule import next_due, work_ahead
from vss_mock.simulator.world import World
from vss_mock.wire.dialect_2016 import Dialect2016

FIRST = b"retry: 1000\n\n"
"""How a stream begins: whoever loses it comes again after a second."""

Document = dict[str, Any]


def told(name: str, document: Document) -> bytes:
    """Spell an event; JSON holds no line break, so one line is enough."""
    body = orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
    return b"event: %b\ndata: %b\n\n" % (name.encode(), body)


def machine_row(vm: VirtualMachine, snapshots: Iterable[Snapshot]) -> Document:
    """Spell a machine with the snapshots that it has now."""
    return {
        "uuid": vm.uuid,
        "moref": vm.moref,
        "name": vm.name,
        "power_state": vm.power_state,
        "cpu_count": vm.cpu_count,
        "memory_mb": vm.memory_mb,
        "snapshots": [
            {"id": each.id, "request": each.request, "created_on": iso(each.created_on)}
            for each in snapshots
        ],
    }


def request_row(world: World, dialect: Dialect2016, request: Request) -> Document:
    """Spell a request of either kind; what only the other kind has is null."""
    due = next_due(request)
    shared = {
        "id": request.id,
        "job": request.job,
        "state": dialect.status(request),
        "phase": request.state,
        "vm": request.vm,
        "user": request.user,
        "created": iso(request.created_on),
        "updated": iso(request.updated_on),
        "from": iso(request.from_date),
        "failure": dialect.failure(world, request),
        "due": None if due is None else {"at": iso(due), "event": work_ahead(request)},
    }
    if isinstance(request, ChangeRequest):
        value = request.value
        return shared | {
            "kind": "change",
            "description": None,
            "to": None,
            "hours": None,
            "extensions": [],
            "snapshot": None,
            "origin": None,
            "closed_by": None,
            "attribute": dialect.attribute(request),
            "value": None if value is None else dialect.value(value),
        }
    creates = request.job is Job.CREATE
    return shared | {
        "kind": "snapshot",
        "description": request.description,
        "to": iso(request.to_date) if creates else None,
        "hours": request.valid_for if creates else None,
        "extensions": request.extensions,
        "snapshot": request.snapshot,
        "origin": request.origin,
        "closed_by": request.closed_by,
        "attribute": None,
        "value": None,
    }
