"""The table of the life cycle: what leads where, and that nothing else leads anywhere."""

from itertools import product

import pytest

from vss_mock.simulator.errors import NoTransition
from vss_mock.simulator.lifecycle import (
    DUE,
    MAXIMUM_EXTENSIONS,
    MAXIMUM_HOURS,
    TRANSITIONS,
    Event,
    Job,
    State,
    step,
)

LEADS = {
    ("create", "submitted", "take"): "scheduled",
    ("create", "scheduled", "extend"): "scheduled",
    ("create", "scheduled", "delete"): "processed",
    ("create", "scheduled", "close"): "processed",
    ("delete", "submitted", "delete"): "processed",
    ("delete", "submitted", "fail"): "failed",
    ("revert", "submitted", "revert"): "processed",
    ("revert", "submitted", "fail"): "failed",
    ("consolidate", "submitted", "reschedule"): "submitted",
    ("consolidate", "submitted", "consolidate"): "processed",
    ("consolidate", "submitted", "cancel"): "cancelled",
    ("change", "submitted", "reschedule"): "submitted",
    ("change", "submitted", "change"): "processed",
    ("change", "submitted", "fail"): "failed",
    ("change", "submitted", "cancel"): "cancelled",
    ("change", "failed", "retry"): "submitted",
}
EVERY = list(product(Job, State, Event))


@pytest.mark.parametrize(
    ("job", "state", "event"), EVERY, ids=lambda word: getattr(word, "value", word)
)
def test_a_step_is_taken_as_listed_here_and_refused_otherwise(
    job: Job, state: State, event: Event
) -> None:
    leads_to = LEADS.get((job.value, state.value, event.value))
    if leads_to is not None:
        assert step(job, state, event) is State(leads_to)
        return
    with pytest.raises(NoTransition) as refused:
        step(job, state, event)
    assert (refused.value.job, refused.value.state, refused.value.event) == (job, state, event)


def test_the_table_holds_no_step_that_is_not_listed_here() -> None:
    table = {
        (job.value, state.value, event.value): after.value
        for job, states in TRANSITIONS.items()
        for state, events in states.items()
        for event, after in events.items()
    }
    assert table == LEADS


def test_every_state_of_a_job_is_reached_from_submitted() -> None:
    for states in TRANSITIONS.values():
        reached = {State.SUBMITTED}
        for _ in states:
            reached |= {after for state in reached for after in states[state].values()}
        assert reached == set(states)


def test_time_brings_an_event_to_every_state_but_the_last_ones() -> None:
    for job, states in TRANSITIONS.items():
        for state, events in states.items():
            brought = DUE.get((job, state))
            asked_for_alone = set(events) <= {Event.RETRY}
            assert (brought is None) == asked_for_alone
            assert brought is None or brought in events
    assert {(job.value, state.value): event.value for (job, state), event in DUE.items()} == {
        ("create", "submitted"): "take",
        ("create", "scheduled"): "delete",
        ("delete", "submitted"): "delete",
        ("revert", "submitted"): "revert",
        ("consolidate", "submitted"): "consolidate",
        ("change", "submitted"): "change",
    }


def test_a_snapshot_lives_72_hours_and_is_extended_three_times_at_most() -> None:
    assert (MAXIMUM_HOURS, MAXIMUM_EXTENSIONS) == (72, 3)
