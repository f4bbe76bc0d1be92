"""fault and hold, and what clock says of held time and of work that lasts."""

import json
import shlex
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from tests.cli.running import served
from vss_mock import Mock
from vss_mock.cli import main

Command = Callable[..., str]
TAKEN = "2016-07-30T02:00:00Z"


@pytest.fixture(scope="module")
def mock() -> Iterator[Mock]:
    with Mock() as mock:
        yield mock


@pytest.fixture
def vss(mock: Mock, monkeypatch: pytest.MonkeyPatch) -> Mock:
    monkeypatch.setenv("VSS_MOCK_URL", mock.url)
    mock.reset()
    return mock


@pytest.fixture
def command(vss: Mock, capsys: pytest.CaptureFixture[str]) -> Command:
    def run_in_process(*words: str, status: int = 0) -> str:
        assert main(words) == status
        printed = capsys.readouterr()
        assert (printed.out if status else printed.err) == ""
        return printed.err if status else printed.out

    return run_in_process


@pytest.fixture
def submitted(vss: Mock) -> None:
    """A snapshot, asked for at 22:00 for 12 hours: request 2."""
    body: dict[str, Any] = {
        "from_date": "2016-07-29 22:00",
        "valid_for": 12,
        "description": "before",
    }
    url = f"{vss.url}/v2/vm/{vss.vm.uuid}/snapshot"
    assert requests.post(url, json=body, headers=vss.headers, timeout=5).status_code == 202


def rows(text: str) -> list[list[str]]:
    """Return the words of each line of a table."""
    return [line.split() for line in text.splitlines()]


def user(vss: Mock) -> int:
    return requests.get(f"{vss.url}/v2/user", headers=vss.headers, timeout=5).status_code


# Faults.


def test_an_added_fault_is_shown_and_strikes(command: Command, vss: Mock) -> None:
    words = ["status", "status_code=503", "operation=user-get", "times=2"]
    shown = rows(command("fault", "add", *words))
    assert shown == [
        ["ID", "KIND", "MATCHES", "SEEN", "FIRED"],
        ["1", "status", "operation=user-get", "status_code=503", "times=2", "0", "0"],
    ]
    assert [user(vss) for _ in range(3)] == [503, 503, 200]
    assert rows(command("fault", "ls"))[1][-2:] == ["3", "2"]


def test_a_fault_is_told_to_programs(command: Command, vss: Mock) -> None:
    added = json.loads(command("fault", "add", "latency", "seconds=0.5", "--json"))
    assert added == {"id": 1, "kind": "latency", "seconds": 0.5, "seen": 0, "fired": 0}
    assert json.loads(command("fault", "ls", "--json")) == {"faults": [added]}


@pytest.mark.parametrize(
    ("words", "value"),
    [
        (["stale", "note=7 days"], "7 days"),
        (["stale", "note=7"], "7"),
        (["stale", "note=null"], "null"),
        (["stale", 'note="7"'], "7"),
        (["stale", "note=a=b"], "a=b"),
        (["stale", "note=[1"], "[1"),
        (["stale", "note=NaN"], "NaN"),
        (["stale", "skip=3"], 3),
        (["stale", "share=1e-1"], 0.1),
        (["content-type", "value=null"], None),
        (["content-type", "value=7"], "7"),
        (["broken-body", "member=/data", "becomes=null"], "null"),
        (["not-json", 'text={"a": [true]}'], '{"a": [true]}'),
        (["not-json", f"text={'[' * 4_096}"], "[" * 4_096),
        (["not-json", f"text={'9' * 4_096}"], "9" * 4_096),
        (["not-json", "text="], None),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_value_is_json_where_the_member_takes_such_and_text_elsewhere(
    command: Command, words: list[str], value: object
) -> None:
    status = 2 if words[-1] == "text=" else 0
    said = command("fault", "add", *words, "--json", status=status)
    if status:
        assert "text: " in said
    else:
        assert json.loads(said)[words[-1].partition("=")[0]] == value


@pytest.mark.parametrize(
    "words",
    [
        ["not-json", "text=a\nb  c", "path=/v2/*", 'note="7"', "share=0.25"],
        ["not-json", 'text="   "', "note=it's"],
        ["content-type", "value=null", "method=GET"],
        ["content-type", "value=text/html; charset=latin-1", "since=2016-07-29T22:00"],
        ["broken-body", "member=/data/status", "becomes=null", "note=null", "user=jm"],
        ["work-retried", "reason=no_disk_space", "seconds=1.5", "vm=1606T-coreos0"],
        ["expired-token"],
    ],
    ids=lambda words: words[0],
)
def test_what_is_shown_of_a_fault_can_be_typed(command: Command, words: list[str]) -> None:
    first = json.loads(command("fault", "add", *words, "--json"))
    line = command("fault", "ls").splitlines()[1]
    _, kind, *typed, _, _ = shlex.split(line)
    if typed == ["-"]:
        typed = []
    second = json.loads(command("fault", "add", kind, *typed, "--json"))
    assert second == {**first, "id": 2}


def test_a_fault_is_removed_or_all_are(command: Command, vss: Mock) -> None:
    for kind in ("stale", "duplicate", "expired-token", "not-json"):
        vss.faults.add(kind)
    assert command("fault", "rm", "3") == "Fault 3 is removed.\n"
    left = json.loads(command("fault", "rm", "1", "--json"))
    assert [fault["kind"] for fault in left["faults"]] == ["duplicate", "not-json"]
    assert command("fault", "rm", "--all") == "All faults are removed.\n"
    assert command("fault", "ls") == "No faults.\n"
    assert command("fault", "rm", "1", status=2) == "vss-mock: no fault 1\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["fault", "add", "nonsense"], "kind: 'nonsense' is none of 'status'"),
        (["fault", "add", "status"], "'status_code' is missing"),
        (["fault", "add", "stale", "vm=nowhere"], "no virtual machine 'nowhere'"),
        (["fault", "add", "stale", "operation=vm-lst"], "did you mean 'vm-list'?"),
        (["fault", "add", "stale", "calls"], "'calls' is no MEMBER=VALUE"),
        (["fault", "add", "stale", "=2"], "'=2' is no MEMBER=VALUE"),
        (["fault", "add", "stale", "calls=1", "calls=2"], "calls is given twice"),
        (["fault", "add", "stale", "kind=status"], "kind is given twice"),
        (["fault", "add", "stale", "note=a\udcffb"], ""),
        (["fault", "add", "stale", "calls=two"], "calls: 'two' is not "),
        (["fault", "add", "latency", "seconds=NaN"], "seconds: 'NaN' is not a number"),
        (["fault", "add", "stale", f"skip={'9' * 5_000}"], "skip: '9999"),
        (["hold", "add", "event=nothing"], "'nothing' is none of"),
        (["hold", "add", "evnt=take"], "did you mean 'event'?"),
        (["hold", "release", "7"], "no hold 7"),
        (["hold", "fail", "7"], "no hold 7"),
        (["fault", "ls", "--world", "nowhere"], "nowhere"),
        (["hold", "ls", "--url", "http://127.0.0.1:9"], "http://127.0.0.1:9"),
    ],
)
def test_what_is_refused_is_one_line_and_changes_nothing(
    command: Command, vss: Mock, words: list[str], sentence: str
) -> None:
    said = command(*words, status=2)
    assert said.startswith("vss-mock: ")
    assert sentence in said
    assert said.count("\n") == 1
    assert (len(vss.faults), len(vss.holds)) == (0, 0)


# Holds.


def test_a_held_event_stops_the_clock_which_says_so(
    command: Command, vss: Mock, submitted: None
) -> None:
    assert rows(command("hold", "add", "event=take", "request=2"))[1] == [
        "1",
        "event=take",
        "request=2",
        "-",
    ]
    said = command("clock", "advance", "1d").splitlines()
    assert f"held   {TAKEN}  request 2: take (hold 1)" in said
    assert said[-1] == "Nothing happened: time is held."
    assert rows(command("hold", "ls"))[1][3:] == [TAKEN, "request", "2:", "take"]
    assert f"\nheld   {TAKEN}  request 2: take (hold 1)\n" in command("clock", "show")


def test_what_happened_before_a_held_event_is_told(
    command: Command, vss: Mock, submitted: None
) -> None:
    command("hold", "add", "event=delete")
    said = command("clock", "advance", "1d")
    assert "request 2: delete (hold 1)" in said
    assert rows(said)[-1][2] == "take"


def test_a_hold_is_released_or_all_are(command: Command, vss: Mock, submitted: None) -> None:
    for words in (["event=take", "kind=snapshot"], ["event=delete"], []):
        command("hold", "add", *words)
    command("clock", "advance", "1d")
    assert command("hold", "release", "1").startswith("Hold 1 is released: ")
    left = json.loads(command("hold", "release", "2", "--json"))
    assert left == json.loads(command("hold", "ls", "--json"))
    assert [(hold["id"], hold["holds"]["event"]) for hold in left["holds"]] == [(3, "take")]
    assert command("hold", "release", "--all").startswith("All holds are released: ")
    assert command("hold", "ls") == "No holds.\n"
    assert rows(command("clock", "advance", "0"))[-1][:3] == [TAKEN, "2", "take"]


def test_what_is_held_can_fail(command: Command, vss: Mock, submitted: None) -> None:
    command("hold", "add", "event=take")
    assert "hold 1 holds no event back" in command("hold", "fail", "1", status=2)
    command("clock", "step")
    said = command("hold", "fail", "1", "no_disk_space", "--detail", "datastore7")
    assert rows(said)[-1][2:6] == ["fail", "Submitted", "Error", "Processed"]
    (request,) = [row for row in vss.state()["snapshot_requests"] if row["id"] == 2]
    assert "datastore7" in json.dumps(request)


def test_what_is_held_fails_for_a_reason_by_itself_and_is_told_to_programs(
    command: Command, vss: Mock, submitted: None
) -> None:
    command("hold", "add")
    command("clock", "step")
    (fired,) = json.loads(command("hold", "fail", "1", "--json"))["fired"]
    assert (fired["event"], fired["request"]) == ("fail", 2)


@pytest.mark.parametrize(
    "words",
    [["fault", "rm"], ["hold", "release"]],
    ids=" ".join,
)
@pytest.mark.parametrize("which", [[], ["x"], ["-1"], ["1", "--all"], ["9" * 16], ["1", "2"]])
def test_one_is_named_by_its_number_or_all_are_meant(
    command: Command, words: list[str], which: list[str]
) -> None:
    said = command(*words, *which, status=2)
    assert said.count("\n") == 1
    assert "--help)" in said


def test_faults_and_holds_are_of_the_world_that_is_named(command: Command, vss: Mock) -> None:
    with vss.world(name="other") as other:
        command("fault", "add", "stale", "--world", "other")
        command("hold", "add", "--world", "other")
        command("clock", "work", "5", "--world", "other")
        assert (len(other.faults), len(other.holds), other.clock.task_seconds) == (1, 1, 5)
        assert (len(vss.faults), len(vss.holds), vss.clock.task_seconds) == (0, 0, 0)
        command("fault", "rm", "1", "--world", "other")
        command("hold", "release", "--all", "--world", "other")
        assert (len(other.faults), len(other.holds)) == (0, 0)


# Work that lasts.


@pytest.mark.parametrize(("text", "seconds"), [("90", 90), ("0.5", 0.5), ("604800", 604800)])
def test_the_clock_says_how_long_work_takes(
    command: Command, vss: Mock, text: str, seconds: float
) -> None:
    assert "\nwork " not in command("clock", "show")
    assert f"\nwork   {text} s, In Progress meanwhile\n" in command("clock", "work", text)
    assert vss.clock.task_seconds == seconds
    assert "\nwork " not in command("clock", "work", "0")


@pytest.mark.parametrize("text", ["-1", "604801", "604800.1", "soon", "1e3", "", "٣"])
def test_a_week_is_the_longest_work(command: Command, vss: Mock, text: str) -> None:
    for words in (["clock", "work", text], ["serve", f"--task-seconds={text}"]):
        assert "--help)" in command(*words, status=2)
    assert vss.clock.task_seconds == 0


def test_a_served_world_takes_its_time() -> None:
    with served("--task-seconds", "30") as running:
        assert "Work takes 30 s, and is In Progress meanwhile." in running.lines
        clock = requests.get(f"{running.url}/_mock/clock", timeout=5).json()
        assert clock["task_seconds"] == 30
