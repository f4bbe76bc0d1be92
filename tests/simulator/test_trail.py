"""What changes in a house that is kept is kept whole, or undone whole."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from tests.properties.worlds import ANA, DAY, HOUR, JM, START, UUIDS, new_world, reborn
from vss_mock.simulator import delta
from vss_mock.simulator.clock import LATEST, Mode, Pace
from vss_mock.simulator.dump import PARTS
from vss_mock.simulator.errors import NotKept, SimulatorError, UnknownWorld
from vss_mock.simulator.faults import When
from vss_mock.simulator.journal import Cause
from vss_mock.simulator.records import Attribute, Failure, Fault, Power, Processors
from vss_mock.simulator.trail import Unkept
from vss_mock.simulator.world import MOST_STALE, World
from vss_mock.simulator.worlds import DEFAULT, Tenancy, Worlds

Move = Callable[[Tenancy], object]
HOW = {"reason": Fault.QUIESCE_TIMEOUT.value, "detail": "", "seconds": 600}


class Keeper:
    """Remembers each world as its beginning and what has changed since, or refuses to."""

    def __init__(self) -> None:
        self.fails = False
        self.rows: dict[str, dict[tuple[str, Any], Any]] = {}
        self.members: dict[str, dict[str, Any]] = {}

    def keep(self, unkept: Unkept) -> None:
        if self.fails:
            raise NotKept("the disk is full")
        for coming in unkept.comings:
            tenancy = coming.tenancy
            if coming.made:
                self._whole(tenancy)
            else:
                del self.rows[tenancy.name], self.members[tenancy.name]
        for trail in unkept.trails:
            if trail.replaced:
                self._whole(trail.tenancy)
            elif trail.tenancy.name in self.rows:
                self._rows(trail.tenancy, trail.before)

    def _whole(self, tenancy: Tenancy) -> None:
        self.rows[tenancy.name] = {}
        self._rows(tenancy, delta.differences(tenancy.origin, tenancy.world))

    def _rows(self, tenancy: Tenancy, keys: Any) -> None:
        for kind, key, row in delta.spelled(tenancy.world, keys):
            self.rows[tenancy.name][kind, key] = row
        self.members[tenancy.name] = delta.members(tenancy.world)

    def dump(self, tenancy: Tenancy) -> dict[str, Any]:
        """Return the dump of a world as it is remembered."""
        rows = [(kind, key, row) for (kind, key), row in self.rows[tenancy.name].items()]
        return delta.merged(tenancy.origin.dump(), self.members[tenancy.name], rows)


class House:
    """Worlds that are kept, the default one among them."""

    def __init__(self, world: World | None = None) -> None:
        self.worlds = Worlds()
        self.keeper = Keeper()
        self.default = self.worlds.add(tenancy_of(DEFAULT, world or lived()))
        self.unkept = self.worlds.follow(self.keeper)
        self.unkept.keep()

    def lose(self, *moves: Move) -> None:
        """Make moves that cannot be kept."""
        self.keeper.fails = True
        for move in moves:
            move(self.default)
        with pytest.raises(NotKept):
            self.unkept.keep()
        self.keeper.fails = False


def tenancy_of(name: str, world: World) -> Tenancy:
    tokens = {user: f"{name}-{user}" for user in world.users}
    return Tenancy(name, world, Pace(), "2016", tokens)


def lived() -> World:
    """Return a world that has snapshots, and requests that wait, of both kinds."""
    world = new_world()
    for number, hours in enumerate((1, 12, 72)):
        world.submit(JM, UUIDS[number], "d", START, hours)
    world.advance_to(START)
    world.submit(ANA, UUIDS[1], "later", START + DAY, 3)
    world.consolidate(JM, UUIDS[0], START + DAY)
    world.change(JM, UUIDS[1], Attribute.NAME, "web", START + HOUR)
    world.change(JM, UUIDS[0], Attribute.CPU, Processors(4), START + 2 * HOUR)
    world.faults.add("latency", {}, When(times=3), {"seconds": 1})
    world.holds.add({"request": 99})
    return world


def acknowledged(tenancy: Tenancy) -> object:
    return tenancy.world.acknowledge(JM, 1)


def failed(tenancy: Tenancy) -> object:
    world = tenancy.world
    world.holds.add({"vm": UUIDS[0]})
    tenancy.advance_to(START + DAY, Cause.MOVE)
    return world.fail(world.holds.last, Failure(Fault.INVALID_STATE, ""))


def gone_wrong(tenancy: Tenancy) -> object:
    """Let work last, be missed, be tried again and fail, of both kinds of requests."""
    tenancy.changing()
    tenancy.world.task_time = HOUR
    for number, kind in enumerate(("work-missed", "work-retried", "work-fails")):
        tenancy.world.faults.add(kind, {"vm": UUIDS[number]}, how=HOW)
    return tenancy.advance_to(START + 2 * DAY, Cause.MOVE)


def advanced(hours: int, cause: Cause = Cause.MOVE) -> Move:
    return lambda tenancy: tenancy.advance_to(tenancy.world.now + hours * HOUR, cause)


MOVES: dict[str, Move] = {
    "a snapshot is asked for": lambda t: t.world.submit(JM, UUIDS[0], "new", START + DAY, 5),
    "one is asked for at once": lambda t: t.world.submit(ANA, UUIDS[2], "new", 0, 5),
    "it is extended": lambda t: t.world.extend(JM, 2, 5),
    "it is to be deleted": lambda t: t.world.delete(JM, UUIDS[1], 1),
    "it is to be reverted to": lambda t: t.world.revert(JM, UUIDS[2], 1),
    "a change is asked for": lambda t: t.world.change(JM, UUIDS[1], Attribute.POWER, Power.OFF),
    "disks are to be consolidated": lambda t: t.world.consolidate(JM, UUIDS[1]),
    "a change is put off": lambda t: t.world.reschedule(JM, 1, START + 2 * DAY),
    "a change is cancelled": lambda t: t.world.cancel(JM, 2),
    "a message is read": acknowledged,
    "time moves": advanced(1),
    "time moves a moment": lambda t: t.advance_to(t.world.now + 1, Cause.MOVE),
    "time moves past everything": advanced(24 * 30),
    "time goes by": advanced(2, Cause.LIVE),
    "the world is reset": lambda t: t.reset(0),
    "a fault is set": lambda t: t.world.faults.add("status", {}),
    "a fault is removed": lambda t: t.world.faults.remove(1),
    "all faults are removed": lambda t: t.world.faults.clear(),
    "a fault strikes": lambda t: list(t.world.faults.struck({"latency"}, {}, 0, 0)),
    "a hold is set": lambda t: t.world.holds.add({"event": "delete"}),
    "a hold is released": lambda t: t.world.holds.remove(1),
    "all holds are released": lambda t: t.world.holds.clear(),
    "what is held fails": failed,
    "work goes wrong": gone_wrong,
}


def seen(tenancy: Tenancy) -> tuple[Any, ...]:
    """Return all that can be seen of a world."""
    world, journal = tenancy.world, tenancy.journal
    return (
        world.dump(),
        world.held,
        world.next_due(),
        tenancy.pace,
        journal.last,
        journal.since(0),
        [world.find(user, "") for user in world.users.values()],
        [world.find(user, "web") for user in world.users.values()],
        [list(world.snapshot_requests(user)) for user in world.users.values()],
        [list(world.change_requests(user)) for user in world.users.values()],
    )


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
def test_what_cannot_be_kept_is_undone_and_the_future_is_what_it_was(move: Move) -> None:
    house = House()
    before, future = seen(house.default), reborn(house.default.world).advance_to(START + 30 * DAY)
    house.lose(move)
    assert seen(house.default) == before
    assert house.default.advance_to(START + 30 * DAY, Cause.MOVE) == future


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
def test_what_is_kept_is_what_the_world_has_become(move: Move) -> None:
    house = House()
    move(house.default)
    assert house.unkept
    assert house.unkept.keep()
    assert not house.unkept
    assert house.keeper.dump(house.default) == house.default.world.dump()


@pytest.mark.parametrize("seed", range(40))
def test_any_walk_of_which_some_is_lost_ends_where_the_rest_of_it_leads(seed: int) -> None:
    lots = Random(seed)
    house, twin = House(new_world()), tenancy_of(DEFAULT, new_world())
    for _ in range(120):
        move, lost = any_move(lots, twin.world.now), lots.random() < 0.4
        outcome = attempted(house.default, move)
        if lost:
            house.keeper.fails = True
            if house.unkept:
                with pytest.raises(NotKept):
                    house.unkept.keep()
            house.keeper.fails = False
        else:
            house.unkept.keep()
            assert outcome == attempted(twin, move)
        assert seen(house.default) == seen(twin)
        assert house.keeper.dump(house.default) == twin.world.dump()


def any_move(lots: Random, now: int) -> Move:
    """Return a move drawn by lot; some of them are refused."""
    user, vm = lots.choice((JM, ANA)), lots.choice(UUIDS)
    number, hours = lots.randint(1, 6), lots.randint(1, 72)
    at = now + lots.randint(-5, 40) * HOUR
    kind = lots.choice(("work-missed", "work-retried", "work-fails", "work-slow"))
    value: Any
    attribute, value = lots.choice(
        [(Attribute.NAME, name) for name in ("web", "db", "1606T-coreos0", "vm-100")]
        + [(Attribute.POWER, power) for power in Power]
        + [(Attribute.CPU, Processors(number)), (Attribute.MEMORY, 1024 * number)]
    )
    calls: list[Callable[[World], object]] = [
        lambda w: w.submit(user, vm, "d", at, hours),
        lambda w: w.extend(user, number, hours),
        lambda w: w.delete(user, vm, number),
        lambda w: w.revert(user, vm, number),
        lambda w: w.change(user, vm, attribute, value, None if at < now else at),
        lambda w: w.consolidate(user, vm),
        lambda w: w.reschedule(user, number, at),
        lambda w: w.cancel(user, number),
        lambda w: w.retry(user, number),
        lambda w: w.acknowledge(user, number),
        lambda w: w.faults.add(kind, {"vm": vm}, When(times=number), HOW).id,
        lambda w: w.faults.remove(number),
        lambda w: w.holds.add({"vm": vm}).id,
        lambda w: w.holds.clear(),
        lambda w: w.fail(number, Failure(Fault.INVALID_STATE, "")),
    ]
    call, task_time = lots.choice(calls), lots.choice((0, 0, HOUR))
    target, limit = now + hours * HOUR // 6, lots.choice((None, 1, 3))
    moves: list[Move] = [
        lambda t: t.advance_to(target, Cause.MOVE, limit),
        lambda t: t.reset(0),
        lambda t: lasting(t, task_time),
        *[lambda t: call(t.world)] * len(calls),
    ]
    return lots.choice(moves)


def lasting(tenancy: Tenancy, task_time: int) -> None:
    tenancy.changing()
    tenancy.world.task_time = task_time


def attempted(tenancy: Tenancy, move: Move) -> object:
    try:
        return move(tenancy)
    except SimulatorError as refused:
        return type(refused), refused.args


def test_an_id_that_was_not_kept_is_given_again() -> None:
    house = House()
    house.lose(MOVES["a snapshot is asked for"], MOVES["a change is asked for"])
    assert house.default.world.submit(JM, UUIDS[0], "d", START + DAY, 5).id == 5
    assert house.default.world.consolidate(JM, UUIDS[0]).id == 4


def test_a_request_that_was_made_and_dealt_with_at_one_go_is_undone_too() -> None:
    house = House()
    before, future = seen(house.default), reborn(house.default.world).advance_to(START + 30 * DAY)
    house.lose(MOVES["one is asked for at once"], MOVES["time moves past everything"])
    assert seen(house.default) == before
    assert house.default.advance_to(START + 30 * DAY, Cause.MOVE) == future


def test_undoing_does_not_fill_the_schedule_up() -> None:
    house = House(new_world())
    house.default.world.submit(JM, UUIDS[0], "d", START, 1)
    house.unkept.keep()
    for _ in range(3 * MOST_STALE):
        house.lose(advanced(2))
    entries = house.default.world._schedule._buckets.values()
    assert sum(map(len, entries)) < 2 * MOST_STALE + 100


def test_names_that_went_round_are_undone() -> None:
    house = House(new_world())
    world = house.default.world

    def rotate(tenancy: Tenancy) -> None:
        for vm, name in ((0, "spare"), (1, "coreos0"), (0, "coreos1")):
            tenancy.world.change(JM, UUIDS[vm], Attribute.NAME, name)
            tenancy.world.advance_to(tenancy.world.now)

    fork = world.fork()
    house.lose(rotate)
    assert [vm.name for vm in world.find(JM, "coreos")] == [vm.name for vm in fork.inventory]
    for vm in fork.inventory:
        assert world.inventory.named(vm.name) == vm
    assert world.inventory.named("1606T-spare") is None


def test_a_house_that_nobody_keeps_has_no_trail() -> None:
    worlds = Worlds()
    tenancy = worlds.add(tenancy_of(DEFAULT, new_world()))
    tenancy.reset(0)
    assert tenancy.kept()
    assert (worlds.unkept, tenancy.trail, tenancy.world.trail) == (None, None, None)


def test_time_that_goes_by_and_brings_nothing_is_no_change() -> None:
    house = House(new_world())
    house.default.advance_to(START + HOUR, Cause.LIVE)
    assert not house.unkept
    assert not house.unkept.keep()
    house.default.advance_to(START + HOUR, Cause.AUTO)
    assert not house.unkept
    house.default.advance_to(START + 2 * HOUR, Cause.AUTO)
    assert house.unkept


def test_a_world_tells_whether_what_it_changed_was_kept() -> None:
    house = House()
    assert house.default.kept()
    house.keeper.fails = True
    house.default.world.extend(JM, 2, 5)
    assert not house.default.kept()
    assert house.default.world.snapshot_request(JM, 2).extensions == ()


def test_what_is_no_row_is_changed_after_saying_so() -> None:
    house = House()
    before = house.default.world.dump()
    house.default.world.changing()
    house.default.world.motd = "tonight"
    assert house.unkept
    house.unkept.keep()
    assert house.keeper.dump(house.default) == before | {"motd": "tonight"}
    new_world().changing()


def test_a_pace_that_was_not_kept_is_undone() -> None:
    house = House()

    def run(tenancy: Tenancy) -> None:
        tenancy.changing()
        tenancy.pace = Pace(Mode.LIVE, 2.0, 0, tenancy.world.now)

    house.lose(run)
    assert house.default.pace == house.default.first_pace == Pace()


def test_a_reset_that_was_not_kept_leaves_what_was_polled_and_what_happened() -> None:
    house = House(new_world())
    request = house.default.world.submit(JM, UUIDS[0], "d", START + HOUR, 1)
    house.default.advance_to(START + 5 * HOUR, Cause.MOVE)
    house.unkept.keep()
    assert not house.default.polled(request)
    house.lose(MOVES["the world is reset"])
    assert house.default.journal.last == 2
    assert house.default.polled(request)


def test_a_trail_without_a_change_has_nothing_to_undo_or_forget() -> None:
    house = House()
    before, trail = seen(house.default), house.default.trail
    assert trail is not None
    trail.undo()
    trail.forget()
    assert seen(house.default) == before
    assert house.default.world.trail is trail


def test_after_a_reset_the_trail_follows_the_new_world() -> None:
    house = House()
    old = house.default.world
    house.default.reset(0)
    house.unkept.keep()
    assert old.trail is None
    house.default.world.extend(JM, 2, 5)
    house.unkept.keep()
    assert house.keeper.dump(house.default) == house.default.world.dump()


def test_worlds_made_and_deleted_that_were_not_kept_are_as_they_were() -> None:
    house = House()
    first = house.worlds.add(tenancy_of(house.worlds.free_name(), new_world()))
    house.worlds.add(tenancy_of("last", new_world()))
    house.unkept.keep()
    counts = dict(house.worlds.counts)

    def come_and_go(tenancy: Tenancy) -> None:
        house.worlds.remove(first.name)
        made = house.worlds.add(tenancy_of(house.worlds.free_name(), new_world()))
        made.world.submit(JM, UUIDS[0], "d", START, 1)

    house.lose(come_and_go)
    assert [each.name for each in house.worlds] == [DEFAULT, "world-1", "last"]
    assert house.worlds.counts == counts
    assert house.worlds.open(b"world-1-jm") == (first, JM)
    with pytest.raises(UnknownWorld):
        house.worlds["world-2"]
    assert house.worlds.open(b"world-2-jm") is None
    first.world.submit(JM, UUIDS[0], "d", START, 1)
    assert house.unkept.keep()
    assert house.keeper.dump(first) == first.world.dump()


def test_a_deleted_world_is_followed_no_more() -> None:
    house = House()
    made = house.worlds.add(tenancy_of("other", new_world()))
    house.unkept.keep()
    house.worlds.remove("other")
    house.unkept.keep()
    assert (made.trail, made.world.trail) == (None, None)
    assert set(house.keeper.rows) == {DEFAULT}


def test_a_world_that_is_made_is_followed_from_then_on() -> None:
    house = House()
    made = house.worlds.add(tenancy_of("other", lived()))
    house.unkept.keep()
    made.advance_to(START + 3 * HOUR, Cause.MOVE)
    house.unkept.keep()
    assert house.keeper.dump(made) == made.world.dump()


def test_worlds_that_are_known_to_be_kept_are_followed_all_the_same() -> None:
    worlds, keeper = Worlds(), Keeper()
    tenancy = worlds.add(tenancy_of(DEFAULT, new_world()))
    worlds.follow(keeper).settle()
    assert not worlds.unkept
    tenancy.world.submit(JM, UUIDS[0], "d", START, 1)
    assert worlds.unkept


def test_a_fault_of_the_keeper_undoes_too() -> None:
    house = House()

    def broken(unkept: Unkept) -> None:
        raise ZeroDivisionError

    house.keeper.keep = broken  # type: ignore[method-assign]  # this house alone
    house.default.world.extend(JM, 2, 5)
    with pytest.raises(ZeroDivisionError):
        house.unkept.keep()
    assert house.default.world.snapshot_request(JM, 2).extensions == ()


def test_the_rows_of_two_worlds_tell_what_differs() -> None:
    origin, world = lived(), lived()
    assert delta.differences(origin, world) == []
    world.advance_to(START + HOUR)
    keys = delta.differences(origin, world)
    assert ("snapshots", (UUIDS[0], 1)) in keys
    rows = list(delta.spelled(world, keys))
    assert ("snapshots", (UUIDS[0], 1), None) in rows
    assert delta.merged(origin.dump(), delta.members(world), rows) == world.dump()
    back = list(delta.spelled(origin, delta.differences(world, origin)))
    assert delta.merged(world.dump(), delta.members(origin), back) == origin.dump()


def test_a_row_that_is_gone_before_it_is_known_is_gone() -> None:
    rows: list[delta.Row] = [("snapshots", (UUIDS[0], 9), None)]
    assert delta.merged(lived().dump(), {}, rows) == lived().dump()


def test_every_member_of_a_dump_is_fixed_or_in_rows_or_small() -> None:
    small = delta.members(new_world())
    assert set(small) | delta.FIXED | {*delta.ROWS, delta.NUMBERS} == {part[0] for part in PARTS}
    assert {"now", "motd", "task_seconds", "faults", "holds"} <= set(small)
    assert LATEST > START
