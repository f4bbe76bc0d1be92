"""Calls are paced, pauses that a server asks for are kept, and time is waited for, not guessed."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.contract.walls import FakeWall
from vss_mock.contract.pace import Overrun, Paced, RealTime, offset_of, seconds_of
from vss_mock.contract.rules import NotObserved
from vss_mock.contract.transport import Answer, Transport

FINE = Answer(200, {}, b"")


def answering(*answers: Answer) -> Transport:
    left = list(answers)
    return lambda *_: left.pop(0) if len(left) > 1 else left[0]


def call(paced: Paced) -> Answer:
    return paced("GET", "/v2/vm", "", {}, None)


def test_calls_are_as_far_apart_as_the_rate_says() -> None:
    wall = FakeWall()
    paced = Paced(answering(FINE), wall, 4)
    for _ in range(5):
        call(paced)
    assert wall.slept == [0.25] * 4


def test_without_a_rate_nothing_is_waited_for() -> None:
    wall = FakeWall()
    paced = Paced(answering(FINE), wall, None)
    for _ in range(5):
        call(paced)
    assert wall.slept == []


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": "0"}, 1),
        ({"retry-after": "Thu, 15 Jan 2026 12:00:09 GMT"}, 9),
        ({"retry-after": "Thu, 15 Jan 2026 11:00:00 GMT"}, 1),
        ({"retry-after": "soon"}, 1),
        ({"retry-after": "soon", "x-ratelimit-reset": "1768478405"}, 5),
        ({}, 1),
    ],
)
def test_a_server_that_wants_a_pause_gets_it(headers: dict[str, str], pause: float) -> None:
    wall = FakeWall()
    paced = Paced(answering(Answer(429, headers, b""), FINE), wall, None)
    assert call(paced) == FINE
    assert wall.slept == [pause]


def test_a_pause_is_not_waited_for_without_end() -> None:
    long = answering(Answer(429, {"retry-after": "3600"}, b""))
    with pytest.raises(Overrun, match="3600 seconds"):
        call(Paced(long, FakeWall(), None))
    stubborn = answering(Answer(429, {"retry-after": "1"}, b""))
    with pytest.raises(Overrun, match="5 times"):
        call(Paced(stubborn, FakeWall(), None))


def test_the_servers_clock_is_known_by_its_date() -> None:
    wall = FakeWall()
    ahead = Answer(200, {"date": "Thu, 15 Jan 2026 12:01:00 GMT"}, b"")
    assert offset_of(ahead, wall) == timedelta(minutes=1)
    time = RealTime(wall, offset_of(ahead, wall), 0)
    assert time.now() == datetime(2026, 1, 15, 12, 1, tzinfo=UTC)
    for said in ({}, {"date": "noon"}):
        assert offset_of(Answer(200, said, b""), wall) == timedelta()


def test_time_that_passes_by_itself_is_waited_for_as_long_as_was_allowed() -> None:
    wall = FakeWall()
    time = RealTime(wall, timedelta(), 300)
    time.jump({"advance": "5m"})
    time.jump({"advance": 0})
    time.jump({"advance_to": (time.now() + timedelta(seconds=9)).isoformat()})
    time.jump({"advance_to": (time.now() - timedelta(seconds=9)).isoformat()})
    assert wall.slept == [300, 9]
    with pytest.raises(NotObserved, match=r"takes 0:05:01 .* allows 0:05:00"):
        time.jump({"advance": "5m1s"})
    assert wall.slept == [300, 9]


@pytest.mark.parametrize(
    ("length", "seconds"), [("1d6h", 108_000), ("90m", 5_400), ("2m3s", 123), (1.5, 1.5), (0, 0)]
)
def test_lengths_are_read_as_people_write_them(length: object, seconds: float) -> None:
    assert seconds_of(length) == seconds
