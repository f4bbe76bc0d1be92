"""Lies in what somebody else is shown."""

from tests.mutants.lie import DIALECT, INVENTORY, REQUEST, VM, WORLD, Lie

HIDDEN = ("vm-get", "vm-snapshot-list", "vm-snapshot-create")

LIES = (
    Lie(
        "hidden-machine-shown",
        "leaked object",
        "A machine that a user may not see is shown to who knows its UUID",
        INVENTORY,
        "if user.sees is not None and uuid not in user.sees:",
        "if user.sees is not None and not user.sees:",
        (
            "what-a-user-may-not-see",
            "hidden-machines-stay-hidden",
        ),
        HIDDEN,
    ),
    Lie(
        "hidden-machines-listed",
        "leaked object",
        "Machines that a user may not see are listed",
        INVENTORY,
        "for uuid in found if sees is None or uuid in sees]",
        "for uuid in found]",
        (
            "what-a-user-may-not-see",
            "hidden-machines-stay-hidden",
        ),
        ("vm-list",),
    ),
    Lie(
        "hidden-machines-found",
        "leaked object",
        "Machines that a user may not see are found by a part of their name",
        INVENTORY,
        "for uuid in found if sees is None or uuid in sees]",
        "for uuid in found if sees is None or uuid in sees or part]",
        (
            "what-a-user-may-not-see",
            "hidden-machines-stay-hidden",
        ),
        ("vm-list",),
    ),
    Lie(
        "hidden-disks-told",
        "leaked object",
        "Whether a machine's disks want consolidation is told to who may not see it",
        VM,
        "    return visit.reply(200, visit.dialect.consolidation("
        "visit.machine(), visit.user, visit.base))\n",
        '    uuid = visit.call.params["uuid"]\n'
        "    known = {vm.uuid: vm for vm in visit.world.inventory}\n"
        "    vm = known.get(uuid) or visit.machine()\n"
        "    return visit.reply(200, visit.dialect.consolidation(vm, visit.user, visit.base))\n",
        (
            "what-a-user-may-not-see",
            "hidden-machines-stay-hidden",
        ),
        ("vm-consolidation-get",),
    ),
    Lie(
        "requests-of-others-shown",
        "leaked object",
        "Another user's snapshot request is shown",
        WORLD,
        "if request is None or request.user != user.username:\n"
        '            raise UnknownRequest("snapshot", id)',
        'if request is None:\n            raise UnknownRequest("snapshot", id)',
        (
            "what-a-user-may-not-see",
            "others-requests-stay-unknown",
        ),
        ("request-snapshot-get", "request-snapshot-extend"),
    ),
    Lie(
        "changes-of-others-shown",
        "leaked object",
        "Another user's change request is shown",
        WORLD,
        "if request is None or request.user != user.username:\n"
        '            raise UnknownRequest("change", id)',
        'if request is None:\n            raise UnknownRequest("change", id)',
        (
            "what-a-user-may-not-see",
            "others-requests-stay-unknown",
        ),
        ("request-change-get",),
    ),
    Lie(
        "tasks-of-others-shown",
        "leaked object",
        "The task of another user's request is shown",
        WORLD,
        "if request is None or request.user != user.username or request.state",
        "if request is None or request.state",
        (
            "what-a-user-may-not-see",
            "others-requests-stay-unknown",
        ),
        ("request-task-get",),
    ),
    Lie(
        "requests-of-others-extended",
        "leaked object",
        "Another user's request can be extended, though not be read",
        WORLD,
        "        request = self.snapshot_request(user, id)\n        if request.job",
        "        request = self._snapshots.get(id) or self.snapshot_request(user, id)\n"
        "        if request.job",
        (
            "what-a-user-may-not-see",
            "others-requests-stay-unknown",
        ),
        ("request-snapshot-extend",),
        ("create.extend",),
    ),
    Lie(
        "requests-of-others-sorted-in",
        "leaked object",
        "A list of requests that is sorted backwards has other users' too",
        REQUEST,
        "    rows = visit.world.snapshot_requests(visit.user)\n",
        "    rows = visit.world.snapshot_requests(visit.user)\n"
        '    if "desc" in visit.query.get("sort", ""):\n'
        "        rows = list(visit.world.requests()[0])\n",
        (
            "filter-and-sort",
            "what-a-user-may-not-see",
            "others-requests-stay-unknown",
            "log-in-as-others",
            "two-users-of-one-machine",
        ),
        ("request-snapshot-list",),
    ),
    Lie(
        "requests-of-others-counted",
        "leaked object",
        "Other users' change requests are counted",
        REQUEST,
        "len(world.change_requests(user))",
        "len(list(world.requests()[1]))",
        (
            "what-a-user-may-not-see",
            "request-counts",
            "requests-are-counted",
            "counts-are-those-of-the-lists",
            "others-requests-stay-unknown",
            "log-in-as-others",
            "two-users-of-one-machine",
        ),
        ("request-summary",),
    ),
    Lie(
        "snapshots-of-other-machines",
        "leaked object",
        "A snapshot that a machine does not have is shown if another machine has it",
        INVENTORY,
        "            return self._snapshots[uuid][number]\n",
        "            held = [self._snapshots.get(uuid, {}), *self._snapshots.values()]\n"
        "            held = [own for own in held if number in own]\n"
        "            return held[0][number] if held else self._snapshots[uuid][number]\n",
        (
            "several-snapshots",
            "unknown-things",
            "unknown-things-are-not-found",
            "unknown-ids-are-not-found",
            "log-in-as-others",
            "two-users-of-one-machine",
        ),
        ("vm-snapshot-get", "vm-snapshot-delete"),
    ),
    Lie(
        "mail-of-the-first-user",
        "leaked object",
        "Every user is told the first user's mail address",
        DIALECT,
        '"personal": {"email": user.email,',
        '"personal": {"email": "jm@example.org",',
        (
            "root-and-user",
            "what-a-user-may-not-see",
            "root-and-user-are-told",
            "log-in-as-others",
            "two-users-of-one-machine",
        ),
        ("user-get",),
    ),
)
