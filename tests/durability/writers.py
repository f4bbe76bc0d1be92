"""Four writers who write down what was acknowledged, and what they had asked for when it broke off.

What a server holds afterwards has to be what was acknowledged, with or without what was under way.
"""

from collections.abc import Callable, Sequence
from random import Random
from threading import Event
from typing import Any

from tests.durability.client import Client, Gone
from vss_mock.simulator.world import World
from vss_mock.wire.tokens import own as token_of

Move = Callable[[Client], None]
WORDS = "w{}-{}"
BATCH = 150
"""How many snapshots a long advance lets be taken."""


class Writer:
    """Somebody who writes until the server is gone, and remembers."""

    def __init__(self, name: str, seed: int) -> None:
        self.name = name
        self.lots = Random(f"{name}/{seed}")
        self.flying: tuple[Any, ...] | None = None
        """What was asked for and not answered when the server went."""
        self.answered = 0
        self.problem: BaseException | None = None
        self.aim: str | None = None
        self.begun = Event()
        """Set when what is aimed at is under way."""
        self._count = 0
        self._moves: Sequence[Move] = ()

    def run(self, port: int, token: str = "demo-token") -> None:
        """Write until nobody answers."""
        client = Client(port, token)
        self.flying = None
        self.begun.clear()
        try:
            while True:
                self.lots.choice(self._moves)(client)
                self.flying = None
                self.answered += 1
        except Gone:
            pass
        except BaseException as problem:  # noqa: BLE001 - told by whoever waits for the thread
            self.problem = problem
        finally:
            client.close()

    def _fly(self, kind: str, *what: Any) -> None:
        """Remember what is asked for until it is answered."""
        self.flying = (kind, *what)
        if kind == self.aim:
            self.begun.set()

    def _word(self) -> str:
        self._count += 1
        return WORDS.format(self.name, self._count)


class Asker(Writer):
    """Asks for snapshots in the default world, extends them, and has changes made and cancelled."""

    def __init__(self, name: str, seed: int, vms: list[str]) -> None:
        super().__init__(name, seed)
        self.vms = vms
        self.asked: dict[int, str] = {}
        self.extended: dict[int, int] = {}
        self.changes: dict[int, bool] = {}
        """Change requests, and whether they were cancelled."""
        self.refused: set[str] = set()
        self._moves = [self.ask] * 6 + [self.extend] * 3 + [self.change, self.cancel, self.fail]

    def ask(self, client: Client) -> None:
        word = self._word()
        self._fly("ask", word)
        answer = client.submit(self.lots.choice(self.vms), word)
        assert answer.status_code == 202, answer.body
        assert answer.id not in self.asked, "an id was given twice"
        self.asked[answer.id] = word

    def extend(self, client: Client) -> None:
        if not self.asked:
            return
        id = self.lots.choice(list(self.asked))
        self._fly("extend", id)
        body = {"attribute": "duration", "value": 1}
        if client("PUT", f"/v2/request/snapshot/{id}", body).status_code == 204:
            self.extended[id] = self.extended.get(id, 0) + 1

    def change(self, client: Client) -> None:
        vm = self.lots.choice(self.vms)
        self._fly("change")
        body = {"value": 4, "schedule": "2099-01-01 10:00"}
        answer = client("PUT", f"/v2/vm/{vm}/memory", body)
        assert answer.status_code == 202, answer.body
        self.changes[answer.id] = False

    def cancel(self, client: Client) -> None:
        waiting = [id for id, cancelled in self.changes.items() if not cancelled]
        if waiting:
            id = self.lots.choice(waiting)
            self._fly("cancel", id)
            body = {"scheduled": False}
            assert client("PUT", f"/v2/request/change/{id}", body).status_code == 204
            self.changes[id] = True

    def fail(self, client: Client) -> None:
        word = self._word()
        self.refused.add(word)
        self._fly("fail", word)
        answer = client.submit(self.lots.choice(self.vms), word, valid_for=999)
        assert answer.status_code == 400, answer.body

    def check(self, state: Any) -> None:
        """See that what was acknowledged is there, and learn what became of what was under way."""
        flying = self.flying or ("nothing",)
        found = {row["id"]: row for row in state["snapshot_requests"]}
        mine = {id: row for id, row in found.items() if self._is_mine(row["description"])}
        there = {id: row["description"] for id, row in mine.items()}
        more = {id: word for id, word in there.items() if id not in self.asked}
        assert self.asked.items() <= there.items(), "an acknowledged request is gone"
        assert set(more.values()) <= {flying[1] if flying[0] == "ask" else None}, more
        assert not self.refused & set(there.values()), "a refused request is there"
        self.asked = there
        for id, row in mine.items():
            known, extensions = self.extended.get(id, 0), len(row["extensions"])
            allowed = {known, known + 1} if flying == ("extend", id) else {known}
            assert extensions in allowed, f"request {id} has {extensions} extensions, not {known}"
            self.extended[id] = extensions
        self._check_changes({row["id"]: row for row in state["change_requests"]}, flying)

    def _check_changes(self, found: dict[int, Any], flying: tuple[Any, ...]) -> None:
        for id, cancelled in self.changes.items():
            state = found[id]["state"]
            wanted = {"cancelled" if cancelled else "submitted"}
            if flying == ("cancel", id):
                wanted.add("cancelled")
            assert state in wanted, f"change {id} is {state}"
            self.changes[id] = state == "cancelled"

    def _is_mine(self, description: str) -> bool:
        return description.startswith(WORDS.format(self.name, ""))


class Mover(Writer):
    """Moves the clock of the default world, now and then past many events at one go."""

    def __init__(self, name: str, seed: int, vms: list[str], *, long: bool) -> None:
        super().__init__(name, seed)
        self.vms = vms
        self.now = ""
        self._moves = [self.far if long else self.move]

    def move(self, client: Client) -> None:
        self._move(client, {"advance": f"{self.lots.randint(1, 50)}m"})

    def far(self, client: Client) -> None:
        """Ask for many snapshots, then let them all be taken and deleted."""
        self._fly("ask")
        for number in range(BATCH):
            answer = client.submit(self.vms[number % len(self.vms)], self._word())
            assert answer.status_code == 202, answer.body
        self._move(client, {"advance": "3d"})

    def _move(self, client: Client, body: Any) -> None:
        self._fly("move")
        answer = client("POST", "/_mock/clock", body)
        assert answer.status_code == 200, answer.body
        self.now = answer.body["now"]

    def check(self, state: Any) -> None:
        if self.flying == ("move",):
            assert state["now"] >= self.now, "time went back"
        else:
            assert self.now in {"", state["now"]}, f"it was {self.now}, it is {state['now']}"
        self.now = state["now"]


class Maker(Writer):
    """Makes worlds, forks, resets and deletes them, and asks for snapshots in them."""

    def __init__(self, name: str, seed: int, vms: list[str]) -> None:
        super().__init__(name, seed)
        self.worlds: dict[str, list[str]] = {}
        """The descriptions asked for in each world since it began, and what forks had then."""
        self.born: dict[str, list[str]] = {}
        """Those that each world began with."""
        self._moves = [self.make, self.fork, self.delete, self.reset] + [self.ask] * 3
        self._vms: dict[str, str] = {}

    def make(self, client: Client) -> None:
        name = self._word()
        self._fly("make", name, [])
        answer = client("POST", "/_mock/worlds", {"name": name})
        assert answer.status_code == 201, answer.body
        self._born(name, [])

    def fork(self, client: Client) -> None:
        parent = self._any()
        if parent is not None:
            name = self._word()
            self._fly("make", name, self.worlds[parent])
            answer = client("POST", f"/_mock/worlds/{parent}/fork", {"name": name})
            assert answer.status_code == 201, answer.body
            self._born(name, self.worlds[parent])

    def delete(self, client: Client) -> None:
        name = self._any()
        if name is not None and len(self.worlds) > 5:
            self._fly("delete", name)
            assert client("DELETE", f"/_mock/worlds/{name}").status_code == 204
            del self.worlds[name]

    def reset(self, client: Client) -> None:
        name = self._any()
        if name is not None:
            self._fly("reset", name)
            assert client("POST", f"/_mock/worlds/{name}/reset", {}).status_code == 200
            self.worlds[name] = self.born[name]

    def ask(self, client: Client) -> None:
        name = self._any()
        if name is not None:
            vm = client.get(f"/_mock/worlds/{name}")["vms"][0]["uuid"]
            word = self._word()
            self._fly("ask", name, word)
            own = Client(client._connection.port, token_of(name, "jm"))
            try:
                answer = own.submit(vm, word)
            finally:
                own.close()
            assert answer.status_code == 202, answer.body
            self.worlds[name] = [*self.worlds[name], word]

    def _any(self) -> str | None:
        return self.lots.choice(list(self.worlds)) if self.worlds else None

    def _born(self, name: str, words: list[str]) -> None:
        self.worlds[name] = self.born[name] = words

    def check(self, found: dict[str, Any]) -> None:
        """See that the worlds are those that were acknowledged, each with what is in it."""
        flying = self.flying or ("nothing", "")
        kind, name = flying[0], flying[1]
        if kind == "make" and name in found:
            self._born(name, flying[2])
        if kind == "delete" and name not in found:
            del self.worlds[name]
        assert set(found) == set(self.worlds), "there are other worlds than were acknowledged"
        for each, state in found.items():
            words = [row["description"] for row in state["snapshot_requests"]]
            there = [word for word in words if word.startswith(WORDS.format(self.name, ""))]
            allowed = [self.worlds[each]]
            if (kind, name) == ("ask", each):
                allowed.append([*self.worlds[each], flying[2]])
            if (kind, name) == ("reset", each):
                allowed.append(self.born[each])
            assert there in allowed, f"world {each}: {there} is none of {allowed}"
            self.worlds[each] = there


def check_whole(state: Any) -> None:
    """See that a state document is a whole world that nothing was torn out of."""
    assert World.load(state).dump() == state
    for kind in ("snapshot_requests", "change_requests"):
        ids = [row["id"] for row in state[kind]]
        assert ids == list(range(1, len(ids) + 1)), f"ids of {kind} have gaps"
    waiting = {row["id"] for row in state["snapshot_requests"] if _has_snapshot(row)}
    standing = [row["request"] for row in state["snapshots"]]
    assert sorted(standing) == sorted(waiting), "snapshots and requests tell different tales"


def _has_snapshot(row: Any) -> bool:
    return bool(row["job"] == "create" and row["state"] == "scheduled")
