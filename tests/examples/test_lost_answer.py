"""A client that asks again when an answer gets lost: two snapshots, where one was wanted."""

from collections.abc import Callable
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from vss_mock.embedded import World
from vss_mock.testbench import Kind

BODY: dict[str, Any] = {
    "from_date": "2016-07-29 22:00",
    "valid_for": 12,
    "description": "before the upgrade",
}
Client = Callable[[str, str, dict[str, str]], None]


def careless(url: str, vm: str, headers: dict[str, str]) -> None:
    """Ask for a snapshot, and again when that did not work, whatever became of it."""
    with requests.Session() as session:
        session.mount("http://", HTTPAdapter(max_retries=Retry(total=3, allowed_methods=None)))
        session.post(f"{url}/v2/vm/{vm}/snapshot", json=BODY, headers=headers, timeout=5)


def careful(url: str, vm: str, headers: dict[str, str]) -> None:
    """Ask for a snapshot; when no answer came, look for the request before asking again."""
    asked_for = f"{url}/v2/request/snapshot?filter=vm_uuid,eq,{vm};status,eq,Submitted"
    for _ in range(3):
        try:
            requests.post(f"{url}/v2/vm/{vm}/snapshot", json=BODY, headers=headers, timeout=5)
        except requests.ConnectionError:
            if requests.get(asked_for, headers=headers, timeout=5).json()["data"]:
                return
        else:
            return


def check_that_one_snapshot_is_asked_for(vss: World, client: Client, fault: Kind) -> None:
    with vss.faults.add(fault, operation="vm-snapshot-create", nth=1) as struck:
        client(vss.url, vss.vm.uuid, vss.headers)
        assert struck.fired == 1
    vss.journal.assert_called_once("vm-snapshot-create", status_code=202)


@pytest.mark.parametrize("fault", ["lost-answer", "connection-refused", "connection-reset"])
def test_a_client_that_looks_first_asks_for_one(vss: World, fault: Kind) -> None:
    check_that_one_snapshot_is_asked_for(vss, careful, fault)


def test_a_client_that_asks_twice_is_found(vss: World) -> None:
    with pytest.raises(AssertionError, match=r"expected one call .* there were 2"):
        check_that_one_snapshot_is_asked_for(vss, careless, "lost-answer")
