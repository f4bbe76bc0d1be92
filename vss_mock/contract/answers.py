"""What holds of any answer, whoever asked for it: its schema, and rules that no schema can say.

Every suite of the judge shows its answers to `flaws`, so that a lie is found wherever it is told.
"""

import json
import re
from collections.abc import Iterator
from http.client import responses
from typing import Any, Final, NamedTuple

from vss_mock.contract.api import Api, Operation
from vss_mock.contract.rules import HOW_TO, OWN, Break, Rule
from vss_mock.contract.transport import Answer
from vss_mock.contract.twins import twins
from vss_mock.contract.values import ABSENT, at, same, show
from vss_mock.contract.words import DIALECTS

INTRODUCTION: Final = "Introduction (VSS API page 7569559)"
AUTHENTICATION: Final = "Authentication (VSS API page 7569652, 2016-04)"
UNREAD: Final = {400, 408, 413, 415, 421, 429, 431, 503}
"""Status codes of calls that may have been refused before anybody knew their path."""

RULES: Final = (
    Rule(
        "members-in-order",
        "The members of an answer's objects come in alphabetical order, each once",
        HOW_TO,
        "documented",
        ("http",),
        "answers",
    ),
    Rule(
        "counts-are-true",
        "meta.count is the number of items or members of data",
        HOW_TO,
        "documented",
        ("collection",),
        "answers",
    ),
    Rule(
        "links-are-ours",
        "Links are absolute and begin with the address that was called",
        HOW_TO,
        "documented",
        ("http",),
        "answers",
    ),
    Rule(
        "caller-is-named",
        "meta.user is the user who called",
        HOW_TO,
        "documented",
        ("login",),
        "answers",
    ),
    Rule(
        "errors-say-their-code",
        "An error repeats its status code, and names it in lower case",
        OWN,
        "assumed",
        ("http", "refusal"),
        "answers",
    ),
    Rule(
        "no-server-errors",
        "No call is answered by a fault of the server",
        OWN,
        "assumed",
        ("http", "refusal"),
        "answers",
    ),
    Rule(
        "allow-tells-the-methods",
        "Allow lists the methods of the path",
        AUTHENTICATION,
        "documented",
        ("http",),
        "answers",
    ),
    Rule(
        "who-is-not-logged-in-is-told-how",
        "401 comes with WWW-Authenticate, 429 with Retry-After",
        OWN,
        "assumed",
        ("http", "login", "refusal"),
        "answers",
    ),
    Rule(
        "twins-say-the-same",
        "What is told in camelCase and in snake_case, nested and flat, is told alike",
        "vss-cli 0.2.7 (2019-11)",
        "client",
        ("vm", "request", "snapshot"),
        "answers",
    ),
)
_KNOWN: Final = {rule.id: rule for rule in RULES}
TWINS: Final = "twins-say-the-same"
SINCE: Final = "2026"
"""The dialect since which members have twins."""


class Call(NamedTuple):
    """A call as far as judging its answer needs: `caller` is a username, None if not known."""

    method: str
    path: str
    caller: str | None = None


class Answers:
    """Judges answers of one server by one OpenAPI document."""

    def __init__(self, api: Api, url: str, strangers: Api | None = None) -> None:
        """Judge answers of the server at `url`.

        Where its worlds speak several dialects, `strangers` is the API of the one in which those
        are answered whom it does not know.
        """
        self.api = api
        self.strangers = strangers
        self._url = url
        self._has_twins = DIALECTS.index(api.dialect) >= DIALECTS.index(SINCE)

    def rules(self) -> list[Rule]:
        """Return the rules that answers are judged by: one an operation, and those of RULES."""
        kept = [rule for rule in RULES if rule.id != TWINS or self._has_twins]
        return [*map(self._rule, self.api.operations.values()), *kept]

    def _rule(self, operation: Operation) -> Rule:
        _, source, evidence = self.api.described(operation)
        return Rule(
            f"answer-{operation.id}",
            f"What {operation.method} {operation.path} answers is as its schema says",
            source,
            evidence,
            ("schema",),
            "answers",
        )

    def flaws(self, call: Call, answer: Answer, operation: Operation | None = None) -> list[Break]:
        """Return what is wrong with an answer, whatever was expected of it.

        `operation` is what was meant, which matters for calls by another method or path than its
        own. A path that no document has is judged by the rules of RULES alone.
        """
        method = "GET" if call.method == "HEAD" else call.method
        operation = operation or self.api.match(method, call.path)
        found = list(self._violations(call, answer, operation)) if operation else []
        found += self._of_head(call, answer)
        text = _json(answer)
        if text is not None:
            found += _order(text)
            found += self._of_document(call, answer, json.loads(text))
        return found

    def looked_at(self, call: Call, answer: Answer) -> Iterator[str]:
        """Give the ids of the rules of RULES that an answer shows to be kept or broken."""
        yield "no-server-errors"
        if self.api.methods(call.path):
            yield "allow-tells-the-methods"
        if answer.status in {401, 429}:
            yield "who-is-not-logged-in-is-told-how"
        if answer.status >= 400:
            yield "errors-say-their-code"
        elif answer.body and answer.headers.get("content-type", "").startswith("application/json"):
            yield from ("members-in-order", "counts-are-true", "links-are-ours", "caller-is-named")
            if self._has_twins:
                yield TWINS

    def _violations(self, call: Call, answer: Answer, operation: Operation) -> Iterator[Break]:
        for one in self.api.violations(operation, call.method, call.path, answer):
            rule = f"answer-{operation.id}"
            yield Break(one.pointer, one.rule, show(one.value), rule, one.evidence, one.source)

    def _of_head(self, call: Call, answer: Answer) -> Iterator[Break]:
        """Judge the status code and the headers."""
        if answer.status >= 500 and answer.status != 503:
            yield _broken("no-server-errors", "status", "200 to 499, or 503", str(answer.status))
        for status, name in ((401, "www-authenticate"), (429, "retry-after")):
            if answer.status == status and not answer.headers.get(name):
                rule = "who-is-not-logged-in-is-told-how"
                yield _broken(rule, name.title(), f"a value, with {status}", "nothing")
        methods = self.api.methods(call.path)
        if methods and (answer.status not in UNREAD or "allow" in answer.headers):
            told = answer.headers.get("allow")
            right = [methods]
            if self.strangers is not None and (call.caller is None or answer.status == 401):
                right.append(self.strangers.methods(call.path))
            if told is None or {word.strip() for word in told.split(",")} not in right:
                expected = ", ".join(sorted(methods))
                shown = "nothing" if told is None else told
                yield _broken("allow-tells-the-methods", "Allow", expected, shown)

    def _of_document(self, call: Call, answer: Answer, document: Any) -> Iterator[Break]:
        """Judge what a body says of itself."""
        if answer.status >= 400:
            yield from _of_error(answer, document)
            return
        data, count = at(document, "/data"), at(document, "/meta/count")
        if count is not ABSENT and isinstance(data, list | dict) and not same(count, len(data)):
            yield _broken("counts-are-true", "/meta/count", str(len(data)), show(count))
        user = at(document, "/meta/user")
        if call.caller is not None and user is not ABSENT and user != call.caller:
            yield _broken("caller-is-named", "/meta/user", show(call.caller), show(user))
        for one in twins(document) if self._has_twins else ():
            yield _broken(TWINS, one.pointer, show(one.expected), show(one.actual))
        for pointer, link in links(document):
            if link != self._url and not link.startswith(f"{self._url}/"):
                yield _broken("links-are-ours", pointer, f"{self._url}/...", show(link))


def links(document: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Give the links of a document with where they stand: whatever says it is an absolute URL."""
    if isinstance(document, str) and re.match("https?://", document):
        yield pointer, document
    elif isinstance(document, dict):
        for name, value in document.items():
            if name not in {"description", "message", "warnings", "errors"}:
                escaped = name.replace("~", "~0").replace("/", "~1")
                yield from links(value, f"{pointer}/{escaped}")
    elif isinstance(document, list):
        for number, value in enumerate(document):
            yield from links(value, f"{pointer}/{number}")


def _json(answer: Answer) -> str | None:
    """Return the text of a body that is JSON, None for any other."""
    try:
        text = answer.body.decode()
        json.loads(text)
    except ValueError:
        return None
    return text


def _order(text: str) -> list[Break]:
    """Return the first object whose members are not in order, if there is one."""
    wrong: list[list[str]] = []

    def look(members: list[tuple[str, Any]]) -> None:
        names = [name for name, _ in members]
        if names != sorted(set(names)):
            wrong.append(names)

    json.loads(text, object_pairs_hook=look)
    return [
        _broken("members-in-order", "", show(sorted(set(names))), show(names))
        for names in wrong[:1]
    ]


def _of_error(answer: Answer, document: Any) -> Iterator[Break]:
    if not isinstance(document, dict):
        return
    if not same(document.get("status", answer.status), answer.status):
        rule, shown = "errors-say-their-code", show(document["status"])
        yield _broken(rule, "/status", str(answer.status), shown)
    # What Python calls 413 depends on its version.
    phrase = "content too large" if answer.status == 413 else responses.get(answer.status, "")
    phrase = phrase.lower()
    known = {phrase, "authentication error"} if answer.status == 401 else {phrase}
    error = document.get("error")
    if phrase and isinstance(error, str) and error not in known:
        yield _broken("errors-say-their-code", "/error", show(phrase), show(error))


def _broken(rule: str, where: str, expected: str, actual: str) -> Break:
    known = _KNOWN[rule]
    return Break(where, expected, actual, rule, known.evidence, known.source)
