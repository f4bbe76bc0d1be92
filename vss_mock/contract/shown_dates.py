"""Reads dates as answers show them: Toronto's clocks, with the word of the zone or without."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from vss_mock.contract.toronto import DAYS

TORONTO: Final = ZoneInfo("America/Toronto")

_DAY = re.compile(f"([0-9-]{{10}}) ({'|'.join(DAYS)}) (.*)")
_LOCAL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")
_AGE = re.compile(r"(?:([0-9]{1,6}) days?, )?([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{6}))?")


class Stamp(NamedTuple):
    """A date with the word of its zone: the instant that is meant, and its ISO spelling.

    `zones` are the words that Toronto's clocks have at that time: two where an hour comes twice,
    none where one is left out. `day` is the word for the day of the week, "" where none is shown,
    `right_day` the one that it has.
    """

    instant: datetime
    zone: str
    zones: tuple[str, ...]
    iso: str
    day: str = ""
    right_day: str = ""


def stamp(text: str | None) -> Stamp | None:
    """Return what `2016-07-29 12:30:59 EDT` means, None for what is spelled otherwise.

    The day of the week may be told, as in `2016-07-29 Fri 12:30:59 EDT`.
    """
    dated = _DAY.fullmatch(text or "")
    day = dated[2] if dated else ""
    wall, _, zone = (f"{dated[1]} {dated[3]}" if dated else text or "").rpartition(" ")
    instants = local(wall)
    if instants is None:
        return None
    shown = {
        moment.tzname() or "": instant
        for instant in instants
        if f"{(moment := instant.astimezone(TORONTO)):%Y-%m-%d %H:%M:%S}" == wall
    }
    meant = shown.get(zone, instants[0])
    clock = meant.astimezone(TORONTO)
    return Stamp(meant, zone, tuple(shown), clock.isoformat(" "), day, DAYS[clock.weekday()])


def local(text: str | None) -> list[datetime] | None:
    """Return the instants that `2016-07-29 12:31:51` may mean: two where an hour comes twice."""
    if text is None or not _LOCAL.fullmatch(text):
        return None
    try:
        wall = datetime.fromisoformat(text)
        instants = [wall.replace(tzinfo=TORONTO, fold=fold).astimezone(UTC) for fold in (0, 1)]
    except (ValueError, OverflowError):
        return None
    return list(dict.fromkeys(instants))


def age(text: str | None) -> timedelta | None:
    """Return the length that `1 day, 2:03:04.000005` means, None for what is spelled otherwise."""
    spelled = _AGE.fullmatch(text or "")
    if spelled is None:
        return None
    days, hours, minutes, seconds, micros = (int(part or 0) for part in spelled.groups())
    return timedelta(days, seconds, micros, minutes=minutes, hours=hours)


def to_the_second(instant: datetime) -> datetime:
    """Return an instant without what answers do not show of it."""
    return instant.replace(microsecond=0)
