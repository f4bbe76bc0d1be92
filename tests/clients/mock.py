"""The mock as these tests see it: a process of its own, and worlds in it."""

import json
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

STARTS = {"2016": "2016-07-29T12:30:59", "2019": "2019-10-01T09:00", "2026": "2026-04-20T09:00"}
"""When each dialect's worlds begin, in Toronto."""

MOTD = "All machines are well"

QUIET = {
    "COLUMNS": "400",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "NO_PROXY": "127.0.0.1,localhost",
    "TERM": "dumb",
}

_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class World(NamedTuple):
    """A world of its own for one release."""

    base: str
    name: str
    dialect: str
    user: dict[str, str]
    vms: list[dict[str, str]]

    def move(self, **move: object) -> datetime:
        """Move the clock; return Toronto's time."""
        return _local(ask(self.base, f"/_mock/worlds/{self.name}/clock", move))

    def now(self) -> datetime:
        return _local(ask(self.base, f"/_mock/worlds/{self.name}/clock"))

    def state(self) -> dict[str, Any]:
        document: dict[str, Any] = ask(self.base, f"/_mock/worlds/{self.name}/state")
        return document


def new_world(base: str, dialect: str, clock: str = "frozen") -> World:
    """Make a world; raise HTTPError if the mock does not speak the dialect."""
    settings = {"dialect": dialect, "clock": clock, "start": STARTS[dialect], "motd": MOTD}
    made = ask(base, "/_mock/worlds", settings)
    return World(base, made["name"], dialect, made["users"][0], made["vms"])


def ask(base: str, path: str, body: Mapping[str, object] | None = None) -> Any:
    """Ask the mock's control API."""
    request = urllib.request.Request(
        base + path,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with _OPENER.open(request, timeout=30) as answer:
        return json.load(answer)


@contextmanager
def home() -> Iterator[tuple[Path, dict[str, str]]]:
    """Give a home of its own, and an environment without this one's proxies, tokens and the like.

    What a client would send beyond this machine goes to a proxy that is not there, and vss-cli
    finds no pip to look for updates with.
    """
    with tempfile.TemporaryDirectory(prefix="client-") as folder:
        yield Path(folder), {"HOME": folder, "PATH": folder, **QUIET}


def _local(clock: Mapping[str, str]) -> datetime:
    return datetime.fromisoformat(clock["local"]).replace(tzinfo=None)
