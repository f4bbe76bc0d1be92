"""What of a world has changed since somebody looked, told by the world right before each change.

A world that nobody watches pays nothing for it, and one that is watched pays for what changes, not
for what there is.
"""

from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

from vss_mock.simulator.records import Request, Snapshot, VirtualMachine
from vss_mock.simulator.trail import Key
from vss_mock.simulator.world import World

SNAPSHOT, CHANGE, MACHINE, STANDING = "snapshot_requests", "change_requests", "vms", "snapshots"
"""The kinds of rows that those who watch are told, as a world names them."""

Place = tuple[str, Key]
"""Where a row is found: its kind, and its key."""
Machine = tuple[VirtualMachine, tuple[Snapshot, ...]]
"""A machine with the snapshots that it has now."""


class Changes:
    """What has changed in one world, each row with what it was when it was looked at last.

    `stirred` says that something may have changed that is in no row: a fault, or a hold.
    """

    __slots__ = ("_machines", "_requests", "stirred")

    def __init__(self) -> None:
        # In order, so that what changes again and again keeps nothing else from being told.
        self._machines: OrderedDict[str, dict[Place, Any]] = OrderedDict()
        self._requests: OrderedDict[Place, Request | None] = OrderedDict()
        self.stirred = True

    def begin(self) -> None:
        """Hear that something is about to change that is in no row."""
        self.stirred = True

    def note(self, kind: str, key: Key, before: Any) -> None:
        """Hear that a row is about to change, and what is there, None for nothing."""
        if kind in {SNAPSHOT, CHANGE}:
            self._requests.setdefault((kind, key), before)
        elif kind in {MACHINE, STANDING}:
            uuid = key if kind == MACHINE else key[0]
            self._machines.setdefault(uuid, {}).setdefault((kind, key), before)

    def machine(self, world: World, vm: VirtualMachine) -> Machine:
        """Return a machine as it is now, and take it as looked at."""
        self._machines.pop(vm.uuid, None)
        return vm, world.inventory.snapshots(vm.uuid)

    def request(self, world: World, place: Place) -> Request:
        """Return a request as it is now, and take it as looked at."""
        self._requests.pop(place, None)
        found: Request = world.row(*place)
        return found

    def machines(self, world: World) -> Iterator[Machine]:
        """Yield machines that are not what they were; each is looked at as it is yielded."""
        while self._machines:
            uuid, rows = self._machines.popitem(last=False)
            if any(world.row(*place) != before for place, before in rows.items()):
                yield world.inventory[uuid], world.inventory.snapshots(uuid)

    def requests(self, world: World) -> Iterator[Request]:
        """Yield requests that are not what they were; each is looked at as it is yielded."""
        while self._requests:
            place, before = self._requests.popitem(last=False)
            request: Request | None = world.row(*place)
            if request is not None and request != before:
                yield request
