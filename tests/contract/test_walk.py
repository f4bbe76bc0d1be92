"""The walk of a scenario: time that is waited for or cannot be moved, moments, long texts."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.contract import lies
from tests.contract.stage import SCENARIOS, api, place, walked
from vss_mock.contract.moments import named
from vss_mock.contract.places import Jump, Place, StillTime
from vss_mock.contract.rules import NotObserved
from vss_mock.contract.scenario import Scenario, Walk, needs, read, rule
from vss_mock.contract.sent import Sent
from vss_mock.contract.story import tell, told
from vss_mock.contract.transport import Answer
from vss_mock.embedded import Mock

HEAD = {"title": "x", "source": "y", "evidence": "assumed", "tags": ["time"]}


def scenario(*steps: dict[str, Any], **members: Any) -> Scenario:
    return read({"id": "x", **HEAD, "steps": steps, **members})


CREATE: dict[str, Any] = {
    "call": "vm-snapshot-create",
    "params": {"uuid": "{vm}"},
    "body": {"from_date": "{ago}", "valid_for": 1, "description": "x"},
    "capture": {"request": "/data/_links/request"},
}
SCHEDULED = {
    "call": "request-snapshot-get",
    "link": "{request}",
    "patient": True,
    "expect": {"body": {"/data/status": "Scheduled"}},
}
AGO = scenario(CREATE, {"advance": 0}, SCHEDULED, moments={"ago": "-1m"}, anywhere=True)


class PassingTime:
    """Time that passes by itself, a mock's clock moved as somebody waits for it."""

    def __init__(self, there: Place, patience: float, sleeper: Callable[[float], None]) -> None:
        self._there = there
        self.patience = patience
        self._sleep = sleeper

    def now(self) -> datetime:
        return self._there.time.now()

    def jump(self, how: Jump) -> tuple[Sent, Answer] | None:
        """Pass over; nothing has happened by then."""

    def wait(self, seconds: float) -> None:
        self._sleep(seconds)


@pytest.fixture
def there(mock: Mock) -> Iterator[Place]:
    with place(mock, AGO) as found:
        yield found


def test_a_patient_call_is_made_again_until_it_is_answered_as_expected(there: Place) -> None:
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            there.time.jump({"advance": 0})

    walk = walked(AGO, there._replace(time=PassingTime(there, 60, sleep)))
    assert not walk.breaks
    assert len(waits) == 3
    assert [step.command for step in told(walk, there.url, str)][1] == "# time passes by itself"


def test_patience_ends(there: Place) -> None:
    waits: list[float] = []
    walk = walked(AGO, there._replace(time=PassingTime(there, 9, waits.append)))
    assert [broken.where for broken in walk.breaks] == ["/data/status"]
    assert sum(waits) == 10


def test_where_time_is_moved_a_patient_call_is_made_once(mock: Mock) -> None:
    calls: list[str] = []

    def count(asked: lies.Asked, answer: Answer) -> Answer:
        calls.append(asked.path)
        return answer

    with place(mock, AGO, lies.answering(count)) as there:
        hasty = scenario(CREATE, SCHEDULED, moments={"ago": "-1m"})
        assert walked(hasty, there).breaks
    assert len(calls) == 3  # the clock was read for the moments


def test_where_time_stands_still_a_walk_ends_unseen(there: Place) -> None:
    plain = scenario({"call": "user-get"}, {"advance": 1}, {"call": "user-get"})
    walk = walked(plain, there._replace(time=StillTime()))
    assert len(walk.stages) == 1
    assert not walk.breaks
    assert walk.unseen == "time cannot be moved there (--wait lets it pass)"
    assert tell(walk, there.url).endswith(f"     not observed: {walk.unseen}")


def test_without_a_clock_to_read_there_are_no_moments(there: Place) -> None:
    walk = walked(AGO, there._replace(time=StillTime()))
    assert walk == Walk(AGO, [], "the server's time cannot be read")
    assert walk.breaks == ()


NOON = datetime(2016, 7, 29, 16, 30, 59, 123, UTC)


def test_a_moment_is_spelled_in_every_way_of_the_api() -> None:
    assert named({"taken": "+9h30m-1s"}, NOON) == {
        "taken": "2016-07-29 21:59",
        "taken.stamp": "2016-07-29 21:59:59 EDT",
        "taken.iso": "2016-07-29 21:59:59-04:00",
        "taken.bare": "2016-07-29 21:59:59",
        "taken.instant": "2016-07-30T01:59:59Z",
    }
    assert named({"winter": "+200d"}, NOON)["winter.stamp"] == "2017-02-14 11:30:00 EST"
    assert named({"now": "+0s"}, NOON)["now.stamp"] == "2016-07-29 12:30:00 EDT"


def test_a_moment_that_comes_twice_cannot_be_named() -> None:
    first = datetime(2016, 11, 6, 5, 30, tzinfo=UTC)
    assert named({"first": "+0s"}, first)["first.iso"] == "2016-11-06 01:30:00-04:00"
    with pytest.raises(NotObserved, match="comes twice"):
        named({"second": "+1h"}, first)


def test_a_broken_step_is_known_as_well_as_it_says(there: Place) -> None:
    wrong = {"call": "user-get", "expect": {"status": 204}}
    better = {**wrong, "source": "A page", "evidence": "documented"}
    (broken,) = walked(scenario(wrong), there).breaks
    assert (broken.rule, broken.evidence, broken.source) == ("", "assumed", "y")
    (broken,) = walked(scenario(better), there).breaks
    assert (broken.evidence, broken.source) == ("documented", "A page")


def test_what_is_wrong_with_any_answer_does_not_end_a_walk(mock: Mock) -> None:
    lie = lies.rewriting(lies.member("meta", "user", value="ana"), "/v2/user")
    plain = scenario({"call": "user-get"}, {"call": "api-root"})
    with place(mock, plain, lie) as there:
        walk = walked(plain, there)
    assert not walk.breaks
    assert "caller-is-named" in {flaw.rule for flaw in walk.stages[0].flaws}
    assert len(walk.stages) == 2


@pytest.mark.parametrize(
    ("auth", "flawed"),
    [
        ({"bearer": "{ana_token}"}, False),
        ({"basic": ["{ana_token}", ""]}, False),
        ({"bearer": "{token}"}, True),
        ({"basic": ["{token}", ""]}, True),
    ],
)
def test_the_caller_is_known_by_the_token(mock: Mock, auth: Any, flawed: bool) -> None:
    lie = lies.rewriting(lies.member("meta", "user", value="ana"), "/v2/user")
    plain = scenario({"call": "user-get", "auth": auth})
    with place(mock, plain, lie) as there:
        flaws = walked(plain, there).stages[0].flaws
    assert ("caller-is-named" in {flaw.rule for flaw in flaws}) == flawed


def test_told_steps_go_as_far_as_asked_and_hide_what_they_are_told_to(there: Place) -> None:
    walk = walked(AGO, there)
    steps = told(walk, there.url, lambda text: text.replace("vm-snapshot", "hidden"))
    assert [step.what for step in steps] == [
        "hidden-create -> 202",
        "advance 0 -> 200",
        "request-snapshot-get -> 200",
    ]
    assert told(walk, there.url, str, walk.stages[0]) == told(walk, there.url, str)[:1]


def test_a_long_text_is_said_in_few_words(there: Place) -> None:
    raw = {"repeat": "x", "times": 200_000}
    long = {"call": "vm-snapshot-create", "params": {"uuid": "{vm}"}, "raw": raw}
    walk = walked(scenario({**long, "expect": {"status": 400}}), there)
    (step,) = told(walk, "http://h", str)
    assert step.command.startswith("head -c 200000 /dev/zero | tr '\\0' x | curl -s -X POST ")
    assert step.command.endswith(" --data-binary @-")


@pytest.mark.parametrize("name", SCENARIOS)
def test_what_a_scenario_needs_is_what_its_calls_do(name: str) -> None:
    steps = SCENARIOS[name].steps
    methods = {
        step.get("method", api().operations[step["call"]].method)
        for step in steps
        if "call" in step and step["call"] != "token-request"
    }
    found = needs(SCENARIOS[name])
    assert ("writes" in found) == bool(methods - {"GET", "HEAD", "OPTIONS"})
    assert ("time" in found) == any("call" not in step for step in steps)


def test_what_can_be_walked_anywhere_is_kept_where_much_else_is(mock: Mock) -> None:
    crowd = {"each": {"n": list(range(13))}, "body": {**CREATE["body"], "description": "n{n}"}}
    busy = scenario({**CREATE, **crowd}, {"advance": 0}, moments={"ago": "-1h"})
    with place(mock, busy) as there:
        assert not walked(busy, there).breaks
        for each in SCENARIOS.values():
            if each.anywhere:
                walk = walked(each, there)
                assert not [*walk.breaks, *walk.unseen], tell(walk, there.url)


def test_a_scenario_is_a_rule() -> None:
    found = rule(SCENARIOS["extend-three-times"])
    assert (found.id, found.suite) == ("extend-three-times", "scenarios")
    assert found.needs == ("writes", "time", "a world of its own")
    assert needs(AGO) == ("writes", "time")
    login = {"call": "token-request", "auth": {"basic": ["{login}", "{password}"]}}
    assert needs(scenario(login, anywhere=True)) == ("a login",)
