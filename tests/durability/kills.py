"""Rounds of four writers and a kill -9, after each of which the folder is looked at."""

import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from time import sleep
from typing import Any

from tests.durability.serving import Server, integrity
from tests.durability.writers import Asker, Maker, Mover, Writer, check_whole

SHORTEST_S, LONGEST_S = 0.02, 0.6
"""Between which lengths of time a round is drawn, from the first writer's start to the kill."""
AIMED_S = {"move": 0.03, "reset": 0.001, "make": 0.001, "delete": 0.001}
"""How many seconds after the beginning of what is aimed at the kill comes, at most."""
AIMS = (None, None, "move", "reset", "move", "make", "delete")
"""What is to be under way when the server is killed, round by round; None for whatever comes."""


class Campaign:
    """A folder, its four writers, and what was seen."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.lots = Random(seed)
        with Server(folder) as server:
            self.vms = [vm["uuid"] for vm in server.client.get("/_mock/worlds/default")["vms"]]
            server.stop()
        self.maker = Maker("maker", seed, self.vms)
        self.askers = [Asker(name, seed, self.vms) for name in ("first", "second")]
        self.movers = {
            long: Mover("far" if long else "near", seed, self.vms, long=long)
            for long in (False, True)
        }
        self.hit: Counter[str] = Counter()
        """What was under way when the server was killed, call by call."""
        self.acknowledged = 0

    def round(self, aim: str | None, *, checkpointing: bool) -> None:
        """Let all write for a while, kill the server, start it again and compare."""
        mover = self.movers[aim == "move"]
        writers: list[Writer] = [*self.askers, mover, self.maker]
        aimed = mover if aim == "move" else self.maker
        aimed.aim = aim
        with Server(self.folder, checkpointing=checkpointing) as server:
            threads = [threading.Thread(target=each.run, args=(server.port,)) for each in writers]
            for thread in threads:
                thread.start()
            sleep(self.lots.uniform(SHORTEST_S, LONGEST_S))
            if aim is not None:
                aimed.begun.clear()
                aimed.begun.wait(10)
                sleep(self.lots.uniform(0, AIMED_S[aim]))
            server.kill()
            for thread in threads:
                thread.join()
        for each in writers:
            if each.problem is not None:
                raise each.problem
            self.hit[each.flying[0] if each.flying else "nothing"] += 1
            self.acknowledged += each.answered
            each.answered = 0
        assert integrity(self.folder) == "ok"
        self.compare(mover)

    def compare(self, mover: Mover) -> None:
        """Start the server again, and hold what it has against what was acknowledged."""
        with Server(self.folder) as server:
            states: dict[str, Any] = {name: server.state(name) for name in server.worlds()}
            server.kill()
        for state in states.values():
            check_whole(state)
        default = states.pop("default")
        for asker in self.askers:
            asker.check(default)
        mover.check(default)
        for each in self.movers.values():
            each.now = default["now"]
        self.maker.check(states)


def campaign(
    folder: Path, seed: int, kills: int, tell: Callable[[int], object] = lambda number: None
) -> Campaign:
    """Kill a server so many times; raise AssertionError if anything is lost or torn."""
    made = Campaign(folder, seed)
    for number in range(kills):
        made.round(AIMS[number % len(AIMS)], checkpointing=number % 2 == 1)
        tell(number + 1)
    return made
