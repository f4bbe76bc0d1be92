"""The table: one row for each figure, its ratio first."""

from collections.abc import Sequence
from typing import NamedTuple


class Row(NamedTuple):
    """One thing measured. `ratio` and `figure` are spelled; `met` is None where nothing is due."""

    what: str
    ratio: str
    figure: str
    rounds: int
    target: str = ""
    met: bool | None = None


HEADS = ("RATIO", "WHAT", "FIGURE", "ROUNDS", "TARGET", "MET")
WORDS = {True: "yes", False: "NO", None: ""}


def at_most(value: float, most: float, spelled: str | None = None) -> tuple[str, bool]:
    """Return a target that is a ceiling, and whether it is met."""
    return spelled or f"at most {most:g} x", value <= most


def at_least(value: float, least: float) -> tuple[str, bool]:
    """Return a target that is a floor, and whether it is met."""
    return f"at least {least:g} x", value >= least


def spell(parts: Sequence[tuple[str, Sequence[Row]]]) -> str:
    """Spell all parts with their columns under each other."""
    lines = [
        (row.ratio, row.what, row.figure, str(row.rounds), row.target, WORDS[row.met])
        for _, rows in parts
        for row in rows
    ]
    widths = [max(map(len, column)) for column in zip(HEADS, *lines, strict=True)]

    def line(cells: Sequence[str]) -> str:
        first, *rest = zip(cells, widths, strict=True)
        spelled = [first[0].rjust(first[1]), *(cell.ljust(width) for cell, width in rest)]
        return "  ".join(spelled).rstrip()

    blocks = [line(HEADS)]
    left = iter(lines)
    for title, rows in parts:
        blocks += ["", f"{title}", *(line(next(left)) for _ in rows)]
    return "\n".join(blocks)
