"""Saved worlds: a whole world as one document, to be read back later or elsewhere.

The document is hashed, so that one that was changed or cut is refused. Long ones are made and read
in slices: what says so yields between two of them, so that others may be served.
"""

from collections.abc import Generator, Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import islice
from typing import Any, NamedTuple

import orjson

from vss_mock.simulator import dump
from vss_mock.simulator.clock import Mode, Pace
from vss_mock.simulator.errors import MalformedDump, SimulatorError
from vss_mock.simulator.world import World
from vss_mock.simulator.worlds import Tenancy, Worlds
from vss_mock.wire import faultfile, problems, tokens
from vss_mock.wire.documents import Documents, shown
from vss_mock.wire.problems import Refusal

KIND = "vss-mock world"
"""What tells a saved world from a world file."""
FORMAT = 1
"""The version of the document around the state; another version is refused."""
SCHEMA = "control/saved-world.json"
STATE_SCHEMA = "control/state.json"
ROWS_A_SLICE = 250
"""How many rows are spelled, or held against their schema, between two looks at others."""
BYTES_A_SLICE = 256 * 1024
"""How many bytes are hashed between two looks at others."""

SEALED = ("beginning", "clock", "dialect", "format", "kind", "tokens", "world")
"""What the hash is over, in the order of the hash."""
SHOWN = ("kind", "format", "sha256", "dialect", "clock", "tokens", "world", "beginning")
"""The order in which people read it."""
LONG_OBJECTS = frozenset({"tokens", "snapshot_numbers"})
"""What has a member for each user, or each machine."""
FIXED = ("seed", "users", "groups", "motd", "folders", "networks", "domains")
"""What of a world no call changes."""

PIECE_COSTS = 64
"""What a piece costs beside its bytes, in bytes."""


class Saved(NamedTuple):
    """A saved world as it was read: as it was when it was saved, and as it began.

    `beginning` is the world itself where nothing had happened yet. Tokens are by username.
    """

    dialect: str
    tokens: Mapping[str, str]
    world: World
    pace: Pace
    beginning: World
    first_pace: Pace


class Rest(NamedTuple):
    """A long part of a document: where it is, by which schema it is judged, and itself."""

    where: str
    schema: str
    value: Any


# Out.


def spelled_state(world: World) -> Generator[None, None, bytes]:
    """Return a world's state as JSON, its members in order of their names."""
    members: list[bytes] = []
    for name, rows, spell in sorted(dump.parts(world), key=lambda part: part[0]):
        if spell is None:
            value = _json(rows)
        else:
            said: list[bytes] = []
            for start in range(0, len(rows), ROWS_A_SLICE):
                said += [_json(spell(row)) for row in rows[start : start + ROWS_A_SLICE]]
                yield
            value = b"[%b]" % b",".join(said)
        members.append(b'"%b":%b' % (name.encode(), value))
    return b"{%b}" % b",".join(members)


def spelled(tenancy: Tenancy) -> Generator[None, None, bytes]:
    """Return a world as a saved world's JSON: as it is when this is called first."""
    members = {
        "clock": _json(_clock(tenancy.pace)),
        "dialect": _json(tenancy.dialect),
        "format": _json(FORMAT),
        "kind": _json(KIND),
        "tokens": _json(tenancy.tokens),
        "beginning": b"null",
    }
    first, origin = tenancy.first_pace, tenancy.origin
    same_pace = _clock(first) == _clock(tenancy.pace)
    members["world"] = yield from spelled_state(tenancy.world)
    beginning = yield from spelled_state(origin)
    if beginning != members["world"] or not same_pace:
        clock = _json(_clock(first))
        members["beginning"] = b'{"clock":%b,"world":%b}' % (clock, beginning)
    sealed = b"{%b}" % b",".join(_member(name, members[name]) for name in SEALED)
    starts = range(0, len(sealed), BYTES_A_SLICE)
    seal = yield from _digest(sealed[start : start + BYTES_A_SLICE] for start in starts)
    members["sha256"] = _json(seal)
    return b"{%b}" % b",".join(_member(name, members[name]) for name in SHOWN)


def _clock(pace: Pace) -> dict[str, Any]:
    # A whole rate as an integer: of it all programs make the same text, and so the same hash.
    rate = int(pace.rate) if pace.rate == int(pace.rate) else pace.rate
    return {"mode": pace.mode.value, "rate": rate}


def _member(name: str, value: bytes) -> bytes:
    return b'"%b":%b' % (name.encode(), value)


def _json(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _digest(pieces: Iterable[bytes]) -> Generator[None, None, str]:
    """Return the hash of pieces one after the other."""
    digest, waiting = sha256(), 0
    for piece in pieces:
        digest.update(piece)
        waiting += len(piece) + PIECE_COSTS
        if waiting >= BYTES_A_SLICE:
            waiting = 0
            yield
    return digest.hexdigest()


# In.


def is_saved(document: object) -> bool:
    """Tell whether a document says of itself that it is a saved world, of whatever version."""
    return isinstance(document, dict) and document.get("kind") == KIND


def checking(document: object) -> Generator[None, None, None]:
    """Raise Refusal for what is no saved world, of another version, changed, or cut.

    Whether what it says makes a world is for `reading` to find out.
    """
    if not isinstance(document, dict) or document.get("kind") != KIND:
        raise Refusal(400, f"this is no saved world: its 'kind' is not {KIND!r}")
    _check_format("the saved world", document.get("format"), FORMAT)
    for where, state in _states(document):
        _check_format(where, state.get("format"), dump.FORMAT)
    sealed = {name: value for name, value in document.items() if name != "sha256"}
    if (yield from _digest(_pieces(sealed))) != document.get("sha256"):
        raise Refusal(400, "the saved world was changed or cut since it was saved")


def reading(documents: Documents, document: Any) -> Generator[None, None, Saved]:
    """Return what a document holds; raise Refusal for one that cannot be believed."""
    yield from checking(document)
    yield from _check_schema(documents, document)
    world = yield from _loaded("world", document["world"])
    pace = _pace(document["clock"])
    beginning, first_pace = world, pace
    if document["beginning"] is not None:
        beginning = yield from _loaded("beginning.world", document["beginning"]["world"])
        first_pace = _pace(document["beginning"]["clock"])
        _check_beginning(document, beginning, world)
    for entry in (*world.faults, *beginning.faults):
        faultfile.check(documents, entry)
    if document["tokens"].keys() != world.users.keys():
        raise _wrong("tokens", "they are not those of the world's users")
    return Saved(
        dialect=document["dialect"],
        tokens=document["tokens"],
        world=world,
        pace=pace,
        beginning=beginning,
        first_pace=first_pace,
    )


def resumed(saved: Saved, name: str, at: int, worlds: Worlds) -> Tenancy:
    """Return a saved world under a name, to be added or to replace the one of that name.

    A live clock goes on from where it was, at the edge's instant `at`. Tokens that were derived
    from a name are derived from the new one, and so are those that open another world already.
    It takes the worlds of `saved`, which can be resumed once.
    """
    fixed = {}
    for username, token in saved.tokens.items():
        found = worlds.open(token.encode())
        taken = found is not None and found[0].name != name
        elsewhere = tokens.world_before_dot(token) not in {None, name}
        fixed[username] = tokens.own(name, username) if taken or elsewhere else token
    first_pace = saved.first_pace.anchored(at, saved.beginning.now)
    tenancy = Tenancy(name, saved.beginning, first_pace, saved.dialect, fixed)
    if saved.world is not saved.beginning:
        tenancy.world = saved.world
    tenancy.pace = saved.pace.anchored(at, saved.world.now)
    return tenancy


def _wrong(where: str, why: str) -> Refusal:
    return Refusal(400, f"{where}: {why}", parameters=[where])


def _check_format(where: str, told: Any, known: int) -> None:
    if told != known:
        sentence = f"{where} is of format {shown(told)}: this vss-mock reads format {known}"
        raise Refusal(400, sentence)


def _states(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the states in a document, as far as there are any, and where they are."""
    beginning = document.get("beginning")
    places = [("world", document)]
    if isinstance(beginning, dict):
        places.append(("beginning.world", beginning))
    for where, holder in places:
        if isinstance(holder.get("world"), dict):
            yield where, holder["world"]


def _pieces(value: Any) -> Iterator[bytes]:
    """Yield a value's canonical JSON: sorted, without spaces, in UTF-8; long lists in parts."""
    if isinstance(value, list):
        yield b"["
        for start in range(0, len(value), ROWS_A_SLICE):
            part = _json(value[start : start + ROWS_A_SLICE])[1:-1]
            yield b",%b" % part if start else part
        yield b"]"
    elif isinstance(value, dict) and any(isinstance(each, dict | list) for each in value.values()):
        yield b"{"
        for number, name in enumerate(sorted(value)):
            yield b"%b%b:" % (b"," if number else b"", _json(name))
            yield from _pieces(value[name])
        yield b"}"
    else:
        yield _json(value)


def _check_schema(documents: Documents, document: dict[str, Any]) -> Iterator[None]:
    """Raise Refusal for what the schema does not take.

    What is long is looked at part by part, and told of up to the first part that is wrong.
    """
    rest: list[Rest] = []
    cut = _cut(document, SCHEMA, "", rest)
    for where, state in _states(document):
        short_state = _cut(state, STATE_SCHEMA, f"{where}.", rest)
        if where == "world":
            cut["world"] = short_state
        else:
            cut["beginning"] = {**document["beginning"], "world": short_state}
    found = documents.violations(SCHEMA, cut, "the saved world")
    if found:
        raise Refusal(400, "; ".join(violation.sentence for violation in found))
    for long in rest:
        for number, part in enumerate(_parts(long.value, ROWS_A_SLICE)):
            yield
            if not documents.is_valid(long.schema, part):
                raise _told(documents, long, part, number * ROWS_A_SLICE)


def _cut(members: dict[str, Any], schema: str, where: str, rest: "list[Rest]") -> dict[str, Any]:
    """Return an object with its long members cut, and add these to the rest."""
    cut = {}
    for name, value in members.items():
        cut[name] = value
        long = isinstance(value, list) or (isinstance(value, dict) and name in LONG_OBJECTS)
        if long and len(value) > ROWS_A_SLICE:
            rest.append(Rest(f"{where}{name}", f"{schema}#/properties/{name}", value))
            cut[name] = next(_parts(value, ROWS_A_SLICE))
    return cut


def _parts(value: Any, size: int) -> Iterator[Any]:
    """Yield a long list or object in parts of the same kind."""
    if isinstance(value, list):
        for start in range(0, len(value), size):
            yield value[start : start + size]
    else:
        entries = iter(value.items())
        while part := dict(islice(entries, size)):
            yield part


def _told(documents: Documents, long: Rest, wrong: Any, start: int) -> Refusal:
    """Return what is said of the first row or member of a part that its schema refuses."""
    where, schema = long.where, long.schema
    ones = enumerate(_parts(wrong, 1), start)
    number, one = next(each for each in ones if not documents.is_valid(schema, each[1]))
    if isinstance(one, list):
        where, schema, one = f"{where}[{number}]", f"{schema}/items", one[0]
    found = documents.violations(schema, one, where)
    sentences = (f"{where}.{told.sentence}" if told.path else told.sentence for told in found)
    return Refusal(400, "; ".join(sentences))


def _loaded(where: str, state: Mapping[str, Any]) -> Generator[None, None, World]:
    try:
        return (yield from dump.loading(World, state))
    except MalformedDump as error:
        cause = error.__cause__
        why = problems.refusal(cause).message if isinstance(cause, SimulatorError) else error.why
        raise _wrong(where, why) from None


def _pace(clock: Mapping[str, Any]) -> Pace:
    return Pace(Mode(clock["mode"]), float(clock["rate"]))


def _check_beginning(document: Mapping[str, Any], beginning: World, world: World) -> None:
    """Raise Refusal for a beginning from which no calls could lead to the world."""
    now, then = document["world"], document["beginning"]["world"]
    for name in FIXED:
        if now[name] != then[name]:
            raise _wrong(f"beginning.world.{name}", "it is not that of the world")
    if [(vm.uuid, vm.moref) for vm in beginning.inventory] != [
        (vm.uuid, vm.moref) for vm in world.inventory
    ]:
        raise _wrong("beginning.world.vms", "they are not those of the world")
    if beginning.now > world.now:
        raise _wrong("beginning.world.now", "it is later than that of the world")
