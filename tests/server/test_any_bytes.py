"""Whatever bytes arrive, what goes back is HTTP with JSON in it, and the server lives on."""

from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.server.echo import Echo
from tests.server.raw import Raw, get, post
from vss_mock.embedded import Background
from vss_mock.http_limits import Limits

REFUSALS = {400, 405, 408, 413, 415, 421, 431, 503}
CHUNKED = get("/echo", "Transfer-Encoding: chunked", method="POST")
WHOLE = [
    get("/echo/a?b=c", "Authorization: Bearer x"),
    post(b'{"a": 1}', "Expect: 100-continue"),
    CHUNKED + b"3\r\nabc\r\n0\r\n\r\n",
    get("/echo", "Connection: Upgrade", "Upgrade: websocket"),
    get("/steps/a/3", version="1.0"),
]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    limits = Limits(linger_seconds=0.2, stop_seconds=0.2, idle_seconds=1, body_seconds=1)
    background = Background(Echo().service(), limits=limits)
    yield background.port
    background.stop()


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """Some good requests, with a few bytes put in, left out or changed."""
    data = bytearray(b"".join(draw(st.lists(st.sampled_from(WHOLE), min_size=1, max_size=3))))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 5)))
        data[start:end] = draw(
            st.binary(max_size=4) | st.sampled_from([b"\r\n", b"\0", b": ", b"\r", b"\xff", b"%"])
        )
    return bytes(data)


@settings(max_examples=150)
@given(st.binary(max_size=200) | spoilt())
@example(b"")
@example(b"\r\n" * 50)
@example(CHUNKED.replace(b"1.1", b"1.0") + b"3\r\nabc\r\n0\r\n\r\n")
@example(get("/echo", "Content-Length: 3") + b"ab")
def test_whatever_arrives_is_answered_in_json_or_let_go(port: int, data: bytes) -> None:
    with Raw(port) as raw:
        raw.send(data)
        raw.end()
        while not raw.is_at_end():
            answer = raw.answer(continued=True)
            if answer.status_code != 204:
                assert answer.document is not None
            assert answer.status_code in {200, 204} | REFUSALS
    with Raw(port) as raw:
        raw.send(get())
        assert raw.answer().status_code == 200
