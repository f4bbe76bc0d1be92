"""Views of a user's requests: a sequence that copies nothing."""

from tests.properties.worlds import ANA, HOUR, JM, START, UUIDS
from vss_mock.simulator.lifecycle import State
from vss_mock.simulator.world import World


def test_a_view_is_a_sequence_in_order_of_id(world: World) -> None:
    for number in range(6):
        world.submit((JM, ANA)[number % 2], UUIDS[1], f"number {number}", START + HOUR, 1)
    rows = world.snapshot_requests(ANA)
    assert len(rows) == 3
    assert [row.id for row in rows] == [2, 4, 6]
    assert rows[0].id == 2
    assert rows[-1].id == 6
    assert [row.id for row in rows[1:]] == [4, 6]
    assert [row.id for row in rows[::-1]] == [6, 4, 2]
    assert rows[5:9] == []
    assert [row.id for row in reversed(rows)] == [6, 4, 2]
    assert world.snapshot_request(ANA, 4) in rows


def test_a_view_shows_records_as_they_are_now(world: World) -> None:
    world.submit(JM, UUIDS[0], "d", START, 1)
    rows = world.snapshot_requests(JM)
    world.advance_to(START)
    assert rows[0].state is State.SCHEDULED
    world.submit(JM, UUIDS[0], "d", START, 1)
    assert len(rows) == 2


def test_a_user_without_requests_has_an_empty_view(world: World) -> None:
    world.submit(JM, UUIDS[0], "d", START, 1)
    assert len(world.snapshot_requests(ANA)) == 0
    assert list(world.change_requests(JM)) == []
