"""Users, the groups they are in, the messages to them and the message of the day."""

import pytest

from tests.properties.worlds import (
    ANA,
    GROUPS,
    HOUR,
    JM,
    MACHINES,
    MESSAGES,
    MOTD,
    START,
    new_world,
    reborn,
    text,
)
from vss_mock.simulator.datacenter import Datacenter
from vss_mock.simulator.errors import UnknownGroup, UnknownMessage
from vss_mock.simulator.records import Role, Settings, User
from vss_mock.simulator.world import World

OPS, WEB, IDLE = GROUPS
NOBODY = User("nobody", "x", "No Body", "nobody@example.org", frozenset())


def test_the_groups_of_a_user_come_in_the_worlds_order(world: World) -> None:
    assert world.groups_of(JM) == [OPS, WEB]
    assert world.groups_of(JM._replace(groups=("web", "ops"))) == [OPS, WEB]
    assert world.groups_of(ANA) == [OPS]
    assert world.groups_of(NOBODY) == []


def test_a_group_is_found_by_its_id_by_who_is_in_it(world: World) -> None:
    assert world.group(JM, 1) is OPS
    assert world.group(JM, 2) is WEB
    assert world.group(ANA, 1) is OPS


@pytest.mark.parametrize(
    ("user", "id"), [(ANA, 2), (JM, 3), (JM, 0), (JM, -1), (JM, 4), (NOBODY, 1)]
)
def test_a_group_that_a_user_is_not_in_is_unknown(world: World, user: User, id: int) -> None:
    with pytest.raises(UnknownGroup) as refused:
        world.group(user, id)
    assert refused.value.id == id


def test_the_members_of_a_group_come_in_order(world: World) -> None:
    assert world.members(OPS) == [JM, ANA]
    assert world.members(WEB) == [JM]
    assert world.members(IDLE) == []


def test_the_messages_of_a_user_come_in_order(world: World) -> None:
    assert world.messages_of(JM) == [MESSAGES[0], MESSAGES[2]]
    assert world.messages_of(ANA) == [MESSAGES[1]]
    assert world.messages_of(NOBODY) == []


def test_a_message_is_found_by_its_id_by_whom_it_is_for(world: World) -> None:
    assert world.message(JM, 3) is MESSAGES[2]
    assert world.message(ANA, 2) is MESSAGES[1]


@pytest.mark.parametrize(("user", "id"), [(JM, 2), (ANA, 1), (ANA, 3), (JM, 0), (JM, 4)])
def test_a_message_to_another_user_is_unknown(world: World, user: User, id: int) -> None:
    with pytest.raises(UnknownMessage) as refused:
        world.message(user, id)
    assert refused.value.id == id


def test_a_world_has_no_groups_messages_or_message_of_the_day_unless_told() -> None:
    world = World(seed=1, start=START, users=[JM], vms=[], datacenter=Datacenter())
    assert (world.groups, world.messages, world.motd) == ((), (), None)
    assert World.load(world.dump()).motd is None
    assert new_world().motd == MOTD
    assert new_world().groups == GROUPS
    assert new_world().messages == MESSAGES


def test_what_is_read_of_people_changes_nothing_and_time_changes_none_of_it(world: World) -> None:
    before = text(world)
    world.members(OPS).clear()
    world.groups_of(JM).clear()
    world.messages_of(JM).clear()
    assert text(world) == before
    world.advance_to(START + HOUR)
    assert world.messages_of(JM) == [MESSAGES[0], MESSAGES[2]]
    assert world.find(JM) == list(MACHINES)


def test_a_user_is_told_of_every_step_by_mail_and_may_do_what_is_usual_unless_told() -> None:
    assert NOBODY.settings == Settings(True, True, True, "mail", "html", True)
    assert NOBODY.access_role == Role("general", "general users", ())
    assert NOBODY.request_role == Role("basic", "basic resources", ())
    assert (NOBODY.phone, NOBODY.groups, NOBODY.created_on) == ("", (), 0)


def test_a_message_is_read_once_and_says_when(world: World) -> None:
    world.advance_to(START + HOUR)
    fork = world.fork()
    read = world.acknowledge(JM, 1)
    assert read == MESSAGES[0]._replace(acknowledged=True, updated_on=START + HOUR)
    world.advance_to(START + 2 * HOUR)
    assert world.acknowledge(JM, 1) is world.message(JM, 1) is read
    assert world.messages == (read, *MESSAGES[1:])
    assert fork.messages == MESSAGES
    assert reborn(world).messages == world.messages


def test_nobody_reads_the_messages_of_another_user(world: World) -> None:
    before = text(world)
    with pytest.raises(UnknownMessage):
        world.acknowledge(ANA, 1)
    assert text(world) == before
