"""Reads a place, remembers what it read, and tells what it finds. It sends nothing but reads."""

import json
from collections import Counter
from collections.abc import Mapping
from http.client import responses
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from vss_mock.contract.answers import Answers, Call
from vss_mock.contract.judge import parsed
from vss_mock.contract.places import Place
from vss_mock.contract.rules import Break, Finding, Rule, Told
from vss_mock.contract.secrets import Secrets
from vss_mock.contract.sent import Sent
from vss_mock.contract.transport import Answer
from vss_mock.contract.values import ABSENT, at, same
from vss_mock.contract.words import DIALECTS, WORDS

TOKEN: Final = {"bearer": "{token}"}
MOST_A_RULE: Final = 3
"""How many findings of one rule are told; more would be the same one over and over."""
LONGEST_ANSWER: Final = 2000
LONGEST_VALUE: Final = 300
PASSING: Final = frozenset(
    {"age", "authTimestamp", "auth_timestamp", "last_access", "last_sync", "time"}
)
"""Members that tell of the time it is, so that two looks differ where time runs."""
_SPOKEN: Final = "".join(map(chr, range(ord("!"), ord("~") + 1)))
"""What may stand in a path as it is; ids and links that are none may hold anything."""
_READS: Final = {"GET", "HEAD", "OPTIONS"}


class Reading(NamedTuple):
    """A call and what it answered; `document` is ABSENT where the body is no JSON."""

    sent: Sent
    answer: Answer
    document: Any

    @property
    def data(self) -> Any:
        """What was asked for; ABSENT if the answer has none."""
        return at(self.document, "/data")

    @property
    def rows(self) -> list[Any]:
        """The items of a list; none if it is no list."""
        return self.data if isinstance(self.data, list) else []


class Reader:
    """Reads one place as its user. `findings` and `looked_at` grow as rules are held against it."""

    def __init__(self, place: Place, answers: Answers, rules: Mapping[str, Rule]) -> None:
        self.place = place
        self.api = answers.api
        self.dialect = answers.api.dialect
        self.words = WORDS[self.dialect]
        self.findings: list[Finding] = []
        self.looked_at: Counter[str] = Counter()
        self.remembered: dict[tuple[str, str], Reading] = {}
        self._answers = answers
        self._rules = {**{rule.id: rule for rule in answers.rules()}, **rules}
        self._secrets = Secrets()
        for name, secret in place.names.items():
            if isinstance(secret, str) and name.endswith(("token", "password")):
                self._secrets.learn(secret, name)

    def since(self, dialect: str) -> bool:
        """Tell whether the place speaks a dialect, or a later one."""
        return DIALECTS.index(self.dialect) >= DIALECTS.index(dialect)

    def get(self, path: str, query: str = "") -> Reading:
        """Return what a path answers, as it was read first. Raises OSError for no answer."""
        if (path, query) not in self.remembered:
            self.remembered[path, query] = self.call(Sent("GET", path, query, TOKEN))
        return self.remembered[path, query]

    def follow(self, link: Any) -> Reading | None:
        """Return what a link answers, None if it is none or leads out of the API's documents."""
        split = self.split(link)
        if split is None or self.api.match("GET", split[0]) is None:
            return None
        return self.get(*split)

    def split(self, link: Any) -> tuple[str, str] | None:
        """Return the path and the query of a link to this server, None for any other value."""
        if not isinstance(link, str) or not link.startswith(f"{self.place.url}/"):
            return None
        path, _, query = link.removeprefix(self.place.url).partition("?")
        return path, query

    def call(self, sent: Sent) -> Reading:
        """Make a call that reads, and judge its answer by itself."""
        if sent.method not in _READS:
            raise ValueError(f"{sent.method} is no way to read")
        path, query = (quote(part, safe=_SPOKEN) for part in (sent.path, sent.query))
        sent = sent._replace(path=path, query=query)
        answer = sent.through(self.place.transport, self.place.names)
        reading = Reading(sent, answer, parsed(answer))
        caller = self.place.names.get("username") if sent.auth == TOKEN else None
        operation = self.api.match(sent.method, sent.path)
        if operation is not None:
            self.looked_at[f"answer-{operation.id}"] += 1
        for flaw in self._answers.flaws(Call(sent.method, sent.path, caller), answer):
            self.looked_at[flaw.rule] += 1
            self._tell(flaw, (reading,))
        return reading

    def same(self, rule: str, where: str, expected: Any, actual: Any, *walk: Reading) -> bool:
        """Hold that a value is as expected; return whether it is."""
        return self.hold(rule, same(expected, actual), where, shown(expected), shown(actual), *walk)

    def hold(
        self, rule: str, kept: bool, where: str, expected: str, actual: str, *walk: Reading
    ) -> bool:
        """Hold that something is as a rule says; tell it with the calls that show it if not."""
        self.looked_at[rule] += 1
        if not kept:
            self._tell(Break(where, expected, actual, rule), walk)
        return kept

    def name(self, reading: Reading) -> str:
        """Return what was called, as people read it."""
        query = f"?{reading.sent.query}" if reading.sent.query else ""
        return f"{reading.sent.method} {reading.sent.path}{query}"

    def _tell(self, flaw: Break, walk: tuple[Reading, ...]) -> None:
        if sum(found.rule == flaw.rule for found in self.findings) >= MOST_A_RULE:
            return
        rule = self._rules[flaw.rule]
        self.findings.append(
            Finding(
                flaw.rule,
                flaw.evidence or rule.evidence,
                flaw.source or rule.source,
                flaw.where,
                self._short(flaw.expected, LONGEST_VALUE),
                self._short(flaw.actual, LONGEST_VALUE),
                tuple(map(self._told, _each_once(walk))),
            )
        )

    def _told(self, reading: Reading) -> Told:
        return Told(
            f"{self.name(reading)} -> {reading.answer.status}",
            self._secrets.hide(reading.sent.curl(self.place.url)),
            self._short(_answer(reading.answer), LONGEST_ANSWER),
        )

    def _short(self, text: str, longest: int) -> str:
        text = self._secrets.hide(text)
        return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _each_once(walk: tuple[Reading, ...]) -> list[Reading]:
    """Return the readings without those that are in it already."""
    return [one for number, one in enumerate(walk) if one not in walk[:number]]


def _answer(answer: Answer) -> str:
    text = answer.body.decode(errors="replace")
    return f"{answer.status} {responses.get(answer.status, '')} {text}".rstrip()


def text_at(document: Any, pointer: str) -> str | None:
    """Return the text that a pointer leads to, None if there is none."""
    found = at(document, pointer)
    return found if isinstance(found, str) else None


def number_at(document: Any, pointer: str) -> int | None:
    """Return the whole number that a pointer leads to, None if there is none."""
    found = at(document, pointer)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def timeless(document: Any) -> Any:
    """Return a document with nothing told of the time it is, at any depth: only that it is told."""
    if isinstance(document, list):
        return [timeless(item) for item in document]
    if not isinstance(document, dict):
        return document
    return {
        name: "(left out)" if name in PASSING and isinstance(value, str) else timeless(value)
        for name, value in document.items()
    }


def shown(value: Any) -> str:
    """Return a value as JSON, with nothing where it or a part of it is not there."""
    if value is ABSENT:
        return "nothing"
    return json.dumps(value, ensure_ascii=False, default=lambda _: "(nothing)")
