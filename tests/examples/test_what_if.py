"""The same moment lived through twice: a fork goes its own way from here. With unittest."""

import unittest
from typing import Any

import requests

import vss_mock


class WhatIf(unittest.TestCase):
    """With an extension, and without."""

    def setUp(self) -> None:
        self.vss = self.enterContext(vss_mock.Mock())

    def submit(self) -> str:
        body: dict[str, Any] = {
            "from_date": "2016-07-29 22:00",
            "valid_for": 12,
            "description": "what if",
        }
        answer = requests.post(
            f"{self.vss.url}/v2/vm/{self.vss.vm.uuid}/snapshot",
            json=body,
            headers=self.vss.headers,
            timeout=5,
        )
        return str(answer.json()["data"]["_links"]["request"])

    def status(self, request: str, headers: dict[str, str]) -> Any:
        return requests.get(request, headers=headers, timeout=5).json()["data"]["status"]

    def test_an_extension_keeps_the_snapshot(self) -> None:
        request = self.submit()
        self.vss.clock.advance("10h")
        other = self.vss.fork("extended")
        extension: dict[str, Any] = {"attribute": "duration", "value": 24}
        requests.put(request, json=extension, headers=other.headers, timeout=5)

        for world in (self.vss, other):
            world.clock.advance("12h")

        assert self.status(request, self.vss.headers) == "Processed"
        assert self.status(request, other.headers) == "Scheduled"
