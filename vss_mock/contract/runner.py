"""Judges a server: takes it through the suites, and says of each rule what became of it."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

from vss_mock import resources
from vss_mock.contract import relations
from vss_mock.contract.answers import Answers, Call
from vss_mock.contract.api import Api
from vss_mock.contract.pace import Overrun
from vss_mock.contract.patience import Wall
from vss_mock.contract.places import MovableTime, Place
from vss_mock.contract.rules import (
    BROKEN,
    KEPT,
    LOGIN,
    NOT_OBSERVED,
    OWN,
    TIME,
    WORLD,
    WRITES,
    Break,
    Finding,
    NotObserved,
    Outcome,
    Rule,
    Told,
)
from vss_mock.contract.run import Run
from vss_mock.contract.scenario import Scenario, Walk, read, spoken, walk
from vss_mock.contract.scenario import rule as rule_of
from vss_mock.contract.story import told
from vss_mock.contract.targets import WORLDS, CannotJudge, Target
from vss_mock.contract.traffic import Coverage, Traffic
from vss_mock.contract.transport import Answer, NoAnswer
from vss_mock.contract.values import UnknownName, at

PROFILES: Final = ("quick", "ci", "deep")
MOST_A_RULE: Final = 3
"""How many findings of one rule are told."""
BUDGET: Final = 600.0
"""Seconds that `deep` looks, unless told otherwise."""

MOST_SURVEYED: Final = 4
"""How many scenarios' worlds are surveyed, once they were walked, by the quick profile."""
LIVED: Final = "lifecycle"
"""The tag of scenarios that leave a world in which there is something for relations to hold."""
NO_WORLD: Final = "it takes a world of its own, and the server has none to give"

ANSWERED: Final = Rule(
    "every-call-is-answered",
    "Every call is answered, in HTTP and in time",
    OWN,
    "assumed",
    ("http",),
    "answers",
)


class Options(NamedTuple):
    """How to judge. `only` are tags, suites or ids of rules; none means all."""

    profile: str = "ci"
    only: tuple[str, ...] = ()
    seed: int = 0
    fail_on: str = "assumed"
    budget: float = BUDGET
    dialect: str = "2016"
    command: str = ""
    version: str = ""


class Listener(Protocol):
    """Is told how a run gets on."""

    def begin(self, suite: str, steps: int) -> None:
        """A suite begins; `steps` is how often `step` will be called, 0 if nobody knows."""

    def step(self, what: str) -> None:
        """Something was looked at."""

    def found(self, finding: Finding) -> None:
        """A rule is broken; told once a rule."""

    def say(self, text: str) -> None:
        """Something that people should know, such as what is about to be made."""


class Book(NamedTuple):
    """What there is to judge by: the API of a dialect, its scenarios, its OpenAPI document."""

    api: Api
    scenarios: Sequence[Scenario]
    document: Path

    def rules(self) -> list[Rule]:
        """Return every rule there is."""
        from vss_mock.contract import machine, search  # noqa: PLC0415  # they load heavy libraries

        return [
            *Answers(self.api, "").rules(),
            ANSWERED,
            *relations.rules(self.api.dialect),
            *map(rule_of, self.scenarios),
            *machine.rules(self.api.dialect),
            *search.RULES,
        ]


def open_book(dialect: str) -> Book:
    """Return the book of a dialect. Raises LookupError for a dialect that has none."""
    name = f"{dialect}/openapi.json"
    api = Api(resources.load_schemas(), name)
    written = map(read, resources.load_contracts().values())
    scenarios = [spoken(one, dialect, api.operations) for one in written]
    return Book(
        api, [one for one in scenarios if one is not None], resources.find("schemas") / name
    )


def chosen(rules: Sequence[Rule], only: Sequence[str]) -> list[Rule]:
    """Return the rules that tags, suites or ids choose. Raises LookupError for an unknown word."""
    known = {word for rule in rules for word in (*rule.tags, rule.suite, rule.id)}
    for word in only:
        if word not in known:
            raise LookupError(word)
    wanted = set(only)
    return [rule for rule in rules if not wanted or wanted & {*rule.tags, rule.suite, rule.id}]


class Judge:
    """Judges one server once."""

    def __init__(
        self,
        target: Target,
        book: Book,
        options: Options,
        traffic: Traffic,
        wall: Wall,
        listener: Listener,
    ) -> None:
        self._target = target
        self._book = book
        self._options = options
        self._traffic = traffic
        self._wall = wall
        self._listener = listener
        target.dialect = options.dialect
        self._answers = Answers(book.api, target.url)
        self._rules = {rule.id: rule for rule in chosen(book.rules(), options.only)}
        self._found: dict[str, list[Finding]] = {}
        self._looked_at: Counter[str] = Counter()
        self._unseen: dict[str, str] = {}
        self._left: list[str] = []
        lived = [one for one in book.scenarios if LIVED in one.tags]
        lived.sort(key=lambda one: (-len(one.steps), one.id))
        most = MOST_SURVEYED if options.profile == "quick" else len(lived)
        self._surveyed = {one.id for one in lived[:most]}
        self.coverage = Coverage()
        traffic.seen = self._see
        target.announced = listener.say

    def run(self) -> Run:
        """Judge the server. Raises CannotJudge where it cannot be reached, or is lost on the way.

        KeyboardInterrupt ends it early; what was made is tidied up first, as it always is.
        """
        started, before = self._wall.now(), self._wall.seconds()
        try:
            self._target.open()
            self._answers.strangers = self._strangers()
            self._suites(before)
        except Overrun as problem:
            raise CannotJudge(f"{self._target.url} cannot be judged: {problem}") from problem
        finally:
            self._tidy()
            self._target.close()
        options = self._options
        return Run(
            target=self._target.url,
            dialect=options.dialect,
            profile=options.profile,
            seed=options.seed,
            command=options.command,
            vm=self._target.vm,
            version=options.version,
            started=started,
            seconds=self._wall.seconds() - before,
            calls=self._traffic.calls,
            outcomes=list(self._outcomes()),
            coverage=self.coverage,
            exchanges=self._traffic.exchanges,
            left=self._left,
            time=self._target.how_time_passes,
            operations=[
                (one.id, one.method, one.path, tuple(self._book.api.statuses(one)))
                for one in self._book.api.operations.values()
            ],
            fail_on=options.fail_on,
        )

    def _strangers(self) -> Api | None:
        """Return the API in which strangers are answered, None if it is the one judged by."""
        other = self._target.strangers
        if other in {None, self._options.dialect}:
            return None
        return Api(resources.load_schemas(), f"{other}/openapi.json")

    def _suites(self, before: float) -> None:
        wanted = {rule.suite for rule in self._rules.values()}
        if wanted & {"answers", "relations"}:
            self._guarded(self._relations)
        self._scenarios()
        if "model" in wanted:
            self._guarded(self._model)
        if "search" in wanted and self._options.profile != "quick":
            self._guarded(self._search)
        rounds = 0
        while (
            self._options.profile == "deep"
            and self._wall.seconds() - before < self._options.budget
            and wanted & {"model", "search"}
        ):
            rounds += 1
            for suite, look in (("model", self._model), ("search", self._search)):
                if suite in wanted:
                    self._guarded(partial(look, rounds))

    def _tidy(self) -> None:
        """Undo what was made; a second interruption leaves the rest, and says so."""
        try:
            self._left += self._target.tidy()
        except KeyboardInterrupt:
            self._left.append("whatever was made and not yet deleted: tidying up was interrupted")
        for what in self._left:
            self._listener.say(f"left behind: {what}")

    def _guarded(self, look: Callable[[], None]) -> None:
        """Let a suite look; a call without an answer is a finding if the server is still there."""
        try:
            look()
        except NoAnswer as problem:
            if not self._target.alive():
                raise CannotJudge(f"{self._target.url} was lost: {problem}") from problem
            words = str(problem)
            self._add(
                Finding(
                    ANSWERED.id,
                    ANSWERED.evidence,
                    ANSWERED.source,
                    words.partition(" got ")[0],
                    "an answer",
                    words.partition("no answer: ")[2] or words,
                    (Told(words, "", ""),),
                )
            )

    def _relations(self) -> None:
        self._listener.begin("relations", 0)
        try:
            place = self._target.given()
        except NotObserved as problem:
            for rule in relations.rules(self._options.dialect):
                self._unseen.setdefault(rule.id, str(problem))
            return
        self._survey(place)

    def _survey(self, place: Place) -> None:
        surveyed = relations.survey(place, self._answers, relations.Limits())
        self._take(surveyed.findings, surveyed.looked_at)

    def _scenarios(self) -> None:
        everything = any(rule.suite == "answers" for rule in self._rules.values())
        wanted = [
            scenario
            for scenario in self._book.scenarios
            if everything or scenario.id in self._rules
        ]
        self._listener.begin("scenarios", len(wanted))
        for scenario in wanted:
            self._guarded(partial(self._scenario, scenario))
            self._listener.step(scenario.id)

    def _scenario(self, scenario: Scenario) -> None:
        missing = self._missing(scenario)
        if missing:
            self._unseen[scenario.id] = missing
            return
        try:
            with self._stage(scenario) as place:
                walked = walk(scenario, place, self._answers)
                if place.own and scenario.id in self._surveyed and not walked.breaks:
                    self._survey(place)
        except (NotObserved, UnknownName) as problem:
            # A name that nothing stands for is one that the server did not tell.
            self._unseen[scenario.id] = str(problem)
            return
        finally:
            if not self._target.worlds:
                self._left += self._target.tidy()
        if walked.unseen:
            self._unseen[scenario.id] = walked.unseen
        else:
            self._looked_at[scenario.id] += 1
        for finding in findings(walked, rule_of(scenario), place.url):
            self._add(finding)

    def _stage(self, scenario: Scenario) -> AbstractContextManager[Place]:
        if self._target.worlds:
            return self._target.fresh(scenario.world)
        return nullcontext(self._target.given())

    def _missing(self, scenario: Scenario) -> str:
        """Return what a scenario needs and the target does not have, "" if nothing."""
        target = self._target
        if target.worlds:
            return ""
        needs = rule_of(scenario).needs
        if WORLD in needs:
            return NO_WORLD
        if WRITES in needs and not target.may_write:
            return "it changes something (--allow-writes allows it)"
        if TIME in needs and not target.time_passes:
            return "time cannot be moved there (--wait lets it pass)"
        if LOGIN in needs and "login" not in target.given().names:
            return "it logs in by name (--user and --password)"
        return ""

    def _model(self, rounds: int = 0) -> None:
        from vss_mock.contract import machine  # noqa: PLC0415  # it loads hypothesis

        depths = {
            "quick": machine.Depth(examples=5, steps=20, shrink_calls=600, rounds=3),
            "ci": machine.Depth(examples=14, steps=40, shrink_calls=2000, rounds=5),
        }
        if not self._target.worlds:
            for rule in machine.rules(self._options.dialect):
                self._unseen[rule.id] = NO_WORLD
            return
        self._listener.begin("model", 0)
        depth = depths.get(self._options.profile, depths["ci"])
        seed = self._options.seed + rounds
        dialect = self._options.dialect
        explored = machine.explore(self._target, lambda _: self._answers, seed, depth, dialect)
        self._take(explored.findings, explored.looked_at)

    def _search(self, rounds: int = 0) -> None:
        from vss_mock.contract import search  # noqa: PLC0415  # it loads schemathesis

        self._listener.begin("search", 0)
        try:
            with self._target.fresh({}) as place:
                searched = self._searched(place, rounds)
        except NotObserved as problem:
            for rule in search.RULES:
                self._unseen[rule.id] = str(problem)
            return
        self._traffic.calls += searched.calls
        self._take(searched.findings, searched.looked_at)

    def _searched(self, place: Place, rounds: int) -> Any:
        from vss_mock.contract import search  # noqa: PLC0415  # as above

        names, time = place.names, place.time
        return search.search(
            self._book.document,
            place.url,
            names["token"],
            (names["login"], names["password"]),
            names["vm"],
            clock=time.path if isinstance(time, MovableTime) else None,
            seed=self._options.seed + rounds,
            depth=self._options.profile,
            reads_only=False,
            rate=None,
            control_token=self._target.control_token,
            strangers=self._target.strangers,
        )

    def _take(self, found: Sequence[Finding], looked_at: Mapping[str, int]) -> None:
        self._looked_at.update(looked_at)
        for finding in found:
            self._add(finding)

    def _add(self, shown: Finding) -> None:
        """Note a finding, without what is secret, unless its like is known."""
        hide = self._target.secrets.hide
        walked = tuple(Told(*map(hide, told)) for told in shown.walk)
        finding = shown._replace(
            expected=hide(shown.expected),
            actual=hide(shown.actual),
            note=hide(shown.note),
            walk=walked,
        )
        known = self._found.setdefault(finding.rule, [])
        if any(one.where == finding.where for one in known) or len(known) >= MOST_A_RULE:
            return
        known.append(finding)
        if len(known) == 1 and finding.rule in self._rules:
            self._listener.found(finding)

    def _see(self, method: str, path: str, answer: Answer) -> None:
        """Note what an answer reached."""
        if (method, path) == ("POST", WORLDS):
            self.coverage.begin_world()
        operation = self._book.api.match(method, path)
        self._looked_at[ANSWERED.id] += 1
        if operation is None:
            return
        self.coverage.saw(operation.id, answer.status)
        self._looked_at[f"answer-{operation.id}"] += 1
        for rule in self._answers.looked_at(Call(method, path), answer):
            self._looked_at[rule] += 1
        if operation.id == "request-snapshot-get" and answer.status == 200:
            try:
                document = json.loads(answer.body)
            except ValueError:
                return
            action, status = at(document, "/data/action"), at(document, "/data/status")
            self.coverage.saw_request(str(at(document, "/_link/self")), str(action), str(status))

    def _outcomes(self) -> Iterator[Outcome]:
        for rule in self._rules.values():
            if rule.id in self._found:
                yield Outcome(rule, BROKEN, findings=self._found[rule.id])
            elif self._looked_at[rule.id]:
                yield Outcome(rule, KEPT)
            else:
                nothing = "nothing came up that it speaks of"
                if rule.suite == "search" and self._options.profile == "quick":
                    nothing = "the quick profile leaves it out"
                why = self._unseen.get(rule.id, nothing)
                yield Outcome(rule, NOT_OBSERVED, why)


def findings(walked: Walk, rule: Rule, url: str) -> Iterator[Finding]:
    """Give what a walk found: what it expected and did not get, and what is wrong in any answer."""
    for stage in walked.stages:
        for broken in (*stage.flaws, *stage.breaks):
            yield finding(broken, rule, told(walked, url, str, stage))


def finding(broken: Break, rule: Rule, walk_told: tuple[Told, ...]) -> Finding:
    """Return a break of a rule, or of the one that it names, as a finding."""
    return Finding(
        broken.rule or rule.id,
        broken.evidence or rule.evidence,
        broken.source or rule.source,
        broken.where or "the body",
        broken.expected,
        broken.actual,
        walk_told,
    )
