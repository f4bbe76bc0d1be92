"""Reads of a walk that go beyond a glance: everything twice, queries of lists, HEAD."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from vss_mock.contract import looking
from vss_mock.contract.lists import DATES, Query, Wanted, fields
from vss_mock.contract.memory import Wanted as Answered
from vss_mock.contract.model import Asked
from vss_mock.contract.sent import Sent
from vss_mock.contract.walker import Walker

OF_ALL: Final = ("id", "created_on", "updated_on", "status", "vm_name", "vm_uuid")
OF_SNAPSHOTS: Final = (
    *OF_ALL,
    "action",
    "from_date",
    "to_date",
    "snap_id",
    "valid_for",
    "description",
)
OF_CHANGES: Final = (*OF_ALL, "scheduled_datetime")
SINCE_2019: Final = ("extensions",), ("attribute",)
SINCE_2026: Final = ("username", "vm_moref")
"""What lists of snapshot requests, of change requests, and of both can be asked by since then."""
ORDERED: Final = ("eq", "lt", "le", "gt", "ge", "ne")
NULLABLE: Final = frozenset({"to_date", "snap_id", "valid_for", "scheduled_datetime"})
"""Fields that may have no value; `ne` is not asked of them, for nobody says what it is."""
UNFIT: Final = frozenset(",;%")
"""Characters that mean something in a filter."""
SPELT: Final = ("eq", "ne", "in", "like")
READS: Final = ("everything", "query", "machines", "root", "heads", "pages")


class Pick(NamedTuple):
    """A query as numbers, counted round what there is to ask for."""

    user: int = 0
    changes: bool = False
    filters: tuple[tuple[int, int, int], ...] = ()
    order: tuple[tuple[int, bool], ...] = ()
    page: int | None = None
    per_page: int | None = None
    expand: str | None = None


def read(walker: Walker, what: str, pick: Pick) -> None:
    """Read, and read again what shows whether that changed anything."""
    users = list(walker.model.users)
    user = users[pick.user % len(users)]
    match what:
        case "everything":
            looking.everything(walker)
        case "query":
            looking.requests(walker, user, _query(walker, user, pick), changes=pick.changes)
        case "machines":
            _machines(walker, user)
        case "root":
            looking.root(walker, user)
        case "heads":
            _heads(walker, user)
        case "pages":
            _pages(walker, user, pick)


def _query(walker: Walker, user: str, pick: Pick) -> Query:
    rows = walker.model.requests(user, changes=pick.changes)
    names: tuple[str, ...] = OF_CHANGES if pick.changes else OF_SNAPSHOTS
    if walker.since("2019"):
        names += SINCE_2019[pick.changes]
    if walker.since("2026"):
        names += SINCE_2026
    terms = [_term(walker, rows, names, *term) for term in pick.filters]
    order = [(names[number % len(names)], down) for number, down in pick.order]
    if len({one.created for one in rows}) < len(rows):
        # Nobody says in which order come requests that were made at the same time.
        order = [term for term in order if term[0] != "created_on"]
    return Query(
        tuple(term for term in terms if term is not None),
        tuple(order),
        pick.page,
        pick.per_page,
        pick.expand,
    )


def _term(
    walker: Walker, rows: Sequence[Asked], names: Sequence[str], name: int, sign: int, row: int
) -> tuple[str, str, Wanted] | None:
    """Return a term that asks for what one of the rows has; None if it cannot be asked for."""
    if not rows:
        return None
    field = names[name % len(names)]
    of = fields(walker.model, walker.expected)[field]
    value: Any = of(rows[row % len(rows)])
    if value is None or (isinstance(value, str) and not _is_plain(value)):
        return None
    if field in DATES:
        signs = [one for one in ORDERED if one != "ne"]
    elif isinstance(value, str):
        signs = [*SPELT]
    else:
        signs = [*ORDERED, "in"]
    if field in NULLABLE:
        signs = [one for one in signs if one != "ne"]
    chosen = signs[sign % len(signs)]
    if chosen == "in":
        other = of(rows[(row + 1) % len(rows)])
        plain = other is not None and (isinstance(other, int) or _is_plain(other))
        return field, "in", (value, other) if plain and other is not None else (value,)
    if chosen == "like":
        half = len(value) // 2
        patterns = (f"%{value[half:]}", f"{value[:half]}%", f"%{value[1:half].upper()}%", value)
        return field, "like", patterns[row % len(patterns)]
    return field, chosen, value


def _is_plain(text: str) -> bool:
    """Tell whether a text can stand in a filter, and in a URL, as it is."""
    return 0 < len(text) <= 100 and text.isascii() and text.isprintable() and not set(text) & UNFIT


def _machines(walker: Walker, user: str) -> None:
    for _ in range(2 * len(looking.PARTS)):
        looking.search(walker, user)


def _pages(walker: Walker, user: str, pick: Pick) -> None:
    """Read a list page by page, and one page past its end."""
    query = _query(walker, user, pick)
    rows = len(walker.model.requests(user, changes=pick.changes))
    for page in (None, *range(1, -(-rows // (query.per_page or 10)) + 2)[:6]):
        looking.requests(walker, user, query._replace(page=page), changes=pick.changes)


def _heads(walker: Walker, user: str) -> None:
    """Ask for the heads of some resources, and then for all of them."""
    model = walker.model
    seen = model.visible(user)[0].uuid
    paths = [
        ("vm-list", "/v2/vm"),
        ("vm-get", f"/v2/vm/{seen}"),
        ("vm-snapshot-list", f"/v2/vm/{seen}/snapshot"),
        ("vm-consolidation-get", f"/v2/vm/{seen}/snapshot/consolidate"),
        ("request-summary", "/v2/request"),
        ("request-snapshot-list", "/v2/request/snapshot"),
        ("request-change-list", "/v2/request/change"),
        ("user-get", "/v2/user"),
    ]
    paths += [
        ("vm-snapshot-get", f"/v2/vm/{seen}/snapshot/{one.number}")
        for one in model.standing_on(seen)[:1]
    ]
    paths += [
        ("request-snapshot-get", f"/v2/request/snapshot/{asked.number}")
        for asked in model.requests(user)[-1:]
    ]
    rule = "head-is-get-without-body"
    for operation, path in paths:
        answers = []
        for method in ("GET", "HEAD"):
            sent = Sent(method, path, "", walker.bearer(user))
            wanted = Answered(operation, frozenset({200}), rule, rules=(rule,))
            what = f"{user} asks for {path} by {method}"
            answers.append(walker.call(what, sent, user, wanted))
        whole, head = answers
        walker.check(rule, "body", "", head.body.decode(errors="replace"))
        for name in ("content-type", "content-length"):
            walker.check(rule, name.title(), whole.headers.get(name), head.headers.get(name))
