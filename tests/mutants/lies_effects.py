"""Lies in what a transition brings about: effects that are forgotten, or are others."""

from tests.mutants.lie import DIALECT, INVENTORY, LIFECYCLE, RECORDS, UNFOLDING, WORLD, Edit, Lie

GET = ("request-snapshot-get",)
GONE_BEFORE_ITS_END = Edit(
    LIFECYCLE,
    "State.SCHEDULED: {Event.EXTEND: State.SCHEDULED, **_GOES, **_BEGINS, **_TROUBLE},",
    "State.SCHEDULED: {Event.EXTEND: State.SCHEDULED, **_GOES, Event.FAIL: State.PROCESSED},",
)
"""Lets a request end whose snapshot is gone already, which only lies bring about."""
CLOSED_BEFORE = Edit(
    UNFOLDING,
    "        if closes is not None:\n",
    "        if closes is not None and self._snapshots[closes].state is State.SCHEDULED:\n",
)
"""Lets a snapshot be deleted whose request is closed already, which only lies bring about."""
REVERTS = (
    "            inventory.replace(_reverted(inventory[vm], inventory.snapshot(vm, number), at))\n"
)

LIES = (
    Lie(
        "end-stays-after-extension",
        "forgotten effect",
        "A snapshot whose life was extended is never deleted",
        WORLD,
        "        self._index(extended)\n",
        "",
        (
            "extend-three-times",
            "extend-only-while-scheduled",
            "extension-moves-the-end",
            "status-fits-the-dates",
            "snapshot-goes-at-its-end",
        ),
        GET,
        ("create.delete",),
    ),
    Lie(
        "long-extension-shortened",
        "forgotten effect",
        "An extension of more than 24 hours counts as one of 24",
        WORLD,
        "extensions=(*request.extensions, hours)",
        "extensions=(*request.extensions, min(hours, 24))",
        (
            "extend-hours",
            "extend-three-times",
            "extension-moves-the-end",
        ),
        GET,
        ("create.extend",),
    ),
    Lie(
        "third-extension-forgotten",
        "forgotten effect",
        "The third extension is answered with 204 and forgotten",
        RECORDS,
        "self.valid_for + sum(self.extensions)) * HOUR",
        "self.valid_for + sum(self.extensions[:2])) * HOUR",
        (
            "extend-three-times",
            "extend-hours",
            "extension-moves-the-end",
        ),
        GET,
        ("create.extend",),
    ),
    Lie(
        "hand-deletes-nothing",
        "forgotten effect",
        "A deletion by hand is processed, but the snapshot stays",
        UNFOLDING,
        "            inventory.drop(vm, number)\n            origin",
        "            if request.origin is None:\n                inventory.drop(vm, number)\n"
        "            origin",
        (
            "delete-by-hand",
            "deletion-is-a-request-of-its-own",
            "deletion-removes-the-snapshot",
        ),
        ("vm-snapshot-get", "vm-snapshot-list"),
        ("delete.delete",),
        (CLOSED_BEFORE,),
    ),
    Lie(
        "end-deletes-nothing",
        "forgotten effect",
        "A request whose hours are over is processed, but the snapshot stays",
        UNFOLDING,
        "            inventory.drop(vm, number)\n            origin",
        "            if request.origin is not None:\n                inventory.drop(vm, number)\n"
        "            origin",
        (
            "deleted-at-its-end",
            "extend-three-times",
            "how-to-schedule-a-snapshot",
            "snapshot-goes-at-its-end",
        ),
        ("vm-snapshot-get", "vm-snapshot-list"),
        ("create.delete",),
        (CLOSED_BEFORE,),
    ),
    Lie(
        "hand-closes-nothing",
        "forgotten effect",
        "A deletion by hand leaves the first request Scheduled until its end",
        UNFOLDING,
        "                closes = origin.id\n",
        "                pass\n",
        (
            "delete-by-hand",
            "deletion-closes-the-request",
            "deletion-is-a-request-of-its-own",
        ),
        GET,
        ("create.close",),
        (GONE_BEFORE_ITS_END,),
    ),
    Lie(
        "closed-without-a-word",
        "forgotten effect",
        "A request does not say which deletion by hand closed it",
        DIALECT,
        "        if request.closed_by is not None:\n            story",
        "        if False:\n            story",
        (
            "delete-by-hand",
            "deletion-closes-the-request",
            "messages-tell-what-was-done",
            "messages-tell-what-happened",
        ),
        GET,
        ("create.close",),
    ),
    Lie(
        "revert-closes-the-request",
        "forgotten effect",
        "A revert ends the request that made the snapshot, which then stays for ever",
        UNFOLDING,
        REVERTS,
        "            closes = request.origin\n" + REVERTS,
        (
            "revert",
            "snapshot-goes-at-its-end",
            "revert-leaves-the-snapshot",
        ),
        GET,
        ("revert.revert",),
        (CLOSED_BEFORE,),
    ),
    Lie(
        "revert-uses-up-the-snapshot",
        "forgotten effect",
        "A revert deletes the snapshot that it goes back to",
        UNFOLDING,
        REVERTS,
        REVERTS + "            inventory.drop(vm, number)\n",
        (
            "revert",
            "revert-leaves-the-snapshot",
        ),
        ("vm-snapshot-get",),
        ("revert.revert",),
        (GONE_BEFORE_ITS_END,),
    ),
    Lie(
        "revert-drops-later-snapshots",
        "forgotten effect",
        "A revert deletes the snapshots that were taken after the one it goes back to",
        UNFOLDING,
        REVERTS,
        REVERTS + "            for later in inventory.snapshots(vm):\n"
        "                if later.id > number:\n"
        "                    inventory.drop(vm, later.id)\n",
        (
            "revert",
            "several-snapshots",
            "revert-leaves-the-snapshot",
            "requests-in-every-state",
            "ten-snapshots",
        ),
        ("vm-snapshot-list",),
        ("revert.revert",),
        (GONE_BEFORE_ITS_END,),
    ),
    Lie(
        "revert-powers-on",
        "forgotten effect",
        "A machine is on after a revert, though the snapshot was taken of it when it was off",
        UNFOLDING,
        "powered(vm, snapshot.power_state, at)",
        'powered(vm, "poweredOn", at)',
        (
            "revert",
            "revert-after-changes",
            "revert-restores-the-machine",
        ),
        ("vm-get", "vm-list"),
        ("revert.revert",),
    ),
    Lie(
        "one-deletion-takes-all",
        "forgotten effect",
        "The deletion of one snapshot deletes the machine's others too",
        INVENTORY,
        "        del standing[number]\n",
        "        standing.clear()\n",
        (
            "several-snapshots",
            "deletion-removes-the-snapshot",
        ),
        ("vm-snapshot-list",),
        ("create.delete",),
        (GONE_BEFORE_ITS_END,),
    ),
    Lie(
        "consolidates-nothing",
        "forgotten effect",
        "After a consolidation at a date the disks still want one",
        UNFOLDING,
        "replace(vm._replace(needs_consolidation=False))",
        "replace(vm._replace(needs_consolidation=request.schedule is not None))",
        (
            "consolidate-later",
            "consolidation-settles-the-disks",
        ),
        ("vm-consolidation-get",),
        ("consolidate.consolidate",),
    ),
    Lie(
        "failed-deletion-processed",
        "forgotten effect",
        "A deletion of what is gone by then ends well",
        LIFECYCLE,
        "Job.DELETE: _done_by(Event.DELETE),",
        "Job.DELETE: {\n        **_done_by(Event.DELETE),\n"
        "        State.SUBMITTED: {Event.DELETE: State.PROCESSED, Event.FAIL: State.PROCESSED},\n"
        "    },",
        (
            "delete-fails",
            "request-status-follows-time",
            "work-on-what-is-gone-fails",
        ),
        GET,
        ("delete.fail",),
    ),
    Lie(
        "failed-revert-processed",
        "forgotten effect",
        "A revert to what is gone by then ends well",
        LIFECYCLE,
        "Job.REVERT: _done_by(Event.REVERT),",
        "Job.REVERT: {\n        **_done_by(Event.REVERT),\n"
        "        State.SUBMITTED: {Event.REVERT: State.PROCESSED, Event.FAIL: State.PROCESSED},\n"
        "    },",
        (
            "revert-fails",
            "request-status-follows-time",
            "work-on-what-is-gone-fails",
        ),
        GET,
        ("revert.fail",),
    ),
)
