"""Repeats the calls of a saved journal, and tells the first answer that is another one.

In a mock that happens in a fresh world, whose clock goes where it went before, and what happens
there is compared too. Any other server is only called. Nothing is printed here.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from itertools import groupby
from typing import Any, NamedTuple

import orjson

from vss_mock.client import Client, Unreachable
from vss_mock.comparison import Answer, answered, happened, lost, shown
from vss_mock.resources import load_schemas
from vss_mock.simulator.dump import finished
from vss_mock.wire.documents import Documents
from vss_mock.wire.hiding import Holder, Secrets
from vss_mock.wire.problems import Refusal
from vss_mock.wire.saved import checking

FORMAT = 1
"""The version of the file that a journal is saved in."""
KIND = "vss-mock journal"
LOGIN = "token-request"
SCHEMA = "control/saved-journal.json"

_NAME = re.compile(r"(?<![\w-])(token|password)-([1-9][0-9]{0,8})(?![\w-])", re.ASCII)


class CannotReplay(Exception):
    """A journal cannot be repeated; the message says why in one sentence."""


class Saved(NamedTuple):
    """A journal as it was saved: the world it is of, and its entries, none of which is missing."""

    world: Mapping[str, Any]
    entries: Sequence[Mapping[str, Any]]


class Outcome(NamedTuple):
    """What came of it: how many calls and events were as before, how many calls were left out.

    `difference` says in words what was the first that was not, None if all were.
    """

    calls: int = 0
    events: int = 0
    left_out: int = 0
    difference: str | None = None


def file_of(journal: Mapping[str, Any]) -> dict[str, Any]:
    """Return the file that a journal is saved in, made of the mock's answer."""
    return {"format": FORMAT, "kind": KIND, **journal}


def read(document: Any) -> Saved:
    """Return what a file holds; raise CannotReplay if that is no journal that can be repeated."""
    if not isinstance(document, dict) or document.get("kind") != KIND:
        raise CannotReplay("it does not hold a journal that `vss-mock journal save` saved")
    version = document.get("format")
    if version != FORMAT:
        raise CannotReplay(
            f"it is of format {shown(version)}, and this vss-mock reads format {FORMAT}"
        )
    wrong = Documents(load_schemas()).violations(SCHEMA, document, "the journal")
    if wrong:
        raise CannotReplay(f"it is broken: {wrong[0].sentence}")
    entries = document["entries"]
    for place, entry in enumerate(entries, 1):
        if entry["number"] != place:
            raise CannotReplay(f"entry {place} is missing: it had to make room for later ones")
        if entry["kind"] == "call" and lost(entry["request"]):
            raise CannotReplay(f"entry {place} had a body too long to be kept")
    if document["last"] != len(entries):
        raise CannotReplay(f"entry {len(entries) + 1} is missing")
    return Saved(document["world"], entries)


def in_a_mock(client: Client, journal: Saved, saved: Mapping[str, Any] | None = None) -> Outcome:
    """Repeat a journal in a fresh world of the mock that a client calls.

    It begins as a `saved` world did, or, without one, as the demo world of the journal's dialect,
    seed and start does. Raises CannotReplay, ClientError.
    """
    with _fresh_world(client, journal, saved) as world:
        player = _Player(client, _holders(journal, world))
        clock = f"/_mock/worlds/{world['name']}/clock"
        return _played(player, journal.entries, _Clock(client, clock, world["now"]))


def on_a_server(client: Client, journal: Saved, token: str) -> Outcome:
    """Repeat the calls of a journal's first caller on any server, all with one token.

    Logins are left out. Raises CannotReplay, ClientError.
    """
    made = [entry for entry in journal.entries if entry["kind"] == "call"]
    meant = [entry for entry in made if entry["operation"] != LOGIN]
    mine = [entry for entry in meant if entry["user"] == meant[0]["user"]]
    holders = [
        Holder(name, (), "", token if meant and name == meant[0]["user"] else "")
        for name in journal.world["users"]
    ]
    player = _Player(client, holders, alone=token)
    return _played(player, mine, None)._replace(left_out=len(made) - len(mine))


class _Clock:
    """The clock of a fresh world, moved as it moved before. `now` is spelled by the mock."""

    def __init__(self, client: Client, path: str, now: str) -> None:
        self._client = client
        self._path = path
        self.now = now

    def move_to(self, instant: str) -> list[Any]:
        """Go to an instant, or stay and let happen what is due; return what happened."""
        answer = self._client.post(self._path, {"advance_to": instant})
        self.now = answer["now"]
        fired: list[Any] = answer["fired"]
        return fired


class _Player:
    """Makes calls as a journal has them, with the secrets of the world that they are made in.

    With `alone`, a token, all calls bear that one.
    """

    def __init__(
        self, client: Client, holders: Sequence[Holder], *, alone: str | None = None
    ) -> None:
        self._client = client
        self._holders = holders
        self._alone = alone
        self._issued: dict[str, int] = {}
        self._secrets = Secrets(self._issued)
        self._secrets.learn(holders)
        self._known: dict[str, str] = {}
        for number, holder in enumerate(holders, 1):
            if holder.token:
                self._known[f"token-{number}"] = holder.token
                self._known[f"password-{number}"] = holder.password

    def play(self, entry: Mapping[str, Any]) -> Answer | None:
        """Make a call again; return the answer, None if none came. Raises CannotReplay."""
        request = entry["request"]
        headers = {"Accept": "application/json", **request["headers"]}
        headers |= self._authorization(entry, request["headers"].get("Authorization"))
        body = self._body(request)
        try:
            code, data = self._client.send(
                entry["method"], self._restored(entry["target"]), body, headers
            )
        except Unreachable:
            if entry["answer"]["ending"] == "whole":
                raise
            return None
        try:
            text, value = data.decode(), orjson.loads(data) if data else None
        except ValueError:
            return Answer(code, self._secrets.text(data.decode(errors="backslashreplace")))
        self._learn(entry["answer"]["body"], value)
        return Answer(code, self._secrets.value(text, value))

    def _authorization(self, entry: Mapping[str, Any], shown: str | None) -> dict[str, str]:
        if shown is None:
            return {}
        if self._alone is not None:
            return {"Authorization": f"Bearer {self._alone}"}
        scheme, _, rest = shown.partition(" ")
        username, colon, password = rest.partition(":")
        if not colon:
            token = self._known.get(rest) or self._fixed(entry["user"])
            return {"Authorization": f"Bearer {token}" if scheme == "Bearer" else _basic(token, "")}
        login = next(
            (h.logins[0] for h in self._holders if h.username == username and h.logins), username
        )
        return {"Authorization": _basic(login, self._known.get(password, password))}

    def _fixed(self, username: str) -> str:
        """Return the fixed token of a user, for one that was given out before the journal began."""
        for holder in self._holders:
            if holder.username == username and holder.token:
                return holder.token
        raise CannotReplay(f"{username} called, whom the fresh world does not know")

    def _body(self, request: Mapping[str, Any]) -> bytes | None:
        if "base64" in request:
            return b64decode(request["base64"])
        if "text" in request:
            return self._restored(request["text"]).encode()
        return orjson.dumps(self._inner(request["body"])) if request["size"] else None

    def _inner(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._restored(value)
        if isinstance(value, list):
            return [self._inner(each) for each in value]
        if isinstance(value, dict):
            return {self._restored(key): self._inner(each) for key, each in value.items()}
        return value

    def _restored(self, text: str) -> str:
        return _NAME.sub(lambda found: self._known.get(found[0], found[0]), text)

    def _learn(self, before: Any, now: Any) -> None:
        """Take note of the tokens that were given out here where others were before."""
        for name, token in _pairs(before, now):
            found = _NAME.fullmatch(name)
            if found and found[1] == "token" and name not in self._known:
                self._known[name] = token
                self._issued[token] = int(found[2]) - len(self._holders)


def _played(player: _Player, entries: Sequence[Mapping[str, Any]], clock: _Clock | None) -> Outcome:
    """Play entries until one comes out in another way."""
    outcome = Outcome()
    for (kind, instant), group in groupby(entries, _moment):
        together = list(group)
        if clock is not None and (kind == "event" or instant != clock.now):
            expected = [entry["event"] for entry in together if kind == "event"]
            difference = happened(together[0], expected, clock.move_to(instant))
            if difference:
                return outcome._replace(difference=difference)
            outcome = outcome._replace(events=outcome.events + len(expected))
        if kind == "event":
            continue
        for entry in together:
            difference = answered(entry, player.play(entry))
            if difference:
                return outcome._replace(difference=difference)
            outcome = outcome._replace(calls=outcome.calls + 1)
    return outcome


def _moment(entry: Mapping[str, Any]) -> tuple[str, str]:
    event = entry["kind"] == "event"
    return entry["kind"], entry["event"]["at"] if event else entry["at"]


def _pairs(before: Any, now: Any) -> Iterator[tuple[str, str]]:
    """Give the texts that stand at the same places of two values."""
    if isinstance(before, str) and isinstance(now, str):
        yield before, now
    elif isinstance(before, dict) and isinstance(now, dict):
        for name in before.keys() & now.keys():
            yield from _pairs(before[name], now[name])
    elif isinstance(before, list) and isinstance(now, list):
        for one, other in zip(before, now, strict=False):
            yield from _pairs(one, other)


@contextmanager
def _fresh_world(
    client: Client, journal: Saved, saved: Mapping[str, Any] | None
) -> Iterator[Mapping[str, Any]]:
    """Make a world that begins as the journal's did, and delete it at the end."""
    settings = {name: journal.world[name] for name in ("dialect", "seed", "start")}
    # The clock stands still: it is moved to where it was, whatever moved it before.
    world = client.post("/_mock/worlds", {**settings, "clock": "frozen"})
    path = f"/_mock/worlds/{world['name']}"
    try:
        yield world if saved is None else _as_it_began(client, path, journal, saved)
    finally:
        client.delete(path)


def _as_it_began(
    client: Client, path: str, journal: Saved, saved: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Put a saved world in a world's place, at its beginning; return what it is."""
    try:
        finished(checking(saved))
    except Refusal as refusal:
        raise CannotReplay(f"the saved world is none: {refusal.message}") from None
    begins = {
        **saved,
        "beginning": None,
        "clock": {"mode": "frozen", "rate": 1.0},
        "world": (saved.get("beginning") or saved)["world"],
    }
    del begins["sha256"]
    seal = sha256(orjson.dumps(begins, option=orjson.OPT_SORT_KEYS)).hexdigest()
    world: Mapping[str, Any] = client.call("PUT", f"{path}/saved", {**begins, "sha256": seal})
    found = {"dialect": world["dialect"], "seed": world["seed"], "start": world["now"]}
    for name, value in found.items():
        if journal.world[name] != value:
            what = f"its {name} is {shown(value)}, not {shown(journal.world[name])}"
            raise CannotReplay(f"the saved world is not the one that it is of: {what}")
    return world


def _holders(journal: Saved, world: Mapping[str, Any]) -> list[Holder]:
    """Return the users of a fresh world in the journal's order, by which it names their secrets.

    Of one who is not there only the name is known.
    """
    there = {user["username"]: user for user in world["users"]}
    return [
        Holder(name, (user["login"],), user["password"], user["token"])
        if (user := there.get(name))
        else Holder(name, (), "", "")
        for name in journal.world["users"]
    ]


def _basic(name: str, password: str) -> str:
    return f"Basic {b64encode(f'{name}:{password}'.encode()).decode()}"
