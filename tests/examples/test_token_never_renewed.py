"""A client that logs in once and for all: it works for a day."""

from collections.abc import Callable

import pytest
import requests

from vss_mock.embedded import World


class LogsInOnce:
    """A client that keeps the token it was given."""

    def __init__(self, url: str, username: str, password: str) -> None:
        self.url, self.auth = url, (username, password)
        self.log_in()

    def log_in(self) -> None:
        answer = requests.post(f"{self.url}/auth/request-token", auth=self.auth, timeout=5)
        self.headers = {"Authorization": f"Bearer {answer.json()['token']}"}

    def get(self, path: str) -> requests.Response:
        return requests.get(f"{self.url}{path}", headers=self.headers, timeout=5)


class LogsInAgain(LogsInOnce):
    """A client that gets itself another token when the one it has is refused."""

    def get(self, path: str) -> requests.Response:
        answer = super().get(path)
        if answer.status_code == 401:
            self.log_in()
            answer = super().get(path)
        return answer


Client = Callable[[str, str, str], LogsInOnce]


def check_that_it_works_for_days(vss: World, make: Client) -> None:
    client = make(vss.url, vss.username, vss.password)
    for _ in range(3):
        assert client.get("/v2/vm").status_code == 200
        vss.clock.advance(hours=24)


def check_that_it_outlives_a_token(vss: World, make: Client) -> None:
    client = make(vss.url, vss.username, vss.password)
    with vss.faults.add("expired-token", operation="vm-list", nth=2) as expired:
        assert [client.get("/v2/vm").status_code for _ in range(3)] == [200, 200, 200]
        assert expired.fired == 1


CHECKS = [check_that_it_works_for_days, check_that_it_outlives_a_token]


@pytest.mark.parametrize("check", CHECKS)
def test_a_client_that_logs_in_again_goes_on(
    vss: World, check: Callable[[World, Client], None]
) -> None:
    check(vss, LogsInAgain)


@pytest.mark.parametrize("check", CHECKS)
def test_a_client_that_never_renews_its_token_is_found(
    vss: World, check: Callable[[World, Client], None]
) -> None:
    with pytest.raises(AssertionError):
        check(vss, LogsInOnce)
