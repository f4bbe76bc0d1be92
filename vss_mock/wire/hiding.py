"""Keeps tokens and passwords out of what is told of calls: a name stands for each.

Nothing here knows what a call is: texts and JSON values go in, and come out without secrets.
"""

import json
import re
from base64 import b64encode, urlsafe_b64decode
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, unquote, unquote_plus

from vss_mock.wire.tokens import credentials

SHORTEST = 6
"""Shorter secrets are hidden where secrets stand, not everywhere: `jm` is part of other words."""
FEW = 256
"""So many spellings are looked for one after the other; of more, those that a text may hold."""
NAMELESS = "hidden"
"""What stands for a secret that nobody here knows."""
UNKNOWN = "?"
"""What stands for a name or a password that is nobody's."""

_JWT = re.compile(r"eyJ[\w-]{8,}(?:\.[\w-]*){0,2}", re.ASCII)
"""A JWT or the beginning of one, which a refusal may quote."""
_CUT = "…"
_JWT_BEGINS = ("ZXlK", "V5S", "leU")
"""What base64 makes of `eyJ`, with none, one or two bytes before it in their group of three."""
_WORD = re.compile(r"[A-Za-z0-9_-]{24,}")
_MEMBERS = ("access_token", "api_key", "authorization", "password", "secret", "token")
_MEMBER = re.compile(rf'"(?:{"|".join(_MEMBERS)})"', re.IGNORECASE)
_PARAMETER = re.compile(
    rf"([?&](?:{'|'.join(_MEMBERS)})=)(?!(?:token|password)-[0-9]+(?:&|\Z))[^&]+", re.IGNORECASE
)
_ENCODED = re.compile(r"[%+]")
_DELIMITER = re.compile(r"([/?&=;,])")
_DECODINGS = 5


class Holder(NamedTuple):
    """A user, with what lets it in: `logins` are the names that it may log in as."""

    username: str
    logins: tuple[str, ...]
    password: str
    token: str


class Secrets:
    """The secrets of one world, numbered: fixed tokens in its users' order, then issued ones.

    `issued` numbers the tokens that logins gave, from 1, and may grow. The password of the n-th
    user is `password-n`.
    """

    def __init__(self, issued: Mapping[str, int]) -> None:
        self._issued = issued
        self._fixed: dict[str, int] = {}
        self._holders: dict[str, Holder] = {}
        self._names: dict[str, str] = {}
        self._encoded: set[str] = set()
        self._longest_first: list[str] = []
        self._by_beginning: dict[str, list[str]] = {}

    def learn(self, holders: Iterable[Holder]) -> None:
        """Take note of more users, after those that are known."""
        for holder in holders:
            number = len(self._fixed) + 1
            self._fixed[holder.token] = number
            self._holders[holder.username] = holder
            for spelling, encoded, name in _spellings(holder):
                if len(spelling) >= SHORTEST and spelling not in self._names:
                    self._names[spelling] = f"{name}-{number}"
                    self._by_beginning.setdefault(spelling[:SHORTEST], []).append(spelling)
                    self._encoded |= {spelling} if encoded else set()
        few = len(self._names) <= FEW
        self._longest_first = sorted(self._names, key=len, reverse=True) if few else []

    def token(self, token: str) -> str:
        """Return the name of a token."""
        number = self._fixed.get(token)
        if number is None and (issued := self._issued.get(token)):
            number = len(self._fixed) + issued
        return NAMELESS if number is None else f"token-{number}"

    def authorization(self, headers: tuple[str, ...], username: str | None) -> str | None:
        """Return what Authorization headers may be shown as, None if there are none.

        `username` is whom the call was taken for; of a password that is not that user's nothing is
        shown.
        """
        if not headers:
            return None
        given = credentials(headers)
        if given is not None:
            token, password = self.token(given[0]), given[1]
            if password is None:
                return f"Bearer {token}"
            if not password and token != NAMELESS:
                return f"Basic {token}"
        holder = self._holders.get(username or "")
        if holder is None:
            return f"Basic {UNKNOWN}:{UNKNOWN}"
        right = given is not None and given[1] == holder.password
        shown = f"password-{self._fixed[holder.token]}" if right else UNKNOWN
        return f"Basic {holder.username}:{shown}"

    def text(self, text: str) -> str:
        """Return a text with names for secrets, in whatever spelling they stand there."""
        hidden = self._plain(text)
        if not _ENCODED.search(hidden):
            return hidden
        for decoded in _decoded(hidden):
            if (found := self._plain(decoded)) != decoded:
                return found
        return hidden

    def target(self, target: str) -> str:
        """Return a request target with names for secrets, its form kept as far as can be."""
        hidden = self._plain(target)
        if _ENCODED.search(hidden):
            pieces = [(piece, self.text(piece)) for piece in _DELIMITER.split(hidden)]
            hidden = "".join(piece if new == piece else quote(new) for piece, new in pieces)
            hidden = self.text(hidden)  # one that stands across delimiters
        return _PARAMETER.sub(rf"\1{NAMELESS}", hidden) if "=" in hidden else hidden

    def value(self, text: str, value: Any) -> Any:
        """Return a JSON value with names for secrets, the value itself where there are none in it.

        `text` is how it came. What is not in that need not be looked for in each part.
        """
        if "\\" in text or _MEMBER.search(text) or self.text(text) != text:
            return self._inner(value)
        return value

    def _inner(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self._inner(each) for each in value]
        if isinstance(value, dict):
            return {self.text(key): self._member(key, each) for key, each in value.items()}
        return value

    def _member(self, key: str, value: Any) -> Any:
        hidden = self._inner(value)
        unknown = isinstance(value, str) and value != "" and hidden == value
        return NAMELESS if unknown and key.lower() in _MEMBERS else hidden

    def _plain(self, text: str) -> str:
        for spelling in self._longest_first or self._possible(text):
            if spelling in text:
                text = self._replaced(text, spelling)
        if _CUT in text:
            text = self._uncut(text)
        if "eyJ" in text:
            text = _JWT.sub(lambda found: self.token(found[0]), text)
        if any(begin in text for begin in _JWT_BEGINS):
            text = _WORD.sub(self._word, text)
        return text

    def _uncut(self, text: str) -> str:
        """Return a text with names for secrets that were cut, as a refusal cuts what it quotes."""
        *parts, last = text.split(_CUT)
        for index, part in enumerate(parts):
            for spelling in self._possible(part):
                for end in range(len(spelling), SHORTEST - 1, -1):
                    if part.endswith(spelling[:end]):
                        parts[index] = part[:-end] + self._names[spelling]
                        break
        return _CUT.join([*parts, last])

    def _word(self, found: re.Match[str]) -> str:
        """Return the name of a JWT that a word is base64 of, or the word."""
        for begin in range(4):
            part = found[0][begin:]
            part = part[:-1] if len(part) % 4 == 1 else part  # bits of nothing
            raw = urlsafe_b64decode(part + "=" * (-len(part) % 4))
            if token := _JWT.search(raw.decode("latin-1")):
                return self.token(token[0])
        return found[0]

    def _possible(self, text: str) -> Iterable[str]:
        pieces = {text[at : at + SHORTEST] for at in range(len(text) - SHORTEST + 1)}
        found = [each for piece in pieces for each in self._by_beginning.get(piece, ())]
        return sorted(found, key=lambda spelling: (-len(spelling), spelling))

    def _replaced(self, text: str, spelling: str) -> str:
        name = self._names[spelling]
        if spelling not in self._encoded:
            return text.replace(spelling, name)
        # Some of its bits may be in what stands beside it.
        around = f"[A-Za-z0-9+/_-]{{0,1}}{re.escape(spelling)}[A-Za-z0-9+/_-]{{0,4}}={{0,2}}"
        return re.sub(around, name, text)


def _spellings(holder: Holder) -> Iterator[tuple[str, bool, str]]:
    """Give the spellings of a user's secrets, whether they are base64, and whose name they have."""
    yield holder.token, False, "token"
    if holder.password != holder.username:
        escaped = json.dumps(holder.password)[1:-1]
        quoted = repr(holder.password)[1:-1]
        for spelling in (holder.password, escaped, json.dumps(escaped)[1:-1], quoted):
            yield spelling, False, "password"
        yield from ((each, True, "password") for each in _encodings(holder.password))
    yield from ((each, True, "token") for each in _encodings(holder.token))
    for login in holder.logins:
        pair = f"{login}:{holder.password}"
        yield from ((each, True, "password") for each in _encodings(pair))


def _encodings(text: str) -> Iterator[str]:
    """Give what base64 holds of a text, whatever stands before it and behind it."""
    raw = text.encode()
    for before in range(3):
        encoded = b64encode(bytes(before) + raw).decode()
        # A character that is made of bits of the neighbours too says nothing of the text.
        spelling = encoded[-(-before * 4 // 3) : (before + len(raw)) * 4 // 3]
        yield spelling
        if (other := spelling.translate({43: "-", 47: "_"})) != spelling:
            yield other


def _decoded(text: str) -> Iterator[str]:
    """Give a text as it is when it has been taken out of a URL, once and more often."""
    for decode in (unquote, unquote_plus):
        plain = text
        for _ in range(_DECODINGS):
            if (after := decode(plain)) == plain:
                break
            plain = after
            yield plain
