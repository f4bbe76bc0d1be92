"""`vss-mock serve` says where it listens once it answers, and stops when told to."""

import json
import re
import shlex
import signal
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.cli.running import STOPS_WITHIN_S, Served, complaint, run, served

JM = {"Authorization": "Bearer demo-token"}


@pytest.fixture(scope="module")
def demo_world() -> Iterator[Served]:
    with served() as running:
        yield running


def get(url: str, headers: Mapping[str, str] | None = None) -> Any:
    request = urllib.request.Request(url, headers=dict(headers or {}))
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


def status_code(url: str, headers: Mapping[str, str]) -> int:
    try:
        get(url, headers)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code
    return 200


def written(folder: Path, document: object) -> str:
    file = folder / "world.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return str(file)


def test_the_first_line_says_where_it_listens_and_it_answers_there(demo_world: Served) -> None:
    assert re.fullmatch(r"vss-mock listening on http://127\.0\.0\.1:[0-9]+", demo_world.lines[0])
    assert get(f"{demo_world.url}/_mock/health")["status"] == "ok"


def test_it_says_that_state_is_in_memory(demo_world: Served) -> None:
    assert "in memory" in demo_world.lines[1]


def test_it_says_where_its_page_is(demo_world: Served) -> None:
    assert f"The page: {demo_world.url}/_mock/" in demo_world.lines


def test_it_shows_who_may_log_in_and_the_machines(demo_world: Served) -> None:
    shown = "\n".join(demo_world.lines)
    for word in ("jm", "demo-token", "ana", "ana-token", "1606T-coreos0"):
        assert re.search(rf"\b{word}\b", shown)
    machines = get(f"{demo_world.url}/v2/vm", JM)["data"]
    assert len(machines) >= 10
    assert all(vm["uuid"] in shown for vm in machines)


def test_the_line_to_try_is_answered_with_the_machine(demo_world: Served) -> None:
    (line,) = (line for line in demo_world.lines if line.startswith("Try: "))
    curl, option, header, url = shlex.split(line.removeprefix("Try: "))
    assert (curl, option) == ("curl", "-H")
    name, _, value = header.partition(": ")
    answer = get(url, {name: value})
    assert [vm["name"] for vm in answer["data"]] == ["1606T-coreos0"]


def test_the_clock_stands_where_the_documents_begin(demo_world: Served) -> None:
    clock = get(f"{demo_world.url}/_mock/clock")
    assert clock["local"] == "2016-07-29T12:30:59-04:00"
    assert clock["mode"] == "frozen"
    assert any("2016-07-29T12:30:59-04:00" in line for line in demo_world.lines)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly_when_told(number: signal.Signals) -> None:
    with served() as running:
        # A client that keeps its connection, and one in the middle of a request, hold nothing up.
        address = urlsplit(running.url)
        assert address.hostname is not None
        with (
            socket.create_connection((address.hostname, address.port or 0)) as idle,
            socket.create_connection((address.hostname, address.port or 0)) as slow,
        ):
            idle.sendall(b"GET /_mock/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert idle.recv(64).startswith(b"HTTP/1.1 200")
            slow.sendall(
                b"POST /_mock/clock HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n"
            )
            began = monotonic()
            running.process.send_signal(number)
            assert running.process.wait(timeout=STOPS_WITHIN_S) == 0
            assert monotonic() - began < STOPS_WITHIN_S
        assert running.process.stderr is not None
        assert running.process.stderr.read() == ""


def test_it_goes_on_when_nobody_reads_its_output_any_more() -> None:
    with served() as running:
        assert running.process.stdout is not None
        running.process.stdout.close()
        assert get(f"{running.url}/_mock/health")["status"] == "ok"
        running.process.terminate()
        assert running.process.wait(timeout=STOPS_WITHIN_S) == 0


def test_a_taken_port_is_a_complaint(demo_world: Served) -> None:
    port = demo_world.url.rpartition(":")[2]
    assert port in complaint(run("serve", "--port", port))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--dialect", "1999"], "'1999' is none of '2016', '2019', '2026'"),
        (["--start", "yesterday"], "yesterday"),
        (["--start", "2016-02-30T12:00"], "2016-02-30"),
        (["--rate", "2"], "--rate: only a live clock has one: add --clock live"),
        (["--host", "0.0.0.0"], "--control-token"),
        (["--host", "not a host"], "not a host"),
        (["--control-token", ""], "--control-token"),
        (["--control-token", "two words"], "--control-token"),
        (["--allow-host", "a/b"], "a/b"),
        (["--public-url", "ftp://x"], "ftp://x"),
    ],
)
def test_an_option_that_makes_no_sense_is_a_complaint(options: list[str], sentence: str) -> None:
    assert sentence in complaint(run("serve", "--port", "0", *options))


def test_all_that_is_wrong_with_a_world_is_in_one_line(tmp_path: Path) -> None:
    file = written(tmp_path, {"vms": [{"nmae": "x"}], "users": [{"username": "u", "password": 1}]})
    line = complaint(run("serve", "--port", "0", "--world", file))
    assert line.startswith(f"{file}: ")
    for word in ("did you mean 'name'?", "vms[0]", "users[0].password"):
        assert word in line


@pytest.mark.parametrize(
    ("contents", "sentence"), [("{", "is not JSON"), ("[]", "not an object"), ("NaN", "not JSON")]
)
def test_a_file_that_holds_no_world_is_a_complaint(
    tmp_path: Path, contents: str, sentence: str
) -> None:
    file = tmp_path / "world.json"
    file.write_text(contents, encoding="utf-8")
    assert sentence in complaint(run("serve", "--port", "0", "--world", str(file)))


def test_a_file_that_is_not_there_is_a_complaint(tmp_path: Path) -> None:
    file = str(tmp_path / "none.json")
    line = complaint(run("serve", "--port", "0", "--world", file))
    assert line == f"cannot read {file}: No such file or directory"


def test_a_bad_option_is_not_blamed_on_a_good_file(tmp_path: Path) -> None:
    file = written(tmp_path, {"vms": [{"name": "one"}]})
    line = complaint(run("serve", "--port", "0", "--world", file, "--dialect", "1999"))
    assert line.startswith("--dialect")


def test_it_serves_the_world_of_a_file(tmp_path: Path) -> None:
    world = {
        "vms": [{"name": f"vm-number-{number}"} for number in range(14)],
        "users": [{"username": "eve", "password": "apple", "token": "eve-token"}],
        "start": "2020-01-01T00:00",
    }
    with served("--world", written(tmp_path, world)) as running:
        assert any("eve-token" in line for line in running.lines)
        assert "... and 2 more" in running.lines
        assert "name=vm-number-0&summary" in running.lines[-1]
        machines = get(f"{running.url}/v2/vm", {"Authorization": "Bearer eve-token"})["data"]
        assert len(machines) == len(world["vms"])
        assert get(f"{running.url}/_mock/clock")["local"] == "2020-01-01T00:00:00-05:00"


def test_a_live_clock_runs_as_fast_as_it_is_told() -> None:
    with served("--clock", "live", "--rate", "3600", "--start", "2016-07-29T12:00") as running:
        assert any("live, 3600 times as fast" in line for line in running.lines)
        first = get(f"{running.url}/_mock/clock")
        second = get(f"{running.url}/_mock/clock")
        assert first["mode"] == "live"
        assert first["rate"] == 3600
        assert "2016-07-29T12:00" < first["local"] < second["local"]


def test_a_world_may_speak_as_today_and_step_for_those_who_wait() -> None:
    with served("--dialect", "2026", "--clock", "auto") as running:
        assert any("auto, it steps to what somebody waits for" in line for line in running.lines)
        world = get(f"{running.url}/_mock/worlds/default")
        assert (world["dialect"], world["mode"]) == ("2026", "auto")
        token = {"Authorization": "Bearer demo-token"}
        assert get(f"{running.url}/v2/vm/vm-4766", token)["data"]["moref"] == "vm-4766"


def test_a_live_clock_shows_the_wall_clocks_time_unless_told_otherwise() -> None:
    with served("--clock", "live") as running:
        assert get(f"{running.url}/_mock/clock")["now"] > "2026"


@pytest.mark.parametrize("by_environment", [False, True])
def test_a_control_token_opens_every_interface_and_guards_the_clock(by_environment: bool) -> None:
    options = [] if by_environment else ["--control-token", "let-me-in"]
    env = {"VSS_MOCK_CONTROL_TOKEN": "let-me-in"} if by_environment else {}
    with served("--host", "0.0.0.0", *options, env=env) as running:
        url = running.url.replace("0.0.0.0", "127.0.0.1")
        assert f"'{url}/v2/vm" in running.lines[-1]
        assert "let-me-in" not in "\n".join(running.lines)
        assert status_code(f"{url}/_mock/health", {}) == 200
        assert status_code(f"{url}/_mock/clock", {}) == 401
        assert status_code(f"{url}/_mock/clock", {"Authorization": "Bearer let-me-in"}) == 200


def test_names_are_answered_to_only_when_allowed() -> None:
    with served("--allow-host", "vss.example", "--allow-host", "mock.example:80") as running:
        names = ["vss.example", "vss.example:9", "mock.example:80", "other.example"]
        answered = [status_code(f"{running.url}/_mock/health", {"Host": name}) for name in names]
        assert answered == [200, 200, 200, 421]


def test_links_begin_with_the_public_url() -> None:
    with served("--public-url", "https://vss.example:8443/") as running:
        links = get(f"{running.url}/v2/", JM)["_links"]
        assert links["self"] == "https://vss.example:8443/v2/"
        assert "'https://vss.example:8443/v2/vm" in running.lines[-1]


def test_calls_are_limited_when_asked_for() -> None:
    with served("--rate-limit") as running:
        request = urllib.request.Request(f"{running.url}/v2/", headers=JM)
        with urllib.request.urlopen(request, timeout=10) as response:
            assert response.headers["X-RateLimit-Limit"] == "7200"


def test_an_ipv6_address_is_spelled_as_urls_want_it() -> None:
    with served("--host", "::1") as running:
        assert re.fullmatch(r"http://\[::1\]:[0-9]+", running.url)
        assert get(f"{running.url}/_mock/health")["status"] == "ok"
