"""A client that waits for its snapshot, tested without waiting."""

from collections.abc import Callable
from typing import Any

import requests

from vss_mock.embedded import World


def wait_for(url: str, status: str, headers: dict[str, str], pause: Callable[[], object]) -> int:
    """Poll a request until it has a status, as clients do; return how often it was asked for."""
    for attempt in range(1, 100):
        if requests.get(url, headers=headers, timeout=5).json()["data"]["status"] == status:
            return attempt
        pause()
    raise TimeoutError(url)


def test_a_poller_sees_the_snapshot_taken_in_the_hour_it_was_asked_for(vss: World) -> None:
    body: dict[str, Any] = {
        "from_date": "2016-07-29 22:00",
        "valid_for": 12,
        "description": "before the upgrade",
    }
    accepted = requests.post(
        f"{vss.url}/v2/vm/{vss.vm.uuid}/snapshot", json=body, headers=vss.headers, timeout=5
    )
    request = accepted.json()["data"]["_links"]["request"]

    polls = wait_for(request, "Scheduled", vss.headers, pause=lambda: vss.clock.advance(hours=1))

    assert polls == 11  # 12:30:59 and ten hours later
    assert vss.clock.local.strftime("%H:%M") == "22:30"
