"""A whole run of the judge, as its reports tell it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from vss_mock.contract.rules import BROKEN, EVIDENCE, Finding, Outcome
from vss_mock.contract.traffic import Coverage, Exchange


class Run(NamedTuple):
    """What was judged, how, and what came of it.

    `command` is the command line that repeats it, secrets left out. `started` is in UTC. `left` is
    what had to stay behind on the server, a line each. `time` says how time passed there: "moved by
    /_mock/clock", "waited for" or "not moved". `operations` are those of the document: id, method,
    path, and the status codes that it has for them. `fail_on` is the least known evidence whose
    break still fails the run.
    """

    target: str
    dialect: str
    profile: str
    seed: int
    command: str
    vm: str
    version: str
    started: datetime
    seconds: float
    calls: int
    outcomes: Sequence[Outcome]
    coverage: Coverage
    exchanges: Sequence[Exchange]
    left: Sequence[str]
    time: str
    operations: Sequence[tuple[str, str, str, tuple[int, ...]]]
    fail_on: str = EVIDENCE[-1]

    def fails(self, outcome: Outcome) -> bool:
        """Tell whether a rule fails the run: broken, and known as well as `fail_on` asks."""
        if outcome.verdict != BROKEN:
            return False
        if not outcome.findings:
            return self._counts(outcome.rule.evidence)
        return any(map(self.counts, outcome.findings))

    def counts(self, finding: Finding) -> bool:
        """Tell whether a finding is known as well as `fail_on` asks; if not, it is a warning."""
        return self._counts(finding.evidence)

    def _counts(self, evidence: str) -> bool:
        return EVIDENCE.index(evidence) <= EVIDENCE.index(self.fail_on)
