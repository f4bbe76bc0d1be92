"""The edge in front of the real service: what it refuses leaves every world as it was."""

import json
import time
from collections.abc import Iterator

import pytest

from tests.server.raw import Raw, get, post
from vss_mock.assembly import Settings, build_service
from vss_mock.client import Client
from vss_mock.embedded import Background
from vss_mock.http_limits import Limits

AUTHORIZED = "Authorization: Bearer demo-token"
BODY = json.dumps({"description": "x", "from_date": "2016-07-29 22:00", "valid_for": 12}).encode()
LIMITS = Limits(linger_seconds=0.2, stop_seconds=0.2, body_seconds=0.3)


@pytest.fixture(scope="module")
def background() -> Iterator[Background]:
    background = Background(build_service(Settings(), 0), limits=LIMITS)
    yield background
    background.stop()


@pytest.fixture(scope="module")
def client(background: Background) -> Iterator[Client]:
    with Client(background.url) as client:
        yield client


@pytest.fixture(scope="module")
def target(client: Client) -> str:
    uuid = client.get("/_mock/worlds/default")["vms"][0]["uuid"]
    return f"/v2/vm/{uuid}/snapshot"


def chunked(target: str, tail: bytes) -> bytes:
    lines = ("Content-Type: application/json", "Transfer-Encoding: chunked", AUTHORIZED)
    length = f"{len(BODY):x}\r\n".encode()
    return get(target, *lines, method="POST") + length + BODY + b"\r\n" + tail


CASES = {
    "a foreign host": (421, ("Host: evil.example",)),
    "an odd expectation": (400, ("Expect: cake",)),
    "a compressed body": (415, ("Content-Encoding: gzip",)),
    "an unknown transfer coding": (400, ("Transfer-Encoding: gzip",)),
    "a long header": (431, (f"X: {'x' * 8190}",)),
    "many headers": (431, ("X: y",) * 64),
    "a header that is no header": (400, ("nonsense",)),
    "a token outside ASCII": (400, ("Authorization: Bearer \xff",)),
    "no token": (401, ()),
    "another token": (401, ("Authorization: Bearer other",)),
}


@pytest.mark.parametrize(("status_code", "lines"), CASES.values(), ids=CASES)
def test_a_refused_submission_changes_nothing_and_takes_no_id(
    background: Background,
    client: Client,
    target: str,
    status_code: int,
    lines: tuple[str, ...],
) -> None:
    before = client.get("/_mock/state")
    authorized = () if status_code == 401 else (AUTHORIZED,)
    with Raw(background.port) as raw:
        raw.send(post(BODY, *authorized, *lines, target=target))
        answer = raw.answer()
    assert answer.status_code == status_code
    assert answer.document["status"] == status_code
    assert answer.document.keys() == {"status", "error", "message"}
    assert client.get("/_mock/state") == before


def test_a_body_that_never_ends_well_changes_nothing(
    background: Background, client: Client, target: str
) -> None:
    before = client.get("/_mock/state")
    endings = {b"": 408, b"zz\r\n": 400, b"fffffff\r\n": 408}
    for ending, status_code in endings.items():
        with Raw(background.port) as raw:
            raw.send(chunked(target, ending))
            assert raw.answer().status_code == status_code
    with Raw(background.port) as raw:
        raw.send(chunked(target, b""))
        time.sleep(0.05)
        raw.end()
        assert raw.answer().status_code == 400
    assert client.get("/_mock/state") == before


def test_the_same_submission_is_accepted_when_nothing_is_wrong_with_it(
    background: Background, client: Client, target: str
) -> None:
    with Raw(background.port) as raw:
        raw.send(chunked(target, b"0\r\n\r\n"))
        answer = raw.answer()
        assert answer.status_code == 202
        assert answer.document["data"]["_links"]["request"].endswith("/v2/request/snapshot/2")
        # Literally as documented: Basic with the token, and a body on a GET.
        raw.send(
            post(b"{}", "Authorization: Basic ZGVtby10b2tlbjo=", target="/v2/user", method="GET")
        )
        assert raw.answer().document["data"]["username"] == "jm"
        raw.send(get("/v2/user", AUTHORIZED, method="HEAD") + get("/v2/user", AUTHORIZED))
        head, whole = raw.answer(head=True), raw.answer()
        assert head.headers["content-length"] == whole.headers["content-length"]
    client.post("/_mock/reset")


@pytest.mark.parametrize(
    "target", ["/", "/v2", "/v3/vm", "/v2/vm/", "*", "/_mocks", "/%00", "/../v2/"]
)
def test_what_is_not_there_is_not_found_in_json(background: Background, target: str) -> None:
    with Raw(background.port) as raw:
        raw.send(get(target, AUTHORIZED, method="OPTIONS" if target == "*" else "GET"))
        answer = raw.answer()
    assert answer.status_code == 404
    assert answer.document["error"] == "not found"


@pytest.mark.parametrize("method", ["PROPFIND", "TRACE", "POST"])
def test_what_a_path_does_not_take_is_refused_with_what_it_does(
    background: Background, method: str
) -> None:
    with Raw(background.port) as raw:
        raw.send(get("/v2/user", AUTHORIZED, method=method))
        answer = raw.answer()
    assert answer.status_code == 405
    assert {"GET", "HEAD", "OPTIONS"} <= set(answer.headers["allow"].split(", "))


def test_consolidation_is_not_taken_for_a_snapshot(background: Background, target: str) -> None:
    with Raw(background.port) as raw:
        raw.send(get(f"{target}/consolidate", AUTHORIZED))
        assert "requireDiskConsolidation" in raw.answer().document["data"]


def test_a_live_worlds_time_is_measured(background: Background, client: Client) -> None:
    world = client.post("/_mock/worlds", {"clock": "live"})
    with Raw(background.port) as raw:
        raw.send(get("/v2/user", f"Authorization: Bearer {world['users'][0]['token']}"))
        spent = raw.answer().document["meta"]["time"]
    assert 0 < float(spent.removesuffix("s")) < 1
    client.delete(f"/_mock/worlds/{world['name']}")
