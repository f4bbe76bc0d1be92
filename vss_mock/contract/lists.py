"""What a list of requests has to hold: which are chosen, in which order, on which page."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from vss_mock.contract.expected import Expected
from vss_mock.contract.model import CREATE, Asked, Model
from vss_mock.contract.pages import MOST_PER_PAGE, PER_PAGE, links
from vss_mock.contract.toronto import SECOND, stamp

Value = str | int | None
Wanted = str | int | tuple[str | int, ...]


class Query(NamedTuple):
    """What is asked of a list.

    `filters` are (field, operator, wanted), dates as instants; `order` is (field, descending).
    """

    filters: tuple[tuple[str, str, Wanted], ...] = ()
    order: tuple[tuple[str, bool], ...] = ()
    page: int | None = None
    per_page: int | None = None
    expand: str | None = None

    def spelled(self) -> str:
        """Spell it as the query of a URL."""
        parts = []
        if self.page is not None:
            parts.append(f"page={self.page}")
        if self.per_page is not None:
            parts.append(f"per_page={self.per_page}")
        parts += [f"{name}={quote(text, safe=',;:')}" for name, text in self.kept().items()]
        if self.expand == "":
            parts.append("expand")
        return "&".join(parts)

    @property
    def whole(self) -> bool:
        """Whether requests are asked for, not links to them; the bare key says so too."""
        return self.expand in {"", "1", "true"}

    def kept(self) -> dict[str, str]:
        """Return what the links between pages repeat."""
        kept = {"expand": self.expand} if self.expand else {}
        if self.filters:
            terms = [f"{name},{sign},{_spell(name, wanted)}" for name, sign, wanted in self.filters]
            kept["filter"] = ";".join(terms)
        if self.order:
            terms = [f"{name},{'desc' if down else 'asc'}" for name, down in self.order]
            kept["sort"] = ";".join(terms)
        return kept


DATES: Final = frozenset({"created_on", "updated_on", "from_date", "to_date", "scheduled_datetime"})
"""The fields that are dates."""


def _spell(name: str, wanted: Wanted) -> str:
    if isinstance(wanted, tuple):
        return ",".join(str(one) for one in wanted)
    return stamp(wanted) if name in DATES and isinstance(wanted, int) else str(wanted)


def fields(model: Model, expected: Expected) -> Mapping[str, Callable[[Asked], Value]]:
    """Return what requests can be filtered and sorted by; dates are instants to the second."""

    def date(of: Callable[[Asked], int | None]) -> Callable[[Asked], Value]:
        def read(asked: Asked) -> Value:
            at = of(asked)
            return None if at is None else at // SECOND * SECOND

        return read

    later: dict[str, Callable[[Asked], Value]] = {}
    if expected.since("2019"):
        later |= {
            "attribute": lambda asked: asked.work,
            "extensions": lambda asked: len(asked.added),
        }
    if expected.since("2026"):
        later |= {
            "username": lambda asked: asked.user,
            "vm_moref": lambda asked: str(model.machines[asked.vm].about["moref"]),
        }
    return later | {
        "id": lambda asked: asked.number,
        "created_on": date(lambda asked: asked.created),
        "updated_on": date(lambda asked: asked.changed),
        "status": expected.status,
        "vm_name": lambda asked: model.machines[asked.vm].name,
        "vm_uuid": lambda asked: asked.vm,
        "action": expected.action,
        "from_date": date(lambda asked: asked.begins),
        "to_date": date(lambda asked: asked.ends if asked.work == CREATE else None),
        "snap_id": lambda asked: asked.snapshot,
        "valid_for": lambda asked: asked.hours or None,
        "description": lambda asked: model.about(asked).text,
        "scheduled_datetime": date(lambda asked: asked.start),
    }


def chosen(model: Model, expected: Expected, every: Sequence[Asked], query: Query) -> list[Asked]:
    """Return the requests that a query chooses, in its order: by number where it says none."""
    read = fields(model, expected)
    rows = [
        one
        for one in every
        if all(_holds(read[name](one), sign, wanted) for name, sign, wanted in query.filters)
    ]
    for name, down in reversed(query.order):
        # What has no value comes last, whichever way it is sorted.
        rows.sort(key=lambda one: _present(read[name](one), down), reverse=down)
    return rows


def _present(value: Value, down: bool) -> tuple[bool, Any]:
    return ((value is not None) if down else (value is None), 0 if value is None else value)


def _holds(value: Value, sign: str, wanted: Any) -> bool:
    if sign == "eq":
        return bool(value == wanted)
    if sign == "ne":
        return bool(value != wanted)
    if sign == "in":
        return value in wanted
    if value is None:
        return False
    if sign == "like":
        return _like(str(value).casefold(), wanted.casefold())
    before, same = value < wanted, value == wanted
    return bool(
        {"lt": before, "le": before or same, "gt": not (before or same)}.get(sign, not before)
    )


def _like(text: str, pattern: str) -> bool:
    """Tell whether a text is as a pattern says, `%` standing for anything."""
    if "%" not in pattern:
        return text == pattern
    head, _, rest = pattern.partition("%")
    if not text.startswith(head):
        return False
    left = text[len(head) :]
    return any(_like(left[skip:], rest) for skip in range(len(left) + 1))


def pages(url: str, query: Query, total: int) -> dict[str, Any]:
    """Spell `meta.pages` of a page of a list at a URL."""
    per_page = min(query.per_page or PER_PAGE, MOST_PER_PAGE)
    kept = tuple(query.kept().items())
    return links(url, total, page=query.page or 1, per_page=per_page, kept=kept)


def shown(rows: Sequence[Asked], query: Query) -> Sequence[Asked]:
    """Return the rows that stand on the page that is asked for."""
    per_page = min(query.per_page or PER_PAGE, MOST_PER_PAGE)
    start = ((query.page or 1) - 1) * per_page
    return rows[start : start + per_page]
