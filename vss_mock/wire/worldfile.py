"""A world file (also the body of `POST /_mock/worlds`), found valid by its schema, as a world.

What a file leaves out comes from the preset, the demo world, or is derived from seed and name.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from vss_mock.simulator.clock import Pace
from vss_mock.simulator.records import Folder, Network, User, VirtualMachine
from vss_mock.simulator.world import World
from vss_mock.simulator.worlds import DEFAULT, Tenancy
from vss_mock.wire import dates
from vss_mock.wire.problems import Refusal, short

DOCUMENTED_START = dates.parse_instant("2016-07-29T12:30:59")
"""Where a frozen clock starts unless told otherwise: the `created_on` of the document."""

_FOLDER = Folder("group-v519", "Public", "API")
_NETWORK = Network("network-1", "Public")


MAXIMUM_TEMPLATES = 64
"""How many beginnings of preset worlds are remembered at a time."""
_OWN = frozenset({"vms", "users", "history"})

Templates = dict[tuple[int, int], World]
"""Preset worlds as they begin, by seed and start: worlds made of one share all its records."""


def establish(
    settings: Mapping[str, Any], at: int, preset: Mapping[str, Any], templates: Templates
) -> Tenancy:
    """Return the world that a file describes, under its name, with its pace and its tokens.

    A live clock starts at the edge's instant `at`, a frozen one at the documented start, unless
    `start` says otherwise. Raises Refusal, and the simulator's errors for what clashes.
    """
    name = settings.get("name", DEFAULT)
    live = settings.get("clock", "frozen") == "live"
    start = at if live else DOCUMENTED_START
    if "start" in settings:
        start = dates.parse_instant(settings["start"])
    document = _completed(settings, preset)
    tokens = {
        user["username"]: user.get("token") or own_token(name, user["username"])
        for user in document["users"]
    }
    pace = Pace(live, settings.get("rate", 1.0), at, start)
    dialect = settings.get("dialect", "2016")
    if _OWN.isdisjoint(settings):
        world = _template(document, start, templates)
    else:
        world = build(document, start)
    return Tenancy(name, world, pace, dialect, tokens)


def _template(document: Mapping[str, Any], start: int, templates: Templates) -> World:
    """Return the preset world of a seed and a start, which nobody changes: worlds fork it."""
    key = (document.get("seed", 0), start)
    if key not in templates:
        if len(templates) >= MAXIMUM_TEMPLATES:
            templates.clear()
        templates[key] = build(document, start)
    return templates[key]


def own_token(world: str, username: str) -> str:
    """Return the fixed token of a user whose file names none; it opens this world alone."""
    return f"{world}-{username}-token"


def _completed(settings: Mapping[str, Any], preset: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the settings with the preset's users, machines and history where they name none.

    The preset's tokens open the default world only, and its history is that of its own machines.
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
    own = "vms" in settings or "users" in settings
    history = [] if own else preset["history"]
    return {"users": users, "vms": preset["vms"], "history": history, **settings}


def build(document: Mapping[str, Any], start: int) -> World:
    """Return the world that a file describes, its history lived through, at instant `start`.

    Raises Refusal for names that lead nowhere, and the simulator's errors for what clashes.
    """
    seed = document.get("seed", 0)
    machines = [_machine(vm, row, seed) for row, vm in enumerate(document["vms"])]
    uuids = {vm.name: vm.uuid for vm in machines}
    users = [_user(user, uuids) for user in document["users"]]
    history = sorted(
        (start - dates.parse_duration(entry["ago"]), row, entry)
        for row, entry in enumerate(document.get("history", ()))
    )
    begin = history[0][0] if history else start
    world = World(seed=seed, start=begin, users=users, vms=machines)
    for at, _, entry in history:
        user = world.user(entry["user"])
        if user is None:
            raise Refusal(400, f"history: no user {short(entry['user'])}", parameters=["history"])
        world.advance_to(at)
        vm = _known(uuids, entry["vm"], "history")
        world.submit(user, vm, entry["description"], at, entry["valid_for"])
    world.advance_to(start)
    return world


def _known(uuids: Mapping[str, str], name: str, where: str) -> str:
    if name not in uuids:
        raise Refusal(400, f"{where}: no virtual machine {short(name)}", parameters=[where])
    return uuids[name]


def _user(document: Mapping[str, Any], uuids: Mapping[str, str]) -> User:
    username, sees = document["username"], document.get("sees")
    return User(
        username=username,
        password=document["password"],
        full_name=document.get("full_name", username),
        email=document.get("email", f"{username}@example.org"),
        sees=None if sees is None else frozenset(_known(uuids, name, "sees") for name in sees),
    )


def _machine(document: Mapping[str, Any], row: int, seed: int) -> VirtualMachine:
    """Return a machine; what a file leaves out is derived from the seed, the name and the row."""
    name = document["name"]
    gigabytes = document.get("provisioned_gb", 40)
    networks: Sequence[Mapping[str, str]] | None = document.get("networks")
    return VirtualMachine(
        uuid=document.get("uuid") or str(uuid5(NAMESPACE_URL, f"vss-mock:{seed}/{name}")),
        moref=document.get("moref", f"vm-{row + 1}"),
        name=name,
        power_state=document.get("power_state", "poweredOn"),
        cpu_count=document.get("cpu_count", 1),
        memory_mb=document.get("memory_mb", 1024),
        guest_full_name=document.get("guest_full_name", "Ubuntu Linux (64-bit)"),
        ip_address=document.get("ip_address"),
        overall_status=document.get("overall_status", "green"),
        storage_b=document.get("storage_b", int(gigabytes * 1024**3)),
        provisioned_gb=gigabytes,
        folder=Folder(**document["folder"]) if "folder" in document else _FOLDER,
        networks=(_NETWORK,) if networks is None else tuple(Network(**net) for net in networks),
        needs_consolidation=document.get("needs_consolidation", False),
    )
