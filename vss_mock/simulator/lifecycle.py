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
    IN_PROGRESS = "in progress"
    SCHEDULED = "scheduled"
    PROCESSED = "processed"
    RETRYING = "retrying"
    FAILED = "failed"
    MISSED = "missed"
    CANCELLED = "cancelled"


class Event(StrEnum):
    """What can happen to a request."""

    START = "start"
    TAKE = "take"
    EXTEND = "extend"
    DELETE = "delete"
    CLOSE = "close"
    REVERT = "revert"
    CONSOLIDATE = "consolidate"
    CHANGE = "change"
    RESCHEDULE = "reschedule"
    CANCEL = "cancel"
    BACK_OFF = "back-off"
    FAIL = "fail"
    MISS = "miss"
    RETRY = "retry"


_TROUBLE = {Event.BACK_OFF: State.RETRYING, Event.FAIL: State.FAILED}
"""What work can come to, beside what it is for."""
_BEGINS = {Event.START: State.IN_PROGRESS}
"""Work that lasts begins before it is done."""
_WAITS = {**_BEGINS, **_TROUBLE, Event.MISS: State.MISSED}
"""What can become of work that waits for its date, beside being done."""
_MOVES = {Event.RESCHEDULE: State.SUBMITTED, Event.CANCEL: State.CANCELLED}
"""What the caller may do to a change that waits for its date."""
_GOES = {Event.DELETE: State.PROCESSED, Event.CLOSE: State.PROCESSED}
"""How a snapshot goes, and the request that made it with it: by its date, or by hand."""


def _done_by(event: Event, **moves: Mapping[Event, State]) -> Mapping[State, Mapping[Event, State]]:
    """Return the ways of a request that is processed once its one work is done."""
    done = {event: State.PROCESSED}
    return {
        State.SUBMITTED: {**moves.get("submitted", {}), **done, **_WAITS},
        State.IN_PROGRESS: {**done, **_TROUBLE},
        State.RETRYING: {**done, **_BEGINS, **_TROUBLE},
        State.PROCESSED: {},
        State.FAILED: moves.get("failed", {}),
        State.MISSED: {},
    }


TRANSITIONS: Mapping[Job, Mapping[State, Mapping[Event, State]]] = {
    Job.CREATE: {
        State.SUBMITTED: {Event.TAKE: State.SCHEDULED, **_WAITS},
        State.IN_PROGRESS: {Event.TAKE: State.SCHEDULED, **_GOES, **_TROUBLE},
        State.RETRYING: {Event.TAKE: State.SCHEDULED, **_GOES, **_BEGINS, **_TROUBLE},
        State.SCHEDULED: {Event.EXTEND: State.SCHEDULED, **_GOES, **_BEGINS, **_TROUBLE},
        State.PROCESSED: {},
        State.FAILED: {},
        State.MISSED: {},
    },
    Job.DELETE: _done_by(Event.DELETE),
    Job.REVERT: _done_by(Event.REVERT),
    Job.CONSOLIDATE: {
        **_done_by(Event.CONSOLIDATE, submitted=_MOVES, failed={Event.RETRY: State.SUBMITTED}),
        State.CANCELLED: {},
    },
    Job.CHANGE: {
        **_done_by(Event.CHANGE, submitted=_MOVES, failed={Event.RETRY: State.SUBMITTED}),
        State.CANCELLED: {},
    },
}

UNDER_WAY = frozenset({State.IN_PROGRESS, State.RETRYING})
"""The states in which work has begun and is not done."""

WORK: Mapping[Job, Event] = {
    Job.CREATE: Event.TAKE,
    Job.DELETE: Event.DELETE,
    Job.REVERT: Event.REVERT,
    Job.CONSOLIDATE: Event.CONSOLIDATE,
    Job.CHANGE: Event.CHANGE,
}
"""The work that a request is made for; a snapshot that was taken is deleted next."""

TIMED = frozenset({*WORK.values(), Event.START})
"""The events that time brings."""


def step(job: Job, state: State, event: Event) -> State:
    """Return the state that `event` leads to; raise NoTransition where the table has none."""
    try:
        return TRANSITIONS[job][state][event]
    except KeyError:
        raise NoTransition(job, state, event) from None
