"""One mock for all scenarios; each walks in a world of its own."""

from collections.abc import Iterator

import pytest

from tests.contract.stage import SCENARIOS, run
from vss_mock.contract.scenario import Walk
from vss_mock.embedded import Mock


@pytest.fixture(scope="session")
def mock() -> Iterator[Mock]:
    with Mock() as running:
        yield running


@pytest.fixture(scope="session")
def walks(mock: Mock) -> dict[str, Walk]:
    """Return the walk of every scenario."""
    return {name: run(mock, scenario) for name, scenario in SCENARIOS.items()}
