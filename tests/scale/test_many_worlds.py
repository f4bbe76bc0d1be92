"""A thousand worlds in three processes behind nginx: each is in one, and all its calls go there."""

from pathlib import Path
from typing import Any

from tests.scale import proxy
from tests.scale.calls import (
    CONTROL,
    SNAPSHOT,
    Caller,
    basic,
    bearer,
    log_in,
    look,
    make,
    together,
)
from tests.scale.fleet import BEARER, running

NAMES = [
    *(f"w{number}" for number in range(400)),
    *(f"team-{number}" for number in range(200)),
    *(f"build-{number}_a_{number % 7}" for number in range(200)),
    *(f"{number}" for number in range(100)),
    *(f"{number:03}-" + "long" * 15 for number in range(100)),
]
LONGEST_STEM = 53
LONG = 4
"""One world in so many has a long life."""
RARELY = 25


async def live(call: Caller, name: str, long: bool) -> None:
    """Live through a world, and if `long` its fork, in all the ways there are to call it."""
    world = await make(call, name)
    user, (vm, *_) = world["users"][0], world["vms"]
    fixed, control = user["token"], f"{CONTROL}/{name}"
    await call.expect(202, "POST", f"/v2/vm/{vm['uuid']}/snapshot", bearer(fixed), SNAPSHOT)
    issued = await log_in(call, user["login"])
    await look(call, name, bearer(issued))
    moved = await call.expect(200, "POST", f"{control}/clock", BEARER, {"advance": "10h"})
    assert moved["fired_count"] == 1
    assert await status(call, basic(issued)) == "Scheduled"
    if long:
        await look(call, name, basic(fixed))
        await look(call, name, {"Authorization": f"BEARER  {fixed}"})
        fork = await call.expect(201, "POST", f"{control}/fork", BEARER)
        assert fork["name"] == f"{name[:LONGEST_STEM]}_1"
        await call.expect(200, "POST", f"{control}/reset", BEARER)
        await call.expect(404, "GET", "/v2/request/snapshot/1", bearer(fixed))
        await live_on(call, name, fork)


async def live_on(call: Caller, name: str, fork: Any) -> None:
    """See that a fork is its world's and goes its own way, in all the ways there are to call it."""
    user, control = fork["users"][0], f"{CONTROL}/{fork['name']}"
    issued = await log_in(call, user["login"])
    for headers in (bearer(user["token"]), bearer(issued)):
        await look(call, name, headers)
        assert await status(call, headers) == "Scheduled"
    again = await call.expect(201, "POST", f"{control}/fork", BEARER, {"name": f"{name[:48]}_x"})
    await look(call, name, bearer(again["users"][0]["token"]))
    await call.expect(204, "DELETE", control, BEARER)
    await call.expect(404, "GET", f"{control}/clock", BEARER)
    await call.expect(401, "GET", "/v2/vm", bearer(user["token"]))


async def status(call: Caller, headers: dict[str, str]) -> Any:
    told = await call.expect(200, "GET", "/v2/request/snapshot/1", headers)
    return told["data"]["status"]


async def look_at_default(call: Caller) -> str:
    """Return which machine the default world has, in whatever way it is called."""
    seen = set()
    for headers in (
        bearer("demo-token"),
        basic("demo-token"),
        bearer(await log_in(call, "jm")),
        bearer(await log_in(call, "jm@default")),
    ):
        listed = await call.expect(200, "GET", "/v2/vm?summary", headers)
        seen.add(listed["data"][1]["uuid"])
    for path in ("/_mock/state", f"{CONTROL}/default/state"):
        seen.add((await call.expect(200, "GET", path, BEARER))["vms"][1]["uuid"])
    (one,) = seen
    return str(one)


def test_no_call_of_a_world_is_answered_by_another_process(tmp_path: Path) -> None:
    assert len({name.partition("_")[0][:48] for name in NAMES}) == len(NAMES) == 1000
    defaults = set()

    async def one(call: Caller, number: int) -> None:
        await live(call, NAMES[number], long=number % LONG == 0)
        if number % RARELY == 0:
            defaults.add(await look_at_default(call))

    with running(3) as members, proxy.serving([one.port for one in members], tmp_path / "n") as at:
        together(at, one, range(len(NAMES)))
        # Each default world has a seed of its own, and only one of them was ever seen.
        assert len(defaults) == 1
        # What is in one process alone can have been answered by no other.
        held = [member.worlds() - {"default"} for member in members]
    made = {*NAMES, *(f"{name[:48]}_x" for name in NAMES[::LONG])}
    assert sum(map(len, held)) == len(made)
    assert set().union(*held) == made
    assert min(map(len, held)) > len(made) / 6
