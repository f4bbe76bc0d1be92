"""All worlds of one house: names, tokens, limits, and the way back to the beginning."""

import pytest

from tests.properties.worlds import ANA, HOUR, JM, START, UUIDS, new_world, refusal, text
from vss_mock.simulator import worlds as module
from vss_mock.simulator.clock import Mode, Pace
from vss_mock.simulator.errors import (
    LimitReached,
    TimeRunsForward,
    TokenTaken,
    UnknownWorld,
    WorldExists,
    WorldIsPermanent,
)
from vss_mock.simulator.journal import Cause
from vss_mock.simulator.lifecycle import Event
from vss_mock.simulator.records import Attribute, Power, Processors
from vss_mock.simulator.worlds import DEFAULT, Tenancy, Worlds, key, stem


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


def test_a_free_name_passes_over_names_that_were_taken_ahead() -> None:
    worlds = Worlds()
    for name in ("world-2", "world-3", "world-1"):
        worlds.add(tenancy(name))
    assert worlds.free_name() == "world-4"
    worlds.remove("world-2")
    assert worlds.free_name() == "world-4"


def test_a_name_that_was_free_once_is_not_given_again() -> None:
    worlds = Worlds()
    worlds.add(tenancy("world-1"))
    worlds.remove("world-1")
    assert worlds.free_name() == "world-2"


def test_a_free_name_beside_a_world_counts_for_that_world_alone() -> None:
    worlds = Worlds()
    for name in ("a", "b", "a_2"):
        worlds.add(tenancy(name))
    assert worlds.free_name(stem("a")) == "a_1"
    worlds.add(tenancy("a_1"))
    assert worlds.free_name(stem("a")) == "a_3"
    worlds.add(tenancy("a_3"))
    worlds.remove("a_3")
    assert worlds.free_name(stem("a")) == "a_4"
    assert worlds.free_name(stem("b")) == "b_1"
    assert worlds.free_name(stem("a_1")) == "a_1_1"
    worlds.remove("a")
    worlds.add(tenancy("a"))
    assert worlds.free_name(stem("a")) == "a_3"
    assert worlds.free_name() == "world-1"


@pytest.mark.parametrize("name", ["a", "a" * 48, "a" * 64, "a_b", "a" * 30 + "_" + "b" * 33])
def test_a_name_beside_a_world_has_its_key_and_is_no_longer_than_names_are(name: str) -> None:
    beside = f"{stem(name)}9999999999"
    assert key(beside) == key(name)
    assert len(beside) <= 64


def test_a_key_is_a_name_up_to_its_first_underscore() -> None:
    assert [key(name) for name in ("a", "a_b", "a_b_c", "team-a_1", "a" * 64)] == [
        *("a", "a", "a", "team-a", "a" * 48)
    ]


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
    held = Tenancy("one", beginning, Pace(Mode.LIVE, since=5), "2016", {"jm": "a"})
    assert (held.name, held.dialect, held.tokens) == ("one", "2016", {"jm": "a"})
    assert held.origin is beginning
    assert held.pace == Pace(Mode.LIVE, since=5)
    assert len(held.turn) == 0
    before = text(beginning)
    held.world.submit(JM, UUIDS[0], "d", START, 1)
    held.world.advance_to(START + HOUR)
    assert text(beginning) == before


def test_a_reset_brings_back_the_beginning() -> None:
    held = tenancy("one", pace=Pace(Mode.LIVE, rate=60.0, since=0, start=START))
    before = text(held.world)
    for at in (HOUR, 2 * HOUR):
        held.world.submit(JM, UUIDS[0], "d", START, 1)
        held.world.advance_to(START + HOUR)
        assert text(held.world) != before
        held.reset(at)
        assert text(held.world) == before
        assert held.pace == Pace(Mode.LIVE, rate=60.0, since=at, start=START)


def test_a_reset_brings_back_the_first_pace() -> None:
    held = tenancy("one", pace=Pace(Mode.FROZEN))
    held.pace = Pace(Mode.LIVE, rate=60.0, since=7, start=START + HOUR)
    held.reset(9)
    assert (held.pace.mode, held.pace.rate) == (Mode.FROZEN, 1.0)


def test_a_tenancy_keeps_a_journal_of_what_its_moves_let_happen() -> None:
    held = tenancy("one")
    held.world.submit(JM, UUIDS[0], "d", START, 1)
    held.world.submit(JM, UUIDS[1], "d", START + 2 * HOUR, 1)
    first = held.advance_to(START, Cause.LIVE)
    assert [one.event for one in first] == [Event.TAKE]
    assert held.advance_to(START, Cause.MOVE) == []
    second = held.advance_to(START + 2 * HOUR, Cause.AUTO, 1)
    assert [one.event for one in second] == [Event.DELETE]
    assert held.world.now == START + HOUR
    assert held.journal.since(0) == [(1, Cause.LIVE, first[0]), (2, Cause.AUTO, second[0])]
    assert held.journal.last == 2


def test_a_move_that_is_refused_is_not_in_the_journal() -> None:
    held = tenancy("one")
    held.world.submit(JM, UUIDS[0], "d", START, 1)
    with pytest.raises(TimeRunsForward):
        held.advance_to(START - 1, Cause.MOVE)
    assert held.journal.last == 0
    assert held.journal.since(0) == []


def test_a_request_is_polled_when_it_is_asked_for_twice_as_it_is() -> None:
    held = tenancy("one")
    request = held.world.submit(JM, UUIDS[0], "d", START, 1)
    change = held.world.consolidate(JM, UUIDS[0])
    assert not held.polled(request)
    assert not held.polled(change)
    assert held.polled(request)
    assert not held.polled(request)
    assert held.polled(request)
    assert held.polled(change)


def test_a_request_that_has_changed_meanwhile_is_not_polled_yet() -> None:
    held = tenancy("one")
    assert not held.polled(held.world.submit(JM, UUIDS[0], "d", START, 1))
    held.world.advance_to(START)
    taken = held.world.snapshot_request(JM, 1)
    assert not held.polled(taken)
    held.world.extend(JM, 1, 1)
    assert not held.polled(held.world.snapshot_request(JM, 1))
    assert held.polled(held.world.snapshot_request(JM, 1))


def test_ten_thousand_polled_requests_are_remembered() -> None:
    assert module.REMEMBERED_POLLS == 10_000


def test_what_is_remembered_of_polls_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REMEMBERED_POLLS", 3)
    held = tenancy("one")
    asked = [held.world.submit(JM, UUIDS[0], "d", START, 1) for _ in range(4)]
    for request in asked[:3]:
        assert not held.polled(request)
    assert held.polled(asked[1])
    assert not held.polled(asked[1])
    assert not held.polled(asked[3])  # the others make room
    assert held.polled(asked[3])
    assert not any(held.polled(request) for request in asked[:3])


def test_a_reset_forgets_what_has_happened_and_who_waits() -> None:
    held = tenancy("one")
    held.origin.submit(JM, UUIDS[0], "d", START, 1)
    held.reset(0)
    request = held.world.snapshot_request(JM, 1)
    assert not held.polled(request)
    held.advance_to(START, Cause.MOVE)
    journal = held.journal
    held.reset(0)
    assert held.journal.last == 0
    assert held.journal.since(0) == []
    assert journal.last == 1
    assert held.world.snapshot_request(JM, 1) is request
    assert not held.polled(request)


def test_a_reset_brings_back_machines_their_names_and_their_changes() -> None:
    held = tenancy("one")
    held.origin.change(JM, UUIDS[0], Attribute.POWER, Power.REBOOT, START + HOUR)
    held.reset(0)
    before = text(held.world)
    held.world.change(JM, UUIDS[0], Attribute.NAME, "web")
    held.world.change(JM, UUIDS[1], Attribute.CPU, Processors(4))
    held.world.advance_to(START)
    held.world.reschedule(JM, 1, START)
    held.world.advance_to(START)
    held.world.retry(JM, 1)
    assert text(held.world) != before
    held.reset(0)
    assert text(held.world) == before
    assert [vm.uuid for vm in held.world.find(JM, "coreos0")] == [UUIDS[0]]
    assert held.world.find(JM, "web") == []
    assert [one.at for one in held.world.step(9)] == [START + HOUR]
