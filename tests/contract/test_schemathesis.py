"""Schemathesis as a suite of the judge, on a socket: what it finds, and how far it gets.

How far it got is read from the calls that reached the server, since a search that reaches nothing
finds nothing either.
"""

import re
import signal
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from types import FrameType
from typing import Any, NamedTuple

import pytest

from tests.contract.lies import Asked, Lie, answering
from tests.contract.lying_server import lying
from tests.contract.places import MockPlaces
from tests.contract.stage import api
from vss_mock import resources
from vss_mock.contract import search as module
from vss_mock.contract.places import MovableTime, Place
from vss_mock.contract.rules import NotObserved
from vss_mock.contract.search import RULES, Searched, search
from vss_mock.contract.transport import Answer, Transport
from vss_mock.embedded import Mock

DOCUMENTS = resources.find("schemas")
(UUID,) = resources.load_schemas()["2016/openapi.json"]["paths"]["/v2/vm/{uuid}"]["parameters"]
MACHINES = [{"name": "1606T-coreos0", "uuid": UUID["example"]}, {"name": "1605P-web1"}]
"""The machine that the document's examples name, and another one."""


class Reached(NamedTuple):
    """A search, and the calls that it made: method, path, query and status code."""

    searched: Searched
    calls: list[tuple[str, str, str, int]]
    statuses: set[str]
    dialect: str

    @property
    def counts(self) -> Counter[tuple[str, int]]:
        """How often each operation gave each status code."""
        found: Counter[tuple[str, int]] = Counter()
        for method, path, _, status in self.calls:
            operation = api(self.dialect).match(method, path)
            if operation is not None:
                found[operation.id, status] += 1
        return found


def honest(inner: Transport) -> Transport:
    return inner


def look(mock: Mock, lie: Lie = honest, dialect: str = "2016", **wanted: Any) -> Reached:
    """Search a world of the mock through a lie."""
    calls: list[tuple[str, str, str, int]] = []

    def note(asked: Asked, answer: Answer) -> Answer:
        calls.append((asked.method, asked.path, asked.query, answer.status))
        return answer

    with (
        MockPlaces(mock.url).fresh({"vms": MACHINES, "dialect": dialect}) as place,
        lying(place, lambda inner: answering(note)(lie(inner))) as url,
    ):
        searched = at(place, url, dialect=dialect, **wanted)
        statuses = set(re.findall(r'"status":"([^"]+)"', requests_of(place)))
    return Reached(searched, calls, statuses, dialect)


def requests_of(place: Place) -> str:
    headers = {"Authorization": f"Bearer {place.names['token']}"}
    query = "expand=1&per_page=3000"
    return place.transport("GET", "/v2/request/snapshot", query, headers, None).body.decode()


def at(
    place: Place, url: str, *, moving: bool = True, dialect: str = "2016", **wanted: Any
) -> Searched:
    """Search a place at a URL, quickly if nothing else is said."""
    names = place.names
    assert isinstance(place.time, MovableTime)
    return search(
        DOCUMENTS / dialect / "openapi.json",
        url,
        names["token"],
        (names["login"], names["password"]),
        names["vm"],
        clock=place.time.path if moving else None,
        strangers="2016",
        **{"seed": 0, "depth": "quick", **wanted},
    )


@pytest.fixture(scope="module")
def deep(mock: Mock) -> Reached:
    """Return one search as a pipeline makes it."""
    return look(mock, depth="ci")


def test_nothing_is_found_in_the_mock_and_every_check_looked_at_something(deep: Reached) -> None:
    assert deep.searched.findings == []
    assert {rule.id for rule in RULES} <= deep.searched.looked_at.keys()
    assert deep.searched.calls > 500


def test_every_operation_is_reached_where_it_answers_well_and_where_it_refuses(
    deep: Reached,
) -> None:
    assert {id for id, _ in deep.counts} == api().operations.keys()
    for reach in (
        ("vm-snapshot-create", 202),
        ("vm-snapshot-create", 400),
        ("vm-snapshot-get", 200),
        ("vm-snapshot-delete", 202),
        ("vm-snapshot-revert", 202),
        ("vm-consolidate", 202),
        ("vm-get", 404),
        ("request-snapshot-get", 200),
        ("request-snapshot-extend", 204),
        ("request-task-get", 200),
    ):
        assert deep.counts[reach], f"{reach[0]} never answered {reach[1]}: {sorted(deep.counts)}"


def test_snapshots_live_their_lives_meanwhile(deep: Reached) -> None:
    assert {"Scheduled", "Processed"} <= deep.statuses


def test_nothing_is_found_in_what_todays_clients_need_and_every_operation_is_reached(
    mock: Mock,
) -> None:
    found = look(mock, dialect="2026")
    assert found.searched.findings == []
    assert {id for id, _ in found.counts} == api("2026").operations.keys()


def falsified(asked: Asked, answer: Answer) -> Answer:
    """Say much for memory, fail at one list, take anything for a snapshot's hours."""
    if asked.path == "/v2/request/change" and asked.method == "GET" and answer.status == 200:
        return answer._replace(status=500)
    if asked.path == "/v2/request" and answer.status == 405:
        return answer._replace(status=200)
    if asked.path.endswith("/snapshot") and asked.method == "POST" and answer.status == 400:
        return answer._replace(status=202)
    body = re.sub(rb'"memoryMB": ?[0-9]+', b'"memoryMB":"much"', answer.body)
    return answer._replace(body=body)


def lied_to(inner: Transport) -> Transport:
    """Tell several lies at once; hang up on one operation, and let everybody see another."""
    good: dict[str, str] = {}

    def send(*call: Any) -> Answer:
        method, path, query, headers, body = call
        if path == "/v2/request/task/" or (path == "/v2/" and method == "GET"):
            raise OSError("hung up")
        if method == "GET" and path.startswith("/v2/vm/") and "Authorization" in headers:
            good.setdefault("Authorization", headers["Authorization"])
        if path == "/v2/user":
            headers = {**headers, **good}
        return inner(method, path, query, headers, body)

    return answering(falsified)(send)


@pytest.fixture(scope="module")
def lied(mock: Mock) -> Reached:
    """Return a search of a server that tells several lies."""
    return look(mock, lied_to)


@pytest.mark.parametrize(
    ("rule", "where"),
    [
        ("search-response-schema-conformance", "/data"),
        ("search-not-a-server-error", "status"),
        ("search-status-code-conformance", "status"),
        ("search-unsupported-method", "status"),
        ("search-negative-data-rejection", "status"),
        ("search-ignored-auth", "status"),
        ("search-is-answered", "GET /v2/"),
        ("answer-vm-list", "/data"),
        ("no-server-errors", "status"),
    ],
)
def test_a_lie_is_found_and_told_by_pointer_and_walk(rule: str, where: str, lied: Reached) -> None:
    found = [one for one in lied.searched.findings if one.rule == rule]
    assert where in {one.where[: len(where)] for one in found}, lied.searched.findings
    assert lied.searched.looked_at[rule]
    for one in found:
        assert one.expected
        assert one.actual
        assert one.evidence
        assert one.source
        if rule != "search-is-answered":
            assert one.walk[-1].command.startswith("curl -s")
            assert one.walk[-1].what.endswith(one.walk[-1].answer[:3])


def test_no_finding_shows_a_token(lied: Reached) -> None:
    told = repr(lied.searched.findings)
    assert "$TOKEN" in told
    assert not re.search(r"Bearer (?!\$TOKEN)|eyJ|world-|\.jm-token", told)


@pytest.fixture(scope="module")
def read(mock: Mock) -> Reached:
    """Return a search that only reads."""
    return look(mock, seed=5, reads_only=True, moving=False)


def test_a_search_can_be_held_to_reading(read: Reached) -> None:
    assert read.calls
    assert {method for method, _, _, _ in read.calls} == {"GET"}
    assert read.searched.findings == []


def test_the_same_seed_makes_the_same_calls(mock: Mock, read: Reached) -> None:
    assert look(mock, seed=5, reads_only=True, moving=False).calls == read.calls


class Noted(subprocess.Popen[str]):
    """A process that is remembered."""

    made: list[Any] = []  # noqa: RUF012  # for one test at a time

    def __init__(self, command: list[str], **wanted: Any) -> None:
        super().__init__(command, **wanted)
        self.command = command
        self.token = wanted["env"]["VSS_TOKEN"]
        self.made.append(self)


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    monkeypatch.setattr(subprocess, "Popen", Noted)
    Noted.made.clear()
    yield Noted.made
    for one in Noted.made:
        one.kill()
        one.wait()


def test_an_interruption_ends_the_search(mock: Mock, processes: list[Any]) -> None:
    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 1.5)
    try:
        with MockPlaces(mock.url).fresh({}) as place, pytest.raises(KeyboardInterrupt):
            at(place, place.url, depth="deep")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    (child,) = processes
    assert child.returncode is not None


def test_secrets_are_not_on_the_command_line_and_no_file_is_left(
    mock: Mock,
    read: Reached,
    processes: list[Any],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    here = tmp_path_factory.mktemp("here")
    temporary = tmp_path_factory.mktemp("temporary")
    monkeypatch.chdir(here)
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    found = look(mock, seed=6, reads_only=True, moving=False)
    assert found.calls != read.calls
    (child,) = processes
    assert child.token
    assert child.token not in " ".join(child.command)
    assert list(here.iterdir()) == list(temporary.iterdir()) == []


def test_without_schemathesis_it_says_so_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda _: None)
    with pytest.raises(ImportError) as caught:
        search(
            DOCUMENTS / "2016" / "openapi.json",
            "",
            "",
            None,
            "",
            clock=None,
            seed=0,
            depth="no such depth",
        )
    assert caught.value.name == "schemathesis"


def test_a_search_that_cannot_begin_is_not_observed(tmp_path: Any) -> None:
    nothing = tmp_path / "2016" / "openapi.json"
    nothing.parent.mkdir()
    nothing.write_text('{"openapi": "3.1.0", "info": {"title": "", "version": ""}, "paths": {}}')
    with pytest.raises(NotObserved, match="schemathesis"):
        search(nothing, "http://127.0.0.1:9", "t", None, "v", clock=None, seed=0, depth="quick")
