"""Every limit of the mock in one table, made from the constants that enforce them.

One is from the control API's document, as it is enforced too. ARCHITECTURE's table is this
module's, and a test holds it to that.
"""

from vss_mock.api import control, control_saved, limits, pacing, recording, watching
from vss_mock.api import faults as answers
from vss_mock.assembly import load_documents
from vss_mock.http_limits import Limits, table
from vss_mock.simulator import clock, faults, holds, inventory, journal, lifecycle, world, worlds
from vss_mock.wire import bodies, collections, evidence

WORDS = {
    "connections": "connections at a time",
    "target_bytes": "request target",
    "header_bytes": "header line",
    "headers": "headers",
    "body_bytes": "body",
    "body_seconds": "time for a body to arrive",
    "idle_seconds": "time for a request's headers to arrive, and between requests",
    "answer_seconds": "time for a client to take an answer in",
    "linger_seconds": "time for a refused client to read why",
    "held_answers": "answers that faults hold back",
    "streams": "streams of events at a time",
    "quiet_seconds": "silence of a stream of events",
    "stop_seconds": "time for calls under way when the server stops",
}


def rows() -> list[tuple[str, str, str]]:
    """Return each limit: what is limited, to how much, and what happens past it."""
    edge = [
        (WORDS[row.name], f"{row.value:,} {row.unit}", row.past_it.replace("|", "/"))
        for row in table(Limits())
    ]
    longer = {operation.body_bytes for operation in load_documents().operations("control")}
    long_bodies = ", ".join(f"{size:,}" for size in longer if size is not None)
    return [
        *edge,
        ("body of a saved world", f"{long_bodies} bytes", "413, then closed"),
        ("members of an object of a saved world", f"{control_saved.MOST_MEMBERS:,}", "400"),
        ("saved worlds that are read at a time", "1", "others wait"),
        ("nesting of a body", f"{bodies.MAXIMUM_DEPTH} deep", "400"),
        ("members of an object", f"{bodies.MAXIMUM_KEYS:,}", "400"),
        ("digits of a number", f"{bodies.MAXIMUM_DIGITS}", "400"),
        ("string in a body", f"{bodies.MAXIMUM_STRING:,} characters", "400"),
        ("description", "4,096 characters", "400"),
        ("life of a snapshot, and one extension", f"{lifecycle.MAXIMUM_HOURS} hours", "400"),
        ("extensions of a request", f"{lifecycle.MAXIMUM_EXTENSIONS}", "400"),
        ("rows a page", f"{collections.MAXIMUM_PER_PAGE:,}", "that many are given"),
        ("terms of a filter or a sort", f"{collections.MAXIMUM_TERMS}", "400"),
        ("virtual machines a world", f"{inventory.MAXIMUM_VMS:,}", "400, or 429"),
        ("requests of a kind a world", f"{world.MAXIMUM_REQUESTS:,}", "429"),
        ("worlds", f"{worlds.MAXIMUM_WORLDS:,}", "429"),
        ("faults a world", f"{faults.MAXIMUM_FAULTS:,}", "429"),
        ("holds a world", f"{holds.MAXIMUM_HOLDS:,}", "429"),
        (
            "reads that a world with a `stale` fault remembers",
            f"{answers.MOST_READS:,}",
            "all are forgotten",
        ),
        (
            "characters of a world's name that decide its mock, of several",
            f"{worlds.LONGEST_KEY}",
            "the rest does not count",
        ),
        ("events that a world's journal keeps", f"{journal.KEPT_EVENTS:,}", "the oldest go"),
        ("calls that a world's journal keeps", f"{journal.KEPT_CALLS:,}", "the oldest go"),
        (
            "issued tokens that a world's journal tells apart",
            f"{journal.KEPT_TOKENS:,}",
            "the oldest go",
        ),
        ("size of those calls together", f"{journal.KEPT_BYTES:,} bytes", "the oldest go"),
        (
            "body of a call or an answer in a journal, and in an explanation",
            f"{recording.KEPT_BODY:,} bytes",
            "its size alone is kept",
        ),
        (
            "entries that somebody hears who begins to watch",
            f"{watching.ENTRIES_AT_FIRST:,}",
            "older ones are in the journal alone",
        ),
        ("worlds that a stream names", f"{watching.LISTED_WORLDS:,}", "`count` counts all"),
        ("pieces of evidence told of a call", f"{evidence.MOST}", "the first ones"),
        ("polls that a world remembers", f"{worlds.REMEMBERED_POLLS:,}", "all are forgotten"),
        ("one advance", f"{clock.LONGEST_ADVANCE // clock.YEAR} years", "400"),
        ("events between two looks at other clients", f"{pacing.SLICE:,}", "others are served"),
        ("events that one answer lists", f"{control.LISTED_EVENTS:,}", "`fired_count` counts all"),
        (
            "logins, with `--rate-limit`",
            f"{limits.TOKEN_LIMIT.calls} in {limits.TOKEN_LIMIT.seconds} s",
            "429 with Retry-After",
        ),
        (
            "calls, with `--rate-limit`",
            f"{limits.CALL_LIMIT.calls:,} in {limits.CALL_LIMIT.seconds:,} s",
            "429 with Retry-After",
        ),
    ]


def markdown() -> str:
    """Return the table in Markdown, without a closing line break."""
    lines = ["| what | limit | past it |", "|---|---|---|"]
    lines += [f"| {what} | {limit} | {past} |" for what, limit, past in rows()]
    return "\n".join(lines)
