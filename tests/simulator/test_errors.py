"""Refusals are exceptions that carry data."""

from typing import Any

import pytest

from vss_mock.simulator import errors
from vss_mock.simulator.errors import SimulatorError

SAMPLES: list[tuple[type[SimulatorError], dict[str, Any]]] = [
    (errors.UnknownVirtualMachine, {"uuid": "u"}),
    (errors.HiddenVirtualMachine, {"uuid": "u", "user": "ana"}),
    (errors.UnknownPlace, {"what": "folder", "moref": "group-v1"}),
    (errors.UnknownGroup, {"id": 3}),
    (errors.UnknownMessage, {"id": 3}),
    (errors.UnknownSnapshot, {"vm": "u", "snapshot": 3}),
    (errors.UnknownRequest, {"kind": "change", "id": 7}),
    (errors.UnknownTask, {"id": "t"}),
    (errors.NotExtendable, {"id": 2, "state": "processed"}),
    (errors.ExtensionsUsedUp, {"id": 2, "limit": 3}),
    (errors.NotScheduled, {"id": 2, "state": "processed"}),
    (errors.NotRetryable, {"id": 2, "state": "cancelled"}),
    (errors.BadDuration, {"hours": 73}),
    (errors.NoTransition, {"job": "create", "state": "failed", "event": "take"}),
    (errors.TimeRunsForward, {"now": 2, "asked": 1}),
    (errors.OutOfTime, {"asked": 10**20}),
    (errors.MalformedInstant, {"text": "noon"}),
    (errors.MalformedDump, {"why": "no users"}),
    (errors.LimitReached, {"what": "requests", "limit": 1_000_000}),
    (errors.DuplicateName, {"what": "moref", "name": "vm-1"}),
    (errors.UnknownFault, {"id": 3}),
    (errors.UnknownHold, {"id": 3}),
    (errors.NothingHeld, {"id": 3}),
    (errors.UnknownWorld, {"name": "w"}),
    (errors.WorldExists, {"name": "w"}),
    (errors.WorldIsPermanent, {"name": "default"}),
    (errors.TokenTaken, {"user": "jm"}),
]


@pytest.mark.parametrize(("kind", "data"), SAMPLES, ids=lambda one: getattr(one, "__name__", ""))
def test_a_refusal_carries_its_data(kind: type[SimulatorError], data: dict[str, Any]) -> None:
    error = kind(**data)
    assert isinstance(error, SimulatorError)
    assert vars(error) == data
    assert error.args == tuple(data.values())


def test_every_refusal_there_is_has_a_sample_here() -> None:
    there = {kind for kind in vars(errors).values() if isinstance(kind, type)}
    there = {kind for kind in there if issubclass(kind, SimulatorError)}
    assert there == {kind for kind, _ in SAMPLES} | {SimulatorError}
