"""Spells what scenarios expect, which is written as an earlier dialect has it, as a later one does.

Words and tables are those of `words`; here is only how they are put to use. What an object has in
one dialect it has in later ones too, with members beside it, so that there `equals` means `has`.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from vss_mock.contract.toronto import DAYS
from vss_mock.contract.words import DIALECTS, GROWN, MOVED, UPDATES, WORDS

_STAMP: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?= [0-9]{2}:[0-9]{2}:[0-9]{2} E[DS]T)"
)
_FIRST: Final = WORDS[DIALECTS[0]]
_TERM: Final = re.compile(r"(status|action),([a-z]+),(.*)", re.DOTALL)


def since(dialect: str) -> tuple[str, ...]:
    """Return a dialect and those that it goes on from, the first one first."""
    return DIALECTS[: DIALECTS.index(dialect) + 1]


def stamp(text: str, dialect: str) -> str:
    """Return a text in which dates are as a dialect shows them."""
    if not WORDS[dialect].weekday:
        return text
    return _STAMP.sub(lambda found: f"{found[0]} {DAYS[_weekday(found)]}", text)


def _weekday(found: re.Match[str]) -> int:
    year, month, day = (int(part) for part in found.groups())
    return date(year, month, day).weekday()


def word(member: str, text: str, dialect: str) -> str:
    """Return a text that stands in a member of an answer as a dialect has it."""
    words = WORDS[dialect]
    if member in {"status", "state"}:
        known = {_FIRST.statuses[stage]: said for stage, said in words.statuses.items()}
    elif member == "action":
        known = {said: words.actions[stage] for stage, said in _FIRST.actions.items()}
        known |= {_FIRST.done: words.done, _FIRST.change: words.change}
    else:
        known = {}
    if text in known:
        return known[text]
    return stamp(text.replace(_FIRST.scheduled, words.scheduled), dialect)


def query(asked: Mapping[str, Any], dialect: str) -> dict[str, Any]:
    """Return a query whose filters say the words of a dialect."""
    return {
        name: _filter(value, dialect) if name == "filter" and isinstance(value, str) else value
        for name, value in asked.items()
    }


def _filter(text: str, dialect: str) -> str:
    def term(one: str) -> str:
        found = _TERM.fullmatch(one)
        if found is None:
            return one
        said = ",".join(word(found[1], text, dialect) for text in found[3].split(","))
        return f"{found[1]},{found[2]},{said}"

    return ";".join(map(term, text.split(";")))


def expect(
    wanted: Mapping[str, Any], operation: str, dialect: str, base: str = DIALECTS[0]
) -> dict[str, Any]:
    """Return what a dialect answers where it is written what an earlier one, `base`, does."""
    spelled = dict(wanted)
    if operation in UPDATES and wanted.get("status") == WORDS[base].updates:
        spelled["status"] = WORDS[dialect].updates
    if "body" in wanted:
        spelled["body"] = {
            pointer(where, operation, dialect, base): _expectation(
                where, value, operation, dialect, base
            )
            for where, value in wanted["body"].items()
            if dialect == base or where != "/meta/count" or operation not in GROWN
        }
        if not spelled["body"]:
            del spelled["body"]
    return spelled


def pointer(where: str, operation: str, dialect: str, base: str = DIALECTS[0]) -> str:
    """Return where a dialect has what an earlier one has at a JSON pointer."""
    return _moved(operation, dialect, base).get(where, where)


def _moved(operation: str, dialect: str, base: str) -> dict[str, str]:
    moved: dict[str, str] = {}
    for one in since(dialect)[len(since(base)) :]:
        moved |= MOVED.get(one, {}).get(operation, {})
    return moved


def _expectation(where: str, wanted: Any, operation: str, dialect: str, base: str) -> Any:
    member = _member(where)
    if not isinstance(wanted, dict):
        return value(member, wanted, dialect)
    ((how, argument),) = wanted.items()
    argument = value(member, argument, dialect)
    if how != "equals" or isinstance(argument, str) or dialect == base:
        return {how: argument}
    for old, new in _moved(operation, dialect, base).items():
        if old.startswith(f"{where}/"):
            argument = _put(argument, old.removeprefix(where), new.removeprefix(where))
    return {"has": argument}


def _member(where: str) -> str:
    """Return the name that a pointer ends in, which numbers of items do not change."""
    return next((part for part in reversed(where.split("/")) if not part.isdecimal()), "")


def value(member: str, wanted: Any, dialect: str) -> Any:
    """Return a value that stands in a member of an answer as a dialect has it."""
    if isinstance(wanted, str):
        return word(member, wanted, dialect)
    if isinstance(wanted, list):
        return [value(member, item, dialect) for item in wanted]
    if isinstance(wanted, dict):
        return {name: value(name, inner, dialect) for name, inner in wanted.items()}
    return wanted


def _put(document: Any, old: str, new: str) -> Any:
    """Return an object in which a member stands where another pointer leads."""
    first = old.removeprefix("/")
    if not isinstance(document, dict) or first not in document:
        return document
    inner = document[first]
    for name in reversed(new.removeprefix(f"{old}/").split("/")):
        inner = {name: inner}
    return {**document, first: inner}
