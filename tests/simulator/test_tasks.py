"""Tasks: each request that began its work has one, found by an id that only its world makes."""

from uuid import UUID

import pytest

from tests.properties.worlds import ANA, DAY, HOUR, JM, START, UUIDS, new_world
from vss_mock.simulator.errors import UnknownTask
from vss_mock.simulator.records import Request, Task
from vss_mock.simulator.tasks import task_id, task_reference
from vss_mock.simulator.world import World

VM = UUIDS[0]


def named(world: World, request: Request) -> str:
    """Return the id of a request's task, which there must be."""
    found = world.task_id(request)
    assert found is not None
    return found


def test_a_request_has_no_task_before_its_work_begins(world: World) -> None:
    request = world.submit(JM, VM, "d", START + HOUR, 1)
    change = world.consolidate(JM, VM, START + HOUR)
    assert world.task_id(request) is None
    assert world.task_id(change) is None
    for number in (2, 3):  # what their references will be
        with pytest.raises(UnknownTask):
            world.task(JM, task_id(world.seed, number))


def test_a_task_begins_and_ends_when_the_work_was_due(world: World) -> None:
    world.submit(JM, VM, "d", START + HOUR, 1)
    world.submit(JM, VM, "in the past", START - 9 * HOUR, 72)
    world.consolidate(JM, VM, START + 2 * HOUR)
    world.advance_to(START + DAY)
    for request, began in (
        (world.snapshot_request(JM, 1), START + HOUR),
        (world.snapshot_request(JM, 2), START),
        (world.change_request(JM, 1), START + 2 * HOUR),
    ):
        name = named(world, request)
        assert world.task(JM, name) == Task(name, request, began, began)


def test_a_request_keeps_its_task_for_life(world: World) -> None:
    world.submit(JM, VM, "d", START, 1)
    world.advance_to(START)
    name = named(world, world.snapshot_request(JM, 1))
    world.extend(JM, 1, 1)
    assert named(world, world.snapshot_request(JM, 1)) == name
    world.advance_to(START + DAY)
    assert named(world, world.snapshot_request(JM, 1)) == name
    assert world.task(JM, name).start == START


def test_a_failed_request_has_a_task(world: World) -> None:
    world.submit(JM, VM, "d", START, 1)
    world.advance_to(START)
    world.delete(JM, VM, 1)
    world.delete(JM, VM, 1)
    world.advance_to(START)
    failed = world.snapshot_request(JM, 3)
    assert world.task(JM, named(world, failed)).request == failed


def test_a_task_id_is_a_uuid_of_the_fourth_kind(world: World) -> None:
    world.submit(JM, VM, "d", START, 1)
    world.advance_to(START)
    name = named(world, world.snapshot_request(JM, 1))
    assert str(UUID(name)) == name
    assert UUID(name).version == 4


def test_no_two_requests_share_a_task() -> None:
    names = {task_id(seed, number) for seed in range(20) for number in range(100)}
    assert len(names) == 2000


def test_a_task_id_follows_from_the_seed_and_the_request_alone() -> None:
    assert task_id(7, 2) == task_id(7, 2)
    assert task_id(7, 2) != task_id(8, 2)
    assert task_id(7, 2) != task_id(7, 3)
    assert task_reference(7, task_id(7, 2)) == 2
    assert task_reference(8, task_id(7, 2)) is None
    assert task_reference(7, task_id(7, 2**48 - 1)) == 2**48 - 1


def test_task_ids_stay_what_they_are_from_release_to_release() -> None:
    assert task_id(0, 0) == "4bee0643-99ba-446a-8f25-337cdb6a8798"
    assert task_id(7, 2) == "4d08b61c-e90a-4cb9-994a-559d09efaccb"
    assert task_id(-5 * 10**80, 2_000_001) == "89aca71c-6886-415b-947d-de237cbf88f6"


def test_another_users_task_is_unknown(world: World) -> None:
    world.submit(JM, VM, "d", START, 1)
    world.advance_to(START)
    name = named(world, world.snapshot_request(JM, 1))
    with pytest.raises(UnknownTask) as refused:
        world.task(ANA, name)
    assert refused.value.id == name


def test_a_task_that_was_never_given_is_unknown(world: World) -> None:
    world.submit(JM, VM, "d", START, 1)
    world.advance_to(START)
    name = named(world, world.snapshot_request(JM, 1))
    for other in (
        "",
        "x",
        name.upper() if name.upper() != name else name.swapcase(),
        "{" + name + "}",
        name.replace("-", ""),
        name[:-1] + ("0" if name[-1] != "0" else "1"),
        task_id(world.seed, 4),
        task_id(world.seed, 3),
        task_id(world.seed + 1, 2),
        "00000000-0000-4000-8000-000000000000",
    ):
        with pytest.raises(UnknownTask) as refused:
            world.task(JM, other)
        assert refused.value.id == other
    assert world.task(JM, name).request.id == 1


def test_the_same_calls_in_another_world_of_the_seed_make_the_same_task() -> None:
    names = []
    for seed in (3, 3, 4):
        world = new_world(seed)
        world.submit(JM, VM, "d", START, 1)
        world.advance_to(START)
        names.append(named(world, world.snapshot_request(JM, 1)))
    assert names[0] == names[1] != names[2]
