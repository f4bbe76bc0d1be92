"""The edge: a socket on one side, Calls and Replies on the other.

Everything that HTTP and the network can do wrong ends here or in the http_ files beside it. This is
the only file that reads a clock; it never connects out, and knows no path and no world.
"""

import asyncio
import gc
import logging
import signal
import socket
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import cast

from aiohttp import HttpVersion11, hdrs, web

from vss_mock.api.messages import Call, Ending, Manner, Reply, Steps, Watching
from vss_mock.api.service import Service
from vss_mock.http_answers import FAULT, Refusal, spell, timed
from vss_mock.http_binding import SPARE_FILES, CannotBind, affordable, ask_for_files, bind
from vss_mock.http_connection import Answer, Connection, Listener
from vss_mock.http_hosts import CannotServe, Hosts
from vss_mock.http_limits import Limits
from vss_mock.http_requests import (
    FETCH_SITE,
    Match,
    Targets,
    authorization,
    body,
    check_version,
    text,
)
from vss_mock.http_stream import Streams

__all__ = ["CannotBind", "CannotServe", "Clock", "Edge", "Running", "serve", "start"]

TICK = 0.05
"""Seconds between two looks at worlds whose clock runs."""

TURNS = 3
"""Turns of the loop between two slices: what aiohttp takes from a call's bytes to its answer."""

WARM_UP_AFTER = 1.0
"""Seconds from the first line printed to loading what refusals need: first calls come before."""

BACKLOG = 1024
"""Clients that may wait to be let in."""

log = logging.getLogger("vss_mock")


class Clock:
    """Instants in microseconds since the epoch: the wall clock's when made, monotonic from then on.

    What reads the time is bound here once, so that a test which freezes the clocks of its own
    process does not freeze a server in a thread of it.
    """

    def __init__(
        self,
        wall: Callable[[], int] = time.time_ns,
        monotonic: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self.nanoseconds = monotonic
        self._origin = (wall() - monotonic()) // 1000

    def now(self) -> int:
        """Return the instant that it is."""
        return self.at(self.nanoseconds())

    def at(self, nanoseconds: int) -> int:
        """Return the instant of a monotonic reading."""
        return self._origin + nanoseconds // 1000

    def seconds(self) -> float:
        """Return a monotonic reading in seconds, for an event loop to live by."""
        return self.nanoseconds() / 1e9


class Edge:
    """Makes a Call of each request, and an Answer of each Reply."""

    def __init__(self, service: Service, hosts: Hosts, limits: Limits, clock: Clock) -> None:
        self._service = service
        self._hosts = hosts
        self._limits = limits
        self._clock = clock
        self._targets = Targets(service.routes())
        self._long_bodies = service.long_bodies()
        self._held = 0
        self.streams = Streams(limits)
        self.stopping = False

    async def answer(self, request: web.BaseRequest) -> Answer:
        """Answer one request."""
        connection = cast(Connection, request.protocol)
        closes = False
        try:
            match = self._targets.known.get(request.raw_path)
            match = match or await self._targets.look_up(request)
            if request.version is not HttpVersion11:
                check_version(request.version)
            if connection.heard > self._limits.header_bytes:
                connection.check_headers(request.raw_headers)
            headers = request.headers
            # aiohttp loses what is sent ahead behind most offers to change protocols.
            closes = hdrs.UPGRADE in headers
            base = self._hosts.base(match.authority or headers.get(hdrs.HOST))
            content = b""
            if request.body_exists or hdrs.EXPECT in headers:
                content = await body(request, connection, self._most(request, match))
            # The instant is taken here, with nothing awaited until the service has it, so that
            # instants never go back however long bodies take.
            began = self._clock.nanoseconds()
            at = self._clock.at(began)
            call = Call(
                request.method,
                match.path,
                match.route,
                match.params,
                match.query,
                authorization(headers),
                text(headers, hdrs.CONTENT_TYPE),
                text(headers, hdrs.ORIGIN),
                text(headers, FETCH_SITE),
                content,
                base,
                at,
                connection.client,
                match.target,
            )
            reply = self._service.handle(call)
            if not isinstance(reply, Reply):
                reply = await self._in_slices(reply)
            if reply.timed:
                seconds = (self._clock.nanoseconds() - began) / 1e9
                reply = reply._replace(body=timed(reply.body, seconds))
            if reply.manner is not None:
                return await self._in_its_manner(request, connection, reply, closes, match.allow)
            return self._answer(request, connection, reply, at, closes, match.allow)
        except Refusal as refusal:
            closes = closes or refusal.closes
            reply = self._refusal(refusal)
        except ConnectionError:
            raise
        except Exception as problem:  # noqa: BLE001 - reported, and answered as JSON
            _report(f"{request.method} {request.rel_url.raw_path}", problem)
            reply = self._refusal(FAULT)
        return self._answer(request, connection, reply, self._clock.now(), closes)

    def _most(self, request: web.BaseRequest, match: Match) -> int:
        """Return how long a body may be: longer than usual only for whom the service lets in."""
        most = self._long_bodies.get((request.method, match.route or ""))
        if most is None or not self._service.lets_in(authorization(request.headers)):
            return self._limits.body_bytes
        return most

    async def _in_its_manner(
        self,
        request: web.BaseRequest,
        connection: Connection,
        reply: Reply,
        closes: bool,
        allow: str | None,
    ) -> Answer:
        """Send an answer late, in part, or not at all, as a fault has it; or one that goes on."""
        self.streams.wake()  # however late the answer is, the call has taken effect
        manner = reply.manner or Manner()
        if manner.watch is not None:
            return await self._stream(request, connection, reply, manner.watch, allow)
        if manner.delay and self._held < self._limits.held_answers:
            self._held += 1
            try:
                await asyncio.sleep(manner.delay)
            finally:
                self._held -= 1
        if manner.ending in {Ending.CLOSED, Ending.RESET}:
            return Answer(b"", keep_alive=False, resets=manner.ending is Ending.RESET)
        whole = self._answer(request, connection, reply, self._clock.now(), closes, allow)
        if manner.ending is Ending.CUT:
            return whole.cut(len(reply.body) - manner.kept)
        return whole

    async def _stream(
        self,
        request: web.BaseRequest,
        connection: Connection,
        reply: Reply,
        watch: Watching,
        allow: str | None,
    ) -> Answer:
        """Send an answer that goes on, and return what ends it. Raises as `Streams.run` does."""
        head, now = request.method == hdrs.METH_HEAD, self._clock.now()
        data = spell(reply, now, head=head, connection="close", allow=allow, endless=True)
        if head:
            return Answer(data, keep_alive=False)
        try:
            await self.streams.run(watch, connection, data)
        except (Refusal, ConnectionError):
            raise
        except Exception as problem:  # noqa: BLE001 - reported; its client comes again
            _report(f"the stream {request.rel_url.raw_path}", problem)
        return Answer(b"", keep_alive=False)

    async def _in_slices(self, steps: Steps) -> Reply:
        """Take a long reply's steps, and serve others between two of them."""
        try:
            while True:
                next(steps)
                self.streams.wake()
                for _ in range(TURNS):
                    await asyncio.sleep(0)
        except StopIteration as done:
            return cast(Reply, done.value)
        finally:
            steps.close()

    def refuse(self, refusal: Refusal) -> bytes:
        """Spell a refusal that ends its connection."""
        return spell(self._refusal(refusal), self._clock.now(), connection="close")

    def _refusal(self, refusal: Refusal) -> Reply:
        return self._service.refusal(refusal.status_code, refusal.message, refusal.headers)

    def _answer(
        self,
        request: web.BaseRequest,
        connection: Connection,
        reply: Reply,
        at: int,
        closes: bool,
        allow: str | None = None,
    ) -> Answer:
        if self.streams.open:
            self.streams.wake()
        unread = not request.content.is_eof()
        keep = request.keep_alive and not (closes or unread or self.stopping or connection.last)
        modern = request.version >= HttpVersion11
        data = spell(
            reply,
            at,
            head=request.method == hdrs.METH_HEAD,
            allow=None if "Allow" in reply.headers else allow,
            connection=None if keep and modern else "keep-alive" if keep else "close",
        )
        return Answer(data, keep_alive=keep, linger=unread)


class Running:
    """A server that answers: `url` is where, `port` its port."""

    def __init__(self, url: str, port: int, edge: Edge, listener: Listener) -> None:
        self.url = url
        self.port = port
        self._edge = edge
        self._listener = listener
        self._socket: asyncio.Server | None = None
        self._ticker: asyncio.Task[None] | None = None

    async def _open(self, bound: socket.socket, service: Service, clock: Clock) -> None:
        loop = asyncio.get_running_loop()
        self._socket = await loop.create_server(self._listener, sock=bound, backlog=BACKLOG)
        self._ticker = loop.create_task(_tick(service, clock, self._edge.streams))

    async def stop(self) -> None:
        """Stop: calls under way have their time to end, everything else is closed at once."""
        self._edge.stopping = True
        if self._socket is not None:
            self._socket.close()
        if self._ticker is not None:
            self._ticker.cancel()
            with suppress(asyncio.CancelledError):
                await self._ticker
        self._edge.streams.stop()
        self._listener.pre_shutdown()
        await self._listener.shutdown(self._listener.limits.stop_seconds)
        await self._listener.abort()


async def start(
    service: Service,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    allow_hosts: Iterable[str] = (),
    public_url: str | None = None,
    guarded: bool = False,
    limits: Limits | None = None,
    clock: Clock | None = None,
) -> Running:
    """Serve until stopped; return when it answers. Port 0 picks one that is free.

    `guarded` says that the service wants a control token, so that other machines may be let in.
    Raises CannotBind for an address that cannot be had or that lets other machines in without a
    control token, CannotServe for an option that makes no sense.
    """
    clock = clock or Clock()
    limits = affordable(limits or Limits())
    hosts = Hosts(host, allow_hosts, public_url)
    bound = await bind(host, port, guarded=guarded)
    edge = Edge(service, hosts, limits, clock)
    port = bound.getsockname()[1]
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    running = Running(url, port, edge, Listener(edge.answer, edge.refuse, limits))
    await running._open(bound, service, clock)
    return running


async def serve(
    service: Service,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    ready: Callable[[Running], None],
    allow_hosts: Iterable[str] = (),
    public_url: str | None = None,
    guarded: bool = False,
    limits: Limits | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT; call `ready` once it answers. Raises as `start` does."""
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):  # Windows: Ctrl-C raises KeyboardInterrupt instead
            asyncio.get_running_loop().add_signal_handler(number, told.set)
    limits = limits or Limits()
    _calm_collector()
    ask_for_files(limits.connections + SPARE_FILES)
    running = await start(
        service,
        host,
        port,
        allow_hosts=allow_hosts,
        public_url=public_url,
        guarded=guarded,
        limits=limits,
    )
    try:
        ready(running)
        with suppress(TimeoutError):
            async with asyncio.timeout(WARM_UP_AFTER):
                await told.wait()
        if not told.is_set():
            await asyncio.to_thread(service.warm_up)
        await told.wait()
    finally:
        await running.stop()


def _calm_collector() -> None:
    """Keep the garbage collector from looking at every record of a large world while clients wait.

    Records are in no cycles, and what is in some (connections, tracebacks) dies young: often a look
    at the young, never one at the old. For a process of our own, never one that embeds us.
    """
    gc.freeze()
    gc.set_threshold(700, 2, 100_000)


async def _tick(service: Service, clock: Clock, streams: Streams) -> None:
    """Keep the worlds whose clock runs up with it."""
    while True:
        await asyncio.sleep(TICK)
        try:
            for _ in service.tick(clock.now()):
                streams.tick()
                await asyncio.sleep(0)
            streams.tick()
        except Exception as problem:  # noqa: BLE001 - reported; the next tick comes
            # One bad tick must not stop the clocks of all worlds.
            _report("a tick", problem)


def _report(what: str, problem: Exception) -> None:
    """Log a fault of our own in one line; where it was is for those who debug."""
    debug = log.isEnabledFor(logging.DEBUG)
    log.error("%s failed: %r", what, problem, exc_info=debug)
