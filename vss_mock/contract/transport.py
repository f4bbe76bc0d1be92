"""Carries a call to a server and its answer back, as a bare exchange of HTTP.

No retries, no redirects, no proxies and no word of VSS: what a server says is judged as it is.
"""

import http.client
import socket
from collections.abc import Mapping
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

TIMEOUT = 15.0
"""Seconds to wait for an answer."""


class NoAnswer(ConnectionError):
    """A call was not answered in HTTP; the message says which, and what came instead."""


class Answer(NamedTuple):
    """What came back. The names of `headers` are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport(Protocol):
    """Sends a call, gives its answer. One may stand before another, to record or to falsify."""

    def __call__(
        self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes | None, /
    ) -> Answer:
        """Return the answer. `path` and `query` are percent-encoded. Raises OSError for none."""


class Http:
    """A transport to the server at a URL, over one kept connection. Use it from one thread."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"{url!r} is not the URL of a server, such as http://127.0.0.1:8001")
        if parts.username is not None or parts.query or parts.fragment:
            raise ValueError("the URL of a server has no name, password, query or fragment in it")
        secure = parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        self._connection = kind(parts.hostname, parts.port, timeout=TIMEOUT)
        self._prefix = parts.path.rstrip("/")

    def __call__(
        self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        """Return the answer. Raises NoAnswer for none, or for one that is not HTTP."""
        target = self._prefix + path + (f"?{query}" if query else "")
        if self._connection.sock is not None and _closed(self._connection.sock):
            self.close()  # servers close idle connections: noticed before it is sent, not after
        try:
            self._connection.request(method, target, body=body, headers=dict(headers))
            response = self._connection.getresponse()
            names = {name.lower() for name in response.headers}
            found = {name: ", ".join(response.headers.get_all(name, [])) for name in names}
            return Answer(response.status, found, response.read())
        except (OSError, http.client.HTTPException) as problem:
            self.close()
            raise NoAnswer(f"{method} {path} got no answer: {_reason(problem)}") from problem
        except BaseException:
            self.close()  # interrupted half-way: what is still to come would answer the next call
            raise

    def close(self) -> None:
        """Close the connection; the next call opens another."""
        self._connection.close()


def _closed(kept: socket.socket) -> bool:
    """Tell whether the other side closed a connection on which nothing is to come."""
    timeout = kept.gettimeout()
    kept.setblocking(False)
    try:
        kept.recv(1, socket.MSG_PEEK)
    except (BlockingIOError, InterruptedError):
        return False
    except (OSError, ValueError):
        return True  # ValueError: TLS cannot peek, so its connections are not kept
    else:
        return True  # an end, or what nobody asked for
    finally:
        kept.settimeout(timeout)


def _reason(problem: Exception) -> str:
    """Return why there is no answer, in a few words."""
    if isinstance(problem, TimeoutError):
        return f"nothing came within {TIMEOUT:.0f} seconds"
    if isinstance(problem, http.client.RemoteDisconnected):
        return "the connection was closed instead"
    if isinstance(problem, http.client.HTTPException):
        return f"what came is not HTTP ({type(problem).__name__})"
    return str(getattr(problem, "strerror", None) or problem)
