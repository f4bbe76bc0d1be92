"""Names, pointers and expectations mean what contracts/README.md says."""

from typing import Any

import pytest

from vss_mock.contract.sent import Sent, spell_path, spell_query
from vss_mock.contract.values import ABSENT, UnknownName, at, fill, meets, same, show_expected

NAMES = {"vm": "u-1", "id": 2, "whole": {"a": [1]}, "token": "s3cret"}


@pytest.mark.parametrize(
    ("value", "filled"),
    [
        ("{vm}", "u-1"),
        ("{id}", 2),
        ("{whole}", {"a": [1]}),
        ("id,eq,{id}", "id,eq,2"),
        ({"uuid": ["{vm}", 1, None, True]}, {"uuid": ["u-1", 1, None, True]}),
        ("^[0-9]{4}$", "^[0-9]{4}$"),
        ("{}", "{}"),
    ],
)
def test_a_name_in_braces_stands_for_its_value(value: Any, filled: Any) -> None:
    assert fill(value, NAMES) == filled


@pytest.mark.parametrize("value", ["{nobody}", "x {nobody}", ["{nobody}"]])
def test_a_name_that_nothing_stands_for_is_named(value: Any) -> None:
    with pytest.raises(UnknownName, match="nobody") as caught:
        fill(value, NAMES)
    assert caught.value.name == "nobody"


DOCUMENT = {"data": [{"a/b": 1, "m~n": 2, "": 3, "0": 4}], "null": None}


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("", DOCUMENT),
        ("/data/0/a~1b", 1),
        ("/data/0/m~0n", 2),
        ("/data/0/", 3),
        ("/data/0/0", 4),
        ("/null", None),
        ("/data/1", ABSENT),
        ("/data/-1", ABSENT),
        ("/data/x", ABSENT),
        ("/null/x", ABSENT),
        ("/data/0/a~1b/x", ABSENT),
    ],
)
def test_a_pointer_leads_to_a_value_or_to_nothing(pointer: str, value: Any) -> None:
    assert at(DOCUMENT, pointer) is value or at(DOCUMENT, pointer) == value


@pytest.mark.parametrize(
    ("one", "other"),
    [(1, True), (0, False), (1, "1"), (None, False), ([1], [True]), ({"a": 1}, {"a": 1, "b": 2})],
)
def test_values_of_different_types_are_not_the_same(one: Any, other: Any) -> None:
    assert not same(one, other)
    assert not same(other, one)


def test_numbers_are_the_same_however_they_are_written() -> None:
    assert same({"hours": [12]}, {"hours": [12.0]})


@pytest.mark.parametrize(
    ("expected", "met", "unmet"),
    [
        ("x", "x", "y"),
        (1, 1, True),
        (None, None, ABSENT),
        ({"equals": {}}, {}, {"a": 1}),
        ({"equals": []}, [], ABSENT),
        ({"not": None}, 0, None),
        ({"not": None}, "x", ABSENT),
        ({"matches": "b+"}, "abbc", "ac"),
        ({"matches": "1"}, "1", 1),
        ({"contains": 2}, [1, 2], [1, "2"]),
        ({"contains": "b"}, "abc", "acd"),
        ({"contains": "b"}, ["b"], ABSENT),
        ({"length": 2}, [1, 2], [1]),
        ({"length": 1}, {"a": 1}, 1),
        ({"length": 0}, "", ABSENT),
        ({"absent": True}, ABSENT, None),
    ],
)
def test_an_expectation_is_met_by_what_it_says_alone(expected: Any, met: Any, unmet: Any) -> None:
    assert meets(expected, met)
    assert not meets(expected, unmet)


def test_an_expectation_that_nobody_knows_is_a_fault_of_the_scenario() -> None:
    with pytest.raises(ValueError, match="resembles"):
        meets({"resembles": "x"}, "x")


def test_what_was_expected_is_said_in_few_words() -> None:
    assert show_expected({"equals": {"a": 1}}) == '{"a": 1}'
    assert show_expected({"absent": True}) == "nothing"
    assert show_expected({"length": 3}) == "length 3"
    assert show_expected(None) == "null"


def test_paths_and_queries_are_percent_encoded() -> None:
    assert spell_path("/v2/vm/{uuid}/snapshot/{id}", {"uuid": "a/b", "id": 1}) == (
        "/v2/vm/a%2Fb/snapshot/1"
    )
    assert spell_query({"name": "a b", "summary": None, "filter": "id,eq,1;x", "empty": ""}) == (
        "name=a%20b&summary&filter=id,eq,1;x&empty="
    )


def test_a_line_for_a_shell_shows_no_secret_and_quotes_the_rest() -> None:
    sent = Sent("PUT", "/x", "a=1&b", {"basic": ["{token}", ""]}, {"Content-Type": None}, b"it's")
    assert sent.curl("http://127.0.0.1:8001") == (
        """curl -s -X PUT -u "$TOKEN:" -H Content-Type: 'http://127.0.0.1:8001/x?a=1&b' """
        """--data-binary 'it'"'"'s'"""
    )
    head = Sent("HEAD", "/x", "", {"bearer": "{token}"})
    assert head.curl("http://127.0.0.1:8001") == (
        'curl -sI -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8001/x'
    )
