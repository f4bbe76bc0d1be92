"""What was acknowledged is there after a kill -9, and nothing is torn (P8)."""

from pathlib import Path

import pytest

from tests.durability.kills import AIMS, campaign


@pytest.mark.parametrize("seed", range(2))
def test_what_was_acknowledged_survives_a_process_that_is_killed(tmp_path: Path, seed: int) -> None:
    done = campaign(tmp_path / "state", seed, kills=len(AIMS) // 2)
    assert done.acknowledged > 0
