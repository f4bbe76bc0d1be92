"""Holds: events that are not to happen yet, so that time stops right before them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from vss_mock.simulator.errors import LimitReached, UnknownHold
from vss_mock.simulator.records import Due

if TYPE_CHECKING:
    from vss_mock.simulator.trail import Notes

MAXIMUM_HOLDS = 1_000
"""How many holds a world may have at a time."""


class Hold(NamedTuple):
    """One hold, and what it holds: events that are as `where` says, any event if it is empty.

    `where` may name the `event`, the `kind` of the request, the `request` and its `vm`.
    """

    id: int
    where: Mapping[str, Any]

    def holds(self, due: Due) -> bool:
        """Tell whether an event is one that this hold is about."""
        facts = {"event": due.event, "kind": due.kind, "request": due.request, "vm": due.vm}
        return all(facts[name] == wanted for name, wanted in self.where.items())


class Holds:
    """The holds of one world in order of their ids. False if there are none."""

    __slots__ = ("_holds", "last", "trail")

    def __init__(self) -> None:
        self._holds: dict[int, Hold] = {}
        self.last = 0
        """The id given last; ids are not given twice."""
        self.trail: Notes | None = None

    def __len__(self) -> int:
        """Return how many holds there are."""
        return len(self._holds)

    def __iter__(self) -> Iterator[Hold]:
        """Yield the holds in order of their ids."""
        return iter(self._holds.values())

    def add(self, where: Mapping[str, Any]) -> Hold:
        """Add a hold and return it; raise LimitReached."""
        self._change()
        hold = Hold(self.last + 1, where)
        self._enter(hold)
        self.last = hold.id
        return hold

    def restore(self, holds: Iterable[Hold], last: int) -> None:
        """Put holds back as they were, `last` being the id given last; raise LimitReached."""
        for hold in holds:
            self._enter(hold)
        self.last = last

    def _enter(self, hold: Hold) -> None:
        if len(self._holds) >= MAXIMUM_HOLDS:
            raise LimitReached("holds", MAXIMUM_HOLDS)
        self._holds[hold.id] = hold

    def get(self, id: int) -> Hold:
        """Return a hold; raise UnknownHold."""
        if id not in self._holds:
            raise UnknownHold(id)
        return self._holds[id]

    def remove(self, id: int) -> Hold:
        """Remove a hold and return it; raise UnknownHold."""
        hold = self.get(id)
        self._change()
        del self._holds[id]
        return hold

    def clear(self) -> None:
        """Remove all holds."""
        self._change()
        self._holds.clear()

    def of(self, due: Due) -> Hold | None:
        """Return the first hold that holds an event, or None."""
        return next((hold for hold in self._holds.values() if hold.holds(due)), None)

    def fork(self) -> "Holds":
        """Return an independent copy."""
        copy = Holds()
        copy._holds = self._holds.copy()
        copy.last = self.last
        return copy

    def _change(self) -> None:
        if self.trail is not None:
            self.trail.begin()
