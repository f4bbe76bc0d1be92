"""Stories in which work lasts, goes wrong and is held back: their calls, and how they are told."""

from typing import Any

from hypothesis import strategies as st

from vss_mock.simulator.errors import SimulatorError
from vss_mock.simulator.faults import When
from vss_mock.simulator.holds import Hold
from vss_mock.simulator.lifecycle import Event, State, step
from vss_mock.simulator.records import Failure, Fault, Fired, Request
from vss_mock.simulator.world import World

from .test_world_laws import Call, calls, tell
from .worlds import ANA, HOUR, JM, SECOND, START, UUIDS, new_world

WHY = Failure(Fault.INVALID_STATE, "datastore1")
TROUBLE = (Event.FAIL, Event.BACK_OFF, Event.MISS)
"""What can become of work in place of what it is for, or of its beginning."""
WORK = ("take", "delete", "revert", "consolidate", "change")

durations = st.sampled_from((1, SECOND, 60 * SECOND, HOUR, HOUR, 30 * HOUR))
ids = st.integers(1, 5)
matches: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}),
    st.just({}),
    st.fixed_dictionaries({"event": st.sampled_from(WORK)}),
    st.fixed_dictionaries({"vm": st.sampled_from((*UUIDS, "50308c2c*"))}),
    st.fixed_dictionaries(
        {},
        optional={"request": ids, "user": st.sampled_from(("jm", "ana"))},
    ),
)
"""What a fault of work may name."""
whens = st.builds(
    When,
    skip=st.sampled_from((0, 0, 0, 1, 2)),
    nth=st.sampled_from((None, None, 1, 2)),
    every=st.sampled_from((None, None, 1, 2)),
    share=st.sampled_from((None, None, 0.5, 1)),
    times=st.integers(1, 3),  # what is tried again without end has no end
    since=st.sampled_from((None, None, START, START + 6 * HOUR)),
    until=st.sampled_from((None, None, START + 6 * HOUR, START + 30 * HOUR)),
)
hows = st.fixed_dictionaries(
    {
        "reason": st.sampled_from(("quiesce_timeout", "no_disk_space", "invalid_state")),
        "detail": st.sampled_from(("datastore1", "datastore2")),
        "seconds": st.sampled_from((1e-9, 0.5, 60, 3600, 100_000)),
    }
)
wrongs = st.sampled_from(("work-fails", "work-retried", "work-retried", "work-missed"))
kinds = wrongs | st.just("work-slow")
held: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"event": st.sampled_from(("delete", "start", *WORK))}),
    st.just({"event": "delete"}),
    st.fixed_dictionaries({"request": ids}),
    st.fixed_dictionaries(
        {},
        optional={"kind": st.sampled_from(("snapshot", "change")), "vm": st.sampled_from(UUIDS)},
    ),
)
"""What a hold may name."""

spans = st.one_of(st.integers(0, 100).map(lambda count: count * HOUR), st.integers(0, 100 * HOUR))
soon = st.one_of(
    st.tuples(
        st.just("submit"),
        st.just(JM),
        st.sampled_from(UUIDS),
        st.just("soon"),
        st.integers(-20, 12).map(lambda count: START + count * HOUR),
        st.integers(1, 30),
    ),
    st.tuples(st.just("advance"), st.integers(0, 12).map(lambda count: count * HOUR)),
    st.tuples(st.sampled_from(("delete", "revert")), st.just(JM), st.sampled_from(UUIDS), ids),
)
faults = st.tuples(st.just("fault"), kinds, matches, whens, hows)
work = st.tuples(st.just("last"), st.just(0) | durations)
acts = st.one_of(calls, soon)
holds = st.one_of(
    st.tuples(st.just("hold"), held),
    st.tuples(st.just("hold"), held),
    st.tuples(st.just("release"), st.integers(1, 4)),
    st.tuples(st.just("fail"), st.integers(1, 4)),
    st.tuples(st.just("let go")),
)


def _story(*more: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    """Return stories that mostly begin with snapshots and some trouble, and go on with more."""
    stand = st.sampled_from(([], [("stand",)], [("stand",)]))
    begin = st.lists(st.one_of(faults, faults, work), max_size=3)
    rest = st.lists(st.one_of(acts, acts, acts, faults, work, *more), max_size=14)
    asked = st.lists(acts, min_size=2, max_size=8)
    return st.tuples(stand, begin, asked, rest).map(
        lambda parts: [call for part in parts for call in part]
    )


def _crowded(*more: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    """Return stories in which all happens to the few snapshots of one machine, within hours."""
    few, one = st.integers(1, 3), st.just(UUIDS[0])
    times = st.sampled_from((START - 30 * HOUR, START - HOUR, START, START + HOUR))
    brief = st.sampled_from((When(times=1), When(times=1), When(times=2), When(times=1, skip=1)))
    asked = (
        st.tuples(st.just("submit"), st.just(JM), one, st.just("brief"), times, few),
        st.tuples(st.sampled_from(("delete", "revert")), st.just(JM), one, few),
        st.tuples(st.just("extend"), st.just(JM), few, few),
        st.tuples(st.just("advance"), st.sampled_from((0, HOUR // 2, HOUR, 2 * HOUR))),
        st.tuples(st.just("fault"), kinds, matches, brief, hows),
        st.tuples(st.just("last"), st.sampled_from((0, HOUR // 2))),
    )
    return st.lists(st.one_of(*asked, *more), min_size=4, max_size=14)


troubles = _story() | _crowded()
"""Stories without holds."""
stories = _story(holds) | _crowded(holds)


def tell_all(world: World, story: list[Call]) -> list[Any]:
    """Make a story's calls and return what each answered: a record, events, or a refusal."""
    answers = [answer for call in story for answer in _tell(world, call)]
    assert not any(answer[:1] == ("NoTransition",) for answer in answers if type(answer) is tuple)
    return answers


def _tell(world: World, call: Call) -> list[Any]:
    verb, *arguments = call
    if verb == "fault":
        return [world.faults.add(*arguments)]
    if verb == "last":
        world.task_time = arguments[0]
        return [world.task_time]
    if verb == "stand":
        stand(world)
        return [world.now]
    if verb == "let go":
        world.holds.clear()
        return [len(world.holds)]
    try:
        if verb == "hold":
            return [world.holds.add(arguments[0])]
        if verb == "release":
            return [world.holds.remove(arguments[0])]
        if verb == "fail":
            return [world.fail(arguments[0], WHY)]
    except SimulatorError as error:
        return [(type(error).__name__, error.args)]
    return tell(world, [call])


def lived(story: list[Call], seed: int = 7) -> World:
    """Return a new world in which a story has been told."""
    world = new_world(seed)
    tell_all(world, story)
    return world


def stand(world: World) -> None:
    """Have a snapshot of each machine taken at once, of lives that end apart."""
    for uuid, hours in zip(UUIDS, (72, 6, 30), strict=True):
        world.submit(JM, uuid, "before upgrading", world.now, hours)
    world.advance_to(world.now)


def records(world: World) -> dict[tuple[str, int], Request]:
    """Return every request of both users by its kind and id."""
    found: dict[tuple[str, int], Request] = {}
    for user in (JM, ANA):
        found |= {("snapshot", row.id): row for row in world.snapshot_requests(user)}
        found |= {("change", row.id): row for row in world.change_requests(user)}
    return found


def followed(before: dict[tuple[str, int], State], fired: list[Fired], world: World) -> None:
    """Follow events through the table of transitions from states before to those of the world."""
    states, now = dict(before), records(world)
    for one in fired:
        key = one.kind, one.request
        assert states[key] is one.before
        assert step(now[key].job, one.before, one.event) is one.after
        states[key] = one.after
    assert states == {key: row.state for key, row in now.items()}


def is_about(hold: Hold, one: Fired) -> bool:
    """Tell whether something that time has brought is what a hold was to hold back."""
    facts = {"event": one.event, "kind": one.kind, "request": one.request, "vm": one.vm}
    brought = one.event is not Event.CLOSE  # which another request's deletion brings
    return brought and all(facts[name] == wanted for name, wanted in hold.where.items())
