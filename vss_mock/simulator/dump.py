"""A world as one document of plain values, and back.

The schedule is not in it: it is an index and is built anew from the records.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from vss_mock.simulator import consistency
from vss_mock.simulator.clock import SECOND, instant, iso
from vss_mock.simulator.datacenter import Datacenter
from vss_mock.simulator.errors import MalformedDump, SimulatorError
from vss_mock.simulator.faults import Count, Rule, When
from vss_mock.simulator.holds import Hold
from vss_mock.simulator.lifecycle import Job, State
from vss_mock.simulator.records import (
    PLAIN,
    Attribute,
    ChangeRequest,
    Domain,
    Failure,
    Fault,
    Folder,
    Group,
    Message,
    Network,
    Options,
    Power,
    Processors,
    Role,
    Settings,
    Snapshot,
    SnapshotRequest,
    User,
    Value,
    VirtualMachine,
    Work,
)

if TYPE_CHECKING:
    from vss_mock.simulator.world import World

FORMAT = 3
"""The version of the document; another version is refused."""
ROWS_A_SLICE = 100
"""How many rows are read between two looks at whoever waits: about a millisecond of work."""

Record = TypeVar("Record")
Result = TypeVar("Result")
Asked = TypeVar("Asked", SnapshotRequest, ChangeRequest)


def dump(world: "World") -> dict[str, Any]:
    """Return the document: the same for equal worlds, to the last byte once it is spelled out."""
    return {
        name: [spell(row) for row in rows] if spell else rows for name, rows, spell in parts(world)
    }


def parts(world: "World") -> list[tuple[str, Any, Callable[[Any], Any] | None]]:
    """Return the document's members, their rows as they are now, and what spells a row.

    Records never change, so rows may be spelled later, a few at a time, whatever happens meanwhile.
    """
    return [(name, rows(world), spell) for name, rows, spell in PARTS]


def load(kind: "type[World]", document: Mapping[str, Any]) -> "World":
    """Return the world that a document describes; raise MalformedDump."""
    return finished(loading(kind, document))


def finished(steps: Generator[None, None, Result]) -> Result:
    """Return what steps come to, with nobody served between two of them."""
    while True:
        try:
            next(steps)
        except StopIteration as done:
            result: Result = done.value
            return result


def loading(kind: "type[World]", document: Mapping[str, Any]) -> Generator[None, None, "World"]:
    """Load as `load` does, in slices: at each yield others may be served."""
    if document.get("format") != FORMAT:
        raise MalformedDump(f"its format is {document.get('format')!r}, not {FORMAT}")
    try:
        return (yield from _world(kind, document))
    except MalformedDump:
        raise
    except (SimulatorError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise MalformedDump(f"{type(error).__name__}: {error}") from error


def _world(kind: "type[World]", document: Mapping[str, Any]) -> Generator[None, None, "World"]:
    for name in ("seed", "last_fault", "last_hold", "snapshot_numbers"):
        _check_whole(document[name])

    def records(
        part: str, read: Callable[[dict[str, Any]], Record]
    ) -> Generator[None, None, list[Record]]:
        return (yield from _records(document[part], read))

    world = kind(
        seed=document["seed"],
        start=instant(document["now"]),
        users=(yield from records("users", lambda user: User(**_read_user(user)))),
        vms=(yield from records("vms", lambda vm: VirtualMachine(**_read_machine(vm)))),
        datacenter=Datacenter(
            (yield from records("folders", lambda folder: Folder(**folder))),
            (yield from records("networks", lambda net: Network(**_read(net, "updated_on")))),
            (yield from records("domains", lambda domain: Domain(**domain))),
        ),
        motd=document["motd"],
        task_time=microseconds(document["task_seconds"]),
        groups=(yield from records("groups", lambda group: Group(**group))),
        messages=(
            yield from records(
                "messages", lambda told: Message(**_read(told, "created_on", "updated_on"))
            )
        ),
    )
    world.faults.restore(map(_read_fault, document["faults"]), document["last_fault"])
    world.holds.restore(map(_read_hold, document["holds"]), document["last_hold"])
    _check_whole(document["holds"])
    _check_ids("faults", document["faults"], document["last_fault"])
    _check_ids("holds", document["holds"], document["last_hold"])
    standing = yield from records("snapshots", lambda row: (row["vm"], _read_snapshot(row)))
    _check_order("messages", [message["id"] for message in document["messages"]])
    _check_order("groups", [group.id for group in world.groups])
    _check_order("snapshots", [(vm, snapshot.id) for vm, snapshot in standing])
    world.inventory.restore(document["snapshot_numbers"], standing)
    yield from _enter(world, "snapshot_requests", document, _read_snapshot_request)
    yield from _enter(world, "change_requests", document, _read_change_request)
    yield from consistency.check(world, standing)
    return world


def _enter(
    world: "World",
    part: str,
    document: Mapping[str, Any],
    read: Callable[[dict[str, Any]], Asked],
) -> Iterator[None]:
    """Enter the requests that a part of the document tells, whose ids count up from 1."""
    for id, request in enumerate((yield from _records(document[part], read)), start=1):
        if request.id != id:
            raise MalformedDump(f"{part}: the ids are not 1, 2, 3 and so on")
        world.enter(request)
        if id % ROWS_A_SLICE == 0:
            yield


def _records(
    rows: Iterable[dict[str, Any]], read: Callable[[dict[str, Any]], Record]
) -> Generator[None, None, list[Record]]:
    """Return the records that rows tell, a slice at a time."""
    made: list[Record] = []
    for number, row in enumerate(rows, start=1):
        _check_whole(row)
        made.append(read(row))
        if number % ROWS_A_SLICE == 0:
            yield
    return made


def _check_whole(value: Any) -> None:
    """Raise MalformedDump for a number with a fraction, even of 0: no world holds one.

    JSON Schema calls 1.0 an integer; ids and the like must be what Python calls one.
    """
    if isinstance(value, float):
        raise MalformedDump(f"{value!r} is not a whole number")
    if isinstance(value, Mapping):
        value = value.values()
    elif not isinstance(value, list):
        return
    for each in value:
        _check_whole(each)


def _check_ids(name: str, rows: Sequence[Mapping[str, Any]], last: int) -> None:
    """Raise MalformedDump unless ids count up, to the last one given at most."""
    ids = [row["id"] for row in rows]
    _check_order(name, [0, *ids])
    if ids and ids[-1] > last:
        raise MalformedDump(f"{name}: {ids[-1]} was never given")


def _check_order(name: str, places: Sequence[Any]) -> None:
    if any(before >= after for before, after in pairwise(places)):
        raise MalformedDump(f"{name}: one is told twice, or not in order")


def _plain(record: Any) -> dict[str, Any]:
    document: dict[str, Any] = record._asdict()
    return document


def seconds(time: int) -> float:
    """Spell a while in microseconds as seconds, whole ones as a whole number."""
    return time / SECOND if time % SECOND else time // SECOND


def microseconds(seconds: float) -> int:
    """Read what `seconds` spells."""
    return round(seconds * SECOND)


def _fault(entry: tuple[Rule, Count]) -> dict[str, Any]:
    rule, count = entry
    when = rule.when._asdict() | {
        name: None if at is None else iso(at)
        for name, at in (("since", rule.when.since), ("until", rule.when.until))
    }
    members = rule._asdict() | {"where": dict(rule.where), "when": when, "how": dict(rule.how)}
    return members | count._asdict()


def _read_fault(fault: Mapping[str, Any]) -> tuple[Rule, Count]:
    members = dict(fault)
    count = Count(members.pop("seen"), members.pop("fired"))
    _check_whole([*count, members["id"], members["where"]])
    for part in (members["when"], members["how"]):
        _check_whole([value for name, value in part.items() if name not in _MAY_BE_BROKEN])
    when = When(**_read(members["when"], "since", "until"))
    own = {"where": dict(members["where"]), "when": when, "how": dict(members["how"])}
    return Rule(**members | own), count


def _hold(hold: Hold) -> dict[str, Any]:
    return {"id": hold.id, "where": dict(hold.where)}


def _read_hold(hold: dict[str, Any]) -> Hold:
    return Hold(**hold | {"where": dict(hold["where"])})


def _message(message: Message) -> dict[str, Any]:
    return message._asdict() | {
        "created_on": iso(message.created_on),
        "updated_on": iso(message.updated_on),
    }


def _network(network: Network) -> dict[str, Any]:
    return network._asdict() | {"updated_on": iso(network.updated_on)}


def _user(user: User) -> dict[str, Any]:
    return user._asdict() | {
        "sees": None if user.sees is None else sorted(user.sees),
        "groups": list(user.groups),
        "created_on": iso(user.created_on),
        "access_role": _role(user.access_role),
        "request_role": _role(user.request_role),
        "settings": user.settings._asdict(),
    }


def _role(role: Role) -> dict[str, Any]:
    return role._asdict() | {"entitlements": list(role.entitlements)}


def _read_role(role: Mapping[str, Any]) -> Role:
    return Role(**{**role, "entitlements": tuple(role["entitlements"])})


def _read_user(user: Mapping[str, Any]) -> dict[str, Any]:
    sees = user["sees"]
    return _read(user, "created_on") | {
        "sees": None if sees is None else frozenset(sees),
        "groups": tuple(user["groups"]),
        "access_role": _read_role(user["access_role"]),
        "request_role": _read_role(user["request_role"]),
        "settings": Settings(**user["settings"]),
    }


def _machine(vm: VirtualMachine) -> dict[str, Any]:
    return vm._asdict() | {
        "networks": list(vm.networks),
        "created_on": iso(vm.created_on),
        "boot_time": None if vm.boot_time is None else iso(vm.boot_time),
    }


def _read_machine(vm: Mapping[str, Any]) -> dict[str, Any]:
    return _read(vm, "created_on", "boot_time") | {"networks": tuple(vm["networks"])}


def _snapshot(standing: tuple[str, Snapshot]) -> dict[str, Any]:
    uuid, snapshot = standing
    return {"vm": uuid} | snapshot._asdict() | {"created_on": iso(snapshot.created_on)}


def _read_snapshot(row: Mapping[str, Any]) -> Snapshot:
    members = {name: value for name, value in row.items() if name != "vm"}
    return Snapshot(**_read(members, "created_on"))


def _snapshot_request(request: SnapshotRequest) -> dict[str, Any]:
    members = request._asdict() | request.options._asdict()
    del members["options"]
    return members | {
        "job": request.job.value,
        "state": request.state.value,
        "created_on": iso(request.created_on),
        "updated_on": iso(request.updated_on),
        "from_date": iso(request.from_date),
        "extensions": list(request.extensions),
        "work": _work(request.work),
    }


def _read_snapshot_request(request: Mapping[str, Any]) -> SnapshotRequest:
    members = _read(_options_apart(request), "created_on", "updated_on", "from_date")
    extensions, work = tuple(request["extensions"]), _read_work(request["work"])
    return SnapshotRequest(**members | {"extensions": extensions, "work": work})


def _options_apart(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return a request's members with its options as one of them."""
    members = dict(request)
    options = Options(members.pop("consolidate"), members.pop("with_memory"))
    return members | {"options": PLAIN if options == PLAIN else options}


def _change_request(request: ChangeRequest) -> dict[str, Any]:
    return request._asdict() | {
        "job": request.job.value,
        "state": request.state.value,
        "created_on": iso(request.created_on),
        "updated_on": iso(request.updated_on),
        "schedule": None if request.schedule is None else iso(request.schedule),
        "attribute": None if request.attribute is None else request.attribute.value,
        "value": _value(request.value),
        "failure": _failure(request.failure),
        "work": _work(request.work),
    }


def _work(work: Work | None) -> dict[str, Any] | None:
    if work is None:
        return None
    failure = _failure(work.failure)
    return {"began": iso(work.began), "until": iso(work.until), "failure": failure}


def _read_work(work: Mapping[str, Any] | None) -> Work | None:
    if work is None:
        return None
    failure = _read_failure(work["failure"])
    return Work(instant(work["began"]), instant(work["until"]), failure)


def _failure(failure: Failure | None) -> dict[str, Any] | None:
    return failure and {**failure._asdict(), "fault": failure.fault.value}


def _read_failure(failure: Mapping[str, Any] | None) -> Failure | None:
    return None if failure is None else Failure(Fault(failure["fault"]), failure["detail"])


def _value(value: Value | None) -> Any:
    if isinstance(value, Processors):
        return value._asdict()
    return value.value if isinstance(value, Power) else value


def _read_change_request(request: Mapping[str, Any]) -> ChangeRequest:
    return ChangeRequest(**_read_change(request))


def _read_change(request: Mapping[str, Any]) -> dict[str, Any]:
    members = _read(request, "created_on", "updated_on", "schedule") | {"name": request["name"]}
    if members["attribute"] is not None:
        members["attribute"] = Attribute(members["attribute"])
        members["value"] = _VALUES[members["attribute"]](members["value"])
    return members | {
        "failure": _read_failure(members["failure"]),
        "work": _read_work(members["work"]),
    }


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a name")
    return value


def _number(value: Any) -> int:
    if type(value) is not int:
        raise TypeError(f"{value!r} is not a number of megabytes")
    return value


_VALUES: Mapping[Attribute, Callable[[Any], Value]] = {
    Attribute.POWER: Power,
    Attribute.NAME: _text,
    Attribute.CPU: lambda value: Processors(**value),
    Attribute.MEMORY: _number,
}
"""How the value of a change is read back."""

_MAY_BE_BROKEN = frozenset({"share", "seconds", "up_to"})
"""The numbers of a fault that may have a fraction."""

_MAY_BE_NONE = frozenset({"boot_time", "schedule", "since", "until"})
"""The instants that a record may lack."""


def _read(record: Mapping[str, Any], *instants: str) -> dict[str, Any]:
    """Return a record's members with instants and words read back to what they stand for."""
    members = dict(record)
    for name in instants:
        if members[name] is not None or name not in _MAY_BE_NONE:
            members[name] = instant(members[name])
    if "job" in members:
        members |= {"job": Job(members["job"]), "state": State(members["state"])}
    return members


def _standing(world: "World") -> list[tuple[str, Snapshot]]:
    inventory = world.inventory
    return [
        (uuid, snapshot)
        for uuid in sorted(inventory.numbers())
        for snapshot in inventory.snapshots(uuid)
    ]


Part: TypeAlias = "tuple[str, Callable[[World], Any], Callable[[Any], Any] | None]"
"""A member of a dump: its name, what there is of it in a world, and what spells a row of it."""


def _parts() -> tuple[Part, ...]:
    return (
        ("format", lambda _: FORMAT, None),
        ("seed", lambda world: world.seed, None),
        ("now", lambda world: iso(world.now), None),
        ("users", lambda world: list(world.users.values()), _user),
        ("motd", lambda world: world.motd, None),
        ("task_seconds", lambda world: seconds(world.task_time), None),
        ("faults", lambda world: list(world.faults), _fault),
        ("last_fault", lambda world: world.faults.last, None),
        ("holds", lambda world: list(world.holds), _hold),
        ("last_hold", lambda world: world.holds.last, None),
        ("groups", lambda world: world.groups, _plain),
        ("messages", lambda world: world.messages, _message),
        ("folders", lambda world: list(world.datacenter.folders.values()), _plain),
        ("networks", lambda world: list(world.datacenter.networks.values()), _network),
        ("domains", lambda world: list(world.datacenter.domains.values()), _plain),
        ("vms", lambda world: list(world.inventory), _machine),
        ("snapshot_numbers", lambda world: world.inventory.numbers(), None),
        ("snapshots", _standing, _snapshot),
        ("snapshot_requests", lambda world: list(world.requests()[0]), _snapshot_request),
        ("change_requests", lambda world: list(world.requests()[1]), _change_request),
    )


PARTS = _parts()
"""All members of a dump in order; what has no spelling is spelled as it is."""
