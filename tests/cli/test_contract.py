"""vss-mock contract: what it says and how it ends, for servers that keep the contract or not."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.running import COMMAND, environment
from tests.contract.facade import Facade, Heard, facade
from vss_mock import Mock
from vss_mock.cli import main

NAME = "1606T-coreos0"
Said = tuple[str, str]
Contract = Callable[..., Said]


@pytest.fixture(scope="module")
def mock() -> Iterator[Mock]:
    with Mock() as running:
        yield running


@pytest.fixture
def front(mock: Mock) -> Iterator[Facade]:
    with facade(mock) as running:
        yield running


@pytest.fixture
def contract(mock: Mock, capsys: pytest.CaptureFixture[str]) -> Contract:
    """Run the command in this process; return what it printed and what it said on stderr."""

    def run_in_process(*words: str, status: int = 0, url: str = mock.url) -> Said:
        given = ["--target", url, "--token", mock.token, "--vm", NAME, "--rps", "2000"]
        given += [] if "--profile" in words else ["--profile", "quick"]
        before = signal.getsignal(signal.SIGTERM)
        try:
            assert main(["contract", "run", *given, *words]) == status
        finally:
            signal.signal(signal.SIGTERM, before)
        printed = capsys.readouterr()
        assert mock.token not in printed.out + printed.err
        return printed.out, printed.err

    return run_in_process


def complaint(*words: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Return the one line on stderr of a command that could not do what it was asked."""
    assert main(["contract", *words]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    (line,) = printed.err.splitlines()
    return line


def test_a_server_that_keeps_the_contract_ends_well(contract: Contract) -> None:
    printed, said = contract("--only", "extend", "--only", "dst")
    assert re.search(r"^\d+ rules: \d+ kept, 0 broken, \d+ not observed; ", printed, re.MULTILINE)
    assert "scenarios: " in said


ONLY_2026 = ("--only", "days-of-the-week", "--only", "machines-by-moref")


def test_a_mock_is_judged_by_what_its_world_speaks(
    mock: Mock, capsys: pytest.CaptureFixture[str]
) -> None:
    with mock.world(dialect="2026") as world:
        told = ["--target", mock.url, "--token", world.token, "--vm", world.vm.name]
        assert main(["contract", "run", *told, "--profile", "quick", *ONLY_2026]) == 0
    assert " 0 broken, " in capsys.readouterr().out


def test_any_mock_is_judged_in_worlds_of_the_dialect_that_is_asked_for(contract: Contract) -> None:
    assert complaint_of(contract, *ONLY_2026).startswith("vss-mock: --only: ")
    printed, _ = contract("--dialect", "2026", *ONLY_2026)
    assert " 0 broken, " in printed


def complaint_of(contract: Contract, *words: str) -> str:
    """Return what a run says that cannot do what it was asked."""
    return contract(*words, status=2)[1]


def test_the_mock_is_left_as_it_was(mock: Mock, contract: Contract) -> None:
    before = mock.state(), mock.clock.now
    contract("--only", "lifecycle")
    assert (mock.state(), mock.clock.now) == before


def lying(front: Facade, mock: Mock) -> str:
    """Let a server answer one call wrongly, and return its URL."""
    front.mood = lambda call: (204, {}) if call == Heard("GET", "/v2/user", call[2]) else None
    return front.url


def test_a_broken_rule_is_told_with_the_walk_and_how_to_repeat_it(
    mock: Mock, front: Facade, contract: Contract
) -> None:
    printed, said = contract("--only", "relations", url=lying(front, mock), status=1)
    assert "BROKEN " in printed
    assert '-H "Authorization: Bearer $TOKEN"' in printed
    assert re.search(r"expected .+, got ", printed)
    assert f"repeat: vss-mock contract run --target {front.url} --vm {NAME}" in printed
    assert '--token "$VSS_TOKEN"' in printed
    assert "broken: " in said


def test_how_well_known_a_broken_rule_has_to_be_can_be_chosen(
    mock: Mock, front: Facade, contract: Contract
) -> None:
    url = lying(front, mock)
    contract("--only", "answer-user-get", url=url, status=1)
    printed, _ = contract("--only", "answer-user-get", "--fail-on", "documented", url=url)
    assert "--fail-on documented lets it pass" in printed


def test_without_leave_a_shared_server_is_only_read(front: Facade, contract: Contract) -> None:
    printed, _ = contract("--profile", "quick", url=front.url)
    assert front.writes == []
    assert "not observed" in printed
    assert "--allow-writes allows it" in printed
    assert "time is not moved" in printed


def test_with_leave_only_the_named_machine_is_touched_and_tidied_up(
    mock: Mock, front: Facade, contract: Contract
) -> None:
    _, said = contract("--profile", "quick", "--allow-writes", url=front.url)
    machine = mock.vm.uuid
    assert front.writes
    assert {call.path.split("/")[3] for call in front.writes} <= {machine, "snapshot"}
    assert "asks for a snapshot of" in said or not mock.state()["snapshot_requests"][1:]
    assert not [one for one in mock.state()["snapshots"] if one["vm"] == machine]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["run"], "--target, --vm"),
        (["run", "--target", "ftp://x", "--vm", "x", "--token", "t"], "is not the URL"),
        (["run", "--target", "http://127.0.0.1:1", "--vm", "x"], "give --token"),
        (["run", "--target", "http://127.0.0.1:1", "--vm", "x", "--token", "t"], "reached"),
        (["run", "--target", "x", "--vm", "x", "--report", "pdf=x"], "junit=FILE"),
        (["run", "--target", "x", "--vm", "x", "--report", "har=/no/such/x"], "does not exist"),
        (["run", "--target", "x", "--vm", "x", "--report", "har=/"], "a folder"),
        (["run", "--target", "x", "--vm", "x", "--rps", "0"], "above 0"),
        (["run", "--target", "x", "--vm", "x", "--wait", "soon"], "such as 90, 5m"),
        (["run", "--target", "x", "--vm", "x", "--seed", "-1"], "--seed"),
        (["run", "--target", "x", "--vm", "x", "--profile", "slow"], "--profile"),
        (
            ["run", "--target", "http://x", "--vm", "x", "--dialect", "1999"],
            "no contract of '1999'",
        ),
        (["run", "--target", "http://x", "--vm", "x", "--only", "no-such"], "'no-such'"),
        (["run", "--target", "http://x", "--vm", "x", "--password", "p"], "--user"),
        (["show", "no-such"], "no rule is called 'no-such'"),
        (["list", "--dialect", "1999"], "no contract of '1999'"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_exit_2(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sentence in complaint(*words, capsys=capsys)


def test_a_secret_on_the_command_line_is_in_no_complaint(
    mock: Mock, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["run", "--target", mock.url, "--vm", NAME, "--token", "canary-token"]
    assert "canary" not in complaint(*words, capsys=capsys)


def test_without_the_heavy_libraries_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("vss_mock.cli_contract.HEAVY", ("hypothesis", "no_such_library"))
    for words in (["list"], ["show", "x"], ["run", "--target", "http://x", "--vm", "x"]):
        line = complaint(*words, capsys=capsys)
        assert "needs no_such_library: pip install 'vss-mock[contract]'" in line


def test_every_rule_is_listed_with_its_evidence_and_source(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["contract", "list"]) == 0
    heading, *rows = capsys.readouterr().out.splitlines()
    assert heading.split()[:4] == ["RULE", "SUITE", "EVIDENCE", "SOURCE"]
    assert len(rows) > 100
    assert all(re.search(r" (documented|client|assumed) ", row) for row in rows)
    ids = [row.split()[0] for row in rows]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    ("rule", "shown"),
    [
        ("extend-three-times", '"advance_to"'),
        ("answer-vm-get", "GET /v2/vm/{uuid}, which answers 200, 400"),
        ("members-in-order", "alphabetical"),
    ],
)
def test_a_rule_is_shown_with_all_that_is_known_of_it(
    rule: str, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["contract", "show", rule]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith(f"{rule}: ")
    assert "  evidence  " in printed
    assert "  source    " in printed
    assert shown in printed


def test_reports_are_written_and_hold_no_token(
    mock: Mock, contract: Contract, tmp_path: Path
) -> None:
    kinds = ("junit", "html", "har", "json")
    wanted = [word for kind in kinds for word in ("--report", f"{kind}={tmp_path / kind}")]
    contract("--only", "login", "--user", mock.username, "--password", mock.password, *wanted)
    for kind in kinds:
        written = (tmp_path / kind).read_text(encoding="utf-8")
        assert mock.token not in written
        assert "-jm-token" not in written
        assert "eyJ" not in written
    rules = json.loads((tmp_path / "json").read_text(encoding="utf-8"))["rules"]
    assert {rule["verdict"] for rule in rules} <= {"kept", "not observed"}


def test_the_same_seed_makes_the_same_calls(mock: Mock, contract: Contract) -> None:
    def calls() -> list[Heard]:
        with Mock() as fresh, facade(fresh) as front:
            contract("--only", "relations", url=front.url)
            return [
                call._replace(path=call.path.replace(fresh.vm.uuid, "U")) for call in front.heard
            ]

    assert calls() == calls()


def interrupted(mock: Mock, front: Facade, number: int) -> subprocess.CompletedProcess[str]:
    """Interrupt the command in the middle of a snapshot's life."""
    words = ["contract", "run", "--target", front.url, "--token", mock.token, "--vm", NAME]
    process = subprocess.Popen(
        [
            *("sh", "-c", 'trap "" INT; exec "$@"', "sh"),  # as a shell starts background jobs
            *(*COMMAND, *words, "--allow-writes", "--wait", "--rps", "200", "--only", "lifecycle"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    for _ in range(600):
        if any(call.method == "POST" and call.path.endswith("/snapshot") for call in front.writes):
            break
        time.sleep(0.05)
    process.send_signal(number)
    out, err = process.communicate(timeout=120)
    return subprocess.CompletedProcess(words, process.returncode, out, err)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_when_interrupted_it_tidies_up_first(number: int) -> None:
    with Mock(clock="live", rate=30) as living, facade(living) as front:
        done = interrupted(living, front, number)
        asked = [one for one in living.state()["snapshot_requests"] if one["user"] == "jm"]
        standing = [one for one in living.state()["snapshots"] if one["vm"] == living.vm.uuid]
    assert done.returncode == 130, done.stderr
    assert "asks for a snapshot of" in done.stderr
    assert "Traceback" not in done.stderr
    assert asked
    assert standing == []
    assert "left behind" not in done.stderr


def test_a_server_that_is_lost_on_the_way_ends_with_what_is_left_there(mock: Mock) -> None:
    with Mock() as lonely, facade(lonely) as front:

        def gone(_: Heard) -> str | None:
            made = any(call.path.endswith("/snapshot") for call in front.writes)
            return "drop" if made else None

        front.mood = gone
        words = ["contract", "run", "--target", front.url, "--token", lonely.token, "--vm", NAME]
        done = subprocess.run(
            [*COMMAND, *words, "--allow-writes", "--wait", "--rps", "200", "--only", "lifecycle"],
            capture_output=True,
            text=True,
            check=False,
            env=environment(),
            timeout=120,
        )
    assert done.returncode == 2, done.stdout + done.stderr
    assert f"left behind: a request for a snapshot of {NAME} that was sent" in done.stderr
    assert f"vss-mock: {front.url} was lost: " in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_on_a_terminal_there_is_a_bar(mock: Mock) -> None:
    pty = pytest.importorskip("pty")
    main_end, child_end = pty.openpty()
    words = ["contract", "run", "--target", mock.url, "--token", mock.token, "--vm", NAME]
    done = subprocess.run(
        [sys.executable, "-m", "vss_mock", *words, "--only", "dst"],
        stdout=subprocess.PIPE,
        stderr=child_end,
        check=False,
        env=environment(),
        timeout=60,
    )
    os.close(child_end)
    seen = os.read(main_end, 1 << 16).decode()
    os.close(main_end)
    assert done.returncode == 0
    assert "█" in seen
    assert "scenarios 1/" in seen
