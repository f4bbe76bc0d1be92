"""One of several mocks is killed: its worlds are gone, and nobody else notices."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import pytest

from tests.scale import proxy
from tests.scale.calls import CONTROL, Caller, basic, bearer, log_in, look, make, together
from tests.scale.fleet import BEARER, Member, running
from vss_mock.resources import load_schemas
from vss_mock.wire.documents import Documents

NAMES = [f"w{number}" for number in range(60)]
ROUNDS = 3
"""How often everybody is called after one mock was killed."""
WATCHED = 6
"""How many worlds are called while it is killed, of those that survive and of those that do not."""
ERRORS = Documents(load_schemas())


def keeps_state() -> bool:
    """Tell whether the mock can keep its state: `serve --state`."""
    command = [sys.executable, "-m", "vss_mock", "serve", "--help"]
    return "--state" in subprocess.run(command, capture_output=True, text=True, check=True).stdout


class Stage(NamedTuple):
    """Three mocks behind nginx, with a world each for some names, and what was issued in them."""

    members: list[Member]
    port: int
    issued: dict[str, str]
    homes: dict[str, Member]

    def of(self, member: Member) -> list[str]:
        """Return the names of the worlds that a mock has."""
        return [name for name, home in self.homes.items() if home is member]


@contextmanager
def staged(folder: Path, state: Path | None = None) -> Iterator[Stage]:
    issued = {}

    async def begin(call: Caller, name: str) -> None:
        await make(call, name)
        await call.expect(201, "POST", f"{CONTROL}/{name}/fork", BEARER)
        issued[name] = await log_in(call, f"jm@{name}_1")

    with (
        running(3, state) as members,
        proxy.serving([one.port for one in members], folder) as port,
    ):
        together(port, begin, NAMES)
        homes = {name: one for one in members for name in one.worlds() if name in NAMES}
        assert set(homes) == set(NAMES)
        assert set(homes.values()) == {*members}
        yield Stage(members, port, issued, homes)


async def use(call: Caller, stage: Stage, name: str) -> None:
    """Call a world and its fork in all ways."""
    await look(call, name, bearer(f"{name}.jm-token"))
    await look(call, name, bearer(stage.issued[name]))
    await look(call, name, basic(stage.issued[name]))
    await log_in(call, f"jm@{name}")
    await call.expect(200, "POST", f"{CONTROL}/{name}/clock", BEARER, {"advance": "1s"})


async def see_it_fail(call: Caller, stage: Stage, name: str) -> None:
    """See that a world of a dead mock is answered for by nobody, in the shape of VSS's errors."""
    for method, path, headers in (
        ("GET", "/v2/vm", bearer(f"{name}.jm-token")),
        ("GET", "/v2/vm", bearer(stage.issued[name])),
        ("POST", "/auth/request-token", basic(f"jm@{name}", "jm")),
        ("GET", f"{CONTROL}/{name}_1", BEARER),
        ("PUT", f"{CONTROL}/{name}", BEARER),
    ):
        body = await call.expect(503, method, path, headers)
        assert ERRORS.violations("common/error.json#/$defs/service-unavailable", body) == []
        assert f"the world {name} " in body["message"]


async def kill_meanwhile(stage: Stage, victim: Member, surviving: list[str]) -> None:
    """Kill a mock while others are called all the time, and go on calling them for a while."""
    dead = asyncio.Event()

    async def watch(call: Caller, name: str) -> None:
        left = ROUNDS
        while left:
            await use(call, stage, name)
            left -= dead.is_set()

    async def suffer(call: Caller, name: str) -> None:
        """Call a world that dies: what is answered is right, until nobody answers."""
        while not dead.is_set():
            answer = await call("GET", "/v2/vm?summary", bearer(f"{name}.jm-token"))
            assert answer.status_code in {200, 503, 0}
            assert answer.status_code != 200 or answer.body["data"][0]["name"].endswith(name)

    async with aiohttp.ClientSession(f"http://127.0.0.1:{stage.port}") as session:
        call = Caller(session)
        async with asyncio.TaskGroup() as group:
            for name in surviving[:WATCHED]:
                group.create_task(watch(call, name))
            for name in stage.of(victim)[:WATCHED]:
                group.create_task(suffer(call, name))
            for name in surviving:
                await use(call, stage, name)
            await asyncio.to_thread(victim.kill)
            dead.set()


def test_only_the_worlds_of_a_killed_mock_fail_and_nobody_else_notices(tmp_path: Path) -> None:
    with staged(tmp_path / "n") as stage:
        victim, *others = stage.members
        surviving = [name for one in others for name in stage.of(one)]
        asyncio.run(kill_meanwhile(stage, victim, surviving))

        async def fail(call: Caller, name: str) -> None:
            await see_it_fail(call, stage, name)

        async def live(call: Caller, name: str) -> None:
            await use(call, stage, name)
            health = await call.expect(200, "GET", "/_mock/health", {})
            assert health["status"] == "ok"

        together(stage.port, fail, stage.of(victim))
        together(stage.port, live, surviving * ROUNDS)


def test_a_killed_mock_that_starts_again_has_the_same_share(tmp_path: Path) -> None:
    with staged(tmp_path / "n") as stage:
        victim = stage.members[1]
        lost = stage.of(victim)
        victim.kill()
        victim.start()
        victim.wait()

        async def again(call: Caller, name: str) -> None:
            await call.expect(404, "GET", f"{CONTROL}/{name}", BEARER)
            await call.expect(401, "GET", "/v2/vm", bearer(stage.issued[name]))
            await make(call, name)
            await look(call, name, bearer(f"{name}.jm-token"))

        together(stage.port, again, lost)
        assert victim.worlds() == {"default", *lost}


@pytest.mark.skipif(not keeps_state(), reason="this mock does not keep its state: no serve --state")
def test_a_killed_mock_that_keeps_its_state_returns_with_its_worlds(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    with staged(tmp_path / "n", state) as stage:
        victim = stage.members[2]
        before: dict[str, Any] = {}

        async def remember(call: Caller, name: str) -> None:
            await use(call, stage, name)
            before[name] = await call.expect(200, "GET", f"{CONTROL}/{name}/state", BEARER)

        async def compare(call: Caller, name: str) -> None:
            after = await call.expect(200, "GET", f"{CONTROL}/{name}/state", BEARER)
            assert after == before[name]
            await use(call, stage, name)

        together(stage.port, remember, NAMES)
        victim.kill()
        victim.start()
        victim.wait()
        together(stage.port, compare, NAMES)
