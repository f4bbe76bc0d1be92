"""Sets the scene for scenarios: the files, the API they are held against, a world for each walk."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from vss_mock import resources
from vss_mock.contract.answers import Answers
from vss_mock.contract.api import Api
from vss_mock.contract.places import MovableTime, Place
from vss_mock.contract.scenario import Scenario, Walk, read, spoken, walk
from vss_mock.contract.transport import Http, Transport
from vss_mock.contract.words import DIALECTS
from vss_mock.embedded import Mock, World

FILES: dict[str, Any] = resources.load_contracts()
LATER = DIALECTS[1:]
"""The dialects after the first."""


@cache
def api(dialect: str = "2016") -> Api:
    """Return the API of a dialect, read once."""
    return Api(resources.load_schemas(), f"{dialect}/openapi.json")


@cache
def scenarios(dialect: str = "2016") -> dict[str, Scenario]:
    """Return the scenarios of a dialect by their ids, as it has them."""
    found = (spoken(read(each), dialect, api(dialect).operations) for each in FILES.values())
    return {one.id: one for one in found if one is not None}


SCENARIOS: dict[str, Scenario] = scenarios()
"""The scenarios of 2016."""
EVERY: dict[str, Scenario] = {
    f"{id}-{dialect}": one for dialect in DIALECTS for id, one in scenarios(dialect).items()
}
"""Every scenario in every dialect that it is for."""


def honest(transport: Transport) -> Transport:
    """Leave a transport as it is."""
    return transport


@contextmanager
def place(
    mock: Mock, scenario: Scenario, lie: Callable[[Transport], Transport] = honest
) -> Iterator[Place]:
    """Give a fresh world of the mock, as a scenario wants it; `lie` may stand before it."""
    with mock.world(**{"dialect": scenario.dialect, **scenario.world}) as world:
        http = Http(world.url)
        transport = lie(http)
        clock = MovableTime(transport, f"/_mock/worlds/{world.name}/clock")
        try:
            yield Place(transport, world.url, names(world), clock, own=True)
        finally:
            http.close()


def names(world: World) -> dict[str, Any]:
    """Return what `{name}` stands for in a world."""
    tokens = {f"{user.username}_token": user.token for user in world.users}
    return tokens | {
        "url": world.url,
        "token": world.token,
        "username": world.user.username,
        "login": world.username,
        "password": world.password,
        "vm": world.vm.uuid,
        "vm_name": world.vm.name,
    }


def walked(scenario: Scenario, there: Place) -> Walk:
    """Return the walk of a scenario at a place."""
    return walk(scenario, there, Answers(api(scenario.dialect), there.url))


def run(mock: Mock, scenario: Scenario) -> Walk:
    """Return the walk of a scenario in a fresh world of the mock."""
    with place(mock, scenario) as there:
        return walked(scenario, there)
