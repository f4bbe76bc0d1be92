"""The inventory: machines found by name, seen or hidden, and the snapshots they have."""

import pytest

from tests.properties.worlds import (
    ANA,
    DOMAINS,
    FOLDERS,
    JM,
    MACHINES,
    NETWORKS,
    START,
    UUIDS,
    new_world,
)
from vss_mock.simulator import inventory as module
from vss_mock.simulator.datacenter import Datacenter
from vss_mock.simulator.errors import (
    DuplicateName,
    HiddenVirtualMachine,
    LimitReached,
    UnknownSnapshot,
    UnknownVirtualMachine,
)
from vss_mock.simulator.inventory import Inventory
from vss_mock.simulator.records import User, VirtualMachine
from vss_mock.simulator.world import World


def named(*names: str) -> Inventory:
    """Return an inventory of machines of these names, with uuids u0, u1 and so on."""
    return Inventory(
        MACHINES[0]._replace(uuid=f"u{number}", moref=f"vm-{number}", name=name)
        for number, name in enumerate(names)
    )


def found(inventory: Inventory, part: str, user: User = JM) -> list[str]:
    """Return the names found."""
    return [vm.name for vm in inventory.find(user, part)]


def test_a_part_of_a_name_finds_machines_in_their_order() -> None:
    inventory = named("web-1", "db-1", "web-2", "cache")
    assert found(inventory, "web") == ["web-1", "web-2"]
    assert found(inventory, "-1") == ["web-1", "db-1"]
    assert found(inventory, "cache") == ["cache"]
    assert found(inventory, "e") == ["web-1", "web-2", "cache"]


def test_names_are_found_whatever_their_case() -> None:
    inventory = named("1606T-CoreOS0", "Straße", "İstanbul", "after")
    assert found(inventory, "coreos0") == ["1606T-CoreOS0"]
    assert found(inventory, "COREOS0") == ["1606T-CoreOS0"]
    assert found(inventory, "STRASSE") == ["Straße"]
    assert found(inventory, "after") == ["after"]
    assert found(inventory, "İstan") == ["İstanbul"]


def test_nothing_asked_finds_all_and_nothing_like_it_finds_none() -> None:
    inventory = named("a", "b")
    assert found(inventory, "") == ["a", "b"]
    assert found(inventory, "c") == []
    assert found(named(), "") == []
    assert found(named(), "a") == []


def test_a_name_is_found_once_however_often_it_has_the_part() -> None:
    assert found(named("aaaa", "baab", "c"), "a") == ["aaaa", "baab"]
    assert found(named("x", "aaaa"), "aa") == ["aaaa"]


def test_a_part_is_never_found_across_two_names() -> None:
    inventory = named("ab", "cd")
    assert found(inventory, "bc") == []
    assert found(inventory, "b\nc") == []
    assert found(inventory, "\n") == []


def test_a_user_finds_only_what_they_may_see(world: World) -> None:
    assert [vm.uuid for vm in world.find(JM, "coreos")] == list(UUIDS)
    assert [vm.uuid for vm in world.find(ANA, "coreos")] == list(UUIDS[1:])
    assert [vm.uuid for vm in world.find(ANA)] == list(UUIDS[1:])
    assert world.find(ANA, "coreos0") == []
    blind = JM._replace(sees=frozenset())
    assert world.find(blind) == []


def test_a_machine_is_known_by_its_name_and_by_its_moref() -> None:
    inventory = named("web-1", "db-1")
    assert inventory.named("db-1") == inventory["u1"]
    assert inventory.named("vm-1") == inventory["u1"]
    assert inventory.named("db") is None
    assert inventory.named("u1") is None


def test_an_unknown_machine_is_not_a_hidden_one(world: World) -> None:
    with pytest.raises(UnknownVirtualMachine) as unknown:
        world.virtual_machine(ANA, "nowhere")
    assert unknown.value.uuid == "nowhere"
    with pytest.raises(HiddenVirtualMachine) as hidden:
        world.virtual_machine(ANA, UUIDS[0])
    assert (hidden.value.uuid, hidden.value.user) == (UUIDS[0], "ana")
    assert world.virtual_machine(JM, UUIDS[0]) == MACHINES[0]
    assert world.virtual_machine(ANA, UUIDS[1]) == MACHINES[1]


@pytest.mark.parametrize("what", ["uuid", "moref", "name"])
def test_no_two_machines_share_a_uuid_a_moref_or_a_name(what: str) -> None:
    first, second = MACHINES[:2]
    twin: VirtualMachine = second._replace(**{what: getattr(first, what)})
    with pytest.raises(DuplicateName) as refused:
        Inventory([first, twin])
    assert (refused.value.what, refused.value.name) == (what, getattr(first, what))


def test_no_machine_is_named_like_another_ones_moref() -> None:
    twin = MACHINES[1]._replace(name=MACHINES[0].moref)
    with pytest.raises(DuplicateName):
        Inventory([MACHINES[0], twin])


def test_a_machine_may_be_named_like_its_own_moref() -> None:
    named_so = MACHINES[0]._replace(name=MACHINES[0].moref)
    inventory = Inventory([named_so, MACHINES[1]])
    assert inventory.named(MACHINES[0].moref) == named_so
    with pytest.raises(DuplicateName):
        Inventory([named_so, MACHINES[1]._replace(moref=named_so.name)])
    with pytest.raises(DuplicateName):
        Inventory([named_so, MACHINES[1]._replace(name=named_so.name)])


def test_a_world_holds_a_hundred_thousand_machines() -> None:
    assert module.MAXIMUM_VMS == 100_000


def test_a_world_holds_as_many_machines_as_it_may_and_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MAXIMUM_VMS", 2)
    assert len(list(Inventory(MACHINES[:2]))) == 2
    with pytest.raises(LimitReached) as refused:
        Inventory(MACHINES)
    assert (refused.value.what, refused.value.limit) == ("virtual machines", 2)


def test_snapshots_count_up_per_machine_and_numbers_are_never_reused(world: World) -> None:
    for uuid in (UUIDS[0], UUIDS[1], UUIDS[0]):
        world.submit(JM, uuid, "d", START, 72)
    world.advance_to(START)
    assert [one.id for one in world.snapshots(JM, UUIDS[0])] == [1, 2]
    assert [one.id for one in world.snapshots(JM, UUIDS[1])] == [1]
    assert world.snapshots(JM, UUIDS[2]) == ()
    world.delete(JM, UUIDS[0], 1)
    world.delete(JM, UUIDS[0], 2)
    world.advance_to(START)
    assert world.snapshots(JM, UUIDS[0]) == ()
    world.submit(JM, UUIDS[0], "d", START, 72)
    world.advance_to(START)
    assert [one.id for one in world.snapshots(JM, UUIDS[0])] == [3]


@pytest.mark.parametrize("number", [0, 1, 2, -1, 10**30])
def test_a_snapshot_that_is_not_there_is_unknown(world: World, number: int) -> None:
    with pytest.raises(UnknownSnapshot) as refused:
        world.snapshot(JM, UUIDS[0], number)
    assert (refused.value.vm, refused.value.snapshot) == (UUIDS[0], number)


def test_snapshots_of_a_hidden_machine_are_not_shown(world: World) -> None:
    world.submit(JM, UUIDS[0], "d", START, 1)
    world.advance_to(START)
    for read in (world.snapshots, lambda user, vm: world.snapshot(user, vm, 1)):
        with pytest.raises(HiddenVirtualMachine):
            read(ANA, UUIDS[0])
        with pytest.raises(UnknownVirtualMachine):
            read(ANA, "nowhere")


def test_two_users_of_one_name_are_refused() -> None:
    with pytest.raises(DuplicateName) as refused:
        World(
            seed=1,
            start=START,
            users=[JM, ANA, JM],
            vms=MACHINES,
            datacenter=Datacenter(FOLDERS, NETWORKS, DOMAINS),
        )
    assert (refused.value.what, refused.value.name) == ("username", "jm")


def test_a_user_is_known_by_their_username() -> None:
    world = new_world()
    assert world.user("ana") == ANA
    assert world.user("nobody") is None
