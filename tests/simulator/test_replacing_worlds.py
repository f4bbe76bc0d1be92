"""A world in the place of another of its name: its tokens, its turn, its beginning."""

import pytest

from tests.properties.worlds import ANA, JM, new_world
from vss_mock.simulator.clock import Mode, Pace
from vss_mock.simulator.errors import TokenTaken, UnknownWorld
from vss_mock.simulator.worlds import Tenancy, Worlds

LIVE = Pace(Mode.LIVE, 60.0, 7, 8)


def tenancy(name: str, jm: str, ana: str = "a", pace: Pace | None = None) -> Tenancy:
    """Return a world under a name, with tokens for its two users."""
    return Tenancy(name, new_world(), pace or Pace(), "2016", {"jm": jm, "ana": ana})


def test_a_world_takes_the_place_of_another_and_its_tokens_go() -> None:
    worlds = Worlds()
    first = worlds.add(tenancy("one", "old", "kept"))
    second = worlds.add(tenancy("two", "b"))
    new = tenancy("one", "new", "kept")
    worlds.replace(new)
    assert worlds["one"] is new
    assert list(worlds) == [new, second]
    assert len(worlds) == 2
    assert worlds.open(b"old") is None
    assert worlds.open(b"new") == (new, JM)
    assert worlds.open(b"kept") == (new, ANA)
    assert worlds.open(b"b") == (second, JM)
    assert first.turn is new.turn


def test_a_token_of_another_world_is_refused_and_nothing_is_replaced() -> None:
    worlds = Worlds()
    first, second = worlds.add(tenancy("one", "x", "y")), worlds.add(tenancy("two", "b"))
    for new in (tenancy("one", "b"), tenancy("one", "same", "same")):
        with pytest.raises(TokenTaken):
            worlds.replace(new)
        assert worlds["one"] is first
        assert worlds.open(b"x") == (first, JM)
        assert worlds.open(b"b") == (second, JM)
        assert worlds.open(b"same") is None


def test_there_has_to_be_one_to_take_the_place_of() -> None:
    worlds = Worlds()
    with pytest.raises(UnknownWorld):
        worlds.replace(tenancy("one", "x"))
    assert worlds.open(b"x") is None
    assert "one" not in worlds


def test_whoever_waits_for_a_world_finds_the_one_in_its_place_but_none_made_anew() -> None:
    worlds = Worlds()
    first = worlds.add(tenancy("one", "x"))
    assert worlds.present(first) is first
    second = tenancy("one", "x")
    worlds.replace(second)
    third = tenancy("one", "x")
    worlds.replace(third)
    assert [worlds.present(each) for each in (first, second, third)] == [third] * 3
    worlds.remove("one")
    assert worlds.present(first) is None
    worlds.add(tenancy("one", "x"))
    assert worlds.present(first) is None


def test_the_pace_of_the_beginning_is_told() -> None:
    world = tenancy("one", "x", pace=LIVE)
    world.pace = Pace()
    assert world.first_pace == LIVE
