"""The files of contracts/ are in order, and together they reach all of the API."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.stage import EVERY, FILES, api, run, scenarios
from tests.meta.checkout import ROOT
from vss_mock import resources
from vss_mock.contract.rules import LOGIN, WRITES
from vss_mock.contract.scenario import Scenario, Step, Walk, needs, read, spoken
from vss_mock.contract.words import DIALECTS
from vss_mock.embedded import Mock
from vss_mock.simulator.lifecycle import TRANSITIONS, UNDER_WAY, Event, Job
from vss_mock.wire.dialects import DIALECTS as SPOKEN
from vss_mock.wire.documents import Documents

OWN = "vss-mock (no document or client shows it)"
Walked = Callable[[str], dict[str, Walk]]
ASKED_FOR = {Event.EXTEND, Event.RESCHEDULE, Event.CANCEL, Event.RETRY}
"""What time does not bring: scenarios look at what comes of it."""
each_dialect = pytest.mark.parametrize("dialect", DIALECTS)


def calls(dialect: str) -> list[Step]:
    """Return every call of every scenario of a dialect."""
    found = scenarios(dialect).values()
    return [step for scenario in found for step in scenario.steps if "call" in step]


MODULES = sorted(
    f"vss_mock.contract.{path.stem}"
    for path in (ROOT / "vss_mock" / "contract").glob("*.py")
    if path.stem != "__init__"
)


@pytest.fixture(scope="module")
def documents() -> Documents:
    return Documents(resources.load_schemas())


@pytest.mark.parametrize("name", FILES)
def test_a_scenario_is_as_its_schema_says(name: str, documents: Documents) -> None:
    assert documents.violations("common/scenario.json", FILES[name], "the scenario") == []


@pytest.mark.parametrize("name", FILES)
def test_a_scenario_is_called_as_its_file(name: str) -> None:
    assert f"{FILES[name]['id']}.json" == name


@each_dialect
def test_every_operation_is_called_by_a_scenario(dialect: str) -> None:
    called = {step["call"] for step in calls(dialect) if not step.keys() & {"method", "path"}}
    assert called == api(dialect).operations.keys()


@each_dialect
def test_every_get_answers_to_head_and_every_path_to_options(dialect: str) -> None:
    operations = api(dialect).operations
    heads = {step["call"] for step in calls(dialect) if step.get("method") == "HEAD"}
    assert heads >= {id for id, operation in operations.items() if operation.method == "GET"}
    asked = {step["call"] for step in calls(dialect) if step.get("method") == "OPTIONS"}
    paths = {operations[id].path for id in asked}
    assert {operation.path for operation in operations.values()} == paths


def test_what_no_document_or_client_shows_is_said_to_be_assumed() -> None:
    said = [(name, one.source, one.evidence) for name, one in EVERY.items()]
    said += [
        (name, step["source"], step["evidence"])
        for name, one in EVERY.items()
        for step in one.steps
        if "source" in step
    ]
    wrong = [
        where for where, source, evidence in said if (source == OWN) != (evidence == "assumed")
    ]
    assert wrong == []


def test_every_captured_value_is_used_by_a_later_step() -> None:
    unused = [
        f"{name} step {number}: {captured}"
        for name, one in EVERY.items()
        for number, step in enumerate(one.steps, 1)
        for captured in step.get("capture", {})
        if f"{{{captured}}}" not in json.dumps(one.steps[number:])
    ]
    assert unused == []


def test_calls_that_are_told_in_a_list_are_known_to_a_dialect() -> None:
    known = {id for dialect in DIALECTS for id in api(dialect).operations}
    told = [step["call"] for each in FILES.values() for step in each["steps"] if "call" in step]
    assert {id for one in told for id in ([one] if isinstance(one, str) else one)} <= known


def test_every_dialect_that_a_step_names_is_one_of_its_scenario_in_order() -> None:
    for each in FILES.values():
        own = each.get("dialects", list(DIALECTS))
        for step in each["steps"]:
            named = step.get("dialects", own)
            assert named == [one for one in own if one in named], each["id"]
            assert step.get("in", {}).keys() <= {*DIALECTS} - {own[0]}, each["id"]


def test_every_tag_is_used(documents: Documents) -> None:
    known = documents.schema("common/scenario.json")["properties"]["tags"]["items"]["enum"]
    assert {tag for scenario in EVERY.values() for tag in scenario.tags} == set(known)


# What one polite client cannot provoke: it would have to be slow, to be many, or to be counted.
UNPROVOKED = {408, 429, 503}


@each_dialect
def test_every_status_code_of_every_operation_is_expected_somewhere(dialect: str) -> None:
    operations = api(dialect).operations
    documented = {
        (operation.id, status)
        for operation in operations.values()
        for status in api(dialect).statuses(operation)
    }
    expected = {
        (step["call"], step.get("expect", {}).get("status", operations[step["call"]].success))
        for step in calls(dialect)
        if not step.keys() & {"method", "path"}
    }
    assert expected == {(id, status) for id, status in documented if status not in UNPROVOKED}


@each_dialect
def test_every_path_is_asked_for_with_every_method_that_it_does_not_take(dialect: str) -> None:
    operations = api(dialect).operations
    refused = {
        (operations[step["call"]].path, step["method"])
        for step in calls(dialect)
        if step.get("expect", {}).get("status") == 405
    }
    taken = {(operation.path, operation.method) for operation in operations.values()}
    methods = {"GET", "POST", "PUT", "PATCH", "DELETE"}
    assert refused >= {(path, method) for path, _ in taken for method in methods} - taken


# What every server has for a walk; the first two are the user's who logs in.
EVERYWHERE = {"login", "password", "url", "token", "username", "vm", "vm_name"}


def names_of(scenario: Scenario) -> set[str]:
    """Return the names that a scenario's steps use and do not give."""
    used = set(re.findall(r"\{([a-z][a-z0-9_]*)(?:\.[a-z]+)?\}", json.dumps(scenario.steps)))
    given = {name for step in scenario.steps for name in step.get("capture", {})}
    given |= {name for step in scenario.steps for name in step.get("each", {})}
    return used - given - set(scenario.moments)


@pytest.mark.parametrize("name", EVERY)
def test_what_can_be_walked_anywhere_uses_what_is_everywhere(name: str) -> None:
    scenario = EVERY[name]
    assert name.startswith("any-") == scenario.anywhere
    if scenario.anywhere:
        assert names_of(scenario) <= EVERYWHERE
        steps = [step for step in scenario.steps if "call" in step]
        assert not any(re.match("[12][0-9]{3}", str(step.get("advance_to"))) for step in steps)
        touched = {step["params"]["uuid"] for step in steps if "uuid" in step.get("params", {})}
        assert touched <= {"{vm}", "00000000-0000-4000-8000-000000000000"}


@each_dialect
def test_most_of_what_can_be_walked_anywhere_only_reads(dialect: str) -> None:
    known = scenarios(dialect)
    anywhere = [scenario for scenario in known.values() if scenario.anywhere]
    reading = [scenario for scenario in anywhere if WRITES not in needs(scenario)]
    assert len(anywhere) >= 14
    assert len(reading) >= 11
    login = [scenario.id for scenario in anywhere if LOGIN in needs(scenario)]
    assert [id for id in login if "login" not in known[id].tags] == []


def test_a_patient_call_comes_after_a_jump() -> None:
    # Where time cannot pass at all, the jump ends the walk, and nothing is called broken.
    for scenario in EVERY.values():
        jumped = False
        for step in scenario.steps:
            jumped = jumped or "call" not in step
            assert jumped or "patient" not in step, scenario.id


def test_no_more_than_one_scenario_has_a_title() -> None:
    assert len({each["title"] for each in FILES.values()}) == len(FILES)


@each_dialect
def test_the_scenarios_together_take_every_transition(walked: Walked, dialect: str) -> None:
    words = SPOKEN[dialect].statuses
    wanted = {
        (event.value, words[before], words[after])
        for job, table in TRANSITIONS.items()
        for before, events in table.items()
        for event, after in events.items()
        if event not in ASKED_FOR and before not in UNDER_WAY and not told(job, event)
    }
    assert transitions(walked(dialect)) == wanted


def told(job: Job, event: Event) -> bool:
    """Tell whether an event comes only where a mock is told so: no walk asks a service for that."""
    fails = event is Event.FAIL and job in {Job.CREATE, Job.CONSOLIDATE}
    return fails or event in {Event.START, Event.BACK_OFF, Event.MISS}


def transitions(walks: dict[str, Walk]) -> set[tuple[str, str, str]]:
    """Return what the jumps of all walks let happen: event, status before, status after."""
    jumps = [
        json.loads(stage.answer.body)
        for walked in walks.values()
        for stage in walked.stages
        if "call" not in stage.step and stage.answer is not None
    ]
    return {(e["event"], e["from"], e["to"]) for jump in jumps for e in jump["fired"]}


def test_the_readme_shows_a_scenario_that_is_valid_and_kept(
    mock: Mock, documents: Documents
) -> None:
    text = (ROOT / "contracts" / "README.md").read_text(encoding="utf-8")
    shown: list[Any] = [
        json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    ]
    assert shown
    for document in shown:
        assert documents.violations("common/scenario.json", document, "the scenario") == []
        for dialect in DIALECTS:
            scenario = spoken(read(document), dialect, api(dialect).operations)
            assert scenario is None or not run(mock, scenario).breaks


def loaded_by(*modules: str) -> set[str]:
    """Return all modules that importing some loads in a fresh interpreter."""
    program = f"import sys, {', '.join(modules)}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return set(done.stdout.split())


def test_the_judge_knows_nothing_of_the_mock() -> None:
    inside = {"simulator", "wire", "api", "server", "embedded", "assembly"}
    assert {name for name in loaded_by(*MODULES) if name.split(".")[:1] == ["vss_mock"]} == {
        "vss_mock",
        "vss_mock.contract",
        "vss_mock.resources",  # finds the schemas and the scenarios
        *MODULES,
    }
    assert not loaded_by(*MODULES) & {f"vss_mock.{name}" for name in inside}


def test_importing_the_walk_loads_nothing_heavy() -> None:
    heavy = {"aiohttp", "hypothesis", "jsonschema", "orjson", "referencing", "schemathesis"}
    assert not loaded_by("vss_mock.contract.scenario", "vss_mock.contract.story") & heavy
