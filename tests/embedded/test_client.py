"""The small client, against servers that behave and servers that do not."""

import json
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from tests.server.echo import Echo
from vss_mock.client import Client, ControlError, Unreachable
from vss_mock.embedded import Background
from vss_mock.http_limits import Limits


@contextmanager
def answering(data: bytes) -> Iterator[str]:
    """Answer each connection with the same bytes, whatever it asks, and close it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(65536)
                    connection.sendall(data)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def background(echo: Echo) -> Iterator[Background]:
    background = Background(echo.service(), limits=Limits(idle_seconds=0.2, stop_seconds=0.2))
    yield background
    background.stop()


@pytest.fixture
def client(background: Background) -> Iterator[Client]:
    with Client(background.url) as client:
        yield client


def test_json_goes_out_and_comes_back(client: Client) -> None:
    call = client.post("/echo?a=1", {"b": "\u00e9"})
    assert (call["method"], call["path"], call["query"]) == ("POST", "/echo", [["a", "1"]])
    assert call["body"] == '{"b": "\\u00e9"}'
    assert call["content_type"] == "application/json"


def test_a_post_of_nothing_is_an_empty_object(client: Client) -> None:
    assert client.post("/echo")["body"] == "{}"


def test_a_delete_has_no_body_and_says_that_it_is_json(client: Client) -> None:
    call = client.delete("/echo")
    assert (call["method"], call["body"], call["content_type"]) == (
        "DELETE",
        "",
        "application/json",
    )


def test_a_call_is_sent_as_it_is_told_and_without_the_control_token(
    background: Background,
) -> None:
    with Client(background.url, control_token="secret") as client:
        status_code, data = client.send("PUT", "/echo?a", b"\x00x", {"Content-Type": "text/plain"})
    call = json.loads(data)
    assert (status_code, call["method"], call["target"]) == (200, "PUT", "/echo?a")
    assert (call["body"], call["content_type"], call["authorization"]) == (
        *("\x00x", "text/plain"),
        [],
    )


def test_an_empty_answer_is_none(client: Client) -> None:
    assert client.get("/empty") is None


def test_the_control_token_goes_with_every_call_that_names_no_other(background: Background) -> None:
    with Client(background.url, control_token="secret") as client:
        assert client.get("/echo")["authorization"] == ["Bearer secret"]
        other = {"Authorization": "Bearer other"}
        assert client.get("/echo", headers=other)["authorization"] == ["Bearer other"]


def test_a_path_in_the_url_comes_before_every_path(background: Background) -> None:
    with Client(f"{background.url}/echo/") as client:
        assert client.get("/fixed")["route"] == "/echo/fixed"


def test_the_connection_is_kept(client: Client, background: Background, echo: Echo) -> None:
    client.get("/echo")
    first = client._connection.sock
    client.get("/echo")
    assert client._connection.sock is first


def test_a_connection_that_the_server_closed_meanwhile_is_replaced_before_sending(
    client: Client, echo: Echo
) -> None:
    client.post("/echo")
    time.sleep(0.3)
    client.post("/echo")
    assert len(echo.calls) == 2


def test_threads_may_share_a_client(client: Client) -> None:
    with ThreadPoolExecutor(8) as pool:
        names = [f"n{number}" for number in range(200)]
        calls = pool.map(lambda name: client.get(f"/echo/{name}"), names)
        assert [call["params"]["name"] for call in calls] == names


def test_a_refusal_is_raised_in_the_servers_own_words(client: Client) -> None:
    with pytest.raises(ControlError) as caught:
        client.get("/fault")
    assert caught.value.status_code == 503
    assert (
        str(caught.value) == caught.value.message == "the mock itself failed, and its log says more"
    )


def test_where_nothing_listens_is_said_to_be_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with Client(url) as client, pytest.raises(Unreachable, match=f"^no mock .* {url}: .*refused"):
        client.get("/echo")


def test_a_host_that_nobody_knows_is_said_to_be_unreachable() -> None:
    with Client("http://no-such-host.invalid") as client, pytest.raises(Unreachable):
        client.get("/echo")


def test_silence_is_said_to_be_silence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with (
            Client(url, timeout=0.1) as client,
            pytest.raises(Unreachable, match="does not answer"),
        ):
            client.get("/echo")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "closed the connection without an answer"),
        (b"SSH-2.0-x\r\n", "does not speak HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", "does not speak HTTP"),
    ],
)
def test_what_is_no_http_server_is_said_to_be_none(data: bytes, reason: str) -> None:
    with answering(data) as url, Client(url) as client, pytest.raises(Unreachable, match=reason):
        client.get("/echo")


def test_what_does_not_answer_json_is_no_mock() -> None:
    data = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n<p>"
    with (
        answering(data) as url,
        Client(url) as client,
        pytest.raises(ControlError, match="no vss-mock"),
    ):
        client.get("/echo")


@pytest.mark.parametrize("body", [b"{}", b"[]", b"", b'{"message": 1}'])
def test_an_error_without_words_is_given_some(body: bytes) -> None:
    head = f"HTTP/1.1 404 Not Found\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with answering(head + body) as url, Client(url) as client:
        with pytest.raises(ControlError, match="404 Not Found") as caught:
            client.get("/echo")
        assert caught.value.status_code == 404


def test_redirects_are_not_followed(background: Background, echo: Echo) -> None:
    head = f"HTTP/1.1 302 Found\r\nLocation: {background.url}/echo\r\nContent-Length: 0\r\n\r\n"
    with answering(head.encode()) as url, Client(url) as client:
        with pytest.raises(ControlError) as caught:
            client.get("/echo")
        assert caught.value.status_code == 302
    assert echo.calls == []


def test_proxies_of_the_environment_are_not_used(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert client.get("/echo")["path"] == "/echo"


@pytest.mark.parametrize(
    "url", ["", "127.0.0.1:8001", "ftp://a", "http://", "http://a?b=c", "file:///etc/passwd"]
)
def test_what_is_no_url_of_a_mock_is_refused_at_once(url: str) -> None:
    with pytest.raises(ValueError, match="is not the URL of a mock"):
        Client(url)


@pytest.mark.parametrize("port", ["x", "99999"])
def test_a_port_that_is_none_is_refused_at_once(port: str) -> None:
    with pytest.raises(ValueError, match=r"[Pp]ort"):
        Client(f"http://127.0.0.1:{port}")


def test_a_client_interrupted_half_way_never_takes_an_old_answer_for_a_new_one(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(client._connection, "getresponse", interrupt)
        with pytest.raises(KeyboardInterrupt):
            client.get("/echo/old")
    assert client.get("/echo/new")["params"] == {"name": "new"}


def test_loading_the_client_loads_no_server() -> None:
    program = (
        "import sys, vss_mock.client; print({'aiohttp', 'asyncio', 'jsonschema'} & {*sys.modules})"
    )
    done = subprocess.run(
        [__import__("sys").executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"
