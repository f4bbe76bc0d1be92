"""What can be read of a world, each with what it has to read as."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from vss_mock.contract import tables
from vss_mock.contract.asking import BY_MOREF, PLAIN, machine_path
from vss_mock.contract.differences import Difference
from vss_mock.contract.lists import Query, chosen, pages, shown
from vss_mock.contract.machines import CPU, MEMORY, NAME, POWER
from vss_mock.contract.memory import Wanted
from vss_mock.contract.model import CANCELLED, CONSOLIDATE, DONE, REVERT, WAITING, Asked
from vss_mock.contract.sent import spell_query
from vss_mock.contract.walker import Walker
from vss_mock.contract.words import Document

OK: Final = frozenset({200})
ALL: Final = Query(per_page=3000, expand="1")
"""Asks for every request whole."""
PARTS: Final = ("1", "P-", "COREOS", "no such machine", None, "-DB", "d-sandbox", "", "16")
"""Parts of machines' names."""
PARTS_OF_MACHINES: Final = ("state", "name", "cpu", "memory")
"""The parts of a machine that changes and reverts touch."""
SOME: Final = 3
"""How many of the first and of the last requests are read one by one."""
_REQUEST: Final = tables.members(tables.REQUEST)
_STANDING: Final = tables.members(tables.STANDING)


def glance(walker: Walker, touched: Iterable[Asked] = ()) -> None:
    """Read what shows whether anything changed, and some of what shows certain requests.

    What is left out now has its turn later: `turn` counts round.
    """
    model, users, turn = walker.model, list(walker.model.users), walker.turn()
    if turn % 3 == 0:
        summary(walker, users[turn % len(users)])
    for user in users:
        requests(walker, user, ALL, changes=False)
        if model.requests(user, changes=True) or turn % 4 == 0:
            requests(walker, user, ALL, changes=True)
    fresh = list({(one.kind, one.number): one for one in touched}.values())
    machines = list(model.machines)
    near = [one.vm for one in fresh] + [machines[turn % len(machines)]]
    for vm in list(dict.fromkeys(near))[:3]:
        snapshots(walker, users[0], vm)
    for one in [*fresh[turn % 2 :], *fresh[: turn % 2]][:2]:
        request(walker, one)
        task(walker, one)
    for one in fresh[:1]:
        if one.kind == "change" or one.work == REVERT:
            machine(walker, users[0], one.vm)
            parts(walker, users[0], one.vm, turn)
        else:
            (machine if turn % 2 else consolidation)(walker, users[0], one.vm)


def everything(walker: Walker) -> None:
    """Read all that users can read; of many requests only some one by one."""
    model = walker.model
    for user in model.users:
        root(walker, user)
        summary(walker, user)
        search(walker, user)
        for changes in (False, True):
            requests(walker, user, ALL, changes=changes)
            requests(walker, user, Query(per_page=3000), changes=changes)
        for seen in model.visible(user):
            machine(walker, user, seen.uuid)
            for turn in range(len(PARTS_OF_MACHINES)):
                parts(walker, user, seen.uuid, turn)
            consolidation(walker, user, seen.uuid)
            snapshots(walker, user, seen.uuid)
            for one in model.standing_on(seen.uuid)[:2]:
                snapshot(walker, user, one.vm, one.number)
    for asked in (*_some(model.requests()), *_some(model.requests(changes=True))):
        request(walker, asked)
        task(walker, asked)


def search(walker: Walker, user: str) -> None:
    """Look for machines, in each way when its turn has come."""
    turn = walker.turn()
    machines(walker, user, PARTS[turn % len(PARTS)], ("", "1", None, "0")[turn % 4])


def _some(every: list[Asked]) -> list[Asked]:
    """Return the first few and the last few."""
    return every if len(every) <= 2 * SOME else [*every[:SOME], *every[-SOME:]]


def request(walker: Walker, asked: Asked) -> None:
    """Read one request as its user."""
    kind = asked.kind
    asked = (walker.model.changes if kind == "change" else walker.model.snapshots)[asked.number]
    wanted = Wanted(
        f"request-{kind}-get",
        OK,
        "request-links-to-itself",
        walker.expected.request_document(asked),
        walker.judge.of_requests([asked]),
        (*_REQUEST, *tables.lived(asked), "request-links-to-itself"),
        _shape(asked),
    )
    walker.read(asked.user, f"/v2/request/{kind}/{asked.number}", "", wanted)


def task(walker: Walker, asked: Asked) -> None:
    """Read the task of a request, if its id is known by now."""
    asked = (walker.model.changes if asked.kind == "change" else walker.model.snapshots)[
        asked.number
    ]
    id = walker.learned("task", asked.kind, asked.number)
    if not isinstance(id, str) or asked.stage in {WAITING, CANCELLED}:
        return
    wanted = Wanted(
        "request-task-get",
        OK,
        "task-appears-with-the-run",
        walker.expected.task_document(asked),
        tables.by_pointer(
            ("/data/(id|_links)", "task-appears-with-the-run"),
            ("/_links", "task-appears-with-the-run"),
            ("/data", "task-tells-the-run"),
        ),
        ("task-tells-the-run", "task-appears-with-the-run"),
        asked.kind,
    )
    walker.read(asked.user, f"/v2/request/task/{id}", "", wanted)


def requests(walker: Walker, user: str, query: Query, *, changes: bool) -> None:
    """Read a list of requests."""
    every = walker.model.requests(user, changes=changes)
    rows = chosen(walker.model, walker.expected, every, query)
    there = shown(rows, query)
    kind = "change" if changes else "snapshot"
    path = f"/v2/request/{kind}"
    told = pages(walker.place.url + path, query, len(rows))
    rule = _rule(query)
    wanted = Wanted(
        f"request-{kind}-list",
        OK,
        rule or "lists-show-what-is-there",
        walker.expected.page(changes, there, query.whole, told, user),
        walker.judge.of_page(there, user, rule, changes=changes),
        _looked_at(query, there),
        (query.whole, frozenset(map(_shape, there)), len(rows) > len(there)),
    )
    walker.read(user, path, query.spelled(), wanted)


def _rule(query: Query) -> str | None:
    if query.filters:
        return "filters-choose"
    if query.order:
        return "sort-orders"
    return "pages-agree" if query.page is not None or query.per_page not in {None, 3000} else None


def _looked_at(query: Query, there: Sequence[Asked]) -> tuple[str, ...]:
    rule = _rule(query) or "others-requests-stay-unknown"
    rules = ("lists-show-what-is-there", "lists-come-in-order", "pages-agree", rule)
    if not query.whole or not there:
        return rules
    lived = {rule for asked in there for rule in tables.lived(asked)}
    return (*rules, *_REQUEST, *sorted(lived), "expanded-is-the-object")


def _shape(asked: Asked) -> Any:
    return (
        asked.work,
        asked.stage,
        len(asked.added),
        asked.start is None,
        asked.ended_by is None,
        asked.waits_for_a_date,
    )


def summary(walker: Walker, user: str) -> None:
    """Read how many requests there are."""
    wanted = Wanted(
        "request-summary",
        OK,
        "requests-are-counted",
        walker.expected.summary(user),
        tables.by_pointer(("/(data|_links)", "requests-are-counted")),
        ("requests-are-counted",),
    )
    walker.read(user, "/v2/request", "", wanted)


def snapshots(walker: Walker, user: str, vm: str) -> None:
    """Read the list of a machine's snapshots."""
    standing = walker.model.standing_on(vm)
    document = walker.expected.standing(vm, standing, user, one=False)
    _standing(walker, user, f"/v2/vm/{vm}/snapshot", "vm-snapshot-list", document, vm)


def snapshot(walker: Walker, user: str, vm: str, number: int) -> None:
    """Read one snapshot that a machine has."""
    standing = [walker.model.standing[vm, number]]
    document = walker.expected.standing(vm, standing, user, one=True)
    _standing(walker, user, f"/v2/vm/{vm}/snapshot/{number}", "vm-snapshot-get", document, vm)


def _standing(
    walker: Walker, user: str, path: str, operation: str, document: Document, vm: str
) -> None:
    count = len(document["data"])
    wanted = Wanted(
        operation,
        OK,
        "snapshot-goes-at-its-end",
        document,
        walker.judge.of_standing(vm),
        (*(_STANDING if count else ()), "snapshot-links-to-itself"),
        min(count, 2),
    )
    walker.read(user, path, "", wanted)


def machine(walker: Walker, user: str, vm: str) -> None:
    """Read one machine."""
    power, size, name = _of_machine(walker, vm)
    path = machine_path(walker, vm, BY_MOREF if walker.turn() % 3 else PLAIN)
    moref = ("morefs-name-machines",) if not path.endswith(vm) else ()
    blame = tables.by_pointer(
        ("/data/snapshot", "machine-tells-of-its-snapshots"),
        ("/data/name", name),
        ("/data/(hardware|config)", size),
        ("/data/(powerState|state)", power),
        ("/(data|_links)", "machines-stay-as-they-are"),
    )
    wanted = Wanted(
        "vm-get",
        OK,
        moref[0] if moref else "machines-stay-as-they-are",
        walker.expected.machine(walker.model.machines[vm], user),
        blame,
        tuple({"machine-tells-of-its-snapshots", power, size, name, *moref}),
        (vm, bool(moref)),
    )
    walker.read(user, path, "", wanted)


def _of_machine(walker: Walker, vm: str) -> tuple[str, str, str]:
    """Return the rules that a machine's power, size and name are under, by what has happened."""
    still = "machines-stay-as-they-are"
    every = [*walker.model.requests(), *walker.model.requests(changes=True)]
    done = {one.work for one in every if one.vm == vm and one.stage == DONE}
    changed = "machine-becomes-what-was-asked"
    power = changed if POWER in done else still
    size = changed if done & {CPU, MEMORY} else still
    if REVERT in done:
        power = "revert-restores-the-machine"
        size = "revert-restores-the-configuration" if size == changed else still
    return power, size, "renaming-keeps-the-prefix" if NAME in done else still


def parts(walker: Walker, user: str, vm: str, turn: int) -> None:
    """Read a part of a machine, in a dialect that has them."""
    if not walker.since("2019"):
        return
    part = PARTS_OF_MACHINES[turn % len(PARTS_OF_MACHINES)]
    power, size, name = _of_machine(walker, vm)
    rule = {"state": power, "name": name}.get(part, size)
    wanted = Wanted(
        f"vm-{part}-get",
        OK,
        rule,
        walker.expected.part(part, walker.model.machines[vm], user),
        tables.by_pointer(("/(data|_links)", rule)),
        (rule,),
        vm,
    )
    walker.read(user, f"/v2/vm/{vm}/{part}", "", wanted)


def machines(walker: Walker, user: str, part: str | None, summary: str | None) -> None:
    """Read the list of machines: `part` of a name, `summary` as the query has it, None without."""
    query: dict[str, str | None] = {}
    if part is not None:
        query["name"] = part
    if summary is not None:
        query["summary"] = summary or None
    seen = walker.model.visible(user)
    found = [one for one in seen if (part or "").casefold() in one.name.casefold()]
    hidden = {one.uuid for one in walker.model.machines.values()} - {one.uuid for one in seen}
    form = None if summary == "0" else summary

    def judge(differences: Sequence[Difference]) -> tables.Blamed:
        for one in differences:
            if one.kind == "extra" and one.item in hidden:
                return "hidden-machines-stay-hidden", one
            if one.kind == "order":
                return "lists-come-in-order", one
            if one.pointer == "/data":
                return "machines-are-found-by-name", one
        every = walker.model.requests(changes=True)
        touched = any(one.stage == DONE and one.work != CONSOLIDATE for one in every)
        rule = "machine-becomes-what-was-asked" if touched else "machines-stay-as-they-are"
        if any(one.work == REVERT and one.stage == DONE for one in walker.model.requests()):
            rule = "revert-restores-the-machine"
        rows = (("/meta/pages", "pages-agree"), ("/(data|_links)", rule))
        return tables.by_pointer(*rows)(differences)

    wanted = Wanted(
        "vm-list",
        OK,
        "machines-are-found-by-name",
        walker.expected.machines(found, form, user, query),
        judge,
        ("machines-are-found-by-name", "machines-stay-as-they-are", "hidden-machines-stay-hidden"),
        (summary, bool(found)),
    )
    walker.read(user, "/v2/vm", spell_query(query), wanted)


def consolidation(walker: Walker, user: str, vm: str) -> None:
    """Read whether a machine's disks want consolidation."""
    wanted = Wanted(
        "vm-consolidation-get",
        OK,
        "consolidation-settles-the-disks",
        walker.expected.consolidation(walker.model.machines[vm], user),
        tables.by_pointer(("/(data|_links)", "consolidation-settles-the-disks")),
        ("consolidation-settles-the-disks",),
    )
    walker.read(user, f"/v2/vm/{vm}/snapshot/consolidate", "", wanted)


def root(walker: Walker, user: str) -> None:
    """Read the root of the API, and the caller."""
    rule = "root-and-user-are-told"
    told = tables.by_pointer(("/(data|_links)", rule))
    expected = walker.expected
    walker.read(user, "/v2/", "", Wanted("api-root", OK, rule, expected.root(user), told, (rule,)))
    wanted = Wanted("user-get", OK, rule, expected.user(user), told, (rule,))
    walker.read(user, "/v2/user", "", wanted)
