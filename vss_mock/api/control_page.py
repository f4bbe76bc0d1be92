"""The page at /_mock/ as it is served: which file, as what, under which rules for the browser.

What the files hold comes from outside: `House.page` gives the bytes of those there are by their
plain names, and there is no other way to any file.
"""

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from vss_mock.api.house import House
from vss_mock.api.messages import Call, Reply
from vss_mock.wire.problems import Refusal, short

TEXT: Final = "text/plain; charset=utf-8"
TYPES: Final[Mapping[str, str]] = {
    "LICENSE": TEXT,
    "NOTICE": TEXT,
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "png": "image/png",
    "svg": "image/svg+xml",
    "txt": TEXT,
}
"""The media types of what is served, by what stands behind the last dot of a name, if any."""

HEADERS: Final[Mapping[str, str]] = {
    "Cache-Control": "no-cache",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}
"""What comes with each file: pages of other origins get at none of them, and learn no address."""

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'"
)
"""What a browser lets the page do: run and show what comes from here, and call nobody else."""

FIRST: Final = "index.html"
MODULES: Final = ("app", "control", "dom", "model", "pane", "panel", "timeline", "times", "tour")
"""What the page consists of: a browser that is told so asks for all of them at once."""
KEPT_IN_A_QUERY: Final = "!$%&'()*+,/:;=?@"
"""What a query is spelled with beside letters and digits; all else is percent-encoded."""


def mock_page(house: House, call: Call, body: None) -> Reply:
    """Answer the page."""
    return _file(house, FIRST)


def mock_page_file(house: House, call: Call, body: None) -> Reply:
    """Answer a file of the page."""
    return _file(house, call.params["file"])


def mock_page_way(house: House, call: Call, body: None) -> Reply:
    """Send whoever left the last slash out to the page, with the query they came with.

    The address is relative, so it is right behind whatever stands before the mock.
    """
    _, mark, query = call.target.partition("?")
    return Reply(308, headers={"Location": f"_mock/{mark}{quote(query, safe=KEPT_IN_A_QUERY)}"})


def _file(house: House, name: str) -> Reply:
    kind = TYPES.get(name.rpartition(".")[2])
    content = house.page(name) if kind else None
    if kind is None or content is None:
        raise Refusal(404, f"the page has no file {short(name)}")
    headers = {**HEADERS, "Content-Type": kind}
    if name.endswith(".html"):
        headers["Content-Security-Policy"] = POLICY
    if name == FIRST:
        headers["Link"] = ", ".join(f"<page/{each}.js>; rel=modulepreload" for each in MODULES)
    return Reply(200, content, headers)
