"""What a scenario expects, written as 2016 has it, is spelled as later dialects have it."""

from typing import Any

import pytest

from vss_mock.contract.spelling import expect, pointer, query, stamp, value, word
from vss_mock.contract.words import DIALECTS, GROWN, MOVED, UPDATES, WORDS

FRIDAY = "2016-07-29 22:00:00 EDT"


@pytest.mark.parametrize(
    ("member", "text", "later"),
    [
        ("status", "Submitted", "SUBMITTED"),
        ("state", "Submitted", "SUBMITTED"),
        ("status", "Scheduled", "SCHEDULED"),
        ("status", "Error Processed", "ERROR"),
        ("status", "Cancelled", "CANCELLED"),
        ("action", "Create", "CREATE"),
        ("action", "Done", "DONE"),
        ("action", "Change", "CHANGE"),
        ("created_on", FRIDAY, "2016-07-29 Fri 22:00:00 EDT"),
        ("to_date", "2016-11-06 01:30:00 EST", "2016-11-06 Sun 01:30:00 EST"),
        (
            "warnings",
            f"Snapshot Delete has been Scheduled to {FRIDAY}",
            "Snapshot DELETE has been SCHEDULED for 2016-07-29 Fri 22:00:00 EDT",
        ),
        ("description", "Scheduled", "Scheduled"),
        ("createTime", "2016-07-29 22:00:00", "2016-07-29 22:00:00"),
        ("name", "Done", "Done"),
    ],
)
def test_words_and_dates_are_those_of_2026(member: str, text: str, later: str) -> None:
    assert word(member, text, "2026") == later
    assert word(member, text, "2016") == text
    assert word(member, text, "2019") == text


def test_what_stands_deep_in_a_value_is_spelled_by_the_name_it_stands_under() -> None:
    wanted = {"status": "Processed", "warnings": [FRIDAY], "name": "Processed", "id": 1}
    assert value("data", wanted, "2026") == {
        "status": "PROCESSED",
        "warnings": ["2016-07-29 Fri 22:00:00 EDT"],
        "name": "Processed",
        "id": 1,
    }


def test_filters_say_the_words_of_the_dialect() -> None:
    asked = {"filter": "status,in,Scheduled,Processed;vm_name,eq,Done", "sort": "status,asc"}
    assert query(asked, "2026") == {
        "filter": "status,in,SCHEDULED,PROCESSED;vm_name,eq,Done",
        "sort": "status,asc",
    }
    assert query(asked, "2019") == asked


def test_an_update_is_answered_by_the_request_where_it_was_by_nothing() -> None:
    for operation in UPDATES:
        wanted = {"status": 204}
        assert expect(wanted, operation, "2019")["status"] == 204
        assert expect(wanted, operation, "2026")["status"] == 200
    assert expect({"status": 204}, "vm-get", "2026") == {"status": 204}


def test_what_is_equal_in_one_dialect_has_more_in_the_next() -> None:
    wanted: dict[str, Any] = {"body": {"/data": {"equals": {"id": 1}}, "/data/x": {"length": 2}}}
    assert expect(wanted, "request-snapshot-get", "2016") == wanted
    grown = {"/data": {"has": {"id": 1}}, "/data/x": {"length": 2}}
    assert expect(wanted, "request-snapshot-get", "2019") == {"body": grown}


def test_what_was_written_for_a_dialect_stays_equal_there() -> None:
    wanted = {"body": {"/data": {"equals": {"status": "Processed"}}, "/meta/count": 3}}
    spelled = expect(wanted, "vm-get", "2026", base="2026")
    assert spelled["body"]["/data"] == {"equals": {"status": "PROCESSED"}}
    assert spelled["body"]["/meta/count"] == 3


def test_the_count_of_what_has_grown_is_not_that_of_2016() -> None:
    wanted = {"body": {"/meta/count": 12, "/data/id": 1}}
    for operation in GROWN:
        assert "/meta/count" not in expect(wanted, operation, "2019")["body"]
    assert expect(wanted, "vm-list", "2019") == wanted


def test_members_that_moved_are_looked_for_where_they_are() -> None:
    for dialect, moved in MOVED.items():
        for operation, pointers in moved.items():
            for old, new in pointers.items():
                assert pointer(old, operation, dialect) == new
                assert pointer(old, operation, "2016") == old
    assert pointer("/data/name", "vm-get", "2019") == "/data/name/full_name"


def test_a_member_that_moved_moves_inside_of_what_is_expected_too() -> None:
    wanted = {"body": {"/data": {"equals": {"name": "x", "uuid": "y"}}}}
    found = expect(wanted, "vm-get", "2019")
    assert found["body"] == {"/data": {"has": {"name": {"full_name": "x"}, "uuid": "y"}}}


def test_every_dialect_has_a_word_for_every_stage_and_action() -> None:
    first = WORDS["2016"]
    for dialect in DIALECTS:
        assert WORDS[dialect].statuses.keys() == first.statuses.keys()
        assert WORDS[dialect].actions.keys() == first.actions.keys()


def test_a_date_is_stamped_once() -> None:
    once = stamp(FRIDAY, "2026")
    assert stamp(once, "2026") == once
