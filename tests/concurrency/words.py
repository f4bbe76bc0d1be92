"""Says in words why no order of some calls explains what their clients saw."""

from collections.abc import Iterable, Iterator
from typing import Any

from tests.concurrency.calls import Call, History
from tests.concurrency.order import Stuck, Undecided, check
from tests.concurrency.place import MOVES, Place, due_answer
from tests.concurrency.verbs import CONTROL_LOOKS, LOOKS
from tests.concurrency.wire import START
from tests.concurrency.world import clock

LATEST = 12
"""How many of the calls that fit are told."""
PATIENCE = 100_000
"""How many steps may be tried in the search for a shorter history."""


def reduced(history: History) -> History:
    """The shortest part found of a history that does not fit, which does not fit either.

    What began after it was clear that nothing fits is left out, then what came before the last
    reset that nobody's change overlaps, then looks and refusals: they change nothing, so whatever
    fits with them fits without.
    """
    stuck = check(history).stuck
    assert stuck is not None
    patience = Patience()
    history = history.of(call for call in history.calls if call.began <= stuck.until)
    for calls in _since_resets(history):
        if patience.finds_unfit(history.of(calls)):
            history = history.of(calls)
            break
    faulty = _is_faulty(history)
    size = len(history.calls)
    while size and patience.left > 0:
        for start in range(0, len(history.calls), size):
            part = history.calls[start : start + size]
            dropped = {call.number for call in part if is_harmless(call, faulty)}
            shorter = history.of(call for call in history.calls if call.number not in dropped)
            if dropped and patience.finds_unfit(shorter):
                history = shorter
                break
        else:
            size //= 2
    return history


class Patience:
    """How much longer to look for something shorter."""

    def __init__(self) -> None:
        self.left = PATIENCE

    def finds_unfit(self, history: History) -> bool:
        """Tell whether a history does not fit, as far as that can be found in time."""
        try:
            verdict = check(history, most=self.left)
        except Undecided:
            self.left = 0
            return False
        self.left -= verdict.tried
        return not verdict.fits


def is_harmless(call: Call, faulty: bool) -> bool:
    """Tell whether a call changed nothing, if it was answered as it should be.

    Where there are faults, every call of a user may have changed their counts.
    """
    if faulty:
        return call.verb in CONTROL_LOOKS
    return call.verb in LOOKS or call.code >= 400


def _is_faulty(history: History) -> bool:
    return any(call.verb == "set_fault" for call in history.calls)


def _since_resets(history: History) -> Iterator[list[Call]]:
    """Give what came since each reset that stands alone, the last one first."""
    if history.origin is None:
        return
    faulty = _is_faulty(history)
    changes = [call for call in history.calls if not is_harmless(call, faulty)]
    for reset in reversed(changes):
        alone = reset.verb == "reset" and not any(
            call.began <= reset.ended and call.ended >= reset.began
            for call in changes
            if call is not reset
        )
        if alone:
            later = (call for call in history.calls if call.began > reset.ended)
            yield [reset, *later]


def told(history: History) -> str:
    """Tell why a history does not fit: how far it does, and what nobody can come after."""
    short = reduced(history)
    stuck = check(short).stuck
    assert stuck is not None
    first = min(call.began for call in short.calls)
    lines = [
        f"World {history.world}: no order of the calls explains what their clients were told.",
        f"{len(short.calls)} of {len(history.calls)} calls are enough to see it.",
    ]
    before = stuck.order[-LATEST:]
    if before:
        left_out = len(stuck.order) - len(before)
        lines += [f"An order that comes furthest{f', after {left_out} others' * bool(left_out)}:"]
        lines += [f"  {_spelled(call, first)}" for call in before]
    lines += [f"Then {_standing(stuck.place)}.", "None of these, under way by then, can be next:"]
    for call, stage in stuck.next:
        lines += [f"  {_spelled(call, first)}", f"      {_wanted(stuck, call, stage)}"]
    return "\n".join(lines)


def _standing(place: Place) -> str:
    if place.world is None:
        return "there is no such world"
    moved = "" if place.mover is None else f", which client {place.mover} moves"
    return f"the clock stands at {spelled(place.world.now)}{moved}"


def _wanted(stuck: Stuck, call: Call, stage: Any) -> str:
    if stage is not None and stuck.place.world is not None:
        after = spelled(clock(stuck.place.world)["next"])
        return f"has told of {stage.told} events by now, and then comes {after}"
    answer = due_answer(stuck.place, call)
    if answer is not None:
        return f"would be told {_answer(*answer)}"
    if stuck.place.mover is not None:
        return "would have to wait until the clock has come to where it is moved"
    return "would be told of other events" if call.verb in MOVES else "would have to wait"


def _spelled(call: Call, first: int) -> str:
    began, ended = ((instant - first) / 1e6 for instant in (call.began, call.ended))
    asked = ", ".join(f"{name} {spelled(value)}" for name, value in call.asked.items())
    head = f"#{call.number} client {call.client} [{began:.2f} to {ended:.2f} ms] {call.verb}"
    return f"{head}({asked}): {_answer(call.code, call.told)}"


def _answer(code: int, told: Any) -> str:
    if not code:
        return "no answer"
    return str(code) if told is None else f"{code} {spelled(told)}"


def spelled(value: Any) -> str:
    """Spell a value, instants as hours since worlds begin."""
    if isinstance(value, dict):
        return "{" + _listed(f"{name}: {spelled(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + _listed(spelled(each) for each in value) + "]"
    if isinstance(value, int) and not isinstance(value, bool) and value > START // 2:
        sign, seconds = "-" if value < START else "+", abs(value - START)
        return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}"
    return str(value)


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(texts)
