"""Toronto's time as the API spells it. Instants are integers, microseconds since 1970 in UTC.

Hours are added to instants, never to what a clock on the wall shows.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

_TORONTO = ZoneInfo("America/Toronto")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant(moment: datetime) -> int:
    """Return the instant of an aware datetime."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


@lru_cache(maxsize=4096)
def _shown(at: int) -> datetime:
    """Return what a clock in Toronto shows at an instant, to the second."""
    return (_EPOCH + timedelta(seconds=at // SECOND)).astimezone(_TORONTO)


def stamp(at: int, *, weekday: bool = False) -> str:
    """Spell an instant as requests do: `2016-07-29 22:00:00 EDT`, later `2016-07-29 Fri ...`."""
    shown = _shown(at)
    day = f" {DAYS[shown.weekday()]}" if weekday else ""
    return f"{shown:%Y-%m-%d}{day} {shown:%H:%M:%S %Z}"


def with_offset(at: int) -> str:
    """Spell an instant as stored descriptions do: `2016-07-29 22:00:00-04:00`."""
    return _shown(at).isoformat(" ")


def without_zone(at: int) -> str:
    """Spell an instant as a snapshot's creation time: `2016-07-29 22:00:00`."""
    return _shown(at).replace(tzinfo=None).isoformat(" ")


def minute(at: int) -> str:
    """Spell the minute of an instant as bodies do: `2016-07-29 22:00`."""
    return f"{_shown(at):%Y-%m-%d %H:%M}"


def utc(at: int) -> str:
    """Spell an instant as ISO 8601 in UTC."""
    return (_EPOCH + timedelta(microseconds=at)).replace(tzinfo=None).isoformat() + "Z"


def span(microseconds: int) -> str:
    """Spell a length of time as an age: `0:30:14.466488`, `1 day, 2:03:04`."""
    days, rest = divmod(microseconds, DAY)
    hours, rest = divmod(rest, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    seconds, fraction = divmod(rest, SECOND)
    before = f"{days} day{'s' if days != 1 else ''}, " if days else ""
    after = f".{fraction:06}" if fraction else ""
    return f"{before}{hours}:{minutes:02}:{seconds:02}{after}"


def meant(text: str) -> int | None:
    """Return the instant that a minute of a body means, None for one that clocks skip.

    Of two occurrences in autumn the first is meant. Raises ValueError for what is no such date.
    """
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}", text):
        raise ValueError(text)
    wall = datetime.fromisoformat(text)
    early, late = (wall.replace(tzinfo=_TORONTO, fold=fold).astimezone(UTC) for fold in (0, 1))
    found = [at for at in (early, late) if at.astimezone(_TORONTO).replace(tzinfo=None) == wall]
    return instant(found[0]) if found else None


def read_stamp(text: str) -> int | None:
    """Return the instant that `stamp` spells so, None if it spells none so."""
    text = re.sub(r"(?<=^.{10}) (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?= )", "", text)
    found = re.fullmatch(
        r"([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}):([0-9]{2}) [A-Z]{3}", text
    )
    try:
        start = meant(found[1]) if found else None
    except ValueError:
        return None
    if found is None or start is None:
        return None
    at = start + int(found[2]) * SECOND
    return next((one for one in (at, at + HOUR) if stamp(one) == text), None)
