"""What today's clients need, as a difference from 2019.

Client: pyvss from 0.10 (2019-12 to 2026) and vss-cli from 0.2.2 on, read in their source, and the
documentation of vss-cli (2020-04) for words and dates. Status words are in capitals, names are in
snake_case beside the old ones, an update answers the request, and a machine may go by its moref.
"""

from collections.abc import Mapping
from typing import Any

from vss_mock.simulator.lifecycle import State
from vss_mock.simulator.records import (
    ChangeRequest,
    Domain,
    Group,
    Processors,
    Request,
    Snapshot,
    User,
    Value,
    VirtualMachine,
)
from vss_mock.simulator.world import World
from vss_mock.wire import dates
from vss_mock.wire.collections import Field
from vss_mock.wire.dialect_2016 import Document, gigabytes
from vss_mock.wire.dialect_2019 import (
    HOT_ADD_LIMIT_GB,
    TOOLS_VERSION,
    Dialect2019,
    committed,
    tools_status,
)


class Dialect2026(Dialect2019):
    """The spelling of today."""

    name = "2026"
    statuses: Mapping[State, str] = {
        State.SUBMITTED: "SUBMITTED",
        State.IN_PROGRESS: "IN_PROGRESS",
        State.SCHEDULED: "SCHEDULED",
        State.PROCESSED: "PROCESSED",
        State.RETRYING: "ERROR_RETRY",
        State.FAILED: "ERROR",
        State.MISSED: "MISSED",
        State.CANCELLED: "CANCELLED",
    }
    scheduled = "Snapshot DELETE has been SCHEDULED for"
    answers_updates = True

    def identified(self, world: World, text: str) -> str:
        """Return the uuid of the machine that a path names: by its uuid or its moref."""
        return world.inventory.identified(text)

    def date(self, instant: int) -> str:
        """Spell an instant with the day of the week (client: documentation of vss-cli)."""
        return dates.local_day(instant)

    # Requests.

    def action(self, request: Request) -> str:
        """Return the word for the work ahead, in capitals."""
        return super().action(request).upper()

    def request(self, world: World, request: Request, base: str) -> Document:
        """Spell a request with its members flat beside the nested ones (client: vss-cli 0.12.1)."""
        document = super().request(world, request, base) | {
            "username": request.user,
            "vm_moref": world.inventory[request.vm].moref,
        }
        if isinstance(request, ChangeRequest):
            return document | {"approved": True}
        nested = document["snapshot"]
        flat = ("description", "from_date", "snap_id", "to_date", "valid_for")
        return document | {name: nested[name] for name in flat}

    def value(self, value: Value) -> Any:
        """Spell what an attribute is to become; processors with the cores of a socket."""
        if isinstance(value, Processors):
            return {"cores_per_socket": value.cores_per_socket, "count": value.number}
        return super().value(value)

    # Snapshots and machines.

    def snapshot_row(self, world: World, snapshot: Snapshot, now: int) -> Document:
        """Spell a snapshot in both cases (client: vss-cli 0.2.7)."""
        document = super().snapshot_row(world, snapshot, now)
        return document | {
            "create_time": document["createTime"],
            "file_keys": document["fileKeys"],
            "power_state": document["powerState"],
            "size_gb": document["sizeGB"],
        }

    def consolidation_data(self, vm: VirtualMachine) -> Document:
        """Spell whether a machine's disks want consolidation (client: pyvss 0.10)."""
        return super().consolidation_data(vm) | {
            "require_disk_consolidation": vm.needs_consolidation
        }

    def machine_item(self, world: World, vm: VirtualMachine, base: str) -> Document:
        """Spell a machine in a list in both cases (client: vss-cli 0.2.7)."""
        return super().machine_item(world, vm, base) | {
            "cpu_count": vm.cpu_count,
            "guest_full_name": vm.guest_full_name,
            "hostname": vm.hostname,
            "ip_address": vm.ip_address,
            "memory_gb": gigabytes(vm.memory_mb),
            "memory_mb": vm.memory_mb,
            "overall_status": vm.overall_status,
            "provisioned_gb": vm.provisioned_gb,
            "storage_b": vm.storage_b,
        }

    def machine_data(self, world: World, vm: VirtualMachine, base: str) -> Document:
        """Spell one machine in both cases (client: vss-cli 0.2.7)."""
        document = super().machine_data(world, vm, base)
        document["guest"] |= {"hostname": vm.hostname, "ip_address": vm.ip_address}
        document["state"] |= self._power(vm) | {"overall_status": vm.overall_status}
        document["storage"] |= {
            "committed_gb": committed(vm),
            "provisioned_gb": vm.provisioned_gb,
            "storage_b": vm.storage_b,
        }
        return document

    def hardware(self, vm: VirtualMachine) -> Document:
        """Spell a machine's hardware in both cases."""
        document = super().hardware(vm)
        document["cpu"] |= {
            "cores_per_socket": vm.cores_per_socket,
            "cpu_count": vm.cpu_count,
        }
        document["memory"] |= {
            "memory_gb": gigabytes(vm.memory_mb),
            "memory_mb": vm.memory_mb,
        }
        return document

    def guest_os(self, vm: VirtualMachine) -> Document:
        """Spell a guest's operating system in both cases."""
        return super().guest_os(vm) | {
            "guest_full_name": vm.guest_full_name,
            "guest_id": vm.guest_id,
        }

    def _power(self, vm: VirtualMachine) -> Document:
        return {
            "boot_time": None if vm.boot_time is None else self.date(vm.boot_time),
            "connection_state": "connected",
            "create_date": self.date(vm.created_on),
            "power_state": vm.power_state,
        }

    def state_data(self, world: World, vm: VirtualMachine, base: str) -> Document:
        """Spell `GET .../state` (client: vss-cli 0.2.7)."""
        return super().state_data(world, vm, base) | {"state": self._power(vm)}

    def cpu_data(self, vm: VirtualMachine) -> Document:
        """Spell `GET .../cpu` in both cases."""
        return super().cpu_data(vm) | {
            "cores_per_socket": vm.cores_per_socket,
            "hot_add": {"enabled": vm.hot_add},
            "hot_remove": {"enabled": False},
            "quick_stats": {"overall_cpu_demand_mhz": 0, "overall_cpu_usage_mhz": 0},
        }

    def memory_data(self, vm: VirtualMachine) -> Document:
        """Spell `GET .../memory` in both cases."""
        return super().memory_data(vm) | {
            "hot_add": {"enabled": vm.hot_add, "limit_gb": HOT_ADD_LIMIT_GB},
            "memory_gb": gigabytes(vm.memory_mb),
            "quick_stats": {"ballooned_memory_mb": 0, "guest_memory_usage_mb": 0},
            "reservation": {"memory_gb_reserved": 0},
        }

    def guest_data(self, vm: VirtualMachine) -> Document:
        """Spell `GET .../guest` in both cases."""
        document = super().guest_data(vm)
        document["os"] |= {"full_name": vm.guest_full_name}
        document["tools"] |= {"running_status": tools_status(vm)}
        return document | {
            "guest_state": document["guestState"],
            "hostname": vm.hostname,
            "ip_address": document["ipAddress"],
        }

    def tools_data(self, vm: VirtualMachine) -> Document:
        """Spell `GET .../guest/tools`: vss-cli refuses to reboot where it sees the old names."""
        return {
            "running_status": tools_status(vm),
            "version": TOOLS_VERSION,
            "version_status": "guestToolsCurrent",
        }

    def domain(self, domain: Domain, base: str) -> Document:
        """Spell a fault domain with what it has of graphics cards (client: vss-cli 2023.12)."""
        return super().domain(domain, base) | {"gpu_profiles": []}

    # The account.

    def user_data(self, world: World, user: User, client: str, base: str) -> Document:
        """Spell the caller with a second factor that is off (client: pyvss 2021.11)."""
        second = {"disabled_on": None, "enabled": False, "enabled_on": None, "method": "none"}
        return super().user_data(world, user, client, base) | {"totp": second}

    def ldap_data(self, world: World, user: User) -> Document:
        """Spell what the directory knows of the caller in both cases."""
        document = super().ldap_data(world, user)
        return document | {
            "auth_timestamp": document["authTimestamp"],
            "pwd_account_locked_time": document["pwdAccountLockedTime"],
            "pwd_change_time": document["pwdChangeTime"],
        }

    def group_row(self, world: World, group: Group, base: str) -> Document:
        """Spell a group with a link to itself."""
        me = self.href(base, "group-get", id=group.id)
        return super().group_row(world, group, base) | {"_links": {"self": me}}

    def group(self, world: World, group: Group, base: str) -> Document:
        """Spell a group by itself (client: vss-cli 0.12.1)."""
        return self.group_row(world, group, base) | {"ldap": {"last_sync": self.date(world.now)}}

    def member(self, user: User) -> Document:
        """Spell somebody in a group (client: vss-cli 0.8.4)."""
        first, _, last = user.full_name.partition(" ")
        return {
            "email": user.email,
            "first_name": first,
            "last_name": last,
            "username": user.username,
        }

    # What lists can be filtered and sorted by.

    def machine_fields(self, world: World) -> dict[str, Field]:
        """Return what the list of machines can be filtered and sorted by, in both cases."""
        fields = super().machine_fields(world)
        twins = {
            "cpuCount": "cpu_count",
            "guestFullName": "guest_full_name",
            "ipAddress": "ip_address",
            "memoryMB": "memory_mb",
            "overallStatus": "overall_status",
        }
        return fields | {twin: fields[name] for name, twin in twins.items()}

    def member_fields(self) -> dict[str, Field]:
        """Return what the members of a group can be filtered and sorted by."""
        return {
            "email": Field("text", lambda user: user.email),
            "username": Field("text", lambda user: user.username),
        }

    def fields(self, world: World) -> dict[str, Field]:
        """Return the members of a request by which a list can be filtered and sorted."""
        return super().fields(world) | {
            "username": Field("text", lambda request: request.user),
            "vm_moref": Field("text", lambda request: world.inventory[request.vm].moref),
        }
