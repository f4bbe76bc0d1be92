"""The control API under /_mock/: clocks, states, worlds. Everything here is this mock's own."""

from collections.abc import Iterator, Mapping
from typing import Any

from vss_mock.api.control_parts import (
    catch_up,
    check_there,
    clock_of,
    reply,
    spelled,
    tenancy_of,
    world_of,
)
from vss_mock.api.house import House
from vss_mock.api.messages import Call, Document, Reply, Steps
from vss_mock.api.pacing import advance, turn
from vss_mock.simulator.clock import LATEST, LONGEST_ADVANCE, Mode, Pace
from vss_mock.simulator.dump import microseconds
from vss_mock.simulator.journal import Cause
from vss_mock.simulator.records import Fired
from vss_mock.simulator.worlds import DEFAULT, Tenancy, key, stem
from vss_mock.wire import dates, tokens
from vss_mock.wire.documents import bundle
from vss_mock.wire.problems import Refusal, short
from vss_mock.wire.saved import spelled_state
from vss_mock.wire.worldfile import establish

WORLD_SCHEMA = "common/world.json"
LISTED_EVENTS = 10_000
"""How many events the answer to one move of a clock lists; it counts all."""


def mock_health(house: House, call: Call, body: None) -> Reply:
    """Answer that the mock is there."""
    document = {"status": "ok", "version": house.version, "worlds": len(house.worlds)}
    return reply(200, document)


def mock_whose(house: House, call: Call, body: None) -> Reply:
    """Answer which world a call with these credentials means, by what they say themselves.

    Whoever deals calls out among several mocks asks this for tokens that it cannot read.
    """
    name = tokens.world_named(call.authorization) or DEFAULT
    return reply(200, {"world": name})._replace(headers={"X-VSS-Mock-World": name})


def mock_openapi(house: House, call: Call, body: None) -> Reply:
    """Answer the OpenAPI document of the default world's dialect, or of the control API, whole."""
    asked = dict(call.query).get("control", "0")
    if asked not in {"0", "1"}:
        message = f"control: {short(asked)} is neither 0 nor 1"
        raise Refusal(400, message, parameters=["control"])
    folder = "control" if asked == "1" else house.worlds[DEFAULT].dialect
    document = bundle(f"{folder}/openapi.json", house.documents.files)
    return reply(200, {**document, "servers": [{"url": call.base}]})


def mock_world_clock_get(house: House, call: Call, body: None) -> Steps:
    """Answer where a world's clock stands, and what is due next."""
    tenancy = tenancy_of(house, call)
    yield from catch_up(tenancy, call)
    return reply(200, clock_of(house, tenancy))


def mock_world_clock_move(house: House, call: Call, body: Mapping[str, Any]) -> Steps:
    """Move a world's clock, or change its pace; answer where it stands and all that happened."""
    tenancy = tenancy_of(house, call)
    with turn(tenancy) as waiting:
        yield from waiting
        tenancy = check_there(house, tenancy)
        listed: list[Document] = []
        count = 0
        for fired in _moves(tenancy, call.at, body):
            count += len(fired)
            listed += (spelled(house, tenancy, e) for e in fired[: LISTED_EVENTS - len(listed)])
            yield
        document = clock_of(house, tenancy) | {"fired": listed, "fired_count": count}
    return reply(200, document)


def mock_world_state(house: House, call: Call, body: None) -> Steps:
    """Answer a whole world as one document."""
    tenancy = tenancy_of(house, call)
    yield from catch_up(tenancy, call)
    return Reply(200, (yield from spelled_state(tenancy.world)))


def mock_world_reset(house: House, call: Call, body: Any) -> Steps:
    """Put a world back to its beginning."""
    tenancy = tenancy_of(house, call)
    with turn(tenancy) as waiting:
        yield from waiting
        tenancy = check_there(house, tenancy)
        tenancy.reset(call.at)
    return reply(200, clock_of(house, tenancy))


mock_clock_get = mock_world_clock_get
mock_clock_move = mock_world_clock_move
mock_state = mock_world_state
mock_reset = mock_world_reset


def mock_world_list(house: House, call: Call, body: None) -> Reply:
    """Answer all worlds."""
    worlds = [world_of(tenancy, call) for tenancy in house.worlds]
    return reply(200, {"worlds": worlds})


def mock_world_create(house: House, call: Call, body: Mapping[str, Any] | None) -> Reply:
    """Make a world of its own."""
    settings = dict(body or {})
    settings.setdefault("name", house.worlds.free_name())
    return _made(house, call, settings)


def mock_world_put(house: House, call: Call, body: Mapping[str, Any] | None) -> Reply:
    """Make a world of its own, by its path."""
    named = {"name": call.params["world"]}
    settings = {**named, **(body or {})}
    if not house.documents.is_valid(WORLD_SCHEMA, named):
        wrong = house.documents.violations(WORLD_SCHEMA, named)[0]
        raise Refusal(400, wrong.sentence, parameters=["name"])
    if settings["name"] != named["name"]:
        message = f"name: {short(settings['name'])} is not the name in the path: leave it out"
        raise Refusal(400, message, parameters=["name"])
    return _made(house, call, settings)


def _made(house: House, call: Call, settings: Mapping[str, Any]) -> Reply:
    house.worlds.check_new(settings["name"])
    tenancy = establish(
        settings, call.at, house.preset, house.templates, house.documents.operation_ids
    )
    return reply(201, world_of(house.worlds.add(tenancy), call))


def mock_world_get(house: House, call: Call, body: None) -> Reply:
    """Answer one world."""
    return reply(200, world_of(tenancy_of(house, call), call))


def mock_world_delete(house: House, call: Call, body: Any) -> Reply:
    """Delete a world with all that is in it."""
    house.worlds.remove(call.params["world"])
    return Reply(204)


def mock_world_fork(house: House, call: Call, body: Mapping[str, Any] | None) -> Steps:
    """Make a world that begins as another one is now, and shares nothing with it from here."""
    source = tenancy_of(house, call)
    with turn(source) as waiting:
        yield from waiting
        source = check_there(house, source)
        yield from catch_up(source, call)
        name = _name_of_fork(house, call, source, body or {})
        pace = source.pace.anchored(call.at, source.world.now)
        fixed = {username: tokens.own(name, username) for username in source.tokens}
        fork = Tenancy(name, source.world.fork(), pace, source.dialect, fixed)
        document = world_of(house.worlds.add(fork), call)
    return reply(201, document)


def _name_of_fork(house: House, call: Call, source: Tenancy, body: Mapping[str, Any]) -> str:
    """Return how a fork is called: as it was asked to be, or as its parent, with a number.

    Raises Refusal for a name that would put it elsewhere, where it has to stay beside its parent.
    """
    name: str = body.get("name") or house.worlds.free_name(stem(source.name))
    beside = dict(call.query).get("beside", "false")
    if beside not in {"true", "false"}:
        raise Refusal(400, "beside: it is either true or false", parameters=["beside"])
    if beside == "true" and key(name) != key(source.name):
        message = (
            f"name: a fork stays beside its world here, so its name begins with {key(source.name)}_"
        )
        raise Refusal(400, message, parameters=["name"])
    return name


def _moves(tenancy: Tenancy, at: int, body: Mapping[str, Any]) -> Iterator[list[Fired]]:
    """Do what the body says, giving what happens slice by slice."""
    world, pace = tenancy.world, tenancy.pace
    length = _read("advance", dates.parse_duration, body)
    target = _read("advance_to", dates.parse_instant, body)
    if pace.live:
        yield from advance(tenancy, max(world.now, pace.now(at)), Cause.LIVE)
    if length is not None:
        target = world.now + length
    if target is not None:
        if target - world.now > LONGEST_ADVANCE:
            message = "advance_to: more than 100 years is too far for one advance"
            raise Refusal(400, message, parameters=["advance_to"])
        yield from _anchored(tenancy, at, advance(tenancy, target))
    yield from _anchored(tenancy, at, _steps(tenancy, body.get("step", 0)))
    if "task_seconds" in body:
        tenancy.changing()
        world.task_time = microseconds(body["task_seconds"])
    mode, rate = Mode(body.get("mode", pace.mode)), body.get("rate", pace.rate)
    if (mode, rate) != (pace.mode, pace.rate):
        tenancy.changing()
        tenancy.pace = Pace(mode, rate, at, world.now)


def _anchored(tenancy: Tenancy, at: int, moves: Iterator[list[Fired]]) -> Iterator[list[Fired]]:
    """Let a clock that runs go on from where each part of a move has brought it."""
    for fired in moves:
        tenancy.pace = tenancy.pace.anchored(at, tenancy.world.now)
        yield fired


def _steps(tenancy: Tenancy, count: int) -> Iterator[list[Fired]]:
    """Go to the `count`-th next event and settle its instant, or to the last, or to a held one."""
    while count > 0 and (due := tenancy.world.next_due()) and due.at <= LATEST:
        for fired in advance(tenancy, due.at):
            count -= len(fired)
            yield fired
        if tenancy.world.held:
            return


def _read(name: str, parse: Any, body: Mapping[str, Any]) -> int | None:
    """Return a member of the body as microseconds, None if it is not there."""
    try:
        return parse(body[name]) if name in body else None
    except dates.BadDate as error:
        raise Refusal(400, f"{name}: {error}", parameters=[name]) from None
