"""What Schemathesis has to know about this API to get deep into it: real ids, near dates, time.

Schemathesis loads it because `schemathesis.toml` names it; nothing else may import it. Every choice
here follows from what was generated, never from chance, so that a run can be repeated. The server
may lie: what it does not answer as it should is left to the checks, and nothing is made of it here.

`VSS_VM` is a machine that may be used and `VSS_TOKEN` who uses it. `VSS_CLOCK` is the path of a
clock that may be moved (with `VSS_CONTROL_TOKEN`, if it wants one): without it no time passes, and
nothing is asked for beside what Schemathesis itself asks.
"""

import os
import re
import zlib
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import requests
import schemathesis

VM = os.environ["VSS_VM"]
"""The uuid of a virtual machine that may be used."""
CLOCK = os.environ.get("VSS_CLOCK", "")
TORONTO = ZoneInfo("America/Toronto")
CALLS_A_JUMP = 3
JUMP_HOURS = 2
"""Time that passes every so many calls: enough to see snapshots taken and deleted."""
NEAR_HOURS = 12
"""Dates are moved to within so many hours around now; one of four stays where it is."""
IDS = 12
"""Of five numbers one stays what it is, one is moved to 1 and this, the rest name what stands."""
SECONDS = 5
"""How long an answer is waited for."""
LOST = (requests.RequestException, ValueError, KeyError, TypeError)
"""What comes of asking a server that does not answer as it should."""

_MINUTE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MOREF = re.compile("(group-v|network-|domain-c)[0-9]+")
_PLACES = {"group-v": "/v2/folder", "network-": "/v2/network", "domain-c": "/v2/domain"}
_TOO_LATE = re.compile(
    "is not waiting for its snapshot's deletion|was extended 3 times already"
    "|is not waiting for a date of its own|has not failed, so it cannot be retried"
)
_TIMELY = {"request-snapshot-extend", "request-change-update", "request-change-retry"}
"""Operations that are refused where their request stands otherwise."""
_NUMBERS = {"id", "snap_id", "valid_for", "extensions", "vlan_id"}
_FEW = ("/v2/user/message/", "/v2/user/token/", "/v2/group/")
"""Paths of things of which there are a few, numbered from 1."""


class _World:
    """The server's world: how many calls were made to it, and when it is there."""

    def __init__(self) -> None:
        self.session = requests.Session()
        self.session.trust_env = False
        self.user = {"Authorization": f"Bearer {os.environ['VSS_TOKEN']}"}
        control = os.environ.get("VSS_CONTROL_TOKEN")
        self.control = {"Authorization": f"Bearer {control}"} if control else self.user
        self.calls = 0
        self.standing: dict[str, Any] = {"change": 1}
        self.places: dict[str, str] = {}
        self.now = datetime(2016, 7, 29, 16, 30, 59, tzinfo=UTC)

    def move(self, base: str) -> None:
        """Let happen what is due; every few calls let time pass, and see that a snapshot stands."""
        if not CLOCK:
            return
        hours = 0 if self.calls % CALLS_A_JUMP else JUMP_HOURS  # the first call finds one already
        self.calls += 1
        request = None
        if hours:
            with suppress(*LOST):
                request = self.request(base)
        with suppress(*LOST):
            clock = self.post(f"{base}{CLOCK}", {"advance": f"{hours}h"}, self.control)
            self.now = datetime.fromisoformat(clock["now"]).astimezone(UTC)
        if request is not None:
            with suppress(*LOST):
                self.see(f"{base}{request}")

    def see(self, request: str) -> None:
        """Remember the snapshot that a request had taken."""
        answer = self.session.get(request, headers=self.user, timeout=SECONDS)
        taken = answer.json()["data"]
        self.standing["vm"] = int(taken["snapshot"]["snap_id"])
        self.standing["snapshot"] = taken["id"]
        self.standing["task"] = taken["task_id"]

    def place(self, base: str, kind: str) -> str | None:
        """Return the moref of a folder, a network or a domain that there is, None for none."""
        if kind not in self.places:
            with suppress(*LOST):
                url = f"{base}{_PLACES[kind]}?sort=moref,desc"
                rows = self.session.get(url, headers=self.user, timeout=SECONDS).json()["data"]
                self.places[kind] = str(rows[0]["moref"])
        return self.places.get(kind)

    def request(self, base: str) -> str:
        """Ask for a snapshot that will stand for a while; return the path of its request."""
        body = {"from_date": self.minute(), "valid_for": 72, "description": "one that stands"}
        accepted = self.post(f"{base}/v2/vm/{VM}/snapshot", body, self.user)
        path = urlsplit(str(accepted["data"]["_links"]["request"])).path
        return path[path.index("/v2/") :]

    def minute(self, hours: int = 0) -> str:
        """Return a date as the API takes it, so many hours from now."""
        return f"{(self.now + timedelta(hours=hours)).astimezone(TORONTO):%Y-%m-%d %H:%M}"

    def post(self, url: str, body: Any, headers: dict[str, str]) -> Any:
        answer = self.session.post(url, json=body, headers=headers, timeout=SECONDS)
        answer.raise_for_status()
        return answer.json()


_world = _World()


@schemathesis.hook
def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
    """Settle what earlier calls asked for: what was deleted is gone when the next call looks."""
    _world.move(case.operation.base_url.rstrip("/"))


@schemathesis.hook
def map_path_parameters(context: Any, path_parameters: Any) -> Any:
    """Name a machine, requests, snapshots, tasks and places that there are."""
    path: str = context.operation.path
    base = context.operation.base_url.rstrip("/")
    kind = path.split("/")[3] if path.startswith("/v2/request/") else "vm"
    kind = "few" if path.startswith(_FEW) else kind
    return _each(path_parameters, lambda value: _placed(_real(value, kind), base))


@schemathesis.hook
def map_query(_context: Any, query: Any) -> Any:
    """Give filters values that fit their fields: a number, a date, or any text."""
    if not isinstance(query, dict) or not isinstance(query.get("filter"), str):
        return query
    parts = [term.split(",", 2) for term in query["filter"].split(";")]
    terms = [_fitting(*part) if len(part) == 3 else ",".join(part) for part in parts]
    return {**query, "filter": ";".join(terms)}


@schemathesis.hook
def map_body(_context: Any, body: Any) -> Any:
    """Bring dates close to now: few live to see those of the year 5128.

    What people note is any object, and so also one that is past the limits of any body.
    """
    if isinstance(body, dict) and isinstance(body.get("user_meta"), dict):
        body = {**body, "user_meta": {"members": len(body["user_meta"])}}
    return _each(body, _near)


@schemathesis.hook
def filter_failure(_context: Any, failure: Any, case: Any, response: Any) -> bool:
    """Accept one kind of refusal of what the schema takes: an update at a wrong time.

    Whether a request can be extended, put off or retried depends on where it stands, which no
    schema can say.
    """
    refused_for_its_schema = failure.code != "ST202" or "parameters" in response.text
    timely = case.operation.definition.raw.get("operationId") in _TIMELY
    return refused_for_its_schema or not (timely and _TOO_LATE.search(response.text))


def _fitting(field: str, operator: str, value: str) -> str:
    if field in _NUMBERS or field.startswith(("cpu", "memory")):
        value = str(_number(value))
    elif field.endswith(("_on", "_date", "_datetime", "_access")):
        operator = "eq" if operator == "like" else operator
        value = _world.minute(_number(value) % NEAR_HOURS)
    return f"{field},{operator},{value}"


def _each(members: Any, change: Any) -> Any:
    if not isinstance(members, dict):
        return members
    return {name: change(value) for name, value in members.items()}


def _placed(value: Any, base: str) -> Any:
    """Return a place that there is for one that is well spelled; one of four stays what it is."""
    spelled = _MOREF.fullmatch(value) if isinstance(value, str) else None
    if spelled is None or _number(value) % 4 == 3:
        return value
    return _world.place(base, spelled[1]) or value


def _real(value: Any, kind: str) -> Any:
    if kind == "few" and isinstance(value, int) and not isinstance(value, bool):
        return value if value % 5 == 0 else value % 2 + 1
    standing = _world.standing.get(kind, value)
    if isinstance(value, str) and _UUID.fullmatch(value):
        return value if _number(value) % 4 == 3 else standing if kind == "task" else VM
    if not isinstance(value, int) or isinstance(value, bool) or value < 1 or value % 5 == 0:
        return value
    # A small number is a request that there is or was; of snapshots only the newest surely stand.
    return value % IDS + 1 if value % 5 == 2 and kind != "vm" else standing


def _near(value: Any) -> Any:
    if not isinstance(value, str) or not _MINUTE.fullmatch(value):
        return value
    number = _number(value)
    if number % 4 == 0 and _exists(value):
        return value
    return _world.minute(number // 4 % (2 * NEAR_HOURS) - NEAR_HOURS)


def _exists(minute: str) -> bool:
    """Tell whether Toronto's clocks show a minute: no schema can say which hour spring skips."""
    try:
        meant = datetime.fromisoformat(minute).replace(tzinfo=TORONTO)
    except ValueError:
        return True  # no day of the calendar: the schema's to refuse
    shown = meant.astimezone(UTC).astimezone(TORONTO)
    return shown.replace(tzinfo=None) == meant.replace(tzinfo=None)


def _number(text: str) -> int:
    return zlib.crc32(text.encode())
