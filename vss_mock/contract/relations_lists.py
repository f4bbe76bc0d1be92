"""Relations between lists: pages, filters, sorts, and what is found by a name."""

from typing import Any, Final
from urllib.parse import parse_qsl

from vss_mock.contract import spelling
from vss_mock.contract.reader import PASSING, Reader, Reading, number_at, shown, text_at, timeless
from vss_mock.contract.sent import spell_query
from vss_mock.contract.surroundings import CHANGES, MACHINES, SNAPSHOTS, Around, Limits
from vss_mock.contract.values import at

MOST_WHOLE: Final = 100
"""The longest page that a document promises, and so the longest list that is read whole."""


def lists(reader: Reader, around: Around, limits: Limits) -> None:
    """Hold the relations of all lists."""
    for path in (SNAPSHOTS, CHANGES):
        first = reader.get(path)
        reader.same("what-is-listed-is-there", "status", 200, first.answer.status, first)
        total = number_at(first.document, "/meta/pages/total")
        if total is None:
            continue
        _counts(reader, path, total, first)
        _in_pages(reader, path, total, limits.pages)
        if 0 < total <= MOST_WHOLE:
            _whole(reader, path, total)
    every = reader.get(MACHINES)
    reader.same("what-is-listed-is-there", "status", 200, every.answer.status, every)
    _each_once(reader, [text_at(row, "/uuid") for row in every.rows], MACHINES, "")
    for listed in around.snapshots.values():
        ids = [at(row, "/id") for row in listed.rows]
        _each_once(reader, ids, listed.sent.path, "")
    _names(reader, around)
    _summaries(reader)
    if reader.since("2019"):
        paged(reader, MACHINES, "uuid", "power_state", limits.pages)
        for listed in around.snapshots.values():
            paged(reader, listed.sent.path, "id", "name", limits.pages)


def paged(reader: Reader, path: str, id: str, field: str, most: int) -> None:
    """Hold the relations of a list of objects that comes whole where nobody asks for pages.

    Its items are told apart by the member `id`, and filtered by `field`.
    """
    whole = reader.get(path)
    total = number_at(whole.document, "/meta/pages/total")
    rule = "pages-are-the-whole-list"
    reader.same(rule, "/meta/pages/total", len(whole.rows), total, whole)
    if not 0 < len(whole.rows) <= MOST_WHOLE:
        return
    _in_pages(reader, path, len(whole.rows), most)
    _each_once(reader, [at(row, f"/{id}") for row in whole.rows], path, "")
    _in_order(reader, path, id, whole)
    _chosen(reader, path, id, field, whole)


def _in_order(reader: Reader, path: str, id: str, whole: Reading) -> None:
    """Hold that a list is sorted by a member, both ways, and without a direction."""
    keys = [at(row, f"/{id}") for row in whole.rows]
    if any(not isinstance(key, str | int) for key in keys) or len({*map(type, keys)}) > 1:
        return
    up = sorted(keys)
    for way, expected in (("", up), (",asc", up), (",desc", up[::-1])):
        found = reader.get(path, f"sort={id}{way}")
        actual = [at(row, f"/{id}") for row in found.rows]
        reader.same("sort-orders-the-list", f"/data/*/{id}", expected, actual, whole, found)


def _chosen(reader: Reader, path: str, id: str, field: str, whole: Reading) -> None:
    """Filter by what the first item is, and by what it is not; next_url goes on with the filter."""
    value = at(whole.rows[0], f"/{field}")
    if not isinstance(value, str) or set(value) & set(",;%"):
        return
    rule = "filter-keeps-what-fits"
    for how in ("eq", "ne"):
        asked = spell_query({"filter": f"{field},{how},{value}"})
        wanted = [
            at(row, f"/{id}")
            for row in whole.rows
            if (at(row, f"/{field}") == value) == (how == "eq")
        ]
        found = reader.get(path, asked)
        actual = [at(row, f"/{id}") for row in found.rows]
        reader.same(rule, f"/data/*/{id}", wanted, actual, whole, found)
        first = reader.get(path, f"{asked}&per_page=1")
        next_one = reader.follow(at(first.document, "/meta/pages/next_url"))
        if len(wanted) > 1 and reader.hold(
            rule, next_one is not None, "/meta/pages/next_url", "a link", "nothing", first
        ):
            actual = [at(row, f"/{id}") for row in next_one.rows] if next_one else []
            reader.same(rule, f"/data/*/{id}", wanted[1:2], actual, first)


def _counts(reader: Reader, path: str, total: int, first: Reading) -> None:
    summary = reader.get("/v2/request")
    pointer = f"/data/{path.rpartition('/')[2]}"
    actual = at(summary.document, pointer)
    reader.same("counts-are-those-of-the-lists", pointer, total, actual, first, summary)


def _in_pages(reader: Reader, path: str, total: int, most: int) -> None:
    """Read a list page by page, so many pages at most, and hold that they are the whole list."""
    length = max(1, min(-(-total // most), MOST_WHOLE))
    pages = max(1, -(-total // length))
    read = [reader.get(path, f"per_page={length}&page={number + 1}") for number in range(pages)]
    read = read[:most]
    for number, page in enumerate(read, 1):
        _page(reader, path, page, number, length, total)
    if len(read) < pages:
        return
    items = timeless([item for page in read for item in page.rows])
    _each_once(reader, items, path, f"per_page={length}&page=1")
    whole = reader.get(path, f"per_page={min(max(total, 1), MOST_WHOLE)}")
    if total <= MOST_WHOLE:
        reader.same("pages-are-the-whole-list", "/data", timeless(whole.rows), items, whole, *read)
    else:
        reader.same("pages-are-the-whole-list", "/data", total, len(items), *read)


def _page(reader: Reader, path: str, page: Reading, number: int, length: int, total: int) -> None:
    """Hold what a page tells of itself and of its neighbours."""
    pages = max(1, -(-total // length))
    told = at(page.document, "/meta/pages")
    rule = "pages-are-the-whole-list"
    reader.same(rule, "/meta/pages/total", total, at(told, "/total"), page)
    if total:
        reader.same(rule, "/meta/pages/pages", pages, at(told, "/pages"), page)
    rows = min(length, total - (number - 1) * length)
    reader.same(rule, "/data", rows, len(page.rows), page)
    rule = "pages-lead-on-and-back"
    reader.same(rule, "/meta/pages/page", number, at(told, "/page"), page)
    reader.same(rule, "/meta/pages/per_page", length, at(told, "/per_page"), page)
    links = {
        "first_url": 1,
        "last_url": pages,
        "next_url": number + 1 if number < pages else None,
        "prev_url": number - 1 if number > 1 else None,
    }
    for name, leads_to in links.items():
        link = at(told, f"/{name}")
        where = f"/meta/pages/{name}"
        if leads_to is None:
            reader.same(rule, where, None, link, page)
            continue
        split = reader.split(link)
        asked = dict(parse_qsl(split[1])) if split else {}
        fits = split is not None and split[0] == path
        wanted = {"per_page": str(length), "page": str(leads_to)}
        expected = f"page {leads_to} of {length} items each"
        reader.hold(rule, fits and asked == wanted, where, expected, shown(link), page)


def _each_once(reader: Reader, items: list[Any], path: str, query: str) -> None:
    twice = [item for number, item in enumerate(items) if item in items[:number]]
    walk = reader.get(path, query)
    actual = f"{shown(twice[0])} twice" if twice else "each once"
    reader.hold("each-item-once", not twice, "/data", "each item once", actual, walk)


def _whole(reader: Reader, path: str, total: int) -> None:
    """Hold the relations of a list that fits on one page."""
    long = f"per_page={total}"
    links, items = reader.get(path, long), reader.get(path, f"{long}&expand=1")
    ids = [at(row, "/id") for row in items.rows]
    expected = [f"{reader.place.url}{path}/{number}" for number in ids]
    reader.same("items-are-links-or-all-of-it", "/data", expected, links.rows, items, links)
    _each_once(reader, ids, path, f"{long}&expand=1")
    for row in items.rows:
        one = reader.remembered.get((f"{path}/{at(row, '/id')}", ""))
        if one is not None:
            reader.same(
                "one-thing-reads-the-same", "/data", timeless(row), timeless(one.data), items, one
            )
    _sorted(reader, path, long, links.rows, ids)
    _filtered(reader, path, long, items)


def _sorted(reader: Reader, path: str, long: str, links: list[Any], ids: list[Any]) -> None:
    if not all(isinstance(number, int) for number in ids) or len(links) != len(ids):
        return
    by_id = [link for _, link in sorted(zip(ids, links, strict=True), key=lambda pair: pair[0])]
    up, down = (reader.get(path, f"{long}&sort=id,{way}") for way in ("asc", "desc"))
    reader.same("sort-orders-the-list", "/data", by_id, up.rows, up)
    reader.same("sort-orders-the-list", "/data", by_id[::-1], down.rows, up, down)


def _filtered(reader: Reader, path: str, long: str, items: Reading) -> None:
    """Filter by the first item's id, status and machine, and by what nothing is."""
    for field in ("id", "status", "vm_uuid"):
        value = at(items.rows[0] if items.rows else None, f"/{field}")
        if not isinstance(value, str | int):
            continue
        _filter(reader, path, long, items, field, "eq", value)
        _filter(reader, path, long, items, field, "ne", value)


def _filter(
    reader: Reader, path: str, long: str, items: Reading, field: str, how: str, value: Any
) -> None:
    query = spell_query({"filter": f"{field},{how},{value}"})
    found = reader.get(path, f"{long}&expand=1&{query}")
    wanted = [row for row in items.rows if (at(row, f"/{field}") == value) == (how == "eq")]
    expected, actual = ([at(row, "/id") for row in rows] for rows in (wanted, found.rows))
    rule = "filter-keeps-what-fits"
    reader.same(rule, "/data/*/id", expected, actual, items, found)
    counted = at(found.document, "/meta/pages/total")
    reader.same(rule, "/meta/pages/total", len(wanted), counted, items, found)


def _names(reader: Reader, around: Around) -> None:
    """Look for machines by names, parts of names, and by what no machine is called."""
    every = reader.get(MACHINES)
    where = spelling.pointer("/data/name", "vm-get", reader.dialect)
    names = [text_at(machine.document, where) or "" for machine in around.machines]
    parts = {name: None for name in names if name}
    parts |= {part: None for name in names if (part := name[len(name) // 2 :])}
    parts["-no-machine-is-called-so"] = None
    for part in parts:
        found = reader.get(MACHINES, spell_query({"name": part}))
        wanted = _uuids(every, part)
        rule = "names-find-machines"
        reader.same(rule, "/data/*/uuid", wanted, _uuids(found), every, found)


def _uuids(listed: Reading, part: str = "") -> list[Any]:
    rows = [(text_at(row, "/name") or "", at(row, "/uuid")) for row in listed.rows]
    return [uuid for name, uuid in rows if part.lower() in name.lower()]


def _summaries(reader: Reader) -> None:
    """Hold that the three kinds of list show the same machines, and the same of them."""
    every = reader.get(MACHINES)
    for query in ("summary", "summary=1"):
        short = reader.get(MACHINES, query)
        rule = "summaries-show-the-same-machines"
        if not reader.same(rule, "/data/*/uuid", _uuids(every), _uuids(short), every, short):
            continue
        for number, (row, other) in enumerate(zip(every.rows, short.rows, strict=True)):
            one_thing(reader, f"/data/{number}", row, other, every, short)


def one_thing(reader: Reader, where: str, one: Any, other: Any, *walk: Reading) -> None:
    """Hold that two objects agree in the members that both have, but for links and what passes."""
    if not isinstance(one, dict) or not isinstance(other, dict):
        return
    for name in sorted(one.keys() & other.keys() - PASSING - {"_links"}):
        left, right = timeless(one[name]), timeless(other[name])
        reader.same("one-thing-reads-the-same", f"{where}/{name}", left, right, *walk)
