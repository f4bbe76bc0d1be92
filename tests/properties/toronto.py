"""Toronto's clock worked out by hand: days counted, Sundays found, two offsets. No zoneinfo.

It holds for 2007 to 2037, the years of one rule: summer time from the second Sunday of March, 2:00
EST, to the first Sunday of November, 2:00 EDT. Nothing of `vss_mock` may be imported here.
Instants are microseconds since 1970 in UTC.
"""

from functools import cache
from typing import NamedTuple

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
YEARS = range(2007, 2038)
MARCH, NOVEMBER = 3, 11
LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def leap(year: int) -> bool:
    """Tell whether a year has a 29th of February."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def lengths(year: int) -> list[int]:
    """Return the days of each month of a year."""
    return [days + (month == 1 and leap(year)) for month, days in enumerate(LENGTHS)]


def day_number(year: int, month: int, day: int) -> int:
    """Return the days from 1970-01-01 to a date in the same or a later year."""
    years = sum(366 if leap(other) else 365 for other in range(1970, year))
    return years + sum(lengths(year)[: month - 1]) + day - 1


def sunday(year: int, month: int, nth: int) -> int:
    """Return the day of the month of its n-th Sunday."""
    found = [
        day
        for day in range(1, lengths(year)[month - 1] + 1)
        if (day_number(year, month, day) + 4) % 7 == 0  # 1970-01-01 was a Thursday
    ]
    return found[nth - 1]


class Season(NamedTuple):
    """A year's summer time: its two days, and the instants at which it begins and ends."""

    year: int
    spring_day: int
    autumn_day: int
    begins: int
    ends: int


def season(year: int) -> Season:
    """Return a year's summer time."""
    spring, autumn = sunday(year, MARCH, 2), sunday(year, NOVEMBER, 1)
    begins = day_number(year, MARCH, spring) * DAY + 7 * HOUR  # 2:00 EST
    ends = day_number(year, NOVEMBER, autumn) * DAY + 6 * HOUR  # 2:00 EDT
    return Season(year, spring, autumn, begins, ends)


SEASONS = {year: season(year) for year in YEARS}


def summer(instant: int) -> bool:
    """Tell whether summer time is in force at an instant of 2007 to 2037."""
    return any(one.begins <= instant < one.ends for one in SEASONS.values())


class Wall(NamedTuple):
    """What a clock on a wall in Toronto shows."""

    date: str
    time: str
    zone: str
    offset: str


@cache
def date(days: int) -> str:
    """Return the date that lies so many days after 1970-01-01."""
    year = 1970
    while days >= 365 + leap(year):
        days -= 365 + leap(year)
        year += 1
    month = 0
    while days >= lengths(year)[month]:
        days -= lengths(year)[month]
        month += 1
    return f"{year}-{month + 1:02}-{days + 1:02}"


def wall(instant: int, is_summer: bool) -> Wall:
    """Return what is shown at an instant that is, or is not, in summer time."""
    days, within = divmod(instant - (4 if is_summer else 5) * HOUR, DAY)
    hours, minutes, seconds = within // HOUR, within // MINUTE % 60, within // SECOND % 60
    return Wall(
        date(days),
        f"{hours:02}:{minutes:02}:{seconds:02}",
        "EDT" if is_summer else "EST",
        "-04:00" if is_summer else "-05:00",
    )
