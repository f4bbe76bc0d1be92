"""At which of the world's instants a call probably happened, from what its client saw soon after.

A search that knows tries the likely order first. It believes nothing: a hint that is wrong costs
time, never a verdict.
"""

from collections.abc import Mapping

from tests.concurrency.calls import Call, History
from tests.concurrency.place import Place
from tests.concurrency.world import CHANGE, SNAPSHOT

CREATED, UPDATED = 3, 4
"""Where a request as its user sees it says when it was made, and when it changed."""
KINDS = {"submit": SNAPSHOT, "delete": SNAPSHOT, "revert": SNAPSHOT, "extend": SNAPSHOT}
"""Of which kind the requests are that calls make or change; all others are changes."""
MAKING = frozenset({"submit", "delete", "revert", "power"})
CHANGING = frozenset({"extend", "put_off", "cancel", "retry"})

Hints = Mapping[int, int]
"""Instants by the numbers of calls."""


def hints(history: History) -> Hints:
    """Return what can be guessed of when calls happened."""
    found: dict[int, int] = {}
    waiting: dict[int, tuple[Call, str, int]] = {}
    for call in sorted(history.calls, key=lambda call: call.began):
        if call.verb == "get" and call.code == 200 and call.client in waiting:
            changed, kind, id = waiting.pop(call.client)
            if (call.asked["kind"], call.asked["id"]) == (kind, id):
                found[changed.number] = call.told[CREATED if changed.verb in MAKING else UPDATED]
        elif call.verb in MAKING and call.code == 202:
            waiting[call.client] = (call, KINDS.get(call.verb, CHANGE), call.told)
        elif call.verb in CHANGING and call.code < 300:
            waiting[call.client] = (call, KINDS.get(call.verb, CHANGE), call.asked["id"])
    return found


def unlikely(hints: Hints, place: Place, call: Call) -> int:
    """Rank a call: 0 if it is the likely moment for it, 2 if it is not, 1 if nothing is known."""
    hint = hints.get(call.number)
    if hint is None or place.world is None:
        return 1
    return 0 if hint == place.world.now else 2
