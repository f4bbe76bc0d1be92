"""What another client feels while a clock moves over very much."""

import gc
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any, NamedTuple

from tests.benchmarks import crowds, load, processes
from tests.benchmarks.calls import TOKEN, ask
from tests.benchmarks.processes import Server
from tests.benchmarks.table import Row, at_most
from tests.benchmarks.timing import cpu_seconds, spell_seconds
from vss_mock.api.messages import Call, Reply
from vss_mock.wire.worldfile import DOCUMENTED_START

ADVANCE = {"advance": "34d"}
"""Past everything that the crowds ask for."""


class Felt(NamedTuple):
    """Latencies in seconds."""

    p99: float
    longest: float


class Moved(NamedTuple):
    """One advance: what another client felt before and during it, what it took."""

    still: Felt
    moving: Felt
    seconds: float
    cpu: float


def measure(quick: bool) -> Sequence[Row]:
    """Measure another client's latencies over HTTP, and the service's own steps."""
    rounds, count = (2, 30_000) if quick else (3, 200_000)
    crowded = [sys.executable, "-m", "tests.benchmarks.crowded", str(count)]
    with processes.running(crowded) as mock:
        moved = [_move(mock, count) for _ in range(rounds)]
    still = Felt(*(median(each) for each in zip(*(m.still for m in moved), strict=True)))
    moving = Felt(*(median(each) for each in zip(*(m.moving for m in moved), strict=True)))
    worst = max(each.moving.longest for each in moved)
    took = [
        spell_seconds(median(getattr(each, part) for each in moved)) for part in Moved._fields[2:]
    ]
    spelled = f"{took[0]}, {took[1]} CPU"
    p99 = f"{spell_seconds(moving.p99)} : {spell_seconds(still.p99)}"
    longest = f"{spell_seconds(moving.longest)} : {spell_seconds(still.longest)}"
    steps = _steps(count)
    return [
        Row(f"the advance: {count:,} requests, {2 * count:,} events", "", spelled, rounds),
        Row(
            "    another client's p99, during it : before it",
            f"{moving.p99 / still.p99:.1f}",
            p99,
            rounds,
            *at_most(moving.p99, 0.010, "at most 10 ms"),
        ),
        Row(
            "    its longest wait",
            f"{moving.longest / still.longest:.1f}",
            f"{longest} (worst {spell_seconds(worst)})",
            rounds,
            *at_most(moving.longest, 0.025, "at most 25 ms"),
        ),
        Row(
            "    one step of it, p99 and longest, no collector",
            "",
            f"{spell_seconds(steps.p99)}, {spell_seconds(steps.longest)} CPU",
            1,
        ),
    ]


def _felt(took: list[float]) -> Felt:
    took.sort()
    return Felt(took[int(len(took) * 0.99)], took[-1])


def _move(mock: Server, count: int) -> Moved:
    ask(mock, "POST", "/_mock/reset")
    until = time.perf_counter() + 0.5
    still = _listen(mock, lambda: time.perf_counter() < until)
    answers: list[Any] = []
    mover = threading.Thread(
        target=lambda: answers.append(ask(mock, "POST", "/_mock/clock", ADVANCE))
    )
    cpu, began = cpu_seconds(mock.pid), time.perf_counter()
    mover.start()
    moving = _listen(mock, mover.is_alive)
    taken, cpu = time.perf_counter() - began, cpu_seconds(mock.pid) - cpu
    if answers[0]["fired_count"] != 2 * count:
        raise RuntimeError(f"{answers[0]['fired_count']} events, not {2 * count}")
    return Moved(still, moving, taken, cpu)


def _listen(mock: Server, goes_on: Callable[[], bool]) -> Felt:
    """Read one request over and over for as long as something goes on."""
    text = load.request("GET", "/v2/request/snapshot/1", TOKEN).replace("PORT", str(mock.port))
    data = text.encode()
    took = []
    with socket.create_connection(("127.0.0.1", mock.port)) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while goes_on():
            began = time.perf_counter()
            line.sendall(data)
            answer = line.recv(1 << 16)
            while not load.whole(answer):
                answer += line.recv(1 << 16)
            took.append(time.perf_counter() - began)
    return _felt(took)


def _steps(count: int) -> Felt:
    """Measure the CPU between two points at which the service lets others in, and nothing else.

    The garbage collector is off: what it does to a server is in what a client feels.
    """
    service = crowds.service(1_000, count)
    call = Call(
        method="POST",
        path="/_mock/clock",
        route="/_mock/clock",
        content_type="application/json",
        body=b'{"advance": "34d"}',
        at=DOCUMENTED_START,
    )
    steps = service.handle(call)
    if isinstance(steps, Reply):
        raise TypeError(str(steps))
    took = []
    gc.collect()
    gc.disable()
    last = time.process_time()
    for _ in steps:
        now = time.process_time()
        took.append(now - last)
        last = now
    gc.enable()
    return _felt([*took, time.process_time() - last])
