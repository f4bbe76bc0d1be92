"""A fresh world of three machines and two users for each test."""

import pytest

from tests.properties.worlds import new_world
from vss_mock.simulator.world import World


@pytest.fixture
def world() -> World:
    """Return a world in which nobody has asked for anything yet."""
    return new_world()
