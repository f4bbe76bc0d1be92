"""What the schedule is measured beside: the same work with one heap of tuples, written plainly.

The records, the replacements, the snapshots and the list of what happened are the simulator's own;
an entry is looked at again when it is popped, because requests can be extended. It has neither the
table of transitions nor slices. Members of enums are bound once: the comparison is not about what
looking them up costs.
"""

from heapq import heappop, heappush

from vss_mock.simulator.lifecycle import Event, Job, State
from vss_mock.simulator.records import Fired, Snapshot, SnapshotRequest, User, VirtualMachine

SUBMITTED, SCHEDULED, PROCESSED = State.SUBMITTED, State.SCHEDULED, State.PROCESSED
TAKE, DELETE = Event.TAKE, Event.DELETE


class NaiveWorld:
    """A world of snapshot requests to create, and nothing else."""

    def __init__(self, start: int, vms: list[VirtualMachine]) -> None:
        self.now = start
        self.machines = {vm.uuid: vm for vm in vms}
        self.requests: dict[int, SnapshotRequest] = {}
        self.snapshots: dict[str, dict[int, Snapshot]] = {}
        self.numbers: dict[str, int] = {}
        self.heap: list[tuple[int, int, Event]] = []

    def submit(self, user: User, vm: str, description: str, from_date: int, hours: int) -> None:
        """Ask for a snapshot."""
        id = len(self.requests) + 1
        now = self.now
        self.requests[id] = SnapshotRequest(
            id, Job.CREATE, State.SUBMITTED, user.username, vm, now, now, description,
            from_date, hours,
        )  # fmt: skip
        heappush(self.heap, (max(from_date, now), id, Event.TAKE))

    def advance_to(self, target: int) -> list[Fired]:
        """Let happen all that is due until then."""
        heap, fired = self.heap, []
        while heap and heap[0][0] <= target:
            at, id, event = heappop(heap)
            request = self.requests[id]
            vm = request.vm
            if event is TAKE and request.state is SUBMITTED:
                number = self.numbers.get(vm, 0) + 1
                self.numbers[vm] = number
                machine = self.machines[vm]
                taken = Snapshot(
                    number,
                    id,
                    at,
                    machine.power_state,
                    machine.cpu_count,
                    machine.memory_mb,
                    machine.cores_per_socket,
                )
                self.snapshots.setdefault(vm, {})[number] = taken
                moved = request._replace(state=SCHEDULED, updated_on=at, snapshot=number)
                heappush(heap, (max(moved.to_date, at), id, DELETE))
            elif request.state is SCHEDULED and max(request.to_date, at) == at:
                assert request.snapshot is not None
                number = request.snapshot
                del self.snapshots[vm][number]
                moved = request._replace(state=PROCESSED, updated_on=at)
            else:
                continue
            self.now = at
            self.requests[id] = moved
            fired.append(Fired(at, id, event, request.state, moved.state, vm, number))
        self.now = target
        return fired
