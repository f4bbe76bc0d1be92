"""Who may call this server what: the defence against names that others make resolve to it."""

import asyncio

import pytest

from tests.server.conftest import Connect
from tests.server.echo import Echo
from tests.server.raw import Raw, get
from vss_mock import server
from vss_mock.http_answers import Refusal
from vss_mock.http_hosts import CannotServe, Hosts


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "LOCALHOST",
        "localhost:8001",
        "127.0.0.1:9",
        "[::1]:65535",
    ],
)
def test_the_names_of_this_machine_are_served_and_links_keep_them(raw: Raw, host: str) -> None:
    raw.send(get("/echo", f"Host: {host}"))
    assert raw.answer().document["base"] == f"http://{host}"


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8001",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evil-localhost",
        "localhost.",
        "127.0.0.2",
        "0.0.0.0",
        "[::2]",
        "xn--lcalhost-54a",
    ],
)
def test_a_foreign_name_is_refused_with_the_option_that_allows_it(raw: Raw, host: str) -> None:
    raw.send(get("/echo", f"Host: {host}"))
    answer = raw.answer()
    name = host.removesuffix(":8001")
    assert answer.status_code == 421
    assert f"--allow-host {name}" in answer.document["message"]


@pytest.mark.parametrize(
    "host",
    [
        "",
        ":8001",
        "localhost:",
        "localhost:80x",
        "localhost:65536",
        "localhost:99999",
        "localhost:-1",
        "localhost:8001:8001",
        "localhost, evil.example",
        "localhost evil.example",
        "localhost@evil.example",
        "evil.example@localhost",
        "http://localhost",
        "localhost/evil",
        "::1",
        "[::1",
        "[localhost]",
        "loc\xe4lhost",
        "localhost\t1",
        "x" * 300,
    ],
)
def test_what_is_no_host_is_refused(raw: Raw, host: str) -> None:
    raw.send(get("/echo", f"Host: {host}"))
    answer = raw.answer()
    assert answer.status_code == 400
    assert answer.document["status"] == 400


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_request_without_a_host_is_refused(raw: Raw, version: str) -> None:
    raw.send(f"GET /echo HTTP/{version}\r\n\r\n".encode())
    answer = raw.answer()
    assert answer.status_code == 400
    assert answer.document["message"] == "the Host header is missing"


@pytest.mark.parametrize("second", ["Host: localhost", "host: evil.example", "HOST: 127.0.0.1"])
def test_two_hosts_are_refused(raw: Raw, second: str) -> None:
    raw.send(get("/echo", "Host: localhost", second))
    answer = raw.answer()
    assert answer.status_code == 400
    assert answer.document["message"] == "the Host header is given twice"


def test_the_host_is_checked_before_the_path_and_nothing_is_called(raw: Raw, echo: Echo) -> None:
    raw.send(get("/_mock/health", "Host: evil.example"))
    assert raw.answer().status_code == 421
    assert echo.calls == []


@pytest.mark.parametrize(
    ("target", "status_code"),
    [
        ("http://evil.example/echo", 421),
        ("http://localhost@evil.example/echo", 400),
        ("http://evil.example:1/echo", 421),
    ],
)
def test_an_absolute_target_with_a_foreign_host_is_refused(
    raw: Raw, target: str, status_code: int
) -> None:
    raw.send(get(target, "Host: localhost"))
    assert raw.answer().status_code == status_code


def test_forwarding_headers_do_not_change_links(raw: Raw) -> None:
    lines = ("X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https", "Forwarded: host=evil")
    raw.send(get("/echo", *lines))
    assert raw.answer().document["base"] == "http://localhost"


def test_a_refused_host_does_not_cost_the_connection(connect: Connect) -> None:
    raw = connect()
    raw.send(get("/echo", "Host: evil.example") + get())
    assert raw.answer().status_code == 421
    assert raw.answer().status_code == 200


def test_an_allowed_name_is_served_with_every_port() -> None:
    hosts = Hosts("127.0.0.1", ["Mock.Example"], None)
    assert hosts.base("mock.example") == "http://mock.example"
    assert hosts.base("MOCK.example:81") == "http://MOCK.example:81"
    with pytest.raises(Refusal):
        hosts.base("other.example")


def test_a_name_allowed_with_a_port_is_served_with_that_port_only() -> None:
    hosts = Hosts("127.0.0.1", ["mock.example:81"], None)
    assert hosts.base("mock.example:81") == "http://mock.example:81"
    for other in ("mock.example", "mock.example:82", "mock.example:811"):
        with pytest.raises(Refusal, match=r"--allow-host mock\.example"):
            hosts.base(other)


def test_the_bound_address_is_a_name_of_the_server() -> None:
    assert Hosts("192.0.2.1", [], None).base("192.0.2.1:8001") == "http://192.0.2.1:8001"
    assert Hosts("2001:db8::1", [], None).base("[2001:db8::1]") == "http://[2001:db8::1]"


def test_links_begin_with_the_public_url_whatever_the_host() -> None:
    hosts = Hosts("127.0.0.1", [], "https://vss.example/api/")
    assert hosts.base("localhost:1") == "https://vss.example/api"
    assert hosts.base("vss.example") == "https://vss.example/api"
    with pytest.raises(Refusal):
        hosts.base("evil.example")


@pytest.mark.parametrize("name", ["", "a b", "http://a", "a/b", "*", "a:b", "a\r\nb", "\u00e4"])
def test_what_no_host_header_can_hold_cannot_be_allowed(name: str) -> None:
    with pytest.raises(CannotServe, match="host"):
        Hosts("127.0.0.1", [name], None)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "vss.example",
        "ftp://a",
        "http://",
        "http://a b",
        "http://a/?x",
        "http://a/#x",
        "http://u@a",
    ],
)
def test_what_links_cannot_begin_with_is_no_public_url(url: str) -> None:
    with pytest.raises(CannotServe, match="links"):
        Hosts("127.0.0.1", [], url)


def test_a_server_started_with_an_allowed_name_answers_to_it(echo: Echo) -> None:
    async def base() -> str:
        running = await server.start(echo.service(), allow_hosts=["mock.example"])
        reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
        writer.write(get("/echo", "Host: mock.example"))
        head = await reader.readuntil(b"\r\n")
        writer.close()
        await writer.wait_closed()
        await running.stop()
        return head.decode()

    assert asyncio.run(base()).startswith("HTTP/1.1 200")
