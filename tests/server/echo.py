"""A service that tells what it was called with, and can be told to misbehave."""

import json
from collections.abc import Iterator
from types import MappingProxyType
from typing import cast

from vss_mock.api.messages import Call, Reply, Steps
from vss_mock.api.service import Service

LONG = 3 * 1024 * 1024
"""How long a body of PUT /long may be."""


class Echo:
    """Stands in for the service where a test is about the edge alone."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.ticks: list[int] = []
        self.turns: list[str] = []
        self.closed = 0
        self.failing_ticks = 0

    def service(self) -> Service:
        """This, as what the server asks for."""
        return cast(Service, self)

    def routes(self) -> list[tuple[str, tuple[str, ...]]]:
        """Answer the paths below, the general one first, as a document might."""
        templates = (
            "/echo/{name}",
            "/echo/fixed",
            "/pair/{one}/{two}",
            "/pair/{one}/fixed",
            "/echo",
            "/timed",
            "/empty",
            "/steps/{name}/{count}",
            "/large/{count}",
            "/fault",
            "/steps-fault",
            "/odd-header",
            "/long",
        )
        return [(template, ("GET",)) for template in templates]

    def long_bodies(self) -> dict[tuple[str, str], int]:
        """Answer that one of them takes longer bodies."""
        return {("PUT", "/long"): LONG}

    def lets_in(self, authorization: tuple[str, ...]) -> bool:
        """Let everybody in who bears no wrong token."""
        return "Bearer wrong" not in authorization

    def handle(self, call: Call) -> Reply | Steps:
        """Answer a call by its route."""
        self.calls.append(call)
        match call.route:
            case "/timed":
                body = b'{"said":"\\"time\\":\\"0.00000s\\"","meta":{"time":"0.00000s"}}'
                return Reply(200, body, timed=True)
            case "/empty":
                return Reply(204)
            case "/steps/{name}/{count}":
                return self._steps(call.params["name"], int(call.params["count"]))
            case "/large/{count}":
                return Reply(200, b'"' + b"x" * int(call.params["count"]) + b'"')
            case "/fault":
                raise LookupError("a planted fault")
            case "/steps-fault":
                return self._faulty_steps()
            case "/odd-header":
                return Reply(200, b"{}", MappingProxyType({"X-Odd": "a\r\nSet-Cookie: b"}))
        return Reply(200, told(call))

    def refusal(
        self, status_code: int, message: str, headers: dict[str, str] | None = None
    ) -> Reply:
        """Answer what the edge refuses."""
        document = {"status": status_code, "error": "refused", "message": message}
        return Reply(status_code, json.dumps(document).encode(), headers or {})

    def tick(self, at: int) -> Iterator[None]:
        """Note the instant, in two slices."""
        if self.failing_ticks:
            self.failing_ticks -= 1
            raise LookupError("a planted fault in a tick")
        self.ticks.append(at)
        yield
        self.ticks.append(at)

    def warm_up(self) -> None:
        """Have nothing to load."""

    def _steps(self, name: str, count: int) -> Steps:
        try:
            for _ in range(count):
                self.turns.append(name)
                yield
        finally:
            self.closed += 1
        return Reply(200, json.dumps({"steps": count}).encode())

    def _faulty_steps(self) -> Steps:
        yield
        raise LookupError("a planted fault half-way")


def told(call: Call) -> bytes:
    """Spell a call as JSON, for a test to read."""
    document = call._asdict() | {
        "params": dict(call.params),
        "body": call.body.decode("latin-1"),
    }
    return json.dumps(document).encode()
