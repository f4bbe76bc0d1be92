"""Tells a walk that broke a rule: each call with the line that repeats it, and its answer."""

import json
from contextlib import suppress
from http.client import responses

from vss_mock.contract.memory import Broken, Taken
from vss_mock.contract.rules import Told
from vss_mock.contract.secrets import Secrets
from vss_mock.contract.transport import Answer
from vss_mock.contract.walker import Walker

LONGEST = 2000
"""How many characters of an answer are told."""
LONGEST_COMMAND = 1500
"""How many characters of a command are told."""


def tell(walker: Walker, broken: Broken) -> tuple[Told, ...]:
    """Return the calls that show what is broken: those that did something, and the last ones.

    Calls that only looked are left out, unless looking is what broke it.
    """
    secrets = walker.secrets()
    last = len(walker.trail) - 1
    return tuple(
        _told(one, walker, secrets)
        for number, one in enumerate(walker.trail)
        if not one.looks or number == last or (broken.looked and number >= broken.looked)
    )


def _told(one: Taken, walker: Walker, secrets: Secrets) -> Told:
    command = one.sent.curl(walker.place.url)
    answer = one.answer
    if one.sent.path == "/auth/request-token" and answer.status < 300:
        answer = answer._replace(body=b"(a token)")
    return Told(_cut(one.what, 200), _cut(command, LONGEST_COMMAND), _answer(answer, secrets))


def _answer(answer: Answer, secrets: Secrets) -> str:
    text = answer.body.decode(errors="replace")
    with suppress(ValueError):
        text = json.dumps(json.loads(text), ensure_ascii=False)
    phrase = responses.get(answer.status, "")
    return _cut(secrets.hide(f"{answer.status} {phrase} {text}".rstrip()), LONGEST)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
