"""Makes a walk that breaks a rule as short as it gets, within a number of calls."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from vss_mock.contract.actions import Action, LogIn, Read, Refuse, Submit, UseTokens, When
from vss_mock.contract.memory import member
from vss_mock.contract.reading import Pick
from vss_mock.contract.rules import Break, Told
from vss_mock.contract.scenes import Scene

HARMLESS = "before upgrading"


class Failure(NamedTuple):
    """A walk that broke a rule: what was done where, what was broken, and the calls that show it.

    `late` says that it was seen in what was read after the last action, not in an answer to it.
    """

    scene: Scene
    actions: tuple[Action, ...]
    found: Break
    told: tuple[Told, ...]
    late: bool = False


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
        if (scene, actions) == (best.scene, best.actions):
            continue
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
    if other.rule == "refusals-name-what-is-wrong" and one.where == "status":
        return True  # one fault that is let pass says more than many that are not all named
    return one.where.startswith("/") and member(one.where) == member(other.where)


def _candidates(best: Failure) -> Iterator[tuple[Scene, tuple[Action, ...]]]:
    """Give walks that are shorter or simpler, the boldest first."""
    scene, actions = best.scene, best.actions
    for kinds in ((Refuse, LogIn, UseTokens, Read), (Refuse, LogIn, UseTokens), (Read,)):
        yield scene, (*(one for one in actions[:-1] if not isinstance(one, kinds)), *actions[-1:])
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
    """Give simpler actions of the same kind, the simplest first."""
    match action:
        case Submit():
            yield from _simpler_submit(action)
        case Refuse():
            for pick in range(action.pick, action.pick + action.times):
                yield action._replace(pick=pick, times=1)
            for pick in (0, 2, 6, 14):
                yield action._replace(pick=pick, times=1)
        case Read():
            query = action.query
            yield action._replace(query=Pick())
            yield action._replace(query=query._replace(filters=query.filters[:1]))
            yield action._replace(query=query._replace(order=query.order[:1]))
            yield action._replace(query=query._replace(page=None, per_page=None))
        case _:
            yield from _plainer(action)


def _simpler_submit(action: Submit) -> Iterator[Action]:
    yield Submit(0, 0, When(), 1, HARMLESS)
    for times in (1, action.times // 2, action.times - 1):
        yield action._replace(times=max(1, times))
    yield action._replace(style=0)
    yield action._replace(text=HARMLESS)
    yield action._replace(hours=1)
    yield action._replace(when=When())
    yield action._replace(user=0)
    yield action._replace(vm=0)


_PLAIN: Final[Mapping[str, Any]] = {
    "style": 0,
    "times": 1,
    "which": 0,
    "user": 0,
    "vm": 0,
    "when": None,
    "hours": 1,
    "after": 0,
    "event": 0,
    "seconds": 0,
    "alone": False,
    "settles": False,
}
"""The simplest value of each member of the other actions."""


def _plainer(action: Action) -> Iterator[Action]:
    """Give an action with all its members plain, and with each."""
    plain = {name: value for name, value in _PLAIN.items() if name in action._fields}
    yield action._replace(**plain)
    for name, value in plain.items():
        if getattr(action, name) is not None:
            yield action._replace(**{name: value})


def _renamed(best: Failure) -> Failure:
    """Name a lie after what cannot be left out of its walk, where that should not matter."""
    before = best.actions if best.late else best.actions[:-1]
    rule = None
    if any(isinstance(one, Refuse) for one in before):
        rule = "refusals-change-nothing"
    elif any(isinstance(one, Read) for one in before):
        rule = "no-read-changes-anything"
    if rule is None or best.found.rule.startswith("answer-"):
        return best
    return best._replace(found=best.found._replace(rule=rule, evidence="", source=""))
