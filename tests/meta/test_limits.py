"""The limits that the papers print are those that are enforced."""

import json
import re

from tests.meta.checkout import text
from vss_mock.limits_table import markdown
from vss_mock.simulator.inventory import MAXIMUM_VMS


def test_the_papers_show_every_limit_as_it_is() -> None:
    (shown,) = re.findall(
        r"<!-- limits -->\n(.*?)\n<!-- /limits -->", text("ARCHITECTURE.md"), re.DOTALL
    )
    assert shown.strip() == markdown()


def test_the_schemas_know_the_same_limits() -> None:
    world = json.loads(text("schemas/common/world.json"))
    assert world["properties"]["vms"]["maxItems"] == MAXIMUM_VMS
    assert '"maxLength": 4096' in text("schemas/common/values.json")
