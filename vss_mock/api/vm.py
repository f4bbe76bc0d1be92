"""Virtual machines: list, one, its parts and how they are changed, its disks' consolidation."""

from vss_mock.api.messages import Document, Reply, Steps
from vss_mock.api.visit import Visit
from vss_mock.simulator.records import Attribute, ChangeRequest
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
        dialect.machine_row(visit.world, shown, base),
        lambda data: dialect.machines(data, user, base),
        lambda: visit.later.machine_fields(visit.world),
        dialect.href(base, "vm-list"),
    )


def vm_get(visit: Visit) -> Reply:
    """Answer one machine."""
    return visit.reply(
        200, visit.dialect.machine(visit.world, visit.machine(), visit.user, visit.base)
    )


def template_list(visit: Visit) -> Reply | Steps:
    """Answer the machines that are templates: none can be made here."""
    fields = visit.later.machine_fields
    return visit.rows("template-list", (), dict, lambda: fields(visit.world))


def vm_consolidation_get(visit: Visit) -> Reply:
    """Answer whether a machine's disks want consolidation."""
    return visit.reply(200, visit.dialect.consolidation(visit.machine(), visit.user, visit.base))


def vm_consolidate(visit: Visit) -> Reply:
    """Accept a request to consolidate a machine's disks, at once or at a date."""
    schedule = payloads.consolidation(visit.body)
    return _accepted(visit, visit.world.consolidate(visit.user, visit.machine().uuid, schedule))


def vm_state_set(visit: Visit) -> Reply:
    """Accept a request to switch a machine on or off, or the like."""
    return _change(visit, Attribute.POWER)


def vm_name_set(visit: Visit) -> Reply:
    """Accept a request to rename a machine."""
    return _change(visit, Attribute.NAME)


def vm_cpu_set(visit: Visit) -> Reply:
    """Accept a request to give a machine more processors, or fewer."""
    return _change(visit, Attribute.CPU)


def vm_memory_set(visit: Visit) -> Reply:
    """Accept a request to give a machine more memory, or less."""
    return _change(visit, Attribute.MEMORY)


def vm_state_get(visit: Visit) -> Reply:
    """Answer where a machine's power stands."""
    vm = visit.machine()
    return _part(visit, "vm-state-get", visit.later.state_data(visit.world, vm, visit.base))


def vm_name_get(visit: Visit) -> Reply:
    """Answer a machine's name."""
    return _part(visit, "vm-name-get", visit.later.name_data(visit.machine()))


def vm_cpu_get(visit: Visit) -> Reply:
    """Answer a machine's processors."""
    return _part(visit, "vm-cpu-get", visit.later.cpu_data(visit.machine()))


def vm_memory_get(visit: Visit) -> Reply:
    """Answer a machine's memory."""
    return _part(visit, "vm-memory-get", visit.later.memory_data(visit.machine()))


def vm_guest_get(visit: Visit) -> Reply:
    """Answer what runs inside a machine."""
    return _part(visit, "vm-guest-get", visit.later.guest_data(visit.machine()))


def vm_tools_get(visit: Visit) -> Reply:
    """Answer the state of a guest's tools."""
    return _part(visit, "vm-tools-get", visit.later.tools_data(visit.machine()))


def vm_folder_get(visit: Visit) -> Reply:
    """Answer the folder that a machine is in."""
    folder = visit.world.datacenter.folder(visit.machine().folder)
    return _part(visit, "vm-folder-get", visit.later.folder(visit.world, folder, visit.base))


def vm_domain_get(visit: Visit) -> Reply:
    """Answer the fault domain that a machine runs in."""
    domain = visit.later.domain_of(visit.world, visit.machine(), visit.base)
    return _part(visit, "vm-domain-get", {"domain": domain})


def _change(visit: Visit, attribute: Attribute) -> Reply:
    schedule, value = payloads.schedule(visit.body), payloads.change(attribute, visit.body)
    uuid = visit.machine().uuid
    return _accepted(visit, visit.world.change(visit.user, uuid, attribute, value, schedule))


def _accepted(visit: Visit, request: ChangeRequest) -> Reply:
    return visit.reply(202, visit.dialect.accepted(request, visit.user, visit.base))


def _part(visit: Visit, operation: str, data: Document) -> Reply:
    document = visit.later.part(operation, visit.machine(), data, visit.user, visit.base)
    return visit.reply(200, document)
