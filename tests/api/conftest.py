import pytest

from tests.api.caller import Caller, caller


@pytest.fixture
def mock() -> Caller:
    return caller()
