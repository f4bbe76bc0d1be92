"""Looks for one order of all calls that explains what every client was told (Wing & Gong, Lowe).

An order respects time: a call that ended before another one began comes first. The search takes the
calls in such an order and goes back where none of those that could come next was told what it
would have been. Where it went back from (how far each client was, and the world) is remembered, so
that it never goes there twice. What changes nothing and fits now is taken at once: any order that
has it later does as well without it there. That is not so for calls that a fault would count, if it
were set before them.

The search knows nothing of worlds: `steps` of `place.py` does.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from tests.concurrency.calls import Call, History
from tests.concurrency.place import Place, Step, begin, steps
from tests.concurrency.verbs import USER_CALLS, operation

MOST_TRIED = 2_000_000
"""How many steps one search may try before it gives up."""

NEVER = 1 << 62

Steps = Callable[[Place, Call, Any], Iterator[Step]]


class Undecided(RuntimeError):
    """The search took too long to say anything."""


class Stuck(NamedTuple):
    """The furthest that any order comes: the calls in that order, the place then, who is next.

    `until` is the instant at which it is clear that none fits: everything that began before it, and
    nothing else, has been looked at.
    """

    order: tuple[Call, ...]
    place: Place
    next: tuple[tuple[Call, Any], ...]
    until: int


class Verdict(NamedTuple):
    """What came of a search: an order that fits, or where all of them end."""

    order: tuple[Call, ...]
    stuck: Stuck | None
    tried: int

    @property
    def fits(self) -> bool:
        """Whether there is an order."""
        return self.stuck is None


class Frame(NamedTuple):
    """A step that was taken: by whom, from where, and what else could be taken there instead.

    `others` is None for a step that was free.
    """

    client: int
    done: bool
    stage: Any
    place: Place
    others: list[tuple[int, Step]] | None


def check(history: History, *, most: int = MOST_TRIED) -> Verdict:
    """Say whether a history fits one order; raise Undecided."""
    lines: dict[int, list[Call]] = {}
    for call in sorted(history.calls, key=lambda call: call.began):
        lines.setdefault(call.client, []).append(call)
    place = begin(history.origin, history.made)
    return Search(list(lines.values()), place, steps, most, _may_be_counted(history)).run()


def _may_be_counted(history: History) -> frozenset[int]:
    """The numbers of users' calls that overlap one that brings a fault for them."""
    bringing = [call for call in history.calls if call.verb == "set_fault"]
    if (history.origin or history.made)["faults"]:
        bringing += [call for call in history.calls if call.verb in {"reset", "create"}]
    ends = sorted((call.began, call.ended, call.asked.get("operation")) for call in bringing)
    return frozenset(
        call.number
        for call in history.calls
        if call.verb in USER_CALLS
        and any(
            began <= call.ended
            and ended >= call.began
            and which in {None, operation(call.verb, call.asked)}
            for began, ended, which in ends
        )
    )


class Search:
    """One search. `lines` are the calls of each client, which made one after the other."""

    def __init__(
        self,
        lines: Sequence[Sequence[Call]],
        place: Place,
        steps: Steps,
        most: int,
        counted: frozenset[int] = frozenset(),
    ) -> None:
        """Search from a place on; the `counted` calls are not free where they change nothing."""
        self._lines = lines
        self._steps = steps
        self._most = most
        self._counted = counted
        self._place = place
        self._at = [0] * len(lines)
        self._stages: list[Any] = [None] * len(lines)
        self._path: list[Frame] = []
        self._gone_back: dict[Any, list[Place]] = {}
        self._tried = 0
        self._best = -1
        self._stuck: Stuck | None = None

    def run(self) -> Verdict:
        """Search."""
        others = self._open()
        while not self._all_taken():
            if others:
                self._take(*others.pop(), others)
                others = self._open()
                continue
            self._remember()
            back = self._back()
            if back is None:
                return Verdict((), self._stuck, self._tried)
            others = back
        return Verdict(self._order(), None, self._tried)

    # What may come next.

    def _all_taken(self) -> bool:
        return all(at == len(line) for line, at in zip(self._lines, self._at, strict=True))

    def _ahead(self) -> list[tuple[int, Call]]:
        """The next call of each client that has one."""
        return [
            (client, line[self._at[client]])
            for client, line in enumerate(self._lines)
            if self._at[client] < len(line)
        ]

    def _candidates(self) -> tuple[list[tuple[int, Call]], int]:
        """The calls that may come next: none lies ahead that ended before they began."""
        ahead = self._ahead()
        limit = min((call.ended for _, call in ahead), default=NEVER)
        return [(client, call) for client, call in ahead if call.began <= limit], limit

    def _open(self) -> list[tuple[int, Step]]:
        """Take what is free, and return what may be taken then, what to take first at the end."""
        if self._tried > self._most:
            raise Undecided(f"no verdict after {self._tried:,} steps")
        found = self._free_taken()
        while found is None:
            found = self._free_taken()
        if self._gone_back and self._place in self._gone_back.get(self._key(), ()):
            return []
        return [(client, step) for _, _, client, step in reversed(found)]

    def _free_taken(self) -> list[tuple[bool, int, int, Step]] | None:
        """Take what is free; if nothing is, return what may be taken, what to try first first.

        First comes the move that is under way, then whoever was answered first.
        """
        found = []
        taken = False
        for client, call in self._candidates()[0]:
            stage = self._stages[client]
            for step in self._steps(self._place, call, stage):
                self._tried += 1
                if step.free and call.number not in self._counted:
                    self._take(client, step, None)
                    taken = True
                    break
                found.append((stage is None, call.ended, client, step))
        return None if taken else sorted(found, key=lambda each: each[:2])

    # There and back.

    def _take(self, client: int, step: Step, others: list[tuple[int, Step]] | None) -> None:
        frame = Frame(client, step.done, self._stages[client], self._place, others)
        self._path.append(frame)
        self._place = step.place
        self._stages[client] = None if step.done else step.stage
        self._at[client] += step.done

    def _back(self) -> list[tuple[int, Step]] | None:
        """Go back to the last place where something else could have been taken; return that."""
        while self._path:
            frame = self._path.pop()
            self._at[frame.client] -= frame.done
            self._stages[frame.client] = frame.stage
            self._place = frame.place
            if frame.others is not None:
                return frame.others
        return None

    def _key(self) -> Any:
        return (*self._at, *self._stages)

    def _remember(self) -> None:
        """Remember a place from which nothing leads on, and tell of the furthest one."""
        known = self._gone_back.setdefault(self._key(), [])
        if self._place not in known:
            known.append(self._place)
        candidates, limit = self._candidates()
        if limit > self._best:
            self._best = limit
            following = tuple((call, self._stages[client]) for client, call in candidates)
            self._stuck = Stuck(self._order(), self._place, following, limit)

    def _order(self) -> tuple[Call, ...]:
        """The calls taken so far, each where it was over."""
        at = [0] * len(self._lines)
        order = []
        for frame in self._path:
            if frame.done:
                order.append(self._lines[frame.client][at[frame.client]])
                at[frame.client] += 1
        return tuple(order)
