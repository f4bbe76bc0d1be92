"""`vss.journal`: what reached a world, and assertions whose failures show what differed."""

import base64
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from unittest.mock import ANY

import httpx
import pytest

from tests.cli.running import served
from vss_mock import Mock
from vss_mock.client import Client
from vss_mock.embedded import World, create_world
from vss_mock.recorded import RecordedCall, RecordedEvent, UnknownOperation

START = datetime(2016, 7, 29, 16, 30, 59, tzinfo=UTC)
CREATE = "vm-snapshot-create"


@pytest.fixture(scope="module")
def mock() -> Iterator[Mock]:
    with Mock() as mock:
        yield mock


@pytest.fixture
def vss(mock: Mock) -> Iterator[World]:
    with mock.world() as world:
        yield world


def call(vss: World, method: str, target: str, document: Any = None, **headers: str) -> int:
    sent = {**vss.headers, **headers}
    return httpx.request(method, vss.url + target, json=document, headers=sent).status_code


def submit(vss: World, valid_for: int = 12) -> str:
    path = f"/v2/vm/{vss.vm.uuid}/snapshot"
    body = {"description": "d", "from_date": "2016-07-29 22:00", "valid_for": valid_for}
    assert call(vss, "POST", path, body) == 202
    return path


def failure(assertion: Any, *arguments: Any, **conditions: Any) -> str:
    """Return what an assertion that fails says."""
    with pytest.raises(AssertionError) as caught:
        assertion(*arguments, **conditions)
    return str(caught.value)


def test_a_call_is_recorded_with_its_answer(vss: World) -> None:
    path = submit(vss)
    (recorded,) = vss.journal.calls()
    assert recorded == RecordedCall(
        number=1,
        at=START,
        operation=CREATE,
        user="jm",
        method="POST",
        target=path,
        headers={"Authorization": "Bearer token-1", "Content-Type": "application/json"},
        body={"description": "d", "from_date": "2016-07-29 22:00", "valid_for": 12},
        status_code=202,
        answer=ANY,
        ending="whole",
        faults=(),
    )
    assert recorded.answer["data"]["status"] == 202
    assert vss.journal.calls(CREATE) == [recorded]


def test_a_target_is_taken_apart(vss: World) -> None:
    call(vss, "GET", "/v2/vm?name=a%20b&summary&name=c+d")
    (recorded,) = vss.journal.calls("vm-list")
    assert recorded.path == "/v2/vm"
    assert recorded.query == {"name": "c d", "summary": ""}


def test_calls_and_events_come_in_one_order(vss: World) -> None:
    submit(vss)
    vss.clock.advance("10h")
    call(vss, "GET", "/v2/user")
    assert [each.number for each in vss.journal] == [1, 2, 3]
    assert [type(each) for each in vss.journal.all()] == [
        *(RecordedCall, RecordedEvent, RecordedCall)
    ]
    (event,) = vss.journal.events()
    assert (event.cause, event.event["event"], event.at) == (
        *("move", "take"),
        datetime(2016, 7, 30, 2, tzinfo=UTC),
    )
    assert [entry.number for entry in vss.events()] == [2]


def test_calls_are_found_by_operation_caller_answer_and_members(vss: World) -> None:
    submit(vss)
    submit(vss, 24)
    call(vss, "GET", "/v2/vm?name=web", Authorization=vss.users[1].headers["Authorization"])
    call(vss, "GET", "/v2/nothing")

    def numbers(*operation: str, **conditions: Any) -> list[int]:
        return [each.number for each in vss.journal.calls(*operation, **conditions)]

    assert numbers(CREATE) == [1, 2]
    assert numbers(CREATE, valid_for=24) == [2]
    assert numbers(CREATE, valid_for=ANY) == [1, 2]
    assert numbers(CREATE, valid_for="24") == []
    assert numbers(CREATE, nothing=ANY) == []
    assert numbers(valid_for=12, user="jm", status_code=202, method="POST") == [1]
    assert numbers(user="ana") == [3]
    assert numbers("vm-list", name="web") == [3]
    assert numbers(status_code=404, path="/v2/nothing") == [4]
    assert numbers("vm-get") == []


def test_what_is_no_json_is_recorded_as_text(vss: World) -> None:
    path = submit(vss)
    for body in (b"{", b"\xff"):
        httpx.post(
            vss.url + path,
            content=body,
            headers={**vss.headers, "Content-Type": "application/json"},
        )
    assert [each.body for each in vss.journal.calls(CREATE, status_code=400)] == ["{", "/w=="]


def test_an_operation_that_the_dialect_does_not_have_is_a_mistake(vss: World) -> None:
    submit(vss)
    for ask in (vss.journal.calls, vss.journal.assert_called, vss.journal.assert_not_called):
        with pytest.raises(UnknownOperation, match="did you mean 'vm-snapshot-create'") as caught:
            ask("vm-snapshot-creat")
        assert str(caught.value).startswith("2016 has no operation 'vm-snapshot-creat'")
    with pytest.raises(UnknownOperation, match=r"has no operation 'zzz'$"):
        vss.journal.assert_order(CREATE, "zzz")
    with pytest.raises(UnknownOperation):
        vss.journal.calls("group-list")
    with vss.world(dialect="2026") as later:
        assert later.journal.calls("group-list") == []


def test_assertions_that_hold_give_their_calls(vss: World) -> None:
    submit(vss)
    call(vss, "GET", "/v2/vm")
    submit(vss, 24)
    journal = vss.journal
    assert journal.assert_called(CREATE).number == 3
    assert journal.assert_called(CREATE, valid_for=12).number == 1
    assert journal.assert_called_once(CREATE, valid_for=24).number == 3
    assert journal.assert_called_once("vm-list").number == 2
    assert journal.assert_called_once_with("vm-list", user="jm").number == 2
    journal.assert_not_called("user-get")
    journal.assert_not_called(CREATE, valid_for=1)
    assert [each.number for each in journal.assert_order(CREATE, "vm-list", CREATE)] == [1, 2, 3]
    assert [each.number for each in journal.assert_order(CREATE, CREATE)] == [1, 3]
    assert journal.assert_order() == []


def test_a_call_that_was_not_made_is_told_with_the_nearest_and_what_differed(vss: World) -> None:
    path = submit(vss)
    call(vss, "POST", path, {"valid_for": "24"})
    said = failure(vss.journal.assert_called, CREATE, valid_for=24, status_code=202)
    shown = path if len(path) <= 80 else f"{path[:79]}…"
    assert said == (
        f"expected a call of {CREATE} with valid_for 24 and status_code 202; "
        f"there were 2 of {CREATE}, but not so:\n"
        f"  entry 1, POST {shown} by jm, answered 202: valid_for was 12, not 24\n"
        f"  entry 2, POST {shown} by jm, answered 400: "
        'valid_for was "24", not 24; status_code was 400, not 202'
    )


def test_only_the_nearest_are_told_and_how_many_more_there_were(vss: World) -> None:
    for hours in range(1, 6):
        submit(vss, hours)
    lines = failure(vss.journal.assert_called_once, CREATE, valid_for=9, nothing=1).split("\n")
    assert lines[0].endswith(f"there were 5 of {CREATE}, but not so:")
    assert [line.split(",")[0] for line in lines[1:4]] == ["  entry 5", "  entry 4", "  entry 3"]
    assert lines[1].endswith("valid_for was 5, not 9; nothing was left out, not 1")
    assert lines[4] == "  and 2 more"


def test_a_call_that_was_not_made_at_all_is_told_with_what_was(vss: World) -> None:
    said = failure(vss.journal.assert_called, CREATE)
    assert said == f"expected a call of {CREATE}; there was none of {CREATE}. Nothing was called."
    call(vss, "GET", "/v2/vm")
    call(vss, "GET", "/v2/vm")
    call(vss, "GET", "/v2/nothing")
    said = failure(vss.journal.assert_called_once, CREATE, valid_for=1)
    assert said.endswith("Called were vm-list (2), no operation (1).")


def test_more_calls_than_one_are_told(vss: World) -> None:
    for _ in range(5):
        submit(vss)
    said = failure(vss.journal.assert_called_once, CREATE, valid_for=12)
    assert said.startswith(f"expected one call of {CREATE} with valid_for 12; there were 5:\n")
    assert said.endswith("\n  and 2 more")
    said = failure(vss.journal.assert_called_once_with, CREATE, valid_for=12)
    assert said.startswith(f"expected one call of {CREATE} at all, with valid_for 12; there were 5")
    said = failure(vss.journal.assert_called_once_with, CREATE, valid_for=13)
    assert said.startswith(f"expected one call of {CREATE} at all, with valid_for 13; there were 5")
    said = failure(vss.journal.assert_not_called, CREATE)
    assert said.startswith(f"expected no call of {CREATE}; there were 5:\n  entry 1, POST")


def test_one_call_that_is_not_as_it_should_be_is_told(vss: World) -> None:
    submit(vss)
    said = failure(vss.journal.assert_called_once_with, CREATE, valid_for=13, user="ana")
    assert said.startswith(
        f'expected one call of {CREATE} at all, with valid_for 13 and user "ana"; '
        f"there was 1 of {CREATE}, but not so:\n  entry 1"
    )
    assert said.endswith('valid_for was 12, not 13; user was "jm", not "ana"')
    said = failure(vss.journal.assert_called_once_with, "vm-list")
    assert said.startswith("expected one call of vm-list at all, with anything; there was none")
    said = failure(vss.journal.assert_not_called, CREATE, valid_for=12)
    assert said.startswith(f"expected no call of {CREATE} with valid_for 12; there was 1:\n")


def test_an_order_that_was_not_kept_is_told_from_where_it_was_not(vss: World) -> None:
    call(vss, "GET", "/v2/vm")
    submit(vss)
    said = failure(vss.journal.assert_order, CREATE, "vm-list")
    assert said.startswith(
        f"expected calls of {CREATE}, then vm-list; there was no vm-list after entry 2, POST /v2/vm"
    )
    assert said.endswith("Called were vm-list (1), vm-snapshot-create (1).")
    said = failure(vss.journal.assert_order, "user-get")
    assert said.startswith("expected calls of user-get; there was no user-get. Called were")


def test_long_and_strange_values_are_shown_short(vss: World) -> None:
    submit(vss)
    said = failure(vss.journal.assert_called, CREATE, description="x" * 300, valid_for={1, 2})
    assert f'description was "d", not "{"x" * 78}…' in said
    assert "valid_for was 12, not {1, 2}" in said


def test_nobody_known_is_who_a_refused_login_names_nobody_for(vss: World) -> None:
    basic = base64.b64encode(f"c4n4ry@{vss.name}:c4n4ry".encode()).decode()
    assert call(vss, "POST", "/auth/request-token", Authorization=f"Basic {basic}") == 401
    said = failure(vss.journal.assert_not_called, "token-request")
    assert "by nobody known, answered 401" in said
    assert "c4n4ry" not in said


def test_no_failure_tells_a_secret(vss: World) -> None:
    for secret in (vss.token, base64.b64encode(f"{vss.token}:".encode()).decode()):
        call(vss, "GET", f"/v2/vm/{secret}?a={secret}")
        call(vss, "POST", f"/v2/vm/{vss.vm.uuid}/snapshot", {"description": secret})
    told = [
        failure(vss.journal.assert_called, CREATE, description="x"),
        failure(vss.journal.assert_not_called, "vm-get"),
        failure(vss.journal.assert_called_once, CREATE),
        failure(vss.journal.assert_order, CREATE, "user-get"),
        *map(str, vss.journal),
    ]
    assert not any(vss.token in text or secret in text for text in told)
    assert all("token-1" in text for text in (told[0], told[1]))


def test_a_mock_of_the_command_line_tells_and_asserts_the_same() -> None:
    with served() as mock, Client(mock.url) as client, create_world(client, {"seed": 2}) as world:
        submit(world)
        world.journal.assert_called_once_with(CREATE, valid_for=12)
        assert "valid_for was 12, not 1" in failure(
            world.journal.assert_called, CREATE, valid_for=1
        )


def test_importing_it_is_cheap() -> None:
    script = (
        "import sys; import vss_mock.recorded; "
        "print(sorted({'orjson', 'aiohttp', 'jsonschema', 'http.client'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
