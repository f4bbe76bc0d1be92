"""What the control API's handlers share: finding a world, and spelling clocks, events, worlds."""

from collections.abc import Iterable, Iterator

from vss_mock.api.house import House
from vss_mock.api.messages import Call, Document, Reply
from vss_mock.api.pacing import settle
from vss_mock.api.rendering import render
from vss_mock.simulator.clock import iso
from vss_mock.simulator.dump import seconds
from vss_mock.simulator.errors import UnknownWorld
from vss_mock.simulator.holds import Hold
from vss_mock.simulator.records import Due, Fired
from vss_mock.simulator.world import World
from vss_mock.simulator.worlds import DEFAULT, Tenancy
from vss_mock.wire import dates
from vss_mock.wire.problems import Refusal


def tenancy_of(house: House, call: Call) -> Tenancy:
    """Return the world that a path names, the default one where it names none."""
    return house.worlds[call.params.get("world", DEFAULT)]


def check_origin(call: Call) -> None:
    """Raise Refusal for a call from a web page of another origin."""
    foreign = call.origin is not None and call.origin != call.base
    if foreign or call.fetch_site not in {None, "same-origin", "none"}:
        raise Refusal(403, "the control API takes no calls from web pages of other origins")


def check_there(house: House, tenancy: Tenancy) -> Tenancy:
    """Return a world once a call has its turn: it may be another one that was loaded meanwhile.

    Raises UnknownWorld if it was deleted.
    """
    present = house.worlds.present(tenancy)
    if present is None:
        raise UnknownWorld(tenancy.name)
    return present


def catch_up(tenancy: Tenancy, call: Call) -> Iterator[None]:
    """Let happen what should have happened, in a world that does not only move on command."""
    if tenancy.pace.settles:
        yield from settle(tenancy, call.at)


def clock_of(house: House, tenancy: Tenancy) -> Document:
    """Spell where a world's clock stands, and what is due next."""
    world, pace = tenancy.world, tenancy.pace
    due, held = world.next_due(), world.held
    hold = held and world.holds.of(held)
    return {
        "now": iso(world.now),
        "local": dates.local_iso(world.now),
        "mode": pace.mode,
        "rate": pace.rate,
        "task_seconds": seconds(world.task_time),
        "next": due and due_of(due),
        "held": {"hold": hold.id, "due": due_of(held)} if hold and held else None,
    }


def due_of(due: Due) -> Document:
    """Spell an event that lies ahead."""
    return {
        "at": iso(due.at),
        "kind": due.kind,
        "request": due.request,
        "event": due.event,
        "vm": due.vm,
        "snapshot": due.snapshot,
    }


def holds_of(world: World, holds: Iterable[Hold]) -> list[Document]:
    """Spell holds of a world, and which of them holds an event back now."""
    held = world.held
    by = held and world.holds.of(held)
    due = held and due_of(held)
    return [{"id": hold.id, **hold.where, "holds": due if hold == by else None} for hold in holds]


def spelled(house: House, tenancy: Tenancy, fired: Fired) -> Document:
    """Spell what happened, its states in the words of the world's dialect."""
    statuses = house.dialects[tenancy.dialect].statuses
    return {
        "at": iso(fired.at),
        "kind": fired.kind,
        "request": fired.request,
        "event": fired.event,
        "from": statuses[fired.before],
        "to": statuses[fired.after],
        "vm": fired.vm,
        "snapshot": fired.snapshot,
    }


def world_of(tenancy: Tenancy, call: Call) -> Document:
    """Spell a world: how it is called, who may log in, and its machines."""
    machines = tenancy.world.inventory
    return {
        **nature_of(tenancy, call),
        "vms": [{"name": vm.name, "uuid": vm.uuid, "moref": vm.moref} for vm in machines],
    }


def nature_of(tenancy: Tenancy, call: Call) -> Document:
    """Spell a world without its machines: how it is called, and who may log in."""
    world, name = tenancy.world, tenancy.name
    return {
        "name": name,
        "dialect": tenancy.dialect,
        "base_url": call.base,
        "now": iso(world.now),
        "mode": tenancy.pace.mode,
        "rate": tenancy.pace.rate,
        "seed": world.seed,
        "users": [
            {
                "username": user.username,
                "login": user.username if name == DEFAULT else f"{user.username}@{name}",
                "password": user.password,
                "token": tenancy.tokens[user.username],
            }
            for user in world.users.values()
        ],
    }


def reply(status_code: int, document: Document) -> Reply:
    """Return a document as a reply."""
    return Reply(status_code, render(document))
