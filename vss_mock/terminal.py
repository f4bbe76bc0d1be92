"""What people read in a terminal: tables, colours, and complaints of one line.

No command is known here, and nothing of a mock.
"""

import os
import sys
from collections.abc import Iterable, Sequence
from typing import TextIO

BAD_USAGE = 2
"""The exit status of a command that could not do what it was asked."""


class CommandError(Exception):
    """A command cannot go on; its message is the one line that says why."""


def one_line(text: str) -> str:
    """Return the text as one printable line: white space shrinks, the unprintable is escaped."""
    return "".join(
        character if character.isprintable() else ascii(character)[1:-1]
        for character in " ".join(text.split())
    )


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Lay rows out in columns under headings; None shows as a dash, numbers stand to the right."""
    cells = [["-" if value is None else one_line(str(value)) for value in row] for row in rows]
    widths = [
        max(len(line[column]) for line in [list(headings), *cells])
        for column in range(len(headings))
    ]
    numeric = [
        bool(cells) and all(row[column].isdecimal() or row[column] == "-" for row in cells)
        for column in range(len(headings))
    ]

    def laid_out(line: Sequence[str]) -> str:
        return "  ".join(
            text.rjust(width) if right else text.ljust(width)
            for text, width, right in zip(line, widths, numeric, strict=True)
        ).rstrip()

    return "\n".join(laid_out(line) for line in [headings, *cells])


def forget_output() -> None:
    """Let what standard output still holds go nowhere, so that it does not complain at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


class Ink:
    """Colours for a stream: none unless it is a terminal and the user has not set NO_COLOR."""

    def __init__(self, stream: TextIO) -> None:
        self.on = (
            stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        )

    def bold(self, text: str) -> str:
        """Return the text in bold."""
        return self._inked("1", text)

    def dim(self, text: str) -> str:
        """Return the text dimmed."""
        return self._inked("2", text)

    def green(self, text: str) -> str:
        """Return the text in green: it is as it should be."""
        return self._inked("32", text)

    def yellow(self, text: str) -> str:
        """Return the text in yellow: time moved."""
        return self._inked("33", text)

    def cyan(self, text: str) -> str:
        """Return the text in cyan: a command to try."""
        return self._inked("36", text)

    def _inked(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.on else text
