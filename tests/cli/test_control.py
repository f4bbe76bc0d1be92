"""clock, state and reset, for people as tables and for programs as JSON."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.cli.running import run
from vss_mock import Mock
from vss_mock.cli import main
from vss_mock.client import Client

Command = Callable[..., str]
TAKEN = "2016-07-30T02:00:00Z"


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
def request_id(vss: Mock) -> int:
    """A snapshot, asked for at 22:00 for 12 hours; answers the request's id."""
    with Client(vss.url) as client:
        body = {"from_date": "2016-07-29 22:00", "valid_for": 12, "description": "before"}
        answer = client.post(f"/v2/vm/{vss.vm.uuid}/snapshot", body, vss.headers)
    return int(answer["data"]["_links"]["request"].rpartition("/")[2])


def test_the_clock_is_shown_for_people(command: Command, request_id: int) -> None:
    assert command("clock", "show").splitlines() == [
        "now    2016-07-29T16:30:59Z",
        "local  2016-07-29T12:30:59-04:00",
        "mode   frozen",
        f"next   {TAKEN}  request {request_id}: take",
    ]


def test_the_clock_is_shown_for_programs(command: Command) -> None:
    clock = json.loads(command("clock", "show", "--json"))
    assert clock["now"] == "2016-07-29T16:30:59Z"
    assert clock["next"] is None


def test_showing_the_clock_does_not_move_it(command: Command) -> None:
    assert command("clock", "show") == command("clock", "show")


@pytest.mark.parametrize(
    ("words", "now"),
    [
        (["advance", "10h"], "2016-07-30T02:30:59Z"),
        (["advance", "90m"], "2016-07-29T18:00:59Z"),
        (["advance", "1d6h"], "2016-07-30T22:30:59Z"),
        (["advance", "61"], "2016-07-29T16:32:00Z"),
        (["advance", "0.5"], "2016-07-29T16:30:59.500000Z"),
        (["to", "2016-07-29T22:00"], TAKEN),
        (["to", "2016-07-30T02:00:00Z"], TAKEN),
        (["step"], TAKEN),
        (["step", "1"], TAKEN),
        (["step", "2"], "2016-07-30T14:00:00Z"),
    ],
)
def test_the_clock_moves(command: Command, request_id: int, words: list[str], now: str) -> None:
    assert request_id
    assert json.loads(command("clock", *words, "--json"))["now"] == now


def test_what_happened_meanwhile_is_a_table(command: Command, vss: Mock, request_id: int) -> None:
    lines = command("clock", "advance", "10h").splitlines()
    assert lines[-2].split() == ["AT", "REQUEST", "EVENT", "FROM", "TO", "VM", "SNAPSHOT"]
    assert lines[-1].split() == [
        TAKEN,
        str(request_id),
        "take",
        "Submitted",
        "Scheduled",
        vss.vm.uuid,
        "1",
    ]


def test_what_happened_meanwhile_is_a_list_for_programs(
    command: Command, vss: Mock, request_id: int
) -> None:
    moved = json.loads(command("clock", "step", "--json"))
    assert moved["fired"] == [
        {
            "at": TAKEN,
            "kind": "snapshot",
            "request": request_id,
            "event": "take",
            "from": "Submitted",
            "to": "Scheduled",
            "vm": vss.vm.uuid,
            "snapshot": 1,
        }
    ]


def test_a_move_past_nothing_says_so(command: Command) -> None:
    assert command("clock", "advance", "1h").endswith("\nNothing was due.\n")
    assert "next   nothing\n" in command("clock", "show")


@pytest.mark.parametrize(
    "words",
    [
        ["advance", "-5"],
        ["advance", "soon"],
        ["advance", "101d100000h99999999m"],
        ["to", "2016-07-29T12:00"],
        ["to", "tonight"],
    ],
)
def test_a_move_that_cannot_be_is_one_line_and_moves_nothing(
    command: Command, vss: Mock, words: list[str]
) -> None:
    before = vss.state()
    said = command("clock", *words, status=2)
    assert said.startswith("vss-mock: ")
    assert said.count("\n") == 1
    assert vss.state() == before


def test_a_live_clock_says_how_fast_it_runs(command: Command, vss: Mock) -> None:
    vss.clock.live(rate=60)
    assert "mode   live, 60 times as fast\n" in command("clock", "show")


def test_the_state_is_shown_for_programs(command: Command, vss: Mock, request_id: int) -> None:
    assert request_id
    assert json.loads(command("state", "--json")) == vss.state()


def test_the_state_is_shown_for_people(command: Command, vss: Mock, request_id: int) -> None:
    vss.clock.advance(hours=10)
    lines = [line.split() for line in command("state").splitlines()]
    assert ["now", "2016-07-30T02:30:59Z"] in lines
    assert [vss.vm.name, vss.vm.uuid, "poweredOff", "1"] in lines
    assert [str(request_id), "create", "scheduled", "jm", vss.vm.name, TAKEN] in lines
    assert ["No", "change", "requests."] in lines


def test_a_reset_makes_the_world_as_it_began(command: Command, vss: Mock, request_id: int) -> None:
    vss.clock.advance(hours=10)
    said = command("reset")
    assert "'default' is as it began" in said
    assert "now    2016-07-29T16:30:59Z" in said
    assert str(request_id) not in {str(row["id"]) for row in vss.state()["snapshot_requests"]}


def test_another_world_is_named(command: Command, vss: Mock) -> None:
    vss.world(name="other", start="2020-01-01T00:00")
    assert "2020-01-01T00:00:00-05:00" in command("clock", "show", "--world", "other")
    command("clock", "advance", "1h", "--world", "other")
    assert "2020-01-01T06:00:00Z" in command("state", "--world", "other")
    command("reset", "--world", "other")
    assert "2020-01-01T05:00:00Z" in command("state", "--world", "other")
    assert "2016-07-29T16:30:59Z" in command("clock", "show")


def test_a_world_that_is_not_there_is_a_complaint(command: Command) -> None:
    assert "nowhere" in command("state", "--world", "nowhere", status=2)


@pytest.mark.parametrize("by_environment", [False, True])
def test_the_control_token_is_passed_on(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, by_environment: bool
) -> None:
    with Mock(control_token="let-me-in") as mock:
        words = ["clock", "show", "--url", mock.url]
        assert main(words) == 2
        assert "control token" in capsys.readouterr().err
        if by_environment:
            monkeypatch.setenv("VSS_MOCK_CONTROL_TOKEN", "let-me-in")
            assert main(words) == 0
        else:
            assert main([*words, "--control-token", "let-me-in"]) == 0
        assert "let-me-in" not in capsys.readouterr().out


def test_the_command_works_as_a_process(vss: Mock) -> None:
    done = run("clock", "advance", "1h", "--json", "--url", vss.url)
    assert done.returncode == 0
    moved: dict[str, Any] = json.loads(done.stdout)
    assert moved["local"] == "2016-07-29T13:30:59-04:00"
