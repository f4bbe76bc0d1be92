"""Gathers what there is in a place, by reads alone and not without end, for relations to hold."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from vss_mock.contract.pace import ReadTime
from vss_mock.contract.places import MovableTime, Place
from vss_mock.contract.reader import Reader, Reading, number_at, text_at
from vss_mock.contract.rules import NotObserved
from vss_mock.contract.values import at

LATE: Final = timedelta(minutes=5)
"""How much late a server may be whose time passes by itself, and how much its clock may be off."""
SNAPSHOTS = "/v2/request/snapshot"
CHANGES = "/v2/request/change"
MACHINES = "/v2/vm"
FOLDERS = "/v2/folder"
NETWORKS = "/v2/network"
DOMAINS = "/v2/domain"


class Limits(NamedTuple):
    """How much is looked at: requests of each kind, machines, and pages of a list."""

    requests: int = 20
    machines: int = 3
    pages: int = 3


class Around(NamedTuple):
    """What there is. `began` and `ended` are when it was read, by the server's time, if known.

    `late` is how much late what is due may be; `whole` tells whether `requests` are all there are.
    """

    machines: list[Reading]
    snapshots: dict[str, Reading]
    requests: list[Reading]
    changes: list[Reading]
    tasks: list[tuple[Reading, Reading]]
    whole: bool
    began: datetime | None
    ended: datetime | None
    late: timedelta

    @property
    def still(self) -> bool:
        """Whether no time passed meanwhile."""
        return self.began is not None and self.began == self.ended


def gather(reader: Reader, limits: Limits) -> Around:
    """Read what there is."""
    place = reader.place
    began = _now(place)
    requests = _requests(reader, SNAPSHOTS, limits.requests)
    changes = _requests(reader, CHANGES, limits.requests)
    machines = list(_machines(reader, requests, limits.machines))
    snapshots = {}
    for machine in machines:
        uuid = str(at(machine.document, "/data/uuid"))
        snapshots[uuid] = reader.get(f"{MACHINES}/{uuid}/snapshot")
        for row in snapshots[uuid].rows[: limits.requests]:
            number = number_at(row, "/id")
            if number is not None:
                reader.get(f"{MACHINES}/{uuid}/snapshot/{number}")
    tasks = list(_tasks(reader, [*requests, *changes]))
    total = number_at(reader.get(SNAPSHOTS).document, "/meta/pages/total")
    exact = isinstance(place.time, MovableTime | ReadTime)
    return Around(
        machines,
        snapshots,
        requests,
        changes,
        tasks,
        total == len(requests),
        began,
        _now(place),
        timedelta() if exact else LATE,
    )


def _now(place: Place) -> datetime | None:
    try:
        now = place.time.now()
    except (NotObserved, ValueError, KeyError, TypeError):
        return None
    return now if now.tzinfo else None


def _requests(reader: Reader, path: str, most: int) -> list[Reading]:
    """Read some requests by their own URLs: the first of the list, and the newest."""
    half = max(most // 2, 1)
    found: dict[str, Reading] = {}
    for query in (f"per_page={half}", f"per_page={half}&sort=id,desc"):
        for link in reader.get(path, query).rows:
            split = reader.split(link)
            if split is None or split[1] or not split[0].startswith(f"{path}/"):
                continue
            one = reader.get(split[0])
            if reader.same("what-is-listed-is-there", "status", 200, one.answer.status, one):
                found[split[0]] = one
    return [one for one in found.values() if isinstance(one.data, dict)]


def _machines(reader: Reader, requests: list[Reading], most: int) -> Iterator[Reading]:
    """Read some machines that are listed: the one that is named, those of requests, others."""
    listed = [text_at(row, "/uuid") for row in reader.get(MACHINES).rows]
    wanted: list[Any] = [reader.place.names.get("vm")]
    wanted += [text_at(one.document, "/data/vm_uuid") for one in requests]
    near = dict.fromkeys(uuid for uuid in [*wanted, *listed] if uuid in listed and uuid)
    for uuid in list(near)[:most]:
        one = reader.get(f"{MACHINES}/{uuid}")
        reader.same("what-is-listed-is-there", "status", 200, one.answer.status, one)
        if reader.same("one-thing-reads-the-same", "/data/uuid", uuid, at(one.data, "/uuid"), one):
            yield one


def _tasks(reader: Reader, requests: list[Reading]) -> Iterator[tuple[Reading, Reading]]:
    """Read the tasks that requests name, each with its request."""
    for request in requests:
        task = text_at(request.document, "/data/task_id")
        if task is not None:
            yield request, reader.get(f"/v2/request/task/{task}")
