"""Walks a scenario of contracts/ on a server, and says where the server leaves it.

It sees HTTP, schemas and contracts only. Nothing heavy is imported here: the schemas come with the
Answers that are passed in.
"""

import json
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import unquote

from vss_mock.contract import spelling
from vss_mock.contract.judge import capture, compare, judge
from vss_mock.contract.moments import named
from vss_mock.contract.places import Place
from vss_mock.contract.rules import LOGIN, TIME, WORLD, WRITES, Break, NotObserved, Rule
from vss_mock.contract.sent import Sent, spell_path, spell_query
from vss_mock.contract.transport import Answer
from vss_mock.contract.values import fill
from vss_mock.contract.words import DIALECTS

if TYPE_CHECKING:
    from vss_mock.contract.answers import Answers
    from vss_mock.contract.api import Operation

Step = Mapping[str, Any]
DEFAULT_AUTH: Final = {"bearer": "{token}"}
PAUSE: Final = 2.0
"""Seconds between two tries of a patient call, where time passes by itself."""
SUITE: Final = "scenarios"

_READS = re.compile("(?:-get|-list|-root|-summary|-status|-ping|-motd|token-request)$")
_USER = re.compile(r"\{(?:([a-z][a-z0-9]*)_)?token\}")


class Scenario(NamedTuple):
    """A file of contracts/, found valid by `common/scenario.json`, which describes its members.

    `dialects` are those that it is for, `dialect` is the one that it is spelled in by now.
    """

    id: str
    title: str
    source: str
    evidence: str
    tags: Sequence[str]
    steps: Sequence[Step]
    world: Mapping[str, Any] = {}
    moments: Mapping[str, str] = {}
    anywhere: bool = False
    dialects: Sequence[str] = DIALECTS
    dialect: str = DIALECTS[0]


class Stage(NamedTuple):
    """One step as it went: what was sent and answered, and what is broken.

    `breaks` are of what the scenario expects, `flaws` of what holds of any answer. `sent` is None
    where time passed without a call, `answer` where there was nothing to be sent.
    """

    number: int
    step: Step
    sent: Sent | None
    answer: Answer | None
    breaks: Sequence[Break]
    flaws: Sequence[Break] = ()


class Walk(NamedTuple):
    """A scenario as far as it was walked: to its end, or to the first stage that broke it.

    `unseen` is why it could not be walked on, "" if it could.
    """

    scenario: Scenario
    stages: Sequence[Stage]
    unseen: str = ""

    @property
    def breaks(self) -> Sequence[Break]:
        """What is broken of what the scenario expects; nothing if the server kept it so far."""
        return self.stages[-1].breaks if self.stages else ()


def read(document: Mapping[str, Any]) -> Scenario:
    """Return the scenario that a file's document describes, as it is written."""
    return Scenario(**document)


def spoken(scenario: Scenario, dialect: str, known: Container[str]) -> Scenario | None:
    """Return a scenario as a dialect has it, None for one that is not for this dialect.

    Of calls that are told in a list those are made that the dialect knows.
    """
    if dialect not in scenario.dialects:
        return None
    base = scenario.dialects[0]
    steps = [one for step in scenario.steps for one in _spoken(step, dialect, base, known)]
    return scenario._replace(steps=steps, dialect=dialect)


def _spoken(step: Step, dialect: str, base: str, known: Container[str]) -> Iterator[Step]:
    """Give the steps that a dialect has for one: none, one, or one for each call of a list."""
    dialects = step.get("dialects", (base, *DIALECTS))
    if dialect not in dialects:
        return
    base = max(base, dialects[0])
    plain = {name: value for name, value in step.items() if name not in {"dialects", "in"}}
    for one in spelling.since(dialect):
        other = step.get("in", {}).get(one, {})
        plain |= other
        base = one if "expect" in other else base
    if "call" not in plain:
        yield plain
        return
    told = plain["call"]
    for call in [told] if isinstance(told, str) else [one for one in told if one in known]:
        yield _spelled({**plain, "call": call}, dialect, base)


def _spelled(step: dict[str, Any], dialect: str, base: str) -> Step:
    call = step["call"]
    if "expect" in step:
        step["expect"] = spelling.expect(step["expect"], call, dialect, base)
    if "query" in step:
        step["query"] = spelling.query(step["query"], dialect)
    if "capture" in step:
        step["capture"] = {
            name: spelling.pointer(where, call, dialect, base)
            for name, where in step["capture"].items()
        }
    return step


def rule(scenario: Scenario) -> Rule:
    """Return the rule that a scenario is."""
    return Rule(
        scenario.id,
        scenario.title,
        scenario.source,
        scenario.evidence,
        tuple(scenario.tags),
        SUITE,
        needs(scenario),
    )


def needs(scenario: Scenario) -> tuple[str, ...]:
    """Return what a server has to offer so that a scenario can be walked there."""
    text = json.dumps(scenario.steps)
    found = {
        WRITES: any(map(_writes, scenario.steps)),
        TIME: any("call" not in step for step in scenario.steps),
        WORLD: not scenario.anywhere,
        LOGIN: "{login}" in text or "{password}" in text,
    }
    return tuple(need for need, needed in found.items() if needed)


def _writes(step: Step) -> bool:
    if "call" not in step:
        return False
    if "method" in step:
        return step["method"] not in {"GET", "HEAD", "OPTIONS"}
    return _READS.search(step["call"]) is None


def walk(scenario: Scenario, place: Place, answers: "Answers") -> Walk:
    """Walk a scenario until its end, until the server breaks it, or as far as can be seen.

    Raises UnknownName for a `{name}` that nothing stands for, OSError where there is no answer.
    """
    stages: list[Stage] = []
    try:
        values = dict(place.names)
        if scenario.moments:
            values |= named(scenario.moments, place.time.now(), scenario.dialect)
        for number, step in enumerate(scenario.steps, 1):
            for choice in _choices(step):
                values.update(fill(choice, values))
                stage = _take(number, step, place, answers, values)
                stages.append(_said(stage, scenario))
                if stage.breaks:
                    return Walk(scenario, stages)
    except NotObserved as reason:
        return Walk(scenario, stages, str(reason))
    return Walk(scenario, stages)


def _choices(step: Step) -> Iterable[dict[str, Any]]:
    """Return what to name before each taking of a step: once nothing, or the values of `each`."""
    if "each" not in step:
        return ({},)
    ((name, options),) = step["each"].items()
    return ({name: option} for option in options)


def _said(stage: Stage, scenario: Scenario) -> Stage:
    """Return a stage whose breaks say how well what is broken is known."""
    evidence = stage.step.get("evidence", scenario.evidence)
    source = stage.step.get("source", scenario.source)
    known = [broken._replace(evidence=evidence, source=source) for broken in stage.breaks]
    return stage._replace(breaks=known)


def _take(
    number: int, step: Step, place: Place, answers: "Answers", values: dict[str, Any]
) -> Stage:
    """Take one step; what it captures is added to the values."""
    if "call" not in step:
        how = {name: step[name] for name in ("advance", "advance_to") if name in step}
        done = place.time.jump(fill(how, values))
        if done is None:
            return Stage(number, step, None, None, [])
        return Stage(number, step, *done, compare("status", 200, done[1].status))
    stage = _call(number, step, place, answers, values)
    waited = 0.0
    while step.get("patient") and stage.breaks and waited < place.time.patience:
        place.time.wait(PAUSE)
        waited += PAUSE
        again = _call(number, step, place, answers, values)
        new = [flaw for flaw in again.flaws if flaw not in stage.flaws]
        stage = again._replace(flaws=[*stage.flaws, *new])
    return stage


def _call(
    number: int, step: Step, place: Place, answers: "Answers", values: dict[str, Any]
) -> Stage:
    """Make the call of a step."""
    from vss_mock.contract.answers import Call  # noqa: PLC0415  # it loads jsonschema

    operation = answers.api.operations[step["call"]]
    sent = _spell(step, operation, place.url, values)
    if "link" in step and not operation.matches(unquote(sent.path)):
        astray = Break("link", f"{place.url}{operation.path}", sent.path)
        return Stage(number, step, sent, None, [astray])
    answer = sent.through(place.transport, values)
    success = 200 if sent.method in {"HEAD", "OPTIONS"} else operation.success
    breaks = judge(fill(step.get("expect", {}), values), success, answer)
    asked = Call(sent.method, sent.path, _caller(sent, place, values))
    flaws = answers.flaws(asked, answer, operation)
    captured, missing = capture(step.get("capture", {}), answer)
    values.update(captured)
    return Stage(number, step, sent, answer, breaks or missing, flaws)


def _caller(sent: Sent, place: Place, values: Mapping[str, Any]) -> str | None:
    """Return the name of the user whose token the place gave, None for any other token."""
    auth = sent.auth or {}
    spelled = auth["bearer"] if "bearer" in auth else auth.get("basic", [""])[0]
    token = _USER.fullmatch(spelled)
    if token is None:
        return None
    name = token[0][1:-1]
    if values.get(name) != place.names.get(name):
        return None
    user: str | None = token[1] or place.names.get("username")
    return user


def _spell(step: Step, operation: "Operation", url: str, values: Mapping[str, Any]) -> Sent:
    """Return a step's call; a link to elsewhere keeps its host, and so is no path of ours."""
    path = step.get("path", operation.path)
    query = spell_query(fill(step.get("query", {}), values))
    if "link" in step:
        link = str(fill(step["link"], values))
        path, _, query = link.removeprefix(url).partition("?")
    elif "path" not in step:
        path = spell_path(path, fill(step.get("params", {}), values))
    body = None
    if "raw" in step:
        raw = step["raw"]
        body = (raw if isinstance(raw, str) else str(fill(raw, values))).encode()
    elif "body" in step:
        body = json.dumps(fill(step["body"], values)).encode()
    auth = step.get("auth", DEFAULT_AUTH)
    return Sent(
        step.get("method", operation.method), path, query, auth, step.get("headers", {}), body
    )
