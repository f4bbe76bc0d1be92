"""journal: what has reached a world, as a table, as JSON, as an archive, and kept in a file."""

import errno
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import jsonschema
import pytest

from tests.cli.running import run
from tests.meta.checkout import ROOT
from tests.schemas.published import DOCUMENTS
from vss_mock import Mock
from vss_mock.cli import main
from vss_mock.client import Client

Command = Callable[..., str]
LOGIN = "/auth/request-token"
SAVED = "control/saved-journal.json"


@pytest.fixture
def vss(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mock]:
    with Mock() as mock:
        monkeypatch.setenv("VSS_MOCK_URL", mock.url)
        yield mock


@pytest.fixture
def command(vss: Mock, capsys: pytest.CaptureFixture[str]) -> Command:
    def run_in_process(*words: str, status: int = 0) -> str:
        assert main(words) == status
        printed = capsys.readouterr()
        assert (printed.out if status else printed.err) == ""
        return printed.err if status else printed.out

    return run_in_process


@pytest.fixture
def used(vss: Mock) -> Mock:
    """A mock in which a snapshot was asked for, was taken, and something was not found."""
    with Client(vss.url) as client:
        body = {"from_date": "2016-07-29 22:00", "valid_for": 12, "description": "d"}
        client.post(f"/v2/vm/{vss.vm.uuid}/snapshot", body, vss.headers)
    vss.clock.advance("10h")
    httpx.get(f"{vss.url}/v2/nothing", headers=vss.headers)
    httpx.post(f"{vss.url}/auth/request-token", auth=("nobody", "x"))
    return vss


def test_a_journal_is_a_table_for_people(command: Command, used: Mock) -> None:
    lines = command("journal").splitlines()
    snapshot = f"/v2/vm/{used.vm.uuid}/snapshot"
    assert [" ".join(line.split()) for line in lines] == [
        "NUMBER AT KIND WHAT ANSWER",
        f"1 2016-07-29T16:30:59Z call jm: POST {snapshot} 202",
        "2 2016-07-30T02:00:00Z event snapshot request 2: take (move) Submitted -> Scheduled",
        "3 2016-07-30T02:30:59Z call jm: GET /v2/nothing 404 there is nothing at '/v2/nothing'",
        f"4 2016-07-30T02:30:59Z call somebody: POST {LOGIN} 401 Invalid username or password",
    ]
    assert len(command("journal", "--since", "3").splitlines()) == 2


def test_an_empty_journal_says_so(command: Command) -> None:
    assert command("journal") == "Nothing has happened, and nothing was asked.\n"


def test_what_a_fault_did_is_in_the_table(command: Command, vss: Mock) -> None:
    with Client(vss.url) as client:
        client.post("/_mock/faults", {"kind": "cut-body"})
    with pytest.raises(httpx.HTTPError):
        httpx.get(f"{vss.url}/v2/vm", headers=vss.headers)
    assert command("journal").endswith("GET /v2/vm  200 (faults 1) (cut)\n")


def test_a_journal_is_json_or_an_archive_for_programs(command: Command, used: Mock) -> None:
    journal = json.loads(command("journal", "--json"))
    assert DOCUMENTS.violations("control/journal.json", journal) == []
    assert len(journal["entries"]) == 4
    assert len(json.loads(command("journal", "--json", "--since", "1"))["entries"]) == 3
    archive = json.loads(command("journal", "--har"))
    published = json.loads((ROOT / "tests/contract/published/har-1.2.json").read_bytes())
    jsonschema.Draft202012Validator(published).validate(archive)
    assert len(archive["log"]["entries"]) == 3


def test_the_journal_of_another_world_is_told(command: Command, used: Mock) -> None:
    with used.world(name="other"):
        assert command("journal", "--world", "other").startswith("Nothing has happened")
    assert "no world" in command("journal", "--world", "other", status=2)


def test_a_saved_journal_is_whole_readable_json(
    command: Command, used: Mock, tmp_path: Path
) -> None:
    file = tmp_path / "journal.json"
    file.write_text("what was there before")
    with file.open() as opened:  # who reads it meanwhile goes on reading what was there
        assert command("journal", "save", str(file)) == f"Saved 4 entries in {file}.\n"
        assert opened.read() == "what was there before"
    saved = json.loads(file.read_bytes())
    assert DOCUMENTS.violations(SAVED, saved) == []
    assert (saved["format"], saved["kind"]) == (1, "vss-mock journal")
    assert saved["entries"] == json.loads(command("journal", "--json"))["entries"]
    assert file.read_text().count("\n") > 50
    assert list(tmp_path.iterdir()) == [file]
    assert json.loads(command("journal", "save", "-")) == saved


def test_a_journal_that_made_room_says_so_when_it_is_saved(
    command: Command, vss: Mock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vss_mock.simulator.journal.KEPT_CALLS", 2)
    vss.reset()
    for _ in range(5):
        httpx.get(f"{vss.url}/v2/user", headers=vss.headers)
    said = command("journal", "save", str(tmp_path / "j"))
    assert said.splitlines()[1] == "3 had to make room before: it cannot be replayed."


def test_a_file_that_cannot_be_written_is_one_line_and_leaves_nothing(
    command: Command, used: Mock, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for file in (folder, tmp_path / "none" / "j", tmp_path / ("x" * 300), Path("a\0b")):
        said = command("journal", "save", str(file), status=2)
        assert said.startswith("vss-mock: cannot write ")
        assert said.count("\n") == 1
    assert list(tmp_path.iterdir()) == [folder]
    assert list(folder.iterdir()) == []


def test_a_file_that_is_half_written_leaves_what_was_there(
    command: Command, used: Mock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "journal.json"
    file.write_text("what was there before")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    said = command("journal", "save", str(file), status=2)
    assert said == f"vss-mock: cannot write {file}: No space left on device\n"
    assert file.read_text() == "what was there before"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["journal", "save"], "it wants FILE"),
        (["journal", "keep", "x"], "'keep'"),
        (["journal", "--since", "x"], "a number of an entry is 0 or more"),
        (["journal", "--since", "-1"], "--since"),
        (["journal", "save", "x", "--har"], "with no other option"),
        (["journal", "save", "x", "--json"], "with no other option"),
        (["journal", "save", "x", "--since", "1"], "with no other option"),
        (["journal", "--world", "No"], "is no name of a world"),
    ],
)
def test_a_mistake_is_one_line(
    capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    assert main(words) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert sentence in printed.err
    assert printed.err.count("\n") == 1


def test_no_secret_is_printed_or_saved(command: Command, vss: Mock, tmp_path: Path) -> None:
    users = [{"username": "jm", "password": "c4n4ry-pass", "token": "c4n4ry-token"}]
    with vss.world(name="w", users=users) as world:
        token = httpx.post(f"{vss.url}/auth/request-token", auth=("jm@w", "c4n4ry-pass")).json()[
            "token"
        ]
        for secret in ("c4n4ry-pass", "c4n4ry-token", token):
            httpx.get(
                f"{vss.url}/v2/vm/{secret}?{secret}={secret}",
                headers={**world.headers, "Content-Type": secret, "X-Other": secret},
            )
            httpx.get(f"{vss.url}/v2/user", auth=(secret, ""))
        file = tmp_path / "j.json"
        command("journal", "save", str(file), "--world", "w")
        told = [
            command("journal", *option, "--world", "w") for option in ((), ["--json"], ["--har"])
        ]
        for text in (file.read_text(), *told):
            assert "c4n4ry" not in text
            assert token[:40] not in text
            assert "token-" in text


def test_a_mock_elsewhere_is_asked(vss: Mock) -> None:
    httpx.get(f"{vss.url}/v2/user", headers=vss.headers)
    done = run("journal", "--url", vss.url)
    assert (done.returncode, done.stderr) == (0, "")
    assert "jm: GET /v2/user" in done.stdout
