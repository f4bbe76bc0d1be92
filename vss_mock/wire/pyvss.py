"""Lines of Python that make a call once more with pyvss, the client of the years of a dialect.

They are for the newest pyvss that speaks the dialect: 0.8.8, 0.9, or one of the last years. It
adds what it always adds: `expand` and `per_page` to lists, what a snapshot may be asked beside its
dates to a snapshot. Everything is a Python literal that prints.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from vss_mock.wire.documents import Operation
from vss_mock.wire.snippets import PASSWORD, Made

NEWEST = {"2016": "0.8.8", "2019": "0.9", "2026": "2023.12 or newer"}
"""Which pyvss the lines for a dialect are for."""


class Method(NamedTuple):
    """A method of pyvss's manager, and where its arguments come from.

    `path` names values in the path, `body` members of the body, which must be there; `options` are
    members that may be there, given by name, as the query is where there may be one.
    """

    name: str
    path: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    query: bool = False


_VM = ("uuid",)
_ID = ("id",)
_PLACE = ("moref",)
_LATER = ("schedule", "user_meta")

METHODS: Mapping[str, Method] = {
    "api-ping": Method("ping"),
    "domain-get": Method("get_domain", _PLACE),
    "domain-list": Method("get_domains", query=True),
    "domain-vm-list": Method("get_vms_by_domain", _PLACE, query=True),
    "folder-child-list": Method("get_folder_children", _PLACE, query=True),
    "folder-get": Method("get_folder", _PLACE),
    "folder-list": Method("get_folders", query=True),
    "folder-vm-list": Method("get_vms_by_folder", _PLACE, query=True),
    "group-get": Method("get_group", _ID),
    "group-list": Method("get_groups", query=True),
    "group-member-list": Method("get_group_members", _ID),
    "network-get": Method("get_network", _PLACE),
    "network-list": Method("get_networks", query=True),
    "network-vm-list": Method("get_vms_by_network", _PLACE, query=True),
    "request-change-get": Method("get_change_request", _ID),
    "request-change-list": Method("get_change_requests", query=True),
    "request-change-retry": Method("retry_change_request", _ID),
    "request-export-list": Method("get_export_requests", query=True),
    "request-folder-list": Method("get_folder_requests", query=True),
    "request-inventory-list": Method("get_inventory_requests", query=True),
    "request-new-list": Method("get_new_requests", query=True),
    "request-snapshot-get": Method("get_snapshot_request", _ID),
    "request-snapshot-list": Method("get_snapshot_requests", query=True),
    "request-summary": Method("get_requests"),
    "session-motd": Method("get_session_motd"),
    "template-list": Method("get_templates", query=True),
    "user-digest-get": Method("get_user_digest_settings"),
    "user-get": Method("whoami"),
    "user-group-list": Method("get_user_groups"),
    "user-ldap-get": Method("get_user_ldap"),
    "user-message-ack": Method("ack_user_message", _ID),
    "user-message-get": Method("get_user_message", _ID),
    "user-message-list": Method("get_user_messages", query=True),
    "user-notification-format-get": Method("get_user_notification_format"),
    "user-notification-get": Method("get_user_notification_settings"),
    "user-notification-method-get": Method("get_user_notification_method"),
    "user-notification-request-get": Method("get_user_request_notification_settings"),
    "user-personal-get": Method("get_user_personal"),
    "user-role-get": Method("get_user_roles"),
    "user-ssh-key-list": Method("get_user_ssh_keys", query=True),
    "user-token-get": Method("get_user_token", _ID),
    "user-token-list": Method("get_user_tokens", query=True),
    "vm-consolidate": Method("consolidate_vm_disks", _VM, options=_LATER),
    "vm-consolidation-get": Method("get_vm_consolidation", _VM),
    "vm-cpu-get": Method("get_vm_cpu", _VM),
    "vm-cpu-set": Method("set_vm_cpu", _VM, ("value",), _LATER),
    "vm-domain-get": Method("get_vm_domain", _VM),
    "vm-folder-get": Method("get_vm_folder", _VM),
    "vm-get": Method("get_vm", _VM),
    "vm-guest-get": Method("get_vm_guest", _VM),
    "vm-list": Method("get_vms", query=True),
    "vm-memory-get": Method("get_vm_memory", _VM),
    "vm-memory-set": Method("set_vm_memory", _VM, ("value",), _LATER),
    "vm-name-get": Method("get_vm_name", _VM),
    "vm-name-set": Method("rename_vm", _VM, ("value",), _LATER),
    "vm-snapshot-create": Method(
        "create_vm_snapshot", _VM, ("description", "from_date", "valid_for")
    ),
    "vm-snapshot-delete": Method("delete_vm_snapshot", ("uuid", "id")),
    "vm-snapshot-get": Method("get_vm_snapshot", ("uuid", "id")),
    "vm-snapshot-list": Method("get_vm_snapshots", _VM),
    "vm-snapshot-revert": Method("revert_vm_snapshot", ("uuid", "id")),
    "vm-state-get": Method("get_vm_state", _VM),
    "vm-state-set": Method("update_vm_state", _VM, ("value",), _LATER),
    "vm-tools-get": Method("get_vm_tools", _VM),
}
"""The methods that make one call each, by its operation's id."""


class Meant(NamedTuple):
    """What a call means: its operation, the values in its path, its query, and its valid body."""

    operation: Operation
    params: Mapping[str, str]
    query: Sequence[tuple[str, str]]
    body: Any


def lines(made: Made, meant: Meant, dialect: str) -> str | None:
    """Return Python that makes a call by the one method for it, None where pyvss can make none."""
    operation = meant.operation
    called = None
    if made.method == operation.method and not {".", ".."}.intersection(meant.params.values()):
        if made.login:
            called = _spelled("get_token", made.login)
        elif operation.id in _OTHERWISE:
            called = _OTHERWISE[operation.id](meant, dialect)
        elif operation.id in METHODS:
            called = _called(METHODS[operation.id], meant)
    if called is None:
        return None
    password = f"  # the password is taken from {PASSWORD}" if made.login else ""
    token = f"{made.token!r}, " if made.token else ""
    return (
        f"# pyvss {NEWEST[dialect]}\n"
        "from pyvss.manager import VssManager\n\n"
        f"vss = VssManager({token}api_endpoint={made.base!r})\n"
        f"print(vss.{called}){password}\n"
    )


def _called(method: Method, meant: Meant) -> str | None:
    """Return the call of a method as Python spells it, None where it can say too little."""
    body = meant.body if meant.operation.body is not None else None
    members, query = dict(body or {}), dict(meant.query)
    left = members.keys() - {*method.body, *method.options}
    if left or query.keys() - (set(meant.operation.query) if method.query else set()):
        return None
    return _spelled(
        method.name,
        *(_segment(meant.params[name]) for name in method.path),
        *(members[name] for name in method.body),
        **{name: members[name] for name in method.options if name in members},
        **query,
    )


def _spelled(method: str, *values: Any, **named: Any) -> str:
    arguments = [*map(repr, values), *(f"{name}={value!r}" for name, value in named.items())]
    return f"{method}({', '.join(arguments)})"


def _segment(value: str) -> Any:
    """Return a value in a path as pyvss takes it: a number, or percent-encoded text."""
    if value.isascii() and value.isdigit() and str(int(value)) == value:
        return int(value)
    return quote(value, safe="")


# Where a method alone does not say it.


def _status(meant: Meant, dialect: str) -> str | None:
    return None if meant.query else "status"


def _creation(meant: Meant, dialect: str) -> str | None:
    """Return a call for a snapshot; today's pyvss would ask for its options unless told not to."""
    method = METHODS["vm-snapshot-create"]
    if dialect != "2026":
        return _called(method, meant)
    plain = {"consolidate": False, "with_memory": False}
    method = method._replace(options=tuple(plain))
    return _called(method, meant._replace(body={**plain, **meant.body}))


def _extension(meant: Meant, dialect: str) -> str | None:
    if meant.query:
        return None
    id, hours = _segment(meant.params["id"]), meant.body["value"]
    return _spelled("extend_snapshot_request", id, hours)


def _update(meant: Meant, dialect: str) -> str | None:
    if meant.query:
        return None
    id, date = _segment(meant.params["id"]), meant.body.get("scheduled_datetime")
    if date is None:
        return _spelled("cancel_scheduled_change_request", id)
    return _spelled("reschedule_change_request", id, date)


def _state(meant: Meant, dialect: str) -> str | None:
    """Return a call that switches a machine; only today's pyvss lets one be suspended."""
    if meant.body["value"] == "suspend" and dialect != "2026":
        return None
    return _called(METHODS["vm-state-set"], meant)


def _name(meant: Meant, dialect: str) -> str | None:
    """Return a call that renames a machine, whichever of its two names the new name came by."""
    body = {"value" if name == "name" else name: value for name, value in meant.body.items()}
    return _called(METHODS["vm-name-set"], meant._replace(body=body))


def _cpu(meant: Meant, dialect: str) -> str | None:
    """Return a call for processors; today's pyvss always says how many share a socket."""
    method = METHODS["vm-cpu-set"]
    if dialect != "2026":
        return _called(method, meant)
    value = meant.body["value"]
    if not isinstance(value, Mapping):
        return None
    body = {name: each for name, each in meant.body.items() if name != "value"}
    return _called(
        method._replace(body=("count", "cores_per_socket")), meant._replace(body={**body, **value})
    )


_OTHERWISE: Mapping[str, Callable[[Meant, str], str | None]] = {
    "api-status": _status,
    "request-change-update": _update,
    "request-snapshot-extend": _extension,
    "vm-cpu-set": _cpu,
    "vm-name-set": _name,
    "vm-snapshot-create": _creation,
    "vm-state-set": _state,
}
