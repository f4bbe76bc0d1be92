"""Every scenario of contracts/ is kept by the mock in every dialect, in a world of its own."""

from collections.abc import Callable

import pytest

from tests.contract.stage import EVERY
from vss_mock.contract.scenario import Walk
from vss_mock.contract.story import tell
from vss_mock.embedded import Mock


@pytest.mark.parametrize("name", EVERY)
def test_the_mock_keeps(
    walked: Callable[[str], dict[str, Walk]], speaking: Callable[[str], Mock], name: str
) -> None:
    scenario = EVERY[name]
    walk = walked(scenario.dialect)[scenario.id]
    flaws = [flaw for stage in walk.stages for flaw in stage.flaws]
    broken = [*walk.breaks, *flaws, *walk.unseen]
    assert not broken, "\n" + tell(walk, speaking(scenario.dialect).url)
    assert walk.stages[-1].number == len(scenario.steps)
