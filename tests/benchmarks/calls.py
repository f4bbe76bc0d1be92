"""Calls over HTTP: how many in a second, and what CPU each costs the server."""

from collections.abc import Sequence
from http.client import HTTPConnection
from statistics import median
from typing import Any

import orjson

from tests.benchmarks import load, processes
from tests.benchmarks.load import Client, Job, Outcome, request
from tests.benchmarks.processes import Server
from tests.benchmarks.table import Row, at_least, at_most
from tests.benchmarks.timing import ratio, spell_seconds

MANY = 32
TOKEN = "Authorization: Bearer demo-token\r\n"
JSON = {"Content-Type": "application/json"}
BODY = '{"description": "Before the upgrade", "from_date": "2016-07-29 22:00", "valid_for": 12}'
READ = "GET /v2/request/snapshot/<id>"
WRITE_AND_READ = "POST of a snapshot + GET of what it made"
FLOORS = {READ: 0.95, WRITE_AND_READ: 0.55}
FOLLOW = r"http://[^/]+(/v2/request/snapshot/[0-9]+)"


def ask(server: Server, method: str, target: str, body: Any = None) -> Any:
    """Make one call outside of what is measured; return the answer's document."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
    headers = {"Authorization": "Bearer demo-token", **(JSON if method != "GET" else {})}
    sent = None if body is None else orjson.dumps(body)
    connection.request(method, target, sent, headers)
    response = connection.getresponse()
    answer = response.read()
    connection.close()
    if response.status >= 300:
        raise RuntimeError(f"{method} {target}: {answer.decode()}")
    return orjson.loads(answer) if answer else None


def measure(quick: bool) -> Sequence[Row]:
    """Measure each call with many connections and with one."""
    rounds, seconds = (2, 0.25) if quick else (5, 0.5)
    with (
        processes.running(processes.HELLO) as hello,
        processes.running(processes.SERVE) as mock,
        load.client() as client,
    ):
        vm = ask(mock, "GET", "/_mock/worlds/default")["vms"][0]["uuid"]
        accepted = ask(mock, "POST", f"/v2/vm/{vm}/snapshot", orjson.loads(BODY))
        target = accepted["data"]["_links"]["request"].partition(f":{mock.port}")[2]
        ask(mock, "POST", "/_mock/clock", {"advance": "10h"})
        post = request("POST", f"/v2/vm/{vm}/snapshot", TOKEN, BODY)
        jobs: dict[str, tuple[Server, str, str | None]] = {
            "hello": (hello, request("GET", "/"), None),
            READ: (mock, request("GET", target, TOKEN), None),
            "GET /v2/vm?name=": (mock, request("GET", "/v2/vm?name=coreos0", TOKEN), None),
            "POST of a snapshot": (mock, post, None),
            WRITE_AND_READ: (mock, post, FOLLOW),
        }
        outcomes = _rounds(client, jobs, rounds, seconds)
    return list(_rows(outcomes, list(jobs), rounds))


def _rounds(
    client: Client,
    jobs: dict[str, tuple[Server, str, str | None]],
    rounds: int,
    seconds: float,
) -> dict[tuple[str, int], list[Outcome]]:
    outcomes: dict[tuple[str, int], list[Outcome]] = {}
    for number in range(rounds):
        keys = [(name, connections) for connections in (MANY, 1) for name in jobs]
        for name, connections in keys if number % 2 == 0 else reversed(keys):
            server, text, follow = jobs[name]
            job = Job(server.port, server.pid, text, connections, seconds, follow, TOKEN)
            outcomes.setdefault((name, connections), []).append(client.do(job))
    return outcomes


def _rows(
    outcomes: dict[tuple[str, int], list[Outcome]], names: Sequence[str], rounds: int
) -> Sequence[Row]:
    rows = []
    for connections in (MANY, 1):
        bare = outcomes[names[0], connections]
        word = f"{connections} connections" if connections > 1 else "1 connection"
        for name in names:
            ours = outcomes[name, connections]
            rates = ratio([each.rate for each in ours], [each.rate for each in bare])
            rate = median(each.rate for each in ours)
            cpus = ratio([each.cpu_per_call for each in ours], [each.cpu_per_call for each in bare])
            cpu = median(each.cpu_per_call for each in ours)
            target: tuple[str, bool | None] = ("", None)
            if connections == MANY and name in FLOORS:
                target = at_least(rates, FLOORS[name])
            spelled = f"{rate:,.0f} calls/s"
            rows.append(Row(f"{name}, {word}", f"{rates:.2f}", spelled, rounds, *target))
            spelled = f"{spell_seconds(cpu)} CPU"
            rows.append(Row("    CPU of the server for each", f"{cpus:.2f}", spelled, rounds))
            if connections == 1:
                slowest = ratio([each.p99 for each in ours], [each.p99 for each in bare])
                p99 = spell_seconds(median(each.p99 for each in ours))
                limit = at_most(slowest, 2) if name == READ else ("", None)
                rows.append(Row("    p99", f"{slowest:.2f}", p99, rounds, *limit))
    return rows
