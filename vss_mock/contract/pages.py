"""What `meta.pages` says of a page of a list."""

from typing import Any, Final

from vss_mock.contract.words import Link

PER_PAGE: Final = 10
"""How many requests a page has if nobody says."""
MOST_PER_PAGE: Final = 3000
"""How many items a page has at most, and how many other lists give if nobody says."""


def links(
    url: str, total: int, *, page: int = 1, per_page: int, kept: tuple[tuple[str, str], ...] = ()
) -> dict[str, Any]:
    """Spell `meta.pages` of a page of a list at a URL, whose links keep some of the query."""
    last = -(-total // per_page)

    def link(number: int) -> Link:
        return Link(f"{url}?per_page={per_page}&page={number}", kept)

    return {
        "first_url": link(1),
        "last_url": link(max(1, last)),
        "next_url": link(page + 1) if page < last else None,
        "page": page,
        "pages": last,
        "per_page": per_page,
        "prev_url": link(max(1, min(page - 1, last))) if page > 1 else None,
        "total": total,
    }
