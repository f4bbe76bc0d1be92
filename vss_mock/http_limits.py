"""What one HTTP client may ask of this process: every limit of the edge, in one table.

Only numbers and what is said about them; whoever enforces one is elsewhere.
"""

from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

KIB = 1024
MIB = 1024 * KIB


def _limit(default: float, unit: str, past_it: str) -> Any:
    return field(default=default, metadata={"unit": unit, "past_it": past_it})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of one server. Each may be used up whole; one more is refused."""

    connections: int = _limit(12_000, "open connections", "503 with Retry-After, then closed")
    target_bytes: int = _limit(8 * KIB, "bytes", "400, then closed")
    """The request target: path and query as sent."""
    header_bytes: int = _limit(8 * KIB, "bytes a line", "431, then closed")
    """One header line: its name, a colon, a space and its value."""
    headers: int = _limit(64, "lines", "431, then closed")
    body_bytes: int = _limit(MIB, "bytes", "413, then closed")
    """A body, as declared (then nothing of it is read) or as counted while it is read."""
    body_seconds: float = _limit(10, "seconds", "408, then closed")
    """From the end of the headers to the end of the body."""
    idle_seconds: float = _limit(20, "seconds", "408 for a first request, then closed")
    """From opening, or from the last answer, to the end of the next request's headers."""
    answer_seconds: float = _limit(20, "seconds", "closed")
    """For the client to take in an answer that it has asked for."""
    linger_seconds: float = _limit(1, "seconds", "closed")
    """For a client that was refused half-way to stop sending and to read why."""
    held_answers: int = _limit(1_000, "answers", "sent at once")
    """Answers held back at a time, because a fault delays them."""
    streams: int = _limit(100, "open streams", "503 with Retry-After")
    """Streams of events, which stay open for as long as somebody watches."""
    quiet_seconds: float = _limit(15, "seconds", "a comment is sent")
    """For nothing to happen that a stream of events could tell."""
    stop_seconds: float = _limit(1, "seconds", "closed")
    """For calls under way to end when the server is told to stop."""


class Row(NamedTuple):
    """One limit as people read it."""

    name: str
    value: float
    unit: str
    past_it: str


def table(limits: Limits) -> list[Row]:
    """List the limits in the order they are declared, for documents and tests."""
    return [
        Row(item.name, getattr(limits, item.name), item.metadata["unit"], item.metadata["past_it"])
        for item in fields(limits)
    ]
