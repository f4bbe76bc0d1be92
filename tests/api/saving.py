"""Saved worlds to test with: one in which much has happened, and a walk over all that is served."""

import hashlib
import json
from typing import Any

from tests.api.caller import Answer, Caller, caller, finish
from vss_mock.api.messages import Reply
from vss_mock.wire.dialects import DIALECTS

Document = dict[str, Any]

WORLD: Document = {
    "seed": 3,
    "motd": "Tonight at ten.",
    "users": [
        {"username": "jm", "password": "jm", "token": "jm-token", "groups": ["ops"]},
        {"username": "ana", "password": "ana", "sees": ["1606T-web"], "phone": "416-555-0100"},
    ],
    "vms": [
        {"name": "1606T-web", "hot_add": True, "networks": [], "cpu_count": 2},
        {"name": "1606T-coreos0", "power_state": "poweredOff", "needs_consolidation": True},
        {"name": "1606T-mail", "power_state": "suspended", "ip_address": "192.0.2.10"},
    ],
    "messages": [
        {"user": "jm", "subject": "Window", "text": "Tonight.", "ago": "1d"},
        {"user": "ana", "subject": "Hello", "text": "Ana.", "status": "Acknowledged"},
    ],
    "history": [
        {"ago": "30d", "user": "jm", "vm": "1606T-mail", "valid_for": 24, "description": "old"},
        {"ago": "1h", "user": "ana", "vm": "1606T-web", "valid_for": 72, "description": "new"},
    ],
}
START = "2016-07-29 12:00"
FILTERS = ("id,gt,0", "vm_name,like,a", "created_on,gt,2016-07-29", "status,ne,x")


def seal(document: Document) -> Document:
    """Return a saved world with the hash that fits what it says now, worked out by other means."""
    document = {name: value for name, value in document.items() if name != "sha256"}
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return {**document, "sha256": hashlib.sha256(text.encode()).hexdigest()}


def saved(mock: Caller, world: str = "default") -> Document:
    """Return a world as it is saved."""
    answer = mock.get(f"/_mock/worlds/{world}/saved")
    assert answer.status_code == 200, answer.body
    document: Document = answer.body
    return document


def lived(dialect: str = "2026") -> Caller:
    """Return a caller of a world in which every kind of request is in every state it can be in."""
    mock = caller(dialect=dialect, world=WORLD)
    mock.authorization = "Bearer jm-token"
    on, off, mail = (f"/v2/vm/{vm['uuid']}" for vm in mock.state["vms"])

    def do(method: str, path: str, body: Document | None = None) -> Answer:
        answer = mock(method, path, body if body is not None else b"")
        assert answer.status_code in {200, 202, 204}, (method, path, answer.body)
        return answer

    for vm, life in ((off, 1), (off, 72), (on, 48), (on, 72), (off, 72)):
        body = asked(valid_for=life, with_memory=True, consolidate=vm == off)
        do("POST", f"{vm}/snapshot", body)
    mock.advance("2h")
    do("PUT", "/v2/request/snapshot/5", {"attribute": "duration", "value": 5})
    do("PATCH", f"{off}/snapshot/2")
    do("DELETE", f"{on}/snapshot/2")
    do("DELETE", f"{on}/snapshot/2")
    do("PUT", f"{mail}/state", {"value": "reboot"})
    do("PUT", f"{on}/cpu", {"value": 4})
    do("PUT", f"{on}/memory", {"value": 1})
    do("PUT", f"{on}/cpu", {"value": 1})
    do("PUT", f"{mail}/memory", {"value": 4})
    do("PUT", f"{off}/name", {"value": "renamed"})
    do("PUT", f"{off}/name", {"value": "mail"})
    mock.advance(1)
    do("PUT", f"{off}/cpu", {"value": {"count": 4, "cores_per_socket": 2}})
    do("PUT", f"{on}/snapshot/consolidate", {})
    mock.advance(1)
    do("PUT", f"{off}/state", {"value": "poweredOn", "schedule": "2016-08-29 12:00"})
    do("PUT", f"{off}/memory", {"value": 2, "schedule": "2016-08-30 12:00"})
    cancelled = do("PUT", f"{on}/snapshot/consolidate", {"schedule": "2016-08-29 12:00"}).data
    do("PUT", f"/v2/request/change/{cancelled['request']['id']}", {"scheduled": False})
    do("PATCH", "/v2/user/message/1")
    do("POST", f"{off}/snapshot", asked(from_date="2016-09-01 12:00"))
    do("POST", f"{on}/snapshot", asked(from_date="2016-07-01 12:00"))
    do("DELETE", f"{off}/snapshot/2")
    do("PATCH", f"{on}/snapshot/3")
    do("PUT", f"{mail}/state", {"value": "poweredOn"})
    go_wrong(mock, on, mail)
    return mock


def go_wrong(mock: Caller, on: str, mail: str) -> None:
    """Let work fail, be tried again, be missed and last, and leave faults and holds behind."""
    took = [f"{vm}/snapshot" for vm in (mail, on)]
    for fault in (
        {"kind": "work-fails", "event": "take", "reason": "no_disk_space", "nth": 1},
        {
            "kind": "work-retried",
            "event": "take",
            "reason": "quiesce_timeout",
            "nth": 2,
            "seconds": 86400,
        },
        {"kind": "work-missed", "event": "take", "nth": 2},
        {"kind": "work-slow", "event": "revert", "seconds": 7200.5},
        {"kind": "work-fails", "event": "consolidate", "reason": "invalid_state"},
        {"kind": "work-fails", "event": "delete", "reason": "invalid_state", "vm": "1606T-mail"},
        {"kind": "status", "status_code": 503, "path": "/v2/nowhere*", "share": 0.25, "skip": 2},
        {"kind": "latency", "seconds": 0.5, "up_to": 1.5, "until": "2016-07-29T12:00"},
    ):
        assert mock.post("/_mock/faults", fault).status_code == 201
    for target in (*took, *took):
        assert mock.post(target, asked(valid_for=1)).status_code == 202
    mock.put(f"{on}/snapshot/consolidate", {})
    mock.advance("2h")
    mock("PATCH", f"{on}/snapshot/3")
    for hold in ({"event": "take", "vm": "vm-2"}, {"kind": "change", "request": 99}):
        assert mock.post("/_mock/holds", hold).status_code == 201
    mock.advance(1)
    mock.post("/_mock/clock", {"task_seconds": 0.5})
    mock("PATCH", f"{on}/snapshot/3")
    mock.advance(0)


def asked(**members: Any) -> Document:
    """Return the body of a request for a snapshot."""
    return {"from_date": START, "valid_for": 12, "description": "before"} | members


def walk(mock: Caller, world: str) -> None:
    """Call all that is served of a world, let two years go by, and look again.

    Its faults strike at the first calls, and at the work; then they are gone.
    """
    path = f"/_mock/worlds/{world}"
    told = mock.get(path)
    assert told.status_code == 200, told.body
    meet(mock, told.body)
    for part in ("faults", "holds"):
        assert mock.get(f"{path}/{part}").status_code == 200
        assert mock("DELETE", f"{path}/{part}").status_code == 204
    look(mock, told.body)
    act(mock, told.body)
    for move in ({"step": 1}, {"advance": "730d"}):
        answer = mock.post(f"{path}/clock", move)
        assert answer.status_code == 200, answer.body
    look(mock, told.body)
    for part in ("clock", "state", "journal"):
        assert mock.get(f"{path}/{part}").status_code == 200


def meet(mock: Caller, world: Document) -> None:
    """Meet the faults of a world, whatever they make of the answers, and of the work."""
    vm = f"/v2/vm/{world['vms'][0]['uuid']}"
    for user in world["users"]:
        own = Caller(mock.service, f"Bearer {user['token']}")
        for method, target, body in (
            ("GET", vm, b""),
            ("GET", "/v2/request/snapshot/1", b""),
            ("GET", "/v2/request/change", b""),
            ("PUT", f"{vm}/state", {"value": "reset"}),
            ("POST", f"{vm}/snapshot", asked()),
        ):
            for _ in range(3):
                reply = mock.service.handle(own.call(method, target, body))
                reply = reply if isinstance(reply, Reply) else finish(reply)
                assert isinstance(reply.status_code, int)
    answer = mock.post(f"/_mock/worlds/{world['name']}/clock", {"advance": "1h"})
    assert answer.status_code == 200, answer.body


def look(mock: Caller, world: Document) -> None:
    """Read all there is to read of a world, as each of its users."""
    state = mock.get(f"/_mock/worlds/{world['name']}/state").body
    there = {
        "{uuid}": [vm["uuid"] for vm in state["vms"]],
        "folder/{moref}": [f"folder/{place['moref']}" for place in state["folders"]],
        "network/{moref}": [f"network/{place['moref']}" for place in state["networks"]],
        "domain/{moref}": [f"domain/{place['moref']}" for place in state["domains"]],
    }
    for kind in ("snapshot", "change"):
        name = f"request/{kind}"
        ids = range(1, len(state[f"{kind}_requests"]) + 1)
        there[f"{name}/{{id}}"] = [f"{name}/{id}" for id in ids]
    there["{id}"] = ["1", "2", "3"]
    for user in world["users"]:
        own = Caller(mock.service, f"Bearer {user['token']}")
        for operation in mock.service.documents.operations(world["dialect"]):
            if operation.method == "GET" and operation.id != "request-task-get":
                for target in filled(operation.path, there):
                    answer = own.get(target)
                    assert answer.status_code < 500, (target, answer.body)
                if operation.id in {"request-snapshot-list", "request-change-list"}:
                    follow(own, operation.path)


def follow(own: Caller, target: str) -> None:
    """Read a list of requests whole, filtered and sorted, and the tasks in it."""
    for terms in FILTERS:
        assert own.get(f"{target}?filter={terms}&sort=updated_on,desc").status_code == 200
    for row in own.get(f"{target}?expand=1&per_page=100").data:
        if row["task_id"]:
            assert own.get(f"/v2/request/task/{row['task_id']}").status_code == 200


def filled(path: str, there: dict[str, list[str]]) -> list[str]:
    """Return a path with each combination of what there may be in its place."""
    targets = [path]
    for part, values in there.items():
        if any(part in target for target in targets):
            targets = [target.replace(part, value) for target in targets for value in values]
    return targets


def act(mock: Caller, world: Document) -> None:
    """Ask for everything once, as each user."""
    name = "name" if world["dialect"] == "2016" else "value"
    for user in world["users"]:
        own = Caller(mock.service, f"Bearer {user['token']}")
        answers = []
        for vm in world["vms"]:
            target = f"/v2/vm/{vm['uuid']}"
            answers += [
                own.post(f"{target}/snapshot", asked()),
                own.put(f"{target}/name", {name: "another"}),
                own.put(f"{target}/state", {"value": "reboot"}),
                own.put(f"{target}/cpu", {"value": 3}),
                own.put(f"{target}/memory", {"value": 3}),
                own.put(f"{target}/snapshot/consolidate", {}),
            ]
            for number in (1, 2, 3):
                answers.append(own("PATCH", f"{target}/snapshot/{number}"))
                answers.append(own("DELETE", f"{target}/snapshot/{number}"))
        for id in range(1, 12):
            extension = {"attribute": "duration", "value": 1}
            answers += [
                own.put(f"/v2/request/snapshot/{id}", extension),
                own.put(f"/v2/request/change/{id}", {"scheduled": False}),
                own("PATCH", f"/v2/request/change/{id}"),
                own("PATCH", f"/v2/user/message/{id}"),
            ]
        for answer in answers:
            assert answer.status_code < 500, answer.body


EACH_DIALECT = tuple(DIALECTS)
