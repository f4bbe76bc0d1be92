"""Changes of a machine: asked for, waiting, made, failed, tried again, given up."""

from typing import Any

import pytest

from tests.api.caller import BASE, Caller, caller

CHANGES = "/v2/request/change"


def change(mock: Caller, attribute: str, body: dict[str, Any], name: str = "coreos0") -> int:
    answer = mock.put(f"/v2/vm/{mock.uuid(name)}/{attribute}", body)
    assert answer.status_code == 202, answer.body
    return int(answer.data["_links"]["request"].rpartition("/")[2])


def machine(mock: Caller, name: str = "coreos0") -> Any:
    return mock.get(f"/v2/vm/{mock.uuid(name)}").data


def test_switching_on_is_a_change_that_shows_on_the_machine(mock: Caller) -> None:
    uuid = mock.uuid()
    answer = mock.put(f"/v2/vm/{uuid}/state", {"value": "poweredOn"})
    assert answer.body == {
        "data": {
            "_links": {"request": f"{BASE}{CHANGES}/1"},
            "message": "VM State Change Request has been accepted for processing",
            "name": "Accepted",
            "state": "Submitted",
            "status": 202,
        },
        "meta": {"time": "0.00000s", "user": "jm"},
    }
    asked = mock.get(f"{CHANGES}/1").data
    assert (asked["attribute"], asked["value"], asked["status"]) == (
        "state",
        ["poweredOn"],
        "Submitted",
    )
    assert (asked["task_id"], asked["message"]) == (None, {})
    assert machine(mock)["powerState"] == "poweredOff"
    (fired,) = mock.advance(0)
    assert (fired["event"], fired["kind"], fired["snapshot"]) == ("change", "change", None)
    done = mock.get(f"{CHANGES}/1").data
    assert done["status"] == "Processed"
    assert done["message"] == {"errors": [], "warnings": ["VM state changed to poweredOn"]}
    assert mock.get(f"/v2/request/task/{done['task_id']}").data["state"] == "success"
    assert machine(mock)["powerState"] == "poweredOn"


@pytest.mark.parametrize(
    ("attribute", "body", "value", "warning"),
    [
        ("state", {"value": "shutdown"}, "shutdown", "VM state changed to shutdown"),
        ("name", {"name": "web3"}, "web3", "VM renamed to 1605P-web3"),
        ("name", {"value": "web3"}, "web3", "VM renamed to 1605P-web3"),
    ],
)
def test_what_was_asked_is_told_when_it_is_done(
    mock: Caller, attribute: str, body: dict[str, Any], value: Any, warning: str
) -> None:
    id = change(mock, attribute, body, "web1")
    mock.advance(0)
    done = mock.get(f"{CHANGES}/{id}").data
    assert (done["value"], done["message"]["warnings"]) == ([value], [warning])
    assert done["vm_name"] == ("1605P-web3" if attribute == "name" else "1605P-web1")


@pytest.mark.parametrize("value", [4, "4", 4.0])
def test_processors_and_memory_come_as_numbers_or_as_digits(mock: Caller, value: Any) -> None:
    change(mock, "cpu", {"value": value})
    change(mock, "memory", {"value": value})
    mock.advance(0)
    assert machine(mock)["config"] | {"guestFullName": ""} == {
        "cpuCount": 4,
        "guestFullName": "",
        "memoryMB": 4096,
    }
    told = [mock.get(f"{CHANGES}/{id}").data["message"]["warnings"] for id in (1, 2)]
    assert told == [["VM CPU count changed to 4"], ["VM memory changed to 4 GB"]]


def test_a_scheduled_change_waits_for_its_date(mock: Caller) -> None:
    id = change(mock, "state", {"value": "poweredOn", "schedule": "2016-07-30 04:00"})
    assert mock.get(f"{CHANGES}/{id}").data["scheduled_datetime"] == "2016-07-30 04:00:00 EDT"
    assert mock.advance("15h29m") == []
    (fired,) = mock.advance("1m")
    assert fired["at"] == "2016-07-30T08:00:00Z"
    assert machine(mock)["powerState"] == "poweredOn"


@pytest.mark.parametrize(
    ("name", "attribute", "body", "why"),
    [
        ("coreos0", "state", {"value": "poweredOff"}, "current state (Powered off)."),
        ("web1", "state", {"value": "poweredOn"}, "current state (Powered on)."),
        ("mail", "cpu", {"value": 4}, "current state (Suspended)."),
        ("db1", "cpu", {"value": 8}, "CPU hot plug is not supported for this virtual machine."),
        ("db1", "memory", {"value": 32}, "Memory hot plug is not supported for this"),
        ("web1", "name", {"name": "web2"}, "The name '1605P-web2' already exists."),
    ],
)
def test_a_change_that_cannot_be_made_fails_in_vmwares_words(
    mock: Caller, name: str, attribute: str, body: dict[str, Any], why: str
) -> None:
    before = machine(mock, name)
    id = change(mock, attribute, body, name)
    (fired,) = mock.advance(0)
    assert (fired["event"], fired["kind"], fired["to"]) == ("fail", "change", "Error Processed")
    failed = mock.get(f"{CHANGES}/{id}").data
    assert failed["status"] == "Error Processed"
    (error,) = failed["message"]["errors"]
    assert why in error
    assert mock.get(f"/v2/request/task/{failed['task_id']}").data["state"] == "error"
    assert machine(mock, name) == before


def test_a_scheduled_change_is_cancelled_and_never_made(mock: Caller) -> None:
    id = change(mock, "state", {"value": "poweredOn", "schedule": "2016-07-30 04:00"})
    answer = mock.put(f"{CHANGES}/{id}", {"scheduled": False})
    assert (answer.status_code, answer.body) == (204, None)
    cancelled = mock.get(f"{CHANGES}/{id}").data
    assert (cancelled["status"], cancelled["message"]) == ("Cancelled", {})
    assert mock.advance("10d") == []
    assert machine(mock)["powerState"] == "poweredOff"
    assert mock.put(f"{CHANGES}/{id}", {"scheduled": False}).status_code == 400


@pytest.mark.parametrize("scheduled", [{"scheduled": True}, {}])
def test_a_scheduled_change_is_given_another_date(mock: Caller, scheduled: dict[str, Any]) -> None:
    id = change(mock, "state", {"value": "poweredOn", "schedule": "2016-07-30 04:00"})
    body = {"scheduled_datetime": "2016-07-29 13:00", **scheduled}
    assert mock.put(f"{CHANGES}/{id}", body).status_code == 204
    assert [one["at"] for one in mock.advance("1h")] == ["2016-07-29T17:00:00Z"]
    assert machine(mock)["powerState"] == "poweredOn"


@pytest.mark.parametrize(
    "body",
    [
        {}, {"scheduled": True}, {"scheduled": False, "scheduled_datetime": "2016-07-30 04:00"},
        {"scheduled": "no"}, {"scheduled_datetime": "2016-07-30"}, {"scheduled": None}, [], None,
        {"scheduled_datetime": "2017-03-12 02:30"}, {"scheduled": False, "why": "x"},
    ],
)  # fmt: skip
def test_an_update_that_says_neither_is_refused(mock: Caller, body: Any) -> None:
    id = change(mock, "state", {"value": "poweredOn", "schedule": "2016-07-30 04:00"})
    before = mock.state
    assert mock.put(f"{CHANGES}/{id}", body).status_code == 400
    assert mock.state == before


def test_only_a_change_that_waits_for_a_date_can_be_updated(mock: Caller) -> None:
    id = change(mock, "state", {"value": "poweredOn"})
    before = mock.state
    answer = mock.put(f"{CHANGES}/{id}", {"scheduled": False})
    assert (answer.status_code, "not waiting for a date" in answer.message) == (400, True)
    assert mock.put(f"{CHANGES}/99", {"scheduled": False}).status_code == 404
    ana = Caller(mock.service, "Bearer ana-token")
    assert ana.put(f"{CHANGES}/{id}", {"scheduled": False}).status_code == 404
    assert mock.state == before


@pytest.mark.parametrize(
    ("attribute", "body"),
    [
        ("state", {"value": "on"}), ("state", {"value": "suspend"}), ("state", {}),
        ("state", {"value": "poweredOn", "schedule": "tomorrow"}), ("name", {"name": ""}),
("name", {"name": "a\nb"}), ("cpu", {"value": 0}),
        ("cpu", {"value": 129}), ("cpu", {"value": "four"}), ("cpu", {"value": "４"}),
        ("cpu", {"value": {"count": 2, "cores_per_socket": 1}}), ("memory", {"value": True}),
        ("memory", {"value": 4097}), ("memory", {"value": 1.5}),
    ],
)  # fmt: skip
def test_a_change_that_cannot_be_meant_is_refused(
    mock: Caller, attribute: str, body: dict[str, Any]
) -> None:
    uuid, before = mock.uuid(), mock.state
    answer = mock.put(f"/v2/vm/{uuid}/{attribute}", body)
    assert (answer.status_code, bool(answer.body["parameters"])) == (400, True)
    assert mock.state == before


def test_a_failed_change_is_tried_again_where_the_dialect_can() -> None:
    mock = caller(dialect="2019")
    id = change(mock, "cpu", {"value": 8}, "db1")
    assert mock("PATCH", f"{CHANGES}/{id}").status_code == 400
    mock.advance(0)
    assert mock.get(f"{CHANGES}/{id}").data["status"] == "Error Processed"
    change(mock, "state", {"value": "poweredOff"}, "db1")
    mock.advance(0)
    answer = mock("PATCH", f"{CHANGES}/{id}")
    assert answer.status_code == 202
    assert answer.data["request"] == {
        "action": "Change",
        "id": id,
        "status": "Submitted",
        "task_id": None,
    }
    mock.advance(0)
    assert mock.get(f"{CHANGES}/{id}").data["status"] == "Processed"
    assert machine(mock, "db1")["hardware"]["cpu"]["cpuCount"] == 8
    assert mock("PATCH", f"{CHANGES}/{id}").status_code == 400


def test_a_revert_brings_processors_memory_and_power_back(mock: Caller) -> None:
    mock.submit(from_date="2016-07-29 12:00")
    mock.advance(0)
    for attribute, value in (("cpu", 8), ("memory", 16), ("state", "poweredOn")):
        change(mock, attribute, {"value": value})
    mock.advance(0)
    assert machine(mock)["config"]["cpuCount"] == 8
    assert mock("PATCH", f"/v2/vm/{mock.uuid()}/snapshot/1").status_code == 202
    mock.advance(0)
    back = machine(mock)
    assert (back["config"]["cpuCount"], back["config"]["memoryMB"]) == (2, 4096)
    assert back["powerState"] == "poweredOff"


def test_a_renamed_machine_is_found_by_its_new_name_alone(mock: Caller) -> None:
    uuid = mock.uuid("web1")
    change(mock, "name", {"name": "1605P-Front"}, "web1")
    mock.advance(0)
    assert mock.uuid("front") == uuid
    assert mock.get("/v2/vm?name=web1").data == []
    assert machine(mock, "front")["name"] == "1605P-Front"


@pytest.mark.parametrize(
    ("dialect", "word"), [("2016", "Submitted"), ("2019", "Scheduled"), ("2026", "SCHEDULED")]
)
def test_what_waits_for_a_date_ahead_is_scheduled_since_2019(dialect: str, word: str) -> None:
    mock = caller(dialect=dialect)
    id = change(mock, "state", {"value": "poweredOn", "schedule": "2016-07-30 04:00"})
    at_once = change(mock, "memory", {"value": 8})
    past = change(mock, "cpu", {"value": 8, "schedule": "2016-07-29 04:00"})
    shown = {one["id"]: one["status"] for one in mock.get(f"{CHANGES}?expand=1").data}
    assert shown[id] == word
    assert {shown[at_once], shown[past]} == {mock.get(f"{CHANGES}/{past}").data["status"]}
    assert shown[past].casefold() == "submitted"
    found = mock.get(f"{CHANGES}?expand=1&filter=status,eq,{word}").data
    assert id in {one["id"] for one in found}


def test_a_list_of_changes_is_sorted_by_what_they_change() -> None:
    mock = caller(dialect="2019")
    change(mock, "state", {"value": "poweredOn"})
    change(mock, "cpu", {"value": 8})
    rows = mock.get(f"{CHANGES}?expand=1&sort=attribute").data
    assert [row["attribute"] for row in rows] == ["cpu", "state"]


@pytest.mark.parametrize(
    "body", [{}, {"name": "a", "value": "a"}, {"schedule": "2016-07-30 04:00"}]
)
def test_a_name_is_given_once(mock: Caller, body: dict[str, Any]) -> None:
    before, uuid = mock.state, mock.uuid()
    answer = mock.put(f"/v2/vm/{uuid}/name", body)
    assert (answer.status_code, answer.message) == (
        400,
        "the body: needs 'name' or 'value', and not both",
    )
    assert mock.state == before


def test_what_a_rename_told_stays_though_the_machine_is_renamed_again() -> None:
    mock = caller(world={"vms": [{"name": "plain"}]})
    first = change(mock, "name", {"name": "abc"}, "plain")
    mock.advance(0)
    told = mock.get(f"{CHANGES}/{first}").data["message"]
    assert told["warnings"] == ["VM renamed to abc"]
    second = change(mock, "name", {"name": "1605P-x"}, "abc")
    mock.advance(0)
    assert mock.get(f"{CHANGES}/{second}").data["message"]["warnings"] == ["VM renamed to 1605P-x"]
    assert mock.get(f"{CHANGES}/{first}").data["message"] == told
