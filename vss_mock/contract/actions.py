"""What a walk can do, as values, so that it can be done again.

Whom and what it is about is told by numbers that are counted round what there is, so that a walk
stays one when some of it is left out.
"""

from typing import Any, NamedTuple

from vss_mock.contract import reading
from vss_mock.contract.asking import PLAIN


class When(NamedTuple):
    """A date to ask for: a text as it is, or the minute so many seconds from now or an event."""

    text: str = ""
    seconds: int = 0
    event: int | None = None


class Submit(NamedTuple):
    """Asks for snapshots; `times` is how often."""

    user: int
    vm: int
    when: When
    hours: Any
    text: str
    times: int = 1
    style: int = PLAIN
    settles: bool = False


class Extend(NamedTuple):
    """Asks for more hours, so many times."""

    which: int
    hours: Any
    times: int = 1
    style: int = PLAIN


class Act(NamedTuple):
    """Deletes a snapshot, or goes back to it."""

    work: str
    user: int
    which: int
    times: int = 1
    style: int = PLAIN


class Consolidate(NamedTuple):
    """Asks for disks to be consolidated; without a date at once."""

    user: int
    vm: int
    when: When | None
    style: int = PLAIN


class Change(NamedTuple):
    """Asks for something of a machine to become a value; without a date at once."""

    work: str
    user: int
    vm: int
    value: Any
    when: When | None = None
    times: int = 1
    style: int = PLAIN


class Update(NamedTuple):
    """Gives a change that waits for its date another one; without a date gives it up.

    `alone` leaves out that it is scheduled, as later clients do.
    """

    which: int
    when: When | None
    alone: bool = False
    style: int = PLAIN


class Retry(NamedTuple):
    """Tries changes that failed again."""

    which: int
    times: int = 1


class Advance(NamedTuple):
    """Lets time pass: by seconds, or to so many microseconds after an event or a token's end."""

    seconds: int = 0
    event: int | None = None
    token: int | None = None
    after: int = 0


class LogIn(NamedTuple):
    """Gets a token, and uses it in both ways."""

    user: int = 0


class UseTokens(NamedTuple):
    """Uses every token there is."""


class Read(NamedTuple):
    """Reads, and reads again: everything, or what a query chooses."""

    what: str
    query: reading.Pick = reading.Pick()


class Refuse(NamedTuple):
    """Asks for something that is to be refused."""

    kind: str
    pick: int
    times: int = 1


Action = (
    Submit
    | Extend
    | Act
    | Consolidate
    | Change
    | Update
    | Retry
    | Advance
    | LogIn
    | UseTokens
    | Read
    | Refuse
)
