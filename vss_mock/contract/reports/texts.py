"""Makes texts fit to be reported: without secrets, of a bearable length, and legible.

Secrets go first, before anything is cut or escaped: half a token, or one spelled `&amp;`, would not
be recognized any more.
"""

import re
from typing import Final

from vss_mock.contract.secrets import Secrets

LONGEST: Final = 4000
"""How many characters of a text are reported."""
REMEMBERED: Final = 200
"""Texts up to this length come again and again: what became of them is kept."""

_SURROGATES = re.compile("[\ud800-\udfff]")
_NO_CHARACTERS = "\ufdd0-\ufdef\ufffe\uffff" + "".join(
    chr(plane + last) for plane in range(0x10000, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF)
)
# What XML 1.0 or HTML cannot hold, what a reader would normalize, what turns the order of letters.
_ILLEGIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff"
    f"{_NO_CHARACTERS}]"
)


class Texts:
    """Texts of one report."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._known: dict[str, str] = {}

    def exact(self, text: str) -> str:
        """Return a text as it is, but for secrets and for what UTF-8 cannot hold."""
        return _SURROGATES.sub(_spelled, self.hidden(text))

    def short(self, text: str, longest: int = LONGEST) -> str:
        """Return the beginning of a text, as `exact` has it, and how much is missing."""
        return _cut(self.exact(text), longest)

    def plain(self, text: str, longest: int = LONGEST) -> str:
        r"""Return a text that XML and HTML can hold; a control character is spelled `\u001b`."""
        return _ILLEGIBLE.sub(_spelled, _cut(self.hidden(text), longest))

    def hidden(self, text: str) -> str:
        """Return a text without secrets, otherwise as it is."""
        if len(text) > REMEMBERED:
            return self._secrets.hide(text)
        if text not in self._known:
            self._known[text] = self._secrets.hide(text)
        return self._known[text]


def _cut(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    return f"{text[:longest]}… ({len(text) - longest:,} more characters)"


def _spelled(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
