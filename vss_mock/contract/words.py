"""What a dialect calls things, and what stands in an expected answer for values nobody can know."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from vss_mock.contract.model import CONSOLIDATE, CREATE, DELETE, DONE, FAILED, KEPT, REVERT, WAITING

Document = dict[str, Any]
TOKEN_LIFE: Final = 86_400
"""How many seconds a token lives."""


class Words(NamedTuple):
    """What a dialect calls things."""

    statuses: Mapping[str, str]
    actions: Mapping[tuple[str, str], str]
    done: str
    accepted: Mapping[str, str]
    created: str = "Snapshot created"
    scheduled: str = "Snapshot Delete has been Scheduled to"
    deleted: str = "Snapshot deleted"
    deleted_by: str = "by request"
    reverted: str = "Snapshot reverted"
    consolidated: str = "Disks consolidated"
    gone: str = "no longer exists"


WORDS: Final = {
    "2016": Words(
        statuses={
            WAITING: "Submitted",
            KEPT: "Scheduled",
            DONE: "Processed",
            FAILED: "Error Processed",
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
        },
    )
}
"""The words of each dialect."""


class Unknown(NamedTuple):
    """A value that only the server knows: what it is of, what kind it is, what stands before it."""

    of: tuple[Any, ...]
    kind: str
    before: str = ""


class Link(NamedTuple):
    """A link that begins with a text, and whose query goes on with some names and values."""

    begins: str
    rest: tuple[tuple[str, str], ...] = ()
