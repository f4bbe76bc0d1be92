"""Values out of a path."""

import re

from vss_mock.wire.problems import Refusal, short

_NUMBER = re.compile(r"[0-9]{1,18}")


def number(text: str, what: str) -> int:
    """Return the id that a path names; what is no number names nothing: 404."""
    if not _NUMBER.fullmatch(text):
        raise Refusal(404, f"no {what} {short(text)}: its id is a number")
    return int(text)
