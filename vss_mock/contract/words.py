"""What a dialect calls things, and what stands in an expected answer for values nobody can know."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from vss_mock.contract.machines import CPU, MEMORY, NAME, POWER
from vss_mock.contract.model import (
    CANCELLED,
    CONSOLIDATE,
    CREATE,
    DELETE,
    DONE,
    FAILED,
    KEPT,
    REVERT,
    WAITING,
)

Document = dict[str, Any]
TOKEN_LIFE: Final = 86_400
"""How many seconds a token lives."""


DIALECTS: Final = ("2016", "2019", "2026")
"""The dialects: each has all that the one before it has, and more."""


class Words(NamedTuple):
    """What a dialect calls things, and where its answers differ from those of 2016.

    `weekday` tells whether dates show the day of the week, `updates` is the status code of a call
    that changes a request.
    """

    statuses: Mapping[str, str]
    actions: Mapping[tuple[str, str], str]
    done: str
    accepted: Mapping[str, str]
    change: str = "Change"
    created: str = "Snapshot created"
    scheduled: str = "Snapshot Delete has been Scheduled to"
    deleted: str = "Snapshot deleted"
    deleted_by: str = "by request"
    reverted: str = "Snapshot reverted"
    made: Mapping[str, str] = {
        CONSOLIDATE: "Disks consolidated",
        POWER: "VM state changed to {}",
        NAME: "VM renamed to {}",
        CPU: "VM CPU count changed to {}",
        MEMORY: "VM memory changed to {} GB",
    }
    gone: str = "no longer exists"
    weekday: bool = False
    updates: int = 204


_2016: Final = Words(
    statuses={
        WAITING: "Submitted",
        KEPT: "Scheduled",
        DONE: "Processed",
        FAILED: "Error Processed",
        CANCELLED: "Cancelled",
    },
    actions={
        (CREATE, WAITING): "Create",
        (CREATE, KEPT): "Delete",
        (DELETE, WAITING): "Delete",
        (DELETE, FAILED): "Delete",
        (REVERT, WAITING): "Revert",
        (REVERT, FAILED): "Revert",
    },
    done="Done",
    accepted={
        CREATE: "VM Snapshot Creation Request has been accepted for processing",
        DELETE: "VM Snapshot Deletion Request has been accepted for processing",
        REVERT: "VM Snapshot Revert Request has been accepted for processing",
        CONSOLIDATE: "VM Disk Consolidation Request has been accepted for processing",
        POWER: "VM State Change Request has been accepted for processing",
        NAME: "VM Name Change Request has been accepted for processing",
        CPU: "VM CPU Change Request has been accepted for processing",
        MEMORY: "VM Memory Change Request has been accepted for processing",
    },
)

WORDS: Final = {
    "2016": _2016,
    "2019": _2016,
    "2026": _2016._replace(
        statuses={
            WAITING: "SUBMITTED",
            KEPT: "SCHEDULED",
            DONE: "PROCESSED",
            FAILED: "ERROR",
            CANCELLED: "CANCELLED",
        },
        actions={stage: word.upper() for stage, word in _2016.actions.items()},
        done="DONE",
        change="CHANGE",
        scheduled="Snapshot DELETE has been SCHEDULED for",
        weekday=True,
        updates=200,
    ),
}
"""The words of each dialect."""

UPDATES: Final = frozenset({"request-snapshot-extend", "request-change-update"})
"""The calls that change a request, whose success is `Words.updates`."""

MOVED: Final = {"2019": {"vm-get": {"/data/name": "/data/name/full_name"}}}
"""Where a member of 2016 stands since a dialect, by operation and JSON pointer."""

GROWN: Final = frozenset(
    {"request-snapshot-get", "request-change-get", "vm-get", "vm-consolidation-get", "user-get"}
)
"""Operations that answer one object, which has more members in later dialects."""


class Unknown(NamedTuple):
    """A value that only the server knows: what it is of, what kind it is, what stands before it."""

    of: tuple[Any, ...]
    kind: str
    before: str = ""


class Link(NamedTuple):
    """A link that begins with a text, and whose query goes on with some names and values."""

    begins: str
    rest: tuple[tuple[str, str], ...] = ()
