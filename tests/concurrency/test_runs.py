"""Many clients at once against a mock: what they see fits one order, and a planted race does not.

How calls interleave differs from run to run; that they fit does not depend on it. A race shows when
two calls meet: a server that has one lets others in for so long that they do, on one seed or the
next.
"""

from pathlib import Path

import pytest

from tests.concurrency import words
from tests.concurrency.__main__ import main
from tests.concurrency.races import RACES, planted, small_slices
from tests.concurrency.running import SMALL, Judged, judged, served_here

SEEDS = range(20)
MORE_SEEDS = range(40)
"""Where a race shows on some seeds only. None needs more than a few."""


def small(seed: int) -> Judged:
    """A small run against a mock that lets others in after every second event of a move."""
    with small_slices(2), served_here() as port:
        return judged(port, seed, SMALL)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_all_clients_see_fits_one_order_that_respects_real_time(seed: int) -> None:
    run = small(seed)
    assert [words.told(history) for history in run.misfits] == []
    assert run.undecided == []
    assert run.calls > SMALL.clients * SMALL.calls


@pytest.mark.parametrize("race", RACES)
def test_a_planted_race_is_found(race: str) -> None:
    with planted(race):
        found = next((run for run in map(small, MORE_SEEDS) if run.misfits), None)
    assert found is not None
    assert "can be next" in words.told(found.misfits[0])


def test_a_whole_run_is_done_seed_by_seed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["run", "--seed", "7", "--clients", "3", "--calls", "40"]) == 0
    assert capsys.readouterr().out.startswith("seed 7: ")
    assert list(tmp_path.iterdir()) == []
