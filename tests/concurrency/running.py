"""Runs clients against a mock, and judges what they saw."""

import asyncio
import gc
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from tests.benchmarks import processes
from tests.concurrency.calls import History
from tests.concurrency.clients import Run
from tests.concurrency.drawing import Setting
from tests.concurrency.order import Undecided, check
from vss_mock.assembly import Settings, build_service
from vss_mock.embedded import Background
from vss_mock.server import Clock

WORLDS: Sequence[Setting] = (
    Setting("first", "2016"),
    Setting("second", "2026"),
    Setting("crowd", "2016", crowd=400, share=0.6),
    Setting("guest", "2016", comes_and_goes=True, share=0.5),
)
"""The worlds of a whole run. In a crowd, a long move is done in more than one slice."""
FEW_WORLDS: Sequence[Setting] = (
    Setting("first", "2016"),
    Setting("second", "2026", share=0.7),
    Setting("guest", "2016", comes_and_goes=True, share=0.3),
)
"""The worlds of a small run."""


class Size(NamedTuple):
    """How much is done in a run."""

    clients: int
    calls: int
    worlds: Sequence[Setting]


SMALL = Size(6, 150, FEW_WORLDS)
WHOLE = Size(16, 4_000, WORLDS)


class Judged(NamedTuple):
    """What came of a run: the histories that fit no order, those that no verdict was found for, and
    what it took.

    `driving` is in seconds of the clock on the wall, `judging` in seconds of CPU.
    """

    histories: Sequence[History]
    misfits: Sequence[History]
    undecided: Sequence[History]
    calls: int
    driving: float
    judging: float


def judged(port: int, seed: int, size: Size) -> Judged:
    """Run clients against a server, and judge what they saw."""
    began = time.monotonic()
    run = Run(port, seed, size.worlds, size.clients, size.calls)
    histories = asyncio.run(run.run())
    driving, judging = time.monotonic() - began, time.process_time()
    found, undecided = sorted_out(histories)
    calls = sum(len(history.calls) for history in histories)
    return Judged(histories, found, undecided, calls, driving, time.process_time() - judging)


def sorted_out(histories: Iterable[History]) -> tuple[list[History], list[History]]:
    """Return the histories that fit no order, and those that no verdict was found for in time.

    The garbage collector would look at all worlds of a search over and over: they are in no cycles.
    """
    misfits, undecided = [], []
    collecting = gc.isenabled()
    gc.disable()
    try:
        for history in histories:
            try:
                misfits += [] if check(history).fits else [history]
            except Undecided:
                undecided.append(history)
    finally:
        if collecting:
            gc.enable()
    return misfits, undecided


@contextmanager
def served() -> Iterator[int]:
    """Serve a mock in a process of its own; give its port."""
    with processes.running(processes.SERVE) as server:
        yield server.port


@contextmanager
def served_here() -> Iterator[int]:
    """Serve a mock in a thread, so that what is planted in this process is in it; give its port."""
    background = Background(build_service(Settings(), Clock().now()))
    try:
        yield background.port
    finally:
        background.stop()
