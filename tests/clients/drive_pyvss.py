"""Drives pyvss through the life of a snapshot, inside the release's own environment.

Imports the standard library and the client only, and changes nothing in the client. It reads its
task as JSON from standard input and prints a line of JSON for each operation: its name, `ok`,
`not offered` (this release has no such thing) or `failed`, and why.
"""

import importlib
import inspect
import json
import os
import re
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

MINUTE = "%Y-%m-%d %H:%M"
UNKNOWN = "00000000-0000-4000-8000-000000000000"
MODERN = {
    "Submitted": "SUBMITTED",
    "Scheduled": "SCHEDULED",
    "Processed": "PROCESSED",
    "Cancelled": "CANCELLED",
    "Error Processed": "ERROR",
}


class NotOffered(Exception):
    """This release has no such thing; nothing was sent."""


class Unexpected(Exception):
    """The client got on, but what it returned is not so."""


class Life:
    """A world, a manager that talks to it, and the means to let time pass in it."""

    def __init__(self, task: dict[str, Any]) -> None:
        self.module = importlib.import_module("pyvss.manager")
        self.error: type[Exception] = self.module.VssError
        self.base: str = task["base"]
        self.world: str = task["world"]
        self.dialect: str = task["dialect"]
        self.user: dict[str, str] = task["user"]
        self.vms: list[dict[str, str]] = task["vms"]
        self.vss = self.manager(self.user["token"])
        self.modern = self.dialect == "2026"

    def manager(self, token: str) -> Any:
        """Return a manager for the mock: by its argument, or by the attributes of older releases.

        Releases before 0.8.8 have their address hard-wired in the attribute `api_endpoint` and the
        module's TOKEN_ENDPOINT; setting these two is the one way to point them elsewhere.
        """
        made = self.module.VssManager
        if "api_endpoint" in inspect.signature(made).parameters:
            return made(token, api_endpoint=self.base)
        manager = made(token)
        manager.api_endpoint = f"{self.base}/v2"
        vars(self.module)["TOKEN_ENDPOINT"] = f"{self.base}/auth/request-token"
        return manager

    def call(self, name: str) -> Callable[..., Any]:
        """Return a method of the manager, if this release has it."""
        method: Callable[..., Any] | None = getattr(self.vss, name, None)
        if method is None:
            raise NotOffered(f"no {name}")
        return method

    def id(self, vm: dict[str, str]) -> str:
        """Return what this release calls a virtual machine in its paths."""
        parameters = inspect.signature(self.vss.get_vm).parameters
        return vm["moref"] if self.modern and "vm_id" in parameters else vm["uuid"]

    def word(self, status: str) -> str:
        return MODERN[status] if self.modern else status

    def get(self, url: str) -> dict[str, Any]:
        """Fetch a link by the client's own means, as its wait_for_request does."""
        fetch = getattr(self.vss, "request", None) or self.vss.request_v2
        document = fetch(url)
        data: dict[str, Any] = document.get("data")
        expect(isinstance(data, dict), f"no data behind {url}")
        return data

    def clock(self, **move: object) -> datetime:
        """Move the world's clock if asked to; return Toronto's time."""
        request = urllib.request.Request(
            f"{self.base}/_mock/worlds/{self.world}/clock",
            data=json.dumps(move).encode() if move else None,
            headers={"Content-Type": "application/json"},
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=30) as answer:
            document = json.load(answer)
        return datetime.fromisoformat(document["local"]).replace(tzinfo=None)

    def submitted(self, answer: Any, kind: str = "snapshot") -> dict[str, Any]:
        """Check what a request was answered with; return the request behind its link."""
        expect(isinstance(answer, dict), f"answered {answer!r}")
        expect(answer["status"] == 202, f"status is {answer['status']!r}, not 202")
        expect("accepted for processing" in answer["message"], f"message is {answer['message']!r}")
        url = answer["_links"]["request"]
        expect(url.startswith(f"{self.base}/v2/request/{kind}/"), f"link is {url!r}")
        record = self.get(url)
        expect(url.endswith(f"/{record['id']}"), f"link {url!r} leads to {record['id']}")
        if self.dialect != "2016":
            inside = answer["request"]
            expect(inside["id"] == record["id"], f"request.id is {inside['id']!r}")
            submitted = self.word("Submitted")
            expect(inside["status"] == submitted, f"request.status is {inside['status']!r}")
            expect({"action", "task_id"} <= set(inside), f"request has only {sorted(inside)}")
        record["url"] = url
        return record

    def take(self, vm: dict[str, str], hours: int = 24) -> dict[str, Any]:
        """Ask for a snapshot in an hour's time and let that time pass; return the request."""
        start = self.clock() + timedelta(hours=1)
        answer = self.vss.create_vm_snapshot(
            self.id(vm), "before the upgrade", start.strftime(MINUTE), hours
        )
        record = self.submitted(answer)
        expect(record["status"] == self.word("Submitted"), f"status is {record['status']!r}")
        expect(record["action"].lower() == "create", f"action is {record['action']!r}")
        expect(record["vm_name"] == vm["name"], f"vm_name is {record['vm_name']!r}")
        self.clock(advance="1h")
        record |= self.get(record["url"])
        expect(record["status"] == self.word("Scheduled"), f"status is then {record['status']!r}")
        expect(record["action"].lower() == "delete", f"action is then {record['action']!r}")
        start = start.replace(second=0)
        self.lasts(record, start, start + timedelta(hours=hours))
        return record

    def lasts(self, record: dict[str, Any], start: datetime, end: datetime) -> None:
        """Check from when and until when a request says its snapshot lives."""
        places = [record["snapshot"]] + ([record] if self.modern else [])
        for place in places:
            expect(instant(place["from_date"]) == start, f"from_date is {place['from_date']!r}")
            expect(instant(place["to_date"]) == end, f"to_date is {place['to_date']!r}")

    def snapshots(self, vm: dict[str, str]) -> list[int]:
        return [one["id"] for one in self.vss.get_vm_snapshots(self.id(vm))]

    def settled(self, record: dict[str, Any]) -> None:
        """Let what is due happen; check that a request is done."""
        self.clock(advance="0s")
        now = self.get(record["url"])
        expect(now["status"] == self.word("Processed"), f"status is then {now['status']!r}")
        expect(not (now["message"] or {}).get("errors"), f"errors: {now['message']}")

    @contextmanager
    def refused(self, *words: str, code: int | None = None) -> Iterator[None]:
        """Expect the client's own error, and in it the words of the service's answer."""
        try:
            yield
        except self.error as error:
            for word in words:
                expect(word.lower() in str(error).lower(), f"{word!r} is not in {str(error)!r}")
            told = getattr(error, "http_code", None)  # since 2021.11.2
            if code and told:
                expect(told == code, f"http_code is {told}")
        else:
            raise Unexpected(f"no VssError that says {' '.join(words)!r}")


def expect(truth: bool, otherwise: str) -> None:
    if not truth:
        raise Unexpected(otherwise)


def instant(text: str) -> datetime:
    """Read a date as the API spells it: 2016-07-29 22:00:00 EDT, 2026-04-21 Tue 02:10:03 EDT."""
    found = re.fullmatch(r"(\d{4}-\d\d-\d\d)(?: \w{3})? (\d\d:\d\d:\d\d) E[SD]T", text)
    if not found:
        raise Unexpected(f"{text!r} is no date of this API")
    return datetime.fromisoformat(" ".join(found.groups()))


def login(life: Life) -> None:
    os.environ["VSS_API_USER"] = life.user["login"]
    os.environ["VSS_API_USER_PASS"] = life.user["password"]
    manager = life.manager("")
    token = manager.get_token()
    expect(token.count(".") == 2, f"{token!r} is no JWT")
    expect(manager.api_token == token, "the manager did not keep the token")
    expect(manager.whoami()["username"] == life.user["username"], "the token is another's")


def whoami(life: Life) -> None:
    data = life.vss.whoami()
    expect(data["username"] == life.user["username"], f"username is {data['username']!r}")


def vm_list(life: Life) -> None:
    names = sorted(vm["name"] for vm in life.vss.get_vms())
    expect(names == sorted(vm["name"] for vm in life.vms), f"lists {names}")


def paged(method: Callable[..., Any]) -> bool:
    return "per_page" in inspect.signature(method).parameters


def vm_filter(life: Life) -> None:
    wanted = sorted(vm["name"] for vm in life.vms if "web" in vm["name"])
    if not paged(life.vss.get_vms):
        found = life.vss.get_vms(name="web")
        expect(sorted(vm["name"] for vm in found) == wanted, f"finds {found}")
        return
    found = [vm["name"] for vm in life.vss.get_vms(filter="name,like,%web%", sort="name,desc")]
    expect(found == wanted[::-1], f"finds {found}")
    uuid = life.vms[3]["uuid"]
    found = [vm["uuid"] for vm in life.vss.get_vms(filter=f"uuid,eq,{uuid}")]
    expect(found == [uuid], f"finds {found}")
    expect(life.vss.get_vms(filter="name,eq,nothing", sort="") == [], "finds what is not there")


def vm_pages(life: Life) -> None:
    if not paged(life.vss.get_vms):
        raise NotOffered("get_vms has no pages")
    expect(len(life.vss.get_vms(per_page=4)) == 4, "a page of 4 holds another number")
    every = life.vss.get_vms(show_all=True, per_page=4, sort="name,asc")
    expect(
        [vm["name"] for vm in every] == sorted(vm["name"] for vm in life.vms),
        f"all pages hold {[vm['name'] for vm in every]}",
    )
    at_once = life.vss.get_vms(per_page=3000)
    expect(len(at_once) == len(life.vms), "a page of 3000 does not hold all")


def vm_get(life: Life) -> None:
    vm = life.vms[0]
    for id in {vm["uuid"], life.id(vm)}:
        data = life.vss.get_vm(id)
        expect(data["uuid"] == vm["uuid"], f"uuid is {data['uuid']!r}")
        name = data["name"]
        name = name["full_name"] if isinstance(name, dict) else name
        expect(name == vm["name"], f"name is {name!r}")
        expect(life.vss.has_vm_snapshot(id) is False, "says that it has a snapshot")


def create(life: Life) -> None:
    vm = life.vms[0]
    life.take(vm, hours=12)
    expect(len(life.snapshots(vm)) == 1, "the snapshot is not there")
    expect(life.vss.has_vm_snapshot(life.id(vm)) is True, "says that it has no snapshot")


def expire(life: Life) -> None:
    vm = life.vms[1]
    record = life.take(vm, hours=2)
    life.clock(advance="1h59m")
    expect(len(life.snapshots(vm)) == 1, "the snapshot is gone before its time")
    life.clock(advance="1m")
    expect(life.snapshots(vm) == [], "the snapshot is there after its time")
    now = life.get(record["url"])
    expect(now["status"] == life.word("Processed"), f"status is then {now['status']!r}")
    expect(now["action"].lower() == "done", f"action is then {now['action']!r}")


def snapshot_list(life: Life) -> None:
    vm = life.vms[2]
    expect(life.vss.get_vm_snapshots(life.id(vm)) == [], "lists what is not there")
    life.take(vm)
    life.take(vm)
    listed = life.vss.get_vm_snapshots(life.id(vm))
    expect([one["id"] for one in listed] == [1, 2], f"ids are {[one['id'] for one in listed]}")
    expect(all(one["name"].startswith("SR-") for one in listed), f"lists {listed}")


def snapshot_get(life: Life) -> None:
    vm = life.vms[3]
    record = life.take(vm)
    (one,) = life.vss.get_vm_snapshot(life.id(vm), 1)
    expect(one["id"] == 1, f"id is {one['id']!r}")
    expect(one["name"] == f"SR-{record['id']}", f"name is {one['name']!r}")
    expect(one["description"].startswith("before the upgrade"), f"it says {one['description']!r}")
    keys = {"create_time", "size_gb", "power_state"} if life.modern else {"createTime", "sizeGB"}
    expect(keys <= set(one), f"has only {sorted(one)}")
    with life.refused("not found", code=404):
        life.vss.get_vm_snapshot(life.id(vm), 99)


def request_get(life: Life) -> None:
    record = life.take(life.vms[4])
    got = life.call("get_snapshot_request")(record["id"])
    expect(got["id"] == record["id"], f"id is {got['id']!r}")
    expect(got["status"] == life.word("Scheduled"), f"status is {got['status']!r}")
    expect(got["vm_uuid"] == life.vms[4]["uuid"], f"vm_uuid is {got['vm_uuid']!r}")
    if life.modern:
        expect(got["vm_moref"] == life.vms[4]["moref"], f"vm_moref is {got['vm_moref']!r}")
        expect(got["snap_id"] in (1, "1"), f"snap_id is {got['snap_id']!r}")
        expect(got["extensions"] == 0, f"extensions is {got['extensions']!r}")


def request_list(life: Life) -> None:
    fetch = life.call("get_snapshot_requests")
    for vm in life.vms[4:7]:
        life.take(vm, hours=72)
    scheduled = life.word("Scheduled")
    listed = fetch(filter=f"status,eq,{scheduled}", sort="created_on,desc", per_page=3000)
    expect(len(listed) >= 3, f"lists {len(listed)} that are {scheduled}")
    expect({one["status"] for one in listed} == {scheduled}, "the filter is not kept")
    ids = [one["id"] for one in listed]
    expect(ids == sorted(ids, reverse=True), f"sorted as {ids}")
    name = life.vms[5]["name"]
    listed = fetch(filter=f"vm_name,like,%{name[2:8]}%", per_page=3000)
    expect({one["vm_name"] for one in listed} == {name}, f"finds {[x['vm_name'] for x in listed]}")


def request_pages(life: Life) -> None:
    fetch = life.call("get_snapshot_requests")
    for _ in range(3):
        life.take(life.vms[6], hours=72)
    every = fetch(per_page=3000, sort="created_on,asc")
    expect(all(isinstance(one, dict) for one in every), "expand=1 gives no records")
    one_by_one = fetch(show_all=True, per_page=1, sort="created_on,asc")
    same = [one["id"] for one in every] == [one["id"] for one in one_by_one]
    expect(same and len(every) >= 3, f"{len(every)} at once, {len(one_by_one)} one by one")
    expect(len(fetch(per_page=2)) == 2, "a page of 2 holds another number")


def extend(life: Life) -> None:
    fetch = life.call("extend_snapshot_request")
    vm = life.vms[7]
    record = life.take(vm, hours=10)
    start, end = instant(record["snapshot"]["from_date"]), instant(record["snapshot"]["to_date"])
    given = fetch(record["id"], 5)
    # Until 0.9 the request comes beside the answer; 0.5 to 0.7 look for it in the wrong place.
    given = given[1] if isinstance(given, tuple) else given
    later = end + timedelta(hours=5)
    for said in [life.get(record["url"])] + ([given] if given else []):
        life.lasts(said, start, later)
        expect(said["status"] == life.word("Scheduled"), f"status is {said['status']!r}")
    if life.modern:
        expect(given["extensions"] == 1, f"extensions is {given['extensions']!r}")
    life.clock(advance="10h")
    expect(len(life.snapshots(vm)) == 1, "the snapshot is gone at its old time")
    life.clock(advance="5h")
    expect(life.snapshots(vm) == [], "the snapshot is there after its new time")
    with life.refused():
        fetch(record["id"], 5)


def revert(life: Life) -> None:
    vm = life.vms[8]
    life.take(vm)
    try:
        answer = life.vss.revert_vm_snapshot(life.id(vm), 1)
    except life.error as error:
        if "Unsupported method PATCH" in str(error):
            raise NotOffered(str(error)) from None
        raise
    record = life.submitted(answer)
    expect(record["action"].lower() == "revert", f"action is {record['action']!r}")
    life.settled(record)
    expect(life.snapshots(vm) == [1], "the snapshot is gone")


def delete(life: Life) -> None:
    vm = life.vms[9]
    taken = life.take(vm)
    record = life.submitted(life.vss.delete_vm_snapshot(life.id(vm), 1))
    expect(record["id"] != taken["id"], "it is the request that took the snapshot")
    expect(record["action"].lower() == "delete", f"action is {record['action']!r}")
    life.settled(record)
    expect(life.snapshots(vm) == [], "the snapshot is still there")
    now = life.get(taken["url"])
    expect(now["status"] == life.word("Processed"), f"the first request is {now['status']!r}")
    with life.refused("not found", code=404):
        life.vss.delete_vm_snapshot(life.id(vm), 1)


def consolidate(life: Life) -> None:
    id = life.id(life.vms[0])
    key = "require_disk_consolidation" if life.modern else "requireDiskConsolidation"
    needed = life.vss.get_vm_consolidation(id)[key]
    expect(needed is False, f"{key} is {needed!r}")
    if life.modern and hasattr(life.vss, "needs_consolidation"):
        expect(life.vss.needs_consolidation(id) is False, "needs_consolidation is not False")
    record = life.submitted(life.vss.consolidate_vm_disks(id), "change")
    expect(record["attribute"] == "consolidate", f"attribute is {record['attribute']!r}")
    life.settled(record)


def wait(life: Life) -> None:
    vm = life.vms[10]
    tomorrow = (life.clock(mode="auto") + timedelta(days=1)).strftime(MINUTE)
    try:
        answer = life.vss.create_vm_snapshot(life.id(vm), "while waiting", tomorrow, 24)
        url = answer["_links"]["request"]
        # Who asks a second time is waiting; then an auto clock goes on, and no client has to sleep.
        life.get(url)
        given = life.vss.wait_for_request(url, "id", life.word("Scheduled"))
        expect(url.endswith(f"/{given}"), f"returned {given!r}")
        if life.modern:
            snapshot = life.vss.wait_for_request(url, "snap_id", life.word("Scheduled"))
            expect(snapshot in (1, "1"), f"snap_id is {snapshot!r}")
    finally:
        life.clock(mode="frozen")
    expect(life.snapshots(vm) == [1], "the snapshot is not there")


def errors(life: Life) -> None:
    vm = life.id(life.vms[0])
    stranger = life.manager("no-such-token")
    with life.refused("unauthorized", code=401):
        stranger.whoami()
    with life.refused("not found", UNKNOWN, code=404):
        life.vss.get_vm(UNKNOWN)
    soon = (life.clock() + timedelta(hours=1)).strftime(MINUTE)
    with life.refused("bad request", "valid_for", code=400):
        life.vss.create_vm_snapshot(vm, "for too long", soon, 73)
    with life.refused("bad request", "description", code=400):
        life.vss.create_vm_snapshot(vm, "", soon, 1)


def _spelled(life: Life, camel: str, snake: str) -> str:
    return snake if life.modern else camel


def _machine(life: Life, id: str) -> tuple[str, int, int, str]:
    """Return a machine's name, processors, memory in GB and power state."""
    vm = life.vss.get_vm(id)
    if life.dialect == "2016":
        config = vm["config"]
        return vm["name"], config["cpuCount"], config["memoryMB"] // 1024, vm["powerState"]
    hardware = vm["hardware"]
    return (
        vm["name"]["full_name"],
        hardware["cpu"][_spelled(life, "cpuCount", "cpu_count")],
        hardware["memory"][_spelled(life, "memoryGB", "memory_gb")],
        vm["state"][_spelled(life, "powerState", "power_state")],
    )


def changes(life: Life) -> None:
    id = life.id(life.vms[1])
    for change, value in (
        (life.vss.rename_vm, "web1-renamed"),
        (life.vss.update_vm_state, "poweredOff"),
        (life.vss.set_vm_cpu, 4),
        (life.vss.set_vm_memory, 8),
    ):
        life.settled(life.submitted(change(id, value), "change"))
    machine = _machine(life, id)
    expect(machine == ("1605P-web1-renamed", 4, 8, "poweredOff"), f"it is then {machine}")
    life.settled(life.submitted(life.vss.rename_vm(id, "web1"), "change"))


def attributes(life: Life) -> None:
    vm = life.vms[4]
    id = life.id(vm)
    _, count, size, power = _machine(life, id)
    name = life.vss.get_vm_name(id)
    expect(vm["name"] in name.values(), f"name is {name}")
    cpu = life.vss.get_vm_cpu(id)
    expect(cpu["cpu"] == count, f"cpu is {cpu}")
    memory = life.vss.get_vm_memory(id)
    expect(memory[_spelled(life, "memoryGB", "memory_gb")] == size, f"memory is {memory}")
    state = life.vss.get_vm_state(id)
    said = state["state"]["power_state"] if life.modern else state["powerState"]
    expect(said == power, f"state is {state}")
    folder, domain = life.vss.get_vm_folder(id), life.vss.get_vm_domain(id)
    expect(bool(folder["path"] and domain["domain"]["name"]), f"{folder}, {domain}")


def schedule(life: Life) -> None:
    id = life.id(life.vms[2])
    cancel, move = (
        life.call("cancel_scheduled_change_request"),
        life.call("reschedule_change_request"),
    )
    soon = life.clock() + timedelta(hours=2)
    waiting = life.word("Submitted" if life.dialect == "2016" else "Scheduled")
    records = []
    for state in ("poweredOff", "reset"):
        answer = life.vss.update_vm_state(id, state, schedule=soon.strftime(MINUTE))
        records.append(life.submitted(answer, "change"))
        life.clock(advance="0s")
        now = life.get(records[-1]["url"])
        expect(now["status"] == waiting, f"status is {now['status']!r}")
    cancel(records[0]["id"])
    now = life.call("get_change_request")(records[0]["id"])
    expect(now["status"] == life.word("Cancelled"), f"status is then {now['status']!r}")
    later = soon + timedelta(hours=3)
    move(records[1]["id"], later.strftime(MINUTE))
    life.clock(advance="3h")
    now = life.get(records[1]["url"])
    expect(now["status"] == waiting, f"status is then {now['status']!r}")
    expect(instant(now["scheduled_datetime"]) == later.replace(second=0), f"moved: {now}")
    life.clock(advance="2h")
    now = life.get(records[1]["url"])
    expect(now["status"] == life.word("Processed"), f"status is at last {now['status']!r}")
    one = f"vm_name,eq,{life.vms[2]['name']}" if life.dialect == "2016" else "attribute,eq,state"
    listed = life.call("get_change_requests")(filter=one, per_page=3000)
    expect({one["id"] for one in listed} >= {one["id"] for one in records}, f"lists {listed}")


def retry(life: Life) -> None:
    again = life.call("retry_change_request")
    id = life.id(life.vms[8])
    failed = life.submitted(life.vss.set_vm_memory(id, 16), "change")
    life.clock(advance="0s")
    now = life.get(failed["url"])
    expect(now["status"] == life.word("Error Processed"), f"status is {now['status']!r}")
    expect("hot" in now["message"]["errors"][0], f"errors are {now['message']}")
    life.settled(life.submitted(life.vss.update_vm_state(id, "poweredOff"), "change"))
    life.settled(life.submitted(again(failed["id"]), "change"))
    expect(16 in life.vss.get_vm_memory(id).values(), f"memory is {life.vss.get_vm_memory(id)}")
    with life.refused("retr"):
        again(failed["id"])


def places(life: Life) -> None:
    for plural, one in (("folders", "folder"), ("networks", "network"), ("domains", "domain")):
        listed = life.call(f"get_{plural}")()
        expect(bool(listed), f"no {plural}")
        first = life.call(f"get_{one}")(listed[0]["moref"])
        expect(first["name"] == listed[0]["name"], f"{one} is {first}")
        if paged(life.call(f"get_{plural}")):
            name = listed[0]["name"]
            found = life.call(f"get_{plural}")(filter=f"name,eq,{name}", sort="name,asc")
            expect({place["name"] for place in found} == {name}, f"finds {found}")


def account(life: Life) -> None:
    personal = life.call("get_user_personal")()
    expect(personal["username"] == life.user["username"], f"personal is {personal}")
    groups = json.dumps(life.call("get_user_groups")())
    expect("hig-web-services" in groups, f"groups are {groups}")
    roles = life.call("get_user_roles")()
    expect(bool(roles["access"]["entitlements"]), f"roles are {roles}")
    expect(bool(roles["request"]["name"]), f"roles are {roles}")
    status = life.call("get_user_status")()
    expect({"created_on", "last_access"} <= set(status), f"status is {status}")
    expect(isinstance(life.call("get_user_tokens")(), list), "tokens are no list")
    expect(isinstance(life.call("get_user_messages")(), list), "messages are no list")


def service(life: Life) -> None:
    for name in ("ping", "status", "get_session_motd"):
        if hasattr(life.vss, name):
            said = getattr(life.vss, name)
            said = said() if callable(said) else said
            expect(said is not None, f"{name} answers nothing")
    summary = life.vss.get_requests()
    expect(bool(summary), "get_requests answers nothing")


OPERATIONS: dict[str, Callable[[Life], None]] = {
    "login": login,
    "whoami": whoami,
    "list": vm_list,
    "filter": vm_filter,
    "pages": vm_pages,
    "one VM": vm_get,
    "snapshot": create,
    "expiry": expire,
    "snapshots": snapshot_list,
    "one snapshot": snapshot_get,
    "request": request_get,
    "requests": request_list,
    "request pages": request_pages,
    "extend": extend,
    "revert": revert,
    "delete": delete,
    "consolidate": consolidate,
    "wait": wait,
    "errors": errors,
    "changes": changes,
    "attributes": attributes,
    "schedule": schedule,
    "retry": retry,
    "places": places,
    "account": account,
    "service": service,
}


def main() -> None:
    """Do each operation that the task asks for; say how each went."""
    task = json.load(sys.stdin)
    life = Life(task)
    for name in task["operations"]:
        try:
            OPERATIONS[name](life)
        except NotOffered as reason:
            said = {"result": "not offered", "reason": str(reason)}
        except Exception as problem:  # noqa: BLE001  # a client may fail in any way, and the cell says how
            said = {"result": "failed", "reason": f"{type(problem).__name__}: {problem}"}
        else:
            said = {"result": "ok", "reason": ""}
        print(json.dumps({"operation": name, **said}), flush=True)


if __name__ == "__main__":
    main()
