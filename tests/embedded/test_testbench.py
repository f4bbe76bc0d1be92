"""Handles on faults, on holds, and on how long work takes: as tests of clients use them."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
import requests

from vss_mock import Mock, testbench
from vss_mock.assembly import BadSettings
from vss_mock.client import Client, ControlError
from vss_mock.embedded import Due, Fired, World
from vss_mock.resources import load_schemas

START = datetime(2016, 7, 29, 16, 30, 59, tzinfo=UTC)
TAKEN = datetime(2016, 7, 30, 2, 0, tzinfo=UTC)
DELETED = TAKEN + timedelta(hours=12)
BODY: dict[str, Any] = {
    "description": "Before the upgrade",
    "from_date": "2016-07-29 22:00",
    "valid_for": 12,
}


@pytest.fixture(scope="module")
def mock() -> Iterator[Mock]:
    with Mock() as mock:
        yield mock


@pytest.fixture
def vss(mock: Mock) -> Iterator[World]:
    with mock.world() as world:
        yield world


def get(vss: World, path: str = "/v2/user") -> requests.Response:
    return requests.get(f"{vss.url}{path}", headers=vss.headers, timeout=5)


def submit(vss: World, machine: int = 0) -> requests.Response:
    url = f"{vss.url}/v2/vm/{vss.vms[machine].uuid}/snapshot"
    return requests.post(url, json=BODY, headers=vss.headers, timeout=5)


def request(vss: World, id: int = 2) -> Any:
    return get(vss, f"/v2/request/snapshot/{id}").json()["data"]


def refused(call: Callable[[], object]) -> ControlError:
    with pytest.raises(ControlError) as caught:
        call()
    return caught.value


# Faults.


def test_a_fault_strikes_and_tells_how_often(vss: World) -> None:
    fault = vss.faults.add("status", status_code=503, operation="user-get", nth=2)
    assert [get(vss).status_code for _ in range(3)] == [200, 503, 200]
    assert get(vss, "/v2/vm").status_code == 200
    assert (fault.id, fault.kind, fault.seen, fault.fired) == (1, "status", 3, 1)
    assert fault.settings == {"status_code": 503, "operation": "user-get", "nth": 2}


def test_a_removed_fault_strikes_no_more_and_has_no_counts(vss: World) -> None:
    fault = vss.faults.add("status", status_code=500)
    assert get(vss).status_code == 500
    fault.remove()
    assert get(vss).status_code == 200
    for gone in (lambda: fault.seen, lambda: fault.fired, fault.remove):
        problem = refused(gone)
        assert (problem.status_code, problem.message) == (404, "no fault 1")


def test_a_fault_lasts_as_long_as_its_block(vss: World) -> None:
    with vss.faults.add("status", status_code=500) as fault:
        assert get(vss).status_code == 500
        assert fault.fired == 1
    assert get(vss).status_code == 200
    assert len(vss.faults) == 0


def test_a_block_may_end_what_it_began_itself(mock: Mock, vss: World) -> None:
    with vss.faults.add("latency", seconds=1) as fault, vss.hold() as hold:
        fault.remove()
        hold.release()
    assert (len(vss.faults), len(vss.holds)) == (0, 0)
    other = mock.world()
    with other.faults.add("latency", seconds=1), other.hold():
        other.delete()
    with pytest.raises(ControlError, match="no world"):
        len(other.faults)


def test_a_block_that_cannot_end_what_it_began_says_so() -> None:
    with Mock(control_token="let-me-in") as vss, Client(vss.url) as stranger:
        known = {"id": vss.faults.add("stale").id, "kind": "stale"}

        def block() -> None:
            with testbench.Fault(stranger, "/_mock/faults", known):
                pass

        assert refused(block).status_code == 401
        assert len(vss.faults) == 1


def test_faults_are_counted_listed_in_order_and_cleared(vss: World) -> None:
    assert (len(vss.faults), list(vss.faults)) == (0, [])
    first = vss.faults.add("latency", seconds=0.001)
    vss.faults.add("expired-token", path="/v2/vm*")
    assert [(fault.id, fault.kind) for fault in vss.faults] == [
        (1, "latency"),
        (2, "expired-token"),
    ]
    assert len(vss.faults) == 2
    get(vss)
    (found, _) = vss.faults
    assert (found.seen, first.seen) == (1, 1)
    vss.faults.clear()
    assert (len(vss.faults), get(vss, "/v2/vm").status_code) == (0, 200)


def test_a_reset_puts_the_faults_and_holds_back_to_the_beginning(mock: Mock) -> None:
    with mock.world(faults=[{"kind": "stale"}], holds=[{"event": "take"}]) as vss:
        vss.faults.add("duplicate")
        vss.holds.clear()
        vss.reset()
        assert [fault.kind for fault in vss.faults] == ["stale"]
        assert [hold.settings for hold in vss.holds] == [{"event": "take"}]


def test_machines_users_instants_and_lengths_are_given_as_python_has_them(vss: World) -> None:
    fault = vss.faults.add(
        "status",
        status_code=429,
        retry_after=timedelta(minutes=2),
        vm=vss.vms[1],
        user=vss.user,
        since=START + timedelta(hours=1),
        until=datetime(2016, 7, 29, 15),  # noqa: DTZ001 - Toronto's
    )
    assert fault.settings == {
        "status_code": 429,
        "retry_after": 120,
        "vm": vss.vms[1].uuid,
        "user": "jm",
        "since": "2016-07-29T17:30:59Z",
        "until": "2016-07-29T19:00:00Z",
    }
    assert submit(vss, machine=1).status_code == 202
    vss.clock.advance(hours=1)
    assert submit(vss, machine=0).status_code == 202
    struck = submit(vss, machine=1)
    assert (struck.status_code, struck.headers["Retry-After"]) == (429, "120")


@pytest.mark.parametrize("length", [0.25, timedelta(milliseconds=250)])
def test_a_length_is_seconds_or_a_timedelta(vss: World, length: float | timedelta) -> None:
    fault = vss.faults.add("latency", seconds=length, up_to=length)
    assert fault.settings == {"seconds": 0.25, "up_to": 0.25}


def test_what_is_no_fault_is_refused_in_the_mocks_words(vss: World) -> None:
    add: Any = vss.faults.add
    for refusal, words in [
        (lambda: add("nonsense"), "'nonsense' is none of 'status', "),
        (lambda: add("status"), "'status_code' is missing"),
        (lambda: add("stale", call=2), "unknown 'call' (did you mean 'calls'?)"),
        (lambda: add("stale", vm="nowhere"), "vm: no virtual machine 'nowhere'"),
        (lambda: add("stale", operation="vm-lst"), "did you mean 'vm-list'?"),
    ]:
        problem = refused(refusal)
        assert problem.status_code == 400
        assert words in problem.message
    assert len(vss.faults) == 0


def test_work_goes_wrong_as_a_fault_has_it(vss: World) -> None:
    vss.faults.add("work-fails", reason="no_disk_space", detail="datastore7", vm=vss.vm)
    submit(vss, machine=0)
    submit(vss, machine=1)
    fired = vss.clock.step()
    assert [(event.request, event.event, event.after) for event in fired] == [
        (2, "fail", "Error Processed"),
        (3, "take", "Scheduled"),
    ]
    assert "datastore7" in request(vss)["message"]["errors"][0]


def test_the_typed_settings_are_those_of_the_schema() -> None:
    schemas = load_schemas()
    kinds = schemas["common/fault.json"]["$defs"]
    members = {name for kind in kinds.values() for name in kind["properties"]}
    assert set(testbench.FaultSettings.__annotations__) == members - {"kind"}
    assert set(get_args(testbench.Kind)) == set(kinds)
    work = kinds["work-fails"]["properties"]
    assert list(get_args(testbench.Reason)) == work["reason"]["enum"]
    assert set(get_args(testbench.WorkEvent)) == set(work["event"]["enum"])
    held = schemas["common/hold.json"]["properties"]
    assert set(get_args(testbench.HoldableEvent)) == set(held["event"]["enum"])


def test_handles_say_what_they_are(vss: World) -> None:
    fault = vss.faults.add("status", status_code=503, path="/v2/vm")
    hold = vss.hold("take", request=2)
    assert repr(fault) == "<Fault 1: status path='/v2/vm' status_code=503>"
    assert repr(hold) == "<Hold 1: event='take' request=2>"
    assert repr(vss.faults) == f"[{fault!r}]"
    vss.holds.clear()
    vss.hold()
    assert repr(vss.holds) == "[<Hold 2: anything>]"


# Holds.


def test_time_stops_right_before_what_is_held(vss: World) -> None:
    submit(vss)
    hold = vss.hold("take", request=2)
    assert (hold.held, vss.clock.held) == (None, None)
    assert vss.clock.advance(days=2) == []
    due = Due(TAKEN, 2, "take", vss.vm.uuid, None, "snapshot")
    assert hold.held == vss.clock.held == vss.clock.next == due
    assert vss.clock.now == TAKEN
    assert request(vss)["status"] == "Submitted"


def test_a_released_event_happens_when_the_clock_is_next_moved(vss: World) -> None:
    submit(vss)
    hold = vss.hold("take")
    vss.clock.advance(days=2)
    hold.release()
    assert (hold.held, vss.clock.held, len(vss.holds)) == (None, None, 0)
    assert request(vss)["status"] == "Submitted"
    (taken,) = vss.clock.advance(0)
    assert (taken.at, taken.event) == (TAKEN, "take")
    assert refused(hold.release).message == "no hold 1"


def test_a_hold_lasts_as_long_as_its_block(vss: World) -> None:
    submit(vss)
    with vss.hold("take") as hold:
        vss.clock.advance(days=2)
        assert hold.held is not None
    assert [event.event for event in vss.clock.advance(days=2)] == ["take", "delete"]


def test_what_is_held_can_fail(vss: World) -> None:
    submit(vss)
    with vss.hold("take") as hold:
        vss.clock.step()
        (failed,) = hold.fail("no_disk_space", detail="datastore7")
        assert failed == Fired(
            TAKEN, 2, "fail", "Submitted", "Error Processed", vss.vm.uuid, None, "snapshot"
        )
    assert "datastore7" in request(vss)["message"]["errors"][0]
    assert (len(vss.holds), vss.clock.next) == (0, None)


def test_a_failure_has_a_reason_by_itself(vss: World) -> None:
    submit(vss)
    hold = vss.hold()
    problem = refused(hold.fail)
    assert (problem.status_code, problem.message) == (409, "hold 1 holds no event back now")
    vss.clock.step()
    hold.fail()
    assert request(vss)["status"] == "Error Processed"


def test_holds_say_what_they_are_about(vss: World) -> None:
    vss.hold("delete", vm=vss.vm, kind="snapshot")
    vss.hold("take", vm=vss.vms[1].name)
    submit(vss, machine=0)
    submit(vss, machine=1)
    first, second = vss.holds
    assert first.settings == {"event": "delete", "kind": "snapshot", "vm": vss.vm.uuid}
    assert second.settings == {"event": "take", "vm": vss.vms[1].uuid}
    assert [event.request for event in vss.clock.advance(days=2)] == [2]
    assert (first.held, second.held and second.held.request) == (None, 3)
    second.release()
    assert [event.request for event in vss.clock.advance(days=2)] == [3]
    assert (first.held and first.held.event, len(vss.holds)) == ("delete", 1)
    vss.holds.clear()
    assert (len(vss.holds), list(vss.holds)) == (0, [])


def test_what_is_no_hold_is_refused_in_the_mocks_words(vss: World) -> None:
    hold: Any = vss.hold
    assert "no virtual machine 'nowhere'" in refused(lambda: hold(vm="nowhere")).message
    assert "'nothing' is none of " in refused(lambda: hold("nothing")).message
    assert len(vss.holds) == 0


# How long work takes.


@pytest.mark.parametrize("length", [90, timedelta(seconds=90)])
def test_work_takes_as_long_as_it_is_told(vss: World, length: float | timedelta) -> None:
    assert vss.clock.task_seconds == 0
    vss.clock.task_seconds = length
    assert vss.clock.task_seconds == 90
    submit(vss)
    vss.clock.step()
    assert request(vss)["status"] == "In Progress"
    (taken,) = vss.clock.advance(seconds=90)
    assert (taken.at, taken.after) == (TAKEN + timedelta(seconds=90), "Scheduled")


def test_work_takes_no_time_below_none(vss: World) -> None:
    def set_it() -> None:
        vss.clock.task_seconds = -1

    assert refused(set_it).status_code == 400
    assert vss.clock.task_seconds == 0


# Worlds that begin so.

BEGINNING: dict[str, Any] = {
    "task_seconds": timedelta(seconds=30),
    "faults": [
        {"kind": "latency", "seconds": timedelta(milliseconds=1), "since": START},
        {"kind": "work-slow", "seconds": 60, "vm": "1606T-coreos0"},
    ],
    "holds": [{"event": "delete"}],
}


def check_beginning(vss: World) -> None:
    assert vss.clock.task_seconds == 30
    assert [fault.settings for fault in vss.faults] == [
        {"seconds": 0.001, "since": "2016-07-29T16:30:59Z"},
        {"seconds": 60, "vm": vss.vm.uuid},
    ]
    assert [hold.settings for hold in vss.holds] == [{"event": "delete"}]


def test_a_world_may_begin_with_faults_and_holds(mock: Mock) -> None:
    with mock.world(**BEGINNING) as vss:
        check_beginning(vss)


def test_a_mock_may_begin_with_faults_and_holds() -> None:
    with Mock(**BEGINNING) as vss:
        check_beginning(vss)
    with Mock(world=testbench.plain(BEGINNING), faults=[], task_seconds=5) as vss:
        assert (len(vss.faults), len(vss.holds), vss.clock.task_seconds) == (0, 1, 5)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"task_seconds": -1}, "task_seconds: "),
        ({"faults": [{"kind": "stale", "vm": "nowhere"}]}, "no virtual machine 'nowhere'"),
        ({"holds": [{"event": "nothing"}]}, "'nothing' is none of"),
    ],
)
def test_a_mock_that_cannot_begin_so_says_why(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(BadSettings, match=re.escape(words)):
        Mock(**settings).start()


def test_the_same_faults_strike_alike_and_forks_count_by_themselves(mock: Mock) -> None:
    def struck(vss: World) -> str:
        return "".join("x" if get(vss).status_code == 502 else "." for _ in range(40))

    with mock.world(seed=7) as one, mock.world(seed=7) as two, mock.world(seed=8) as other:
        for vss in (one, two, other):
            vss.faults.add("status", status_code=502, share=0.5)
        fork = one.fork()
        assert struck(one) == struck(two) == struck(fork) != struck(other)
        (fault,) = one.faults
        one.faults.clear()
        assert len(fork.faults) == 1
        assert refused(lambda: fault.seen).status_code == 404


def test_handles_are_there_without_a_server() -> None:
    program = (
        "import sys, vss_mock.testbench; heavy = {'aiohttp', 'asyncio', 'orjson', 'jsonschema'}; "
        "print({*heavy, 'vss_mock.embedded'} & {*sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"


def test_plain_values_are_left_as_they_are() -> None:
    document = {"a": [1, None, "x", {"b": (True, 0.5)}]}
    assert json.dumps(testbench.plain(document)) == json.dumps(document)
    assert repr(testbench.seconds(timedelta(seconds=2))) == "2"
    assert testbench.seconds(timedelta(seconds=2.5)) == 2.5
