"""Faults: what a rule matches, which of the occasions it means, and the counting."""

from typing import Any

import pytest

from vss_mock.simulator.errors import LimitReached, UnknownFault
from vss_mock.simulator.faults import ALWAYS, MAXIMUM_FAULTS, Count, Faults, Rule, When, lot

KIND = "work-fails"
KINDS = {KIND}
FACTS = {"event": "take", "vm": "web-1", "request": 3}


def strikes(faults: Faults, count: int, facts: dict[str, Any] = FACTS, now: int = 0) -> list[bool]:
    """Return on which of so many occasions, all alike, something strikes."""
    return [bool(list(faults.struck(KINDS, facts, now, 7))) for _ in range(count)]


def one(when: When = ALWAYS, where: dict[str, Any] | None = None) -> Faults:
    """Return faults with a single rule among them."""
    faults = Faults()
    faults.add(KIND, where or {}, when)
    return faults


def test_a_world_without_faults_has_none() -> None:
    faults = Faults()
    assert not faults
    assert (len(faults), list(faults), faults.last) == (0, [], 0)
    assert strikes(faults, 1) == [False]


def test_a_fault_is_what_it_was_given_and_has_counted_nothing() -> None:
    faults = Faults()
    rule = faults.add(KIND, {"vm": "web"}, When(skip=1), {"seconds": 5})
    assert rule == Rule(1, KIND, {"vm": "web"}, When(skip=1), {"seconds": 5})
    assert faults
    assert faults.get(1) == (rule, Count(0, 0))
    assert list(faults) == [(rule, Count(0, 0))]


def test_a_fault_needs_neither_when_nor_how() -> None:
    assert Faults().add(KIND, {}) == Rule(1, KIND, {}, ALWAYS, {})


def test_no_id_is_given_twice() -> None:
    faults = Faults()
    assert [faults.add(KIND, {}).id for _ in range(3)] == [1, 2, 3]
    faults.remove(3)
    assert faults.add(KIND, {}).id == 4
    faults.clear()
    assert list(faults) == []
    assert faults.add(KIND, {}).id == 5
    assert [rule.id for rule, _ in faults] == [5]


def test_a_fault_that_is_not_there_can_be_neither_read_nor_removed() -> None:
    faults = Faults()
    faults.add(KIND, {})
    faults.remove(1)
    for call in (faults.get, faults.remove):
        with pytest.raises(UnknownFault) as refused:
            call(1)
        assert refused.value.id == 1


def test_a_world_has_a_thousand_faults_at_most() -> None:
    faults = Faults()
    for _ in range(1_000):
        faults.add(KIND, {})
    with pytest.raises(LimitReached) as refused:
        faults.add(KIND, {})
    assert (refused.value.what, refused.value.limit) == ("faults", 1_000)
    assert (len(faults), faults.last) == (MAXIMUM_FAULTS, 1_000)
    faults.remove(1)
    assert faults.add(KIND, {}).id == 1_001


def test_faults_are_put_back_as_they_were() -> None:
    faults = one()
    strikes(faults, 2)
    faults.remove(faults.add(KIND, {}).id)
    again = Faults()
    again.restore(faults, faults.last)
    assert list(again) == list(faults) == [(Rule(1, KIND, {}, ALWAYS, {}), Count(2, 2))]
    assert again.add(KIND, {}).id == 3


def test_more_faults_than_a_world_may_have_are_not_put_back() -> None:
    rules = [(Rule(id, KIND, {}, ALWAYS, {}), Count()) for id in range(1, 1_002)]
    with pytest.raises(LimitReached):
        Faults().restore(rules, 1_001)


def test_a_fork_has_the_faults_and_counts_for_itself() -> None:
    faults = one(When(times=1))
    fork = faults.fork()
    assert strikes(faults, 2) == [True, False]
    assert strikes(fork, 1) == [True]
    fork.add(KIND, {})
    faults.clear()
    assert (len(faults), len(fork), faults.last, fork.last) == (0, 2, 1, 2)


@pytest.mark.parametrize(
    ("where", "matches"),
    [
        ({}, True),
        ({"event": "take"}, True),
        ({"event": "delete"}, False),
        ({"event": "take", "request": 3}, True),
        ({"event": "take", "request": 4}, False),
        ({"vm": "web-1"}, True),
        ({"vm": "web-"}, False),
        ({"vm": "web-*"}, True),
        ({"vm": "db-*"}, False),
        ({"vm": "*"}, True),
        ({"request": "3*"}, False),
        ({"user": "jm"}, False),
        ({"user": "*"}, False),
    ],
)
def test_a_fault_strikes_where_every_fact_is_as_it_says(
    where: dict[str, Any], matches: bool
) -> None:
    faults = one(where=where)
    assert strikes(faults, 1) == [matches]
    assert faults.get(1)[1] == Count(matches, matches)


def test_a_fault_of_another_kind_is_not_looked_at() -> None:
    faults = one()
    assert list(faults.struck({"work-slow"}, FACTS, 0, 7)) == []
    assert faults.get(1)[1] == Count(0, 0)


@pytest.mark.parametrize(
    ("when", "struck"),
    [
        (ALWAYS, "yyyyyy"),
        (When(skip=2), "nnyyyy"),
        (When(nth=1), "ynnnnn"),
        (When(nth=3), "nnynnn"),
        (When(nth=2, skip=2), "nnnynn"),
        (When(every=1), "yyyyyy"),
        (When(every=2), "nynyny"),
        (When(every=2, skip=1), "nnynyn"),
        (When(times=2), "yynnnn"),
        (When(times=2, every=2), "nynynn"),
        (When(nth=4, every=2), "nnnynn"),
        (When(nth=3, every=2), "nnnnnn"),
        (When(share=0), "nnnnnn"),
        (When(share=1), "yyyyyy"),
    ],
)
def test_a_fault_strikes_the_occasions_that_it_means(when: When, struck: str) -> None:
    faults = one(when)
    assert strikes(faults, 6) == [letter == "y" for letter in struck]
    assert faults.get(1)[1] == Count(6, struck.count("y"))


@pytest.mark.parametrize(
    ("when", "struck"),
    [
        (When(since=10), {10, 11, 19, 20, 21}),
        (When(until=20), {9, 10, 11, 19}),
        (When(since=10, until=20), {10, 11, 19}),
        (When(since=0), {9, 10, 11, 19, 20, 21}),
        (When(until=0), set()),
    ],
)
def test_a_fault_strikes_from_an_instant_on_and_before_another(
    when: When, struck: set[int]
) -> None:
    faults = one(when)
    instants = (9, 10, 11, 19, 20, 21)
    assert {now for now in instants if strikes(faults, 1, now=now) == [True]} == struck
    assert faults.get(1)[1] == Count(len(struck), len(struck))


def test_what_is_outside_its_window_is_no_occasion() -> None:
    faults = one(When(nth=2, since=10))
    assert strikes(faults, 5, now=9) == [False] * 5
    assert strikes(faults, 3, now=10) == [False, True, False]


def test_a_share_is_drawn_by_the_seed_the_fault_and_the_turn() -> None:
    def drawn(seed: int, others: int = 0) -> list[bool]:
        faults = Faults()
        for _ in range(others):
            faults.remove(faults.add(KIND, {}).id)
        faults.add(KIND, {}, When(share=0.5))
        return [bool(list(faults.struck(KINDS, FACTS, 0, seed))) for _ in range(64)]

    assert drawn(7) == drawn(7)
    assert drawn(7) != drawn(8)
    assert drawn(7) != drawn(7, others=1)
    assert 16 < sum(drawn(7)) < 48


def test_a_lot_is_the_same_for_the_same_seed_and_marks_and_lies_below_one() -> None:
    lots = [lot(7, "fault", 1, turn) for turn in range(1_000)]
    assert lots == [lot(7, "fault", 1, turn) for turn in range(1_000)]
    assert len(set(lots)) == 1_000
    assert 0 <= min(lots) < 0.01
    assert 0.99 < max(lots) < 1
    assert lot(7, "fault", 11, 1) != lot(7, "fault", 1, 11)


def test_faults_strike_in_order_and_who_stops_early_leaves_the_rest_uncounted() -> None:
    faults = Faults()
    for _ in range(3):
        faults.add(KIND, {})
    struck = faults.struck(KINDS, FACTS, 0, 7)
    assert [next(struck).id, next(struck).id] == [1, 2]
    assert [count for _, count in faults] == [Count(1, 1), Count(1, 1), Count(0, 0)]


def test_what_would_strike_is_told_and_not_counted() -> None:
    faults = Faults()
    faults.add(KIND, {}, When(nth=2))
    assert faults.ahead(KINDS, FACTS, 0, 7) is None
    assert strikes(faults, 1) == [False]
    assert faults.ahead(KINDS, FACTS, 0, 7) == faults.ahead(KINDS, FACTS, 0, 7)
    assert faults.ahead(KINDS, FACTS, 0, 7) == faults.get(1)[0]
    assert faults.get(1)[1] == Count(1, 0)
