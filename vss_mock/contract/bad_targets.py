"""Calls about what is not there, or not for everybody; methods and queries that are not taken."""

from typing import Any, Final
from urllib.parse import quote

from vss_mock.contract.asking import NOTHING, asks
from vss_mock.contract.bad_bodies import good_body
from vss_mock.contract.bad_changes import WORKS, good_change
from vss_mock.contract.bad_values import BAD_QUERIES
from vss_mock.contract.model import CANCELLED, WAITING
from vss_mock.contract.refusing import Fault
from vss_mock.contract.sent import Sent
from vss_mock.contract.walker import Walker

PARTS: Final = ("state", "name", "cpu", "memory", "folder", "domain", "guest", "guest/tools")
"""What can be read of a machine by itself, since 2019."""
NOBODY: Final = "00000000-0000-4000-8000-000000000000"
"""A UUID that nothing has."""


def calls_on(walker: Walker, vm: str, number: int) -> list[tuple[str, str, str, Any]]:
    """Return every call about a machine, and about a snapshot of it."""
    path = f"/v2/vm/{vm}"
    one = f"{path}/snapshot/{number}"
    return [
        ("vm-snapshot-get", "GET", one, NOTHING),
        ("vm-snapshot-delete", "DELETE", one, NOTHING),
        ("vm-snapshot-revert", "PATCH", one, NOTHING),
        ("vm-get", "GET", path, NOTHING),
        ("vm-snapshot-list", "GET", f"{path}/snapshot", NOTHING),
        ("vm-snapshot-create", "POST", f"{path}/snapshot", good_body(walker)),
        ("vm-consolidation-get", "GET", f"{path}/snapshot/consolidate", NOTHING),
        ("vm-consolidate", "PUT", f"{path}/snapshot/consolidate", {}),
        *((f"vm-{work}-set", "PUT", f"{path}/{work}", good_change(walker, work)) for work in WORKS),
        *(
            (f"vm-{part.rpartition('/')[2]}-get", "GET", f"{path}/{part}", NOTHING)
            for part in PARTS
            if walker.since("2019")
        ),
    ]


def _fault_on(
    walker: Walker, user: str, call: tuple[str, str, str, Any], status: int, rule: str
) -> Fault:
    operation, method, path, body = call
    sent = asks(walker, user, method, path, body)
    return Fault(f"{user} sends {method} {path}", user, sent, operation, status, rule)


def gone(walker: Walker, user: str, pick: int) -> Fault:
    """Ask for a snapshot that went, that is still to come, or that another machine has."""
    model = walker.model
    seen = model.visible(user)
    vm = seen[pick % len(seen)].uuid
    every = {one.snapshot for one in model.requests() if one.snapshot} | {0, 99}
    there = {one.number for one in model.standing_on(vm)}
    numbers = sorted({*every, max(there, default=0) + 1} - there)
    calls = calls_on(walker, vm, numbers[pick // 7 % len(numbers)])[:3]
    return _fault_on(walker, user, calls[pick % 3], 404, "unknown-things-are-not-found")


def hidden(walker: Walker, user: str, pick: int) -> Fault | None:
    """Call about a machine that a user may not see."""
    model = walker.model
    pairs = [
        (name, vm) for name in model.users for vm in model.machines if not model.may_see(name, vm)
    ]
    if not pairs:
        return None
    # Whoever sees everything leaves it to somebody who does not.
    own = [pair for pair in pairs if pair[0] == user] or pairs
    name, vm = own[pick % len(own)]
    there = [one.number for one in model.standing_on(vm)]
    calls = calls_on(walker, vm, there[0] if there else 1)
    return _fault_on(walker, name, calls[pick % len(calls)], 403, "hidden-machines-stay-hidden")


def paths(walker: Walker, user: str, pick: int) -> Fault:
    """Call a path that leads nowhere."""
    vm = walker.model.visible(user)[0].uuid
    known = (
        "/v2",
        "/v3/",
        "/v2/vms",
        "/v2/vm/",
        f"/v2/vm/{vm}/",
        f"/v2/vm/{vm}/snapshots",
        "/v2/request/snapshot/1/x",
        "/v2/request/nothing" if walker.since("2019") else "/v2/request/export",
        "/auth",
        "/",
    )
    path = known[pick % len(known)]
    call = ("api-root", "GET", path, NOTHING)
    return _fault_on(walker, user, call, 404, "unknown-things-are-not-found")


def unknown(walker: Walker, _: str, pick: int) -> Fault:
    """Ask for what nobody has, and for the id of something else."""
    model = walker.model
    snapshot, change = len(model.snapshots) + 1, len(model.changes) + 1
    extend = {"attribute": "duration", "value": 1}
    vm = next(iter(model.machines))
    calls = [
        *calls_on(walker, NOBODY, 1),
        ("request-snapshot-get", "GET", f"/v2/request/snapshot/{snapshot}", NOTHING),
        ("request-snapshot-get", "GET", "/v2/request/snapshot/0", NOTHING),
        ("request-snapshot-get", "GET", "/v2/request/snapshot/x", NOTHING),
        ("request-snapshot-extend", "PUT", f"/v2/request/snapshot/{snapshot}", extend),
        ("request-change-get", "GET", f"/v2/request/change/{change}", NOTHING),
        ("request-task-get", "GET", f"/v2/request/task/{NOBODY}", NOTHING),
        ("request-task-get", "GET", f"/v2/request/task/{vm}", NOTHING),
        ("vm-snapshot-get", "GET", f"/v2/vm/{vm}/snapshot/x", NOTHING),
        ("request-change-get", "GET", "/v2/request/change/x", NOTHING),
        ("request-task-get", "GET", "/v2/request/task/x", NOTHING),
        ("request-change-update", "PUT", f"/v2/request/change/{change}", {"scheduled": False}),
        ("vm-get", "GET", "/v2/vm/vm-1", NOTHING),
        ("vm-get", "GET", f"/v2/vm/{quote(walker.model.machines[vm].name, safe='')}", NOTHING),
        ("request-snapshot-get", "HEAD", f"/v2/request/snapshot/{snapshot}", NOTHING),
        ("vm-get", "HEAD", f"/v2/vm/{NOBODY}", NOTHING),
    ]
    call = calls[pick % len(calls)]
    # What nobody has is asked for by somebody who may see everything.
    return _fault_on(walker, walker.first, call, 404, "unknown-things-are-not-found")


def others(walker: Walker, user: str, pick: int) -> Fault | None:
    """Ask for another user's request, its task, or an extension of it."""
    model = walker.model
    every = [*model.requests(), *model.requests(changes=True)]
    theirs = [one for one in every if one.user != user]
    if not theirs:
        return None
    asked = theirs[pick % len(theirs)]
    kind = asked.kind
    path = f"/v2/request/{kind}/{asked.number}"
    calls: list[tuple[str, str, str, Any]] = [(f"request-{kind}-get", "GET", path, NOTHING)]
    if kind == "change":
        calls.append(("request-change-update", "PUT", path, {"scheduled": False}))
        if walker.since("2019"):
            calls.append(("request-change-retry", "PATCH", path, NOTHING))
    if kind == "snapshot":
        body = {"attribute": "duration", "value": 1}
        calls.append(("request-snapshot-extend", "PUT", path, body))
    id = walker.learned("task", kind, asked.number)
    if isinstance(id, str) and asked.stage not in {WAITING, CANCELLED}:
        calls.append(("request-task-get", "GET", f"/v2/request/task/{id}", NOTHING))
    call = calls[pick // 3 % len(calls)]
    return _fault_on(walker, user, call, 404, "others-requests-stay-unknown")


def methods(walker: Walker, user: str, pick: int) -> Fault:
    """Call a path by a method that it does not take."""
    vm = walker.model.visible(user)[0].uuid
    calls: tuple[tuple[str, str, str, Any], ...] = (
        ("vm-list", "POST", "/v2/vm", {}),
        ("vm-get", "DELETE", f"/v2/vm/{vm}", NOTHING),
        ("vm-snapshot-create", "PUT", f"/v2/vm/{vm}/snapshot", good_body(walker)),
        ("vm-snapshot-get", "POST", f"/v2/vm/{vm}/snapshot/1", {}),
        ("vm-consolidation-get", "DELETE", f"/v2/vm/{vm}/snapshot/consolidate", NOTHING),
        ("request-summary", "PUT", "/v2/request", {}),
        ("request-snapshot-list", "POST", "/v2/request/snapshot", {}),
        ("request-snapshot-get", "DELETE", "/v2/request/snapshot/1", NOTHING),
        ("request-change-get", "DELETE", "/v2/request/change/1", NOTHING),
        ("vm-state-set", "POST", f"/v2/vm/{vm}/state", {"value": "poweredOn"}),
        ("vm-memory-set", "DELETE", f"/v2/vm/{vm}/memory", NOTHING),
        ("user-get", "DELETE", "/v2/user", NOTHING),
        ("api-root", "PUT", "/v2/", {}),
    )
    return _fault_on(walker, user, calls[pick % len(calls)], 405, "methods-are-refused")


def queries(walker: Walker, user: str, pick: int) -> Fault:
    """Read a list by a query that cannot be meant."""
    query, names = BAD_QUERIES[pick % len(BAD_QUERIES)]
    kind = "change" if pick % 2 else "snapshot"
    operation, path = f"request-{kind}-list", f"/v2/request/{kind}"
    if names == ("summary",):
        operation, path = "vm-list", "/v2/vm"
    sent = Sent("GET", path, query, walker.bearer(user))
    what = f"{user} reads {path}?{query}"
    rule = "queries-are-checked"
    return Fault(what, user, sent, operation, 400, rule, frozenset(names))
