"""The rule that each member of a request and of a snapshot is under, and which are looked at."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from vss_mock.contract import toronto
from vss_mock.contract.differences import Difference
from vss_mock.contract.machines import NAME
from vss_mock.contract.model import (
    CANCELLED,
    CONSOLIDATE,
    CREATE,
    DELETE,
    DONE,
    FAILED,
    REVERT,
    WAITING,
    Asked,
)

Blamed = tuple[str | None, Difference]
"""The rule that is broken (None: the answer's own schema), and the difference that shows it."""
Blame = Callable[[Sequence[Difference]], Blamed]

REQUEST: Final = (
    ("id", "ids-count-up"),
    ("user", "request-tells-its-user"),
    ("vm_uuid", "request-tells-its-machine"),
    ("vm_name", "request-tells-its-machine"),
    ("_links/vm", "request-tells-its-machine"),
    ("created_on", "created-on-is-when-asked"),
    ("snapshot/from_date", "start-is-what-was-asked"),
    ("scheduled_datetime", "consolidation-shows-its-date"),
    ("status", "request-status-follows-time"),
    ("action", "request-action-fits-status"),
    ("snapshot/to_date", "end-is-start-plus-hours"),
    ("snapshot/snap_id", "request-tells-its-snapshot"),
    ("task_id", "task-appears-with-the-run"),
    ("_links/task", "task-appears-with-the-run"),
    ("snapshot/description", "description-is-stored"),
    ("snapshot/name", "snapshot-is-named-after-its-request"),
    ("snapshot/valid_for", "hours-are-stored"),
    ("updated_on", "updated-on-moves-with-events"),
    ("message", "messages-tell-what-was-done"),
    ("attribute", "consolidation-shows-its-date"),
    ("value", "consolidation-shows-its-date"),
    ("extensions", "extension-moves-the-end"),
    ("approval", "change-shows-what-was-asked"),
    ("approved", "change-shows-what-was-asked"),
    ("from_date", "start-is-what-was-asked"),
    ("to_date", "end-is-start-plus-hours"),
    ("snap_id", "request-tells-its-snapshot"),
    ("description", "description-is-stored"),
    ("valid_for", "hours-are-stored"),
    ("vm_moref", "request-tells-its-machine"),
    ("username", "request-tells-its-user"),
)
"""The members of a request, and the rule that each is under."""
STANDING: Final = (
    ("id", "snapshot-numbers-count-up"),
    ("name", "snapshot-is-named-after-its-request"),
    ("description", "description-is-stored"),
    ("createTime", "create-time-is-when-it-was-taken"),
    ("age", "age-is-now-minus-create-time"),
    ("powerState", "snapshot-remembers-the-power-state"),
    ("fileKeys", "snapshot-stays-as-it-was-taken"),
    ("quiesced", "snapshot-stays-as-it-was-taken"),
    ("sizeGB", "snapshot-stays-as-it-was-taken"),
    ("create_time", "create-time-is-when-it-was-taken"),
    ("power_state", "snapshot-remembers-the-power-state"),
    ("file_keys", "snapshot-stays-as-it-was-taken"),
    ("size_gb", "snapshot-stays-as-it-was-taken"),
)
"""The members of a snapshot, and the rule that each is under."""
_OBJECT: Final = re.compile(r"/data(?:/([0-9]+)(?=/|$))?(?:/(.*))?")


def members(rows: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return the rules that an object's members are under, each once."""
    return tuple(dict.fromkeys(rule for _, rule in rows))


def lived(asked: Asked) -> Iterator[str]:
    """Give the rules that a request's life so far has been under."""
    if asked.work == CREATE:
        yield from _kept(asked)
    elif asked.kind == "change" and asked.work != CONSOLIDATE:
        yield from _changed(asked)
    elif asked.stage == FAILED:
        yield "work-on-what-is-gone-fails"
    elif asked.stage == DONE:
        yield {
            CONSOLIDATE: "consolidation-is-done-at-its-date",
            DELETE: "deletion-is-a-request-of-its-own",
            REVERT: "revert-is-a-request-of-its-own",
        }[asked.work]
        if asked.work == REVERT:
            yield "revert-leaves-the-snapshot"


def _kept(asked: Asked) -> Iterator[str]:
    """Give the rules that the life of a snapshot so far has been under."""
    if asked.stage != WAITING:
        yield "snapshot-is-taken-at-its-date"
    if asked.added:
        yield "extension-moves-the-end"
    if asked.ended_by is not None:
        yield from ("deletion-closes-the-request", "deletion-removes-the-snapshot")
    elif asked.stage == DONE:
        yield "snapshot-goes-at-its-end"
    if toronto.minute(asked.begins) == toronto.minute(asked.begins + toronto.HOUR):
        yield "repeated-hour-means-its-first"


def _changed(asked: Asked) -> Iterator[str]:
    """Give the rules that a change's life so far has been under."""
    yield "change-shows-what-was-asked"
    if asked.stage == CANCELLED:
        yield "cancelled-is-never-made"
    if asked.stage in {DONE, FAILED}:
        yield "changes-are-made-at-their-date"
        if asked.moved:
            yield "put-off-is-made-then"
        if asked.tried:
            yield "retry-tries-again"
    if asked.stage == FAILED:
        yield "changes-fail-where-they-cannot-be-made"
    elif asked.stage == DONE and asked.work == NAME:
        yield "renaming-keeps-the-prefix"


def by_member(rows: Sequence[tuple[str, str]], found: Mapping[str, Difference]) -> Blamed | None:
    """Return the first row whose member differs, with the difference."""
    for name, rule in rows:
        for member, difference in found.items():
            if member == name or member.startswith(f"{name}/"):
                return rule, difference
    return None


def by_pointer(*rows: tuple[str, str]) -> Blame:
    """Return what blames the first row whose pattern a pointer begins with."""

    def blame(found: Sequence[Difference]) -> Blamed:
        for pattern, rule in rows:
            for difference in found:
                if re.match(pattern, difference.pointer):
                    return rule, difference
        return None, found[0]

    return blame


def by_object(found: Sequence[Difference]) -> dict[int, dict[str, Difference]]:
    """Return the differences by the number of the object they are in, and by its member."""
    objects: dict[int, dict[str, Difference]] = {}
    for difference in found:
        fits = _OBJECT.fullmatch(difference.pointer)
        if fits and fits[2]:
            objects.setdefault(int(fits[1] or 0), {})[fits[2]] = difference
    return objects
