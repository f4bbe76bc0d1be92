"""What goes in and out: a Call as the edge read it, a Reply as the edge will write it."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, NamedTuple, Protocol

NOTHING: Mapping[str, str] = {}
NO_ANSWER = 0
"""The status code of a reply that stands for no answer at all."""


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


class Ending(Enum):
    """How the connection goes on behind an answer.

    WHOLE: as always. CUT: closed in the middle of the body. CLOSED and RESET: no answer is sent.
    """

    WHOLE = "whole"
    CUT = "cut"
    CLOSED = "closed"
    RESET = "reset"


class Watching(Protocol):
    """What goes on behind the beginning of an answer that has no end."""

    @property
    def over(self) -> bool:
        """Whether it has come to an end after all."""

    @property
    def behind(self) -> bool:
        """Whether there was more than `news` could give at a time."""

    @property
    def live(self) -> bool:
        """Whether there may be news although nobody has called."""

    def news(self) -> Iterator[bytes]:
        """Yield what is to be sent now, if anything; others may be served at each yield."""

    def close(self) -> None:
        """Let go: nobody listens any more."""


class Manner(NamedTuple):
    """How an answer is sent that is not sent whole and at once.

    One that faults have struck: `faults` are their ids, it is held back for `delay` seconds, and of
    a body that is cut the first `kept` bytes are sent. One that goes on: `watch` tells how.
    """

    delay: float = 0.0
    ending: Ending = Ending.WHOLE
    kept: int = 0
    faults: tuple[int, ...] = ()
    watch: Watching | None = None


class Reply(NamedTuple):
    """One HTTP answer; a body is JSON. `timed` asks the edge to put the measured `meta.time` in.

    `manner` is None for an answer that is sent as it is and at once. A Content-Type of "" is none.
    """

    status_code: int
    body: bytes = b""
    headers: Mapping[str, str] = NOTHING
    timed: bool = False
    manner: Manner | None = None


Steps = Generator[None, None, Reply]
"""A reply that takes long: the edge serves others at each yield; its value is the reply."""

Document = dict[str, Any]
