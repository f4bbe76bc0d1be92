"""A server in front of the mock that looks like the real service: no control API, moods of its own.

It hands calls on to the mock on another port, byte for byte, and keeps a note of them.
"""

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from vss_mock.embedded import Mock


class Heard(NamedTuple):
    """A call that reached the facade."""

    method: str
    path: str
    authorization: str | None


Mood = Callable[[Heard], tuple[int, dict[str, str]] | str | None]
"""What it does instead of handing on: a status code and headers, "drop" to hang up, or None."""


class Facade:
    """A running facade. `heard` are the calls so far; `mood` may be changed at any time."""

    def __init__(self, mock: Mock) -> None:
        self.heard: list[Heard] = []
        self.mood: Mood = lambda _: None
        self._mock = mock
        facade = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # nobody waits for the second half of an answer

            def __getattr__(self, name: str) -> Any:
                if name.startswith("do_"):
                    return self.hand_on
                raise AttributeError(name)

            def hand_on(self) -> None:
                facade.answer(self)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def writes(self) -> list[Heard]:
        """The calls that were more than reading, or logging in."""
        return [
            call
            for call in self.heard
            if call.method not in {"GET", "HEAD", "OPTIONS"} and "request-token" not in call.path
        ]

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("Content-Length", 0))
        body = handler.rfile.read(length) if length else None
        call = Heard(handler.command, handler.path, handler.headers.get("Authorization"))
        self.heard.append(call)
        mood = self.mood(call)
        if mood == "drop":
            handler.close_connection = True
            return
        if isinstance(mood, tuple):
            status, headers, content = *mood, b"{}"
        elif handler.path.startswith("/_mock"):
            status, headers, content = 404, {"Content-Type": "application/json"}, b"{}"
        else:
            status, headers, content = self._ask(handler, body)
        handler.send_response_only(status)
        if status != 204:
            headers.setdefault("Content-Length", str(len(content)))
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        if handler.command != "HEAD" and status != 204:
            handler.wfile.write(content)

    def _ask(
        self, handler: BaseHTTPRequestHandler, body: bytes | None
    ) -> tuple[int, dict[str, str], bytes]:
        mock = http.client.HTTPConnection(self._mock.url.partition("//")[2], timeout=10)
        mock.request(handler.command, handler.path, body, dict(handler.headers))
        answer = mock.getresponse()
        content = answer.read()
        headers = {
            name: value
            for name, value in answer.headers.items()
            if name.lower() not in {"connection", "transfer-encoding", "x-vss-mock"}
        }
        headers["Date"] = format_datetime(self._mock.clock.now, usegmt=True)
        mock.close()
        return answer.status, headers, content

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def facade(mock: Mock) -> Iterator[Facade]:
    """Give a facade of a mock."""
    running = Facade(mock)
    try:
        yield running
    finally:
        running.close()
