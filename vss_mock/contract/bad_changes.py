"""Changes that are to be refused: bad bodies, and updates and retries that come at a wrong time."""

from typing import Any, Final

from vss_mock.contract.asking import NOTHING, asks
from vss_mock.contract.bad_values import (
    BAD_COUNTS,
    BAD_DATES,
    BAD_NAMES,
    BAD_PROCESSORS,
    BAD_SIZES,
    BAD_STATES,
    BAD_UPDATES,
    SKIPPED,
)
from vss_mock.contract.machines import CPU, MEMORY, NAME, POWER
from vss_mock.contract.model import FAILED, Asked
from vss_mock.contract.refusing import Fault
from vss_mock.contract.toronto import minute
from vss_mock.contract.walker import Walker

WORKS: Final = (POWER, NAME, CPU, MEMORY)
_VALUES: Final[dict[str, tuple[Any, ...]]] = {
    POWER: BAD_STATES,
    NAME: BAD_NAMES,
    CPU: BAD_COUNTS,
    MEMORY: BAD_SIZES,
}


def good_change(walker: Walker, work: str) -> dict[str, Any]:
    """Return a body that only something else would have refused."""
    value: Any = {POWER: "poweredOn", NAME: "to-be-refused", CPU: 2, MEMORY: 2}[work]
    return {_member(walker, work): value}


def _member(walker: Walker, work: str) -> str:
    return "name" if work == NAME and not walker.since("2019") else "value"


def changes(walker: Walker, user: str, pick: int) -> Fault:
    """Ask for a change by a bad value, a bad date, or with wrong members."""
    work, number = WORKS[pick % len(WORKS)], pick // len(WORKS)
    body, rule, name = good_change(walker, work), "changes-are-checked", _member(walker, work)
    kind, number = number % 4, number // 4
    if kind == 0:
        dates, rule = (*BAD_DATES, *SKIPPED), "dates-have-one-spelling"
        name, body["schedule"] = "schedule", dates[number % len(dates)]
        rule = "skipped-hours-do-not-exist" if body["schedule"] in SKIPPED else rule
    elif kind == 1:
        rule, name = "bodies-hold-what-is-known", ("colour", "when", "Value")[number % 3]
        body[name] = "x"
    else:
        values = _VALUES[work] + (BAD_PROCESSORS if work == CPU and walker.since("2026") else ())
        body[name] = values[number % len(values)]
    vm = walker.model.visible(user)[0]
    sent = asks(walker, user, "PUT", f"/v2/vm/{vm.uuid}/{work}", body)
    what = f"{user} asks for the {work} of {vm.name} with a bad {name}"
    # Of an object in a body nobody says whether it or its member is named.
    named = None if isinstance(body[name], dict) else frozenset({name})
    return Fault(what, user, sent, f"vm-{work}-set", 400, rule, named)


def _fault_of(walker: Walker, asked: Asked, method: str, body: Any, what: str, rule: str) -> Fault:
    sent = asks(walker, asked.user, method, f"/v2/request/change/{asked.number}", body)
    told = f"{asked.user} {what} change request {asked.number}"
    operation = "request-change-retry" if method == "PATCH" else "request-change-update"
    return Fault(told, asked.user, sent, operation, 400, rule)


def updates(walker: Walker, user: str, pick: int) -> Fault | None:
    """Put off or give up a change by a bad body."""
    ahead = [one for one in walker.model.requests(changes=True) if walker.model.may_be_put_off(one)]
    own = [one for one in ahead if one.user == user]
    if not own:
        return None
    dates = [{"scheduled": True, "scheduled_datetime": date} for date in (*BAD_DATES, *SKIPPED)]
    bodies = [*BAD_UPDATES, *dates]
    body, rule = bodies[pick % len(bodies)], "bodies-hold-what-is-known"
    if body in dates:
        skipped = body["scheduled_datetime"] in SKIPPED
        rule = "skipped-hours-do-not-exist" if skipped else "dates-have-one-spelling"
    return _fault_of(walker, own[pick % len(own)], "PUT", body, "updates badly", rule)


def late_updates(walker: Walker, user: str, pick: int) -> Fault | None:
    """Put off or give up a change that does not wait for a date of its own."""
    every = walker.model.requests(user, changes=True)
    others = [one for one in every if not walker.model.may_be_put_off(one)]
    if not others:
        return None
    body: dict[str, Any] = {"scheduled": False}
    if pick % 2:
        body = {"scheduled_datetime": minute(walker.model.now)}
    asked, rule = others[pick % len(others)], "updates-want-a-date-ahead"
    return _fault_of(walker, asked, "PUT", body, f"updates, {asked.stage} as it is,", rule)


def retries(walker: Walker, user: str, pick: int) -> Fault | None:
    """Try again what has not failed."""
    every = walker.model.requests(user, changes=True)
    others = [one for one in every if one.stage != FAILED]
    if not others or not walker.since("2019"):
        return None
    asked = others[pick % len(others)]
    what, rule = f"tries again, {asked.stage} as it is,", "retry-tries-again"
    return _fault_of(walker, asked, "PATCH", NOTHING, what, rule)
