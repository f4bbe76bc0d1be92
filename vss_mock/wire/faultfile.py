"""Faults and holds as documents, found valid by their schemas, and back.

What a document matches by name (a machine, a user, an operation) has to be there: a fault that can
never strike is a slip, and is told at once.
"""

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import Any

from vss_mock.simulator.clock import iso
from vss_mock.simulator.faults import Count, Rule, When
from vss_mock.simulator.holds import Hold
from vss_mock.simulator.records import Failure, Fault
from vss_mock.simulator.world import World
from vss_mock.wire import dates
from vss_mock.wire.documents import Documents
from vss_mock.wire.problems import Refusal, short

SCHEMA = "common/fault.json"

Document = dict[str, Any]

DATASTORE = "datastore1"
"""The datastore that is full where no other is named: what VMware calls the first one."""

_WHERE = ("operation", "method", "path", "event", "request", "user", "vm")
_NUMBERS = ("skip", "nth", "every", "share", "times")
_INSTANTS = ("since", "until")
_OTHERWISE: Mapping[str, Mapping[str, Any]] = {
    "work-fails": {"detail": DATASTORE},
    "work-retried": {"detail": DATASTORE, "seconds": 60, "times": 1},
}
"""What a kind takes where its document names nothing."""


def add_fault(world: World, document: Mapping[str, Any], operations: Collection[str]) -> Rule:
    """Add the fault that a document describes; raise Refusal, LimitReached.

    `operations` are the ids of what the world's dialect has.
    """
    document = {**_OTHERWISE.get(document["kind"], {}), **_whole(document)}
    _check_operation(document.get("operation"), operations)
    _check_user(document.get("user"), world)
    if document.get("up_to", document.get("seconds", 0)) < document.get("seconds", 0):
        raise Refusal(400, "up_to: is less than seconds", parameters=["up_to"])
    when: dict[str, Any] = {name: document[name] for name in _NUMBERS if name in document}
    when |= {name: dates.parse_instant(document[name]) for name in _INSTANTS if name in document}
    known = {"kind", *_WHERE, *_NUMBERS, *_INSTANTS}
    how = {name: value for name, value in document.items() if name not in known}
    return world.faults.add(document["kind"], _where(document, world), When(**when), how)


def fault(rule: Rule, count: Count) -> Document:
    """Spell a fault of a world, with its counts."""
    when = rule.when._asdict()
    instants = {name: iso(when[name]) for name in _INSTANTS if when[name] is not None}
    numbers = {name: when[name] for name in _NUMBERS if when[name]}
    own = {**rule.where, **numbers, **instants, **rule.how}
    return {"id": rule.id, "kind": rule.kind, **own, "seen": count.seen, "fired": count.fired}


def check(documents: Documents, entry: tuple[Rule, Count]) -> None:
    """Raise Refusal for a fault that was read back and that nobody could have added."""
    told = fault(*entry)
    kind = told["kind"]
    document = {name: value for name, value in told.items() if name not in {"id", "seen", "fired"}}
    wrong = [violation.sentence for violation in documents.violations(SCHEMA, document, kind)]
    needs = _OTHERWISE.get(kind, {}).keys() - {"times"}
    wrong += [f"{name!r} is missing" for name in sorted(needs - told.keys())]
    if wrong:
        raise Refusal(400, f"faults: {'; '.join(wrong)}", parameters=["faults"])


def add_hold(world: World, document: Mapping[str, Any]) -> Hold:
    """Add the hold that a document describes; raise Refusal, LimitReached."""
    document = _whole(document)
    where = {name: document[name] for name in ("event", "kind", "request") if name in document}
    return world.holds.add(where | _where({"vm": document.get("vm")}, world))


def failure(document: Mapping[str, Any]) -> Failure:
    """Read why what is held is to fail."""
    reason = Fault(document.get("reason", Fault.INVALID_STATE.value))
    return Failure(reason, document.get("detail", DATASTORE))


def _whole(document: Mapping[str, Any]) -> Document:
    """Return a document whose whole numbers are such: JSON Schema takes 503.0 for one, too."""
    return {
        name: int(value) if isinstance(value, float) and value.is_integer() else value
        for name, value in document.items()
    }


def _where(document: Mapping[str, Any], world: World) -> Document:
    where = {name: document[name] for name in _WHERE if document.get(name) is not None}
    if "vm" in where:
        where["vm"] = _machine(where["vm"], world)
    return where


def _machine(text: str, world: World) -> str:
    """Return the uuid of the machine that a name, a moref or a uuid means."""
    named = world.inventory.named(text)
    if named is not None:
        return named.uuid
    if any(vm.uuid == text for vm in world.inventory):
        return text
    raise Refusal(400, f"vm: no virtual machine {short(text)}", parameters=["vm"])


def _check_user(username: str | None, world: World) -> None:
    if username is not None and world.user(username) is None:
        raise Refusal(400, f"user: no user {short(username)}", parameters=["user"])


def _check_operation(operation: str | None, operations: Collection[str]) -> None:
    if operation is None:
        return
    begins = operation.removesuffix("*")
    if operation in operations or (
        begins != operation and any(known.startswith(begins) for known in operations)
    ):
        return
    near = get_close_matches(operation, sorted(operations), n=1)
    hint = f" (did you mean {short(near[0])}?)" if near else ""
    message = f"operation: this world's API has none called {short(operation)}{hint}"
    raise Refusal(400, message, parameters=["operation"])
