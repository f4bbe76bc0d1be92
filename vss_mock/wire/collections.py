"""Lists of requests: page, per_page, filter, sort and expand, and the links between pages.

Client: the grammar is what pyvss and vss-cli send. Assumed: that what does not fit is refused, that
`like` and names know no case, and that a page past the end is empty.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote

from vss_mock.simulator.clock import SECOND
from vss_mock.wire import dates
from vss_mock.wire.problems import Refusal

DEFAULT_PER_PAGE = 10
MAXIMUM_PER_PAGE = 3000
"""More are not given at once: vss-cli looks for a machine in one page of 3,000."""

MAXIMUM_TERMS = 10
"""How many terms a filter or a sort may have: each is a look at every request."""

_NUMBER = re.compile(r"[0-9]{1,18}")
KEPT = ("expand", "filter", "sort")
"""What of a query the links between pages repeat."""
_YES_NO = {"": True, "1": True, "true": True, "0": False, "false": False}

Value = str | int | None
T = TypeVar("T")


class Field(NamedTuple):
    """A member by which a list can be filtered and sorted: a `text`, a `number` or a `date`.

    `in_order` says that it grows with the id, so that sorting by it needs no look at the rows.
    """

    kind: str
    read: Callable[[Any], Value]
    in_order: bool = False

    def parse(self, text: str) -> Value:
        """Return what a filter's text stands for; raise ValueError with a sentence."""
        if self.kind == "text":
            return text
        if self.kind == "date":
            return dates.parse_shown(text) // SECOND
        if not _NUMBER.fullmatch(text):
            raise ValueError(f"{text[:40]!r} is not a number")
        return int(text)

    def value(self, row: Any) -> Value:
        """Return a row's value as filters compare it: dates to the second, as they are shown."""
        value = self.read(row)
        return value // SECOND if self.kind == "date" and isinstance(value, int) else value


class View(NamedTuple):
    """What a query asks of a list."""

    page: int
    per_page: int
    expand: bool
    accepts: Sequence[Callable[[Any], bool]]
    order: Sequence[tuple[Field, bool]]
    kept: Mapping[str, str]


def read_query(
    query: Mapping[str, str],
    fields: Mapping[str, Field],
    *,
    per_page: int = DEFAULT_PER_PAGE,
    kept: Sequence[str] = KEPT,
    bare_sort: bool = False,
) -> View:
    """Read a query; raise a Refusal that names all that is wrong with it.

    `per_page` is how many rows a page has if nobody says, `kept` what links repeat, and `bare_sort`
    lets a field to sort by stand without a direction.
    """
    wrong: dict[str, str] = {}

    def attempt(name: str, read: Callable[[str], T], default: T) -> T:
        try:
            return read(query[name]) if name in query else default
        except ValueError as error:
            wrong[name] = f"{name}: {error}"
            return default

    view = View(
        page=attempt("page", _positive, 1),
        per_page=min(attempt("per_page", _positive, per_page), MAXIMUM_PER_PAGE),
        expand=attempt("expand", _yes_no, default=False),
        accepts=attempt("filter", lambda text: _filters(text, fields), []),
        order=attempt("sort", lambda text: _order(text, fields, bare_sort), []),
        kept={name: query[name] for name in kept if query.get(name) or name in query.keys() - KEPT},
    )
    if wrong:
        raise Refusal(400, "; ".join(wrong.values()), parameters=list(wrong))
    return view


class Page(NamedTuple):
    """One page: its rows and `meta.pages`."""

    rows: Sequence[Any]
    pages: dict[str, Any]


def page(rows: Sequence[Any], view: View, url: str) -> Page:
    """Return the page that a view asks for; its cost grows with the page where nothing is filtered.

    Rows come in order of id. Links repeat what was asked: `?per_page=10&page=2` (documented).
    """
    start = (view.page - 1) * view.per_page
    # Fields that grow with the id need no sorting, if all of them are to run the same way.
    one_way = len({down for _, down in view.order}) <= 1
    if view.accepts or not (one_way and all(field.in_order for field, _ in view.order)):
        rows = _sorted([row for row in rows if all(ok(row) for ok in view.accepts)], view.order)
        backwards = False
    else:
        backwards = bool(view.order) and view.order[0][1]
    total = len(rows)
    if backwards:
        shown = rows[max(0, total - start - view.per_page) : max(0, total - start)][::-1]
    else:
        shown = rows[start : start + view.per_page]
    last = -(-total // view.per_page)
    suffix = "".join(f"&{name}={quote(value)}" for name, value in view.kept.items())

    def link(number: int) -> str:
        return f"{url}?per_page={view.per_page}&page={number}{suffix}"

    return Page(
        shown,
        {
            "first_url": link(1),
            "last_url": link(max(1, last)),
            "next_url": link(view.page + 1) if view.page < last else None,
            "page": view.page,
            "pages": last,
            "per_page": view.per_page,
            "prev_url": link(max(1, min(view.page - 1, last))) if view.page > 1 else None,
            "total": total,
        },
    )


def _positive(text: str) -> int:
    if not _NUMBER.fullmatch(text) or int(text) == 0:
        raise ValueError(f"{text[:40]!r} is not a whole number from 1")
    return int(text)


def _yes_no(text: str) -> bool:
    if text not in _YES_NO:
        raise ValueError(f"{text[:40]!r} is neither 1 nor 0")
    return _YES_NO[text]


def _field(name: str, fields: Mapping[str, Field]) -> Field:
    if name not in fields:
        raise ValueError(f"unknown field {name[:40]!r}; known are {', '.join(sorted(fields))}")
    return fields[name]


def _filters(text: str, fields: Mapping[str, Field]) -> list[Callable[[Any], bool]]:
    return [_filter(term, fields) for term in _terms(text)]


def _terms(text: str) -> list[str]:
    terms = [term for term in text.split(";") if term]
    if len(terms) > MAXIMUM_TERMS:
        raise ValueError(f"more than {MAXIMUM_TERMS} terms")
    return terms


def _filter(term: str, fields: Mapping[str, Field]) -> Callable[[Any], bool]:
    name, _, rest = term.partition(",")
    field = _field(name, fields)
    operator, comma, text = rest.partition(",")
    if operator not in _OPERATORS or not comma:
        known = ", ".join(_OPERATORS)
        raise ValueError(f"{term[:60]!r} is not FIELD,OPERATOR,VALUE with an operator of {known}")
    compare = _OPERATORS[operator](field, text)
    return lambda row: compare(field.value(row))


def _order(text: str, fields: Mapping[str, Field], bare_sort: bool) -> list[tuple[Field, bool]]:
    order = []
    for term in _terms(text):
        name, comma, direction = term.partition(",")
        if direction not in {"asc", "desc"} and (comma or not bare_sort):
            raise ValueError(f"{term[:60]!r} is not FIELD,asc or FIELD,desc")
        order.append((_field(name, fields), direction == "desc"))
    return order


def _sorted(rows: list[Any], order: Iterable[tuple[Field, bool]]) -> list[Any]:
    """Sort by several fields, the first one first; what has no value comes last."""
    for field, descending in reversed(list(order)):
        there = [row for row in rows if field.value(row) is not None]
        there.sort(key=field.value, reverse=descending)
        rows = there + [row for row in rows if field.value(row) is None]
    return rows


Compare = Callable[[Value], bool]


def _equal(field: Field, text: str) -> Compare:
    wanted = field.parse(text)
    return lambda value: value == wanted


def _not_equal(field: Field, text: str) -> Compare:
    wanted = field.parse(text)
    return lambda value: value != wanted


def _one_of(field: Field, text: str) -> Compare:
    wanted = {field.parse(part) for part in text.split(",")}
    return lambda value: value in wanted


def _like(field: Field, text: str) -> Compare:
    """SQL's LIKE with `%` alone, in one pass from left to right."""
    if field.kind == "date":
        raise ValueError("a date is not compared with like")
    first, *rest = text.casefold().split("%")

    def compare(value: Value) -> bool:
        if value is None:
            return False
        left = str(value).casefold()
        if not rest:
            return left == first
        if not left.startswith(first):
            return False
        at = len(first)
        *middle, last = rest
        for part in middle:
            found = left.find(part, at)
            if found < 0:
                return False
            at = found + len(part)
        return left.endswith(last) and len(left) - len(last) >= at

    return compare


def _ordered(holds: Callable[[Any, Any], bool]) -> Callable[[Field, str], Compare]:
    def build(field: Field, text: str) -> Compare:
        wanted = field.parse(text)
        return lambda value: value is not None and holds(value, wanted)

    return build


_OPERATORS: Mapping[str, Callable[[Field, str], Compare]] = {
    "eq": _equal,
    "ne": _not_equal,
    "lt": _ordered(lambda value, wanted: value < wanted),
    "le": _ordered(lambda value, wanted: value <= wanted),
    "gt": _ordered(lambda value, wanted: value > wanted),
    "ge": _ordered(lambda value, wanted: value >= wanted),
    "like": _like,
    "in": _one_of,
}
