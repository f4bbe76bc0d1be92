"""A snapshot over the night on which the clocks go back, in a world made for it, with asyncio."""

import httpx
import pytest

from vss_mock.embedded import World


@pytest.mark.asyncio
@pytest.mark.vss_world(start="2016-11-05T20:00", vms=[{"name": "1611P-web"}])
async def test_twelve_hours_are_twelve_hours_on_the_longest_night(vss: World) -> None:
    async with httpx.AsyncClient(base_url=vss.url, headers=vss.headers) as client:
        body = {"from_date": "2016-11-05 22:00", "valid_for": 12, "description": "the long night"}
        accepted = await client.post(f"/v2/vm/{vss.vm.uuid}/snapshot", json=body)
        request = accepted.json()["data"]["_links"]["request"]

        (taken,) = vss.clock.step()
        (deleted,) = vss.clock.step()

        data = (await client.get(request)).json()["data"]
    assert (deleted.at - taken.at).total_seconds() == 12 * 3600
    assert data["snapshot"]["from_date"] == "2016-11-05 22:00:00 EDT"
    assert data["snapshot"]["to_date"] == "2016-11-06 09:00:00 EST"
