"""A client whose token expires in the middle of its work."""

import requests

from vss_mock.embedded import World


def log_in(vss: World) -> dict[str, str]:
    answer = requests.post(
        f"{vss.url}/auth/request-token", auth=(vss.username, vss.password), timeout=5
    )
    return {"Authorization": f"Bearer {answer.json()['token']}"}


def test_a_token_lives_for_a_day_and_not_a_second_longer(vss: World) -> None:
    headers = log_in(vss)
    vss.clock.advance(hours=23, minutes=59, seconds=59)
    assert requests.get(f"{vss.url}/v2/user", headers=headers, timeout=5).status_code == 200

    vss.clock.advance(seconds=1)
    refused = requests.get(f"{vss.url}/v2/user", headers=headers, timeout=5)
    assert refused.status_code == 401
    assert "expired" in refused.json()["message"]

    assert requests.get(f"{vss.url}/v2/user", headers=log_in(vss), timeout=5).status_code == 200
