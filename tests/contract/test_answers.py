"""What holds of any answer is seen in one answer, and named by the rule that it breaks."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.contract.stage import api
from vss_mock.contract.answers import RULES, Answers, Call, links
from vss_mock.contract.transport import Answer
from vss_mock.contract.twins import twins

URL = "http://vss.example"
USER: dict[str, Any] = {
    "_links": {"api": f"{URL}/v2/", "self": f"{URL}/v2/user"},
    "data": {
        "_links": {"self": f"{URL}/v2/user"},
        "personal": {"email": "jm@example.com", "name": "J. M."},
        "status": {"enabled": True},
        "username": "jm",
    },
    "meta": {"count": 4, "time": "0.00000s", "user": "jm"},
}
HEADERS = {"content-type": "application/json", "allow": "HEAD, OPTIONS, GET"}


@pytest.fixture(scope="module")
def answers() -> Answers:
    return Answers(api(), URL)


def answer(
    document: Any = USER, status: int = 200, headers: Mapping[str, str] = HEADERS, **more: str
) -> Answer:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return Answer(status, {**headers, **more}, body)


def found(answers: Answers, one: Answer, call: Call | None = None) -> list[tuple[str, str]]:
    flaws = answers.flaws(call or Call("GET", "/v2/user", "jm"), one)
    return [(flaw.rule, flaw.where) for flaw in flaws]


def changed(**members: Any) -> dict[str, Any]:
    return {**USER, **members}


def without(name: str) -> dict[str, str]:
    return {key: value for key, value in HEADERS.items() if key != name}


def error(code: int, **members: Any) -> Answer:
    document = {"error": "not found", "message": "there is none", "status": 404, **members}
    return answer(document, code)


def test_an_answer_that_keeps_all_rules_has_no_flaw(answers: Answers) -> None:
    assert found(answers, answer()) == []
    assert found(answers, error(404), Call("GET", "/v2/vm/x", "jm")) == []


@pytest.mark.parametrize(
    ("one", "flaw"),
    [
        (
            answer(changed(data={**USER["data"], "username": 7})),
            ("answer-user-get", "/data/username"),
        ),
        (answer({"meta": USER["meta"], **USER}), ("members-in-order", "")),
        (
            answer(json.dumps(USER).replace('"count": 4', '"count": 4, "count": 4').encode()),
            ("members-in-order", ""),
        ),
        (answer(changed(meta={**USER["meta"], "count": 5})), ("counts-are-true", "/meta/count")),
        (answer(changed(meta={**USER["meta"], "count": True})), ("counts-are-true", "/meta/count")),
        (
            answer(changed(_links={"api": f"{URL}/v2/", "self": "http://other.example/v2/user"})),
            ("links-are-ours", "/_links/self"),
        ),
        (
            answer(changed(_links={"api": f"{URL}/v2/", "self": f"{URL}:8001/v2/user"})),
            ("links-are-ours", "/_links/self"),
        ),
        (answer(changed(meta={**USER["meta"], "user": "ana"})), ("caller-is-named", "/meta/user")),
        (error(404, status=400), ("errors-say-their-code", "/status")),
        (error(404, error="Not Found"), ("errors-say-their-code", "/error")),
        (answer(status=500), ("no-server-errors", "status")),
        (answer(headers=without("allow")), ("allow-tells-the-methods", "Allow")),
        (answer(allow="GET"), ("allow-tells-the-methods", "Allow")),
        (answer(allow="GET, HEAD, OPTIONS, PUT"), ("allow-tells-the-methods", "Allow")),
        (error(401), ("who-is-not-logged-in-is-told-how", "Www-Authenticate")),
        (error(429), ("who-is-not-logged-in-is-told-how", "Retry-After")),
        (answer(headers=without("content-type")), ("answer-user-get", "Content-Type")),
        (answer(b"{"), ("answer-user-get", "")),
        (answer(b""), ("answer-user-get", "")),
        (answer(b"", status=204), ("answer-user-get", "")),
        (answer(status=418), ("answer-user-get", "")),
        (answer(b"\xff"), ("answer-user-get", "")),
    ],
)
def test_a_flaw_is_named_by_the_rule_it_breaks(
    answers: Answers, one: Answer, flaw: tuple[str, str]
) -> None:
    assert flaw in found(answers, one)


def test_an_answer_that_may_not_know_its_path_need_not_tell_its_methods(answers: Answers) -> None:
    document = {"error": "bad request", "message": "what was sent is not HTTP", "status": 400}
    assert found(answers, answer(document, 400, without("allow"))) == []
    refused = found(answers, answer(document, 400, allow="GET"))
    assert refused == [("allow-tells-the-methods", "Allow")]


def test_a_body_after_head_is_a_flaw(answers: Answers) -> None:
    assert ("answer-user-get", "") in found(answers, answer(), Call("HEAD", "/v2/user"))


def test_evidence_and_source_are_those_of_the_broken_part(answers: Answers) -> None:
    bad = {"error": "bad request", "message": "no", "parameters": [], "status": 400}
    (flaw,) = answers.flaws(Call("GET", "/v2/user"), answer(bad, 400))
    assert (flaw.where, flaw.evidence, flaw.source) == (
        "/parameters",
        "client",
        "pyvss 0.3.1 (2016-10)",
    )


def test_links_are_found_wherever_they_stand_but_not_in_what_people_wrote() -> None:
    document = {
        "a/b": [{"self": "http://x/1"}],
        "data": ["https://x/2", "no link"],
        "description": "see http://x/3",
        "message": {"warnings": ["http://x/4"]},
    }
    assert list(links(document)) == [("/a~1b/0/self", "http://x/1"), ("/data/0", "https://x/2")]


def test_each_rule_has_its_evidence_and_a_name_of_its_own(answers: Answers) -> None:
    rules = answers.rules()
    assert len({rule.id for rule in rules}) == len(rules)
    assert {rule.evidence for rule in rules} == {"documented", "client", "assumed"}
    assert {rule.id for rule in rules} >= {rule.id for rule in RULES} - {"twins-say-the-same"}
    latest = Answers(api("2026"), URL).rules()
    assert {rule.id for rule in latest} >= {rule.id for rule in RULES}
    assert "answer-vm-snapshot-create" in {rule.id for rule in rules}


def test_twins_are_found_wherever_they_stand() -> None:
    document = {
        "data": [
            {"memoryGB": 4, "memory_gb": 4, "quickStats": {"x": 0}, "quick_stats": {"x": 1}},
            {"hostName": "a", "hostname": "b", "snapshot": {"snap_id": "1"}, "snap_id": "2"},
        ]
    }
    assert [(one.pointer, one.actual) for one in twins(document)] == [
        ("/data/0/quick_stats", {"x": 1}),
        ("/data/1/hostname", "b"),
        ("/data/1/snap_id", "2"),
    ]


def test_strangers_may_be_told_the_methods_of_the_dialect_they_are_answered_in() -> None:
    document = {"error": "unauthorized", "message": "log in", "status": 401}
    path, headers = "/v2/request/change/1", {**HEADERS, "www-authenticate": "Basic"}
    told = answer(document, 401, headers, allow="GET, HEAD, OPTIONS, PUT")
    rule = ("allow-tells-the-methods", "Allow")
    alone, among = Answers(api("2026"), URL), Answers(api("2026"), URL, api())
    assert rule in found(alone, told, Call("GET", path))
    assert rule not in found(among, told, Call("GET", path))
    seen = answer(USER, allow="GET, HEAD, OPTIONS, PUT")
    assert rule in found(among, seen, Call("GET", path, "jm"))
