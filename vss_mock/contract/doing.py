"""Does what a walk does: asks, lets time pass, reads; and looks what came of it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from vss_mock.contract import attempts, bad_bodies, logins, looking, reading, tables, toronto
from vss_mock.contract.actions import (
    Act,
    Action,
    Advance,
    Change,
    Consolidate,
    Extend,
    LogIn,
    Read,
    Refuse,
    Retry,
    Submit,
    Update,
    UseTokens,
    When,
)
from vss_mock.contract.asking import (
    IN_CAPITALS,
    NOTHING,
    PLAIN,
    WITH_CHARSET,
    asks,
    machine_path,
)
from vss_mock.contract.judge import parsed
from vss_mock.contract.machines import CPU, MEMORY, NAME
from vss_mock.contract.memory import Broken, Wanted
from vss_mock.contract.model import (
    CONSOLIDATE,
    CREATE,
    DELETE,
    FAILED,
    KEPT,
    REVERT,
    Asked,
)
from vss_mock.contract.sent import Sent
from vss_mock.contract.toronto import SECOND
from vss_mock.contract.transport import Answer
from vss_mock.contract.values import at
from vss_mock.contract.walker import Walker
from vss_mock.contract.words import TOKEN_LIFE

ACCEPTED: Final = frozenset({202})
NO_CONTENT: Final = 204
_BLAMED: Final = {
    "valid_for": "hours-are-1-to-72",
    "from_date": "dates-have-one-spelling",
    "description": "descriptions-are-text",
    "schedule": "dates-have-one-spelling",
    "scheduled_datetime": "dates-have-one-spelling",
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
    if isinstance(named, list) and {"value", "name"} & {*map(str, named)}:
        return "changes-are-checked"
    codes = {401: "token-opens-both-ways", 403: "hidden-machines-stay-hidden"}
    codes |= {415: "bodies-say-their-type", 404: "unknown-things-are-not-found"}
    return codes.get(answer.status, "accepted-says-where-to-look")


def _why_not_done(answer: Answer) -> str:
    """Name the rule that was broken by refusing to work on a snapshot that is there."""
    return "snapshot-goes-at-its-end" if answer.status == 404 else _why(answer)


OPERATIONS: Final = {
    CREATE: "vm-snapshot-create",
    DELETE: "vm-snapshot-delete",
    REVERT: "vm-snapshot-revert",
    CONSOLIDATE: "vm-consolidate",
}
"""The operations that ask for work; that of a change is named after what it changes."""


def _accepted(walker: Walker, asked: Asked, user: str) -> Wanted:
    expected = walker.expected.accepted(asked, user)
    return Wanted(
        OPERATIONS.get(asked.work, f"vm-{asked.work}-set"),
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
    settles = action.settles and walker.since("2026")
    body: Any = {"description": action.text, "from_date": text, "valid_for": action.hours}
    if settles:
        body |= {"consolidate": True, "with_memory": True, "user_meta": {"why": action.text}}
    name, made = walker.model.machines[vm].name, []
    for _ in range(action.times):
        hours = int(action.hours)
        asked = walker.model.submit(user, vm, action.text, start, hours, settles=settles)
        what = f"{user} asks for a snapshot of {name} at {text} for {action.hours} hours"
        path = f"{machine_path(walker, vm, action.style)}/snapshot"
        sent = asks(walker, user, "POST", path, body, style=action.style)
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
        what = f"{asked.user} extends request {asked.number} by {action.hours} hours"
        sent = asks(walker, asked.user, "PUT", path, body, style=action.style)
        rules = ("updates-are-answered", "extension-moves-the-end")
        operation = "request-snapshot-extend"
        wanted = _updated(walker, asked, operation, _why_not_extended, rules)
        _call_update(walker, what, sent, asked, wanted)
    return [model.snapshots[asked.number]]


def _updated(
    walker: Walker,
    asked: Asked,
    operation: str,
    otherwise: Callable[[Answer], str],
    rules: tuple[str, ...],
) -> Wanted:
    """Return what an update of a request is answered: nothing, or the request as it became."""
    status = walker.expected.words.updates
    if status == NO_CONTENT:
        return Wanted(operation, frozenset({status}), otherwise, rules=rules)
    document = walker.expected.request_document(asked)
    blame = walker.judge.of_requests([asked])
    return Wanted(operation, frozenset({status}), otherwise, document, blame, rules, operation)


def _call_update(walker: Walker, what: str, sent: Sent, asked: Asked, wanted: Wanted) -> None:
    answer = walker.call(what, sent, asked.user, wanted)
    if NO_CONTENT in wanted.statuses:
        walker.check("updates-are-answered", "body", "", answer.body.decode()[:80])
    walker.moved()


def _why_not_extended(answer: Answer) -> str:
    if answer.status < 300:
        return "updates-are-answered"
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
        path = f"{machine_path(walker, found.vm, action.style)}/snapshot/{found.number}"
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
    path = f"{machine_path(walker, vm, action.style)}/snapshot/consolidate"
    sent = asks(walker, user, "PUT", path, body, style=action.style)
    walker.call(what, sent, user, _accepted(walker, asked, user))
    walker.moved()
    return [asked]


def _change(walker: Walker, action: Change) -> Sequence[Asked]:
    user, model = _user(walker, action.user), walker.model
    vm = _machine(walker, user, action.vm)
    text = None if action.when is None else date(walker, action.when)
    start = None if text is None else toronto.meant(text)
    if text is not None and start is None:
        return ()
    body, value = spelled(walker, action.work, action.value)
    if text is not None:
        body["schedule"] = text
    path = f"{machine_path(walker, vm, action.style)}/{action.work}"
    sent = asks(walker, user, "PUT", path, body, style=action.style)
    what = f"{user} asks for the {action.work} of {model.machines[vm].name} to be {action.value}"
    what += "" if text is None else f" at {text}"
    made = []
    for _ in range(action.times):
        asked = model.change(action.work, user, vm, value, start)
        walker.call(what, sent, user, _accepted(walker, asked, user))
        walker.moved()
        made.append(asked)
    return made


def spelled(walker: Walker, work: str, value: Any) -> tuple[dict[str, Any], Any]:
    """Return the body that asks for a change in the dialect, and what the model is told.

    What a dialect does not know is asked for as it can be: suspending as a reset, cores not at all.
    """
    if value == "suspend" and not walker.since("2026"):
        value = "reset"
    if work == CPU:
        count, cores = value if isinstance(value, tuple) else (value, None)
        if cores is None or not walker.since("2026"):
            return {"value": count}, (int(count), None)
        return {"value": {"count": count, "cores_per_socket": cores}}, (count, cores)
    name = "name" if work == NAME and not walker.since("2019") else "value"
    return {name: value}, int(value) if work == MEMORY else value


def _update(walker: Walker, action: Update) -> Sequence[Asked]:
    model = walker.model
    ahead = [one for one in model.requests(changes=True) if model.may_be_put_off(one)]
    if not ahead:
        return ()
    asked = ahead[action.which % len(ahead)]
    text = None if action.when is None else date(walker, action.when)
    start = None if text is None else toronto.meant(text)
    if text is not None and start is None:
        return ()
    body: dict[str, Any] = {"scheduled": False}
    if start is not None:
        body = {} if action.alone else {"scheduled": True}
        body["scheduled_datetime"] = text
    asked = model.cancel(asked.number) if start is None else model.put_off(asked.number, start)
    rule = "cancelled-is-never-made" if start is None else "put-off-is-made-then"
    verb = "gives up" if start is None else f"puts off to {text}"
    what = f"{asked.user} {verb} change request {asked.number}"
    path = f"/v2/request/change/{asked.number}"
    sent = asks(walker, asked.user, "PUT", path, body, style=action.style)
    rules = ("updates-are-answered", rule)
    wanted = _updated(walker, asked, "request-change-update", _why_not_updated, rules)
    _call_update(walker, what, sent, asked, wanted)
    return [asked]


def _why_not_updated(answer: Answer) -> str:
    if answer.status < 300:
        return "updates-are-answered"
    return _why(answer) if answer.status != 400 else "updates-want-a-date-ahead"


def _retry(walker: Walker, action: Retry) -> Sequence[Asked]:
    model = walker.model
    failed = [one for one in model.requests(changes=True) if one.stage == FAILED]
    if not failed or not walker.since("2019"):
        return ()
    made = []
    for number in range(action.times):
        asked = failed[(action.which + number) % len(failed)]
        if model.changes[asked.number].stage != FAILED:
            continue
        asked = model.retry(asked.number)
        what = f"{asked.user} tries change request {asked.number} again"
        path = f"/v2/request/change/{asked.number}"
        sent = asks(walker, asked.user, "PATCH", path)
        wanted = _accepted(walker, asked, asked.user)
        rules = (*wanted.rules, "retry-tries-again")
        wanted = wanted._replace(
            operation="request-change-retry", otherwise="retry-tries-again", rules=rules
        )
        walker.call(what, sent, asked.user, wanted)
        walker.moved()
        made.append(asked)
    return made


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
    Change: _change,
    Update: _update,
    Retry: _retry,
    Advance: _advance,
    LogIn: _log_in,
    UseTokens: _use_tokens,
    Read: _read,
    Refuse: _refuse,
}
"""What does each kind of action; it gives the requests that it touched."""
