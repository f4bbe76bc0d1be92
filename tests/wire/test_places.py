"""The places of a world file, from what it describes and what its machines name."""

from typing import Any

import pytest

from vss_mock.wire.places import Places
from vss_mock.wire.problems import Refusal


def vm(**members: Any) -> dict[str, Any]:
    return {"name": "a", **members}


def folder(moref: str, name: str, parent: str) -> dict[str, str]:
    return {"moref": moref, "name": name, "parent": parent}


def places(*vms: dict[str, Any], **told: Any) -> Places:
    found = Places({"vms": vms, **told}, 0)
    for each in vms:
        found.folder_of(each)
        found.networks_of(each)
        found.domain_of(each)
    return found


def test_a_machine_that_says_nothing_is_somewhere_all_the_same() -> None:
    center = places(vm()).datacenter()
    assert center.way(center.folder("group-v519")) == ["API", "Public"]
    assert list(center.networks) == ["network-1"]
    assert list(center.domains) == ["domain-c4252"]


def test_a_folder_above_is_made_up_once_and_takes_no_ones_moref() -> None:
    center = places(
        vm(folder=folder("group-v1", "F", "P")), vm(folder=folder("group-v2", "G", "P"))
    ).datacenter()
    assert [(one.moref, one.name, one.parent) for one in center.folders.values()] == [
        ("group-v3", "P", None),
        ("group-v1", "F", "group-v3"),
        ("group-v2", "G", "group-v3"),
    ]


def test_a_folder_that_is_described_is_the_one_above() -> None:
    center = places(
        vm(folder=folder("group-v1", "F", "P")),
        folders=[
            {"moref": "group-v8", "name": "P", "parent": "group-v9"},
            {"moref": "group-v9", "name": "Top"},
        ],
    ).datacenter()
    assert center.way(center.folder("group-v1")) == ["Top", "P", "F"]
    assert next(iter(center.folders)) == "group-v9"


def test_a_machine_may_be_in_a_described_folder_at_the_top() -> None:
    center = places(
        vm(folder=folder("group-v1", "F", "")), folders=[{"moref": "group-v1", "name": "F"}]
    ).datacenter()
    assert center.folder("group-v1").parent is None
    alone = places(vm(folder=folder("group-v1", "F", ""))).datacenter()
    assert alone.folder("group-v1").parent is None


@pytest.mark.parametrize(
    ("vms", "told", "sentence"),
    [
        (
            [vm(folder=folder("group-v1", "F", "P")), vm(folder=folder("group-v1", "G", "P"))],
            {},
            "vms: the folder 'group-v1' is described twice, and not alike",
        ),
        (
            [vm(folder=folder("group-v1", "F", "P")), vm(folder=folder("group-v1", "F", "Q"))],
            {},
            "vms: the folder 'group-v1' is described twice, and not alike",
        ),
        (
            [vm(networks=[{"moref": "network-2", "name": "N"}])],
            {"networks": [{"moref": "network-2", "name": "M"}]},
            "vms: the network 'network-2' is described twice, and not alike",
        ),
        ([vm(domain="domain-c9")], {}, "vms: no domain 'domain-c9'"),
    ],
)
def test_machines_that_contradict_each_other_are_refused(
    vms: list[Any], told: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refusal) as refused:
        places(*vms, **told)
    assert (refused.value.message, refused.value.status_code) == (sentence, 400)


@pytest.mark.parametrize(
    ("folders", "sentence"),
    [
        (
            [{"moref": "group-v1", "name": "F", "parent": "group-v2"}],
            "folders: no folder 'group-v2'",
        ),
        (
            [
                {"moref": "group-v1", "name": "F", "parent": "group-v2"},
                {"moref": "group-v2", "name": "G", "parent": "group-v1"},
            ],
            "folders: 'group-v1' lies in itself",
        ),
    ],
)
def test_folders_that_make_no_tree_are_refused(folders: list[Any], sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        places(folders=folders).datacenter()
    assert refused.value.message == sentence


def test_a_network_says_what_it_is_once() -> None:
    center = places(
        vm(networks=[{"moref": "network-2", "name": "N"}]),
        networks=[{"moref": "network-2", "name": "N", "subnet": "192.0.2.0/24", "vlan_id": 7}],
    ).datacenter()
    network = center.network("network-2")
    assert (network.subnet, network.vlan_id, network.description) == ("192.0.2.0/24", 7, "N")
