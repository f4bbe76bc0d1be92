"""Three mocks behind nginx, with worlds in all of them, forks of these, and what they issued."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.scale import proxy
from tests.scale.calls import CONTROL, Caller, basic, bearer, log_in, look, make, together
from tests.scale.fleet import BEARER, Member, running

NAMES = [f"w{number}" for number in range(60)]


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
