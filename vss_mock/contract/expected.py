"""What each operation has to answer, in every value, spelled from the model.

What no model can know stands as `Unknown`: it is learned where it is first seen.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from vss_mock.contract import toronto
from vss_mock.contract.model import (
    CONSOLIDATE,
    CREATE,
    DELETE,
    DONE,
    FAILED,
    REVERT,
    WAITING,
    Asked,
    Machine,
    Model,
    Standing,
)
from vss_mock.contract.toronto import HOUR
from vss_mock.contract.words import TOKEN_LIFE, WORDS, Document, Unknown


class Expected:
    """Spells the answers of a server at a URL, in a dialect, from a model."""

    def __init__(self, model: Model, url: str, dialect: str = "2016") -> None:
        self._model = model
        self._url = url
        self.words = WORDS[dialect]
        self._kept: dict[tuple[str, int], tuple[Asked, Document]] = {}

    # Envelopes.

    def _envelope(self, data: Any, user: str, **more: Any) -> Document:
        return {"data": data, "meta": {"count": len(data), "user": user}, **more}

    def accepted(self, asked: Asked, user: str) -> Document:
        """Spell what a call that was accepted is answered."""
        data = {
            "_links": {"request": self.request_url(asked)},
            "message": self.words.accepted[asked.work],
            "name": "Accepted",
            "state": self.words.statuses[WAITING],
            "status": 202,
        }
        return {"data": data, "meta": {"user": user}}

    def token(self, user: str) -> Document:
        """Spell the answer to a login; the token is the server's to choose."""
        return {"duration": TOKEN_LIFE, "token": Unknown((), "token"), "user": user}

    def root(self, user: str) -> Document:
        """Spell the root of the API."""
        links = {name: f"{self._url}/v2/{name}" for name in ("request", "user", "vm")}
        links["self"] = f"{self._url}/v2/"
        return self._envelope({"name": "VSS API", "version": "v2"}, user, _links=links)

    def user(self, user: str) -> Document:
        """Spell the caller."""
        me = f"{self._url}/v2/user"
        data = {
            "_links": {"self": me},
            "personal": {
                "email": self._model.people[user]["email"],
                "name": self._model.people[user]["full_name"],
            },
            "status": {"enabled": True},
            "username": user,
        }
        return self._envelope(data, user, _links={"api": f"{self._url}/v2/", "self": me})

    # Requests.

    def summary(self, user: str) -> Document:
        """Spell how many requests of each kind a user has."""
        me = f"{self._url}/v2/request"
        counts = dict.fromkeys(("export", "folder", "inventory", "new"), 0)
        counts["snapshot"] = len(self._model.requests(user))
        counts["change"] = len(self._model.requests(user, changes=True))
        links = {kind: f"{me}/{kind}" for kind in counts}
        links |= {"api": f"{self._url}/v2/", "self": me}
        return self._envelope(counts, user, _links=links)

    def request_document(self, asked: Asked) -> Document:
        """Spell the answer that shows one request."""
        me = self.request_url(asked)
        link = {"request": me.rpartition("/")[0], "self": me}
        return self._envelope(self.request(asked), asked.user, _link=link)

    def page(
        self, changes: bool, shown: Iterable[Asked], expand: bool, pages: Document, user: str
    ) -> Document:
        """Spell one page of a list of requests."""
        kind = "change" if changes else "snapshot"
        data = [self.request(one) if expand else self.request_url(one) for one in shown]
        document = self._envelope(data, user)
        me = f"{self._url}/v2/request/{kind}"
        document["meta"] |= {"_link": {"self": me}, "pages": pages}
        return document

    def request(self, asked: Asked) -> Document:
        """Spell one request. The same request gives the same object."""
        key = (asked.kind, asked.number)
        kept = self._kept.get(key)
        if kept is None or kept[0] != asked:
            kept = self._kept[key] = (asked, self._request(asked))
        return kept[1]

    def _request(self, asked: Asked) -> Document:
        links: Document = {"vm": f"{self._url}/v2/vm/{asked.vm}"}
        task: Unknown | None = None
        if asked.stage != WAITING:
            task = self._task_id(asked)
            links["task"] = task._replace(before=f"{self._url}/v2/request/task/")
        shared = {
            "_links": links,
            "created_on": toronto.stamp(asked.created),
            "id": asked.number,
            "message": self._message(asked),
            "status": self.words.statuses[asked.stage],
            "task_id": task,
            "updated_on": toronto.stamp(asked.changed),
            "user": {"_links": {"self": f"{self._url}/v2/user"}, "username": asked.user},
            "vm_name": self._model.machines[asked.vm].name,
            "vm_uuid": asked.vm,
        }
        if asked.work == CONSOLIDATE:
            when = None if asked.start is None else toronto.stamp(asked.start)
            return shared | {"attribute": "consolidate", "scheduled_datetime": when, "value": []}
        return shared | {"action": self.action(asked), "snapshot": self._of_snapshot(asked)}

    def action(self, asked: Asked) -> str:
        """Return the word for the work of a request that lies ahead."""
        return self.words.actions.get((asked.work, asked.stage), self.words.done)

    def _of_snapshot(self, asked: Asked) -> Document:
        """Spell what a request says of its snapshot; only who asked for it shows its end."""
        creates = asked.work == CREATE
        return {
            "description": self.description(self._model.about(asked)),
            "from_date": toronto.stamp(asked.begins),
            "name": f"SR-{self._model.about(asked).number}",
            "snap_id": None if asked.snapshot is None else str(asked.snapshot),
            "to_date": toronto.stamp(asked.ends) if creates else None,
            "valid_for": str(asked.hours) if creates else None,
        }

    def _message(self, asked: Asked) -> Document:
        """Spell what a request says of the work done; nothing before it began."""
        if asked.stage == WAITING:
            return {}
        words, label = self.words, self._label(asked)
        if asked.stage == FAILED:
            return {"errors": [f"Snapshot {label} {words.gone}"], "warnings": []}
        if asked.work == CREATE:
            return {"errors": [], "warnings": self._story(asked, label)}
        said = {
            CONSOLIDATE: words.consolidated,
            DELETE: f"{words.deleted} {label}",
            REVERT: f"{words.reverted} {label}",
        }
        return {"errors": [], "warnings": [said[asked.work]]}

    def _story(self, asked: Asked, label: str) -> list[str]:
        words = self.words
        ends = [
            asked.begins + (asked.hours + sum(asked.added[:count])) * HOUR
            for count in range(len(asked.added) + 1)
        ]
        story = [f"{words.created} {label}: {self.description(asked)}"]
        story += [f"{words.scheduled} {toronto.stamp(end)}" for end in ends]
        if asked.ended_by is not None:
            story.append(f"{words.deleted} {label} {words.deleted_by} {asked.ended_by}")
        elif asked.stage == DONE:
            story.append(f"{words.deleted} {label}")
        return story

    def task_document(self, asked: Asked) -> Document:
        """Spell the task of a request that has one."""
        request = self.request_url(asked)
        began = toronto.stamp(max(asked.begins, asked.created))
        id = self._task_id(asked)
        data = {
            "_links": {"request": request},
            "end": began,
            "id": id,
            "start": began,
            "state": "error" if asked.stage == FAILED else "success",
        }
        links = {"request": request, "self": id._replace(before=f"{self._url}/v2/request/task/")}
        return self._envelope(data, asked.user, _links=links)

    def _task_id(self, asked: Asked) -> Unknown:
        return Unknown(("task", asked.kind, asked.number), "uuid")

    def request_url(self, asked: Asked) -> str:
        """Return a request's own URL."""
        return f"{self._url}/v2/request/{asked.kind}/{asked.number}"

    def description(self, asked: Asked) -> str:
        """Spell the stored description: the text, the start, the hours."""
        start = toronto.with_offset(asked.begins)
        return f"{asked.text} from {start} valid for {asked.hours}"

    def _label(self, asked: Asked) -> str:
        return f"SR-{self._model.about(asked).number} ({asked.snapshot})"

    # Machines and their snapshots.

    def machines(self, shown: Iterable[Machine], summary: str | None, user: str) -> Document:
        """Spell the list of machines; `summary` is "" for the bare key, None without it."""
        rows = [self._machine_row(one, summary) for one in shown]
        me = f"{self._url}/v2/vm"
        return self._envelope(rows, user, _links={"api": f"{self._url}/v2/", "self": me})

    def _machine_row(self, machine: Machine, summary: str | None) -> Document:
        about = machine.about
        row: Document = {
            "_links": {"self": f"{self._url}/v2/vm/{machine.uuid}"},
            "name": machine.name,
            "uuid": machine.uuid,
        }
        if summary == "":
            return row
        row |= {
            "cpuCount": about["cpu_count"],
            "guestFullName": about["guest_full_name"],
            "ipAddress": about["ip_address"],
            "memoryMB": about["memory_mb"],
            "overallStatus": about["overall_status"],
            "powerState": machine.power_state,
        }
        if summary == "1":
            return row | {"folder": self._folder(machine), "storageB": about["storage_b"]}
        return row | {"provisionedGB": about["provisioned_gb"]}

    def machine(self, machine: Machine, user: str) -> Document:
        """Spell the answer that shows one machine."""
        me, about = f"{self._url}/v2/vm/{machine.uuid}", machine.about
        data = {
            "_links": {"self": me, "snapshot": f"{me}/snapshot"},
            "config": {
                "cpuCount": about["cpu_count"],
                "guestFullName": about["guest_full_name"],
                "memoryMB": about["memory_mb"],
            },
            "folder": self._folder(machine),
            "guest": {"ipAddress": about["ip_address"]},
            "name": machine.name,
            "network": about["networks"],
            "overallStatus": about["overall_status"],
            "powerState": machine.power_state,
            "snapshot": {"exist": bool(self._model.standing_on(machine.uuid))},
            "storage": {
                "provisionedGB": about["provisioned_gb"],
                "storageB": about["storage_b"],
            },
            "uuid": machine.uuid,
        }
        return self._envelope(data, user, _links={"self": me, "vm": f"{self._url}/v2/vm"})

    def _folder(self, machine: Machine) -> Document:
        folder = machine.about["folder"]
        return {"_links": {"self": f"{self._url}/v2/folder/{folder['moref']}"}, **folder}

    def consolidation(self, machine: Machine, user: str) -> Document:
        """Spell whether a machine's disks want consolidation."""
        vm = f"{self._url}/v2/vm/{machine.uuid}"
        links = {"self": f"{vm}/snapshot/consolidate", "vm": vm}
        data = {"requireDiskConsolidation": machine.wants_consolidation}
        return self._envelope(data, user, _links=links)

    def standing(self, vm: str, shown: Sequence[Standing], user: str, *, one: bool) -> Document:
        """Spell a machine's snapshots, or one of them: `data` is a list both times."""
        me = f"{self._url}/v2/vm/{vm}"
        own = f"{me}/snapshot/{shown[0].number}" if one else f"{me}/snapshot"
        rows = [self._standing_row(each) for each in shown]
        return self._envelope(rows, user, _links={"self": own, "vm": me})

    def _standing_row(self, shown: Standing) -> Document:
        asked = self._model.snapshots[shown.request]
        key = ("snapshot", shown.vm, shown.number)
        return {
            "age": toronto.span(self._model.now - shown.taken),
            "createTime": toronto.without_zone(shown.taken),
            "description": self.description(asked),
            "fileKeys": Unknown((*key, "fileKeys"), "any"),
            "id": shown.number,
            "name": f"SR-{asked.number}",
            "powerState": shown.power_state,
            "quiesced": Unknown((*key, "quiesced"), "any"),
            "sizeGB": Unknown((*key, "sizeGB"), "any"),
        }
