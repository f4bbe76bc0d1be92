"""The checker of histories: what fits, what does not, and that it finds what trying all would."""

import random
from pathlib import Path
from typing import Any

import pytest

from tests.concurrency import words
from tests.concurrency.__main__ import main
from tests.concurrency.calls import LOST, Call, History, load, save
from tests.concurrency.making import EMPTY, brute, brute_in_steps, call, drawn, fitting, history
from tests.concurrency.order import Undecided, check
from tests.concurrency.verbs import CALLS
from tests.concurrency.wire import START
from tests.concurrency.world import HOUR, World, clock, from_whole, seen, whole

SUBMITTED = [1, "a", "submitted", START, START, START, START + HOUR, None, "0"]
TAKEN = [START, "snapshot", 1, "take", "submitted", "scheduled", "a", 1]
GONE = [START + HOUR, "snapshot", 1, "delete", "scheduled", "processed", "a", 1]
NOTHING = {"now": START, "next": None}


def fits(*calls: Call) -> bool:
    return check(history(*calls)).fits


def moved(client: int, began: int, ended: int, hours: int, told: Any) -> Call:
    return call(client, began, ended, "advance", 200, told, seconds=hours * HOUR)


def test_calls_that_overlap_may_have_happened_in_either_order() -> None:
    first, second = call(0, 0, 9, "submit", 202, 2), call(1, 1, 8, "submit", 202, 1)
    assert fits(first, second)
    assert fits(first._replace(told=1), second._replace(told=2))


def test_calls_that_do_not_overlap_happened_in_the_order_in_which_they_were_made() -> None:
    assert fits(call(0, 0, 1, "submit", 202, 1), call(1, 2, 3, "submit", 202, 2))
    assert not fits(call(0, 0, 1, "submit", 202, 2), call(1, 2, 3, "submit", 202, 1))


def test_an_id_is_given_out_once() -> None:
    assert not fits(call(0, 0, 9, "submit", 202, 1), call(1, 1, 8, "submit", 202, 1))


def test_what_was_acknowledged_is_there_for_whoever_asks_later() -> None:
    submit = call(0, 0, 1, "submit", 202, 1)
    assert fits(submit, call(1, 2, 3, "get", 200, SUBMITTED, kind="snapshot", id=1))
    assert not fits(submit, call(1, 2, 3, "get", 404, kind="snapshot", id=1))
    assert fits(submit, call(1, 1, 3, "get", 404, kind="snapshot", id=1))


def test_what_one_has_seen_another_does_not_miss_later() -> None:
    submit = call(0, 0, 9, "submit", 202, 1)
    sees = call(1, 1, 2, "get", 200, SUBMITTED, kind="snapshot", id=1)
    misses = call(2, 3, 4, "get", 404, kind="snapshot", id=1)
    assert fits(submit, sees)
    assert fits(submit, misses)
    assert not fits(submit, sees, misses)


def test_a_list_shows_as_many_as_it_counts() -> None:
    submit = call(0, 0, 9, "submit", 202, 1)
    assert fits(submit, call(1, 1, 2, "listed", 200, {"total": 0, "latest": []}, kind="snapshot"))
    whole_list = {"total": 1, "latest": [SUBMITTED]}
    assert fits(submit, call(1, 1, 2, "listed", 200, whole_list, kind="snapshot"))
    torn = {"total": 0, "latest": [SUBMITTED]}
    assert not fits(submit, call(1, 1, 2, "listed", 200, torn, kind="snapshot"))


def test_two_extensions_both_count() -> None:
    made = call(0, 0, 1, "submit", 202, 1)
    due = [START + HOUR, "snapshot", 1, "delete", "a", 1]
    taken = moved(0, 2, 3, 0, {"now": START, "next": due, "fired": [TAKEN], "count": 1})
    longer = [call(client, 4, 9, "extend", 204, id=1, hours=2) for client in (0, 1)]

    def ends(hours: int) -> Call:
        row = [1, "a", "scheduled", START, START, START, START + hours * HOUR, 1, "0"]
        return call(2, 10, 11, "get", 200, row, kind="snapshot", id=1)

    assert fits(made, taken, *longer, ends(5))
    assert not fits(made, taken, *longer, ends(3))


def test_a_long_advance_looks_like_time_passing() -> None:
    made = call(0, 0, 1, "submit", 202, 1)
    told = {"now": START + 2 * HOUR, "next": None, "fired": [TAKEN, GONE], "count": 2}
    advance = moved(0, 2, 9, 2, told)
    due = [START + HOUR, "snapshot", 1, "delete", "a", 1]
    between = call(1, 3, 4, "look", 200, {"now": START, "next": due})
    there = call(1, 5, 6, "look", 200, {"now": START + HOUR, "next": None})
    assert fits(made, advance, between, there)
    assert not fits(
        made, advance, there._replace(began=3, ended=4), between._replace(began=5, ended=6)
    )
    nowhere = call(1, 5, 6, "look", 200, {"now": START + HOUR // 2, "next": due})
    assert not fits(made, advance, nowhere)


def test_all_has_happened_when_an_advance_answers() -> None:
    made = call(0, 0, 1, "submit", 202, 1)
    told = {"now": START + 2 * HOUR, "next": None, "fired": [TAKEN, GONE], "count": 2}
    advance = moved(0, 2, 9, 2, told)
    late = call(1, 10, 11, "get", 200, SUBMITTED, kind="snapshot", id=1)
    assert fits(made, advance, late._replace(began=3))
    assert not fits(made, advance, late)


def test_events_come_in_order_of_their_instants_and_then_of_their_ids() -> None:
    made = [call(0, 0, 1, "submit", 202, 1), call(0, 2, 3, "submit", 202, 2)]
    second = [START, "snapshot", 2, "take", "submitted", "scheduled", "a", 2]
    due = [START + HOUR, "snapshot", 1, "delete", "a", 1]
    told = {"now": START, "next": due, "fired": [TAKEN, second], "count": 2}
    assert fits(*made, moved(0, 4, 5, 0, told))
    assert not fits(*made, moved(0, 4, 5, 0, {**told, "fired": [second, TAKEN]}))


def test_moves_of_one_clock_take_turns() -> None:
    made = call(0, 0, 1, "submit", 202, 1)
    due = [START + HOUR, "snapshot", 1, "delete", "a", 1]
    first = moved(
        0, 2, 9, 1, {"now": START + HOUR, "next": None, "fired": [TAKEN, GONE], "count": 2}
    )
    later = moved(1, 2, 9, 1, {"now": START + 2 * HOUR, "next": None, "fired": [], "count": 0})
    assert fits(made, first, later)
    torn = moved(1, 2, 9, 0, {"now": START, "next": due, "fired": [TAKEN], "count": 1})
    halves = moved(0, 2, 9, 1, {"now": START + HOUR, "next": None, "fired": [GONE], "count": 1})
    assert fits(made, torn, halves)
    assert not fits(made, torn, first)


def test_a_reset_waits_until_a_move_is_over() -> None:
    made, reset = call(0, 0, 1, "submit", 202, 1), call(1, 3, 8, "reset", 200, NOTHING)
    both = {"now": START + HOUR, "next": None, "fired": [TAKEN, GONE], "count": 2}
    assert fits(made, moved(0, 2, 9, 1, both), reset)
    assert fits(made, moved(0, 2, 9, 1, {**both, "fired": [], "count": 0}), reset)
    assert not fits(made, moved(0, 2, 9, 1, {**both, "fired": [TAKEN], "count": 1}), reset)


def test_of_two_changes_at_once_either_may_be_the_last() -> None:
    asked = {"user": "ann", "vm": "a", "date": START + HOUR, "word": "reboot"}
    made = call(0, 0, 1, "power", 202, 1, **asked)
    dates = (START + 2 * HOUR, START + 3 * HOUR)
    put_off = [
        call(client, 2, 9 - client, "put_off", 204, user="ann", id=1, date=dates[client])
        for client in (0, 1)
    ]

    def done(date: int) -> Call:
        event = [date, "change", 1, "change", "submitted", "processed", "a", None]
        told = {"now": START + 4 * HOUR, "next": None, "fired": [event], "count": 1}
        return moved(2, 10, 11, 4, told)

    assert all(fits(made, *put_off, done(date)) for date in dates)
    assert not fits(made, *put_off, done(START + HOUR))


def test_a_reset_leaves_nothing_and_counts_from_one() -> None:
    made, reset = call(0, 0, 1, "submit", 202, 1), call(0, 2, 5, "reset", 200, NOTHING)
    assert fits(made, reset, call(1, 3, 4, "submit", 202, 2))
    assert fits(made, reset, call(1, 6, 7, "submit", 202, 1))
    assert not fits(made, reset, call(1, 6, 7, "submit", 202, 2))


def test_a_fork_is_equal_to_its_parent_at_some_moment_of_its_making() -> None:
    _, _, after = CALLS["submit"](from_whole(EMPTY), call(0, 0, 1, "submit", 202).asked)
    made = call(0, 2, 5, "submit", 202, 1)
    assert fits(made, call(1, 3, 4, "fork", 201, EMPTY))
    assert fits(made, call(1, 3, 4, "fork", 201, whole(after)))
    assert not fits(made, call(1, 6, 7, "fork", 201, EMPTY))
    assert not fits(made, call(1, 0, 1, "fork", 201, whole(after)))


def coming(*calls: Call) -> bool:
    return check(History("w", (), None, EMPTY).of(calls)).fits


def test_a_world_is_there_from_its_making_to_its_removal() -> None:
    created, removed = call(0, 2, 3, "create", 201), call(0, 6, 7, "remove", 204)
    assert coming(call(1, 0, 1, "summary", 401), created, removed, call(1, 8, 9, "look", 404))
    seen_within = call(1, 4, 5, "summary", 200, {"snapshot": 0, "change": 0})
    assert coming(created, seen_within, removed)
    assert not coming(created, call(1, 4, 5, "summary", 401), removed)
    assert not coming(created, removed, seen_within._replace(began=8, ended=9))
    assert not coming(created, call(1, 4, 5, "create", 201), removed)
    assert coming(created, call(1, 4, 5, "create", 409), removed, call(1, 8, 9, "create", 201))


def test_a_world_that_is_removed_while_its_time_moves_is_moved_to_the_end() -> None:
    told = {"now": START + 2 * HOUR, "next": None, "fired": [TAKEN, GONE], "count": 2}
    calls = [
        call(0, 0, 1, "create", 201),
        call(0, 2, 3, "submit", 202, 1),
        moved(0, 4, 9, 2, told),
        call(1, 5, 6, "remove", 204),
    ]
    again = [call(2, 7, 8, "create", 201), call(2, 9, 10, "submit", 202, 1)]
    assert coming(*calls, *again)
    assert not coming(*calls, again[0], again[1]._replace(told=2))


def test_a_lost_answer_is_one_to_a_call_that_took_effect() -> None:
    row = [1, "lost-answer", "vm-snapshot-create", None, 0, None, None, 1, 0, 0]
    asked = {"kind": "lost-answer", "operation": "vm-snapshot-create", "code": None, "times": 1}
    fault = call(0, 0, 1, "set_fault", 201, row, **asked)
    lost = call(0, 2, 3, "submit", LOST)
    assert fits(fault, lost, call(1, 4, 5, "submit", 202, 2))
    assert not fits(fault, lost, call(1, 4, 5, "submit", 202, 1))
    assert not fits(lost, call(1, 4, 5, "submit", 202, 2))


def test_a_call_that_a_fault_refuses_has_no_effect() -> None:
    asked = {"kind": "status", "operation": "vm-snapshot-create", "code": 503, "nth": 2}
    row = [1, "status", "vm-snapshot-create", 503, 0, 2, None, None, 0, 0]
    fault = call(0, 0, 1, "set_fault", 201, row, **asked)
    calls = [
        call(0, 2, 3, "submit", 202, 1),
        call(0, 4, 5, "submit", 503),
        call(0, 6, 7, "submit", 202, 2),
    ]
    assert fits(fault, *calls)
    assert not fits(fault, calls[0], calls[2]._replace(began=4, ended=5))
    counted = [[*row[:8], 3, 1]]
    assert fits(fault, *calls, call(1, 8, 9, "faults", 200, counted))
    assert not fits(fault, *calls, call(1, 8, 9, "faults", 200, [[*row[:8], 2, 1]]))


# Against trying everything.


@pytest.mark.parametrize("seed", range(5))
def test_its_verdict_is_that_of_trying_all_orders(seed: int) -> None:
    lots = random.Random(seed)
    verdicts = []
    for _ in range(200):
        made = drawn(lots, clients=3, calls=lots.randint(3, 6), moves=False)
        verdicts.append(check(made).fits)
        assert verdicts[-1] == brute(made), made
    assert set(verdicts) == {True, False}


@pytest.mark.parametrize("seed", range(5))
def test_its_verdict_is_that_of_trying_all_steps_of_moves(seed: int) -> None:
    lots = random.Random(seed)
    verdicts = []
    for _ in range(200):
        made = drawn(lots, clients=3, calls=lots.randint(3, 8), moves=True)
        verdicts.append(check(made).fits)
        assert verdicts[-1] == brute_in_steps(made), made
    assert set(verdicts) == {True, False}


def test_it_needs_a_few_steps_a_call_however_long_a_history_is() -> None:
    for calls in (500, 2_000):
        made = history(*fitting(random.Random(calls), clients=5, calls=calls, moves=True))
        verdict = check(made)
        assert verdict.fits
        assert verdict.tried < 20 * calls


# What it says.


def test_a_search_that_takes_too_long_gives_no_verdict() -> None:
    calls = [call(client, 0, 99, "submit", 202, client + 1) for client in range(8)]
    assert check(history(*calls)).fits
    with pytest.raises(Undecided):
        check(history(*calls), most=3)


def test_what_no_verdict_is_found_for_is_not_taken_to_fit(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "kept.json"
    save([history(*UNFIT[:5])], file)
    monkeypatch.setattr("tests.concurrency.order.MOST_TRIED", 0)
    assert main(["check", str(file)]) == 1
    assert capsys.readouterr().out == "1 UNDECIDED\n"


def test_an_answer_that_cannot_be_read_fits_nothing() -> None:
    assert not fits(call(0, 0, 1, "advance", 200, "<html>", seconds=0))
    assert not fits(call(0, 0, 1, "look", 200, "<html>"))


UNFIT = (
    call(0, 0, 1, "reset", 200, NOTHING),
    call(0, 2, 3, "submit", 202, 1),
    call(1, 4, 5, "reset", 200, NOTHING),
    call(1, 6, 7, "look", 200, NOTHING),
    call(0, 8, 9, "submit", 202, 1),
    call(2, 10, 11, "get", 404, kind="snapshot", id=1),
    call(3, 12, 13, "submit", 202, 2),
)


def test_what_does_not_fit_is_cut_to_what_shows_it() -> None:
    short = words.reduced(history(*UNFIT))
    assert list(short.calls) == [UNFIT[2], UNFIT[4], UNFIT[5]]


def test_what_does_not_fit_is_told_in_words() -> None:
    text = words.told(history(*UNFIT))
    assert "3 of 7 calls are enough" in text
    assert "#802" not in text
    assert "#1002 client 2 [0.00 to 0.00 ms] get(user ann, kind snapshot, id 1): 404" in text
    assert "would be told 200 [1, a, submitted, +0:00, +0:00, +0:00, +1:00, None, 0]" in text


def test_a_history_in_a_file_is_judged_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "kept.json"
    save([history(*UNFIT)], file)
    assert load(file) == [history(*UNFIT)]
    assert main(["check", str(file)]) == 1
    assert "would be told 200" in capsys.readouterr().out
    save([history(*UNFIT)] * 5, file)
    assert main(["check", str(file)]) == 1
    assert capsys.readouterr().out.endswith("2 more are not told here\n5 DO NOT FIT\n")
    save([history(*UNFIT[:5])], file)
    assert main(["check", str(file)]) == 0
    assert capsys.readouterr().out == "all fit\n"


def test_a_world_is_read_from_what_is_told_of_it() -> None:
    world = World(START)
    for verb, asked in (
        ("submit", {"user": "ann", "vm": "a", "date": START, "hours": 3, "text": "t"}),
        ("power", {"user": "bob", "vm": "b", "date": None, "word": "poweredOff"}),
        ("set_fault", {"kind": "status", "operation": "vm-get", "code": 500, "every": 2}),
    ):
        _, _, world = CALLS[verb](world, asked)
    assert from_whole(whole(world)) == world
    assert clock(world)["next"][:4] == [START, "snapshot", 1, "take"]
    assert seen(world.ask("snapshot", 1))[2] == "submitted"
