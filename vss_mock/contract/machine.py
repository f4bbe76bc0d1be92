"""Searches for lies: a Hypothesis state machine walks at random, beside the reference model.

Hypothesis chooses what is done; a walk that breaks a rule is made shorter here, by leaving things
out and walking again, which takes far fewer calls than choosing anew. The same seed makes the same
calls, if the server answers the same.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any, NamedTuple

from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from vss_mock.contract import looking, scenes
from vss_mock.contract.answers import Answers
from vss_mock.contract.attempts import KINDS
from vss_mock.contract.bad_values import GOOD_DATES, GOOD_HOURS, GOOD_TEXTS, SKIPPED
from vss_mock.contract.doing import (
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
    do,
)
from vss_mock.contract.model import DELETE, REVERT
from vss_mock.contract.model_rules import BY_ID, RULES
from vss_mock.contract.places import Place, Places
from vss_mock.contract.reading import READS, Pick
from vss_mock.contract.reducing import Enough, Failure, is_same, reduced
from vss_mock.contract.rules import Finding, NotObserved
from vss_mock.contract.scenes import STARTS, Scene
from vss_mock.contract.telling import tell
from vss_mock.contract.walker import Astray, Broken, Memory, Walker

__all__ = ["RULES", "Depth", "Explored", "explore"]

AnswersOf = Callable[[Place], Answers]


class Depth(NamedTuple):
    """How far to search: walks a round, steps a walk, calls to shorten one, and rounds.

    A round ends with the first broken rule; the next one passes over what is known by then.
    """

    examples: int
    steps: int
    shrink_calls: int
    rounds: int


class Explored(NamedTuple):
    """What was found, and how often each rule was looked at, by its id."""

    findings: list[Finding]
    looked_at: Counter[str]


def explore(places: Places, answers_of: AnswersOf, seed: int, depth: Depth) -> Explored:
    """Search for broken rules; raises NotObserved, or OSError where there is no answer."""
    memory = Memory()
    findings: list[Finding] = []
    for number in range(depth.rounds):
        search = _Search(places, answers_of, memory)
        failure = search.round(seed + number, depth)
        if failure is None:
            break
        memory.mask(failure.found)
        failure = search.shortened(failure, depth.shrink_calls)
        memory.mask(failure.found)
        if failure.found.rule not in {one.rule for one in findings}:
            findings.append(_finding(failure))
    return Explored(findings, memory.looked_at)


_SCENES = st.builds(
    Scene,
    st.sampled_from(range(len(STARTS))),
    st.sampled_from((3, 2, 4)),
    st.sampled_from((2, 3)),
    st.sampled_from((1, 2)),
)
_USERS = st.sampled_from((0, 0, 1, 2))
_MACHINES = st.sampled_from((0, 0, 1, 2))
_NUMBERS = st.sampled_from(range(8))
_MANY = st.integers(0, 999)
_FEW = st.sampled_from((1, 2, 3, 24, 72))
_HOURS = st.sampled_from(GOOD_HOURS)
_TEXTS = st.sampled_from(GOOD_TEXTS)
_SECONDS = st.sampled_from(
    (0, 60, -60, 120, 3600, -3600, 43_200, 86_400, 259_200, -86_400, -1_440_000)
)
_SOON = st.builds(lambda seconds: When("", seconds), st.sampled_from((0, -60, 60, -7200)))
_DATES = (
    st.builds(lambda seconds: When("", seconds), _SECONDS)
    | st.builds(
        lambda event, seconds: When("", seconds, event),
        st.sampled_from((0, 1, 3)),
        st.sampled_from((0, 0, 60, -60, 3600)),
    )
    | st.builds(When, st.sampled_from((*GOOD_DATES, *SKIPPED[:2])))
)
_TERM = st.tuples(_NUMBERS | st.sampled_from(range(8, 13)), _NUMBERS, _NUMBERS)
_QUERIES = st.builds(
    Pick,
    _USERS,
    st.sampled_from((False, False, True)),
    st.lists(_TERM, max_size=2).map(tuple),
    st.lists(st.tuples(st.integers(0, 12), st.booleans()), max_size=2).map(tuple),
    st.sampled_from((None, 1, 2, 3, 9)),
    st.sampled_from((None, 1, 2, 3, 5, 10, 3001)),
    st.booleans(),
)


class _Stop(BaseException):
    """Leaves Hypothesis with a failure, or with a problem that is none of the server's rules."""

    def __init__(self, failure: Failure | None, problem: Exception | None = None) -> None:
        super().__init__()
        self.failure = failure
        self.problem = problem


class _Search:
    """Walks on one server, within one round."""

    def __init__(self, places: Places, answers_of: AnswersOf, memory: Memory) -> None:
        self.places = places
        self.answers_of = answers_of
        self.memory = memory
        self.begun = False

    def begin(self, scene: Scene, stack: ExitStack) -> Walker:
        """Return a walker in a fresh world, which lasts as long as the stack."""
        world = scenes.settings(scene)
        place = stack.enter_context(self.places.fresh(world))
        return Walker(place, self.answers_of(place), scenes.model(world), self.memory)

    def round(self, number: int, depth: Depth) -> Failure | None:
        """Return the first walk that breaks a rule, None if none does."""
        wanted = settings(
            max_examples=depth.examples,
            stateful_step_count=depth.steps,
            database=None,
            deadline=None,
            derandomize=False,
            print_blob=False,
            phases=(Phase.generate,),
            suppress_health_check=tuple(HealthCheck),
            verbosity=Verbosity.quiet,
        )
        machine = type("Walk", (_Walk,), {"search": self})
        try:
            run_state_machine_as_test(seed(number)(machine), settings=wanted)
        except _Stop as stop:
            if stop.problem is not None:
                raise stop.problem from None
            return stop.failure
        return None

    def shortened(self, failure: Failure, calls: int) -> Failure:
        """Return a shorter walk that breaks the same, found within so many calls."""
        known = self.memory.without(failure.found)
        last = self.memory.calls + calls
        looks = [False, True]

        def again(scene: Scene, actions: Sequence[Action]) -> Failure | None:
            for look in looks:
                if self.memory.calls > last:
                    raise Enough
                found = _Search(self.places, self.answers_of, known).walk(scene, actions, look=look)
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
                looking.everything(walker)
            except Broken as broken:
                return Failure(scene, tuple(done), broken.found, tell(walker, broken))
            except Astray:
                return None
        return None


class _Walk(RuleBasedStateMachine):
    """One walk. Each rule does one thing, and looks what came of it."""

    search: _Search

    def __init__(self) -> None:
        super().__init__()
        self._stack = ExitStack()
        self._walker: Walker | None = None
        self._scene = Scene()
        self._done: list[Action] = []

    def _try(self, step: Callable[[Walker], None]) -> None:
        """Take a step, unless the walk has come to its end."""
        walker = self._walker
        if walker is None:
            return
        try:
            step(walker)
        except Broken as broken:
            told = tell(walker, broken)
            self._walker = None
            raise _Stop(Failure(self._scene, tuple(self._done), broken.found, told)) from None
        except Astray:
            self._walker = None
        except (NotObserved, OSError) as problem:
            self._walker = None
            raise _Stop(None, problem) from None

    def _do(self, action: Action, *, look: bool = True) -> None:
        self._done.append(action)
        self._try(lambda walker: do(walker, action, look=look))

    @initialize(scene=_SCENES)
    def begin(self, scene: Scene) -> None:
        """Begin in a fresh world."""
        self._scene = scene
        try:
            self._walker = self.search.begin(scene, self._stack)
        except (NotObserved, OSError) as problem:
            raise _Stop(None, problem) from None
        self._try(looking.everything if not self.search.begun else looking.glance)
        self.search.begun = True

    @rule(user=_USERS, vm=_MACHINES, when=_DATES, hours=_HOURS, text=_TEXTS)
    def submit(self, user: int, vm: int, when: When, hours: Any, text: str) -> None:
        """Ask for a snapshot."""
        self._do(Submit(user, vm, when, hours, text))

    @rule(user=_USERS, vm=_MACHINES, when=_SOON, hours=_FEW)
    def submit_at_once(self, user: int, vm: int, when: When, hours: int) -> None:
        """Ask for a snapshot, and let it be taken."""
        self._do(Submit(user, vm, when, hours, "at once"), look=False)
        self._do(Advance())

    @rule(user=_USERS, vm=_MACHINES, when=_SOON, count=st.sampled_from((2, 3, 11, 13)))
    def submit_many(self, user: int, vm: int, when: When, count: int) -> None:
        """Ask for several snapshots for the same minute."""
        if len(self._done) % 3 == 0 or count < 10:
            self._do(Submit(user, vm, when, 1, "one of many", count))

    @rule(which=_NUMBERS, hours=_HOURS, times=st.sampled_from((1, 1, 2, 4)))
    def extend(self, which: int, hours: Any, times: int) -> None:
        """Put off the end of a snapshot."""
        self._do(Extend(which, hours, times))

    @rule(
        work=st.sampled_from((DELETE, REVERT)),
        user=_USERS,
        which=_NUMBERS,
        times=st.sampled_from((1, 1, 2)),
    )
    def act(self, work: str, user: int, which: int, times: int) -> None:
        """Delete a snapshot, or go back to it."""
        self._do(Act(work, user, which, times))

    @rule(user=_USERS, vm=_MACHINES, when=st.none() | _DATES)
    def consolidate(self, user: int, vm: int, when: When | None) -> None:
        """Ask for disks to be consolidated."""
        self._do(Consolidate(user, vm, when))

    @rule(
        event=st.sampled_from((0, 0, 0, 1, 2, 5)),
        after=st.sampled_from((0, 0, -1_000_000, -1, 1, 1_000_000, 466_488)),
    )
    def advance_to_an_event(self, event: int, after: int) -> None:
        """Let time pass until something happens, or until just before or after it."""
        self._do(Advance(event=event, after=after))

    @rule(seconds=st.sampled_from((0, 0, 1, 59, 60, 3600, 30_000, 90_000, 300_000)))
    def advance(self, seconds: int) -> None:
        """Let time pass."""
        self._do(Advance(seconds))

    @rule(after=st.sampled_from((-1_000_000, 0, 1_000_000)))
    def log_in(self, after: int) -> None:
        """Log in; mostly let the token grow old, and use it."""
        self._do(LogIn())
        if len(self._done) % 2:
            self._do(Advance(token=-1, after=after))
            self._do(UseTokens(), look=False)

    @rule(what=st.sampled_from(READS), query=_QUERIES)
    def read(self, what: str, query: Pick) -> None:
        """Read more than a glance shows."""
        self._do(Read(what, query))

    @rule(query=_QUERIES)
    def read_lists(self, query: Pick) -> None:
        """Read a list as a query asks."""
        self._do(Read("query", query))

    @rule(kinds=st.lists(st.sampled_from(tuple(KINDS)), min_size=2, max_size=4), pick=_MANY)
    def be_refused(self, kinds: list[str], pick: int) -> None:
        """Ask for what is to be refused."""
        for number, kind in enumerate(kinds):
            self._do(Refuse(kind, pick), look=number == len(kinds) - 1)

    def teardown(self) -> None:
        """Look once more at everything, let all that is ahead happen, and leave the world."""
        try:
            if self._walker is not None:
                self._do(Read("everything"), look=False)
                self._do(Advance(event=-1), look=False)
                self._do(Read("everything"), look=False)
        finally:
            self._stack.close()


def _finding(failure: Failure) -> Finding:
    """Return what a failure is for people and reports."""
    found = failure.found
    known = BY_ID.get(found.rule)
    evidence = found.evidence or (known.evidence if known else "")
    source = found.source or (known.source if known else "")
    return Finding(
        found.rule, evidence, source, found.where, found.expected, found.actual, failure.told
    )
