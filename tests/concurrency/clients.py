"""Clients, each with a connection of its own, against one server; and what all of them saw.

They send nothing twice by themselves, as HTTP libraries do behind their users' backs when a
connection breaks: a call that is sent is a call that is recorded.
"""

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from tests.concurrency.calls import LOST, Call, History
from tests.concurrency.drawing import Drawing, Setting
from tests.concurrency.wire import SPELLED, Request, read, settings
from tests.concurrency.world import HOUR

LINE_END = b"\r\n"


class Line:
    """One connection; it is opened anew when the server has closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, request: Request, token: str | None) -> tuple[int, bytes, int, int]:
        """Send a call; return its status code, its answer, and when it began and ended.

        The status code is LOST where the connection is closed before the answer is whole.
        """
        content = b"" if request.body is None else json.dumps(request.body).encode()
        head = [f"{request.method} {request.path} HTTP/1.1", f"Host: 127.0.0.1:{self._port}"]
        head += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
        head += [] if token is None else [f"Authorization: Bearer {token}"]
        data = "\r\n".join([*head, "", ""]).encode() + content
        if self._reader is None or self._writer is None or self._writer.is_closing():
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        began = time.monotonic_ns()
        try:
            self._writer.write(data)
            code, answer = await self._answer(self._reader)
        except (ConnectionError, asyncio.IncompleteReadError):
            code, answer = LOST, b""
            self.close()
        return code, answer, began, time.monotonic_ns()

    async def _answer(self, reader: asyncio.StreamReader) -> tuple[int, bytes]:
        head = await reader.readuntil(LINE_END * 2)
        first, *rest = head.lower().split(LINE_END)
        fields = dict(line.split(b": ", 1) for line in rest if line)
        content = await reader.readexactly(int(fields.get(b"content-length", 0)))
        if fields.get(b"connection") == b"close":
            self.close()
        return int(first.split()[1]), content

    def close(self) -> None:
        """Close it."""
        if self._writer is not None:
            self._writer.close()
        self._writer = None


class Client:
    """One client: what it does, and how it does it."""

    def __init__(self, drawing: Drawing, line: Line) -> None:
        self.drawing = drawing
        self.line = line
        self.number = drawing.number


class Run:
    """One run of many clients against one server."""

    def __init__(
        self, port: int, seed: int, worlds: Sequence[Setting], clients: int, calls: int
    ) -> None:
        """Make `calls` calls with each of the `clients`, drawn from `seed`, in all the `worlds`."""
        self._seed = seed
        self._worlds = worlds
        self._count = clients
        self._calls = calls
        self._port = port
        self._host = self._client(clients)
        self._numbers = count(1)
        self._tokens: dict[tuple[str, str], str] = {}
        self._made: dict[str, list[Call]] = {world.name: [] for world in worlds}
        self._apart: list[History] = []

    def _client(self, number: int, *, faults: bool = False) -> Client:
        return Client(Drawing(self._seed, number, self._worlds, faults=faults), Line(self._port))

    async def run(self) -> list[History]:
        """Do it all, and return what was seen, world by world; a fork is a world too."""
        begins = {world.name: await self._begin(world) for world in self._worlds}
        faults = (await self._make(self._host, self._worlds[0].name, "faults", {})).code == 200
        self._host.line.close()  # before the server does, who waits no longer than 20 seconds
        clients = [self._client(number, faults=faults) for number in range(self._count)]
        await asyncio.gather(*(self._drive(client) for client in clients))
        for world in self._worlds:
            await self._keep(self._host, world.name, "state", {})
        for client in (self._host, *clients):
            client.line.close()
        return [self._history(world, begins[world.name]) for world in self._worlds] + self._apart

    def _history(self, world: Setting, begins: Any) -> History:
        origin = None if world.comes_and_goes else begins
        return History(world.name, (), origin, begins).of(self._made[world.name])

    async def _begin(self, world: Setting) -> Any:
        """Make a world, or make it and remove it; return what is in it at first."""
        made = settings(world.name, world.dialect, world.crowd)
        request = Request("POST", "/_mock/worlds", None, made)
        self._learn(await self._host.line.ask(request, None))
        first = (await self._make(self._host, world.name, "state", {})).told
        if world.comes_and_goes:
            await self._make(self._host, world.name, "remove", {})
        return first

    async def _drive(self, client: Client) -> None:
        for _ in range(self._calls):
            following = client.drawing.next()
            call = await self._keep(client, following.world.name, following.verb, following.asked)
            client.drawing.take_in(following, call)

    async def _keep(self, client: Client, world: str, verb: str, asked: Mapping[str, Any]) -> Call:
        call = await self._make(client, world, verb, asked)
        if verb == "fork" and call.code == 201:
            call = call._replace(told=await self._lived_apart(client, asked["name"]))
        self._made[world].append(call)
        return call

    async def _make(self, client: Client, world: str, verb: str, asked: Mapping[str, Any]) -> Call:
        number = next(self._numbers)
        request = SPELLED[verb](world, asked)
        token = None if request.user is None else self._tokens[world, request.user]
        answer = await client.line.ask(request, token)
        if verb in {"create", "fork"}:
            self._learn(answer)
        code, content, began, ended = answer
        code, told = read(verb, code, content)
        return Call(number, client.number, world, verb, asked, began, ended, code, told)

    def _learn(self, answer: tuple[int, bytes, int, int]) -> None:
        """Take the users' tokens from the answer to the making of a world."""
        code, content, *_ = answer
        if code == 201:
            world = json.loads(content)
            for user in world["users"]:
                self._tokens[world["name"], user["username"]] = user["token"]

    async def _lived_apart(self, client: Client, name: str) -> Any:
        """Look at a fork, live a while in it, and remove it; return what was in it at first.

        Nobody else knows it, so what was in it at first was in its parent when it was made.
        """
        first = (await self._make(client, name, "state", {})).told
        if not isinstance(first, dict):
            return "nothing"
        own = {"user": client.drawing.user, "vm": "a", "text": "apart"}
        calls = [
            await self._make(client, name, "submit", {**own, "date": first["now"], "hours": 1}),
            await self._make(client, name, "advance", {"seconds": 9 * HOUR}),
            await self._make(client, name, "state", {}),
        ]
        await self._make(client, name, "remove", {})
        self._apart.append(History(name, calls, first, first))
        return first
