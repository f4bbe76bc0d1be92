"""One of several mocks is killed and starts again: what it kept is where it was."""

from pathlib import Path
from typing import Any

from tests.scale.calls import CONTROL, Caller, together
from tests.scale.fleet import BEARER
from tests.scale.stage import NAMES, staged, use


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
