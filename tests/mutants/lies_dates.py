"""Lies about dates."""

from tests.mutants.lie import DATES, DIALECT, RECORDS, UNFOLDING, WORLD, Edit, Lie

GET = ("request-snapshot-get",)

LIES = (
    Lie(
        "end-an-hour-late",
        "date",
        "A request's to_date is shown an hour late",
        DIALECT,
        '"to_date": self.date(request.to_date) if creates',
        '"to_date": self.date(request.to_date + HOUR) if creates',
        (
            "how-to-schedule-a-snapshot",
            "hours-to-live",
            "end-is-start-plus-hours",
            "to-date-is-hours-later",
        ),
        GET,
    ),
    Lie(
        "past-date-as-now",
        "date",
        "A from_date in the past is shown as the time of the request",
        DIALECT,
        '"from_date": self.date(request.from_date),',
        '"from_date": self.date(max(request.from_date, request.created_on)),',
        (
            "date-in-the-past",
            "start-is-what-was-asked",
            "date-a-second-away",
        ),
        GET,
    ),
    Lie(
        "created-when-asked-for",
        "date",
        "A request for a past date was created at that date",
        DIALECT,
        '"created_on": self.date(request.created_on),',
        '"created_on": self.date(min(request.created_on, request.from_date)),',
        (
            "date-in-the-past",
            "date-long-past",
            "created-on-is-when-asked",
            "dates-run-forward",
        ),
        ("request-snapshot-get", "request-change-get"),
    ),
    Lie(
        "never-updated",
        "date",
        "The updated_on of a request stays that of its creation",
        DIALECT,
        '"updated_on": self.date(request.updated_on),',
        '"updated_on": self.date(request.created_on),',
        (
            "taken-at-its-date",
            "how-to-schedule-a-snapshot",
            "updated-on-moves-with-events",
        ),
        ("request-snapshot-get", "request-change-get"),
    ),
    Lie(
        "extension-updates-nothing",
        "date",
        "An extension leaves updated_on alone",
        WORLD,
        "request, Event.EXTEND, self.now, extensions",
        "request, Event.EXTEND, request.updated_on, extensions",
        (
            "extend-three-times",
            "extension-moves-the-end",
            "updated-on-moves-with-events",
        ),
        GET,
        ("create.extend",),
    ),
    Lie(
        "closing-updates-nothing",
        "date",
        "A request that a deletion by hand closes keeps its updated_on",
        UNFOLDING,
        "self._move(before, Event.CLOSE, at, closed_by",
        "self._move(before, Event.CLOSE, before.updated_on, closed_by",
        (
            "delete-by-hand",
            "deletion-closes-the-request",
            "updated-on-moves-with-events",
        ),
        GET,
        ("create.close",),
    ),
    Lie(
        "end-from-last-extension",
        "date",
        "An extension counts from the start instead of the end",
        RECORDS,
        "return self.from_date + (self.valid_for + sum(self.extensions)) * HOUR",
        "return self.from_date + max(self.valid_for, *self.extensions, 0) * HOUR",
        (
            "extend-three-times",
            "extend-hours",
            "extension-moves-the-end",
        ),
        GET,
        ("create.extend",),
    ),
    Lie(
        "year-of-the-start",
        "date",
        "A to_date in the next year is shown in the year of the start",
        DIALECT,
        '"to_date": self.date(request.to_date) if creates',
        '"to_date": self.date(request.from_date)[:4] + self.date(request.to_date)[4:] if creates',
        (
            "calendar",
            "end-is-start-plus-hours",
            "to-date-is-hours-later",
            "dates-run-forward",
        ),
        GET,
    ),
    Lie(
        "january-read-as-summer",
        "date",
        "A date in January is read as if it were summer time, and so an hour early",
        DATES,
        "    meant = moment.replace(tzinfo=TORONTO).astimezone(UTC)\n",
        "    meant = moment.replace(tzinfo=TORONTO).astimezone(UTC)\n"
        "    if moment.month == 1:\n        return meant - timedelta(hours=1)\n",
        (
            "calendar",
            "winter",
            "start-is-what-was-asked",
        ),
        GET,
    ),
    Lie(
        "second-of-the-repeated-hour",
        "date",
        "Of the hour that autumn repeats the second is meant",
        DATES,
        "meant = moment.replace(tzinfo=TORONTO).astimezone(UTC)",
        "meant = moment.replace(tzinfo=TORONTO, fold=1).astimezone(UTC)",
        (
            "clocks-go-back",
            "repeated-hour-means-its-first",
        ),
        GET,
    ),
    Lie(
        "hours-of-the-wall",
        "date",
        "Hours are added to the time on the wall, also across a change of the clocks",
        RECORDS,
        "        return self.from_date + (self.valid_for + sum(self.extensions)) * HOUR\n",
        "        from datetime import timedelta\n"
        "        from zoneinfo import ZoneInfo\n\n"
        "        from vss_mock.simulator.clock import from_datetime, to_datetime\n\n"
        "        hours = timedelta(hours=self.valid_for + sum(self.extensions))\n"
        "        start = to_datetime(self.from_date).astimezone(ZoneInfo('America/Toronto'))\n"
        "        return from_datetime(start + hours)\n",
        (
            "clocks-go-back",
            "clocks-go-forward",
            "end-is-start-plus-hours",
            "to-date-is-hours-later",
            "to-dates-over-a-change",
        ),
        GET,
        ("create.delete",),
    ),
    Lie(
        "extension-of-the-wall",
        "date",
        "Hours of an extension are added to the time on the wall, those of the request are not",
        RECORDS,
        "        return self.from_date + (self.valid_for + sum(self.extensions)) * HOUR\n",
        "        from datetime import timedelta\n"
        "        from zoneinfo import ZoneInfo\n\n"
        "        from vss_mock.simulator.clock import from_datetime, to_datetime\n\n"
        "        end = to_datetime(self.from_date + self.valid_for * HOUR)\n"
        "        if self.extensions:\n"
        "            end = end.astimezone(ZoneInfo('America/Toronto'))\n"
        "        return from_datetime(end + timedelta(hours=sum(self.extensions)))\n",
        (
            "to-dates-over-a-change",
            "clocks-go-back",
            "clocks-go-forward",
            "extension-moves-the-end",
        ),
        GET,
        ("create.extend",),
    ),
    Lie(
        "told-without-extension",
        "date",
        "The third extension is not told among the warnings",
        DIALECT,
        "for hours in (0, *request.extensions):",
        "for hours in (0, *request.extensions[:2]):",
        (
            "extend-three-times",
            "messages-tell-what-was-done",
            "messages-tell-what-happened",
            "extension-moves-the-end",
        ),
        GET,
        ("create.extend",),
    ),
    Lie(
        "task-starts-with-the-request",
        "date",
        "A task starts when the request was made",
        WORLD,
        "        began = max(request.from_date, request.created_on)\n",
        "        began = request.created_on\n",
        (
            "request-task",
            "task-tells-the-run",
        ),
        ("request-task-get",),
    ),
    Lie(
        "schedule-of-creation",
        "date",
        "A consolidation shows the time of the request as its schedule",
        DIALECT,
        "None if schedule is None else self.date(schedule),",
        "None if schedule is None else self.date(request.created_on),",
        (
            "consolidate-later",
            "consolidation-shows-its-date",
        ),
        ("request-change-get",),
    ),
    Lie(
        "jump-tells-its-end",
        "date",
        "What happens while time jumps bears the time at the end of the jump",
        UNFOLDING,
        "self._fire(bucket.pop(), due, fired)",
        "self._fire(bucket.pop(), due, fired, target)",
        ("one-long-jump", "updated-on-moves-with-events", "create-time-is-when-it-was-taken"),
        ("request-snapshot-get", "vm-snapshot-get"),
        ("create.take", "create.delete"),
        (
            Edit(
                UNFOLDING,
                "def _fire(self, number: int, due: int, fired: list[Fired]) -> None:",
                "def _fire(self, number: int, due: int, fired: list[Fired], end: int) -> None:",
            ),
            Edit(
                UNFOLDING,
                "            request = self._attempt(request, due, fired)\n",
                "            at = due if isinstance(request, ChangeRequest) else end\n"
                "            request = self._attempt(request, at, fired)\n",
            ),
        ),
    ),
    Lie(
        "task-ends-later",
        "date",
        "A task ends an hour after it started, in the time to come",
        DIALECT,
        "else self.date(task.end),",
        "else self.date(task.end + HOUR),",
        ("request-task", "nothing-has-happened-yet-to-come", "task-tells-the-run"),
        ("request-task-get",),
    ),
)
