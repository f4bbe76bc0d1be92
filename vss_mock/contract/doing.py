"""Does what a walk does: asks, lets time pass, reads; and looks what came of it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from vss_mock.contract import attempts, bad_bodies, logins, looking, reading, tables, toronto
from vss_mock.contract.actions import (
    Act,
    Action,
    Advance,
    Consolidate,
    Extend,
    LogIn,
    Read,
    Refuse,
    Submit,
    UseTokens,
    When,
)
from vss_mock.contract.asking import IN_CAPITALS, NOTHING, PLAIN, WITH_CHARSET, asks
from vss_mock.contract.judge import parsed
from vss_mock.contract.memory import Broken, Wanted
from vss_mock.contract.model import CREATE, DELETE, KEPT, REVERT, Asked
from vss_mock.contract.toronto import SECOND
from vss_mock.contract.transport import Answer
from vss_mock.contract.values import at
from vss_mock.contract.walker import Walker
from vss_mock.contract.words import TOKEN_LIFE

ACCEPTED: Final = frozenset({202})
_BLAMED: Final = {
    "valid_for": "hours-are-1-to-72",
    "from_date": "dates-have-one-spelling",
    "description": "descriptions-are-text",
    "schedule": "dates-have-one-spelling",
    "value": "extension-is-of-1-to-72-hours",
}
"""The rule that a good parameter is under, if it is refused."""


def do(walker: Walker, action: Action, *, look: bool = True) -> None:
    """Do something, and look what came of it."""
    touched = _DO[type(action)](walker, action)
    if not look:
        return
    try:
        looking.glance(walker, touched)
    except Broken as broken:
        broken.late = True
        raise


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
    codes = {401: "token-opens-both-ways", 403: "hidden-machines-stay-hidden"}
    codes |= {415: "bodies-say-their-type", 404: "unknown-things-are-not-found"}
    return codes.get(answer.status, "accepted-says-where-to-look")


def _why_not_done(answer: Answer) -> str:
    """Name the rule that was broken by refusing to work on a snapshot that is there."""
    return "snapshot-goes-at-its-end" if answer.status == 404 else _why(answer)


def _accepted(walker: Walker, asked: Asked, user: str) -> Wanted:
    expected = walker.expected.accepted(asked, user)
    kind = {CREATE: "create", DELETE: "delete", REVERT: "revert"}.get(asked.work)
    operation = f"vm-snapshot-{kind}" if kind else "vm-consolidate"
    return Wanted(
        operation,
        ACCEPTED,
        _why if asked.origin is None else _why_not_done,
        expected,
        tables.by_pointer(
            ("/data/_links", "ids-count-up"), ("/(data|meta)", "accepted-says-where-to-look")
        ),
        ("accepted-says-where-to-look", "ids-count-up"),
    )


def _submit(walker: Walker, action: Submit) -> Sequence[Asked]:
    user = _user(walker, action.user)
    vm, text = _machine(walker, user, action.vm), date(walker, action.when)
    start = toronto.meant(text)
    if start is None:
        bad_bodies.ask_skipped(walker, user, text)
        return ()
    body = {"description": action.text, "from_date": text, "valid_for": action.hours}
    name, made = walker.model.machines[vm].name, []
    for _ in range(action.times):
        asked = walker.model.submit(user, vm, action.text, start, int(action.hours))
        what = f"{user} asks for a snapshot of {name} at {text} for {action.hours} hours"
        sent = asks(walker, user, "POST", f"/v2/vm/{vm}/snapshot", body, style=action.style)
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
            bad_bodies.ask_extension(walker, asked, action.hours, "extensions-are-counted")
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
        sent = asks(walker, asked.user, "PUT", path, body, style=action.style)
        answer = walker.call(what, sent, asked.user, wanted)
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
        # Clients send bodies that nobody wants there.
        body = {WITH_CHARSET: {}, IN_CAPITALS: None}.get(action.style, NOTHING)
        path = f"/v2/vm/{found.vm}/snapshot/{found.number}"
        sent = asks(walker, user, method, path, body, style=action.style)
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
    body: Any = {"schedule": text}
    if text is None:
        body = {} if action.style == PLAIN else NOTHING
    what = f"{user} consolidates the disks of {walker.model.machines[vm].name}"
    what += "" if text is None else f" at {text}"
    path = f"/v2/vm/{vm}/snapshot/consolidate"
    sent = asks(walker, user, "PUT", path, body, style=action.style)
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
        issued = walker.tokens[action.token % len(walker.tokens)].issued
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


def _log_in(walker: Walker, action: LogIn) -> Sequence[Asked]:
    user = _user(walker, action.user)
    if logins.may_log_in(walker, user):
        logins.log_in(walker, user)
        use_tokens(walker)
    return ()


def use_tokens(walker: Walker) -> None:
    """Use every token that was given."""
    for token in walker.tokens[-3:]:
        logins.use_token(walker, token)


def _use_tokens(walker: Walker, _: UseTokens) -> Sequence[Asked]:
    use_tokens(walker)
    return ()


def _read(walker: Walker, action: Read) -> Sequence[Asked]:
    reading.read(walker, action.what, action.query)
    return ()


def _refuse(walker: Walker, action: Refuse) -> Sequence[Asked]:
    for pick in range(action.pick, action.pick + action.times):
        attempts.attempt(walker, action.kind, pick)
    return ()


_DO: Final[Mapping[type[Any], Callable[[Walker, Any], Sequence[Asked]]]] = {
    Submit: _submit,
    Extend: _extend,
    Act: _act,
    Consolidate: _consolidate,
    Advance: _advance,
    LogIn: _log_in,
    UseTokens: _use_tokens,
    Read: _read,
    Refuse: _refuse,
}
"""What does each kind of action; it gives the requests that it touched."""
