"""Stopping: soon, whatever clients are doing, and cleanly."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.echo import Echo
from tests.server.raw import Raw, get, post
from vss_mock.embedded import Background
from vss_mock.http_limits import Limits

PROGRAM = """
import asyncio
from tests.server.echo import Echo
from vss_mock.server import serve

def ready(running):
    print(running.port, flush=True)

asyncio.run(serve(Echo().service(), ready=ready))
print("stopped", flush=True)
"""


@pytest.fixture
def program() -> Iterator[subprocess.Popen[str]]:
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", PROGRAM],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_within_5_seconds_whatever_clients_do(
    program: subprocess.Popen[str], number: signal.Signals
) -> None:
    assert program.stdout is not None
    assert program.stderr is not None
    port = int(program.stdout.readline())
    clients = [Raw(port) for _ in range(7)]
    idle, half_sent, half_body, long, unread, refused, _silent = clients
    idle.send(get())
    assert idle.answer().status_code == 200
    half_sent.send(get()[:-1])
    half_body.send(post(b"[1]")[:-1])
    long.send(get("/steps/a/1000000000"))
    unread.send(get("/large/50000000"))
    refused.send(get("/echo", "Content-Length: 5000000", method="POST"))
    assert refused.answer().status_code == 413
    time.sleep(0.2)
    started = time.monotonic()
    program.send_signal(number)
    output, errors = program.communicate(timeout=10)
    assert time.monotonic() - started < 5
    assert (program.returncode, output, errors) == (0, "stopped\n", "")
    for raw in clients:
        raw.socket.close()


def test_a_call_under_way_is_answered_before_the_end(echo: Echo) -> None:
    background = Background(echo.service(), limits=Limits(stop_seconds=5))
    with Raw(background.port) as raw:
        raw.send(get("/steps/a/3000"))
        while not echo.turns:
            time.sleep(0.001)
        background.stop()
        answer = raw.answer()
        assert answer.document == {"steps": 3000}
        assert answer.headers["connection"] == "close"
        assert raw.is_closed()


def test_nothing_listens_after_the_end(echo: Echo) -> None:
    background = Background(echo.service())
    background.stop()
    with pytest.raises(ConnectionRefusedError):
        Raw(background.port)
    background.stop()


@pytest.fixture
def echo() -> Echo:
    return Echo()
