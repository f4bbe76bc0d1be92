"""Renames: a prefix stays, names are one machine's alone, and searches go by the new ones."""

import pytest

from tests.properties.worlds import ANA, HOUR, JM, MACHINES, START, UUIDS, text
from vss_mock.simulator.changes import renamed, split_name
from vss_mock.simulator.errors import DuplicateName
from vss_mock.simulator.inventory import Inventory
from vss_mock.simulator.lifecycle import State
from vss_mock.simulator.records import Attribute, Failure, Fault
from vss_mock.simulator.world import World

FIRST, SECOND, THIRD = UUIDS


def rename(world: World, vm: str, name: str) -> Failure | None:
    """Rename a machine now; return why it failed, if it did."""
    request = world.change(JM, vm, Attribute.NAME, name)
    world.advance_to(world.now)
    done = world.change_request(JM, request.id)
    assert (done.state is State.FAILED) == (done.failure is not None)
    return done.failure


@pytest.mark.parametrize(
    ("name", "prefix", "rest"),
    [
        ("1606T-coreos0", "1606T-", "coreos0"),
        ("1606T-", "1606T-", ""),
        ("1606T-1607T-x", "1606T-", "1607T-x"),
        ("coreos0", "", "coreos0"),
        ("", "", ""),
        ("1606t-coreos0", "", "1606t-coreos0"),
        ("1606-coreos0", "", "1606-coreos0"),
        ("16060T-coreos0", "", "16060T-coreos0"),
        ("x1606T-coreos0", "", "x1606T-coreos0"),
        ("1606TT-coreos0", "", "1606TT-coreos0"),
        ("１606T-coreos0", "", "１606T-coreos0"),
    ],
)
def test_a_prefix_is_four_digits_a_capital_and_a_dash(name: str, prefix: str, rest: str) -> None:
    assert split_name(name) == (prefix, rest)


@pytest.mark.parametrize(
    ("name", "wanted", "becomes"),
    [
        ("1606T-coreos0", "web", "1606T-web"),
        ("1606T-coreos0", "1606T-web", "1606T-web"),
        ("1606T-coreos0", "1607T-web", "1606T-1607T-web"),
        ("1606T-coreos0", "coreos0", "1606T-coreos0"),
        ("coreos0", "web", "web"),
        ("coreos0", "1606T-web", "1606T-web"),
    ],
)
def test_a_rename_leaves_the_prefix_alone(name: str, wanted: str, becomes: str) -> None:
    assert renamed(name, wanted) == becomes


def test_a_renamed_machine_is_known_by_its_new_name_alone(world: World) -> None:
    assert rename(world, FIRST, "web") is None
    inventory, vm = world.inventory, world.virtual_machine(JM, FIRST)
    assert vm == MACHINES[0]._replace(name="1606T-web")
    assert inventory.named("1606T-web") == inventory.named("vm-100") == vm
    assert inventory.named("1606T-coreos0") is None
    assert list(inventory) == [vm, *MACHINES[1:]]


@pytest.mark.parametrize("name", ["web", "w", "a much longer name than it was", "STRASSE", "ß"])
@pytest.mark.parametrize("number", range(3))
def test_a_renamed_machine_is_found_by_its_new_name_in_any_case_and_others_as_before(
    world: World, number: int, name: str
) -> None:
    assert rename(world, UUIDS[number], name) is None
    for part in {name, name.upper(), name.lower(), name.casefold()}:
        assert [vm.uuid for vm in world.find(JM, part)] == [UUIDS[number]]
    others = [uuid for uuid in UUIDS if uuid != UUIDS[number]]
    assert [vm.uuid for vm in world.find(JM, "coreos")] == others
    for other in others:
        asked = world.virtual_machine(JM, other).name
        assert [vm.uuid for vm in world.find(JM, asked.upper())] == [other]
    assert [vm.uuid for vm in world.find(JM, "")] == list(UUIDS)
    assert [vm.uuid for vm in world.find(ANA, name)] == list(UUIDS[number : number + 1][:number])
    assert world.find(JM, f"{name}\n") == []


def test_a_part_of_a_new_name_is_never_found_across_two_names(world: World) -> None:
    rename(world, FIRST, "ab")
    rename(world, SECOND, "cd")
    assert world.find(JM, "ab1606") == []
    assert world.find(JM, "ab\n1606") == []
    assert [vm.uuid for vm in world.find(JM, "1606T-")] == [FIRST, SECOND]


def test_a_search_after_many_renames_finds_what_a_new_index_finds(world: World) -> None:
    for number, name in enumerate(("x", "longer than that", "", "ß", "İ", "coreos0", "y")):
        rename(world, UUIDS[number % 3], name or "z")
        anew = Inventory(world.inventory)
        for part in ("x", "o", "1606T-", "ss", "i", "z", "coreos", "y"):
            assert world.find(JM, part) == anew.find(JM, part)


@pytest.mark.parametrize(
    ("number", "wanted", "taken"),
    [
        (0, "coreos1", "1606T-coreos1"),
        (0, "1606T-coreos1", "1606T-coreos1"),
        (2, "1606T-coreos0", "1606T-coreos0"),
        (2, "vm-100", "vm-100"),
        (2, "vm-101", "vm-101"),
    ],
)
def test_a_name_or_a_moref_of_another_machine_is_taken(
    world: World, number: int, wanted: str, taken: str
) -> None:
    machines = world.dump()["vms"]
    assert rename(world, UUIDS[number], wanted) == Failure(Fault.NAME_TAKEN, taken)
    assert world.dump()["vms"] == machines
    assert world.inventory.named("1606T-coreos1") == MACHINES[1]
    assert [vm.uuid for vm in world.find(JM, "coreos")] == list(UUIDS)


def test_a_machine_may_be_renamed_to_what_it_is_called_or_to_its_own_moref(world: World) -> None:
    before = world.dump()["vms"]
    assert rename(world, THIRD, "coreos2") is None
    assert rename(world, FIRST, "coreos0") is None
    assert world.dump()["vms"] == before
    assert rename(world, THIRD, "vm-102") is None
    named_so = world.virtual_machine(JM, THIRD)
    assert named_so.name == "vm-102"
    assert world.inventory.named("coreos2") is None
    assert rename(world, THIRD, "web") is None
    assert world.inventory.named("vm-102") == named_so._replace(name="web")
    assert world.inventory.identified("vm-102") == THIRD
    assert [vm.uuid for vm in world.find(JM, "web")] == [THIRD]


def test_a_name_that_was_given_up_can_be_taken_by_another(world: World) -> None:
    assert rename(world, FIRST, "spare") is None
    assert rename(world, SECOND, "coreos0") is None
    assert rename(world, FIRST, "coreos1") is None
    assert [vm.name for vm in world.find(JM)] == ["1606T-coreos1", "1606T-coreos0", "coreos2"]
    assert [vm.uuid for vm in world.find(JM, "COREOS0")] == [SECOND]
    assert [vm.uuid for vm in world.find(JM, "coreos1")] == [FIRST]


def test_two_renames_of_one_instant_to_one_name_are_first_come_first_served(world: World) -> None:
    world.change(JM, FIRST, Attribute.NAME, "web", START + HOUR)
    world.change(JM, SECOND, Attribute.NAME, "web", START + HOUR)
    world.change(JM, THIRD, Attribute.NAME, "web", START + HOUR)
    world.advance_to(START + HOUR)
    states = [request.state for request in world.change_requests(JM)]
    assert states == [State.PROCESSED, State.FAILED, State.PROCESSED]
    assert [vm.name for vm in world.find(JM)] == ["1606T-web", "1606T-coreos1", "web"]


def test_a_name_that_is_taken_leaves_the_inventory_as_it_was(world: World) -> None:
    inventory = world.inventory
    before = text(world)
    wanted = MACHINES[1]._replace(name="1606T-coreos0", cpu_count=64)
    with pytest.raises(DuplicateName) as refused:
        inventory.replace(wanted)
    assert (refused.value.what, refused.value.name) == ("name", "1606T-coreos0")
    assert text(world) == before
    assert inventory[SECOND] is MACHINES[1]
    assert inventory.named("1606T-coreos0") is MACHINES[0]
    assert inventory.named("1606T-coreos1") is MACHINES[1]
    assert [vm.uuid for vm in inventory.find(JM, "coreos1")] == [SECOND]


@pytest.mark.parametrize("forked", [True, False], ids=["in a fork", "beside a fork"])
def test_a_rename_shows_in_one_of_two_forks(world: World, forked: bool) -> None:
    twin = world.fork()
    one, other = (twin, world) if forked else (world, twin)
    assert rename(one, FIRST, "web") is None
    assert [vm.uuid for vm in one.find(JM, "WEB")] == [FIRST]
    assert one.find(JM, "coreos0") == []
    assert other.find(JM, "web") == []
    assert [vm.uuid for vm in other.find(JM, "COREOS0")] == [FIRST]
    assert other.inventory.named("1606T-web") is None
    assert other.inventory.named("1606T-coreos0") == MACHINES[0]
    assert rename(other, SECOND, "web") is None
    assert one.inventory.named("1606T-web") == one.virtual_machine(JM, FIRST)
    assert other.inventory.named("1606T-web") == other.virtual_machine(JM, SECOND)


def test_a_moref_stands_for_a_uuid_and_nothing_else_does(world: World) -> None:
    identified = world.inventory.identified
    assert identified("vm-101") == SECOND
    for other in (SECOND, "1606T-coreos1", "vm-999", ""):
        assert identified(other) == other
