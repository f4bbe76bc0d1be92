"""All worlds of one house: a token opens one. They share nothing but records nobody can change."""

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from hmac import compare_digest
from typing import Any

from vss_mock.simulator.clock import Pace
from vss_mock.simulator.errors import (
    LimitReached,
    NotKept,
    TokenTaken,
    UnknownWorld,
    WorldExists,
    WorldIsPermanent,
)
from vss_mock.simulator.journal import Cause, Journal
from vss_mock.simulator.records import Fired, Request, User
from vss_mock.simulator.schedule import reference
from vss_mock.simulator.trail import Before, Keeper, Moment, Trail, Unkept
from vss_mock.simulator.world import World

DEFAULT = "default"
"""The name of the world that is meant where none is named."""
REMEMBERED_POLLS = 10_000
"""How many requests that somebody waits for are remembered in a world."""
MAXIMUM_WORLDS = 10_000
"""How many worlds one house may hold."""
STEM = "world-"
"""What the names of worlds begin with that are given none."""
LONGEST_KEY = 48
"""How many characters of a name count where worlds are dealt out among several houses."""


def key(name: str) -> str:
    """Return what decides in which of several houses a world is: its name up to the first `_`.

    So a world `NAME_anything` is where NAME is.
    """
    return name.partition("_")[0][:LONGEST_KEY]


def stem(name: str) -> str:
    """Return what the names of worlds begin with that are beside this one and are given none.

    Cut so that ten digits fit behind it, and the key stays what it is.
    """
    return f"{name[:53]}_"


class Tenancy:
    """A world under its name: the world as it is and as it began, its dialect, pace and tokens.

    `turn` holds those who want to move time or replace the world, the first of whom may. `journal`
    tells what has happened since the world began. `serial` tells worlds of one house apart for as
    long as anybody remembers them, `trail` notes what changes if the house is kept.
    """

    __slots__ = (
        "_first_pace",
        "_polled",
        "dialect",
        "journal",
        "name",
        "origin",
        "pace",
        "past",
        "serial",
        "tokens",
        "trail",
        "turn",
        "world",
    )

    def __init__(
        self, name: str, world: World, pace: Pace, dialect: str, tokens: Mapping[str, str]
    ) -> None:
        """Keep `world` as the beginning and a fork of it as the present; tokens by username."""
        self.name = name
        self.dialect = dialect
        self.origin = world
        self.world = world.fork()
        self.pace = self._first_pace = pace
        self.tokens = tokens
        self.turn: list[object] = []
        self.journal = Journal()
        self.past: dict[Any, Any] = {}
        """What reads were answered lately, kept by whoever answers while faults ask for it."""
        self._polled: dict[int, Request] = {}
        self.serial = 0
        self.trail: Trail | None = None

    @property
    def first_pace(self) -> Pace:
        """The pace that the world began with."""
        return self._first_pace

    def advance_to(self, target: int, cause: Cause, limit: int | None = None) -> list[Fired]:
        """Move the world's clock as `World.advance_to` does, and keep the journal.

        Time that merely goes by is kept by and by; where it is moved, that is a change.
        """
        if cause is not Cause.LIVE and target > self.world.now:
            self.changing()
        fired = self.world.advance_to(target, limit)
        if fired:
            self.journal.enter(cause, fired)
        return fired

    def polled(self, request: Request) -> bool:
        """Note that somebody asks for a request; tell whether it was asked for as it is before."""
        number = reference(request)
        if self._polled.get(number) is request:
            del self._polled[number]
            return True
        if len(self._polled) >= REMEMBERED_POLLS:
            self._polled.clear()
        self._polled[number] = request
        return False

    def reset(self, at: int) -> None:
        """Begin again at the edge's instant `at`, exactly as at first."""
        self.changing()
        self.world = self.origin.fork()
        self.journal = Journal()
        self._polled = {}
        self.past = {}
        self.pace = self._first_pace.anchored(at, self.origin.now)

    def changing(self) -> None:
        """Say that something is about to change, so that it is kept, or undone."""
        if self.trail is not None:
            self.trail.begin()

    @property
    def ahead(self) -> bool:
        """Whether time has gone by that is not kept."""
        return self.trail is not None and self.trail.stood != self.world.now

    def kept(self) -> bool:
        """Keep what has changed, if the house is kept; tell whether it was not undone instead."""
        if self.trail is None:
            return True
        try:
            self.trail.unkept.keep()
        except NotKept:
            return False
        return True

    def moment(self) -> Moment:
        """Return what `put_back` needs of all that may change and is in no row."""
        world, journal = self.world, self.journal
        within = world.moment()
        told = journal, journal.last, self._polled, self.past
        return Moment(world, self.origin, within, self.pace, *told)

    def put_back(self, moment: Moment, before: Before) -> None:
        """Make the world again what it was."""
        self.world, self.origin, self.pace = moment.world, moment.origin, moment.pace
        self.journal, self._polled, self.past = moment.journal, moment.polled, moment.past
        self.journal.forget_after(moment.last)
        self.world.put_back(moment.within, before)


class Worlds:
    """Worlds by name and by token."""

    __slots__ = ("_by_name", "_by_token", "counts", "last", "unkept")

    def __init__(self) -> None:
        self._by_name: dict[str, Tenancy] = {}
        self._by_token: dict[bytes, tuple[bytes, Tenancy, User]] = {}
        self.counts = {STEM: 0}
        """How many names were given to worlds that were to have none in particular, by stem."""
        self.last = 0
        """The serial of the world that was made last."""
        self.unkept: Unkept | None = None

    def __len__(self) -> int:
        """Return how many worlds there are."""
        return len(self._by_name)

    def __iter__(self) -> Iterator[Tenancy]:
        """Yield the worlds in the order in which they were made."""
        return iter(self._by_name.values())

    def __contains__(self, name: str) -> bool:
        """Tell whether there is a world of this name."""
        return name in self._by_name

    def __getitem__(self, name: str) -> Tenancy:
        """Return a world; raise UnknownWorld."""
        try:
            return self._by_name[name]
        except KeyError:
            raise UnknownWorld(name) from None

    def check_new(self, name: str) -> None:
        """Raise WorldExists or LimitReached if no world of this name can be added."""
        if name in self._by_name:
            raise WorldExists(name)
        if len(self._by_name) >= MAXIMUM_WORLDS:
            raise LimitReached("worlds", MAXIMUM_WORLDS)

    def free_name(self, stem: str = STEM) -> str:
        """Return a name that no world has, a stem and a number; the same one until it is taken."""
        count = self.counts.get(stem, 0)
        while (name := f"{stem}{count + 1}") in self._by_name:
            count += 1
        self.counts[stem] = count
        return name

    def add(self, tenancy: Tenancy) -> Tenancy:
        """Add a world; raise WorldExists, LimitReached or TokenTaken, and then add nothing."""
        self.check_new(tenancy.name)
        entries = self._entries(tenancy, None)
        begins = tenancy.name.rstrip("0123456789")
        before = self.counts.get(begins)
        if before is not None and tenancy.name == self.free_name(begins):
            # So that no later world gets this name, and its tokens, by itself.
            self.counts[begins] += 1
        tenancy.serial = tenancy.serial or self.last + 1
        self.last = max(self.last, tenancy.serial)
        self._by_name[tenancy.name] = tenancy
        self._by_token |= entries
        if self.unkept is not None:
            self.unkept.comes(tenancy, (begins, before))
        return tenancy

    def replace(self, tenancy: Tenancy) -> None:
        """Put a world in the place of the one of its name; raise UnknownWorld or TokenTaken.

        Those who wait for their turn with the old one have it with the new one.
        """
        old = self[tenancy.name]
        self._entries(tenancy, old)
        tenancy.turn, tenancy.serial = old.turn, old.serial
        self.take_out(old)
        self.put_in(tenancy)
        if self.unkept is not None:
            begins = tenancy.name.rstrip("0123456789")
            counted = begins, self.counts.get(begins)
            self.unkept.goes(old, counted)
            self.unkept.comes(tenancy, counted)

    def present(self, tenancy: Tenancy) -> Tenancy | None:
        """Return the world that has taken a world's place, or itself; None if it was removed."""
        now = self._by_name.get(tenancy.name)
        return now if now is not None and now.turn is tenancy.turn else None

    def remove(self, name: str) -> None:
        """Remove a world and its tokens; raise UnknownWorld or WorldIsPermanent."""
        tenancy = self[name]
        if name == DEFAULT:
            raise WorldIsPermanent(name)
        self.take_out(tenancy)
        begins = stem(name)
        before = self.counts.pop(begins, None)
        if self.unkept is not None:
            self.unkept.goes(tenancy, (begins, before))

    def take_out(self, tenancy: Tenancy) -> None:
        """Let a world and its tokens be found no more."""
        del self._by_name[tenancy.name]
        for token in tenancy.tokens.values():
            del self._by_token[_key(token.encode())]

    def put_in(self, tenancy: Tenancy) -> None:
        """Let a world that was taken out be found again, at its old place."""
        self._by_token |= self._entries(tenancy, None)
        self._by_name[tenancy.name] = tenancy
        self._by_name = dict(sorted(self._by_name.items(), key=lambda entry: entry[1].serial))

    def follow(self, keeper: Keeper) -> Unkept:
        """Have all that changes from here on kept; return what is not kept yet: all there is."""
        self.unkept = Unkept(self, keeper)
        for tenancy in self:
            begins = tenancy.name.rstrip("0123456789")
            self.unkept.comes(tenancy, (begins, self.counts.get(begins)))
        return self.unkept

    def open(self, token: bytes) -> tuple[Tenancy, User] | None:
        """Return the world and the user that a fixed token stands for, or None."""
        entry = self._by_token.get(_key(token))
        if entry is None or not compare_digest(entry[0], token):
            return None
        return entry[1], entry[2]

    def _entries(
        self, tenancy: Tenancy, old: Tenancy | None
    ) -> dict[bytes, tuple[bytes, Tenancy, User]]:
        """Return what a world's tokens open; raise TokenTaken unless `old`, which goes, has it."""
        entries: dict[bytes, tuple[bytes, Tenancy, User]] = {}
        for username, token in tenancy.tokens.items():
            raw = token.encode()
            key = _key(raw)
            known = self._by_token.get(key)
            if key in entries or (known is not None and known[1] is not old):
                raise TokenTaken(username)
            entries[key] = (raw, tenancy, tenancy.world.users[username])
        return entries


def _key(token: bytes) -> bytes:
    """Return what a token is found by: a digest, so that a look-up's time tells nothing of it."""
    return blake2b(token, digest_size=16).digest()
