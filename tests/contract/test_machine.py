"""Walks over the reference model: they find nothing on the mock, and lies by their right names."""

from collections.abc import Callable, Mapping, Sequence

import pytest

from tests.contract import change_lies, model_lies
from tests.contract.lies import replacing
from tests.contract.model_lies import TAKEN
from tests.contract.places import MockPlaces
from tests.contract.stage import api
from vss_mock.contract.actions import Action, LogIn, Refuse
from vss_mock.contract.answers import Answers
from vss_mock.contract.attempts import KINDS
from vss_mock.contract.machine import Depth, Explored, explore
from vss_mock.contract.memory import Memory
from vss_mock.contract.model_rules import BY_ID, RULES, rules
from vss_mock.contract.places import Place
from vss_mock.contract.reducing import Failure
from vss_mock.contract.rules import EVIDENCE, OWN, NotObserved
from vss_mock.contract.scenes import Scene
from vss_mock.contract.searching import Search
from vss_mock.contract.transport import Answer, Transport
from vss_mock.contract.words import DIALECTS
from vss_mock.embedded import Mock

SMALL = Depth(examples=3, steps=12, shrink_calls=400, rounds=1)
STRANGERS = "2016"
"""The dialect in which the mock answers those whom it does not know."""
LIES = model_lies.LIES | change_lies.LIES


def answers_of(place: Place, dialect: str = "2016") -> Answers:
    return Answers(api(dialect), place.url, strangers=api(STRANGERS))


def answering(dialect: str) -> Callable[[Place], Answers]:
    return lambda place: answers_of(place, dialect)


def walk(places: MockPlaces, actions: Sequence[Action], dialect: str = "2016") -> Failure | None:
    return Search(places, answering(dialect), Memory(), dialect).walk(Scene(), actions, look=True)


def explored(
    places: MockPlaces, depth: Depth = SMALL, seed: int = 0, dialect: str = "2016"
) -> Explored:
    return explore(places, answering(dialect), seed, depth, dialect)


@pytest.mark.parametrize(
    ("dialect", "seed"), [("2016", 0), ("2016", 1), ("2016", 2), ("2019", 2), ("2026", 3)]
)
def test_the_mock_has_no_finding(mock: Mock, dialect: str, seed: int) -> None:
    found = explored(MockPlaces(mock.url), seed=seed, dialect=dialect)
    assert found.findings == []
    assert set(found.looked_at) - {"answers"} <= {rule.id for rule in rules(dialect)}


@pytest.mark.parametrize("name", LIES)
def test_a_lie_is_called_by_its_name(mock: Mock, name: str) -> None:
    told = LIES[name]
    failure = walk(MockPlaces(mock.url, told.lie), told.walk, told.dialect)
    assert failure is not None
    assert failure.found.rule == told.rule, failure.found


@pytest.mark.parametrize("name", LIES)
def test_what_the_lie_is_told_on_is_kept_by_the_mock(mock: Mock, name: str) -> None:
    told = LIES[name]
    assert walk(MockPlaces(mock.url), told.walk, told.dialect) is None


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_fault_is_refused_by_the_mock_as_it_should_be(
    mock: Mock, kind: str, dialect: str
) -> None:
    assert walk(MockPlaces(mock.url), (*TAKEN, Refuse(kind, 0, 40)), dialect) is None


def test_a_lie_is_found_by_chance_and_told_in_few_calls(mock: Mock) -> None:
    found = explored(MockPlaces(mock.url, replacing('"Scheduled"', '"SCHEDULED"')))
    (finding,) = found.findings
    assert (finding.rule, finding.evidence) == ("request-status-follows-time", "documented")
    assert (finding.expected, finding.actual) == ('"Scheduled"', '"SCHEDULED"')
    assert finding.walk[0].what.startswith("jm asks for a snapshot")
    assert len(finding.walk) == 3


def test_a_walk_is_told_as_lines_that_hold_no_secret(mock: Mock) -> None:
    secrets: list[str] = []

    def listening(inner: Transport) -> Transport:
        def send(
            method: str, path: str, query: str, headers: Mapping[str, str], body: bytes | None
        ) -> Answer:
            secrets.extend(headers.get("Authorization", "").split()[1:])
            return inner(method, path, query, headers, body)

        return replacing('"Scheduled"', '"SCHEDULED"')(send)

    places = MockPlaces(mock.url, listening)
    failure = walk(places, (LogIn(), LogIn(1), Refuse("strangers", 0, 20), *TAKEN))
    assert failure is not None
    text = "\n".join("\n".join(step) for step in failure.told)
    assert "$TOKEN" in text
    assert "curl -s -X POST" in text
    assert [secret for secret in secrets if len(secret) > 20 and secret in text] == []
    assert "eyJ" not in text
    assert "-password" not in text


def test_what_is_known_is_passed_over_in_the_next_round(mock: Mock) -> None:
    def both(inner: Transport) -> Transport:
        return replacing('"Done"', '"Ended"')(replacing('"quiesced":', '"quiet":')(inner))

    found = explored(MockPlaces(mock.url, both), SMALL._replace(rounds=3, examples=6, steps=20))
    assert {"snapshot-stays-as-it-was-taken", "request-action-fits-status"} <= {
        finding.rule for finding in found.findings
    }
    rules = [finding.rule for finding in found.findings]
    assert len(rules) == len(set(rules))


def test_a_forgotten_effect_gives_no_crowd_of_names(mock: Mock) -> None:
    told = LIES["extension forgotten"]
    found = explored(MockPlaces(mock.url, told.lie), SMALL._replace(rounds=5, steps=20))
    assert told.rule in {finding.rule for finding in found.findings}
    # Whoever answers without looking takes bad bodies too: the four are different faults.
    assert {finding.rule for finding in found.findings} <= {
        told.rule,
        "messages-tell-what-was-done",
        "bodies-hold-what-is-known",
        "bodies-say-their-type",
    }


def test_the_same_seed_makes_the_same_calls(mock: Mock) -> None:
    def run() -> list[tuple[str, str, str, bytes | None]]:
        calls: list[tuple[str, str, str, bytes | None]] = []

        def noting(inner: Transport) -> Transport:
            def send(
                method: str, path: str, query: str, headers: Mapping[str, str], body: bytes | None
            ) -> Answer:
                if not path.startswith("/_mock"):
                    calls.append((method, path, query, body))
                return inner(method, path, query, headers, body)

            return send

        explored(MockPlaces(mock.url, noting), Depth(2, 10, 100, 1), seed=5)
        return calls

    assert run() == run()


def test_a_target_without_worlds_is_not_observed() -> None:
    class Nowhere(MockPlaces):
        def fresh(self, settings: Mapping[str, object]) -> object:  # type: ignore[override]  # it never gives any
            raise NotObserved("it makes no worlds")

    with pytest.raises(NotObserved, match="makes no worlds"):
        explored(Nowhere("http://127.0.0.1:9"))


def test_a_server_that_goes_away_is_no_broken_rule(mock: Mock) -> None:
    def gone(inner: Transport) -> Transport:
        def send(
            method: str, path: str, query: str, headers: Mapping[str, str], body: bytes | None
        ) -> Answer:
            if method == "POST" and path.endswith("/snapshot"):
                raise ConnectionResetError("gone")
            return inner(method, path, query, headers, body)

        return send

    with pytest.raises(ConnectionResetError):
        explored(MockPlaces(mock.url, gone))


def test_every_rule_names_its_source_and_evidence() -> None:
    assert len(BY_ID) == len(RULES)
    for rule in RULES:
        assert rule.evidence in EVIDENCE
        assert (rule.source == OWN) == (rule.evidence == "assumed"), rule.id
        assert rule.suite == "model"
        assert len(rule.title) <= 100
        assert not rule.title.endswith(".")
