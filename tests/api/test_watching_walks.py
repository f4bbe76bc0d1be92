"""Whatever happens, in whatever order: a viewer knows what somebody knows who has just come.

Calls, moves of the clock slice by slice, faults, holds, resets, loads, deletions and a disk that
fails now and then come between any two parts of the news that a viewer hears.
"""

from contextlib import ExitStack
from typing import Any
from unittest import mock as patching

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.api.test_keeping import kept
from tests.api.test_watching import stands
from tests.api.viewer import Viewer
from tests.properties.depth import depth
from vss_mock.api import pacing, watching
from vss_mock.api.messages import Reply, Steps
from vss_mock.simulator.clock import SECOND
from vss_mock.wire.dialects import DIALECTS
from vss_mock.wire.tokens import own

WORLD = {
    "users": [{"username": "jm", "password": "jm"}, {"username": "ana", "password": "ana"}],
    "vms": [
        {"name": "1606T-a", "power_state": "poweredOn", "hot_add": True},
        {"name": "1606T-b", "power_state": "poweredOff", "needs_consolidation": True},
        {"name": "1606T-c", "power_state": "suspended"},
    ],
    "history": [
        {"ago": "30d", "user": "jm", "vm": "1606T-a", "valid_for": 24, "description": "old"},
        {"ago": "1h", "user": "jm", "vm": "1606T-b", "valid_for": 72, "description": "new"},
    ],
}
NAMES = ("default", "team-a")
FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "work-fails", "reason": "no_disk_space", "every": 2},
    {"kind": "work-retried", "reason": "quiesce_timeout", "seconds": 600, "nth": 2},
    {"kind": "work-missed", "nth": 1},
    {"kind": "work-slow", "seconds": 3600, "every": 2},
    {"kind": "status", "status_code": 503, "share": 0.5},
    {"kind": "duplicate", "operation": "vm-snapshot-create"},
    {"kind": "stale", "calls": 1},
    {"kind": "not-json", "every": 2},
    {"kind": "lost-answer", "times": 1},
)
MOVES: tuple[dict[str, Any], ...] = (
    {"advance": 0},
    {"advance": "1h"},
    {"advance": "2d"},
    {"advance": "30d"},
    {"step": 1},
    {"step": 3},
    {"mode": "live", "rate": 3600},
    {"mode": "auto"},
    {"mode": "frozen"},
    {"task_seconds": 0},
    {"task_seconds": 7200},
    {"advance": "9000d", "mode": "frozen"},
)
CHANGES: tuple[tuple[str, Any], ...] = (
    ("cpu", 4),
    ("memory", 8),
    ("state", "poweroff"),
    ("state", "poweredOff"),
    ("state", "poweron"),
    ("state", "poweredOn"),
    ("name", "x"),
    ("name", "y"),
    ("snapshot/consolidate", None),
)
HOLDS: tuple[dict[str, str], ...] = ({}, {"event": "take"}, {"event": "delete"}, {"kind": "change"})
OFTEN = ("submit", "submit", "submit", "move", "move", "move", "change", "change", "go_on", "go_on")
SELDOM = ("extend", "remove", "revert", "alter", "ask", "tick", "hold", "fail", "go_wrong")
RARE = ("take_away", "replace", "let_the_disk_fail", "watch", "leave", "compare")


class Watching(RuleBasedStateMachine):
    """Two worlds, those who watch them, and moves that are under way."""

    def __init__(self) -> None:
        super().__init__()
        self._small = ExitStack()
        for where, name, most in (
            (watching, "ROWS_A_SLICE", 3),
            (watching, "ENTRIES_A_SLICE", 2),
            (watching, "ENTRIES_AT_FIRST", 4),
            (watching, "SLICES_A_BATCH", 3),
            (pacing, "SLICE", 2),
        ):
            self._small.enter_context(patching.patch.object(where, name, most))
        self.viewers: list[tuple[str, Viewer]] = []
        self.moves: list[Steps] = []

    @initialize(dialect=st.sampled_from(sorted(DIALECTS)))
    def begin(self, dialect: str) -> None:
        self.mock, self.keeper = kept(dialect=dialect, world=WORLD)
        self.control("POST", "/_mock/worlds", {"name": "team-a", "dialect": "2019", **WORLD})
        self.saved = {name: self.mock.get(f"/_mock/worlds/{name}/saved").body for name in NAMES}
        for name in NAMES:
            self.watch(name, 0, 0)

    def teardown(self) -> None:
        if hasattr(self, "mock"):
            while self.moves:
                for index in range(len(self.moves)):
                    self.go_on("", index, 0)
            self.all_know_it_all()
        self._small.close()

    @rule(
        what=st.sampled_from([*OFTEN, *OFTEN, *SELDOM, *RARE]),
        name=st.sampled_from(("default", *NAMES)),
        one=st.integers(0, 11),
        other=st.integers(0, 11),
        heard=st.lists(st.integers(0, 3), max_size=3),
    )
    def happens(self, what: str, name: str, one: int, other: int, heard: list[int]) -> None:
        if name in self.mock.service.worlds or what == "replace":
            getattr(self, what)(name, one, other)
        for index in heard:
            if index < len(self.viewers):
                self.viewers[index][1].hear()

    def compare(self, name: str, one: int, other: int) -> None:
        self.all_know_it_all()

    def all_know_it_all(self) -> None:
        for entry in list(self.viewers):
            name, viewer = entry
            while viewer.hear():  # the rest of what was begun to be told
                pass
            viewer.look()
            if viewer.gone:
                self.viewers.remove(entry)
                continue
            assert viewer.look() == []
            assert stands(self.mock, viewer, name)

    # Those who watch.

    def watch(self, name: str, one: int, other: int) -> None:
        if len(self.viewers) < 4:
            self.viewers.append((name, Viewer(self.mock, name)))

    def leave(self, name: str, one: int, other: int) -> None:
        if len(self.viewers) > 2:
            self.viewers.pop(one % len(self.viewers))[1].watch.close()

    # Calls.

    def call(self, name: str, method: str, target: str, body: Any = b"") -> None:
        token = f"Bearer {own(name, 'jm')}"
        self.take_turn(method, target, body, authorization=token)

    def control(self, method: str, target: str, body: Any = b"") -> None:
        self.mock(method, target, body)

    def vm(self, name: str, machine: int) -> str:
        inventory = self.mock.service.worlds[name].world.inventory
        return f"/v2/vm/{[*inventory][machine % len(inventory)].uuid}"

    def id(self, name: str, kind: int, number: int) -> int:
        """Return the id of one of the last requests of a kind."""
        last = len(self.mock.service.worlds[name].world.requests()[kind])
        return max(1, last - number % 4)

    def submit(self, name: str, one: int, other: int) -> None:
        date = f"2016-07-{28 + other % 4} 22:00"
        body = {"from_date": date, "valid_for": 1 + 4 * one, "description": "before"}
        self.call(name, "POST", f"{self.vm(name, one)}/snapshot", body)

    def extend(self, name: str, one: int, other: int) -> None:
        body = {"attribute": "duration", "value": 1 + other}
        self.call(name, "PUT", f"/v2/request/snapshot/{self.id(name, 0, one)}", body)

    def remove(self, name: str, one: int, other: int) -> None:
        self._act_on_snapshot(name, "DELETE", one, other)

    def revert(self, name: str, one: int, other: int) -> None:
        self._act_on_snapshot(name, "PATCH", one, other)

    def _act_on_snapshot(self, name: str, method: str, one: int, other: int) -> None:
        inventory = self.mock.service.worlds[name].world.inventory
        standing = [(vm.uuid, each.id) for vm in inventory for each in inventory.snapshots(vm.uuid)]
        for uuid, number in standing[one % 4 : one % 4 + 1 + other // 6]:
            self.call(name, method, f"/v2/vm/{uuid}/snapshot/{number}")

    def change(self, name: str, one: int, other: int) -> None:
        attribute, value = CHANGES[other % len(CHANGES)]
        old = self.mock.service.worlds[name].dialect == "2016"
        member = "name" if attribute == "name" and old else "value"
        body = {} if value is None else {member: value}
        body |= {"schedule": "2016-08-01 12:00"} if one % 2 else {}
        self.call(name, "PUT", f"{self.vm(name, one)}/{attribute}", body)

    def alter(self, name: str, one: int, other: int) -> None:
        target = f"/v2/request/change/{self.id(name, 1, one)}"
        if other < 4:
            self.call(name, "PATCH", target)
        elif other < 8:
            self.call(name, "PUT", target, {"scheduled": False})
        else:
            self.call(name, "PUT", target, {"scheduled": True, "schedule": "2016-08-03 12:00"})

    def ask(self, name: str, one: int, other: int) -> None:
        target = f"/v2/request/snapshot/{self.id(name, 0, one)}"
        for _ in range(2):
            self.call(name, "GET", target)

    # What goes wrong, and what waits.

    def go_wrong(self, name: str, one: int, other: int) -> None:
        self.control("POST", f"/_mock/worlds/{name}/faults", FAULTS[one % len(FAULTS)])

    def hold(self, name: str, one: int, other: int) -> None:
        self.control("POST", f"/_mock/worlds/{name}/holds", HOLDS[one % len(HOLDS)])

    def take_away(self, name: str, one: int, other: int) -> None:
        what = ("faults", "holds")[one % 2]
        self.control("DELETE", f"/_mock/worlds/{name}/{what}{f'/{other}' if other else ''}")

    def fail(self, name: str, one: int, other: int) -> None:
        for hold in self.mock.service.worlds[name].world.holds:
            target = f"/_mock/worlds/{name}/holds/{hold.id}/fail"
            self.take_turn("POST", target, {"reason": "invalid_state"})
            return

    def let_the_disk_fail(self, name: str, one: int, other: int) -> None:
        self.keeper.fail()

    # Time.

    def move(self, name: str, one: int, other: int) -> None:
        self.take_turn("POST", f"/_mock/worlds/{name}/clock", MOVES[one % len(MOVES)])

    def take_turn(self, method: str, target: str, body: Any, **fields: Any) -> None:
        """Begin what may take its time, and may have to wait for its turn."""
        steps = self.mock.service.handle(self.mock.call(method, target, body, **fields))
        if not isinstance(steps, Reply):
            self.moves.append(steps)
            self.go_on("", len(self.moves) - 1, 0)

    def go_on(self, name: str, one: int, other: int) -> None:
        for steps in self.moves[one : one + 1]:
            try:
                next(steps)
            except StopIteration:
                self.moves.remove(steps)

    def tick(self, name: str, one: int, other: int) -> None:
        self.mock.at += one * SECOND
        for _ in self.mock.service.tick(self.mock.at):
            pass

    # Worlds come and go.

    def replace(self, name: str, one: int, other: int) -> None:
        path = f"/_mock/worlds/{name}"
        if one < 3:
            self.take_turn("POST", f"{path}/reset", {})
        elif one < 6:
            self.take_turn("PUT", f"{path}/saved", self.saved[name])
        elif one < 8:
            self.control("DELETE", path)
        elif one < 10:
            self.control("PUT", path, {"dialect": "2026", **WORLD})
        else:
            self.take_turn("POST", f"{path}/fork", {})


Watching.TestCase.settings = depth(100, 40)
TestWatching = Watching.TestCase
