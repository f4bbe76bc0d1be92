"""Forks, resets and fresh worlds: what a test pays for a world of its own."""

import time
from collections.abc import Callable, Sequence
from statistics import median

from aiohttp.test_utils import TestServer, loop_context

from tests.benchmarks import crowds, load, processes
from tests.benchmarks.hello import application
from tests.benchmarks.load import Job, request
from tests.benchmarks.table import Row, at_most
from tests.benchmarks.timing import cpu_per_call, interleaved, ratio, spell_seconds
from vss_mock.embedded import Mock
from vss_mock.wire.worldfile import DOCUMENTED_START


def measure(quick: bool) -> Sequence[Row]:
    """Measure all three."""
    rounds = 3 if quick else 7
    return [*_forks(rounds), *_resets(rounds, 0.2 if quick else 0.5), *_fixtures(rounds, quick)]


def _forks(rounds: int) -> list[Row]:
    fresh = crowds.world(crowds.records(1_000))
    used = fresh.fork()
    for vm in used.inventory:
        used.submit(crowds.USER, vm.uuid, "Before upgrade", DOCUMENTED_START, 12)
    used.advance_to(DOCUMENTED_START)
    runs = {"fresh": cpu_per_call(fresh.fork, 0.1), "used": cpu_per_call(used.fork, 0.1)}
    spent = interleaved(runs, rounds)
    one, other = median(spent["fresh"]), median(spent["used"])
    spelled = (f"{spell_seconds(one)} CPU", f"{spell_seconds(other)} CPU")
    target = at_most(one, 100e-6, "under 100 us")
    times = ratio(spent["used"], spent["fresh"])
    return [
        Row("fork of a world of 1,000 VMs", "1.00", spelled[0], rounds, *target),
        Row("    a snapshot on each of them", f"{times:.2f}", spelled[1], rounds),
    ]


def _resets(rounds: int, seconds: float) -> list[Row]:
    calm: list[float] = []
    reset: list[float] = []
    with (
        processes.world_file({"vms": crowds.machines(1_000)}) as file,
        processes.running([*processes.SERVE, "--world", file]) as mock,
        load.client() as client,
    ):
        texts = (request("GET", "/_mock/health"), request("POST", "/_mock/reset", body="{}"))
        for _ in range(rounds):
            for text, into in zip(texts, (calm, reset), strict=True):
                into.append(client.do(Job(mock.port, mock.pid, text, 1, seconds)).p50)
    more = median(one - other for one, other in zip(reset, calm, strict=True))
    figure = f"{spell_seconds(median(reset))} : {spell_seconds(median(calm))}"
    target = at_most(more, 0.002, "under 2 ms more")
    what = "POST /_mock/reset, 1,000 VMs : GET /_mock/health"
    return [Row(what, f"{ratio(reset, calm):.2f}", figure, rounds, *target)]


def _fixtures(rounds: int, quick: bool) -> list[Row]:
    count = 20 if quick else 50

    async def serve() -> None:
        server = TestServer(application())
        await server.start_server()
        await server.close()

    def theirs(fast: bool = True) -> None:
        with loop_context(fast=fast) as loop:
            loop.run_until_complete(serve())

    with Mock() as mock:

        def ours() -> None:
            with mock.world():
                pass

        runs = {
            "ours": _timed(ours, count),
            "theirs": _timed(theirs, count),
            "slow": _timed(lambda: theirs(fast=False), 3),
        }
        spent = interleaved(runs, rounds)
    times, easy = ratio(spent["ours"], spent["theirs"]), ratio(spent["ours"], spent["slow"])
    each = {name: spell_seconds(median(values)) for name, values in spent.items()}
    return [
        Row(
            "a fresh world : TestServer with --aiohttp-fast",
            f"{times:.2f}",
            f"{each['ours']} : {each['theirs']}",
            rounds,
            *at_most(times, 1.2),
        ),
        Row(
            "    : TestServer by default, which collects garbage",
            f"{easy:.2f}",
            f"{each['ours']} : {each['slow']}",
            rounds,
            *at_most(easy, 1.2),
        ),
    ]


def _timed(function: Callable[[], object], count: int) -> Callable[[], float]:
    def run() -> float:
        began = time.perf_counter()
        for _ in range(count):
            function()
        return (time.perf_counter() - began) / count

    return run
