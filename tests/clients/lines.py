"""Proves the lines of Python that explanations give: each makes the call that it explains again.

One call of each operation of a dialect is made, and some with hostile texts; what the mock says of
each for pyvss is then run with that very release, and the journal has to hold the call once more.
"""

import http.client
import json
import subprocess
from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from tests.clients import run_lines
from tests.clients.environments import prepare
from tests.clients.mock import World, ask, home, new_world
from tests.clients.rows import Row, rows

NEWEST_OF = {"2016": "0.8.8", "2019": "0.9.43", "2026": "2026.4.0"}
"""The releases that the lines for each dialect are for."""
OLDEST_OF_TODAY = "2023.12.0"
HOSTILE = 'it\'s "q" $(touch x) `id` \\ %41 \\n\n\t{} é 😀 \u202eRTL\u202c -n'
OURS = {"consolidate", "with_memory"}
"""What pyvss asks of a snapshot beside what it is told to."""
MINUTE = "%Y-%m-%d %H:%M"
EXTENSION = {"attribute": "duration", "value": 2}
WITHOUT = {"api-root", "request-task-get"}
"""The operations that no pyvss has a method for."""


class Sent(NamedTuple):
    """A call to be made, and made again: its operation, method, target and body."""

    operation: str
    method: str
    target: str
    body: Any = None


def releases() -> list[Row]:
    """Return the releases that lines are for: one for each dialect, and the oldest of today's."""
    wanted = {*NEWEST_OF.values(), OLDEST_OF_TODAY}
    return [row for row in rows() if row.name == "pyvss" and row.version in wanted]


def differences(row: Row, base: str) -> Iterator[str]:
    """Give what is wrong with the lines for a release's dialect, in a sentence each."""
    world = new_world(base, row.dialect)
    told = [_explained(world, each) for each in _calls(world)]
    never = {operation for operation, _, _ in _operations(world)} - {
        call["operation"] for call in told
    }
    yield from (f"{operation}: never made" for operation in never - WITHOUT)
    run = [(call, call["snippets"]["pyvss"]) for call in told]
    yield from (f"{call['call']}: no lines for it" for call, lines in run if lines is None)
    run = [(call, lines) for call, lines in run if lines is not None]
    before = ask(base, f"/_mock/worlds/{world.name}/journal")["last"]
    for (call, line), done in zip(run, _run(row, world, [line for _, line in run]), strict=True):
        entries = ask(base, f"/_mock/worlds/{world.name}/journal?since={before}")["entries"]
        upto = [each for each in entries if each["number"] <= done["last"]]
        before = done["last"]
        if not any(_same(call, each) for each in upto):
            seen = [(each["operation"], each["target"], each["request"]["body"]) for each in upto]
            yield f"{call['operation']}: {line!r} made {seen}, {done['raised']}"


def _same(call: Mapping[str, Any], again: Mapping[str, Any]) -> bool:
    """Tell whether a call is another one: pyvss may have added what it always adds."""
    wanted, made = call["call"], again["request"]
    parts, others = urlsplit(wanted["target"]), urlsplit(again["target"])
    body, other = _meant(wanted["body"]), _meant(made["body"])
    if isinstance(other, dict) and isinstance(body, dict):
        other = {k: v for k, v in other.items() if k in body or k not in OURS or v is not False}
    return (
        (call["operation"], call["user"], wanted["method"], parts.path)
        == (again["operation"], again["user"], again["method"], others.path)
        and set(_pairs(parts.query)) <= set(_pairs(others.query))
        and (call["operation"] == "token-request" or body == other)
    )


def _pairs(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query, keep_blank_values=True)


def _meant(body: Any) -> Any:
    """Return what a body means: a new name may come by two names, and no body is an empty one."""
    if isinstance(body, dict) and "name" in body:
        return {("value" if key == "name" else key): value for key, value in body.items()}
    return body or {}


def _run(row: Row, world: World, lines: list[str]) -> list[Any]:
    task = {
        "lines": lines,
        "journal": f"{world.base}/_mock/worlds/{world.name}/journal?since=999999",
    }
    with home() as (place, environment):
        done = subprocess.run(
            [str(prepare(row) / "bin" / "python"), run_lines.__file__],
            input=json.dumps(task),
            capture_output=True,
            text=True,
            cwd=place,
            env=environment | {"VSS_API_USER_PASS": world.user["password"]},
            timeout=240,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert list(Path(place).glob("*")) == []
    return [json.loads(line) for line in done.stdout.splitlines()]


def _explained(world: World, sent: Sent) -> Any:
    """Make a call; return what the mock explains of it."""
    answer = make(world, sent.method, sent.target, sent.body)
    assert answer < 400, (sent, answer)
    journal = f"/_mock/worlds/{world.name}/journal"
    last = ask(world.base, f"{journal}?since=999999")["last"]
    entry = ask(world.base, f"{journal}/{last}")
    assert entry["operation"] == sent.operation, (sent, entry["operation"])
    return entry


def make(world: World, method: str, target: str, body: Any) -> int:
    """Make a call as it stands; return its status code."""
    connection = http.client.HTTPConnection(urlsplit(world.base).netloc, timeout=30)
    headers = {"Authorization": f"Bearer {world.user['token']}"}
    if target.startswith("/auth/"):
        raw = f"{world.user['login']}:{world.user['password']}".encode()
        headers = {"Authorization": "Basic " + b64encode(raw).decode()}
    if body is not None:
        headers["Content-Type"] = "application/json"
    text = None if body is None else json.dumps(body, ensure_ascii=False).encode()
    connection.request(method, target, text, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def _calls(world: World) -> Iterator[Sent]:
    """Give a call of each operation of a dialect, in an order in which each is accepted."""
    vm, other = (world.vms[index]["uuid"] for index in (0, 1))
    at, later = world.now() + timedelta(hours=1), world.now() + timedelta(days=2)
    date, far = at.strftime(MINUTE), later.strftime(MINUTE)
    snapshots, requests = f"/v2/vm/{vm}/snapshot", "/v2/request/snapshot"
    for text in ("before the upgrade", HOSTILE):
        body = {"description": text, "from_date": date, "valid_for": 12}
        yield Sent("vm-snapshot-create", "POST", snapshots, body)
    body = {"description": "=x", "from_date": date, "valid_for": "12"}
    yield Sent("vm-snapshot-create", "POST", snapshots, body)
    if world.dialect == "2026":
        body = {**body, "consolidate": True}
        yield Sent("vm-snapshot-create", "POST", f"/v2/vm/{world.vms[0]['moref']}/snapshot", body)
    world.move(advance="2h")
    id = world.state()["snapshot_requests"][-1]["id"]
    yield Sent("request-snapshot-extend", "PUT", f"{requests}/{id}", EXTENSION)
    yield Sent("vm-snapshot-revert", "PATCH", f"{snapshots}/1")
    yield Sent("vm-snapshot-delete", "DELETE", f"{snapshots}/1")
    cpu = {"count": 2, "cores_per_socket": 1} if world.dialect == "2026" else 2
    for what, value in {"state": "poweredOff", "memory": 2, "name": "it's", "cpu": cpu}.items():
        member = "name" if (what, world.dialect) == ("name", "2016") else "value"
        for body in ({member: value}, {member: value, "schedule": far}):
            yield Sent(f"vm-{what}-set", "PUT", f"/v2/vm/{other}/{what}", body)
    yield Sent("vm-consolidate", "PUT", f"{snapshots}/consolidate")
    yield Sent("vm-consolidate", "PUT", f"{snapshots}/consolidate", {"schedule": far})
    if world.dialect == "2026":
        body = {"value": "suspend", "schedule": far, "user_meta": {"ticket": HOSTILE}}
        yield Sent("vm-state-set", "PUT", f"/v2/vm/{other}/state", body)
    changed = world.state()["change_requests"]
    waiting = [each["id"] for each in changed if each["schedule"] is not None]
    move = {"scheduled_datetime": (later + timedelta(days=1)).strftime(MINUTE)}
    yield Sent("request-change-update", "PUT", f"/v2/request/change/{waiting[0]}", move)
    cancel = {"scheduled": False}
    yield Sent("request-change-update", "PUT", f"/v2/request/change/{waiting[1]}", cancel)
    if world.dialect != "2016":
        yield Sent("request-change-retry", "PATCH", f"/v2/request/change/{_failed(world)}")
        yield Sent("user-message-ack", "PATCH", "/v2/user/message/1")
    yield Sent("token-request", "POST", "/auth/request-token")
    yield from _reads(world)


def _failed(world: World) -> int:
    """Let a change fail; return its id."""
    fails = {"kind": "work-fails", "event": "change", "reason": "invalid_state"}
    ask(world.base, f"/_mock/worlds/{world.name}/faults", fails)
    world.move(advance="0s")
    changes = world.state()["change_requests"]
    return next(int(each["id"]) for each in changes if each["state"] == "failed")


def _reads(world: World) -> Iterator[Sent]:
    """Give a GET of each operation that takes one, and some with a query."""
    vm, state = world.vms[0], world.state()
    values = {"uuid": vm["uuid"], "id": "1"}
    for operation, method, path in _operations(world):
        if method != "GET" or operation in WITHOUT:
            continue
        place = f"{path.split('/')[2]}s"
        moref = state[place][0]["moref"] if "{moref}" in path else ""
        ids = {"vm-snapshot-get": "2", "request-snapshot-get": state["snapshot_requests"][-1]["id"]}
        known = values | {"moref": moref, "id": ids.get(operation, "1")}
        yield Sent(operation, "GET", path.format(**known))
    yield Sent("vm-list", "GET", "/v2/vm?name=web&summary=1")
    query = "filter=vm_name,like,%25web%25&sort=created_on,desc&per_page=5"
    yield Sent("request-snapshot-list", "GET", f"/v2/request/snapshot?{query}")
    if world.dialect == "2026":
        yield Sent("vm-get", "GET", f"/v2/vm/{vm['moref']}")


def _operations(world: World) -> list[tuple[str, str, str]]:
    """Return the operations of a world's dialect, each with its method and its path."""
    document = ask(world.base, f"/_mock/worlds/{world.name}/openapi.json")
    return [
        (operation["operationId"], method.upper(), path)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in {"get", "put", "post", "patch", "delete"}
    ]
