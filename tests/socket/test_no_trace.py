"""What is refused leaves no trace: the whole state is the same before and after (P2), and every
refusal has the error's shape, whoever made it: aiohttp's parser, the edge, or the API (P1)."""

import json

import pytest

from tests.server.raw import Raw
from vss_mock.embedded import Mock

BODY = b'{"from_date": "2016-07-29 22:00", "valid_for": 12, "description": "d"}'
HEAD = b"Host: 127.0.0.1\r\nAuthorization: Bearer demo-token\r\n"
JSON = b"Content-Type: application/json\r\n"


def post(
    body: bytes = BODY, headers: bytes = HEAD + JSON, target: bytes = b"/v2/vm/%s/snapshot"
) -> bytes:
    length = b"Content-Length: %d\r\n" % len(body)
    return b"POST " + target + b" HTTP/1.1\r\n" + headers + length + b"\r\n" + body


def control(body: bytes, headers: bytes = b"", target: bytes = b"/_mock/clock") -> bytes:
    return post(body, b"Host: localhost\r\n" + JSON + headers, target)


REFUSED = {
    # the parser's
    "no HTTP at all": (b"\x16\x03\x01\x02\x00\x01\r\n\r\n", 400),
    "a bad version": (b"GET /v2/ HTTP/9.9.9\r\n" + HEAD + b"\r\n", 400),
    "a bad header": (b"GET /v2/ HTTP/1.1\r\n" + HEAD + b"no colon\r\n\r\n", 400),
    "a bad length": (b"POST /v2/ HTTP/1.1\r\n" + HEAD + b"Content-Length: x\r\n\r\n", 400),
    "two lengths": (
        b"POST /v2/ HTTP/1.1\r\n" + HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
    "a length and chunks": (
        b"POST /v2/ HTTP/1.1\r\n" + HEAD + b"Content-Length: 1\r\n"
        + b"Transfer-Encoding: chunked\r\n\r\n", 400),
    "a bad chunk": (
        b"POST /v2/vm/x/snapshot HTTP/1.1\r\n" + HEAD + JSON
        + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
    # the edge's
    "another name": (post(headers=HEAD.replace(b"127.0.0.1", b"evil.example") + JSON), 421),
    "no name": (post(headers=b"Authorization: Bearer demo-token\r\n" + JSON), 400),
    "an expectation": (post(headers=HEAD + JSON + b"Expect: the-worst\r\n"), 400),
    "a compressed body": (post(headers=HEAD + JSON + b"Content-Encoding: gzip\r\n"), 415),
    "a body too long": (
        b"POST /v2/vm/x/snapshot HTTP/1.1\r\n" + HEAD + JSON
        + b"Content-Length: 1048577\r\n\r\n", 413),
    "a header too long": (post(headers=HEAD + JSON + b"X: " + b"x" * 9000 + b"\r\n"), 431),
    # the API's
    "nothing there": (b"GET /nothing HTTP/1.1\r\n" + HEAD + b"\r\n", 404),
    "a path that climbs": (b"GET /v2/../_mock/state HTTP/1.1\r\n" + HEAD + b"\r\n", 404),
    "another method": (b"DELETE /v2/request HTTP/1.1\r\n" + HEAD + b"\r\n", 405),
    "no token": (post(headers=b"Host: localhost\r\n" + JSON), 401),
    "a wrong token": (post(headers=b"Host: localhost\r\nAuthorization: Bearer x\r\n" + JSON), 401),
    "two tokens": (post(headers=HEAD + b"Authorization: Bearer ana-token\r\n" + JSON), 401),
    "a machine not to be seen": (
        post(headers=b"Host: localhost\r\nAuthorization: Bearer ana-token\r\n" + JSON), 403),
    "an unknown machine": (post(target=b"/v2/vm/x/snapshot"), 404),
    "no type": (post(headers=HEAD), 415),
    "a wrong charset": (
        post(headers=HEAD + b"Content-Type: application/json; charset=bogus\r\n"), 415),
    "no JSON": (post(b"{"), 400),
    "NaN": (post(BODY.replace(b"12,", b"NaN,")), 400),
    "bad UTF-8": (post(BODY.replace(b'"d"', b'"\xff"')), 400),
    "a lone surrogate": (post(BODY.replace(b'"d"', b'"\\ud800"')), 400),
    "fifty thousand brackets": (post(b"[" * 50_000), 400),
    "five thousand digits": (post(BODY.replace(b"12,", b"1" * 5000 + b",")), 400),
    "73 hours": (post(BODY.replace(b"12,", b"73,")), 400),
    "no such day": (post(BODY.replace(b"07-29", b"02-30")), 400),
    "a time the clocks skip": (post(BODY.replace(b"2016-07-29 22:00", b"2017-03-12 02:30")), 400),
    "an unknown member": (post(BODY.replace(b"valid_for", b"vaild_for")), 400),
    "an id of five thousand digits": (
        b"DELETE /v2/vm/%s/snapshot/" + b"1" * 5000 + b" HTTP/1.1\r\n" + HEAD + b"\r\n", 404),
    "a bad page": (b"GET /v2/request/snapshot?page=x HTTP/1.1\r\n" + HEAD + b"\r\n", 400),
    # the control API's
    "time going back": (control(b'{"advance": -1}'), 409),
    "a page elsewhere": (control(b'{"advance": 1}', b"Origin: http://evil.example\r\n"), 403),
    "a page on another port": (control(b'{"advance": 1}', b"Sec-Fetch-Site: same-site\r\n"), 403),
    "a form": (post(b"advance=1", b"Host: localhost\r\n", b"/_mock/clock"), 415),
    "a name that climbs": (control(b'{"name": "../x"}', target=b"/_mock/worlds"), 400),
    "a rebound name": (
        post(b'{"advance": 1}', b"Host: rebound.example\r\n" + JSON, b"/_mock/clock"), 421),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_refused_call_leaves_no_trace(mock: Mock, case: str) -> None:
    sent, status_code = REFUSED[case]
    before = mock.state(), mock.clock.now
    with Raw(mock_port(mock)) as raw:
        raw.send(sent.replace(b"%s", mock.vm.uuid.encode(), 1))
        answer = raw.answer()
    assert answer.status_code == status_code, answer.body
    document = answer.document
    assert set(document) - {"parameters"} == {"error", "message", "status"}
    assert document["status"] == status_code
    assert answer.headers["x-vss-mock"] == "1"
    assert answer.headers["server"].startswith("vss-mock/")
    assert (mock.state(), mock.clock.now) == before


def test_the_call_that_is_not_refused_leaves_one(mock: Mock) -> None:
    """So that the test above can fail: the good call that its cases are made of does something."""
    before = mock.state()
    with Raw(mock_port(mock)) as raw:
        raw.send(post().replace(b"%s", mock.vm.uuid.encode()))
        assert raw.answer().status_code == 202
    assert mock.state() != before


def test_a_token_sent_by_mistake_is_shown_to_nobody(
    mock: Mock, capfd: pytest.CaptureFixture[str]
) -> None:
    canary = "canary-3f9c2b"
    shown = []
    for headers in (
        b"Authorization: Bearer " + canary.encode() + b"\r\n",
        b"Authorization: Basic " + canary.encode() + b"\r\n",
        b"Authorization: " + canary.encode() + b"\r\n",
    ):
        for target in (b"/v2/user", b"/_mock/state", b"/nothing", b"/v2/vm/x/snapshot"):
            with Raw(mock_port(mock)) as raw:
                raw.send(b"GET " + target + b" HTTP/1.1\r\nHost: localhost\r\n" + headers + b"\r\n")
                answer = raw.answer()
                shown.append(answer.body.decode() + json.dumps(answer.headers))
    assert canary not in "".join(shown)
    assert canary not in "".join(capfd.readouterr())


def mock_port(mock: Mock) -> int:
    return int(mock.url.rpartition(":")[2])
