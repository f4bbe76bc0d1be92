"""Lies of memory: reads that change something, answers that stay as they were."""

from tests.mutants.lie import DIALECT, REQUEST, SNAPSHOT, VM, Lie

GET = ("request-snapshot-get",)
SEEN = 'visit.house.__dict__.setdefault("seen", {})'

LIES = (
    Lie(
        "read-updates",
        "state changed by a read",
        "Reading a request moves its updated_on",
        REQUEST,
        "    return _one(visit, visit.world.snapshot_request(visit.user, id))\n",
        "    request = visit.world.snapshot_request(visit.user, id)\n"
        "    reply = _one(visit, request)\n"
        "    visit.world._snapshots[id] = request._replace(updated_on=visit.world.now)\n"
        "    return reply\n",
        (
            "deleted-at-its-end",
            "reads-change-nothing",
            "taken-at-its-date",
            "updated-on-moves-with-events",
            "reading-changes-nothing",
            "nothing-is-stale",
        ),
        GET,
    ),
    Lie(
        "list-uses-a-number",
        "state changed by a read",
        "Listing a machine's snapshots uses up the number of the next one",
        SNAPSHOT,
        "    now = world.now\n",
        "    now = world.now\n    if shown:\n        world.inventory._numbers[vm.uuid] += 1\n",
        (
            "several-snapshots",
            "reads-change-nothing",
            "snapshot-numbers-count-up",
            "reading-changes-nothing",
        ),
        ("vm-snapshot-list",),
    ),
    Lie(
        "read-consolidates",
        "state changed by a read",
        "Asking whether disks want consolidation consolidates them",
        VM,
        "    return visit.reply(200, visit.dialect.consolidation("
        "visit.machine(), visit.user, visit.base))\n",
        "    vm = visit.machine()\n"
        "    visit.world.inventory.replace(vm._replace(needs_consolidation=False))\n"
        "    return visit.reply(200, visit.dialect.consolidation(vm, visit.user, visit.base))\n",
        (
            "consolidate",
            "reads-change-nothing",
            "consolidation-settles-the-disks",
            "reading-changes-nothing",
        ),
        ("vm-consolidation-get",),
    ),
    Lie(
        "sort-turns-the-list",
        "state changed by a read",
        "A list sorted backwards stays backwards for those who ask for no order",
        REQUEST,
        '    return _page(visit, "request-snapshot", rows, fields)\n',
        '    reply = _page(visit, "request-snapshot", rows, fields)\n'
        '    if "desc" in visit.query.get("sort", ""):\n'
        "        rows._ids.reverse()\n"
        "    return reply\n",
        (
            "filter-and-sort",
            "reads-change-nothing",
            "lists-come-in-order",
            "reading-changes-nothing",
        ),
        ("request-snapshot-list",),
    ),
    Lie(
        "head-reverts",
        "state changed by a read",
        "HEAD of a snapshot asks for a revert to it",
        SNAPSHOT,
        "    document = visit.dialect.snapshot(",
        '    if visit.call.method == "HEAD":\n'
        "        visit.world.revert(visit.user, vm.uuid, shown.id)\n"
        "    document = visit.dialect.snapshot(",
        (
            "head",
            "reads-change-nothing",
            "head-is-get-without-body",
            "head-is-get-without-a-body",
            "reading-changes-nothing",
        ),
        ("vm-snapshot-get", "request-summary"),
    ),
    Lie(
        "look-at-machine-powers-on",
        "state changed by a read",
        "Looking at a machine turns it on",
        VM,
        '    """Answer one machine."""\n',
        '    """Answer one machine."""\n    vm = visit.machine()\n'
        '    visit.world.inventory.replace(vm._replace(power_state="poweredOn"))\n',
        (
            "reads-change-nothing",
            "find-virtual-machines",
            "revert",
            "machines-stay-as-they-are",
            "one-thing-reads-the-same",
            "summaries-show-the-same-machines",
            "reading-changes-nothing",
        ),
        ("vm-get", "vm-list"),
    ),
    Lie(
        "request-stays-as-read",
        "stale answer",
        "A request stays as it was when it was first read",
        REQUEST,
        "    if entry is None or entry[0] is not request or entry[1] is not machine:\n",
        "    if entry is None:\n",
        (
            "taken-at-its-date",
            "how-to-schedule-a-snapshot",
            "request-status-follows-time",
            "updated-on-moves-with-events",
            "nothing-is-stale",
        ),
        ("request-snapshot-get", "request-change-get"),
    ),
    Lie(
        "extension-not-seen",
        "stale answer",
        "A request that was read does not show a later extension until its status changes",
        REQUEST,
        "entry[0] is not request or entry[1]",
        "entry[0].state is not request.state or entry[1]",
        (
            "extend-three-times",
            "extend-only-while-scheduled",
            "extension-moves-the-end",
            "nothing-is-stale",
        ),
        GET,
        ("create.extend",),
    ),
    Lie(
        "expanded-rows-stay",
        "stale answer",
        "An expanded list shows a request as it was when first listed",
        REQUEST,
        "data = [dialect.request(visit.world, row, base) for row in page.rows]",
        f"seen = {SEEN}\n"
        "        data = [\n"
        "            seen.setdefault(\n"
        "                (visit.tenancy.name, type(row), row.id),\n"
        "                dialect.request(visit.world, row, base),\n"
        "            )\n"
        "            for row in page.rows\n"
        "        ]",
        (
            "filter-and-sort",
            "expanded-is-the-object",
            "one-thing-reads-the-same",
            "nothing-is-stale",
        ),
        ("request-snapshot-list", "request-change-list"),
    ),
    Lie(
        "listed-ages-stay",
        "stale answer",
        "Ages in a list of snapshots stay as they were until the list is another",
        SNAPSHOT,
        "    now = world.now\n",
        f"    now = {SEEN}.setdefault((visit.tenancy.name, vm.uuid, shown), world.now)\n",
        (
            "age",
            "age-is-now-minus-create-time",
            "age-runs-from-create-time",
            "nothing-is-stale",
        ),
        ("vm-snapshot-list",),
    ),
    Lie(
        "snapshot-exists-for-ever",
        "stale answer",
        "A machine says that it has a snapshot after the last one was deleted",
        DIALECT,
        "bool(world.inventory.snapshots(vm.uuid))",
        "vm.uuid in world.inventory.numbers()",
        (
            "machine-tells-of-snapshots",
            "machine-tells-of-its-snapshots",
            "exist-tells-of-snapshots",
            "nothing-is-stale",
        ),
        ("vm-get",),
        ("create.delete", "delete.delete"),
    ),
    Lie(
        "counts-stay-a-while",
        "stale answer",
        "Counts of requests are told anew only when the clock has moved",
        REQUEST,
        "    return visit.reply(200, visit.dialect.requests(",
        f"    seen = {SEEN}\n"
        "    key = (visit.tenancy.name, user.username, world.now)\n"
        "    snapshots, changes = seen.setdefault(key, (snapshots, changes))\n"
        "    return visit.reply(200, visit.dialect.requests(",
        (
            "request-counts",
            "requests-are-counted",
            "counts-are-those-of-the-lists",
            "nothing-is-stale",
        ),
        ("request-summary",),
    ),
    Lie(
        "consolidation-stays-as-read",
        "stale answer",
        "Whether disks want consolidation is told as it was when first asked",
        VM,
        "    return visit.reply(200, visit.dialect.consolidation("
        "visit.machine(), visit.user, visit.base))\n",
        f"    vm = visit.machine()\n    vm = {SEEN}.setdefault((visit.tenancy.name, vm.uuid), vm)\n"
        "    return visit.reply(200, visit.dialect.consolidation(vm, visit.user, visit.base))\n",
        (
            "consolidate",
            "consolidation-settles-the-disks",
            "nothing-is-stale",
        ),
        ("vm-consolidation-get",),
        ("consolidate.consolidate",),
    ),
)
