"""Explanations under /_mock/: what a call is, what made a request, what a read would give."""

from vss_mock.api.concerning import concerning, making
from vss_mock.api.control_parts import catch_up, reply, spelled, tenancy_of
from vss_mock.api.exchanges import secrets_of
from vss_mock.api.explaining import explained, unanswered
from vss_mock.api.house import House
from vss_mock.api.messages import Call, Reply, Steps
from vss_mock.api.params import number
from vss_mock.api.peeking import peek
from vss_mock.api.recording import Recorded
from vss_mock.simulator.records import Fired, User
from vss_mock.simulator.worlds import Tenancy
from vss_mock.wire.documents import bundle
from vss_mock.wire.problems import Refusal, short

KINDS = {"snapshot": False, "change": True}
"""The kinds of requests, and whether they are changes."""


def mock_world_request_get(house: House, call: Call, body: None) -> Steps:
    """Answer how a request was made, how it is shown, and which calls concern it."""
    tenancy = tenancy_of(house, call)
    kind = call.params["kind"]
    if kind not in KINDS:
        raise Refusal(404, f"no requests of kind {short(kind)}: there are snapshot and change")
    id = number(call.params["id"], f"{kind} request")
    yield from catch_up(tenancy, call)
    request = tenancy.world.request(id, of_change=KINDS[kind])
    found = yield from concerning(house, tenancy, request)
    owner = tenancy.world.users[request.user]
    target = house.dialects[tenancy.dialect].href("", f"request-{kind}-get", id=id)
    shown = yield from peek(house, call, tenancy, owner, target)
    secrets = yield from secrets_of(tenancy)
    if found.made is None:
        made = unanswered(explained(house, tenancy, making(house, tenancy, request, call), secrets))
    else:
        place, told = found.made
        made = explained(house, tenancy, _once_more(told, call), secrets, place)
    document = {
        "kind": kind,
        "id": id,
        "made": made,
        "shown": explained(house, tenancy, shown, secrets),
        "calls": found.numbers,
    }
    return reply(200, document)


def mock_world_journal_entry(house: House, call: Call, body: None) -> Steps:
    """Answer one entry of a world's journal, a call explained."""
    tenancy = tenancy_of(house, call)
    asked = number(call.params["number"], "entry")
    yield from catch_up(tenancy, call)
    found = tenancy.journal.entry(asked)
    if found is None:
        raise Refusal(404, f"the journal has no entry {asked}, or no longer")
    place, cause, what = found
    if isinstance(what, Fired):
        event = spelled(house, tenancy, what)
        return reply(200, {"number": place, "kind": "event", "cause": cause, "event": event})
    secrets = yield from secrets_of(tenancy)
    told = _once_more(Recorded(*what), call)
    return reply(200, explained(house, tenancy, told, secrets, place))


def mock_world_peek(house: House, call: Call, body: None) -> Steps:
    """Answer what a GET would be answered now, without its being a call."""
    tenancy = tenancy_of(house, call)
    query = dict(call.query)
    if "target" not in query:
        message = "target: is missing: the path to look at, with its query, percent-encoded"
        raise Refusal(400, message, parameters=["target"])
    user = _user(tenancy, query.get("user"))
    told = yield from peek(house, call, tenancy, user, query["target"])
    secrets = yield from secrets_of(tenancy)
    return reply(200, explained(house, tenancy, told, secrets))


def mock_world_openapi(house: House, call: Call, body: None) -> Reply:
    """Answer the OpenAPI document of a world's dialect, whole."""
    dialect = tenancy_of(house, call).dialect
    document = bundle(f"{dialect}/openapi.json", house.documents.files)
    return reply(200, {**document, "servers": [{"url": call.base}]})


mock_request_get = mock_world_request_get
mock_journal_entry = mock_world_journal_entry
mock_peek = mock_world_peek


def _user(tenancy: Tenancy, username: str | None) -> User:
    """Return who is to look: the first user of a world unless another is named."""
    users = tenancy.world.users
    if username is None:
        return next(iter(users.values()))
    if username not in users:
        message = f"user: {short(username)} is no user of the world {tenancy.name}"
        raise Refusal(400, message, parameters=["user"])
    return users[username]


def _once_more(told: Recorded, call: Call) -> Recorded:
    """Return a recorded call as it would be made by whoever asks: at the address that they use."""
    return told._replace(call=told.call._replace(base=call.base))
