"""What a walk does: asks, lets time pass, reads. Each is a value, and so can be done again.

Whom and what it is about is told by numbers that are counted round what there is, so that a walk
stays one when some of it is left out.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from vss_mock.contract import attempts, blame, looking, reading, toronto
from vss_mock.contract.asking import asks
from vss_mock.contract.expected import TOKEN_LIFE
from vss_mock.contract.judge import parsed
from vss_mock.contract.model import CREATE, DELETE, KEPT, REVERT, Asked
from vss_mock.contract.toronto import SECOND
from vss_mock.contract.transport import Answer
from vss_mock.contract.values import at
from vss_mock.contract.walker import Walker, Wanted

ACCEPTED: Final = frozenset({202})
_BLAMED: Final = {
    "valid_for": "hours-are-1-to-72",
    "from_date": "dates-have-one-spelling",
    "description": "descriptions-are-text",
    "schedule": "dates-have-one-spelling",
    "value": "extension-is-of-1-to-72-hours",
}
"""The rule that a good parameter is under, if it is refused."""


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


class Extend(NamedTuple):
    """Asks for more hours, so many times."""

    which: int
    hours: Any
    times: int = 1


class Act(NamedTuple):
    """Deletes a snapshot, or goes back to it."""

    work: str
    user: int
    which: int
    times: int = 1


class Consolidate(NamedTuple):
    """Asks for disks to be consolidated; without a date at once."""

    user: int
    vm: int
    when: When | None


class Advance(NamedTuple):
    """Lets time pass: by seconds, or to so many microseconds after an event or a token's end."""

    seconds: int = 0
    event: int | None = None
    token: int | None = None
    after: int = 0


class LogIn(NamedTuple):
    """Gets a token, and uses it in both ways."""


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


Action = Submit | Extend | Act | Consolidate | Advance | LogIn | UseTokens | Read | Refuse


def do(walker: Walker, action: Action, *, look: bool = True) -> None:
    """Do something, and look what came of it."""
    touched: Sequence[Asked] = ()
    match action:
        case Submit():
            touched = _submit(walker, action)
        case Extend():
            touched = _extend(walker, action)
        case Act():
            touched = _act(walker, action)
        case Consolidate():
            touched = _consolidate(walker, action)
        case Advance():
            touched = _advance(walker, action)
        case LogIn():
            _log_in(walker)
        case UseTokens():
            use_tokens(walker)
        case Read():
            reading.read(walker, action.what, action.query)
        case Refuse():
            attempts.attempt(walker, action.kind, action.pick)
    if look:
        looking.glance(walker, touched)


def _user(walker: Walker, number: int) -> str:
    users = list(walker.model.users)
    return users[number % len(users)]


def _machine(walker: Walker, user: str, number: int) -> str:
    """Return one of the machines that a user may see."""
    seen = walker.model.visible(user)
    return seen[number % len(seen)].uuid


def date(walker: Walker, when: When) -> str:
    """Return the text of a date."""
    if when.text:
        return when.text
    ahead = walker.model.ahead()
    start = walker.model.now
    if when.event is not None and ahead:
        start = ahead[when.event % len(ahead)]
    return toronto.minute(start + when.seconds * SECOND)


def _why(answer: Answer) -> str:
    """Name the rule that was broken by a good call's being refused."""
    named = at(parsed(answer), "/parameters")
    for name in named if isinstance(named, list) else ():
        if name in _BLAMED:
            return _BLAMED[name]
    if answer.status in {403, 404}:
        return "hidden-machines-stay-hidden"
    return "accepted-says-where-to-look"


def _accepted(walker: Walker, asked: Asked, user: str) -> Wanted:
    expected = walker.expected.accepted(asked, user)
    kind = {CREATE: "create", DELETE: "delete", REVERT: "revert"}.get(asked.work)
    operation = f"vm-snapshot-{kind}" if kind else "vm-consolidate"
    return Wanted(
        operation,
        ACCEPTED,
        _why,
        expected,
        blame.by_pointer(
            ("/data/_links", "ids-count-up"), ("/(data|meta)", "accepted-says-where-to-look")
        ),
        ("accepted-says-where-to-look", "ids-count-up"),
    )


def _submit(walker: Walker, action: Submit) -> Sequence[Asked]:
    user = _user(walker, action.user)
    vm, text = _machine(walker, user, action.vm), date(walker, action.when)
    start = toronto.meant(text)
    if start is None:
        attempts.skipped(walker, user, vm, text)
        return ()
    body = {"description": action.text, "from_date": text, "valid_for": action.hours}
    name, made = walker.model.machines[vm].name, []
    for _ in range(action.times):
        asked = walker.model.submit(user, vm, action.text, start, int(action.hours))
        what = f"{user} asks for a snapshot of {name} at {text} for {action.hours} hours"
        sent = asks(walker, user, "POST", f"/v2/vm/{vm}/snapshot", body)
        walker.call(what, sent, user, _accepted(walker, asked, user))
        walker.moved()
        made.append(asked)
    return made


def _extend(walker: Walker, action: Extend) -> Sequence[Asked]:
    model = walker.model
    kept = [one for one in model.requests() if one.stage == KEPT]
    if not kept:
        return ()
    asked = kept[action.which % len(kept)]
    for _ in range(action.times):
        if model.why_not_extended(model.snapshots[asked.number], int(action.hours)):
            attempts.extension(walker, asked, action.hours, "extensions-are-counted")
            continue
        asked = model.extend(asked.number, int(action.hours))
        body = {"attribute": "duration", "value": action.hours}
        path = f"/v2/request/snapshot/{asked.number}"
        wanted = Wanted(
            "request-snapshot-extend",
            frozenset({204}),
            _why_not_extended,
            rules=("extension-is-answered-by-204", "extension-moves-the-end"),
        )
        what = f"{asked.user} extends request {asked.number} by {action.hours} hours"
        answer = walker.call(what, asks(walker, asked.user, "PUT", path, body), asked.user, wanted)
        walker.check("extension-is-answered-by-204", "body", "", answer.body.decode()[:80])
        walker.moved()
    return [model.snapshots[asked.number]]


def _why_not_extended(answer: Answer) -> str:
    if answer.status < 300:
        return "extension-is-answered-by-204"
    named = at(parsed(answer), "/parameters")
    return "extension-is-of-1-to-72-hours" if isinstance(named, list) else "extensions-are-counted"


def _act(walker: Walker, action: Act) -> Sequence[Asked]:
    user, model = _user(walker, action.user), walker.model
    there = [one for _, one in sorted(model.standing.items()) if model.may_see(user, one.vm)]
    if not there:
        return ()
    found = there[action.which % len(there)]
    made = []
    for _ in range(action.times):
        asked = model.act(action.work, user, found.vm, found.number)
        method = "DELETE" if action.work == DELETE else "PATCH"
        verb = "deletes" if action.work == DELETE else "reverts to"
        what = f"{user} {verb} snapshot {found.number} of {model.machines[found.vm].name}"
        sent = asks(walker, user, method, f"/v2/vm/{found.vm}/snapshot/{found.number}")
        walker.call(what, sent, user, _accepted(walker, asked, user))
        walker.moved()
        made.append(asked)
    return made


def _consolidate(walker: Walker, action: Consolidate) -> Sequence[Asked]:
    user = _user(walker, action.user)
    vm = _machine(walker, user, action.vm)
    text = None if action.when is None else date(walker, action.when)
    start = None if text is None else toronto.meant(text)
    if text is not None and start is None:
        return ()
    asked = walker.model.consolidate(user, vm, start)
    body = {} if text is None else {"schedule": text}
    what = f"{user} consolidates the disks of {walker.model.machines[vm].name}"
    what += "" if text is None else f" at {text}"
    sent = asks(walker, user, "PUT", f"/v2/vm/{vm}/snapshot/consolidate", body)
    walker.call(what, sent, user, _accepted(walker, asked, user))
    walker.moved()
    return [asked]


def _advance(walker: Walker, action: Advance) -> Sequence[Asked]:
    model, ahead = walker.model, walker.model.ahead()
    before = dict(model.snapshots), dict(model.changes)
    target: int | None = None
    if action.event is not None and ahead:
        target = ahead[action.event % len(ahead)] + action.after
    elif action.token is not None and walker.tokens:
        issued = walker.tokens[action.token % len(walker.tokens)][1]
        target = (issued // SECOND + TOKEN_LIFE) * SECOND + action.after
    if target is None or target < model.now:
        target, how = model.now + action.seconds * SECOND, {"advance": action.seconds}
        walker.advance(target, how, f"{action.seconds} seconds pass")
    else:
        told = toronto.utc(target)
        walker.advance(target, {"advance_to": told}, f"time passes until {told}")
    changed = [one for one in model.requests() if before[0][one.number] != one]
    changed += [one for one in model.requests(changes=True) if before[1][one.number] != one]
    return changed


def _log_in(walker: Walker) -> None:
    if "password" in walker.names:
        attempts.log_in(walker)
        use_tokens(walker)


def use_tokens(walker: Walker) -> None:
    """Use every token that was given."""
    for name, issued in walker.tokens[-3:]:
        attempts.use_token(walker, name, issued)
