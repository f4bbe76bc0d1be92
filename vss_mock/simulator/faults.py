"""Faults: rules of what is to go wrong, when, and how often; and the counting behind them.

A rule is data. What it matches are plain facts by name, each of which has to be as the rule says;
what it does is for those to know who ask. Counters and lots depend on nothing but the world's seed
and on what was looked at before, so that two runs alike fail alike.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

from vss_mock.simulator.errors import LimitReached, UnknownFault

if TYPE_CHECKING:
    from vss_mock.simulator.trail import Notes

MAXIMUM_FAULTS = 1_000
"""How many faults a world may have at a time."""

_LOTS = 1 << 64


class When(NamedTuple):
    """Which of the matching occasions a rule means: all of them unless something is said.

    The first `skip` are let pass. Of the rest, counted from 1: the `nth` alone, `every` so many, a
    `share` of them by lot. It happens `times` times at most, and only at instants from `since` on
    and before `until`.
    """

    skip: int = 0
    nth: int | None = None
    every: int | None = None
    share: float | None = None
    times: int | None = None
    since: int | None = None
    until: int | None = None


ALWAYS = When()


class Rule(NamedTuple):
    """One fault: its kind, the facts it matches (a text may end in `*`), when, and how."""

    id: int
    kind: str
    where: Mapping[str, Any]
    when: When
    how: Mapping[str, Any]

    def matches(self, facts: Mapping[str, Any], now: int) -> bool:
        """Tell whether an occasion is one that the rule is about."""
        when = self.when
        if when.since is not None and now < when.since:
            return False
        if when.until is not None and now >= when.until:
            return False
        return all(_alike(wanted, facts.get(name)) for name, wanted in self.where.items())


class Count(NamedTuple):
    """How many matching occasions a rule has seen, and on how many of them it struck."""

    seen: int = 0
    fired: int = 0


class Faults:
    """The faults of one world in order of their ids, and their counts. False if there are none."""

    __slots__ = ("_counts", "_rules", "last", "trail")

    def __init__(self) -> None:
        self._rules: dict[int, Rule] = {}
        self._counts: dict[int, Count] = {}
        self.last = 0
        """The id given last; ids are not given twice."""
        self.trail: Notes | None = None

    def __len__(self) -> int:
        """Return how many faults there are."""
        return len(self._rules)

    def __iter__(self) -> Iterator[tuple[Rule, Count]]:
        """Yield the faults in order of their ids, with their counts."""
        for rule in self._rules.values():
            yield rule, self._counts[rule.id]

    def add(
        self,
        kind: str,
        where: Mapping[str, Any],
        when: When = ALWAYS,
        how: Mapping[str, Any] | None = None,
    ) -> Rule:
        """Add a fault and return it; raise LimitReached."""
        self._change()
        rule = Rule(self.last + 1, kind, where, when, how or {})
        self._enter(rule, Count())
        self.last = rule.id
        return rule

    def restore(self, faults: Iterable[tuple[Rule, Count]], last: int) -> None:
        """Put faults back as they were, `last` being the id given last; raise LimitReached."""
        for rule, count in faults:
            self._enter(rule, count)
        self.last = last

    def _enter(self, rule: Rule, count: Count) -> None:
        if len(self._rules) >= MAXIMUM_FAULTS:
            raise LimitReached("faults", MAXIMUM_FAULTS)
        self._rules[rule.id] = rule
        self._counts[rule.id] = count

    def get(self, id: int) -> tuple[Rule, Count]:
        """Return a fault with its counts; raise UnknownFault."""
        if id not in self._rules:
            raise UnknownFault(id)
        return self._rules[id], self._counts[id]

    def remove(self, id: int) -> None:
        """Remove a fault; raise UnknownFault."""
        self.get(id)
        self._change()
        del self._rules[id], self._counts[id]

    def clear(self) -> None:
        """Remove all faults."""
        self._change()
        self._rules.clear()
        self._counts.clear()

    def struck(
        self, kinds: Container[str], facts: Mapping[str, Any], now: int, seed: int
    ) -> Iterator[Rule]:
        """Yield the faults of these kinds that strike on an occasion, in order of their ids.

        Each is counted as it is looked at: who stops early leaves the rest uncounted.
        """
        for rule in list(self._rules.values()):
            if rule.kind in kinds and rule.matches(facts, now):
                self._change()
                count = self._counts[rule.id]
                strikes = _strikes(rule, count, seed)
                self._counts[rule.id] = Count(count.seen + 1, count.fired + strikes)
                if strikes:
                    yield rule

    def ahead(
        self, kinds: Container[str], facts: Mapping[str, Any], now: int, seed: int
    ) -> Rule | None:
        """Return the fault that would strike first on an occasion, or None, and count nothing."""
        return next(self.fork().struck(kinds, facts, now, seed), None)

    def fork(self) -> "Faults":
        """Return an independent copy that shares every rule."""
        copy = Faults()
        copy._rules = self._rules.copy()
        copy._counts = self._counts.copy()
        copy.last = self.last
        return copy

    def _change(self) -> None:
        if self.trail is not None:
            self.trail.begin()


def lot(seed: int, *marks: object) -> float:
    """Return a number from 0 to just below 1, the same for the same seed and marks."""
    text = "/".join(str(mark) for mark in (seed, *marks))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) / _LOTS


def _strikes(rule: Rule, count: Count, seed: int) -> bool:
    """Tell whether a rule strikes on the matching occasion that comes next."""
    when, turn = rule.when, count.seen + 1 - rule.when.skip
    if turn < 1 or (when.times is not None and count.fired >= when.times):
        return False
    if when.nth is not None and turn != when.nth:
        return False
    if when.every is not None and turn % when.every:
        return False
    return when.share is None or lot(seed, "fault", rule.id, count.seen) < when.share


def _alike(wanted: Any, given: Any) -> bool:
    """Tell whether a fact is as wanted; of a text that ends in `*` the beginning is enough."""
    if isinstance(wanted, str) and isinstance(given, str) and wanted.endswith("*"):
        return given.startswith(wanted[:-1])
    return bool(wanted == given)
