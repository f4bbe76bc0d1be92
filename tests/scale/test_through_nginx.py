"""What nginx passes on as it is, and what it says itself, in the words and shapes of the mocks."""

import http.client
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.scale import proxy
from tests.scale.calls import basic, bearer
from tests.scale.fleet import BEARER, Member, running
from tests.scale.upstream import OK, Heard, answering, hear
from tests.server.raw import Raw, get
from vss_mock.resources import load_schemas
from vss_mock.wire import tokens
from vss_mock.wire.documents import Documents

DOCUMENTS = Documents(load_schemas())
MIB = 1024 * 1024
COMPARED = ("Content-Type", "Allow", "Location", "WWW-Authenticate", "Server", "X-VSS-Mock")
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def member() -> Iterator[Member]:
    with running(1) as (one,):
        yield one


@pytest.fixture(scope="module")
def port(member: Member, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """nginx before one mock."""
    with proxy.serving([member.port], tmp_path_factory.mktemp("nginx") / "n") as port:
        yield port


def call(
    port: int,
    method: str,
    path: str,
    headers: dict[str, str] | None = None,
    body: bytes | None = None,
) -> tuple[int, dict[str, str], Any]:
    """Make a call over a connection of its own; return status code, headers and document."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, body=body, headers=headers or {})
        response = connection.getresponse()
        data = response.read()
        document = json.loads(data) if data else None
        if response.status >= 400:
            assert response.headers["Content-Type"] == "application/json"
            if method != "HEAD":
                assert DOCUMENTS.violations("common/error.json", document) == []
        return response.status, dict(response.headers), document
    finally:
        connection.close()


# As if nothing were between.


def test_a_mock_is_the_same_through_nginx(member: Member, port: int) -> None:
    host = {"Host": "localhost:1234"}
    put = {**BEARER, **JSON, **host}
    for method, path, headers, body in (
        ("GET", "/v2/vm?per_page=1&name=1502P&summary", bearer("demo-token"), None),
        ("GET", "/v2/request", basic("demo-token"), None),
        ("HEAD", "/v2/vm", bearer("demo-token"), None),
        ("OPTIONS", "/v2/vm", bearer("demo-token"), None),
        ("GET", "/v2/nothing%20here", bearer("demo-token"), None),
        ("PATCH", "/v2/vm", bearer("demo-token"), None),
        ("GET", "/v2/vm", {}, None),
        ("GET", "/v2/vm", {"Host": "evil.example"}, None),
        (
            "GET",
            "/v2/vm",
            {"Host": "evil.example", **bearer(tokens.issue(1, "x", "y", 0, 9))},
            None,
        ),
        ("GET", "/v2/vm", {"X-Long": "x" * 9000}, None),
        ("GET", "/v2/vm?" + "x" * 9000, {}, None),
        ("GET", "/nginx/whose", {}, None),
        ("GET", "/_mock/clock", {}, None),
        ("POST", "/_mock/clock", put, b'{"advance": "x"}'),
        ("POST", "/_mock/clock", put, b"{" + b" " * 2 * MIB + b"}"),
        ("GET", "/_mock?tour", {}, None),
        ("GET", "/_mock/page/words.json", {}, None),
        ("GET", "/_mock/page/no.css", {}, None),
        ("GET", "/_mock/page/..%2Fcli.py", {}, None),
        ("GET", "/_mock/worlds/a%2Fb/clock", BEARER, None),
        ("GET", "/_mock//worlds", BEARER, None),
        ("GET", "/_mock/worlds/default/../default/clock", BEARER, None),
    ):
        direct = call(member.port, method, path, {**host, **headers}, body)
        through = call(port, method, path, {**host, **headers}, body)
        assert through[0] == direct[0], (method, path)
        for name in COMPARED:
            if path != "/nginx/whose":
                assert through[1].get(name) == direct[1].get(name), (method, path, name)
        assert without_time(through[2]) == without_time(direct[2]) or path == "/nginx/whose"


def without_time(document: Any) -> Any:
    if isinstance(document, dict) and "meta" in document:
        return {**document, "meta": {**document["meta"], "time": None}}
    return document


def test_links_begin_with_what_the_client_calls(port: int) -> None:
    for host in (f"127.0.0.1:{port}", "localhost:9999"):
        _, _, document = call(port, "GET", "/v2/vm", {"Host": host, **bearer("demo-token")})
        assert document["data"][0]["_links"]["self"].startswith(f"http://{host}/v2/vm/")


def keep(connection: socket.socket, heard: Heard) -> None:
    """Answer one request."""
    hear(connection, heard)
    connection.sendall(OK)


@pytest.mark.parametrize("path", ["/v2/a%2Fb/%C3%A9?x=%20&y", "/_mock/worlds/a%2fb/state?z"])
def test_a_call_goes_on_as_it_came(path: str, tmp_path: Path) -> None:
    with answering(keep) as (mock, heard), proxy.serving([mock], tmp_path / "n") as port:
        call(port, "PUT", path, {"Host": "localhost:77", "X-Own": "a, b", **JSON}, b'{"a" : 1}')
    head, body = heard
    lines = head.decode().split("\r\n")
    assert lines[0] == f"PUT {path} HTTP/1.1"
    assert {"Host: localhost:77", "X-Own: a, b", "Content-Length: 9"} <= set(lines)
    assert not [line for line in lines if line.lower().startswith(("connection:", "x-forwarded"))]
    assert body == b'{"a" : 1}'


def test_a_fork_is_told_to_stay_beside_its_world(tmp_path: Path) -> None:
    with answering(keep) as (mock, heard), proxy.serving([mock], tmp_path / "n") as port:
        call(port, "POST", "/_mock/worlds/team-a/fork?beside=false", {**BEARER, **JSON}, b"{}")
    assert heard[0].startswith(b"POST /_mock/worlds/team-a/fork?beside=true HTTP/1.1\r\n")
    assert BEARER["Authorization"].encode() in heard[0]
    assert heard[1] == b"{}"


def test_a_fork_that_would_be_elsewhere_is_refused(port: int) -> None:
    fork, headers = "/_mock/worlds/default/fork", {**BEARER, **JSON}
    status_code, _, document = call(port, "POST", fork, headers, b'{"name": "other"}')
    assert (status_code, document["parameters"]) == (400, ["name"])
    assert "begins with default_" in document["message"]
    status_code, _, document = call(port, "POST", fork, headers, b'{"name": "default_x"}')
    assert (status_code, document["name"]) == (201, "default_x")


def test_an_answer_arrives_piece_by_piece(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gate:

        def piece_by_piece(connection: socket.socket, heard: Heard) -> None:
            hear(connection, heard)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n")
            connection.sendall(b"Transfer-Encoding: chunked\r\n\r\n")
            for piece in (b"9\r\ndata: 1\n\n\r\n", b"9\r\ndata: 2\n\n\r\n", b"0\r\n\r\n"):
                gate.accept()[0].close()  # what was sent before has arrived
                connection.sendall(piece)

        def next_piece() -> None:
            socket.create_connection(gate.getsockname()).close()

        path = "/_mock/worlds/default/events"
        with answering(piece_by_piece) as (mock, _), proxy.serving([mock], tmp_path / "n") as port:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            connection.request("GET", path)
            response = connection.getresponse()
            for number in (b"1", b"2"):
                next_piece()
                assert response.read(9) == b"data: %b\n\n" % number
            next_piece()
            assert response.read() == b""
            connection.close()


# Large things.


SAVED = "/_mock/worlds/default/saved"


def test_a_stream_of_events_passes_as_things_happen_until_its_client_leaves(
    member: Member, port: int
) -> None:
    put = {**BEARER, **JSON}
    call(port, "PUT", "/_mock/worlds/seen", put, b"{}")
    for path, clock in (("", "/clock"), ("/worlds/seen", "/worlds/seen/clock")):
        listening = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        listening.request("GET", f"/_mock{path}/events", headers=BEARER)
        stream = listening.getresponse()
        assert (stream.status, stream.headers["Content-Type"]) == (200, "text/event-stream")
        assert "Content-Length" not in stream.headers
        for _ in range(3):
            while stream.readline() != b"event: clock\n":
                pass
            assert stream.readline().startswith(b"data: {")
            call(port, "POST", f"/_mock{clock}", put, b'{"advance": "1h"}')
        stream.close()
        listening.close()
    # Had the mock not noticed, so many would be too many.
    for _ in range(120):
        with Raw(port) as raw:
            raw.send(get("/_mock/events", "Authorization: " + BEARER["Authorization"]))
            assert raw.line() == b"HTTP/1.1 200 OK"


def test_a_body_of_sixteen_mebibytes_passes(tmp_path: Path) -> None:
    body = b" " * (16 * MIB)
    with answering(keep) as (mock, heard), proxy.serving([mock], tmp_path / "n") as port:
        assert call(port, "PUT", SAVED, JSON, body)[0] == 200
        assert heard[1] == body


def test_a_body_of_one_byte_more_does_not(port: int) -> None:
    with Raw(port) as raw:
        head = f"PUT {SAVED} HTTP/1.1\r\nHost: x\r\nContent-Length: {16 * MIB + 1}\r\n\r\n"
        raw.send(head.encode())
        answer = raw.answer()
    assert answer.status_code == 413
    assert DOCUMENTS.violations("common/error.json", answer.document) == []


# What nginx says itself.


def test_a_list_of_worlds_and_a_world_by_its_body_are_refused_with_what_to_do_instead(
    port: int,
) -> None:
    for method in ("POST", "GET", "PUT"):
        status_code, headers, document = call(port, method, "/_mock/worlds", {**BEARER, **JSON})
        assert status_code == 405
        assert headers["Allow"] == "OPTIONS"
        assert "PUT /_mock/worlds/NAME" in document["message"]
    assert call(port, "OPTIONS", "/_mock/worlds", BEARER)[0] == 204


def test_what_only_nginx_sees_is_refused_in_json(port: int) -> None:
    for text, status_code in (
        (b"GARBAGE\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 20_000 + b"\r\n\r\n", 431),
        (b"GET /nginx/503 HTTP/1.1\r\nHost: x\r\n\r\n", 404),
    ):
        with Raw(port) as raw:
            raw.send(text)
            answer = raw.answer()
        assert answer.status_code == status_code, text[:40]
        assert DOCUMENTS.violations("common/error.json", answer.document) == []


def test_a_lost_answer_is_lost_to_the_client_too(tmp_path: Path) -> None:
    with answering(hear) as (mock, heard), proxy.serving([mock], tmp_path / "n") as port:
        with pytest.raises(http.client.RemoteDisconnected):
            call(port, "POST", "/v2/vm/x/snapshot", {**bearer("demo-token"), **JSON}, b"{}")
        # It was sent once: nobody tries again what may have taken effect.
        assert heard[1::2] == [b"{}"]


def test_a_body_cut_in_the_middle_is_cut_for_the_client_too(tmp_path: Path) -> None:
    def cut(connection: socket.socket, heard: Heard) -> None:
        hear(connection, heard)
        connection.sendall(OK[:-1])

    with answering(cut) as (mock, _), proxy.serving([mock], tmp_path / "n") as port:
        with pytest.raises(http.client.IncompleteRead) as cut_off:
            call(port, "GET", "/v2/vm", bearer("demo-token"))
        assert cut_off.value.partial == b"{"


def test_without_any_mock_it_says_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        closed = nobody.getsockname()[1]
    with proxy.serving([closed, closed], tmp_path / "n") as port:
        for headers, said in (
            (bearer("team-a.jm-token"), "the mock that has the world team-a and others does not"),
            (bearer(tokens.issue(0, "team-a", "jm", 0, 9)), "no mock answers whose this token is"),
        ):
            status_code, told, document = call(port, "GET", "/v2/vm", headers)
            assert (status_code, told["Retry-After"]) == (503, "1")
            assert said in document["message"]


def test_a_dead_mock_is_not_asked_what_any_other_can_answer(member: Member, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        closed = nobody.getsockname()[1]
    with proxy.serving([closed, member.port], tmp_path / "n") as port:
        answered = {
            name: call(port, "GET", "/v2/vm", bearer(f"{name}.x-token"))[0]
            for name in (f"w{number}" for number in range(12))
        }
        assert {*answered.values()} == {401, 503}
        for name, status_code in answered.items():
            issued = tokens.issue(0, name, "jm", 0, 9)
            assert call(port, "GET", "/v2/vm", bearer(issued))[0] == status_code
            assert call(port, "GET", "/_mock/whose", bearer(issued))[2] == {"world": name}
            assert call(port, "GET", "/_mock/health")[0] == 200
            assert call(port, "GET", "/_mock")[1]["Location"] == "_mock/"
            assert call(port, "HEAD", "/_mock/")[0] == 200
            assert call(port, "GET", "/_mock/page/words.json")[0] == 200


def test_no_call_is_written_down_and_no_token(tmp_path: Path) -> None:
    folder = tmp_path / "n"
    with answering(hear) as (mock, _), proxy.serving([mock], folder) as port:
        for headers in (basic("s3cret"), bearer("s3cret"), basic("jm", "s3cret")):
            with pytest.raises(http.client.RemoteDisconnected):
                call(port, "PUT", "/v2/vm", {**headers, **JSON}, b"[" + b" " * MIB)
        files = {path.name: path.read_text() for path in folder.rglob("*") if path.is_file()}
    assert sorted(files) == ["nginx.conf", "nginx.pid", "said"]
    assert "upstream prematurely closed connection" in files["said"]
    assert "s3cret" not in files["said"]
