"""Looks for one order of all calls that explains what every client was told (Wing & Gong, Lowe).

An order respects time: a call that ended before another one began comes first. The search takes the
calls in such an order and goes back where none of those that could come next was told what it
would have been. Where it went back from (how far each client was, and the world) is remembered, so
that it never goes there twice. What changes nothing and fits now is taken at once: any order that
has it later does as well without it there. That is not so for calls that a fault would count, if it
were set before them.

The search knows nothing of worlds: `steps` of `place.py` does.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from tests.concurrency.calls import Call, History
from tests.concurrency.hints import hints, unlikely
from tests.concurrency.place import Place, Step, begin, may_be_free, steps
from tests.concurrency.verbs import USER_CALLS, operation

MOST_TRIED = 2_000
"""How many steps one search may try for each call before it gives up; most need two or three."""

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
    others: Iterator[tuple[int, Step]] | None


def check(history: History, *, most: int | None = None) -> Verdict:
    """Say whether a history fits one order; raise Undecided after so many steps."""
    if most is None:
        most = MOST_TRIED * (len(history.calls) + 100)
    lines: dict[int, list[Call]] = {}
    for call in sorted(history.calls, key=lambda call: call.began):
        lines.setdefault(call.client, []).append(call)
    place = begin(history.origin, history.made)
    rank = partial(unlikely, hints(history))
    return Search(list(lines.values()), place, steps, most, _may_be_counted(history), rank).run()


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
        counted: frozenset[int],
        rank: Callable[[Place, Call], int],
    ) -> None:
        """Search from a place on; the `counted` calls are not free where they change nothing.

        `rank` says of a call at a place how unlikely it is there: the likely ones are tried first.
        """
        self._lines = lines
        self._steps = steps
        self._most = most
        self._counted = counted
        self._rank = rank
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
        try:
            return self._run()
        finally:
            self._path.clear()  # what may still be taken refers to the search: no cycle is left

    def _run(self) -> Verdict:
        others = self._open()
        while not self._all_taken():
            following = next(others, None)
            if following is not None:
                self._take(*following, others)
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

    def _open(self) -> Iterator[tuple[int, Step]]:
        """Take what is free, and give what may be taken then; nothing if that was tried before."""
        if self._tried > self._most:
            raise Undecided(f"no verdict after {self._tried:,} steps")
        known = self._free_taken()
        while known is None:
            known = self._free_taken()
        if self._gone_back and self._place in self._gone_back.get(self._key(), ()):
            return iter(())
        return self._options(known)

    def _free_taken(self) -> dict[int, list[Step]] | None:
        """Take what is free; if nothing is, return the steps that were looked at, by client."""
        known: dict[int, list[Step]] = {}
        for client, call in self._candidates()[0]:
            if not may_be_free(call, self._stages[client]):
                continue
            known[client] = self._steps_of(client, call)
            for step in known[client]:
                if step.free and call.number not in self._counted:
                    self._take(client, step, None)
                    return None
        return known

    def _options(self, known: Mapping[int, list[Step]]) -> Iterator[tuple[int, Step]]:
        """Give what may be taken here: first what goes on, then whoever was answered first.

        Before and behind both come the calls of which one knows that this is their moment, or not.
        """
        candidates = sorted(
            self._candidates()[0],
            key=lambda each: (
                self._rank(self._place, each[1]),
                self._stages[each[0]] is None,
                each[1].ended,
            ),
        )
        for client, call in candidates:
            steps = known[client] if client in known else self._steps_of(client, call)
            for step in steps:
                yield client, step

    def _steps_of(self, client: int, call: Call) -> list[Step]:
        self._tried += 1
        return list(self._steps(self._place, call, self._stages[client]))

    # There and back.

    def _take(self, client: int, step: Step, others: Iterator[tuple[int, Step]] | None) -> None:
        frame = Frame(client, step.done, self._stages[client], self._place, others)
        self._path.append(frame)
        self._place = step.place
        self._stages[client] = None if step.done else step.stage
        self._at[client] += step.done

    def _back(self) -> Iterator[tuple[int, Step]] | None:
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
