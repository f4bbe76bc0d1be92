"""One of several mocks is killed: its worlds are gone, and nobody else notices."""

import asyncio
from pathlib import Path

import aiohttp

from tests.scale.calls import CONTROL, Caller, basic, bearer, look, make, together
from tests.scale.fleet import BEARER, Member
from tests.scale.stage import Stage, staged, use
from vss_mock.resources import load_schemas
from vss_mock.wire.documents import Documents

ROUNDS = 3
"""How often everybody is called after one mock was killed."""
WATCHED = 6
"""How many worlds are called while it is killed, of those that survive and of those that do not."""
ERRORS = Documents(load_schemas())


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
