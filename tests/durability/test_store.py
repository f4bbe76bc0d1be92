"""A folder gives back the worlds that were kept in it, or is refused and left as it is."""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from tests.api.caller import Caller, basic
from vss_mock.assembly import Settings, build_service
from vss_mock.simulator.clock import SECOND
from vss_mock.store import BadState, Store
from vss_mock.store_file import APPLICATION_ID, FILE, VERSION, opened, reason
from vss_mock.wire.tokens import own

HOUR = 3600 * SECOND
SNAPSHOT = {"description": "d", "from_date": "2016-08-01 22:00", "valid_for": 12}


class Kept(Caller):
    """A caller of a service that keeps its worlds in a folder; `at` is when it is opened."""

    def __init__(self, folder: Path, at: int = 0, **settings: Any) -> None:
        self.store = Store(folder, at)
        service = build_service(Settings(strict=True, **settings), at, self.store.worlds)
        self.store.follow(service.worlds)
        super().__init__(service)
        self.at = at

    def count(self, table: str) -> int:
        (count,) = self.store._connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        return int(count)

    def everything(self) -> dict[str, Any]:
        worlds = self.get("/_mock/worlds").body["worlds"]
        return {each["name"]: [each, self._state(each["name"])] for each in worlds}

    def _state(self, name: str) -> Any:
        return self.get(f"/_mock/worlds/{name}/state").body


@contextmanager
def serving(folder: Path, at: int = 0, **settings: Any) -> Iterator[Kept]:
    made = Kept(folder, at, **settings)
    try:
        yield made
    finally:
        made.store.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state"


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def live_a_little(mock: Kept) -> None:
    """Have something of everything: worlds, forks, snapshots that come and go, changes."""
    for name in ("coreos0", "web1", "web2"):
        mock.submit(name)
    mock.advance("10h")
    mock.put("/v2/request/snapshot/3", {"attribute": "duration", "value": 5})
    mock.put(f"/v2/vm/{mock.uuid('web1')}/name", {"value": "renamed"})
    mock.put(f"/v2/vm/{mock.uuid('web2')}/cpu", {"value": 200})
    mock.put(f"/v2/vm/{mock.uuid('web2')}/memory", {"value": 8, "schedule": "2017-01-01 10:00"})
    mock.put("/v2/request/change/2", {"scheduled": False})
    mock.post("/_mock/worlds/default/fork", {"name": "fork"})
    mock.advance("1d")
    mock.post("/_mock/worlds", {"dialect": "2026", "seed": 9, "clock": "auto"})
    mock.post("/_mock/worlds/fork/clock", {"task_seconds": 60})
    mock.post("/_mock/worlds/fork/faults", {"kind": "status", "status_code": 404, "nth": 2})
    mock.post("/_mock/worlds/fork/holds", {"event": "delete"})
    mock.get("/v2/vm", authorization=f"Bearer {own('fork', 'jm')}")
    mock.post("/_mock/worlds", {"name": "own", "vms": [{"name": "one"}], "clock": "live"})


def test_a_folder_gives_back_every_world_to_the_last_byte(folder: Path) -> None:
    with serving(folder) as mock:
        live_a_little(mock)
        before = mock.everything()
    with serving(folder) as mock:
        assert mock.everything() == before
        assert mock.store.worlds is mock.service.worlds


def test_what_comes_back_goes_on_as_what_was_never_away(folder: Path, tmp_path: Path) -> None:
    steps: list[Callable[[Kept], Any]] = [
        lambda mock: mock.post(f"/v2/vm/{mock.uuid()}/snapshot", SNAPSHOT).body["data"],
        lambda mock: mock.advance("30d"),
        lambda mock: mock.post("/_mock/worlds", {}).body["name"],
        lambda mock: mock.post("/_mock/worlds/fork/reset", {}).body,
        lambda mock: mock.post("/_mock/reset", {}).body,
        lambda mock: mock.post("/_mock/worlds/own/reset", {}).body,
    ]
    with serving(tmp_path / "twin") as twin:
        live_a_little(twin)
        with serving(folder) as mock:
            live_a_little(mock)
        for step in steps:
            with serving(folder) as mock:
                assert step(mock) == step(twin)
                assert mock.everything() == twin.everything()


def test_tokens_and_logins_are_as_they_were(folder: Path) -> None:
    with serving(folder) as mock:
        mock.post("/_mock/worlds", {"name": "other", "seed": 5})
        login = mock.post("/auth/request-token", authorization=basic("jm@other", "jm"))
        token = login.body["token"]
    with serving(folder) as mock:
        assert mock.get("/v2/vm", authorization=f"Bearer {own('other', 'jm')}").status_code == 200
        assert mock.get("/v2/vm", authorization=f"Bearer {token}").status_code == 200


def test_a_frozen_clock_stands_and_a_live_one_goes_on_from_where_it_stood(folder: Path) -> None:
    with serving(folder, clock="live", rate=2.0, start="2016-07-29T12:30:59") as mock:
        mock.post("/_mock/worlds", {"name": "frozen"})
        mock.at = HOUR
        list(mock.service.tick(mock.at))
    with serving(folder, at=100 * HOUR) as mock:
        assert mock.get("/_mock/clock").body["now"] == "2016-07-29T18:30:59Z"
        mock.at += HOUR
        assert mock.get("/_mock/clock").body["now"] == "2016-07-29T20:30:59Z"
        assert mock.get("/_mock/worlds/frozen/clock").body["mode"] == "frozen"
        mock.post("/_mock/reset", {})
        clock = mock.get("/_mock/clock").body
        assert (clock["now"], clock["rate"]) == ("2016-07-29T16:30:59Z", 2.0)


def test_a_pace_survives_and_a_reset_goes_back_to_the_first_one(folder: Path) -> None:
    with serving(folder) as mock:
        mock.post("/_mock/clock", {"mode": "live", "rate": 3})
    with serving(folder) as mock:
        clock = mock.get("/_mock/clock").body
        assert (clock["mode"], clock["rate"]) == ("live", 3)
        mock.post("/_mock/reset", {})
        assert mock.get("/_mock/clock").body["mode"] == "frozen"


def test_a_name_that_was_given_is_not_given_again(folder: Path) -> None:
    with serving(folder) as mock:
        assert mock.post("/_mock/worlds", {}).body["name"] == "world-1"
        mock("DELETE", "/_mock/worlds/world-1")
    with serving(folder) as mock:
        assert list(mock.everything()) == ["default"]
        assert mock.post("/_mock/worlds", {}).body["name"] == "world-2"


def test_worlds_that_began_alike_share_their_beginning_until_the_last_is_gone(folder: Path) -> None:
    with serving(folder) as mock:
        names = [mock.post("/_mock/worlds", {"seed": 4}).body["name"] for _ in range(3)]
        assert mock.count("beginning") == 2
    with serving(folder) as mock:
        kept = mock.service.worlds
        assert kept[names[0]].origin is kept[names[1]].origin
        for name in names:
            assert mock.count("beginning") == 2
            assert mock("DELETE", f"/_mock/worlds/{name}").status_code == 204
        assert (mock.count("beginning"), mock.count("world")) == (1, 1)


def test_a_world_costs_what_is_different_from_its_beginning(folder: Path) -> None:
    with serving(folder) as mock:
        assert mock.count("record") == 0
        mock.submit()
        assert mock.count("record") == 1
        mock.advance("10h")
        assert mock.count("record") == 3
        mock.post("/_mock/worlds/default/fork", {"name": "fork"})
        assert mock.count("record") == 3
        mock.post("/_mock/reset", {})
        assert mock.count("record") == 0
        mock("DELETE", "/_mock/worlds/fork")
        assert mock.count("beginning") == 1


def test_the_folder_and_its_files_are_for_their_owner_alone(folder: Path) -> None:
    with serving(folder / "deep"):
        modes = {file.name: file.stat().st_mode & 0o777 for file in (folder / "deep").iterdir()}
        assert modes == {FILE: 0o600, f"{FILE}-wal": 0o600}
        assert (folder / "deep").stat().st_mode & 0o777 == 0o700


def test_closing_leaves_one_file(folder: Path) -> None:
    with serving(folder):
        pass
    assert set(contents(folder)) == {FILE}


def refused(folder: Path) -> str:
    """Return why a folder is refused, having seen that nothing in it has changed."""
    before = contents(folder)
    with pytest.raises(BadState) as problem:
        Store(folder, at=0)
    assert contents(folder) == before
    return str(problem.value)


def test_a_folder_in_use_is_refused(folder: Path) -> None:
    with serving(folder) as mock:
        mock.submit()
        before = contents(folder)
        assert refused(folder) == f"{folder}: another vss-mock keeps its state there"
        assert mock.submit() == 3
    assert contents(folder) != before


def test_a_new_folder_in_use_is_refused_too(folder: Path) -> None:
    with serving(folder), pytest.raises(BadState, match="another vss-mock"):
        opened_like_a_new_one(folder)


def opened_like_a_new_one(folder: Path) -> None:
    try:
        opened(folder / FILE)
    except sqlite3.Error as problem:
        raise BadState(reason(problem)) from None


def test_a_file_in_the_place_of_a_folder_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("precious")
    for place in (file, file / "below"):
        with pytest.raises(BadState, match=r"[Nn]ot a directory"):
            Store(place, at=0)
    assert file.read_text() == "precious"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"precious", "is no database"),
        (b"SQLite format 3\x00", "is no database"),
        (b"SQLite format 3\x00" + bytes(200), "is a database of another program"),
    ],
)
def test_a_file_that_is_none_of_ours_is_refused(folder: Path, content: bytes, why: str) -> None:
    folder.mkdir()
    (folder / FILE).write_bytes(content)
    assert refused(folder) == f"{folder / FILE} {why}"


def changed_header(folder: Path, pragma: str, value: int) -> None:
    connection = sqlite3.connect(folder / FILE)
    connection.execute(f"PRAGMA {pragma} = {value}")
    connection.close()


def test_a_database_of_another_version_is_refused(folder: Path) -> None:
    with serving(folder):
        pass
    changed_header(folder, "user_version", 7)
    why = f"is of version 7: this vss-mock reads version {VERSION}"
    assert refused(folder) == f"{folder / FILE} {why}"
    changed_header(folder, "user_version", VERSION)
    changed_header(folder, "application_id", APPLICATION_ID + 1)
    assert refused(folder) == f"{folder / FILE} is a database of another program"


def test_a_world_of_another_format_is_refused(folder: Path) -> None:
    with serving(folder):
        pass
    connection = sqlite3.connect(folder / FILE)
    (document,) = connection.execute("SELECT document FROM beginning").fetchone()
    other = re.sub(rb'"format":[0-9]+', b'"format":99', document, count=1)
    connection.execute("UPDATE beginning SET document = ?, sum = ?", (other, crc32(other)))
    connection.commit()
    connection.close()
    assert "holds a state that is no world: its format is 99" in refused(folder)


@pytest.mark.parametrize("statement", ["DELETE FROM world", "DELETE FROM beginning"])
def test_a_folder_without_what_there_always_is_is_new_or_refused(
    folder: Path, statement: str
) -> None:
    with serving(folder):
        pass
    connection = sqlite3.connect(folder / FILE)
    connection.execute(statement)
    connection.commit()
    connection.close()
    if "world" in statement:
        with serving(folder) as mock:
            assert mock.store.worlds is None
    else:
        assert "holds a damaged state: KeyError" in refused(folder)


def test_a_default_world_that_is_gone_is_damage(folder: Path) -> None:
    with serving(folder):
        pass
    connection = sqlite3.connect(folder / FILE)
    connection.execute("UPDATE world SET name = 'other'")
    connection.commit()
    connection.close()
    assert "holds a damaged state: UnknownWorld" in refused(folder)


@pytest.mark.parametrize("pending", [False, True], ids=["stopped", "killed"])
def test_a_damaged_file_is_refused_untouched_or_holds_what_it_held(
    folder: Path, tmp_path: Path, pending: bool
) -> None:
    with serving(folder) as mock:
        live_a_little(mock)
        mock.store._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        mock.post("/_mock/worlds/fork/reset", {})
        before = mock.everything()
        if pending:
            shutil.copytree(folder, tmp_path / "killed")
    source = tmp_path / "killed" if pending else folder
    assert (source / f"{FILE}-wal").exists() == pending
    size, told = (source / FILE).stat().st_size, 0
    for number in range(60):
        place = tmp_path / f"damaged-{number}"
        shutil.copytree(source, place)
        with (place / FILE).open("r+b") as file:
            file.seek(100 + number * (size - 200) // 60)
            file.write(b"\x5a" * 64)
        found = contents(place)
        try:
            with serving(place) as mock:
                assert mock.everything() == before
        except BadState:
            told += 1
            assert contents(place) == found
    assert told > 20


def test_damage_that_nobody_reads_at_the_start_is_found_all_the_same(folder: Path) -> None:
    with serving(folder) as mock:
        live_a_little(mock)
        sql = "SELECT rootpage FROM sqlite_master WHERE name = 'begun'"
        (page,) = mock.store._connection.execute(sql).fetchone()
        (size,) = mock.store._connection.execute("PRAGMA page_size").fetchone()
    with (folder / FILE).open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\x5a" * size)
    assert "damaged" in refused(folder)


def test_a_file_cut_short_is_refused(folder: Path) -> None:
    with serving(folder) as mock:
        live_a_little(mock)
    os.truncate(folder / FILE, (folder / FILE).stat().st_size // 2)
    assert "damaged" in refused(folder)


def test_a_log_cut_short_gives_back_what_was_whole(folder: Path, tmp_path: Path) -> None:
    with serving(folder) as mock:
        states = []
        for _ in range(5):
            mock.submit()
            states.append(mock.state)
        shutil.copytree(folder, tmp_path / "killed")
    log = tmp_path / "killed" / f"{FILE}-wal"
    os.truncate(log, log.stat().st_size - 100)
    with serving(tmp_path / "killed") as mock:
        assert mock.state == states[-2]


def test_a_start_that_was_broken_off_is_begun_anew(folder: Path) -> None:
    folder.mkdir()
    (folder / FILE).touch()
    with serving(folder) as mock:
        assert mock.store.worlds is None
        mock.submit()
    with serving(folder) as mock:
        assert mock.request(2)["status"] == "Submitted"


BROKEN_OFF = """
import os, sqlite3, sys
from vss_mock import store_file
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size = 1")
connection.execute("BEGIN EXCLUSIVE")
for statement in store_file._TABLES:
    connection.execute(statement)
connection.execute("INSERT INTO beginning VALUES (1, zeroblob(1000000), 0)")
os.kill(os.getpid(), 9)
"""


def test_a_start_that_was_killed_half_way_is_begun_anew(folder: Path) -> None:
    folder.mkdir()
    subprocess.run([sys.executable, "-c", BROKEN_OFF, str(folder / FILE)], check=False)
    assert (folder / f"{FILE}-journal").stat().st_size > 0
    assert (folder / FILE).stat().st_size > 0
    with serving(folder) as mock:
        assert mock.store.worlds is None
        assert mock.submit() == 2
    with serving(folder) as mock:
        assert mock.request(2)["status"] == "Submitted"


def test_nothing_is_left_of_a_new_folder_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BadState, match="No space left on device"):
        Store(tmp_path / "new", at=0)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_of_a_new_folder_whose_first_worlds_cannot_be_written(
    tmp_path: Path,
) -> None:
    store = Store(tmp_path / "new", at=0)
    store._connection.execute("PRAGMA max_page_count = 1")
    service = build_service(Settings(), 0)
    with pytest.raises(BadState, match="full"):
        store.follow(service.worlds)
    store.close()
    assert list(tmp_path.iterdir()) == []


@contextmanager
def unprivileged() -> Iterator[None]:
    """Be somebody who may not write everywhere."""
    me = os.geteuid()
    if me == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(me)


def test_a_folder_that_may_not_be_written_is_refused() -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "state"
        Path(place).chmod(0o755)
        with serving(folder) as mock:
            mock.submit()
        folder.chmod(0o555)
        (folder / FILE).chmod(0o444)
        with unprivileged():
            assert refused(folder) == f"{folder}: Permission denied"
        folder.chmod(0o755)


def test_a_new_folder_that_is_closed_before_it_kept_anything_goes(tmp_path: Path) -> None:
    Store(tmp_path / "new", at=0).close()
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_a_folder_that_holds_something_as_it_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(folder) as mock:
        mock.submit()

    def full(number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert refused(folder) == f"{folder}: No space left on device"


def test_a_service_without_a_folder_keeps_nothing() -> None:
    service = build_service(Settings(), 0)
    assert service.worlds.unkept is None
    assert service.worlds["default"].world.trail is None
