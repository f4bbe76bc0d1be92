"""Every scenario of contracts/ is kept by the mock, over a socket, in a world of its own."""

import pytest

from tests.contract.stage import SCENARIOS
from vss_mock.contract.scenario import Walk
from vss_mock.contract.story import tell
from vss_mock.embedded import Mock


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_mock_keeps(walks: dict[str, Walk], mock: Mock, name: str) -> None:
    walk = walks[name]
    flaws = [flaw for stage in walk.stages for flaw in stage.flaws]
    assert not [*walk.breaks, *flaws, *walk.unseen], "\n" + tell(walk, mock.url)
    assert walk.stages[-1].number == len(SCENARIOS[name].steps)
