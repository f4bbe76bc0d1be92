"""Searches for lies: a Hypothesis state machine walks at random, beside the reference model.

Hypothesis chooses what is done; a walk that breaks a rule is made shorter by leaving things out and
walking again, which takes far fewer calls than choosing anew. The same seed makes the same calls,
if the server answers the same.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any, NamedTuple

from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from vss_mock.contract import choices, looking
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
from vss_mock.contract.attempts import KINDS
from vss_mock.contract.doing import do
from vss_mock.contract.memory import Astray, Broken, Memory
from vss_mock.contract.model import DELETE, REVERT
from vss_mock.contract.model_rules import RULES, rules
from vss_mock.contract.places import Places
from vss_mock.contract.reading import READS, Pick
from vss_mock.contract.reducing import Failure
from vss_mock.contract.rules import Finding, NotObserved
from vss_mock.contract.scenes import Scene
from vss_mock.contract.searching import AnswersOf, Search, finding
from vss_mock.contract.telling import tell
from vss_mock.contract.walker import Walker
from vss_mock.contract.words import DIALECTS

__all__ = ["RULES", "Depth", "Explored", "explore", "rules"]


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


def explore(
    places: Places,
    answers_of: AnswersOf,
    seed: int,
    depth: Depth,
    dialect: str = DIALECTS[0],
) -> Explored:
    """Search for broken rules; raises NotObserved, or OSError where there is no answer."""
    memory = Memory()
    findings: list[Finding] = []
    for number in range(depth.rounds):
        search = Search(places, answers_of, memory, dialect)
        failure = _round(search, seed + number, depth)
        if failure is None:
            break
        memory.mask(failure.found)
        failure = search.shortened(failure, depth.shrink_calls)
        memory.mask(failure.found)
        if failure.found.rule not in {one.rule for one in findings}:
            findings.append(finding(failure))
    return Explored(findings, memory.looked_at)


def _round(search: Search, number: int, depth: Depth) -> Failure | None:
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
    stops: list[_Stop] = []
    machine = type("Walk", (_Walk,), {"search": search, "stops": stops})
    try:
        run_state_machine_as_test(seed(number)(machine), settings=wanted)
    except (_Stop, Flaky):
        # Where two walks begin alike and one breaks, Hypothesis wonders; the one that broke counts.
        if not stops:
            raise
        if stops[0].problem is not None:
            raise stops[0].problem from None
        return stops[0].failure
    return None


class _Stop(BaseException):
    """Leaves Hypothesis with a failure, or with a problem that is none of the server's rules."""

    def __init__(self, failure: Failure | None, problem: Exception | None = None) -> None:
        super().__init__()
        self.failure = failure
        self.problem = problem


def _late_glance(walker: Walker) -> None:
    try:
        looking.glance(walker)
    except Broken as broken:
        broken.late = True
        raise


class _Walk(RuleBasedStateMachine):
    """One walk. Each rule does one thing, and looks what came of it."""

    search: Search
    stops: list[_Stop]

    def __init__(self) -> None:
        super().__init__()
        self._stack = ExitStack()
        self._walker: Walker | None = None
        self._scene = Scene()
        self._done: list[Action] = []
        self._last: Sequence[Pick] = ()

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
            done = tuple(self._done)
            raise self._stop(Failure(self._scene, done, broken.found, told, broken.late)) from None
        except Astray:
            self._walker = None
        except (NotObserved, OSError) as problem:
            self._walker = None
            raise self._stop(None, problem) from None

    def _stop(self, failure: Failure | None, problem: Exception | None = None) -> _Stop:
        self.stops.append(_Stop(failure, problem))
        return self.stops[-1]

    def _do(self, action: Action, *, look: bool = True) -> None:
        self._done.append(action)
        self._try(lambda walker: do(walker, action, look=look))

    @initialize(
        scene=choices.SCENES, prologue=choices.PROLOGUES, pick=choices.MANY, last=choices.LAST
    )
    def begin(
        self, scene: Scene, prologue: Sequence[Action], pick: int, last: Sequence[Pick]
    ) -> None:
        """Begin in a fresh world, with a life or two that chance alone would seldom bring about.

        Of what is to be refused each walk tries a few kinds, until all have had their turn.
        """
        self._scene, self._last = scene, last
        try:
            self._walker = self.search.begin(scene, self._stack)
        except (NotObserved, OSError) as problem:
            raise self._stop(None, problem) from None
        self._try(looking.everything if not self.search.begun else looking.glance)
        self.search.begun = True
        for action in prologue:
            self._do(action, look=isinstance(action, Advance | Extend))
            if isinstance(action, Advance):
                for kind in self.search.kinds(3):
                    self._do(Refuse(kind, pick, 7), look=False)
        if scene.crowd:
            crowd = Submit(0, 0, When("", -60), 24, "one of a crowd", scene.crowd)
            self._do(crowd, look=False)
            self._do(Advance())
            self._do(Read("pages", Pick(per_page=scene.crowd % 5 + 1)), look=False)

    @rule(
        user=choices.USERS,
        vm=choices.MACHINES,
        snapshots=choices.SNAPSHOTS,
        style=choices.STYLES,
        settles=st.booleans(),
    )
    def submit(
        self,
        user: int,
        vm: int,
        snapshots: list[tuple[When, Any, str]],
        style: int,
        settles: bool,
    ) -> None:
        """Ask for snapshots."""
        for when, hours, text in snapshots:
            self._do(Submit(user, vm, when, hours, text, 1, style, settles), look=False)
        self._look()

    @rule(
        user=choices.USERS,
        vm=choices.MACHINES,
        when=choices.SOON,
        hours=choices.FEW,
        text=choices.TEXTS,
    )
    def submit_at_once(self, user: int, vm: int, when: When, hours: int, text: str) -> None:
        """Ask for a snapshot, and let it be taken."""
        self._do(Submit(user, vm, when, hours, text), look=False)
        self._do(Advance())

    @rule(user=choices.USERS, vm=choices.MACHINES, when=choices.SOON, count=st.sampled_from((2, 3)))
    def submit_many(self, user: int, vm: int, when: When, count: int) -> None:
        """Ask for several snapshots for the same minute."""
        self._do(Submit(user, vm, when, 1, "one of many", count))

    @rule(
        which=choices.NUMBERS,
        hours=choices.HOURS,
        times=st.sampled_from((1, 1, 2, 4)),
        kinds=st.sampled_from(("extensions", "untimely", "others")),
        pick=choices.MANY,
        style=choices.STYLES,
    )
    def extend(self, which: int, hours: Any, times: int, kinds: str, pick: int, style: int) -> None:
        """Put off the end of a snapshot, and try what is refused there."""
        self._need_one()
        self._do(Extend(which, hours, times, style))
        self._do(Refuse(kinds, pick, 5))

    @rule(
        works=st.lists(st.sampled_from((DELETE, REVERT)), min_size=1, max_size=3),
        user=choices.USERS,
        which=choices.NUMBERS,
        seconds=st.sampled_from((0, 1, 4000)),
        pick=choices.MANY,
        style=choices.STYLES,
    )
    def act(
        self, works: list[str], user: int, which: int, seconds: int, pick: int, style: int
    ) -> None:
        """Delete a snapshot, or go back to it."""
        self._need_one()
        if seconds:
            self._do(Advance(seconds), look=False)
        self._do(Refuse("hidden", pick, 4), look=False)
        for work in works:
            self._do(Act(work, user, which, 1, style), look=False)
        self._look()

    @rule(
        user=choices.USERS,
        vm=choices.MACHINES,
        when=st.none() | choices.DATES,
        style=choices.STYLES,
    )
    def consolidate(self, user: int, vm: int, when: When | None, style: int) -> None:
        """Ask for disks to be consolidated."""
        self._do(Consolidate(user, vm, when, style))

    @rule(
        changes=st.lists(choices.CHANGES, min_size=1, max_size=3),
        user=choices.USERS,
        vm=choices.MACHINES,
        when=st.none() | choices.AHEAD | choices.DATES,
        seconds=st.sampled_from((0, 0, 3600)),
        style=choices.STYLES,
    )
    def change(
        self,
        changes: list[tuple[str, Any]],
        user: int,
        vm: int,
        when: When | None,
        seconds: int,
        style: int,
    ) -> None:
        """Ask for a machine to be changed, and let it be."""
        for work, value in changes:
            self._do(Change(work, user, vm, value, when, 1, style), look=False)
        self._look()
        self._do(Advance(seconds))

    @rule(
        which=choices.NUMBERS,
        when=st.none() | choices.AHEAD | choices.DATES,
        alone=st.booleans(),
        work=choices.CHANGES,
        pick=choices.MANY,
        style=choices.STYLES,
    )
    def update(
        self,
        which: int,
        when: When | None,
        alone: bool,
        work: tuple[str, Any],
        pick: int,
        style: int,
    ) -> None:
        """Ask for a change at a date; put off or give up one of those that wait, and retry some."""
        self._do(Change(work[0], 0, which, work[1], When("", 7200)), look=False)
        self._do(Refuse("updates", pick, 3), look=False)
        self._do(Update(which, when, alone, style))
        self._do(Refuse("late updates", pick, 3), look=False)
        self._do(Advance(event=0))
        self._do(Retry(which, 2))
        self._do(Refuse("retries", pick, 3), look=False)
        self._do(Advance())

    @rule(
        event=st.sampled_from((0, 0, 0, 1, 2, 5)),
        after=st.sampled_from((0, 0, -1_000_000, -1, 1, 1_000_000, 466_488)),
    )
    def advance_to_an_event(self, event: int, after: int) -> None:
        """Let time pass until something happens, or until just before or after it."""
        self._do(Advance(event=event, after=after))

    @rule(event=st.sampled_from((0, 0, 1)))
    def advance_through_an_event(self, event: int) -> None:
        """Let time pass until a second before something happens, and then that second."""
        self._do(Advance(event=event, after=-1_000_000))
        self._do(Advance(1))

    @rule(seconds=st.sampled_from((0, 0, 1, 59, 60, 3600, 30_000, 90_000, 300_000)))
    def advance(self, seconds: int) -> None:
        """Let time pass."""
        self._do(Advance(seconds))

    @rule(user=choices.USERS, pick=choices.MANY, ages=st.booleans())
    def log_in(self, user: int, pick: int, ages: bool) -> None:
        """Log in, wrongly and rightly; let the token grow old, and use it."""
        self._do(Refuse("logins", pick, 8), look=False)
        self._do(LogIn(user), look=False)
        self._do(Advance(1), look=False)
        self._do(LogIn(user), look=False)
        self._do(Refuse("strangers", pick, 7), look=False)
        if ages:
            for after in (-1_000_000, 0, 1_000_000):
                self._do(Advance(token=-1, after=after), look=False)
                self._do(UseTokens(), look=False)
        self._look()

    @rule(what=st.sampled_from(READS), query=choices.QUERIES)
    def read(self, what: str, query: Pick) -> None:
        """Read more than a glance shows."""
        self._do(Read(what, query))

    @rule(queries=st.lists(choices.QUERIES, min_size=2, max_size=6))
    def read_lists(self, queries: list[Pick]) -> None:
        """Read lists as queries ask."""
        for query in queries:
            self._do(Read("query", query), look=False)
        self._look()

    @rule(kinds=st.lists(st.sampled_from(tuple(KINDS)), min_size=2, max_size=4), pick=choices.MANY)
    def be_refused(self, kinds: list[str], pick: int) -> None:
        """Ask for what is to be refused."""
        for kind in kinds:
            self._do(Refuse(kind, pick, 7), look=False)
        self._look()

    def _need_one(self) -> None:
        """Have a snapshot taken, if none is there to be worked on."""
        if self._walker is not None and not self._walker.model.standing:
            self._do(Submit(0, 0, When(), 24, "to be worked on"), look=False)
            self._do(Advance(), look=False)

    def _look(self) -> None:
        self._try(_late_glance)

    def teardown(self) -> None:
        """Ask for some lists, let all that is ahead happen, read everything, leave the world."""
        try:
            if self._walker is not None:
                for query in self._last:
                    self._do(Read("query", query), look=False)
                self._look()
                self._do(Advance(event=-1), look=False)
                self._do(Read("everything"), look=False)
        finally:
            self._stack.close()
