"""A client that sends exactly the bytes it is given, and reads answers strictly."""

import json
import socket
from types import TracebackType
from typing import Any, NamedTuple, Self

BARE = frozenset({204, 304})


class Answer(NamedTuple):
    """One answer: its status code, its headers with names in lower case, its body."""

    status_code: int
    headers: dict[str, str]
    body: bytes
    version: str

    @property
    def document(self) -> Any:
        """The body as JSON."""
        assert self.headers["content-type"] == "application/json"
        return json.loads(self.body)


class Raw:
    """One connection."""

    def __init__(self, port: int, timeout: float = 5.0) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._unread = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        """Send all of it."""
        self.socket.sendall(data)

    def end(self) -> None:
        """Say that nothing more will be sent, as `nc -N` does."""
        self.socket.shutdown(socket.SHUT_WR)

    def line(self) -> bytes:
        """Read one line, without its end."""
        while b"\r\n" not in self._unread:
            self._more()
        line, _, self._unread = self._unread.partition(b"\r\n")
        return line

    def answer(self, *, head: bool = False, continued: bool = False) -> Answer:
        """Read one answer; `head` when its request was HEAD, `continued` to skip 100 Continue."""
        version, status_code, _ = self.line().decode().split(" ", 2)
        while continued and status_code == "100":
            assert self.line() == b""
            version, status_code, _ = self.line().decode().split(" ", 2)
        headers: dict[str, str] = {}
        while line := self.line().decode():
            name, _, value = line.partition(": ")
            assert name.lower() not in headers, f"{name} twice"
            headers[name.lower()] = value
        assert "transfer-encoding" not in headers
        bare = head or int(status_code) in BARE
        length = 0 if bare else int(headers["content-length"])
        while len(self._unread) < length:
            self._more()
        body, self._unread = self._unread[:length], self._unread[length:]
        return Answer(int(status_code), headers, body, version)

    def is_at_end(self) -> bool:
        """Wait for more; True when the server closed instead."""
        if not self._unread:
            try:
                self._unread = self.socket.recv(65536)
            except ConnectionResetError:
                return True
        return not self._unread

    def is_closed(self) -> bool:
        """Read the end: True when the server closed and sent nothing more, False when it waits."""
        if self._unread:
            return False
        try:
            return not self.socket.recv(1)
        except TimeoutError:
            return False
        except ConnectionResetError:
            return True

    def _more(self) -> None:
        data = self.socket.recv(65536)
        assert data, f"closed in the middle of an answer, after {self._unread!r}"
        self._unread += data


def get(target: str = "/echo", *lines: str, method: str = "GET", version: str = "1.1") -> bytes:
    """Return the bytes of a request without a body; a Host line is added unless one is given."""
    named = any(line.lower().startswith("host:") for line in lines)
    host = () if named else ("Host: localhost",)
    head = "\r\n".join((f"{method} {target} HTTP/{version}", *host, *lines))
    return f"{head}\r\n\r\n".encode("latin-1")


def post(body: bytes, *lines: str, target: str = "/echo", method: str = "POST") -> bytes:
    """Return the bytes of a request with a body of a declared length."""
    length = f"Content-Length: {len(body)}"
    return get(target, *lines, "Content-Type: application/json", length, method=method) + body
