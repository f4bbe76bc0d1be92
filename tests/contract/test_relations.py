"""A survey finds nothing wrong with the mock, whatever has happened there, and changes nothing."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from tests.contract.lies import Asked, Lie, answering
from tests.contract.places import MockPlaces
from tests.contract.relation_lies import LATER_LIES, LIES, telling
from tests.contract.stage import LATER, api
from vss_mock.contract.answers import Answers
from vss_mock.contract.places import Place, StillTime, Time
from vss_mock.contract.reader import Reader
from vss_mock.contract.relations import DEFAULT_LIMITS, RULES, Limits, Surveyed, rules, survey
from vss_mock.contract.sent import Sent
from vss_mock.contract.shown_dates import TORONTO
from vss_mock.contract.transport import Answer
from vss_mock.contract.words import DIALECTS
from vss_mock.embedded import Mock

Later = tuple[Place, str]
TOKEN = {"bearer": "{token}"}


def call(place: Place, method: str, path: str, document: Any = None) -> Answer:
    body = None if document is None else json.dumps(document).encode()
    answer = Sent(method, path, "", TOKEN, {}, body).through(place.transport, place.names)
    assert answer.status < 300, answer.body.decode()
    return answer


def ask(place: Place, date: str, hours: int = 12, machine: str | None = None) -> None:
    uuid = machine or place.names["vm"]
    body = {"from_date": date, "valid_for": hours, "description": "before the upgrade"}
    call(place, "POST", f"/v2/vm/{uuid}/snapshot", body)


def live(place: Place) -> None:
    """Let a bit of everything happen: snapshots to come, taken, put off, reverted and gone."""
    first = f"/v2/vm/{place.names['vm']}/snapshot"
    other = json.loads(call(place, "GET", "/v2/vm").body)["data"][1]["uuid"]
    ask(place, "2016-07-29 12:00")
    ask(place, "2016-07-29 14:00", 72)
    ask(place, "2016-07-29 13:00", 1, other)
    ask(place, "2016-07-29 13:00", 24, other)
    place.time.jump({"advance": "2h"})
    call(place, "PUT", "/v2/request/snapshot/2", {"attribute": "duration", "value": 72})
    call(place, "PATCH", f"{first}/1")
    newest = json.loads(call(place, "GET", f"/v2/vm/{other}/snapshot").body)["data"][-1]["id"]
    call(place, "DELETE", f"/v2/vm/{other}/snapshot/{newest}")
    call(place, "PUT", f"{first}/consolidate", {})
    call(place, "PUT", f"{first}/consolidate", {"schedule": "2016-08-01 04:00"})
    place.time.jump({"advance": "90m"})
    ask(place, "2016-11-06 01:30")
    ask(place, "2016-03-01 12:00", 3)
    ask(place, "2016-12-24 18:00", 72, other)
    place.time.jump({"advance": "20m30s"})
    ask(place, "2016-07-29 12:00")
    change(place)


def change(place: Place) -> None:
    """Change a machine: at once and later, in vain, given up, and put off."""
    power = f"/v2/vm/{json.loads(call(place, 'GET', '/v2/vm').body)['data'][2]['uuid']}/state"
    call(place, "PUT", power, {"value": "poweredOff"})
    call(place, "PUT", power, {"value": "reset"})
    for date in ("2016-08-02 04:00", "2016-08-02 05:00", "2016-08-02 06:00", "2016-07-29 17:00"):
        call(place, "PUT", power, {"value": "poweredOn", "schedule": date})
    newest = json.loads(call(place, "GET", "/v2/request/change").body)["meta"]["pages"]["total"]
    put_off = {"scheduled": True, "scheduled_datetime": "2016-08-03 04:00"}
    for back, body in ((1, {"scheduled": False}), (2, put_off)):
        call(place, "PUT", f"/v2/request/change/{newest - back}", body)
    place.time.jump({"advance": "1h"})


@pytest.fixture(scope="module")
def lived_in(mock: Mock) -> Iterator[Place]:
    """Give a world in which much has happened."""
    with MockPlaces(mock.url).fresh({}) as place:
        live(place)
        yield place


@pytest.fixture(scope="module", params=LATER)
def later(speaking: Callable[[str], Mock], request: pytest.FixtureRequest) -> Iterator[Later]:
    """Give such a world of a later dialect, and its dialect."""
    with MockPlaces(speaking(request.param).url).fresh({"dialect": request.param}) as place:
        live(place)
        yield place, request.param


def surveyed(place: Place, limits: Limits = DEFAULT_LIMITS, dialect: str = DIALECTS[0]) -> Surveyed:
    return survey(place, Answers(api(dialect), place.url), limits)


def told(found: Surveyed) -> list[str]:
    return [
        f"{one.rule} {one.where}: expected {one.expected}, got {one.actual}; {one.walk[-1].command}"
        for one in found.findings
    ]


class Shown(StillTime):
    """Time that can be read, somewhat late, and not moved."""

    def __init__(self, time: Time, late: timedelta) -> None:
        self._time = time
        self._late = late

    def now(self) -> datetime:
        return self._time.now() + self._late


def test_nothing_is_found_where_much_has_happened(lived_in: Place) -> None:
    found = surveyed(lived_in)
    assert told(found) == []
    assert {rule.id for rule in rules("2016")} <= found.looked_at.keys()
    assert {f"answer-{one.id}" for one in api().operations.values() if one.method == "GET"} <= (
        found.looked_at.keys()
    )


def test_nothing_is_found_where_much_has_happened_in_later_dialects(later: Later) -> None:
    place, dialect = later
    found = surveyed(place, dialect=dialect)
    assert told(found) == []
    assert {rule.id for rule in rules(dialect)} <= found.looked_at.keys()
    reads = {one.id for one in api(dialect).operations.values() if one.method == "GET"}
    assert {f"answer-{id}" for id in reads} <= found.looked_at.keys()


def test_nothing_is_found_in_other_worlds_of_later_dialects(later: Later, mock: Mock) -> None:
    _, dialect = later
    hidden = {"username": "bo", "password": "bo", "sees": ["1606T-b"]}
    vms = [{"name": "1606T-a"}, {"name": "1606T-b"}, {"name": "no prefix"}]
    worlds: list[dict[str, Any]] = [
        {"clock": "live", "rate": 60},
        {"vms": vms, "users": [hidden]},
    ]
    for settings in worlds:
        asked = {"dialect": dialect, **settings}
        with MockPlaces(mock.url).fresh(asked) as place:
            found = survey(place, Answers(api(dialect), place.url, api()), DEFAULT_LIMITS)
            assert told(found) == []


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"start": "2016-11-06T00:30"},
        {"start": "2017-03-12T01:00"},
        {"clock": "live", "rate": 60},
        {"vms": [{"name": "1606T-alone"}]},
    ],
)
def test_nothing_is_found_in_other_worlds(settings: dict[str, Any], mock: Mock) -> None:
    with MockPlaces(mock.url).fresh(settings) as place:
        assert told(surveyed(place)) == []
        now = place.time.now().astimezone(TORONTO)
        for hours in (-30, 0, 3, 4):
            ask(place, f"{now + timedelta(hours=hours):%Y-%m-%d %H:59}", 1 + abs(hours))
        place.time.jump({"advance": "80m"})
        assert told(surveyed(place)) == []


@pytest.mark.parametrize("dialect", DIALECTS)
def test_nothing_is_found_where_time_passes_with_every_call(dialect: str, mock: Mock) -> None:
    with MockPlaces(mock.url).fresh({"dialect": dialect, "start": "2016-07-29T11:58"}) as place:
        ask(place, "2016-07-29 12:00", 72)
        place.time.jump({"advance": "10m"})

        def tick(asked: Asked, answer: Answer) -> Answer:  # as lies are called
            place.time.jump({"advance": "1s"})
            return answer

        ticking = place._replace(transport=answering(tick)(place.transport))
        found = survey(ticking, Answers(api(dialect), place.url, api()), DEFAULT_LIMITS)
        assert told(found) == []
        assert json.loads(call(place, "GET", "/v2/request").body)["data"]["snapshot"] == 1


def test_nothing_is_found_where_time_is_not_known(lived_in: Place) -> None:
    found = surveyed(lived_in._replace(time=StillTime(), own=False))
    assert told(found) == []
    unseen = {rule.id for rule in rules("2016")} - found.looked_at.keys()
    assert unseen == {"nothing-has-happened-yet-to-come", "age-runs-from-create-time"}


def test_a_server_whose_time_passes_by_itself_may_be_minutes_late(lived_in: Place) -> None:
    for minutes in (-4, 4):
        time = Shown(lived_in.time, timedelta(minutes=minutes))
        assert told(surveyed(lived_in._replace(time=time, own=False))) == []
    for minutes in (-6, 6):
        time = Shown(lived_in.time, timedelta(minutes=minutes))
        found = surveyed(lived_in._replace(time=time, own=False)).findings
        assert "age-runs-from-create-time" in {one.rule for one in found}


def test_a_survey_only_reads_and_not_without_end(mock: Mock) -> None:
    sent: list[str] = []

    def count(asked: Asked, answer: Answer) -> Answer:
        sent.append(asked.method)
        return answer

    with MockPlaces(mock.url).fresh({"vms": [{"name": f"1606T-m{n}"} for n in range(40)]}) as place:
        for number in range(60):
            ask(place, f"2016-07-29 1{number % 5}:00", 1 + number)
        place.time.jump({"advance": "2h"})
        heard = place._replace(transport=answering(count)(place.transport))
        assert told(surveyed(heard, Limits(requests=4, machines=2, pages=2))) == []
    assert {*sent} <= {"GET", "HEAD", "OPTIONS"}
    assert len(sent) < 250


def test_a_reader_refuses_to_write(lived_in: Place) -> None:
    reader = Reader(lived_in, Answers(api(), lived_in.url), {})
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        with pytest.raises(ValueError, match=method):
            reader.call(Sent(method, "/v2/request/snapshot/1"))


def test_where_others_may_write_what_is_found_once_only_is_no_finding(lived_in: Place) -> None:
    answered: list[Answer] = []

    def once(asked: Asked, answer: Answer) -> Answer:
        body = answer.body.replace(b'"memoryMB":4096', b'"memoryMB":8192')
        if answered or body == answer.body:
            return answer
        answered.append(answer)
        return answer._replace(body=body)

    for own in (True, False):
        answered.clear()
        place = lived_in._replace(transport=answering(once)(lived_in.transport), own=own)
        assert bool(surveyed(place).findings) == own


def test_a_finding_shows_no_token(lived_in: Place) -> None:
    token = str(lived_in.names["token"])
    body = f'{{"heard": "{token}"}}'.encode()
    lie = answering(lambda asked, answer: answer._replace(status=500, body=body))
    found = surveyed(lived_in._replace(transport=lie(lived_in.transport))).findings
    assert found
    assert token not in repr(found)
    assert "Bearer $TOKEN" in found[0].walk[0].command


def said(body: bytes, asked: Asked, answer: Answer) -> Answer:
    return answer._replace(status=200, body=body)


def test_whatever_is_answered_is_survived(lived_in: Place) -> None:
    for body in (b"", b"null", b"[]", b'{"data": 1}', b'{"data": [1, null], "meta": []}', b"\xff"):
        lie = answering(partial(said, body))
        assert surveyed(lived_in._replace(transport=lie(lived_in.transport))).findings


def nonsense(path: str, value: Any) -> Lie:
    """Return a lie that puts one value in place of every other of a document's data."""

    def spoil(document: Any) -> Any:
        if isinstance(document, dict):
            return {name: spoil(member) for name, member in document.items()}
        return [spoil(item) for item in document] if isinstance(document, list) else value

    def change(document: Any) -> None:
        document["data"] = spoil(document["data"])

    return telling(path, change)


@pytest.mark.parametrize("value", ["x", -1, None, True, {}, [], "9999-12-31 23:59:59 EST"])
def test_whatever_data_holds_is_survived(value: Any, lived_in: Place) -> None:
    for path in (".*/request/.*", ".*/vm.*"):
        lie = nonsense(path, value)
        assert surveyed(lived_in._replace(transport=lie(lived_in.transport))).findings


@pytest.mark.parametrize("name", LIES)
def test_a_lie_is_found_by_the_rule_that_it_breaks(name: str, lived_in: Place) -> None:
    rule, lie = LIES[name]
    found = surveyed(lived_in._replace(transport=lie(lived_in.transport)))
    assert rule in {one.rule for one in found.findings}, told(found)


@pytest.mark.parametrize("name", LATER_LIES)
def test_a_lie_in_a_later_dialect_is_found_by_the_rule_that_it_breaks(
    name: str, later: Later
) -> None:
    rule, lie, since = LATER_LIES[name]
    place, dialect = later
    if dialect < since:
        return  # there is nothing yet that it could be told of
    found = surveyed(place._replace(transport=lie(place.transport)), dialect=dialect)
    assert rule in {one.rule for one in found.findings}, told(found)


def test_every_rule_is_broken_by_some_lie() -> None:
    named = {rule for rule, _ in LIES.values()} | {rule for rule, _, _ in LATER_LIES.values()}
    assert named >= {rule.id for rule in RULES}
    assert named - {rule.id for rule in RULES} == {"twins-say-the-same"}
