"""Long answers are spelled in slices, and are what they were when they were asked for."""

import json
from typing import Any

import pytest

from tests.api.caller import Caller, finish
from vss_mock.api import pacing
from vss_mock.api.messages import Reply


@pytest.fixture(autouse=True)
def short_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "ROWS_A_SLICE", 2)
    monkeypatch.setattr("vss_mock.api.visit.ROWS_A_SLICE", 2)
    monkeypatch.setattr("vss_mock.wire.saved.ROWS_A_SLICE", 2)


def begun(mock: Caller, target: str, **fields: Any) -> Any:
    steps = mock.service.handle(mock.call("GET", target, **fields))
    assert not isinstance(steps, Reply)
    next(steps)
    return steps


def test_a_state_is_that_of_one_instant(mock: Caller) -> None:
    for _ in range(5):
        mock.submit(from_date="2016-07-29 12:00")
    mock.advance(0)
    before = mock.state
    steps = begun(mock, "/_mock/state")
    mock.submit()
    mock.advance("100h")
    assert json.loads(finish(steps).body) == before
    assert mock.state != before


def test_a_list_of_snapshots_is_that_of_one_instant(mock: Caller) -> None:
    path = f"/v2/vm/{mock.uuid()}/snapshot"
    for _ in range(5):
        mock.submit(from_date="2016-07-29 12:00")
    mock.advance("1h")
    before = mock.get(path).body
    steps = begun(mock, path)
    mock.advance("100h")
    assert json.loads(finish(steps).body) == before
    assert len(before["data"]) == 5
    assert mock.get(path).data == []


def test_a_long_list_of_machines_is_whole(mock: Caller) -> None:
    names = [vm["name"] for vm in json.loads(finish(begun(mock, "/v2/vm?summary")).body)["data"]]
    assert names == [vm["name"] for vm in mock.state["vms"]]


def test_a_long_answer_of_a_busy_live_world_comes_too(
    mock: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pacing, "SLICE", 1)
    for _ in range(3):
        mock.submit(from_date="2016-07-29 12:31")
    mock.post("/_mock/clock", {"mode": "live"})
    steps = begun(mock, "/v2/vm", at=60_000_000)
    assert len(json.loads(finish(steps).body)["data"]) == 11


def test_others_are_served_after_every_slice(mock: Caller) -> None:
    for _ in range(20):
        mock.submit(from_date="2016-07-29 12:00")
    mock.advance("1h")
    for target, rows in (
        ("/_mock/state", 11 + 20 + 20),
        (f"/v2/vm/{mock.uuid()}/snapshot", 20),
        ("/v2/vm", 11),
    ):
        steps = mock.service.handle(mock.call("GET", target))
        assert not isinstance(steps, Reply)
        assert len(list(steps)) >= rows // 2
