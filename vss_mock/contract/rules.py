"""What a rule is, what may become of it, and what is found where one is broken.

Values only: nothing here calls a server.
"""

from collections.abc import Sequence
from typing import NamedTuple

EVIDENCE = ("documented", "client", "assumed")
"""How well a rule is known: a document shows it, a client relies on it, or neither does."""
OWN = "vss-mock (no document or client shows it)"
"""The source of what is assumed."""
HOW_TO = "How to schedule a VM snapshot (2016-08)"
"""The source of most that is documented."""

KEPT, BROKEN, NOT_OBSERVED = "kept", "broken", "not observed"

WRITES, TIME, WORLD, LOGIN = "writes", "time", "a world of its own", "a login"
"""What a rule may need: that calls change something, that time can be moved, a world that nobody
else uses, a name and a password."""


class Rule(NamedTuple):
    """One thing that a server has to keep: a claim, and on what it rests.

    `suite` says what looks at it: `answers`, `scenarios`, `relations`, `model` or `search`. `needs`
    are of WRITES, TIME, WORLD and LOGIN.
    """

    id: str
    title: str
    source: str
    evidence: str
    tags: tuple[str, ...]
    suite: str
    needs: tuple[str, ...] = ()


class Break(NamedTuple):
    """Where something is not as it should be (a JSON pointer or a part's name), and both values.

    `rule` is the id of the rule that is broken, "" where that of the walk is. `evidence` and
    `source` are "" where the rule's own stand.
    """

    where: str
    expected: str
    actual: str
    rule: str = ""
    evidence: str = ""
    source: str = ""


class Told(NamedTuple):
    """One step of a walk, for people: what was done, the command that repeats it, the answer."""

    what: str
    command: str
    answer: str


class Finding(NamedTuple):
    """A broken rule, with the shortest walk that shows it. Nothing secret is in it."""

    rule: str
    evidence: str
    source: str
    where: str
    expected: str
    actual: str
    walk: tuple[Told, ...]
    note: str = ""


class Outcome(NamedTuple):
    """What became of a rule: KEPT, BROKEN with what was found, or NOT_OBSERVED and why."""

    rule: Rule
    verdict: str
    why: str = ""
    findings: Sequence[Finding] = ()


class NotObserved(Exception):
    """A rule cannot be looked at on this server; the message is the reason, a short clause."""
