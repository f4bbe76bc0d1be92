"""Runs that never happened, to be reported: one that went well, one that did not, a hostile one."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from tests.contract.stage import SCENARIOS, api
from vss_mock.contract.answers import Answers
from vss_mock.contract.rules import BROKEN, KEPT, NOT_OBSERVED, Finding, Outcome, Rule, Told
from vss_mock.contract.run import Run
from vss_mock.contract.traffic import Coverage, Exchange
from vss_mock.contract.transport import Answer

URL = "http://127.0.0.1:8001"
STARTED = datetime(2026, 11, 24, 9, 30, 1, 250_000, tzinfo=UTC)
COMMAND = (
    f"vss-mock contract run --target {URL} --token $VSS_TOKEN --vm 1606T-coreos0 "
    "--profile ci --seed 7 --allow-writes"
)
HOSTILE = (
    "</code></script><script>alert(1)</script><img src=http://evil.example/x onerror=alert(1)>"
    "\"'`&amp;]]><!--\x00\x07\x1b[31m\x9b31m\r\n\t\ud800\udfff\ufffe\U0001ffff\u202eexe.txt"
    " {{7*7}} 漢字 🚀"
)


def rules() -> list[Rule]:
    """Return rules as a run has them: those of any answer, and one for each scenario."""
    walked = [
        Rule(one.id, one.title, one.source, one.evidence, tuple(one.tags), "scenarios")
        for one in SCENARIOS.values()
    ]
    relation = Rule(
        "the-same-through-every-path",
        "A request reads the same through every path that shows it",
        "How to schedule a VM snapshot (2016-08)",
        "documented",
        ("request",),
        "relations",
    )
    model = relation._replace(id="model", title="Walks in any order go as expected", suite="model")
    search = model._replace(
        id="search", title="No call is answered otherwise than documented", suite="search"
    )
    return [*Answers(api(), URL).rules(), *walked, relation, model, search]


def finding(rule: Rule, text: str = '"Scheduled"', evidence: str = "") -> Finding:
    """Return a finding that has a text wherever a server's own words may stand."""
    body = {"body": text, "data": {"id": 2, "status": "Scheduled"}}
    machine = "501219a5-a563-787c-f334-e7b65e829dca"
    walk = (
        Told(
            "vm-snapshot-create -> 202",
            f'curl -s -X POST -H "Authorization: Bearer $TOKEN" {URL}/v2/vm/{machine}/snapshot '
            "-H 'Content-Type: application/json' --data-binary "
            '\'{"from_date": "2016-07-29 22:00", "valid_for": 12, "description": "why"}\'',
            "",
        ),
        Told(
            "advance_to 2016-07-29T21:59:59",
            f"curl -s -X POST {URL}/_mock/clock --data-binary "
            '\'{"advance_to": "2016-07-29T21:59:59"}\'',
            "",
        ),
        Told(
            "request-snapshot-get -> 200",
            f'curl -s -H "Authorization: Bearer $TOKEN" {URL}/v2/request/snapshot/2',
            f"200 OK {json.dumps(body, ensure_ascii=False)}",
        ),
    )
    return Finding(
        rule.id,
        evidence or rule.evidence,
        rule.source if not evidence else "vss-mock (no document or client shows it)",
        "/data/status",
        '"Submitted"',
        text,
        walk,
    )


def run(outcomes: Sequence[Outcome], exchanges: Sequence[Exchange] = ()) -> Run:
    """Return a run with these outcomes."""
    operations = tuple(
        (one.id, one.method, one.path, tuple(api().statuses(one)))
        for one in api().operations.values()
    )
    coverage = Coverage()
    for number, (operation, _, _, statuses) in enumerate(operations):
        for place, code in enumerate(statuses):
            for _ in range((number * 7 + place * 5) % 11 * 3):
                coverage.saw(operation, code)
    coverage.saw(operations[0][0], 500)
    for address in range(3):
        for action, status in (
            ("Create", "Submitted"),
            ("Create", "Scheduled"),
            ("Delete", "Scheduled"),
            ("Delete", "Processed"),
        ):
            coverage.saw_request(f"{URL}/v2/request/snapshot/{address}", action, status)
    return Run(
        *(URL, "2016", "ci", 7, COMMAND, "1606T-coreos0", "0.1.0", STARTED, 41.2574, 6841),
        *(outcomes, coverage, exchanges, (), "moved by /_mock/clock", operations),
    )


def good() -> Run:
    """Return a run in which nothing is broken."""
    return run([Outcome(rule, KEPT) for rule in rules()], [*exchanges()])


def bad() -> Run:
    """Return a run in which everything is broken."""
    broken = [Outcome(rule, BROKEN, "", [finding(rule), finding(rule)]) for rule in rules()]
    return run(broken, [*exchanges()])._replace(left=("snapshot request 17 (Scheduled)",))


def mixed() -> Run:
    """Return a run as it may well be: most is kept, some is broken, some could not be looked at."""
    outcomes = [Outcome(rule, KEPT) for rule in rules()]
    for number in range(5, len(outcomes), 9):
        why = "time cannot be moved there (--wait lets it pass)"
        outcomes[number] = Outcome(outcomes[number].rule, NOT_OBSERVED, why)
    for number, evidence in ((3, ""), (20, "assumed"), (40, "")):
        rule = outcomes[number].rule._replace(evidence="documented")
        outcomes[number] = Outcome(rule, BROKEN, "", [finding(rule, evidence=evidence)])
    return run(outcomes, [*exchanges()])._replace(
        fail_on="client", left=("request 17: a snapshot of 1606T-coreos0, until 2016-07-30 10:00",)
    )


def hostile(text: str = HOSTILE) -> Run:
    """Return a run with a text wherever one may stand that is no word of ours."""
    rule = Rule("the-rule", text, text, "client", (text,), "scenarios")
    told = finding(rule, text)
    told = told._replace(where=text, expected=text, source=text, note=text)
    told = told._replace(walk=(Told(text, text, text), *told.walk))
    outcomes = [
        Outcome(rule, BROKEN, text, [told]),
        Outcome(rule, NOT_OBSERVED, text),
        Outcome(
            rule._replace(evidence="assumed"), BROKEN, text, [told._replace(evidence="assumed")]
        ),
        Outcome(rule, KEPT),
    ]
    made = run(outcomes, [*exchanges(text)])
    made.coverage.saw(text, 299)
    made.coverage.saw_request(text, text, text)
    return made._replace(
        target=f"{URL}/{text}",
        dialect=text,
        command=text,
        vm=text,
        version=text,
        left=(text,),
        fail_on="client",
        operations=(*made.operations, (f"{text}2", text, text, (200,))),
    )


def exchanges(text: str = "x") -> Iterator[Exchange]:
    """Give exchanges with a text wherever one may stand: text, bytes, no body, no answer."""
    sent = {"Content-Type": "application/json", "Authorization": "(not shown)", "X-Other": text}
    headers = {"content-type": "application/json", "server": text}
    utf_8 = text.encode(errors="replace")
    bodies = [
        (None, Answer(200, headers, json.dumps({"x": text}).encode())),
        (utf_8, Answer(202, headers, utf_8)),
        (b"\xff" + utf_8, Answer(599, {**headers, "content-type": text}, b"\xff\xfe" + utf_8)),
        (b"", Answer(204, {}, b"")),
        (None, None),
    ]
    for number, (body, answer) in enumerate(bodies):
        started = STARTED + timedelta(milliseconds=number)
        path, query = f"/v2/vm/{text}", f"name={text}&summary&filter=a%20b%2C{text}"
        yield Exchange(started, 0.00125, "GET", path, query, sent, body, answer)
