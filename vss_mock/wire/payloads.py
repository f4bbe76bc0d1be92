"""Bodies, found valid by their schemas, as arguments of the world's calls."""

from collections.abc import Mapping
from typing import Any

from vss_mock.simulator.records import Attribute, Power, Processors, Value
from vss_mock.wire import dates

MB_IN_GB = 1024

POWERS: Mapping[str, Power] = {
    "poweredOn": Power.ON,
    "poweredOff": Power.OFF,
    "reset": Power.RESET,
    "reboot": Power.REBOOT,
    "shutdown": Power.SHUTDOWN,
    "suspend": Power.SUSPEND,
}
"""What a machine's power may be set to (documented: `poweredOff`; client, pyvss: the others)."""


def snapshot(body: Mapping[str, Any]) -> tuple[str, int, int]:
    """Return description, instant and hours of a `POST .../snapshot` (documented).

    `valid_for` is a number from curl and a string from HTTPie.
    """
    return body["description"], dates.parse_local(body["from_date"]), int(body["valid_for"])


def options(body: Mapping[str, Any]) -> dict[str, bool]:
    """Return what a `POST .../snapshot` asks beside its dates (client: pyvss since 2020)."""
    return {name: body[name] for name in ("consolidate", "with_memory") if name in body}


def extension(body: Mapping[str, Any]) -> int:
    """Return the hours of a `PUT /v2/request/snapshot/<id>` (documented)."""
    return int(body["value"])


def consolidation(body: Mapping[str, Any] | None) -> int | None:
    """Return the instant of a `PUT .../consolidate`, None for at once (client: pyvss)."""
    return schedule(body or {})


def schedule(body: Mapping[str, Any]) -> int | None:
    """Return the instant for which a change is asked, None for at once (documented)."""
    text = body.get("schedule")
    return None if text is None else dates.parse_local(text)


def change(attribute: Attribute, body: Mapping[str, Any]) -> Value:
    """Return what an attribute of a machine is to become (client: pyvss).

    A name comes as `name` from the first clients and as `value` from all later ones; processors as
    a number, later also with the cores of a socket; memory in GB.
    """
    value = body["name"] if "name" in body else body["value"]
    if attribute is Attribute.POWER:
        return POWERS[value]
    if attribute is Attribute.CPU:
        if isinstance(value, Mapping):
            return Processors(int(value["count"]), int(value["cores_per_socket"]))
        return Processors(int(value))
    return int(value) * MB_IN_GB if attribute is Attribute.MEMORY else str(value)


def rescheduled(body: Mapping[str, Any]) -> int | None:
    """Return the new instant of a `PUT /v2/request/change/<id>`, None to cancel (documented)."""
    text = body.get("scheduled_datetime")
    return None if text is None else dates.parse_local(text)
