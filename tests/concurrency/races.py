"""Races planted into a mock of this process: what it would do wrong if it were a little different.

Each is a handler, or a part of one, that lets other clients in where the honest one does not.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import Any
from unittest import mock

from vss_mock.api import control, faults, pacing, request, service, snapshot
from vss_mock.api.control_parts import tenancy_of
from vss_mock.api.house import House
from vss_mock.api.messages import Call, Reply, Steps
from vss_mock.api.visit import Visit
from vss_mock.simulator.world import World
from vss_mock.simulator.worlds import Tenancy

LATER = 0.003
"""Seconds until what was answered is done."""

OTHERS = 20
"""How often others are let in where nobody should be: long enough for each client to come by."""

Patches = Callable[[], Any]


def _others() -> Iterator[None]:
    """Let others in."""
    for _ in range(OTHERS):
        yield


def _handler(operation: str, handler: Callable[..., Any]) -> Patches:
    return lambda: mock.patch.dict(service.HANDLERS, {operation: handler})


def _control_handler(operation: str, handler: Callable[..., Any]) -> Patches:
    return lambda: mock.patch.dict(service.CONTROL_HANDLERS, {operation: handler})


def _submit_reads_the_next_id_too_early(visit: Visit) -> Steps:
    number = len(visit.world._snapshots) + 1
    yield from _others()
    with mock.patch.object(World, "_next_id", return_value=number):
        return snapshot.vm_snapshot_create(visit)


def _extend_writes_what_it_read_before(visit: Visit) -> Steps:
    id = int(visit.call.params["id"])
    before = visit.world.snapshot_request(visit.user, id)
    yield from _others()
    if before.id in visit.world._snapshots:
        visit.world._snapshots[id] = before
    return request.request_snapshot_extend(visit)


def _reads_are_kept_a_while() -> Any:
    kept: dict[Any, list[Any]] = {}

    def stale(visit: Visit) -> Reply | Steps:
        key = (visit.tenancy.name, visit.user.username, visit.call.params["id"])
        entry = kept.setdefault(key, [0, None])
        if entry[0] % 3 == 0:
            entry[1] = request.request_snapshot_get(visit)
        entry[0] += 1
        answer: Reply = entry[1]
        return answer

    return mock.patch.dict(service.HANDLERS, {"request-snapshot-get": stale})


def _advance_answers_before_it_is_there(house: House, call: Call, body: Mapping[str, Any]) -> Reply:
    tenancy = tenancy_of(house, call)
    real, ahead = tenancy.world, tenancy.world.fork()
    tenancy.world = ahead
    steps = control.mock_world_clock_move(house, call, body)
    try:
        return _without_others(steps)
    finally:
        tenancy.world = real
        asyncio.get_running_loop().call_later(LATER, _catch_up, real, ahead.now)


def _without_others(steps: Steps) -> Reply:
    """Take all steps, and let nobody in."""
    while True:
        try:
            next(steps)
        except StopIteration as answered:
            reply: Reply = answered.value
            return reply


def _catch_up(world: World, target: int) -> None:
    world.advance_to(max(world.now, target))


def _reset_takes_two_steps(house: House, call: Call, body: Any) -> Steps:
    tenancy = tenancy_of(house, call)
    reply = yield from control.mock_world_reset(house, call, body)
    written = tenancy.world
    yield from _others()
    again = tenancy.origin.fork()
    again._snapshots, again._own = written._snapshots, written._own
    tenancy.world = again
    return reply


def _answers_go_through_one_place() -> Any:
    answers: list[Reply] = []

    def wrong(visit: Visit) -> Steps:
        answers[:] = [request.request_summary(visit)]
        yield from _others()
        return answers[0]

    return mock.patch.dict(service.HANDLERS, {"request-summary": wrong})


def _list_counts_before_it_shows(visit: Visit) -> Steps:
    before = request.request_snapshot_list(visit)
    yield from _others()
    after = request.request_snapshot_list(visit)
    start, end = before.body.find(b'"total":'), before.body.rfind(b"}")
    return after._replace(
        body=after.body[: after.body.find(b'"total":')] + before.body[start : end + 1]
    )


def _delete_looks_before_it_leaps(visit: Visit) -> Steps:
    vm = visit.machine()
    shown = visit.world.snapshot(visit.user, vm.uuid, int(visit.call.params["id"]))
    for _ in range(3):
        yield from _others()
    inventory = visit.world.inventory
    if not inventory.has_snapshot(vm.uuid, shown.id):
        inventory._snapshots.setdefault(vm.uuid, {})[shown.id] = shown
    return snapshot.vm_snapshot_delete(visit)


def _fork_shares_its_requests(house: House, call: Call, body: Any) -> Steps:
    reply = yield from control.mock_world_fork(house, call, body)
    fork = house.worlds[body["name"]]
    fork.world._snapshots = tenancy_of(house, call).world._snapshots
    return reply


def _nobody_waits(tenancy: Tenancy) -> Any:
    return nullcontext(iter(()))


def _ids_are_counted_over_all_worlds() -> Any:
    honest = World._next_id
    last = {"id": 0}

    def next_id(world: World, requests: Mapping[int, Any]) -> int:
        last["id"] = max(honest(world, requests), (last["id"] + 1) % 7)
        return last["id"]

    return mock.patch.object(World, "_next_id", next_id)


def _a_count_is_written_late() -> Any:
    def late(tenancy: Tenancy, *rest: Any) -> Steps:
        before = tenancy.world.faults._counts.copy()
        yield from _others()
        counts = tenancy.world.faults._counts
        counts.update({id: before.get(id, count) for id, count in counts.items()})
        reply = faults.troubled(tenancy, *rest)
        return reply if isinstance(reply, Reply) else (yield from reply)

    return mock.patch("vss_mock.api.service.troubled", late)


def _nothing_is_done_for_a_lost_answer() -> Any:
    instead = {"lost-answer": faults._INSTEAD["connection-refused"]}
    return mock.patch.dict(faults._INSTEAD, instead)


RACES: Mapping[str, Patches] = {
    "submit reads the next id, lets others in, then stores": _handler(
        "vm-snapshot-create", _submit_reads_the_next_id_too_early
    ),
    "extend reads the request, lets others in, then writes": _handler(
        "request-snapshot-extend", _extend_writes_what_it_read_before
    ),
    "a request is answered from what was kept of it": _reads_are_kept_a_while,
    "an advance answers before its events have happened": _control_handler(
        "mock-world-clock-move", _advance_answers_before_it_is_there
    ),
    "a reset lets others write between its two halves": _control_handler(
        "mock-world-reset", _reset_takes_two_steps
    ),
    "an answer goes to whoever asked last": _answers_go_through_one_place,
    "a list counts, lets others in, then shows": _handler(
        "request-snapshot-list", _list_counts_before_it_shows
    ),
    "a deletion looks, lets others in, then brings back what it saw": _handler(
        "vm-snapshot-delete", _delete_looks_before_it_leaps
    ),
    "moves of one clock do not take turns": lambda: mock.patch.object(
        control, "turn", _nobody_waits
    ),
    "a fork shares its parent's requests": _control_handler(
        "mock-world-fork", _fork_shares_its_requests
    ),
    "worlds count their ids together": _ids_are_counted_over_all_worlds,
    "a fault looks at its count, lets others in, then writes it": _a_count_is_written_late,
    "a call whose answer is lost takes no effect": _nothing_is_done_for_a_lost_answer,
}
"""Each race by what it is, as what plants it: a context."""


@contextmanager
def planted(race: str) -> Iterator[None]:
    """Plant a race into every mock of this process."""
    with RACES[race]():
        yield


@contextmanager
def small_slices(events: int) -> Iterator[None]:
    """Let others in after so many events of a move, where the mock does after a hundred."""
    with mock.patch.object(pacing, "SLICE", events):
        yield
