"""How a Reply is spelt in HTTP: status line, headers, body, as one piece of bytes.

Pure: no socket, no clock. aiohttp's own header writing is left out because these headers are the
same on every answer and can be put together once.
"""

from email.utils import formatdate
from functools import cache, lru_cache
from http import HTTPStatus

from vss_mock import __version__
from vss_mock.api.messages import Reply

SECOND = 1_000_000
"""Microseconds in a second."""

EVERYWHERE = (
    f"Server: vss-mock/{__version__}\r\n"
    "X-VSS-Mock: 1\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "X-Frame-Options: DENY\r\n"
    "Date: "
)
"""What every answer says, refusals included: that this is a mock, and how browsers must take it."""

UNTIMED = b'"time":"0.00000s"'
"""What a timed reply holds in place of the time it took."""


class Refusal(Exception):
    """The edge will not pass a call on: `status_code`, and a sentence that says why.

    `closes` when nothing more may come over the same connection.
    """

    def __init__(
        self,
        status_code: int,
        message: str,
        headers: dict[str, str] | None = None,
        *,
        closes: bool = False,
    ) -> None:
        super().__init__(message)
        self.status_code = status_code
        self.message = message
        self.headers = headers
        self.closes = closes


FAULT = Refusal(503, "the mock itself failed, and its log says more")
"""What a client hears of a fault of our own."""


@lru_cache(maxsize=4)
def date(seconds: int) -> bytes:
    """Spell an instant, in seconds since the epoch, as HTTP's Date."""
    return formatdate(seconds, usegmt=True).encode()


def spell(
    reply: Reply,
    at: int,
    *,
    head: bool = False,
    connection: str | None = None,
    allow: str | None = None,
    endless: bool = False,
) -> bytes:
    """Return the bytes of an answer sent at an instant, in microseconds since the epoch.

    `head` leaves the body out and its length in. `connection` is the Connection header, if any,
    `allow` the methods that the resource takes, which every answer tells (documented). Of one that
    is `endless` the body is the beginning, and has no length.
    Raises ValueError for a header that would break the answer apart.
    """
    body = reply.body
    start = _start(reply.status_code, bool(body), allow)
    when = date(at // SECOND)
    if not reply.headers and connection is None and body and not head:
        return b"%b%b\r\nContent-Length: %d\r\n\r\n%b" % (start, when, len(body), body)
    lines = [start, when, b"\r\n"]
    own_type = False
    for name, value in reply.headers.items():
        if not (name + value).isprintable():
            raise ValueError(f"the header {name!r} has a value that cannot be sent: {value!r}")
        if name.lower() == "content-type":
            own_type = True
            if not value:
                continue
        lines.append(f"{name}: {value}\r\n".encode("latin-1"))
    if own_type:
        lines[0] = _start(reply.status_code, json=False, allow=allow)
    if reply.status_code != HTTPStatus.NO_CONTENT and not endless:
        lines.append(b"Content-Length: %d\r\n" % len(body))
    if connection is not None:
        lines.append(f"Connection: {connection}\r\n".encode())
    lines.append(b"\r\n")
    if not head and reply.status_code != HTTPStatus.NO_CONTENT:
        lines.append(body)
    return b"".join(lines)


def timed(body: bytes, seconds: float) -> bytes:
    """Put a measured time, in seconds, where the body has room for one; leave others as they are.

    The last place counts: what a caller wrote into the body earlier is never taken for it.
    """
    before, found, after = body.rpartition(UNTIMED)
    return b'%b"time":"%.5fs"%b' % (before, seconds, after) if found else body


@cache
def _start(status_code: int, json: bool, allow: str | None) -> bytes:
    phrase = HTTPStatus(status_code).phrase
    kind = "Content-Type: application/json\r\n" if json else ""
    kind += f"Allow: {allow}\r\n" if allow else ""
    return f"HTTP/1.1 {status_code} {phrase}\r\n{kind}{EVERYWHERE}".encode()
