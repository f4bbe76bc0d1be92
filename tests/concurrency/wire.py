"""How calls are spelled for the mock, and how its answers are read: in the words of `world.py`."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from tests.concurrency.world import CHANGE, MACHINES, PAGE, RANK, SNAPSHOT, USERS

START = int(datetime(2017, 1, 9, 17, tzinfo=UTC).timestamp())
"""When worlds begin. Summer time is two months away."""
UUIDS = {
    vm: f"5012{number:04}-0000-4000-8000-00000000000{vm}" for number, vm in enumerate(MACHINES)
}
NAMES = {uuid: vm for vm, uuid in UUIDS.items()}

_TORONTO = ZoneInfo("America/Toronto")
_OFFSETS = {"EDT": 4, "EST": 5}
_SHOWN = re.compile(r"(\d{4}-\d\d-\d\d) (?:[A-Z][a-z]{2} )?(\d\d:\d\d:\d\d) (E[DS]T)")
_AGE = re.compile(r"(?:(\d+) days?, )?(\d+):(\d\d):(\d\d)")
_STATUSES = {
    "submitted": "submitted",
    "scheduled": "scheduled",
    "processed": "processed",
    "error processed": "failed",
    "error": "failed",
    "failed": "failed",
    "cancelled": "cancelled",
}
_SPELLED = {"code": "status_code"}
_FAULT = (
    "id",
    "kind",
    "operation",
    "status_code",
    "skip",
    "nth",
    "every",
    "times",
    "seen",
    "fired",
)
_WORDS = {"on": "poweredOn", "off": "poweredOff"}


class Request(NamedTuple):
    """A call as it is sent; `user` is None for the control API."""

    method: str
    path: str
    user: str | None
    body: Any = None


def settings(world: str, dialect: str, crowd: int = 0) -> dict[str, Any]:
    """A world's file: two users, one of whom does not see everything, and three machines.

    A `crowd` is that many snapshots that stand from the beginning.
    """
    return {
        "name": world,
        "dialect": dialect,
        "start": datetime.fromtimestamp(START, UTC).isoformat(),
        "users": [
            {"username": user, "password": "p", "sees": [f"vm-of-{vm}" for vm in sorted(sees)]}
            for user, sees in USERS.items()
        ],
        "vms": [{"name": f"vm-of-{vm}", "uuid": UUIDS[vm]} for vm in MACHINES],
        "history": [
            {
                "user": ("ann", "bob")[number % 2],
                "vm": f"vm-of-{'ab'[number // 2 % 2]}",
                "ago": "1h",
                "valid_for": 3 + number % 3,
                "description": f"crowd {number}",
            }
            for number in range(crowd)
        ],
    }


# Sending.


def shown_minute(instant: int) -> str:
    """Spell an instant as users write it; its second goes."""
    return datetime.fromtimestamp(instant, _TORONTO).strftime("%Y-%m-%d %H:%M")


def whole_minute(instant: int) -> int:
    """The instant that `shown_minute` spells: an hour later where that would mean another one."""
    moment = datetime.fromtimestamp(instant, _TORONTO).replace(second=0, microsecond=0)
    return int((moment + timedelta(hours=1) * moment.fold).timestamp())


def _vm(asked: Mapping[str, Any], rest: str = "") -> str:
    return f"/v2/vm/{UUIDS[asked['vm']]}{rest}"


def _snapshot(asked: Mapping[str, Any]) -> str:
    return _vm(asked, f"/snapshot/{asked['snapshot']}")


def _power(asked: Mapping[str, Any]) -> Request:
    date = {} if asked["date"] is None else {"schedule": shown_minute(asked["date"])}
    return Request("PUT", _vm(asked, "/state"), asked["user"], {"value": asked["word"], **date})


def _submit(asked: Mapping[str, Any]) -> Request:
    body = {
        "from_date": shown_minute(asked["date"]),
        "valid_for": asked["hours"],
        "description": asked["text"],
    }
    return Request("POST", _vm(asked, "/snapshot"), asked["user"], body)


def _request(asked: Mapping[str, Any], kind: str) -> str:
    return f"/v2/request/{kind}/{asked['id']}"


def _updated(body: Callable[[Mapping[str, Any]], Any], kind: str) -> "Spelled":
    return lambda world, asked: Request("PUT", _request(asked, kind), asked["user"], body(asked))


def _moved(world: str, asked: Mapping[str, Any]) -> Request:
    if "seconds" in asked:
        body: dict[str, Any] = {"advance": asked["seconds"]}
    elif "count" in asked:
        body = {"step": asked["count"]}
    else:
        body = {"advance_to": datetime.fromtimestamp(asked["date"], UTC).isoformat()}
    return Request("POST", f"/_mock/worlds/{world}/clock", None, body)


def _faults(world: str) -> str:
    return f"/_mock/worlds/{world}/faults"


def _fault(asked: Mapping[str, Any]) -> Any:
    members = {name: value for name, value in asked.items() if value}
    return {_SPELLED.get(name, name): value for name, value in members.items()}


Spelled = Callable[[str, Mapping[str, Any]], Request]

SPELLED: Mapping[str, Spelled] = {
    "submit": lambda world, asked: _submit(asked),
    "delete": lambda world, asked: Request("DELETE", _snapshot(asked), asked["user"]),
    "revert": lambda world, asked: Request("PATCH", _snapshot(asked), asked["user"]),
    "power": lambda world, asked: _power(asked),
    "extend": _updated(lambda asked: {"attribute": "duration", "value": asked["hours"]}, SNAPSHOT),
    "put_off": _updated(lambda asked: {"scheduled_datetime": shown_minute(asked["date"])}, CHANGE),
    "cancel": _updated(lambda asked: {"scheduled": False}, CHANGE),
    "retry": lambda world, asked: Request("PATCH", _request(asked, CHANGE), asked["user"]),
    "get": lambda world, asked: Request("GET", _request(asked, asked["kind"]), asked["user"]),
    "listed": lambda world, asked: Request(
        "GET", f"/v2/request/{asked['kind']}?expand=1&per_page={PAGE}&sort=id,desc", asked["user"]
    ),
    "summary": lambda world, asked: Request("GET", "/v2/request", asked["user"]),
    "snapshots": lambda world, asked: Request("GET", _vm(asked, "/snapshot"), asked["user"]),
    "machine": lambda world, asked: Request("GET", _vm(asked), asked["user"]),
    "look": lambda world, asked: Request("GET", f"/_mock/worlds/{world}/clock", None),
    "state": lambda world, asked: Request("GET", f"/_mock/worlds/{world}/state", None),
    "advance": _moved,
    "advance_to": _moved,
    "step": _moved,
    "reset": lambda world, asked: Request("POST", f"/_mock/worlds/{world}/reset", None),
    "fork": lambda world, asked: Request(
        "POST", f"/_mock/worlds/{world}/fork", None, {"name": asked["name"]}
    ),
    "create": lambda world, asked: Request(
        "POST", "/_mock/worlds", None, settings(world, asked["dialect"])
    ),
    "faults": lambda world, asked: Request("GET", _faults(world), None),
    "set_fault": lambda world, asked: Request("POST", _faults(world), None, _fault(asked)),
    "clear_faults": lambda world, asked: Request("DELETE", _faults(world), None),
    "remove_fault": lambda world, asked: Request("DELETE", f"{_faults(world)}/{asked['id']}", None),
    "remove": lambda world, asked: Request("DELETE", f"/_mock/worlds/{world}", None),
}


# Reading.


def instant(text: str | None) -> int | None:
    """Read a date as answers show it, Toronto's or UTC's."""
    if text is None:
        return None
    found = _SHOWN.fullmatch(text)
    if found is None:
        return int(datetime.fromisoformat(text).timestamp())
    moment = datetime.fromisoformat(f"{found[1]} {found[2]}+00:00")
    return int(moment.timestamp()) + _OFFSETS[found[3]] * 3600


def _age(text: str) -> int:
    found = _AGE.fullmatch(text)
    assert found is not None, text
    days, *clock = (int(part or 0) for part in found.groups())
    return days * 86400 + clock[0] * 3600 + clock[1] * 60 + clock[2]


def _text(description: str) -> str:
    """What was said of a snapshot, without its dates."""
    return description.rpartition(" from ")[0]


def _number(text: Any) -> int | None:
    return None if text is None else int(text)


def _ask(data: Mapping[str, Any]) -> Any:
    """Read a request as its user sees it."""
    row = [data["id"], NAMES[data["vm_uuid"]], _STATUSES[data["status"].lower()]]
    row += [instant(data["created_on"]), instant(data["updated_on"])]
    if "attribute" in data:
        if row[2] == "scheduled":  # how later dialects call a change that waits for its date
            row[2] = "submitted"
        return [*row, instant(data["scheduled_datetime"]), data["value"][0]]
    shot = data["snapshot"]
    row += [instant(shot["from_date"]), instant(shot["to_date"])]
    return [*row, _number(shot["snap_id"]), _text(shot["description"])]


def _accepted(document: Any) -> Any:
    return int(document["data"]["_links"]["request"].rpartition("/")[2])


def _clock(document: Any) -> Any:
    after = document["next"]
    if after is not None:
        vm = NAMES[after["vm"]]
        after = [instant(after["at"]), after["kind"], after["request"], after["event"], vm]
        after.append(document["next"]["snapshot"])
    return {"now": instant(document["now"]), "next": after}


def _event(fired: Mapping[str, Any]) -> Any:
    before, then = (_STATUSES[fired[name].lower()] for name in ("from", "to"))
    row = [instant(fired["at"]), fired["kind"], fired["request"], fired["event"], before, then]
    return [*row, NAMES[fired["vm"]], fired["snapshot"]]


def _after_move(document: Any) -> Any:
    fired = [_event(each) for each in document["fired"]]
    return {**_clock(document), "fired": fired, "count": document["fired_count"]}


def _whole(document: Any) -> Any:
    """Read a whole world."""
    asked = [
        [
            row["id"], row["job"], row["user"], NAMES[row["vm"]], row["description"],
            instant(row["created_on"]), instant(row["updated_on"]), row["state"],
            instant(row["from_date"]), row["valid_for"], row["extensions"], row["snapshot"],
            row["origin"], row["closed_by"], None,
        ]
        for row in document["snapshot_requests"]
    ]  # fmt: skip
    changes = [
        [
            row["id"], row["job"], row["user"], NAMES[row["vm"]], "",
            instant(row["created_on"]), instant(row["updated_on"]), row["state"],
            instant(row["schedule"]), 0, [], None, None, None,
            _WORDS.get(row["value"], row["value"]),
        ]
        for row in document["change_requests"]
    ]  # fmt: skip
    kept = [
        [
            NAMES[row["vm"]],
            row["id"],
            row["request"],
            instant(row["created_on"]),
            row["power_state"],
        ]
        for row in document["snapshots"]
    ]
    numbers = document["snapshot_numbers"]
    return {
        "now": instant(document["now"]),
        SNAPSHOT: asked,
        CHANGE: changes,
        "power": {NAMES[vm["uuid"]]: vm["power_state"] for vm in document["vms"]},
        "numbers": {NAMES[uuid]: number for uuid, number in numbers.items() if number},
        "kept": sorted(kept),
        "faults": [_fault_of_state(fault) for fault in document.get("faults", ())],
        "last_fault": document.get("last_fault", 0),
    }


def _fault_told(fault: Mapping[str, Any]) -> Any:
    told = {"skip": 0, **fault}
    return [told.get(name) for name in _FAULT]


def _fault_of_state(fault: Mapping[str, Any]) -> Any:
    return _fault_told({**fault, **fault["where"], **fault["when"], **fault["how"]})


def _list(document: Any) -> Any:
    latest = [_ask(data) for data in document["data"]]
    return {"total": document["meta"]["pages"]["total"], "latest": latest}


def _snapshots(document: Any) -> Any:
    return [
        [
            row["id"],
            int(row["name"].removeprefix("SR-")),
            _age(row["age"]),
            row["powerState"],
            _text(row["description"]),
        ]
        for row in document["data"]
    ]


def _machine(document: Any) -> Any:
    data = document["data"]
    return {"power": data["powerState"], "snapshot": data["snapshot"]["exist"]}


def _one(document: Any) -> Any:
    return _ask(document["data"])


READ: Mapping[str, Callable[[Any], Any]] = {
    "submit": _accepted,
    "delete": _accepted,
    "revert": _accepted,
    "power": _accepted,
    "retry": _accepted,
    "extend": _one,
    "put_off": _one,
    "cancel": _one,
    "get": _one,
    "listed": _list,
    "summary": lambda document: {kind: document["data"][kind] for kind in RANK},
    "snapshots": _snapshots,
    "machine": _machine,
    "faults": lambda document: [_fault_told(fault) for fault in document["faults"]],
    "set_fault": _fault_told,
    "look": _clock,
    "state": _whole,
    "reset": _clock,
    "advance": _after_move,
    "advance_to": _after_move,
    "step": _after_move,
}
UPDATES = frozenset({"extend", "put_off", "cancel"})


def read(verb: str, code: int, content: bytes) -> tuple[int, Any]:
    """Return an answer's status code and what it tells, None where nothing is told.

    Later dialects answer an update by what was updated (200), the first one by nothing (204).
    """
    if code >= 300 or not content or verb not in READ:
        return code, None
    try:
        told = READ[verb](json.loads(content))
    except (LookupError, TypeError, ValueError, AttributeError):
        told = content.decode(errors="replace")  # which no answer is: it fits nothing
    return (204 if verb in UPDATES and code == 200 else code), told
