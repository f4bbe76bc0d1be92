"""Rate limits, counted in the world's own time."""

import pytest

from tests.api.caller import Caller, basic, caller
from vss_mock.api import limits, service
from vss_mock.api.limits import Limit, Limiter
from vss_mock.wire.problems import Refusal

LOGIN = "/auth/request-token"


def test_no_limits_and_no_headers_unless_switched_on(mock: Caller) -> None:
    for _ in range(7):
        answer = mock.post(LOGIN, authorization=basic("jm", "jm"))
        assert answer.status_code == 200
        assert not any(name.startswith("X-RateLimit") for name in answer.headers)


def test_the_sixth_login_of_a_window_is_refused_until_the_next() -> None:
    mock = caller(rate_limit=True, start="2016-04-29T11:52:47Z")
    remaining = []
    for _ in range(5):
        answer = mock.post(LOGIN, authorization=basic("jm", "jm"))
        assert answer.headers["X-RateLimit-Limit"] == "5"
        assert answer.headers["X-RateLimit-Reset"] == "1461930780"  # as in the document
        remaining.append(answer.headers["X-RateLimit-Remaining"])
    assert remaining == ["4", "3", "2", "1", "0"]
    answer = mock.post(LOGIN, authorization=basic("jm", "jm"))
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "13"
    assert answer.headers["X-RateLimit-Remaining"] == "0"
    assert mock.post(LOGIN, authorization=basic("jm", "jm"), client="10.0.0.1").status_code == 200
    mock.advance(12)
    assert mock.post(LOGIN, authorization=basic("jm", "jm")).status_code == 429
    mock.advance(1)
    assert mock.post(LOGIN, authorization=basic("jm", "jm")).status_code == 200


def test_calls_are_counted_by_user_and_by_the_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "CALL_LIMIT", Limit(2, 3600))
    mock = caller(rate_limit=True)
    assert mock.get("/v2/user").headers["X-RateLimit-Remaining"] == "1"
    assert mock.get("/v2/nothing").status_code == 404
    assert mock.get("/v2/user").headers["X-RateLimit-Reset"] == "1469811600"
    before = mock.state
    assert mock.get("/v2/user").status_code == 429
    assert mock.state == before
    assert mock.get("/v2/user", authorization="Bearer ana-token").status_code == 200
    mock.advance("1h")
    assert mock.get("/v2/user").status_code == 200


def test_counting_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAXIMUM_COUNTERS", 2)
    limiter = Limiter()
    for name in ("a", "b", "c"):
        limiter.count((name,), Limit(1, 10), 0)
    limiter.count(("a",), Limit(1, 10), 0)
    with pytest.raises(Refusal):
        limiter.count(("a",), Limit(1, 10), 0)
