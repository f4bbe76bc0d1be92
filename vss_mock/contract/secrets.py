"""Keeps tokens and passwords out of whatever is printed or written: each is shown by a name."""

import base64
import re
from typing import Final
from urllib.parse import quote

SHORTEST: Final = 6
"""Shorter texts are not hidden everywhere: a password `jm` is part of other words."""
_JWT = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")
_MEMBER = re.compile(r'("(?:token|password)"\s*:\s*)"(?:[^"\\]|\\.)*"')
_AUTHORIZATION = re.compile(r"\b(Bearer|Basic)\s+(?!\$)[\w.~+/=:-]+", re.IGNORECASE)


class Secrets:
    """What may not be shown, each with the name that stands for it."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def learn(self, secret: str | None, name: str = "token") -> None:
        """Take note of a secret, also in the spellings in which it travels."""
        if secret is None or len(secret) < SHORTEST or secret in self._names:
            return
        shown = f"{name}-{1 + len({*self._names.values()})}"
        encoded = base64.b64encode(f"{secret}:".encode()).decode()
        for spelling in (secret, quote(secret, safe=""), encoded, encoded.rstrip("=")):
            self._names.setdefault(spelling, shown)

    def hide(self, text: str) -> str:
        """Return a text in which names stand for secrets."""
        for secret in sorted(self._names, key=len, reverse=True):
            text = text.replace(secret, self._names[secret])
        text = _MEMBER.sub(r'\1"(hidden)"', text)
        text = _AUTHORIZATION.sub(r"\1 (hidden)", text)
        return _JWT.sub("(hidden)", text)
