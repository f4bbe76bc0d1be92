"""Where the server may listen, and what it says when it may not."""

import asyncio
import socket

import pytest

from tests.server.echo import Echo
from tests.server.raw import get
from vss_mock import http_binding, server
from vss_mock.http_limits import Limits
from vss_mock.server import CannotBind


async def url(echo: Echo, host: str, port: int = 0, *, guarded: bool = False) -> str:
    running = await server.start(echo.service(), host, port, guarded=guarded)
    await running.stop()
    return running.url


def test_port_0_picks_a_free_port_and_says_which(echo: Echo) -> None:
    prefix, _, port = asyncio.run(url(echo, "127.0.0.1")).rpartition(":")
    assert prefix == "http://127.0.0.1"
    assert int(port) > 0


def test_a_taken_port_is_said_to_be_taken(echo: Echo) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotBind, match=f"port {port} cannot be had: something else listens"):
            asyncio.run(url(echo, "127.0.0.1", port))


def test_a_port_can_be_had_again_at_once(echo: Echo) -> None:
    async def twice() -> tuple[str, str]:
        first = await server.start(echo.service())
        reader, writer = await asyncio.open_connection("127.0.0.1", first.port)
        # The side that closes first is the one whose system remembers the connection for a while.
        writer.write(get("/echo", "Connection: close"))
        await reader.read()
        await first.stop()
        writer.close()
        await writer.wait_closed()
        second = await server.start(echo.service(), port=first.port)
        await second.stop()
        return first.url, second.url

    one, two = asyncio.run(twice())
    assert one == two


@pytest.mark.parametrize(
    "host",
    ["0.0.0.0", "::", "0", "192.0.2.1", "255.255.255.255", "169.254.1.1", "::ffff:192.0.2.1"],
)
def test_other_machines_are_not_let_in_without_a_control_token(echo: Echo, host: str) -> None:
    with pytest.raises(CannotBind, match="--control-token"):
        asyncio.run(url(echo, host))


def test_other_machines_are_let_in_with_a_control_token(echo: Echo) -> None:
    assert asyncio.run(url(echo, "0.0.0.0", guarded=True)).startswith("http://0.0.0.0:")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "127.0.0.99"])
def test_every_name_of_loopback_needs_none(echo: Echo, host: str) -> None:
    assert asyncio.run(url(echo, host)).startswith(f"http://{host}:")


@pytest.mark.parametrize("host", ["", "*"])
def test_no_host_is_not_every_host(echo: Echo, host: str) -> None:
    with pytest.raises(CannotBind, match=r"0\.0\.0\.0"):
        asyncio.run(url(echo, host, guarded=True))


@pytest.mark.parametrize("host", ["no such host", "a..b", "\u00e4" * 70, "127.0.0.1:80"])
def test_an_unknown_host_is_said_to_be_unknown(echo: Echo, host: str) -> None:
    with pytest.raises(CannotBind, match="unknown"):
        asyncio.run(url(echo, host))


def test_an_address_of_another_machine_cannot_be_had(echo: Echo) -> None:
    with pytest.raises(CannotBind, match="no such address"):
        asyncio.run(url(echo, "192.0.2.1", guarded=True))


def test_no_more_connections_are_taken_than_files_may_be_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resource = pytest.importorskip("resource")
    monkeypatch.setattr(resource, "getrlimit", lambda which: (256, 4096))
    assert http_binding.affordable(Limits()).connections == 256 - http_binding.SPARE_FILES
    assert http_binding.affordable(Limits(connections=5)).connections == 5
    monkeypatch.setattr(resource, "getrlimit", lambda which: (resource.RLIM_INFINITY,) * 2)
    assert http_binding.affordable(Limits()).connections == 12_000


def test_a_server_of_its_own_process_asks_for_the_files_it_needs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resource = pytest.importorskip("resource")
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda which: (256, 4096))
    monkeypatch.setattr(resource, "setrlimit", lambda which, limits: asked.append(limits))
    http_binding.ask_for_files(1000)
    http_binding.ask_for_files(100_000)
    http_binding.ask_for_files(256)
    assert asked == [(1000, 4096), (4096, 4096)]
