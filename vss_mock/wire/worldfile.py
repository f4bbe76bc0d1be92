"""A world file (also the body of `POST /_mock/worlds`), found valid by its schema, as a world.

What a file leaves out comes from the preset, the demo world, or is derived from seed and name.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from vss_mock.simulator.changes import ON
from vss_mock.simulator.clock import Mode, Pace, within_time
from vss_mock.simulator.dump import microseconds
from vss_mock.simulator.records import Group, Message, Role, Settings, User, VirtualMachine
from vss_mock.simulator.world import World
from vss_mock.simulator.worlds import DEFAULT, Tenancy
from vss_mock.wire import dates, tokens
from vss_mock.wire.faultfile import add_fault, add_hold
from vss_mock.wire.places import Places
from vss_mock.wire.problems import Refusal, short

DOCUMENTED_START = dates.parse_instant("2016-07-29T12:30:59")
"""Where a frozen clock starts unless told otherwise: the `created_on` of the document."""

_ACCESS = Role("general", "general users", ("ro-access: 1", "rw-access: 2"))
_REQUEST = Role(
    "basic",
    "basic resources",
    ("memory: 32GB as maximum memory", "cpu: Maximum CPU of 8"),
)
"""The roles of users whose file names none (documented: User Roles, page 14090387)."""

MAXIMUM_TEMPLATES = 64
"""How many beginnings of preset worlds are remembered at a time."""
_OWN = frozenset(
    {
        "vms",
        "users",
        "history",
        "groups",
        "messages",
        "motd",
        "folders",
        "networks",
        "domains",
        "task_seconds",
        "faults",
        "holds",
    }
)
_GOES_WITH = (
    *((name, frozenset({"vms"})) for name in ("folders", "networks", "domains")),
    *((name, frozenset({"users"})) for name in ("groups", "messages")),
    ("history", frozenset({"vms", "users"})),
    ("motd", frozenset()),
)
"""What comes from the preset unless a file has its own of what it goes with."""

Templates = dict[tuple[int, int], World]
"""Preset worlds as they begin, by seed and start: worlds made of one share all its records."""


def establish(
    settings: Mapping[str, Any],
    at: int,
    preset: Mapping[str, Any],
    templates: Templates,
    operations: Callable[[str], Collection[str]],
) -> Tenancy:
    """Return the world that a file describes, under its name, with its pace and its tokens.

    A live clock starts at the edge's instant `at`, a frozen one at the documented start, unless
    `start` says otherwise. `operations` gives the ids of what a dialect has. Raises Refusal, and
    the simulator's errors for what clashes.
    """
    name = settings.get("name", DEFAULT)
    mode = Mode(settings.get("clock", "frozen"))
    live = mode is Mode.LIVE
    start = at if live else DOCUMENTED_START
    if "start" in settings:
        start = dates.parse_instant(settings["start"])
    document = _completed(settings, preset)
    fixed = {user["username"]: _token(name, user) for user in document["users"]}
    pace = Pace(mode, settings.get("rate", 1.0), at, start)
    dialect = settings.get("dialect", "2016")
    if _OWN.isdisjoint(settings):
        world = _template(document, start, templates)
    else:
        world = build(document, start)
        for fault in document.get("faults", ()):
            add_fault(world, fault, operations(dialect))
        for hold in document.get("holds", ()):
            add_hold(world, hold)
    return Tenancy(name, world, pace, dialect, fixed)


def _template(document: Mapping[str, Any], start: int, templates: Templates) -> World:
    """Return the preset world of a seed and a start, which nobody changes: worlds fork it."""
    key = (int(document.get("seed", 0)), start)
    if key not in templates:
        if len(templates) >= MAXIMUM_TEMPLATES:
            templates.clear()
        templates[key] = build(document, start)
    return templates[key]


def _token(world: str, user: Mapping[str, Any]) -> str:
    """Return a user's fixed token. Raises Refusal for one that names another world."""
    token = user.get("token") or tokens.own(world, user["username"])
    named = tokens.world_before_dot(token)
    if named not in {None, world}:
        message = (
            f"token: {short(token)} begins with {named!r} and a dot: so do tokens of that world"
        )
        raise Refusal(400, message, parameters=["token"])
    return token


def _completed(settings: Mapping[str, Any], preset: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the settings with what the preset has where they name none.

    The preset's tokens open the default world only. Its places go with its own machines, its groups
    and messages with its own users, and its history with both.
    """
    default = settings.get("name", DEFAULT) == DEFAULT
    users = [
        {
            member: value
            for member, value in user.items()
            if (member != "token" or default) and (member != "sees" or "vms" not in settings)
        }
        for user in preset["users"]
    ]
    shared = {name: preset[name] for name, own in _GOES_WITH if own.isdisjoint(settings)}
    return {"users": users, "vms": preset["vms"], **shared, **settings}


def build(document: Mapping[str, Any], start: int) -> World:
    """Return the world that a file describes, its history lived through, at instant `start`.

    Raises Refusal for names that lead nowhere, and the simulator's errors for what clashes.
    """
    seed = int(document.get("seed", 0))  # 1.0 is an integer too, as JSON Schema has it
    history = sorted(
        (start - dates.parse_duration(entry["ago"]), row, entry)
        for row, entry in enumerate(document.get("history", ()))
    )
    begin = history[0][0] if history else start
    places = Places(document, begin)
    machines = [_machine(vm, row, seed, places, begin) for row, vm in enumerate(document["vms"])]
    uuids = {vm.name: vm.uuid for vm in machines}
    users = [_user(user, uuids, begin) for user in document["users"]]
    world = World(
        seed=seed,
        start=begin,
        users=users,
        vms=machines,
        datacenter=places.datacenter(),
        groups=_groups(document, users),
        messages=_messages(document, users, start),
        motd=document.get("motd"),
    )
    for at, _, entry in history:
        user = world.user(entry["user"])
        if user is None:
            raise _nobody("history", entry["user"])
        world.advance_to(at)
        vm = _known(uuids, entry["vm"], "history")
        world.submit(user, vm, entry["description"], at, int(entry["valid_for"]))
    world.advance_to(start)
    world.task_time = microseconds(document.get("task_seconds", 0))
    return world


def _known(uuids: Mapping[str, str], name: str, where: str) -> str:
    if name not in uuids:
        raise Refusal(400, f"{where}: no virtual machine {short(name)}", parameters=[where])
    return uuids[name]


def _user(document: Mapping[str, Any], uuids: Mapping[str, str], begin: int) -> User:
    username, sees = document["username"], document.get("sees")
    return User(
        username=username,
        password=document["password"],
        full_name=document.get("full_name", username),
        email=document.get("email", f"{username}@example.org"),
        sees=None if sees is None else frozenset(_known(uuids, name, "sees") for name in sees),
        phone=document.get("phone", ""),
        groups=tuple(document.get("groups", ())),
        created_on=begin,
        access_role=_role(document.get("access_role"), _ACCESS),
        request_role=_role(document.get("request_role"), _REQUEST),
        settings=Settings(**document.get("notifications", {})),
    )


def _role(document: Mapping[str, Any] | None, default: Role) -> Role:
    if document is None:
        return default
    told = tuple(document.get("entitlements", ()))
    return Role(document["name"], document.get("description", ""), told)


def _groups(document: Mapping[str, Any], users: Sequence[User]) -> list[Group]:
    """Return the groups that are described, then those that users only name."""
    told = {group["name"]: group.get("description", "") for group in document.get("groups", ())}
    for user in users:
        for name in user.groups:
            told.setdefault(name, "")
    return [Group(id, name, text) for id, (name, text) in enumerate(told.items(), start=1)]


def _messages(document: Mapping[str, Any], users: Sequence[User], start: int) -> list[Message]:
    usernames = {user.username for user in users}
    found = []
    for id, message in enumerate(document.get("messages", ()), start=1):
        if message["user"] not in usernames:
            raise _nobody("messages", message["user"])
        sent = within_time(start - dates.parse_duration(message.get("ago", 0)))
        found.append(
            Message(
                id=id,
                user=message["user"],
                kind=message.get("kind", "Notice"),
                subject=message["subject"],
                text=message["text"],
                acknowledged=message.get("status") == "Acknowledged",
                created_on=sent,
                updated_on=sent,
            )
        )
    return found


def _nobody(where: str, username: str) -> Refusal:
    return Refusal(400, f"{where}: no user {short(username)}", parameters=[where])


def _machine(
    document: Mapping[str, Any], row: int, seed: int, places: Places, begin: int
) -> VirtualMachine:
    """Return a machine; what a file leaves out is derived from the seed, the name and the row."""
    name = document["name"]
    gigabytes = int(document.get("provisioned_gb", 40))
    power_state = document.get("power_state", ON)
    ubuntu = "guest_full_name" not in document
    hostname = name.partition("-")[2].lower() or name.lower() if power_state == ON else None
    return VirtualMachine(
        uuid=document.get("uuid") or str(uuid5(NAMESPACE_URL, f"vss-mock:{seed}/{name}")),
        moref=document.get("moref", f"vm-{row + 1}"),
        name=name,
        power_state=power_state,
        cpu_count=int(document.get("cpu_count", 1)),
        memory_mb=int(document.get("memory_mb", 1024)),
        guest_full_name=document.get("guest_full_name", "Ubuntu Linux (64-bit)"),
        ip_address=document.get("ip_address"),
        overall_status=document.get("overall_status", "green"),
        storage_b=int(document.get("storage_b", gigabytes * 1024**3)),
        provisioned_gb=gigabytes,
        folder=places.folder_of(document),
        networks=places.networks_of(document),
        needs_consolidation=document.get("needs_consolidation", False),
        domain=places.domain_of(document),
        created_on=begin,
        boot_time=begin if power_state == ON else None,
        cores_per_socket=int(document.get("cores_per_socket", 1)),
        guest_id=document.get("guest_id", "ubuntu64Guest" if ubuntu else "otherGuest64"),
        hostname=document.get("hostname", hostname),
        hot_add=document.get("hot_add", False),
    )
