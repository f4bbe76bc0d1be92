"""Where a world is or is not: made, removed, put back to its beginning, and moved through time.

A call takes one step or, if it moves a clock, many: each event is one, and other calls may come
between any two. Moves of one world's time take turns, and so does a reset. A world that is removed
while its time moves is moved to the end all the same, but nobody else sees it any more.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from tests.concurrency.calls import LOST, Call
from tests.concurrency.verbs import CALLS, LOOKS, USER_CALLS, WHOLE, operation
from tests.concurrency.world import World, clock, fire, from_whole, struck

MOVES = frozenset({"advance", "advance_to", "step"})


class Place(NamedTuple):
    """A place for a world. `mover` is the client whose call moves its time, `adrift` are worlds
    that were removed meanwhile, with their movers; `made` is how worlds begin here.
    """

    world: World | None
    origin: World
    mover: int | None = None
    adrift: tuple[tuple[int, World], ...] = ()


class Move(NamedTuple):
    """How far a move has come: where to, events to go, events told of.

    `arrived` says that the clock is where it goes, or that an instant of a move that counts events
    is settled.
    """

    target: int | None
    left: int = 0
    told: int = 0
    arrived: bool = False


class Step(NamedTuple):
    """One step that a call can take: the place after it, how far the call is then.

    `done` says that the call is over; `free` that nobody else can tell whether the step was taken,
    or will be hindered by it: then it is as well to take it first.
    """

    place: Place
    stage: Move | None
    done: bool
    free: bool


def begin(origin: Any, made: Any) -> Place:
    """The place as a history begins: a world stands there, or none does until it is made."""
    first = from_whole(made if origin is None else origin)
    return Place(None if origin is None else first, first)


def steps(place: Place, call: Call, stage: Move | None) -> Iterator[Step]:
    """Give what a call can do next, as far as that agrees with what its client was told."""
    if stage is not None:
        yield from _moving(place, call, stage)
    elif call.verb in WHOLE and _is_of_another_time(place, call):
        return
    elif call.verb in MOVES:
        yield from _set_out(place, call)
    else:
        for after, code, told in _whole(place, call):
            if fits(call, code, told):
                yield Step(after, None, done=True, free=after is place)


def _is_of_another_time(place: Place, call: Call) -> bool:
    """Tell at a glance that a whole world is not this one: to spell one takes long."""
    if place.world is None or not isinstance(call.told, dict):
        return False
    return bool(call.told["now"] != place.world.now)


def fits(call: Call, code: int, told: Any) -> bool:
    """Tell whether a client was told what it should have been."""
    return call.code == code and (call.told is None or call.told == told)


def may_be_free(call: Call, stage: Move | None) -> bool:
    """Tell whether a step of a call may be free: what was answered so, and a move under way."""
    return call.verb in LOOKS or call.code >= 400 or stage is not None


def due_answer(place: Place, call: Call) -> tuple[int, Any] | None:
    """What a call that is no move would be told here; None if it would have to wait."""
    found = None if call.verb in MOVES else next(_whole(place, call), None)
    return None if found is None else found[1:]


def _whole(place: Place, call: Call) -> Iterator[tuple[Place, int, Any]]:
    """Give the place, code and answer after a call that happens at one moment."""
    world = place.world
    if world is None:
        if call.verb == "create":
            yield place._replace(world=place.origin), 201, None
        else:
            yield place, 401 if call.verb in USER_CALLS else 404, None
    elif call.verb == "create":
        yield place, 409, None
    elif call.verb == "remove":
        yield _removed(place, world), 204, None
    elif call.verb == "reset":
        if place.mover is None:
            yield place._replace(world=place.origin), 200, clock(place.origin)
    else:
        after, code, told = answered(world, call.verb, call.asked)
        yield place if after is world else place._replace(world=after), code, told


def answered(world: World, verb: str, asked: Mapping[str, Any]) -> tuple[World, int, Any]:
    """The world, code and answer after a call within it, as its faults have them."""
    if verb not in USER_CALLS or not world.faults:
        code, told, after = CALLS[verb](world, asked)
        return after, code, told
    after, refused, lost = struck(world, operation(verb, asked))
    if refused is not None:
        return after, refused, None
    code, told, after = CALLS[verb](after, asked)
    return (after, LOST, None) if lost else (after, code, told)


def _removed(place: Place, world: World) -> Place:
    adrift = place.adrift
    if place.mover is not None:
        adrift = (*adrift, (place.mover, world))
    return place._replace(world=None, mover=None, adrift=adrift)


# Moves.


def _set_out(place: Place, call: Call) -> Iterator[Step]:
    """Begin to move, if nobody else does."""
    world, asked = place.world, call.asked
    if world is None:
        if fits(call, 404, None):
            yield Step(place, None, done=True, free=True)
    elif place.mover is not None:
        return
    elif call.verb == "advance_to" and asked["date"] < world.now:
        if fits(call, 409, None):
            yield Step(place, None, done=True, free=True)
    elif call.code == 200 and isinstance(call.told, dict):
        if call.verb == "step":
            move = Move(None, asked["count"], arrived=True)
        else:
            move = Move(asked["date"] if "date" in asked else world.now + asked["seconds"])
        yield from _moving(place._replace(mover=call.client), call, move)


def _moving(place: Place, call: Call, move: Move) -> Iterator[Step]:
    """Move on: by one event, to where no more is due, or to the answer."""
    own = place.mover == call.client
    world = place.world if own else dict(place.adrift)[call.client]
    assert world is not None
    due = _due(world)
    within = due is not None and move.target is not None and due <= move.target
    if call.verb == "step":
        further = within or (due is not None and move.left > 0)
        ready = (move.arrived or not within) and (due is None or move.left <= 0)
        target = move.target if within else due
    else:
        further, ready, target = within and not move.arrived, move.arrived, move.target
    if further:
        after, events = fire(world)
        told = move.told + len(events)
        if _agrees(call, move.told, events):
            settled = call.verb == "step" and not _within(after, target)
            moved = Move(target, move.left - len(events), told, settled)
            yield _went(place, call, after, moved, own=own, free=not (own or ready))
    elif not ready:
        assert target is not None
        yield _went(
            place, call, world.at(target), move._replace(arrived=True), own=own, free=not own
        )
    if ready and fits(call, 200, _moved(call, world, move.told)):
        yield Step(_left(place, call, own=own), None, done=True, free=not further)


def _due(world: World) -> int | None:
    """When something is due next."""
    first = world.first()
    return None if first is None else first[0][0]


def _within(world: World, target: int | None) -> bool:
    due = _due(world)
    return due is not None and target is not None and due <= target


def _went(place: Place, call: Call, world: World, move: Move, *, own: bool, free: bool) -> Step:
    if own:
        return Step(place._replace(world=world), move, done=False, free=free)
    adrift = {**dict(place.adrift), call.client: world}
    return Step(place._replace(adrift=tuple(adrift.items())), move, done=False, free=free)


def _left(place: Place, call: Call, *, own: bool) -> Place:
    """The place when a move is over."""
    if own:
        return place._replace(mover=None)
    adrift = tuple((client, world) for client, world in place.adrift if client != call.client)
    return place._replace(adrift=adrift)


def _agrees(call: Call, told: int, events: list[Any]) -> bool:
    """Tell whether a move's answer tells of these events next."""
    return bool(call.told["fired"][told : told + len(events)] == events)


def _moved(call: Call, world: World, told: int) -> Any:
    return {**clock(world), "fired": call.told["fired"][:told], "count": told}
