"""Many clients at once while the clock moves: one order of events, the same for all (P3)."""

import itertools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests

from vss_mock.embedded import Mock

CLIENTS = 6
SNAPSHOTS = 8
ORDER = ["Submitted", "Scheduled", "Processed"]

View = list[tuple[str, str]]
"""The status of each request, and when it last changed, as one client saw them."""


def session(mock: Mock) -> requests.Session:
    found = requests.Session()
    found.trust_env = False
    found.headers.update(mock.headers)
    return found


def together(work: Callable[[int], Any], count: int = CLIENTS) -> list[Any]:
    """Run work(0), work(1)... in threads that start as one; return what they return."""
    gate = threading.Barrier(count)

    def run(number: int) -> Any:
        gate.wait()
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_ids_are_handed_out_once_whoever_asks_at_the_same_time(mock: Mock) -> None:
    def submit(number: int) -> list[int]:
        with session(mock) as client:
            ids = []
            for _ in range(SNAPSHOTS):
                answer = client.post(
                    f"{mock.url}/v2/vm/{mock.vms[number].uuid}/snapshot",
                    json={"from_date": "2016-07-29 22:00", "valid_for": 1, "description": "d"},
                )
                ids.append(int(answer.json()["data"]["_links"]["request"].rpartition("/")[2]))
            return ids

    ids = together(submit)
    assert all(own == sorted(own) for own in ids)
    together_ids = sorted(itertools.chain.from_iterable(ids))
    assert together_ids == list(range(2, 2 + CLIENTS * SNAPSHOTS))
    fired = mock.clock.step()
    assert [event.request for event in fired] == together_ids


def test_clients_see_each_request_go_forward_only_while_time_moves(mock: Mock) -> None:
    snapshots = f"{mock.url}/v2/vm/{mock.vm.uuid}/snapshot"
    with session(mock) as client:
        for hour in range(13, 21):
            client.post(
                snapshots,
                json={"from_date": f"2016-07-29 {hour}:00", "valid_for": 1, "description": "d"},
            )
    stop = threading.Event()

    def watch(_: int) -> list[View]:
        seen = []
        with session(mock) as client:
            while True:
                last = stop.is_set()
                url = f"{mock.url}/v2/request/snapshot?expand=1&sort=id,asc"
                rows = client.get(url).json()["data"]
                standing = [row["id"] for row in client.get(snapshots).json()["data"]]
                assert standing == sorted(standing)
                seen.append([(row["status"], row["updated_on"]) for row in rows])
                if last:
                    return seen

    def move(_: int) -> None:
        for _ in range(40):
            mock.clock.advance(minutes=15)
        stop.set()

    histories = together(lambda number: move(0) if number == 0 else watch(number))[1:]
    for history in histories:
        for earlier, later in itertools.pairwise(history):
            assert_only_forward(earlier, later)
        assert [status for status, _ in history[-1]] == ["Processed"] * 8
    assert_one_order([view for history in histories for view in history])


def assert_only_forward(earlier: View, later: View) -> None:
    for (before, moved), (after, moved_later) in zip(earlier, later, strict=True):
        assert ORDER.index(before) <= ORDER.index(after)
        assert moved <= moved_later


def assert_one_order(views: list[View]) -> None:
    """What all of them saw fits one order: of two views one is behind the other in every row."""
    ranks = sorted(([ORDER.index(status) for status, _ in view] for view in views), key=sum)
    for behind, ahead in itertools.pairwise(ranks):
        assert all(low <= high for low, high in zip(behind, ahead, strict=True))


def test_advances_made_at_the_same_time_all_count(mock: Mock) -> None:
    before = mock.clock.now

    def move(_: int) -> None:
        with session(mock) as client:
            client.headers["Content-Type"] = "application/json"
            for _ in range(10):
                answer = client.post(f"{mock.url}/_mock/clock", json={"advance": "1m"})
                assert answer.status_code == 200

    together(move)
    assert (mock.clock.now - before).total_seconds() == CLIENTS * 10 * 60


def test_worlds_move_at_the_same_time_without_seeing_each_other(mock: Mock) -> None:
    before = mock.state()

    def live(number: int) -> list[str]:
        with mock.world(seed=number) as world, session(mock) as client:
            client.headers.update(world.headers)
            seen = []
            for _ in range(3):
                client.post(
                    f"{world.url}/v2/vm/{world.vm.uuid}/snapshot",
                    json={"from_date": "2016-07-29 12:00", "valid_for": 72, "description": "d"},
                )
                seen += [f"{event.request} {event.event}" for event in world.clock.advance(0)]
                world.clock.advance(hours=number)
            return seen

    assert together(live) == [["2 take", "3 take", "4 take"]] * CLIENTS
    assert mock.state() == before
