"""The records: what follows from one, and how one replaces another."""

from tests.properties.worlds import HOUR, START
from vss_mock.simulator.lifecycle import Job, State
from vss_mock.simulator.records import ChangeRequest, SnapshotRequest

REQUEST = SnapshotRequest(
    id=2,
    job=Job.CREATE,
    state=State.SCHEDULED,
    user="jm",
    vm="u",
    created_on=START,
    updated_on=START + 1,
    description="before upgrading",
    from_date=START + HOUR,
    valid_for=12,
    extensions=(1, 2),
    snapshot=4,
    origin=5,
    closed_by=6,
)
CHANGE = ChangeRequest(
    id=1,
    job=Job.CONSOLIDATE,
    state=State.SUBMITTED,
    user="jm",
    vm="u",
    created_on=START,
    updated_on=START,
    schedule=None,
)


def test_a_request_ends_after_its_hours_and_all_extensions() -> None:
    assert REQUEST.to_date == START + (1 + 12 + 1 + 2) * HOUR
    assert REQUEST._replace(extensions=()).to_date == START + 13 * HOUR


def test_a_change_begins_at_its_date_or_at_once() -> None:
    assert CHANGE.from_date == START
    assert CHANGE._replace(schedule=START - 5).from_date == START - 5
    assert CHANGE._replace(schedule=0).from_date == 0


def test_a_moved_request_differs_in_what_was_told_and_in_nothing_else() -> None:
    at = START + 3
    assert REQUEST.moved(State.PROCESSED, at) == REQUEST._replace(
        state=State.PROCESSED, updated_on=at
    )
    assert REQUEST.moved(State.FAILED, at, snapshot=9) == REQUEST._replace(
        state=State.FAILED, updated_on=at, snapshot=9
    )
    assert REQUEST.moved(State.SCHEDULED, at, extensions=()) == REQUEST._replace(
        updated_on=at, extensions=()
    )
    assert REQUEST.moved(State.PROCESSED, at, closed_by=7) == REQUEST._replace(
        state=State.PROCESSED, updated_on=at, closed_by=7
    )
