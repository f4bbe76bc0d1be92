"""Reports are valid by their published formats, whatever a server said, and hold no secret."""

import base64
import html
import itertools
import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from tests.contract import runs
from tests.meta.checkout import ROOT
from tests.schemas.published import DOCUMENTS
from vss_mock.contract.reports import document, har, junit
from vss_mock.contract.reports import html as page
from vss_mock.contract.reports.texts import Texts
from vss_mock.contract.rules import BROKEN, EVIDENCE, Outcome
from vss_mock.contract.run import Run
from vss_mock.contract.secrets import Secrets

PUBLISHED = ROOT / "tests" / "contract" / "published"
HAR = jsonschema.Draft202012Validator(json.loads((PUBLISHED / "har-1.2.json").read_bytes()))
JUNIT: dict[str, Any] = json.loads((PUBLISHED / "junit-10.json").read_bytes())
HUGE = "h" * 500_000

RUNS: dict[str, Callable[[], Run]] = {
    "nothing broken": runs.good,
    "everything broken": runs.bad,
    "some of each": runs.mixed,
    "hostile strings": runs.hostile,
    "huge bodies": lambda: runs.hostile(HUGE),
    "no exchanges": lambda: runs.good()._replace(exchanges=(), calls=0),
    "nothing at all": lambda: runs.run([])._replace(operations=(), calls=0),
}
RENDER = {"junit": junit.render, "html": page.render, "har": har.render, "json": document.render}
each_run = pytest.mark.parametrize("made", RUNS.values(), ids=RUNS)
each_report = pytest.mark.parametrize("render", RENDER.values(), ids=RENDER)

CANARY = "c4n4ry/t0ken+that=must&not<show>"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjNG40cnkifQ.c2lnbmF0dXJlLW9mLWNhbmFyeQ"
BASIC = base64.b64encode(f"{CANARY}:".encode()).decode()
TOLD = " ".join(
    [
        f"begin {CANARY} {quote(CANARY, safe='')} {BASIC} {JWT}",
        f'{{"token": "{CANARY}"}}',
        f"curl -u {CANARY}: -H 'Authorization: Bearer {CANARY}' -H 'Authorization: Basic {BASIC}'",
        "end",
    ]
)
SPELLINGS = (CANARY, quote(CANARY, safe=""), BASIC.rstrip("="), JWT, "c4n4ry", "c2lnbmF0dXJl")


def known() -> Secrets:
    """Return secrets that know the canary."""
    secrets = Secrets()
    secrets.learn(CANARY)
    return secrets


def strings(value: Any) -> Iterator[str]:
    """Give every text of a JSON document, what base64 holds too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
    elif isinstance(value, dict):
        yield from itertools.chain(value, *map(strings, value.values()))
        if value.get("encoding") == "base64":
            yield base64.b64decode(value["text"], validate=True).decode(errors="replace")


def not_junit(node: ET.Element, where: str = "") -> Iterator[str]:
    """Give what an element has that the table of the format does not allow."""
    where = f"{where}/{node.tag}"
    allowed = JUNIT["elements"][node.tag]
    for name in allowed["required"]:
        if name not in node.attrib:
            yield f"{where} lacks {name}"
    for name in node.attrib:
        if name not in allowed["required"] + allowed["optional"]:
            yield f"{where} has {name}"
    for name, pattern in allowed.get("patterns", {}).items():
        if not re.fullmatch(pattern, node.get(name, "")):
            yield f"{where}: {name} is {node.get(name)}"
    texts = [node.text, *(child.tail for child in node)]
    if not allowed["text"] and any(text and text.strip() for text in texts):
        yield f"{where} has text"
    for child in node:
        if child.tag in allowed["children"]:
            yield from not_junit(child, where)
        else:
            yield f"{where} has {child.tag}"


@each_run
def test_junit_is_as_its_format_says(made: Callable[[], Run]) -> None:
    root = ET.fromstring(junit.render(made(), known()))
    assert root.tag in JUNIT["root"]
    assert list(not_junit(root)) == []


@pytest.mark.parametrize(
    "spoilt",
    [
        ("<testsuites", "<testsuites skipped='1'"),
        ('errors="0"', ""),
        ('time="41.257"', 'time="41.2574"'),
        ("<properties>", "<properties>text"),
        ("<testcase ", "<case/><testcase "),
    ],
)
def test_the_check_of_junit_finds_what_is_not_junit(spoilt: tuple[str, str]) -> None:
    text = junit.render(runs.bad(), known()).decode()
    assert spoilt[0] in text
    assert list(not_junit(ET.fromstring(text.replace(*spoilt)))) != []


@each_run
def test_har_is_as_its_format_says(made: Callable[[], Run]) -> None:
    archive = json.loads(har.render(made(), known()))
    assert [error.message for error in HAR.iter_errors(archive)] == []


@each_run
def test_the_json_report_is_as_its_schema_says(made: Callable[[], Run]) -> None:
    run = made()
    report = json.loads(document.render(run, known()))
    assert DOCUMENTS.violations("common/report.json", report) == []


@each_report
@each_run
def test_a_report_is_utf_8_of_a_bearable_size(
    render: Callable[[Run, Secrets], bytes], made: Callable[[], Run]
) -> None:
    report = render(made(), known())
    report.decode()
    assert report.endswith(b"\n")
    assert len(report) < 1_000_000


@each_report
def test_a_token_is_never_reported(render: Callable[[Run, Secrets], bytes]) -> None:
    report = render(runs.hostile(TOLD), known()).decode()
    assert "token-1" in report
    seen = [report, html.unescape(report)]
    if render in {har.render, document.render}:
        seen += strings(json.loads(report))
    elif render is junit.render:
        for node in ET.fromstring(report).iter():
            seen += [*node.attrib.values(), node.text or ""]
    for text in seen:
        for spelling in SPELLINGS:
            assert spelling not in text


@each_report
def test_half_a_token_is_not_left_where_a_text_is_cut(
    render: Callable[[Run, Secrets], bytes],
) -> None:
    for length in (300, 4000, 16_384):
        told = "-" * (length - 10) + CANARY * 3
        assert "c4n4ry" not in render(runs.hostile(told), known()).decode()


def test_a_token_is_hidden_in_bytes_that_are_no_text() -> None:
    archive = json.loads(har.render(runs.hostile(TOLD), known()))
    (content,) = [
        entry["response"]["content"]
        for entry in archive["log"]["entries"]
        if "encoding" in entry["response"]["content"]
    ]
    body = base64.b64decode(content["text"], validate=True)
    assert body.startswith(b"\xff\xfebegin token-1 ")
    assert body.endswith(b" end")


def test_a_password_that_nobody_named_is_hidden_in_bodies() -> None:
    sent = b'{"username": "jm", "password": "c4n4ry-p4ss"}'
    (exchange, *_) = runs.exchanges()
    run = runs.run([], [exchange._replace(body=sent)])
    assert b"c4n4ry" not in har.render(run, Secrets())


def test_junit_has_a_case_for_each_rule_and_counts_them() -> None:
    run = runs.mixed()
    root = ET.fromstring(junit.render(run, known()))
    cases = root.findall("testsuite/testcase")
    assert [(case.get("classname"), case.get("name")) for case in cases] == [
        (outcome.rule.suite, outcome.rule.id) for outcome in run.outcomes
    ]
    failures = root.findall(".//failure")
    skipped = root.findall(".//skipped")
    (suite,) = root
    assert suite.get("failures") == str(len(failures)) == "2"
    assert suite.get("skipped") == str(len(skipped))
    assert skipped[0].get("message") == "time cannot be moved there (--wait lets it pass)"
    properties = {node.get("name"): node.get("value") for node in root.iter("property")}
    assert properties["target"] == runs.URL
    assert (properties["seed"], properties["profile"]) == ("7", "ci")


def test_a_failure_tells_what_is_broken_how_it_is_known_and_how_to_see_it() -> None:
    failure = ET.fromstring(junit.render(runs.mixed(), known())).find(".//failure")
    assert failure is not None
    assert failure.get("message") == '/data/status: expected "Submitted", got "Scheduled"'
    assert failure.get("type") == "documented"
    text = failure.text or ""
    for part in ("documented: How to schedule", "curl -s", "1. vm-snapshot-create", runs.COMMAND):
        assert part in text


def test_what_is_less_known_than_asked_is_a_warning_in_every_report() -> None:
    run = runs.mixed()
    (warned,) = [one for one in run.outcomes if one.verdict == BROKEN and not run.fails(one)]
    root = ET.fromstring(junit.render(run, known()))
    (case,) = [case for case in root.iter("testcase") if case.get("name") == warned.rule.id]
    assert [child.tag for child in case] == ["system-out"]
    assert (case[0].text or "").startswith("Warning: ")
    report = json.loads(document.render(run, known()))
    assert report["summary"]["broken"] == 3
    assert report["summary"]["failing"] == 2
    (told,) = [rule for rule in report["rules"] if rule["id"] == warned.rule.id]
    assert (told["verdict"], told["fails"], told["findings"][0]["fails"]) == (
        "broken",
        False,
        False,
    )
    alone = run._replace(outcomes=[warned])
    assert page.verdict(alone) == ("kept", "Kept, with 1 rule to be warned of")
    assert page.verdict(alone._replace(fail_on="assumed")) == ("broken", "Broken: 1 rule of 1")
    assert json.loads(document.render(alone, known()))["summary"]["verdict"] == "kept"


@pytest.mark.parametrize("evidence", EVIDENCE)
@pytest.mark.parametrize("fail_on", EVIDENCE)
def test_a_run_fails_by_what_is_known_as_well_as_it_asks(evidence: str, fail_on: str) -> None:
    rule = runs.rules()[0]._replace(evidence=evidence)
    run = runs.run([])._replace(fail_on=fail_on)
    fails = EVIDENCE.index(evidence) <= EVIDENCE.index(fail_on)
    assert run.fails(Outcome(rule, BROKEN)) is fails
    assert run.fails(Outcome(rule, BROKEN, "", [runs.finding(rule)])) is fails


def test_the_json_report_tells_each_rule_and_what_was_reached() -> None:
    run = runs.mixed()
    report = json.loads(document.render(run, known()))
    assert [rule["id"] for rule in report["rules"]] == [one.rule.id for one in run.outcomes]
    assert report["rules"][3]["findings"][0]["where"] == "/data/status"
    assert report["rules"][3]["findings"][0]["expected"] == '"Submitted"'
    assert report["rules"][3]["findings"][0]["actual"] == '"Scheduled"'
    reached = {one["id"]: one["answers"] for one in report["coverage"]["operations"]}
    assert {"status": 500, "documented": False, "times": 1} in reached[run.operations[0][0]]
    assert {"before": "(new)", "after": "Create / Submitted", "times": 3} in report["coverage"][
        "transitions"
    ]
    assert report["left"] == list(run.left)


def test_the_same_run_at_another_time_gives_the_same_json_report() -> None:
    run = runs.mixed()
    later = run._replace(started=run.started + timedelta(days=1), seconds=1.0)
    one, other = (json.loads(document.render(made, known())) for made in (run, later))
    assert one != other
    for report in (one, other):
        del report["started"], report["seconds"]
    assert one == other


def test_har_tells_each_exchange_and_says_if_there_were_more() -> None:
    run = runs.good()
    log = json.loads(har.render(run, known()))["log"]
    assert log["comment"] == "the first 5 of 6841 calls"
    plain, _, binary, empty, unanswered = log["entries"]
    assert plain["startedDateTime"] == "2026-11-24T09:30:01.250Z"
    assert plain["time"] == plain["timings"]["wait"] == 1.25
    assert plain["request"]["url"] == f"{runs.URL}/v2/vm/x?name=x&summary&filter=a%20b%2Cx"
    assert plain["request"]["queryString"] == [
        {"name": "name", "value": "x"},
        {"name": "summary", "value": ""},
        {"name": "filter", "value": "a b,x"},
    ]
    assert plain["response"]["content"]["text"] == '{"x": "x"}'
    assert binary["response"]["bodySize"] == 3
    assert "text" not in empty["response"]["content"]
    assert unanswered["response"]["status"] == 0


def test_a_huge_body_is_shortened_and_says_so() -> None:
    archive = json.loads(har.render(runs.hostile(HUGE), known()))
    content = archive["log"]["entries"][1]["response"]["content"]
    assert content["size"] == len(HUGE)
    assert len(content["text"]) == har.LONGEST_BODY
    assert content["comment"] == "the first 16,384 of 500,000 characters"


def test_what_cannot_be_read_is_spelled() -> None:
    texts = Texts(known())
    assert texts.plain("a\x00\x1b[1m\x9b\r\ud800\u202eb\n\tc") == (
        "a\\u0000\\u001b[1m\\u009b\\u000d\\ud800\\u202eb\n\tc"
    )
    assert texts.exact("a\x00\ud800b") == "a\x00\\ud800b"
    assert texts.short("abcdef", 4) == "abcd… (2 more characters)"
