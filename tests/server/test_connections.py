"""Connections: kept, shared, half closed, too slow, too many."""

import socket
import struct
import time

import pytest

from tests.server.conftest import Connect, Serve
from tests.server.echo import Echo
from tests.server.raw import Raw, get, post
from vss_mock.http_limits import Limits, table

SHORT = 0.3
"""Seconds of a limit that a test waits for."""
SOON = 2.0
"""Seconds that are far more than SHORT, and far less than the usual limits."""


def test_a_connection_is_kept_and_used_again(raw: Raw) -> None:
    for number in range(5):
        raw.send(get(f"/echo/{number}"))
        answer = raw.answer()
        assert answer.document["params"] == {"name": str(number)}
        assert "connection" not in answer.headers


def test_a_client_that_asks_for_it_gets_its_connection_closed(raw: Raw) -> None:
    raw.send(get("/echo", "Connection: close") + get())
    assert raw.answer().headers["connection"] == "close"
    assert raw.is_closed()


def test_an_http_1_0_client_gets_its_connection_closed(raw: Raw) -> None:
    raw.send(get(version="1.0"))
    answer = raw.answer()
    assert (answer.status_code, answer.headers["connection"]) == (200, "close")
    assert raw.is_closed()


def test_an_http_1_0_client_may_keep_its_connection(raw: Raw) -> None:
    raw.send(get("/echo", "Connection: keep-alive", version="1.0"))
    assert raw.answer().headers["connection"] == "keep-alive"
    raw.send(get("/echo", version="1.0"))
    assert raw.answer().status_code == 200


def test_requests_sent_ahead_are_answered_in_order(raw: Raw, echo: Echo) -> None:
    count = 200
    raw.send(b"".join(get(f"/echo/{number}") for number in range(count)))
    for number in range(count):
        assert raw.answer().document["params"] == {"name": str(number)}
    assert len(echo.calls) == count


def test_bodies_sent_ahead_are_not_mixed_up(raw: Raw) -> None:
    raw.send(post(b"[1]") + post(b"[2, 2]") + get() + post(b""))
    assert [raw.answer().document["body"] for _ in range(4)] == ["[1]", "[2, 2]", "", ""]


def test_empty_lines_before_a_request_are_skipped(raw: Raw) -> None:
    raw.send(b"\r\n\r\n" + get())
    assert raw.answer().status_code == 200


def test_a_request_in_single_bytes_is_served(raw: Raw) -> None:
    for byte in post(b"[1]", "Authorization: x"):
        raw.send(bytes([byte]))
    assert raw.answer().document["body"] == "[1]"


@pytest.mark.parametrize(
    "data", [get(), get() * 3, post(b"[1]"), get("/steps/a/20"), get("/empty")]
)
def test_a_client_that_stops_sending_gets_all_its_answers(raw: Raw, data: bytes) -> None:
    raw.send(data)
    raw.end()
    for _ in range(data.count(b"HTTP/1.1")):
        assert raw.answer().status_code in {200, 204}
    assert raw.is_closed()


def test_a_client_that_stops_inside_its_headers_is_let_go(raw: Raw, echo: Echo) -> None:
    raw.send(get()[:-2])
    raw.end()
    assert raw.is_closed()
    assert echo.calls == []


@pytest.mark.parametrize("pause", [0, 0.05])
@pytest.mark.parametrize(
    "data",
    [post(b"[1, 2]")[:-1], get("/echo", "Transfer-Encoding: chunked") + b"5\r\n[1"],
)
def test_a_body_that_is_cut_short_is_refused_at_once(
    raw: Raw, echo: Echo, data: bytes, pause: float
) -> None:
    raw.send(data)
    time.sleep(pause)
    raw.end()
    assert raw.answer().status_code == 400
    assert raw.is_closed()
    assert echo.calls == []


@pytest.mark.parametrize(
    ("begun", "broken"), [(b"", False), (b"5\r\n[1", False), (b"5\r\n[1", True)]
)
def test_a_body_that_was_cut_short_before_its_turn_is_refused_at_once(
    raw: Raw, echo: Echo, begun: bytes, broken: bool
) -> None:
    body = get("/echo", "Transfer-Encoding: chunked", method="POST") + begun
    raw.send(get("/steps/a/2000") + body)
    while not echo.turns:
        time.sleep(0.001)
    if broken:
        raw.send(b", 2nonsense\r\n")
    else:
        raw.end()
    started = time.monotonic()
    assert raw.answer().document == {"steps": 2000}
    assert raw.answer().status_code == 400
    assert time.monotonic() - started < SOON
    assert [call.path for call in echo.calls] == ["/steps/a/2000"]


def test_a_body_that_breaks_half_way_is_refused_at_once(raw: Raw, echo: Echo) -> None:
    raw.send(get("/echo", "Transfer-Encoding: chunked", method="POST") + b"1\r\nx\r\n")
    time.sleep(0.05)
    raw.send(b"zz\r\n")
    started = time.monotonic()
    assert raw.answer().status_code == 400
    assert time.monotonic() - started < SOON
    assert raw.is_closed()
    assert echo.calls == []


def test_a_client_that_leaves_harms_nobody(
    connect: Connect, raw: Raw, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    for data in (
        b"",
        get()[:-2],
        get(),
        post(b"[1]")[:-1],
        get("/steps/a/50"),
        get("/large/9999999"),
    ):
        leaving = connect()
        leaving.send(data)
        # Zero seconds to linger: the connection is reset, not closed.
        option = struct.pack("ii", 1, 0)
        leaving.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, option)
        leaving.socket.close()
    raw.send(get("/steps/b/100") + get())
    assert raw.answer().status_code == 200
    assert raw.answer().status_code == 200
    assert capfd.readouterr().err == ""
    assert caplog.text == ""


# Slow clients.


def test_a_first_request_that_never_comes_is_timed_out_in_json(serve: Serve) -> None:
    port = serve(Limits(idle_seconds=SHORT))
    with Raw(port) as raw:
        started = time.monotonic()
        answer = raw.answer()
        assert SHORT * 0.9 < time.monotonic() - started < SOON
        assert answer.status_code == 408
        assert answer.headers["connection"] == "close"
        assert raw.is_closed()


def test_headers_that_drip_are_timed_out_all_the_same(serve: Serve, echo: Echo) -> None:
    port = serve(Limits(idle_seconds=SHORT))
    with Raw(port) as raw:
        started = time.monotonic()
        raw.send(b"GET /echo HTTP/1.1\r\nHost: localhost\r\n")
        for _ in range(5):
            raw.send(b"X: y\r\n")
            time.sleep(SHORT / 6)
        assert raw.answer().status_code == 408
        assert time.monotonic() - started < SOON
        assert raw.is_closed()
    assert echo.calls == []


def test_an_idle_connection_is_closed_in_silence_after_its_last_answer(serve: Serve) -> None:
    port = serve(Limits(idle_seconds=SHORT))
    with Raw(port) as raw:
        for _ in range(3):
            time.sleep(SHORT / 2)
            raw.send(get())
            assert raw.answer().status_code == 200
        started = time.monotonic()
        assert raw.is_closed()
        assert SHORT * 0.9 < time.monotonic() - started < SOON


def test_a_later_request_that_drips_is_cut_off(serve: Serve) -> None:
    port = serve(Limits(idle_seconds=SHORT))
    with Raw(port) as raw:
        raw.send(get())
        raw.answer()
        raw.send(b"GET /echo HTTP/1.1\r\n")
        started = time.monotonic()
        assert raw.is_closed()
        assert time.monotonic() - started < SOON


def test_a_long_answer_is_not_taken_for_idleness(serve: Serve, echo: Echo) -> None:
    port = serve(Limits(idle_seconds=0.05))
    with Raw(port) as raw:
        raw.send(get("/steps/a/4000"))
        assert raw.answer().document == {"steps": 4000}


@pytest.mark.parametrize("sent", [b"", b"[1"])
def test_a_body_that_does_not_come_is_timed_out(serve: Serve, echo: Echo, sent: bytes) -> None:
    port = serve(Limits(body_seconds=SHORT))
    with Raw(port) as raw:
        started = time.monotonic()
        raw.send(get("/echo", "Content-Length: 9", method="POST") + sent)
        answer = raw.answer()
        assert SHORT * 0.9 < time.monotonic() - started < SOON
        assert answer.status_code == 408
        assert raw.is_closed()
    assert echo.calls == []


def test_a_body_that_drips_is_timed_out_as_a_whole(serve: Serve) -> None:
    port = serve(Limits(body_seconds=SHORT))
    with Raw(port) as raw:
        started = time.monotonic()
        raw.send(get("/echo", "Content-Length: 99", method="POST"))
        for _ in range(5):
            raw.send(b" ")
            time.sleep(SHORT / 6)
        assert raw.answer().status_code == 408
        assert time.monotonic() - started < SOON


def test_a_body_that_comes_in_time_is_served(serve: Serve) -> None:
    port = serve(Limits(body_seconds=SOON))
    with Raw(port) as raw:
        data = post(b"[1, 2]")
        raw.send(data[:-3])
        time.sleep(SHORT)
        raw.send(data[-3:])
        assert raw.answer().document["body"] == "[1, 2]"


def test_a_client_that_does_not_take_its_answer_in_is_left(serve: Serve) -> None:
    port = serve(Limits(answer_seconds=SHORT))
    with Raw(port) as raw, Raw(port) as other:
        raw.send(get("/large/30000000"))
        time.sleep(SHORT * 2)
        other.send(get())
        assert other.answer().status_code == 200
        with pytest.raises((AssertionError, ConnectionResetError)):
            raw.answer()


def test_slow_clients_do_not_slow_others_down(serve: Serve) -> None:
    port = serve(Limits())
    slow = [Raw(port) for _ in range(50)]
    try:
        for number, raw in enumerate(slow):
            raw.send((get()[:-1], post(b"[1]")[:-1], b"", b"G")[number % 4])
        with Raw(port) as quick:
            started = time.monotonic()
            quick.send(get() * 50)
            for _ in range(50):
                assert quick.answer().status_code == 200
            assert time.monotonic() - started < SOON
    finally:
        for raw in slow:
            raw.socket.close()


# Too many.


def test_connections_up_to_the_limit_are_served_and_one_more_is_turned_away(serve: Serve) -> None:
    port = serve(Limits(connections=3, linger_seconds=0.2))
    held = [Raw(port) for _ in range(3)]
    try:
        for raw in held:
            raw.send(get())
            assert raw.answer().status_code == 200
        with Raw(port) as past:
            past.send(get())
            answer = past.answer()
            assert answer.status_code == 503
            assert answer.headers["retry-after"] == "1"
            assert answer.headers["connection"] == "close"
            assert answer.document["message"] == "this server already has 3 open connections"
            past.end()
            assert past.is_closed()
        for raw in held:
            raw.send(get())
            assert raw.answer().status_code == 200
    finally:
        for raw in held:
            raw.socket.close()


def test_one_that_was_turned_away_and_waits_is_closed(serve: Serve) -> None:
    port = serve(Limits(connections=0, linger_seconds=SHORT))
    with Raw(port) as raw:
        started = time.monotonic()
        assert raw.answer().status_code == 503
        assert raw.is_closed()
        assert time.monotonic() - started < SOON


def test_there_is_room_again_when_a_client_leaves(serve: Serve) -> None:
    port = serve(Limits(connections=1, linger_seconds=0.2))
    for _ in range(5):
        with Raw(port) as raw:
            raw.send(get("/echo", "Connection: close"))
            assert raw.answer().status_code == 200
            assert raw.is_closed()


def test_those_turned_away_take_nobodys_place(serve: Serve) -> None:
    port = serve(Limits(connections=1, linger_seconds=5))
    with Raw(port) as held, Raw(port) as past:
        assert past.answer().status_code == 503
        held.send(get("/echo", "Connection: close"))
        assert held.answer().status_code == 200
        assert held.is_closed()
        # The one that was turned away has not gone yet.
        with Raw(port) as new:
            new.send(get())
            assert new.answer().status_code == 200


def test_every_limit_is_in_the_table_that_people_read() -> None:
    rows = {row.name: row for row in table(Limits())}
    assert rows.keys() == set(Limits.__slots__)
    assert rows["body_bytes"].value == 1_048_576
    assert all(row.unit and row.past_it for row in rows.values())
