"""Counts what reports tell in numbers: rules by verdict, answers by operation and status code."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from vss_mock.contract.rules import BROKEN, KEPT, NOT_OBSERVED, Outcome
from vss_mock.contract.run import Run

VERDICTS: Final = (KEPT, BROKEN, NOT_OBSERVED)


class Tally(NamedTuple):
    """How many rules of a group are kept, broken, not observed."""

    name: str
    kept: int
    broken: int
    not_observed: int

    @property
    def rules(self) -> int:
        """All of them."""
        return self.kept + self.broken + self.not_observed


def tally(name: str, outcomes: Iterable[Outcome]) -> Tally:
    """Count outcomes by their verdicts."""
    counted = Counter(outcome.verdict for outcome in outcomes)
    return Tally(name, *(counted[verdict] for verdict in VERDICTS))


def tallies(run: Run, group: Callable[[Outcome], str]) -> list[Tally]:
    """Count the outcomes of each group, in the order in which the groups first appear."""
    names = dict.fromkeys(map(group, run.outcomes))
    return [tally(name, (one for one in run.outcomes if group(one) == name)) for name in names]


class Cell(NamedTuple):
    """A status code of an operation: whether it is documented, and how often it was answered."""

    status: int
    documented: bool
    times: int


class Row(NamedTuple):
    """An operation with its status codes: those documented, and those answered besides."""

    id: str
    method: str
    path: str
    cells: tuple[Cell, ...]


def rows(run: Run) -> list[Row]:
    """Return what was reached of each operation, in the document's order."""
    answers = run.coverage.answers
    known = [*run.operations]
    strangers = {id for id, _ in answers} - {operation[0] for operation in known}
    known += [(id, "", "", ()) for id in sorted(strangers)]
    return [
        Row(
            id,
            method,
            path,
            tuple(
                Cell(status, status in documented, answers[id, status])
                for status in sorted({*documented, *(code for one, code in answers if one == id)})
            ),
        )
        for id, method, path, documented in known
    ]


def transitions(run: Run) -> list[tuple[str, str, int]]:
    """Return the changes of requests that were seen: from what, to what, how often."""
    return sorted((*change, times) for change, times in run.coverage.transitions.items())
