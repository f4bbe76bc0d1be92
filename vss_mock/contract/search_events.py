"""Reads the events that Schemathesis writes down, and finds in them what rules are broken.

Each answer that it got is judged as any other answer, too: that gives pointers and sources.
"""

import base64
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from http.client import responses
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from vss_mock.contract.answers import Answers, Call
from vss_mock.contract.api import Api, Operation
from vss_mock.contract.rules import Break, Finding, Rule, Told
from vss_mock.contract.search_rules import ANSWERED, BY_CHECK
from vss_mock.contract.secrets import Secrets
from vss_mock.contract.sent import Sent
from vss_mock.contract.transport import Answer
from vss_mock.contract.values import at

MOST_A_RULE: Final = 3
LONGEST_ANSWER: Final = 2000
LONGEST_VALUE: Final = 300
BUILT_FROM: Final = "differences"
"""The folder of schemas/ that later dialects are built from: what is in it are no documents."""
LONGEST_WALK: Final = 8
"""How many calls before the last one are told."""

_STATELESS: Final = frozenset(
    {
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
    }
)


class Made(NamedTuple):
    """A call that was made: what was sent and answered, and which one it followed."""

    sent: Sent
    answer: Answer
    parent: str | None
    meta: Any

    @property
    def good(self) -> bool:
        """Whether it was answered by a success."""
        return 200 <= self.answer.status < 300


class Events:
    """Takes in events. `findings`, `looked_at` and `calls` grow with each."""

    def __init__(
        self, openapi: Path, url: str, secrets: Iterable[str], strangers: str | None = None
    ) -> None:
        root = openapi.parent.parent
        files = {
            path.relative_to(root).as_posix(): json.loads(path.read_bytes())
            for path in sorted(root.rglob("*.json"))
            if path.relative_to(root).parts[0] != BUILT_FROM
        }
        self.findings: list[Finding] = []
        self.looked_at: Counter[str] = Counter()
        self.calls = 0
        self._url = url.rstrip("/")
        self._api = Api(files, openapi.relative_to(root).as_posix())
        other = None if strangers in {None, self._api.dialect} else strangers
        self._answers = Answers(
            self._api, self._url, Api(files, f"{other}/openapi.json") if other else None
        )
        self._rules = {rule.id: rule for rule in self._answers.rules()}
        self._secrets = Secrets()
        for secret in secrets:
            self._secrets.learn(secret)

    def read(self, lines: Iterable[str]) -> None:
        """Take in lines of events; a last one that was cut off is left out."""
        for line in lines:
            try:
                event = json.loads(line)
            except ValueError:
                continue
            if not isinstance(event, dict):
                continue
            for kind, told in event.items():
                if kind in {"ScenarioFinished", "FuzzScenarioFinished"}:
                    self._scenario(told.get("recorder", {}))
                elif kind == "NonFatalError":
                    self._error(told)

    def _scenario(self, recorder: Mapping[str, Any]) -> None:
        made: dict[str, Made] = {}
        cases = recorder.get("cases", {})
        for id, interaction in recorder.get("interactions", {}).items():
            case = cases.get(id, {})
            one = self._made(case, interaction)
            if one is not None:
                made[id] = one
                self.calls += 1
                self.looked_at[ANSWERED.id] += 1
                self._judge(one)
        for id, checks in recorder.get("checks", {}).items():
            for check in checks:
                if id in made and check.get("name") in BY_CHECK:
                    self._check(id, check, made)

    def _made(self, case: Mapping[str, Any], interaction: Mapping[str, Any]) -> Made | None:
        """Return a call, None for one that got no answer."""
        request, response = interaction.get("request", {}), interaction.get("response")
        if not isinstance(response, dict):
            return None
        parts = urlsplit(str(request.get("uri", "")))
        path = parts.path.removeprefix(urlsplit(self._url).path)
        names = {str(name).lower(): value for name, value in request.get("headers", {}).items()}
        auth = {"bearer": "{token}"} if "authorization" in names else None
        kept = {"Content-Type": _first(names["content-type"])} if "content-type" in names else {}
        body = _text(request.get("body") or request.get("content"))
        sent = Sent(str(request.get("method")), path, parts.query, auth, kept, body)
        headers = {
            str(name).lower(): ", ".join(map(str, values))
            for name, values in response.get("headers", {}).items()
        }
        content = _bytes(response.get("content"))
        answer = Answer(int(response["status_code"]), headers, content)
        return Made(sent, answer, case.get("parent_id"), at(case, "/value/meta"))

    def _judge(self, one: Made) -> None:
        """Judge an answer by itself, by the rules of any answer, unless it was cut when noted."""
        operation = self._operation(one)
        length = one.answer.headers.get("content-length", "")
        cut = length.isdecimal() and len(one.answer.body) < int(length)
        if operation is None or (cut and one.sent.method != "HEAD"):
            return
        self.looked_at[f"answer-{operation.id}"] += 1
        for flaw in self._answers.flaws(
            Call(one.sent.method, one.sent.path), one.answer, operation
        ):
            self.looked_at[flaw.rule] += 1
            self._tell(self._rules[flaw.rule], flaw, [one])

    def _operation(self, one: Made) -> Operation | None:
        """Return the operation that a call is of; for a method that its path lacks, a near one."""
        methods = self._api.methods(one.sent.path)
        order = [one.sent.method] if one.sent.method in methods else []
        found = (self._api.match(method, one.sent.path) for method in [*order, *sorted(methods)])
        return next((operation for operation in found if operation), None)

    def _check(self, id: str, check: Mapping[str, Any], made: Mapping[str, Made]) -> None:
        rule = BY_CHECK[check["name"]]
        one = made[id]
        failed = check.get("status") == "failure"
        if failed or _applies(check["name"], one, made):
            self.looked_at[rule.id] += 1
        if failed:
            failure = at(check, "/failure_info/failure")
            title, message = str(at(failure, "/title")), str(at(failure, "/message"))
            flaw = self._flaw(check["name"], one, title, message)
            self._tell(rule, flaw, _walk(id, made))

    def _flaw(self, check: str, one: Made, title: str, message: str) -> Break:
        """Return where a check failed and what it wanted, in values as far as they are given."""
        operation = self._operation(one)
        if check == "response_schema_conformance" and operation is not None:
            path, method = one.sent.path, one.sent.method
            for broken in self._api.violations(operation, method, path, one.answer):
                value = json.dumps(broken.value, ensure_ascii=False)
                evidence, source = broken.evidence, broken.source
                return Break(broken.pointer, broken.rule, value, "", evidence, source)
        if check == "status_code_conformance" and operation is not None:
            listed = ", ".join(map(str, self._api.statuses(operation)))
            return Break("status", f"one of {listed}", str(one.answer.status))
        told = message.partition("\n")[0]
        expected = {
            "not_a_server_error": "no fault of the server",
            "negative_data_rejection": "a refusal: 400 to 499",
            "positive_data_acceptance": "a success",
            "unsupported_method": "405, and Allow",
            "use_after_free": "404 after it was deleted",
            "ensure_resource_availability": "what was made",
            "ignored_auth": "401",
        }.get(check, title)
        return Break("status", expected, f"{one.answer.status}: {told or title}")

    def _error(self, told: Mapping[str, Any]) -> None:
        """Take in an error of a call that got no answer; others are Schemathesis's own."""
        text = json.dumps(told.get("value", ""), ensure_ascii=False)
        if any(word in text for word in ("Connection", "Timeout", "Network", "ChunkedEncoding")):
            flaw = Break(str(told.get("label", "")), "an answer", text)
            self.looked_at[ANSWERED.id] += 1
            self._tell(ANSWERED, flaw, [])

    def _tell(self, rule: Rule, flaw: Break, walk: list[Made]) -> None:
        alike = [one for one in self.findings if one.rule == rule.id]
        if len(alike) >= MOST_A_RULE or any(one.where == flaw.where for one in alike):
            return
        self.findings.append(
            Finding(
                rule.id,
                flaw.evidence or rule.evidence,
                flaw.source or rule.source,
                flaw.where,
                self._short(flaw.expected, LONGEST_VALUE),
                self._short(flaw.actual, LONGEST_VALUE),
                tuple(map(self._told, walk)) or (Told(flaw.where, "", "no answer"),),
            )
        )

    def _told(self, one: Made) -> Told:
        query = f"?{one.sent.query}" if one.sent.query else ""
        text = one.answer.body.decode(errors="replace")
        phrase = responses.get(one.answer.status, "")
        return Told(
            self._short(f"{one.sent.method} {one.sent.path}{query} -> {one.answer.status}", 400),
            self._secrets.hide(one.sent.curl(self._url)),
            self._short(f"{one.answer.status} {phrase} {text}".rstrip(), LONGEST_ANSWER),
        )

    def _short(self, text: str, longest: int) -> str:
        text = self._secrets.hide(text)
        return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _applies(check: str, one: Made, made: Mapping[str, Made]) -> bool:
    """Tell whether a check that did not fail had anything to look at."""
    if check in _STATELESS:
        return True
    mode = at(one.meta, "/generation/mode")
    unsupported = "Unspecified HTTP method" in str(at(one.meta, "/phase/data/description"))
    match check:
        case "negative_data_rejection":
            return bool(mode == "negative") and not unsupported
        case "positive_data_acceptance":
            return bool(mode == "positive")
        case "unsupported_method":
            return unsupported
        case "allow_header_conformance":
            return one.sent.method == "OPTIONS"
        case "ignored_auth":
            return one.answer.status == 401
        case "use_after_free":
            return any(before.sent.method == "DELETE" and before.good for before in made.values())
    before = made.get(one.parent or "")
    return before is not None and before.sent.method == "POST" and before.good


def _walk(id: str, made: Mapping[str, Made]) -> list[Made]:
    """Return a call and those that it followed from, in order."""
    walk: list[Made] = []
    here: Made | None = made[id]
    while here is not None and len(walk) < LONGEST_WALK:
        walk.append(here)
        here = made.get(here.parent or "")
    return walk[::-1]


def _first(value: Any) -> str:
    return str(value[0]) if isinstance(value, list) and value else str(value)


def _bytes(content: Any) -> bytes:
    encoded = content.get("$base64") if isinstance(content, dict) else None
    if isinstance(encoded, str):
        return base64.b64decode(encoded)
    return content.encode() if isinstance(content, str) else b""


def _text(content: Any) -> bytes | None:
    """Return a body that can be shown, None for none."""
    return _bytes(content).decode(errors="replace").encode() or None
