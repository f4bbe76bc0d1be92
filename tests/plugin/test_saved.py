"""The marker `vss_world(saved=...)`: each test begins with the world of a file."""

from pathlib import Path

import pytest

from tests.plugin.test_plugin import Run, run
from vss_mock import Mock

__all__ = ["run"]


@pytest.fixture
def file(pytester: pytest.Pytester) -> Path:
    """A saved world beside the tests: its clock has moved on, nothing else."""
    path = pytester.path / "worlds" / "later.json"
    path.parent.mkdir()
    with Mock(seed=6) as mock:
        mock.clock.advance(hours=10)
        mock.save(path)
    return path


def test_each_test_has_the_world_of_the_file(run: Run, file: Path) -> None:
    assert file.exists()
    result = run(
        """
        @pytest.mark.parametrize("number", range(3))
        @pytest.mark.vss_world(saved="worlds/later.json")
        def test_saved(vss, number):
            assert vss.seed == 6
            assert vss.clock.now.isoformat() == "2016-07-30T02:30:59+00:00"
            assert submit(vss)["data"]["_links"]["request"].endswith("/snapshot/2")
            assert worlds(vss) == ["default", vss.name]
            vss.reset()
            assert vss.clock.now.isoformat() == "2016-07-29T16:30:59+00:00"
        """.replace("\n        ", "\n")
    )
    result.assert_outcomes(passed=3)


def test_the_file_is_found_wherever_pytest_is_started(
    run: Run, file: Path, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = pytester.mkdir("elsewhere")
    source = f"""
        @pytest.mark.vss_world(saved="worlds/later.json")
        def test_beside(vss):
            assert vss.seed == 6

        @pytest.mark.vss_world(saved={str(file)!r}, name="named")
        def test_absolute(vss):
            assert (vss.seed, vss.name) == (6, "named")
    """.replace("\n        ", "\n")
    monkeypatch.chdir(elsewhere)
    run(source, f"--rootdir={pytester.path}", str(pytester.path)).assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("marker", "sentence"),
    [
        ("saved='worlds/later.json', seed=1", "*a saved world has its own seed*"),
        ("saved='worlds/later.json', clock='live'", "*a saved world has its own clock*"),
        ("saved='none.json'", "*No such file*none.json*"),
        ("saved='test_it.py'", "*test_it.py is not JSON*"),
        ("saved={}", "*this is no saved world*"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence_without_a_traceback(
    run: Run, file: Path, marker: str, sentence: str
) -> None:
    result = run(f"@pytest.mark.vss_world({marker})\ndef test_it(vss):\n    pass\n")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([sentence])
    assert "Traceback" not in result.stdout.str()
    assert "pytest_plugin.py" not in result.stdout.str()
