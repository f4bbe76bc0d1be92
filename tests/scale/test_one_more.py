"""A mock is added: about its share of the worlds is looked for there, and all others stay."""

from pathlib import Path

from tests.scale import proxy
from tests.scale.calls import CONTROL, Caller, make, together
from tests.scale.fleet import BEARER, running

NAMES = [f"team-{number}" for number in range(600)]


def test_a_fourth_mock_is_given_about_a_quarter_of_the_worlds_and_no_other_moves(
    tmp_path: Path,
) -> None:
    moved: set[str] = set()

    async def first(call: Caller, name: str) -> None:
        await make(call, name)

    async def then(call: Caller, name: str) -> None:
        answer = await call("GET", f"{CONTROL}/{name}", BEARER)
        if answer.status_code != 200:
            assert answer.status_code == 404
            moved.add(name)
            await make(call, name)

    with running(4) as members:
        ports = [member.port for member in members]
        with proxy.serving(ports[:3], tmp_path / "three") as port:
            together(port, first, NAMES)
        before = [member.worlds() for member in members]
        assert before[3] == {"default"}
        with proxy.serving(ports, tmp_path / "four") as port:
            together(port, then, NAMES)
        assert [member.worlds() for member in members[:3]] == before[:3]
        assert members[3].worlds() == {"default", *moved}
    assert len(NAMES) / 8 < len(moved) < len(NAMES) / 2.5
