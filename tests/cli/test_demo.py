"""The demo walks a snapshot through its life, and says so if the mock does anything else."""

import os
import pty
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.cli.running import COMMAND, STOPS_WITHIN_S, complaint, environment, run
from vss_mock import Mock, demo
from vss_mock.cli import main

MILESTONES = [
    "1606T-coreos0",
    '"state": "Submitted"',
    "ok: status Submitted",
    "ok: action Create",
    "vss-mock clock to 2016-07-29T22:00",
    "Submitted -> Scheduled",
    "ok: action Delete",
    '"createTime": "2016-07-29 22:00:00"',
    "ok: status code 204",
    "ok: to_date 2016-07-30 22:00:00 EDT",
    "vss-mock clock advance 24h",
    "Scheduled -> Processed",
    "ok: action Done",
    "ok: snapshots []",
    "did you mean 'valid_for'?",
]


def test_the_demo_tells_a_snapshots_life_in_order() -> None:
    done = run("demo")
    assert done.returncode == 0
    assert done.stderr == ""
    place = 0
    for milestone in MILESTONES:
        place = done.stdout.index(milestone, place)
    assert "\x1b" not in done.stdout


def test_the_demo_begins_with_the_address_of_its_page_and_ends_with_how_to_keep_it() -> None:
    first, *_, before_last, last = run("demo").stdout.splitlines()
    assert re.fullmatch(r"The page, while this runs: http://127\.0\.0\.1:[0-9]+/_mock/", first)
    assert before_last.endswith("Now yours: vss-mock serve")
    assert last == "To see it on a page, and keep it until Ctrl-C: vss-mock demo --page"


@pytest.mark.parametrize(
    ("program", "called"),
    {
        ".venv/bin/vss-mock": ".venv/bin/vss-mock",
        "{}/elsewhere/vss-mock": "{}/elsewhere/vss-mock",
        "{}/bin/vss-mock": "vss-mock",  # the first on PATH
        "site/vss_mock/__main__.py": "vss-mock",
    }.items(),
)
def test_what_to_try_next_is_called_as_the_demo_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, called: str
) -> None:
    for folder in ("bin", "elsewhere"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "vss-mock").touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert demo.called(program.format(tmp_path)) == called.format(tmp_path)


@contextmanager
def page(*options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Serve the page; give the process and the address that it says first."""
    process = subprocess.Popen(
        [*COMMAND, "demo", "--page", *options],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline().rstrip("\n")
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_page_is_served_until_told_to_stop(number: signal.Signals) -> None:
    with page("--port", "0") as (process, line):
        (url,) = re.findall(r"^The page: (http://127\.0\.0\.1:[0-9]+/_mock/\?tour)$", line)
        parts = urlsplit(url)
        connection = HTTPConnection(parts.netloc, timeout=10)
        connection.request("GET", f"{parts.path}?{parts.query}")
        assert connection.getresponse().status == 200
        connection.close()
        process.send_signal(number)
        assert process.wait(timeout=STOPS_WITHIN_S) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_the_page_is_at_the_usual_port_or_at_any_that_is_free() -> None:
    with ExitStack() as held:
        with suppress(OSError):  # somebody else has it, which is as well
            held.enter_context(socket.create_server(("127.0.0.1", 8001)))
        _, line = held.enter_context(page())
        assert re.fullmatch(r"The page: http://127\.0\.0\.1:[0-9]+/_mock/\?tour", line)
        assert ":8001/" not in line
        port = line.split(":")[3].split("/")[0]
        assert port in complaint(run("demo", "--page", "--port", port))


def test_a_port_means_nothing_to_a_demo_that_ends() -> None:
    assert "add --page" in complaint(run("demo", "--port", "8001"))


def test_the_demo_says_what_a_mock_did_otherwise(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "Mock", lambda: Mock(vms=[{"name": "another"}]))
    assert main(["demo"]) == 1
    printed = capsys.readouterr()
    assert 'name should be ["1606T-coreos0"] and is []' in printed.err
    assert printed.err.count("\n") == 1


@pytest.mark.parametrize(("extra", "colours"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_the_demo_is_coloured_on_terminals_only(extra: dict[str, str], colours: bool) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "demo"], stdout=theirs, env=environment({"TERM": "xterm"} | extra)
    )
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 65536):
            shown += piece
    except OSError:
        # What Linux says when the other side of a terminal has gone.
        pass
    finally:
        os.close(ours)
        process.kill()
        process.wait()
    assert (re.search(rb"\x1b\[1m", shown) is not None) is colours
    assert b"That was a snapshot's whole life" in shown
