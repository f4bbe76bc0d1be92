"""A client that gives up on a snapshot too soon, because in its tests none ever took time."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
import requests

from vss_mock.embedded import World

Pause = Callable[[], object]
Poller = Callable[[str, dict[str, str], Pause], str]


def status_of(request: str, headers: dict[str, str]) -> str:
    return str(requests.get(request, headers=headers, timeout=5).json()["data"]["status"])


def impatient(request: str, headers: dict[str, str], pause: Pause) -> str:
    """Look five times."""
    for _ in range(5):
        if status_of(request, headers) == "Scheduled":
            return "Scheduled"
        pause()
    return "given up"


def hasty(request: str, headers: dict[str, str], pause: Pause) -> str:
    """Look until the request is no longer Submitted, as if all were over then."""
    while (status := status_of(request, headers)) == "Submitted":
        pause()
    return status


def patient(request: str, headers: dict[str, str], pause: Pause) -> str:
    """Look for as long as there is something to wait for."""
    while (status := status_of(request, headers)) in {"Submitted", "In Progress", "Error Retry"}:
        pause()
    return status


def submit(vss: World) -> str:
    body: dict[str, Any] = {
        "from_date": "2016-07-29 22:00",
        "valid_for": 12,
        "description": "before the upgrade",
    }
    url = f"{vss.url}/v2/vm/{vss.vm.uuid}/snapshot"
    answer = requests.post(url, json=body, headers=vss.headers, timeout=5)
    return str(answer.json()["data"]["_links"]["request"])


def check_that_it_waits_for_slow_work(vss: World, poll: Poller) -> None:
    vss.clock.task_seconds = 600
    request = submit(vss)
    vss.clock.step()  # it is 22:00, and the work begins
    status = poll(request, vss.headers, lambda: vss.clock.advance(minutes=1))
    assert status == "Scheduled"


def check_that_it_waits_for_a_late_start(vss: World, poll: Poller) -> None:
    request, hold, polls = submit(vss), vss.hold("take"), count(1)
    vss.clock.advance(hours=10)  # it is 22:00 and stays so: nothing begins

    def pause() -> None:
        if next(polls) == 20:
            hold.release()
        vss.clock.advance(0)

    assert poll(request, vss.headers, pause) == "Scheduled"


CHECKS = [check_that_it_waits_for_slow_work, check_that_it_waits_for_a_late_start]


@pytest.mark.parametrize("check", CHECKS)
def test_a_patient_poller_waits(vss: World, check: Callable[[World, Poller], None]) -> None:
    check(vss, patient)


@pytest.mark.parametrize("check", CHECKS)
def test_a_poller_that_counts_is_found(vss: World, check: Callable[[World, Poller], None]) -> None:
    with pytest.raises(AssertionError):
        check(vss, impatient)


def test_a_poller_that_has_never_seen_work_under_way_is_found(vss: World) -> None:
    with pytest.raises(AssertionError):
        check_that_it_waits_for_slow_work(vss, hasty)


def test_a_patient_poller_stops_when_the_work_has_failed(vss: World) -> None:
    request, hold = submit(vss), vss.hold("take")
    vss.clock.advance(hours=10)
    hold.fail("quiesce_timeout")
    assert patient(request, vss.headers, vss.clock.step) == "Error Processed"
