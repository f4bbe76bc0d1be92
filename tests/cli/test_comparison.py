"""What differs between two answers is said in words: where, what there was, and what there is."""

from typing import Any

import pytest

from vss_mock.comparison import Answer, answered, happened, shown

EVENT = {"kind": "snapshot", "request": 2, "event": "take", "at": "2016-07-30T02:00:00Z"}
OTHER = {"kind": "change", "request": 1, "event": "change", "at": "2016-07-30T02:00:00Z"}


def entry(body: Any = None, **answer: Any) -> dict[str, Any]:
    """Return an entry whose answer was a body."""
    before = {"status_code": 200, "body": body, "size": 10, "ending": "whole"}
    return {
        "number": 7,
        "method": "GET",
        "target": "/v2/vm",
        "answer": before | answer,
        "faults": [],
    }


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (None, None),
        ({"a": [1, {"b": "c"}]}, {"a": [1, {"b": "c"}]}),
        ({"meta": {"time": "0.1s", "n": 1}}, {"meta": {"n": 1, "time": "2s"}}),
        ({"meta": {}}, {"meta": {"time": "2s"}}),
        ("http://127.0.0.1:8001/v2/vm?a", "https://vss.example/v2/vm?a"),
        ({"l": "see http://a:1/x"}, {"l": "see http://b/x"}),
        (1, 1),
    ],
)
def test_the_same_answer_differs_in_nothing(before: Any, now: Any) -> None:
    assert answered(entry(before), Answer(200, now)) is None


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        ({"a": {"b": 1}}, {"a": {"b": 2}}, "a.b was 2, not 1"),
        ({"a": [1, 2, 3]}, {"a": [1, 5, 4]}, "a[1] was 5, not 2"),
        ({"a": [1]}, {"a": [1, 2]}, "a had 2 items, not 1"),
        ({"a": [{"b": "x"}]}, {"a": [{"b": "y"}]}, 'a[0].b was "y", not "x"'),
        ({"a": 1, "b": 2}, {"b": 2}, "a was left out, not 1"),
        ({"b": 2}, {"b": 2, "z": 1, "c": None}, "c was null, and was not there before"),
        ({"a": 1}, {"a": True}, "a was true, not 1"),
        ({"a": 1}, {"a": 1.0}, "a was 1.0, not 1"),
        ({"a": None}, {"a": {}}, "a was {}, not null"),
        ([1], [], "the body had 0 items, not 1"),
        ("x", "y", 'the body was "y", not "x"'),
        (None, {"a": 1}, 'the body was {"a":1}, not null'),
        ("http://a/v2/vm/1", "http://a/v2/vm/2", '"http://a/v2/vm/2", not "http://a/v2/vm/1"'),
        ({"time": "1"}, {"time": "2"}, 'time was "2", not "1"'),
        ({"meta": "x"}, {"meta": "y"}, 'meta was "y", not "x"'),
    ],
)
def test_the_first_difference_is_said_with_its_place(before: Any, now: Any, words: str) -> None:
    said = answered(entry(before), Answer(200, now))
    assert said is not None
    assert said.startswith("entry 7, GET /v2/vm: ")
    assert said.endswith(words)


def test_a_status_code_comes_before_the_body_and_with_the_sentence() -> None:
    said = answered(entry({"a": 1}), Answer(404, {"message": "no such thing "}))
    assert said == "entry 7, GET /v2/vm: the status code was 404, not 200 (no such thing)"
    assert (
        answered(entry(), Answer(500, "x"))
        == "entry 7, GET /v2/vm: the status code was 500, not 200"
    )
    said = answered(entry(), Answer(500, {"message": 1}))
    assert said == "entry 7, GET /v2/vm: the status code was 500, not 200"


def test_a_text_is_compared_too_and_what_was_not_kept_is_not() -> None:
    assert answered(entry(text="<html>"), Answer(200, "<html>")) is None
    assert answered(entry(text="<html>"), Answer(200, "x")) is not None
    assert answered(entry(size=65_536), Answer(200, "x")) is not None
    assert answered(entry(size=65_537), Answer(200, "x")) is None


@pytest.mark.parametrize("ending", ["closed", "cut", "reset"])
def test_where_no_answer_came_before_none_is_missed(ending: str) -> None:
    assert answered(entry(ending=ending), None) is None
    assert answered(entry(), None) == "entry 7, GET /v2/vm: no answer came"


def test_a_fault_that_had_struck_is_told_with_the_difference() -> None:
    said = answered({**entry(1), "faults": [3, 4]}, Answer(200, 2))
    assert said == "entry 7, GET /v2/vm: the body was 2, not 1; fault 3, 4 had struck it"


def test_what_happened_is_compared_one_by_one() -> None:
    assert happened({"number": 4}, [], []) is None
    assert happened({"number": 4}, [EVENT, OTHER], [EVENT, OTHER]) is None
    said = happened({"number": 4}, [EVENT, OTHER], [EVENT, {**OTHER, "request": 9}])
    assert said == "entry 5: event.request was 9, not 1"
    said = happened({"number": 4}, [EVENT, OTHER], [EVENT])
    assert said == "entry 5: change request 1: change at 2016-07-30T02:00:00Z did not happen"
    said = happened({"number": 4}, [EVENT], [EVENT, OTHER])
    assert said == (
        "before entry 5: change request 1: change at 2016-07-30T02:00:00Z happened, "
        "which it did not before"
    )


def test_long_values_are_shown_short() -> None:
    assert shown("x" * 78) == f'"{"x" * 78}"'
    assert shown("x" * 79) == f'"{"x" * 78}…'
