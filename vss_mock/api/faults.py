"""What faults make of a call: whether it takes effect, what is answered, and how it is sent.

A fault that answers by itself (a status code, an expired token, a connection that is gone) ends the
walk: the call has no effect, and later faults are not counted. The others let the call take effect
and change its answer, each in its turn.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from vss_mock.api.messages import NO_ANSWER, Call, Ending, Manner, Reply, Steps
from vss_mock.api.rendering import render
from vss_mock.simulator.faults import Rule, lot
from vss_mock.simulator.records import User
from vss_mock.simulator.worlds import Tenancy
from vss_mock.wire import bodies, problems
from vss_mock.wire.problems import Refusal

FAULT_HEADER = "X-VSS-Mock-Fault"
"""The header that says which faults an answer is due to, by their ids."""

MOST_AGO = 100
"""How many answers ago a stale one may be."""
MOST_READS = 1_000
"""How many different reads a world remembers the answers of; past it, all begin anew."""

_READS = frozenset({"GET", "HEAD"})

_PROXY_PAGE = "<html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>"

Answer = Callable[[], Reply | Steps]


def troubled(
    tenancy: Tenancy, user: User, operation: str, call: Call, answer: Answer
) -> Reply | Steps:
    """Answer a call as a world's faults have it; `answer` lets it take effect, and never raises."""
    struck: list[Rule] = []
    world = tenancy.world
    facts = _facts(tenancy, user, operation, call)
    kinds = _OF_READS if call.method in _READS else _OF_WRITES
    for rule in world.faults.struck(kinds, facts, world.now, world.seed):
        struck.append(rule)
        if rule.kind in _INSTEAD:
            return _marked(_INSTEAD[rule.kind](rule), struck)
    reply = answer()
    for rule in struck:
        if rule.kind == "duplicate":
            answer()
    if isinstance(reply, Reply):
        return _changed(tenancy, user, call, reply, struck)
    return _changed_later(tenancy, user, call, reply, struck)


def _changed_later(
    tenancy: Tenancy, user: User, call: Call, steps: Steps, struck: list[Rule]
) -> Steps:
    return _changed(tenancy, user, call, (yield from steps), struck)


def _changed(tenancy: Tenancy, user: User, call: Call, reply: Reply, struck: list[Rule]) -> Reply:
    """Return an answer as the faults that struck make it."""
    asked_for = any(rule.kind == "stale" for rule, _ in tenancy.world.faults)
    past: Sequence[Reply] = [reply]
    if asked_for and call.method in _READS:
        past = _remembered(tenancy, user, call, reply)
    for rule in struck:
        if rule.kind == "stale":
            reply = past[max(0, len(past) - 1 - rule.how.get("calls", 1))]
        elif rule.kind == "latency":
            reply = _delayed(reply, _delay(tenancy, rule))
        elif rule.kind in _AFTER:
            reply = _AFTER[rule.kind](reply, rule.how)
    return _marked(reply, struck) if struck else reply


def _facts(tenancy: Tenancy, user: User, operation: str, call: Call) -> Mapping[str, Any]:
    """Return what a fault may match of a call."""
    world = tenancy.world
    facts = {
        "operation": operation,
        "method": call.method,
        "path": call.path,
        "user": user.username,
    }
    if "uuid" in call.params:
        facts["vm"] = world.inventory.identified(call.params["uuid"])
    elif "id" in call.params and operation.startswith("request-"):
        facts["vm"] = _machine_of(tenancy, user, operation, call.params["id"])
    return facts


def _machine_of(tenancy: Tenancy, user: User, operation: str, id: str) -> str:
    """Return the machine that one of the user's requests is about, "" for none."""
    world = tenancy.world
    requests: Any = world.snapshot_requests(user)
    if operation.startswith("request-change-"):
        requests = world.change_requests(user)
    return next((request.vm for request in requests if str(request.id) == id), "")


def _remembered(tenancy: Tenancy, user: User, call: Call, reply: Reply) -> Sequence[Reply]:
    """Remember what a read was answered, and return its answers, this one last."""
    if len(tenancy.past) >= MOST_READS:
        tenancy.past.clear()
    past: deque[Reply] = tenancy.past.setdefault(
        (user.username, call.target), deque(maxlen=MOST_AGO + 1)
    )
    past.append(reply)
    return past


def _delay(tenancy: Tenancy, rule: Rule) -> float:
    """Return for how many seconds an answer is held back: drawn by the seed from a range."""
    least: float = rule.how["seconds"]
    most: float = rule.how.get("up_to", least)
    _, count = tenancy.world.faults.get(rule.id)
    return least + (most - least) * lot(tenancy.world.seed, "latency", rule.id, count.fired)


# What is answered instead.


def _status(rule: Rule) -> Reply:
    code: int = rule.how["status_code"]
    message = rule.how.get("message", f"fault {rule.id} of this mock answers so")
    wait = rule.how.get("retry_after", 1 if code == 429 else None)
    headers = {} if wait is None else {"Retry-After": str(wait)}
    if code == 401:
        headers |= problems.CHALLENGE
    return _refused(Refusal(code, message, headers=headers))


def _expired(rule: Rule) -> Reply:
    return _refused(problems.expired())


def _refused(refusal: Refusal) -> Reply:
    return Reply(refusal.status_code, render(refusal.document), refusal.headers)


def _nothing(ending: Ending) -> Callable[[Rule], Reply]:
    return lambda _: Reply(NO_ANSWER, manner=Manner(ending=ending))


_INSTEAD: Mapping[str, Callable[[Rule], Reply]] = {
    "status": _status,
    "expired-token": _expired,
    "connection-refused": _nothing(Ending.CLOSED),
    "connection-reset": _nothing(Ending.RESET),
}
"""What is answered to a call that has no effect, by the kind of the fault."""


# What becomes of an answer.


def _delayed(reply: Reply, seconds: float) -> Reply:
    manner = reply.manner or Manner()
    return reply._replace(manner=manner._replace(delay=manner.delay + seconds))


def _lost(reply: Reply, how: Mapping[str, Any]) -> Reply:
    manner = reply.manner or Manner()
    return reply._replace(manner=manner._replace(ending=Ending.CLOSED))


def _cut(reply: Reply, how: Mapping[str, Any]) -> Reply:
    manner, size = reply.manner or Manner(), len(reply.body)
    if manner.ending is not Ending.WHOLE:
        return reply
    kept = min(how.get("bytes", size // 2), max(0, size - 1))
    return reply._replace(manner=manner._replace(ending=Ending.CUT, kept=kept))


def _typed(reply: Reply, how: Mapping[str, Any]) -> Reply:
    if not reply.body:
        return reply
    return reply._replace(headers={**reply.headers, "Content-Type": how["value"] or ""})


def _not_json(reply: Reply, how: Mapping[str, Any]) -> Reply:
    return reply._replace(body=how.get("text", _PROXY_PAGE).encode(), timed=False)


def _broken(reply: Reply, how: Mapping[str, Any]) -> Reply:
    """Return an answer one member of which is lost, null, or of another type."""
    if not reply.body:
        return reply
    try:
        document = bodies.read_json(reply.body)
    except Refusal:  # another fault has made it something else than JSON
        return reply
    *above, last = [_unescaped(part) for part in how["member"].split("/")[1:]]
    place = document
    for part in above:
        place = _at(place, part)
    key = _key(place, last)
    if key is None:
        return reply
    if how["becomes"] == "missing":
        del place[key]
    else:
        place[key] = None if how["becomes"] == "null" else _otherwise(place[key])
    return reply._replace(body=render(document))


def _unescaped(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")


def _at(place: Any, part: str) -> Any:
    key = _key(place, part)
    return None if key is None else place[key]


def _key(place: Any, part: str) -> Any:
    """Return what a part of a pointer means at a place: a name, a number, None for nothing."""
    if isinstance(place, dict):
        return part if part in place else None
    if isinstance(place, list) and part.isascii() and part.isdigit() and int(part) < len(place):
        return int(part)
    return None


def _otherwise(value: Any) -> Any:
    """Return a value of another type than the one there is."""
    if isinstance(value, str):
        return 0
    return [] if isinstance(value, dict) else "of another type"


_AFTER: Mapping[str, Callable[[Reply, Mapping[str, Any]], Reply]] = {
    "lost-answer": _lost,
    "cut-body": _cut,
    "content-type": _typed,
    "not-json": _not_json,
    "broken-body": _broken,
}
"""What becomes of an answer, by the kind of the fault."""

_OF_READS = frozenset({*_INSTEAD, *_AFTER, "latency", "stale"})
_OF_WRITES = frozenset({*_INSTEAD, *_AFTER, "latency", "duplicate"})
"""The kinds of faults that strike calls which read, and those which change something."""


def _marked(reply: Reply, struck: list[Rule]) -> Reply:
    """Say on an answer, and to the journal, which faults it is due to."""
    ids = tuple(rule.id for rule in struck)
    manner = (reply.manner or Manner())._replace(faults=ids)
    headers = {**reply.headers, FAULT_HEADER: ", ".join(map(str, ids))}
    return reply._replace(headers=headers, manner=manner)
