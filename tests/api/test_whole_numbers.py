"""Whole numbers of faults and holds may be spelled 503.0, as JSON Schema has it, and are whole."""

from typing import Any

import pytest

from tests.api.caller import Caller, caller, finish
from vss_mock.api.messages import Reply


def raw(mock: Caller, target: str) -> Reply:
    """Return the reply itself: faults make answers that no schema describes."""
    reply = mock.service.handle(mock.call("GET", target))
    return reply if isinstance(reply, Reply) else finish(reply)


def answered(fault: dict[str, Any], times: int) -> list[Reply]:
    mock = caller()
    assert mock.post("/_mock/faults", fault).status_code == 201
    return [raw(mock, "/v2/user") for _ in range(times)]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status_code": 429, "retry_after": 5, "nth": 2, "skip": 1},
        {"kind": "status", "status_code": 503, "every": 2, "times": 1},
        {"kind": "stale", "calls": 2},
        {"kind": "cut-body", "bytes": 5},
        {"kind": "latency", "seconds": 1, "up_to": 2, "share": 1},
    ],
)
def test_a_fault_is_the_same_however_its_numbers_are_spelled(fault: dict[str, Any]) -> None:
    spelled = {
        name: float(value) if isinstance(value, int) else value for name, value in fault.items()
    }
    one, other = answered(fault, 4), answered(spelled, 4)
    assert repr(other) == repr(one)


def test_a_hold_is_the_same_however_its_request_is_spelled() -> None:
    mock = caller()
    assert repr(mock.post("/_mock/holds", {"request": 2.0}).body["request"]) == "2"
