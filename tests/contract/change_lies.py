"""Lies about changes of a machine, and in later dialects, told to walks beside the model."""

from collections.abc import Mapping
from typing import Any

from tests.contract.lies import (
    Asked,
    Lie,
    asking,
    doing_more,
    early,
    forgetting,
    hearing,
    replacing,
    rewriting,
    saying,
)
from tests.contract.model_lies import EXPANDED, TAKEN, Told, of_each, of_first
from vss_mock.contract.actions import (
    Act,
    Advance,
    Change,
    Extend,
    Read,
    Refuse,
    Retry,
    Update,
    When,
)
from vss_mock.contract.machines import MEMORY, NAME, POWER
from vss_mock.contract.model import REVERT
from vss_mock.contract.transport import Answer, Transport

CHANGES = "/v2/request/change"
DONE = Answer(204, {"allow": "GET, HEAD, OPTIONS, PUT"}, b"")
IN_AN_HOUR = (Change(POWER, 0, 0, "poweredOn", When(seconds=3600)),)
OFF_AGAIN = (Change(POWER, 0, 0, "poweredOff"), Advance())
"""The first machine is off, so that this fails."""


def any_power(asked: Asked) -> Asked:
    """Whatever power is asked for, it is heard as on."""
    if asked.method != "PUT" or not asked.path.endswith("/state"):
        return asked
    return asked._replace(body=b'{"value": "poweredOn"}')


def after(method: str, part: str, lie: Lie) -> Lie:
    """Return a lie that is told only once a call was made."""

    def told(inner: Transport) -> Transport:
        lying, called = lie(inner), False

        def send(
            verb: str, path: str, query: str, headers: Mapping[str, str], body: bytes | None
        ) -> Answer:
            nonlocal called
            called = called or (verb == method and part in path)
            return (lying if called else inner)(verb, path, query, headers, body)

        return send

    return told


def never_tried_again(item: Any) -> None:
    """What waits again is still failed."""
    if item["status"] == "Submitted" and item["updated_on"] != item["created_on"]:
        item["status"] = "Error Processed"


LIES = {
    "a change given up in vain": Told(
        forgetting("PUT", CHANGES, DONE), (*IN_AN_HOUR, Update(0, None)), "cancelled-is-never-made"
    ),
    "a change put off in vain": Told(
        forgetting("PUT", CHANGES, DONE),
        (*IN_AN_HOUR, Update(0, When(seconds=7200))),
        "put-off-is-made-then",
    ),
    "a change made a second early": Told(
        doing_more(early),
        (*IN_AN_HOUR, Advance(event=0, after=-1_000_000)),
        "changes-are-made-at-their-date",
    ),
    "a failure told as done": Told(
        replacing('"Error Processed"', '"Processed"', CHANGES),
        OFF_AGAIN,
        "changes-fail-where-they-cannot-be-made",
    ),
    "a failure in other words": Told(
        replacing("The attempted operation", "What was asked for"),
        OFF_AGAIN,
        "changes-fail-where-they-cannot-be-made",
    ),
    "a prefix lost": Told(
        replacing("1606T-web3", "web3"),
        (Change(NAME, 0, 0, "web3"), Advance()),
        "renaming-keeps-the-prefix",
    ),
    "another power asked for": Told(
        rewriting(of_first("value", value=["suspend"]), CHANGES),
        IN_AN_HOUR,
        "change-shows-what-was-asked",
    ),
    "another power heard": Told(
        hearing(b'"value": "poweredOn"', b'"value": "reset"'),
        (Change(POWER, 0, 0, "poweredOn"), Advance()),
        "change-shows-what-was-asked",
    ),
    "a machine that stays off": Told(
        replacing('"powerState":"poweredOn"', '"powerState":"poweredOff"', "dc0"),
        (Change(POWER, 0, 0, "poweredOn"), Advance(), Read("everything")),
        "machine-becomes-what-was-asked",
    ),
    "memory that stays after a revert": Told(
        after("PATCH", "/snapshot/", replacing('"memoryMB":2048', '"memoryMB":8192', "dc0")),
        (
            *TAKEN,
            Change(MEMORY, 0, 0, 8),
            Advance(),
            Act(REVERT, 0, 0),
            Advance(1),
            Read("everything"),
        ),
        "revert-restores-the-configuration",
    ),
    "any power taken": Told(asking(any_power), (Refuse("changes", 16),), "changes-are-checked"),
    "an update of what was made": Told(
        saying(400, 204, "PUT", CHANGES, b""),
        (Change(POWER, 0, 0, "poweredOn"), Advance(), Refuse("late updates", 0)),
        "updates-want-a-date-ahead",
    ),
    "a retry in vain": Told(
        rewriting(of_each(never_tried_again), CHANGES),
        (*OFF_AGAIN, Advance(1), Retry(0)),
        "retry-tries-again",
        "2019",
    ),
    "a retry of what was made": Told(
        saying(400, 202, "PATCH", CHANGES, b"{}"),
        (Change(POWER, 0, 0, "poweredOn"), Advance(), Refuse("retries", 0)),
        "retry-tries-again",
        "2019",
    ),
    "an extension not counted": Told(
        rewriting(of_first("extensions", value=0), EXPANDED),
        (*TAKEN, Extend(0, 12)),
        "extension-moves-the-end",
        "2019",
    ),
    "no machine by its moref": Told(
        saying(200, 404, "GET", "/v2/vm/vm-"), (Read("everything"),), "morefs-name-machines", "2026"
    ),
    "an update without the request": Told(
        saying(200, 204, "PUT", CHANGES, b""),
        (*IN_AN_HOUR, Update(0, None)),
        "updates-are-answered",
        "2026",
    ),
    "a weekday left out": Told(
        replacing(" Fri ", " ", EXPANDED), TAKEN, "created-on-is-when-asked", "2026"
    ),
    "a word of 2016": Told(
        replacing('"SCHEDULED"', '"Scheduled"'), TAKEN, "request-status-follows-time", "2026"
    ),
}
"""The lies by what they say."""
