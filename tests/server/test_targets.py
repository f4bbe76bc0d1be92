"""A target that is read where no edge reads it comes to what it comes to at the edge."""

import asyncio
import random
from types import SimpleNamespace
from typing import cast

import pytest
from aiohttp import web
from yarl import URL

from vss_mock.assembly import Settings, build_service
from vss_mock.http_requests import Targets
from vss_mock.wire.problems import Refusal
from vss_mock.wire.targets import Target, Templates

PATHS = build_service(Settings(), at=0).routes()
PIECES = [
    *("/", "//", "/v2/vm/", "/snapshot/", "snapshot", "consolidate", "/request/", "1", "..", "."),
    *("%2F", "%2f", "%25", "%252F", "%76", "%C3%A9", "%ff", "%E2%82", "%E2%82%AC", "%F0%9F", "%"),
    *("%zz", "%0", "%00", "%7B", "{", "}", "+", "%20", "%2B", "~", ":", "@", ";", "*", '"', "|"),
    *("?", "&", "=", "summary", "name=%ff", "filter=a,b", "a=%2", "&&", "=="),
]


async def edge(targets: Targets, text: str) -> Target:
    """Return what the edge makes of a target, as its parser would hand it over."""
    path, _, query = text.partition("?")
    url = URL.build(path=path, query_string=query, encoded=True)
    request = SimpleNamespace(method="GET", raw_path=text, rel_url=url)
    match = await targets.look_up(cast(web.BaseRequest, request))
    return Target(match.path, match.route, dict(match.params), match.query)


def test_random_targets_are_read_as_the_edge_reads_them() -> None:
    draw = random.Random(0)
    targets, templates = Targets(PATHS), Templates([path for path, _ in PATHS])
    matched = 0
    for _ in range(10_000):
        text = draw.choice(["/", "/v2/vm/", "/v2/vm", "/v2/request/snapshot/"])
        text += "".join(draw.choices(PIECES, k=draw.randrange(5)))
        read = templates.read(text)
        assert read == asyncio.run(edge(targets, text)), text
        matched += read.route is not None
    assert 1_000 < matched < 9_000


@pytest.mark.parametrize(
    "text", ["", "v2", " /", "/ ", "/\n", "/\x7f", "/é", "/#", "*", "http://x/"]
)
def test_what_no_request_line_holds_is_no_target(text: str) -> None:
    with pytest.raises(Refusal, match="is not a path with its query"):
        Templates(["/"]).read(text)
