"""Lies in what is kept out: good input that is refused."""

from tests.mutants.lie import DATES, PAYLOADS, SERVICE, VALUES_SCHEMA, Lie

CREATE = ("vm-snapshot-create",)
EXTEND = ("request-snapshot-extend",)
HOURS_PATTERN = '"pattern": "^0*(?:[1-9]|[1-6][0-9]|7[0-2])$'

LIES = (
    Lie(
        "hours-as-text-refused",
        "refused good input",
        "Hours may not be sent as text",
        VALUES_SCHEMA,
        '"type": [\n        "integer",\n        "string"\n      ],\n'
        '      "minimum": 1,\n      "maximum": 72,',
        '"type": "integer",\n      "minimum": 1,\n      "maximum": 72,',
        (
            "hours-to-live",
            "extend-three-times",
            "hours-are-1-to-72",
            "extension-is-of-1-to-72-hours",
        ),
        CREATE,
    ),
    Lie(
        "leading-zero-refused",
        "refused good input",
        "Hours in text may not begin with a zero",
        VALUES_SCHEMA,
        HOURS_PATTERN,
        '"pattern": "^(?:[1-9]|[1-6][0-9]|7[0-2])$',
        (
            "extend-hours",
            "hours-to-live",
            "hours-are-1-to-72",
            "extension-is-of-1-to-72-hours",
        ),
        (*CREATE, *EXTEND),
    ),
    Lie(
        "newline-refused",
        "refused good input",
        "A description may not have a line break in it",
        VALUES_SCHEMA,
        r'"maxLength": 4096,' "\n" r'      "pattern": "^[^\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f]*$',
        r'"maxLength": 4096,' "\n" r'      "pattern": "^[^\\x00-\\x08\\x0a-\\x1f\\x7f-\\x9f]*$',
        (
            "refused-snapshots",
            "descriptions-are-text",
        ),
        CREATE,
    ),
    Lie(
        "midnight-refused",
        "refused good input",
        "A date at midnight is refused",
        DATES,
        "    try:\n        parse_instant(text)\n    except SkippedTime:\n",
        '    if text.endswith(" 00:00"):\n        raise SkippedTime("there is no midnight")\n'
        "    try:\n        parse_instant(text)\n    except SkippedTime:\n",
        (
            "calendar",
            "dates-have-one-spelling",
        ),
        (*CREATE, "vm-consolidate"),
    ),
    Lie(
        "leap-day-refused",
        "refused good input",
        "A date on the 29th of February is refused",
        DATES,
        "    try:\n        parse_instant(text)\n    except SkippedTime:\n",
        '    if "-02-29 " in text:\n        raise SkippedTime("there is no such day")\n'
        "    try:\n        parse_instant(text)\n    except SkippedTime:\n",
        (
            "refused-dates",
            "calendar",
            "dates-have-one-spelling",
            "leap-day",
        ),
        CREATE,
    ),
    Lie(
        "last-winter-refused",
        "refused good input",
        "A date more than a year past is refused",
        PAYLOADS,
        '    return body["description"], dates',
        '    if body["from_date"] < "2015-07":\n'
        "        from vss_mock.wire.problems import Refusal\n\n"
        '        raise Refusal(400, "too old", parameters=["from_date"])\n'
        '    return body["description"], dates',
        (
            "date-long-past",
            "dates-have-one-spelling",
        ),
        CREATE,
    ),
    Lie(
        "capital-charset-refused",
        "refused good input",
        "A body of charset=UTF-8, in capitals, is refused",
        SERVICE,
        '?utf-8\\"?\\s*)?", re.IGNORECASE)',
        '?utf-8\\"?\\s*)?")',
        (
            "bad-bodies",
            "odd-but-usual",
            "bodies-say-their-type",
        ),
        CREATE,
    ),
    Lie(
        "empty-consolidation-refused",
        "refused good input",
        "A consolidation has to have a body",
        SERVICE,
        "if not call.body and not operation.body_required:",
        'if not call.body and operation.id != "vm-consolidate":',
        (
            "consolidate-later",
            "bodies-hold-what-is-known",
        ),
        ("vm-consolidate",),
    ),
    Lie(
        "revert-with-body-refused",
        "refused good input",
        "A revert may not have a body, which real clients send",
        SERVICE,
        "        schema = operation.body\n",
        "        schema = operation.body\n"
        '        if call.body and operation.id == "vm-snapshot-revert":\n'
        '            raise Refusal(400, "no body is wanted")\n',
        (
            "odd-but-usual",
            "bodies-hold-what-is-known",
        ),
        ("vm-snapshot-revert",),
    ),
)
