"""The demo walks a snapshot through its life, and says so if the mock does anything else."""

import os
import pty
import re
import subprocess

import pytest

from tests.cli.running import COMMAND, environment, run
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
