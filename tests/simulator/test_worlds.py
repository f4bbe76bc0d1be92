"""All worlds of one house: names, tokens, limits, and the way back to the beginning."""

import pytest

from tests.properties.worlds import ANA, HOUR, JM, START, UUIDS, new_world, refusal, text
from vss_mock.simulator import worlds as module
from vss_mock.simulator.clock import Pace
from vss_mock.simulator.errors import (
    LimitReached,
    TokenTaken,
    UnknownWorld,
    WorldExists,
    WorldIsPermanent,
)
from vss_mock.simulator.worlds import DEFAULT, Tenancy, Worlds


def tenancy(name: str, tokens: dict[str, str] | None = None, pace: Pace | None = None) -> Tenancy:
    """Return a world under a name, with its own tokens."""
    return Tenancy(name, new_world(), pace or Pace(), "2016", tokens or {})


def test_a_world_is_found_by_its_name() -> None:
    worlds = Worlds()
    assert len(worlds) == 0
    first = worlds.add(tenancy("one"))
    second = worlds.add(tenancy("two"))
    assert worlds["one"] is first
    assert worlds["two"] is second
    assert list(worlds) == [first, second]
    assert len(worlds) == 2


def test_an_unknown_world_is_refused() -> None:
    worlds = Worlds()
    for call in (lambda: worlds["nowhere"], lambda: worlds.remove("nowhere")):
        with pytest.raises(UnknownWorld) as refused:
            call()
        assert refused.value.name == "nowhere"


def test_no_two_worlds_share_a_name() -> None:
    worlds = Worlds()
    first = worlds.add(tenancy("one", {"jm": "a"}))
    for call in (lambda: worlds.add(tenancy("one", {"jm": "b"})), lambda: worlds.check_new("one")):
        with pytest.raises(WorldExists) as refused:
            call()
        assert refused.value.name == "one"
    assert worlds["one"] is first
    assert worlds.open(b"b") is None


def test_a_house_holds_ten_thousand_worlds() -> None:
    assert module.MAXIMUM_WORLDS == 10_000


def test_a_house_holds_as_many_worlds_as_it_may_and_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MAXIMUM_WORLDS", 2)
    worlds = Worlds()
    worlds.add(tenancy("one"))
    worlds.check_new("two")
    worlds.add(tenancy("two"))
    for call in (lambda: worlds.add(tenancy("three")), lambda: worlds.check_new("three")):
        with pytest.raises(LimitReached) as refused:
            call()
        assert (refused.value.what, refused.value.limit) == ("worlds", 2)
    worlds.remove("one")
    worlds.add(tenancy("three"))
    assert [one.name for one in worlds] == ["two", "three"]


def test_a_token_opens_its_world_as_its_user() -> None:
    worlds = Worlds()
    one = worlds.add(tenancy("one", {"jm": "demo-token", "ana": "ana-token"}))
    two = worlds.add(tenancy("two", {"jm": "jeton-é"}))
    assert worlds.open(b"demo-token") == (one, JM)
    assert worlds.open(b"ana-token") == (one, ANA)
    assert worlds.open("jeton-é".encode()) == (two, JM)
    for other in (b"", b"demo", b"demo-token ", b"\xff"):
        assert worlds.open(other) is None


def test_no_two_worlds_share_a_token() -> None:
    worlds = Worlds()
    worlds.add(tenancy("one", {"jm": "a"}))
    with pytest.raises(TokenTaken) as refused:
        worlds.add(tenancy("two", {"jm": "b", "ana": "a"}))
    assert refused.value.user == "ana"
    assert refusal(lambda: worlds["two"]) == "UnknownWorld"
    assert worlds.open(b"b") is None
    opened = worlds.open(b"a")
    assert opened is not None
    assert opened[0].name == "one"


def test_no_two_users_share_a_token() -> None:
    worlds = Worlds()
    with pytest.raises(TokenTaken) as refused:
        worlds.add(tenancy("one", {"jm": "a", "ana": "a"}))
    assert refused.value.user == "ana"
    assert len(worlds) == 0


def test_a_world_removed_is_gone_with_its_tokens() -> None:
    worlds = Worlds()
    worlds.add(tenancy("one", {"jm": "a", "ana": "b"}))
    worlds.add(tenancy("two", {"jm": "c"}))
    worlds.remove("one")
    assert [one.name for one in worlds] == ["two"]
    assert worlds.open(b"a") is None
    assert worlds.open(b"b") is None
    assert worlds.open(b"c") is not None
    again = worlds.add(tenancy("one", {"jm": "a"}))
    assert worlds.open(b"a") == (again, JM)


def test_the_default_world_cannot_be_removed() -> None:
    worlds = Worlds()
    default = worlds.add(tenancy(DEFAULT, {"jm": "a"}))
    with pytest.raises(WorldIsPermanent) as refused:
        worlds.remove("default")
    assert refused.value.name == "default"
    assert worlds["default"] is default
    assert worlds.open(b"a") == (default, JM)


def test_a_free_name_stays_the_same_until_it_is_taken() -> None:
    worlds = Worlds()
    assert worlds.free_name() == "world-1"
    assert worlds.free_name() == "world-1"
    worlds.add(tenancy("world-1"))
    assert worlds.free_name() == "world-2"
    worlds.add(tenancy("world-2"))
    worlds.add(tenancy("world-3"))
    assert worlds.free_name() == "world-4"
    worlds.add(tenancy("other"))
    assert worlds.free_name() == "world-4"


def test_two_worlds_of_one_house_share_nothing() -> None:
    worlds = Worlds()
    one, two = worlds.add(tenancy("one")), worlds.add(tenancy("two"))
    before = text(two.world)
    one.world.submit(JM, UUIDS[0], "d", START, 1)
    one.world.advance_to(START + HOUR)
    assert text(two.world) == before
    assert two.world.submit(JM, UUIDS[0], "d", START, 1).id == 1


def test_a_tenancy_plays_on_a_fork_of_its_beginning() -> None:
    beginning = new_world()
    held = Tenancy("one", beginning, Pace(live=True, since=5), "2016", {"jm": "a"})
    assert (held.name, held.dialect, held.tokens) == ("one", "2016", {"jm": "a"})
    assert held.origin is beginning
    assert held.pace == Pace(live=True, since=5)
    assert len(held.turn) == 0
    before = text(beginning)
    held.world.submit(JM, UUIDS[0], "d", START, 1)
    held.world.advance_to(START + HOUR)
    assert text(beginning) == before


def test_a_reset_brings_back_the_beginning() -> None:
    held = tenancy("one", pace=Pace(live=True, rate=60.0, since=0, start=START))
    before = text(held.world)
    for at in (HOUR, 2 * HOUR):
        held.world.submit(JM, UUIDS[0], "d", START, 1)
        held.world.advance_to(START + HOUR)
        assert text(held.world) != before
        held.reset(at)
        assert text(held.world) == before
        assert held.pace == Pace(live=True, rate=60.0, since=at, start=START)


def test_a_reset_brings_back_the_first_pace() -> None:
    held = tenancy("one", pace=Pace(live=False, rate=1.0))
    held.pace = Pace(live=True, rate=60.0, since=7, start=START + HOUR)
    held.reset(9)
    assert (held.pace.live, held.pace.rate) == (False, 1.0)
