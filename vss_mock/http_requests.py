"""What a request says, before anyone acts on it: its target, the headers that count, its body.

Here requests are refused for what they are, not for what they ask.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple, cast
from urllib.parse import parse_qsl, urlsplit

from aiohttp import HttpVersion, HttpVersion10, HttpVersion11, hdrs, web
from aiohttp.web_urldispatcher import AbstractResource, MatchInfoError, UrlDispatcher
from multidict import CIMultiDictProxy, istr

from vss_mock.http_answers import Refusal
from vss_mock.http_connection import Connection, check_length

REMEMBERED = 4096
"""How many targets are remembered as already looked up."""
MEMORABLE = 256
"""Characters of the longest target that is remembered."""

METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
FETCH_SITE = istr("Sec-Fetch-Site")


class Match(NamedTuple):
    """What a request target comes to: all that does not depend on the rest of the request."""

    path: str
    route: str | None
    params: Mapping[str, str]
    query: Sequence[tuple[str, str]]
    authority: str | None
    allow: str | None
    target: str


class Targets:
    """Finds the route of a target. aiohttp matches; what it found is remembered for a while."""

    def __init__(self, routes: Iterable[tuple[str, Sequence[str]]]) -> None:
        self._router = UrlDispatcher()
        self._templates: dict[AbstractResource | None, str] = {}
        # aiohttp takes the first that matches: "/a/b" has to come before "/a/{any}".
        self._allow = {template: ", ".join(methods) for template, methods in routes}
        for template in sorted(self._allow, key=_placeholders):
            self._templates[self._router.add_route("*", template, _never).resource] = template
        self._router.freeze()
        self.known: dict[str, Match] = {}

    async def look_up(self, request: web.BaseRequest) -> Match:
        """Find the route of a target. Raises Refusal for a target that is none of ours."""
        target = request.raw_path
        if not target.isascii():
            raise Refusal(400, "the request target has bytes outside ASCII: percent-encode them")
        authority = None
        if request.method == hdrs.METH_CONNECT:
            raise Refusal(405, "this server is no proxy", {"Allow": METHODS}, closes=True)
        if not target.startswith(("/", "*")):
            authority = urlsplit(target).netloc
        # A BaseRequest has the path and the method, which is all that aiohttp's router looks at.
        found = await self._router.resolve(cast(web.Request, request))
        route = allow = None
        if not isinstance(found, MatchInfoError):
            route = self._templates[found.route.resource]
            allow = self._allow[route]
        url = request.rel_url
        query = parse_qsl(url.raw_query_string, keep_blank_values=True, errors="replace")
        match = Match(
            url.raw_path,
            route,
            MappingProxyType(dict(found)),
            tuple(query),
            authority,
            allow,
            url.raw_path_qs,
        )
        if route is not None and len(target) <= MEMORABLE:
            if len(self.known) >= REMEMBERED:
                self.known.clear()
            self.known[target] = match
        return match


async def body(request: web.BaseRequest, connection: Connection, most: int) -> bytes:
    """Return the body of a request that has one, of so many bytes. Raises Refusal."""
    headers = request.headers
    expected = headers.get(hdrs.EXPECT)
    modern = request.version >= HttpVersion11
    if expected is not None and modern and expected.lower() != "100-continue":
        raise Refusal(400, "the only expectation that can be met is 100-continue")
    if headers.get(hdrs.CONTENT_ENCODING, "identity").lower() != "identity":
        raise Refusal(415, "a body may not be compressed: leave Content-Encoding out")
    if headers.get(hdrs.TRANSFER_ENCODING, "chunked").lower() != "chunked":
        raise Refusal(400, "the only transfer coding that is understood is chunked")
    # The parser has seen to it that this is a number.
    check_length(int(headers.get(hdrs.CONTENT_LENGTH, 0)), most)
    return await connection.body(request.content, most, expects=expected is not None and modern)


def check_version(version: HttpVersion) -> None:
    """Raise Refusal for a version of HTTP that is not spoken here."""
    if version not in {HttpVersion10, HttpVersion11}:
        raise Refusal(400, "this server speaks HTTP/1.1 and HTTP/1.0", closes=True)


def authorization(headers: CIMultiDictProxy[str]) -> tuple[str, ...]:
    """Return all Authorization headers, since which counts is not for us to say."""
    values = headers.getall(hdrs.AUTHORIZATION, ())
    for value in values:
        if not value.isascii():
            raise _not_ascii(hdrs.AUTHORIZATION)
    return tuple(values)


def text(headers: CIMultiDictProxy[str], name: str) -> str | None:
    """Return a header, None if there is none. Raises Refusal for bytes outside ASCII."""
    value = headers.get(name)
    if value is not None and not value.isascii():
        raise _not_ascii(name)
    return value


def _not_ascii(name: str) -> Refusal:
    # aiohttp keeps such bytes as lone surrogates, which nothing further in could spell again.
    return Refusal(400, f"the {name} header has bytes outside ASCII")


def _placeholders(template: str) -> list[bool]:
    return [part.startswith("{") for part in template.split("/")]


async def _never(request: web.Request) -> web.StreamResponse:
    """Satisfy aiohttp, which wants a handler for each route; only its matching is used."""
    raise RuntimeError(request.path)
