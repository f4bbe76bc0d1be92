"""The snapshots of a virtual machine: list, create, one, delete, revert."""

from vss_mock.api.messages import Reply, Steps
from vss_mock.api.params import number
from vss_mock.api.visit import Visit
from vss_mock.simulator.records import SnapshotRequest
from vss_mock.wire import payloads


def vm_snapshot_list(visit: Visit) -> Reply | Steps:
    """Answer the snapshots that a machine has now."""
    vm = visit.machine()
    shown = visit.world.snapshots(visit.user, vm.uuid)
    dialect, world, user, base = visit.dialect, visit.world, visit.user, visit.base
    now = world.now
    return visit.listed(
        shown,
        lambda snapshot: dialect.snapshot_row(world, snapshot, now),
        lambda data: dialect.snapshots(data, vm, user, base),
        lambda: visit.later.snapshot_row_fields(visit.world),
        dialect.href(base, "vm-snapshot-list", uuid=vm.uuid),
    )


def vm_snapshot_create(visit: Visit) -> Reply:
    """Accept a request for a snapshot at a date."""
    description, from_date, hours = payloads.snapshot(visit.body)
    request = visit.world.submit(
        visit.user,
        visit.machine().uuid,
        description,
        from_date,
        hours,
        **payloads.options(visit.body),
    )
    return _accepted(visit, request)


def vm_snapshot_get(visit: Visit) -> Reply:
    """Answer one snapshot."""
    vm = visit.machine()
    shown = visit.world.snapshot(visit.user, vm.uuid, _id(visit))
    document = visit.dialect.snapshot(visit.world, vm, shown, visit.user, visit.base)
    return visit.reply(200, document)


def vm_snapshot_delete(visit: Visit) -> Reply:
    """Accept a request to delete a snapshot at once."""
    vm = visit.machine()
    return _accepted(visit, visit.world.delete(visit.user, vm.uuid, _id(visit)))


def vm_snapshot_revert(visit: Visit) -> Reply:
    """Accept a request to put a machine back to a snapshot at once."""
    vm = visit.machine()
    return _accepted(visit, visit.world.revert(visit.user, vm.uuid, _id(visit)))


def _id(visit: Visit) -> int:
    return number(visit.call.params["id"], "snapshot")


def _accepted(visit: Visit, request: SnapshotRequest) -> Reply:
    return visit.reply(202, visit.dialect.accepted(request, visit.user, visit.base))
