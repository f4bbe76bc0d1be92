"""Rows by number, never changed: what a change makes shares all but a few of them with what was.

A search keeps every world that it may go back to, and a long move makes hundreds of them.
"""

from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar

Due = tuple[int, int, int]
"""Instant, id, rank of the kind: events come in this order."""

SIZE = 16
"""How many rows a page holds."""


class HasDue(Protocol):
    """What a row has to tell: when time brings it something, None for never."""

    @property
    def due(self) -> Due | None:
        """When that is."""


Row = TypeVar("Row", bound=HasDue)
Page = tuple[Row | None, ...]


class Rows(Generic[Row]):
    """Rows numbered from 1 on, some of which may be gone."""

    __slots__ = ("_firsts", "_pages")

    def __init__(self) -> None:
        self._pages: tuple[Page[Row], ...] = ()
        self._firsts: tuple[tuple[Due, int] | None, ...] = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rows) and self._pages == other._pages

    def __hash__(self) -> int:
        return len(self)

    def __len__(self) -> int:
        """Return the highest number there ever was."""
        if not self._pages:
            return 0
        return (len(self._pages) - 1) * SIZE + len(self._pages[-1])

    def __iter__(self) -> Iterator[Row]:
        """Give the rows that are there in order."""
        return (row for page in self._pages for row in page if row is not None)

    def items(self) -> Iterator[tuple[int, Row]]:
        """Give the rows that are there with their numbers, in order."""
        rows = (row for page in self._pages for row in page)
        return ((number, row) for number, row in enumerate(rows, start=1) if row is not None)

    def get(self, number: int) -> Row | None:
        """Return a row, None if it is gone or never was."""
        place = number - 1
        if not 0 <= place < len(self):
            return None
        return self._pages[place // SIZE][place % SIZE]

    def first(self) -> tuple[Due, int] | None:
        """Return when the first of all that is due is due, and its number."""
        return min((first for first in self._firsts if first is not None), default=None)

    def put(self, number: int, row: Row | None) -> "Rows[Row]":
        """Return the same rows with another one, or none, under a number."""
        place, at = divmod(number - 1, SIZE)
        pages = list(self._pages)
        while len(pages) <= place:
            filled = pages[-1] if pages else None
            if filled is not None:
                pages[-1] = filled + (None,) * (SIZE - len(filled))
            pages.append(())
        page = pages[place] + (None,) * (at + 1 - len(pages[place]))
        pages[place] = (*page[:at], row, *page[at + 1 :])
        found = Rows[Row]()
        found._pages = tuple(pages)
        firsts = [*self._firsts, *[None] * (len(pages) - len(self._firsts))]
        firsts[place] = _first(pages[place], place * SIZE + 1)
        found._firsts = tuple(firsts)
        return found


def _first(page: Page[Row], number: int) -> tuple[Due, int] | None:
    dues = ((row.due, at) for at, row in enumerate(page, start=number) if row is not None)
    return min(((due, at) for due, at in dues if due is not None), default=None)
