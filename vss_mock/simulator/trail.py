"""What has changed since it was last kept, and what was there before, so that it can be undone.

Worlds that nobody keeps have no trail and pay nothing for it. Where somebody does, every change is
noted first; then all that was noted is kept, whole, or undone, whole.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

if TYPE_CHECKING:
    from vss_mock.simulator.clock import Pace
    from vss_mock.simulator.journal import Journal
    from vss_mock.simulator.records import Request
    from vss_mock.simulator.world import World
    from vss_mock.simulator.worlds import Tenancy, Worlds

Key: TypeAlias = Any
"""What a row is found by: an id, a uuid, or a machine's uuid with a snapshot's number."""
Before: TypeAlias = dict[tuple[str, Key], Any]
"""Rows as they were before they changed, by kind and key; None where there was none."""


class Moment(NamedTuple):
    """What a world is beside its rows, as it was before it changed."""

    world: "World"
    origin: "World"
    within: tuple[Any, ...]
    pace: "Pace"
    journal: "Journal"
    last: int
    polled: "dict[int, Request]"
    past: dict[Any, Any]


class Coming(NamedTuple):
    """A world that was made, or deleted.

    `stem` is what the names begin with that are counted with it, `counted` how far before.
    """

    tenancy: "Tenancy"
    made: bool
    stem: str
    counted: int | None


class Keeper(Protocol):
    """Writes changes to where they survive."""

    def keep(self, unkept: "Unkept") -> None:
        """Write all that has changed, whole; raise NotKept, and write nothing, if that fails."""


class Notes(Protocol):
    """Who is told of each change of a world, right before it is made."""

    def begin(self) -> None:
        """Hear that something is about to change that is in no row."""

    def note(self, kind: str, key: Key, before: Any) -> None:
        """Hear that what is under a key is about to change, and what is there, None for nothing."""


class Several:
    """Several who are told of the changes of one world."""

    __slots__ = ("_all",)

    def __init__(self, notes: Iterable[Notes]) -> None:
        self._all = tuple(notes)

    def begin(self) -> None:
        """Tell all that something is about to change that is in no row."""
        for each in self._all:
            each.begin()

    def note(self, kind: str, key: Key, before: Any) -> None:
        """Tell all what is about to change."""
        for each in self._all:
            each.note(kind, key, before)


class Trail:
    """What has changed in one world; while nothing has, `moment` is None.

    `stood` is the instant at which the world's clock stood when it was last kept.
    """

    __slots__ = ("before", "moment", "stood", "tenancy", "unkept")

    def __init__(self, tenancy: "Tenancy", unkept: "Unkept") -> None:
        self.tenancy = tenancy
        self.unkept = unkept
        self.before: Before = {}
        self.moment: Moment | None = None
        self.stood = tenancy.world.now

    def begin(self) -> None:
        """Remember how the world is, unless it is remembered already: it is about to change."""
        if self.moment is None:
            self.moment = self.tenancy.moment()
            self.unkept.trails.append(self)

    def note(self, kind: str, key: Key, before: Any) -> None:
        """Remember what is under a key, None for nothing: it is about to change."""
        self.begin()
        self.before.setdefault((kind, key), before)

    @property
    def replaced(self) -> bool:
        """Whether another world, or another beginning, has come in the place of what was there."""
        there, moment = self.tenancy, self.moment
        return moment is not None and (
            moment.world is not there.world or moment.origin is not there.origin
        )

    def undo(self) -> None:
        """Make the world again what it was."""
        if self.moment is not None:
            self.tenancy.put_back(self.moment, self.before)
        self._clear()

    def forget(self) -> None:
        """Begin anew: what has changed is kept."""
        if self.moment is not None:
            self.moment.world.follow(None)
        self.tenancy.world.follow(self)
        self.stood = self.tenancy.world.now
        self._clear()

    def _clear(self) -> None:
        self.before = {}
        self.moment = None


class Unkept:
    """All that has changed in a house since it was last kept: in its worlds, and which there are.

    It is true if there is anything. `comings` tells worlds made and deleted, in order.
    """

    def __init__(self, worlds: "Worlds", keeper: Keeper) -> None:
        self.worlds = worlds
        self.trails: list[Trail] = []
        self.comings: list[Coming] = []
        self._keeper = keeper

    def __bool__(self) -> bool:
        return bool(self.trails or self.comings)

    def comes(self, tenancy: "Tenancy", counted: tuple[str, int | None]) -> None:
        """Note that a world was made, and how far names like its own had been counted before."""
        self.comings.append(Coming(tenancy, True, *counted))
        tenancy.trail = Trail(tenancy, self)
        tenancy.world.follow(tenancy.trail)

    def goes(self, tenancy: "Tenancy", counted: tuple[str, int | None]) -> None:
        """Note that a world was deleted, and how far names after it had been counted before."""
        self.comings.append(Coming(tenancy, False, *counted))

    def keep(self) -> bool:
        """Keep what has changed; tell whether there was anything. Raises NotKept, all undone."""
        if not self:
            return False
        try:
            self._keeper.keep(self)
        except BaseException:
            self.undo()
            raise
        self.settle()
        return True

    def settle(self) -> None:
        """Take all that has changed as kept."""
        for trail in self.trails:
            trail.forget()
        for coming in self.comings:
            if not coming.made:
                coming.tenancy.world.follow(None)
                coming.tenancy.trail = None
        self._clear()

    def undo(self) -> None:
        """Make everything again what it was when it was last kept."""
        for trail in self.trails:
            trail.undo()
        for tenancy, made, stem, counted in reversed(self.comings):
            if made:
                self.worlds.take_out(tenancy)
            else:
                self.worlds.put_in(tenancy)
            if counted is None:
                self.worlds.counts.pop(stem, None)
            else:
                self.worlds.counts[stem] = counted
        self._clear()

    def _clear(self) -> None:
        self.trails = []
        self.comings = []
