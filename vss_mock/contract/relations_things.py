"""Relations between things: machines, their snapshots, the requests for them, and their tasks."""

from typing import Any, Final

from vss_mock.contract import spelling
from vss_mock.contract.answers import links
from vss_mock.contract.model import DONE, KEPT
from vss_mock.contract.reader import Reader, Reading, number_at, shown, text_at
from vss_mock.contract.relations_lists import one_thing
from vss_mock.contract.surroundings import CHANGES, FOLDERS, MACHINES, SNAPSHOTS, Around, Limits
from vss_mock.contract.values import ABSENT, at

SAME: Final = (
    ("name", "/name"),
    ("uuid", "/uuid"),
    ("overallStatus", "/overallStatus"),
    ("powerState", "/powerState"),
    ("cpuCount", "/config/cpuCount"),
    ("memoryMB", "/config/memoryMB"),
    ("guestFullName", "/config/guestFullName"),
    ("ipAddress", "/guest/ipAddress"),
    ("provisionedGB", "/storage/provisionedGB"),
    ("storageB", "/storage/storageB"),
    ("folder", "/folder"),
    ("moref", "/moref"),
    ("memoryGB", "/hardware/memory/memoryGB"),
    ("version", "/hardware/version"),
    ("hostname", "/guest/hostname"),
)
"""Where a machine by itself shows what lists of machines show."""


PARTS: Final = {
    "state": (
        ("/powerState", "/state/powerState"),
        ("/bootTime", "/state/bootTime"),
        ("/connectionState", "/state/connectionState"),
        ("/domain", "/domain"),
    ),
    "name": (
        ("/full_name", "/name/full_name"),
        ("/name", "/name/name"),
        ("/prefix", "/name/prefix"),
    ),
    "cpu": (
        ("/cpu", "/hardware/cpu/cpuCount"),
        ("/coresPerSocket", "/hardware/cpu/coresPerSocket"),
    ),
    "memory": (("/memoryGB", "/hardware/memory/memoryGB"),),
    "folder": (
        ("/moref", "/folder/moref"),
        ("/name", "/folder/name"),
        ("/path", "/folder/path"),
    ),
    "domain": (("/domain", "/domain"),),
    "guest": (
        ("/hostName", "/guest/hostName"),
        ("/os/guestId", "/config/os/guestId"),
        ("/os/guestFullName", "/config/os/guestFullName"),
    ),
    "guest/tools": (),
}
"""The parts of a machine, and where it tells itself what each tells."""


def things(reader: Reader, around: Around, limits: Limits) -> None:
    """Hold the relations of all things."""
    root, user = reader.get("/v2/"), reader.get("/v2/user")
    for one in (root, user):
        reader.same("what-is-listed-is-there", "status", 200, one.answer.status, one)
    for machine in around.machines:
        _machine(reader, machine)
    for listed in around.snapshots.values():
        _snapshots(reader, listed)
    for request in [*around.requests, *around.changes]:
        _request(reader, request, user)
    for request in around.requests:
        _its_snapshot(reader, request)
    for request, task in around.tasks:
        _task(reader, request, task)
    _every_link(reader, limits)


def _machine(reader: Reader, machine: Reading) -> None:
    """Hold that a machine by itself is as the lists show it, and lists its snapshots."""
    uuid = at(machine.document, "/data/uuid")
    path = f"{MACHINES}/{uuid}"
    for query in ("", "summary", "summary=1"):
        listed = reader.get(MACHINES, query)
        rows = [row for row in listed.rows if at(row, "/uuid") == uuid]
        for row in rows:
            link = at(row, "/_links/self")
            rule = "items-link-to-themselves"
            reader.same(rule, "/_links/self", reader.place.url + path, link, listed)
            for name, pointer in SAME:
                if name in row:
                    where = spelling.pointer(f"/data{pointer}", "vm-get", reader.dialect)
                    own = at(machine.document, where)
                    rule = "one-thing-reads-the-same"
                    reader.same(rule, where, row[name], own, listed, machine)
    snapshots = reader.get(f"{path}/snapshot")
    reader.same("what-is-listed-is-there", "status", 200, snapshots.answer.status, snapshots)
    reader.same(
        "exist-tells-of-snapshots",
        "/data/snapshot/exist",
        bool(snapshots.rows),
        at(machine.document, "/data/snapshot/exist"),
        snapshots,
        machine,
    )
    link = at(machine.document, "/data/_links/snapshot")
    rule = "items-link-to-themselves"
    expected = f"{reader.place.url}{path}/snapshot"
    reader.same(rule, "/data/_links/snapshot", expected, link, machine)
    reader.get(f"{path}/snapshot/consolidate")
    if reader.since("2019"):
        _parts(reader, machine, path)


def _parts(reader: Reader, machine: Reading, path: str) -> None:
    """Hold that what is told of a machine part by part is what it tells itself."""
    for part, pairs in PARTS.items():
        one = reader.get(f"{path}/{part}")
        reader.same("what-is-listed-is-there", "status", 200, one.answer.status, one)
        for own, whole in pairs:
            rule, expected = "parts-are-those-of-the-whole", at(machine.data, whole)
            where, found = f"/data{own}", at(one.data, own)
            reader.same(rule, where, expected, found, machine, one)
    tools, guest = reader.get(f"{path}/guest/tools"), reader.get(f"{path}/guest")
    name = "running_status" if reader.since("2026") else "runningStatus"
    expected, found = at(guest.data, f"/tools/{name}"), at(tools.data, f"/{name}")
    reader.same("parts-are-those-of-the-whole", f"/data/{name}", expected, found, guest, tools)
    folder = reader.get(f"{path}/folder")
    moref = text_at(folder.data, "/moref")
    if moref is not None:
        one_thing(reader, "/data", reader.get(f"{FOLDERS}/{moref}").data, folder.data, folder)


def _snapshots(reader: Reader, listed: Reading) -> None:
    """Hold that each snapshot of a list can be read by itself, and reads the same."""
    machine = f"{reader.place.url}{listed.sent.path.removesuffix('/snapshot')}"
    for row in listed.rows:
        number = number_at(row, "/id")
        one = reader.remembered.get((f"{listed.sent.path}/{number}", ""))
        if one is None:
            continue
        status = one.answer.status
        if reader.same("what-is-listed-is-there", "status", 200, status, listed, one):
            one_thing(reader, "/data/0", row, at(one.document, "/data/0"), listed, one)
    read = [one for (path, _), one in reader.remembered.items() if _is_below(listed, path)]
    for one in [listed, *read]:
        if one.answer.status == 200:
            link = at(one.document, "/_links/vm")
            reader.same("items-link-to-themselves", "/_links/vm", machine, link, one)


def _is_below(listed: Reading, path: str) -> bool:
    return path.startswith(f"{listed.sent.path}/")


def _request(reader: Reader, request: Reading, user: Reading) -> None:
    """Hold that a request is the one that was asked for, of a machine and of its user."""
    rule = "items-link-to-themselves"
    number = request.sent.path.rpartition("/")[2]
    actual = shown(at(request.document, "/data/id"))
    reader.hold(rule, actual == number, "/data/id", number, actual, request)
    parent = CHANGES if request.sent.path.startswith(CHANGES) else SNAPSHOTS
    expected = reader.place.url + parent
    link = at(request.document, "/_link/request")
    reader.same(rule, "/_link/request", expected, link, request)
    _its_machine(reader, request)
    rule = "requests-belong-to-machines"
    username = at(user.document, "/data/username")
    owner = at(request.document, "/data/user/username")
    reader.same(rule, "/data/user/username", username, owner, user, request)
    task = text_at(request.document, "/data/task_id")
    wanted = ABSENT if task is None else f"{reader.place.url}/v2/request/task/{task}"
    link = at(request.document, "/data/_links/task")
    reader.same("tasks-belong-to-requests", "/data/_links/task", wanted, link, request)


def _its_machine(reader: Reader, request: Reading) -> None:
    uuid = text_at(request.document, "/data/vm_uuid")
    rule = "requests-belong-to-machines"
    expected = f"{reader.place.url}{MACHINES}/{uuid}"
    link = at(request.document, "/data/_links/vm")
    reader.same(rule, "/data/_links/vm", expected, link, request)
    listed = reader.get(MACHINES)
    for row in listed.rows:
        if at(row, "/uuid") == uuid:
            name = at(request.document, "/data/vm_name")
            reader.same(rule, "/data/vm_name", at(row, "/name"), name, listed, request)


def _its_snapshot(reader: Reader, request: Reading) -> None:
    """Hold what a request tells of its snapshot against what the machine tells of it."""
    told = at(request.document, "/data/snapshot")
    if text_at(told, "/valid_for") is None:
        return
    rule = "snapshots-belong-to-requests"
    name = f"SR-{at(request.document, '/data/id')}"
    reader.same(rule, "/data/snapshot/name", name, at(told, "/name"), request)
    number = text_at(told, "/snap_id")
    uuid = text_at(request.document, "/data/vm_uuid")
    listed = reader.remembered.get((f"{MACHINES}/{uuid}/snapshot", ""))
    if number is None or listed is None or listed.answer.status != 200:
        return
    rows = [row for row in listed.rows if str(at(row, "/id")) == number]
    status = text_at(request.document, "/data/status")
    if status == reader.words.statuses[DONE]:
        actual = f"snapshot {number}" if rows else f"no snapshot {number}"
        reader.hold(rule, not rows, "/data", f"no snapshot {number}", actual, request, listed)
    elif status == reader.words.statuses[KEPT]:
        expected = f"snapshot {number}"
        actual = expected if rows else f"no snapshot {number}"
        reader.hold(rule, bool(rows), "/data", expected, actual, request, listed)
        for row in rows:
            for member in ("name", "description"):
                shown, where = at(row, f"/{member}"), f"/data/*/{member}"
                reader.same(rule, where, at(told, f"/{member}"), shown, request, listed)


def _task(reader: Reader, request: Reading, task: Reading) -> None:
    rule = "tasks-belong-to-requests"
    if not reader.same(rule, "status", 200, task.answer.status, request, task):
        return
    expected = at(request.document, "/data/task_id")
    reader.same(rule, "/data/id", expected, at(task.document, "/data/id"), request, task)
    url = reader.place.url + request.sent.path
    for pointer in ("/_links/request", "/data/_links/request"):
        reader.same(rule, pointer, url, at(task.document, pointer), request, task)


def _every_link(reader: Reader, limits: Limits) -> None:
    """Follow the links of what was read, and hold that each answer calls itself what it is."""
    machines = {text_at(row, "/uuid") for row in reader.get(MACHINES).rows}
    followed: dict[Any, Reading] = {}
    for one in list(reader.remembered.values()):
        if one.answer.status != 200:
            continue
        _self(reader, one)
        for pointer, link in links(one.document):
            split = reader.split(link)
            if split is None or link in followed or _is_hidden(split[0], machines):
                continue
            if len(followed) >= limits.requests * 10:
                return
            found = reader.follow(link)
            if found is not None:
                followed[link] = found
                rule, status = "links-lead-somewhere", found.answer.status
                actual = f"{status} from {shown(link)}"
                reader.hold(rule, status == 200, pointer, "a link to 200", actual, one, found)


def _is_hidden(path: str, machines: set[Any]) -> bool:
    """Tell whether a path is of a machine that the user does not see: it may be gone."""
    parts = path.split("/")
    return path.startswith(f"{MACHINES}/") and parts[3] not in machines


def _self(reader: Reader, one: Reading) -> None:
    for pointer in ("/_links/self", "/_link/self", "/meta/_link/self"):
        link = at(one.document, pointer)
        if link is not ABSENT:
            expected = reader.place.url + one.sent.path
            reader.same("self-is-what-was-called", pointer, expected, link, one)
