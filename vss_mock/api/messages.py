"""What goes in and out: a Call as the edge read it, a Reply as the edge will write it."""

from collections.abc import Generator, Mapping, Sequence
from typing import Any, NamedTuple

NOTHING: Mapping[str, str] = {}


class Call(NamedTuple):
    """One HTTP request.

    `route` is the OpenAPI path template that matched, None if none did; `params` are its values,
    `query` its pairs with "" for a bare key; `base` is the checked `http://host:port` that links
    begin with; `at` is the edge's instant in microseconds, which never goes back; `client` is the
    address that called; `target` is the path and the query as they came, for the journal.
    """

    method: str
    path: str
    route: str | None
    params: Mapping[str, str] = NOTHING
    query: Sequence[tuple[str, str]] = ()
    authorization: tuple[str, ...] = ()
    content_type: str | None = None
    origin: str | None = None
    fetch_site: str | None = None
    body: bytes = b""
    base: str = ""
    at: int = 0
    client: str = ""
    target: str = ""


class Reply(NamedTuple):
    """One HTTP answer; a body is JSON. `timed` asks the edge to put the measured `meta.time` in."""

    status_code: int
    body: bytes = b""
    headers: Mapping[str, str] = NOTHING
    timed: bool = False


Steps = Generator[None, None, Reply]
"""A reply that takes long: the edge serves others at each yield; its value is the reply."""

Document = dict[str, Any]
