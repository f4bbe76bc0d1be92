"""Replies that take long, and clocks that run: others are served meanwhile."""

import time

from tests.server.conftest import Connect, Serve
from tests.server.echo import Echo
from tests.server.raw import Raw, get
from vss_mock.embedded import Background
from vss_mock.http_limits import Limits


def test_others_are_served_between_the_steps_of_a_long_reply(connect: Connect, echo: Echo) -> None:
    long, other = connect(), connect()
    long.send(get("/steps/long/200000"))
    while not echo.turns:
        time.sleep(0.001)
    for _ in range(5):
        other.send(get())
        assert other.answer().status_code == 200
    assert len(echo.turns) < 200_000
    assert echo.closed == 0


def test_two_long_replies_take_turns(connect: Connect, echo: Echo) -> None:
    one, two = connect(), connect()
    one.send(get("/steps/one/3000"))
    two.send(get("/steps/two/3000"))
    assert one.answer().document == two.answer().document == {"steps": 3000}
    first_of_two = echo.turns.index("two")
    assert "one" in echo.turns[first_of_two:]
    assert echo.closed == 2


def test_a_long_reply_goes_on_when_its_client_leaves(connect: Connect, echo: Echo) -> None:
    leaving = connect()
    leaving.send(get("/steps/one/2000"))
    while not echo.turns:
        time.sleep(0.001)
    leaving.socket.close()
    deadline = time.monotonic() + 5
    while not echo.closed and time.monotonic() < deadline:
        time.sleep(0.005)
    assert len(echo.turns) == 2000


def test_a_long_reply_is_closed_when_the_server_stops(echo: Echo) -> None:
    background = Background(echo.service(), limits=Limits(stop_seconds=0.1))
    with Raw(background.port) as raw:
        raw.send(get("/steps/one/1000000000"))
        while not echo.turns:
            time.sleep(0.001)
        background.stop()
    assert echo.closed == 1


def test_clocks_that_run_are_moved_on_their_own_and_never_back(serve: Serve, echo: Echo) -> None:
    serve(Limits())
    deadline = time.monotonic() + 5
    while len(echo.ticks) < 8 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(echo.ticks) >= 8
    assert echo.ticks == sorted(echo.ticks)
    # Two slices of one tick are of one instant; the next tick is some 50 ms later.
    assert echo.ticks[0] == echo.ticks[1]
    assert 40_000 < echo.ticks[2] - echo.ticks[1] < 2_000_000


def test_one_bad_tick_does_not_stop_the_clocks(
    serve: Serve, echo: Echo, caplog: object, capfd: object
) -> None:
    echo.failing_ticks = 2
    serve(Limits())
    deadline = time.monotonic() + 5
    while not echo.ticks and time.monotonic() < deadline:
        time.sleep(0.01)
    assert echo.ticks
