"""Walks a scenario of contracts/ against a server, and says where the server leaves it.

It sees HTTP, schemas and contracts only, and moves time through the clock's URL. Nothing heavy is
imported here: the schemas come with the Api that is passed in.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

from vss_mock.contract.judge import capture, compare, judge
from vss_mock.contract.rules import Break
from vss_mock.contract.sent import Sent, spell_path, spell_query
from vss_mock.contract.transport import Answer, Transport
from vss_mock.contract.values import fill, show

if TYPE_CHECKING:
    from vss_mock.contract.api import Api, Operation

Step = Mapping[str, Any]
DEFAULT_AUTH = {"bearer": "{token}"}


class Scenario(NamedTuple):
    """A file of contracts/, found valid by `common/scenario.json`, which describes its members."""

    id: str
    title: str
    source: str
    evidence: str
    tags: Sequence[str]
    steps: Sequence[Step]
    world: Mapping[str, Any] = {}


class Target(NamedTuple):
    """A server: how to reach it, its URL, what `{name}` stands for there, its clock's path.

    `values` has at least url, token, username, login, password, vm and vm_name.
    """

    transport: Transport
    url: str
    values: Mapping[str, Any]
    clock: str = "/_mock/clock"


class Stage(NamedTuple):
    """One call as it went: the step it is of, what was sent and answered, what is broken."""

    number: int
    step: Step
    sent: Sent
    answer: Answer | None
    breaks: Sequence[Break]


class Walk(NamedTuple):
    """A scenario as far as it was walked: to its end, or to the first stage that broke a rule."""

    scenario: Scenario
    stages: Sequence[Stage]

    @property
    def breaks(self) -> Sequence[Break]:
        """What is broken; nothing if the server kept the scenario."""
        return self.stages[-1].breaks


def read(document: Mapping[str, Any]) -> Scenario:
    """Return the scenario that a file's document describes."""
    return Scenario(**document)


def walk(scenario: Scenario, target: Target, api: "Api") -> Walk:
    """Walk a scenario in a fresh world until its end, or until the server breaks a rule.

    Raises UnknownName for a `{name}` that nothing stands for, OSError where there is no answer.
    """
    values = dict(target.values)
    stages: list[Stage] = []
    for number, step in enumerate(scenario.steps, 1):
        for choice in _choices(step):
            values.update(choice)
            stages.append(_take(number, step, target, api, values))
            if stages[-1].breaks:
                return Walk(scenario, stages)
    return Walk(scenario, stages)


def _choices(step: Step) -> Iterable[Mapping[str, Any]]:
    """Return what to name before each taking of a step: once nothing, or the values of `each`."""
    if "each" not in step:
        return ({},)
    ((name, options),) = step["each"].items()
    return ({name: option} for option in options)


def _take(number: int, step: Step, target: Target, api: "Api", values: dict[str, Any]) -> Stage:
    """Take one step; what it captures is added to the values."""
    if "call" not in step:
        jump = {name: step[name] for name in ("advance", "advance_to") if name in step}
        sent = Sent("POST", target.clock, body=json.dumps(jump).encode())
        answer = sent.through(target.transport, values)
        return Stage(number, step, sent, answer, compare("status", 200, answer.status))
    operation = api.operations[step["call"]]
    sent = _spell(step, operation, target, values)
    if "link" in step and not operation.matches(unquote(sent.path)):
        astray = Break("link", f"{target.url}{operation.path}", sent.path)
        return Stage(number, step, sent, None, [astray])
    answer = sent.through(target.transport, values)
    success = 200 if sent.method in {"HEAD", "OPTIONS"} else operation.success
    breaks = judge(fill(step.get("expect", {}), values), success, answer)
    breaks += [
        Break(found.pointer, found.rule, show(found.value))
        for found in api.violations(operation, sent.method, sent.path, answer)
    ]
    captured, missing = capture(step.get("capture", {}), answer)
    values.update(captured)
    return Stage(number, step, sent, answer, breaks or missing)


def _spell(step: Step, operation: "Operation", target: Target, values: Mapping[str, Any]) -> Sent:
    """Return a step's call; a link to elsewhere keeps its host, and so is no path of ours."""
    path = step.get("path", operation.path)
    query = spell_query(fill(step.get("query", {}), values))
    if "link" in step:
        link = str(fill(step["link"], values))
        path, _, query = link.removeprefix(target.url).partition("?")
    elif "path" not in step:
        path = spell_path(path, fill(step.get("params", {}), values))
    body = None
    if "raw" in step:
        body = step["raw"].encode()
    elif "body" in step:
        body = json.dumps(fill(step["body"], values)).encode()
    auth = step.get("auth", DEFAULT_AUTH)
    return Sent(
        step.get("method", operation.method), path, query, auth, step.get("headers", {}), body
    )
