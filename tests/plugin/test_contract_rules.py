"""`pytest --pyargs vss_mock.contract`, as users run it: each rule of the contract is a test."""

from collections.abc import Callable, Iterator

import pytest

from tests.contract.facade import facade
from vss_mock import Mock

NAME = "1606T-coreos0"
Judge = Callable[..., pytest.RunResult]


@pytest.fixture(scope="module")
def mock() -> Iterator[Mock]:
    with Mock() as running:
        yield running


@pytest.fixture
def judge(pytester: pytest.Pytester) -> Judge:
    def run(url: str, token: str, *words: str, vm: str = NAME) -> pytest.RunResult:
        given = ["--vss-url", url, "--vss-token", token, "--vss-vm", vm]
        return pytester.runpytest_subprocess(
            "-p", "no:cacheprovider", "-q", *given, "--pyargs", "vss_mock.contract", *words
        )

    return run


def test_a_server_that_keeps_the_selected_rules_passes(mock: Mock, judge: Judge) -> None:
    done = judge(mock.url, mock.token, "-k", "clocks-go or members-in-order")
    done.assert_outcomes(passed=3, deselected=done.parseoutcomes()["deselected"])


@pytest.fixture(scope="module")
def latest() -> Iterator[Mock]:
    with Mock(dialect="2026") as running:
        yield running


ONLY_2026 = "machines-by-moref or days-of-the-week"


def test_a_mock_is_judged_by_the_documents_of_what_it_speaks(latest: Mock, judge: Judge) -> None:
    done = judge(latest.url, latest.token, "-k", ONLY_2026)
    done.assert_outcomes(passed=2, deselected=done.parseoutcomes()["deselected"])


def test_any_mock_is_judged_in_worlds_of_the_dialect_asked_for(mock: Mock, judge: Judge) -> None:
    done = judge(mock.url, mock.token, "--vss-dialect", "2026", "-k", ONLY_2026)
    done.assert_outcomes(passed=2, deselected=done.parseoutcomes()["deselected"])


def test_a_broken_rule_fails_with_the_walk_and_without_the_token(mock: Mock, judge: Judge) -> None:
    with facade(mock) as front:
        front.mood = lambda call: (204, {}) if call.path == "/v2/request" else None
        done = judge(front.url, mock.token, "-k", "any-requests")
    done.assert_outcomes(failed=1, deselected=done.parseoutcomes()["deselected"])
    told = done.stdout.str()
    assert "BROKEN any-requests" in told
    assert "$TOKEN" in told
    assert mock.token not in told


def test_what_was_not_observed_is_skipped_with_its_reason(mock: Mock, judge: Judge) -> None:
    with facade(mock) as front:
        done = judge(front.url, mock.token, "-k", "extend-three-times", "-rs")
    done.assert_outcomes(skipped=1, deselected=done.parseoutcomes()["deselected"])
    assert "not observed: it takes a world of its own" in done.stdout.str()


def test_a_server_that_cannot_be_judged_ends_the_run_in_a_sentence(
    mock: Mock, judge: Judge
) -> None:
    done = judge(mock.url, "no-such-token", "-k", "any-user")
    assert done.ret == 2
    said = done.stdout.str() + done.stderr.str()
    assert "the contract cannot be judged: login refused" in said
    assert "no-such-token" not in said


def test_without_a_server_it_says_what_is_missing(pytester: pytest.Pytester) -> None:
    done = pytester.runpytest_subprocess("--pyargs", "vss_mock.contract", "--vss-vm", NAME)
    assert done.ret != 0
    said = done.stdout.str() + done.stderr.str()
    assert "the contract cannot be judged without --vss-url, --vss-token" in said
