"""The schemas are listed, shown and applied from the command line, without a mock."""

import io
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from vss_mock.cli import main
from vss_mock.resources import load_schemas

SCHEMAS = load_schemas()
NAMES = [name.removesuffix(".json") for name, schema in SCHEMAS.items() if "$id" in schema]
CREATE = "2016/snapshot-create"
GOOD = {"from_date": "2016-07-29 22:00", "valid_for": 12, "description": "before"}


def test_every_schema_is_listed_with_its_title(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()[1:]
    assert sorted(line.split()[0] for line in lines) == sorted(NAMES)
    assert all(len(line.split()) > 1 for line in lines)


@pytest.mark.parametrize("name", [*NAMES, "2016/openapi", "2016/vm.json"])
def test_a_schema_is_shown_as_it_is_published(
    capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert main(["schema", "show", name]) == 0
    published = SCHEMAS[name.removesuffix(".json") + ".json"]
    assert json.loads(capsys.readouterr().out) == published


@pytest.mark.parametrize(
    ("name", "guess"),
    [
        ("2016/snapshot-creat", f"did you mean {CREATE!r}?"),
        ("snapshot-create", f"did you mean {CREATE!r}?"),
        ("zzz", "vss-mock schema list"),
        ("../pyproject", "vss-mock schema list"),
    ],
)
def test_a_name_that_no_schema_has_is_a_complaint(
    capsys: pytest.CaptureFixture[str], name: str, guess: str
) -> None:
    for words in (["show", name], ["validate", name, "-"]):
        assert main(["schema", *words]) == 2
        printed = capsys.readouterr()
        assert guess in printed.err
        assert printed.err.count("\n") == 1


def test_a_good_document_is_valid(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "body.json"
    file.write_text(json.dumps(GOOD), encoding="utf-8")
    assert main(["schema", "validate", CREATE, str(file)]) == 0
    assert capsys.readouterr().out == f"valid: {CREATE}\n"


def test_each_violation_is_a_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "body.json"
    file.write_text(
        json.dumps({"from_date": "soon", "vaild_for": 12, "description": "x"}), encoding="utf-8"
    )
    assert main(["schema", "validate", CREATE, str(file)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "the body: unknown 'vaild_for' (did you mean 'valid_for'?)" in lines
    assert any(line.startswith("from_date: ") for line in lines)
    assert any("'valid_for' is missing" in line for line in lines)


def test_a_document_may_come_on_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = SimpleNamespace(buffer=io.BytesIO(json.dumps(GOOD).encode()))
    monkeypatch.setattr("sys.stdin", given)
    assert main(["schema", "validate", CREATE, "-"]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("contents", [b"", b"{", b"NaN", b'"\xff"', b"[" * 100_000, b'"\\ud800"'])
def test_what_is_no_json_cannot_be_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, contents: bytes
) -> None:
    file = tmp_path / "body.json"
    file.write_bytes(contents)
    assert main(["schema", "validate", CREATE, str(file)]) == 2
    assert "is not JSON" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["missing.json", "", "nul\0l"])
def test_a_file_that_cannot_be_read_cannot_be_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str
) -> None:
    assert main(["schema", "validate", CREATE, f"{tmp_path}/{name}"]) == 2
    printed = capsys.readouterr()
    assert "cannot read" in printed.err
    assert printed.err.count("\n") == 1


def test_the_documented_examples_are_valid(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "body.json"
    tried = 0
    for name in NAMES:
        for example in SCHEMAS[f"{name}.json"].get("examples", []):
            file.write_text(json.dumps(example), encoding="utf-8")
            assert main(["schema", "validate", name, str(file)]) == 0, capsys.readouterr().out
            tried += 1
    assert tried > 0
