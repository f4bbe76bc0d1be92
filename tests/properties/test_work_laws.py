"""Laws of worlds in which work lasts, goes wrong, is tried again, is missed, or is held back."""

from collections import Counter
from itertools import pairwise
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from vss_mock.simulator.faults import When
from vss_mock.simulator.holds import Hold
from vss_mock.simulator.lifecycle import UNDER_WAY, Event, Job, State
from vss_mock.simulator.records import Attribute, Fired, SnapshotRequest
from vss_mock.simulator.world import World

from .depth import depth
from .test_world_laws import Call, look
from .troubles import (
    TROUBLE,
    WHY,
    acts,
    durations,
    faults,
    followed,
    held,
    is_about,
    lived,
    records,
    spans,
    stand,
    stories,
    tell_all,
    troubles,
)
from .worlds import ANA, HOUR, JM, SECOND, START, USERS, UUIDS, new_world, reborn, text

IDLE = {State.SUBMITTED, State.MISSED, State.CANCELLED}

# Time: however it is cut, the same comes of it.


def moments_of(world: World) -> tuple[Any, ...]:
    """Return where a world stands, what is next, and what is held back."""
    return world.now, world.next_due(), world.held


@depth(150)
@given(story=stories, first=spans, second=spans)
def test_two_advances_equal_one(story: list[Call], first: int, second: int) -> None:
    split, whole = lived(story), lived(story)
    start = split.now
    fired = split.advance_to(start + first) + split.advance_to(start + first + second)
    assert fired == whole.advance_to(start + first + second)
    assert text(split) == text(whole)
    assert moments_of(split) == moments_of(whole)


@depth(100)
@given(story=stories, span=spans, limit=st.integers(1, 5))
def test_an_advance_in_slices_equals_one_go(story: list[Call], span: int, limit: int) -> None:
    sliced, whole = lived(story), lived(story)
    end = sliced.now + span
    fired: list[Fired] = []
    while len(part := sliced.advance_to(end, limit)) >= limit:
        assert sliced.now == part[-1].at
        fired += part
    fired += part
    assert fired == whole.advance_to(end)
    assert text(sliced) == text(whole)
    assert moments_of(sliced) == moments_of(whole)
    assert sliced.now == end or sliced.held


@depth(150)
@given(story=stories, span=spans)
def test_events_come_in_order_of_instant_and_id_and_each_sees_its_own_instant(
    story: list[Call], span: int
) -> None:
    world = lived(story)
    start, end = world.now, world.now + span
    fired = world.advance_to(end)
    assert all(start <= one.at <= world.now for one in fired)
    brought = [one for one in fired if one.event is not Event.CLOSE]
    turns = [(one.at, one.request, one.of_change) for one in brought]
    assert turns == sorted(turns)
    last = {(one.kind, one.request): one for one in fired}
    rows = records(world)
    for key, one in last.items():
        row = rows[key]
        assert (row.updated_on, row.state) == (one.at, one.after)
        if row.work is not None and row.state not in UNDER_WAY:
            assert row.work.until <= one.at
        if one.event is Event.TAKE:
            assert world.snapshot(JM, row.vm, one.snapshot or 0).created_on == one.at


@depth(100)
@given(story=stories, count=st.integers(1, 8))
def test_a_step_settles_an_instant_or_stops_where_it_is_held(story: list[Call], count: int) -> None:
    world, whole = lived(story), lived(story)
    for _ in range(count):
        due = world.next_due()
        fired = world.step()
        assert fired == ([] if due is None else whole.advance_to(due.at))
        assert text(world) == text(whole)
        assert due is None or world.now == due.at


# One world, said twice.


@depth(150)
@given(story=stories, span=spans, limit=st.integers(1, 3), more=stories)
def test_a_world_read_back_from_its_dump_at_any_moment_is_that_world(
    story: list[Call], span: int, limit: int, more: list[Call]
) -> None:
    world = lived(story)
    world.advance_to(world.now + span, limit)
    again = reborn(world)
    assert text(again) == text(world)
    assert moments_of(again) == moments_of(world)
    assert tell_all(again, more) == tell_all(world, more)
    assert text(again) == text(world)
    assert moments_of(again) == moments_of(world)


@depth(80)
@given(story=stories, left=stories, right=stories)
def test_forks_go_separate_ways(story: list[Call], left: list[Call], right: list[Call]) -> None:
    parent = lived(story)
    child = parent.fork()
    before = look(parent)
    assert look(child) == before
    answers = tell_all(child, left)
    assert look(parent) == before
    after = look(child)
    tell_all(parent, right)
    assert look(child) == after
    whole = lived(story)
    assert tell_all(whole, left) == answers
    assert text(whole) == text(child)
    assert text(parent) == text(lived([*story, *right]))


@depth(80)
@given(story=stories, seed=st.integers(0, 2**63))
def test_the_same_seed_and_calls_give_the_same_bytes(story: list[Call], seed: int) -> None:
    first, second = new_world(seed), new_world(seed)
    assert tell_all(first, story) == tell_all(second, story)
    assert text(first) == text(second)


@depth(100)
@given(story=stories)
def test_a_refused_call_changes_nothing(story: list[Call]) -> None:
    world = new_world()
    for call in story:
        before, stands = text(world), moments_of(world)
        (answer,) = tell_all(world, [call])
        if type(answer) is tuple:  # records are tuples too, of types of their own
            assert text(world) == before
            assert moments_of(world) == stands


@depth(100)
@given(story=stories)
def test_looking_changes_nothing(story: list[Call]) -> None:
    watched, alone = new_world(), new_world()
    for call in story:
        for _ in range(2):
            moments_of(watched)
        assert tell_all(watched, [call]) == tell_all(alone, [call])
        assert text(watched) == text(alone)


# Holds.


@depth(150)
@given(story=troubles, where=held, span=spans)
def test_what_is_held_waits_for_its_release_and_then_happens_as_it_would_have(
    story: list[Call], where: dict[str, Any], span: int
) -> None:
    free, kept = lived(story), lived(story)
    end = free.now + span
    whole = free.advance_to(end)
    hold = kept.holds.add(where)
    fired = kept.advance_to(end)
    assert not any(is_about(hold, one) for one in fired)
    if kept.held is None:
        assert kept.now == end
    else:
        assert hold.holds(kept.held)
        assert kept.held.at == kept.now <= end
        stands = text(kept)
        assert kept.advance_to(end) == kept.step(3) == []
        assert text(kept) == stands
    kept.holds.remove(hold.id)
    assert kept.held is None
    assert fired + kept.advance_to(end) == whole
    assert text(kept).replace('"last_hold": 1', '"last_hold": 0') == text(free)


@depth(100)
@given(story=troubles, where=st.lists(held, min_size=1, max_size=3), span=spans)
def test_what_is_held_again_and_again_happens_as_it_would_have(
    story: list[Call], where: list[dict[str, Any]], span: int
) -> None:
    free, kept = lived(story), lived(story)
    end = free.now + span
    whole, fired = free.advance_to(end), []
    for one in where:
        hold = kept.holds.add(one)
        fired += kept.advance_to(end)
        kept.holds.remove(hold.id)
    assert fired + kept.advance_to(end) == whole


@depth(150)
@given(story=stories, span=spans)
def test_what_is_said_to_be_next_is_next(story: list[Call], span: int) -> None:
    world = lived(story)
    for _ in range(6):
        due, end = world.next_due(), world.now + span
        if due is None or due.at > end:
            assert world.advance_to(end) == []
            assert world.now == end
            return
        hold = world.holds.of(due)
        fired = world.advance_to(end, 1)
        if hold is not None:
            assert (fired, world.now, world.held) == ([], due.at, due)
            world.holds.remove(hold.id)
            continue
        one = fired[0]
        assert (one.at, one.request, one.kind, one.vm) == (due.at, due.request, due.kind, due.vm)
        assert one.event in {due.event, *TROUBLE}
        assert due.snapshot == one.snapshot or one.event is Event.TAKE
        assert (due.event is Event.START) == (one.after is State.IN_PROGRESS)


@depth(100)
@given(story=troubles, span=spans)
def test_what_is_held_fails_alone_and_at_once(story: list[Call], span: int) -> None:
    world = lived(story)
    due = world.next_due()
    assume(due is not None and due.at <= world.now + span)
    hold = world.holds.add({})
    assert world.advance_to(world.now + span) == []
    before, rows, now = world.dump(), records(world), world.now
    (one,) = world.fail(hold.id, WHY)
    assert due is not None
    key = due.kind, due.request
    assert (one.kind, one.request, one.at, one.event) == (*key, now, Event.FAIL)
    assert (one.before, one.after) == (rows[key].state, State.FAILED)
    changed = records(world)
    assert changed[key].failure == WHY
    assert {name for name, row in changed.items() if row != rows[name]} == {key}
    after = world.dump()
    parts = {name for name in before if before[name] != after[name]}
    assert parts == {"holds", f"{due.kind}_requests"}


# What becomes of a request.


@depth(150)
@given(story=stories)
def test_no_request_leaves_the_table_of_transitions(story: list[Call]) -> None:
    world = new_world()
    for call in [*story, ("let go",), ("advance", 2000 * HOUR)]:
        before = {key: row.state for key, row in records(world).items()}
        (answer,) = tell_all(world, [call])
        if isinstance(answer, list):
            followed(before, answer, world)


@depth(150)
@given(story=st.lists(acts, min_size=3, max_size=14), task_time=durations)
def test_work_in_progress_lasts_exactly_as_long_as_the_world_says(
    story: list[Call], task_time: int
) -> None:
    world = new_world()
    answers = tell_all(world, [("stand",), ("last", task_time), *story, ("advance", 3000 * HOUR)])
    fired = [one for answer in answers if isinstance(answer, list) for one in answer]
    lines: dict[Any, list[Fired]] = {}
    for one in fired:
        lines.setdefault((one.kind, one.request), []).append(one)
    rows = records(world)
    for key, line in lines.items():
        assert line[-1].before is not State.SUBMITTED
        for one, then in pairwise(line):
            if one.event is Event.START:
                assert then.at == one.at + task_time or then.event is Event.CLOSE
        for one in line:
            began = one.event is Event.START
            assert began or one.event is Event.CLOSE or one.before is State.IN_PROGRESS
        if line[-1].event is not Event.CLOSE:
            ended = line[-1].at
            assert rows[key].work == (ended - task_time, ended, None)


@depth(150)
@given(story=stories)
def test_snapshots_stand_for_those_who_had_them_taken_and_for_nobody_else(
    story: list[Call],
) -> None:
    world = new_world()
    for call in [*story, ("let go",), ("advance", 90 * HOUR), ("advance", 3000 * HOUR)]:
        tell_all(world, [call])
        standing = {
            (uuid, one.id): one.request for uuid in UUIDS for one in world.snapshots(JM, uuid)
        }
        made = [row for row in _creators(world) if row.snapshot is not None]
        numbers = {(row.vm, row.snapshot): row.id for row in made}
        assert standing.items() <= numbers.items()
        assert len(numbers) == len(made)
        for row in _creators(world):
            stands = (row.vm, row.snapshot) in standing
            if row.state in {State.SUBMITTED, State.MISSED}:
                assert row.snapshot is None
            elif row.state is State.SCHEDULED:
                assert stands
            elif row.state is State.PROCESSED:
                assert not stands
            elif row.state in UNDER_WAY:
                assert stands == (row.snapshot is not None)


def _creators(world: World) -> list[SnapshotRequest]:
    rows = [row for user in USERS for row in world.snapshot_requests(user)]
    return [row for row in rows if row.job is Job.CREATE]


@depth(100)
@given(story=stories)
def test_a_task_is_there_once_work_began_and_ends_when_it_does(story: list[Call]) -> None:
    world = new_world()
    for call in story:
        tell_all(world, [call])
        for row in records(world).values():
            user, name = (JM if row.user == "jm" else ANA), world.task_id(row)
            assert (name is None) == (row.state in IDLE)
            if name is None:
                continue
            task = world.task(user, name)
            assert (task.end is None) == (row.state in UNDER_WAY)
            assert task.start <= (world.now if task.end is None else task.end) <= world.now
            assert row.work is None or task.start == row.work.began


ASKED = {
    "take": lambda world: world.submit(JM, UUIDS[0], "again", world.now + HOUR, 72),
    "delete": lambda world: world.delete(JM, UUIDS[0], 1),
    "revert": lambda world: world.revert(JM, UUIDS[0], 1),
    "consolidate": lambda world: world.consolidate(ANA, UUIDS[1], world.now + HOUR),
    "change": lambda world: world.change(ANA, UUIDS[1], Attribute.NAME, "web"),
}


@depth(100)
@given(
    event=st.sampled_from(sorted(ASKED)),
    times=st.integers(1, 4),
    wait=durations,
    task_time=st.just(0) | durations,
)
def test_work_that_is_tried_again_ends_as_it_would_have_but_later(
    event: str, times: int, wait: int, task_time: int
) -> None:
    assume(times * (wait + task_time) + task_time < 60 * HOUR)
    free = new_world()
    stand(free)
    free.task_time = task_time
    hindered = free.fork()
    asked = ASKED[event](free)
    assert ASKED[event](hindered) == asked
    how = {"reason": "no_disk_space", "detail": "datastore1", "seconds": wait / SECOND}
    hindered.faults.add("work-retried", {"event": event}, When(times=times), how)
    key = ("change" if event in {"change", "consolidate"} else "snapshot"), asked.id
    whole = [one for one in free.advance_to(START + 60 * HOUR) if (one.kind, one.request) == key]
    fired = [
        one for one in hindered.advance_to(START + 60 * HOUR) if (one.kind, one.request) == key
    ]
    begins = [Event.START] if task_time else []
    assert [one.event for one in whole] == [*begins, event]
    assert [one.event for one in fired] == [*[*begins, Event.BACK_OFF] * times, *begins, event]
    later = times * (wait + task_time)
    assert (fired[-1].at, fired[-1].after) == (whole[-1].at + later, whole[-1].after)
    ends, late = records(free)[key], records(hindered)[key]
    assert late._replace(work=None, updated_on=0) == ends._replace(work=None, updated_on=0)
    assert late.work == (whole[0].at, fired[-1].at, None)


# Counts.


@depth(150)
@given(story=troubles)
def test_a_fault_strikes_no_more_often_than_it_was_looked_at_and_than_it_may(
    story: list[Call],
) -> None:
    world = new_world()
    past: dict[int, Any] = {}
    for call in [*story, ("advance", 500 * HOUR)]:
        tell_all(world, [call])
        for rule, count in world.faults:
            assert 0 <= count.fired <= count.seen
            assert rule.when.times is None or count.fired <= rule.when.times
            assert count >= past.get(rule.id, (0, 0))
            past[rule.id] = count


@depth(150)
@given(story=st.lists(acts | faults, min_size=4, max_size=18))
def test_all_that_goes_wrong_was_asked_for_and_is_counted(story: list[Call]) -> None:
    world = new_world()
    answers = tell_all(world, [*story, ("advance", 900 * HOUR)])
    fired = [one for answer in answers if isinstance(answer, list) for one in answer]
    came = Counter(one.event for one in fired)
    asked = Counter[str]()
    for rule, count in world.faults:
        asked[rule.kind] += count.fired
    assert came[Event.BACK_OFF] == asked["work-retried"]
    assert came[Event.MISS] == asked["work-missed"]
    assert came[Event.START] == asked["work-slow"]
    assert came[Event.FAIL] >= asked["work-fails"]


def test_a_hold_of_the_laws_is_a_hold() -> None:
    assert is_about(Hold(1, {}), Fired(0, 1, Event.TAKE, State.SUBMITTED, State.SCHEDULED, "", 1))
