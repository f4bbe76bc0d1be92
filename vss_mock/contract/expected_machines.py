"""What is to be answered about machines and their snapshots, in every value, from the model.

A later dialect has what the one before it has, and more: each addition stands behind `since`.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from vss_mock.contract import toronto
from vss_mock.contract.machines import Machine, split_name
from vss_mock.contract.model import Asked, Model, Standing
from vss_mock.contract.pages import MOST_PER_PAGE, links
from vss_mock.contract.words import DIALECTS, WORDS, Document, Unknown

DOMAIN: Final = {"moref": "domain-c4252", "name": "FD1"}
"""The fault domain of a world that names none."""


class ExpectedMachines:
    """Spells what a server at a URL answers about machines, in a dialect, from a model."""

    def __init__(self, model: Model, url: str, dialect: str) -> None:
        self._model = model
        self._url = url
        self.dialect = dialect
        self.words = WORDS[dialect]

    def since(self, dialect: str) -> bool:
        """Tell whether the dialect is this one or a later one."""
        return DIALECTS.index(self.dialect) >= DIALECTS.index(dialect)

    def date(self, at: int) -> str:
        """Spell an instant as requests do in this dialect."""
        return toronto.stamp(at, weekday=self.words.weekday)

    def _envelope(self, data: Any, user: str, **more: Any) -> Document:
        return {"data": data, "meta": {"count": len(data), "user": user}, **more}

    def description(self, asked: Asked) -> str:
        """Spell the stored description: the text, the start, the hours."""
        start = toronto.with_offset(asked.begins)
        return f"{asked.text} from {start} valid for {asked.hours}"

    def _whole(
        self, rows: list[Any], user: str, url: str, kept: Mapping[str, str | None], **more: Any
    ) -> Document:
        """Spell a list that comes whole where nobody asks for pages; since 2019 it has them."""
        document = self._envelope(rows, user, **more)
        if self.since("2019"):
            asked = tuple((name, value or "") for name, value in kept.items())
            pages = links(url, len(rows), per_page=MOST_PER_PAGE, kept=asked)
            document["meta"]["pages"] = pages
        return document

    # Machines.

    def machines(
        self, shown: Iterable[Machine], summary: str | None, user: str, query: Mapping[str, Any]
    ) -> Document:
        """Spell the list of machines; `summary` is "" for the bare key, None without it."""
        rows = [self._machine_row(one, summary) for one in shown]
        me = f"{self._url}/v2/vm"
        own = {"api": f"{self._url}/v2/", "self": me}
        return self._whole(rows, user, me, query, _links=own)

    def _machine_row(self, machine: Machine, summary: str | None) -> Document:
        about = machine.about
        row: Document = {
            "_links": {"self": f"{self._url}/v2/vm/{machine.uuid}"},
            "name": machine.name,
            "uuid": machine.uuid,
        }
        if summary == "":
            return row
        row |= {
            "cpuCount": machine.cpus,
            "guestFullName": about["guest_full_name"],
            "ipAddress": about["ip_address"],
            "memoryMB": machine.memory,
            "overallStatus": about["overall_status"],
            "powerState": machine.power_state,
        }
        storage = {"provisionedGB": about["provisioned_gb"], "storageB": about["storage_b"]}
        if self.since("2019"):
            row |= storage | {
                "folder": self._folder(machine),
                "memoryGB": _gigabytes(machine),
                "moref": about["moref"],
                "power_state": machine.power_state,
                "version": Unknown(("version", machine.uuid), "any"),
            }
        elif summary == "1":
            row |= {"folder": self._folder(machine), "storageB": storage["storageB"]}
        else:
            row |= {"provisionedGB": storage["provisionedGB"]}
        return row | self._twins(row, {"hostname": about["hostname"]})

    def _twins(self, row: Document, more: Document) -> Document:
        """Return what stands beside a row's members since 2026, in the other case."""
        names = {
            "cpuCount": "cpu_count",
            "guestFullName": "guest_full_name",
            "ipAddress": "ip_address",
            "memoryGB": "memory_gb",
            "memoryMB": "memory_mb",
            "overallStatus": "overall_status",
            "provisionedGB": "provisioned_gb",
            "storageB": "storage_b",
        }
        if not self.since("2026"):
            return {}
        return {twin: row[name] for name, twin in names.items()} | more

    def machine(self, machine: Machine, user: str) -> Document:
        """Spell the answer that shows one machine."""
        me, about = f"{self._url}/v2/vm/{machine.uuid}", machine.about
        data: Document = {
            "_links": {"self": me, "snapshot": f"{me}/snapshot"},
            "config": {
                "cpuCount": machine.cpus,
                "guestFullName": about["guest_full_name"],
                "memoryMB": machine.memory,
            },
            "folder": self._folder(machine),
            "guest": {"ipAddress": about["ip_address"]},
            "name": machine.name,
            "network": about["networks"],
            "overallStatus": about["overall_status"],
            "powerState": machine.power_state,
            "snapshot": {"exist": bool(self._model.standing_on(machine.uuid))},
            "storage": {
                "provisionedGB": about["provisioned_gb"],
                "storageB": about["storage_b"],
            },
            "uuid": machine.uuid,
        }
        if self.since("2019"):
            self._add_to_machine(data, machine)
        if self.since("2026"):
            self._add_twins(data, machine)
        return self._envelope(data, user, _links={"self": me, "vm": f"{self._url}/v2/vm"})

    def _add_to_machine(self, data: Document, machine: Machine) -> None:
        """Put in what a machine tells since 2019."""
        about = machine.about
        data["config"]["os"] = self._os(machine)
        data["guest"]["hostName"] = about["hostname"]
        data["storage"]["committedGB"] = round(about["storage_b"] / 1024**3, 2)
        state = self._power(machine)
        alarms = about["overall_status"] != "green"
        data |= {
            "domain": self._domain(),
            "hardware": {
                "cpu": {"coresPerSocket": machine.cores, "cpuCount": machine.cpus},
                "devices": Unknown(("devices", machine.uuid), "any"),
                "memory": {"memoryGB": _gigabytes(machine), "memoryMB": machine.memory},
                "version": Unknown(("version", machine.uuid), "any"),
            },
            "moref": about["moref"],
            "name": self.name(machine),
            "state": state | {"alarms": alarms, "overallStatus": about["overall_status"]},
        }

    def _add_twins(self, data: Document, machine: Machine) -> None:
        """Put in what stands beside a machine's members since 2026, in the other case."""
        about = machine.about
        data["guest"] |= {"hostname": about["hostname"], "ip_address": about["ip_address"]}
        data["hardware"]["cpu"] |= {"cores_per_socket": machine.cores, "cpu_count": machine.cpus}
        memory = {"memory_gb": _gigabytes(machine), "memory_mb": machine.memory}
        data["hardware"]["memory"] |= memory
        data["state"] |= self._snake_power(machine) | {"overall_status": about["overall_status"]}
        data["storage"] |= {
            "committed_gb": data["storage"]["committedGB"],
            "provisioned_gb": about["provisioned_gb"],
            "storage_b": about["storage_b"],
        }

    def _os(self, machine: Machine) -> Document:
        about = machine.about
        data = {"guestFullName": about["guest_full_name"], "guestId": about["guest_id"]}
        if self.since("2026"):
            name, id = about["guest_full_name"], about["guest_id"]
            data |= {"guest_full_name": name, "guest_id": id}
        return data

    def _power(self, machine: Machine) -> Document:
        return {
            "bootTime": None if machine.booted is None else self.date(machine.booted),
            "connectionState": "connected",
            "powerState": machine.power_state,
        }

    def _snake_power(self, machine: Machine) -> Document:
        return {
            "boot_time": None if machine.booted is None else self.date(machine.booted),
            "connection_state": "connected",
            "create_date": Unknown(("created", machine.uuid), "any"),
            "power_state": machine.power_state,
        }

    def _folder(self, machine: Machine) -> Document:
        folder = machine.about["folder"]
        data = {"_links": {"self": f"{self._url}/v2/folder/{folder['moref']}"}, **folder}
        if self.since("2019"):
            data["path"] = f"{folder['parent']} > {folder['name']}"
        return data

    def _domain(self) -> Document:
        return {"_links": {"self": f"{self._url}/v2/domain/{DOMAIN['moref']}"}, **DOMAIN}

    def name(self, machine: Machine) -> Document:
        """Spell a machine's name, whole and in its parts."""
        prefix, name = split_name(machine.name)
        return {"full_name": machine.name, "name": name, "prefix": prefix}

    def part(self, part: str, machine: Machine, user: str) -> Document:
        """Spell a part of a machine: `state`, `name`, `cpu` or `memory`."""
        data = {
            "state": self._state_part,
            "name": self.name,
            "cpu": self._cpu_part,
            "memory": self._memory_part,
        }[part](machine)
        me = f"{self._url}/v2/vm/{machine.uuid}"
        return self._envelope(data, user, _links={"self": f"{me}/{part}", "vm": me})

    def _state_part(self, machine: Machine) -> Document:
        data = self._power(machine) | {"domain": self._domain()}
        return data | ({"state": self._snake_power(machine)} if self.since("2026") else {})

    def _cpu_part(self, machine: Machine) -> Document:
        known = {"hotAdd": {"enabled": machine.grows}, "hotRemove": {"enabled": False}}
        data: Document = known | {
            "coresPerSocket": machine.cores,
            "cpu": machine.cpus,
            "quickStats": Unknown(("load", machine.uuid), "any"),
        }
        if self.since("2026"):
            data |= {
                "cores_per_socket": machine.cores,
                "hot_add": known["hotAdd"],
                "hot_remove": known["hotRemove"],
                "quick_stats": Unknown(("snake load", machine.uuid), "any"),
            }
        return data

    def _memory_part(self, machine: Machine) -> Document:
        limit = Unknown(("limit", machine.uuid), "any")
        data: Document = {
            "hotAdd": {"enabled": machine.grows, "limitGB": limit},
            "memoryGB": _gigabytes(machine),
            "quickStats": Unknown(("use", machine.uuid), "any"),
        }
        if self.since("2026"):
            data |= {
                "hot_add": {"enabled": machine.grows, "limit_gb": limit},
                "memory_gb": _gigabytes(machine),
                "quick_stats": Unknown(("snake use", machine.uuid), "any"),
                "reservation": Unknown(("reservation", machine.uuid), "any"),
            }
        return data

    def consolidation(self, machine: Machine, user: str) -> Document:
        """Spell whether a machine's disks want consolidation."""
        vm = f"{self._url}/v2/vm/{machine.uuid}"
        own = {"self": f"{vm}/snapshot/consolidate", "vm": vm}
        data = {"requireDiskConsolidation": machine.wants_consolidation}
        if self.since("2026"):
            data["require_disk_consolidation"] = machine.wants_consolidation
        return self._envelope(data, user, _links=own)

    # Snapshots.

    def standing(self, vm: str, shown: Sequence[Standing], user: str, *, one: bool) -> Document:
        """Spell a machine's snapshots, or one of them: `data` is a list both times."""
        me = f"{self._url}/v2/vm/{vm}"
        own = f"{me}/snapshot/{shown[0].number}" if one else f"{me}/snapshot"
        rows = [self._standing_row(each) for each in shown]
        if one:
            return self._envelope(rows, user, _links={"self": own, "vm": me})
        return self._whole(rows, user, own, {}, _links={"self": own, "vm": me})

    def _standing_row(self, shown: Standing) -> Document:
        asked = self._model.snapshots[shown.request]
        key = ("snapshot", shown.vm, shown.number)
        row = {
            "age": toronto.span(self._model.now - shown.taken),
            "createTime": toronto.without_zone(shown.taken),
            "description": self.description(asked),
            "fileKeys": Unknown((*key, "fileKeys"), "any"),
            "id": shown.number,
            "name": f"SR-{asked.number}",
            "powerState": shown.power_state,
            "quiesced": Unknown((*key, "quiesced"), "any"),
            "sizeGB": Unknown((*key, "sizeGB"), "any"),
        }
        if self.since("2026"):
            row |= {
                "create_time": row["createTime"],
                "file_keys": row["fileKeys"],
                "power_state": row["powerState"],
                "size_gb": row["sizeGB"],
            }
        return row


def _gigabytes(machine: Machine) -> float:
    return machine.memory / 1024
