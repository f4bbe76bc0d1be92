"""How long until a server answers, what it holds when idle, and how long `--help` takes."""

import subprocess
import sys
import time
from collections.abc import Sequence
from http.client import HTTPConnection
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from typing import NamedTuple

from tests.benchmarks import processes
from tests.benchmarks.processes import ENVIRONMENT, ROOT
from tests.benchmarks.table import Row, at_most
from tests.benchmarks.timing import (
    cpu_seconds,
    ratio,
    resident_bytes,
    spell_bytes,
    spell_seconds,
)

INTERPRETER = [sys.executable, "-c", "pass"]
HELP = [*processes.MOCK, "--help"]


class Begun(NamedTuple):
    """What a process took: seconds, CPU seconds, bytes of resident memory."""

    seconds: float
    cpu: float
    resident: float = 0.0


def measure(quick: bool) -> Sequence[Row]:
    """Start everything once a round, in turn."""
    rounds = 3 if quick else 9
    bare, ours, python, help_ = [], [], [], []
    for number in range(-1, rounds):
        first = _start(processes.HELLO, "/", {})
        second = _start(processes.SERVE, "/v2/", {"Authorization": "Bearer demo-token"})
        third, fourth = _run(INTERPRETER), _run(HELP)
        if number >= 0:
            bare.append(first)
            ours.append(second)
            python.append(third)
            help_.append(fourth)
    started = ratio([each.seconds for each in ours], [each.seconds for each in bare])
    used = ratio([each.cpu for each in ours], [each.cpu for each in bare])
    held = ratio([each.resident for each in ours], [each.resident for each in bare])
    helped = ratio([each.seconds for each in help_], [each.seconds for each in python])
    thought = ratio([each.cpu for each in help_], [each.cpu for each in python])

    def figure(one: Sequence[Begun], other: Sequence[Begun], field: str) -> str:
        spell = spell_bytes if field == "resident" else spell_seconds
        parts = [spell(median(getattr(begun, field) for begun in each)) for each in (one, other)]
        return " : ".join(parts)

    return [
        Row(
            "serve to its first answer : bare aiohttp",
            f"{started:.2f}",
            figure(ours, bare, "seconds"),
            rounds,
            *at_most(started, 1.1),
        ),
        Row("    CPU of it", f"{used:.2f}", figure(ours, bare, "cpu"), rounds),
        Row(
            "resident memory after that : bare aiohttp",
            f"{held:.2f}",
            figure(ours, bare, "resident"),
            rounds,
            *at_most(held, 1.25),
        ),
        Row(
            "vss-mock --help : bare interpreter",
            f"{helped:.2f}",
            figure(help_, python, "seconds"),
            rounds,
            *at_most(helped, 6),
        ),
        Row("    CPU of it", f"{thought:.2f}", figure(help_, python, "cpu"), rounds),
    ]


def _start(command: Sequence[str], target: str, headers: dict[str, str]) -> Begun:
    began = time.perf_counter()
    server = processes.spawn(command)
    try:
        connection = HTTPConnection("127.0.0.1", server.port, timeout=20)
        connection.request("GET", target, headers=headers)
        response = connection.getresponse()
        response.read()
        taken = time.perf_counter() - began
        if response.status != 200:
            raise RuntimeError(f"{target}: {response.status}")
        begun = Begun(taken, cpu_seconds(server.pid), resident_bytes(server.pid))
        connection.close()
    finally:
        processes.stop(server)
    return begun


def _run(command: Sequence[str]) -> Begun:
    before, began = getrusage(RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, check=True, stdout=subprocess.DEVNULL)
    taken, after = time.perf_counter() - began, getrusage(RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Begun(taken, cpu)
