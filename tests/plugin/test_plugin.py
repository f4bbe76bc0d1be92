"""The fixture `vss` as users of the plugin meet it: each test here is a small project of theirs."""

import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from vss_mock import Mock, pytest_plugin
from vss_mock.client import Client

ROOT = Path(__file__).parents[2]
HEAVY = {
    "aiohttp",
    "jsonschema",
    "jsonschema_rs",
    "orjson",
    "hypothesis",
    "jwt",
    "multidict",
    "yarl",
}
WITHOUT_OTHERS = ("-p", "vss_mock.pytest_plugin")

Run = Callable[..., pytest.RunResult]

HELPERS = """
import json
import urllib.request

import pytest


def call(vss, method, path, document=None):
    data = None if document is None else json.dumps(document).encode()
    headers = {**vss.headers, "Content-Type": "application/json"}
    request = urllib.request.Request(vss.url + path, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=5) as response:
        return json.load(response)


def submit(vss):
    body = {"description": "Before the upgrade", "from_date": "2016-07-29 22:00", "valid_for": 12}
    return call(vss, "POST", f"/v2/vm/{vss.vm.uuid}/snapshot", body)


def status(vss):
    return call(vss, "GET", "/v2/request/snapshot/2")["data"]["status"]


def worlds(vss):
    return sorted(world["name"] for world in vss._client.get("/_mock/worlds")["worlds"])
"""


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a test file under pytest with this plugin and the ones named, and no others."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makeini("[pytest]\naddopts = --strict-markers\nfilterwarnings = error\n")

    def run(source: str, *options: str) -> pytest.RunResult:
        pytester.makepyfile(helpers=HELPERS, test_it=f"from helpers import *\n{source}")
        if "-p" in options:
            # Other plugins are in use already here, and cannot be twice in one process.
            return pytester.runpytest_subprocess(*WITHOUT_OTHERS, "-ra", *options)
        return pytester.runpytest_inprocess("-ra", *options, plugins=[pytest_plugin])

    return run


LIFE = """
def test_life(vss):
    submit(vss)
    assert status(vss) == "Submitted"
    fired = vss.clock.advance(hours=10)
    assert [(f.request, f.event, f.after) for f in fired] == [(2, "take", "Scheduled")]
    assert status(vss) == "Scheduled"
    vss.clock.step()
    assert status(vss) == "Processed"
"""


def test_a_snapshots_life_fits_in_a_test(run: Run) -> None:
    run(LIFE).assert_outcomes(passed=1)


def test_a_test_asserts_what_its_client_asked_and_a_failure_says_what_differed(run: Run) -> None:
    result = run(
        """
        def test_good(vss):
            submit(vss)
            vss.journal.assert_called_once_with("vm-snapshot-create", valid_for=12)
            vss.journal.assert_not_called("vm-list")

        def test_bad(vss):
            assert vss.journal.calls() == []
            submit(vss)
            vss.journal.assert_called("vm-snapshot-create", valid_for=24)
        """.replace("\n        ", "\n")
    )
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*entry 1, POST /v2/vm/*answered 202: valid_for was 12, not 24"])
    # The frames of the assertion itself are left out: the failure points at the test.
    result.stdout.no_fnmatch_line("*recorded.py*")


def test_each_test_has_a_world_of_its_own_that_begins_anew(run: Run) -> None:
    result = run(
        """
        seen = []

        @pytest.mark.parametrize("number", range(3))
        def test_anew(vss, number):
            assert vss.clock.now.isoformat() == "2016-07-29T16:30:59+00:00"
            assert vss.clock.mode == "frozen"
            assert submit(vss)["data"]["_links"]["request"].endswith("/snapshot/2")
            vss.clock.advance(days=1)
            assert worlds(vss) == ["default", vss.name]
            seen.append(vss.url)

        def test_one_server(vss):
            assert len(set(seen)) == 1 == len({vss.url, *seen})
        """.replace("\n        ", "\n")
    )
    result.assert_outcomes(passed=4)


def test_the_marker_makes_the_world(run: Run) -> None:
    result = run(
        """
        @pytest.mark.vss_world(
            seed=7,
            start="2020-01-01T00:00",
            users=[{"username": "kim", "password": "pw"}],
            vms=[{"name": "alone", "power_state": "suspended"}],
        )
        class TestMarked:
            def test_class(self, vss):
                assert (vss.seed, vss.username.partition("@")[0]) == (7, "kim")
                assert [vm.name for vm in vss.vms] == ["alone"]
                assert vss.clock.local.isoformat() == "2020-01-01T00:00:00-05:00"
                assert call(vss, "GET", "/v2/user")["data"]["username"] == "kim"

            @pytest.mark.vss_world(clock="live", rate=60)
            def test_the_closest_counts(self, vss):
                assert vss.clock.mode == "live"
                assert vss.vm.name == "1606T-coreos0"

            @pytest.mark.vss_world(dialect="2026", clock="auto")
            def test_it_speaks_as_today(self, vss):
                assert (vss.dialect, vss.clock.mode) == ("2026", "auto")
                assert call(vss, "GET", "/v2/session/motd")["data"]["motd"]
        """.replace("\n        ", "\n")
    )
    result.assert_outcomes(passed=3)


@pytest.mark.parametrize(
    ("marker", "sentence"),
    [
        ("sed=1", "*unknown 'sed'*seed*"),
        ("start='tomorrow'", "*start*"),
        ("clock='broken'", "*clock*"),
        ("vms=[{'name': 'a'}, {'name': 'a'}]", "*a*"),
        ("'live'", "*by name only*live*"),
    ],
)
def test_a_bad_marker_is_said_in_a_sentence_without_a_traceback(
    run: Run, marker: str, sentence: str
) -> None:
    result = run(f"@pytest.mark.vss_world({marker})\ndef test_it(vss):\n    pass\n")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([sentence])
    output = result.stdout.str()
    assert "Traceback" not in output
    assert "pytest_plugin.py" not in output


def test_the_marker_is_listed_for_people(run: Run) -> None:
    run("", "--markers").stdout.fnmatch_lines(["@pytest.mark.vss_world(*settings*"])


def test_the_fixture_is_listed_for_people(run: Run) -> None:
    result = run("", "--fixtures")
    result.stdout.fnmatch_lines(["vss*", "*fresh world*"])


def test_a_test_may_make_and_delete_worlds_and_none_is_left(run: Run) -> None:
    result = run(
        """
        def test_many(vss):
            submit(vss)
            fork = vss.fork()
            other = fork.world(seed=5).fork(name="named")
            vss.clock.step()
            assert (status(vss), status(fork)) == ("Scheduled", "Submitted")
            assert len(worlds(vss)) == 5
            with vss.world():
                assert len(worlds(vss)) == 6
            vss.delete()
            other.delete()

        def test_none_is_left(vss):
            assert worlds(vss) == ["default", vss.name]
        """.replace("\n        ", "\n")
    )
    result.assert_outcomes(passed=2)


def test_a_failing_test_leaves_no_world_either(run: Run) -> None:
    result = run(
        """
        def test_fails(vss):
            vss.world()
            assert False

        def test_none_is_left(vss):
            assert worlds(vss) == ["default", vss.name]
        """.replace("\n        ", "\n")
    )
    result.assert_outcomes(failed=1, passed=1)


# With a mock that runs elsewhere.


def test_with_a_url_the_worlds_are_in_the_mock_that_runs_there(run: Run) -> None:
    with Mock() as mock:
        result = run(
            f"{LIFE}\ndef test_where(vss):\n    assert vss.url == {mock.url!r}\n",
            "--vss-url",
            mock.url,
        )
        result.assert_outcomes(passed=2)
        with Client(mock.url) as client:
            assert [world["name"] for world in client.get("/_mock/worlds")["worlds"]] == ["default"]
        assert mock.clock.now.isoformat() == "2016-07-29T16:30:59+00:00"


def test_with_a_url_and_a_control_token_too(run: Run) -> None:
    with Mock(control_token="open-sesame") as mock:
        options = ("--vss-url", f"{mock.url}/", "--vss-control-token")
        run(LIFE, *options, "open-sesame").assert_outcomes(passed=1)
        refused = run(LIFE, *options, "wrong")
        refused.assert_outcomes(errors=1)
        refused.stdout.fnmatch_lines(["*control token*"])


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://127.0.0.1:1", "*--vss-url: no mock can be reached at http://127.0.0.1:1:*"),
        ("127.0.0.1:8001", "*--vss-url: '127.0.0.1:8001' is not the URL of a mock*"),
    ],
)
def test_a_mock_that_is_not_there_is_said_to_be_missing(run: Run, url: str, sentence: str) -> None:
    result = run(LIFE, "--vss-url", url)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([sentence])
    assert "Traceback" not in result.stdout.str()


def test_a_control_token_without_a_url_is_a_usage_error(run: Run) -> None:
    result = run(LIFE, "--vss-control-token", "x")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--vss-control-token*--vss-url*"])


# With other ways to write and run tests.


@pytest.mark.parametrize("shared", [False, True])
def test_it_works_in_two_processes(run: Run, shared: bool) -> None:
    source = LIFE + "\n".join(
        f"def test_life_{number}(vss):\n    test_life(vss)\n" for number in range(6)
    )
    if not shared:
        result = run(source, "-p", "xdist.plugin", "-n", "2")
        result.assert_outcomes(passed=7)
        return
    with Mock() as mock:
        options = ("-p", "xdist.plugin", "-n", "2", "--vss-url", mock.url)
        run(source, *options).assert_outcomes(passed=7)
        with Client(mock.url) as client:
            assert len(client.get("/_mock/worlds")["worlds"]) == 1


def test_it_works_in_asyncio_tests_and_fixtures(run: Run) -> None:
    result = run(
        """
        import asyncio
        import pytest_asyncio

        @pytest_asyncio.fixture
        async def submitted(vss):
            await asyncio.to_thread(submit, vss)
            return vss

        @pytest.mark.asyncio
        async def test_async(submitted):
            assert len(submitted.clock.advance(hours=10)) == 1
            assert await asyncio.to_thread(status, submitted) == "Scheduled"
        """.replace("\n        ", "\n"),
        "-p",
        "pytest_asyncio.plugin",
    )
    result.assert_outcomes(passed=1)


def test_it_works_in_anyio_tests(run: Run) -> None:
    result = run(
        """
        import anyio

        @pytest.fixture
        def anyio_backend():
            return "asyncio"

        @pytest.mark.anyio
        async def test_async(vss):
            await anyio.to_thread.run_sync(submit, vss)
            assert len(vss.clock.step()) == 1
            assert await anyio.to_thread.run_sync(status, vss) == "Scheduled"
        """.replace("\n        ", "\n"),
        "-p",
        "anyio",
    )
    result.assert_outcomes(passed=1)


def test_it_works_in_unittest_cases(run: Run) -> None:
    result = run(
        """
        import unittest

        class TestCase(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def _world(self, vss):
                self.vss = vss

            def test_one(self):
                submit(self.vss)
                self.assertEqual(status(self.vss), "Submitted")

            def test_two(self):
                submit(self.vss)
                self.assertEqual(len(self.vss.clock.step()), 1)
        """.replace("\n        ", "\n")
    )
    result.assert_outcomes(passed=2)


# What loading it costs.


def loaded(program: str, *arguments: str, **environment: str) -> set[str]:
    """Run a program that prints the names of loaded modules; answer those."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split("LOADED")[1].split())


def test_loading_the_plugin_loads_nothing_heavy() -> None:
    program = "import sys, vss_mock.pytest_plugin; print('LOADED', *sys.modules)"
    modules = loaded(program)
    assert "vss_mock.pytest_plugin" in modules
    assert not HEAVY & modules
    assert {name for name in modules if name.startswith("vss_mock")} == {
        "vss_mock",
        "vss_mock.pytest_plugin",
    }
    plain = loaded("import sys, pytest; print('LOADED', *sys.modules)")
    assert modules - plain == {"vss_mock", "vss_mock.pytest_plugin"}


def test_a_run_that_never_asks_for_the_fixture_loads_nothing_heavy(tmp_path: Path) -> None:
    file = tmp_path / "test_it.py"
    file.write_text("def test_it():\n    pass\n")
    program = (
        "import sys, pytest; pytest.main(sys.argv[1:]); print('LOADED', *sys.modules, flush=True)"
    )
    modules = loaded(program, *WITHOUT_OTHERS, "-q", str(file), PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    assert not HEAVY & modules


def test_with_a_url_no_server_is_loaded(tmp_path: Path) -> None:
    file = tmp_path / "test_it.py"
    file.write_text("def test_it(vss):\n    assert vss.state()\n")
    program = (
        "import sys, pytest; assert not pytest.main(sys.argv[1:]);"
        "print('LOADED', *sys.modules, flush=True)"
    )
    with Mock() as mock:
        options = (*WITHOUT_OTHERS, "-q", "--vss-url", mock.url, str(file))
        modules = loaded(program, *options, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    assert "vss_mock.client" in modules
    assert not HEAVY & modules


def test_installing_the_package_installs_the_plugin() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["entry-points"]["pytest11"] == {"vss_mock": "vss_mock.pytest_plugin"}
