"""Lists of requests, single ones, extensions, changes, tasks."""

import json
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.api.caller import BASE, Caller, caller
from vss_mock.api import service as service_module
from vss_mock.wire.dialects import DIALECTS

LIST = "/v2/request/snapshot"


def ids(answer: Any) -> list[int]:
    return [
        int(row.rpartition("/")[2]) if isinstance(row, str) else row["id"] for row in answer.data
    ]


@pytest.fixture
def five(mock: Caller) -> Caller:
    """A caller with requests 2 to 6: one done, one standing, three to come, the last on `pm`."""
    mock.submit(from_date="2016-07-20 10:00", valid_for=1, description="old")
    mock.submit(from_date="2016-07-29 12:00", valid_for=72)
    mock.submit(from_date="2016-07-31 10:00")
    mock.submit(from_date="2016-07-30 10:00")
    mock.advance(60)
    mock.submit("1502P-pm", from_date="2016-08-01 10:00", description="last")
    return mock


def test_a_list_is_urls_and_pages_as_documented(five: Caller) -> None:
    answer = five.get(LIST)
    url = f"{BASE}{LIST}"
    assert answer.body == {
        "data": [f"{url}/{id}" for id in (2, 3, 4, 5, 6)],
        "meta": {
            "_link": {"self": url},
            "count": 5,
            "pages": {
                "first_url": f"{url}?per_page=10&page=1",
                "last_url": f"{url}?per_page=10&page=1",
                "next_url": None,
                "page": 1,
                "pages": 1,
                "per_page": 10,
                "prev_url": None,
                "total": 5,
            },
            "time": "0.00000s",
            "user": "jm",
        },
    }


def test_an_empty_list_has_no_pages(mock: Caller) -> None:
    pages = mock.get(LIST).body["meta"]["pages"]
    assert (pages["total"], pages["pages"], pages["page"]) == (0, 0, 1)
    assert pages["last_url"] == pages["first_url"]
    past = mock.get(f"{LIST}?page=3").body["meta"]["pages"]
    assert (past["prev_url"], past["next_url"], past["page"]) == (pages["first_url"], None, 3)


def test_following_the_next_page_sees_every_request_once(five: Caller) -> None:
    for query in ("per_page=2", "per_page=2&sort=id,desc&expand=1", "per_page=2&sort=vm_name,asc"):
        seen: list[int] = []
        url = f"{LIST}?{query}"
        back = []
        while url:
            answer = five.get(url)
            seen += ids(answer)
            pages = answer.body["meta"]["pages"]
            back.append(pages["prev_url"])
            url = pages["next_url"] and pages["next_url"].removeprefix(BASE)
        assert sorted(seen) == [2, 3, 4, 5, 6]
        assert back[0] is None
        assert "page=1" in back[1]


def test_page_links_repeat_what_was_asked(five: Caller) -> None:
    query = "expand=1&filter=status,eq,Submitted;vm_name,like,%25&sort=created_on,desc&per_page=1"
    url = five.get(f"{LIST}?{query}").body["meta"]["pages"]["next_url"]
    asked = dict(parse_qsl(urlsplit(url).query))
    assert asked == {
        "expand": "1",
        "filter": "status,eq,Submitted;vm_name,like,%",
        "sort": "created_on,desc",
        "per_page": "1",
        "page": "2",
    }


def test_a_page_past_the_end_is_empty_and_leads_back(five: Caller) -> None:
    for query in ("per_page=2&page=9", "per_page=2&page=9&sort=id,desc"):
        answer = five.get(f"{LIST}?{query}")
        assert answer.data == []
        pages = answer.body["meta"]["pages"]
        assert (pages["total"], pages["pages"], pages["page"]) == (5, 3, 9)
        assert "page=3" in pages["prev_url"]


def test_up_to_three_thousand_a_page(five: Caller) -> None:
    for asked, given in ((1, 1), (100, 100), (2500, 2500), (3000, 3000), (3001, 3000)):
        assert five.get(f"{LIST}?per_page={asked}").body["meta"]["pages"]["per_page"] == given


def test_expanded_rows_are_the_requests_themselves(five: Caller) -> None:
    rows = five.get(f"{LIST}?expand=1").data
    assert rows == [five.request(id) for id in (2, 3, 4, 5, 6)]
    assert five.get(f"{LIST}?expand=0").data == five.get(LIST).data
    assert five.get(f"{LIST}?expand").data == rows


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("", [2, 3, 4, 5, 6]),
        (";", [2, 3, 4, 5, 6]),
        ("status,eq,Submitted", [4, 5, 6]),
        ("status,ne,Submitted", [2, 3]),
        ("status,in,Processed,Scheduled", [2, 3]),
        ("status,eq,submitted", []),
        ("action,eq,Done", [2]),
        ("id,gt,4", [5, 6]),
        ("id,ge,4", [4, 5, 6]),
        ("id,lt,4", [2, 3]),
        ("id,le,4", [2, 3, 4]),
        ("id,in,3,5,99", [3, 5]),
        ("id,like,5", [5]),
        ("id,gt,3;id,lt,6", [4, 5]),
        ("vm_name,like,%COREOS%", [2, 3, 4, 5]),
        ("vm_name,like,1502P-pm", [6]),
        ("vm_name,like,1502%m", [6]),
        ("vm_name,like,%o%o%", [2, 3, 4, 5]),
        ("vm_name,like,%o%x%", []),
        ("vm_name,like,coreos0", []),
        ("vm_name,like,%core", []),
        ("vm_name,like,1606T-coreos0%coreos0", []),
        ("vm_name,eq,1502P-pm", [6]),
        ("description,eq,last", [6]),
        ("from_date,ge,2016-07-31", [4, 6]),
        ("from_date,lt,2016-07-29 12:00", [2]),
        ("from_date,eq,2016-07-29 12:00:00 EDT", [3]),
        ("to_date,gt,2016-08-01T00:00:00-04:00", [3, 6]),
        ("created_on,eq,2016-07-29 12:30:59 EDT", [2, 3, 4, 5]),
        ("updated_on,eq,2016-07-29 12:31:59", [6]),
        ("snap_id,eq,1", [2]),
        ("snap_id,ne,1", [3, 4, 5, 6]),
        ("snap_id,gt,0", [2, 3]),
        ("task_id,like,%", [2, 3]),
        ("valid_for,eq,72", [3]),
        ("vm_uuid,eq,x", []),
    ],
)
def test_filters_pick_rows(five: Caller, asked: str, expected: list[int]) -> None:
    assert ids(five.get(f"{LIST}?filter={asked.replace('%', '%25')}")) == expected


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("", [2, 3, 4, 5, 6]),
        ("id,asc", [2, 3, 4, 5, 6]),
        ("id,desc", [6, 5, 4, 3, 2]),
        ("created_on,desc", [6, 5, 4, 3, 2]),
        ("created_on,desc;id,asc", [6, 2, 3, 4, 5]),
        ("created_on,asc;id,desc", [5, 4, 3, 2, 6]),
        ("from_date,asc", [2, 3, 5, 4, 6]),
        ("from_date,desc", [6, 4, 5, 3, 2]),
        ("snap_id,desc", [3, 2, 4, 5, 6]),
        ("vm_name,asc;id,desc", [6, 5, 4, 3, 2]),
        ("status,asc;from_date,desc", [2, 3, 6, 4, 5]),
    ],
)
def test_sorting_orders_rows(five: Caller, sort: str, expected: list[int]) -> None:
    assert ids(five.get(f"{LIST}?sort={sort}")) == expected


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("page=0", ["page"]),
        ("page=-1", ["page"]),
        ("page=x", ["page"]),
        ("page=", ["page"]),
        ("page=%EF%BC%91", ["page"]),
        ("per_page=0&page=1_0", ["page", "per_page"]),
        ("per_page=" + "9" * 19, ["per_page"]),
        ("expand=maybe", ["expand"]),
        ("filter=nothing,eq,1", ["filter"]),
        ("filter=id", ["filter"]),
        ("filter=id,eq", ["filter"]),
        ("filter=id,is,1", ["filter"]),
        ("filter=id,eq,x", ["filter"]),
        ("filter=id,in,1,x", ["filter"]),
        ("filter=from_date,eq,2016-13-01", ["filter"]),
        ("filter=from_date,eq,2016-07-29 12:00:00 EST", ["filter"]),
        ("filter=from_date,like,2016%25", ["filter"]),
        ("filter=" + ";".join(["id,gt,0"] * 11), ["filter"]),
        ("sort=" + ";".join(["id,asc"] * 11), ["sort"]),
        ("sort=id", ["sort"]),
        ("sort=id,up", ["sort"]),
        ("sort=nothing,asc", ["sort"]),
        ("sort=nothing,asc&filter=x&page=0", ["page", "filter", "sort"]),
    ],
)
def test_a_bad_query_is_refused_by_name(five: Caller, query: str, names: list[str]) -> None:
    for path in (LIST, "/v2/request/change"):
        answer = five.get(f"{path}?{query}")
        if path == LIST or "from_date" not in query:
            assert answer.status_code == 400
            assert answer.body["parameters"] == names


def test_what_no_list_knows_is_taken_no_notice_of(five: Caller) -> None:
    assert ids(five.get(f"{LIST}?groups=1&x=y")) == [2, 3, 4, 5, 6]


def test_a_winter_time_shown_twice_is_told_by_its_zone(mock: Caller) -> None:
    mock.post("/_mock/clock", {"advance_to": "2016-11-06T01:30"})
    mock.submit(from_date="2016-11-06 01:30")
    mock.advance("1h")
    mock.submit(from_date="2016-11-07 01:30")
    for zone, expected in (("EDT", [2]), ("EST", [3])):
        answer = mock.get(f"{LIST}?filter=created_on,eq,2016-11-06 01:30:00 {zone}")
        assert ids(answer) == expected


def test_the_summary_counts_the_callers_own(five: Caller) -> None:
    assert five.get("/v2/request").body == {
        "_links": {
            "api": f"{BASE}/v2/",
            **{
                kind: f"{BASE}/v2/request/{kind}"
                for kind in ("change", "export", "folder", "inventory", "new", "snapshot")
            },
            "self": f"{BASE}/v2/request",
        },
        "data": {"change": 0, "export": 0, "folder": 0, "inventory": 0, "new": 0, "snapshot": 5},
        "meta": {"count": 6, "time": "0.00000s", "user": "jm"},
    }
    assert five.get("/v2/request", authorization="Bearer ana-token").data["snapshot"] == 1


def extend(mock: Caller, id: int, value: Any) -> Any:
    return mock.put(f"{LIST}/{id}", {"attribute": "duration", "value": value})


def test_an_extension_moves_the_end_and_answers_nothing(five: Caller) -> None:
    answer = extend(five, 3, "72")
    assert (answer.status_code, answer.body) == (204, None)
    request = five.request(3)
    assert request["snapshot"]["to_date"] == "2016-08-04 12:00:00 EDT"
    assert request["snapshot"]["valid_for"] == "72"
    assert request["message"]["warnings"][1:] == [
        "Snapshot Delete has been Scheduled to 2016-08-01 12:00:00 EDT",
        "Snapshot Delete has been Scheduled to 2016-08-04 12:00:00 EDT",
    ]


def test_extensions_that_break_a_rule_say_which(five: Caller) -> None:
    for value in (0, 73, True, None, "x", 1.5):
        assert extend(five, 3, value).status_code == 400
    assert "is submitted" in extend(five, 4, 1).message
    assert "is processed" in extend(five, 2, 1).message
    for _ in range(3):
        assert extend(five, 3, 1).status_code == 204
    assert "extended 3 times" in extend(five, 3, 1).message
    for body in (
        {"attribute": "description", "value": 1},
        {"value": 1},
        {},
        {"attribute": "duration"},
    ):
        assert five.put(f"{LIST}/3", body).status_code == 400


def test_a_snapshot_deleted_by_hand_closes_its_request(five: Caller) -> None:
    uuid = five.uuid()
    accepted = five("DELETE", f"/v2/vm/{uuid}/snapshot/2", b"null")
    assert accepted.status_code == 202
    assert accepted.data["message"].startswith("VM Snapshot Deletion Request")
    waiting = five.request(7)
    assert (waiting["action"], waiting["status"], waiting["message"]) == ("Delete", "Submitted", {})
    assert waiting["snapshot"]["snap_id"] == "2"
    assert [event["event"] for event in five.advance(0)] == ["delete", "close"]
    done, closed = five.request(7), five.request(3)
    assert (done["action"], done["status"]) == ("Done", "Processed")
    assert done["message"]["warnings"] == ["Snapshot deleted SR-3 (2)"]
    assert (closed["action"], closed["status"]) == ("Done", "Processed")
    assert closed["message"]["warnings"][-1] == "Snapshot deleted SR-3 (2) by request 7"
    assert five.get(f"/v2/vm/{uuid}/snapshot/2").status_code == 404
    assert five("DELETE", f"/v2/vm/{uuid}/snapshot/2").status_code == 404
    assert five("PATCH", f"/v2/vm/{uuid}/snapshot/2").status_code == 404


def test_work_on_a_snapshot_that_went_meanwhile_fails_with_an_error(five: Caller) -> None:
    uuid = five.uuid()
    for method in ("DELETE", "DELETE", "PATCH"):
        assert five(method, f"/v2/vm/{uuid}/snapshot/2").status_code == 202
    five.advance(0)
    for id, action in ((8, "Delete"), (9, "Revert")):
        request = five.request(id)
        assert (request["action"], request["status"]) == (action, "Error Processed")
        assert request["message"] == {
            "errors": ["Snapshot SR-3 (2) no longer exists"],
            "warnings": [],
        }
        task = five.get(f"/v2/request/task/{request['task_id']}").data
        assert task["state"] == "error"


def test_a_revert_leaves_the_snapshot(five: Caller) -> None:
    uuid = five.uuid()
    accepted = five("PATCH", f"/v2/vm/{uuid}/snapshot/2")
    assert accepted.data["message"].startswith("VM Snapshot Revert Request")
    assert five.request(7)["action"] == "Revert"
    five.advance(0)
    assert five.request(7)["message"]["warnings"] == ["Snapshot reverted SR-3 (2)"]
    assert len(five.get(f"/v2/vm/{uuid}/snapshot").data) == 1
    assert five.get(f"/v2/vm/{uuid}").data["snapshot"] == {"exist": True}


def test_consolidation_is_a_change_request(mock: Caller) -> None:
    path = f"/v2/vm/{mock.uuid('1603P-db1')}/snapshot/consolidate"
    assert mock.get(path).data == {"requireDiskConsolidation": True}
    later = mock.put(path, {"schedule": "2016-07-29 13:00"})
    assert later.data["_links"]["request"] == f"{BASE}/v2/request/change/1"
    waiting = mock.get("/v2/request/change/1").data
    assert waiting["scheduled_datetime"] == "2016-07-29 13:00:00 EDT"
    assert (waiting["status"], waiting["message"]) == ("Submitted", {})
    assert mock.put(path, {}).status_code == 202
    assert [event["request"] for event in mock.advance(0)] == [2]
    assert mock.get(path).data == {"requireDiskConsolidation": False}
    done = mock.get("/v2/request/change/2").data
    assert done["message"] == {"errors": [], "warnings": ["Disks consolidated"]}
    assert [event["request"] for event in mock.advance("1h")] == [1]
    rows = mock.get("/v2/request/change?expand=1&sort=scheduled_datetime,desc").data
    assert [row["id"] for row in rows] == [1, 2]
    assert mock.get("/v2/request").data["change"] == 2
    wrong: list[Any] = [{"schedule": "soon"}, {"schedule": "2016-02-30 10:00"}, {"x": 1}, []]
    for body in wrong:
        assert mock.put(path, body).status_code == 400


def test_a_task_tells_of_its_request(five: Caller) -> None:
    request = five.request(3)
    task = five.get(request["_links"]["task"].removeprefix(BASE))
    assert task.data == {
        "_links": {"request": f"{BASE}{LIST}/3"},
        "end": "2016-07-29 12:30:59 EDT",
        "id": request["task_id"],
        "start": "2016-07-29 12:30:59 EDT",
        "state": "success",
    }


def test_kept_bytes_are_never_stale(mock: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask again after each change, on several worlds and hosts: what is kept may not show."""
    monkeypatch.setattr(service_module, "KEPT_ANSWERS", 1)
    id = mock.submit()
    other = mock.post("/_mock/worlds/default/fork").body
    token = f"Bearer {other['users'][0]['token']}"
    seen = set()
    for length in ("1h", "9h", "1h", "12h"):
        for base in ("http://localhost:1", BASE):
            row = mock.get(f"{LIST}/{id}", base=base).body
            listed = mock.get(f"{LIST}?expand=1", base=base).data
            assert row["data"] == listed[0]
            assert base in json.dumps(row)
            seen.add(row["data"]["status"])
        mock.advance(length)
        assert mock.get(f"{LIST}/{id}", authorization=token).data["status"] == "Submitted"
    assert seen == {"Submitted", "Scheduled"}
    mock.post("/_mock/reset")
    assert mock.get(f"{LIST}/{id}").status_code == 404


def test_machines_are_found_by_part_of_their_name(mock: Caller) -> None:
    def names(query: str, **fields: Any) -> list[str]:
        return [vm["name"] for vm in mock.get(f"/v2/vm?{query}", **fields).data]

    assert names("name=coreos0") == names("name=COREOS0") == ["1606T-coreos0"]
    assert names("name=web") == ["1605P-web1", "1605P-web2"]
    assert names("name=nothing") == names("name=web1%0A1605P") == []
    assert len(names("")) == len(names("name=")) == 11
    ana = "Bearer ana-token"
    assert len(names("", authorization=ana)) == 4
    assert names("name=coreos0", authorization=ana) == []
    assert names("name=P-db", authorization=ana) == ["1603P-db1"]


def test_summary_decides_what_a_row_shows(mock: Caller) -> None:
    def keys(query: str) -> set[str]:
        return set(mock.get(f"/v2/vm?name=pm{query}").data[0])

    assert keys("&summary") == keys("&summary=") == {"_links", "name", "uuid"}
    assert keys("&summary=1") == {
        "_links", "cpuCount", "folder", "guestFullName", "ipAddress", "memoryMB", "name",
        "overallStatus", "powerState", "storageB", "uuid",
    }  # fmt: skip
    assert keys("") == keys("&summary=0") == {
        "_links", "cpuCount", "guestFullName", "ipAddress", "memoryMB", "name", "overallStatus",
        "powerState", "provisionedGB", "uuid",
    }  # fmt: skip
    answer = mock.get("/v2/vm?summary=2")
    assert (answer.status_code, answer.body["parameters"]) == (400, ["summary"])


@pytest.mark.parametrize("dialect", DIALECTS)
def test_head_is_get_and_options_documents_without_a_token(dialect: str) -> None:
    mock = caller(dialect=dialect)
    assert mock("HEAD", "/v2/user").body == mock.get("/v2/user").body
    methods: dict[str, set[str]] = {}
    for operation in mock.service.documents.operations(dialect):
        methods.setdefault(operation.path, set()).add(operation.method)
    for path, told in mock.service.routes():
        target = re.sub(r"{[a-z]+}", "1", path)
        if path not in methods and not path.startswith("/_mock"):
            assert mock("OPTIONS", target).status_code == 404
            continue
        answer = mock("OPTIONS", target, authorization=None)
        assert answer.status_code == 200
        assert answer.data["path"] == path
        allowed = answer.headers["Allow"].split(", ")
        assert tuple(allowed) == told or not told
        assert set(answer.data["methods"]) == set(allowed) - {"HEAD", "OPTIONS"}
        if path in methods:
            assert set(answer.data["methods"]) == methods[path]
