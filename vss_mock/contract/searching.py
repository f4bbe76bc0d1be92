"""Walks in fresh worlds, and walks again, shorter, where a rule was found broken."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from itertools import cycle, islice

from vss_mock.contract import looking, scenes
from vss_mock.contract.actions import Action
from vss_mock.contract.answers import Answers
from vss_mock.contract.attempts import KINDS
from vss_mock.contract.doing import do
from vss_mock.contract.memory import Astray, Broken, Memory
from vss_mock.contract.model_rules import BY_ID
from vss_mock.contract.places import Place, Places
from vss_mock.contract.reducing import Enough, Failure, is_same, reduced
from vss_mock.contract.rules import Finding
from vss_mock.contract.scenes import Scene
from vss_mock.contract.telling import tell
from vss_mock.contract.walker import Walker
from vss_mock.contract.words import DIALECTS

AnswersOf = Callable[[Place], Answers]
"""Gives what judges any answer of a place."""


class Search:
    """Walks on one server. `begun` tells whether a walk has read everything already."""

    def __init__(
        self, places: Places, answers_of: AnswersOf, memory: Memory, dialect: str = DIALECTS[0]
    ) -> None:
        self.places = places
        self.dialect = dialect
        self.answers_of = answers_of
        self.memory = memory
        self.begun = False
        self._kinds = cycle(KINDS)

    def kinds(self, count: int) -> list[str]:
        """Return the next few kinds of what is to be refused, round and round."""
        return list(islice(self._kinds, count))

    def begin(self, scene: Scene, stack: ExitStack) -> Walker:
        """Return a walker in a fresh world, which lasts as long as the stack."""
        world = scenes.settings(scene, self.dialect)
        place = stack.enter_context(self.places.fresh(world))
        return Walker(place, self.answers_of(place), scenes.model(world), self.memory)

    def shortened(self, failure: Failure, calls: int) -> Failure:
        """Return a shorter walk that breaks the same, found within so many calls."""
        known = self.memory.without(failure.found)
        last = self.memory.calls + calls
        looks = [False, True]

        def again(scene: Scene, actions: Sequence[Action]) -> Failure | None:
            for look in looks:
                if self.memory.calls > last:
                    raise Enough
                other = Search(self.places, self.answers_of, known, self.dialect)
                found = other.walk(scene, actions, look=look)
                self.memory.calls = known.calls
                if found is not None and is_same(found.found, failure.found):
                    looks[:] = [look]
                    return found
            return None

        return reduced(failure, again)

    def walk(self, scene: Scene, actions: Sequence[Action], *, look: bool) -> Failure | None:
        """Walk a walk again, looking after each step or at the end alone."""
        with ExitStack() as stack:
            walker = self.begin(scene, stack)
            done: list[Action] = []
            try:
                if look or not actions:
                    looking.everything(walker)
                for number, action in enumerate(actions):
                    done.append(action)
                    do(walker, action, look=look or number == len(actions) - 1)
            except Broken as broken:
                told = tell(walker, broken)
                return Failure(scene, tuple(done), broken.found, told, broken.late)
            except Astray:
                return None
        return None


def finding(failure: Failure) -> Finding:
    """Return what a failure is for people and reports."""
    found = failure.found
    known = BY_ID.get(found.rule)
    evidence = found.evidence or (known.evidence if known else "")
    source = found.source or (known.source if known else "")
    return Finding(
        found.rule, evidence, source, found.where, found.expected, found.actual, failure.told
    )
