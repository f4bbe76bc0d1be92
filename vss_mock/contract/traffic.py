"""Notes down the calls that pass through a transport: the traffic, and what it reached.

Headers are kept by an allow-list; texts lose their secrets when they are shown.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from vss_mock.contract.patience import Wall
from vss_mock.contract.transport import Answer, Transport

MOST_KEPT: Final = 20_000
"""How many exchanges are kept whole; the counts go on."""
SHOWN_HEADERS: Final = frozenset(
    {
        "accept",
        "allow",
        "content-length",
        "content-type",
        "date",
        "expect",
        "host",
        "retry-after",
        "server",
        "www-authenticate",
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
        "x-vss-mock",
    }
)
"""Headers that a report may show, in lower case; of others the names alone."""


class Exchange(NamedTuple):
    """A call and its answer. `started` is by the judge's wall clock, `seconds` how long it took.

    `answer` is None where none came; `headers` are those sent, as far as they may be shown.
    """

    started: datetime
    seconds: float
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes | None
    answer: Answer | None


class Traffic:
    """What has been said to a server, and how it answered.

    `seen` is told the method, the path and the answer of each call that was answered.
    """

    def __init__(self, wall: Wall, *, keep: bool = True) -> None:
        self._wall = wall
        self._keep = keep
        self.exchanges: list[Exchange] = []
        self.calls = 0
        self.seen: Callable[[str, str, Answer], None] = lambda *_: None

    def through(self, inner: Transport) -> Transport:
        """Return a transport that hands calls on and notes them down."""

        def send(
            method: str, path: str, query: str, headers: Mapping[str, str], body: bytes | None
        ) -> Answer:
            started, before = self._wall.now(), self._wall.seconds()
            answer: Answer | None = None
            try:
                answer = inner(method, path, query, headers, body)
                self.seen(method, path, answer)
            finally:
                self.calls += 1
                if self._keep and len(self.exchanges) < MOST_KEPT:
                    self.exchanges.append(
                        Exchange(
                            started,
                            self._wall.seconds() - before,
                            method,
                            path,
                            query,
                            shown(headers),
                            body,
                            answer and answer._replace(headers=shown(answer.headers)),
                        )
                    )
            return answer

        return send


def shown(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers as a report may show them."""
    return {
        name: value if name.lower() in SHOWN_HEADERS else "(not shown)"
        for name, value in headers.items()
    }


class Coverage:
    """What of an API was reached: operations by status code, and changes of requests' status."""

    def __init__(self) -> None:
        self.answers: Counter[tuple[str, int]] = Counter()
        self.transitions: Counter[tuple[str, str]] = Counter()
        self._last: dict[str, str] = {}

    def saw(self, operation: str, status: int) -> None:
        """Count an answer."""
        self.answers[operation, status] += 1

    def begin_world(self) -> None:
        """Forget the requests of the world before: those of another bear the same URLs."""
        self._last.clear()

    def saw_request(self, url: str, action: str, status: str) -> None:
        """Count how a request at a URL has changed since it was last seen."""
        now = f"{action} / {status}"
        before = self._last.get(url)
        if before != now:
            self.transitions[before or "(new)", now] += 1
            self._last[url] = now
