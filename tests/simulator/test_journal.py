"""The journal: events and calls numbered from 1 in one order; the last of each are kept."""

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


def numbers(journal: Journal, since: int = 0) -> list[int]:
    return [entry[0] for entry in journal.since(since)]


def test_calls_and_events_are_numbered_in_one_order() -> None:
    journal = Journal()
    journal.enter_call(3, "first")
    (one, two) = events(2)
    journal.enter(Cause.MOVE, [one, two])
    journal.enter_call(0, "second")
    journal.enter(Cause.AUTO, events(1, 3))
    assert journal.last == 5
    assert journal.since(0) == [
        (1, 3, "first"),
        (2, Cause.MOVE, one),
        (3, Cause.MOVE, two),
        (4, 0, "second"),
        (5, Cause.AUTO, events(1, 3)[0]),
    ]
    assert [numbers(journal, since) for since in (1, 3, 4, 5)] == [[2, 3, 4, 5], [4, 5], [5], []]


def test_what_is_told_of_a_call_is_kept_as_it_is() -> None:
    journal, told = Journal(), object()
    journal.enter_call(1, told)
    assert journal.since(0)[0][2] is told


def test_ten_thousand_calls_are_kept() -> None:
    assert module.KEPT_CALLS == 10_000
    journal = Journal()
    for _ in range(10_000):
        journal.enter_call(1, None)
    assert numbers(journal)[0] == 1
    journal.enter_call(1, None)
    assert numbers(journal) == list(range(2, 10_002))


def test_calls_make_no_room_for_events_nor_events_for_calls() -> None:
    journal = Journal()
    journal.enter_call(1, None)
    journal.enter(Cause.MOVE, events(10_001))
    assert numbers(journal)[:2] == [1, 3]
    journal = Journal()
    journal.enter(Cause.MOVE, events(1))
    for _ in range(10_001):
        journal.enter_call(1, None)
    assert numbers(journal)[:2] == [1, 3]


def test_calls_of_sixteen_mebibytes_are_kept_and_past_them_the_oldest_go() -> None:
    assert module.KEPT_BYTES == 16 * 2**20
    journal = Journal()
    for _ in range(256):
        journal.enter_call(2**16, None)
    assert numbers(journal) == list(range(1, 257))
    journal.enter_call(1, None)
    kept = journal.since(0)
    assert [kept[0][0], kept[-1][0]] == [18, 257]  # a sixteenth goes at once
    assert sum(size for _, size, _ in kept if isinstance(size, int)) == 15 * 2**20 + 1 - 2**16


def test_calls_that_go_because_they_are_many_free_what_they_held() -> None:
    journal = Journal()
    for _ in range(30_000):
        journal.enter_call(1_600, None)
    assert numbers(journal) == list(range(20_001, 30_001))
