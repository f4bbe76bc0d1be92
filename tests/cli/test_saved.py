"""`vss-mock state save` and `load`, and `serve --world` of what was saved."""

import json
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import complaint, run, served
from tests.cli.test_serve import get
from vss_mock import Mock
from vss_mock.cli import main
from vss_mock.client import Client

Command = Callable[..., str]
JM = {"Authorization": "Bearer demo-token"}


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
def file(tmp_path: Path) -> Path:
    return tmp_path / "saved.json"


def submit(vss: Mock) -> None:
    body = {"from_date": "2016-07-29 22:00", "valid_for": 12, "description": "naïve"}
    with Client(vss.url) as client:
        client.post(f"/v2/vm/{vss.vm.uuid}/snapshot", body, vss.headers)


def test_a_world_is_saved_and_loaded_again(command: Command, vss: Mock, file: Path) -> None:
    submit(vss)
    vss.clock.advance(hours=10)
    before = vss.saved()
    assert command("state", "save", str(file)) == f"The world 'default' is saved in {file}.\n"
    vss.clock.advance(days=3)
    said = command("state", "load", str(file))
    assert (
        said == f"The world 'default' is the one in {file}: it is 2016-07-30T02:30:59Z, frozen.\n"
    )
    assert vss.saved() == before


def test_the_file_is_for_people_too(command: Command, vss: Mock, file: Path) -> None:
    submit(vss)
    command("state", "save", str(file))
    text = file.read_text(encoding="utf-8")
    assert text.startswith('{\n  "kind": "vss-mock world",\n  "format": 1,\n')
    assert text.endswith("}\n")
    assert "naïve" in text
    assert json.loads(text) == vss.saved()


def test_for_programs_the_answers_are_json(command: Command, vss: Mock, file: Path) -> None:
    told = json.loads(command("state", "save", str(file), "--json"))
    assert told == {
        "file": str(file),
        "world": "default",
        "sha256": vss.saved()["sha256"],
    }
    world = json.loads(command("state", "load", str(file), "--json"))
    assert world["users"][0]["token"] == "demo-token"


@pytest.mark.parametrize("before", [True, False], ids=["before the action", "after it"])
def test_another_world_is_named(command: Command, vss: Mock, file: Path, before: bool) -> None:
    other = ["--world", "other"]
    at_first, at_last = (other, []) if before else ([], other)
    vss.world(name="other", start="2020-01-01T00:00", seed=5)
    assert "'other'" in command("state", *at_first, "save", str(file), *at_last)
    assert json.loads(file.read_bytes())["world"]["seed"] == 5
    command("state", "load", str(file), "--world", "third")
    assert "2020-01-01T05:00:00Z" in command("state", "--world", "third")
    assert "2016-07-29T16:30:59Z" in command("state")


def test_standard_output_and_input_stand_for_files(vss: Mock) -> None:
    submit(vss)
    before = vss.saved()
    env = {"VSS_MOCK_URL": vss.url, "PYTHONIOENCODING": "ascii"}
    done = run("state", "save", "-", env=env)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == before
    vss.clock.advance(days=3)
    loaded = run("state", "load", "-", env=env, stdin=done.stdout)
    assert (loaded.returncode, loaded.stderr) == (0, "")
    assert "the one in standard input" in loaded.stdout
    assert vss.saved() == before


def cut(text: str) -> str:
    return text[: len(text) // 2]


def resealed(**members: Any) -> Callable[[str], str]:
    return lambda text: json.dumps(json.loads(text) | members)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (cut, "is not JSON"),
        (lambda _: "", "is not JSON"),
        (lambda _: "[]", "this is no saved world"),
        (lambda _: '{"seed": 1}', "this is no saved world: its 'kind' is not 'vss-mock world'"),
        (resealed(format=7), "the saved world is of format 7: this vss-mock reads format 1"),
        (resealed(dialect="2019"), "the saved world was changed or cut since it was saved"),
        (lambda text: text.replace("demo-token", "demo-taken"), "was changed or cut"),
    ],
)
def test_a_broken_file_is_refused_in_one_line_and_left_alone(
    command: Command, vss: Mock, file: Path, spoil: Callable[[str], str], sentence: str
) -> None:
    command("state", "save", str(file))
    broken = spoil(file.read_text(encoding="utf-8"))
    file.write_text(broken, encoding="utf-8")
    submit(vss)
    before = vss.saved()
    said = command("state", "load", str(file), status=2)
    assert said.startswith(f"vss-mock: {file}")
    assert said.count("\n") == 1
    assert sentence in said
    assert vss.saved() == before
    assert file.read_text(encoding="utf-8") == broken


def test_what_only_the_mock_can_tell_it_tells(command: Command, vss: Mock, file: Path) -> None:
    command("state", "save", str(file))
    vss.world(name="holder", users=[{"username": "u", "password": "p", "token": "x"}])
    before = vss.saved()
    said = command("state", "load", str(file), "--world", "no such", status=2)
    assert "--world: 'no such' is no name of a world" in said
    assert vss.saved() == before


def test_a_file_that_is_not_there_is_a_complaint(command: Command, tmp_path: Path) -> None:
    assert "cannot read" in command("state", "load", str(tmp_path / "none"), status=2)
    assert "cannot read" in command("state", "load", str(tmp_path), status=2)


@pytest.mark.parametrize("name", ["nowhere/saved.json", ".", "a\0b"])
def test_a_file_that_cannot_be_written_is_a_complaint(
    command: Command, tmp_path: Path, name: str
) -> None:
    said = command("state", "save", f"{tmp_path}/{name}", status=2)
    assert said.startswith("vss-mock: cannot write ")
    assert said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_write_that_fails_half_way_leaves_what_was_there(
    command: Command, tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text("precious", encoding="utf-8")

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    said = command("state", "save", str(file), status=2)
    assert said == f"vss-mock: cannot write {file}: No space left on device\n"
    assert file.read_text(encoding="utf-8") == "precious"
    assert list(tmp_path.iterdir()) == [file]


def test_until_the_last_moment_what_was_there_is_there(
    command: Command, tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text("precious", encoding="utf-8")

    def fail(beside: Path, _: Path) -> Path:
        assert json.loads(beside.read_bytes())["kind"] == "vss-mock world"
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "replace", fail)
    said = command("state", "save", str(file), status=2)
    assert said == f"vss-mock: cannot write {file}: Input/output error\n"
    assert file.read_text(encoding="utf-8") == "precious"
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_is_replaced_whole_where_it_really_is(
    command: Command, tmp_path: Path, file: Path
) -> None:
    file.write_text("x" * 1_000_000, encoding="utf-8")
    link = tmp_path / "link.json"
    link.symlink_to(file)
    command("state", "save", str(link))
    assert link.is_symlink()
    assert json.loads(file.read_bytes())["kind"] == "vss-mock world"
    assert not file.stat().st_mode & stat.S_IXUSR
    assert sorted(tmp_path.iterdir()) == [link, file]


def test_what_is_no_file_is_written_to_and_stays_what_it_is(
    command: Command, tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        command("state", "save", str(pipe))
        assert os.read(reader, 1 << 16).startswith(b'{\n  "kind": "vss-mock world"')
    finally:
        os.close(reader)
    assert pipe.is_fifo()


# Serving it.


def test_a_saved_world_is_served(vss: Mock, file: Path) -> None:
    submit(vss)
    vss.clock.advance(hours=10)
    vss.save(file)
    before = vss.saved()
    with served("--world", str(file)) as running:
        assert any("2016-07-29T22:30:59-04:00" in line for line in running.lines)
        assert get(f"{running.url}/_mock/saved") == before
        assert get(f"{running.url}/v2/request/snapshot/2", JM)["data"]["status"] == "Scheduled"


def test_its_clock_can_be_told_otherwise(vss: Mock, file: Path) -> None:
    vss.save(file)
    with served("--world", str(file), "--clock", "live", "--rate", "3600") as running:
        clock = get(f"{running.url}/_mock/clock")
        assert (clock["mode"], clock["rate"]) == ("live", 3600)
        assert "2016-07-29" < clock["local"] < "2016-08-01"
    vss.clock.live(rate=2)
    vss.save(file)
    with served("--world", str(file), "--rate", "5") as running:
        clock = get(f"{running.url}/_mock/clock")
        assert (clock["mode"], clock["rate"]) == ("live", 5)


@pytest.mark.parametrize(
    "option", [("--seed", "3"), ("--start", "2020-01-01"), ("--dialect", "2019")]
)
def test_what_it_has_of_its_own_cannot(vss: Mock, file: Path, option: tuple[str, str]) -> None:
    vss.save(file)
    said = complaint(run("serve", "--port", "0", "--world", str(file), *option))
    assert said == f"{option[0]}: a saved world has its own"


def test_a_frozen_one_has_no_rate(vss: Mock, file: Path) -> None:
    vss.save(file)
    said = complaint(run("serve", "--port", "0", "--world", str(file), "--rate", "2"))
    assert said == "--rate: only a live clock has one: add --clock live"


def test_a_broken_one_is_not_served(vss: Mock, file: Path) -> None:
    vss.save(file)
    file.write_text(file.read_text(encoding="utf-8").replace("demo-token", "x"), encoding="utf-8")
    said = complaint(run("serve", "--port", "0", "--world", str(file)))
    assert said == f"{file}: the saved world was changed or cut since it was saved"
