"""Calls that are to be refused: each kind of fault, tried on whatever is there.

A call has faults of one kind, so that there is one right answer to it.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from vss_mock.contract import blame
from vss_mock.contract.asking import NOTHING, asks
from vss_mock.contract.bad_values import BAD_DATES, BAD_HOURS, BAD_QUERIES, BAD_TEXTS, SKIPPED
from vss_mock.contract.expected import TOKEN_LIFE
from vss_mock.contract.judge import parsed
from vss_mock.contract.model import KEPT, WAITING, Asked
from vss_mock.contract.sent import Sent
from vss_mock.contract.toronto import SECOND, minute
from vss_mock.contract.transport import Answer
from vss_mock.contract.values import at
from vss_mock.contract.walker import Walker, Wanted

NOBODY: Final = "00000000-0000-4000-8000-000000000000"
"""A UUID that nothing has."""
_EXACT: Final = frozenset(
    {
        "hidden-machines-stay-hidden",
        "others-requests-stay-unknown",
        "unknown-things-are-not-found",
        "token-lives-a-day",
        "nothing-without-a-token",
        "login-refuses-what-is-wrong",
        "methods-are-refused",
        "bodies-say-their-type",
    }
)
"""Rules that say themselves which status code it is."""


class Fault(NamedTuple):
    """A call that is to be refused: with which status code, naming which parameters, and why."""

    what: str
    user: str
    sent: Sent
    operation: str
    status: int
    rule: str
    parameters: frozenset[str] | None = None


Faults = Callable[[Walker, str, int], Fault | None]


def attempt(walker: Walker, kind: str, pick: int) -> None:
    """Try something of a kind that is to be refused, if there is occasion to."""
    users = list(walker.model.users)
    fault = KINDS[kind](walker, users[pick % len(users)], pick // len(users))
    if fault is not None:
        refuse(walker, fault)


def refuse(walker: Walker, fault: Fault) -> None:
    """Make a call that is to be refused, and judge how it is."""

    def otherwise(answer: Answer) -> str:
        refused = answer.status >= 400
        return "refusals-have-their-code" if refused and fault.rule not in _EXACT else fault.rule

    wanted = Wanted(
        fault.operation,
        frozenset({fault.status}),
        otherwise,
        rules=(fault.rule, "refusals-have-their-code", "refusals-change-nothing"),
        shape=(fault.rule, fault.parameters),
    )
    answer = walker.call(fault.what, fault.sent, fault.user, wanted)
    walker.refused()
    if fault.parameters is not None:
        named = at(parsed(answer), "/parameters")
        found = sorted(map(str, named)) if isinstance(named, list) else None
        rule = "refusals-name-what-is-wrong"
        walker.check(rule, "/parameters", sorted(fault.parameters), found)


# Bodies.


def _body(walker: Walker) -> dict[str, Any]:
    return {"description": "to be refused", "from_date": minute(walker.model.now), "valid_for": 1}


def _submission(
    walker: Walker, user: str, what: str, body: Any, rule: str, parameters: set[str] | None
) -> Fault:
    vm = walker.model.visible(user)[0]
    sent = asks(walker, user, "POST", f"/v2/vm/{vm.uuid}/snapshot", body)
    named = None if parameters is None else frozenset(parameters)
    told = f"{user} asks for a snapshot of {vm.name} with {what}"
    return Fault(told, user, sent, "vm-snapshot-create", 400, rule, named)


def _hours(walker: Walker, user: str, pick: int) -> Fault:
    body = _body(walker) | {"valid_for": BAD_HOURS[pick % len(BAD_HOURS)]}
    rule = "hours-are-1-to-72"
    return _submission(walker, user, "bad hours", body, rule, {"valid_for"})


def _dates(walker: Walker, user: str, pick: int) -> Fault:
    body = _body(walker) | {"from_date": BAD_DATES[pick % len(BAD_DATES)]}
    rule = "dates-have-one-spelling"
    return _submission(walker, user, "a bad date", body, rule, {"from_date"})


def _skipped(walker: Walker, user: str, pick: int) -> Fault:
    return _of_skipped(walker, user, SKIPPED[pick % len(SKIPPED)])


def _of_skipped(walker: Walker, user: str, text: str) -> Fault:
    body = _body(walker) | {"from_date": text}
    rule = "skipped-hours-do-not-exist"
    return _submission(walker, user, "an hour that does not exist", body, rule, {"from_date"})


def skipped(walker: Walker, user: str, vm: str, text: str) -> None:  # noqa: ARG001 - as it is asked
    """Ask for a snapshot at a time that Toronto's clocks skip."""
    refuse(walker, _of_skipped(walker, user, text))


def _texts(walker: Walker, user: str, pick: int) -> Fault:
    body = _body(walker) | {"description": BAD_TEXTS[pick % len(BAD_TEXTS)]}
    rule = "descriptions-are-text"
    return _submission(walker, user, "a bad description", body, rule, {"description"})


def _members(walker: Walker, user: str, pick: int) -> Fault:
    """Leave members out, and put unknown ones in."""
    body, rule = _body(walker), "bodies-hold-what-is-known"
    bits = pick % 15 + 1
    names = {name for number, name in enumerate(sorted(body)) if bits >> number & 1}
    for name in names:
        del body[name]
    if bits & 8:
        names.add(("schedule", "colour", "Description")[pick % 3])
        body |= dict.fromkeys(names - set(_body(walker)), "x")
    return _submission(
        walker, user, f"wrong members ({', '.join(sorted(names))})", body, rule, names
    )


def _several(walker: Walker, user: str, pick: int) -> Fault:
    body = _body(walker) | {"valid_for": (0, 73, "x")[pick % 3], "description": ""}
    names = {"valid_for", "description"}
    if pick % 2:
        body["from_date"], names = "soon", names | {"from_date"}
    rule = "refusals-name-what-is-wrong"
    return _submission(walker, user, "several faults", body, rule, names)


def _shapes(walker: Walker, user: str, pick: int) -> Fault:
    """Send a body that is no object."""
    fault = _submission(walker, user, "a body that is no object", {}, "bodies-say-their-type", None)
    raw = (b"{", b"", b"[]", b"null", b'"x"', b"{'valid_for': 1}", b'{"valid_for": NaN}')
    return fault._replace(sent=fault.sent._replace(body=raw[pick % len(raw)]))


def _types(walker: Walker, user: str, pick: int) -> Fault | None:
    """Send a good body that does not say that it is JSON."""
    kinds = (None, "text/plain", "application/x-www-form-urlencoded", "text/json")
    headers = {"Content-Type": kinds[pick % len(kinds)]}
    vm, rule = walker.model.visible(user)[0].uuid, "bodies-say-their-type"
    choices: list[tuple[str, str, str, Any]] = [
        ("vm-snapshot-create", "POST", f"/v2/vm/{vm}/snapshot", _body(walker)),
        ("vm-consolidate", "PUT", f"/v2/vm/{vm}/snapshot/consolidate", {}),
    ]
    for asked in [one for one in walker.model.requests(user) if one.stage == KEPT][:1]:
        path = f"/v2/request/snapshot/{asked.number}"
        body = {"attribute": "duration", "value": 1}
        choices.append(("request-snapshot-extend", "PUT", path, body))
    operation, method, path, body = choices[pick // len(kinds) % len(choices)]
    sent = asks(walker, user, method, path, body, headers)
    return Fault(f"{user} sends a body of another type", user, sent, operation, 415, rule)


def _consolidations(walker: Walker, user: str, pick: int) -> Fault:
    bodies: tuple[tuple[Any, str, str], ...] = (
        ({"colour": "red"}, "colour", "bodies-hold-what-is-known"),
        *(({"schedule": text}, "schedule", "dates-have-one-spelling") for text in BAD_DATES),
        *(({"schedule": text}, "schedule", "skipped-hours-do-not-exist") for text in SKIPPED),
    )
    body, name, rule = bodies[pick % len(bodies)]
    path = f"/v2/vm/{walker.model.visible(user)[0].uuid}/snapshot/consolidate"
    what = f"{user} consolidates disks with a bad {name}"
    sent = asks(walker, user, "PUT", path, body)
    return Fault(what, user, sent, "vm-consolidate", 400, rule, frozenset({name}))


# Extensions.


def _extension_of(walker: Walker, asked: Asked, body: Any, what: str, rule: str) -> Fault:
    path = f"/v2/request/snapshot/{asked.number}"
    sent = asks(walker, asked.user, "PUT", path, body)
    told = f"{asked.user} extends request {asked.number} {what}"
    return Fault(told, asked.user, sent, "request-snapshot-extend", 400, rule)


def extension(walker: Walker, asked: Asked, hours: Any, rule: str) -> None:
    """Ask for an extension that is not to be had."""
    body = {"attribute": "duration", "value": hours}
    refuse(walker, _extension_of(walker, asked, body, f"by {hours} hours", rule))


def _extensions(walker: Walker, user: str, pick: int) -> Fault | None:
    """Extend by bad hours, something else than the duration, or with wrong members."""
    kept = [one for one in walker.model.requests(user) if one.stage == KEPT]
    if not kept:
        return None
    body: dict[str, Any] = {"attribute": "duration", "value": 1}
    rule, name = "bodies-hold-what-is-known", "value"
    choice = pick % (len(BAD_HOURS) + 4) - len(BAD_HOURS)
    if choice < 0:
        rule, body["value"] = "extension-is-of-1-to-72-hours", BAD_HOURS[choice]
    elif choice == 0:
        del body["value"]
    elif choice == 1:
        del body["attribute"]
        name = "attribute"
    elif choice == 2:
        body["attribute"], name = "valid_for", "attribute"
    else:
        body["colour"], name = "red", "colour"
    fault = _extension_of(walker, kept[pick % len(kept)], body, f"with a bad {name}", rule)
    return fault._replace(parameters=frozenset({name}))


def _untimely(walker: Walker, user: str, pick: int) -> Fault | None:
    """Extend a request that does not wait for its deletion."""
    others = [one for one in walker.model.requests(user) if one.stage != KEPT]
    if not others:
        return None
    body = {"attribute": "duration", "value": 1}
    asked, rule = others[pick % len(others)], "extended-only-while-scheduled"
    return _extension_of(walker, asked, body, f"while it is {asked.stage}", rule)


# Things that are not there, or not for everybody.


def _calls_on(walker: Walker, vm: str, number: int) -> list[tuple[str, str, str, Any]]:
    """Return every call about a machine, and about a snapshot of it."""
    path = f"/v2/vm/{vm}"
    one = f"{path}/snapshot/{number}"
    return [
        ("vm-snapshot-get", "GET", one, NOTHING),
        ("vm-snapshot-delete", "DELETE", one, NOTHING),
        ("vm-snapshot-revert", "PATCH", one, NOTHING),
        ("vm-get", "GET", path, NOTHING),
        ("vm-snapshot-list", "GET", f"{path}/snapshot", NOTHING),
        ("vm-snapshot-create", "POST", f"{path}/snapshot", _body(walker)),
        ("vm-consolidation-get", "GET", f"{path}/snapshot/consolidate", NOTHING),
        ("vm-consolidate", "PUT", f"{path}/snapshot/consolidate", {}),
    ]


def _fault_on(
    walker: Walker, user: str, call: tuple[str, str, str, Any], status: int, rule: str
) -> Fault:
    operation, method, path, body = call
    sent = asks(walker, user, method, path, body)
    return Fault(f"{user} sends {method} {path}", user, sent, operation, status, rule)


def _gone(walker: Walker, user: str, pick: int) -> Fault:
    """Ask for a snapshot that went, that is still to come, or that another machine has."""
    model = walker.model
    seen = model.visible(user)
    vm = seen[pick % len(seen)].uuid
    every = {one.snapshot for one in model.requests() if one.snapshot} | {0, 99}
    there = {one.number for one in model.standing_on(vm)}
    numbers = sorted({*every, max(there, default=0) + 1} - there)
    calls = _calls_on(walker, vm, numbers[pick // 7 % len(numbers)])[:3]
    return _fault_on(walker, user, calls[pick % 3], 404, "unknown-things-are-not-found")


def _hidden(walker: Walker, user: str, pick: int) -> Fault | None:
    model = walker.model
    pairs = [
        (name, vm) for name in model.users for vm in model.machines if not model.may_see(name, vm)
    ]
    if not pairs:
        return None
    name, vm = pairs[pick % len(pairs)]
    there = [one.number for one in model.standing_on(vm)]
    calls = _calls_on(walker, vm, there[0] if there else 1)
    return _fault_on(walker, name, calls[pick % len(calls)], 403, "hidden-machines-stay-hidden")


def _unknown(walker: Walker, user: str, pick: int) -> Fault:
    """Ask for what nobody has, and for the id of something else."""
    model = walker.model
    snapshot, change = len(model.snapshots) + 1, len(model.changes) + 1
    extend = {"attribute": "duration", "value": 1}
    vm = next(iter(model.machines))
    calls = [
        *_calls_on(walker, NOBODY, 1),
        ("request-snapshot-get", "GET", f"/v2/request/snapshot/{snapshot}", NOTHING),
        ("request-snapshot-get", "GET", "/v2/request/snapshot/0", NOTHING),
        ("request-snapshot-get", "GET", "/v2/request/snapshot/x", NOTHING),
        ("request-snapshot-extend", "PUT", f"/v2/request/snapshot/{snapshot}", extend),
        ("request-change-get", "GET", f"/v2/request/change/{change}", NOTHING),
        ("request-task-get", "GET", f"/v2/request/task/{NOBODY}", NOTHING),
        ("request-task-get", "GET", f"/v2/request/task/{vm}", NOTHING),
        ("vm-snapshot-get", "GET", f"/v2/vm/{vm}/snapshot/x", NOTHING),
    ]
    call = calls[pick % len(calls)]
    user = walker.first
    return _fault_on(walker, user, call, 404, "unknown-things-are-not-found")


def _others(walker: Walker, user: str, pick: int) -> Fault | None:
    """Ask for another user's request, its task, or an extension of it."""
    model = walker.model
    every = [*model.requests(), *model.requests(changes=True)]
    theirs = [one for one in every if one.user != user]
    if not theirs:
        return None
    asked = theirs[pick % len(theirs)]
    kind = (
        "change"
        if asked.number in model.changes and model.changes[asked.number] is asked
        else "snapshot"
    )
    path = f"/v2/request/{kind}/{asked.number}"
    calls: list[tuple[str, str, str, Any]] = [(f"request-{kind}-get", "GET", path, NOTHING)]
    if kind == "snapshot":
        body = {"attribute": "duration", "value": 1}
        calls.append(("request-snapshot-extend", "PUT", path, body))
    id = walker.learned("task", kind == "change", asked.number)
    if isinstance(id, str) and asked.stage != WAITING:
        calls.append(("request-task-get", "GET", f"/v2/request/task/{id}", NOTHING))
    call = calls[pick // 3 % len(calls)]
    return _fault_on(walker, user, call, 404, "others-requests-stay-unknown")


def _methods(walker: Walker, user: str, pick: int) -> Fault:
    vm = walker.model.visible(user)[0].uuid
    calls: tuple[tuple[str, str, str, Any], ...] = (
        ("vm-list", "POST", "/v2/vm", {}),
        ("vm-get", "DELETE", f"/v2/vm/{vm}", NOTHING),
        ("vm-snapshot-create", "PUT", f"/v2/vm/{vm}/snapshot", _body(walker)),
        ("vm-snapshot-get", "POST", f"/v2/vm/{vm}/snapshot/1", {}),
        ("vm-consolidation-get", "DELETE", f"/v2/vm/{vm}/snapshot/consolidate", NOTHING),
        ("request-summary", "PUT", "/v2/request", {}),
        ("request-snapshot-list", "POST", "/v2/request/snapshot", {}),
        ("request-snapshot-get", "DELETE", "/v2/request/snapshot/1", NOTHING),
        ("request-change-get", "PATCH", "/v2/request/change/1", NOTHING),
        ("user-get", "DELETE", "/v2/user", NOTHING),
        ("api-root", "PUT", "/v2/", {}),
    )
    return _fault_on(walker, user, calls[pick % len(calls)], 405, "methods-are-refused")


def _queries(walker: Walker, user: str, pick: int) -> Fault:
    query, names = BAD_QUERIES[pick % len(BAD_QUERIES)]
    kind = "change" if pick % 2 else "snapshot"
    operation, path = f"request-{kind}-list", f"/v2/request/{kind}"
    if names == ("summary",):
        operation, path = "vm-list", "/v2/vm"
    sent = Sent("GET", path, query, walker.bearer(user))
    what = f"{user} reads {path}?{query}"
    rule = "queries-are-checked"
    return Fault(what, user, sent, operation, 400, rule, frozenset(names))


# Who calls.


def _strangers(walker: Walker, user: str, pick: int) -> Fault:
    """Call without a token, or with one that is none."""
    token = walker.bearer(user)["bearer"]
    auths: tuple[dict[str, Any] | None, ...] = (
        None,
        {"bearer": "no-such-token"},
        {"basic": ["no-such-token", ""]},
        {"basic": [token, "a password"]},
        {"bearer": f"{token}-and-more"},
        {"basic": ["{login}", "{password}"]} if "password" in walker.names else None,
    )
    auth = auths[pick % len(auths)]
    vm = walker.model.visible(user)[0].uuid
    calls = [*_calls_on(walker, vm, 1), ("user-get", "GET", "/v2/user", NOTHING)]
    operation, method, path, body = calls[pick // len(auths) % len(calls)]
    sent = asks(walker, user, method, path, body)._replace(auth=auth)
    rule = "nothing-without-a-token"
    return Fault(f"a stranger sends {method} {path}", "", sent, operation, 401, rule)


def _logins(walker: Walker, user: str, pick: int) -> Fault | None:
    if "password" not in walker.names:
        return None
    auths: tuple[dict[str, Any] | None, ...] = (
        None,
        {"basic": ["{login}", "wrong"]},
        {"basic": ["{login}", ""]},
        {"basic": ["nobody", "{password}"]},
        {"basic": ["{login}", "{password} and more"]},
        {"bearer": walker.bearer(user)["bearer"]},
        {"basic": [walker.bearer(user)["bearer"], ""]},
        {"basic": ["{login}", "{password_in_capitals}"]},
    )
    walker.names.setdefault("password_in_capitals", walker.names["password"].upper())
    if walker.names["password_in_capitals"] == walker.names["password"]:
        auths = auths[:-1]
    sent = Sent("POST", "/auth/request-token", auth=auths[pick % len(auths)])
    rule = "login-refuses-what-is-wrong"
    return Fault("somebody logs in wrongly", "", sent, "token-request", 401, rule)


def log_in(walker: Walker) -> None:
    """Log in; the token is kept under a name of its own."""
    sent = Sent("POST", "/auth/request-token", auth={"basic": ["{login}", "{password}"]})
    rule = "login-gives-a-token"
    wanted = Wanted(
        "token-request",
        frozenset({200}),
        rule,
        walker.expected.token(walker.first),
        blame.by_pointer(("", rule)),
        (rule,),
    )
    answer = walker.call(f"{walker.first} logs in", sent, None, wanted)
    token = at(parsed(answer), "/token")
    if isinstance(token, str):
        name = f"issued_{len(walker.tokens) + 1}"
        walker.names[name] = token
        walker.tokens.append((name, walker.model.now))


def use_token(walker: Walker, name: str, issued: int) -> None:
    """Use a token that was given, in both ways, and judge whether it is still good."""
    now = walker.model.now
    begun, ends = issued // SECOND * SECOND, issued // SECOND * SECOND + TOKEN_LIFE * SECOND
    if ends <= now < ends + issued - begun:
        return  # where a second is broken, nobody says which end of it counts
    good = now < ends
    for way, auth in (
        ("bearer", {"bearer": f"{{{name}}}"}),
        ("basic", {"basic": [f"{{{name}}}", ""]}),
    ):
        sent = Sent("GET", "/v2/user", auth=auth)
        first = walker.first
        old = now - issued > 0
        rule = "token-lives-a-day" if old or not good else "token-opens-both-ways"
        wanted = Wanted(
            "user-get",
            frozenset({200 if good else 401}),
            rule,
            walker.expected.user(first) if good else None,
            blame.by_pointer(("/meta/user|/data/username", "login-gives-a-token")),
            (rule,),
            good,
        )
        what = f"{first} uses the token of the login as {way}"
        walker.call(what, sent, first if good else None, wanted)


KINDS: Final[dict[str, Faults]] = {
    "hours": _hours,
    "dates": _dates,
    "skipped": _skipped,
    "texts": _texts,
    "members": _members,
    "several": _several,
    "shapes": _shapes,
    "types": _types,
    "consolidations": _consolidations,
    "extensions": _extensions,
    "untimely": _untimely,
    "gone": _gone,
    "hidden": _hidden,
    "unknown": _unknown,
    "others": _others,
    "methods": _methods,
    "queries": _queries,
    "strangers": _strangers,
    "logins": _logins,
}
"""What can be tried, by name."""
