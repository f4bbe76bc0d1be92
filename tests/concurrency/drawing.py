"""What a client does next: drawn from a seed, and done to what it has seen.

The lots are the same for the same seed, a fixed number of them for each call. What they come to
depends on what the client was told, so on who was faster.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple

from tests.concurrency.calls import Call
from tests.concurrency.verbs import OPERATIONS
from tests.concurrency.wire import START, whole_minute
from tests.concurrency.world import CHANGE, HOUR, MACHINES, SNAPSHOT, USERS

LONGEST_LIFE = 45 * 24 * HOUR
"""How far clocks go before a world is put back to its beginning: summer time is never reached."""
LOOKS_AFTER = 0.8
"""How often a client looks at once at what it has just changed."""
REMEMBERED = 8

WEIGHTS: Mapping[str, float] = {
    "submit": 15, "extend": 9, "delete": 5, "revert": 3, "power": 5, "put_off": 2, "cancel": 2,
    "retry": 1, "get": 14, "get_change": 5, "listed": 8, "summary": 4, "snapshots": 7, "machine": 4,
    "look": 6, "state": 2, "advance": 6, "advance_to": 2, "step": 4, "reset": 0.5, "fork": 0.7,
}  # fmt: skip
COMING_AND_GOING: Mapping[str, float] = {"create": 8, "remove": 6}
"""What is done beside to a world that clients make and remove."""

IN_A_CROWD: Mapping[str, float] = {"reset": 2, "advance_to": 8, "look": 12}
"""What is done more often to a world in which many snapshots stand: moved past all their ends."""
WITH_FAULTS: Mapping[str, float] = {
    "set_fault": 2.5, "clear_faults": 0.7, "remove_fault": 0.5, "faults": 1.5
}  # fmt: skip
"""What is done beside to a server that has faults."""

WORDS = ("poweredOff", "poweredOn", "poweredOff", "poweredOn", "reboot", "shutdown")
MAKING = {"submit": SNAPSHOT, "delete": SNAPSHOT, "revert": SNAPSHOT, "power": CHANGE}
"""The verbs that make a request, and of which kind."""
CHANGING = {"extend": SNAPSHOT, "put_off": CHANGE, "cancel": CHANGE, "retry": CHANGE}

Asked = dict[str, Any]
Lots = Sequence[float]


class Setting(NamedTuple):
    """A world of a run: its dialect, how many snapshots stand at first, whether it comes and goes.

    `share` is how many calls it gets beside the others.
    """

    name: str
    dialect: str
    crowd: int = 0
    comes_and_goes: bool = False
    share: float = 1


class Next(NamedTuple):
    """The next call."""

    world: Setting
    verb: str
    asked: Asked


class Seen:
    """What a client remembers of one world."""

    def __init__(self) -> None:
        self.begin_again()

    def begin_again(self) -> None:
        """Forget everything."""
        self.now = START
        self.fault = 1
        self.own: dict[str, list[int]] = {SNAPSHOT: [], CHANGE: []}
        self.standing: list[tuple[str, int]] = []

    def take_in(self, call: Call) -> None:
        """Remember what an answer tells."""
        told = call.told
        if call.verb in {"reset", "create"}:
            self.begin_again()
        elif call.code == 404:
            self._forget(call.asked)
        elif told is None:
            return
        elif call.verb in MAKING:
            own = self.own[MAKING[call.verb]]
            own.append(told)
            del own[:-REMEMBERED]
        elif call.verb == "snapshots":
            vm = call.asked["vm"]
            others = [each for each in self.standing if each[0] != vm]
            self.standing = [*others, *((vm, row[0]) for row in told[-4:])]
        elif call.verb == "set_fault":
            self.fault = told[0]
        elif isinstance(told, dict) and "now" in told:
            self._look_at(told["now"])

    def _forget(self, asked: Mapping[str, Any]) -> None:
        """Forget what is not there."""
        where = (asked.get("vm"), asked.get("snapshot"))
        self.standing = [each for each in self.standing if each != where]
        for own in self.own.values():
            own[:] = [id for id in own if id != asked.get("id")]

    def _look_at(self, now: int) -> None:
        """Remember when it is; if it is earlier than it was, somebody has reset the world."""
        if now < self.now:
            self.begin_again()
        self.now = now


class Drawing:
    """The calls of one client."""

    def __init__(
        self, seed: int, number: int, worlds: Sequence[Setting], *, faults: bool = False
    ) -> None:
        """Draw what client `number` does to some worlds, and whether to their `faults` too."""
        self.number = number
        self.user = sorted(USERS)[number % 2]
        self.texts = count(1)
        self._worlds = worlds
        self._weights = {**WEIGHTS, **(WITH_FAULTS if faults else {})}
        self._random = random.Random(f"{seed} {number}")
        self._seen = {world.name: Seen() for world in worlds}
        self._after: Next | None = None

    def next(self) -> Next:
        """Draw the next call: what was just changed is often looked at first."""
        looks = self._random.random() < LOOKS_AFTER
        world = self._random.choices(self._worlds, [world.share for world in self._worlds])[0]
        weights = {
            **self._weights,
            **(COMING_AND_GOING if world.comes_and_goes else {}),
            **(IN_A_CROWD if world.crowd else {}),
        }
        verb = self._random.choices(list(weights), list(weights.values()))[0]
        lots = [self._random.random() for _ in range(4)]
        after, self._after = self._after, None
        if after is not None and looks:
            return after
        seen = self._seen[world.name]
        if seen.now > START + LONGEST_LIFE:
            verb = "reset"
        if verb == "retry" and world.dialect == "2016":  # which has no such call
            verb = "cancel"
        asked = ASKED[verb](self, seen, lots) if verb in ASKED else {}
        if verb == "create":
            asked = {"dialect": world.dialect}
        return Next(world, "get" if verb == "get_change" else verb, asked)

    def take_in(self, done: Next, call: Call) -> None:
        """Remember an answer, and what to look at for it."""
        self._seen[done.world.name].take_in(call)
        asked = {"user": self.user}
        if call.verb in MAKING and call.told is not None:
            asked |= {"kind": MAKING[call.verb], "id": call.told}
        elif call.verb in CHANGING and call.code < 300:
            asked |= {"kind": CHANGING[call.verb], "id": call.asked["id"]}
        else:
            return
        self._after = Next(done.world, "get", asked)


def _date(seen: Seen, lot: float, hours: int) -> int:
    """An instant from some hours ago to more ahead."""
    return whole_minute(seen.now + int((lot - 0.2) * hours) * HOUR)


def _machine(client: Drawing, seen: Seen, lots: Lots) -> Asked:
    return {"user": client.user, "vm": MACHINES[int(lots[0] * 2.2)]}


def _submit(client: Drawing, seen: Seen, lots: Lots) -> Asked:
    hours = 99 if lots[3] > 0.97 else 1 + int(lots[2] ** 2 * 40)
    text = f"{client.number}-{next(client.texts)}"
    asked = {"date": _date(seen, lots[1], 5), "hours": hours, "text": text}
    return _machine(client, seen, lots) | asked


def _power(client: Drawing, seen: Seen, lots: Lots) -> Asked:
    date = None if lots[2] < 0.4 else _date(seen, lots[3], 40)
    return _machine(client, seen, lots) | {"word": WORDS[int(lots[1] * 6)], "date": date}


def _standing(client: Drawing, seen: Seen, lots: Lots) -> Asked:
    standing = seen.standing or [("a", 1)]
    vm, number = standing[int(lots[0] * len(standing))]
    return {"user": client.user, "vm": vm, "snapshot": number}


def _of(kind: str) -> Callable[[Drawing, Seen, Lots], Asked]:
    """Name a request of a kind: mostly one's own, now and then anybody's."""

    def asked(client: Drawing, seen: Seen, lots: Lots) -> Asked:
        own = seen.own[kind] or [1]
        id = own[int(lots[0] * len(own))] if lots[1] < 0.85 else 1 + int(lots[2] * own[-1])
        return {"user": client.user, "id": id}

    return asked


def _extend(client: Drawing, seen: Seen, lots: Lots) -> Asked:
    return _of(SNAPSHOT)(client, seen, lots) | {"hours": 1 + int(lots[3] * 4)}


def _put_off(client: Drawing, seen: Seen, lots: Lots) -> Asked:
    return _of(CHANGE)(client, seen, lots) | {"date": _date(seen, lots[3], 10)}


def _listed(client: Drawing, seen: Seen, lots: Lots) -> Asked:
    return {"user": client.user, "kind": SNAPSHOT if lots[0] < 0.7 else CHANGE}


def _set_fault(client: Drawing, seen: Seen, lots: Lots) -> Asked:
    every = {*OPERATIONS.values(), "request-snapshot-get", "request-change-list"}
    operations = sorted(every - {"request-change-retry"})  # which the first dialect has not
    lost = lots[0] < 0.5
    when = (("times", 2), ("nth", 2), ("every", 3), ("skip", 2))[int(lots[2] * 4)]
    return {
        "kind": "lost-answer" if lost else "status",
        "operation": operations[int(lots[1] * len(operations))],
        "code": None if lost else (429, 500, 503)[int(lots[3] * 3)],
        "times": 3,
        when[0]: when[1],
    }


ASKED: Mapping[str, Callable[[Drawing, Seen, Lots], Asked]] = {
    "submit": _submit,
    "power": _power,
    "machine": _machine,
    "snapshots": _machine,
    "delete": _standing,
    "revert": _standing,
    "extend": _extend,
    "put_off": _put_off,
    "cancel": _of(CHANGE),
    "retry": _of(CHANGE),
    "get": lambda client, seen, lots: _of(SNAPSHOT)(client, seen, lots) | {"kind": SNAPSHOT},
    "get_change": lambda client, seen, lots: _of(CHANGE)(client, seen, lots) | {"kind": CHANGE},
    "listed": _listed,
    "summary": lambda client, seen, lots: {"user": client.user},
    "advance": lambda client, seen, lots: {"seconds": int(lots[0] * 4) * HOUR // 2},
    "advance_to": lambda client, seen, lots: {
        "date": _date(seen, lots[0], 4 + 6 * (lots[1] < 0.3))
    },
    "step": lambda client, seen, lots: {"count": 1 + int(lots[0] * 4)},
    "set_fault": _set_fault,
    "remove_fault": lambda client, seen, lots: {"id": max(1, seen.fault - int(lots[0] * 2))},
    "fork": lambda client, seen, lots: {"name": f"fork-{client.number}"},
}
"""What is asked with each verb."""
