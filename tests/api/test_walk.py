"""The walk of "How to schedule a VM snapshot" (2016-08), its bodies key for key.

Where the document slips, the line that departs from it says so.
"""

from typing import Any

from tests.api.caller import BASE, BEARER, Caller, basic

DESCRIPTION = "before upgrading very important module from 2016-07-29 22:00:00-04:00 valid for 12"
WARNINGS = [
    f"Snapshot created SR-2 (1): {DESCRIPTION}",
    "Snapshot Delete has been Scheduled to 2016-07-30 10:00:00 EDT",
]


def submitted(uuid: str) -> dict[str, Any]:
    return {
        "_link": {
            "request": f"{BASE}/v2/request/snapshot",
            "self": f"{BASE}/v2/request/snapshot/2",
        },
        "data": {
            "_links": {"vm": f"{BASE}/v2/vm/{uuid}"},
            "action": "Create",
            "created_on": "2016-07-29 12:30:59 EDT",
            "id": 2,
            "message": {},
            "snapshot": {
                # the document shortened its sample by hand
                "description": DESCRIPTION,
                "from_date": "2016-07-29 22:00:00 EDT",
                "name": "SR-2",
                "snap_id": None,
                "to_date": "2016-07-30 10:00:00 EDT",
                "valid_for": "12",  # the document says "1"
            },
            "status": "Submitted",
            "task_id": None,
            "updated_on": "2016-07-29 12:30:59 EDT",
            "user": {"_links": {"self": f"{BASE}/v2/user"}, "username": "jm"},
            "vm_name": "1606T-coreos0",
            "vm_uuid": uuid,
        },
        "meta": {"count": 12, "time": "0.00000s", "user": "jm"},
    }


def test_the_walk_of_the_document_is_answered_key_for_key(mock: Caller) -> None:
    found = mock.get("/v2/vm?name=coreos0&summary")
    uuid = found.data[0]["uuid"]
    assert found.body == {
        "_links": {"api": f"{BASE}/v2/", "self": f"{BASE}/v2/vm"},
        "data": [
            {
                "_links": {"self": f"{BASE}/v2/vm/{uuid}"},
                "name": "1606T-coreos0",
                "uuid": uuid,
            }
        ],
        "meta": {"count": 1, "time": "0.00000s", "user": "jm"},
    }
    accepted = mock.post(
        f"/v2/vm/{uuid}/snapshot",
        {
            "from_date": "2016-07-29 22:00",
            "valid_for": 12,
            "description": "before upgrading very important module",
        },
    )
    assert accepted.status_code == 202
    assert accepted.body == {
        "data": {
            "_links": {"request": f"{BASE}/v2/request/snapshot/2"},
            "message": "VM Snapshot Creation Request has been accepted for processing",
            "name": "Accepted",
            "state": "Submitted",
            "status": 202,
        },
        "meta": {"time": "0.00000s", "user": "jm"},
    }
    assert mock.get("/v2/request/snapshot/2").body == submitted(uuid)

    fired = mock.advance("9h30m")
    assert fired == [
        {
            "at": "2016-07-30T02:00:00Z",
            "kind": "snapshot",
            "request": 2,
            "event": "take",
            "from": "Submitted",
            "to": "Scheduled",
            "vm": uuid,
            "snapshot": 1,
        }
    ]
    taken = mock.get("/v2/request/snapshot/2").body
    task = taken["data"]["task_id"]
    expected = submitted(uuid)
    expected["data"] |= {
        "_links": {
            "task": f"{BASE}/v2/request/task/{task}",
            "vm": f"{BASE}/v2/vm/{uuid}",
        },
        "action": "Delete",
        "message": {"errors": [], "warnings": WARNINGS},
        "status": "Scheduled",
        "task_id": task,
        "updated_on": "2016-07-29 22:00:00 EDT",  # the document's sample ran at 12:31:50
    }
    expected["data"]["snapshot"]["snap_id"] = "1"
    assert taken == expected

    assert mock.get(f"/v2/vm/{uuid}/snapshot/1").body == {
        "_links": {
            "self": f"{BASE}/v2/vm/{uuid}/snapshot/1",
            "vm": f"{BASE}/v2/vm/{uuid}",
        },
        "data": [
            {
                "age": "0:00:59",
                "createTime": "2016-07-29 22:00:00",  # the document's sample ran at 12:31:51
                "description": DESCRIPTION,
                "fileKeys": [4, 5],
                "id": 1,
                "name": "SR-2",
                "powerState": "poweredOff",
                "quiesced": False,
                "sizeGB": 0,
            }
        ],
        "meta": {"count": 1, "time": "0.00000s", "user": "jm"},
    }

    assert [event["to"] for event in mock.advance("12h")] == ["Processed"]
    done = mock.request(2)
    assert (done["action"], done["status"]) == ("Done", "Processed")
    assert done["updated_on"] == "2016-07-30 10:00:00 EDT"
    assert done["message"]["warnings"] == [*WARNINGS, "Snapshot deleted SR-2 (1)"]
    assert mock.get(f"/v2/vm/{uuid}/snapshot").data == []
    assert mock.get(f"/v2/vm/{uuid}/snapshot/1").status_code == 404


def test_the_form_that_httpie_sends_is_the_same_request(mock: Caller) -> None:
    mock.authorization = basic("demo-token")
    assert mock.submit(valid_for="12") == 2
    assert mock.request(2)["snapshot"]["valid_for"] == "12"
    mock.authorization = BEARER
    assert mock.request(2)["status"] == "Submitted"


def test_the_samples_own_times_are_those_of_a_date_that_had_passed(mock: Caller) -> None:
    """The document asks for 22:00, but its sample shows a snapshot taken 51 s after submission."""
    id = mock.submit(from_date="2016-07-29 12:00")
    assert mock.request(id)["status"] == "Submitted"
    assert [event["event"] for event in mock.advance(51)] == ["take"]
    request = mock.request(id)
    assert request["status"] == "Scheduled"
    assert request["updated_on"] == "2016-07-29 12:30:59 EDT"
    assert request["snapshot"]["to_date"] == "2016-07-30 00:00:00 EDT"
