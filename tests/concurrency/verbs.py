"""What calls do to a world, and what their clients have to be told.

Each verb takes the world and what is asked, and gives the status code, what the client is told, and
the world after it: the same object if nothing changed. Where clients are told nothing it is None.
"""

from collections.abc import Callable, Mapping
from typing import Any

from tests.concurrency.world import (
    CHANGE,
    LONGEST,
    MOST_EXTENSIONS,
    PAGE,
    RANK,
    SNAPSHOT,
    USERS,
    Ask,
    Fault,
    Told,
    World,
    clock,
    seen,
    whole,
)

Answer = tuple[int, Told, World]


def _hidden(world: World, asked: Mapping[str, Any]) -> bool:
    return asked["vm"] not in USERS[asked["user"]]


def _enter(world: World, kind: str, **members: Any) -> Answer:
    after = world.copy()
    number = len(world.asks[kind]) + 1
    ask = Ask(kind, number, created=world.now, updated=world.now, status="submitted", **members)
    after.put(ask)
    return 202, number, after


def submit(world: World, asked: Mapping[str, Any]) -> Answer:
    """Ask for a snapshot at a date."""
    if not 1 <= asked["hours"] <= LONGEST:
        return 400, None, world
    if _hidden(world, asked):
        return 403, None, world
    return _enter(world, SNAPSHOT, job="create", **asked)


def _act(job: str, world: World, asked: Mapping[str, Any]) -> Answer:
    if _hidden(world, asked):
        return 403, None, world
    kept = world.kept[asked["vm"]].get(asked["snapshot"])
    if kept is None:
        return 404, None, world
    text = world.ask(SNAPSHOT, kept.request).text
    return _enter(world, SNAPSHOT, job=job, text=text, date=world.now, origin=kept.request, **asked)


def delete(world: World, asked: Mapping[str, Any]) -> Answer:
    """Ask for a snapshot to go at once."""
    return _act("delete", world, asked)


def revert(world: World, asked: Mapping[str, Any]) -> Answer:
    """Ask for a machine to be put back at once."""
    return _act("revert", world, asked)


def power(world: World, asked: Mapping[str, Any]) -> Answer:
    """Ask for a machine to be switched."""
    if _hidden(world, asked):
        return 403, None, world
    return _enter(world, CHANGE, job="change", text="", **asked)


def _mine(world: World, kind: str, asked: Mapping[str, Any]) -> Ask | None:
    ask = world.asks[kind].get(asked["id"])
    return ask if ask is not None and ask.user == asked["user"] else None


def extend(world: World, asked: Mapping[str, Any]) -> Answer:
    """Put off the end of a snapshot."""
    ask = _mine(world, SNAPSHOT, asked)
    if ask is None:
        return 404, None, world
    kept = ask.job == "create" and ask.status == "scheduled"
    if not kept or len(ask.grown) == MOST_EXTENSIONS or not 1 <= asked["hours"] <= LONGEST:
        return 400, None, world
    after = world.copy()
    longer = after.put(ask._replace(grown=(*ask.grown, asked["hours"]), updated=world.now))
    return 204, seen(longer), after


def _say(world: World, asked: Mapping[str, Any], **members: Any) -> Answer:
    """Change a change request that waits for a date of its own."""
    ask = _mine(world, CHANGE, asked)
    if ask is None:
        return 404, None, world
    if ask.status != "submitted" or ask.date is None:
        return 400, None, world
    after = world.copy()
    said = after.put(ask._replace(updated=world.now, **members))
    return 204, seen(said), after


def put_off(world: World, asked: Mapping[str, Any]) -> Answer:
    """Give a change another date."""
    return _say(world, asked, date=asked["date"])


def cancel(world: World, asked: Mapping[str, Any]) -> Answer:
    """Give up a change."""
    return _say(world, asked, status="cancelled")


def retry(world: World, asked: Mapping[str, Any]) -> Answer:
    """Try a change that failed once more."""
    ask = _mine(world, CHANGE, asked)
    if ask is None:
        return 404, None, world
    if ask.status != "failed":
        return 400, None, world
    after = world.copy()
    after.put(ask._replace(status="submitted", updated=world.now))
    return 202, ask.id, after


def get(world: World, asked: Mapping[str, Any]) -> Answer:
    """Look at one request."""
    ask = _mine(world, asked["kind"], asked)
    return (404, None, world) if ask is None else (200, seen(ask), world)


def listed(world: World, asked: Mapping[str, Any]) -> Answer:
    """Look at the latest requests of a kind, and at how many there are."""
    own = world.own(asked["user"], asked["kind"])
    told = {"total": len(own), "latest": [seen(ask) for ask in own[: -PAGE - 1 : -1]]}
    return 200, told, world


def summary(world: World, asked: Mapping[str, Any]) -> Answer:
    """Look at how many requests there are."""
    return 200, {kind: len(world.own(asked["user"], kind)) for kind in RANK}, world


def snapshots(world: World, asked: Mapping[str, Any]) -> Answer:
    """Look at the snapshots of a machine."""
    if _hidden(world, asked):
        return 403, None, world
    rows = [
        [
            number,
            kept.request,
            world.now - kept.taken,
            kept.power,
            world.ask(SNAPSHOT, kept.request).text,
        ]
        for number, kept in world.kept[asked["vm"]].items()
    ]
    return 200, rows, world


def machine(world: World, asked: Mapping[str, Any]) -> Answer:
    """Look at a machine."""
    if _hidden(world, asked):
        return 403, None, world
    vm = asked["vm"]
    told = {"power": world.machines[vm].power, "snapshot": any(world.kept[vm])}
    return 200, told, world


def look(world: World, asked: Mapping[str, Any]) -> Answer:
    """Look at the clock."""
    return 200, clock(world), world


def state(world: World, asked: Mapping[str, Any]) -> Answer:
    """Look at everything."""
    return 200, whole(world), world


def fork(world: World, asked: Mapping[str, Any]) -> Answer:
    """Make another world that is equal; what is told is all of that one."""
    return 201, whole(world), world


def faults(world: World, asked: Mapping[str, Any]) -> Answer:
    """Look at what is to go wrong, and how often it did."""
    return 200, [list(fault) for fault in world.faults], world


def set_fault(world: World, asked: Mapping[str, Any]) -> Answer:
    """Let something go wrong from here on."""
    after = world.copy()
    after.last_fault += 1
    fault = Fault(after.last_fault, **asked)
    after.faults = (*world.faults, fault)
    return 201, list(fault), after


def clear_faults(world: World, asked: Mapping[str, Any]) -> Answer:
    """Let nothing go wrong any more. It is a change where nothing does: it could be, later."""
    after = world.copy()
    after.faults = ()
    return 204, None, after


def remove_fault(world: World, asked: Mapping[str, Any]) -> Answer:
    """Let one thing go wrong no more."""
    left = tuple(fault for fault in world.faults if fault.id != asked["id"])
    if left == world.faults:
        return 404, None, world
    after = world.copy()
    after.faults = left
    return 204, None, after


Verb = Callable[[World, Mapping[str, Any]], Answer]


def _named(*verbs: Verb) -> dict[str, Verb]:
    return {verb.__name__: verb for verb in verbs}


_CHANGES = _named(submit, delete, revert, power, extend, put_off, cancel, retry)
_LOOKS = _named(get, listed, summary, snapshots, machine)
_CONTROL_LOOKS = _named(look, state, fork, faults)
_FAULTS = _named(set_fault, clear_faults, remove_fault)

CALLS: Mapping[str, Verb] = {**_CHANGES, **_LOOKS, **_CONTROL_LOOKS, **_FAULTS}
"""What can be done within a world at one moment, by name."""
USER_CALLS = frozenset({*_CHANGES, *_LOOKS})
"""What users do with their token, not the control API."""
LOOKS = frozenset({*_LOOKS, *_CONTROL_LOOKS})
"""What changes nothing in a world, but for counts of faults."""
WHOLE = frozenset({"state", "fork"})
"""What tells of a whole world."""
CONTROL_LOOKS = frozenset(_CONTROL_LOOKS)

OPERATIONS = {
    "submit": "vm-snapshot-create",
    "delete": "vm-snapshot-delete",
    "revert": "vm-snapshot-revert",
    "power": "vm-state-set",
    "extend": "request-snapshot-extend",
    "put_off": "request-change-update",
    "cancel": "request-change-update",
    "retry": "request-change-retry",
    "summary": "request-summary",
    "snapshots": "vm-snapshot-list",
    "machine": "vm-get",
}
"""The operations that users call, by verb; those on either kind of request name it too."""


def operation(verb: str, asked: Mapping[str, Any]) -> str:
    """Return the operation that a user's call is."""
    if verb in {"get", "listed"}:
        return f"request-{asked['kind']}-{verb.removesuffix('ed')}"
    return OPERATIONS[verb]
