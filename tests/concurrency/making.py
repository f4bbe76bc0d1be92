"""Histories made by hand and by lot, for the tests of the checker."""

import random
from collections.abc import Generator, Mapping, Sequence
from itertools import permutations
from typing import Any

from tests.concurrency.calls import Call, History
from tests.concurrency.place import Place, answered, begin, steps
from tests.concurrency.verbs import CALLS
from tests.concurrency.wire import START
from tests.concurrency.world import HOUR, World, clock, fire, from_whole, whole

CREATE = "vm-snapshot-create"
EMPTY = whole(World(START))
"""A world in which nobody has asked for anything."""


def call(
    client: int, began: int, ended: int, verb: str, code: int, told: Any = None, /, **asked: Any
) -> Call:
    """A call of one client between two instants; a snapshot of machine a if nothing is said."""
    if verb == "submit":
        asked = {"vm": "a", "date": START, "hours": 1, "text": f"{client}", **asked}
    if verb in {"submit", "get", "extend", "listed", "summary", "snapshots"}:
        asked = {"user": "ann", **asked}
    return Call(began * 100 + client, client, "w", verb, asked, began, ended, code, told)


def history(*calls: Call) -> History:
    """A history of a world that begins empty."""
    return History("w", (), EMPTY, EMPTY).of(calls)


def brute(made: History) -> bool:
    """Say whether a history of calls that each happen at one moment fits, by trying all orders."""
    return any(_fits(begin(made.origin, made.made), order) for order in permutations(made.calls))


def _fits(place: Place, order: Sequence[Call]) -> bool:
    for number, earlier in enumerate(order):
        if any(later.ended < earlier.began for later in order[number + 1 :]):
            return False
        taken = list(steps(place, earlier, None))
        if not taken:
            return False
        place = taken[0].place
    return True


def brute_in_steps(made: History) -> bool:
    """Say the same where calls take many steps, by trying all steps in all orders."""
    return _goes_on(begin(made.origin, made.made), [(each, None) for each in made.calls])


def _goes_on(place: Place, left: Sequence[tuple[Call, Any]]) -> bool:
    if not left:
        return True
    for number, (each, stage) in enumerate(left):
        if any(other.ended < each.began for other, _ in left):
            continue
        others = [*left[:number], *left[number + 1 :]]
        for step in steps(place, each, stage):
            after = others if step.done else [(each, step.stage), *others]
            if _goes_on(step.place, after):
                return True
    return False


class Here:
    """A world that calls are carried out in, step by step, and whether its time is being moved."""

    def __init__(self) -> None:
        self.world = from_whole(EMPTY)
        self.moving = False


Told = tuple[int, Any]


def carried_out(here: Here, verb: str, asked: Mapping[str, Any]) -> Generator[None, None, Told]:
    """Carry out a call, letting others in at each yield; return its code and what it is told."""
    if verb in CALLS:
        here.world, code, told = answered(here.world, verb, asked)
        return code, told
    while here.moving:
        yield
    if verb == "reset":
        here.world = from_whole(EMPTY)
        return 200, clock(here.world)
    here.moving = True
    target = here.world.now + asked["seconds"]
    fired: list[Any] = []
    while (due := here.world.first()) is not None and due[0][0] <= target:
        here.world, events = fire(here.world)
        fired += events
        yield
    here.world = here.world.at(target)
    here.moving = False
    return 200, {**clock(here.world), "fired": fired, "count": len(fired)}


def drawn(lots: random.Random, clients: int, calls: int, *, moves: bool) -> History:
    """A history that fits, or would if its instants and answers were not tampered with."""
    return history(*_tampered(lots, fitting(lots, clients, calls, moves=moves)))


def fitting(lots: random.Random, clients: int, calls: int, *, moves: bool) -> list[Call]:
    """Calls that fit, for they were carried out step by step, as lots were drawn."""
    here, tick = Here(), 0
    doing: dict[int, tuple[int, str, Any, Generator[None, None, Told]]] = {}
    done: list[Call] = []
    while len(done) + len(doing) < calls or doing:
        tick += 1
        client = lots.randrange(clients)
        if client in doing:
            began, verb, asked, steps_left = doing.pop(client)
            try:
                next(steps_left)
                doing[client] = (began, verb, asked, steps_left)
            except StopIteration as over:
                done.append(Call(tick, client, "w", verb, asked, began, tick, *over.value))
        elif len(done) + len(doing) < calls:
            verb, asked = _asked(lots, f"{client}-{tick}", moves=moves)
            doing[client] = (tick, verb, asked, carried_out(here, verb, asked))
    return done


def _asked(lots: random.Random, text: str, *, moves: bool) -> tuple[str, dict[str, Any]]:
    own = {"user": "ann"}
    verbs: list[tuple[str, dict[str, Any]]] = [
        ("submit", {**own, "vm": "a", "date": START, "hours": 1, "text": text}),
        ("get", {**own, "kind": "snapshot", "id": 1 + lots.randrange(2)}),
        ("listed", {**own, "kind": "snapshot"}),
        ("summary", own),
        ("reset", {}),
        ("set_fault", {"kind": "status", "operation": "request-summary", "code": 500, "nth": 2}),
        ("set_fault", {"kind": "lost-answer", "operation": CREATE, "code": None, "times": 1}),
        ("clear_faults", {}),
        ("remove_fault", {"id": 1}),
        ("faults", {}),
    ]
    if moves:
        verbs += [("advance", {"seconds": lots.randrange(3) * HOUR})] * 3
        verbs += [("extend", {**own, "id": 1, "hours": 1}), verbs[0]]
    return lots.choice(verbs)


def _tampered(lots: random.Random, calls: list[Call]) -> list[Call]:
    """Exchange the answers of two calls alike, or let a call have been shorter, or neither."""
    if lots.random() < 0.5:
        one, other = (lots.randrange(len(calls)) for _ in range(2))
        first, second = calls[one], calls[other]
        if first.verb == second.verb:
            calls[one] = first._replace(code=second.code, told=second.told)
            calls[other] = second._replace(code=first.code, told=first.told)
    if lots.random() < 0.5:
        one = lots.randrange(len(calls))
        instant = lots.choice([calls[one].began, calls[one].ended])
        calls[one] = calls[one]._replace(began=instant, ended=instant)
    return calls
