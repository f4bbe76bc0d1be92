"""Moments near now, in every spelling that the API has for one.

Scenarios that are walked on any server cannot name a date; they say how far from now it lies.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from vss_mock.contract import spelling
from vss_mock.contract.rules import NotObserved
from vss_mock.contract.words import DIALECTS

TORONTO = ZoneInfo("America/Toronto")
_PART = re.compile(r"([+-])((?:[0-9]+[dhms])+)")
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


def named(moments: Mapping[str, str], now: datetime, dialect: str = DIALECTS[0]) -> dict[str, str]:
    """Return what `{name}`, `{name.stamp}` and so on stand for, of moments such as `+9h-1s`.

    They count from the last full minute before `now`, in UTC. Raises NotObserved for one that falls
    into the hour that Toronto's clocks show twice: a body cannot say which of the two it means.
    """
    start = now.astimezone(UTC).replace(second=0, microsecond=0)
    names: dict[str, str] = {}
    for name, offset in moments.items():
        moment = start + distance(offset)
        local = moment.astimezone(TORONTO)
        if local.fold:
            raise NotObserved(f"{local:%Y-%m-%d %H:%M} comes twice: the clocks go back")
        names |= {
            name: f"{local:%Y-%m-%d %H:%M}",
            f"{name}.stamp": spelling.stamp(f"{local:%Y-%m-%d %H:%M:%S %Z}", dialect),
            f"{name}.iso": local.isoformat(" "),
            f"{name}.bare": f"{local:%Y-%m-%d %H:%M:%S}",
            f"{name}.instant": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
        }
    return names


def distance(offset: str) -> timedelta:
    """Return how far from the start an offset such as `+1d12h-1s` lies."""
    total = timedelta()
    for sign, lengths in _PART.findall(offset):
        for number, unit in re.findall("([0-9]+)([dhms])", lengths):
            length = timedelta(**{_UNITS[unit]: int(number)})
            total += length if sign == "+" else -length
    return total
