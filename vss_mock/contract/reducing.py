"""Makes a walk that breaks a rule as short as it gets, within a number of calls."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from vss_mock.contract.doing import (
    Act,
    Action,
    Advance,
    Consolidate,
    Extend,
    Read,
    Refuse,
    Submit,
    When,
)
from vss_mock.contract.reading import Pick
from vss_mock.contract.rules import Break, Told
from vss_mock.contract.scenes import Scene
from vss_mock.contract.walker import member

HARMLESS = "before upgrading"


class Failure(NamedTuple):
    """A walk that broke a rule: what was done where, what was broken, and the calls that show it."""

    scene: Scene
    actions: tuple[Action, ...]
    found: Break
    told: tuple[Told, ...]


Try = Callable[[Scene, Sequence[Action]], Failure | None]
"""Walks once more; gives what broke, None where nothing did. Raises Enough."""


class Enough(Exception):
    """As many calls as are allowed have been made."""


def reduced(failure: Failure, again: Try) -> Failure:
    """Return the shortest walk that was found to break the same; raise nothing."""
    best = failure
    try:
        while True:
            shorter = _shorter(best, again)
            if shorter is None:
                return _renamed(best)
            best = shorter
    except Enough as enough:
        return enough.args[0] if enough.args else best


def _shorter(best: Failure, again: Try) -> Failure | None:
    for scene, actions in _candidates(best):
        try:
            found = again(scene, actions)
        except Enough:
            raise Enough(best) from None
        if found is not None and is_same(found.found, best.found):
            return found
    return None


def is_same(one: Break, other: Break) -> bool:
    """Tell whether two breaks are of one lie: of one rule, or in one member."""
    if one.rule == other.rule:
        return True
    return one.where.startswith("/") and member(one.where) == member(other.where)


def _candidates(best: Failure) -> Iterator[tuple[Scene, tuple[Action, ...]]]:
    """Give walks that are shorter or simpler, the boldest first."""
    scene, actions = best.scene, best.actions
    size = len(actions) // 2
    while size:
        for start in range(0, len(actions), size):
            yield scene, actions[:start] + actions[start + size :]
        size //= 2
    if scene != Scene():
        yield Scene(), actions
        for name, value in Scene()._asdict().items():
            if getattr(scene, name) != value:
                yield scene._replace(**{name: value}), actions
    for number, action in enumerate(actions):
        for simpler in _simpler(action):
            if simpler != action:
                yield scene, (*actions[:number], simpler, *actions[number + 1 :])


def _simpler(action: Action) -> Iterator[Action]:
    match action:
        case Submit():
            yield Submit(0, 0, When(), 1, HARMLESS)
            yield action._replace(times=1)
            yield action._replace(text=HARMLESS)
            yield action._replace(hours=1)
            yield action._replace(when=When())
            yield action._replace(user=0)
            yield action._replace(vm=0)
        case Extend() | Act():
            yield action._replace(times=1, which=0)
            yield action._replace(times=1)
            yield action._replace(which=0)
            if isinstance(action, Extend):
                yield action._replace(hours=1)
            else:
                yield action._replace(user=0)
        case Consolidate():
            yield Consolidate(0, 0, None)
            yield action._replace(user=0)
            yield action._replace(vm=0)
        case Advance():
            yield Advance()
            yield Advance(event=0)
            yield action._replace(after=0)
        case Read():
            yield action._replace(query=Pick())
            yield action._replace(query=action.query._replace(filters=action.query.filters[:1]))
            yield action._replace(query=action.query._replace(order=action.query.order[:1]))
            yield action._replace(query=action.query._replace(page=None, per_page=None))
        case Refuse():
            yield action._replace(pick=0)


def _renamed(best: Failure) -> Failure:
    """Name a lie after what cannot be left out of its walk, where that should not matter."""
    before = best.actions[:-1]
    rule = None
    if any(isinstance(one, Refuse) for one in before):
        rule = "refusals-change-nothing"
    elif any(isinstance(one, Read) for one in before):
        rule = "reads-change-nothing"
    if rule is None or best.found.rule.startswith("answer-"):
        return best
    return best._replace(found=best.found._replace(rule=rule, evidence="", source=""))
