"""Which rule is broken where an answer differs from the model: the one that names the right thing.

A lie mostly shows in several values at once; the first row that fits tells what lies under them.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from vss_mock.contract import toronto
from vss_mock.contract.differences import EXTRA, MISSING, ORDER, Difference
from vss_mock.contract.expected import Expected
from vss_mock.contract.model import (
    CONSOLIDATE,
    CREATE,
    DELETE,
    DONE,
    FAILED,
    KEPT,
    REVERT,
    WAITING,
    Asked,
    Model,
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
)
"""The members of a snapshot, and the rule that each is under."""
_OBJECT: Final = re.compile(r"/data(?:/([0-9]+)(?=/|$))?(?:/(.*))?")


def members(rows: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return the rules that an object's members are under, each once."""
    return tuple(dict.fromkeys(rule for _, rule in rows))


def lived(asked: Asked) -> Iterator[str]:
    """Give the rules that a request's life so far has been under."""
    if asked.work == CREATE:
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


class Judge:
    """Blames with a model at hand: it knows what has happened, and what only seems to have."""

    def __init__(self, model: Model, expected: Expected) -> None:
        self._model = model
        self._expected = expected

    def of_requests(self, shown: Sequence[Asked]) -> Blame:
        """Return what blames for the requests that one answer shows, in its order."""

        def blame(found: Sequence[Difference]) -> Blamed:
            objects = _by_object(found)
            for number in sorted(objects):
                blamed = self._of_request(shown[number], objects[number])
                if blamed is not None:
                    return blamed
            return by_pointer(("/_link", "request-links-to-itself"))(found)

        return blame

    def _of_request(self, asked: Asked, found: Mapping[str, Difference]) -> Blamed | None:
        blamed = by_member(REQUEST, found)
        if blamed is None:
            return None
        rule, difference = blamed
        if rule == "start-is-what-was-asked" and _is_later_occurrence(asked, difference):
            rule = "repeated-hour-means-its-first"
        elif rule == "request-status-follows-time":
            rule = self._of_status(asked, difference.actual, "action" in found)
        elif rule == "end-is-start-plus-hours" and asked.added:
            rule = "extension-moves-the-end"
        return rule, difference

    def _of_status(self, asked: Asked, actual: Any, action_too: bool) -> str:
        """Name what has happened too early, too late, or not at all, if it is that."""
        stages = {word: stage for stage, word in self._expected.words.statuses.items()}
        stage = stages.get(actual)
        if stage is None or (asked.work == CREATE and not action_too):
            return "request-status-follows-time"
        if FAILED in {stage, asked.stage}:
            return "work-on-what-is-gone-fails"
        if asked.work != CREATE:
            return {
                CONSOLIDATE: "consolidation-is-done-at-its-date",
                DELETE: "deletion-is-a-request-of-its-own",
                REVERT: "revert-is-a-request-of-its-own",
            }[asked.work]
        if WAITING in {stage, asked.stage}:
            return "snapshot-is-taken-at-its-date"
        return self._of_end(asked)

    def _of_end(self, asked: Asked) -> str:
        """Name the rule under which a snapshot goes, or should have stayed."""
        if asked.ended_by is not None:
            return "deletion-closes-the-request"
        reverted = any(
            one.work == REVERT and one.stage == DONE and one.vm == asked.vm
            for one in self._model.snapshots.values()
        )
        if reverted and asked.stage == KEPT:
            return "revert-leaves-the-snapshot"
        if asked.added:
            return "extension-moves-the-end"
        return "snapshot-goes-at-its-end"

    def of_standing(self, vm: str) -> Blame:
        """Return what blames for an answer that shows snapshots of a machine."""

        def blame(found: Sequence[Difference]) -> Blamed:
            members = [one for one in found if one.pointer == "/data" and one.kind != "value"]
            if members:
                return self._of_membership(vm, members)
            objects = _by_object(found)
            for number in sorted(objects):
                blamed = by_member(STANDING, objects[number])
                if blamed is not None:
                    return blamed
            return by_pointer(("/_links", "snapshot-links-to-itself"))(found)

        return blame

    def _of_membership(self, vm: str, found: Sequence[Difference]) -> Blamed:
        first = found[0]
        kinds = {one.kind for one in found}
        if first.kind == ORDER:
            return "lists-come-in-order", first
        if kinds == {MISSING, EXTRA} or (kinds == {EXTRA} and first.item is None):
            return "snapshot-numbers-count-up", first
        makers = [
            one
            for one in self._model.snapshots.values()
            if one.work == CREATE and one.vm == vm and one.snapshot == first.item
        ]
        if not makers:
            return "snapshot-is-taken-at-its-date", first
        deleted = any(
            one.work == DELETE and one.stage == DONE and one.vm == vm
            for one in self._model.snapshots.values()
        )
        if makers[0].ended_by is not None or (first.kind == MISSING and deleted):
            return "deletion-removes-the-snapshot", first
        if makers[0].changed == self._model.now and first.kind == MISSING:
            return "snapshot-is-taken-at-its-date", first
        return self._of_end(makers[0]), first

    def of_page(
        self, shown: Sequence[Asked], user: str, rule: str | None, *, changes: bool
    ) -> Blame:
        """Return what blames for a page of requests; `rule` is that of the query, if it has one."""

        def blame(found: Sequence[Difference]) -> Blamed:
            members = [one for one in found if one.pointer == "/data" and one.kind != "value"]
            if members:
                if self._of_others(members[0], user, changes):
                    return "others-requests-stay-unknown", members[0]
                if members[0].kind == ORDER:
                    return rule or "lists-come-in-order", members[0]
                return rule or "lists-show-what-is-there", members[0]
            for difference in found:
                if difference.pointer == "/data" or re.fullmatch(
                    r"/data/[0-9]+", difference.pointer
                ):
                    return rule or "lists-show-what-is-there", difference
            blamed = self.of_requests(shown)(found)
            if blamed[0] is not None:
                return blamed
            return by_pointer(("/meta/(pages|_link|count)", "pages-agree"))(found)

        return blame

    def _of_others(self, difference: Difference, user: str, changes: bool) -> bool:
        """Tell whether an item that should not be there is another user's request."""
        if difference.kind != EXTRA or difference.item is None:
            return False
        number = str(difference.item).rpartition("/")[2]
        every = self._model.changes if changes else self._model.snapshots
        found = every.get(int(number)) if number.isdecimal() else None
        return found is not None and found.user != user


def _by_object(found: Sequence[Difference]) -> dict[int, dict[str, Difference]]:
    """Return the differences by the number of the object they are in, and by its member."""
    objects: dict[int, dict[str, Difference]] = {}
    for difference in found:
        fits = _OBJECT.fullmatch(difference.pointer)
        if fits and fits[2]:
            objects.setdefault(int(fits[1] or 0), {})[fits[2]] = difference
    return objects


def _is_later_occurrence(asked: Asked, difference: Difference) -> bool:
    later = asked.begins + toronto.HOUR
    return toronto.minute(later) == toronto.minute(
        asked.begins
    ) and difference.actual == toronto.stamp(later)
