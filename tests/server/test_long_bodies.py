"""One operation may take longer bodies than all others: as long as its document says, no more."""

import json
import threading

import pytest

from tests.server.conftest import Serve
from tests.server.echo import LONG, Echo
from tests.server.raw import Raw, get, post
from vss_mock import Mock
from vss_mock.client import Client, ControlError
from vss_mock.http_limits import Limits

USUAL = Limits().body_bytes
LIMITS = Limits(linger_seconds=0.2, stop_seconds=0.2)


def put(size: int, target: str = "/long", *lines: str) -> bytes:
    return post(b"x" * size, *lines, target=target, method="PUT")


@pytest.mark.parametrize("size", [0, USUAL, USUAL + 1, LONG])
def test_a_long_body_is_read_whole(serve: Serve, echo: Echo, size: int) -> None:
    with Raw(serve(LIMITS)) as raw:
        raw.send(put(size))
        assert raw.answer().status_code == 200
    assert [len(call.body) for call in echo.calls] == [size]


@pytest.mark.parametrize(
    "data",
    [
        put(LONG + 1),
        get("/long", f"Content-Length: {LONG + 1}", method="PUT"),
        get("/long", "Transfer-Encoding: chunked", method="PUT")
        + f"{LONG + 1:x}\r\n".encode()
        + b"x" * (LONG + 1)
        + b"\r\n0\r\n\r\n",
    ],
    ids=["sent whole", "only declared", "in chunks"],
)
def test_one_byte_more_is_refused(serve: Serve, echo: Echo, data: bytes) -> None:
    with Raw(serve(LIMITS)) as raw:
        threading.Thread(target=raw.send, args=(data,), daemon=True).start()
        answer = raw.answer()
    assert answer.status_code == 413
    assert answer.document["message"] == f"the body is longer than {LONG} bytes"
    assert echo.calls == []


@pytest.mark.parametrize(
    ("target", "method", "lines"),
    [
        ("/long", "POST", ()),
        ("/echo", "PUT", ()),
        ("/nowhere", "PUT", ()),
        ("/long", "PUT", ("Authorization: Bearer wrong",)),
    ],
    ids=["another method", "another path", "no path", "somebody who is not let in"],
)
def test_elsewhere_and_for_others_the_usual_limit_stands(
    serve: Serve, echo: Echo, target: str, method: str, lines: tuple[str, ...]
) -> None:
    port = serve(LIMITS)
    with Raw(port) as raw:
        raw.send(get(target, *lines, f"Content-Length: {USUAL}", method=method) + b"x" * USUAL)
        assert raw.answer().status_code == 200
    with Raw(port) as raw:
        raw.send(get(target, *lines, f"Content-Length: {USUAL + 1}", method=method))
        answer = raw.answer()
    assert answer.status_code == 413
    assert answer.document["message"] == f"the body is longer than {USUAL} bytes"
    assert len(echo.calls) == 1


def test_a_saved_world_may_have_sixteen_mebibytes_and_not_one_byte_more() -> None:
    most = 16 * 1024 * 1024
    with Mock() as mock, Client(mock.url) as client:
        before = mock.saved()
        data = json.dumps(before).encode()
        client.call("PUT", "/_mock/saved", data.ljust(most))
        with pytest.raises(ControlError) as refused:
            client.call("PUT", "/_mock/saved", data.ljust(most + 1))
        assert refused.value.status_code == 413
        assert refused.value.message == f"the body is longer than {most} bytes"
        assert mock.saved() == before


def test_without_the_control_token_no_long_body_is_read() -> None:
    with Mock(control_token="s3cret") as mock, Client(mock.url) as client:
        data = json.dumps(mock.saved()).encode()
        for size, status_code in ((USUAL, 401), (USUAL + 1, 413)):
            with pytest.raises(ControlError) as refused:
                client.call("PUT", "/_mock/saved", data.ljust(size))
            assert refused.value.status_code == status_code
        with Client(mock.url, control_token="s3cret") as own:
            assert own.call("PUT", "/_mock/saved", data.ljust(USUAL + 1))["name"] == "default"
