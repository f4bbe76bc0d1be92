"""The journal: events numbered from 1, with what let them happen; the last 10,000 are kept."""

import pytest

from tests.properties.worlds import UUIDS
from vss_mock.simulator import journal as module
from vss_mock.simulator.journal import Cause, Journal
from vss_mock.simulator.lifecycle import Event, State
from vss_mock.simulator.records import Fired


def events(count: int, first: int = 1) -> list[Fired]:
    """Return events of requests numbered from `first`."""
    return [
        Fired(at, at, Event.TAKE, State.SUBMITTED, State.SCHEDULED, UUIDS[0], at)
        for at in range(first, first + count)
    ]


def test_a_journal_begins_empty() -> None:
    journal = Journal()
    assert journal.last == 0
    assert journal.since(0) == []


def test_events_are_numbered_from_1_in_order_with_their_cause() -> None:
    journal = Journal()
    first, second, third = events(3)
    journal.enter(Cause.MOVE, [first, second])
    journal.enter(Cause.LIVE, [])
    journal.enter(Cause.AUTO, [third])
    assert journal.last == 3
    assert journal.since(0) == [
        (1, Cause.MOVE, first),
        (2, Cause.MOVE, second),
        (3, Cause.AUTO, third),
    ]


@pytest.mark.parametrize(
    ("number", "numbers"),
    [(-5, [1, 2, 3]), (0, [1, 2, 3]), (1, [2, 3]), (2, [3]), (3, []), (4, []), (10**9, [])],
)
def test_events_after_a_number_are_told_without_that_one(number: int, numbers: list[int]) -> None:
    journal = Journal()
    journal.enter(Cause.MOVE, events(3))
    assert [entry[0] for entry in journal.since(number)] == numbers


def test_what_is_told_is_the_askers_own() -> None:
    journal = Journal()
    journal.enter(Cause.MOVE, events(1))
    journal.since(0).clear()
    assert len(journal.since(0)) == 1


def test_ten_thousand_events_are_kept() -> None:
    assert module.KEPT_EVENTS == 10_000
    journal = Journal()
    journal.enter(Cause.MOVE, events(10_000))
    assert [entry[0] for entry in journal.since(0)][:2] == [1, 2]
    journal.enter(Cause.MOVE, events(5, 10_001))
    assert journal.last == 10_005
    kept = journal.since(0)
    assert len(kept) == 10_000
    assert [(number, fired.request) for number, _, fired in (kept[0], kept[-1])] == [
        (6, 6),
        (10_005, 10_005),
    ]
    assert [entry[0] for entry in journal.since(10_003)] == [10_004, 10_005]
    assert [entry[0] for entry in journal.since(6)][:2] == [7, 8]
    assert len(journal.since(5)) == len(journal.since(3)) == 10_000


def test_more_events_at_once_than_are_kept_leave_the_last_of_them() -> None:
    journal = Journal()
    journal.enter(Cause.MOVE, events(25_000))
    assert journal.last == 25_000
    assert [entry[0] for entry in journal.since(24_998)] == [24_999, 25_000]
    assert journal.since(0)[0] == (15_001, Cause.MOVE, events(1, 15_001)[0])
