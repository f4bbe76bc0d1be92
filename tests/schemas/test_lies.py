"""Answers that are well-formed and yet cannot be: the schemas catch what does not fit together."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.schemas.published import DOCUMENTS

REQUEST = "2016/snapshot-request.json"
CHANGE = "2016/change-request.json"
LIST = "2016/snapshot-request-list.json"
TASK = "https://vss-api.eis.utoronto.ca:8001/v2/request/task/6309d431-5f68-425a-9608-bb646b896e90"
UUID = TASK.rpartition("/")[2]

REQUESTS = DOCUMENTS.schema(REQUEST)["examples"]
SUBMITTED, SCHEDULED, EXTENDED, ENDED, ENDED_BY_HAND = REQUESTS[:5]
DELETING, DELETED, REVERTING, REVERTED, DELETION_FAILED, REVERT_FAILED = REQUESTS[5:11]
CHANGE_SUBMITTED, CHANGE_DONE, _, SWITCHED, *_ = DOCUMENTS.schema(CHANGE)["examples"]
SWITCH_FAILED, CANCELLED, RENAMED, RESIZED, MEMORY_FAILED = DOCUMENTS.schema(CHANGE)["examples"][
    4:9
]
PAGE, EXPANDED, EMPTY = DOCUMENTS.schema(LIST)["examples"]
ACCEPTED = DOCUMENTS.schema("2016/accepted.json")["examples"][0]
FIRED, FIRED_DELETE, *_ = DOCUMENTS.schema("control/clock-moved.json#/$defs/fired")["examples"]
UPDATE = "2016/change-update.json"
ACCEPTED_2019 = DOCUMENTS.schema("2019/accepted.json")["examples"][0]
SCHEDULED_2019 = DOCUMENTS.schema("2019/snapshot-request.json")["examples"][1]
EXTENDED_2019 = DOCUMENTS.schema("2019/snapshot-request.json")["examples"][2]
STATE_2019 = DOCUMENTS.schema("2019/vm-state.json")["examples"][1]
FOLDER_2019 = DOCUMENTS.schema("2019/folder.json#/$defs/folder")["examples"][1]
TOLD_2019 = DOCUMENTS.schema("2019/user-notification-request.json#/$defs/request")["examples"][1]
SUBMITTED_2026, SCHEDULED_2026, *_ = DOCUMENTS.schema("2026/snapshot-request.json")["examples"]
SNAPSHOT_2026 = DOCUMENTS.schema("2026/vm-snapshot.json#/$defs/snapshot")["examples"][0]
TOOLS_2026 = DOCUMENTS.schema("2026/vm-tools.json")["examples"][0]
GUEST_2026 = DOCUMENTS.schema("2026/vm-guest.json")["examples"][0]
BAD_REQUEST = DOCUMENTS.schema("common/error.json#/$defs/bad-request")["examples"][0]


def put(place: str, value: Any) -> Callable[[Any], None]:
    """Return what puts a value at a place (`data/snapshot/snap_id`, `data/message/warnings/0`)."""
    *path, last = [int(part) if part.isdecimal() else part for part in place.split("/")]

    def change(document: Any) -> None:
        for part in path:
            document = document[part]
        document[last] = value

    return change


def drop(place: str) -> Callable[[Any], None]:
    """Return what takes the member at a place away."""
    *path, last = place.split("/")

    def change(document: Any) -> None:
        for part in path:
            document = document[part]
        del document[last]

    return change


def warn(*order: int) -> Callable[[Any], None]:
    """Return what puts the warnings into another order, or leaves some out."""

    def change(document: Any) -> None:
        warnings = document["data"]["message"]["warnings"]
        document["data"]["message"]["warnings"] = [warnings[index] for index in order]

    return change


LIES: dict[str, tuple[str, Any, Callable[[Any], None]]] = {
    # Before it runs.
    "submitted with a snapshot": (REQUEST, SUBMITTED, put("data/snapshot/snap_id", "1")),
    "submitted with a task": (REQUEST, SUBMITTED, put("data/task_id", UUID)),
    "submitted with a link to a task": (REQUEST, SUBMITTED, put("data/_links/task", TASK)),
    "submitted with a message": (REQUEST, SUBMITTED, put("data/message", {"errors": []})),
    "submitted and already deleting": (REQUEST, SUBMITTED, put("data/action", "Delete")),
    "submitted and done": (REQUEST, SUBMITTED, put("data/action", "Done")),
    "submitted without an end": (REQUEST, SUBMITTED, put("data/snapshot/to_date", None)),
    "submitted under Scheduled": (REQUEST, SUBMITTED, put("data/status", "Scheduled")),
    "submitted in capitals": (REQUEST, SUBMITTED, put("data/status", "SUBMITTED")),
    # While the deletion lies ahead.
    "scheduled without a snapshot": (REQUEST, SCHEDULED, put("data/snapshot/snap_id", None)),
    "scheduled with a number for an id": (REQUEST, SCHEDULED, put("data/snapshot/snap_id", 1)),
    "scheduled without a task": (REQUEST, SCHEDULED, put("data/task_id", None)),
    "scheduled without a link to its task": (REQUEST, SCHEDULED, drop("data/_links/task")),
    "scheduled to create": (REQUEST, SCHEDULED, put("data/action", "Create")),
    "scheduled and done": (REQUEST, SCHEDULED, put("data/action", "Done")),
    "scheduled without a message": (REQUEST, SCHEDULED, put("data/message", {})),
    "scheduled with one warning": (REQUEST, SCHEDULED, warn(0)),
    "scheduled with warnings in the wrong order": (REQUEST, SCHEDULED, warn(1, 0)),
    "scheduled with four extensions": (REQUEST, EXTENDED, warn(0, 1, 2, 2, 2, 2)),
    "scheduled with an error": (REQUEST, SCHEDULED, put("data/message/errors", ["oh"])),
    "scheduled in other words": (
        REQUEST,
        SCHEDULED,
        put("data/message/warnings/1", "Snapshot DELETE has been SCHEDULED for 2016-07-30"),
    ),
    "scheduled and never created": (
        REQUEST,
        SCHEDULED,
        put("data/message/warnings/0", "Snapshot deleted SR-2 (1)"),
    ),
    "scheduled under Submitted": (REQUEST, SCHEDULED, put("data/status", "Submitted")),
    "scheduled under Processed": (REQUEST, SCHEDULED, put("data/status", "Processed")),
    "scheduled with no lifetime": (REQUEST, SCHEDULED, put("data/snapshot/valid_for", None)),
    "scheduled with a number of hours": (REQUEST, SCHEDULED, put("data/snapshot/valid_for", 12)),
    "scheduled for 73 hours": (REQUEST, SCHEDULED, put("data/snapshot/valid_for", "73")),
    # After it has ended.
    "ended and still deleting": (REQUEST, ENDED, put("data/action", "Delete")),
    "ended under Scheduled": (REQUEST, ENDED, put("data/status", "Scheduled")),
    "ended without saying so": (REQUEST, ENDED, warn(0, 1)),
    "ended twice": (REQUEST, ENDED, warn(0, 1, 2, 2)),
    "ended before it was scheduled": (REQUEST, ENDED, warn(0, 2, 1)),
    "ended and scheduled again": (REQUEST, ENDED, warn(0, 1, 2, 1)),
    "ended without a snapshot": (REQUEST, ENDED, put("data/snapshot/snap_id", None)),
    "ended without a task": (REQUEST, ENDED, put("data/task_id", None)),
    "ended by nobody": (
        REQUEST,
        ENDED_BY_HAND,
        put("data/message/warnings/2", "Snapshot deleted SR-2 (1) by request"),
    ),
    # Deleted by hand, reverted, failed.
    "a deletion with an end": (REQUEST, DELETING, put("data/snapshot/to_date", "x")),
    "a deletion of nothing": (REQUEST, DELETING, put("data/snapshot/snap_id", None)),
    "a deletion that creates": (REQUEST, DELETING, put("data/action", "Create")),
    "a deletion with a task before it ran": (REQUEST, DELETING, put("data/task_id", UUID)),
    "a deletion that is scheduled": (REQUEST, DELETED, put("data/status", "Scheduled")),
    "a deletion that says nothing": (REQUEST, DELETED, put("data/message/warnings", [])),
    "a deletion by another": (
        REQUEST,
        DELETED,
        put("data/message/warnings/0", "Snapshot deleted SR-2 (1) by request 3"),
    ),
    "a revert that is done too early": (REQUEST, REVERTING, put("data/action", "Done")),
    "a revert that never ends": (REQUEST, REVERTED, put("data/action", "Revert")),
    "a failure without an error": (REQUEST, DELETION_FAILED, put("data/message/errors", [])),
    "a failure that is done": (REQUEST, REVERT_FAILED, put("data/action", "Done")),
    "a failure with a warning": (REQUEST, REVERT_FAILED, put("data/message/warnings", ["oh"])),
    "a failure to create": (REQUEST, DELETION_FAILED, put("data/snapshot/valid_for", "12")),
    # Around it.
    "a count of one": (REQUEST, SUBMITTED, put("meta/count", 1)),
    "links by their other name": (REQUEST, SUBMITTED, put("_links", SUBMITTED["_link"])),
    "a link to the wrong kind": (
        REQUEST,
        SUBMITTED,
        put("_link/self", SUBMITTED["_link"]["self"].replace("snapshot", "change")),
    ),
    "a relative link": (REQUEST, SUBMITTED, put("data/user/_links/self", "/v2/user")),
    "a link to a user with an id": (
        REQUEST,
        SUBMITTED,
        put("data/user/_links/self", "https://vss-api.eis.utoronto.ca/v2/user/jm"),
    ),
    "a date in UTC": (REQUEST, SUBMITTED, put("data/created_on", "2016-07-29 16:30:59 UTC")),
    "a change that ran without a task": (CHANGE, CHANGE_DONE, drop("data/_links/task")),
    "a change that did not run and has a task": (
        CHANGE,
        CHANGE_SUBMITTED,
        put("data/task_id", UUID),
    ),
    "a change that says something else": (
        CHANGE,
        CHANGE_DONE,
        put("data/message/warnings/0", "Disks were consolidated"),
    ),
    "a consolidation with a value": (CHANGE, CHANGE_DONE, put("data/value", ["x"])),
    "a consolidation that failed": (CHANGE, CHANGE_DONE, put("data/status", "Error Processed")),
    "a change without a value": (CHANGE, SWITCHED, put("data/value", [])),
    "a change with two values": (CHANGE, SWITCHED, put("data/value", ["poweredOn", "reset"])),
    "a change to a power state nobody knows": (CHANGE, SWITCHED, put("data/value", ["on"])),
    "a change that says what another did": (
        CHANGE,
        SWITCHED,
        put("data/message/warnings/0", "VM memory changed to 8 GB"),
    ),
    "a change that failed and says it was made": (
        CHANGE,
        SWITCHED,
        put("data/status", "Error Processed"),
    ),
    "a change that failed for another's reason": (
        CHANGE,
        SWITCH_FAILED,
        put("data/message/errors", ["CPU hot plug is not supported for this virtual machine."]),
    ),
    "a change that failed without a task": (CHANGE, SWITCH_FAILED, put("data/task_id", None)),
    "a change that failed for a power state that is good": (
        CHANGE,
        MEMORY_FAILED,
        put(
            "data/message/errors/0",
            "The attempted operation cannot be performed in the current state (Powered on).",
        ),
    ),
    "a cancelled change that ran": (CHANGE, CANCELLED, put("data/task_id", UUID)),
    "a cancelled change that had no date": (
        CHANGE,
        CANCELLED,
        put("data/scheduled_datetime", None),
    ),
    "a cancelled change with a message": (
        CHANGE,
        CANCELLED,
        put("data/message", {"errors": [], "warnings": ["VM state changed to poweredOff"]}),
    ),
    "a new name that is a number": (CHANGE, RENAMED, put("data/value", [5])),
    "a number of processors in words": (CHANGE, RESIZED, put("data/value", ["4"])),
    "an update of nothing": (UPDATE, {"scheduled": False}, drop("scheduled")),
    "an update that cancels and moves": (
        UPDATE,
        {"scheduled": False},
        put("scheduled_datetime", "2016-07-30 04:00"),
    ),
    "an update that moves to no date": (UPDATE, {"scheduled": False}, put("scheduled", True)),
    "a rename accepted as a snapshot": (
        "2016/accepted.json",
        ACCEPTED,
        put("data/message", "VM Name Change Request has been accepted for processing"),
    ),
    "accepted with another action": (
        "2019/accepted.json",
        ACCEPTED_2019,
        put("data/request/action", "Delete"),
    ),
    "accepted with a task": (
        "2019/accepted.json",
        ACCEPTED_2019,
        put("data/request/task_id", UUID),
    ),
    "a scheduled request that was extended unnoticed": (
        "2019/snapshot-request.json",
        SCHEDULED_2019,
        put("data/extensions", 1),
    ),
    "an extension that nothing tells of": (
        "2019/snapshot-request.json",
        EXTENDED_2019,
        warn(0, 1),
    ),
    "switched on since nobody knows when": (
        "2019/vm-state.json",
        STATE_2019,
        put("data/bootTime", None),
    ),
    "a parent without a name": (
        "2019/folder.json#/$defs/folder",
        FOLDER_2019,
        put("parent/moref", "group-v1"),
    ),
    "told of all, but not of all": (
        "2019/user-notification-request.json#/$defs/request",
        TOLD_2019,
        put("all", True),
    ),
    "a date of 2019 in 2026": (
        "2026/snapshot-request.json",
        SUBMITTED_2026,
        put("data/created_on", "2016-07-29 12:30:59 EDT"),
    ),
    "a status of 2019 in 2026": (
        "2026/snapshot-request.json",
        SCHEDULED_2026,
        put("data/status", "Scheduled"),
    ),
    "a warning of 2019 in 2026": (
        "2026/snapshot-request.json",
        SCHEDULED_2026,
        put(
            "data/message/warnings/1",
            "Snapshot Delete has been Scheduled to 2016-07-30 Sat 10:00:00 EDT",
        ),
    ),
    "flat and nested ids that differ": (
        "2026/snapshot-request.json",
        SCHEDULED_2026,
        put("data/snap_id", None),
    ),
    "one state in two spellings that differ": (
        "2026/vm-snapshot.json#/$defs/snapshot",
        SNAPSHOT_2026,
        put("power_state", "poweredOn"),
    ),
    "tools that vss-cli would not reboot": (
        "2026/vm-tools.json",
        TOOLS_2026,
        put("data/runningStatus", "guestToolsRunning"),
    ),
    "a guest that runs and does not": (
        "2026/vm-guest.json",
        GUEST_2026,
        put("data/guest_state", "notRunning"),
    ),
    "a first page with one before it": (
        LIST,
        PAGE,
        put("meta/pages/prev_url", PAGE["meta"]["pages"]["first_url"]),
    ),
    "a second page with none before it": (LIST, PAGE, put("meta/pages/page", 2)),
    "an empty list of one page": (LIST, EMPTY, put("meta/pages/pages", 1)),
    "a full list of no page": (LIST, PAGE, put("meta/pages/pages", 0)),
    "a list with its link at the top": (LIST, PAGE, put("_links", PAGE["meta"]["_link"])),
    "a list that mixes links and requests": (
        LIST,
        EXPANDED,
        put("data", [*EXPANDED["data"], TASK]),
    ),
    "a list of links to something else": (LIST, PAGE, put("data/0", TASK)),
    "accepted with a count": ("2016/accepted.json", ACCEPTED, put("meta/count", 5)),
    "accepted with the words of another job": (
        "2016/accepted.json#/$defs/deletion",
        ACCEPTED,
        put("data/name", "Accepted"),
    ),
    "a snapshot accepted as a change": (
        "2016/accepted.json",
        ACCEPTED,
        put(
            "data/_links/request",
            ACCEPTED["data"]["_links"]["request"].replace("snapshot", "change"),
        ),
    ),
    "accepted with status 200": ("2016/accepted.json", ACCEPTED, put("data/status", 200)),
    "a 404 called bad request": ("common/error.json", BAD_REQUEST, put("status", 404)),
    "a status nobody uses": ("common/error.json", BAD_REQUEST, put("status", 422)),
    "a 400 in the place of a 404": (
        "common/error.json#/$defs/not-found",
        BAD_REQUEST,
        put("error", "bad request"),
    ),
    "an event that leads elsewhere": (
        "control/clock-moved.json#/$defs/fired",
        FIRED,
        put("to", "Processed"),
    ),
    "an event from the end": (
        "control/clock-moved.json#/$defs/fired",
        FIRED_DELETE,
        put("from", "Processed"),
    ),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_caught_and_told_in_plain_words(lie: str) -> None:
    schema, truth, change = LIES[lie]
    document = copy.deepcopy(truth)
    change(document)
    told = [
        violation.sentence for violation in DOCUMENTS.violations(schema, document, "the answer")
    ]
    assert told
    for sentence in told:
        assert ": " in sentence
        assert not any(
            mark in sentence for mark in ("(?", "[0-9]", "\\", "schema", "anyOf", "$ref")
        )


@pytest.mark.parametrize(
    ("lie", "sentence"),
    [
        (
            "submitted with a snapshot",
            "data.snapshot.snap_id: '1' is not null, although the snapshot has not been taken",
        ),
        (
            "submitted with a link to a task",
            "data._links: has a link to a task, although nothing has run",
        ),
        ("scheduled without a link to its task", "data._links: 'task' is missing"),
        (
            "scheduled to create",
            "data.action: 'Create' is not 'Delete', although the status is 'Scheduled'",
        ),
        (
            "ended twice",
            "data.message.warnings: says more than once that the snapshot was deleted",
        ),
        (
            "a 404 called bad request",
            "error: 'bad request' is not 'not found', which is what status 404 is called",
        ),
        (
            "a second page with none before it",
            "meta.pages.prev_url: null is not a link, although this is not the first page",
        ),
    ],
)
def test_a_lie_is_told_as_what_does_not_fit(lie: str, sentence: str) -> None:
    schema, truth, change = LIES[lie]
    document = copy.deepcopy(truth)
    change(document)
    assert sentence in [violation.sentence for violation in DOCUMENTS.violations(schema, document)]
