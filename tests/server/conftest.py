"""Servers for raw clients: one with the limits of everyday, and as many others as a test wants."""

from collections.abc import Callable, Iterator

import pytest

from tests.server.echo import Echo
from tests.server.raw import Raw
from vss_mock.embedded import Background
from vss_mock.http_limits import Limits

Serve = Callable[[Limits], int]
Connect = Callable[[], Raw]


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def serve(echo: Echo) -> Iterator[Serve]:
    """Serve `echo` under limits of the test's own; answer the port."""
    started: list[Background] = []

    def serve(limits: Limits) -> int:
        background = Background(echo.service(), limits=limits)
        started.append(background)
        return background.port

    yield serve
    for background in started:
        background.stop()


@pytest.fixture
def port(serve: Serve) -> int:
    """The port of a server with the usual limits, but that it lingers and stops sooner."""
    return serve(Limits(linger_seconds=0.2, stop_seconds=0.2))


@pytest.fixture
def connect(port: int) -> Iterator[Connect]:
    """Open connections to it."""
    opened: list[Raw] = []

    def connect() -> Raw:
        opened.append(Raw(port))
        return opened[-1]

    yield connect
    for raw in opened:
        raw.socket.close()


@pytest.fixture
def raw(connect: Connect) -> Raw:
    return connect()
