"""What every answer carries, and how bodies leave."""

import json
import logging
import re

import pytest

import vss_mock
from tests.server.conftest import Connect
from tests.server.echo import Echo
from tests.server.raw import Raw, get, post
from vss_mock.api.messages import Reply
from vss_mock.http_answers import spell, timed

EVERY_KIND = {
    "a success": get(),
    "a refusal by the edge": get("/echo", "Host: evil.example"),
    "a refusal by the parser": b"nonsense\r\n\r\n",
    "a long answer": get("/steps/a/3"),
    "an empty answer": get("/empty"),
    "a fault": get("/fault"),
    "no route": get("/nowhere"),
}


@pytest.mark.parametrize("data", EVERY_KIND.values(), ids=EVERY_KIND)
def test_every_answer_says_that_it_comes_from_a_mock(raw: Raw, data: bytes) -> None:
    raw.send(data)
    headers = raw.answer().headers
    assert headers["server"] == f"vss-mock/{vss_mock.__version__}"
    assert headers["x-vss-mock"] == "1"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", headers["date"])
    assert not any(name.startswith("access-control-") for name in headers)


@pytest.mark.parametrize("data", EVERY_KIND.values(), ids=EVERY_KIND)
def test_every_body_is_json_with_its_length(raw: Raw, data: bytes) -> None:
    raw.send(data)
    answer = raw.answer()
    if answer.status_code == 204:
        assert not answer.body
        assert not {"content-type", "content-length"} & set(answer.headers)
    else:
        assert answer.document is not None


def test_head_has_the_length_of_the_body_it_leaves_out(connect: Connect) -> None:
    raw = connect()
    raw.send(get("/large/1000", method="HEAD") + get("/large/1000"))
    head = raw.answer(head=True)
    whole = raw.answer()
    assert head.status_code == 200
    assert head.headers["content-length"] == whole.headers["content-length"] == "1002"
    assert head.headers["content-type"] == "application/json"


def test_head_of_nothing_is_empty_too(raw: Raw) -> None:
    raw.send(get("/empty", method="HEAD") + get())
    assert raw.answer(head=True).status_code == 204
    assert raw.answer().status_code == 200


def test_a_refused_head_has_no_body(raw: Raw) -> None:
    raw.send(get("/echo", "Host: evil.example", method="HEAD") + get())
    assert raw.answer(head=True).status_code == 421
    assert raw.answer().status_code == 200


def test_a_timed_reply_gets_the_time_it_took_in_its_last_place(raw: Raw) -> None:
    raw.send(get("/timed"))
    answer = raw.answer()
    assert answer.document["said"] == '"time":"0.00000s"'
    seconds = re.fullmatch(r"(0\.\d{5})s", answer.document["meta"]["time"])
    assert seconds
    assert 0 < float(seconds[1]) < 1


def test_a_time_of_ten_seconds_and_more_is_not_cut() -> None:
    assert timed(b'{"time":"0.00000s"}', 12.345678) == b'{"time":"12.34568s"}'


def test_of_several_places_for_a_time_the_last_counts() -> None:
    body = b'{"data":{"time":"0.00000s"},"meta":{"time":"0.00000s"}}'
    assert timed(body, 0.5) == b'{"data":{"time":"0.00000s"},"meta":{"time":"0.50000s"}}'


def test_a_body_without_room_for_a_time_is_left_as_it_is() -> None:
    assert timed(b'{"time":null}', 1.0) == b'{"time":null}'


def test_a_large_answer_arrives_whole(raw: Raw) -> None:
    raw.send(get("/large/3000000") + get())
    assert len(raw.answer().body) == 3_000_002
    assert raw.answer().status_code == 200


def test_a_fault_of_the_mock_is_answered_in_json_and_logged_in_one_line(
    raw: Raw, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "vss_mock"):
        raw.send(get("/fault?token=x") + get("/steps-fault") + get())
        assert raw.answer().status_code == 503
        assert raw.answer().status_code == 503
        assert raw.answer().status_code == 200
    lines = [record.getMessage() for record in caplog.records]
    assert lines == [
        "GET /fault failed: LookupError('a planted fault')",
        "GET /steps-fault failed: LookupError('a planted fault half-way')",
    ]
    assert not any(record.exc_info for record in caplog.records)


def test_a_fault_is_logged_with_its_traceback_for_those_who_debug(
    raw: Raw, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "vss_mock"):
        raw.send(get("/fault"))
        assert raw.answer().status_code == 503
    assert caplog.records[0].exc_info


def test_a_header_that_would_split_the_answer_is_never_sent(
    raw: Raw, caplog: pytest.LogCaptureFixture
) -> None:
    raw.send(get("/odd-header") + get())
    answer = raw.answer()
    assert answer.status_code == 503
    assert "set-cookie" not in answer.headers
    assert raw.answer().status_code == 200
    assert "X-Odd" in caplog.text


def test_a_reply_may_bring_its_own_headers_and_content_type() -> None:
    reply = Reply(200, b"<p>", {"Content-Type": "text/html", "Allow": "GET"})
    head, _, body = spell(reply, 0).partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert "Content-Type: text/html" in lines
    assert "Allow: GET" in lines
    assert "Content-Type: application/json" not in lines
    assert "Date: Thu, 01 Jan 1970 00:00:00 GMT" in lines
    assert body == b"<p>"


def test_an_error_without_a_body_still_says_how_long_it_is() -> None:
    assert b"\r\nContent-Length: 0\r\n" in spell(Reply(404), 0)


def test_a_call_tells_all_that_the_service_needs(raw: Raw, echo: Echo) -> None:
    raw.send(
        post(
            b'{"a": 1}',
            "Host: LocalHost:8001",
            "Authorization: Bearer one",
            "authorization: Basic two",
            "Origin: http://localhost:8001",
            "Sec-Fetch-Site: same-origin",
            target="/echo/a%2Fb%20c?summary&name=x+y%26&name=&=1",
        )
    )
    call = raw.answer().document
    assert call.pop("at") == echo.calls[0].at
    assert call == {
        "method": "POST",
        "path": "/echo/a%2Fb%20c",
        "route": "/echo/{name}",
        "params": {"name": "a/b c"},
        "query": [["summary", ""], ["name", "x y&"], ["name", ""], ["", "1"]],
        "authorization": ["Bearer one", "Basic two"],
        "content_type": "application/json",
        "origin": "http://localhost:8001",
        "fetch_site": "same-origin",
        "body": '{"a": 1}',
        "base": "http://LocalHost:8001",
        "client": "127.0.0.1",
        "target": "/echo/a%2Fb%20c?summary&name=x+y%26&name=&=1",
    }


def test_the_instant_of_a_call_never_goes_back(raw: Raw, echo: Echo) -> None:
    raw.send(get() * 20)
    for _ in range(20):
        raw.answer()
    instants = [call.at for call in echo.calls]
    assert instants == sorted(instants)
    assert instants[0] > 1_700_000_000_000_000


def test_a_slow_body_does_not_take_its_call_back_in_time(connect: Connect, echo: Echo) -> None:
    slow, quick = connect(), connect()
    data = post(b"[1]")
    slow.send(data[:-1])
    # The edge has seen the headers once it has answered another client's later call.
    quick.send(get())
    quick.answer()
    slow.send(data[-1:])
    slow.answer()
    assert [call.method for call in echo.calls] == ["GET", "POST"]
    assert echo.calls[0].at < echo.calls[1].at


def test_the_more_exact_of_two_paths_is_taken(raw: Raw) -> None:
    expected = {
        "/echo/fixed": "/echo/fixed",
        "/echo/other": "/echo/{name}",
        "/pair/a/fixed": "/pair/{one}/fixed",
        "/pair/a/other": "/pair/{one}/{two}",
    }
    raw.send(b"".join(map(get, expected)))
    assert [raw.answer().document["route"] for _ in expected] == list(expected.values())


@pytest.mark.parametrize(
    "target", ["/nowhere", "/", "//", "/echo/", "/echo/a/b", "/ECHO", "/echo/."]
)
def test_what_no_path_matches_reaches_the_service_without_a_route(raw: Raw, target: str) -> None:
    raw.send(get(target))
    call = raw.answer().document
    assert (call["route"], call["path"]) == (
        ("/echo/{name}", "/echo/.") if target == "/echo/." else (None, target)
    )


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("/echo/%zz", "%zz"),
        ("/echo/%", "%"),
        ("/echo/%ff", "%ff"),
        ("/echo/%00", "\0"),
        ("/echo/%ed%a0%80", "%ed%a0%80"),
        ("/echo/%C3%A9", "\u00e9"),
        ("/echo/%2e%2e%2fetc", "../etc"),
    ],
)
def test_odd_percent_encoding_is_passed_on_without_lone_surrogates(
    raw: Raw, target: str, name: str
) -> None:
    raw.send(get(target))
    assert raw.answer().document["params"] == {"name": name}


def test_bad_percent_encoding_in_a_query_is_replaced(raw: Raw) -> None:
    raw.send(get("/echo?a=%ff&b=%ed%a0%80&c=%zz&d=%00"))
    query = raw.answer().document["query"]
    assert query == [["a", "\ufffd"], ["b", "\ufffd" * 3], ["c", "%zz"], ["d", "\0"]]


def test_a_remembered_target_keeps_nothing_of_the_call_before(raw: Raw) -> None:
    raw.send(post(b"1", "Origin: http://a", "Host: 127.0.0.1:1") + get())
    first, second = raw.answer().document, raw.answer().document
    assert (first["body"], first["origin"], first["base"]) == (
        "1",
        "http://a",
        "http://127.0.0.1:1",
    )
    assert (second["body"], second["origin"], second["base"]) == ("", None, "http://localhost")


def test_targets_past_those_remembered_are_answered_all_the_same(
    raw: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vss_mock.http_requests.REMEMBERED", 3)
    monkeypatch.setattr("vss_mock.http_hosts.REMEMBERED", 3)
    for number in range(10):
        host = f"Host: localhost:{number + 1}"
        raw.send(get(f"/echo/{number}", host) + get(f"/echo/{number}", host))
        for _ in range(2):
            document = raw.answer().document
            assert document["params"] == {"name": str(number)}
            assert document["base"] == f"http://localhost:{number + 1}"


def test_an_absolute_target_is_the_path_at_the_host_it_names(raw: Raw) -> None:
    raw.send(get("http://127.0.0.1:99/echo?a=1", "Host: localhost"))
    call = raw.answer().document
    assert (call["path"], call["query"], call["base"]) == (
        "/echo",
        [["a", "1"]],
        "http://127.0.0.1:99",
    )


def test_asking_for_the_options_of_the_whole_server_has_no_route(raw: Raw) -> None:
    raw.send(get("*", method="OPTIONS"))
    call = raw.answer().document
    assert (call["path"], call["route"]) == ("*", None)


def test_json_of_a_call_is_never_changed_on_its_way(raw: Raw) -> None:
    body = json.dumps({"a": "\u00e9\0"}).encode()
    raw.send(post(body))
    assert raw.answer().document["body"].encode("latin-1") == body
