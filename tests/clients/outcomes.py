"""What came of an operation, and what came of a release's whole run."""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import NamedTuple

from tests.clients.rows import Row


class Mark(Enum):
    """What a cell of the table says."""

    OK = "✓"
    NOT_OFFERED = "–"
    BEYOND = "·"
    SLIP = "ᶜ"
    FAILED = "✗"


class Outcome(NamedTuple):
    """How one operation went, and why it did not go well."""

    mark: Mark
    reason: str = ""


class Run(NamedTuple):
    """One row of the table."""

    row: Row
    outcomes: Mapping[str, Outcome]
    unusable: str = ""
    """Why the release does not run at all."""

    @property
    def failed(self) -> list[tuple[str, str]]:
        marked = [("it", self.unusable)] if self.unusable else []
        return marked + [
            (operation, outcome.reason)
            for operation, outcome in self.outcomes.items()
            if outcome.mark is Mark.FAILED
        ]

    def summary(self) -> str:
        """Return the row in a few words."""
        if self.unusable:
            return f"does not run: {self.unusable}"
        words = {
            Mark.OK: "ok",
            Mark.NOT_OFFERED: "not offered",
            Mark.BEYOND: "not of its years",
            Mark.SLIP: "the client's own fault",
            Mark.FAILED: "FAILED",
        }
        marks = [outcome.mark for outcome in self.outcomes.values()]
        return ", ".join(f"{marks.count(m)} {word}" for m, word in words.items() if m in marks)


def judge(row: Row, operation: str, result: str, reason: str) -> Outcome:
    """Tell a client's known fault from a failure; one that does not show is a failure too."""
    slip = row.slips.get(operation)
    if result == "not offered":
        return Outcome(Mark.NOT_OFFERED, reason)
    if slip is None:
        return Outcome(Mark.OK) if result == "ok" else Outcome(Mark.FAILED, reason)
    if result == "ok":
        return Outcome(Mark.FAILED, f"the client's own fault does not show: {slip.why}")
    return Outcome(Mark.SLIP if slip.complaint in reason else Mark.FAILED, reason)


def missing(wanted: Iterable[str], there: Mapping[str, Outcome], why: str) -> dict[str, Outcome]:
    """Return what there is, and for the rest that the driver did not get so far."""
    return {name: there.get(name, Outcome(Mark.FAILED, why)) for name in wanted}
