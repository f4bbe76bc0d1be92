"""Every scenario of contracts/ is kept by the mock, over a socket, in a world of its own."""

import pytest

from tests.contract.stage import SCENARIOS, run
from vss_mock.contract.story import tell
from vss_mock.embedded import Mock


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_mock_keeps(mock: Mock, name: str) -> None:
    walked = run(mock, SCENARIOS[name])
    assert not walked.breaks, "\n" + tell(walked, mock.url)
    assert walked.stages[-1].number == len(SCENARIOS[name].steps)
