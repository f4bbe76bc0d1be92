"""Bodies that are to be refused: each has faults of one kind, so that there is one right answer."""

from typing import Any

from vss_mock.contract.asking import asks
from vss_mock.contract.bad_values import BAD_DATES, BAD_HOURS, BAD_TEXTS, SKIPPED
from vss_mock.contract.model import KEPT, Asked
from vss_mock.contract.refusing import Fault, refuse
from vss_mock.contract.toronto import minute
from vss_mock.contract.walker import Walker


def good_body(walker: Walker) -> dict[str, Any]:
    """Return a body that only something else would have refused."""
    return {"description": "to be refused", "from_date": minute(walker.model.now), "valid_for": 1}


def _submission(
    walker: Walker, user: str, what: str, body: Any, rule: str, parameters: set[str] | None
) -> Fault:
    vm = walker.model.visible(user)[0]
    sent = asks(walker, user, "POST", f"/v2/vm/{vm.uuid}/snapshot", body)
    named = None if parameters is None else frozenset(parameters)
    told = f"{user} asks for a snapshot of {vm.name} with {what}"
    return Fault(told, user, sent, "vm-snapshot-create", 400, rule, named)


def hours(walker: Walker, user: str, pick: int) -> Fault:
    """Ask for bad hours."""
    body = good_body(walker) | {"valid_for": BAD_HOURS[pick % len(BAD_HOURS)]}
    rule = "hours-are-1-to-72"
    return _submission(walker, user, "bad hours", body, rule, {"valid_for"})


def dates(walker: Walker, user: str, pick: int) -> Fault:
    """Ask for a bad date."""
    body = good_body(walker) | {"from_date": BAD_DATES[pick % len(BAD_DATES)]}
    rule = "dates-have-one-spelling"
    return _submission(walker, user, "a bad date", body, rule, {"from_date"})


def skipped(walker: Walker, user: str, pick: int) -> Fault:
    """Ask for an hour that does not exist."""
    return _of_skipped(walker, user, SKIPPED[pick % len(SKIPPED)])


def _of_skipped(walker: Walker, user: str, text: str) -> Fault:
    body = good_body(walker) | {"from_date": text}
    rule = "skipped-hours-do-not-exist"
    return _submission(walker, user, "an hour that does not exist", body, rule, {"from_date"})


def ask_skipped(walker: Walker, user: str, text: str) -> None:
    """Ask for a snapshot at a time that Toronto's clocks skip."""
    refuse(walker, _of_skipped(walker, user, text))


def texts(walker: Walker, user: str, pick: int) -> Fault:
    """Give a bad description."""
    body = good_body(walker) | {"description": BAD_TEXTS[pick % len(BAD_TEXTS)]}
    rule = "descriptions-are-text"
    return _submission(walker, user, "a bad description", body, rule, {"description"})


def members(walker: Walker, user: str, pick: int) -> Fault:
    """Leave members out, and put unknown ones in."""
    body, rule = good_body(walker), "bodies-hold-what-is-known"
    bits = pick % 15 + 1
    names = {name for number, name in enumerate(sorted(body)) if bits >> number & 1}
    for name in names:
        del body[name]
    if bits & 8:
        later = "with_memory" if not walker.since("2026") else "schedules"
        names.add(("schedule", "colour", "Description", later)[pick % 4])
        body |= dict.fromkeys(names - set(good_body(walker)), "x")
    return _submission(
        walker, user, f"wrong members ({', '.join(sorted(names))})", body, rule, names
    )


def several(walker: Walker, user: str, pick: int) -> Fault:
    """Have several faults at once."""
    body = good_body(walker) | {"valid_for": (0, 100, "x")[pick % 3], "description": ""}
    names = {"valid_for", "description"}
    if pick % 2:
        body["from_date"], names = "soon", names | {"from_date"}
    rule = "refusals-name-what-is-wrong"
    return _submission(walker, user, "several faults", body, rule, names)


def shapes(walker: Walker, user: str, pick: int) -> Fault:
    """Send a body that is no object."""
    fault = _submission(walker, user, "a body that is no object", {}, "bodies-say-their-type", None)
    raw = (b"{", b"", b"[]", b"null", b'"x"', b"{'valid_for': 1}", b'{"valid_for": NaN}')
    return fault._replace(sent=fault.sent._replace(body=raw[pick % len(raw)]))


def types(walker: Walker, user: str, pick: int) -> Fault | None:
    """Send a good body that does not say that it is JSON."""
    kinds: tuple[dict[str, str | None], ...] = (
        {"Content-Type": None},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "text/json"},
        {"Content-Type": "application/json; charset=utf-16"},
        {"Content-Encoding": "gzip"},
    )
    headers = kinds[pick % len(kinds)]
    vm, rule = walker.model.visible(user)[0].uuid, "bodies-say-their-type"
    choices: list[tuple[str, str, str, Any]] = [
        ("vm-snapshot-create", "POST", f"/v2/vm/{vm}/snapshot", good_body(walker)),
        ("vm-consolidate", "PUT", f"/v2/vm/{vm}/snapshot/consolidate", {}),
        ("vm-state-set", "PUT", f"/v2/vm/{vm}/state", {"value": "poweredOn"}),
    ]
    for asked in [one for one in walker.model.requests(user) if one.stage == KEPT][:1]:
        path = f"/v2/request/snapshot/{asked.number}"
        body = {"attribute": "duration", "value": 1}
        choices.append(("request-snapshot-extend", "PUT", path, body))
    operation, method, path, body = choices[pick // len(kinds) % len(choices)]
    sent = asks(walker, user, method, path, body, headers)
    return Fault(f"{user} sends a body of another type", user, sent, operation, 415, rule)


def consolidations(walker: Walker, user: str, pick: int) -> Fault:
    """Consolidate with a bad body."""
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


def _extension_of(walker: Walker, asked: Asked, body: Any, what: str, rule: str) -> Fault:
    path = f"/v2/request/snapshot/{asked.number}"
    sent = asks(walker, asked.user, "PUT", path, body)
    told = f"{asked.user} extends request {asked.number} {what}"
    return Fault(told, asked.user, sent, "request-snapshot-extend", 400, rule)


def ask_extension(walker: Walker, asked: Asked, hours: Any, rule: str) -> None:
    """Ask for an extension that is not to be had."""
    body = {"attribute": "duration", "value": hours}
    refuse(walker, _extension_of(walker, asked, body, f"by {hours} hours", rule))


def extensions(walker: Walker, user: str, pick: int) -> Fault | None:
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


def untimely(walker: Walker, user: str, pick: int) -> Fault | None:
    """Extend a request that does not wait for its deletion."""
    others = [one for one in walker.model.requests(user) if one.stage != KEPT]
    if not others:
        return None
    body = {"attribute": "duration", "value": 1}
    asked, rule = others[pick % len(others)], "extended-only-while-scheduled"
    return _extension_of(walker, asked, body, f"while it is {asked.stage}", rule)
