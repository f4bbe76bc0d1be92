"""A client of many worlds at once, in every way that a call can say which world it is for."""

import asyncio
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, NamedTuple

import aiohttp

from tests.scale.fleet import BEARER

AT_A_TIME = 24
HANGS = 60.0
"""Seconds after which a call will never be answered."""
CONTROL = "/_mock/worlds"
SNAPSHOT = {"from_date": "2016-07-29 22:00", "valid_for": 12, "description": "d"}


class Answer(NamedTuple):
    """An answer, its body parsed; status code 0 for a connection closed without one."""

    status_code: int
    body: Any


class Caller:
    """Calls one address. `expect` says which status code is right."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def __call__(
        self, method: str, path: str, headers: dict[str, str], document: Any = None
    ) -> Answer:
        if document is None and method in {"POST", "PUT"}:
            document = {}
        try:
            async with self._session.request(
                method, path, headers=headers, json=document
            ) as response:
                body = await response.json() if response.status != 204 else None
                return Answer(response.status, body)
        except (aiohttp.ServerDisconnectedError, ConnectionResetError):
            return Answer(0, None)

    async def expect(
        self,
        status_code: int,
        method: str,
        path: str,
        headers: dict[str, str],
        document: Any = None,
    ) -> Any:
        """Make a call that has to succeed so, or to fail so; return the body."""
        answer = await self(method, path, headers, document)
        assert answer.status_code == status_code, (method, path, headers, answer)
        return answer.body


def basic(username: str, password: str = "") -> dict[str, str]:
    """Return the headers of a login, or of a token in the place of a name."""
    return {"Authorization": "Basic " + b64encode(f"{username}:{password}".encode()).decode()}


def bearer(token: str) -> dict[str, str]:
    """Return the headers of a call with a token."""
    return {"Authorization": f"Bearer {token}"}


async def log_in(call: Caller, login: str, password: str = "jm") -> str:
    """Log in; return the issued token."""
    told = await call.expect(200, "POST", "/auth/request-token", basic(login, password))
    token: str = told["token"]
    return token


def together(
    port: int, work: Callable[[Caller, Any], Awaitable[None]], things: Iterable[Any]
) -> None:
    """Do something with each of many things, so many at a time."""

    async def all_of_them() -> None:
        base = f"http://127.0.0.1:{port}"
        connector = aiohttp.TCPConnector(limit=AT_A_TIME)
        timeout = aiohttp.ClientTimeout(total=HANGS)
        async with aiohttp.ClientSession(base, connector=connector, timeout=timeout) as session:
            call = Caller(session)
            left = iter(things)

            async def one_by_one() -> None:
                for thing in left:
                    await work(call, thing)

            async with asyncio.TaskGroup() as group:
                for _ in range(AT_A_TIME):
                    group.create_task(one_by_one())

    asyncio.run(all_of_them())


async def make(call: Caller, name: str) -> Any:
    """Make a world with a machine that is only in this one."""
    return await call.expect(
        201, "PUT", f"{CONTROL}/{name}", BEARER, {"vms": [{"name": f"vm-of-{name}"}]}
    )


async def look(call: Caller, name: str, headers: dict[str, str]) -> None:
    """See that the machine is the one of this world."""
    listed = await call.expect(200, "GET", "/v2/vm?summary", headers)
    assert [vm["name"] for vm in listed["data"]] == [f"vm-of-{name}"]
