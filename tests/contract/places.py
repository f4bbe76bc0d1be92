"""Places on a mock that is already running, over HTTP alone: each is a throwaway world."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from vss_mock.contract.places import MovableTime, Place
from vss_mock.contract.transport import Answer, Http, Transport

JSON = {"Content-Type": "application/json"}


class MockPlaces:
    """Makes worlds of the mock at a URL, and deletes them.

    `lie` stands between the walker and the world, made anew for each world; the calls that make
    and delete worlds do not pass through it.
    """

    def __init__(
        self, url: str, lie: Callable[[Transport], Transport] = lambda inner: inner
    ) -> None:
        self._url = url
        self._lie = lie

    @contextmanager
    def fresh(self, settings: Mapping[str, Any]) -> Iterator[Place]:
        """Give a world of its own, as schemas/common/world.json describes it."""
        http = Http(self._url)
        try:
            world = _asked(http, "POST", "/_mock/worlds", dict(settings))
            try:
                yield place(self._lie(http), world)
            finally:
                _asked(http, "DELETE", f"/_mock/worlds/{world['name']}")
        finally:
            http.close()


def place(transport: Transport, world: Mapping[str, Any]) -> Place:
    """Return the place that a world's document describes."""
    first, machine = world["users"][0], world["vms"][0]
    names = {f"{user['username']}_token": user["token"] for user in world["users"]}
    names |= {
        "url": world["base_url"],
        "token": first["token"],
        "username": first["username"],
        "login": first["login"],
        "password": first["password"],
        "vm": machine["uuid"],
        "vm_name": machine["name"],
        "users": world["users"],
        "vms": world["vms"],
    }
    clock = MovableTime(transport, f"/_mock/worlds/{world['name']}/clock")
    return Place(transport, world["base_url"], names, clock, own=True)


def _asked(http: Transport, method: str, path: str, document: Any = None) -> Any:
    body = None if document is None else json.dumps(document).encode()
    answer: Answer = http(method, path, "", JSON, body)
    if answer.status >= 300:
        raise AssertionError(f"{method} {path} answered {answer.status}: {answer.body.decode()}")
    return json.loads(answer.body) if answer.body else None
