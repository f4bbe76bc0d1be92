"""Toronto's time on the wire, UTC instants inside: every spelling of a date that the API uses.

Hours are never added here: a lifetime is added to an instant, in UTC.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from vss_mock.simulator.clock import (
    EARLIEST,
    HOUR,
    LATEST,
    LONGEST_ADVANCE,
    SECOND,
    from_datetime,
    to_datetime,
)

TORONTO = ZoneInfo("America/Toronto")

_MINUTE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WEEKDAY = re.compile(r"\A([0-9]{4}-[0-9]{2}-[0-9]{2}) (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b")
_ISO = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
    r"(Z|[+-][0-9]{2}:[0-5][0-9])?"
)
_TOO_FAR = "more than 100 years is too far for one advance"
_DURATION = re.compile(
    r"(-)?(?:([0-9]{1,9})d)?(?:([0-9]{1,9})h)?(?:([0-9]{1,9})m)?(?:([0-9]{1,12})s)?"
)


class BadDate(ValueError):
    """A date or duration that cannot be meant; its text is a sentence without the subject."""


class SkippedTime(BadDate):
    """A time that Toronto's clocks skip in spring."""


def check_shown(text: str) -> None:
    """Raise SkippedTime for a time that is well spelled, but that Toronto's clocks never show.

    It judges the schemas' format `toronto-time`; all else about a date is in their patterns.
    """
    try:
        parse_instant(text)
    except SkippedTime:
        raise
    except BadDate:
        return


def parse_local(text: str) -> int:
    """Return the instant of `YYYY-MM-DD HH:MM` in Toronto; raise BadDate.

    A time in the spring gap does not exist; one in the autumn overlap means its first occurrence
    (assumed: no document says which).
    """
    if not _MINUTE.fullmatch(text):
        raise BadDate(f"{_quoted(text)} is not spelled 'YYYY-MM-DD HH:MM'")
    return _instant(text)


def parse_instant(text: str) -> int:
    """Return the instant of an ISO 8601 date and time; without an offset it is Toronto's.

    Seconds and their fractions may be left out. Raises BadDate.
    """
    if not _ISO.fullmatch(text):
        raise BadDate(f"{_quoted(text)} is not an ISO 8601 date and time, as 2016-07-29T22:00")
    return _instant(text)


def parse_shown(text: str) -> int:
    """Return the instant of a date as answers show it, or of the start of a day; raise BadDate.

    `2016-11-06 01:30:00 EST` is told from the same time in EDT by trying both occurrences, for the
    names of zones mean nothing by themselves.
    """
    if _DAY.fullmatch(text):
        return parse_local(f"{text} 00:00")
    text = _WEEKDAY.sub(r"\1", text)
    shown, _, zone = text.partition(" E")
    instant = parse_instant(shown)
    if not zone:
        return instant
    for occurrence in (instant, instant + HOUR):
        if local(occurrence) == f"{shown} E{zone}":
            return occurrence
    raise BadDate(f"{_quoted(text)} is not a time that Toronto's clocks show")


def parse_duration(value: str | float) -> int:
    """Return the microseconds of `10h`, `90m`, `1d6h` or a number of seconds; raise BadDate.

    It may be negative: whoever moves a clock with it refuses that.
    """
    if isinstance(value, str):
        match = _DURATION.fullmatch(value)
        if not match or not any(match.groups()[1:]):
            raise BadDate(f"{_quoted(value)} is not a duration, as 10h, 90m, 1d6h or 30s")
        days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
        length = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * SECOND
        if length > LONGEST_ADVANCE:
            raise BadDate(_TOO_FAR)
        return -length if match[1] else length
    if abs(value) <= LONGEST_ADVANCE / SECOND:  # neither is NaN, and any size can be compared
        return round(value * SECOND)
    raise BadDate(_TOO_FAR)


def local(instant: int) -> str:
    """Spell an instant as request objects do: `2016-07-29 22:00:00 EDT`."""
    moment = _toronto(instant // SECOND)
    return f"{naive(instant)} {moment.tzname()}"


def local_day(instant: int) -> str:
    """Spell an instant with the day of the week: `2016-07-29 Fri 22:00:00 EDT` (since 2020)."""
    moment = _toronto(instant // SECOND)
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[moment.weekday()]
    date, _, time = local(instant).partition(" ")
    return f"{date} {day} {time}"


def naive(instant: int) -> str:
    """Spell an instant as vCenter's `createTime`, in Toronto without a zone."""
    return _toronto(instant // SECOND).replace(tzinfo=None).isoformat(" ")


def minute(instant: int) -> str:
    """Spell an instant as bodies ask for one, in Toronto, seconds left out: `2016-07-29 22:00`."""
    return naive(instant)[: len("YYYY-MM-DD HH:MM")]


def local_offset(instant: int) -> str:
    """Spell an instant as the stored description does: `2016-07-29 22:00:00-04:00`."""
    return _toronto(instant // SECOND).isoformat(" ")


def local_iso(instant: int) -> str:
    """Spell an instant as ISO 8601 in Toronto, microseconds only where there are some."""
    return to_datetime(instant).astimezone(TORONTO).isoformat()


def age(microseconds: int) -> str:
    """Spell an age as Python's timedelta does: `0:30:14.466488`, `1 day, 2:03:04`."""
    return str(timedelta(microseconds=microseconds))


@lru_cache(maxsize=4096)
def _toronto(second: int) -> datetime:
    return to_datetime(second * SECOND).astimezone(TORONTO)


@lru_cache(maxsize=4096)
def _instant(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = _existing(text, moment)
        instant = from_datetime(moment)
    except (ValueError, OverflowError) as error:
        if isinstance(error, BadDate):
            raise
        raise BadDate(f"{_quoted(text)} is not a date of the calendar") from None
    if not EARLIEST <= instant <= LATEST:
        raise BadDate(f"{_quoted(text)} lies outside the years 1 to 9999")
    return instant


def _existing(text: str, moment: datetime) -> datetime:
    """Return Toronto's first occurrence of a wall time as UTC; raise BadDate in the spring gap."""
    meant = moment.replace(tzinfo=TORONTO).astimezone(UTC)
    shown = meant.astimezone(TORONTO).replace(tzinfo=None)
    if shown != moment:
        raise SkippedTime(
            f"{_quoted(text)} does not exist in Toronto: the clocks go forward over it, "
            f"to {shown:%H:%M}"
        )
    return meant


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:39] + "…")
