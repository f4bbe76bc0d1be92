"""Carries a call to a server and its answer back, as a bare exchange of HTTP.

No retries, no redirects, no proxies and no word of VSS: what a server says is judged as it is.
"""

import http.client
from collections.abc import Mapping
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

TIMEOUT = 30.0
"""Seconds to wait for an answer."""


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
        secure = parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        self._connection = kind(parts.hostname, parts.port, timeout=TIMEOUT)
        self._prefix = parts.path.rstrip("/")

    def __call__(
        self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        """Return the answer. Raises OSError for none, or for one that is not HTTP."""
        target = self._prefix + path + (f"?{query}" if query else "")
        try:
            self._connection.request(method, target, body=body, headers=dict(headers))
            response = self._connection.getresponse()
            names = {name.lower() for name in response.headers}
            found = {name: ", ".join(response.headers.get_all(name, [])) for name in names}
            return Answer(response.status, found, response.read())
        except http.client.HTTPException as problem:
            self.close()
            raise ConnectionError(f"{method} {path} got no answer: {problem!r}") from problem

    def close(self) -> None:
        """Close the connection; the next call opens another."""
        self._connection.close()
