"""Faults on the wire: what a client's socket sees of answers that are late, cut, or lost."""

import socket
import threading
import time
from typing import Any

import pytest

from tests.server.raw import Raw, get, post
from vss_mock.assembly import Settings, build_service
from vss_mock.embedded import Background, Mock
from vss_mock.http_limits import Limits

BEARER = "Authorization: Bearer demo-token"
USER = get("/v2/user", BEARER)


@pytest.fixture
def client(mock: Mock) -> Any:
    with Raw(int(mock.url.rpartition(":")[2])) as raw:
        yield raw


def add(mock: Mock, kind: str, **members: Any) -> None:
    mock._client.post("/_mock/faults", {"kind": kind, **members})


def submitted(mock: Mock) -> int:
    return len(mock.state()["snapshot_requests"])


def submission(mock: Mock) -> bytes:
    body = b'{"from_date": "2016-07-29 22:00", "valid_for": 12, "description": "d"}'
    return post(body, BEARER, target=f"/v2/vm/{mock.vm.uuid}/snapshot")


def test_a_lost_answer_is_an_end_without_a_byte_and_the_call_took_effect(
    mock: Mock, client: Raw
) -> None:
    add(mock, "lost-answer", method="POST")
    before = submitted(mock)
    client.send(submission(mock))
    assert client.socket.recv(1) == b""
    assert submitted(mock) == before + 1


@pytest.mark.parametrize("kind", ["connection-refused", "connection-reset"])
def test_a_connection_that_is_gone_leaves_no_trace(mock: Mock, client: Raw, kind: str) -> None:
    add(mock, kind, method="POST")
    before = submitted(mock)
    client.send(submission(mock))
    if kind == "connection-refused":
        assert client.socket.recv(1) == b""
    else:
        with pytest.raises(ConnectionResetError):
            client.socket.recv(1)
    assert submitted(mock) == before


def test_a_cut_body_ends_before_its_declared_length(mock: Mock, client: Raw) -> None:
    add(mock, "cut-body", bytes=7)
    client.send(USER)
    data = b""
    while part := client.socket.recv(65536):
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    assert len(body) == 7 < length


def test_an_answer_has_no_content_type_or_another(mock: Mock, client: Raw) -> None:
    add(mock, "content-type", value=None, nth=1)
    add(mock, "content-type", value="text/html; charset=utf-8", nth=2)
    client.send(USER + USER)
    assert "content-type" not in client.answer().headers
    assert client.answer().headers["content-type"] == "text/html; charset=utf-8"


def test_the_connection_goes_on_behind_what_is_only_wrong(mock: Mock, client: Raw) -> None:
    add(mock, "not-json", nth=1)
    add(mock, "status", status_code=500, nth=2)
    client.send(USER * 3)
    assert client.answer().body.startswith(b"<html>")
    refused = client.answer()
    assert (refused.status_code, refused.headers["x-vss-mock-fault"]) == (500, "2")
    assert client.answer().status_code == 200


def test_what_comes_behind_a_lost_answer_on_the_same_connection_is_lost_too(
    mock: Mock, client: Raw
) -> None:
    add(mock, "lost-answer", operation="user-get", nth=1)
    client.send(USER + submission(mock))
    before = submitted(mock)
    assert client.is_closed()
    assert submitted(mock) == before


def test_an_answer_is_late_and_nobody_else_waits_for_it(mock: Mock, client: Raw) -> None:
    add(mock, "latency", operation="user-get", seconds=1.0)
    began = time.monotonic()
    client.send(USER)
    with Raw(client.socket.getpeername()[1]) as other:
        other.send(get("/v2/vm", BEARER))
        assert other.answer().status_code == 200
        others = time.monotonic() - began
    assert client.answer().status_code == 200
    assert others < 1.0 <= time.monotonic() - began


def test_a_late_answer_took_effect_at_once(mock: Mock, client: Raw) -> None:
    add(mock, "latency", method="POST", seconds=0.5)
    before = submitted(mock)
    client.send(submission(mock))
    deadline = time.monotonic() + 5
    while submitted(mock) == before and time.monotonic() < deadline:
        time.sleep(0.005)
    client.socket.setblocking(False)
    with pytest.raises(BlockingIOError):
        client.socket.recv(1)
    client.socket.settimeout(5)
    assert client.answer().status_code == 202


def test_so_many_answers_are_held_back_at_a_time_and_others_go_at_once() -> None:
    service = build_service(Settings(world={"faults": [{"kind": "latency", "seconds": 1.0}]}), at=0)
    background = Background(service, limits=Limits(held_answers=1, stop_seconds=0.2))
    try:
        with Raw(background.port) as first, Raw(background.port) as second:
            began = time.monotonic()
            first.send(USER)
            wait_for(lambda: service.worlds["default"].journal.last == 1)
            second.send(USER)
            assert second.answer().status_code == 200
            assert time.monotonic() - began < 1.0
            assert first.answer().status_code == 200
    finally:
        background.stop()


def test_a_server_that_stops_does_not_wait_for_what_is_held_back() -> None:
    service = build_service(Settings(world={"faults": [{"kind": "latency", "seconds": 60}]}), at=0)
    background = Background(service, limits=Limits(stop_seconds=0.1, linger_seconds=0.1))
    with Raw(background.port) as raw:
        raw.send(USER)
        wait_for(lambda: service.worlds["default"].journal.last == 1)
        stopping = threading.Thread(target=background.stop)
        stopping.start()
        stopping.join(5)
        assert not stopping.is_alive()
        assert raw.is_closed()


def test_a_client_that_goes_while_its_answer_is_held_back_harms_nobody(mock: Mock) -> None:
    add(mock, "latency", operation="user-get", seconds=0.2, times=1)
    port = int(mock.url.rpartition(":")[2])
    with Raw(port) as raw:
        raw.send(USER)
        raw.socket.shutdown(socket.SHUT_RDWR)
    with Raw(port) as raw:
        raw.send(USER)
        assert raw.answer().status_code == 200


def wait_for(there: Any) -> None:
    deadline = time.monotonic() + 5
    while not there():
        assert time.monotonic() < deadline
        time.sleep(0.005)
