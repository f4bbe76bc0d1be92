"""What explanations give to be copied makes the call that they explain once more: curl, HTTPie.

Each command is run by a shell in an empty folder, against a mock behind a socket.
"""

import json
import os
import socket
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import pytest

from tests.clients.mock import QUIET
from vss_mock import Mock
from vss_mock.client import Client

SHELLS = ("sh", "bash")
NASTY = [
    "it's",
    'say "x"',
    "$(touch x) `touch x` ${HOME} $HOME \\$x",
    "a\\=b\\\\c\\",
    "line\nbreak\r\ttab",
    "-n --data x",
    "@/etc/passwd",
    "=@/etc/passwd",
    ":=1",
    "{a,b} [1-3] * ? ~ ! # % ; & | < >",
    "\x1b[31m\x1b[201~\x00\x7f",
    "\u202eevil\u202c \u200f \u00a0 é 😀 \U000e0041",
    "",
]
BEARER = "Authorization: Bearer {token}"
JSON = "Content-Type: application/json"


class Sent(NamedTuple):
    """A call as bytes: a request line without its version, headers, and a body."""

    method: str
    target: str
    headers: tuple[str, ...] = (BEARER, JSON)
    body: bytes = b""


def snapshot(text: str, **members: Any) -> bytes:
    body = {"description": text, "from_date": "2016-07-29 22:00", "valid_for": 12} | members
    return json.dumps(body, ensure_ascii=False).encode()


POST = ("POST", "/v2/vm/{uuid}/snapshot")
BARE = (BEARER,)
BODIES = [
    *(snapshot(text) for text in NASTY),
    snapshot("x", valid_for="12"),
    snapshot("x", more=[1, {"a": None}], yes=True, far=12345678901234567890),
    snapshot("x", **{"odd key": 1, "a[b]": "c", "-n": 2, "a:": 3, "a=b": 4, "@f": 5}),
    snapshot("x", **{f"m{number}": number for number in range(30)}),
    *(b"{}", b"[1, 2]", b'"text"', b"-1", b"null", b"{", b"not JSON", b"it's @ $(touch x)"),
    b'{\n  "description": "pretty",\n  "from_date": "2016-07-29 22:00",\n  "valid_for": 1\n}',
    *(b"%d %s \\n 'x'\n\x1b", b"\xff\x00\x80", b"@/etc/passwd", b"@-"),
]
CALLS = [
    *(Sent(*POST, body=body) for body in BODIES),
    Sent(*POST),
    Sent(*POST, headers=BARE, body=snapshot("no type")),
    Sent(*POST, headers=(BEARER, 'Content-Type: text/plain; x="it\'s"'), body=snapshot("text")),
    Sent(*POST, headers=(BEARER, "Content-Type:"), body=snapshot("empty type")),
    Sent(*POST, headers=(BEARER, "Content-Type: a\\\\=b"), body=snapshot("a backslash")),
    Sent(*POST, headers=(BEARER, JSON, "Origin: http://x.example"), body=snapshot("elsewhere")),
    Sent("GET", "/v2/vm?name=core&summary", BARE),
    Sent("GET", f"/v2/vm?name={quote(''.join(NASTY))}", BARE),
    Sent("GET", "/v2/vm?name=[1-3]&x={a,b}", BARE),
    Sent("GET", "/v2/vm?it's=$(touch+x)`id`\"<>|^\\!*;()~@", BARE),
    Sent("GET", "/v2/vm/../user", BARE),
    Sent("GET", "/v2//vm/%2e%2E/x%2Fy%25", BARE),
    Sent("GET", "/v2/user", body=b"{}"),
    Sent("HEAD", "/v2/vm", BARE),
    Sent("OPTIONS", "/v2/vm", BARE),
    Sent("PATCH", "/v2/vm/{uuid}", BARE),
    Sent("DELETE", "/v2/vm/{uuid}/snapshot/1", body=b"null"),
    Sent("PROPFIND", "/v2/vm", BARE),
    Sent("M-SEARCH", "/v2/vm", BARE),
]


@pytest.fixture(scope="module")
def mock() -> Iterator[Mock]:
    with Mock() as running:
        yield running


@pytest.fixture(scope="module")
def entries(mock: Mock) -> list[Any]:
    """Return what is explained of each call."""
    told = []
    for call in CALLS:
        send(mock, call)
        told.append(last(mock))
    return told


def send(mock: Mock, call: Sent) -> None:
    host, port = mock.url.removeprefix("http://").split(":")
    names = {"uuid": mock.vm.uuid, "token": mock.token}
    target = call.target.replace("{uuid}", names["uuid"])
    lines = [f"{call.method} {target} HTTP/1.1", f"Host: {host}:{port}", "Connection: close"]
    lines += [header.replace("{token}", names["token"]) for header in call.headers]
    lines += [f"Content-Length: {len(call.body)}"] if call.body else []
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + call.body)
        answer = b""
        while received := connection.recv(65536):
            answer += received
    assert answer.startswith(b"HTTP/1.1 ")


def last(mock: Mock) -> Any:
    """Return the last call of the mock's world, explained."""
    path = f"/_mock/worlds/{mock.name}/journal"
    with Client(mock.url) as client:
        number = client.get(f"{path}?since=999999999")["last"]
        return client.get(f"{path}/{number}")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return an environment in which nothing but the commands themselves is known."""
    place = tmp_path_factory.mktemp("home")
    beside = Path(sys.executable).parent
    path = os.pathsep.join([str(beside), os.environ["PATH"]])
    return {**QUIET, "HOME": str(place), "HTTPIE_CONFIG_DIR": str(place), "PATH": path}


def run(shell: str, command: str, environment: dict[str, str], place: Path) -> None:
    done = subprocess.run(
        [shell, "-c", command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd=place,
        env=environment,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), command
    assert list(place.iterdir()) == []


def same(told: Any, again: Any, *, spelled: bool) -> None:
    """See that a call is another one, its target as it is `spelled` or as what it means."""
    assert again["number"] > told["number"]
    assert (again["operation"], again["user"]) == (told["operation"], told["user"])
    first, second = dict(told["call"]), dict(again["call"])
    targets = first.pop("target"), second.pop("target")
    if spelled:
        assert targets[0] == targets[1]
    else:
        one, other = map(urlsplit, targets)
        assert unquote(one.path) == unquote(other.path)
        assert pairs(one.query) == pairs(other.query)
    if first["body"] is not None:
        first.pop("size"), second.pop("size")  # JSON may be spelled in other ways
    assert first == second


def pairs(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query, keep_blank_values=True)


@pytest.mark.parametrize("shell", SHELLS)
def test_what_is_given_for_curl_makes_the_call_again(
    mock: Mock, entries: list[Any], environment: dict[str, str], tmp_path: Path, shell: str
) -> None:
    for told in entries:
        command = told["snippets"]["curl"]
        assert command.isprintable()
        run(shell, command, environment, tmp_path)
        same(told, last(mock), spelled=True)


def test_what_is_given_for_httpie_makes_the_call_again(
    mock: Mock, entries: list[Any], environment: dict[str, str], tmp_path: Path
) -> None:
    without = []
    for told in entries:
        command = told["snippets"]["httpie"]
        if command is None:
            without.append(told["call"])
            continue
        assert command.isprintable()
        run("sh", command, environment, tmp_path)
        same(told, last(mock), spelled=False)
    assert [call["method"] for call in without] == ["POST", "M-SEARCH"]
    assert without[0]["headers"]["Content-Type"] == "a\\\\=b"


@pytest.mark.parametrize("tool", ["curl", "httpie"])
def test_a_login_takes_its_password_from_the_environment(
    mock: Mock, environment: dict[str, str], tmp_path: Path, tool: str
) -> None:
    pair = b64encode(f"{mock.username}:{mock.password}".encode()).decode()
    send(mock, Sent("POST", "/auth/request-token", (f"Authorization: Basic {pair}",)))
    told = last(mock)
    command = told["snippets"][tool]
    variable = "VSS_API_USER_PASS"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert f"{variable}: the password of jm" in done.stderr
    run("sh", command, environment | {variable: mock.password}, tmp_path)
    same(told, last(mock), spelled=True)
    assert last(mock)["answer"]["status_code"] == 200
