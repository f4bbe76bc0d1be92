"""The life of a request: states, events, and one table of what leads where.

Nothing else decides a transition; the diagram in the README is drawn from `TRANSITIONS`.
No time and no records here: when an event is due is read from the record, in `schedule.py`.
"""

from collections.abc import Mapping
from enum import StrEnum

from vss_mock.simulator.errors import NoTransition

MAXIMUM_HOURS = 72
"""The longest life of a snapshot, and the longest single extension, in hours."""
MAXIMUM_EXTENSIONS = 3
"""How many times a request may be extended."""


class Job(StrEnum):
    """What a request was made for."""

    CREATE = "create"
    DELETE = "delete"
    REVERT = "revert"
    CONSOLIDATE = "consolidate"
    CHANGE = "change"


class State(StrEnum):
    """Where a request stands."""

    SUBMITTED = "submitted"
    SCHEDULED = "scheduled"
    PROCESSED = "processed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Event(StrEnum):
    """What can happen to a request."""

    TAKE = "take"
    EXTEND = "extend"
    DELETE = "delete"
    CLOSE = "close"
    REVERT = "revert"
    CONSOLIDATE = "consolidate"
    CHANGE = "change"
    RESCHEDULE = "reschedule"
    CANCEL = "cancel"
    FAIL = "fail"
    RETRY = "retry"


TRANSITIONS: Mapping[Job, Mapping[State, Mapping[Event, State]]] = {
    Job.CREATE: {
        State.SUBMITTED: {Event.TAKE: State.SCHEDULED},
        State.SCHEDULED: {
            Event.EXTEND: State.SCHEDULED,
            Event.DELETE: State.PROCESSED,
            Event.CLOSE: State.PROCESSED,
        },
        State.PROCESSED: {},
    },
    Job.DELETE: {
        State.SUBMITTED: {Event.DELETE: State.PROCESSED, Event.FAIL: State.FAILED},
        State.PROCESSED: {},
        State.FAILED: {},
    },
    Job.REVERT: {
        State.SUBMITTED: {Event.REVERT: State.PROCESSED, Event.FAIL: State.FAILED},
        State.PROCESSED: {},
        State.FAILED: {},
    },
    Job.CONSOLIDATE: {
        State.SUBMITTED: {
            Event.RESCHEDULE: State.SUBMITTED,
            Event.CONSOLIDATE: State.PROCESSED,
            Event.CANCEL: State.CANCELLED,
        },
        State.PROCESSED: {},
        State.CANCELLED: {},
    },
    Job.CHANGE: {
        State.SUBMITTED: {
            Event.RESCHEDULE: State.SUBMITTED,
            Event.CHANGE: State.PROCESSED,
            Event.FAIL: State.FAILED,
            Event.CANCEL: State.CANCELLED,
        },
        State.PROCESSED: {},
        State.FAILED: {Event.RETRY: State.SUBMITTED},
        State.CANCELLED: {},
    },
}

DUE: Mapping[tuple[Job, State], Event] = {
    (Job.CREATE, State.SUBMITTED): Event.TAKE,
    (Job.CREATE, State.SCHEDULED): Event.DELETE,
    (Job.DELETE, State.SUBMITTED): Event.DELETE,
    (Job.REVERT, State.SUBMITTED): Event.REVERT,
    (Job.CONSOLIDATE, State.SUBMITTED): Event.CONSOLIDATE,
    (Job.CHANGE, State.SUBMITTED): Event.CHANGE,
}
"""The event that time brings to a request in this state; in other states it brings none."""


def step(job: Job, state: State, event: Event) -> State:
    """Return the state that `event` leads to; raise NoTransition where the table has none."""
    try:
        return TRANSITIONS[job][state][event]
    except KeyError:
        raise NoTransition(job, state, event) from None
