"""Where machines are: folders, networks and fault domains, and the machines in each."""

from collections.abc import Callable, Mapping
from typing import Any

from vss_mock.api.messages import Document, Reply, Steps
from vss_mock.api.visit import Visit
from vss_mock.simulator.records import Domain, Folder, Network, VirtualMachine
from vss_mock.wire.collections import Field


def folder_list(visit: Visit) -> Reply | Steps:
    """Answer the folders."""
    folders = visit.world.datacenter.folders.values()
    return _places(visit, "folder-list", folders, _folder(visit), visit.later.folder_fields)


def folder_get(visit: Visit) -> Reply:
    """Answer one folder."""
    folder = visit.world.datacenter.folder(visit.call.params["moref"])
    return visit.one("folder-get", _folder(visit)(folder))


def folder_child_list(visit: Visit) -> Reply | Steps:
    """Answer the folders in a folder."""
    places = visit.world.datacenter
    children = places.children(places.folder(visit.call.params["moref"]))
    return _places(visit, "folder-child-list", children, _folder(visit), visit.later.folder_fields)


def folder_vm_list(visit: Visit) -> Reply | Steps:
    """Answer the machines in a folder that the caller may see."""
    folder = visit.world.datacenter.folder(visit.call.params["moref"])
    return _machines(visit, "folder-vm-list", lambda vm: vm.folder == folder.moref)


def network_list(visit: Visit) -> Reply | Steps:
    """Answer the networks."""
    networks = visit.world.datacenter.networks.values()
    return _places(visit, "network-list", networks, _network(visit), visit.later.network_fields)


def network_get(visit: Visit) -> Reply:
    """Answer one network."""
    network = visit.world.datacenter.network(visit.call.params["moref"])
    return visit.one("network-get", _network(visit)(network))


def network_vm_list(visit: Visit) -> Reply | Steps:
    """Answer the machines on a network that the caller may see."""
    network = visit.world.datacenter.network(visit.call.params["moref"])
    return _machines(visit, "network-vm-list", lambda vm: network.moref in vm.networks)


def domain_list(visit: Visit) -> Reply | Steps:
    """Answer the fault domains."""
    domains = visit.world.datacenter.domains.values()
    return _places(visit, "domain-list", domains, _domain(visit), visit.later.place_fields)


def domain_get(visit: Visit) -> Reply:
    """Answer one fault domain."""
    domain = visit.world.datacenter.domain(visit.call.params["moref"])
    return visit.one("domain-get", _domain(visit)(domain))


def domain_vm_list(visit: Visit) -> Reply | Steps:
    """Answer the machines of a fault domain that the caller may see."""
    domain = visit.world.datacenter.domain(visit.call.params["moref"])
    return _machines(visit, "domain-vm-list", lambda vm: vm.domain == domain.moref)


def _folder(visit: Visit) -> Callable[[Folder], Document]:
    return lambda folder: visit.later.folder(visit.world, folder, visit.base)


def _network(visit: Visit) -> Callable[[Network], Document]:
    return lambda network: visit.later.network(visit.world, network, visit.base)


def _domain(visit: Visit) -> Callable[[Domain], Document]:
    return lambda domain: visit.later.domain(domain, visit.base)


def _places(
    visit: Visit,
    operation: str,
    places: Any,
    row: Callable[[Any], Document],
    fields: Callable[[Any], Mapping[str, Field]],
) -> Reply | Steps:
    """Answer places whose name has the query's `name` in it, and whose moref is its `moref`."""
    part, moref = visit.query.get("name", "").casefold(), visit.query.get("moref", "")
    found = [
        place for place in places if part in place.name.casefold() and moref in {"", place.moref}
    ]
    return visit.rows(operation, found, row, lambda: fields(visit.world))


def _machines(
    visit: Visit, operation: str, chosen: Callable[[VirtualMachine], bool]
) -> Reply | Steps:
    found = [vm for vm in visit.world.find(visit.user) if chosen(vm)]
    row = visit.dialect.machine_row(visit.world, None, visit.base)
    return visit.rows(operation, found, row, lambda: visit.later.machine_fields(visit.world))
