"""What can be tried that is to be refused, by name."""

from collections.abc import Callable
from typing import Final

from vss_mock.contract import bad_bodies, bad_changes, bad_targets, logins
from vss_mock.contract.refusing import Fault, refuse
from vss_mock.contract.walker import Walker

Faults = Callable[[Walker, str, int], Fault | None]
"""Gives a fault of some kind: for a user, and a number that is counted round what there is."""

KINDS: Final[dict[str, Faults]] = {
    "hours": bad_bodies.hours,
    "dates": bad_bodies.dates,
    "changes": bad_changes.changes,
    "skipped": bad_bodies.skipped,
    "texts": bad_bodies.texts,
    "members": bad_bodies.members,
    "several": bad_bodies.several,
    "shapes": bad_bodies.shapes,
    "types": bad_bodies.types,
    "consolidations": bad_bodies.consolidations,
    "extensions": bad_bodies.extensions,
    "untimely": bad_bodies.untimely,
    "updates": bad_changes.updates,
    "late updates": bad_changes.late_updates,
    "retries": bad_changes.retries,
    "gone": bad_targets.gone,
    "hidden": bad_targets.hidden,
    "unknown": bad_targets.unknown,
    "paths": bad_targets.paths,
    "others": bad_targets.others,
    "methods": bad_targets.methods,
    "queries": bad_targets.queries,
    "strangers": logins.strangers,
    "logins": logins.logins,
}
"""What can be tried, by name."""


def attempt(walker: Walker, kind: str, pick: int) -> None:
    """Try something of a kind that is to be refused, if there is occasion to."""
    users = list(walker.model.users)
    fault = KINDS[kind](walker, users[pick % len(users)], pick // len(users))
    if fault is not None:
        refuse(walker, fault)
