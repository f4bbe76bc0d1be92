"""Each lie fits today's source, is told to clients, and is found out by the contract suite."""

import ast
import json
from pathlib import Path

import pytest

from tests.mutants import LIES, TABLES
from tests.mutants.lie import KINDS, ROOT, Edit, Lie, Unfit, applied, texts
from tests.mutants.running import TOKEN, judge, serving
from vss_mock.client import Client
from vss_mock.contract.runner import open_book
from vss_mock.contract.words import DIALECTS
from vss_mock.simulator.lifecycle import TRANSITIONS

FEWEST = 100
"""How many lies there are at least."""
BEARER = {"Authorization": f"Bearer {TOKEN}"}
QUICK = ("--profile", "quick", "--seed", "0")
"""How the suite is run on each lie."""
ONE_IN = 4
SAMPLE = list(LIES.values())[::ONE_IN]
"""The lies that every run of the tests plants; `make mutants` plants all of them."""
ON_COMMAND = {
    *(f"{job}.{event}" for job in TRANSITIONS for event in ("start", "back-off", "miss")),
    "create.fail",
    "consolidate.fail",
    "consolidate.retry",
}
"""What happens only where somebody asked for it beside the API: work that lasts, faults, holds.

The suite asks for none of that, and knows nothing of it.
"""


def operations() -> set[str]:
    documents = [
        json.loads((ROOT / f"schemas/{dialect}/openapi.json").read_bytes()) for dialect in DIALECTS
    ]
    return {
        operation["operationId"]
        for document in documents
        for item in document["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict) and "operationId" in operation
    }


@pytest.mark.parametrize("lie", LIES.values(), ids=list(LIES))
def test_the_edits_fit_and_the_edited_files_can_be_read(lie: Lie) -> None:
    for path, text in texts(lie.edits).items():
        assert text != (ROOT / path).read_text(encoding="utf-8")
        if path.endswith(".py"):
            ast.parse(text, path)
        else:
            json.loads(text)


def test_there_are_enough_lies_and_each_has_a_name_of_its_own() -> None:
    assert sum(len(table.LIES) for table in TABLES) == len(LIES) >= FEWEST


def test_every_table_is_told() -> None:
    named = {Path(table.__file__ or "").name for table in TABLES}
    assert named == {path.name for path in Path(__file__).parent.glob("lies_*.py")}


def test_no_two_lies_say_the_same() -> None:
    assert len({lie.what for lie in LIES.values()}) == len(LIES)
    assert len({frozenset(lie.edits) for lie in LIES.values()}) == len(LIES)


def test_every_lie_is_of_a_known_kind_and_names_who_has_to_notice() -> None:
    for lie in LIES.values():
        assert lie.kind in KINDS, lie.id
        assert lie.rules, lie.id
        assert lie.shows, lie.id


def test_every_kind_is_lied_about_at_several_depths() -> None:
    kinds = [lie.kind for lie in LIES.values()]
    assert {kind for kind in KINDS if kinds.count(kind) < 4} == set()


def test_of_every_kind_a_lie_is_planted_in_every_run() -> None:
    assert {lie.kind for lie in SAMPLE} == set(KINDS)


def test_every_dialect_is_lied_in() -> None:
    assert {lie.dialect for lie in LIES.values()} == set(DIALECTS)


def test_every_operation_is_lied_about() -> None:
    assert {name for lie in LIES.values() for name in lie.shows} == operations()


def test_every_transition_that_the_api_alone_brings_about_is_lied_about() -> None:
    moves = {
        f"{job}.{event}"
        for job, states in TRANSITIONS.items()
        for events in states.values()
        for event in events
    }
    lied_about = {name for lie in LIES.values() for name in lie.moves}
    assert lied_about | ON_COMMAND == moves
    assert not lied_about & ON_COMMAND


@pytest.mark.parametrize(
    ("old", "new"), [("not there", "x"), ("there", "x"), ("once", "once")], ids=str
)
def test_an_edit_that_does_not_fit_is_refused(old: str, new: str) -> None:
    with pytest.raises(Unfit):
        applied(Edit("a file", old, new), "here and there and there, once")


def test_a_lie_in_the_source_is_told_to_clients() -> None:
    with serving(LIES["memory-in-gigabytes"]) as url, Client(url) as client:
        found = client.get("/v2/vm?name=coreos0&summary=1", BEARER)
    assert [row["memoryMB"] for row in found["data"]] == [4]


def test_a_lie_in_a_schema_is_told_to_clients() -> None:
    body = {"from_date": "2016-07-29 22:00", "valid_for": 1, "description": ""}
    with serving(LIES["empty-description"]) as url, Client(url) as client:
        found = client.get("/v2/vm?name=coreos0&summary", BEARER)
        path = f"/v2/vm/{found['data'][0]['uuid']}/snapshot"
        assert client.post(path, body, BEARER)["data"]["state"] == "Submitted"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_rules_that_have_to_notice_are_rules_of_the_suite(dialect: str) -> None:
    known = {rule.id for rule in open_book(dialect).rules()}
    told = {rule for lie in LIES.values() if lie.dialect == dialect for rule in lie.rules}
    assert told - known == set()


@pytest.mark.parametrize("lie", SAMPLE, ids=[lie.id for lie in SAMPLE])
def test_the_suite_catches(lie: Lie) -> None:
    rule = lie.rules[0]
    assert rule in judge(lie, (*QUICK, "--only", rule)).broken, lie.what
