"""Laws that hold between runs of one world: splitting time, dumping, forking, repeating.

A *story* is a list of calls made up by Hypothesis, refused ones among them; a law says which two
ways of telling a story must come to the same.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from freezegun import freeze_time
from hypothesis import given
from hypothesis import strategies as st

from vss_mock.simulator.errors import OutOfTime, SimulatorError, TimeRunsForward
from vss_mock.simulator.lifecycle import Event, Job, State
from vss_mock.simulator.records import (
    Attribute,
    ChangeRequest,
    Fired,
    Power,
    Processors,
    SnapshotRequest,
    User,
)
from vss_mock.simulator.world import World

from .depth import depth
from .transcript import transcript
from .worlds import (
    ANA,
    DAY,
    HOUR,
    JM,
    SECOND,
    START,
    USERS,
    UUIDS,
    new_world,
    reborn,
    text,
)

ROOT = Path(__file__).parents[2]
CENTURY = 36_525 * DAY
LATEST = 253_399_622_400 * SECOND

Call = tuple[Any, ...]

users = st.sampled_from(USERS)
machines = st.sampled_from(UUIDS)
moments = st.one_of(
    st.integers(-3, 40).map(lambda count: START + count * HOUR),
    st.integers(START - 2 * DAY, START + 9 * DAY),
    st.just(START - 400 * DAY),
)
spans = st.one_of(
    st.just(0),
    st.integers(0, 40).map(lambda count: count * HOUR),
    st.integers(0, 12 * DAY),
    st.just(CENTURY),
)
changes = st.one_of(
    st.tuples(st.just(Attribute.POWER), st.sampled_from(Power)),
    st.tuples(st.just(Attribute.NAME), st.sampled_from(("web", "coreos1", "coreos2", "vm-102"))),
    st.tuples(
        st.just(Attribute.CPU),
        st.builds(Processors, st.integers(1, 4), st.sampled_from((None, 1, 2))),
    ),
    st.tuples(st.just(Attribute.MEMORY), st.sampled_from((1024, 2048, 4096))),
)
numbers = st.integers(1, 6)
calls = st.one_of(
    st.tuples(st.just("submit"), users, machines, st.text(max_size=5), moments, st.integers(1, 6)),
    st.tuples(st.just("submit"), users, machines, st.just(""), moments, st.integers(0, 73)),
    st.tuples(st.just("extend"), users, st.integers(1, 8), st.integers(0, 73)),
    st.tuples(st.sampled_from(("delete", "revert")), users, machines, st.integers(1, 4)),
    st.tuples(st.just("consolidate"), users, machines, st.none() | moments),
    st.tuples(st.just("change"), users, machines, changes, st.none() | moments),
    st.tuples(st.just("change"), users, machines, changes, moments),
    st.tuples(st.just("reschedule"), users, numbers, moments),
    st.tuples(st.sampled_from(("cancel", "retry", "retry")), users, numbers),
    st.tuples(st.just("advance"), spans.filter(lambda span: span < CENTURY)),
    st.tuples(st.just("step"), st.integers(1, 3)),
)
stories = st.lists(calls, max_size=14)


def tell(world: World, story: list[Call]) -> list[Any]:
    """Make a story's calls and return what each answered: a record, events, or a refusal."""
    answers: list[Any] = []
    for verb, *arguments in story:
        try:
            if verb == "advance":
                answers.append(world.advance_to(world.now + arguments[0]))
            elif verb == "change":
                user, vm, change, when = arguments
                answers.append(world.change(user, vm, change[0], change[1], when))
            elif verb == "submit":
                hours = arguments[-1]
                options = {"consolidate": hours % 2 == 0, "with_memory": hours % 3 == 0}
                answers.append(world.submit(*arguments, **options))
            else:
                answers.append(getattr(world, verb)(*arguments))
        except SimulatorError as error:
            answers.append((type(error).__name__, error.args))
    return answers


def told(story: list[Call], seed: int = 7) -> World:
    """Return a new world in which a story has been told."""
    world = new_world(seed)
    tell(world, story)
    return world


@depth(100)
@given(story=stories, first=spans, second=spans)
def test_two_advances_equal_one(story: list[Call], first: int, second: int) -> None:
    split, whole = told(story), told(story)
    end = split.now + first + second
    fired = split.advance_to(split.now + first) + split.advance_to(end)
    assert fired == whole.advance_to(end)
    assert text(split) == text(whole)
    assert split.next_due() == whole.next_due()


@depth(100)
@given(story=stories, span=spans, limit=st.integers(1, 5))
def test_an_advance_in_slices_equals_one_go(story: list[Call], span: int, limit: int) -> None:
    sliced, whole = told(story), told(story)
    end = sliced.now + span
    fired: list[Fired] = []
    while True:
        part = sliced.advance_to(end, limit)
        fired += part
        if len(part) < limit:
            break
        assert sliced.now == part[-1].at
    assert sliced.now == end
    assert fired == whole.advance_to(end)
    assert text(sliced) == text(whole)


@depth(100)
@given(story=stories, span=spans, limit=st.integers(1, 3), more=stories)
def test_a_world_dumped_between_two_slices_goes_on_as_the_same(
    story: list[Call], span: int, limit: int, more: list[Call]
) -> None:
    world = told(story)
    world.advance_to(world.now + span, limit)
    again = reborn(world)
    assert tell(again, more) == tell(world, more)
    assert text(again) == text(world)


@depth(100)
@given(story=stories, count=st.integers(1, 8))
def test_steps_of_one_settle_one_instant_each(story: list[Call], count: int) -> None:
    ahead = told(story).step(10**6)
    instants = sorted({fired.at for fired in ahead})
    world = told(story)
    for instant in instants[:count]:
        assert world.step() == [fired for fired in ahead if fired.at == instant]
        assert world.now == instant
        assert [due.at for due in [world.next_due()] if due] == instants[
            instants.index(instant) + 1 :
        ][:1]


@depth(100)
@given(story=stories, count=st.integers(1, 8))
def test_a_step_of_many_ends_with_the_instant_of_the_last_one_counted(
    story: list[Call], count: int
) -> None:
    ahead = told(story).step(10**6)
    world = told(story)
    start = world.now
    end = ahead[:count][-1].at if ahead else start
    assert world.step(count) == [fired for fired in ahead if fired.at <= end]
    assert world.now == end
    if len({fired.at for fired in ahead[: count + 1]}) == len(ahead[: count + 1]):
        singly = told(story)
        assert [fired for _ in range(count) for fired in singly.step()] == ahead[:count]
        assert text(singly) == text(world)


@depth(100)
@given(story=stories, more=stories)
def test_a_world_read_back_from_its_dump_is_that_world(story: list[Call], more: list[Call]) -> None:
    world = told(story)
    again = reborn(world)
    assert text(again) == text(world)
    assert again.next_due() == world.next_due()
    assert tell(again, more) == tell(world, more)
    assert text(again) == text(world)


def look(world: World) -> list[Any]:
    """Return all that a world is: its dump, and what its names lead to, which is in no dump."""
    return [text(world), *(world.find(JM, part) for part in ("coreos", "1606T-", "web", "vm"))]


@depth(60)
@given(story=stories, left=stories, right=stories)
def test_forks_go_separate_ways(story: list[Call], left: list[Call], right: list[Call]) -> None:
    parent = told(story)
    child = parent.fork()
    before = look(parent)
    assert look(child) == before
    answers = tell(child, left)
    assert look(parent) == before
    after = look(child)
    tell(parent, right)
    assert look(child) == after
    assert answers == tell(told(story), left)
    assert text(parent) == text(told([*story, *right]))
    assert child.step(10**6) == told([*story, *left]).step(10**6)


@depth(60)
@given(story=stories, seed=st.integers(0, 2**63))
def test_the_same_calls_give_the_same_world(story: list[Call], seed: int) -> None:
    first, second = new_world(seed), new_world(seed)
    assert tell(first, story) == tell(second, story)
    assert text(first) == text(second)


@depth(60)
@given(story=stories)
def test_another_seed_changes_the_tasks_and_nothing_else(story: list[Call]) -> None:
    first, second = told(story, 1), told(story, 2)
    assert text(first).replace('"seed": 1', '"seed": 2') == text(second)
    for request in first.snapshot_requests(JM):
        names = first.task_id(request), second.task_id(request)
        assert names == (None, None) or names[0] != names[1]


@depth(100)
@given(story=stories, years=st.integers(1, 3))
def test_a_century_settles_everything_and_each_event_happens_once(
    story: list[Call], years: int
) -> None:
    world = new_world()
    answers = tell(world, story)
    fired = [one for answer in answers if isinstance(answer, list) for one in answer]
    for _ in range(years):
        fired += world.advance_to(world.now + CENTURY)
    assert world.next_due() is None
    assert [one.at for one in fired] == sorted(one.at for one in fired)
    created = [row for user in USERS for row in world.snapshot_requests(user)]
    # Only what happens to a change has no snapshot: the same number may be a snapshot request's.
    happened = Counter((one.request, one.event) for one in fired if one.snapshot is not None)
    assert set(happened.values()) <= {1}
    for row in created:
        events = [event for request, event in happened if request == row.id]
        if row.job is Job.CREATE:
            assert events in ([Event.TAKE, Event.DELETE], [Event.TAKE, Event.CLOSE])
            assert row.state is State.PROCESSED
            assert (row.closed_by is None) == (Event.DELETE in events)
        else:
            assert len(events) == 1
            assert row.state is (State.FAILED if events == [Event.FAIL] else State.PROCESSED)
    retried = Counter(
        answer.id
        for (verb, *_), answer in zip(story, answers, strict=True)
        if verb == "retry" and isinstance(answer, ChangeRequest)
    )
    for change in (row for user in USERS for row in world.change_requests(user)):
        mine = [one for one in fired if one.snapshot is None and one.request == change.id]
        tries = 1 + retried[change.id] - (change.state is State.CANCELLED)
        assert len(mine) == tries
        assert all(one.event is Event.FAIL for one in mine[:-1])
        if change.state is not State.CANCELLED:
            assert mine[-1].after is change.state
            assert (change.state is State.FAILED) == (change.failure is not None)
            assert change.updated_on == mine[-1].at
    assert not any(world.snapshots(JM, uuid) for uuid in UUIDS)


@depth(100)
@given(story=stories)
def test_a_refused_call_changes_nothing(story: list[Call]) -> None:
    world = new_world()
    for call in story:
        before, due = text(world), world.next_due()
        (answer,) = tell(world, [call])
        if type(answer) is tuple:  # records are tuples too, of types of their own
            assert text(world) == before
            assert world.next_due() == due


@depth(60)
@given(story=stories, user=users, vm=machines, change=changes, left=moments, right=moments)
def test_a_change_put_off_is_a_change_asked_for_on_the_later_date(
    story: list[Call], user: User, vm: str, change: Any, left: int, right: int
) -> None:
    moved, plain = told(story), told(story)
    if user.sees is not None and vm not in user.sees:
        user = JM
    asked = moved.change(user, vm, change[0], change[1], left)
    moved.reschedule(user, asked.id, right)
    plain.change(user, vm, change[0], change[1], right)
    assert text(moved) == text(plain)
    assert moved.next_due() == plain.next_due()
    assert moved.step(10**6) == plain.step(10**6)
    assert text(moved) == text(plain)


@depth(60)
@given(story=stories, user=users, vm=machines, change=changes, when=moments)
def test_a_change_given_up_never_was_but_for_its_record(
    story: list[Call], user: User, vm: str, change: Any, when: int
) -> None:
    given_up, without = told(story), told(story)
    if user.sees is not None and vm not in user.sees:
        user = JM
    asked = given_up.change(user, vm, change[0], change[1], when)
    given_up.cancel(user, asked.id)
    assert given_up.next_due() == without.next_due()
    assert given_up.step(10**6) == without.step(10**6)
    document = given_up.dump()
    last = document["change_requests"].pop()
    assert (last["id"], last["state"]) == (asked.id, "cancelled")
    assert document == without.dump()


@depth(60)
@given(story=stories, back=st.integers(1, 10**18))
def test_a_clock_asked_to_go_back_stays(story: list[Call], back: int) -> None:
    world = told(story)
    before = text(world)
    with pytest.raises(TimeRunsForward) as refused:
        world.advance_to(world.now - back)
    assert (refused.value.now, refused.value.asked) == (world.now, world.now - back)
    assert text(world) == before


@depth(60)
@given(story=stories, past=st.integers(1, 10**18))
def test_the_last_instant_can_be_reached_and_not_passed(story: list[Call], past: int) -> None:
    world = told(story)
    before = text(world)
    with pytest.raises(OutOfTime):
        world.advance_to(LATEST + past)
    assert text(world) == before
    world.submit(JM, UUIDS[0], "the last", LATEST, 72)
    world.submit(ANA, UUIDS[1], "the last but one", LATEST - 72 * HOUR, 72)
    world.advance_to(LATEST)
    assert world.now == LATEST
    last = list(world.snapshot_requests(JM))[-1]
    assert last.state is State.SCHEDULED
    assert list(world.snapshot_requests(ANA))[-1].state is State.PROCESSED
    for _ in range(3):
        world.extend(JM, last.id, 72)
    due = world.next_due()
    assert due is not None
    assert due.at == LATEST + 4 * 72 * HOUR
    assert world.step(5) == []
    assert world.now == LATEST
    assert text(reborn(world)) == text(world)


def test_two_processes_with_other_hash_seeds_tell_the_same() -> None:
    tales = [
        subprocess.run(
            [sys.executable, "-m", "tests.properties.transcript"],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            timeout=60,
        ).stdout
        for seed in ("1", "4242")
    ]
    assert tales[0] == tales[1]
    assert tales[0].decode().rstrip("\n") == transcript()


def test_two_days_of_the_wall_clock_give_one_transcript() -> None:
    with freeze_time("1999-12-31 23:59:59"):
        first = transcript()
    with freeze_time("2033-03-13 07:00:01"):
        second = transcript()
    assert first == second
    assert len(json.loads(first.splitlines()[0])) == 3


class WorldWithAHiddenClock(World):
    """A planted fault: it looks at the wall clock where nobody asked it to."""

    def submit(
        self,
        user: User,
        vm: str,
        description: str,
        from_date: int,
        valid_for: int,
        *,
        consolidate: bool = False,
        with_memory: bool = False,
    ) -> SnapshotRequest:
        description += f" on {datetime.now():%A}"  # noqa: DTZ005 - the planted lie
        return super().submit(
            user,
            vm,
            description,
            from_date,
            valid_for,
            consolidate=consolidate,
            with_memory=with_memory,
        )


def test_a_hidden_clock_would_be_found() -> None:
    def tale() -> str:
        return transcript(new_world(kind=WorldWithAHiddenClock))

    with freeze_time("1999-12-31 23:59:59"):
        first = tale()
    with freeze_time("2033-03-13 07:00:01"):
        second = tale()
    assert first != second
