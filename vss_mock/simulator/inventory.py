"""The virtual machines of a world, by uuid, by moref and by name, and the snapshots they have."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from vss_mock.simulator.errors import (
    DuplicateName,
    HiddenVirtualMachine,
    LimitReached,
    UnknownSnapshot,
    UnknownVirtualMachine,
)
from vss_mock.simulator.records import Snapshot, User, VirtualMachine
from vss_mock.simulator.trail import Before, Key, Notes

MAXIMUM_VMS = 100_000
"""How many virtual machines one world may have."""


class NameIndex:
    """All names in one string, so that a search costs what one pass over that string costs."""

    __slots__ = ("_starts", "_text", "_uuids")

    def __init__(self, machines: Iterable[VirtualMachine]) -> None:
        """Index the names of machines; a name holds no newline."""
        self._uuids: list[str] = []
        self._starts: list[int] = []
        names: list[str] = []
        start = 0
        for vm in machines:
            name = vm.name.casefold()
            self._uuids.append(vm.uuid)
            self._starts.append(start)
            names.append(name)
            start += len(name) + 1
        self._text = "\n".join(names)

    def find(self, part: str) -> Iterator[str]:
        """Yield the uuids of machines whose name has `part` in it, whatever its case, in order."""
        part = part.casefold()
        if "\n" in part:
            return
        found = self._text.find(part)
        while found >= 0:
            row = bisect_right(self._starts, found) - 1
            yield self._uuids[row]
            if row + 1 == len(self._starts):
                return
            found = self._text.find(part, self._starts[row + 1])


class Inventory:
    """Machines and their snapshots. Snapshots count up per machine and numbers are never reused.

    The index of names is made anew by the first search after a machine was renamed.
    """

    __slots__ = ("_index", "_machines", "_numbers", "_shared", "_snapshots", "_uuids", "trail")

    def __init__(self, machines: Iterable[VirtualMachine]) -> None:
        """Take machines in order; raise DuplicateName or LimitReached."""
        self._machines: dict[str, VirtualMachine] = {}
        self._uuids: dict[str, str] = {}
        self._snapshots: dict[str, dict[int, Snapshot]] = {}
        self._numbers: dict[str, int] = {}
        for vm in machines:
            if len(self._machines) == MAXIMUM_VMS:
                raise LimitReached("virtual machines", MAXIMUM_VMS)
            if vm.uuid in self._machines:
                raise DuplicateName("uuid", vm.uuid)
            for what, name in (("moref", vm.moref), ("name", vm.name)):
                if self._uuids.get(name, vm.uuid) != vm.uuid:
                    raise DuplicateName(what, name)
                self._uuids[name] = vm.uuid
            self._machines[vm.uuid] = vm
        self._index: NameIndex | None = NameIndex(self._machines.values())
        self._shared = False
        self.trail: Notes | None = None

    def __len__(self) -> int:
        """Return how many machines there are."""
        return len(self._machines)

    def __iter__(self) -> Iterator[VirtualMachine]:
        """Yield all machines in order."""
        return iter(self._machines.values())

    def __getitem__(self, uuid: str) -> VirtualMachine:
        """Return a machine that exists, whoever asks."""
        return self._machines[uuid]

    def named(self, name: str) -> VirtualMachine | None:
        """Return the machine of exactly this name or moref, or None."""
        uuid = self._uuids.get(name)
        return None if uuid is None else self._machines[uuid]

    def identified(self, text: str) -> str:
        """Return the uuid of the machine with this moref, and any other text as it is."""
        uuid = self._uuids.get(text)
        return uuid if uuid is not None and self._machines[uuid].moref == text else text

    def machine(self, user: User, uuid: str) -> VirtualMachine:
        """Return a machine for a user; raise UnknownVirtualMachine or HiddenVirtualMachine."""
        vm = self._machines.get(uuid)
        if vm is None:
            raise UnknownVirtualMachine(uuid)
        if user.sees is not None and uuid not in user.sees:
            raise HiddenVirtualMachine(uuid, user.username)
        return vm

    def find(self, user: User, part: str) -> list[VirtualMachine]:
        """Return the machines a user may see whose name has `part` in it; all of them for ""."""
        found: Iterable[str] = self._machines
        if part:
            if self._index is None:
                self._index = NameIndex(self._machines.values())
            found = self._index.find(part)
        sees = user.sees
        return [self._machines[uuid] for uuid in found if sees is None or uuid in sees]

    def replace(self, vm: VirtualMachine) -> None:
        """Put a machine's changed record in the place of the old one; raise DuplicateName."""
        before = self._machines[vm.uuid]
        if vm.name != before.name and self._uuids.get(vm.name, vm.uuid) != vm.uuid:
            raise DuplicateName("name", vm.name)
        if self.trail is not None:
            self.trail.note("vms", vm.uuid, before)
        if vm.name != before.name:
            self._rename([(before, vm)])
        self._machines[vm.uuid] = vm

    def _rename(self, renamed: Iterable[tuple[VirtualMachine, VirtualMachine]]) -> None:
        """Let machines be found by their new names, and no more by their old ones."""
        if self._shared:  # with a fork: what changes is a copy
            self._uuids, self._shared = self._uuids.copy(), False
        for before, _ in renamed:
            if before.name != before.moref:
                del self._uuids[before.name]
        for _, after in renamed:
            self._uuids[after.name] = after.uuid
        self._index = None

    def snapshots(self, uuid: str) -> tuple[Snapshot, ...]:
        """Return the snapshots a machine has now, in order of their numbers."""
        return tuple(self._snapshots.get(uuid, {}).values())

    def has_snapshot(self, uuid: str, number: int) -> bool:
        """Tell whether the machine has this snapshot now."""
        return number in self._snapshots.get(uuid, {})

    def snapshot(self, uuid: str, number: int) -> Snapshot:
        """Return a snapshot; raise UnknownSnapshot if the machine has none of this number."""
        try:
            return self._snapshots[uuid][number]
        except KeyError:
            raise UnknownSnapshot(uuid, number) from None

    def take(self, uuid: str, request: int, at: int) -> Snapshot:
        """Take a snapshot of a machine for a create request, at an instant; return it."""
        number = self._numbers.get(uuid, 0) + 1
        if self.trail is not None:
            self.trail.note("snapshot_numbers", uuid, self._numbers.get(uuid))
            self.trail.note("snapshots", (uuid, number), None)
        self._numbers[uuid] = number
        vm = self._machines[uuid]
        taken = Snapshot(
            number,
            request,
            at,
            vm.power_state,
            vm.cpu_count,
            vm.memory_mb,
            vm.cores_per_socket,
        )
        self._snapshots.setdefault(uuid, {})[number] = taken
        return taken

    def drop(self, uuid: str, number: int) -> None:
        """Delete a snapshot that exists."""
        standing = self._snapshots[uuid]
        if self.trail is not None:
            self.trail.note("snapshots", (uuid, number), (uuid, standing[number]))
        del standing[number]
        if not standing:
            del self._snapshots[uuid]

    def numbers(self) -> dict[str, int]:
        """Return the last snapshot number given, by uuid in order, of machines that had one."""
        return dict(sorted(self._numbers.items()))

    def restore(self, numbers: Mapping[str, int], standing: Iterable[tuple[str, Snapshot]]) -> None:
        """Set the last numbers and the standing snapshots of machines, as a dump tells them."""
        self._numbers = dict(numbers)
        for uuid, snapshot in standing:
            self._snapshots.setdefault(uuid, {})[snapshot.id] = snapshot

    def fork(self) -> "Inventory":
        """Return an independent copy that shares every record."""
        copy = Inventory.__new__(Inventory)
        copy._machines = self._machines.copy()
        copy._uuids = self._uuids
        copy._snapshots = {uuid: own.copy() for uuid, own in self._snapshots.items()}
        copy._numbers = self._numbers.copy()
        copy._index = self._index
        copy._shared = self._shared = True
        copy.trail = None
        return copy

    def row(self, kind: str, key: Key) -> Any:
        """Return what stands under a key of a kind now, as a dump has it, None for nothing."""
        if kind == "vms":
            return self._machines[key]
        if kind == "snapshot_numbers":
            return self._numbers.get(key)
        uuid, number = key
        snapshot = self._snapshots.get(uuid, {}).get(number)
        return None if snapshot is None else (uuid, snapshot)

    def rows(self) -> dict[str, dict[Key, Any]]:
        """Return all that a call or time may change, by kind and key, as `row` gives it."""
        standing = {
            (uuid, number): (uuid, snapshot)
            for uuid, own in self._snapshots.items()
            for number, snapshot in own.items()
        }
        return {
            "vms": self._machines.copy(),
            "snapshot_numbers": self._numbers.copy(),
            "snapshots": standing,
        }

    def put_back(self, before: Before) -> None:
        """Let stand again what a trail found before something changed."""
        renamed: list[tuple[VirtualMachine, VirtualMachine]] = []
        stirred: set[str] = set()
        for (kind, key), row in before.items():
            if kind == "vms":
                if self._machines[key].name != row.name:
                    renamed.append((self._machines[key], row))
                self._machines[key] = row
            elif kind == "snapshot_numbers":
                _put(self._numbers, key, row)
            elif kind == "snapshots":
                uuid, number = key
                _put(self._snapshots.setdefault(uuid, {}), number, row and row[1])
                stirred.add(uuid)
        if renamed:
            self._rename(renamed)
        for uuid in stirred:
            own = self._snapshots.pop(uuid)
            if own:
                self._snapshots[uuid] = dict(sorted(own.items()))


def _put(rows: dict[Any, Any], key: Key, row: Any) -> None:
    """Put a row back under its key, None for none."""
    if row is None:
        rows.pop(key, None)
    else:
        rows[key] = row
