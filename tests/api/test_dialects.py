"""What 2019 and 2026 have that 2016 has not; each answer is held against its dialect's schema."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.api.caller import BASE, Caller, caller
from vss_mock.wire.dialects import DIALECTS

LATER = [name for name in DIALECTS if name != "2016"]


@pytest.fixture(params=LATER)
def later(request: pytest.FixtureRequest) -> Caller:
    return caller(dialect=request.param)


@pytest.fixture
def latest() -> Caller:
    return caller(dialect="2026")


def follow(mock: Caller, url: str) -> Any:
    parts = urlsplit(url)
    assert url.startswith(BASE)
    return mock.get(f"{parts.path}?{parts.query}")


def names(answer: Any) -> list[str]:
    return [row["name"] for row in answer.data]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_read_of_every_dialect_is_answered_as_its_schema_says(dialect: str) -> None:
    mock = caller(dialect=dialect)
    id = mock.submit(from_date="2016-07-29 12:00")
    mock.put(f"/v2/vm/{mock.uuid()}/snapshot/consolidate")
    mock.advance(0)
    task = mock.get("/v2/request/change/1").data["task_id"]
    ids = {"request-task-get": task, "request-snapshot-get": str(id)}
    places = {"folder": "group-v611", "network": "network-88", "domain": "domain-c4402"}
    for operation in mock.service.documents.operations(dialect):
        if operation.method != "GET":
            continue
        kind = operation.path.split("/")[2]
        path = operation.path.replace("{uuid}", mock.uuid()).replace(
            "{moref}", places.get(kind, "")
        )
        path = path.replace("{id}", ids.get(operation.id, "1"))
        answer = mock.get(path)
        assert (answer.status_code, operation.id) == (200, operation.id)
        assert mock("HEAD", path).body == answer.body


def test_what_a_dialect_has_not_is_not_found_in_its_worlds(mock: Caller) -> None:
    mock.post("/_mock/worlds", {"name": "new", "dialect": "2026"})
    new = Caller(mock.service, "Bearer new.jm-token")
    assert new.get("/v2/folder").status_code == 200
    assert mock.get("/v2/folder").status_code == 404
    assert mock("OPTIONS", "/v2/folder").status_code == 404
    assert new("OPTIONS", "/v2/folder").status_code == 200
    nobody = Caller(mock.service, None)
    assert nobody.get("/v2/folder").status_code == 401  # some world of this mock has it
    assert nobody.get("/v2/nothing").status_code == 404
    assert nobody.get("/v2/vm").status_code == 401


def test_the_methods_of_a_path_are_those_of_the_dialect(mock: Caller) -> None:
    mock.post("/_mock/worlds", {"name": "new", "dialect": "2019"})
    new = Caller(mock.service, "Bearer new.jm-token")
    path = f"/v2/vm/{mock.uuid()}/state"
    refused = mock.get(path)
    assert (refused.status_code, refused.headers["Allow"]) == (405, "PUT, OPTIONS")
    assert new.get(path).headers["Allow"] == "PUT, HEAD, OPTIONS, GET"
    assert new.put(path, {}).headers["Allow"] == "PUT, HEAD, OPTIONS, GET"
    assert mock.put(path, {}).headers["Allow"] == "PUT, OPTIONS"
    assert mock.put(path, {}, authorization=None).headers["Allow"] == "PUT, OPTIONS"
    assert mock.get(path, authorization=None).status_code == 401  # some world of this mock has it


def test_a_202_has_the_request_in_it(later: Caller) -> None:
    path = f"/v2/vm/{later.uuid()}/snapshot"
    body = {"from_date": "2016-07-29 22:00", "valid_for": 12, "description": "d"}
    request = later.post(path, body).data["request"]
    words = ("Create", "Submitted") if later.dialect == "2019" else ("CREATE", "SUBMITTED")
    assert request == {"action": words[0], "id": 2, "status": words[1], "task_id": None}


def test_machines_are_filtered_sorted_and_paged(later: Caller) -> None:
    answer = later.get("/v2/vm?expand=1&per_page=4&sort=name,desc&filter=name,like,160%25")
    assert names(answer) == ["1606T-coreos0", "1605P-web2", "1605P-web1", "1604Q-mail"]
    pages = answer.body["meta"]["pages"]
    assert (pages["total"], pages["pages"], pages["per_page"]) == (8, 2, 4)
    rest = follow(later, pages["next_url"])
    assert names(rest) == ["1604Q-build", "1603P-db2", "1603P-db1", "1601D-sandbox"]
    assert rest.body["meta"]["pages"]["next_url"] is None
    everything = later.get("/v2/vm?filter=&sort=")
    assert (len(everything.data), everything.body["meta"]["pages"]["per_page"]) == (11, 3000)
    (found,) = later.get(f"/v2/vm?filter=uuid,eq,{later.uuid()}").data
    assert (found["folder"]["path"], found["moref"]) == ("API > Public", "vm-4766")
    assert names(later.get("/v2/vm?filter=hostname,eq,web1;power_state,eq,poweredOn")) == [
        "1605P-web1"
    ]
    assert len(later.get("/v2/vm?filter=path,like,Production%25").data) == 6
    assert names(later.get("/v2/vm?sort=name&per_page=1")) == ["1502P-pm"]


def test_links_between_pages_repeat_what_was_asked(later: Caller) -> None:
    answer = later.get("/v2/vm?name=160&summary&per_page=5&sort=name")
    assert set(answer.data[0]) == {"_links", "name", "uuid"}
    rest = follow(later, answer.body["meta"]["pages"]["next_url"])
    assert set(rest.data[0]) == {"_links", "name", "uuid"}
    assert len(rest.data) == 3


@pytest.mark.parametrize(
    "query", ["sort=name,up", "sort=nothing", "filter=name,is,x", "page=0", "per_page=x"]
)
def test_a_query_that_makes_no_sense_is_refused(later: Caller, query: str) -> None:
    for path in ("/v2/vm", "/v2/folder", "/v2/user/message", "/v2/request/new"):
        answer = later.get(f"{path}?{query}")
        assert (answer.status_code, answer.body["parameters"]) == (
            400,
            [query.split("=", maxsplit=1)[0]],
        )


def test_places_are_found_by_name_and_moref(later: Caller) -> None:
    folders = later.get("/v2/folder?sort=path,asc&expand=1&filter=")
    assert [row["path"] for row in folders.data][:3] == ["API", "API > Public", "Production"]
    assert names(later.get("/v2/folder?filter=parent,eq,group-v10&sort=name")) == [
        "Databases",
        "Directory",
        "Web",
    ]
    assert names(later.get("/v2/domain?name=fd2")) == ["FD2"]
    assert names(later.get("/v2/domain?moref=domain-c4252")) == ["FD1"]
    assert names(later.get("/v2/network?filter=vlan_id,eq,91")) == ["VSS-Private"]
    (public,) = later.get("/v2/network?name=public").data
    assert (public["vms"], public["subnet"]) == (5, "192.0.2.0/25")
    assert names(later.get("/v2/folder/group-v10/children?sort=name,desc")) == [
        "Web",
        "Directory",
        "Databases",
    ]
    assert later.get("/v2/folder/group-v10").data["has_children"] is True
    assert later.get("/v2/folder/group-v611").data["parent"] == {
        "moref": "group-v10",
        "name": "Production",
    }


def test_only_machines_that_one_may_see_are_seen_in_places(later: Caller) -> None:
    ana = Caller(later.service, "Bearer ana-token")
    for path, all_of_them, hers in (
        ("/v2/folder/group-v612/vm", ["1603P-db1", "1603P-db2"], ["1603P-db1"]),
        ("/v2/domain/domain-c4402/vm", ["1603P-db1", "1603P-db2"], ["1603P-db1"]),
        (
            "/v2/network/network-88/vm?sort=name,asc&filter=name,like,1605%25",
            ["1605P-web1", "1605P-web2"],
            ["1605P-web1", "1605P-web2"],
        ),
    ):
        assert names(later.get(path)) == all_of_them
        assert names(ana.get(path)) == hers


@pytest.mark.parametrize(
    "path", ["/v2/folder/group-v1", "/v2/network/x/vm", "/v2/domain/domain-c1", "/v2/folder/x/vm"]
)
def test_a_place_that_is_not_there_is_not_found(later: Caller, path: str) -> None:
    assert later.get(path).status_code == 404


def test_parts_of_a_machine_are_told_one_by_one(later: Caller) -> None:
    path = f"/v2/vm/{later.uuid('web1')}"
    assert later.get(f"{path}/name").data == {
        "full_name": "1605P-web1",
        "name": "web1",
        "prefix": "1605P-",
    }
    assert later.get(f"{path}/state").data["powerState"] == "poweredOn"
    assert later.get(f"{path}/cpu").data["hotAdd"] == {"enabled": True}
    assert later.get(f"{path}/memory").data["memoryGB"] == 4
    assert later.get(f"{path}/folder").data["path"] == "Production > Web"
    assert later.get(f"{path}/domain").data["domain"]["name"] == "FD1"
    assert later.get(f"{path}/guest").data["guestState"] == "running"
    off = later.get(f"/v2/vm/{later.uuid()}/guest").data
    assert (off["guestState"], off["ipAddress"]) == ("notRunning", [])


def test_what_can_grow_while_it_is_on_grows(later: Caller) -> None:
    path = f"/v2/vm/{later.uuid('web1')}"
    assert later.put(f"{path}/cpu", {"value": 4}).status_code == 202
    assert later.put(f"{path}/memory", {"value": "8"}).status_code == 202
    later.advance(0)
    assert later.get(f"{path}/cpu").data["cpu"] == 4
    assert later.get(f"{path}/memory").data["memoryGB"] == 8


def test_a_name_is_given_as_a_value(later: Caller) -> None:
    path = f"/v2/vm/{later.uuid('web1')}/name"
    assert later.put(path, {"name": "x"}).status_code == 400
    assert later.put(path, {"value": "front"}).status_code == 202
    later.advance(0)
    assert later.get(path).data["full_name"] == "1605P-front"


def test_the_account_is_that_of_the_world(later: Caller) -> None:
    assert later.get("/v2/user/personal").data == {
        "email": "jm@example.org",
        "full_name": "Jo M.",
        "phone": "416-555-0100",
        "username": "jm",
    }
    assert names(later.get("/v2/user/group?expand=1&per_page=20")) == [
        "hig-web-services",
        "API Users",
    ]
    (unread,) = later.get("/v2/user/message?expand=1&filter=status,eq,Created").data
    assert (unread["id"], unread["kind"]) == (1, "Outage")
    assert later.get("/v2/user/message/2").data["subject"] == "Welcome"
    ana = Caller(later.service, "Bearer ana-token")
    assert ana.get("/v2/user/message").data == []
    assert ana.get("/v2/user/message/1").status_code == 404
    status = later.get("/v2/user", client="192.0.2.9").data["status"]
    assert status["ip_address"] == "192.0.2.9"


def test_a_message_is_acknowledged(later: Caller) -> None:
    later.post("/_mock/clock", {"advance": "1h"})
    answer = later("PATCH", "/v2/user/message/1")
    assert (answer.status_code, answer.data["status"]) == (200, "Acknowledged")
    assert answer.data["updated_on"].endswith("13:30:59 EDT")
    assert later.get("/v2/user/message/1").body == answer.body
    assert later.get("/v2/user/message?filter=status,eq,Created").data == []
    ana = Caller(later.service, "Bearer ana-token")
    assert ana("PATCH", "/v2/user/message/1").status_code == 404


def test_the_fixed_token_of_the_caller_is_listed_and_not_told(later: Caller) -> None:
    (token,) = later.get("/v2/user/token?filter=valid,eq,true;id,eq,1;ip_address,like,127%25").data
    assert (token["valid"], token["type"], token["status"]["valid"]) == (True, "ACCESS", True)
    assert later.get("/v2/user/token/1").data == token
    assert later.get("/v2/user/token/2").status_code == 404
    assert later.get("/v2/user/token?filter=valid,eq,false").data == []
    dates = "created_on,le,2016-07-29;updated_on,le,2016-07-29;last_access,ge,2016-07-29"
    assert later.get(f"/v2/user/token?filter={dates}").data == [token]
    assert "demo-token" not in str(later.get("/v2/user/token").body)


def test_keys_and_templates_are_lists_of_nothing(later: Caller) -> None:
    assert later.get("/v2/user/ssh-key?filter=type,eq,ssh-rsa").data == []
    assert later.get("/v2/template?expand=1&filter=name,like,a%25").data == []


def test_settings_of_a_world_file_are_answered() -> None:
    user = {
        "username": "u",
        "password": "p",
        "token": "t",
        "access_role": {"name": "admin", "description": "all", "entitlements": ["all: 1"]},
        "request_role": {"name": "none"},
        "notifications": {
            "submission": False,
            "error": False,
            "completion": False,
            "digest": False,
        },
    }
    mock = Caller(
        caller(dialect="2026", world={"users": [user], "motd": "Hello"}).service, "Bearer t"
    )
    assert mock.get("/v2/user/role").data == {
        "access": {"description": "all", "entitlements": ["all: 1"], "name": "admin"},
        "request": {"description": "", "entitlements": [], "name": "none"},
    }
    told = mock.get("/v2/user/setting/notification/request").data
    assert told == {
        "all": False,
        "completion": False,
        "error": False,
        "none": True,
        "submission": False,
    }
    assert mock.get("/v2/user/setting/digest").data == {"message": False}
    assert mock.get("/v2/session/motd").data == {"motd": "Hello"}
    assert mock.get("/v2/group").data == []


def test_groups_are_those_one_is_in(latest: Caller) -> None:
    assert [row["users_count"] for row in latest.get("/v2/group").data] == [2, 1]
    members = latest.get("/v2/group/1/member").data
    assert [(row["username"], row["first_name"]) for row in members] == [
        ("jm", "Jo"),
        ("ana", "Ana"),
    ]
    ana = Caller(latest.service, "Bearer ana-token")
    assert ana.get("/v2/group/2").status_code == 404
    assert ana.get("/v2/group/2/member").status_code == 404
    assert ana.get("/v2/group/x").status_code == 404


def test_2026_answers_an_update_with_the_request(latest: Caller) -> None:
    id = latest.submit(from_date="2016-07-29 12:00")
    latest.advance(0)
    answer = latest.put(f"/v2/request/snapshot/{id}", {"attribute": "duration", "value": 24})
    assert (answer.status_code, answer.data["extensions"]) == (200, 1)
    assert (
        answer.data["to_date"]
        == answer.data["snapshot"]["to_date"]
        == ("2016-07-31 Sun 00:00:00 EDT")
    )
    assert answer.body == latest.get(f"/v2/request/snapshot/{id}").body
    body = {"value": "poweredOn", "schedule": "2016-07-30 04:00"}
    latest.put(f"/v2/vm/{latest.uuid()}/state", body)
    answer = latest.put("/v2/request/change/1", {"scheduled": False})
    assert (answer.status_code, answer.data["status"]) == (200, "CANCELLED")


def test_2019_answers_an_update_with_nothing() -> None:
    mock = caller(dialect="2019")
    id = mock.submit(from_date="2016-07-29 12:00")
    mock.advance(0)
    answer = mock.put(f"/v2/request/snapshot/{id}", {"attribute": "duration", "value": 24})
    assert (answer.status_code, answer.body) == (204, None)


def test_2026_spells_words_and_dates_as_today(latest: Caller) -> None:
    id = latest.submit(from_date="2016-07-29 12:00")
    latest.advance(0)
    shown = latest.request(id)
    assert (shown["status"], shown["action"]) == ("SCHEDULED", "DELETE")
    assert shown["created_on"] == "2016-07-29 Fri 12:30:59 EDT"
    assert shown["message"]["warnings"][1] == (
        "Snapshot DELETE has been SCHEDULED for 2016-07-30 Sat 00:00:00 EDT"
    )
    assert (shown["snap_id"], shown["vm_moref"], shown["username"]) == ("1", "vm-4766", "jm")
    assert latest.get("/v2/request/snapshot?filter=extensions,gt,0").data == []
    found = latest.get(
        "/v2/request/snapshot?expand=1&filter=status,eq,SCHEDULED;vm_moref,eq,vm-4766"
    )
    assert [row["id"] for row in found.data] == [id]
    date = "created_on,ge,2016-07-29 Fri 12:30:59 EDT"
    assert len(latest.get(f"/v2/request/snapshot?filter={date}").data) == 1


def test_2026_takes_a_moref_for_a_uuid(latest: Caller) -> None:
    uuid = latest.uuid()
    assert latest.get("/v2/vm/vm-4766").body == latest.get(f"/v2/vm/{uuid}").body
    body = {"from_date": "2016-07-29 12:00", "valid_for": 1, "description": "d"}
    assert latest.post("/v2/vm/vm-4766/snapshot", body).status_code == 202
    latest.advance(0)
    assert latest.get("/v2/vm/vm-4766/snapshot/1").data[0]["create_time"] == "2016-07-29 12:30:59"
    assert latest("PATCH", "/v2/vm/vm-4766/snapshot/1").status_code == 202
    assert latest("DELETE", "/v2/vm/vm-4766/snapshot/1").status_code == 202
    assert latest.put("/v2/vm/vm-4766/snapshot/consolidate", {}).status_code == 202
    assert latest.get("/v2/vm/vm-1").status_code == 404
    assert latest.get("/v2/vm/1606T-coreos0").status_code == 404
    old = caller(dialect="2019")
    assert old.get("/v2/vm/vm-4766").status_code == 404


def test_2026_takes_the_options_of_its_clients(latest: Caller) -> None:
    body = {
        "from_date": "2016-07-29 12:00",
        "valid_for": 1,
        "description": "d",
        "consolidate": True,
        "with_memory": True,
        "user_meta": {"ticket": "T-1"},
    }
    path = f"/v2/vm/{latest.uuid('db1')}"
    assert latest.post(f"{path}/snapshot", body).status_code == 202
    latest.advance(0)
    assert latest.get(f"{path}/snapshot/1").data[0]["size_gb"] == 16
    assert latest.get(f"{path}/snapshot/consolidate").data["require_disk_consolidation"] is True
    latest.advance("1h")
    assert latest.get(f"{path}/snapshot/consolidate").data["require_disk_consolidation"] is False
    cores = {"value": {"count": 4, "cores_per_socket": 2}, "user_meta": {}}
    assert latest.put(f"{path}/cpu", cores).status_code == 202
    assert latest.put(f"{path}/state", {"value": "suspend"}).status_code == 202
    latest.advance(0)
    change = latest.get("/v2/request/change/1").data
    assert (change["status"], change["value"]) == ("ERROR", [{"count": 4, "cores_per_socket": 2}])
    assert latest.get(f"{path}/state").data["state"]["power_state"] == "suspended"


def test_memory_of_odd_size_is_told_in_parts_of_a_gigabyte() -> None:
    world = {"vms": [{"name": "a", "memory_mb": 1536}]}
    mock = caller(dialect="2019", world=world)
    assert mock.get("/v2/vm").data[0]["memoryGB"] == 1.5


def test_many_machines_are_spelled_slice_by_slice_in_every_dialect(later: Caller) -> None:
    world = {"vms": [{"name": f"vm{number:04}"} for number in range(600)]}
    mock = caller(dialect=later.dialect, world=world)
    assert len(mock.get("/v2/vm?per_page=3000&expand=1").data) == 600
    assert len(mock.get("/v2/folder/group-v519/vm").data) == 600
