"""What a server is, who one is there and what time does is found out before it is judged."""

from collections.abc import Callable, Iterator

import pytest

from tests.contract.facade import Facade, facade
from tests.contract.walls import FakeWall
from vss_mock.contract.pace import ReadTime, RealTime
from vss_mock.contract.places import MovableTime, StillTime
from vss_mock.contract.rules import NotObserved
from vss_mock.contract.secrets import Secrets
from vss_mock.contract.targets import CannotJudge, Target, Wanted
from vss_mock.contract.traffic import Traffic
from vss_mock.embedded import Mock

NAME = "1606T-coreos0"
Open = Callable[..., Target]


@pytest.fixture(scope="module")
def mock() -> Iterator[Mock]:
    with Mock() as running:
        yield running


@pytest.fixture
def front(mock: Mock) -> Iterator[Facade]:
    with facade(mock) as running:
        yield running


@pytest.fixture
def open_target(mock: Mock) -> Iterator[Open]:
    targets: list[Target] = []

    def opened(
        url: str, token: str | None = "demo-token", vm: str = NAME, **more: object
    ) -> Target:
        wall = FakeWall(None if url == mock.url else mock)
        wanted = Wanted(url, token or None, vm, **more)  # type: ignore[arg-type]  # as each test has it
        targets.append(Target(wanted, wall, Traffic(wall), Secrets(), 7))
        targets[-1].open()
        return targets[-1]

    yield opened
    for target in targets:
        target.close()


@pytest.fixture
def token(mock: Mock) -> str:
    return mock.token


def test_a_mock_is_known_by_its_clock_and_gives_worlds(
    mock: Mock, open_target: Open, token: str
) -> None:
    target = open_target(mock.url, token)
    assert (target.movable, target.worlds) == (True, True)
    assert target.how_time_passes == "moved by /_mock/clock"
    place = target.given()
    assert isinstance(place.time, ReadTime)
    assert place.names["vm"] == mock.vm.uuid
    assert place.names["username"] == "jm"
    assert not place.own


def test_only_who_may_write_may_move_a_shared_clock(
    mock: Mock, open_target: Open, token: str
) -> None:
    shared = open_target(mock.url, token).given().time
    now = mock.clock.now
    assert shared.now() == now
    with pytest.raises(NotObserved, match="--allow-writes"):
        shared.jump({"advance": 1})
    assert mock.clock.now == now
    assert isinstance(open_target(mock.url, token, allow_writes=True).given().time, MovableTime)


def test_a_world_of_ones_own_is_made_and_deleted(mock: Mock, open_target: Open, token: str) -> None:
    target = open_target(mock.url, token)
    before = mock.state()
    with target.fresh({"start": "2016-03-12T12:00"}) as place:
        assert place.own
        assert place.time.now().isoformat() == "2016-03-12T17:00:00+00:00"
        assert place.names["token"].startswith("contract-7-1")
        place.time.jump({"advance": "10h"})
        headers = {"Authorization": f"Bearer {place.names['token']}"}
        assert place.transport("GET", "/v2/user", "", headers, None).status == 200
    assert place.transport("GET", "/v2/user", "", headers, None).status == 401
    assert mock.state() == before
    assert "contract-7-1" not in target.secrets.hide(str(headers))


def test_a_name_that_is_taken_is_no_hindrance(mock: Mock, open_target: Open, token: str) -> None:
    one, other = open_target(mock.url, token), open_target(mock.url, token)
    with one.fresh({}) as here, other.fresh({}) as there:
        assert here.names["token"] != there.names["token"]


def test_a_server_without_a_clock_is_not_moved(
    front: Facade, open_target: Open, token: str
) -> None:
    target = open_target(front.url, token)
    assert (target.movable, target.worlds) == (False, False)
    assert target.how_time_passes == "not moved"
    assert isinstance(target.given().time, StillTime)
    with pytest.raises(NotObserved, match="world of its own"), target.fresh({}):
        pass
    assert front.writes == []


def test_with_patience_its_time_is_waited_for(
    mock: Mock, front: Facade, open_target: Open, token: str
) -> None:
    target = open_target(front.url, token, wait=60.0)
    time = target.given().time
    assert isinstance(time, RealTime)
    assert abs((time.now() - mock.clock.now).total_seconds()) <= 1
    assert target.how_time_passes == "waited for"


def test_a_shared_server_is_asked_politely(front: Facade, open_target: Open, token: str) -> None:
    target = open_target(front.url, token)
    wall = target._wall
    assert isinstance(wall, FakeWall)
    for _ in range(6):
        target.given().transport("GET", "/v2/user", "", target.headers, None)
    assert wall.slept == pytest.approx([0.2] * len(wall.slept))
    assert len(wall.slept) >= 5


def test_by_name_and_password_a_token_is_got(mock: Mock, open_target: Open) -> None:
    target = open_target(mock.url, None, user=mock.username, password=mock.password)
    assert target.given().names["login"] == mock.username
    assert target.headers["Authorization"].startswith("Bearer eyJ")
    assert target.secrets.hide(target.headers["Authorization"]) == "Bearer (hidden)"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"token": "no-such-token"}, "login refused: .* does not take the token"),
        ({"token": ""}, "nothing to log in with"),
        ({"vm": "no-such-machine"}, "no such VM: .* named 'no-such-machine'"),
        ({"vm": "coreos0"}, "no such VM"),
        ({"user": "jm", "password": "wrong"}, "login refused: .* does not let 'jm' in"),
        ({"url": "ftp://x"}, "is not the URL of a server"),
        ({"url": "http://jm:no-such-token@x"}, "no name, password, query or fragment"),
        ({"url": "http://127.0.0.1:1"}, "no server can be reached at .*: Connection refused"),
    ],
)
def test_what_cannot_be_judged_is_said_in_a_sentence(
    mock: Mock, open_target: Open, token: str, changed: dict[str, str], sentence: str
) -> None:
    wanted = {"url": mock.url, "token": token, **changed}
    with pytest.raises(CannotJudge, match=sentence) as caught:
        open_target(wanted.pop("url"), wanted.pop("token"), **wanted)
    assert token not in str(caught.value)
    assert "no-such-token" not in str(caught.value)


def test_a_server_that_does_not_speak_http_cannot_be_judged(
    front: Facade, open_target: Open, token: str
) -> None:
    front.mood = lambda _: "drop"
    with pytest.raises(CannotJudge, match=r"no server can be reached .* closed"):
        open_target(front.url, token)


def test_a_server_that_lists_no_machines_as_it_should_cannot_be_judged(
    front: Facade, open_target: Open, token: str
) -> None:
    front.mood = lambda call: (500, {}) if call.path.startswith("/v2/vm") else None
    with pytest.raises(CannotJudge, match="does not list its machines"):
        open_target(front.url, token)


def test_a_server_that_wants_pauses_gets_them(front: Facade, open_target: Open, token: str) -> None:
    refused: list[str] = []

    def busy(call: object) -> tuple[int, dict[str, str]] | None:
        refused.append(str(call))
        return (429, {"Retry-After": "3"}) if len(refused) % 2 else None

    front.mood = busy
    target = open_target(front.url, token)
    wall = target._wall
    assert isinstance(wall, FakeWall)
    assert 3.0 in wall.slept
    assert target.given().names["username"] == "jm"


def test_a_control_token_is_asked_for_where_one_is_needed(open_target: Open) -> None:
    with Mock(control_token="control-canary") as guarded:
        for wrong in (None, "wrong-one"):
            with pytest.raises(CannotJudge, match="wants another --control-token"):
                open_target(guarded.url, guarded.token, control_token=wrong)
        target = open_target(guarded.url, guarded.token, control_token="control-canary")
        assert target.worlds
        with target.fresh({}) as place:
            place.time.jump({"advance": 1})
        assert target.secrets.hide("control-canary") == "token-2"


def test_a_mock_tells_what_the_world_of_the_token_speaks_and_what_strangers_get(
    mock: Mock, open_target: Open, token: str
) -> None:
    with mock.world(dialect="2026") as world:
        target = open_target(mock.url, world.token, vm=world.vm.name)
        assert target.find_dialect() == "2026"
        assert (target.speaks, target.strangers) == ("2026", "2016")
        by_name = open_target(
            mock.url, None, vm=world.vm.name, user=world.username, password=world.user.password
        )
        assert by_name.find_dialect() == "2026"
    assert open_target(mock.url, token).find_dialect() == "2016"


def test_a_server_without_worlds_tells_no_dialect(
    front: Facade, open_target: Open, token: str
) -> None:
    assert open_target(front.url, token).find_dialect() is None


def test_worlds_of_ones_own_speak_the_dialect_that_is_judged_by(
    mock: Mock, open_target: Open, token: str
) -> None:
    target = open_target(mock.url, token)
    target.dialect = "2026"
    with target.fresh({}) as place:
        answer = place.transport(
            "GET", "/v2/session/motd", "", {"Authorization": f"Bearer {place.names['token']}"}, None
        )
    assert answer.status == 200


def test_a_world_that_speaks_another_dialect_is_not_judged(
    mock: Mock, open_target: Open, token: str
) -> None:
    target = open_target(mock.url, token)
    target.find_dialect()
    target.dialect = "2026"
    with pytest.raises(NotObserved, match="the world of the token speaks 2016"):
        target.given()
