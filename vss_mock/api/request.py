"""Requests: their counts, lists of each kind, one of each kind, extension, tasks."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from vss_mock.api.messages import Reply, Steps
from vss_mock.api.pacing import advance, turn
from vss_mock.api.params import number
from vss_mock.api.rendering import render
from vss_mock.api.visit import Visit
from vss_mock.simulator.clock import LATEST, Mode
from vss_mock.simulator.journal import Cause
from vss_mock.simulator.lifecycle import UNDER_WAY, State
from vss_mock.simulator.records import Request
from vss_mock.simulator.schedule import next_due
from vss_mock.wire import collections, payloads
from vss_mock.wire.collections import Field

_Asked = TypeVar("_Asked", bound=Request)

_WAITED_FOR = frozenset({State.SUBMITTED, *UNDER_WAY})
"""The states that a client waits to see the end of."""


def request_summary(visit: Visit) -> Reply:
    """Answer how many requests of each kind the caller has."""
    world, user = visit.world, visit.user
    snapshots, changes = len(world.snapshot_requests(user)), len(world.change_requests(user))
    return visit.reply(200, visit.dialect.requests(snapshots, changes, user, visit.base))


def request_snapshot_list(visit: Visit) -> Reply:
    """Answer a page of the caller's snapshot requests."""
    rows = visit.world.snapshot_requests(visit.user)
    fields = visit.dialect.snapshot_fields(visit.world)
    return _page(visit, "request-snapshot", rows, fields)


def request_snapshot_get(visit: Visit) -> Reply | Steps:
    """Answer one of the caller's snapshot requests."""
    id = number(visit.call.params["id"], "snapshot request")
    if visit.tenancy.pace.mode is Mode.AUTO:
        return _polled(visit, lambda: visit.tenancy.world.snapshot_request(visit.user, id))
    return _one(visit, visit.world.snapshot_request(visit.user, id))


def request_snapshot_extend(visit: Visit) -> Reply:
    """Put off the deletion of a snapshot."""
    id = number(visit.call.params["id"], "snapshot request")
    return _updated(visit, visit.world.extend(visit.user, id, payloads.extension(visit.body)))


def request_change_list(visit: Visit) -> Reply:
    """Answer a page of the caller's change requests."""
    rows = visit.world.change_requests(visit.user)
    fields = visit.dialect.change_fields(visit.world)
    return _page(visit, "request-change", rows, fields)


def request_change_get(visit: Visit) -> Reply | Steps:
    """Answer one of the caller's change requests."""
    id = number(visit.call.params["id"], "change request")
    if visit.tenancy.pace.mode is Mode.AUTO:
        return _polled(visit, lambda: visit.tenancy.world.change_request(visit.user, id))
    return _one(visit, visit.world.change_request(visit.user, id))


def request_change_update(visit: Visit) -> Reply:
    """Give a change that waits for its date another date, or cancel it."""
    id = number(visit.call.params["id"], "change request")
    schedule = payloads.rescheduled(visit.body)
    if schedule is None:
        return _updated(visit, visit.world.cancel(visit.user, id))
    return _updated(visit, visit.world.reschedule(visit.user, id, schedule))


def request_change_retry(visit: Visit) -> Reply:
    """Accept a request to try a change that has failed again."""
    id = number(visit.call.params["id"], "change request")
    request = visit.world.retry(visit.user, id)
    return visit.reply(202, visit.dialect.accepted(request, visit.user, visit.base))


def request_new_list(visit: Visit) -> Reply:
    """Answer the caller's requests for new machines: none can be made here."""
    return _none(visit, "request-new")


def request_export_list(visit: Visit) -> Reply:
    """Answer the caller's requests for exports: none can be made here."""
    return _none(visit, "request-export")


def request_folder_list(visit: Visit) -> Reply:
    """Answer the caller's requests for folders: none can be made here."""
    return _none(visit, "request-folder")


def request_inventory_list(visit: Visit) -> Reply:
    """Answer the caller's requests for inventories: none can be made here."""
    return _none(visit, "request-inventory")


def request_task_get(visit: Visit) -> Reply:
    """Answer the task of one of the caller's requests."""
    task = visit.world.task(visit.user, visit.call.params["id"])
    return visit.reply(200, visit.dialect.task(task, visit.user, visit.base))


def _polled(visit: Visit, find: Callable[[], _Asked]) -> Reply | Steps:
    """Answer a request that somebody may wait for: the second look lets its work begin, or end.

    Only what waits for its date, or is under way, is waited for: a snapshot that is there stays
    until it is told to.
    """
    request = find()
    if request.state in _WAITED_FOR and visit.tenancy.polled(request):
        return _stepped(visit, find)
    return _one(visit, request)


def _stepped(visit: Visit, find: Callable[[], _Asked]) -> Steps:
    """Answer a request after the clock has gone to its next event."""
    with turn(visit.tenancy) as waiting:
        yield from waiting
        request = find()
        due = next_due(request)
        if request.state in _WAITED_FOR and due is not None:
            # What was due earlier is due now; no clock goes past the last instant.
            target = min(max(due, visit.tenancy.world.now), LATEST)
            for _ in advance(visit.tenancy, target, Cause.AUTO):
                yield
    return _one(visit, find())


def _updated(visit: Visit, request: Request) -> Reply:
    """Answer that a request was changed: by 204 alone, or by the request itself."""
    return _one(visit, request) if visit.dialect.answers_updates else Reply(204)


def _one(visit: Visit, request: Request) -> Reply:
    """Answer one request from bytes kept since it last changed.

    A record is replaced whenever it changes, so bytes are good for as long as the record they were
    made of is the one found now; the machine's name stands in them too.
    """
    kept, key = visit.house.kept, (visit.tenancy.name, visit.base, type(request), request.id)
    machine = visit.world.inventory[request.vm]
    entry = kept.get(key)
    if entry is None or entry[0] is not request or entry[1] is not machine:
        dialect, world = visit.dialect, visit.world
        document = dialect.request_document(world, request, visit.user, visit.base)
        entry = (request, machine, render(document))
        kept[key] = entry
    return Reply(200, entry[2], timed=visit.tenancy.pace.live)


def _none(visit: Visit, operation: str) -> Reply:
    return _page(visit, operation, (), visit.dialect.fields(visit.world))


def _page(visit: Visit, operation: str, rows: Sequence[Any], fields: Mapping[str, Field]) -> Reply:
    dialect, base = visit.dialect, visit.base
    view = collections.read_query(visit.query, fields, bare_sort=dialect.pages_all)
    page = collections.page(rows, view, dialect.href(base, f"{operation}-list"))
    data: list[Any]
    if view.expand:
        data = [dialect.request(visit.world, row, base) for row in page.rows]
    else:
        data = [dialect.href(base, f"{operation}-get", id=row.id) for row in page.rows]
    document = dialect.page(f"{operation}-list", data, page.pages, visit.user, base)
    return visit.reply(200, document)
