"""The names a server answers to: the defence against foreign names made to resolve to it.

Only text is judged here; no name is ever looked up.
"""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from vss_mock.http_answers import Refusal

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
"""What a client of this machine may call it."""

HOST = re.compile(r"(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(?::([0-9]{1,5}))?", re.ASCII)
"""A Host header: a name or an address, and perhaps a port."""

PUBLIC_URL = re.compile(rf"https?://{HOST.pattern}(?:/[A-Za-z0-9._~/-]*)?", re.ASCII)
"""What links to a server may begin with."""

MAXIMUM_PORT = 65535
REMEMBERED = 4096
"""How many Host headers are remembered as already looked at."""


class CannotServe(Exception):
    """The server cannot start; its message is one sentence for a person."""


class Hosts:
    """The names that this server answers to, and what links to it begin with.

    A browser lured to a foreign name that resolves to this machine sends that name: refused. Names
    count with every port, since a port may be forwarded; `allowed` ones given with a port only so.
    """

    def __init__(self, bound: str, allowed: Iterable[str], public_url: str | None) -> None:
        """Raise CannotServe for a name that no Host header could hold, or a URL that is none."""
        self._public = None if public_url is None else _public_base(public_url)
        names = [*LOOPBACK, f"[{bound}]" if ":" in bound else bound]
        if self._public is not None:
            names.append(urlsplit(self._public).netloc)
        for name in allowed:
            if HOST.fullmatch(name) is None:
                raise CannotServe(f"{name!r} is not a host that can be allowed")
            names.append(name)
        self._names = frozenset(name.lower() for name in names)
        self._known: dict[str | None, str] = {}

    def base(self, host: str | None) -> str:
        """Return what links begin with for a client that calls this Host. Raises Refusal."""
        base = self._known.get(host)
        if base is None:
            named = self._checked(host)
            base = self._public or f"http://{named}"
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[host] = base
        return base

    def _checked(self, host: str | None) -> str:
        if host is None:
            raise Refusal(400, "the Host header is missing")
        found = HOST.fullmatch(host)
        if found is None or int(found[2] or 0) > MAXIMUM_PORT:
            raise Refusal(400, "the Host header is not a host and a port")
        if self._names.isdisjoint({found[1].lower(), host.lower()}):
            raise Refusal(
                421,
                f"this server does not go by the name {found[1]}: "
                f"if it should, start it with --allow-host {found[1]}",
            )
        return host


def _public_base(url: str) -> str:
    """Return the base of public links without a trailing slash. Raises CannotServe."""
    base = url.rstrip("/")
    if PUBLIC_URL.fullmatch(base) is None:
        raise CannotServe(f"{url!r} is not a URL that links can begin with")
    return base
