"""What each operation has to answer, in every value, spelled from the model.

What no model can know stands as `Unknown`: it is learned where it is first seen. Machines and their
snapshots are spelled in `expected_machines`.
"""

from collections.abc import Iterable
from typing import Any

from vss_mock.contract.expected_machines import ExpectedMachines
from vss_mock.contract.machines import CPU, Machine
from vss_mock.contract.model import (
    CANCELLED,
    CREATE,
    DELETE,
    DONE,
    FAILED,
    KEPT,
    REVERT,
    WAITING,
    Asked,
    Model,
)
from vss_mock.contract.toronto import HOUR
from vss_mock.contract.words import DIALECTS, TOKEN_LIFE, Document, Unknown


class Expected(ExpectedMachines):
    """Spells the answers of a server at a URL, in a dialect, from a model."""

    def __init__(self, model: Model, url: str, dialect: str = DIALECTS[0]) -> None:
        super().__init__(model, url, dialect)
        self._kept: dict[tuple[str, int], tuple[Asked, Machine, Document]] = {}

    # Envelopes.

    def accepted(self, asked: Asked, user: str) -> Document:
        """Spell what a call that was accepted is answered."""
        data = {
            "_links": {"request": self.request_url(asked)},
            "message": self.words.accepted[asked.work],
            "name": "Accepted",
            "state": self.words.statuses[WAITING],
            "status": 202,
        }
        if self.since("2019"):
            data["request"] = {
                "action": self.action(asked._replace(stage=WAITING)),
                "id": asked.number,
                "status": self.words.statuses[WAITING],
                "task_id": None,
            }
        return {"data": data, "meta": {"user": user}}

    def token(self, user: str) -> Document:
        """Spell the answer to a login; the token is the server's to choose."""
        return {"duration": TOKEN_LIFE, "token": Unknown((), "token"), "user": user}

    def root(self, user: str) -> Document:
        """Spell the root of the API."""
        names = ["request", "user", "vm"]
        if self.since("2019"):
            names += ["domain", "folder", "network", "status"]
        links = {name: f"{self._url}/v2/{name}" for name in names}
        links["self"] = f"{self._url}/v2/"
        return self._envelope({"name": "VSS API", "version": "v2"}, user, _links=links)

    def user(self, user: str) -> Document:
        """Spell the caller."""
        me, about = f"{self._url}/v2/user", self._model.people[user]
        data: Document = {
            "_links": {"self": me},
            "personal": {"email": about["email"], "name": about["full_name"]},
            "status": {"enabled": True},
            "username": user,
        }
        if self.since("2019"):
            data["personal"] |= self.personal(user)
            data["status"] |= {
                "active": True,
                "created_on": Unknown(("user", user, "created_on"), "any"),
                "ip_address": Unknown(("client",), "any"),
                "last_access": self.date(self._model.now),
                "updated_on": Unknown(("user", user, "updated_on"), "any"),
            }
        if self.since("2026"):
            off = {"disabled_on": None, "enabled": False, "enabled_on": None, "method": "none"}
            data["totp"] = off
        return self._envelope(data, user, _links={"api": f"{self._url}/v2/", "self": me})

    def personal(self, user: str) -> Document:
        """Spell who somebody is."""
        about = self._model.people[user]
        return {
            "email": about["email"],
            "full_name": about["full_name"],
            "phone": about.get("phone", ""),
            "username": user,
        }

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
        """Spell one request. The same request of the same machine gives the same object."""
        key, machine = (asked.kind, asked.number), self._model.machines[asked.vm]
        kept = self._kept.get(key)
        if kept is None or kept[:2] != (asked, machine):
            kept = self._kept[key] = (asked, machine, self._request(asked, machine))
        return kept[2]

    def _request(self, asked: Asked, machine: Machine) -> Document:
        links: Document = {"vm": f"{self._url}/v2/vm/{asked.vm}"}
        task: Unknown | None = None
        if asked.stage not in {WAITING, CANCELLED}:
            task = self._task_id(asked)
            links["task"] = task._replace(before=f"{self._url}/v2/request/task/")
        shared: Document = {
            "_links": links,
            "created_on": self.date(asked.created),
            "id": asked.number,
            "message": self._message(asked),
            "status": self.status(asked),
            "task_id": task,
            "updated_on": self.date(asked.changed),
            "user": {"_links": {"self": f"{self._url}/v2/user"}, "username": asked.user},
            "vm_name": machine.name,
            "vm_uuid": asked.vm,
        }
        if self.since("2026"):
            shared |= {"username": asked.user, "vm_moref": machine.about["moref"]}
        if asked.kind == "change":
            return shared | self._of_change(asked)
        told = self._of_snapshot(asked)
        shared |= {"action": self.action(asked), "snapshot": told}
        if self.since("2019"):
            shared["extensions"] = len(asked.added)
        if self.since("2026"):
            shared |= {name: value for name, value in told.items() if name != "name"}
        return shared

    def _of_change(self, asked: Asked) -> Document:
        """Spell what only change requests have."""
        data: Document = {
            "attribute": asked.work,
            "scheduled_datetime": None if asked.start is None else self.date(asked.start),
            "value": [] if asked.value is None else [self.value(asked)],
        }
        if self.since("2019"):
            data["approval"] = {"approved": True}
        if self.since("2026"):
            data["approved"] = True
        return data

    def value(self, asked: Asked) -> Any:
        """Spell what a change asks for; processors as an object since 2026."""
        if asked.work != CPU:
            return asked.value
        count, cores = asked.value
        return {"cores_per_socket": cores, "count": count} if self.since("2026") else count

    def status(self, asked: Asked) -> str:
        """Return the word for where a request stands."""
        ahead = self.since("2019") and asked.waits_for_a_date
        return self.words.statuses[KEPT if ahead else asked.stage]

    def action(self, asked: Asked) -> str:
        """Return the word for the work of a request that lies ahead."""
        if asked.kind == "change":
            return self.words.change
        return self.words.actions.get((asked.work, asked.stage), self.words.done)

    def _of_snapshot(self, asked: Asked) -> Document:
        """Spell what a request says of its snapshot; only who asked for it shows its end."""
        creates = asked.work == CREATE
        return {
            "description": self.description(self._model.about(asked)),
            "from_date": self.date(asked.begins),
            "name": f"SR-{self._model.about(asked).number}",
            "snap_id": None if asked.snapshot is None else str(asked.snapshot),
            "to_date": self.date(asked.ends) if creates else None,
            "valid_for": str(asked.hours) if creates else None,
        }

    def _message(self, asked: Asked) -> Document:
        """Spell what a request says of the work done; nothing before it began."""
        if asked.stage in {WAITING, CANCELLED}:
            return {}
        words = self.words
        if asked.kind == "change" and asked.stage == FAILED:
            return {"errors": [asked.said], "warnings": []}
        if asked.kind == "change":
            return {"errors": [], "warnings": [words.made[asked.work].format(asked.said)]}
        label = self._label(asked)
        if asked.stage == FAILED:
            return {"errors": [f"Snapshot {label} {words.gone}"], "warnings": []}
        if asked.work == CREATE:
            return {"errors": [], "warnings": self._story(asked, label)}
        said = {DELETE: f"{words.deleted} {label}", REVERT: f"{words.reverted} {label}"}
        return {"errors": [], "warnings": [said[asked.work]]}

    def _story(self, asked: Asked, label: str) -> list[str]:
        words = self.words
        ends = [
            asked.begins + (asked.hours + sum(asked.added[:count])) * HOUR
            for count in range(len(asked.added) + 1)
        ]
        story = [f"{words.created} {label}: {self.description(asked)}"]
        story += [f"{words.scheduled} {self.date(end)}" for end in ends]
        if asked.ended_by is not None:
            story.append(f"{words.deleted} {label} {words.deleted_by} {asked.ended_by}")
        elif asked.stage == DONE:
            story.append(f"{words.deleted} {label}")
        return story

    def task_document(self, asked: Asked) -> Document:
        """Spell the task of a request that has one."""
        request = self.request_url(asked)
        began = asked.changed if asked.kind == "change" else max(asked.begins, asked.created)
        id = self._task_id(asked)
        data = {
            "_links": {"request": request},
            "end": self.date(began),
            "id": id,
            "start": self.date(began),
            "state": "error" if asked.stage == FAILED else "success",
        }
        links = {"request": request, "self": id._replace(before=f"{self._url}/v2/request/task/")}
        return self._envelope(data, asked.user, _links=links)

    def _task_id(self, asked: Asked) -> Unknown:
        return Unknown(("task", asked.kind, asked.number), "uuid")

    def request_url(self, asked: Asked) -> str:
        """Return a request's own URL."""
        return f"{self._url}/v2/request/{asked.kind}/{asked.number}"

    def _label(self, asked: Asked) -> str:
        return f"SR-{self._model.about(asked).number} ({asked.snapshot})"
