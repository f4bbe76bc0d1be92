"""Which rule is broken where an answer differs from the model: the one that names the right thing.

A lie mostly shows in several values at once; the first row that fits tells what lies under them.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from vss_mock.contract import toronto
from vss_mock.contract.differences import EXTRA, MISSING, ORDER, Difference
from vss_mock.contract.expected import Expected
from vss_mock.contract.machines import NAME
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
    Asked,
    Model,
)
from vss_mock.contract.tables import (
    REQUEST,
    STANDING,
    Blame,
    Blamed,
    by_member,
    by_object,
    by_pointer,
)
from vss_mock.contract.toronto import SECOND


class Judge:
    """Blames with a model at hand: it knows what has happened, and what only seems to have."""

    def __init__(self, model: Model, expected: Expected) -> None:
        self._model = model
        self._expected = expected

    def of_requests(self, shown: Sequence[Asked]) -> Blame:
        """Return what blames for the requests that one answer shows, in its order."""

        def blame(found: Sequence[Difference]) -> Blamed:
            objects = by_object(found)
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
        if rule == "start-is-what-was-asked" and self._is_later_occurrence(asked, difference):
            rule = "repeated-hour-means-its-first"
        elif asked.kind == "change" and rule in _OF_CHANGES:
            rule = self._of_change(asked, rule, difference)
        elif rule == "request-status-follows-time":
            rule = self._of_status(asked, difference.actual, "action" in found)
        elif rule == "end-is-start-plus-hours" and asked.added:
            rule = "extension-moves-the-end"
        elif rule == "updated-on-moves-with-events":
            rule = self._of_change_of(asked, difference)
        elif rule == "request-tells-its-snapshot" and asked.snapshot is not None:
            number = difference.actual
            if isinstance(number, str) and number.isdecimal():
                rule = "snapshot-numbers-count-up"
        return rule, difference

    def _of_change(self, asked: Asked, rule: str, difference: Difference) -> str:
        """Name what happened to a change otherwise than it should, if it is that."""
        if rule == "request-tells-its-machine":
            named = any(one.work == NAME and one.vm == asked.vm for one in self._done())
            return "renaming-keeps-the-prefix" if named else rule
        if rule == "consolidation-shows-its-date":
            moved = asked.moved and difference.pointer.endswith("scheduled_datetime")
            if moved:
                return "put-off-is-made-then"
            return rule if asked.work == CONSOLIDATE else "change-shows-what-was-asked"
        if rule == "updated-on-moves-with-events":
            rule = self._of_change_of(asked, difference)
            late = rule == "consolidation-is-done-at-its-date" and asked.work != CONSOLIDATE
            return "changes-are-made-at-their-date" if late else rule
        if rule == "messages-tell-what-was-done" and asked.stage == FAILED:
            return "changes-fail-where-they-cannot-be-made"
        if rule == "messages-tell-what-was-done":
            return "renaming-keeps-the-prefix" if asked.work == NAME else rule
        follows = rule == "request-status-follows-time"
        return self._of_change_status(asked, difference) if follows else rule

    def _of_change_status(self, asked: Asked, difference: Difference) -> str:
        """Name what happened to a change too early, too late, or not at all."""
        words = self._expected.words.statuses
        stage = {word: stage for stage, word in words.items()}.get(difference.actual)
        if stage is None or asked.waits_for_a_date:
            ahead = stage in {DONE, FAILED} and "changes-are-made-at-their-date"
            return ahead or "request-status-follows-time"
        if CANCELLED in {stage, asked.stage}:
            return "cancelled-is-never-made"
        if asked.tried:
            return "retry-tries-again"
        if FAILED in {stage, asked.stage} and WAITING not in {stage, asked.stage}:
            return "changes-fail-where-they-cannot-be-made"
        if asked.moved:
            return "put-off-is-made-then"
        at_once = asked.work == CONSOLIDATE
        return "consolidation-is-done-at-its-date" if at_once else "changes-are-made-at-their-date"

    def _done(self) -> list[Asked]:
        return [one for one in self._model.changes.values() if one.stage == DONE]

    def _is_later_occurrence(self, asked: Asked, difference: Difference) -> bool:
        later = asked.begins + toronto.HOUR
        twice = toronto.minute(later) == toronto.minute(asked.begins)
        return bool(twice and difference.actual == self._expected.date(later))

    def _of_status(self, asked: Asked, actual: Any, action_too: bool) -> str:
        """Name what has happened too early, too late, or not at all, if it is that."""
        stages = {word: stage for stage, word in self._expected.words.statuses.items()}
        stage = stages.get(actual)
        if stage is None or (asked.work == CREATE and not action_too):
            return "request-status-follows-time"
        if stage == FAILED and asked.stage == DONE:
            return self._of_vanished(asked)
        if FAILED in {stage, asked.stage}:
            return "work-on-what-is-gone-fails"
        if stage == DONE and asked.stage == KEPT and self._is_done(asked.vm, DELETE, WAITING):
            return "deletion-is-a-request-of-its-own"
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
        if asked.stage == KEPT and self._is_done(asked.vm, REVERT):
            return "revert-leaves-the-snapshot"
        if asked.stage == KEPT and self._is_done(asked.vm, DELETE):
            return "deletion-removes-the-snapshot"
        if asked.added:
            return "extension-moves-the-end"
        return "snapshot-goes-at-its-end"

    def _of_vanished(self, asked: Asked) -> str:
        """Name the rule under which a snapshot should still have been there to work on."""
        if self._is_done(asked.vm, DELETE, but=asked.number):
            return "deletion-removes-the-snapshot"
        if self._is_done(asked.vm, REVERT, but=asked.number):
            return "revert-leaves-the-snapshot"
        return "snapshot-goes-at-its-end"

    def _is_done(self, vm: str, work: str, stage: str = DONE, but: int = 0) -> bool:
        """Tell whether some work was done on a machine, or stands at another stage there."""
        return any(
            (one.vm, one.work, one.stage) == (vm, work, stage) and one.number != but
            for one in self._model.snapshots.values()
        )

    def _of_change_of(self, asked: Asked, difference: Difference) -> str:
        """Name what has happened at another time than it was due, if updated_on tells that."""
        shown = toronto.read_stamp(str(difference.actual))
        idle = {None, asked.created // SECOND * SECOND, self._model.now // SECOND * SECOND}
        if shown in idle or asked.stage in {WAITING, FAILED}:
            return "updated-on-moves-with-events"
        if asked.kind == "change":
            return "consolidation-is-done-at-its-date"
        if asked.work != CREATE or asked.ended_by is not None:
            return "updated-on-moves-with-events"
        if asked.stage == KEPT:
            taken_late = not asked.added
            return "snapshot-is-taken-at-its-date" if taken_late else "updated-on-moves-with-events"
        return self._of_end(asked)

    def of_standing(self, vm: str) -> Blame:
        """Return what blames for an answer that shows snapshots of a machine."""

        def blame(found: Sequence[Difference]) -> Blamed:
            members = [one for one in found if one.pointer == "/data" and one.kind != "value"]
            if members:
                return self._of_membership(vm, members)
            objects = by_object(found)
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
        deleted = first.kind == MISSING and self._is_done(vm, DELETE)
        if makers[0].ended_by is not None or deleted:
            return "deletion-removes-the-snapshot", first
        if first.kind == MISSING and self._is_done(vm, REVERT):
            return "revert-leaves-the-snapshot", first
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
            chooses = rule if rule == "filters-choose" else "pages-agree"
            return by_pointer(
                ("/meta/pages/(total|pages)", chooses), ("/meta/(pages|_link|count)", "pages-agree")
            )(found)

        return blame

    def _of_others(self, difference: Difference, user: str, changes: bool) -> bool:
        """Tell whether an item that should not be there is another user's request."""
        if difference.kind != EXTRA or difference.item is None:
            return False
        number = str(difference.item).rpartition("/")[2]
        every = self._model.changes if changes else self._model.snapshots
        found = every.get(int(number)) if number.isdecimal() else None
        return found is not None and found.user != user


_OF_CHANGES: Final = frozenset(
    {
        "request-tells-its-machine",
        "consolidation-shows-its-date",
        "updated-on-moves-with-events",
        "messages-tell-what-was-done",
        "request-status-follows-time",
    }
)
"""Rules of requests whose break says more where the request is a change."""
