"""What walks keep and hand on: calls, what their answers have to be, what is known to be broken."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from vss_mock.contract.rules import Break
from vss_mock.contract.sent import Sent
from vss_mock.contract.tables import Blame
from vss_mock.contract.transport import Answer


class Taken(NamedTuple):
    """One call of a walk. `looks` says that it was made only to see what the others did."""

    what: str
    sent: Sent
    answer: Answer
    looks: bool


class Token(NamedTuple):
    """A token that a login gave: the name it is kept under, whose it is, when it was given."""

    name: str
    user: str
    issued: int


class Wanted(NamedTuple):
    """What an answer has to be.

    `document` is None where no body is judged; `otherwise` is the rule that another status code
    breaks, `rules` are all that are looked at. Answers of one `shape` are held against the schemas
    once, since the values are compared each time.
    """

    operation: str
    statuses: frozenset[int]
    otherwise: str | Callable[[Answer], str]
    document: Any = None
    blame: Blame | None = None
    rules: Sequence[str] = ()
    shape: Any = None


class Broken(Exception):
    """An answer is not as it has to be."""

    def __init__(self, found: Break, *, looked: int = 0) -> None:
        super().__init__(found)
        self.found = found
        self.looked = looked
        self.late = False


class Astray(Exception):
    """Server and model have parted for a reason that is known already."""


class Memory:
    """What is kept from walk to walk: what was looked at, what is known to be broken."""

    def __init__(self) -> None:
        self.looked_at: Counter[str] = Counter()
        self.shapes: set[Any] = set()
        self.rules: set[str] = set()
        self.members: set[str] = set()
        self.calls = 0

    def mask(self, found: Break) -> None:
        """Take a broken rule as known, and whatever else shows in the same member."""
        self.rules.add(found.rule)
        if found.where.startswith("/"):
            self.members.add(member(found.where))

    def without(self, found: Break) -> "Memory":
        """Return a memory of what is known, but for one rule, that counts nothing."""
        other = Memory()
        other.rules = self.rules - {found.rule}
        other.members = self.members - {member(found.where)}
        other.calls = self.calls
        return other

    def knows(self, found: Break) -> bool:
        """Tell whether a break is of a rule, or in a member, that is known."""
        return found.rule in self.rules or self.hides(found.where)

    def hides(self, where: str) -> bool:
        """Tell whether a pointer leads to a member in which something is known to be broken."""
        return member(where) in self.members


def member(where: str) -> str:
    """Return the name that a pointer ends in, which numbers of items do not change."""
    if not where.startswith("/"):
        return f"the {where}"
    return [part for part in where.split("/") if not part.isdecimal()][-1]
