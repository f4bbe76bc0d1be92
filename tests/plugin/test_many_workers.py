"""The fixture in many processes at once: on a server each, on one that all share, and on several.

Each test of these small projects has its world to itself: its clock, its records, its journal. None
of the others, in whatever process, is seen in it.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.scale import fleet, proxy
from vss_mock import Mock, pytest_plugin
from vss_mock.client import Client

ROOT = Path(__file__).parents[2]
PLUGINS = ("-p", "vss_mock.pytest_plugin", "-p", "xdist.plugin")
TESTS = 24
WORKERS = 8

PROJECT = """
import json
import urllib.error
import urllib.request
from pathlib import Path

import pytest

BODY = {"description": "Before the upgrade", "from_date": "2016-07-29 22:00", "valid_for": 12}
SEEN = Path(__file__).with_name("seen")


def call(vss, path, document=None):
    data = None if document is None else json.dumps(document).encode()
    headers = {**vss.headers, "Content-Type": "application/json"}
    request = urllib.request.Request(vss.url + path, data, headers)
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.load(response)


def summary(vss):
    return call(vss, "/v2/request")["data"]["snapshot"]


@pytest.mark.parametrize("number", range(TESTS))
def test_alone(vss, number, worker_id):
    before = vss.clock.now
    assert before.isoformat() == "2016-07-29T16:30:59+00:00"
    assert vss.clock.next is None
    assert list(vss.journal) == []
    assert list(vss.faults) == list(vss.holds) == []
    assert summary(vss) == 0
    with SEEN.open("a") as seen:
        seen.write(f"{worker_id} {vss.url} {vss.name}\\n")
    for wanted in range(number % 3 + 1):
        answer = call(vss, f"/v2/vm/{vss.vm.uuid}/snapshot", BODY)
        assert answer["data"]["_links"]["request"].endswith(f"/snapshot/{wanted + 2}")
    made = number % 3 + 1
    assert len(vss.journal.calls("vm-snapshot-create", status_code=202)) == made
    fault = vss.faults.add("status", status_code=500, operation="request-summary", times=1)
    with pytest.raises(urllib.error.HTTPError, match="500"):
        summary(vss)
    assert (fault.seen, fault.fired) == (1, 1)
    other = vss.world()
    fork = vss.fork()
    named = vss.fork(f"{vss.name}_named")
    assert [world.name.partition("_")[0] for world in (other, fork, named)] == [vss.name] * 3
    fired = vss.clock.advance(hours=10, seconds=number)
    assert len(fired) == number % 3 + 1
    assert (vss.clock.now - before).total_seconds() == 36_000 + number
    assert summary(vss) == summary(fork) == number % 3 + 1
    assert fork.clock.now == other.clock.now == before
    assert len(vss.events()) == number % 3 + 1
    assert (fork.events(), other.events(), summary(other)) == ([], [], 0)
    vss.reset()
    assert (vss.clock.now, vss.events(), summary(vss)) == (before, [], 0)
    assert summary(fork) == made
    assert len(fork.journal.calls()) == 2
    assert (len(other.journal.calls()), len(vss.journal.calls())) == (1, 1)
    assert [len(world.faults) for world in (vss, fork, other)] == [0, 1, 0]
"""

Run = Callable[..., list[list[str]]]


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the project in so many processes; return what each test noted."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makeini("[pytest]\nfilterwarnings = error\n")

    def run(*options: str, workers: int = WORKERS, tests: int = TESTS) -> list[list[str]]:
        project = PROJECT.replace("TESTS", str(tests))
        pytester.makepyfile(test_it=project)
        result = pytester.runpytest_subprocess(*PLUGINS, "-n", str(workers), *options)
        result.assert_outcomes(passed=tests)
        return [line.split() for line in (pytester.path / "seen").read_text().splitlines()]

    return run


def test_eight_workers_have_a_server_each(run: Run) -> None:
    seen = run()
    assert len(seen) == TESTS
    servers = {(worker, url) for worker, url, _ in seen}
    assert len(servers) == len({url for _, url in servers}) == len({one for one, _ in servers})
    assert len(servers) > 1


def test_eight_workers_share_a_server_and_no_test_sees_another(run: Run) -> None:
    with Mock(control_token="s3cret") as mock:
        seen = run("--vss-url", mock.url, "--vss-control-token", "s3cret")
        with Client(mock.url, control_token="s3cret") as client:
            assert [world["name"] for world in client.get("/_mock/worlds")["worlds"]] == ["default"]
        assert mock.clock.now.isoformat() == "2016-07-29T16:30:59+00:00"
    assert {url for _, url, _ in seen} == {mock.url}
    assert len({name for *_, name in seen}) == TESTS
    assert len({worker for worker, *_ in seen}) > 1


def test_two_runs_choose_other_names(run: Run) -> None:
    """A run of one process is named after it, one of several after the run and its processes."""
    with Mock() as mock:
        for workers in (0, 2):
            run("--vss-url", mock.url, workers=workers, tests=4)
        seen = run("--vss-url", mock.url, workers=0, tests=4)
    names = [name for *_, name in seen]
    assert len({*names}) == len(names)
    assert all(name.startswith("t-") for name in names)


def test_a_name_that_somebody_has_is_left_alone(
    run: Run, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = f"t-here-{os.getpid()}-1"
    monkeypatch.setattr("platform.node", lambda: "Here")
    pytester.makepyfile(test_it="def test_it(vss):\n    print(vss.name)\n    assert vss.state()\n")
    with Mock() as mock, mock.world(name=taken, seed=5) as somebodys:
        before = somebodys.state()
        result = pytester.runpytest_inprocess("-s", "--vss-url", mock.url, plugins=[pytest_plugin])
        result.assert_outcomes(passed=1)
        result.stdout.fnmatch_lines([f"*t-here-{os.getpid()}-2*"])
        assert somebodys.state() == before


def test_eight_workers_share_several_mocks_behind_nginx(run: Run, tmp_path: Path) -> None:
    with (
        fleet.running(3) as members,
        proxy.serving([member.port for member in members], tmp_path / "n") as port,
    ):
        url = f"http://127.0.0.1:{port}"
        seen = run("--vss-url", url, "--vss-control-token", fleet.TOKEN)
        assert [member.worlds() for member in members] == [{"default"}] * 3
    assert {where for _, where, _ in seen} == {url}
    assert len({name for *_, name in seen}) == TESTS
