"""Virtual machines: list, one, its disks' consolidation."""

from vss_mock.api.messages import Reply, Steps
from vss_mock.api.visit import Visit
from vss_mock.wire import payloads
from vss_mock.wire.problems import Refusal, short


def vm_list(visit: Visit) -> Reply | Steps:
    """Answer the machines that the caller may see; `name` is part of their name."""
    summary = visit.query.get("summary")
    if summary not in {None, "", "1", "0"}:
        raise Refusal(
            400, f"summary: {short(summary or '')} is neither 1 nor 0", parameters=["summary"]
        )
    machines = visit.world.find(visit.user, visit.query.get("name", ""))
    shown = None if summary == "0" else summary
    dialect, user, base = visit.dialect, visit.user, visit.base
    return visit.listed(
        machines,
        dialect.machine_row(shown, base),
        lambda data: dialect.machines(data, user, base),
    )


def vm_get(visit: Visit) -> Reply:
    """Answer one machine."""
    vm = visit.world.virtual_machine(visit.user, visit.call.params["uuid"])
    has_snapshot = bool(visit.world.snapshots(visit.user, vm.uuid))
    return visit.reply(200, visit.dialect.machine(vm, has_snapshot, visit.user, visit.base))


def vm_consolidation_get(visit: Visit) -> Reply:
    """Answer whether a machine's disks want consolidation."""
    vm = visit.world.virtual_machine(visit.user, visit.call.params["uuid"])
    return visit.reply(200, visit.dialect.consolidation(vm, visit.user, visit.base))


def vm_consolidate(visit: Visit) -> Reply:
    """Accept a request to consolidate a machine's disks, at once or at a date."""
    schedule = payloads.consolidation(visit.body)
    request = visit.world.consolidate(visit.user, visit.call.params["uuid"], schedule)
    return visit.reply(202, visit.dialect.accepted(request, visit.user, visit.base))
