"""The page through a socket: its head, its whole bytes, and no way to another file."""

from collections.abc import Iterator

import pytest

from tests.server.raw import Raw, get
from vss_mock import resources
from vss_mock.embedded import Mock

ELSEWHERE = [
    "/_mock/page/../cli.py",
    "/_mock/page/..%2fcli.py",
    "/_mock/page/%2e%2e%2fcli.py",
    "/_mock/page/..%2fdemo_world.json",
    "/_mock/page/..%5ccli.py",
    "/_mock/page/%2e%2e/%2e%2e/pyproject.toml",
    "/_mock/page//etc/passwd",
    "/_mock/page/%2fetc%2fpasswd",
    "/_mock/page/index.html%00",
    "/_mock/page/index.html%2f",
    "/_mock/page/./..",
    "/_mock/page/%25%32%65%25%32%65%2fcli.py",
    "/_mock/page/%c0%ae%c0%ae%2fcli.py",
]


@pytest.fixture
def raw() -> Iterator[Raw]:
    with Mock() as vss, Raw(int(vss.url.rpartition(":")[2])) as raw:
        yield raw


def test_the_page_comes_whole_with_what_browsers_hold_it_to(raw: Raw) -> None:
    raw.send(get("/_mock/"))
    answer = raw.answer()
    assert answer.status_code == 200
    assert answer.body == (resources.PACKAGE / "page" / "index.html").read_bytes()
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; script-src ")
    assert answer.headers["x-frame-options"] == "DENY"


def test_head_has_the_headers_of_the_page_and_no_body(raw: Raw) -> None:
    raw.send(get("/_mock/", method="HEAD") + get("/_mock/"))
    head, whole = raw.answer(head=True), raw.answer()
    assert head.headers == whole.headers


def test_the_way_to_the_page_ends_there(raw: Raw) -> None:
    raw.send(get("/_mock?tour"))
    answer = raw.answer()
    assert (answer.status_code, answer.body) == (308, b"")
    assert answer.headers["location"] == "_mock/?tour"
    assert answer.headers["content-length"] == "0"


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_spelling_leads_to_another_file(raw: Raw, target: str) -> None:
    raw.send(get(target))
    answer = raw.answer()
    assert answer.status_code == 404
    assert answer.document["status"] == 404


def test_a_query_cannot_add_a_header(raw: Raw) -> None:
    raw.send(b"GET /_mock?a\x7fb\x0bX:1 HTTP/1.1\r\nHost: localhost\r\n\r\n")
    answer = raw.answer()
    assert answer.status_code in {308, 400}
    assert "x" not in answer.headers
