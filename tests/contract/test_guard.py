"""On a server that others use, one machine is touched and nothing is left without a word."""

import json
from collections.abc import Iterator, Mapping

import pytest

from tests.contract.walls import FakeWall
from vss_mock.contract.guard import Guard
from vss_mock.contract.pace import RealTime, offset_of
from vss_mock.contract.places import StillTime
from vss_mock.contract.rules import NotObserved
from vss_mock.contract.transport import Answer, Http, Transport
from vss_mock.contract.words import WORDS, Words
from vss_mock.embedded import Mock, World

PAST = {"from_date": "2016-07-29 12:00", "valid_for": 1, "description": "to be tidied up"}
LATER = {"from_date": "2016-07-29 22:00", "valid_for": 1, "description": "far ahead"}
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def mock() -> Iterator[Mock]:
    with Mock() as running:
        yield running
    while OPEN:
        OPEN.pop().close()


OPEN: list[Http] = []


def http_to(mock: World) -> Http:
    OPEN.append(Http(mock.url))
    return OPEN[-1]


class Hand:
    """A guard on the mock's first machine, and calls through it."""

    def __init__(
        self,
        mock: World,
        *,
        writes: bool = True,
        inner: Transport | None = None,
        words: Words = WORDS["2016"],
    ) -> None:
        self.said: list[str] = []
        self.wall = FakeWall(mock)
        self.http = http_to(mock)
        self.headers = {"Authorization": f"Bearer {mock.token}"}
        self.guard = Guard(
            inner or self.http,
            mock.vm.uuid,
            mock.vm.name,
            self.headers,
            writes=writes,
            announce=self.said.append,
            words=words,
        )
        self.path = f"/v2/vm/{mock.vm.uuid}/snapshot"

    def call(self, method: str, path: str, body: object = None) -> Answer:
        sent = None if body is None else json.dumps(body).encode()
        return self.guard(method, path, "", {**self.headers, **JSON}, sent)

    def tidy(self, patience: float = 60) -> list[str]:
        since = offset_of(Answer(200, {}, b""), self.wall)
        return self.guard.tidy(RealTime(self.wall, since, patience), patience)


def snapshots(mock: World) -> object:
    return mock.state()["snapshots"]


def test_without_leave_it_only_reads_and_logs_in(mock: Mock) -> None:
    hand = Hand(mock, writes=False)
    before = mock.state()
    assert hand.call("GET", "/v2/vm").status == 200
    assert hand.call("OPTIONS", "/v2/vm").status == 200
    assert hand.call("POST", "/auth/request-token").status != 405
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        with pytest.raises(NotObserved, match="--allow-writes"):
            hand.call(method, hand.path, PAST)
    assert mock.state() == before


def test_what_will_be_made_is_named_before_it_is_sent(mock: Mock) -> None:
    counts: list[int] = []
    hand = Hand(mock)
    hand.guard._announce = lambda told: counts.append(len(mock.state()["snapshot_requests"]))
    before = len(mock.state()["snapshot_requests"])
    assert hand.call("POST", hand.path, PAST).status == 202
    assert counts == [before]
    hand = Hand(mock)
    hand.call("POST", hand.path, PAST)
    assert hand.said == [
        (
            f"asks for a snapshot of {mock.vm.name}: from_date 2016-07-29 12:00, valid_for 1, "
            "description 'to be tidied up'"
        )
    ]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "/v2/vm/{vm}"),
        ("POST", "/v2/vm/{other}/snapshot"),
        ("PUT", "/v2/vm/{vm}/snapshot/consolidate"),
        ("DELETE", "/v2/vm/{vm}/snapshot/1"),
        ("PATCH", "/v2/vm/{vm}/snapshot/1"),
        ("PUT", "/v2/request/snapshot/1"),
        ("POST", "/v2/vm"),
    ],
)
def test_what_is_not_its_own_is_never_touched(mock: Mock, method: str, path: str) -> None:
    theirs = Hand(mock)
    theirs.call("POST", theirs.path, PAST)
    mock.clock.advance(0)
    before = mock.state()
    hand = Hand(mock)
    with pytest.raises(NotObserved, match="not the judge's own"):
        hand.call(method, path.format(vm=mock.vm.uuid, other=mock.vms[1].uuid), {})
    assert mock.state() == before


def test_its_own_snapshot_may_be_extended_reverted_and_deleted(mock: Mock) -> None:
    hand = Hand(mock)
    link = json.loads(hand.call("POST", hand.path, PAST).body)["data"]["_links"]["request"]
    mock.clock.advance(0)
    request = link.removeprefix(mock.url)
    assert hand.call("PUT", request, {"attribute": "duration", "value": 1}).status == 204
    assert hand.call("PATCH", f"{hand.path}/1").status == 202
    assert hand.call("DELETE", f"{hand.path}/1").status == 202


def test_there_is_one_snapshot_at_a_time(mock: Mock) -> None:
    hand = Hand(mock)
    hand.call("POST", hand.path, PAST)
    with pytest.raises(NotObserved, match="still there"):
        hand.call("POST", hand.path, PAST)
    assert hand.tidy() == []
    assert hand.call("POST", hand.path, PAST).status == 202


def test_what_was_made_is_deleted_again(mock: Mock) -> None:
    hand = Hand(mock)
    hand.call("POST", hand.path, PAST)
    mock.clock.advance(0)
    assert snapshots(mock)
    assert hand.tidy() == []
    assert not snapshots(mock)


def test_a_request_that_has_not_run_yet_is_waited_for_and_then_undone(mock: Mock) -> None:
    hand = Hand(mock)
    hand.call("POST", hand.path, PAST)  # nothing has let it happen yet
    assert hand.tidy() == []
    assert hand.wall.slept
    assert not snapshots(mock)
    assert {one["state"] for one in mock.state()["snapshot_requests"]} == {"processed"}


def test_what_cannot_be_undone_is_told(mock: Mock) -> None:
    hand = Hand(mock)
    hand.call("POST", hand.path, LATER)
    (left,) = hand.tidy(patience=10)
    assert left == (
        f"/v2/request/snapshot/2 for a snapshot of {mock.vm.name}, Submitted, "
        "which the server deletes by itself at 2016-07-29 23:00:00 EDT"
    )


def test_a_snapshot_that_stays_is_told_by_its_number(mock: Mock) -> None:
    hand = Hand(mock)
    hand.call("POST", hand.path, PAST)
    mock.clock.advance(0)
    hand.guard("GET", hand.path, "", hand.headers, None)
    (left,) = hand.guard.tidy(StillTime(), 0)
    assert left.startswith(f"snapshot 1 of {mock.vm.name} (/v2/request/snapshot/2 is Scheduled)")


def test_a_request_whose_answer_was_lost_is_found_and_undone(mock: Mock) -> None:
    http = http_to(mock)
    lost: list[str] = []

    def losing(
        method: str, path: str, query: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        answer = http(method, path, query, headers, body)
        if method == "POST" and not lost:
            lost.append(path)
            raise ConnectionError("lost on the way back")
        return answer

    hand = Hand(mock, inner=losing)
    with pytest.raises(ConnectionError):
        hand.call("POST", hand.path, PAST)
    mock.clock.advance(0)
    assert snapshots(mock)
    assert hand.tidy() == []
    assert not snapshots(mock)


def test_a_server_that_is_gone_leaves_a_sentence(mock: Mock) -> None:
    http = http_to(mock)
    gone: list[bool] = []

    def leaving(
        method: str, path: str, query: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        if gone:
            raise ConnectionError("gone")
        return http(method, path, query, headers, body)

    hand = Hand(mock, inner=leaving)
    hand.call("POST", hand.path, PAST)
    gone.append(True)
    (left,) = hand.tidy()
    assert left == f"/v2/request/snapshot/2 for a snapshot of {mock.vm.name}, Submitted"


def test_a_bad_body_that_a_server_takes_is_undone_too(mock: Mock) -> None:
    http = http_to(mock)

    def lying(
        method: str, path: str, query: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        sent = json.dumps(PAST).encode() if method == "POST" else body
        return http(method, path, query, headers, sent)

    hand = Hand(mock, inner=lying)
    assert hand.call("POST", hand.path, {"valid_for": 73}).status == 202
    mock.clock.advance(0)
    assert hand.tidy() == []
    assert not snapshots(mock)


@pytest.mark.parametrize("known", ["", "a request that has run"])
def test_what_was_made_is_deleted_again_in_a_world_of_another_dialect(
    mock: Mock, known: str
) -> None:
    with mock.world(dialect="2026") as world:
        hand = Hand(world, words=WORDS["2026"])
        hand.call("POST", hand.path, PAST)
        if known:
            world.clock.advance(0)
            assert snapshots(world)
        assert hand.tidy() == []
        assert not snapshots(world)
        assert {one["state"] for one in world.state()["snapshot_requests"]} == {"processed"}
