"""Keeps tokens and passwords out of whatever is printed or written: each is shown by a name."""

import base64
import json
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

SHORTEST: Final = 6
"""Shorter texts are not hidden everywhere: a password `jm` is part of other words."""
_JWT = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*")
_MEMBER = re.compile(r'((\\*)"(?:token|password)\2"\s*:\s*)\2".*?(?<!\\)\2"', re.DOTALL)
_AUTHORIZATION = re.compile(r"\b(Bearer|Basic)\s+(?!\$)[\w.~+/=:-]+", re.IGNORECASE)


class Secrets:
    """What may not be shown, each with the name that stands for it."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._longest_first: list[tuple[str, str]] = []

    def learn(self, secret: str | None, name: str = "token", user: str | None = None) -> None:
        """Take note of a secret, also in the spellings in which it travels.

        `user` is whose password it is, if it is one: both are sent together.
        """
        if secret is None or len(secret) < SHORTEST or secret in self._names:
            return
        shown = f"{name}-{1 + len({*self._names.values()})}"
        for spelling in _spellings(secret, user):
            self._names.setdefault(spelling, shown)
        self._longest_first = sorted(self._names.items(), key=lambda one: len(one[0]), reverse=True)

    def hide(self, text: str) -> str:
        """Return a text in which names stand for secrets."""
        for secret, name in self._longest_first:
            if secret in text:
                text = text.replace(secret, name)
        text = _MEMBER.sub(r'\1\2"(hidden)\2"', text)
        text = _AUTHORIZATION.sub(r"\1 (hidden)", text)
        return _JWT.sub("(hidden)", text)


def _spellings(secret: str, user: str | None) -> Iterator[str]:
    """Give the spellings of a secret: in JSON, in a shell, in a URL, in Basic credentials."""
    yield secret
    for quoted in (quote(secret, safe=""), quote(secret)):
        yield quoted
        yield re.sub("%..", lambda found: found[0].lower(), quoted)
    escaped = json.dumps(secret)[1:-1]
    yield escaped
    yield json.dumps(escaped)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield secret.replace("'", "'\"'\"'")
    pairs = [f"{secret}:", secret] + ([f"{user}:{secret}"] if user is not None else [])
    for pair in pairs:
        encoded = base64.b64encode(pair.encode()).decode()
        yield encoded
        if len(encoded.rstrip("=")) >= SHORTEST:
            yield encoded.rstrip("=")
