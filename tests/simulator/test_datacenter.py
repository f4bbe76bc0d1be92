"""Where machines are: folders in a tree, networks and fault domains, found by their morefs."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.properties.worlds import (
    DOMAINS,
    FOLDERS,
    JM,
    MACHINES,
    NETWORKS,
    START,
    USERS,
    new_world,
)
from vss_mock.simulator.datacenter import Datacenter
from vss_mock.simulator.errors import DuplicateName, UnknownPlace
from vss_mock.simulator.records import Domain, Folder, Network, VirtualMachine
from vss_mock.simulator.world import World

TOP, PUBLIC, WEB = FOLDERS
SECOND_TOP = Folder("group-v2", "Lab", None)
DATABASES = Folder("group-v520", "Databases", "group-v6736")


def test_places_are_kept_by_moref_in_the_order_given() -> None:
    places = Datacenter([SECOND_TOP, *FOLDERS], NETWORKS[::-1], DOMAINS[::-1])
    assert list(places.folders) == ["group-v2", "group-v1", "group-v6736", "group-v519"]
    assert list(places.folders.values()) == [SECOND_TOP, *FOLDERS]
    assert list(places.networks.values()) == list(NETWORKS[::-1])
    assert list(places.domains.values()) == list(DOMAINS[::-1])


def test_a_datacenter_may_be_empty() -> None:
    places = Datacenter()
    assert (places.folders, places.networks, places.domains) == ({}, {}, {})


def test_a_place_is_found_by_its_moref() -> None:
    places = Datacenter(FOLDERS, NETWORKS, DOMAINS)
    assert places.folder("group-v6736") is PUBLIC
    assert places.network("network-2") is NETWORKS[1]
    assert places.domain("domain-c1") is DOMAINS[0]


@pytest.mark.parametrize("what", ["folder", "network", "domain"])
@pytest.mark.parametrize("moref", ["", "group-v", "GROUP-V1", "network-9", "vm-100"])
def test_a_place_that_is_not_there_is_unknown(what: str, moref: str) -> None:
    places = Datacenter(FOLDERS, NETWORKS, DOMAINS)
    with pytest.raises(UnknownPlace) as refused:
        getattr(places, what)(moref)
    assert (refused.value.what, refused.value.moref) == (what, moref)


def test_a_moref_of_another_kind_of_place_is_unknown() -> None:
    places = Datacenter(FOLDERS, NETWORKS, DOMAINS)
    for find, moref in (
        (places.folder, "network-1"),
        (places.network, "domain-c1"),
        (places.domain, "group-v1"),
    ):
        with pytest.raises(UnknownPlace):
            find(moref)


@pytest.mark.parametrize(
    "folders",
    [
        [WEB._replace(parent="group-v9")],
        [TOP, WEB],
        [TOP, WEB, PUBLIC],
        [TOP._replace(parent="group-v1")],
        [TOP._replace(parent="group-v6736"), PUBLIC],
    ],
    ids=["unknown", "missing", "later", "itself", "a ring"],
)
def test_a_parent_is_there_before_its_child(folders: list[Folder]) -> None:
    with pytest.raises(UnknownPlace) as refused:
        Datacenter(folders)
    assert refused.value.what == "folder"
    assert refused.value.moref in {folder.parent for folder in folders}


@pytest.mark.parametrize(
    ("make", "moref"),
    [
        (lambda: Datacenter([TOP, TOP]), "group-v1"),
        (lambda: Datacenter([TOP, PUBLIC, PUBLIC._replace(name="other")]), "group-v6736"),
        (
            lambda: Datacenter(networks=[NETWORKS[0], Network("network-1", "x", "", "", 1)]),
            "network-1",
        ),
        (lambda: Datacenter(domains=[DOMAINS[0], Domain("domain-c1", "x")]), "domain-c1"),
    ],
)
def test_no_two_places_of_a_kind_share_a_moref(make: Callable[[], Any], moref: str) -> None:
    with pytest.raises(DuplicateName) as refused:
        make()
    assert (refused.value.what, refused.value.name) == ("moref", moref)


def test_places_of_two_kinds_may_share_a_moref_and_any_two_may_share_a_name() -> None:
    places = Datacenter(
        [Folder("x", "same", None), Folder("y", "same", "x")],
        [Network("x", "same", "", "", 1), Network("y", "same", "", "", 1)],
        [Domain("x", "same"), Domain("y", "same")],
    )
    assert places.folder("x").name == places.network("x").name == places.domain("x").name


def test_the_way_to_a_folder_names_all_from_the_top_down() -> None:
    places = Datacenter(FOLDERS)
    assert places.way(TOP) == ["VSS"]
    assert places.way(PUBLIC) == ["VSS", "Public"]
    assert places.way(WEB) == ["VSS", "Public", "Web"]


def test_above_a_folder_is_its_parent_and_above_the_top_nothing() -> None:
    places = Datacenter(FOLDERS)
    assert places.above(WEB) is PUBLIC
    assert places.above(PUBLIC) is TOP
    assert places.above(TOP) is None


def test_children_of_a_folder_come_in_order_and_without_their_own() -> None:
    places = Datacenter([SECOND_TOP, *FOLDERS, DATABASES])
    assert places.children(TOP) == [PUBLIC]
    assert places.children(PUBLIC) == [WEB, DATABASES]
    assert places.children(WEB) == []
    assert places.children(SECOND_TOP) == []


def build(vm: VirtualMachine) -> World:
    """Return a world of two machines, the second as told."""
    return World(
        seed=1,
        start=START,
        users=USERS,
        vms=[MACHINES[0], vm],
        datacenter=Datacenter(FOLDERS, NETWORKS, DOMAINS),
    )


@pytest.mark.parametrize(
    ("vm", "what", "moref"),
    [
        (MACHINES[1]._replace(folder="group-v9"), "folder", "group-v9"),
        (MACHINES[1]._replace(domain="domain-c9"), "domain", "domain-c9"),
        (MACHINES[1]._replace(networks=("network-1", "network-9")), "network", "network-9"),
        (MACHINES[1]._replace(networks=("group-v1",)), "network", "group-v1"),
    ],
)
def test_every_machine_is_somewhere_that_is_there(
    vm: VirtualMachine, what: str, moref: str
) -> None:
    with pytest.raises(UnknownPlace) as refused:
        build(vm)
    assert (refused.value.what, refused.value.moref) == (what, moref)


def test_a_machine_may_be_on_no_network_or_on_several() -> None:
    world = build(MACHINES[1]._replace(networks=()))
    assert world.find(JM)[1].networks == ()
    assert new_world().find(JM)[2].networks == ("network-1", "network-2")
