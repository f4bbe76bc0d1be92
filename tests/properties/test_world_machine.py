"""The simulator against an independent reference, call by call.

Hypothesis makes up a story: requests of two users on three machines, changes put off, given up and
tried again, time passing in steps of every size, refusals, forks that go separate ways, worlds
replaced by their own dumps. After every call the whole world is compared with what the reference
works out from the flat list of calls.

`make test` runs a short, repeatable part of it. The long run, 2,000 examples of 50 steps and new
stories each time, is one command: `make check-properties`
(`VSS_MOCK_PROPERTIES=long python -m pytest tests/properties`).
"""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from vss_mock.simulator.records import User
from vss_mock.simulator.world import World

from .depth import depth
from .reference import CHANGES, SNAPSHOTS, Reference, Refused
from .worlds import (
    ANA,
    DAY,
    HOUR,
    JM,
    MACHINES,
    SECOND,
    SETUP,
    START,
    USERS,
    UUIDS,
    new_world,
    plain_change_request,
    plain_fired,
    plain_machine,
    plain_snapshot,
    plain_snapshot_request,
    reborn,
    refusal,
    spoken,
    text,
)

MOST_SIDES = 3
WANTED = ("web", "WEB", "coreos0", "coreos1", "1606T-coreos1", "coreos2", "vm-100", "vm-102", "W")
NAMES = sorted({prefix + name for prefix in ("", "1606T-") for name in WANTED})
CHANGE_CALLS = ("consolidate", "change", "reschedule", "cancel", "retry")
YEAR = 365 * DAY
EARLIEST, LATEST = -62_135_510_400 * SECOND, 253_399_622_400 * SECOND


class Side:
    """One world, the reference that goes with it, and what has happened so far."""

    def __init__(self, world: World, reference: Reference) -> None:
        self.world = world
        self.reference = reference
        self.fired: list[Any] = []
        self.tasks: dict[tuple[str, int], str] = {}
        self.seen = self.look()

    def fork(self) -> "Side":
        twin = Side(self.world.fork(), self.reference.copy())
        twin.fired = list(self.fired)
        twin.tasks = dict(self.tasks)
        return twin

    def look(self) -> list[Any]:
        """Return all that the world is: its dump, and what its names lead to, which is in none."""
        world = self.world
        named = [world.inventory.named(name) for name in NAMES]
        return [text(world), named, [world.find(JM, part) for part in ("coreos", "T-W", "1")]]

    def ask(self, verb: str, user: User, *arguments: Any, **options: bool) -> None:
        """Call both; the world must answer, or refuse and stay, as the reference says."""
        expected = getattr(self.reference, verb)(user.username, *arguments, **options)
        call = getattr(self.world, verb)
        if verb == "change":
            vm, attribute, value, when = arguments
            arguments = (vm, *spoken(attribute, value), when)
        if isinstance(expected, Refused):
            self.refused(expected, call, user, *arguments, **options)
        else:
            record = call(user, *arguments, **options)
            assert record.id == expected
            kind = CHANGES if verb in CHANGE_CALLS else SNAPSHOTS
            assert record == self.record(kind, user, expected)

    def record(self, kind: str, user: User, number: int) -> Any:
        read = self.world.change_request if kind == CHANGES else self.world.snapshot_request
        return read(user, number)

    def refused(self, expected: Refused, call: Any, *arguments: Any, **options: bool) -> None:
        before = text(self.world)
        assert refusal(call, *arguments, **options) in expected.reasons
        assert text(self.world) == before

    def move(self, expected: Any, call: Any, *arguments: Any) -> None:
        """Move the clock; the events must be those the reference expects, in its order."""
        if isinstance(expected, Refused):
            self.refused(expected, call, *arguments)
        else:
            fired = plain_fired(call(*arguments))
            assert fired == expected
            self.fired += fired

    def check(self) -> None:
        world, view = self.world, self.reference.view()
        assert world.now == view.now
        assert self.fired == [one.fired for one in view.past]
        due = world.next_due()
        assert (due and (*due[:2], due.event.value, *due[3:5])) == view.next_due
        for user in USERS:
            self._check_requests(user, view.of_user(SNAPSHOTS, user.username), SNAPSHOTS)
            self._check_requests(user, view.of_user(CHANGES, user.username), CHANGES)
        self._check_machines(view)
        self._check_tasks(view)

    def _check_requests(self, user: User, rows: list[dict[str, Any]], kind: str) -> None:
        if kind == CHANGES:
            theirs: Any = self.world.change_requests(user)
            plain: Any = plain_change_request
        else:
            theirs, plain = self.world.snapshot_requests(user), plain_snapshot_request
        assert [plain(record) for record in theirs] == rows
        assert len(theirs) == len(rows)
        ids = {row["id"] for row in rows}
        read = self.world.change_request if kind == CHANGES else self.world.snapshot_request
        total = 1 + sum(1 for its_kind, _ in self.reference.view().requests if its_kind == kind)
        for number in range(total + 1):
            if number in ids:
                assert read(user, number).id == number
            else:
                assert refusal(read, user, number) == "UnknownRequest"

    def _check_machines(self, view: Any) -> None:
        world = self.world
        for name in NAMES:
            holders = [vm for vm, one in view.machines.items() if name in (one.name, one.moref)]
            named = world.inventory.named(name)
            assert ([named.uuid] if named else []) == holders
        for user in USERS:
            seen = [uuid for uuid in UUIDS if user.sees is None or uuid in user.sees]
            for part in ("", "coreos", "T-W", "1", view.machines[UUIDS[0]].name):
                parted = [vm.uuid for vm in world.find(user, part)]
                assert parted == self.reference.found(user.username, part)
            for uuid in UUIDS:
                if uuid not in seen:
                    hidden = "HiddenVirtualMachine"
                    assert refusal(world.virtual_machine, user, uuid) == hidden
                    assert refusal(world.snapshots, user, uuid) == hidden
                    assert refusal(world.snapshot, user, uuid, 1) == hidden
                    continue
                vm = world.virtual_machine(user, uuid)
                assert plain_machine(vm) == view.machines[uuid]
                assert world.inventory.named(vm.name) == world.inventory.named(vm.moref) == vm
                standing = world.snapshots(user, uuid)
                assert [plain_snapshot(one) for one in standing] == view.snapshots[uuid]
                for number in range(len(view.requests) + 2):
                    found = [one for one in standing if one.id == number]
                    if found:
                        assert world.snapshot(user, uuid, number) == found[0]
                        assert world.origin(found[0].request).id == found[0].request
                    else:
                        unknown = refusal(world.snapshot, user, uuid, number)
                        assert unknown == "UnknownSnapshot"

    def _check_tasks(self, view: Any) -> None:
        for (kind, number), row in view.requests.items():
            owner, other = (JM, ANA) if row["user"] == JM.username else (ANA, JM)
            record = self.record(kind, owner, number)
            task_id = self.world.task_id(record)
            if (kind, number) not in view.began:
                assert task_id is None
                if (kind, number) in self.tasks:  # it had failed, and waits again
                    had = self.tasks[kind, number]
                    assert refusal(self.world.task, owner, had) == "UnknownTask"
                continue
            assert task_id is not None
            assert self.tasks.setdefault((kind, number), task_id) == task_id
            task = self.world.task(owner, task_id)
            assert (task.id, task.request) == (task_id, record)
            assert task.start == task.end == view.began[kind, number]
            assert refusal(self.world.task, other, task_id) == "UnknownTask"
        assert len(set(self.tasks.values())) == len(self.tasks)


sides = st.integers(0, MOST_SIDES - 1)
users = st.sampled_from(USERS)
machines = st.sampled_from(UUIDS)
lives = st.one_of(st.integers(1, 3), st.integers(48, 72), st.just(72), st.just(72))
anchors = st.sampled_from(("start", "now", "now", "due"))
offsets = st.one_of(
    st.integers(-3, 12).map(lambda count: count * HOUR),
    st.sampled_from((0, 0, -1, 1, SECOND, -SECOND, -400 * DAY, 3 * DAY)),
    st.integers(-3 * HOUR, 3 * HOUR),
)
powers = st.sampled_from(("on", "off", "reset", "reboot", "shutdown", "suspend"))
names = st.sampled_from(WANTED)
processors = st.tuples(st.integers(1, 4), st.sampled_from((None, None, 1, 2)))
memories = st.sampled_from((1024, 2048, 4096))
changes = st.one_of(
    st.tuples(st.just("power"), powers),
    st.tuples(st.just("power"), powers),
    st.tuples(st.just("name"), names),
    st.tuples(st.just("name"), names),
    st.tuples(st.just("cpu"), processors),
    st.tuples(st.just("memory"), memories),
)
edges = st.sampled_from((EARLIEST - 1, EARLIEST, LATEST, LATEST + 1, LATEST - HOUR, 10**20))


class WorldMachine(RuleBasedStateMachine):
    """Every call there is, on up to three worlds that once were one."""

    @initialize(
        seed=st.integers(0, 3), standing=st.integers(0, 3), life=lives, settle=st.booleans()
    )
    def begin(self, seed: int, standing: int, life: int, settle: bool) -> None:
        """Start empty, or with some snapshots that have just been taken."""
        self.current = Side(new_world(seed), Reference(SETUP))
        self.sides = [self.current]
        if standing:
            for number in range(standing):
                told = (UUIDS[number], f"number {number}", START, life)
                self.current.ask("submit", JM, *told, consolidate=settle)
            self.advance(0, "now", 0, None)

    def pick(self, side: int) -> Side:
        self.current = self.sides[side % len(self.sides)]
        return self.current

    def instant(self, side: Side, anchor: str, offset: int) -> int:
        due = side.reference.view().next_due
        now = side.reference.now
        return {"start": START, "now": now, "due": due[0] if due else now}[anchor] + offset

    def of_state(self, state: str) -> list[dict[str, Any]]:
        rows = [side.reference.view().requests.values() for side in self.sides]
        return [row for some in rows for row in some if row["state"] == state]

    @rule(
        side=sides,
        user=users,
        vm=machines,
        anchor=anchors,
        offset=offsets,
        life=lives,
        settle=st.booleans(),
        memory=st.booleans(),
    )
    def submit(
        self,
        side: int,
        user: User,
        vm: str,
        anchor: str,
        offset: int,
        life: int,
        settle: bool,
        memory: bool,
    ) -> None:
        picked = self.pick(side)
        when = self.instant(picked, anchor, offset)
        options = {"consolidate": settle, "with_memory": memory}
        picked.ask("submit", user, vm, f"before upgrade {offset}", when, life, **options)

    @rule(side=sides, vm=machines, count=st.integers(2, 4), offset=offsets, life=lives)
    def submit_several_for_one_instant(
        self, side: int, vm: str, count: int, offset: int, life: int
    ) -> None:
        picked = self.pick(side)
        when = self.instant(picked, "now", offset)
        for number in range(count):
            picked.ask("submit", JM, vm, f"number {number}", when, life)

    @precondition(lambda self: self.of_state("scheduled"))
    @rule(side=sides, more=lives, which=st.integers(0, 9), times=st.integers(1, 4))
    def extend(self, side: int, more: int, which: int, times: int) -> None:
        picked = self.pick(side)
        waiting = self.of_state("scheduled")
        row = waiting[which % len(waiting)]
        for _ in range(times):
            picked.ask("extend", JM if row["user"] == "jm" else ANA, row["id"], more)

    @precondition(lambda self: self.of_state("scheduled"))
    @rule(
        side=sides,
        user=users,
        verbs=st.lists(st.sampled_from(("delete", "revert")), min_size=1, max_size=3),
        which=st.integers(0, 9),
    )
    def act_on_a_snapshot(self, side: int, user: User, verbs: list[str], which: int) -> None:
        picked = self.pick(side)
        waiting = self.of_state("scheduled")
        row = waiting[which % len(waiting)]
        for verb in verbs:
            picked.ask(verb, user, row["vm"], row["snapshot"])

    @precondition(lambda self: self.of_state("scheduled"))
    @rule(
        side=sides,
        some=st.lists(changes, min_size=1, max_size=3),
        which=st.integers(0, 9),
        verb=st.sampled_from(("revert", "delete")),
        later=st.sampled_from((0, SECOND)),
    )
    def change_a_machine_and_act_on_its_snapshot(
        self, side: int, some: list[tuple[str, Any]], which: int, verb: str, later: int
    ) -> None:
        picked = self.pick(side)
        waiting = self.of_state("scheduled")
        row = waiting[which % len(waiting)]
        for attribute, value in some:
            picked.ask("change", JM, row["vm"], attribute, value, None)
        self.advance(side, "now", later, None)
        picked.ask(verb, JM, row["vm"], row["snapshot"])
        self.advance(side, "now", 0, None)

    @rule(side=sides, user=users, vm=machines, anchor=anchors, offset=st.none() | offsets)
    def consolidate(self, side: int, user: User, vm: str, anchor: str, offset: int | None) -> None:
        picked = self.pick(side)
        when = None if offset is None else self.instant(picked, anchor, offset)
        picked.ask("consolidate", user, vm, when)

    @rule(
        side=sides,
        user=users,
        vm=machines,
        some=st.lists(changes, min_size=1, max_size=3),
        anchor=anchors,
        offset=st.none() | offsets,
        settled=st.booleans(),
    )
    def change(
        self,
        side: int,
        user: User,
        vm: str,
        some: list[tuple[str, Any]],
        anchor: str,
        offset: int | None,
        settled: bool,
    ) -> None:
        picked = self.pick(side)
        when = None if offset is None else self.instant(picked, anchor, offset)
        for attribute, value in some:
            picked.ask("change", user, vm, attribute, value, when)
        if settled:
            self.advance(side, "now", 0, None)

    def changes(self, state: str) -> list[tuple[Side, dict[str, Any]]]:
        return [
            (side, row)
            for side in self.sides
            for (kind, _), row in side.reference.view().requests.items()
            if (kind, row["state"]) == (CHANGES, state)
        ]

    @precondition(lambda self: self.changes("submitted"))
    @rule(
        which=st.integers(0, 9),
        anchor=anchors,
        moves=st.lists(st.none() | offsets | st.just(10**20), min_size=1, max_size=3),
    )
    def put_off_or_give_up(self, which: int, anchor: str, moves: list[int | None]) -> None:
        waiting = self.changes("submitted")
        self.current, row = waiting[which % len(waiting)]
        user = JM if row["user"] == "jm" else ANA
        for offset in moves:
            if offset is None:
                self.current.ask("cancel", user, row["id"])
            else:
                when = self.instant(self.current, anchor, offset)
                self.current.ask("reschedule", user, row["id"], when)

    @precondition(lambda self: self.changes("failed"))
    @rule(
        which=st.integers(0, 9),
        mended=st.sampled_from((None, "poweredOn", "poweredOff", "suspended")),
        settled=st.booleans(),
        times=st.integers(1, 2),
    )
    def retry(self, which: int, mended: str | None, settled: bool, times: int) -> None:
        failed = self.changes("failed")
        side, row = failed[which % len(failed)]
        number = self.sides.index(side)
        if mended is not None:
            vm = UUIDS.index(row["vm"])
            self.change_a_machine_from_outside(number, vm, True, mended, mended == "poweredOn")
        self.current = side
        for _ in range(times):
            side.ask("retry", JM if row["user"] == "jm" else ANA, row["id"])
        if settled:
            self.advance(number, "now", 0, None)

    @rule(
        side=sides,
        user=users,
        vm=machines | st.just("no-such-machine"),
        number=st.integers(0, 9),
        hours=st.sampled_from((0, 73, -1, 10**9, 1)),
        when=edges,
    )
    def ask_for_what_there_may_not_be(
        self, side: int, user: User, vm: str, number: int, hours: int, when: int
    ) -> None:
        picked = self.pick(side)
        now = picked.reference.now
        picked.ask("submit", user, vm, "too long, or too short", now, hours)
        picked.ask("submit", user, vm, "at the edge of time", when, 72)
        picked.ask("extend", user, number, hours)
        picked.ask("delete", user, vm, number)
        picked.ask("revert", user, vm, number)
        picked.ask("consolidate", user, vm, when)
        picked.ask("change", user, vm, "power", "on", when)
        picked.ask("reschedule", user, number, when)
        picked.ask("cancel", user, number)
        picked.ask("retry", user, number)
        if when <= EARLIEST or when > LATEST:
            picked.move(picked.reference.advance_to(when), picked.world.advance_to, when)

    @rule(side=sides, anchor=anchors, offset=offsets, limit=st.none())
    def advance(self, side: int, anchor: str, offset: int, limit: int | None) -> None:
        picked = self.pick(side)
        target = self.instant(picked, anchor, offset)
        expected = picked.reference.advance_to(target, limit)
        picked.move(expected, picked.world.advance_to, target, limit)

    @rule(
        side=sides,
        anchor=st.sampled_from(("now", "due")),
        offset=st.sampled_from((0, 0, 0, HOUR, 3 * DAY)),
        limit=st.integers(1, 3),
    )
    def advance_a_slice(self, side: int, anchor: str, offset: int, limit: int) -> None:
        self.advance(side, anchor, offset, limit)

    @rule(side=sides, nudge=st.integers(-1, 1))
    def advance_to_the_next_event(self, side: int, nudge: int) -> None:
        self.advance(side, "due", nudge, None)

    @precondition(lambda self: self.current.reference.now < START + 100 * YEAR)
    @rule(side=sides, years=st.sampled_from((1, 100)), sure=st.integers(0, 7))
    def advance_years(self, side: int, years: int, sure: int) -> None:
        if sure == 7:  # rarely: little is left to see after a century
            self.advance(side, "now", years * YEAR, None)

    @rule(side=sides, count=st.integers(1, 2) | st.integers(1, 6))
    def step(self, side: int, count: int) -> None:
        picked = self.pick(side)
        picked.move(picked.reference.step(count), picked.world.step, count)

    @rule(side=sides)
    def replace_the_world_by_its_dump(self, side: int) -> None:
        picked = self.pick(side)
        picked.world = reborn(picked.world)
        assert picked.look() == picked.seen

    @rule(
        side=sides,
        vm=st.sampled_from(range(len(UUIDS))),
        wants=st.booleans(),
        power=st.sampled_from(("poweredOn", "poweredOff", "suspended")),
        grows=st.booleans(),
    )
    def change_a_machine_from_outside(
        self, side: int, vm: int, wants: bool, power: str, grows: bool
    ) -> None:
        picked = self.pick(side)
        document = picked.world.dump()
        document["vms"][vm] |= {
            "power_state": power,
            "needs_consolidation": wants,
            "hot_add": grows,
        }
        picked.world = World.load(document)
        picked.reference.touch(UUIDS[vm], power=power, wants=wants, grows=grows)

    @rule(side=sides, into=sides)
    def fork(self, side: int, into: int) -> None:
        twin = self.pick(side).fork()
        assert twin.seen == self.current.seen
        if len(self.sides) < MOST_SIDES:
            self.sides.append(twin)
        else:
            self.sides[into] = twin

    @invariant()
    def the_world_is_as_the_reference_says_and_no_other_has_changed(self) -> None:
        self.current.check()
        for side in self.sides:
            now = side.look()
            assert side is self.current or side.seen == now
            side.seen = now

    def teardown(self) -> None:
        """Let everything that is still ahead happen, and compare once more."""
        for side in getattr(self, "sides", ()):
            side.move(side.reference.step(10**6), side.world.step, 10**6)
            side.check()


TestWorldMachine = WorldMachine.TestCase
TestWorldMachine.settings = depth(70)


def test_the_machine_knows_every_machine_of_its_cloud() -> None:
    assert [vm.uuid for vm in MACHINES] == list(SETUP.machines)
