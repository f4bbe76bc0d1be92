"""A write that fails: the call is refused, nothing is half done, reads go on, the next succeeds."""

import resource
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.caller import Answer, Caller
from tests.durability.serving import Server, integrity
from vss_mock.assembly import Settings, build_service
from vss_mock.store import Store
from vss_mock.store_file import FILE

Act = Callable[[Caller], Answer]


class Disk:
    """A connection of which the `bad`-th statement from now on fails, and all after it if it is
    to stay bad."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.bad: int | None = None
        self.stays = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def _spin(self) -> None:
        if self.bad is not None:
            self.bad -= 1
            if self.bad == 0 or (self.stays and self.bad < 0):
                raise sqlite3.OperationalError("disk I/O error")

    def execute(self, *given: Any) -> sqlite3.Cursor:
        self._spin()
        return self._connection.execute(*given)

    def executemany(self, *given: Any) -> sqlite3.Cursor:
        self._spin()
        return self._connection.executemany(*given)


class Kept:
    """A service that keeps its worlds in a folder, and a caller of it."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.folder = folder
        self.store = Store(folder, at=0)
        service = build_service(Settings(strict=True, **settings), 0, self.store.worlds)
        self.store.follow(service.worlds)
        self.mock = Caller(service)
        self.connection = self.store._connection
        self.disk = Disk(self.connection)
        self.store._connection = self.disk  # type: ignore[assignment]  # it does all that is used

    def everything(self) -> dict[str, Any]:
        worlds = self.mock.get("/_mock/worlds").body["worlds"]
        return {each["name"]: [each, *self._parts(each["name"])] for each in worlds}

    def _parts(self, name: str) -> list[Any]:
        parts = ("state", "clock")
        return [self.mock.get(f"/_mock/worlds/{name}/{part}").body for part in parts]

    def reopened(self) -> "Kept":
        """Return what is found in the folder after the process has gone without a word."""
        self.connection.close()
        return Kept(self.folder)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    made = Kept(tmp_path / "state")
    mock = made.mock
    for name in ("coreos0", "web1", "web2"):
        mock.submit(name)
    mock.advance("10h")
    mock.put(f"/v2/vm/{mock.uuid('web1')}/name", {"value": "w", "schedule": "2016-07-30 02:00"})
    mock.post("/_mock/worlds", {"name": "other"})
    yield made
    made.connection.close()


def vm(mock: Caller, rest: str) -> str:
    return f"/v2/vm/{mock.uuid('web1')}/{rest}"


SNAPSHOT = {"description": "d", "from_date": "2016-08-01 22:00", "valid_for": 12}


def saved(mock: Caller, name: str) -> Any:
    return mock.get(f"/_mock/worlds/{name}/saved").body


WRITES: dict[str, Act] = {
    "snapshot": lambda mock: mock.post(vm(mock, "snapshot"), SNAPSHOT),
    "extension": lambda mock: mock.put(
        "/v2/request/snapshot/2", {"attribute": "duration", "value": 3}
    ),
    "change": lambda mock: mock.put(vm(mock, "memory"), {"value": 4}),
    "cancelling": lambda mock: mock.put("/v2/request/change/1", {"scheduled": False}),
    "advance": lambda mock: mock.post("/_mock/clock", {"advance": "1d"}),
    "pace": lambda mock: mock.post("/_mock/clock", {"mode": "auto"}),
    "reset": lambda mock: mock.post("/_mock/reset", {}),
    "fault": lambda mock: mock.post("/_mock/faults", {"kind": "latency", "seconds": 1}),
    "hold": lambda mock: mock.post("/_mock/holds", {"event": "delete"}),
    "length of the work": lambda mock: mock.post("/_mock/clock", {"task_seconds": 60}),
    "fork": lambda mock: mock.post("/_mock/worlds/default/fork", {}),
    "world": lambda mock: mock.post("/_mock/worlds", {}),
    "world with its own machines": lambda mock: mock.post(
        "/_mock/worlds", {"vms": [{"name": "one"}]}
    ),
    "world of another seed": lambda mock: mock.post("/_mock/worlds", {"seed": 4}),
    "loading": lambda mock: mock.put("/_mock/worlds/other/saved", saved(mock, "default")),
    "loading a new world": lambda mock: mock.put("/_mock/worlds/new/saved", saved(mock, "default")),
    "loading the default world": lambda mock: mock.put("/_mock/saved", saved(mock, "other")),
    "farewell": lambda mock: mock("DELETE", "/_mock/worlds/other"),
}


@pytest.mark.parametrize("stays", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_whichever_statement_fails_the_call_is_refused_and_the_next_one_succeeds(
    kept: Kept, write: Act, stays: bool
) -> None:
    before, failed = kept.everything(), 0
    kept.disk.stays = stays
    for bad in range(1, 100):
        kept.disk.bad = bad
        answer = write(kept.mock)
        if answer.status_code < 300:
            break
        assert answer.status_code == 503
        assert "disk I/O error" in answer.message
        assert kept.everything() == before
        assert stays or not kept.connection.in_transaction
        kept.disk.bad = None
        failed += 1
    kept.disk.bad = None
    assert failed >= 4, "a transaction has at least BEGIN, two writes and COMMIT"
    after = kept.everything()
    assert after != before
    assert kept.reopened().everything() == after


def test_a_long_advance_that_fails_is_found_as_far_as_it_came(kept: Kept) -> None:
    mock = kept.mock
    for number in range(250):
        mock.submit("coreos0", from_date=f"2016-08-02 {10 + number // 60}:{number % 60:02d}")
    kept.disk.bad = 10
    refused = mock.post("/_mock/clock", {"advance": "10d"})
    kept.disk.bad = None
    assert refused.status_code == 503
    now = mock.get("/_mock/clock").body["now"]
    assert f"time stands at {now}" in refused.message
    standing = kept.everything()
    again = kept.reopened()
    assert again.everything() == standing
    assert again.mock.post("/_mock/clock", {"advance": "10d"}).body["fired_count"] > 250


def test_a_full_database_refuses_writes_until_there_is_room(kept: Kept) -> None:
    (pages,) = kept.connection.execute("PRAGMA page_count").fetchone()
    kept.connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    target, before = vm(kept.mock, "snapshot"), kept.everything()
    while (answer := kept.mock.post(target, SNAPSHOT)).status_code == 202:
        before = kept.everything()
    assert answer.status_code == 503
    assert "database or disk is full" in answer.message
    assert kept.everything() == before
    kept.connection.execute("PRAGMA max_page_count = 1000000")
    accepted = kept.mock.post(target, SNAPSHOT)
    assert accepted.status_code == 202
    assert accepted.data["_links"]["request"].endswith(
        f"/{len(before['default'][1]['snapshot_requests']) + 1}"
    )
    after = kept.everything()
    assert kept.reopened().everything() == after


def test_a_file_that_may_not_grow_refuses_writes_until_it_may(tmp_path: Path) -> None:
    """The system itself fails the write, each time some pages later, in a process that goes on."""
    folder = tmp_path / "state"
    with Server(folder) as server:
        log = folder / f"{FILE}-wal"
        uuid = server.client.get("/_mock/worlds/default")["vms"][0]["uuid"]
        refused = accepted = 0
        for number in range(40):
            before = server.state()
            _let_files_grow(server, log.stat().st_size + number * 500)
            answer = server.client.submit(uuid, f"number {number}" + "x" * 3000)
            if answer.status_code == 503:
                refused += 1
                assert server.state() == before
            else:
                accepted += 1
                assert answer.status_code == 202
            _let_files_grow(server, resource.RLIM_INFINITY)
            assert server.client.submit(uuid, f"after {number}").status_code == 202
        assert refused >= 10
        assert accepted >= 1
        after = server.state()
        server.kill()
    assert integrity(folder) == "ok"
    with Server(folder) as server:
        assert server.state() == after


def test_a_disk_that_fails_is_logged_once_and_again_when_it_is_well(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    with Server(folder, "--clock", "live", "--rate", "100000") as server:
        uuid = server.client.get("/_mock/worlds/default")["vms"][0]["uuid"]
        server.client.submit(uuid, "soon")
        _let_files_grow(server, 0)
        for _ in range(30):
            server.client.get("/_mock/clock")
            assert server.client.submit(uuid, "refused").status_code == 503
        _let_files_grow(server, resource.RLIM_INFINITY)
        assert server.client.submit(uuid, "kept").status_code == 202
        logged = server.stop().splitlines()
    assert [line.partition(":")[0] for line in logged] == [
        "the state cannot be saved",
        "the state is saved again",
    ]


def _let_files_grow(server: Server, size: int) -> None:
    """Let no file of a server's process be written past a size, in bytes."""
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
