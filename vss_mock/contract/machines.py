"""What a virtual machine is to the reference model, and what a change makes of it, or why it fails.

It knows no requests and no time but the instant that a change is made at.
"""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, NamedTuple

POWER, NAME, CPU, MEMORY = "state", "name", "cpu", "memory"
"""What a change is about, but for disks."""


class Machine(NamedTuple):
    """A virtual machine; `about` is what the world's file says of it beside.

    `memory` is in MB, `grows` tells whether it can be given more while it is on, `booted` is when
    it was last switched on, None while it is off.
    """

    uuid: str
    name: str
    power_state: str
    wants_consolidation: bool
    about: Mapping[str, Any]
    cpus: int = 1
    cores: int = 1
    memory: int = 1024
    grows: bool = False
    booted: int | None = None


_WAYS: Final = {
    "poweredOn": (("poweredOff", "suspended"), "poweredOn"),
    "poweredOff": (("poweredOn", "suspended"), "poweredOff"),
    "reset": (("poweredOn",), "poweredOn"),
    "reboot": (("poweredOn",), "poweredOn"),
    "shutdown": (("poweredOn",), "poweredOff"),
    "suspend": (("poweredOn",), "suspended"),
}
"""What can be done to a machine's power: from which states, and to which it leads."""
_SPOKEN: Final = {"poweredOn": "Powered on", "poweredOff": "Powered off", "suspended": "Suspended"}
_UNFIT: Final = "The attempted operation cannot be performed in the current state ({})."
_TAKEN: Final = "The name '{}' already exists."
_FIXED: Final = "{} hot plug is not supported for this virtual machine."
_PREFIX: Final = re.compile("[0-9]{4}[A-Z]-")


def split_name(name: str) -> tuple[str, str]:
    """Return the prefix of a machine's name, such as `1606T-`, and the rest."""
    found = _PREFIX.match(name)
    return (found[0], name[found.end() :]) if found else ("", name)


def powered(vm: Machine, power_state: str, at: int) -> Machine:
    """Return a machine in a power state that it came to at an instant."""
    return vm._replace(power_state=power_state, booted=at if power_state == "poweredOn" else None)


Made = tuple[Machine | None, str]
"""The machine as it became, and what was done; or None, and why it could not be."""


def _switched(vm: Machine, word: str, at: int, _: Collection[str]) -> Made:
    before, after = _WAYS[word]
    if vm.power_state not in before:
        return None, _UNFIT.format(_SPOKEN[vm.power_state])
    return powered(vm, after, at), word


def _renamed(vm: Machine, wanted: str, _: int, taken: Collection[str]) -> Made:
    """A prefix stays; what is wanted may have it too."""
    prefix, _rest = split_name(vm.name)
    name = prefix + wanted.removeprefix(prefix)
    return (None, _TAKEN.format(name)) if name in taken else (vm._replace(name=name), name)


def _resized(vm: Machine, value: tuple[int, int | None], _: int, __: Collection[str]) -> Made:
    """Processors: how many, and how many a socket, None for as it is."""
    count, cores = value[0], value[1] or vm.cores
    after = vm._replace(cpus=count, cores=cores)
    grows = count > vm.cpus and cores == vm.cores
    return _fitted(vm, after, "CPU", str(count), grows=grows)


def _refitted(vm: Machine, gigabytes: int, _: int, __: Collection[str]) -> Made:
    after = vm._replace(memory=gigabytes * 1024)
    return _fitted(vm, after, "Memory", str(gigabytes), grows=after.memory > vm.memory)


def _fitted(vm: Machine, after: Machine, what: str, said: str, *, grows: bool) -> Made:
    """What is on can only grow, and only if it is made for that; what is off can be anything."""
    if vm.power_state == "poweredOff" or after == vm:
        return after, said
    if vm.power_state == "suspended":
        return None, _UNFIT.format(_SPOKEN["suspended"])
    return (after, said) if grows and vm.grows else (None, _FIXED.format(what))


MAKE: Final[Mapping[str, Callable[[Machine, Any, int, Collection[str]], Made]]] = {
    POWER: _switched,
    NAME: _renamed,
    CPU: _resized,
    MEMORY: _refitted,
}
"""Makes each kind of change: of a machine, a value, an instant and the names of the others."""
