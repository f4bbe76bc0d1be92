"""Streams of events through a socket: told at once, to all who listen, until somebody leaves."""

import asyncio
import json
import logging
import socket
import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any, cast

import pytest

from tests.server.listening import COMMENT, Listener, waited
from tests.server.raw import Raw, get, post
from vss_mock import Mock
from vss_mock.api.service import Service
from vss_mock.api.watching import Watch
from vss_mock.assembly import Settings, build_service
from vss_mock.embedded import Background
from vss_mock.http_answers import Refusal
from vss_mock.http_limits import Limits
from vss_mock.http_stream import LONGEST_PAUSE, PAUSE, Streams
from vss_mock.server import Clock

SOON = 0.2
"""Seconds in which a change is told, were the machine busy; it takes some 20 milliseconds."""
TOKEN = "Authorization: Bearer demo-token"

Serve = Callable[..., Background]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serve a mock of the test's own."""
    started: list[Background] = []

    def serve(limits: Limits | None = None, **settings: Any) -> Background:
        service = build_service(Settings(**settings), Clock().now())
        started.append(Background(service, limits=limits or Limits()))
        return started[-1]

    yield serve
    for background in started:
        background.stop()


@pytest.fixture
def served(serve: Serve) -> Background:
    return serve()


@pytest.fixture
def caller(served: Background) -> Iterator[Raw]:
    with Raw(served.port) as raw:
        yield raw


@pytest.fixture
def listener(served: Background) -> Iterator[Listener]:
    """One who knows the default world."""
    with Listener(served.port) as listener:
        listener.begun()
        yield listener


def ask(raw: Raw, target: str, body: Any = None, method: str = "POST") -> Any:
    """Make a control call over a connection; return what is answered."""
    raw.send(post(json.dumps({} if body is None else body).encode(), target=target, method=method))
    answer = raw.answer()
    assert answer.status_code < 300, answer
    return json.loads(answer.body) if answer.body else None


def service_of(background: Background) -> Service:
    return background._service


def listeners(background: Background, world: str = "default") -> int:
    """Return how many are told of a world, as far as can be seen from outside."""
    tenancy = service_of(background).worlds[world]
    return len(tenancy.world._watchers)


def test_a_stream_has_no_end_and_says_so(served: Background) -> None:
    with Listener(served.port) as listener:
        assert listener.status_code == 200
        assert listener.head["content-type"] == "text/event-stream"
        assert listener.head["cache-control"] == "no-store"
        assert listener.head["x-accel-buffering"] == "no"
        assert listener.head["connection"] == "close"
        assert {"content-length", "transfer-encoding"}.isdisjoint(listener.head)
        assert list(listener.begun()) == ["begin", "vms", "requests", "faults", "worlds", "clock"]
        assert listener.quiet(0.1)


@pytest.mark.parametrize("target", ["/_mock/events", "/_mock/worlds/default/events"])
def test_head_answers_what_the_stream_would_begin_with(caller: Raw, target: str) -> None:
    caller.send(get(target, method="HEAD"))
    answer = caller.answer(head=True)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream")
    assert "content-length" not in answer.headers
    assert caller.is_closed()


def test_options_and_other_methods_are_answered_as_everywhere(caller: Raw) -> None:
    caller.send(get("/_mock/events", method="OPTIONS"))
    assert caller.answer().status_code == 200
    caller.send(get("/_mock/events", method="POST"))
    assert caller.answer().status_code == 405
    caller.send(get("/_mock/worlds/nowhere/events"))
    assert caller.answer().status_code == 404


def test_an_http_1_0_client_hears_the_same(served: Background) -> None:
    with Raw(served.port) as raw:
        raw.send(get("/_mock/events", version="1.0"))
        while raw.line():
            pass
        assert not raw.is_at_end()


def test_what_another_client_changes_is_told_at_once(caller: Raw, listener: Listener) -> None:
    waits = []
    for _ in range(20):
        ask(caller, "/_mock/clock", {"advance": 1})
        answered = time.monotonic()
        assert list(listener.batch()) == ["clock"]
        waits.append(time.monotonic() - answered)
    assert median(waits) < SOON


def test_many_changes_are_told_together_in_fifty_batches_a_second_at_most(
    caller: Raw, listener: Listener
) -> None:
    began, count = time.monotonic(), 200
    for _ in range(count):
        caller.send(get("/v2/vm", TOKEN))
        caller.answer()
    batches, entries = 0, 0
    while entries < count:
        entries += len(listener.batch()["journal"]["entries"])
        batches += 1
    assert batches <= 2 + (time.monotonic() - began) / PAUSE


def test_while_nothing_happens_nothing_is_done(
    served: Background, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, news = [], Watch.news

    def counted(self: Watch) -> Iterator[bytes]:
        looks.append(self)
        return news(self)

    monkeypatch.setattr(Watch, "news", counted)
    with Listener(served.port) as listener, Raw(served.port) as caller:
        listener.begun()
        time.sleep(0.4)
        assert len(looks) <= 2
        ask(caller, "/_mock/clock", {"mode": "live"})
        time.sleep(0.4)
        assert len(looks) > 4  # a clock that ticks may bring something


def test_a_call_of_the_api_is_told_at_once_with_what_it_did(
    caller: Raw, listener: Listener
) -> None:
    caller.send(get("/v2/vm?summary", TOKEN))
    (uuid, *_) = (vm["uuid"] for vm in caller.answer().document["data"])
    assert listener.batch()["journal"]["entries"][0]["operation"] == "vm-list"
    body = {"from_date": "2016-07-29 22:00", "valid_for": 12, "description": "d"}
    caller.send(post(json.dumps(body).encode(), TOKEN, target=f"/v2/vm/{uuid}/snapshot"))
    assert caller.answer().status_code == 202
    told = listener.batch()
    assert list(told) == ["requests", "journal", "clock"]
    assert told["requests"]["requests"][0]["vm"] == uuid


def test_a_call_whose_answer_is_held_back_is_told_at_once(caller: Raw, listener: Listener) -> None:
    ask(caller, "/_mock/faults", {"kind": "latency", "seconds": 3})
    listener.batch()
    caller.send(get("/v2/vm", TOKEN))
    began = time.monotonic()
    assert "journal" in listener.batch()
    assert time.monotonic() - began < 1


def test_what_a_live_clock_brings_is_told_without_a_call(caller: Raw, listener: Listener) -> None:
    ask(caller, "/_mock/clock", {"mode": "live", "rate": 1})
    listener.batch()
    uuid = ask(caller, "/_mock/worlds/default", method="GET")["vms"][0]["uuid"]
    # A second after the world began; nobody calls from here on.
    body = {"from_date": "2016-07-29 12:31", "valid_for": 1, "description": "d"}
    caller.send(post(json.dumps(body).encode(), TOKEN, target=f"/v2/vm/{uuid}/snapshot"))
    assert caller.answer().status_code == 202
    events: list[str] = []
    while not events:
        entries = listener.batch().get("journal", {"entries": []})["entries"]
        events = [entry["event"]["event"] for entry in entries if entry["kind"] == "event"]
    assert events == ["take"]
    assert listener.quiet(0.3)  # it merely ticks


def test_a_long_move_is_told_whole_however_it_and_its_telling_take_turns(serve: Serve) -> None:
    names = [f"1606T-{number}" for number in range(500)]
    request = {"ago": "2h", "user": "jm", "valid_for": 24, "description": "d"}
    world: dict[str, Any] = {
        "users": [{"username": "jm", "password": "jm"}],
        "vms": [{"name": name} for name in names],
        "history": [{**request, "vm": name} for name in names * 20],
    }
    served = serve(world=world)
    with Listener(served.port) as listener, Raw(served.port) as caller:
        listener.begun()
        assert listener.quiet(2 * LONGEST_PAUSE)
        caller.send(post(b'{"advance": "2d"}', target="/_mock/clock"))
        done: set[int] = set()
        while len(done) < len(world["history"]):
            done |= set(processed(listener.batch().get("requests", {"requests": []})))
        caller.answer()


def processed(data: Any) -> Iterator[int]:
    """Give the ids of requests that are processed."""
    return (row["id"] for row in data["requests"] if row["phase"] == "processed")


def test_each_hears_of_the_world_that_was_asked_for_alone(
    served: Background, caller: Raw, listener: Listener
) -> None:
    ask(caller, "/_mock/worlds", {"name": "team-a"})
    assert listener.batch()["worlds"]["worlds"] == ["default", "team-a"]
    with Listener(served.port, "team-a") as other:
        assert other.begun()["begin"]["world"]["name"] == "team-a"
        ask(caller, "/_mock/worlds/team-a/clock", {"advance": "1h"})
        assert other.batch()["clock"]["now"] == "2016-07-29T17:30:59Z"
        assert listener.quiet(0.1)
        ask(caller, "/_mock/worlds/team-a/reset")
        assert "begin" in other.batch()
        saved = ask(caller, "/_mock/worlds/team-a/saved", method="GET")
        caller.send(
            post(json.dumps(saved).encode(), target="/_mock/worlds/team-a/saved", method="PUT")
        )
        assert caller.answer().status_code == 200
        assert "begin" in other.batch()
        ask(caller, "/_mock/worlds/team-a", method="DELETE")
        assert list(other.batch()) == ["gone"]
        assert other.is_closed()
    assert listener.batch()["worlds"]["worlds"] == ["default"]


def test_a_quiet_stream_says_that_it_is_still_there(serve: Serve) -> None:
    served = serve(Limits(quiet_seconds=0.1))
    with Listener(served.port) as listener, Raw(served.port) as caller:
        listener.begun()
        assert [listener.event()[0] for _ in range(3)] == [COMMENT] * 3
        ask(caller, "/_mock/clock", {"advance": 1})
        while (name := listener.event()[0]) == COMMENT:
            pass
        assert name == "clock"


def test_a_stream_wants_the_control_token(serve: Serve) -> None:
    served = serve(control_token="let-me-in")
    with Listener(served.port) as listener:
        assert listener.status_code == 401
    with Listener(served.port, None, "Authorization: Bearer let-me-in") as listener:
        listener.begun()


# Who leaves, and who does not take it in.


def test_who_leaves_is_noticed_at_once(served: Background) -> None:
    listener = Listener(served.port)
    listener.begun()
    assert listeners(served) == 1
    listener.socket.close()
    assert waited(lambda: listeners(served) == 0) < 1


def test_who_stops_sending_has_left(served: Background) -> None:
    with Listener(served.port) as listener:
        listener.begun()
        listener.end()
        assert listener.is_closed()
    waited(lambda: listeners(served) == 0)


def test_who_has_stopped_sending_before_still_hears(served: Background, caller: Raw) -> None:
    with Raw(served.port) as raw:
        raw.send(get("/_mock/events"))
        raw.end()
        while raw.line():
            pass
        assert not raw.is_at_end()


def test_what_a_listener_still_sends_is_thrown_away(
    served: Background, caller: Raw, listener: Listener
) -> None:
    for _ in range(50):
        listener.send(get("/v2/vm", TOKEN) * 100)
    ask(caller, "/_mock/clock", {"advance": 1})
    assert list(listener.batch()) == ["clock"]
    listener.socket.close()
    assert waited(lambda: listeners(served) == 0) < 1


def test_requests_sent_ahead_of_a_stream_are_answered_and_those_behind_it_are_not(
    served: Background, caller: Raw
) -> None:
    ahead, behind = get("/v2/vm", TOKEN), get("/v2/vm", TOKEN) * 200
    with Raw(served.port) as raw:
        raw.send(ahead + get("/_mock/events") + behind)
        assert raw.answer().status_code == 200
        while raw.line():
            pass
        assert listeners_come(served)
        raw.socket.close()
    assert waited(lambda: listeners(served) == 0) < 1
    journal = ask(caller, "/_mock/journal", method="GET")
    assert len(journal["entries"]) == 1


def listeners_come(served: Background) -> bool:
    waited(lambda: listeners(served) == 1)
    return True


def test_who_does_not_read_keeps_nobody_waiting_and_is_left(serve: Serve) -> None:
    served = serve(Limits(answer_seconds=0.5))
    with Raw(served.port) as caller:
        ask(caller, "/_mock/faults", {"kind": "status", "status_code": 404, "message": "x" * 256})
        slow = Listener(served.port, timeout=20)
        slow.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        waited(lambda: listeners(served) == 1)
        deadline = time.monotonic() + 20
        longest = 0.0
        while listeners(served) and time.monotonic() < deadline:
            began = time.monotonic()
            caller.send(get(f"/v2/vm?{'x' * 7000}", TOKEN))
            assert caller.answer().status_code == 404
            longest = max(longest, time.monotonic() - began)
        assert listeners(served) == 0
        assert longest < 1
        slow.socket.close()


def test_one_stream_too_many_is_refused_until_another_leaves(served: Background) -> None:
    most = Limits().streams
    assert most == 100
    several = [Listener(served.port) for _ in range(most)]
    for each in several:
        each.begun()
    with Raw(served.port) as raw:
        raw.send(get("/_mock/events"))
        answer = raw.answer()
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert answer.document["message"] == "this server already has 100 streams of events open"
        raw.send(get("/_mock/events", method="HEAD"))
        assert raw.answer(head=True).status_code == 200
    with Raw(served.port) as raw:
        raw.send(get("/v2/vm", TOKEN))
        assert raw.answer().status_code == 200
        for each in several:
            assert "journal" in each.batch()
        several.pop().socket.close()
        waited(lambda: listeners(served) == most - 1)
        with Listener(served.port) as another:
            another.begun()
    for each in several:
        each.socket.close()
    waited(lambda: listeners(served) == 0)


def test_a_fault_of_our_own_ends_a_stream_and_is_logged(
    served: Background, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(self: Watch) -> Iterator[bytes]:
        yield b"event: begin\ndata: {}\n\n"
        raise RuntimeError("broken")

    monkeypatch.setattr(Watch, "news", broken)
    with caplog.at_level(logging.ERROR, "vss_mock"), Listener(served.port) as listener:
        assert listener.block() == ["retry: 1000"]
        assert listener.event() == ("begin", {})
        assert listener.is_closed()
    assert "the stream /_mock/events failed: RuntimeError('broken')" in caplog.text
    monkeypatch.undo()
    with Listener(served.port) as listener:
        listener.begun()


# The end of the server.


def test_stopping_ends_streams_at_once_also_those_that_nobody_reads() -> None:
    service = build_service(Settings(), Clock().now())
    background = Background(service, limits=Limits(stop_seconds=5))
    with Raw(background.port) as caller:
        listeners_there = [Listener(background.port) for _ in range(5)]
        for each in listeners_there:
            each.begun()
        slow = Listener(background.port)
        waited(lambda: listeners(background) == 6)
        for _ in range(700):
            caller.send(get(f"/v2/vm?{'x' * 7000}", TOKEN))
            caller.answer()
    began = time.monotonic()
    background.stop()
    assert time.monotonic() - began < 4
    assert listeners(background) == 0
    for each in [*listeners_there, slow]:
        each.socket.close()


def test_a_mock_inside_a_test_can_be_watched_and_stopped() -> None:
    with Mock() as vss:
        port = int(vss.url.rpartition(":")[2])
        with Listener(port) as listener:
            listener.begun()
            vss.clock.advance(hours=1)
            assert listener.batch()["clock"]["now"] == "2016-07-29T17:30:59Z"
            with vss.world(name="team-a") as world, Listener(port, "team-a") as other:
                other.begun()
                world.hold()
                assert other.batch()["faults"]["holds"]
                other.socket.close()
            assert "worlds" in listener.batch()
            began = time.monotonic()
            vss.stop()
            assert time.monotonic() - began < Limits().stop_seconds
            while not listener.is_at_end():
                listener.batch()


def test_a_server_that_stops_begins_no_stream() -> None:
    async def asked() -> None:
        streams = Streams(Limits())
        streams.stop()
        with pytest.raises(Refusal) as refused:
            await streams.run(cast("Any", None), cast("Any", None), b"")
        assert (refused.value.status_code, refused.value.closes) == (503, True)

    asyncio.run(asked())
