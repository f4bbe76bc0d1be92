"""What a change makes of a machine, or why it cannot be made: one rule for each attribute.

Assumed, after vSphere: which power state each change needs, and that what cannot be made fails when
it is due, not when it is asked for. Client (pyvss): a rename leaves the prefix of a name alone.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from vss_mock.simulator.records import (
    INJECTED,
    Attribute,
    Failure,
    Fault,
    Power,
    Processors,
    Value,
    VirtualMachine,
)

ON, OFF, SUSPENDED = "poweredOn", "poweredOff", "suspended"
_STATES = frozenset({ON, OFF, SUSPENDED})

_PREFIX = re.compile(r"[0-9]{4}[A-Z]-")


class _Way(NamedTuple):
    """From which power states something can be done, and to which it leads."""

    before: frozenset[str]
    after: str


_ONLY_ON = frozenset({ON})
_WAYS: Mapping[Power, _Way] = {
    Power.ON: _Way(frozenset({OFF, SUSPENDED}), ON),
    Power.OFF: _Way(frozenset({ON, SUSPENDED}), OFF),
    Power.RESET: _Way(_ONLY_ON, ON),
    Power.REBOOT: _Way(_ONLY_ON, ON),
    Power.SHUTDOWN: _Way(_ONLY_ON, OFF),
    Power.SUSPEND: _Way(_ONLY_ON, SUSPENDED),
}


def changed(
    vm: VirtualMachine, attribute: Attribute, value: Value, at: int
) -> VirtualMachine | Failure:
    """Return a machine as a change makes it at an instant, or why the change fails.

    Whether a name is taken is for the inventory to say.
    """
    if isinstance(value, Power):
        return _switched(vm, value, at)
    if isinstance(value, str):
        return vm._replace(name=renamed(vm.name, value))
    if isinstance(value, Processors):
        cores = value.cores_per_socket or vm.cores_per_socket
        wanted = vm._replace(cpu_count=value.number, cores_per_socket=cores)
        grows = value.number > vm.cpu_count and cores == vm.cores_per_socket
        return _resized(vm, wanted, attribute, grows=grows)
    return _resized(vm, vm._replace(memory_mb=value), attribute, grows=value > vm.memory_mb)


def may_fail(attribute: Attribute | None, value: Value | None, failure: Failure) -> bool:
    """Tell whether a change can have failed so, whatever its machine was.

    What a fault or a hold lets fail can be any change.
    """
    if failure.fault in INJECTED or attribute is None:
        return failure.fault in INJECTED
    if isinstance(value, Power):
        before = _WAYS[value].before
        return failure.fault is Fault.POWER_STATE and failure.detail in _STATES - before
    if isinstance(value, str):
        return failure.fault is Fault.NAME_TAKEN
    if failure.fault is Fault.POWER_STATE:
        return failure.detail == SUSPENDED
    return failure.fault is Fault.NO_HOT_PLUG and failure.detail == attribute


def renamed(name: str, wanted: str) -> str:
    """Return a name in place of another whose prefix, as in `1606T-`, stays (client: pyvss)."""
    prefix, _ = split_name(name)
    return prefix + wanted.removeprefix(prefix)


def split_name(name: str) -> tuple[str, str]:
    """Return the prefix of a name, as in `1606T-`, empty if it has none, and the rest."""
    found = _PREFIX.match(name)
    prefix = found[0] if found else ""
    return prefix, name.removeprefix(prefix)


def powered(vm: VirtualMachine, power_state: str, at: int) -> VirtualMachine:
    """Return a machine in a power state that it came to at an instant."""
    return vm._replace(power_state=power_state, boot_time=at if power_state == ON else None)


def _switched(vm: VirtualMachine, power: Power, at: int) -> VirtualMachine | Failure:
    way = _WAYS[power]
    if vm.power_state not in way.before:
        return Failure(Fault.POWER_STATE, vm.power_state)
    return powered(vm, way.after, at)


def _resized(
    vm: VirtualMachine, wanted: VirtualMachine, attribute: Attribute, *, grows: bool
) -> VirtualMachine | Failure:
    """Return the wanted machine: what is on can only grow, and only if it is made for that."""
    if vm.power_state == OFF or wanted == vm:
        return wanted
    if vm.power_state == SUSPENDED:
        return Failure(Fault.POWER_STATE, vm.power_state)
    return wanted if grows and vm.hot_add else Failure(Fault.NO_HOT_PLUG, attribute)
