"""Requests: their counts, lists of each kind, one of each kind, extension, tasks."""

from collections.abc import Mapping, Sequence
from typing import Any

from vss_mock.api.messages import Reply
from vss_mock.api.params import number
from vss_mock.api.rendering import render
from vss_mock.api.visit import Visit
from vss_mock.simulator.records import Request
from vss_mock.wire import collections, payloads
from vss_mock.wire.collections import Field


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


def request_snapshot_get(visit: Visit) -> Reply:
    """Answer one of the caller's snapshot requests."""
    id = number(visit.call.params["id"], "snapshot request")
    return _one(visit, visit.world.snapshot_request(visit.user, id))


def request_snapshot_extend(visit: Visit) -> Reply:
    """Put off the deletion of a snapshot; the answer is empty."""
    id = number(visit.call.params["id"], "snapshot request")
    visit.world.extend(visit.user, id, payloads.extension(visit.body))
    return Reply(204)


def request_change_list(visit: Visit) -> Reply:
    """Answer a page of the caller's change requests."""
    rows = visit.world.change_requests(visit.user)
    fields = visit.dialect.change_fields(visit.world)
    return _page(visit, "request-change", rows, fields)


def request_change_get(visit: Visit) -> Reply:
    """Answer one of the caller's change requests."""
    id = number(visit.call.params["id"], "change request")
    return _one(visit, visit.world.change_request(visit.user, id))


def request_task_get(visit: Visit) -> Reply:
    """Answer the task of one of the caller's requests."""
    task = visit.world.task(visit.user, visit.call.params["id"])
    return visit.reply(200, visit.dialect.task(task, visit.user, visit.base))


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


def _page(visit: Visit, operation: str, rows: Sequence[Any], fields: Mapping[str, Field]) -> Reply:
    dialect, base = visit.dialect, visit.base
    view = collections.read_query(visit.query, fields)
    page = collections.page(rows, view, dialect.href(base, f"{operation}-list"))
    data: list[Any]
    if view.expand:
        data = [dialect.request(visit.world, row, base) for row in page.rows]
    else:
        data = [dialect.href(base, f"{operation}-get", id=row.id) for row in page.rows]
    document = dialect.page(f"{operation}-list", data, page.pages, visit.user, base)
    return visit.reply(200, document)
