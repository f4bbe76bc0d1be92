from collections.abc import Iterator

import pytest

from vss_mock.embedded import Mock


@pytest.fixture(scope="module")
def server() -> Iterator[Mock]:
    """One running mock for all tests of a module."""
    with Mock() as mock:
        yield mock


@pytest.fixture
def mock(server: Mock) -> Mock:
    """The running mock, its default world put back to its beginning."""
    server.reset()
    return server
