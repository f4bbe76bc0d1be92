"""A small client of a running mock, for the command line, the embedded server and the plugin.

It speaks JSON to one server over one kept connection, follows no redirects, uses no proxies and
knows no paths: those who use it name them. Nothing of the server may be imported here.
"""

import http.client
import json
import socket
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from vss_mock import __version__

TIMEOUT = 60.0
"""Seconds to wait for an answer; a long advance takes its time, in slices, but it answers."""


class ClientError(Exception):
    """A call to a mock failed; its message is one sentence for a person."""


class Unreachable(ClientError):
    """No mock answers at the URL."""


class ControlError(ClientError):
    """The mock refused the call: `status_code`, and `message` in the mock's own words."""

    def __init__(self, status_code: int, message: str) -> None:
        super().__init__(message)
        self.status_code = status_code
        self.message = message


class Client:
    """A connection to the mock at a base URL; safe to share between threads.

    `url` is http:// or https://, a host, an optional port and an optional path, which all calls
    then begin with. `control_token` is sent as a bearer token with every call that names no other.
    `timeout` is in seconds. Raises ValueError for anything but such a URL.
    """

    def __init__(
        self, url: str, *, control_token: str | None = None, timeout: float = TIMEOUT
    ) -> None:
        self.url = url.rstrip("/")
        parts = urlsplit(self.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
            raise ValueError(f"{url!r} is not the URL of a mock, such as http://127.0.0.1:8001")
        self._prefix = parts.path
        self._headers = {"Accept": "application/json", "User-Agent": f"vss-mock/{__version__}"}
        if control_token is not None:
            self._headers["Authorization"] = f"Bearer {control_token}"
        kind = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        self._connection = kind(parts.hostname, parts.port, timeout=timeout)
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the kept connection; the next call opens another."""
        with self._lock:
            self._connection.close()

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Any:
        """Return the JSON document at a path. Raises ControlError and Unreachable."""
        return self.call("GET", path, headers=headers)

    def post(
        self, path: str, document: Any = None, headers: Mapping[str, str] | None = None
    ) -> Any:
        """Post a JSON document ({} if there is none), return the answer. Raises as `get` does."""
        return self.call("POST", path, {} if document is None else document, headers)

    def put(self, path: str, document: Any = None, headers: Mapping[str, str] | None = None) -> Any:
        """Put a JSON document ({} if there is none), return the answer. Raises as `get` does."""
        return self.call("PUT", path, {} if document is None else document, headers)

    def delete(self, path: str, headers: Mapping[str, str] | None = None) -> Any:
        """Delete what is at a path, return the answer. Raises as `get` does."""
        return self.call("DELETE", path, headers=headers)

    def call(
        self,
        method: str,
        path: str,
        document: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Make one call; return its JSON, or None when the answer has no body.

        A document that is bytes is sent as it is.
        Raises ControlError for a status code of 400 or more, and for an answer that is not JSON;
        Unreachable when there is no answer.
        """
        sent = self._headers if headers is None else {**self._headers, **headers}
        body = None
        if document is not None or method != "GET":
            body = _spelled(document)
            sent = {**sent, "Content-Type": "application/json"}
        status_code, data = self._exchange(method, self._prefix + path, body, sent)
        return _answer(status_code, data)

    def send(
        self, method: str, target: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        """Make one call as it is told, with no control token; return status code and body.

        Raises Unreachable when there is no answer, or not all of it.
        """
        return self._exchange(method, self._prefix + target, body, headers)

    def _exchange(
        self, method: str, target: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        with self._lock:
            connection = self._connection
            if connection.sock is not None and _closed(connection.sock):
                # The server closes idle connections. Noticed before sending, a call is sent once.
                connection.close()
            try:
                connection.request(method, target, body=body, headers=dict(headers))
                response = connection.getresponse()
                return response.status, response.read()
            except (OSError, http.client.HTTPException) as problem:
                connection.close()
                raise Unreachable(_unreachable(self.url, problem)) from problem
            except BaseException:
                # Interrupted half-way: what is still to come would answer the next call.
                connection.close()
                raise


def _spelled(document: Any) -> bytes:
    if document is None or isinstance(document, bytes):
        return document or b""
    return json.dumps(document).encode()


def _closed(kept: socket.socket) -> bool:
    """Say whether the other side has closed a connection that should be silent."""
    timeout = kept.gettimeout()
    kept.setblocking(False)
    try:
        # Nothing was asked, so there is nothing to read but the end: or else nonsense.
        kept.recv(1, socket.MSG_PEEK)
    except (BlockingIOError, InterruptedError):
        return False
    except (OSError, ValueError):
        # ValueError: TLS cannot peek, so its connections are not kept.
        return True
    else:
        return True
    finally:
        kept.settimeout(timeout)


def _unreachable(url: str, problem: Exception) -> str:
    if isinstance(problem, TimeoutError):
        reason = "it does not answer"
    elif isinstance(problem, http.client.HTTPException):
        reason = "what answers there does not speak HTTP"
        if isinstance(problem, http.client.RemoteDisconnected):
            reason = "it closed the connection without an answer"
    else:
        reason = str(problem.strerror or problem) if isinstance(problem, OSError) else str(problem)
    return f"no mock can be reached at {url}: {reason}"


def _answer(status_code: int, data: bytes) -> Any:
    try:
        document = json.loads(data) if data else None
    except ValueError:
        raise ControlError(
            status_code,
            f"what answers there is no vss-mock: its answer ({status_code}) is not JSON",
        ) from None
    if status_code < http.client.MULTIPLE_CHOICES:
        return document
    message = document.get("message") if isinstance(document, dict) else None
    if not isinstance(message, str):
        message = f"the answer was {status_code} {http.client.responses.get(status_code, '')}"
    raise ControlError(status_code, message.rstrip())
