"""How what happened and was answered differs from what was before, in words for a person."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from vss_mock.api.recording import KEPT_BODY

LONGEST = 80
"""How many characters of a value are shown."""

_HOST = re.compile(r"https?://[^/?#\s]+")


class Answer(NamedTuple):
    """What came for a call: a status code and a body, in which names stand for secrets."""

    status_code: int
    value: Any


def happened(entry: Mapping[str, Any], expected: Sequence[Any], fired: Sequence[Any]) -> str | None:
    """Say how what happened is not what was to happen, None if it is."""
    number = entry["number"]
    for place, (before, now) in enumerate(zip(expected, fired, strict=False)):
        if found := _first_difference(before, now, "event"):
            return f"entry {number + place}: {found}"
    if len(fired) > len(expected):
        more = _event(fired[len(expected)])
        return f"before entry {number + len(expected)}: {more} happened, which it did not before"
    if len(fired) < len(expected):
        return f"entry {number + len(fired)}: {_event(expected[len(fired)])} did not happen"
    return None


def _event(event: Mapping[str, Any]) -> str:
    return f"{event['kind']} request {event['request']}: {event['event']} at {event['at']}"


def answered(entry: Mapping[str, Any], answer: Answer | None) -> str | None:
    """Say how an answer is not the one before, None if it is."""
    before = entry["answer"]
    found = None
    if answer is None:
        found = None if before["ending"] in {"closed", "reset", "cut"} else "no answer came"
    elif answer.status_code != before["status_code"]:
        found = f"the status code was {answer.status_code}, not {before['status_code']}"
        if isinstance(answer.value, dict) and isinstance(answer.value.get("message"), str):
            found += f" ({answer.value['message'].strip()})"
    elif not lost(before):
        content = before.get("text", before["body"])
        found = _first_difference(_without_time(content), _without_time(answer.value), "")
    if found is None:
        return None
    struck = ", ".join(map(str, entry["faults"]))
    why = f"; fault {struck} had struck it" if struck else ""
    return f"entry {entry['number']}, {entry['method']} {entry['target']}: {found}{why}"


def lost(message: Mapping[str, Any]) -> bool:
    """Tell whether a body was there that was too long to be kept."""
    return bool(message["size"] > KEPT_BODY)


def _without_time(value: Any) -> Any:
    """Return an answer without the time that it took."""
    if isinstance(value, dict) and isinstance(value.get("meta"), dict):
        meta = {name: each for name, each in value["meta"].items() if name != "time"}
        return {**value, "meta": meta}
    return value


def _first_difference(before: Any, now: Any, where: str) -> str | None:
    """Say where two values differ first, in the order of the first one's members."""
    if isinstance(before, dict) and isinstance(now, dict):
        return next(_in_members(before, now, f"{where}." if where else ""), None)
    if isinstance(before, list) and isinstance(now, list):
        return next(_in_items(before, now, where), None)
    if type(before) is type(now) and _without_host(before) == _without_host(now):
        return None
    return f"{where or 'the body'} was {shown(now)}, not {shown(before)}"


def _in_members(before: Mapping[str, Any], now: Mapping[str, Any], where: str) -> Iterator[str]:
    for name, value in before.items():
        if name not in now:
            yield f"{where}{name} was left out, not {shown(value)}"
        elif found := _first_difference(value, now[name], f"{where}{name}"):
            yield found
    for name in sorted(now.keys() - before.keys()):
        yield f"{where}{name} was {shown(now[name])}, and was not there before"


def _in_items(before: Sequence[Any], now: Sequence[Any], where: str) -> Iterator[str]:
    for place, (one, other) in enumerate(zip(before, now, strict=False)):
        if found := _first_difference(one, other, f"{where}[{place}]"):
            yield found
    if len(before) != len(now):
        yield f"{where or 'the body'} had {len(now)} items, not {len(before)}"


def _without_host(value: Any) -> Any:
    return _HOST.sub("", value) if isinstance(value, str) else value


def shown(value: Any) -> str:
    """Return a value as JSON, cut where it is long."""
    text = orjson.dumps(value).decode()
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
