"""The clock: instants and their spelling, a clock that never goes back, the pace of a live one."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vss_mock.simulator.clock import (
    DAY,
    EARLIEST,
    HOUR,
    LATEST,
    LONGEST_ADVANCE,
    MINUTE,
    SECOND,
    YEAR,
    Mode,
    Pace,
    VirtualClock,
    from_datetime,
    instant,
    iso,
    to_datetime,
    within_time,
)
from vss_mock.simulator.errors import MalformedInstant, OutOfTime, TimeRunsForward

NOON = 1_469_809_859 * SECOND


def test_units_are_counted_in_microseconds() -> None:
    assert (SECOND, MINUTE, HOUR, DAY) == (10**6, 60 * 10**6, 3600 * 10**6, 86_400 * 10**6)
    assert YEAR == 8766 * HOUR  # 365.25 days
    assert LONGEST_ADVANCE == 876_600 * HOUR


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (NOON, "2016-07-29T16:30:59Z"),
        (NOON + 1, "2016-07-29T16:30:59.000001Z"),
        (NOON + 500_000, "2016-07-29T16:30:59.500000Z"),
        (-1, "1969-12-31T23:59:59.999999Z"),
        (EARLIEST, "0001-01-02T00:00:00Z"),
        (LATEST, "9999-12-01T00:00:00Z"),
    ],
)
def test_an_instant_is_spelled_in_utc_with_microseconds_only_where_there_are_some(
    moment: int, text: str
) -> None:
    assert iso(moment) == text
    assert instant(text) == moment


@given(moment=st.integers(EARLIEST, LATEST + 30 * DAY))
def test_an_instant_is_read_back_as_it_was(moment: int) -> None:
    assert instant(iso(moment)) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2016-07-29",
        "2016-07-29T16:30:59",
        "2016-07-29T16:30:59+00:00",
        "2016-07-29 16:30:59Z",
        "2016-07-29T16:30:59Z\n",
        "2016-07-29T16:30:59.5Z",
        "2016-07-29T16:30:59.000000Z",
        "2016-07-29T24:00:00Z",
        "2016-02-30T16:30:59Z",
        "２016-07-29T16:30:59Z",
        "12016-07-29T16:30:59Z",
        "0000-01-01T00:00:00Z",
    ],
)
def test_an_instant_spelled_otherwise_is_refused(text: str) -> None:
    with pytest.raises(MalformedInstant) as refused:
        instant(text)
    assert refused.value.text == text


def test_a_clock_stands_until_it_is_moved() -> None:
    clock = VirtualClock(NOON)
    assert clock.now == NOON
    clock.move_to(NOON + 1)
    assert clock.now == NOON + 1
    clock.move_to(NOON + 1)
    assert clock.now == NOON + 1


def test_a_clock_never_goes_back() -> None:
    clock = VirtualClock(NOON)
    for refuse in (clock.move_to, clock.check):
        with pytest.raises(TimeRunsForward) as refused:
            refuse(NOON - 1)
        assert (refused.value.now, refused.value.asked) == (NOON, NOON - 1)
    assert clock.now == NOON


def test_checking_a_move_does_not_make_it() -> None:
    clock = VirtualClock(NOON)
    clock.check(NOON + HOUR)
    assert clock.now == NOON


@pytest.mark.parametrize("beyond", [LATEST + 1, 10**30])
def test_a_clock_never_passes_the_last_instant(beyond: int) -> None:
    clock = VirtualClock(NOON)
    for refuse in (clock.move_to, clock.check, VirtualClock):
        with pytest.raises(OutOfTime) as refused:
            refuse(beyond)
        assert refused.value.asked == beyond
    assert clock.now == NOON
    clock.move_to(LATEST)
    assert clock.now == LATEST


def test_a_clock_starts_within_time() -> None:
    assert VirtualClock(EARLIEST).now == EARLIEST
    with pytest.raises(OutOfTime):
        VirtualClock(EARLIEST - 1)
    assert within_time(LATEST) == LATEST
    assert within_time(EARLIEST) == EARLIEST


def test_a_pace_is_frozen_unless_told_otherwise() -> None:
    assert Pace() == Pace(mode=Mode.FROZEN, rate=1.0, since=0, start=0)


@pytest.mark.parametrize(
    ("mode", "live", "settles"),
    [("frozen", False, False), ("live", True, True), ("auto", False, True)],
)
def test_time_goes_by_of_itself_in_one_mode_and_settles_by_itself_in_two(
    mode: str, live: bool, settles: bool
) -> None:
    pace = Pace(Mode(mode))
    assert (pace.live, pace.settles) == (live, settles)
    assert len(Mode) == 3


def test_a_live_world_goes_as_far_as_the_edge_times_its_rate() -> None:
    assert Pace(Mode.LIVE, since=5 * HOUR, start=NOON).now(7 * HOUR) == NOON + 2 * HOUR
    assert Pace(Mode.LIVE, rate=60.0, since=0, start=NOON).now(MINUTE) == NOON + HOUR
    assert Pace(Mode.LIVE, rate=0.5, since=0, start=NOON).now(3) == NOON + 1
    assert Pace(Mode.LIVE, rate=0.0, since=0, start=NOON).now(DAY) == NOON


def test_a_live_world_waits_for_an_edge_that_went_back() -> None:
    assert Pace(Mode.LIVE, since=HOUR, start=NOON).now(HOUR - 1) == NOON
    assert Pace(Mode.LIVE, since=HOUR, start=NOON).now(HOUR) == NOON


def test_a_live_world_stops_at_the_last_instant() -> None:
    assert Pace(Mode.LIVE, rate=10.0**9, since=0, start=NOON).now(YEAR) == LATEST
    assert Pace(Mode.LIVE, since=0, start=LATEST - 1).now(1) == LATEST
    assert Pace(Mode.LIVE, since=0, start=LATEST).now(1) == LATEST


def test_a_pace_can_be_counted_from_here() -> None:
    pace = Pace(Mode.LIVE, rate=2.0, since=1, start=2)
    assert pace.anchored(HOUR, NOON) == Pace(Mode.LIVE, rate=2.0, since=HOUR, start=NOON)
    assert pace.anchored(HOUR, NOON).now(2 * HOUR) == NOON + 2 * HOUR
    assert Pace(Mode.AUTO, 3.0).anchored(HOUR, NOON) == Pace(Mode.AUTO, 3.0, HOUR, NOON)


def test_an_instant_is_a_whole_number_exact_to_the_last_microsecond() -> None:
    last = datetime(9999, 11, 30, 23, 59, 59, 999_999, tzinfo=UTC)
    instant = from_datetime(last)
    assert isinstance(instant, int)
    assert (instant, to_datetime(instant)) == (LATEST - 1, last)
