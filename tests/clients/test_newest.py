"""The newest real clients, as the registry gives them, get along with the mock."""

import re
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from tests.cli.running import served
from tests.clients.environments import prepare, source
from tests.clients.lines import differences
from tests.clients.mock import ask, home, new_world
from tests.clients.rows import newest
from tests.clients.running import OPERATIONS, drive
from vss_mock import replay
from vss_mock.client import Client

# What a person does with vss-cli on an ordinary day; `make clients` does the rest.
DAILY = ["configure", "vm ls", "vm get", "snapshot mk", "requests", "duration", "errors"]
# What all that comes to in the world's journal, at least.
RECORDED = {
    *("token-request", "vm-list", "vm-get", "vm-snapshot-create"),
    *("request-snapshot-list", "request-snapshot-extend"),
}


@pytest.fixture
def mock() -> Iterator[str]:
    with served() as server:
        yield server.url


def test_the_newest_pyvss_goes_through_the_whole_life_of_a_snapshot(mock: str) -> None:
    row = newest("pyvss")
    outcomes = drive(row, prepare(row), mock, list(OPERATIONS["pyvss"]))
    assert {name: why for name, (mark, why) in outcomes.items() if mark.value != "✓"} == {}


def test_the_lines_for_the_newest_pyvss_make_the_calls_that_they_explain(mock: str) -> None:
    assert list(differences(newest("pyvss"), mock)) == []


def test_the_newest_vss_cli_takes_shows_and_extends_a_snapshot(mock: str) -> None:
    row = newest("vss-cli")
    outcomes = drive(row, prepare(row), mock, DAILY)
    assert {name: why for name, (mark, why) in outcomes.items() if mark.value != "✓"} == {}
    (world,) = (each for each in ask(mock, "/_mock/worlds")["worlds"] if each["name"] != "default")
    journal = ask(mock, f"/_mock/worlds/{world['name']}/journal")
    called = {entry["operation"] for entry in journal["entries"] if entry["kind"] == "call"}
    assert called >= RECORDED
    assert None not in called
    assert world["users"][0]["token"] not in str(journal)
    with Client(mock) as client:
        outcome = replay.in_a_mock(client, replay.read(replay.file_of(journal)))
    assert outcome.difference is None
    assert outcome.calls + outcome.events == journal["last"]


def test_the_tests_that_vss_cli_ships_pass_with_the_endpoint_from_the_environment(
    mock: str,
) -> None:
    row = newest("vss-cli")
    python = prepare(row) / "bin" / "python"
    user = new_world(mock, row.dialect).user
    with home() as (place, environment):
        shutil.copytree(source(row) / "tests", place / "tests")
        done = subprocess.run(
            [str(python), "-m", "unittest", "tests/test_vss_cli.py"],
            capture_output=True,
            text=True,
            cwd=place,
            env=environment
            | {
                "_VSS_API_USER": user["login"],
                "_VSS_API_USER_PASS": user["password"],
                "_VSS_API_ENDPOINT": mock,
                "_VSS_API_ENDPOINT_ALT": mock.replace("127.0.0.1", "localhost"),
            },
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert re.search(r"^Ran 7 tests in .*\n\nOK$", done.stderr, re.MULTILINE)
