"""Mocks for all scenarios, one a dialect; each walks in a world of its own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest

from tests.contract.stage import run, scenarios
from vss_mock.contract.scenario import Walk
from vss_mock.embedded import Mock


@pytest.fixture(scope="session")
def mock() -> Iterator[Mock]:
    with Mock() as running:
        yield running


@pytest.fixture(scope="session")
def speaking(mock: Mock) -> Iterator[Callable[[str], Mock]]:
    """Give what gives the mock whose own world speaks a dialect."""
    with ExitStack() as stack:
        running = {mock.dialect: mock}

        def started(dialect: str) -> Mock:
            if dialect not in running:
                running[dialect] = stack.enter_context(Mock(dialect=dialect))
            return running[dialect]

        yield started


@pytest.fixture(scope="session")
def walked(speaking: Callable[[str], Mock]) -> Callable[[str], dict[str, Walk]]:
    """Return what gives the walk of every scenario of a dialect."""

    @cache
    def walks(dialect: str) -> dict[str, Walk]:
        mock = speaking(dialect)
        return {name: run(mock, scenario) for name, scenario in scenarios(dialect).items()}

    return walks
