"""The run as JUnit's XML, for the pages of CI servers: a test case for each rule.

Of the elements and attributes only those that the schema of Jenkins' xUnit plugin has
(junit-10.xsd), to which pytest holds its own reports as well.
"""

from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree as ET

from vss_mock.contract.reports.document import instant
from vss_mock.contract.reports.summary import tally
from vss_mock.contract.reports.texts import Texts
from vss_mock.contract.rules import BROKEN, NOT_OBSERVED, Finding, Outcome
from vss_mock.contract.run import Run
from vss_mock.contract.secrets import Secrets

NAME: Final = "VSS contract"
MOST_TOLD: Final = 20
"""How many findings of one rule are told."""
LONGEST_MESSAGE: Final = 300
"""How many characters a failure's headline has."""


def render(run: Run, secrets: Secrets) -> bytes:
    """Return the report as XML in UTF-8."""
    texts = Texts(secrets)
    counted = {
        "tests": str(len(run.outcomes)),
        "failures": str(sum(map(run.fails, run.outcomes))),
        "errors": "0",
        "time": f"{run.seconds:.3f}",
    }
    root = ET.Element("testsuites", {"name": NAME, **counted})
    skipped = tally("all", run.outcomes).not_observed
    more = {"skipped": str(skipped), "timestamp": instant(run.started).removesuffix("Z")}
    suite = ET.SubElement(root, "testsuite", {"name": NAME, **counted, **more})
    _add_properties(suite, run, texts)
    for outcome in run.outcomes:
        _add_case(suite, outcome, run, texts)
    if run.left:
        told = "\n".join(["Left behind on the server:", *run.left])
        ET.SubElement(suite, "system-out").text = texts.plain(told)
    ET.indent(root)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _add_properties(suite: ET.Element, run: Run, texts: Texts) -> None:
    properties = ET.SubElement(suite, "properties")
    told = {
        "target": run.target,
        "dialect": run.dialect,
        "vm": run.vm,
        "profile": run.profile,
        "seed": str(run.seed),
        "fail_on": run.fail_on,
        "command": run.command,
        "time": run.time,
        "calls": str(run.calls),
        "vss-mock": run.version,
    }
    for name, value in told.items():
        ET.SubElement(properties, "property", {"name": name, "value": texts.plain(value)})


def _add_case(suite: ET.Element, outcome: Outcome, run: Run, texts: Texts) -> None:
    rule = outcome.rule
    names = {"classname": texts.plain(rule.suite), "name": texts.plain(rule.id)}
    case = ET.SubElement(suite, "testcase", names)
    if outcome.verdict == NOT_OBSERVED:
        ET.SubElement(case, "skipped", {"message": texts.plain(outcome.why, LONGEST_MESSAGE)})
    if outcome.verdict != BROKEN:
        return
    failing = [finding for finding in outcome.findings if run.counts(finding)]
    warnings = [finding for finding in outcome.findings if not run.counts(finding)]
    if run.fails(outcome):
        first = _headline(failing[0]) if failing else outcome.why or rule.title
        head = {
            "type": failing[0].evidence if failing else rule.evidence,
            "message": texts.plain(first, LONGEST_MESSAGE),
        }
        failure = ET.SubElement(case, "failure", head)
        failure.text = "\n".join(_tell(outcome, failing, run, texts))
    if warnings or not run.fails(outcome):
        told = [f"Warning: less well known than {run.fail_on}, so it does not fail the run."]
        told += _tell(outcome, warnings, run, texts)
        ET.SubElement(case, "system-out").text = "\n".join(told)


def _headline(finding: Finding) -> str:
    return f"{_place(finding)}: expected {finding.expected}, got {finding.actual}"


def _place(finding: Finding) -> str:
    return finding.where or "the whole answer"


def _tell(outcome: Outcome, findings: list[Finding], run: Run, texts: Texts) -> Iterator[str]:
    rule = outcome.rule
    yield texts.plain(f"{rule.id}: {rule.title}")
    yield texts.plain(f"known: {rule.evidence} ({rule.source})")
    if outcome.why:
        yield texts.plain(outcome.why)
    for finding in findings[:MOST_TOLD]:
        yield ""
        yield from _tell_finding(finding, texts)
    if len(findings) > MOST_TOLD:
        yield f"\nand {len(findings) - MOST_TOLD:,} more, which the JSON report tells"
    yield ""
    yield texts.plain(f"repeat it (seed {run.seed}): {run.command}")


def _tell_finding(finding: Finding, texts: Texts) -> Iterator[str]:
    yield texts.plain(f"at {_place(finding)} ({finding.evidence}: {finding.source})")
    yield f"  expected {texts.plain(finding.expected)}"
    yield f"  got      {texts.plain(finding.actual)}"
    if finding.note:
        yield f"  {texts.plain(finding.note)}"
    for number, told in enumerate(finding.walk, 1):
        yield f"{number:3}. {texts.plain(told.what)}"
        for line in (told.command, told.answer):
            if line:
                yield f"     {texts.plain(line)}"
