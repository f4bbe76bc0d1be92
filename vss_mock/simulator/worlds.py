"""All worlds of one house: a token opens one. They share nothing but records nobody can change."""

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from hmac import compare_digest
from typing import Any

from vss_mock.simulator.clock import Pace
from vss_mock.simulator.errors import (
    LimitReached,
    TokenTaken,
    UnknownWorld,
    WorldExists,
    WorldIsPermanent,
)
from vss_mock.simulator.journal import Cause, Journal
from vss_mock.simulator.records import Fired, Request, User
from vss_mock.simulator.schedule import reference
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
    tells what has happened since the world began.
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
        "tokens",
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

    def advance_to(self, target: int, cause: Cause, limit: int | None = None) -> list[Fired]:
        """Move the world's clock as `World.advance_to` does, and keep the journal."""
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

    @property
    def first_pace(self) -> Pace:
        """How the world's time went by at its beginning, and will after a reset."""
        return self._first_pace

    def reset(self, at: int) -> None:
        """Begin again at the edge's instant `at`, exactly as at first."""
        self.world = self.origin.fork()
        self.journal = Journal()
        self._polled.clear()
        self.past.clear()
        self.pace = self._first_pace.anchored(at, self.origin.now)


class Worlds:
    """Worlds by name and by token."""

    __slots__ = ("_by_name", "_by_token", "_counts")

    def __init__(self) -> None:
        self._by_name: dict[str, Tenancy] = {}
        self._by_token: dict[bytes, tuple[bytes, Tenancy, User]] = {}
        self._counts = {STEM: 0}

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
        count = self._counts.get(stem, 0)
        while (name := f"{stem}{count + 1}") in self._by_name:
            count += 1
        self._counts[stem] = count
        return name

    def add(self, tenancy: Tenancy) -> Tenancy:
        """Add a world; raise WorldExists, LimitReached or TokenTaken, and then add nothing."""
        self.check_new(tenancy.name)
        entries = self._entries(tenancy, None)
        begins = tenancy.name.rstrip("0123456789")
        if begins in self._counts and tenancy.name == self.free_name(begins):
            # So that no later world gets this name, and its tokens, by itself.
            self._counts[begins] += 1
        self._by_name[tenancy.name] = tenancy
        self._by_token |= entries
        return tenancy

    def replace(self, tenancy: Tenancy) -> None:
        """Put a world in the place of the one of its name; raise UnknownWorld or TokenTaken.

        Those who wait for their turn with the old one have it with the new one.
        """
        old = self[tenancy.name]
        entries = self._entries(tenancy, old)
        self._forget(old)
        tenancy.turn = old.turn
        self._by_name[tenancy.name] = tenancy
        self._by_token |= entries

    def present(self, tenancy: Tenancy) -> Tenancy | None:
        """Return the world that has taken a world's place, or itself; None if it was removed."""
        now = self._by_name.get(tenancy.name)
        return now if now is not None and now.turn is tenancy.turn else None

    def remove(self, name: str) -> None:
        """Remove a world and its tokens; raise UnknownWorld or WorldIsPermanent."""
        tenancy = self[name]
        if name == DEFAULT:
            raise WorldIsPermanent(name)
        del self._by_name[name]
        self._counts.pop(stem(name), None)
        self._forget(tenancy)

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

    def _forget(self, tenancy: Tenancy) -> None:
        """Let a world's tokens open nothing any more."""
        for token in tenancy.tokens.values():
            del self._by_token[_key(token.encode())]


def _key(token: bytes) -> bytes:
    """Return what a token is found by: a digest, so that a look-up's time tells nothing of it."""
    return blake2b(token, digest_size=16).digest()
