"""What is held in memory for each request and each world, as tracemalloc counts it."""

import gc
import json
import tracemalloc
from collections.abc import Mapping, Sequence
from itertools import islice

from tests.benchmarks import crowds
from tests.benchmarks.table import Row, at_most
from tests.benchmarks.timing import spell_bytes
from vss_mock.api.messages import Call, Reply
from vss_mock.api.service import Service
from vss_mock.assembly import Settings, build_service
from vss_mock.simulator.journal import KEPT_CALLS, Journal
from vss_mock.wire import dates
from vss_mock.wire.worldfile import DOCUMENTED_START

ROUTE = "/v2/vm/{uuid}/snapshot"


def measure(quick: bool) -> Sequence[Row]:
    """Measure requests through their life, then worlds nobody has used yet."""
    tracemalloc.start()
    try:
        return [*_requests(5_000 if quick else 20_000), *_worlds(100 if quick else 500)]
    finally:
        tracemalloc.stop()


def _held() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def _requests(count: int) -> list[Row]:
    service = crowds.service(1_000, 0)
    world = service.worlds["default"].world
    machines = [vm.uuid for vm in world.inventory]
    # The edge remembers targets, so that requests for one machine share its uuid's string.
    parameters = [{"uuid": uuid.lower()} for uuid in machines]

    def submit(number: int, from_date: int, hours: int) -> None:
        date = dates.local(from_date)[:16]
        body = {"description": f"Before upgrade {number}", "from_date": date, "valid_for": hours}
        params = parameters[number % len(parameters)]
        call = Call(
            method="POST",
            path=f"/v2/vm/{params['uuid']}/snapshot",
            route=ROUTE,
            params=params,
            authorization=("Bearer demo-token",),
            content_type="application/json",
            body=json.dumps(body).encode(),
            base="http://127.0.0.1:8001",
            at=DOCUMENTED_START,
        )
        reply = service.handle(call)
        if not isinstance(reply, Reply) or reply.status_code != 202:
            raise RuntimeError(str(reply))

    source = enumerate(crowds.dates())
    for number, (from_date, hours) in islice(source, 5_000):
        submit(number, from_date, hours)
    world.advance_to(crowds.END)
    # From here on there is nothing left that the first use of it would make.
    service.worlds["default"].reset(DOCUMENTED_START)
    world = service.worlds["default"].world
    world.advance_to(DOCUMENTED_START)
    before = _held()
    for number, (from_date, hours) in islice(source, count):
        submit(number, from_date, hours)
    told = _held()
    # The journal keeps so many calls and no more, whatever is stored: it counts by itself.
    service.worlds["default"].journal = Journal()
    waiting = (_held() - before) / count
    call = (told - _held()) / min(count, KEPT_CALLS)
    world.advance_to(crowds.END)
    done = (_held() - before) / count
    few = f"{count:,} requests"
    return [
        _row(f"a request that waits, of {few}", waiting, 500),
        _row(f"a request that is done, of {few}", done, 500),
        Row("the call that asked for it, in the journal", "", spell_bytes(call), 1),
    ]


def _worlds(count: int) -> list[Row]:
    service = build_service(Settings(), DOCUMENTED_START)
    user = {"username": "jm", "password": "jm"}
    least = {"users": [user], "vms": [{"name": "1606T-coreos0"}]}
    rows = []
    for what, settings in {"one user, one VM": least, "the demo's machines": {}}.items():
        _create(service, settings)
        before = _held()
        for _ in range(count):
            _create(service, settings)
        each = (_held() - before) / count
        rows.append(_row(f"a world without requests: {what}, of {count:,}", each, 8_000))
    return rows


def _create(service: Service, settings: Mapping[str, object]) -> None:
    call = Call(
        method="POST",
        path="/_mock/worlds",
        route="/_mock/worlds",
        content_type="application/json",
        body=json.dumps(settings).encode(),
        base="http://127.0.0.1:8001",
        at=DOCUMENTED_START,
    )
    reply = service.handle(call)
    if not isinstance(reply, Reply) or reply.status_code != 201:
        raise RuntimeError(str(reply))


def _row(what: str, size: float, most: float) -> Row:
    target = at_most(size, most, f"at most {spell_bytes(most)}")
    return Row(what, "", spell_bytes(size), 1, *target)
