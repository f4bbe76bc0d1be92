"""Worlds made from a world: how they are called, and what becomes of names that somebody has."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from vss_mock import Mock
from vss_mock.client import ControlError
from vss_mock.embedded import World


@pytest.fixture(scope="module")
def mock() -> Iterator[Mock]:
    with Mock() as running:
        yield running


@pytest.fixture
def own(mock: Mock) -> Iterator[World]:
    with mock.world(name="own") as world:
        world.made.clear()
        yield world
        for made in world.made:
            made.delete()
        world.made.clear()


def test_a_world_without_a_name_is_named_after_the_one_it_is_made_from(own: World) -> None:
    assert [own.world().name for _ in range(2)] == ["own_1", "own_2"]
    assert own.fork().name == "own_3"
    assert own.world(seed=5).name == "own_4"
    assert own.made[0].world().name == "own_1_1"


def test_names_that_somebody_has_are_passed_over(mock: Mock, own: World) -> None:
    for name in ("own_1", "own_3"):
        own.world(name=name)
    assert [own.world().name for _ in range(2)] == ["own_2", "own_4"]


def test_no_two_threads_get_the_same_name(own: World) -> None:
    with ThreadPoolExecutor(4) as pool:
        names = [world.name for world in pool.map(lambda _: own.world(), range(12))]
    assert sorted(names) == sorted(f"own_{number}" for number in range(1, 13))


def test_what_cannot_be_made_under_any_name_is_refused(mock: Mock, own: World) -> None:
    user = {"username": "u", "password": "p"}
    with pytest.raises(ControlError, match="token of user u opens another world") as taken:
        own.world(users=[{**user, "token": mock.token}])
    assert taken.value.status_code == 409
    with pytest.raises(ControlError, match="there is a world own already"):
        own.world(name="own")
    with pytest.raises(ControlError, match="unknown 'sed'"):
        own.world(sed=1)
    assert own.made == []


@pytest.mark.parametrize("name", ["", "A", "a/b", "..", "a b", "é", 5, None, "a" * 65])
def test_a_name_that_no_world_can_have_is_refused(own: World, name: object) -> None:
    with pytest.raises(ControlError, match="name: ") as refused:
        own.world(name=name)
    assert refused.value.status_code == 400


def test_a_mock_answers_what_is_put(mock: Mock) -> None:
    with mock.world(name="put") as world:
        client = world._client
        with pytest.raises(ControlError) as there:
            client.put("/_mock/worlds/put")
        assert there.value.status_code == 409
        assert client.put("/_mock/worlds/put_1", {"seed": 3})["seed"] == 3
        assert client.put("/_mock/worlds/put_2")["seed"] == 0
        for name in ("put_1", "put_2"):
            client.delete(f"/_mock/worlds/{name}")
