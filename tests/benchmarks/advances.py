"""A million requests due in one advance, beside a naive heap; each run in a process of its own."""

import gc
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from itertools import islice
from statistics import median
from typing import Any
from zlib import crc32

from tests.benchmarks import crowds
from tests.benchmarks.naive import NaiveWorld
from tests.benchmarks.processes import ENVIRONMENT, ROOT
from tests.benchmarks.table import Row, at_most
from tests.benchmarks.timing import interleaved, ratio, spell_seconds
from vss_mock.api.pacing import SLICE
from vss_mock.wire.worldfile import DOCUMENTED_START

MACHINES = 1_000
NAIVE, OURS = "naive", "ours"


def measure(quick: bool) -> Sequence[Row]:
    """Measure one advance over everything: often with some requests, once with very many.

    With very many, Python's garbage collector takes more time than all else on both sides, and
    minutes of it; so there it is off on both sides.
    """
    if quick:
        return [_compare(30_000, 3, collects=True)]
    return [_compare(100_000, 3, collects=True), _compare(1_000_000, 1, collects=False)]


def _compare(count: int, rounds: int, *, collects: bool) -> Row:
    sums: dict[str, int] = {}

    def run(kind: str) -> Callable[[], float]:
        def once() -> float:
            outcome = _in_process(kind, count, collects)
            sums[kind] = outcome["sum"]
            return float(outcome["cpu"]) / (2 * count)

        return once

    spent = interleaved({kind: run(kind) for kind in (NAIVE, OURS)}, rounds, warm=False)
    if sums[NAIVE] != sums[OURS]:
        raise RuntimeError("the naive heap and the simulator do not do the same")
    times = ratio(spent[OURS], spent[NAIVE])
    figure = " : ".join(spell_seconds(median(spent[kind])) for kind in (OURS, NAIVE))
    off = "" if collects else ", no collector"
    what = f"{count:,} requests, one of {2 * count:,} events{off}"
    return Row(what, f"{times:.2f}", f"{figure} CPU", rounds, *at_most(times, 0.6))


def _in_process(kind: str, count: int, collects: bool) -> dict[str, Any]:
    command = [
        sys.executable,
        "-m",
        "tests.benchmarks.advances",
        kind,
        str(count),
        str(int(collects)),
    ]
    done = subprocess.run(
        command, cwd=ROOT, env=ENVIRONMENT, check=True, capture_output=True, text=True
    )
    outcome: dict[str, Any] = json.loads(done.stdout)
    return outcome


def perform(kind: str, count: int) -> dict[str, Any]:
    """Fill a world and advance it past everything; return the CPU seconds of the advance."""
    machines = crowds.records(MACHINES)
    user = crowds.USER
    fired: list[Any] = []
    if kind == NAIVE:
        naive = NaiveWorld(DOCUMENTED_START, machines)
        for number, (from_date, hours) in enumerate(islice(crowds.dates(), count)):
            vm = machines[number % MACHINES].uuid
            naive.submit(user, vm, f"Before upgrade {number}", from_date, hours)
        began = time.process_time()
        fired = naive.advance_to(crowds.END)
        cpu = time.process_time() - began
    else:
        world = crowds.world(machines)
        crowds.fill(world, user, count)
        began = time.process_time()
        while len(part := world.advance_to(crowds.END, SLICE)) >= SLICE:
            fired += part
        fired += part
        cpu = time.process_time() - began
    if len(fired) != 2 * count:
        raise RuntimeError(f"{len(fired)} events, not {2 * count}")
    return {"cpu": cpu, "sum": crc32(repr(fired[:: count // 500]).encode())}


if __name__ == "__main__":
    if sys.argv[3] == "0":
        gc.disable()
    print(json.dumps(perform(sys.argv[1], int(sys.argv[2]))))
