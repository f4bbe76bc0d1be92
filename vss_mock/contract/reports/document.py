"""The run as one JSON document, by `common/report.json` of schemas/, which describes its members.

The same run gives the same document, but for `started` and `seconds`.
"""

import json
from datetime import UTC, datetime
from typing import Any

from vss_mock.contract.reports.summary import rows, tally, transitions
from vss_mock.contract.reports.texts import Texts
from vss_mock.contract.rules import Finding, Outcome
from vss_mock.contract.run import Run
from vss_mock.contract.secrets import Secrets

FORMAT = 1
"""The version of the document's form."""


def render(run: Run, secrets: Secrets) -> bytes:
    """Return the report as JSON in UTF-8."""
    document = _spelled(_document(run), Texts(secrets))
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def instant(moment: datetime) -> str:
    """Return a moment as ISO 8601 in UTC, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _document(run: Run) -> dict[str, Any]:
    counted = tally("all", run.outcomes)
    failing = sum(map(run.fails, run.outcomes))
    return {
        "format": FORMAT,
        "target": run.target,
        "dialect": run.dialect,
        "vm": run.vm,
        "profile": run.profile,
        "seed": run.seed,
        "fail_on": run.fail_on,
        "command": run.command,
        "version": run.version,
        "started": instant(run.started),
        "seconds": round(run.seconds, 3),
        "time": run.time,
        "calls": run.calls,
        "summary": {
            "verdict": "broken" if failing else "kept",
            "rules": counted.rules,
            "kept": counted.kept,
            "broken": counted.broken,
            "failing": failing,
            "not_observed": counted.not_observed,
        },
        "rules": [_rule(run, outcome) for outcome in run.outcomes],
        "coverage": {
            "operations": [
                {
                    "id": row.id,
                    "method": row.method,
                    "path": row.path,
                    "answers": [cell._asdict() for cell in row.cells],
                }
                for row in rows(run)
            ],
            "transitions": [
                {"before": before, "after": after, "times": times}
                for before, after, times in transitions(run)
            ],
        },
        "left": list(run.left),
    }


def _rule(run: Run, outcome: Outcome) -> dict[str, Any]:
    rule = outcome.rule
    return {
        "id": rule.id,
        "title": rule.title,
        "suite": rule.suite,
        "source": rule.source,
        "evidence": rule.evidence,
        "tags": list(rule.tags),
        "verdict": outcome.verdict,
        "fails": run.fails(outcome),
        "why": outcome.why,
        "findings": [_finding(run, finding) for finding in outcome.findings],
    }


def _finding(run: Run, finding: Finding) -> dict[str, Any]:
    return {
        "where": finding.where,
        "expected": finding.expected,
        "actual": finding.actual,
        "evidence": finding.evidence,
        "source": finding.source,
        "fails": run.counts(finding),
        "note": finding.note,
        "walk": [told._asdict() for told in finding.walk],
    }


def _spelled(value: Any, texts: Texts) -> Any:
    """Return a document with each text of it fit to be reported."""
    if isinstance(value, str):
        return texts.short(value)
    if isinstance(value, list):
        return [_spelled(item, texts) for item in value]
    if isinstance(value, dict):
        return {name: _spelled(item, texts) for name, item in value.items()}
    return value
