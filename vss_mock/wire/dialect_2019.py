"""What clients of 2019 need, as a difference from 2016.

Client: pyvss 0.9 (2017 to 2019) and vss-cli 0.1 and 0.2 (2019), read in their source. They want a
page's links in every list, the request in a 202, and more of a machine; words and dates stay as
they were. What neither a document nor a client shows says "assumed".
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from vss_mock.simulator.changes import ON, split_name
from vss_mock.simulator.lifecycle import State
from vss_mock.simulator.records import (
    ChangeRequest,
    Domain,
    Folder,
    Group,
    Message,
    Network,
    Request,
    User,
    VirtualMachine,
)
from vss_mock.simulator.world import World
from vss_mock.wire.collections import Field
from vss_mock.wire.dialect_2016 import Dialect2016, Document, gigabytes

HARDWARE = "vmx-10"
"""The version of every machine's virtual hardware (assumed)."""
HOT_ADD_LIMIT_GB = 4096
"""How far memory can grow while a machine is on (assumed)."""


class Token(NamedTuple):
    """A user's fixed token: tokens that a login gives are signed, not kept, and so not listed."""

    id: int
    created_on: int
    last_access: int
    ip_address: str


class Dialect2019(Dialect2016):
    """The spelling of 2019."""

    name = "2019"
    statuses: Mapping[State, str] = {**Dialect2016.statuses, State.RETRYING: "Error Retrying"}
    new_name = "value"
    pages_all = True

    # Envelopes and requests.

    def accepted(self, request: Request, user: User, base: str) -> Document:
        """Spell a 202 with the request in it (client: vss-cli 0.1.0)."""
        document = super().accepted(request, user, base)
        document["data"]["request"] = {
            "action": self.action(request),
            "id": request.id,
            "status": self.statuses[State.SUBMITTED],
            "task_id": None,
        }
        return document

    def action(self, request: Request) -> str:
        """Return the word for the work ahead; that of a change is assumed."""
        return "Change" if isinstance(request, ChangeRequest) else super().action(request)

    def status(self, request: Request) -> str:
        """Return the word for where a request stands.

        A change that waits for a date ahead is Scheduled: vss-cli moves and cancels only such ones.
        """
        if request.state is State.SUBMITTED and isinstance(request, ChangeRequest):
            waits = request.schedule is not None and request.schedule > request.updated_on
            return self.statuses[State.SCHEDULED if waits else State.SUBMITTED]
        return super().status(request)

    def request(self, world: World, request: Request, base: str) -> Document:
        """Spell a request with what vss-cli 0.1.0 prints of it."""
        document = super().request(world, request, base)
        if isinstance(request, ChangeRequest):
            return document | {"approval": {"approved": True}}
        return document | {"extensions": len(request.extensions)}

    def page_of(
        self, operation: str, data: list[Any], user: User, base: str, **values: object
    ) -> Document:
        """Wrap the rows of a list that is not one of requests."""
        links = {
            "api": self.href(base, "api-root"),
            "self": self.href(base, operation, **values),
        }
        return self.envelope(data, user, links=links)

    def one(
        self, operation: str, data: Document, user: User, base: str, **values: object
    ) -> Document:
        """Wrap one thing with a link to itself, and to the user if it is of the account."""
        links = {"self": self.href(base, operation, **values)}
        if operation.startswith("user-"):
            links["user"] = self.href(base, "user-get")
        return self.envelope(data, user, links=links)

    def root(self, user: User, base: str) -> Document:
        """Spell the API's root, which links to places and to the service's status too."""
        document = super().root(user, base)
        for name in ("domain", "folder", "network"):
            document["_links"][name] = self.href(base, f"{name}-list")
        document["_links"]["status"] = self.href(base, "api-status")
        return document

    # Machines.

    def machine_row(
        self, world: World, summary: str | None, base: str
    ) -> Callable[[VirtualMachine], Document]:
        """Return what spells a row: the name alone for a bare `summary`, else all of it."""
        row = self._machine_name if summary == "" else self.machine_item
        return lambda vm: row(world, vm, base)

    def machine_item(self, world: World, vm: VirtualMachine, base: str) -> Document:
        """Spell a machine in a list (client: pyvss 0.9 with `expand=1`, vss-cli 0.1 to 0.2)."""
        return {
            **self._machine_summary(world, vm, base),
            "memoryGB": gigabytes(vm.memory_mb),
            "moref": vm.moref,
            "power_state": vm.power_state,
            "provisionedGB": vm.provisioned_gb,
            "version": HARDWARE,
        }

    def machine_data(self, world: World, vm: VirtualMachine, base: str) -> Document:
        """Spell one machine (client: vss-cli 0.1.0 `compute vm get`)."""
        document = super().machine_data(world, vm, base)
        document["config"]["os"] = self.guest_os(vm)
        document["storage"]["committedGB"] = committed(vm)
        return document | {
            "domain": self.domain_of(world, vm, base),
            "guest": {"hostName": vm.hostname, "ipAddress": vm.ip_address},
            "hardware": self.hardware(vm),
            "moref": vm.moref,
            "name": self.name_data(vm),
            "state": self.machine_state(vm)
            | {"alarms": vm.overall_status != "green", "overallStatus": vm.overall_status},
        }

    def hardware(self, vm: VirtualMachine) -> Document:
        """Spell a machine's hardware: one disk, one floppy drive, an adapter for each network."""
        adapters = range(1, len(vm.networks) + 1)
        return {
            "cpu": {"coresPerSocket": vm.cores_per_socket, "cpuCount": vm.cpu_count},
            "devices": {
                "disks": [{"label": "Hard disk 1", "unit": 1}],
                "floppies": [{"label": "Floppy drive 1", "unit": 1}],
                "nics": [{"label": f"Network adapter {unit}", "unit": unit} for unit in adapters],
            },
            "memory": {"memoryGB": gigabytes(vm.memory_mb), "memoryMB": vm.memory_mb},
            "version": HARDWARE,
        }

    def machine_state(self, vm: VirtualMachine) -> Document:
        """Spell where a machine's power stands."""
        return {
            "bootTime": None if vm.boot_time is None else self.date(vm.boot_time),
            "connectionState": "connected",
            "powerState": vm.power_state,
        }

    def guest_os(self, vm: VirtualMachine) -> Document:
        """Spell a guest's operating system."""
        return {"guestFullName": vm.guest_full_name, "guestId": vm.guest_id}

    def name_data(self, vm: VirtualMachine) -> Document:
        """Spell a machine's name, whole and in its two parts."""
        prefix, name = split_name(vm.name)
        return {"full_name": vm.name, "name": name, "prefix": prefix}

    def state_data(self, world: World, vm: VirtualMachine, base: str) -> Document:
        """Spell `GET .../state`."""
        return self.machine_state(vm) | {"domain": self.domain_of(world, vm, base)}

    def cpu_data(self, vm: VirtualMachine) -> Document:
        """Spell `GET .../cpu`; no load is simulated (assumed)."""
        return {
            "coresPerSocket": vm.cores_per_socket,
            "cpu": vm.cpu_count,
            "hotAdd": {"enabled": vm.hot_add},
            "hotRemove": {"enabled": False},
            "quickStats": {"overallCpuDemandMHz": 0, "overallCpuUsageMHz": 0},
        }

    def memory_data(self, vm: VirtualMachine) -> Document:
        """Spell `GET .../memory`; no load is simulated (assumed)."""
        return {
            "hotAdd": {"enabled": vm.hot_add, "limitGB": HOT_ADD_LIMIT_GB},
            "memoryGB": gigabytes(vm.memory_mb),
            "quickStats": {"balloonedMemoryMB": 0, "guestMemoryUsageMB": 0},
        }

    def guest_data(self, vm: VirtualMachine) -> Document:
        """Spell `GET .../guest`: what is seen from inside, while the machine is on."""
        return {
            "guestState": "running" if vm.power_state == ON else "notRunning",
            "hostName": vm.hostname,
            "ipAddress": [] if vm.ip_address is None else [vm.ip_address],
            "os": self.guest_os(vm),
            "tools": {"runningStatus": tools_status(vm)},
        }

    def tools_data(self, vm: VirtualMachine) -> Document:
        """Spell `GET .../guest/tools`."""
        return {"runningStatus": tools_status(vm), "version": TOOLS_VERSION}

    def part(
        self, operation: str, vm: VirtualMachine, data: Document, user: User, base: str
    ) -> Document:
        """Wrap a part of a machine."""
        links = {
            "self": self.href(base, operation, uuid=vm.uuid),
            "vm": self._machine_url(vm, base),
        }
        return self.envelope(data, user, links=links)

    # Places.

    def folder_of(self, world: World, vm: VirtualMachine, base: str) -> Document:
        """Spell a machine's folder with its path (client: vss-cli 0.1.0)."""
        path = self.path(world, world.datacenter.folder(vm.folder))
        return super().folder_of(world, vm, base) | {"path": path}

    def path(self, world: World, folder: Folder) -> str:
        """Spell the names of the folders from the top down to one (assumed)."""
        return " > ".join(world.datacenter.way(folder))

    def domain_of(self, world: World, vm: VirtualMachine, base: str) -> Document:
        """Spell the fault domain that a machine runs in."""
        return self.domain_link(world.datacenter.domain(vm.domain), base)

    def folder(self, world: World, folder: Folder, base: str) -> Document:
        """Spell a folder (documented: its members; client: vss-cli 0.1.9 for the rest)."""
        above = world.datacenter.above(folder)
        return {
            "_links": {"self": self.href(base, "folder-get", moref=folder.moref)},
            "has_children": bool(world.datacenter.children(folder)),
            "moref": folder.moref,
            "name": folder.name,
            "parent": {
                "moref": above.moref if above else None,
                "name": above.name if above else None,
            },
            "path": self.path(world, folder),
        }

    def network(self, world: World, network: Network, base: str) -> Document:
        """Spell a network (client: vss-cli 0.1.9)."""
        attached = sum(network.moref in vm.networks for vm in world.inventory)
        return {
            "_links": {"self": self.href(base, "network-get", moref=network.moref)},
            "accessible": True,
            "admin": network.admin,
            "client": network.client,
            "description": network.description,
            "moref": network.moref,
            "name": network.name,
            "ports": attached,
            "subnet": network.subnet,
            "updated_on": self.date(network.updated_on),
            "vlan_id": network.vlan_id,
            "vms": attached,
        }

    def domain(self, domain: Domain, base: str) -> Document:
        """Spell a fault domain by itself (documented: Fault Domain, page 7569678)."""
        return self.domain_link(domain, base)

    def domain_link(self, domain: Domain, base: str) -> Document:
        """Spell a fault domain with its link."""
        return {
            "_links": {"self": self.href(base, "domain-get", moref=domain.moref)},
            "moref": domain.moref,
            "name": domain.name,
        }

    # The account.

    def user_data(self, world: World, user: User, client: str, base: str) -> Document:
        """Spell the caller (client: pyvss 0.9, vss-cli 0.1.0 `account get`)."""
        document = super().user_data(world, user, client, base)
        document["personal"] |= self.personal_data(user)
        document["status"] |= {
            "active": True,
            "created_on": self.date(user.created_on),
            "ip_address": client,
            "last_access": self.date(world.now),
            "updated_on": self.date(user.created_on),
        }
        return document

    def personal_data(self, user: User) -> Document:
        """Spell who the caller is."""
        return {
            "email": user.email,
            "full_name": user.full_name,
            "phone": user.phone,
            "username": user.username,
        }

    def ldap_data(self, world: World, user: User) -> Document:
        """Spell what the directory knows of the caller."""
        return {
            "authTimestamp": self.date(world.now),
            "mail": [user.email],
            "pwdAccountLockedTime": None,
            "pwdChangeTime": self.date(user.created_on),
            "uid": user.username,
        }

    def roles(self, user: User) -> Document:
        """Spell the roles of the caller (documented: User Roles, page 14090387)."""
        return {
            what: {
                "description": role.description,
                "entitlements": list(role.entitlements),
                "name": role.name,
            }
            for what, role in (("access", user.access_role), ("request", user.request_role))
        }

    def notifications(self, user: User) -> Document:
        """Spell how the caller is told of requests; no mail is ever sent."""
        told = user.settings
        steps = (told.submission, told.completion, told.error)
        return {
            "format": told.format,
            "method": told.method,
            "request": {
                "all": all(steps),
                "completion": told.completion,
                "error": told.error,
                "none": not any(steps),
                "submission": told.submission,
            },
        }

    def group_row(self, world: World, group: Group, base: str) -> Document:
        """Spell one of the caller's groups (client: vss-cli)."""
        return {
            "description": group.description,
            "id": group.id,
            "name": group.name,
            "users_count": len(world.members(group)),
        }

    def token_row(self, token: Token, base: str) -> Document:
        """Spell a token, flat and as vss-cli 0.1.0 reads it; what opens the world is not told."""
        status = {
            "created_on": self.date(token.created_on),
            "ip_address": token.ip_address,
            "last_access": self.date(token.last_access),
            "updated_on": self.date(token.created_on),
            "valid": True,
        }
        more = {"duration": None, "expiration": None, "id": token.id, "type": "ACCESS"}
        return status | more | {"status": status}

    def token_fields(self) -> dict[str, Field]:
        """Return what tokens can be filtered and sorted by."""
        return {
            "created_on": Field("date", lambda token: token.created_on),
            "id": Field("number", lambda token: token.id, in_order=True),
            "ip_address": Field("text", lambda token: token.ip_address),
            "last_access": Field("date", lambda token: token.last_access),
            "updated_on": Field("date", lambda token: token.created_on),
            "valid": Field("text", lambda _: "true"),
        }

    def key_fields(self) -> dict[str, Field]:
        """Return what SSH keys can be filtered and sorted by; nobody has any here."""
        return {
            "comment": Field("text", str),
            "created_on": Field("date", int),
            "id": Field("number", int),
            "type": Field("text", str),
            "updated_on": Field("date", int),
        }

    def message(self, message: Message, base: str) -> Document:
        """Spell a message to the caller (client: vss-cli 0.1.0)."""
        return {
            "created_on": self.date(message.created_on),
            "id": message.id,
            "kind": message.kind,
            "status": _message_status(message),
            "subject": message.subject,
            "text": message.text,
            "updated_on": self.date(message.updated_on),
            "user": {
                "_links": {"self": self.href(base, "user-get")},
                "username": message.user,
            },
        }

    # What lists can be filtered and sorted by; what clients send, and its neighbours (assumed).

    def machine_fields(self, world: World) -> dict[str, Field]:
        """Return what the list of machines can be filtered and sorted by."""
        return {
            "cpuCount": Field("number", lambda vm: vm.cpu_count),
            "guestFullName": Field("text", lambda vm: vm.guest_full_name),
            "hostname": Field("text", lambda vm: vm.hostname),
            "ipAddress": Field("text", lambda vm: vm.ip_address),
            "ip_address": Field("text", lambda vm: vm.ip_address),
            "memoryMB": Field("number", lambda vm: vm.memory_mb),
            "moref": Field("text", lambda vm: vm.moref),
            "name": Field("text", lambda vm: vm.name),
            "overallStatus": Field("text", lambda vm: vm.overall_status),
            "path": Field("text", lambda vm: self.path(world, world.datacenter.folder(vm.folder))),
            "powerState": Field("text", lambda vm: vm.power_state),
            "power_state": Field("text", lambda vm: vm.power_state),
            "uuid": Field("text", lambda vm: vm.uuid),
            "version": Field("text", lambda _: HARDWARE),
        }

    def snapshot_row_fields(self, world: World) -> dict[str, Field]:
        """Return what a machine's snapshots can be filtered and sorted by."""
        return {
            "id": Field("number", lambda snapshot: snapshot.id, in_order=True),
            "name": Field("text", lambda snapshot: f"SR-{snapshot.request}"),
        }

    def place_fields(self, world: World) -> dict[str, Field]:
        """Return what folders, networks and domains can be filtered and sorted by."""
        return {
            "moref": Field("text", lambda place: place.moref),
            "name": Field("text", lambda place: place.name),
        }

    def folder_fields(self, world: World) -> dict[str, Field]:
        """Return what folders can be filtered and sorted by (documented: name, moref, parent)."""
        return self.place_fields(world) | {
            "parent": Field("text", lambda folder: folder.parent),
            "path": Field("text", lambda folder: self.path(world, folder)),
        }

    def network_fields(self, world: World) -> dict[str, Field]:
        """Return what networks can be filtered and sorted by."""
        return self.place_fields(world) | {
            "description": Field("text", lambda network: network.description),
            "subnet": Field("text", lambda network: network.subnet),
            "vlan_id": Field("number", lambda network: network.vlan_id),
        }

    def group_fields(self) -> dict[str, Field]:
        """Return what groups can be filtered and sorted by."""
        return {
            "description": Field("text", lambda group: group.description),
            "id": Field("number", lambda group: group.id, in_order=True),
            "name": Field("text", lambda group: group.name),
        }

    def message_fields(self) -> dict[str, Field]:
        """Return what messages can be filtered and sorted by."""
        return {
            "created_on": Field("date", lambda message: message.created_on),
            "id": Field("number", lambda message: message.id, in_order=True),
            "kind": Field("text", lambda message: message.kind),
            "status": Field("text", _message_status),
            "subject": Field("text", lambda message: message.subject),
            "updated_on": Field("date", lambda message: message.updated_on),
        }

    def snapshot_fields(self, world: World) -> dict[str, Field]:
        """Return what a list of snapshot requests can be filtered and sorted by."""
        return super().snapshot_fields(world) | {
            "extensions": Field("number", lambda request: len(request.extensions))
        }

    def change_fields(self, world: World) -> dict[str, Field]:
        """Return what a list of change requests can be filtered and sorted by."""
        return super().change_fields(world) | {"attribute": Field("text", self.attribute)}


TOOLS_VERSION = "10304"
"""The version of the guests' tools (assumed)."""


def _message_status(message: Message) -> str:
    return "Acknowledged" if message.acknowledged else "Created"


def tools_status(vm: VirtualMachine) -> str:
    """Return vSphere's word for whether a guest's tools run: they do while the machine is on."""
    return "guestToolsRunning" if vm.power_state == ON else "guestToolsNotRunning"


def committed(vm: VirtualMachine) -> float:
    """Return the storage a machine takes in GB, to two digits."""
    return round(vm.storage_b / 1024**3, 2)
