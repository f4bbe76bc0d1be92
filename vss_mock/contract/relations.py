"""Holds the answers of a place against each other: a survey of whatever is there, by reads alone.

Nothing is assumed of what is there, and nothing is changed. Each answer is judged by itself too.
"""

from collections import Counter
from typing import Final, NamedTuple

from vss_mock.contract.answers import Answers
from vss_mock.contract.places import Place
from vss_mock.contract.reader import Reader
from vss_mock.contract.relation_rules import KNOWN, RULES, rules
from vss_mock.contract.relations_account import account
from vss_mock.contract.relations_dates import dates
from vss_mock.contract.relations_http import calls
from vss_mock.contract.relations_lists import lists
from vss_mock.contract.relations_places import places
from vss_mock.contract.relations_things import things
from vss_mock.contract.rules import Finding
from vss_mock.contract.surroundings import Limits, gather

__all__ = ["DEFAULT_LIMITS", "RULES", "Limits", "Surveyed", "rules", "survey"]

DEFAULT_LIMITS: Final = Limits()


class Surveyed(NamedTuple):
    """What a survey found, and how often it looked at each rule."""

    findings: list[Finding]
    looked_at: Counter[str]


def survey(place: Place, answers: Answers, limits: Limits = DEFAULT_LIMITS) -> Surveyed:
    """Return what relations do not hold in a place. Raises OSError where there is no answer.

    Where time runs or others may write, two calls that do not agree may both be right. So it is
    looked at again there, and what is found once only is no finding.
    """
    found, sure = _once(place, answers, limits)
    if found.findings and not sure:
        again, _ = _once(place, answers, limits)
        known = {(one.rule, one.where) for one in found.findings}
        both = [one for one in again.findings if (one.rule, one.where) in known]
        return Surveyed(both, found.looked_at + again.looked_at)
    return found


def _once(place: Place, answers: Answers, limits: Limits) -> tuple[Surveyed, bool]:
    """Survey a place; tell whether nothing can have changed there meanwhile."""
    reader = Reader(place, answers, KNOWN)
    around = gather(reader, limits)
    later = (places, account) if reader.since("2019") else ()
    # calls comes last: it reads all of it again
    for relations in (lists, *later, things, dates, calls):
        relations(reader, around, limits)
    sure = place.own and around.still
    return Surveyed(reader.findings, reader.looked_at), sure
