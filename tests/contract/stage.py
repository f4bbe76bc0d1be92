"""Sets the scene for scenarios: the files, the API they are held against, a world for each walk."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from vss_mock import resources
from vss_mock.contract.answers import Answers
from vss_mock.contract.api import Api
from vss_mock.contract.places import MovableTime, Place
from vss_mock.contract.scenario import Scenario, Walk, read, walk
from vss_mock.contract.transport import Http, Transport
from vss_mock.embedded import Mock, World

FILES: dict[str, Any] = resources.load_contracts()
SCENARIOS: dict[str, Scenario] = {
    name.removesuffix(".json"): read(document) for name, document in FILES.items()
}


@cache
def api() -> Api:
    """Return the API of 2016, read once."""
    return Api(resources.load_schemas())


def honest(transport: Transport) -> Transport:
    """Leave a transport as it is."""
    return transport


@contextmanager
def place(
    mock: Mock, scenario: Scenario, lie: Callable[[Transport], Transport] = honest
) -> Iterator[Place]:
    """Give a fresh world of the mock, as a scenario wants it; `lie` may stand before it."""
    with mock.world(**scenario.world) as world:
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
    return walk(scenario, there, Answers(api(), there.url))


def run(mock: Mock, scenario: Scenario) -> Walk:
    """Return the walk of a scenario in a fresh world of the mock."""
    with place(mock, scenario) as there:
        return walked(scenario, there)
