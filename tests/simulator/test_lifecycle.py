"""The table of the life cycle: what leads where, and that nothing else leads anywhere."""

from itertools import product

import pytest

from vss_mock.simulator.errors import NoTransition
from vss_mock.simulator.lifecycle import (
    MAXIMUM_EXTENSIONS,
    MAXIMUM_HOURS,
    TIMED,
    TRANSITIONS,
    UNDER_WAY,
    WORK,
    Event,
    Job,
    State,
    step,
)

LEADS = {
    ("create", "submitted", "take"): "scheduled",
    ("create", "submitted", "start"): "in progress",
    ("create", "submitted", "back-off"): "retrying",
    ("create", "submitted", "fail"): "failed",
    ("create", "submitted", "miss"): "missed",
    ("create", "in progress", "take"): "scheduled",
    ("create", "in progress", "delete"): "processed",
    ("create", "in progress", "close"): "processed",
    ("create", "in progress", "back-off"): "retrying",
    ("create", "in progress", "fail"): "failed",
    ("create", "retrying", "take"): "scheduled",
    ("create", "retrying", "delete"): "processed",
    ("create", "retrying", "close"): "processed",
    ("create", "retrying", "start"): "in progress",
    ("create", "retrying", "back-off"): "retrying",
    ("create", "retrying", "fail"): "failed",
    ("create", "scheduled", "extend"): "scheduled",
    ("create", "scheduled", "delete"): "processed",
    ("create", "scheduled", "close"): "processed",
    ("create", "scheduled", "start"): "in progress",
    ("create", "scheduled", "back-off"): "retrying",
    ("create", "scheduled", "fail"): "failed",
    ("delete", "submitted", "delete"): "processed",
    ("delete", "submitted", "start"): "in progress",
    ("delete", "submitted", "back-off"): "retrying",
    ("delete", "submitted", "fail"): "failed",
    ("delete", "submitted", "miss"): "missed",
    ("delete", "in progress", "delete"): "processed",
    ("delete", "in progress", "back-off"): "retrying",
    ("delete", "in progress", "fail"): "failed",
    ("delete", "retrying", "delete"): "processed",
    ("delete", "retrying", "start"): "in progress",
    ("delete", "retrying", "back-off"): "retrying",
    ("delete", "retrying", "fail"): "failed",
    ("revert", "submitted", "revert"): "processed",
    ("revert", "submitted", "start"): "in progress",
    ("revert", "submitted", "back-off"): "retrying",
    ("revert", "submitted", "fail"): "failed",
    ("revert", "submitted", "miss"): "missed",
    ("revert", "in progress", "revert"): "processed",
    ("revert", "in progress", "back-off"): "retrying",
    ("revert", "in progress", "fail"): "failed",
    ("revert", "retrying", "revert"): "processed",
    ("revert", "retrying", "start"): "in progress",
    ("revert", "retrying", "back-off"): "retrying",
    ("revert", "retrying", "fail"): "failed",
    ("consolidate", "submitted", "reschedule"): "submitted",
    ("consolidate", "submitted", "cancel"): "cancelled",
    ("consolidate", "submitted", "consolidate"): "processed",
    ("consolidate", "submitted", "start"): "in progress",
    ("consolidate", "submitted", "back-off"): "retrying",
    ("consolidate", "submitted", "fail"): "failed",
    ("consolidate", "submitted", "miss"): "missed",
    ("consolidate", "in progress", "consolidate"): "processed",
    ("consolidate", "in progress", "back-off"): "retrying",
    ("consolidate", "in progress", "fail"): "failed",
    ("consolidate", "retrying", "consolidate"): "processed",
    ("consolidate", "retrying", "start"): "in progress",
    ("consolidate", "retrying", "back-off"): "retrying",
    ("consolidate", "retrying", "fail"): "failed",
    ("consolidate", "failed", "retry"): "submitted",
    ("change", "submitted", "reschedule"): "submitted",
    ("change", "submitted", "cancel"): "cancelled",
    ("change", "submitted", "change"): "processed",
    ("change", "submitted", "start"): "in progress",
    ("change", "submitted", "back-off"): "retrying",
    ("change", "submitted", "fail"): "failed",
    ("change", "submitted", "miss"): "missed",
    ("change", "in progress", "change"): "processed",
    ("change", "in progress", "back-off"): "retrying",
    ("change", "in progress", "fail"): "failed",
    ("change", "retrying", "change"): "processed",
    ("change", "retrying", "start"): "in progress",
    ("change", "retrying", "back-off"): "retrying",
    ("change", "retrying", "fail"): "failed",
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
        for events in states.values():
            asked_for_alone = set(events) <= {Event.RETRY}
            assert (not set(events) & TIMED) == asked_for_alone
        assert WORK[job] in states[State.SUBMITTED]
        assert all(WORK[job] in states[state] for state in UNDER_WAY)


def test_a_snapshot_lives_72_hours_and_is_extended_three_times_at_most() -> None:
    assert (MAXIMUM_HOURS, MAXIMUM_EXTENSIONS) == (72, 3)
