"""The compatibility table, and its place in the README."""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tests.clients.outcomes import Mark, Run
from tests.clients.running import OPERATIONS

if TYPE_CHECKING:
    from tests.clients.rows import Row, Slip

README = Path(__file__).parents[2] / "README.md"
PLACE = re.compile(r"(<!-- clients -->\n).*?(<!-- /clients -->)", re.DOTALL)


def markdown(runs: Sequence[Run]) -> str:
    """Return one table for each client, and what the marks mean."""
    tables = [
        "\n".join(_table(name, [run for run in runs if run.row.name == name]))
        for name in OPERATIONS
        if any(run.row.name == name for run in runs)
    ]
    return "\n\n".join([*tables, *_notes(runs)]) + "\n"


def write(runs: Sequence[Run], path: Path = README) -> None:
    """Put the table into the README between its marks; raise ValueError if it has none."""
    text = path.read_text(encoding="utf-8")
    shown, count = PLACE.subn(lambda found: f"{found[1]}{markdown(runs)}{found[2]}", text)
    if not count:
        raise ValueError(f"{path.name} has no <!-- clients --> and <!-- /clients -->")
    path.write_text(shown, encoding="utf-8")


def _table(name: str, runs: Iterable[Run]) -> Iterator[str]:
    operations = OPERATIONS[name]
    yield f"| {name} | of | dialect | {' | '.join(operations)} |"
    yield f"|---|---|---|{'---|' * len(operations)}"
    for run in runs:
        marks = [run.outcomes[each].mark.value if run.outcomes else "" for each in operations]
        star = "\\*" if run.row.instead else ""
        yield (
            f"| {run.row.version}{star} | {run.row.released} | {run.row.dialect} "
            f"| {' | '.join(marks)} |"
        )


def _notes(runs: Sequence[Run]) -> Iterator[str]:
    used = {outcome.mark for run in runs for outcome in run.outcomes.values()}
    means = {
        Mark.OK: "done, and the results checked",
        Mark.NOT_OFFERED: "this release has no such thing",
        Mark.BEYOND: "no document of those years shows it",
        Mark.SLIP: "the client's own fault, on any server",
        Mark.FAILED: "failed",
    }
    yield "; ".join(f"{mark.value} {text}" for mark, text in means.items() if mark in used) + "."
    yield from _slips(runs)
    pins = sorted({pin for run in runs for pin in run.row.instead})
    if pins:
        yield (
            f"\\* asks for exact versions that Python 3.11 cannot import; {', '.join(pins)} "
            "stand in for them. The client itself is as the registry gives it."
        )
    if any(row.name == "pyvss" and row.number < (0, 8, 8) for row, *_ in runs):
        yield (
            "pyvss before 0.8.8 takes no address: its attribute `api_endpoint` and the constant "
            "`TOKEN_ENDPOINT` of its module were set."
        )
    for run in runs:
        if run.unusable:
            yield f"{run.row.key} does not run: {run.unusable}"


def _slips(runs: Sequence[Run]) -> Iterator[str]:
    """Yield one line for each fault of a client's own, naming the releases that have it."""
    found: dict[tuple[str, Slip], dict[str, list[Row]]] = {}
    for row, outcomes, _ in runs:
        for operation, outcome in outcomes.items():
            if outcome.mark is Mark.SLIP:
                spoilt = found.setdefault((row.name, row.slips[operation]), {})
                spoilt.setdefault(operation, []).append(row)
    for (name, slip), spoilt in found.items():
        those = [row.version for row in next(iter(spoilt.values()))]
        span = those[0] if len(those) == 1 else f"{those[0]} to {those[-1]}"
        yield f"ᶜ {name} {span}, {', '.join(spoilt)}: {slip.why}."
