"""Relations between dates: those of a request, those of its snapshot, and when it is."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from vss_mock.contract.model import CANCELLED, DONE, KEPT, WAITING
from vss_mock.contract.reader import Reader, Reading, shown, text_at
from vss_mock.contract.shown_dates import age, local, stamp, to_the_second
from vss_mock.contract.surroundings import Around, Limits
from vss_mock.contract.values import ABSENT, at

LONGEST_PUT_OFF: Final = 216
"""Hours: three extensions of 72."""
SECOND: Final = timedelta(seconds=1)
HOUR: Final = timedelta(hours=1)

_DATED = (
    "/data/created_on",
    "/data/updated_on",
    "/data/snapshot/from_date",
    "/data/snapshot/to_date",
    "/data/scheduled_datetime",
    "/data/start",
    "/data/end",
)
_HOURS = re.compile("[1-9][0-9]?")


class Life(NamedTuple):
    """The dates of a request for a snapshot. `due` is when it is taken: never before it exists."""

    created: datetime
    updated: datetime
    start: datetime
    end: datetime
    hours: int

    @property
    def due(self) -> datetime:
        """When the snapshot is to be taken."""
        return max(self.created, self.start)


def dates(reader: Reader, around: Around, limits: Limits) -> None:  # noqa: ARG001  # as others
    """Hold the relations of all dates."""
    tasks = [task for _, task in around.tasks]
    for one in [*around.requests, *around.changes, *tasks]:
        _zones(reader, one)
        _forward(reader, one)
        _past(reader, around, one)
    for change in around.changes:
        _change(reader, around, change)
    ends = list(_ended_by_hand(around))
    for request in around.requests:
        life = _life(request)
        if life is not None:
            _hours(reader, request, life)
            _description(reader, request, life)
            _messages(reader, request)
            _status(reader, around, request, life, ends)
    for listed in around.snapshots.values():
        for number, row in enumerate(listed.rows):
            _age(reader, around, listed, number, row)
        _taken(reader, around, listed)


def _at(one: Reading, pointer: str) -> datetime | None:
    read = stamp(text_at(one.document, pointer))
    return read.instant if read else None


def _zones(reader: Reader, one: Reading) -> None:
    for pointer in _DATED:
        text = text_at(one.document, pointer)
        read = stamp(text)
        if read is not None:
            expected = " or ".join(read.zones) or "a time that Toronto's clocks show"
            kept = read.zone in read.zones
            reader.hold("zones-fit-their-dates", kept, pointer, expected, shown(text), one)
            if reader.words.weekday:
                rule, right = "days-fit-their-dates", read.right_day
                reader.hold(rule, read.day == right, pointer, right, shown(text), one)


def _forward(reader: Reader, one: Reading) -> None:
    for first, second in (("created_on", "updated_on"), ("start", "end")):
        before, after = _at(one, f"/data/{first}"), _at(one, f"/data/{second}")
        if before and after:
            expected = f"{first} {at(one.document, f'/data/{first}')} or later"
            actual = shown(at(one.document, f"/data/{second}"))
            where = f"/data/{second}"
            reader.hold("dates-run-forward", before <= after, where, expected, actual, one)
    status = text_at(one.document, "/data/status")
    created = _at(one, "/data/created_on")
    if status == reader.words.statuses[WAITING] and created and not _put_off(one):
        rule, where = "dates-run-forward", "/data/updated_on"
        expected, actual = (at(one.document, f"/data/{name}_on") for name in ("created", "updated"))
        reader.same(rule, where, expected, actual, one)


def _put_off(one: Reading) -> bool:
    """Tell whether a request may have been changed though nothing has happened: a change may."""
    return at(one.document, "/data/attribute") is not ABSENT


def _past(reader: Reader, around: Around, one: Reading) -> None:
    if around.ended is None:
        return
    for pointer in ("/data/created_on", "/data/updated_on", "/data/start", "/data/end"):
        instant = _at(one, pointer)
        if instant is not None:
            kept = instant - around.ended <= around.late
            expected = f"{around.ended:%Y-%m-%d %H:%M:%S} UTC at the latest"
            actual = shown(at(one.document, pointer))
            rule = "nothing-has-happened-yet-to-come"
            reader.hold(rule, kept, pointer, expected, actual, one)


def _change(reader: Reader, around: Around, change: Reading) -> None:
    """Hold a change's status against its date and, where it is known, against now."""
    asked = _At(*(_at(change, f"/data/{name}") for name in ("scheduled_datetime", "updated_on")))
    if asked.updated is None:
        return
    statuses = reader.words.statuses
    status = text_at(change.document, "/data/status")
    date = shown(at(change.document, "/data/scheduled_datetime"))
    rule, where = "changes-wait-for-their-date", "/data/status"
    ahead = asked.date is not None and asked.date > asked.updated
    waits = statuses[KEPT if ahead and reader.since("2019") else WAITING]
    if status in {statuses[WAITING], statuses[KEPT]}:
        reader.hold(rule, status == waits, where, waits, f"{status}, of {date}", change)
        if around.began is not None:
            due = max(asked.date or asked.updated, asked.updated)
            late = to_the_second(around.began) - due
            reader.hold(
                rule, late <= around.late, where, "made by now", f"{status}, of {date}", change
            )
    elif status != statuses[CANCELLED] and asked.date is not None:
        early = asked.date - asked.updated
        where, actual = "/data/updated_on", shown(at(change.document, "/data/updated_on"))
        reader.hold(rule, early <= around.late, where, f"{date} or later", actual, change)


class _At(NamedTuple):
    """The date that a change is to be made at, None for at once, and when it was changed last."""

    date: datetime | None
    updated: datetime | None


def _life(request: Reading) -> Life | None:
    """Return the dates of a request that takes a snapshot, None where they cannot be read."""
    created, updated = _at(request, "/data/created_on"), _at(request, "/data/updated_on")
    start, end = (_at(request, f"/data/snapshot/{name}_date") for name in ("from", "to"))
    hours = text_at(request.document, "/data/snapshot/valid_for")
    if not (created and updated and start and end and hours and _HOURS.fullmatch(hours)):
        return None
    return Life(created, updated, start, end, int(hours))


def _hours(reader: Reader, request: Reading, life: Life) -> None:
    put_off = (life.end - life.start) / HOUR - life.hours
    waits = at(request.document, "/data/status") == reader.words.statuses[WAITING]
    most = 0 if waits else LONGEST_PUT_OFF
    kept = 0 <= put_off <= most and put_off == int(put_off)
    expected = f"from_date + {life.hours} h" + (f", or up to {most} h later" if most else "")
    actual = f"{shown(at(request.document, '/data/snapshot/to_date'))}, {put_off:+g} h from there"
    where = "/data/snapshot/to_date"
    reader.hold("to-date-is-hours-later", kept, where, expected, actual, request)


def _description(reader: Reader, request: Reading, life: Life) -> None:
    text = text_at(request.document, "/data/snapshot/description")
    read = stamp(text_at(request.document, "/data/snapshot/from_date"))
    if text is not None and read is not None:
        ending = f" from {read.iso} valid for {life.hours}"
        where, rule = "/data/snapshot/description", "descriptions-tell-the-dates"
        reader.hold(rule, text.endswith(ending), where, f"...{ending}", shown(text), request)


def _messages(reader: Reader, request: Reading) -> None:
    """Hold what the warnings of a request whose snapshot was taken say of it."""
    warnings = at(request.document, "/data/message/warnings")
    told = at(request.document, "/data/snapshot")
    if not isinstance(warnings, list) or not warnings:
        return
    rule, where = "messages-tell-what-happened", "/data/message/warnings"
    name, number = at(told, "/name"), at(told, "/snap_id")
    first = f"Snapshot created {name} ({number}): {at(told, '/description')}"
    reader.same(rule, f"{where}/0", first, warnings[0], request)
    beginning = f"{reader.words.scheduled} "
    ends = [
        (index, line.removeprefix(beginning))
        for index, line in enumerate(warnings)
        if isinstance(line, str) and line.startswith(beginning)
    ]
    if ends:
        index, date = ends[-1]
        reader.same(rule, f"{where}/{index}", at(told, "/to_date"), date, request)
    for index, line in enumerate(warnings):
        if isinstance(line, str) and line.startswith("Snapshot deleted "):
            subject = f"Snapshot deleted {name} ({number})"
            reader.hold(rule, line.startswith(subject), f"{where}/{index}", subject, line, request)


def _ended_by_hand(around: Around) -> Iterator[tuple[Any, Any]]:
    """Give machine and number of the snapshots that a request of its own deletes."""
    for request in around.requests:
        told = at(request.document, "/data/snapshot")
        if at(told, "/valid_for") is None:
            yield at(request.document, "/data/vm_uuid"), at(told, "/snap_id")


def _status(
    reader: Reader, around: Around, request: Reading, life: Life, ends: list[tuple[Any, Any]]
) -> None:
    """Hold a request's status against its dates and, where it is known, against now."""
    status = text_at(request.document, "/data/status")
    hold = _Told(reader, request, status or "nothing")
    waiting, kept, done = (reader.words.statuses[stage] for stage in (WAITING, KEPT, DONE))
    now = to_the_second(around.began) if around.began else None
    if status == waiting and now:
        hold(now - life.due <= around.late, "taken by now", "/data/status")
    if status == kept and now and around.ended:
        begun = life.start - around.ended <= around.late
        hold(begun, f"{waiting} before its from_date", "/data/status")
        hold(now - life.end <= around.late, "deleted by its to_date", "/data/status")
    if status in {kept, done}:
        late = life.due - life.updated <= around.late
        hold(late, "updated when it was taken, or later", "/data/updated_on")
    if status == done:
        end = max(life.end, life.due)
        hold(life.updated - end <= around.late, "ended at its to_date", "/data/updated_on")
        told = at(request.document, "/data/snapshot/snap_id")
        by_hand = (at(request.document, "/data/vm_uuid"), told) in ends
        if around.whole and not by_hand:
            in_time = end - life.updated <= around.late
            hold(in_time, "not ended before its to_date", "/data/updated_on")


class _Told:
    """Tells a status that does not fit."""

    def __init__(self, reader: Reader, request: Reading, status: str) -> None:
        self._reader = reader
        self._request = request
        self._status = status

    def __call__(self, kept: bool, expected: str, where: str) -> None:
        document = self._request.document
        told = at(document, "/data/snapshot")
        actual = (
            f"{self._status}, from_date {at(told, '/from_date')}, to_date {at(told, '/to_date')}, "
            f"updated_on {at(document, '/data/updated_on')}"
        )
        rule = "status-fits-the-dates"
        self._reader.hold(rule, kept, where, expected, actual, self._request)


def _taken(reader: Reader, around: Around, listed: Reading) -> None:
    """Hold when snapshots were taken against when that was asked for."""
    uuid = listed.sent.path.split("/")[3]
    for request in around.requests:
        life = _life(request)
        number = at(request.document, "/data/snapshot/snap_id")
        if life is None or at(request.document, "/data/vm_uuid") != uuid:
            continue
        for index, row in enumerate(listed.rows):
            created = local(text_at(row, "/createTime"))
            if str(at(row, "/id")) == number and created:
                kept = any(abs(instant - life.due) <= around.late for instant in created)
                expected = f"{life.due:%Y-%m-%d %H:%M:%S} UTC"
                actual = shown(at(row, "/createTime"))
                where = f"/data/{index}/createTime"
                rule = "taken-when-asked-for"
                reader.hold(rule, kept, where, expected, actual, listed, request)


def _age(reader: Reader, around: Around, listed: Reading, number: int, row: Any) -> None:
    """Hold an age against createTime and now; createTime does not show parts of a second."""
    created, old = local(text_at(row, "/createTime")), age(text_at(row, "/age"))
    if not created or old is None or around.began is None or around.ended is None:
        return
    where = f"/data/{number}/age"
    began, ended = around.began, around.ended
    kept = any(
        began - instant - SECOND - around.late <= old <= ended - instant + around.late
        for instant in created
    )
    expected = " or ".join(str(began - instant) for instant in created)
    actual = shown(at(row, "/age"))
    reader.hold("age-runs-from-create-time", kept, where, expected, actual, listed)
    past = any(instant - ended <= around.late for instant in created)
    rule, where = "nothing-has-happened-yet-to-come", f"/data/{number}/createTime"
    actual = shown(at(row, "/createTime"))
    reader.hold(rule, past, where, "a time in the past", actual, listed)
