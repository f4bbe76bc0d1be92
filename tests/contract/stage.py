"""Sets the scene for scenarios: the files, the API they are held against, a world for each walk."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from vss_mock import resources
from vss_mock.contract.api import Api
from vss_mock.contract.scenario import Scenario, Target, Walk, read, walk
from vss_mock.contract.transport import Http
from vss_mock.embedded import Mock, World

FILES: dict[str, Any] = resources.load_contracts()
SCENARIOS: dict[str, Scenario] = {
    name.removesuffix(".json"): read(document) for name, document in FILES.items()
}


@cache
def api() -> Api:
    """Return the API of 2016, read once."""
    return Api(resources.load_schemas())


@contextmanager
def target(mock: Mock, scenario: Scenario) -> Iterator[Target]:
    """Give a fresh world of the mock, as a scenario wants it, to walk the scenario in."""
    with mock.world(**scenario.world) as world:
        http = Http(world.url)
        try:
            yield Target(http, world.url, names(world), f"/_mock/worlds/{world.name}/clock")
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


def run(mock: Mock, scenario: Scenario) -> Walk:
    """Return the walk of a scenario in a fresh world of the mock."""
    with target(mock, scenario) as there:
        return walk(scenario, there, api())
