"""What new worlds are called, and the calls that make them: also where worlds are in several mocks.

There a world is found by its name in the path, and worlds called `NAME_anything` are where NAME is.
"""

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from itertools import count
from typing import Any

from vss_mock.client import Client, ControlError

WORLDS = "/_mock/worlds"


def beside(name: str) -> Iterator[str]:
    """Give names of worlds that are where the world of a name is. Threads may share them."""
    return map(f"{name[:53]}_{{}}".format, count(1))


def of_run(run: str, process: str) -> Iterator[str]:
    """Give names of worlds for one process of a run of tests, each found by itself."""
    stem = re.sub("[^a-z0-9]+", "-", f"t-{run[:24]}-{process}-".lower())
    return map(f"{stem}{{}}".format, count(1))


def make(client: Client, settings: Mapping[str, Any]) -> Any:
    """Make a world; return what it is. Raises ControlError, Unreachable.

    A name goes into the path, which leads to the right one of several mocks. What has no name, or
    one that no world can have, a single mock names or refuses.
    """
    name = settings.get("name")
    if isinstance(name, str) and re.fullmatch("[a-z0-9_-]+", name):
        return client.put(f"{WORLDS}/{name}", settings)
    return client.post(WORLDS, settings)


def make_fresh(client: Client, settings: Mapping[str, Any], names: Iterator[str]) -> Any:
    """Make a world under the first of the names that no world has. Raises as `make` does.

    The mock decides whose a name is, so that no two who ask at the same time get the same one.
    """
    while True:
        name = next(names)
        try:
            return make(client, {**settings, "name": name})
        except ControlError as problem:
            if problem.status_code != HTTPStatus.CONFLICT or not _is_taken(client, name):
                raise


def _is_taken(client: Client, name: str) -> bool:
    """Tell a name that somebody has from other conflicts, such as a token that somebody has."""
    try:
        client.get(f"{WORLDS}/{name}")
    except ControlError:
        return False
    return True
