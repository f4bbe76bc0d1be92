"""The journal of a world, read from outside: as entries in one order, or as an HTTP archive."""

import re
from collections.abc import Iterator, Sequence

from vss_mock.api.control_parts import catch_up, spelled, tenancy_of
from vss_mock.api.exchanges import exchange, secrets_of
from vss_mock.api.house import House
from vss_mock.api.messages import Call, Document, Reply, Steps
from vss_mock.api.recording import Recorded
from vss_mock.api.rendering import render
from vss_mock.simulator.clock import iso
from vss_mock.simulator.journal import Entry
from vss_mock.simulator.records import Fired
from vss_mock.simulator.worlds import Tenancy
from vss_mock.wire.hiding import Secrets
from vss_mock.wire.problems import Refusal, short
from vss_mock.wire.traffic import archived, entry

ENTRY_BYTES = 2048
"""What spelling an entry without bodies costs, beside what a byte of a body costs."""
SLICE_BYTES = 64 * 1024
"""How much of that is spelled between two looks at other clients: about a millisecond of work."""
JSON, HAR = "json", "har"

_NUMBER = re.compile(r"[0-9]{1,18}")


def mock_world_journal_get(house: House, call: Call, body: None) -> Steps:
    """Answer what has happened in a world, and what was asked of it, after the entry `since`."""
    tenancy = tenancy_of(house, call)
    query = dict(call.query)
    since, form = query.get("since", "0"), query.get("format", JSON)
    if not _NUMBER.fullmatch(since):
        message = f"since: {short(since)} is not the number of an entry"
        raise Refusal(400, message, parameters=["since"])
    if form not in {JSON, HAR}:
        message = f"format: {short(form)} is neither {JSON!r} nor {HAR!r}"
        raise Refusal(400, message, parameters=["format"])
    yield from catch_up(tenancy, call)
    last, entries = tenancy.journal.last, tenancy.journal.since(int(since))
    secrets = yield from secrets_of(tenancy)
    rows: list[bytes] = []
    for some in _parts(entries):
        documents = (
            _archive(some, secrets) if form == HAR else _entries(house, tenancy, some, secrets)
        )
        rows += [render(document) for document in documents]
        yield
    before, after = _archive_around(house) if form == HAR else _journal_around(tenancy, last)
    return Reply(200, _joined(before, rows, after))


mock_journal_get = mock_world_journal_get


def _parts(entries: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
    """Yield entries in parts that take about as long to spell as each other."""
    begin = cost = 0
    for index, (_, size, _) in enumerate(entries, 1):
        cost += ENTRY_BYTES + (size if isinstance(size, int) else 0)
        if cost >= SLICE_BYTES:
            yield entries[begin:index]
            begin, cost = index, 0
    yield entries[begin:]


def _entries(
    house: House, tenancy: Tenancy, part: Sequence[Entry], secrets: Secrets
) -> Iterator[Document]:
    for number, cause, what in part:
        if isinstance(what, Fired):
            event = spelled(house, tenancy, what)
            yield {"number": number, "kind": "event", "cause": cause, "event": event}
        else:
            yield {"number": number, **entry(exchange(Recorded(*what)), secrets)}


def _archive(part: Sequence[Entry], secrets: Secrets) -> Iterator[Document]:
    for number, _, what in part:
        if not isinstance(what, Fired):
            yield archived(number, exchange(Recorded(*what)), secrets)


def _journal_around(tenancy: Tenancy, last: int) -> tuple[bytes, bytes]:
    """Return what stands before the entries of a journal, and what stands after them."""
    world = {
        "name": tenancy.name,
        "dialect": tenancy.dialect,
        "seed": tenancy.origin.seed,
        "start": iso(tenancy.origin.now),
        "users": list(tenancy.world.users),
    }
    return b'{"entries":[', b'],"last":%d,"world":%b}' % (last, render(world))


def _archive_around(house: House) -> tuple[bytes, bytes]:
    head = {
        "version": "1.2",
        "creator": {"name": "vss-mock", "version": house.version},
        "comment": "Instants are the world's. How long a call took is not told.",
    }
    # The rendered head ends with a brace, before which the entries fit in.
    return b'{"log":%b,"entries":[' % render(head)[:-1], b"]}}"


def _joined(before: bytes, rows: list[bytes], after: bytes) -> bytes:
    """Join rows with commas between what stands around them, copying the whole but once."""
    rows = rows or [b""]
    rows[0] = before + rows[0]
    rows[-1] += after
    return b",".join(rows)
