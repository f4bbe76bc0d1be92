"""The places that a world file tells of: those it describes, and those that its machines name."""

from collections.abc import Mapping
from typing import Any

from vss_mock.simulator.datacenter import Datacenter
from vss_mock.simulator.records import Domain, Folder, Network
from vss_mock.wire.problems import Refusal, short

_FOLDER = {"moref": "group-v519", "name": "Public", "parent": "API"}
_NETWORK = {"moref": "network-1", "name": "Public"}
_DOMAIN = {"moref": "domain-c4252", "name": "FD1"}
"""Where a machine is if its file does not say; the domain's moref is that of the documents."""


class Places:
    """Collects the places of a world file, each described once."""

    def __init__(self, document: Mapping[str, Any], begin: int) -> None:
        """Begin with what the file describes beside its machines; the world begins at `begin`."""
        self._begin = begin
        self._folders: dict[str, Folder] = {}
        self._networks: dict[str, Network] = {}
        self._domains: dict[str, Domain] = {}
        self._taken = {vm["folder"]["moref"] for vm in document["vms"] if "folder" in vm}
        for folder in document.get("folders", ()):
            self._folders[folder["moref"]] = Folder(**{"parent": None, **folder})
        for network in document.get("networks", ()):
            self._networks[network["moref"]] = self._network(network)
        for domain in document.get("domains", ()):
            self._domains[domain["moref"]] = Domain(**domain)

    def folder_of(self, vm: Mapping[str, Any]) -> str:
        """Return the moref of a machine's folder, which the file names with the one above it."""
        told: Mapping[str, str] = vm.get("folder", _FOLDER)
        moref, above = told["moref"], told["parent"]
        known = self._folders.get(moref)
        if known is None:
            known = Folder(moref, told["name"], self._named(above))
            self._folders[moref] = known
        parent = None if known.parent is None else self._folders.get(known.parent)
        if known.name != told["name"] or (parent.name if parent else "") != above:
            raise _twice("folder", moref)
        return moref

    def networks_of(self, vm: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the morefs of a machine's networks."""
        told = vm.get("networks", (_NETWORK,))
        for network in told:
            known = self._networks.setdefault(network["moref"], self._network(network))
            if known.name != network["name"]:
                raise _twice("network", network["moref"])
        return tuple(network["moref"] for network in told)

    def domain_of(self, vm: Mapping[str, Any]) -> str:
        """Return the moref of the fault domain a machine runs in: the first one if none is told."""
        if not self._domains:
            self._domains[_DOMAIN["moref"]] = Domain(**_DOMAIN)
        moref: str = vm.get("domain") or next(iter(self._domains))
        if moref not in self._domains:
            raise Refusal(400, f"vms: no domain {short(moref)}", parameters=["vms"])
        return moref

    def datacenter(self) -> Datacenter:
        """Return the places, each folder after the one it lies in."""
        order: dict[str, Folder] = {}
        for folder in self._folders.values():
            way = [folder]
            while (parent := way[-1].parent) is not None and parent not in order:
                above = self._folders.get(parent)
                if above is None:
                    raise _wrong(f"no folder {short(parent)}")
                if above in way:
                    raise _wrong(f"{short(parent)} lies in itself")
                way.append(above)
            order |= {one.moref: one for one in reversed(way)}
        return Datacenter(order.values(), self._networks.values(), self._domains.values())

    def _network(self, told: Mapping[str, Any]) -> Network:
        return Network(
            moref=told["moref"],
            name=told["name"],
            description=told.get("description", told["name"]),
            subnet=told.get("subnet", ""),
            vlan_id=int(told.get("vlan_id", 0)),
            admin=told.get("admin", ""),
            client=told.get("client", ""),
            updated_on=self._begin,
        )

    def _named(self, name: str) -> str | None:
        """Return the moref of the folder of a name, made up if there is none; None for ""."""
        if not name:
            return None
        for folder in self._folders.values():
            if folder.name == name:
                return folder.moref
        number = 1
        while (moref := f"group-v{number}") in self._taken | self._folders.keys():
            number += 1
        self._folders[moref] = Folder(moref, name, None)
        return moref


def _wrong(what: str) -> Refusal:
    return Refusal(400, f"folders: {what}", parameters=["folders"])


def _twice(what: str, moref: str) -> Refusal:
    message = f"vms: the {what} {short(moref)} is described twice, and not alike"
    return Refusal(400, message, parameters=["vms"])
