"""The data about releases is what it has to be, and the table says of a run what came of it."""

import re
from pathlib import Path

import pytest

from tests.clients import table
from tests.clients.mock import STARTS
from tests.clients.outcomes import Mark, Outcome, Run, judge
from tests.clients.rows import Row, Slip, newest, pins, rows, select
from tests.clients.running import OPERATIONS

PIN = re.compile(r"[\w.-]+==[0-9][\w.]*")
ROW = Row("pyvss", "0.3.3", "2016", "2016-10", slips={"revert": Slip("expected '}'", "a typo")})


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.key)
def test_a_row_names_exact_versions_and_operations_that_there_are(row: Row) -> None:
    assert row.dialect in STARTS
    assert all(slip.complaint and slip.why for slip in row.slips.values())
    assert re.fullmatch(r"20\d\d-[01]\d", row.released)
    assert all(PIN.fullmatch(pin) for pin in (*row.with_, *row.instead, *row.beside))
    assert set(row.slips) <= set(OPERATIONS[row.name])


def test_rows_stand_in_the_order_of_their_versions() -> None:
    for name in OPERATIONS:
        numbers = [row.number for row in rows() if row.name == name]
        assert numbers == sorted(set(numbers))


def test_what_clients_leave_open_is_pinned_to_names_and_versions_only() -> None:
    lines = pins().read_text(encoding="utf-8").splitlines()
    pinned = [line for line in lines if not line.startswith("#")]
    assert all(PIN.fullmatch(line) for line in pinned)
    assert pinned == sorted(pinned, key=str.lower)


def test_a_row_is_selected_by_its_key() -> None:
    assert select(["pyvss==0.9.43"])[0].dialect == "2019"
    assert newest("vss-cli") in select([])
    with pytest.raises(KeyError, match="pyvss==9"):
        select(["pyvss==9"])


@pytest.mark.parametrize(
    ("operation", "result", "reason", "mark"),
    [
        ("delete", "ok", "", Mark.OK),
        ("delete", "failed", "VssError: no", Mark.FAILED),
        ("delete", "not offered", "no such method", Mark.NOT_OFFERED),
        ("revert", "failed", "ValueError: expected '}' before end of string", Mark.SLIP),
        ("revert", "failed", "VssError: no", Mark.FAILED),
        ("revert", "ok", "", Mark.FAILED),
    ],
)
def test_a_known_fault_of_the_client_counts_only_if_it_shows(
    operation: str, result: str, reason: str, mark: Mark
) -> None:
    assert judge(ROW, operation, result, reason).mark is mark


def test_the_table_has_a_cell_for_each_operation_and_tells_faults_below() -> None:
    outcomes = dict.fromkeys(OPERATIONS["pyvss"], Outcome(Mark.OK)) | {
        "revert": Outcome(Mark.SLIP, "ValueError: expected '}' before end of string"),
        "pages": Outcome(Mark.NOT_OFFERED),
    }
    head, rule, row, *notes = table.markdown([Run(ROW, outcomes)]).splitlines()
    assert head.count("|") == rule.count("|") == row.count("|") == len(OPERATIONS["pyvss"]) + 4
    assert row.startswith("| 0.3.3 | 2016-10 | 2016 | ✓ |")
    assert "ᶜ pyvss 0.3.3, revert: a typo." in notes


def test_the_table_replaces_what_stands_between_its_marks(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("a\n<!-- clients -->\nold\n<!-- /clients -->\nb\n", encoding="utf-8")
    run = Run(ROW, {}, "no wheel")
    table.write([run], readme)
    table.write([run], readme)
    text = f"a\n<!-- clients -->\n{table.markdown([run])}<!-- /clients -->\nb\n"
    assert readme.read_text(encoding="utf-8") == text
    assert "pyvss==0.3.3 does not run: no wheel" in text
    readme.write_text("no marks", encoding="utf-8")
    with pytest.raises(ValueError, match="<!-- clients -->"):
        table.write([run], readme)


def test_the_readme_tells_of_every_release_that_is_driven() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    found = table.PLACE.search(readme)
    assert found
    told = [line.partition("|")[2].split("|") for line in found[0].splitlines() if line[:1] == "|"]
    cells = [[cell.strip().rstrip("\\*") for cell in row] for row in told]
    shown = [(row[0], row[1], row[2]) for row in cells if row[2] in {"2016", "2019", "2026"}]
    assert shown == [(row.version, row.released, row.dialect) for row in rows()]
    assert "✗" not in found[0]
