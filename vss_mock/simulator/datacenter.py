"""Where machines are: folders in a tree, networks, fault domains. Nothing here ever changes."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from vss_mock.simulator.errors import DuplicateName, UnknownPlace
from vss_mock.simulator.records import Domain, Folder, Network, VirtualMachine

Place = TypeVar("Place", Folder, Network, Domain)


class Datacenter:
    """The places of a world by their morefs, in order."""

    __slots__ = ("domains", "folders", "networks")

    def __init__(
        self,
        folders: Iterable[Folder] = (),
        networks: Iterable[Network] = (),
        domains: Iterable[Domain] = (),
    ) -> None:
        """Take places in order, parents before their children.

        Raises DuplicateName, and UnknownPlace for a parent that is not there before its child.
        """
        self.folders: dict[str, Folder] = {}
        self.networks: dict[str, Network] = {}
        self.domains: dict[str, Domain] = {}
        for folder in folders:
            if folder.parent is not None:
                self.folder(folder.parent)
            _add(self.folders, folder)
        for network in networks:
            _add(self.networks, network)
        for domain in domains:
            _add(self.domains, domain)

    def check(self, vm: VirtualMachine) -> None:
        """Raise UnknownPlace if a machine is somewhere that is not there."""
        self.folder(vm.folder)
        self.domain(vm.domain)
        for network in vm.networks:
            self.network(network)

    def folder(self, moref: str) -> Folder:
        """Return a folder; raise UnknownPlace."""
        return _get("folder", self.folders, moref)

    def network(self, moref: str) -> Network:
        """Return a network; raise UnknownPlace."""
        return _get("network", self.networks, moref)

    def domain(self, moref: str) -> Domain:
        """Return a fault domain; raise UnknownPlace."""
        return _get("domain", self.domains, moref)

    def above(self, folder: Folder) -> Folder | None:
        """Return the folder that a folder lies in, None for one at the top."""
        return None if folder.parent is None else self.folders[folder.parent]

    def children(self, folder: Folder) -> list[Folder]:
        """Return the folders in a folder, in order."""
        return [one for one in self.folders.values() if one.parent == folder.moref]

    def way(self, folder: Folder) -> list[str]:
        """Return the names of the folders from the top down to a folder."""
        names = []
        above: Folder | None = folder
        while above is not None:
            names.append(above.name)
            above = self.above(above)
        return names[::-1]


def _add(places: dict[str, Place], place: Place) -> None:
    if place.moref in places:
        raise DuplicateName("moref", place.moref)
    places[place.moref] = place


def _get(what: str, places: Mapping[str, Place], moref: str) -> Place:
    try:
        return places[moref]
    except KeyError:
        raise UnknownPlace(what, moref) from None
