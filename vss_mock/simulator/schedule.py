"""When what is due: an index over the records, never the truth itself.

Entries are never cancelled. Who pops one compares it with `next_due` of the record as it is then,
and skips it if the record has moved on. Instants are the buckets, so a million events of one
instant cost one heap entry.
"""

from heapq import heappop, heappush

from vss_mock.simulator.lifecycle import UNDER_WAY, WORK, Event, Job, State
from vss_mock.simulator.records import ChangeRequest, Request, SnapshotRequest


def reference(request: Request) -> int:
    """Return one number for a request among both kinds; numbers sort by id, snapshots first."""
    return request.id << 1 | isinstance(request, ChangeRequest)


def next_due(request: Request) -> int | None:
    """Return the instant of the request's next event, or None if time brings it none.

    What was due before the request was made, or before its last change, is due at once.
    """
    if request.state is State.SUBMITTED:
        due = request.from_date
    elif request.state is State.SCHEDULED and isinstance(request, SnapshotRequest):
        due = request.to_date
    elif request.work is not None and request.state in UNDER_WAY:
        due = request.work.until
    else:
        return None
    return max(request.updated_on, due)


def work_ahead(request: Request) -> Event:
    """Return the work that is next for a request that is not at its end."""
    if isinstance(request, SnapshotRequest) and request.job is Job.CREATE and request.snapshot:
        return Event.DELETE
    return WORK[request.job]


class Schedule:
    """References of requests by the instant at which something may be due for them."""

    __slots__ = ("_buckets", "_instants", "_sorted")

    def __init__(self) -> None:
        self._instants: list[int] = []
        self._buckets: dict[int, list[int]] = {}
        self._sorted: int | None = None

    def add(self, due: int, reference: int) -> None:
        """Enter a reference at an instant."""
        bucket = self._buckets.get(due)
        if bucket is None:
            self._buckets[due] = [reference]
            heappush(self._instants, due)
        else:
            bucket.append(reference)
            if self._sorted == due:
                self._sorted = None

    def first(self) -> tuple[int, list[int]] | None:
        """Return the earliest instant and its references, the last one first in order of id.

        The list is the schedule's own: whoever takes a reference off its end has popped it, and
        calls `finish` when it is empty.
        """
        if not self._instants:
            return None
        due = self._instants[0]
        bucket = self._buckets[due]
        if self._sorted != due:
            bucket.sort(reverse=True)
            self._sorted = due
        return due, bucket

    def finish(self) -> None:
        """Drop the earliest instant."""
        del self._buckets[heappop(self._instants)]
        self._sorted = None

    def fork(self) -> "Schedule":
        """Return an independent copy."""
        copy = Schedule()
        copy._instants = self._instants.copy()
        copy._buckets = {due: bucket.copy() for due, bucket in self._buckets.items()}
        copy._sorted = self._sorted
        return copy
