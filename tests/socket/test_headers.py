"""What every answer says in its headers, and how long it took."""

import re

import pytest
import requests

from vss_mock.embedded import Mock


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        ("/v2/request/snapshot/1", "PUT, HEAD, OPTIONS, GET"),  # documented: Snapshot
        ("/v2/vm", "HEAD, OPTIONS, GET"),
        ("/auth/request-token", "POST, OPTIONS"),  # documented: Authentication
    ],
)
def test_every_answer_tells_which_methods_its_resource_takes(
    mock: Mock, path: str, allow: str
) -> None:
    for method in ("GET", "HEAD", "OPTIONS", "PUT", "PATCH"):
        answer = requests.request(method, mock.url + path, headers=mock.headers, timeout=5)
        assert answer.headers["Allow"] == allow
        assert answer.headers["X-VSS-Mock"] == "1"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_frozen_world_takes_no_time_and_a_live_one_tells_how_much(mock: Mock) -> None:
    def elapsed() -> str:
        answer = requests.get(f"{mock.url}/v2/user", headers=mock.headers, timeout=5).json()
        found: str = answer["meta"]["time"]
        return found

    assert elapsed() == "0.00000s"
    mock.clock.live()
    assert re.fullmatch(r"0\.[0-9]{5}s", elapsed())
    assert elapsed() != "0.00000s"


def test_a_live_clock_ticks_by_itself(mock: Mock) -> None:
    mock.clock.live(rate=3600)
    before = mock.clock.now
    while (mock.clock.now - before).total_seconds() < 1:
        pass
    mock.clock.freeze()
    assert mock.clock.now == mock.clock.now
