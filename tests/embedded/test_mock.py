"""The embedded mock: started, asked, moved and stopped from ordinary code of all kinds."""

import asyncio
import json
import subprocess
import sys
import threading
import unittest
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import anyio
import freezegun
import httpx
import pytest

import vss_mock
from vss_mock import Mock
from vss_mock.assembly import BadSettings
from vss_mock.client import ControlError, Unreachable
from vss_mock.embedded import World

START = datetime(2016, 7, 29, 16, 30, 59, tzinfo=UTC)
BODY = {"description": "Before the upgrade", "from_date": "2016-07-29 22:00", "valid_for": 12}
TAKEN = datetime(2016, 7, 30, 2, 0, tzinfo=UTC)
WORLD = {
    "users": [{"username": "kim", "password": "pw", "token": "kim-token"}],
    "vms": [{"name": "one"}, {"name": "two"}],
    "seed": 3,
}


@pytest.fixture(scope="module")
def mock() -> Iterator[Mock]:
    with Mock() as mock:
        yield mock


@pytest.fixture
def vss(mock: Mock) -> Iterator[World]:
    with mock.world() as world:
        yield world


def call(vss: World, method: str, path: str, document: Any = None) -> Any:
    data = None if document is None else json.dumps(document).encode()
    headers = {**vss.headers, "Content-Type": "application/json"}
    request = urllib.request.Request(vss.url + path, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=5) as response:
        return json.load(response)


def submit(vss: World) -> str:
    answer = call(vss, "POST", f"/v2/vm/{vss.vm.uuid}/snapshot", BODY)
    link: str = answer["data"]["_links"]["request"]
    return link


def status(vss: World, request: str) -> str:
    found: str = call(vss, "GET", request.removeprefix(vss.url))["data"]["status"]
    return found


def servers() -> set[threading.Thread]:
    """Return the threads of all servers of this process."""
    return {thread for thread in threading.enumerate() if thread.name == "vss-mock"}


# Starting and stopping.


def test_it_answers_as_soon_as_it_is_started_and_no_longer_than_it_runs() -> None:
    before = servers()
    with Mock() as vss:
        assert call(vss, "GET", "/v2/user")["data"]["username"] == "jm"
        url = vss.url
        assert len(servers() - before) == 1
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(url, timeout=5)
    with pytest.raises(Unreachable):
        vss.state()
    assert servers() <= before


def test_it_starts_and_stops_without_a_with_statement() -> None:
    vss = Mock()
    assert vss.start() is vss
    submit(vss)
    with pytest.raises(RuntimeError, match="already running"):
        vss.start()
    vss.stop()
    vss.stop()
    vss.start()
    assert vss.clock.next is None
    vss.stop()


def test_a_failing_block_stops_it_too() -> None:
    mock = Mock()

    def fail() -> None:
        with mock:
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(mock.url, timeout=5)


def test_a_mock_that_was_never_stopped_does_not_keep_the_process() -> None:
    program = "from vss_mock import Mock; print(Mock().start().url)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=20, check=True
    )
    assert done.stdout.startswith("http://127.0.0.1:")
    assert done.stderr == ""


def test_two_mocks_share_nothing() -> None:
    with Mock() as one, Mock() as two:
        assert one.url != two.url
        submit(one)
        one.clock.advance(hours=10)
        assert two.clock.now == START
        assert two.clock.next is None
        submit(two)
        two.clock.advance(hours=10)
        same = json.dumps(one.state()), json.dumps(two.state())
        assert same[0] == same[1]


def test_it_listens_on_this_machine_only() -> None:
    with Mock() as vss:
        assert vss.url.startswith("http://127.0.0.1:")


# What it is.


def test_the_demo_world_is_there_when_nothing_else_is_asked_for(mock: Mock) -> None:
    assert (mock.name, mock.dialect, mock.seed) == ("default", "2016", 0)
    assert (mock.username, mock.password, mock.token) == ("jm", "jm", "demo-token")
    assert mock.headers == {"Authorization": "Bearer demo-token"}
    assert mock.vm.name == "1606T-coreos0"
    assert [user.username for user in mock.users] == ["jm", "ana"]
    assert mock.users[1].headers == {"Authorization": "Bearer ana-token"}
    assert len(mock.vms) >= 10
    assert mock.clock.now == START
    assert mock.clock.mode == "frozen"


def test_login_and_password_of_any_world_get_a_token(mock: Mock, vss: World) -> None:
    for world in (mock, vss):
        with httpx.Client(auth=(world.username, world.password)) as client:
            token = client.post(f"{world.url}/auth/request-token").json()["token"]
        headers = {"Authorization": f"Bearer {token}"}
        assert httpx.get(f"{world.url}/v2/user", headers=headers).status_code == 200


@pytest.mark.parametrize("kind", [str, Path, dict])
def test_a_world_of_ones_own_is_a_file_or_its_content(tmp_path: Path, kind: type) -> None:
    file = tmp_path / "world.json"
    file.write_text(json.dumps(WORLD))
    world = WORLD if kind is dict else kind(file)
    with Mock(world=world) as vss:
        assert (vss.token, vss.seed) == ("kim-token", 3)
        assert [vm.name for vm in vss.vms] == ["one", "two"]


def test_settings_stand_above_the_world(tmp_path: Path) -> None:
    start = datetime(2020, 1, 1, tzinfo=timezone(timedelta(hours=1)))
    vms = [{"name": "mine"}]
    users = [{"username": "ann", "password": "x"}]
    with Mock(world=WORLD, seed=9, start=start, vms=vms, users=users) as vss:
        assert (vss.seed, vss.vm.name, vss.username) == (9, "mine", "ann")
        assert vss.clock.now == start


def test_a_start_without_an_offset_is_torontos() -> None:
    with Mock(start="2016-01-01T00:00") as one, Mock(start=datetime(2016, 1, 1)) as two:  # noqa: DTZ001 - Toronto's
        assert one.clock.now == two.clock.now == datetime(2016, 1, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "settings",
    [
        {"dialect": "1999"},
        {"clock": "broken"},
        {"start": "tomorrow"},
        {"seed": "x"},
        {"world": {"machines": []}},
        {"users": []},
        {"vms": [{"name": ""}]},
    ],
)
def test_what_makes_no_world_is_refused_in_words(settings: dict[str, Any]) -> None:
    with pytest.raises(BadSettings, match=r"\w+"):
        Mock(**settings).start()


@pytest.mark.parametrize("text", ["", "{", "[]", "nonsense"])
def test_a_file_that_holds_no_world_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "world.json"
    file.write_text(text)
    with pytest.raises(ValueError, match=r"\w+"):
        Mock(world=file)


def test_a_control_token_shuts_others_out_but_not_the_mock_itself() -> None:
    with Mock(control_token="open-sesame") as vss:
        submit(vss)
        assert len(vss.clock.step()) == 1
        vss.world().delete()
        with pytest.raises(urllib.error.HTTPError, match="401") as caught:
            urllib.request.urlopen(f"{vss.url}/_mock/state", timeout=5)
        caught.value.close()


# Its clock.


def test_time_moves_only_when_told_and_says_what_happened(vss: World) -> None:
    submit(vss)
    due = vss.clock.next
    assert due is not None
    assert (due.at, due.request, due.event, due.vm, due.snapshot) == (
        TAKEN,
        2,
        "take",
        vss.vm.uuid,
        None,
    )
    (fired,) = vss.clock.advance(hours=10)
    assert fired == (TAKEN, 2, "take", "Submitted", "Scheduled", vss.vm.uuid, 1, "snapshot")
    assert vss.clock.now == START + timedelta(hours=10)
    (fired,) = vss.clock.step()
    assert (fired.event, fired.before, fired.after) == ("delete", "Scheduled", "Processed")
    assert vss.clock.now == TAKEN + timedelta(hours=12) == fired.at
    assert vss.clock.next is None
    assert vss.clock.step(5) == []


@pytest.mark.parametrize(
    ("arguments", "settings", "moved"),
    [
        (("1d6h",), {}, timedelta(hours=30)),
        (("90m",), {}, timedelta(minutes=90)),
        ((90,), {}, timedelta(seconds=90)),
        ((0.5,), {}, timedelta(seconds=0.5)),
        ((timedelta(days=2),), {}, timedelta(days=2)),
        ((), {"days": 1, "hours": 2, "minutes": 3, "seconds": 4.5}, timedelta(1, 7384.5)),
        ((), {"seconds": 0.000001}, timedelta(microseconds=1)),
        ((), {}, timedelta(0)),
    ],
)
def test_durations_are_given_in_many_ways(
    vss: World, arguments: tuple[Any, ...], settings: dict[str, float], moved: timedelta
) -> None:
    vss.clock.advance(*arguments, **settings)
    assert vss.clock.now - START == moved


def test_a_duration_is_not_given_twice(vss: World) -> None:
    with pytest.raises(TypeError, match="either"):
        vss.clock.advance("1h", minutes=1)
    assert vss.clock.now == START


@pytest.mark.parametrize(
    "instant",
    [
        "2016-07-30T02:00:00Z",
        "2016-07-29T22:00",
        TAKEN,
        datetime(2016, 7, 29, 22),  # noqa: DTZ001 - Toronto's
        datetime(2016, 7, 30, 4, tzinfo=timezone(timedelta(hours=2))),
    ],
)
def test_instants_are_given_in_many_ways(vss: World, instant: datetime | str) -> None:
    vss.clock.advance_to(instant)
    assert vss.clock.now == TAKEN
    assert vss.clock.local.isoformat() == "2016-07-29T22:00:00-04:00"
    assert vss.clock.now.tzinfo is not None


def test_what_the_clock_does_not_take_is_refused_in_the_mocks_words(vss: World) -> None:
    past = START - timedelta(seconds=1)
    refusals: list[tuple[Callable[[], object], int]] = [
        (lambda: vss.clock.advance_to(past), 409),
        (lambda: vss.clock.advance(hours=-1), 409),
        (lambda: vss.clock.advance("soon"), 400),
        (lambda: vss.clock.advance_to("yesterday"), 400),
        (lambda: vss.clock.step(0), 400),
        (lambda: vss.clock.live(rate=-1), 400),
    ]
    for refused, status_code in refusals:
        with pytest.raises(ControlError, match=r"\w+ \w+") as caught:
            refused()
        assert caught.value.status_code == status_code
    assert vss.clock.now == START


def test_a_clock_can_run_and_stand_still_again(vss: World) -> None:
    vss.clock.live(rate=3600)
    assert vss.clock.mode == "live"
    first = vss.clock.now
    threading.Event().wait(0.05)
    assert timedelta(minutes=2) < vss.clock.now - first < timedelta(hours=2)
    vss.clock.freeze()
    stopped = vss.clock.now
    assert vss.clock.mode == "frozen"
    assert vss.clock.now == stopped


def test_a_running_clock_lets_things_happen_without_a_call(vss: World) -> None:
    submit(vss)
    vss.clock.live(rate=1_000_000)
    threading.Event().wait(0.4)
    # What moves a clock tells what happened since it was last moved: the ticker has done it all.
    assert vss.clock.freeze() == []
    assert call(vss, "GET", "/v2/request/snapshot/2")["data"]["status"] == "Processed"


# Its worlds.


def test_reset_is_exact(vss: World) -> None:
    before = vss.state()
    submit(vss)
    vss.clock.advance(days=3)
    assert vss.state() != before
    vss.reset()
    assert json.dumps(vss.state()) == json.dumps(before)


def test_a_fork_is_exact_and_shares_nothing(vss: World) -> None:
    submit(vss)
    with vss.fork() as fork, vss.fork(name="twin") as twin:
        assert twin.name == "twin"
        assert json.dumps(fork.state()) == json.dumps(vss.state())
        fork.clock.advance(days=1)
        assert vss.clock.now == twin.clock.now == START
        assert call(fork, "GET", "/v2/request/snapshot/2")["data"]["status"] == "Processed"
        assert call(twin, "GET", "/v2/request/snapshot/2")["data"]["status"] == "Submitted"
        assert len({world.token for world in (vss, fork, twin)}) == 3


def test_a_world_is_made_to_measure_and_deleted_at_the_end(mock: Mock) -> None:
    with mock.world(name="measure", seed=5, start=TAKEN, vms=[{"name": "x"}]) as world:
        assert (world.name, world.seed, world.vm.name) == ("measure", 5, "x")
        assert world.clock.now == TAKEN
        token = world.headers
    request = urllib.request.Request(f"{mock.url}/v2/user", headers=token)
    with pytest.raises(urllib.error.HTTPError, match="401") as caught:
        urllib.request.urlopen(request, timeout=5)
    caught.value.close()
    with pytest.raises(ControlError) as gone:
        world.state()
    assert gone.value.status_code == 404


def test_the_default_world_stays(mock: Mock) -> None:
    with pytest.raises(ControlError) as caught:
        mock.delete()
    assert caught.value.status_code == 409
    assert mock.state()


# Who may use it.


def test_it_serves_asyncio_programs_from_their_own_loop(vss: World) -> None:
    async def main() -> str:
        async with httpx.AsyncClient(headers=vss.headers, base_url=vss.url) as client:
            await client.post(f"/v2/vm/{vss.vm.uuid}/snapshot", json=BODY)
            vss.clock.advance(hours=10)
            answers = await asyncio.gather(
                *(client.get("/v2/request/snapshot/2") for _ in range(20))
            )
        (status,) = {answer.json()["data"]["status"] for answer in answers}
        return str(status)

    assert asyncio.run(main()) == "Scheduled"


def test_it_can_be_started_inside_a_running_loop() -> None:
    async def main() -> datetime:
        with Mock() as vss:
            await anyio.lowlevel.checkpoint()
            vss.clock.advance(hours=1)
            return vss.clock.now

    assert asyncio.run(main()) == anyio.run(main) == START + timedelta(hours=1)


class TestInUnittest(unittest.TestCase):
    def setUp(self) -> None:
        self.vss = Mock().start()
        self.addCleanup(self.vss.stop)

    def test_it_serves_unittest_cases(self) -> None:
        submit(self.vss)
        self.assertEqual(len(self.vss.clock.step()), 1)  # noqa: PT009 - as such users write it


def test_threads_may_share_a_world(vss: World) -> None:
    with ThreadPoolExecutor(8) as pool:
        links = list(pool.map(lambda _: submit(vss), range(40)))
        numbers = sorted(int(link.rpartition("/")[2]) for link in links)
        assert numbers == list(range(2, 42))
        moves = pool.map(lambda _: vss.clock.advance(hours=1), range(16))
        assert sum(len(move) for move in moves) == 40
    assert vss.clock.now == START + timedelta(hours=16)


@pytest.mark.parametrize("instant", ["1999-12-31", "2039-01-01"])
def test_a_program_that_freezes_its_own_clocks_does_not_freeze_the_mocks(instant: str) -> None:
    def live_through(vss: Mock) -> None:
        submit(vss)
        vss.clock.live(rate=1_000_000)
        threading.Event().wait(0.4)
        # The server's ticker has done it all, in real time.
        assert vss.clock.freeze() == []
        assert vss.clock.next is None
        assert timedelta(days=1) < vss.clock.now - START < timedelta(days=100)

    with Mock() as vss:
        with freezegun.freeze_time(instant):
            live_through(vss)
        vss.reset()
        live_through(vss)


# What importing it costs.


def test_importing_the_package_loads_no_server() -> None:
    program = (
        "import sys, vss_mock, vss_mock.embedded; vss_mock.Mock; "
        "print({'aiohttp', 'jsonschema', 'orjson', 'vss_mock.api'} & {*sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"


def test_the_package_has_a_version_and_nothing_made_up() -> None:
    assert vss_mock.__version__ == "0.1.0"
    with pytest.raises(AttributeError, match="has no attribute 'Mocks'"):
        _ = vss_mock.Mocks
    assert (Path(vss_mock.__file__).parent / "py.typed").exists()


def test_time_steps_for_a_client_that_waits(vss: World) -> None:
    vss.clock.auto()
    assert vss.clock.mode == "auto"
    request = submit(vss)
    polls = [status(vss, request) for _ in range(2)]
    assert polls == ["Submitted", "Scheduled"]
    assert vss.clock.now == TAKEN
    (entry,) = vss.events()
    assert (entry.number, entry.cause) == (3, "auto")  # after a write and a first look
    assert (entry.fired.event, entry.fired.at, entry.fired.kind) == ("take", TAKEN, "snapshot")
    assert vss.events(since=3) == []


@pytest.mark.parametrize(("dialect", "word"), [("2019", "Submitted"), ("2026", "SUBMITTED")])
def test_a_world_speaks_the_dialect_it_is_made_with(vss: World, dialect: str, word: str) -> None:
    with vss.world(dialect=dialect) as other:
        assert other.dialect == dialect
        assert status(other, submit(other)) == word
    with Mock(dialect=dialect) as mock:
        assert status(mock, submit(mock)) == word


def test_a_mock_that_keeps_its_state_finds_it_again(tmp_path: Path) -> None:
    with Mock(state=tmp_path / "state", seed=5, clock="live") as vss:
        vss.world(name="other")
        before = vss.clock.now
    with Mock(state=str(tmp_path / "state"), seed=6) as vss:
        assert (vss.seed, vss.clock.mode) == (5, "live")
        assert before <= vss.clock.now
        with pytest.raises(ValueError, match="another vss-mock keeps its state there"):
            Mock(state=tmp_path / "state").start()
        assert vss.state()["seed"] == 5
        worlds = vss._client.get("/_mock/worlds")["worlds"]
        assert [world["name"] for world in worlds] == ["default", "other"]


def test_a_mock_that_makes_no_world_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="dialect"):
        Mock(state=tmp_path / "state", dialect="1999").start()
    assert list(tmp_path.iterdir()) == []
