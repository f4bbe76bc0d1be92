"""HTTP that is broken, too long or not for us: always JSON, and the reason in words."""

import time

import pytest

from tests.server.conftest import Connect, Serve
from tests.server.echo import Echo
from tests.server.raw import Raw, get, post
from vss_mock.http_limits import Limits

SECRET = "s3cr3t-t0ken"
CHUNKED = get("/echo", "Transfer-Encoding: chunked", method="POST")

BROKEN = {
    "no HTTP at all": b"hello\r\n\r\n",
    "an unknown method": get(method="FROB"),
    "a method in lower case": get(method="get"),
    "no method": b" /echo HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "no target": b"GET HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "no version": b"GET /echo\r\nHost: localhost\r\n\r\n",
    "an unknown version": get(version="1.2"),
    "a version to come": get(version="2.0"),
    "a version that is no number": get(version="one"),
    "HTTP/2's greeting": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "lines that end in LF alone": b"GET /echo HTTP/1.1\nHost: localhost\n\n",
    "a folded header": get("/echo", "A: b", " c"),
    "a space in a header's name": get("/echo", "A b: c"),
    "a space before the colon": get("/echo", "A : b"),
    "a header without a colon": get("/echo", "Abc"),
    "a header without a name": get("/echo", ": c"),
    "a NUL in a header": get("/echo", "A: b\0c"),
    "a lone CR in a header": get("/echo", "A: b\rc"),
    "a control character in a header": get("/echo", "A: b\x01c"),
    "a NUL in the target": get("/echo\0"),
    "a space in the target": get("/ec ho"),
    "bytes outside ASCII in the target": get("/echo/\xe9"),
    "a target without a slash": get("echo"),
    "a length that is no number": get("/echo", "Content-Length: two"),
    "a negative length": get("/echo", "Content-Length: -1"),
    "a signed length": get("/echo", "Content-Length: +1"),
    "a length past all numbers": get("/echo", f"Content-Length: {'9' * 40}"),
    "two lengths": get("/echo", "Content-Length: 1", "Content-Length: 1"),
    "a length beside chunks": get("/echo", "Content-Length: 1", "Transfer-Encoding: chunked"),
    "two content types": get("/echo", "Content-Type: a/b", "Content-Type: a/b"),
    "a chunk of no size": CHUNKED + b"zz\r\n",
    "a chunk longer than it says": CHUNKED + b"1\r\nabc\r\n",
    "a chunk of a size past all numbers": CHUNKED + b"f" * 20 + b"\r\n",
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_broken_http_is_refused_in_json_and_the_connection_closed(
    raw: Raw, echo: Echo, data: bytes
) -> None:
    raw.send(data)
    answer = raw.answer()
    assert answer.status_code == 400
    assert answer.document.keys() == {"status", "error", "message"}
    assert answer.headers["connection"] == "close"
    assert raw.is_closed()
    assert echo.calls == []


def test_https_on_this_port_is_told_so(raw: Raw) -> None:
    raw.send(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
    assert "https://" in raw.answer().document["message"]


@pytest.mark.parametrize(
    "data",
    [
        get(f"/{SECRET} x"),
        get("/echo", f"Authorization Bearer {SECRET}"),
        get("/echo", f"Authorization: Bearer {SECRET}\0"),
        f"{SECRET} / HTTP/1.1\r\n\r\n".encode(),
        get(f"{SECRET}://x"),
        get("/echo", f"X-{SECRET}: {'x' * 20_000}"),
        CHUNKED + f"zz{SECRET}\r\n".encode(),
    ],
)
def test_what_was_refused_is_not_repeated(
    raw: Raw, data: bytes, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    raw.send(data)
    answer = raw.answer()
    assert answer.status_code in {400, 431}
    output = capfd.readouterr()
    assert SECRET not in f"{answer.body!r}{caplog.text}{output.out}{output.err}"


def test_a_whole_request_before_a_broken_one_is_answered(raw: Raw) -> None:
    raw.send(get())
    assert raw.answer().status_code == 200
    raw.send(b"nonsense\r\n\r\n")
    assert raw.answer().status_code == 400
    assert raw.is_closed()


def test_nothing_is_served_after_broken_http(raw: Raw, echo: Echo) -> None:
    raw.send(b"nonsense\r\n\r\n" + get())
    assert raw.answer().status_code == 400
    assert raw.is_closed()
    assert echo.calls == []


@pytest.mark.parametrize("name", ["Authorization", "Content-Type", "Origin", "Sec-Fetch-Site"])
def test_bytes_outside_ascii_in_a_header_that_counts_are_refused(raw: Raw, name: str) -> None:
    raw.send(get("/echo", f"{name}: \xe9\xff"))
    answer = raw.answer()
    assert answer.status_code == 400
    assert answer.document["message"] == f"the {name} header has bytes outside ASCII"


def test_bytes_outside_ascii_in_other_headers_do_no_harm(raw: Raw) -> None:
    raw.send(get("/echo", "User-Agent: \xe9\xff"))
    assert raw.answer().status_code == 200


# Expectations, codings, other protocols.


def test_a_client_that_waits_to_be_told_to_send_is_told(raw: Raw) -> None:
    whole = post(b"[1]", "Expect: 100-Continue")
    raw.send(whole[:-3])
    assert raw.line() == b"HTTP/1.1 100 Continue"
    assert raw.line() == b""
    raw.send(whole[-3:])
    assert raw.answer().document["body"] == "[1]"


def test_a_client_that_waits_is_refused_without_being_told_to_send(raw: Raw) -> None:
    raw.send(get("/echo", "Expect: 100-continue", "Content-Length: 1048577", method="POST"))
    assert raw.answer().status_code == 413
    assert raw.is_closed()


def test_a_client_that_did_not_wait_is_not_told(raw: Raw) -> None:
    raw.send(post(b"[1]", "Expect: 100-continue"))
    assert raw.answer().document["body"] == "[1]"


def test_an_expectation_before_1_1_is_ignored(raw: Raw) -> None:
    raw.send(get("/echo", "Expect: 100-continue", "Content-Length: 2", version="1.0") + b"{}")
    assert raw.answer().document["body"] == "{}"


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("expected", ["200-ok", "", "100-continue, more", "100"])
def test_any_other_expectation_is_refused_in_json(raw: Raw, method: str, expected: str) -> None:
    length = ("Content-Length: 2",) if method == "POST" else ()
    raw.send(get("/echo", f"Expect: {expected}", *length, method=method))
    answer = raw.answer()
    assert answer.status_code == 400
    assert "100-continue" in answer.document["message"]
    assert ("connection" in answer.headers) == (method == "POST")


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "GZIP", "x", "identity, gzip"])
def test_a_compressed_body_is_refused_and_never_unpacked(raw: Raw, echo: Echo, coding: str) -> None:
    raw.send(post(b"\x1f\x8b\x08\x00", f"Content-Encoding: {coding}"))
    assert raw.answer().status_code == 415
    assert echo.calls == []


def test_a_body_that_says_it_is_not_compressed_is_read(raw: Raw) -> None:
    raw.send(post(b"{}", "Content-Encoding: Identity"))
    assert raw.answer().document["body"] == "{}"


def test_a_chunked_body_is_read_whole(raw: Raw) -> None:
    raw.send(CHUNKED + b"2\r\n[1\r\n3;name=value\r\n,2]\r\n0\r\nTrailer: x\r\n\r\n" + get())
    assert raw.answer().document["body"] == "[1,2]"
    assert raw.answer().status_code == 200


@pytest.mark.parametrize("coding", ["gzip, chunked", "identity", "chunked, chunked"])
def test_any_other_transfer_coding_is_refused(raw: Raw, echo: Echo, coding: str) -> None:
    raw.send(get("/echo", f"Transfer-Encoding: {coding}", method="POST") + b"0\r\n\r\n")
    assert raw.answer().status_code == 400
    assert echo.calls == []


@pytest.mark.parametrize("target", ["localhost:443", "evil.example:443"])
def test_connect_is_refused_and_opens_no_tunnel(raw: Raw, echo: Echo, target: str) -> None:
    raw.send(get(target, method="CONNECT") + b"anything")
    answer = raw.answer()
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]
    assert raw.is_closed()
    assert echo.calls == []


@pytest.mark.parametrize("protocol", ["websocket", "h2c", "TLS/1.0"])
def test_an_offer_to_change_protocols_is_ignored(raw: Raw, protocol: str) -> None:
    lines = ("Connection: Upgrade", f"Upgrade: {protocol}", "Sec-WebSocket-Key: x")
    raw.send(get("/echo", *lines) + get("/echo/next"))
    answer = raw.answer()
    # Closed, and said so, so that nobody waits for an answer to what was sent ahead.
    assert (answer.status_code, answer.headers["connection"]) == (200, "close")
    assert raw.is_closed()


@pytest.mark.parametrize("method", ["PROPFIND", "TRACE", "LINK", "M-SEARCH", "PATCH", "OPTIONS"])
def test_methods_of_all_kinds_reach_the_service(raw: Raw, method: str) -> None:
    raw.send(get(method=method))
    assert raw.answer().document["method"] == method


# Limits: each at the limit and one past it.


@pytest.mark.parametrize("form", ["/echo/{}", "/echo?{}", "http://localhost/echo/{}"])
def test_a_target_of_8_kib_is_served_and_one_byte_more_refused(connect: Connect, form: str) -> None:
    most = 8192 - len(form) + 2
    within, past = connect(), connect()
    within.send(get(form.format("x" * most)))
    assert within.answer().status_code == 200
    past.send(get(form.format("x" * (most + 1))))
    answer = past.answer()
    assert answer.status_code == 400
    assert answer.document["message"] == "the request target is longer than 8192 bytes"
    assert past.is_closed()


@pytest.mark.parametrize("before", [(), ("A: b", "Another-One: b")])
@pytest.mark.parametrize("name", ["X", "X-Quite-A-Long-Name"])
def test_a_header_line_of_8_kib_is_served_and_one_byte_more_refused(
    connect: Connect, name: str, before: tuple[str, ...]
) -> None:
    most = 8192 - len(f"{name}: ")
    within, past = connect(), connect()
    within.send(get("/echo", *before, f"{name}: {'x' * most}") + get())
    assert within.answer().status_code == 200
    assert within.answer().status_code == 200
    past.send(get("/echo", *before, f"{name}: {'x' * (most + 1)}"))
    answer = past.answer()
    assert answer.status_code == 431
    assert answer.document["message"] == "a header line is longer than 8192 bytes"
    assert past.is_closed()


def test_a_long_header_line_in_small_pieces_is_refused(raw: Raw) -> None:
    raw.send(get())
    raw.answer()
    data = get("/echo", f"X: {'x' * 8190}")
    for start in range(0, len(data), 1000):
        raw.send(data[start : start + 1000])
    assert raw.answer().status_code == 431


def test_a_long_header_line_behind_another_request_is_refused(raw: Raw) -> None:
    raw.send(get() + get("/echo", f"X: {'x' * 8190}"))
    assert raw.answer().status_code == 200
    assert raw.answer().status_code == 431


@pytest.mark.parametrize("size", [20_000, 1_000_000])
def test_a_header_line_without_end_is_refused_while_it_comes(raw: Raw, size: int) -> None:
    raw.send(get()[:-2] + b"X: " + b"x" * size)
    assert raw.answer().status_code == 431
    assert raw.is_closed()


def test_a_target_without_end_is_refused_while_it_comes(raw: Raw) -> None:
    raw.send(b"GET /" + b"x" * 1_000_000)
    assert raw.answer().status_code == 400
    assert raw.is_closed()


def test_64_headers_are_served_and_65_refused(connect: Connect) -> None:
    within, past = connect(), connect()
    within.send(get("/echo", *["X: y"] * 63))
    assert within.answer().status_code == 200
    past.send(get("/echo", *["X: y"] * 64))
    answer = past.answer()
    assert answer.status_code == 431
    assert answer.document["message"] == "there are more than 64 headers"
    assert past.is_closed()


def test_a_body_of_1_mib_is_served_and_one_byte_more_refused_unread(connect: Connect) -> None:
    within, past = connect(), connect()
    within.send(post(b"x" * 1_048_576))
    assert len(within.answer().document["body"]) == 1_048_576
    # Nothing of the body is sent: the declared length alone is refused.
    past.send(get("/echo", "Content-Length: 1048577", method="PUT"))
    answer = past.answer()
    assert answer.status_code == 413
    assert answer.document["message"] == "the body is longer than 1048576 bytes"
    assert past.is_closed()


def test_a_chunked_body_of_1_mib_is_served_and_one_byte_more_refused_while_it_comes(
    connect: Connect,
) -> None:
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    within, past = connect(), connect()
    within.send(CHUNKED + chunk * 16 + b"0\r\n\r\n")
    assert len(within.answer().document["body"]) == 1_048_576
    past.send(CHUNKED + chunk * 16 + b"1\r\nx")
    assert past.answer().status_code == 413
    assert past.is_closed()


@pytest.mark.parametrize(
    ("lines", "status_code"),
    [
        (("Content-Length: 20000000",), 413),
        (("Transfer-Encoding: chunked", "Content-Encoding: gzip"), 415),
        (("Transfer-Encoding: chunked", "Expect: cake"), 400),
        (("Transfer-Encoding: chunked", "nonsense"), 400),
    ],
)
def test_a_client_that_sends_on_can_do_so_and_read_why_it_was_refused(
    serve: Serve, lines: tuple[str, ...], status_code: int
) -> None:
    # More than sockets hold: closing at once would break the client's sending off.
    body = (b"100000\r\n" + b"x" * 0x100000 + b"\r\n") * 19
    with Raw(serve(Limits(linger_seconds=5))) as raw:
        raw.send(get("/echo", *lines, method="POST") + body)
        raw.end()
        assert raw.answer().status_code == status_code
        assert raw.is_closed()


def test_a_client_held_back_for_another_call_can_send_on_once_it_is_refused(serve: Serve) -> None:
    lines = ("Transfer-Encoding: chunked", "Content-Encoding: gzip")
    body = (b"100000\r\n" + b"x" * 0x100000 + b"\r\n") * 19
    with Raw(serve(Limits(linger_seconds=5))) as raw:
        # While the first call takes its time, more arrives of the second than the server holds.
        raw.send(get("/steps/a/20000") + get("/echo", *lines, method="POST") + body)
        raw.end()
        assert raw.answer().status_code == 200
        assert raw.answer().status_code == 415
        assert raw.is_closed()


def test_a_client_that_was_refused_and_waits_is_closed_soon(raw: Raw) -> None:
    raw.send(get("/echo", "Content-Length: 2000000", method="POST"))
    started = time.monotonic()
    assert raw.answer().status_code == 413
    assert raw.is_closed()
    raw.send(b"x")
    for _ in range(100):
        time.sleep(0.02)
        try:
            raw.send(b"x")
        except OSError:
            break
    assert time.monotonic() - started < 2


def test_limits_of_ones_own_hold_as_exactly(serve: Serve) -> None:
    port = serve(Limits(target_bytes=10, header_bytes=30, headers=3, body_bytes=5))
    cases = {
        get("/echo?1234"): 200,
        get("/echo?12345"): 400,
        get("/echo", f"X: {'x' * 27}"): 200,
        get("/echo", f"X: {'x' * 28}"): 431,
        get("/echo", "A: 1", "B: 2"): 200,
        get("/echo", "A: 1", "B: 2", "C: 3"): 431,
        get("/echo", "Content-Length: 5") + b"12345": 200,
        get("/echo", "Content-Length: 6") + b"123456": 413,
        get("/echo", "Transfer-Encoding: chunked") + b"5\r\n12345\r\n0\r\n\r\n": 200,
        get("/echo", "Transfer-Encoding: chunked") + b"6\r\n123456\r\n0\r\n\r\n": 413,
    }
    for data, status_code in cases.items():
        with Raw(port) as raw:
            raw.send(data)
            assert raw.answer().status_code == status_code, data
