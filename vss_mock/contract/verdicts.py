"""Tells people what became of the rules, line by line."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Protocol

from vss_mock.contract.rules import BROKEN, EVIDENCE, KEPT, NOT_OBSERVED, Outcome
from vss_mock.contract.run import Run


class Ink(Protocol):
    """Colours, or none."""

    def bold(self, text: str) -> str:
        """Return the text in bold."""

    def yellow(self, text: str) -> str:
        """Return the text in yellow."""

    def cyan(self, text: str) -> str:
        """Return the text in cyan."""


class NoInk:
    """No colours."""

    def bold(self, text: str) -> str:
        """Return the text."""
        return text

    yellow = cyan = bold


def verdict(judged: Run, ink: Ink) -> Iterator[str]:
    """Give the lines that say what became of the rules."""
    by = defaultdict(list)
    for outcome in judged.outcomes:
        by[outcome.verdict].append(outcome)
    by[BROKEN].sort(key=lambda one: min(EVIDENCE.index(f.evidence) for f in one.findings))
    for outcome in by[BROKEN]:
        yield from broken_lines(outcome, judged, ink)
    reasons = defaultdict(list)
    for outcome in by[NOT_OBSERVED]:
        reasons[outcome.why].append(outcome.rule.id)
    for why, rules in reasons.items():
        yield f"{ink.yellow('not observed')} ({why}): {', '.join(rules)}"
    known = [f"{len(by[BROKEN])} broken"] + [
        f"{count} {evidence}"
        for evidence in EVIDENCE
        if (count := sum(one.findings[0].evidence == evidence for one in by[BROKEN]))
    ]
    told = known[0] + (f" ({', '.join(known[1:])})" if known[1:] else "")
    yield (
        f"{len(judged.outcomes)} rules: {len(by[KEPT])} kept, {told}, "
        f"{len(by[NOT_OBSERVED])} not observed; {judged.calls:,} calls in {judged.seconds:.1f} s, "
        f"seed {judged.seed}; time is {judged.time}"
    )


def broken_lines(outcome: Outcome, judged: Run, ink: Ink) -> Iterator[str]:
    """Give the lines that say how a rule is broken, and how to see it again."""
    rule = outcome.rule
    for number, finding in enumerate(outcome.findings):
        if not number:
            yield f"{ink.bold('BROKEN')} {rule.id}: {rule.title}"
        told = "" if judged.counts(finding) else f" (--fail-on {judged.fail_on} lets it pass)"
        yield f"  {finding.evidence}: {finding.source}{told}"
        for step, (what, command, answer) in enumerate(finding.walk, 1):
            yield f"  {step:3}. {what}"
            if command:
                yield f"       {ink.cyan(command)}"
            if answer and step == len(finding.walk):
                yield f"       {answer}"
        yield f"  {finding.where}: expected {finding.expected}, got {finding.actual}"
        if finding.note:
            yield f"  {finding.note}"
    yield f"  repeat: {judged.command} --only {rule.id}"
    yield ""
