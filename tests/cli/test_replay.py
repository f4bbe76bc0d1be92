"""replay: the calls of a saved journal once more, and the first answer that is another one."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.running import run, served
from vss_mock import Mock
from vss_mock.cli import main
from vss_mock.client import Client
from vss_mock.embedded import World
from vss_mock.replay import file_of

Replay = Callable[..., str]
CREATE = {"description": "d", "from_date": "2016-07-29 22:00", "valid_for": 12}
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def vss(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mock]:
    with Mock() as mock:
        monkeypatch.setenv("VSS_MOCK_URL", mock.url)
        yield mock


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "journal.json"


@pytest.fixture
def replay(vss: Mock, file: Path, capsys: pytest.CaptureFixture[str]) -> Replay:
    def run_in_process(*words: str, status: int = 0) -> str:
        assert main(["replay", str(file), *words]) == status, capsys.readouterr()
        printed = capsys.readouterr()
        assert (printed.out if status == 2 else printed.err) == ""
        return (printed.err if status == 2 else printed.out).rstrip("\n")

    return run_in_process


def ask(vss: World, method: str, target: str, body: Any = None, **fields: Any) -> httpx.Response:
    fields.setdefault("headers", vss.headers)
    return httpx.request(method, vss.url + target, json=body, **fields)


def save(vss: World, file: Path) -> Any:
    """Save a world's journal; return what the file holds."""
    with Client(vss.url) as client:
        document = file_of(client.get(f"/_mock/worlds/{vss.name}/journal"))
    file.write_text(json.dumps(document))
    return document


def change(file: Path, edit: Callable[[Any], None]) -> None:
    document = json.loads(file.read_bytes())
    edit(document)
    file.write_text(json.dumps(document))


def worlds(vss: World) -> list[str]:
    with Client(vss.url) as client:
        return [world["name"] for world in client.get("/_mock/worlds")["worlds"]]


def busy(vss: World) -> None:
    """Do a bit of everything: logins, a snapshot's life, what is refused and what is no JSON."""
    login = f"jm@{vss.name}"
    token = ask(vss, "POST", "/auth/request-token", auth=(login, "jm"), headers={}).json()["token"]
    own = {"Authorization": f"Bearer {token}"}
    path = f"/v2/vm/{vss.vm.uuid}/snapshot"
    link = ask(vss, "POST", path, {**CREATE, "description": f"é {token}"}).json()["data"]["_links"]
    request = link["request"].removeprefix(vss.url)
    ask(vss, "GET", request, headers=own)
    ask(vss, "HEAD", "/v2/vm?name=a%20b&summary")
    ask(vss, "OPTIONS", "/v2/vm")
    ask(vss, "PATCH", "/v2/vm")
    ask(vss, "GET", "/v2/nothing", headers=vss.users[1].headers)
    ask(vss, "GET", "/v2/user", headers={}, auth=(vss.token, ""))
    for content in (b"{", b"\xff", b'"x"', b" "):
        ask(vss, "POST", path, content=content, headers={**vss.headers, **JSON})
    ask(vss, "POST", "/auth/request-token", auth=(login, "wrong"), headers={})
    ask(vss, "POST", "/auth/request-token", auth=(f"nobody@{vss.name}", "jm"), headers={})
    vss.clock.advance("10h")
    ask(vss, "PUT", request, {"attribute": "duration", "value": 2})
    ask(vss, "DELETE", f"{path}/1", headers=own)
    vss.clock.advance(0)
    vss.clock.step()
    vss.clock.advance("30h")
    ask(vss, "GET", path, headers=own)
    ask(vss, "GET", request)


@pytest.mark.parametrize("dialect", ["2016", "2019", "2026"])
def test_a_journal_comes_out_the_same_in_a_fresh_world(
    vss: Mock, replay: Replay, file: Path, dialect: str
) -> None:
    with vss.world(dialect=dialect, seed=5, start="2016-03-01T00:00:00Z") as world:
        busy(world)
        saved = save(world, file)
    events = sum(entry["kind"] == "event" for entry in saved["entries"])
    assert events >= 2
    calls = len(saved["entries"]) - events
    before = vss.state()
    assert replay().splitlines()[-1] == f"All as before: {calls} calls and {events} events."
    assert vss.state() == before
    assert worlds(vss) == ["default"]


@pytest.mark.parametrize("clock", ["auto", "live"])
def test_what_a_clock_did_by_itself_comes_out_the_same(
    vss: Mock, replay: Replay, file: Path, clock: str
) -> None:
    with vss.world(clock=clock, rate=36_000) as world:
        path = f"/v2/vm/{world.vm.uuid}/snapshot"
        link = ask(world, "POST", path, CREATE).json()["data"]["_links"]["request"]
        for _ in range(10_000):
            if ask(world, "GET", link.removeprefix(world.url)).json()["data"]["snapshot"][
                "snap_id"
            ]:
                break
        save(world, file)
    assert " 1 event." in replay() or " 2 events." in replay()


def test_a_mock_of_the_command_line_repeats_what_another_one_was_asked(
    vss: Mock, file: Path
) -> None:
    busy(vss)
    save(vss, file)
    with served() as other:
        done = run("replay", str(file), "--url", other.url)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.splitlines()[-1].startswith("All as before: ")
        done = run("replay", "-", "--url", other.url, stdin=file.read_text())
        assert done.returncode == 0


def test_two_replays_say_the_same(vss: Mock, replay: Replay, file: Path) -> None:
    busy(vss)
    save(vss, file)
    assert replay() == replay()


def entry(document: Any, operation: str, number: int = 0) -> Any:
    return [one for one in document["entries"] if one.get("operation") == operation][number]


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (
            lambda d: entry(d, "request-snapshot-get")["answer"]["body"]["data"].update(status="X"),
            'data.status was "Submitted", not "X"',
        ),
        (
            lambda d: entry(d, "vm-snapshot-create")["answer"].update(status_code=500),
            "the status code was 202, not 500",
        ),
        (
            lambda d: entry(d, "vm-snapshot-create")["request"]["body"].update(valid_for=0),
            "the status code was 400, not 202 (",
        ),
        (
            lambda d: entry(d, "vm-snapshot-create", 1)["request"].update(text="]"),
            "answer.body.message",
        ),
    ],
)
def test_the_first_difference_is_told_and_nothing_after_it(
    vss: Mock, replay: Replay, file: Path, edit: Callable[[Any], None], words: str
) -> None:
    busy(vss)
    save(vss, file)
    change(file, edit)
    said = replay(status=1).splitlines()
    assert said[0].startswith("entry ")
    assert words.removeprefix("answer.body.") in said[0]
    assert said[1].startswith("As before until there: ")
    assert len(said) == 2
    assert worlds(vss) == ["default"]


def test_an_event_that_does_not_happen_again_is_told(vss: Mock, replay: Replay, file: Path) -> None:
    busy(vss)
    saved = save(vss, file)
    number = next(one["number"] for one in saved["entries"] if one["kind"] == "event")

    def edit(document: Any) -> None:
        document["entries"][number - 1]["event"]["request"] = 9

    change(file, edit)
    assert replay(status=1).startswith(f"entry {number}: event.request was 2, not 9\n")


def test_an_event_that_did_not_happen_before_is_told(vss: Mock, replay: Replay, file: Path) -> None:
    ask(vss, "POST", f"/v2/vm/{vss.vm.uuid}/snapshot", CREATE)
    ask(vss, "GET", "/v2/user")
    save(vss, file)
    change(file, lambda d: d["entries"][1].update(at="2016-07-31T00:00:00Z"))
    assert replay(status=1).startswith(
        "before entry 2: snapshot request 2: take at 2016-07-30T02:00:00Z happened, "
        "which it did not before\n"
    )


def test_a_token_from_before_the_journal_stands_for_its_user(
    vss: Mock, replay: Replay, file: Path
) -> None:
    token = httpx.post(f"{vss.url}/auth/request-token", auth=("ana", "ana")).json()["token"]
    vss.reset()
    ask(vss, "GET", "/v2/user", headers={"Authorization": f"Bearer {token}"})
    save(vss, file)
    assert replay() == "All as before: 1 call and 0 events."


def test_a_caller_whom_the_fresh_world_does_not_know_is_one_line(
    vss: Mock, replay: Replay, file: Path
) -> None:
    users = [{"username": name, "password": name} for name in ("jm", "ana", "kim")]
    with vss.world(users=users) as world:
        ask(world, "GET", "/v2/user", headers=world.users[2].headers)
        save(world, file)
    assert "cannot be replayed: kim called, whom" in replay(status=2)
    assert worlds(vss) == ["default"]


def test_what_a_fault_did_before_is_told_with_the_difference(
    vss: Mock, replay: Replay, file: Path
) -> None:
    with Client(vss.url) as client:
        client.post("/_mock/faults", {"kind": "status", "status_code": 503, "times": 1})
    ask(vss, "GET", "/v2/user")
    save(vss, file)
    said = replay(status=1)
    assert "the status code was 200, not 503; fault 1 had struck it" in said


def test_an_answer_that_was_lost_is_not_missed(vss: Mock, replay: Replay, file: Path) -> None:
    with Client(vss.url) as client:
        client.post("/_mock/faults", {"kind": "lost-answer", "times": 1})
    with pytest.raises(httpx.HTTPError):
        ask(vss, "POST", f"/v2/vm/{vss.vm.uuid}/snapshot", CREATE)
    save(vss, file)
    assert replay() == "All as before: 1 call and 0 events."


def test_an_answer_that_gets_lost_again_is_as_before(vss: Mock, replay: Replay, file: Path) -> None:
    with vss.world() as world:
        world.faults.add("lost-answer", operation="vm-list")
        ask(world, "GET", "/v2/user")
        with pytest.raises(httpx.HTTPError):
            ask(world, "GET", "/v2/vm")
        save(world, file)
        said = replay("--target", vss.url, "--token", world.token)
        assert said == "All as before: 2 calls and 0 events."
        world.faults.add("lost-answer", operation="user-get")
        assert replay("--target", vss.url, "--token", world.token, status=2).startswith("vss-mock:")


# Other servers.


def test_any_server_is_called_with_one_token_as_its_first_caller(
    vss: Mock, replay: Replay, file: Path
) -> None:
    with vss.world() as world:
        ask(world, "POST", "/auth/request-token", auth=(f"ana@{world.name}", "ana"), headers={})
        ask(world, "GET", "/v2/user")
        ask(world, "GET", "/v2/user", headers=world.users[1].headers)
        body = {**CREATE, "description": f"by {world.token}"}
        ask(world, "POST", f"/v2/vm/{world.vm.uuid}/snapshot", body)
        world.clock.advance("10h")
        ask(world, "GET", "/v2/request/snapshot/2")
        save(world, file)
    with vss.world() as world:
        said = replay("--target", vss.url, "--token", world.token, status=1).splitlines()
        assert said == [
            "Left out: 2 calls of others, or of logins.",
            'entry 6, GET /v2/request/snapshot/2: data._links.task was left out, not "'
            f"{vss.url}/v2/request/task/" + said[1].rpartition("/")[2],
            "As before until there: 2 calls and 0 events.",
        ]
        asked = world.journal.calls()
        assert [each.operation for each in asked] == [
            *("user-get", "vm-snapshot-create", "request-snapshot-get")
        ]
        assert {each.headers["Authorization"] for each in asked} == {"Bearer token-1"}
        (request,) = world.state()["snapshot_requests"][-1:]
        assert world.token in request["description"]


def test_nothing_was_asked_is_all_as_before(vss: Mock, replay: Replay, file: Path) -> None:
    save(vss, file)
    assert replay() == "All as before: 0 calls and 0 events."
    assert replay("--target", vss.url, "--token", "x") == "All as before: 0 calls and 0 events."


def test_no_secret_of_either_side_is_printed(vss: Mock, replay: Replay, file: Path) -> None:
    users = [{"username": "jm", "password": "c4n4ry-pass", "token": "c4n4ry-token"}]
    with vss.world(name="w", users=users) as world:
        ask(world, "GET", "/v2/vm/c4n4ry-token?x=c4n4ry-pass")
        ask(world, "POST", "/auth/request-token", auth=("jm@w", "c4n4ry-pass"), headers={})
        save(world, file)
    assert "c4n4ry" not in file.read_text()
    told = [replay()]
    change(file, lambda d: d["entries"][0]["answer"]["body"].update(message="x"))
    told.append(replay(status=1))
    users[0]["token"] = "c4n4ry-other"
    with vss.world(name="v", users=users):
        told.append(replay("--target", vss.url, "--token", "c4n4ry-other", status=1))
    assert not any("c4n4ry" in text for text in told)
    assert "/v2/vm/token-1" in told[2]


# What cannot be repeated.


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda d: d.update(format=7), "it is of format 7, and this vss-mock reads format 1"),
        (lambda d: d.pop("format"), "it is of format null"),
        (lambda d: d.update(kind="vss-mock world"), "it does not hold a journal"),
        (lambda d: d.update(other=1), "it is broken: "),
        (lambda d: d["entries"][0].pop("at"), "it is broken: "),
        (lambda d: d["entries"].pop(0), "entry 1 is missing"),
        (lambda d: d["entries"].pop(1), "entry 2 is missing"),
        (lambda d: d["entries"].pop(), "entry 2 is missing"),
        (
            lambda d: d["entries"][1]["request"].update(body=None, size=70_000),
            "entry 2 had a body too long to be kept",
        ),
        (lambda d: d["world"].update(dialect="1999"), "it is broken: "),
    ],
)
def test_a_broken_journal_is_refused_in_one_line_and_nothing_is_called(
    vss: Mock, replay: Replay, file: Path, edit: Callable[[Any], None], words: str
) -> None:
    for _ in range(2):
        ask(vss, "POST", f"/v2/vm/{vss.vm.uuid}/snapshot", CREATE)
    save(vss, file)
    change(file, edit)
    said = replay(status=2)
    assert said.startswith(f"vss-mock: {file} cannot be replayed: ")
    assert words in said
    assert said.count("\n") == 0
    said = replay("--target", vss.url, "--token", vss.token, status=2)
    assert words in said
    assert len(vss.journal.calls()) == 2


@pytest.mark.parametrize("text", ["", "{", "[]", "1", '{"kind": "vss-mock journal"}', "\xff"])
def test_a_file_that_holds_no_journal_is_refused_in_one_line(
    replay: Replay, file: Path, text: str
) -> None:
    file.write_text(text, encoding="latin-1")
    assert replay(status=2).count("\n") == 0


def test_a_file_that_is_not_there_is_one_line(replay: Replay, file: Path) -> None:
    assert replay(status=2).startswith(f"vss-mock: cannot read {file}: ")


def test_a_target_wants_a_token_and_a_mock_has_to_be_there(
    vss: Mock, replay: Replay, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(vss, "GET", "/v2/user")
    save(vss, file)
    assert "--target: it wants --token too" in replay("--target", vss.url, status=2)
    monkeypatch.setenv("VSS_TOKEN", vss.token)
    assert "All as before" in replay("--target", vss.url)
    vss.stop()
    for words in (["--url", vss.url], ["--target", vss.url], ["--url", "nonsense"]):
        assert replay(*words, status=2).startswith("vss-mock: ")


def test_a_control_token_is_shown_to_the_control_api_alone(
    vss: Mock, replay: Replay, file: Path
) -> None:
    ask(vss, "GET", "/v2/user")
    save(vss, file)
    with Mock(control_token="c0ntr0l-token") as guarded:
        assert "control token" in replay("--url", guarded.url, status=2)
        said = replay("--url", guarded.url, "--control-token", "c0ntr0l-token")
        assert said == "All as before: 1 call and 0 events."


def test_a_journal_of_a_world_of_its_own_is_repeated_in_its_saved_beginning(
    vss: Mock, replay: Replay, file: Path, tmp_path: Path
) -> None:
    state = str(tmp_path / "state.json")
    vms = [{"name": "1606T-mine"}]
    faults = [{"kind": "status", "status_code": 503, "path": "/v2/request*", "nth": 2}]
    with vss.world(vms=vms, seed=5, faults=faults, clock="live") as world:
        world.clock.freeze()
        busy(world)
        save(world, file)
        world.save(state)
    assert "the status code was 404, not 202" in replay(status=1)
    assert replay("--saved", state).splitlines()[-1].startswith("All as before: ")
    assert worlds(vss) == ["default"]


def test_another_saved_world_is_refused(
    vss: Mock, replay: Replay, file: Path, tmp_path: Path
) -> None:
    state = tmp_path / "state.json"
    with vss.world(seed=5) as world:
        save(world, file)
    vss.save(state)
    assert "its seed is 0, not 5" in replay("--saved", str(state), status=2)
    state.write_text("[]")
    assert "is no saved world" in replay("--saved", str(state), status=2)
    state.write_text("{}")
    assert "this is no saved world" in replay("--saved", str(state), status=2)
    assert worlds(vss) == ["default"]
    target = ("--target", vss.url, "--token", vss.token)
    assert "leave --target out" in replay("--saved", str(state), *target, status=2)
