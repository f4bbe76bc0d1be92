"""Toronto's dates on the wire against a calendar worked out by hand, for all of 2007 to 2037."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vss_mock.simulator.clock import EARLIEST, LATEST
from vss_mock.wire import dates

from .depth import depth
from .toronto import DAY, HOUR, MINUTE, SEASONS, SECOND, Season, day_number, summer, wall

SEASON_LIST = list(SEASONS.values())
by_year = pytest.mark.parametrize("season", SEASON_LIST, ids=lambda season: str(season.year))


def shows(instant: int, is_summer: bool) -> None:
    """Hold every spelling of an instant, and every reading of what is spelled, to the calendar."""
    date, time, zone, offset = wall(instant, is_summer)
    assert dates.local(instant) == f"{date} {time} {zone}"
    assert dates.naive(instant) == f"{date} {time}"
    assert dates.local_offset(instant) == f"{date} {time}{offset}"
    assert dates.local_iso(instant) == f"{date}T{time}{offset}"
    assert dates.parse_instant(f"{date}T{time}{offset}") == instant
    assert dates.parse_shown(f"{date} {time} {zone}") == instant


def test_the_calendar_knows_the_days_that_are_known() -> None:
    assert (SEASONS[2016].spring_day, SEASONS[2016].autumn_day) == (13, 6)
    assert (SEASONS[2007].spring_day, SEASONS[2007].autumn_day) == (11, 4)
    assert (SEASONS[2037].spring_day, SEASONS[2037].autumn_day) == (8, 1)
    assert wall(1_469_809_859 * SECOND, True) == ("2016-07-29", "12:30:59", "EDT", "-04:00")


@by_year
def test_every_hour_of_a_year_is_spelled_as_the_wall_shows_it(season: Season) -> None:
    start = day_number(season.year, 1, 1) * DAY + 5 * HOUR
    end = day_number(season.year, 12, 31) * DAY + 5 * HOUR + DAY
    for instant in range(start, end, HOUR):
        is_summer = season.begins <= instant < season.ends
        date, time, zone, _ = wall(instant, is_summer)
        assert dates.local(instant) == f"{date} {time} {zone}"
        assert dates.naive(instant) == f"{date} {time}"


@by_year
def test_every_minute_around_a_change_is_spelled_and_read_as_the_wall_shows_it(
    season: Season,
) -> None:
    for change in (season.begins, season.ends):
        for instant in range(change - 3 * HOUR, change + 3 * HOUR, MINUTE):
            shows(instant, season.begins <= instant < season.ends)
        for instant in (change - SECOND, change - 1, change, change + SECOND):
            whole = instant - instant % SECOND
            assert dates.local(instant) == dates.local(whole)
            shows(whole, season.begins <= whole < season.ends)


@by_year
def test_a_wall_time_of_a_day_of_change_is_read_as_its_first_occurrence(season: Season) -> None:
    spring = f"{season.year}-03-{season.spring_day:02}"
    for minute in range(24 * 60):
        text = f"{spring} {minute // 60:02}:{minute % 60:02}"
        shown = season.begins - 2 * HOUR + minute * MINUTE  # as if no clock were put forward
        if minute < 2 * 60:
            assert dates.parse_local(text) == shown
        elif minute < 3 * 60:
            with pytest.raises(dates.BadDate, match="the clocks go forward") as refused:
                dates.parse_local(text)
            assert text in str(refused.value)
            with pytest.raises(dates.BadDate):
                dates.parse_instant(text.replace(" ", "T"))
        else:
            assert dates.parse_local(text) == shown - HOUR
    autumn = f"{season.year}-11-{season.autumn_day:02}"
    for minute in range(24 * 60):
        text = f"{autumn} {minute // 60:02}:{minute % 60:02}"
        shown = season.ends - 2 * HOUR + minute * MINUTE  # as if no clock were put back
        expected = shown if minute < 2 * 60 else shown + HOUR
        assert dates.parse_local(text) == expected
        assert dates.parse_instant(text.replace(" ", "T")) == expected


@by_year
def test_the_second_occurrence_of_an_autumn_time_is_reached_by_its_zone(season: Season) -> None:
    date = f"{season.year}-11-{season.autumn_day:02}"
    for minute in range(60):
        first = season.ends - HOUR + minute * MINUTE
        assert dates.parse_shown(f"{date} 01:{minute:02}:00 EDT") == first
        assert dates.parse_shown(f"{date} 01:{minute:02}:00 EST") == first + HOUR


@by_year
def test_hours_are_added_in_utc_across_a_change(season: Season) -> None:
    spring = f"{season.year}-03-{season.spring_day - 1:02} 22:00"
    autumn = f"{season.year}-11-{season.autumn_day:02} 01:30"
    to_date = dates.parse_local(spring) + 12 * HOUR
    assert dates.local(to_date) == f"{season.year}-03-{season.spring_day:02} 11:00:00 EDT"
    for hours, shown in ((1, "01:30:00 EST"), (2, "02:30:00 EST"), (12, "12:30:00 EST")):
        to_date = dates.parse_local(autumn) + hours * HOUR
        assert dates.local(to_date) == f"{season.year}-11-{season.autumn_day:02} {shown}"


@depth(200)
@given(instant=st.integers(day_number(2007, 1, 2) * DAY, day_number(2037, 12, 31) * DAY))
def test_any_instant_is_spelled_as_the_wall_shows_it_and_read_back(instant: int) -> None:
    whole = instant - instant % SECOND
    shows(whole, summer(whole))
    assert dates.local(instant) == dates.local(whole)
    assert dates.naive(instant) == dates.naive(whole)
    assert dates.local_offset(instant) == dates.local_offset(whole)
    assert dates.parse_instant(dates.local_iso(instant)) == instant


@depth(200)
@given(instant=st.integers(EARLIEST, LATEST + 12 * DAY))
def test_any_instant_a_clock_can_show_has_a_spelling(instant: int) -> None:
    for spell in (dates.local, dates.naive, dates.local_offset, dates.local_iso):
        text = spell(instant)
        assert text[4] == text[7] == "-"
        assert text.isascii()
    assert len(dates.naive(instant)) == len("2016-07-29 22:00:00")


def test_years_before_1000_are_padded() -> None:
    assert dates.naive(EARLIEST) == "0001-01-01 18:42:28"  # by the sun: 5 h 17 min 32 s behind
    assert dates.local(EARLIEST).startswith("0001-01-01 18:42:28 ")
    assert dates.local_iso(EARLIEST).startswith("0001-01-01T18:42:28-05:17")
    assert dates.local_offset(EARLIEST).startswith("0001-01-01 18:42:28-05:17")
    noon = dates.parse_local("0999-06-01 12:00")
    assert dates.naive(noon) == "0999-06-01 12:00:00"


def test_the_last_dates_are_spelled() -> None:
    assert dates.local(LATEST) == "9999-11-30 19:00:00 EST"
    assert dates.local(LATEST + 4 * 72 * HOUR) == "9999-12-12 19:00:00 EST"
    assert dates.local_iso(LATEST) == "9999-11-30T19:00:00-05:00"


@pytest.mark.parametrize(
    "text", ["0001-01-01 00:00", "0001-01-01 18:42", "9999-11-30 19:01", "9999-12-31 23:59"]
)
def test_a_date_that_no_clock_can_show_is_refused(text: str) -> None:
    with pytest.raises(dates.BadDate):
        dates.parse_local(text)
    with pytest.raises(dates.BadDate):
        dates.parse_instant(text.replace(" ", "T"))


@pytest.mark.parametrize("text", ["0001-01-01 18:43", "9999-11-30 19:00"])
def test_the_first_and_last_minutes_are_read(text: str) -> None:
    instant = dates.parse_local(text)
    assert EARLIEST <= instant <= LATEST
    assert dates.naive(instant) == f"{text}:00"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2016-07-29",
        "2016-07-29 22:00:00",
        "2016-07-29T22:00",
        "2016-07-29 22:00\n",
        " 2016-07-29 22:00",
        "2016-07-29 22:00 ",
        "2016-07-29  22:00",
        "2016-7-29 22:00",
        "2016-07-9 22:00",
        "2016-07-29 9:00",
        "16-07-29 22:00",
        "12016-07-29 22:00",
        "2016-13-01 22:00",
        "2016-00-10 22:00",
        "2016-02-30 22:00",
        "2015-02-29 22:00",
        "2016-07-00 22:00",
        "2016-07-29 24:00",
        "2016-07-29 22:60",
        "0000-01-01 00:00",
        "2016-07-29 22:00Z",
        "2016-07-29 22:00 EDT",
        "２０１６-07-29 22:00",
        "2016-07-29 ２２:00",
        "٢٠١٦-07-29 22:00",
        "2016-07-29\u00a022:00",
        "2016−07−29 22:00",
        "+016-07-29 22:00",
        "today",
        "\x00",
        "2016-07-29 22:00" * 1000,
    ],
)
def test_a_date_spelled_otherwise_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(dates.BadDate) as refused:
        dates.parse_local(text)
    sentence = str(refused.value)
    assert len(sentence) < 400
    assert "\n" not in sentence
    assert " " in sentence


@depth(200)
@given(text=st.text() | st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}"))
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (dates.parse_local, dates.parse_instant, dates.parse_shown, dates.parse_duration):
        try:
            instant = read(text)
        except dates.BadDate:
            continue
        assert isinstance(instant, int)
        if read is dates.parse_local:
            assert dates.naive(instant) == f"{text}:00"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2016-07-29T16:30:59Z", 1_469_809_859),
        ("2016-07-29T12:30:59-04:00", 1_469_809_859),
        ("2016-07-29T18:30:59+02:00", 1_469_809_859),
        ("2016-07-29T12:30:59", 1_469_809_859),
        ("2016-07-29 12:30:59", 1_469_809_859),
        ("2016-07-29T12:30", 1_469_809_800),
        ("2016-07-29T16:30Z", 1_469_809_800),
        ("2016-07-29T22:00:59+05:30", 1_469_809_859),
    ],
)
def test_an_instant_may_have_an_offset_or_be_torontos(text: str, seconds: int) -> None:
    assert dates.parse_instant(text) == seconds * SECOND


@pytest.mark.parametrize(
    ("fraction", "microseconds"), [(".5", 500_000), (".25", 250_000), (".000001", 1)]
)
def test_an_instant_may_have_a_fraction(fraction: str, microseconds: int) -> None:
    expected = 1_469_809_859 * SECOND + microseconds
    assert dates.parse_instant(f"2016-07-29T16:30:59{fraction}Z") == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2016-07-29",
        "2016-07-29T16:30:59z ",
        "2016-07-29T16:30:59Z\n",
        "2016-07-29T16:30:59+25:00",
        "2016-07-29T16:30:59+05:60",
        "2016-07-29T16:30:59.Z",
        "2016-07-29T16:30:59.1234567Z",
        "2016-07-29T16:30:60Z",
        "2016-07-29T24:00:00Z",
        "2016-07-29T16Z",
        "2016-07-29T１6:30:59Z",
        "20160729T163059Z",
        "2016-W30-5T16:30:59Z",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00Z",
    ],
)
def test_an_instant_spelled_otherwise_is_refused(text: str) -> None:
    with pytest.raises(dates.BadDate):
        dates.parse_instant(text)


def test_a_date_as_shown_may_be_a_day_or_lack_its_zone() -> None:
    noon = 1_469_809_859 * SECOND
    assert dates.parse_shown("2016-07-29 12:30:59 EDT") == noon
    assert dates.parse_shown("2016-07-29 12:30:59") == noon
    assert dates.parse_shown("2016-07-29") == noon - (12 * HOUR + 30 * MINUTE + 59 * SECOND)


@pytest.mark.parametrize(
    "text", ["2016-07-29 12:30:59 EST", "2016-07-29 12:30:59 CEST", "2016-07-29 12:30:59 edt", "x"]
)
def test_a_date_shown_in_a_zone_that_was_not_in_force_is_refused(text: str) -> None:
    with pytest.raises(dates.BadDate):
        dates.parse_shown(text)


@pytest.mark.parametrize(
    ("text", "microseconds"),
    [
        ("10h", 10 * HOUR),
        ("90m", 90 * MINUTE),
        ("1d6h", 30 * HOUR),
        ("1d2h3m4s", DAY + 2 * HOUR + 3 * MINUTE + 4 * SECOND),
        ("45s", 45 * SECOND),
        ("0s", 0),
        ("007h", 7 * HOUR),
        (0, 0),
        (36_000, 10 * HOUR),
        (0.5, SECOND // 2),
        (1e-6, 1),
        (12.000001, 12 * SECOND + 1),
        (1e9, 1_000_000_000 * SECOND),
    ],
)
def test_a_duration_is_read_in_units_or_in_seconds(text: str | float, microseconds: int) -> None:
    assert dates.parse_duration(text) == microseconds


@pytest.mark.parametrize(
    "value",
    [
        "",
        "h",
        "10",
        "--1h",
        "-",
        "1h-",
        "+1h",
        "1h ",
        " 1h",
        "1h\n",
        "1h1h",
        "6h1d",
        "1.5h",
        "１h",
        "1H",
        "1 h",
        "ten hours",
        "1w",
        "9999999999d",
        float("nan"),
        float("inf"),
        float("-inf"),
        1e300,
        10**400,
    ],
    ids=lambda value: repr(value)[:20],
)
def test_any_other_duration_is_refused(value: str | float) -> None:
    with pytest.raises(dates.BadDate):
        dates.parse_duration(value)


def test_a_duration_is_at_most_a_hundred_years() -> None:
    century = 36_525 * DAY
    assert dates.parse_duration("36525d") == century
    assert dates.parse_duration(century // SECOND) == century
    assert dates.parse_duration(-century // SECOND) == -century
    for value in ("36525d1s", "3155760001s", century // SECOND + 1, -century // SECOND - 1):
        with pytest.raises(dates.BadDate):
            dates.parse_duration(value)


@by_year
def test_a_time_that_is_skipped_is_told_from_what_is_no_time_at_all(season: Season) -> None:
    date = f"{season.year}-03-{season.spring_day:02}"
    for text in (f"{date} 02:00", f"{date} 02:59", f"{date}T02:30", f"{date}T02:59:59"):
        with pytest.raises(dates.SkippedTime):
            dates.check_shown(text)
    for text in (f"{date} 01:59", f"{date} 03:00", f"{date}T02:30Z", f"{date}T02:30-05:00"):
        dates.check_shown(text)
    for text in ("", "tomorrow", f"{date} 2:30", f"{season.year}-02-30 02:30"):
        dates.check_shown(text)


@depth(200)
@given(microseconds=st.integers(0, 10**18))
def test_an_age_is_spelled_as_python_spells_a_timedelta(microseconds: int) -> None:
    assert dates.age(microseconds) == str(timedelta(microseconds=microseconds))


def test_the_documented_age_is_spelled_as_documented() -> None:
    assert dates.age((30 * 60 + 14) * SECOND + 466_488) == "0:30:14.466488"
    assert dates.age(0) == "0:00:00"


def test_a_negative_duration_is_its_own_opposite() -> None:
    assert dates.parse_duration("-1d6h") == -dates.parse_duration("1d6h") == -30 * 3600 * 10**6
