"""`vss-mock serve --state DIR` says what it found there, or refuses in one line."""

import json
import shutil
import signal
import sqlite3
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import COMMAND, STOPS_WITHIN_S, Served, complaint, run, served

JM = {"Authorization": "Bearer demo-token", "Content-Type": "application/json"}
BODY = {"description": "d", "from_date": "2016-07-29 22:00", "valid_for": 12}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "a folder"


def call(server: Served, method: str, path: str, body: Any = None) -> Any:
    sent = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{server.url}{path}", sent, JM, method=method)
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


def submit(server: Served) -> None:
    uuid = call(server, "GET", "/_mock/worlds/default")["vms"][0]["uuid"]
    call(server, "POST", f"/v2/vm/{uuid}/snapshot", BODY)


def stop(server: Served) -> None:
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(STOPS_WITHIN_S) == 0
    assert server.process.stderr is not None
    assert server.process.stderr.read() == ""


def test_a_new_folder_is_said_to_be_new_and_an_old_one_what_it_held(folder: Path) -> None:
    with served("--state", str(folder)) as server:
        assert server.lines[1] == f"State: {folder}, new"
        stop(server)
    with served("--state", str(folder)) as server:
        assert server.lines[1] == f"State: {folder}, 1 world and 1 request recovered"
        submit(server)
        call(server, "POST", "/_mock/worlds", {"name": "other"})
        before = call(server, "GET", "/_mock/state")
        server.process.kill()
    with served("--state", str(folder)) as server:
        assert server.lines[1] == f"State: {folder}, 2 worlds and 3 requests recovered"
        assert call(server, "GET", "/_mock/state") == before
        stop(server)
    assert [file.name for file in folder.iterdir()] == ["state.sqlite3"]


def test_options_that_describe_a_world_are_ignored_where_there_is_one_and_it_says_so(
    folder: Path, tmp_path: Path
) -> None:
    file = tmp_path / "world.json"
    file.write_text(json.dumps({"seed": 3}), encoding="utf-8")
    options = ("--state", str(folder), "--world", str(file), "--dialect", "2019", "--seed", "5")
    with served(*options) as server:
        assert call(server, "GET", "/_mock/worlds/default")["seed"] == 5
        stop(server)
    file.unlink()
    with served(*options, "--start", "nonsense", "--rate", "3") as server:
        assert server.lines[1] == (
            f"State: {folder}, 1 world and 1 request recovered; "
            "--world, --dialect, --rate, --start, --seed ignored: the world is there already"
        )
        world = call(server, "GET", "/_mock/worlds/default")
        assert (world["seed"], world["dialect"]) == (5, "2019")


def test_a_live_clock_goes_on_from_where_it_stood(folder: Path) -> None:
    with served("--state", str(folder), "--clock", "live", "--start", "2016-07-29T12:00") as server:
        stood = call(server, "GET", "/_mock/clock")["now"]
        stop(server)
    with served("--state", str(folder), "--clock", "live", "--start", "2016-07-29T12:00") as server:
        assert "Clock: live" in server.lines[2]
        assert stood < call(server, "GET", "/_mock/clock")["now"] < "2016-07-29T16:10:00Z"


def test_a_second_server_on_a_folder_is_refused_and_the_first_goes_on(folder: Path) -> None:
    with served("--state", str(folder)) as server:
        submit(server)
        refused = complaint(run("serve", "--port", "0", "--state", str(folder)))
        assert refused == f"--state: {folder}: another vss-mock keeps its state there"
        submit(server)


def test_what_is_no_folder_of_ours_is_refused_in_one_line(folder: Path) -> None:
    folder.write_text("precious")
    refused = complaint(run("serve", "--port", "0", "--state", str(folder)))
    assert refused == f"--state: {folder}: not a directory"
    assert folder.read_text() == "precious"


def test_a_damaged_folder_is_refused_in_one_line(folder: Path) -> None:
    folder.mkdir()
    connection = sqlite3.connect(folder / "state.sqlite3")
    connection.execute("CREATE TABLE other (x)")
    connection.close()
    before = (folder / "state.sqlite3").read_bytes()
    refused = complaint(run("serve", "--port", "0", "--state", str(folder)))
    assert refused == f"--state: {folder / 'state.sqlite3'} is a database of another program"
    assert (folder / "state.sqlite3").read_bytes() == before


def test_a_world_that_is_none_makes_no_folder_full(folder: Path) -> None:
    assert "--seed" in complaint(run("serve", "--state", str(folder), "--seed", "x"))
    assert not folder.exists()
    assert "--start" in complaint(run("serve", "--state", str(folder), "--start", "nonsense"))
    assert not folder.exists()


@pytest.mark.skipif(not shutil.which("prlimit"), reason="prlimit is a command of Linux")
def test_first_worlds_that_cannot_be_saved_are_refused_in_one_line(folder: Path) -> None:
    words = ("serve", "--port", "0", "--state", str(folder))
    limited = ["prlimit", "--fsize=10000", *COMMAND, *words]
    done = subprocess.run(limited, capture_output=True, text=True, timeout=60, check=False)
    assert complaint(done) == f"--state: {folder}: File too large"
    assert not folder.exists()
