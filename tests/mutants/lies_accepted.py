"""Lies in what is let in: bad input that is accepted."""

from tests.mutants.lie import (
    CONSOLIDATE_SCHEMA,
    CREATE_SCHEMA,
    DATES,
    DATES_SCHEMA,
    EXTEND_SCHEMA,
    HTTP_HOSTS,
    LIFECYCLE,
    PAYLOADS,
    SERVICE,
    VALUES_SCHEMA,
    WORLD,
    Edit,
    Lie,
)

CREATE = ("vm-snapshot-create",)
EXTEND = ("request-snapshot-extend",)
FREE = '"additionalProperties": false'

LIES = (
    Lie(
        "extension-before-taken",
        "accepted bad input",
        "A request may be extended before its snapshot is taken",
        WORLD,
        "if request.job is not Job.CREATE or request.state is not State.SCHEDULED:",
        "if request.job is not Job.CREATE or request.state is State.PROCESSED:",
        (
            "extend-only-while-scheduled",
            "extended-only-while-scheduled",
        ),
        EXTEND,
        ("create.extend",),
        (
            Edit(
                LIFECYCLE,
                "State.SUBMITTED: {Event.TAKE: State.SCHEDULED},",
                "State.SUBMITTED: {Event.TAKE: State.SCHEDULED, Event.EXTEND: State.SUBMITTED},",
            ),
        ),
    ),
    Lie(
        "extension-after-the-end",
        "accepted bad input",
        "A request may be extended after its snapshot was deleted",
        WORLD,
        "if request.job is not Job.CREATE or request.state is not State.SCHEDULED:",
        "if request.job is not Job.CREATE or request.state is State.SUBMITTED:",
        (
            "extend-only-while-scheduled",
            "extended-only-while-scheduled",
        ),
        EXTEND,
        ("create.extend",),
        (
            Edit(
                LIFECYCLE,
                "            Event.CLOSE: State.PROCESSED,\n        },\n"
                "        State.PROCESSED: {},",
                "            Event.CLOSE: State.PROCESSED,\n        },\n"
                "        State.PROCESSED: {Event.EXTEND: State.PROCESSED},",
            ),
        ),
    ),
    Lie(
        "any-attribute",
        "accepted bad input",
        "An extension may be of any attribute",
        EXTEND_SCHEMA,
        '      "const": "duration",\n',
        "",
        (
            "extend-hours",
            "extension-is-of-1-to-72-hours",
            "bodies-hold-what-is-known",
        ),
        EXTEND,
    ),
    Lie(
        "unknown-member-in-snapshot",
        "accepted bad input",
        "A request for a snapshot may have members that nobody knows",
        CREATE_SCHEMA,
        FREE,
        '"additionalProperties": true',
        (
            "refused-snapshots",
            "bodies-hold-what-is-known",
        ),
        CREATE,
    ),
    Lie(
        "unknown-member-in-extension",
        "accepted bad input",
        "An extension may have members that nobody knows",
        EXTEND_SCHEMA,
        FREE,
        '"additionalProperties": true',
        (
            "extend-hours",
            "bodies-hold-what-is-known",
        ),
        EXTEND,
    ),
    Lie(
        "unknown-member-in-consolidation",
        "accepted bad input",
        "A consolidation may have members that nobody knows",
        CONSOLIDATE_SCHEMA,
        FREE,
        '"additionalProperties": true',
        (
            "consolidate-later",
            "bodies-hold-what-is-known",
        ),
        ("vm-consolidate",),
    ),
    Lie(
        "empty-description",
        "accepted bad input",
        "A description may be empty",
        VALUES_SCHEMA,
        '"minLength": 1,\n      "maxLength": 4096,',
        '"minLength": 0,\n      "maxLength": 4096,',
        (
            "refused-snapshots",
            "descriptions-are-text",
        ),
        CREATE,
    ),
    Lie(
        "no-description",
        "accepted bad input",
        "A description may be left out",
        CREATE_SCHEMA,
        '"required": [\n    "description",\n',
        '"required": [\n',
        (
            "refused-snapshots",
            "bodies-hold-what-is-known",
        ),
        CREATE,
        (),
        (Edit(PAYLOADS, 'return body["description"],', 'return body.get("description", "-"),'),),
    ),
    Lie(
        "delete-character-in-description",
        "accepted bad input",
        "A description may hold the control character DEL",
        VALUES_SCHEMA,
        r'"maxLength": 4096,' "\n" r'      "pattern": "^[^\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f]*$',
        r'"maxLength": 4096,' "\n" r'      "pattern": "^[^\\x00-\\x08\\x0b-\\x1f\\x80-\\x9f]*$',
        (
            "descriptions",
            "refused-snapshots",
            "descriptions-are-text",
        ),
        CREATE,
    ),
    Lie(
        "skipped-hour-accepted",
        "accepted bad input",
        "A time in the hour that spring skips is accepted, as the hour after it",
        DATES,
        "    if shown != moment:\n",
        "    if shown < moment:\n",
        (
            "clocks-go-forward",
            "skipped-hours-do-not-exist",
        ),
        CREATE,
    ),
    Lie(
        "date-with-t",
        "accepted bad input",
        "A date may have a T between day and time",
        DATES,
        '_MINUTE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}")',
        '_MINUTE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}")',
        (
            "refused-dates",
            "dates-have-one-spelling",
        ),
        CREATE,
        (),
        (
            Edit(
                DATES_SCHEMA,
                r"[13579][26])00)-02-29) (?:[01][0-9]|2[0-3]):[0-5][0-9]$",
                r"[13579][26])00)-02-29)[ T](?:[01][0-9]|2[0-3]):[0-5][0-9]$",
            ),
        ),
    ),
    Lie(
        "body-as-plain-text",
        "accepted bad input",
        "A body may say that it is text/plain",
        SERVICE,
        "_JSON.fullmatch(content_type.strip()) is not None",
        '(content_type == "text/plain" or _JSON.fullmatch(content_type.strip()) is not None)',
        (
            "bad-bodies",
            "bodies-say-their-type",
        ),
        (*CREATE, "vm-consolidate"),
    ),
    Lie(
        "deletion-of-a-request",
        "accepted bad input",
        "A request can be deleted, though nothing happens then",
        SERVICE,
        '        if call.method != "OPTIONS":\n',
        '        if call.method == "DELETE" and "/request/" in (call.route or ""):\n'
        "            return Reply(204)\n"
        '        if call.method != "OPTIONS":\n',
        ("wrong-methods", "methods-are-refused"),
        ("request-snapshot-get", "request-change-get"),
    ),
    Lie(
        "any-host",
        "accepted bad input",
        "A call for another host is answered, with links to that host",
        HTTP_HOSTS,
        "if self._names.isdisjoint({found[1].lower(), host.lower()}):",
        "if not self._names:",
        ("another-host",),
        ("api-root", "vm-list"),
    ),
)
