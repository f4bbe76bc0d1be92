"""One client's connection: aiohttp's, with the limits, time-outs and refusals that it lacks.

aiohttp parses, queues and keeps alive; this adds what would otherwise be answered as text, hang or
be dropped. Nothing here knows a path, a host or a world.
"""

import asyncio
import re
import socket
import struct
from collections.abc import Awaitable, Callable, Iterable
from typing import cast

from aiohttp import StreamReader, hdrs, web
from aiohttp.http_exceptions import BadHttpMethod, HttpProcessingError, LineTooLong
from aiohttp.web_protocol import RequestHandler

from vss_mock.http_answers import FAULT, Refusal
from vss_mock.http_limits import Limits

BETWEEN_NAME_AND_VALUE = len(": ")

SYNTAX = re.compile(r"(?:Bad status line:\s+)?([A-Z][A-Za-z /,'`-]+):\n")
"""How the parser begins to say what is wrong. What follows is the client's bytes, not repeated."""

DUPLICATE = re.compile(r"Duplicate '([A-Za-z-]+)' header")

Refuse = Callable[[Refusal], bytes]
"""Spells a refusal whose connection is closed after it."""


class CutShort(Exception):
    """A body ended early, or broke HTTP's rules half-way."""


class Answer(web.StreamResponse):
    """A whole answer, sent in one write.

    None of StreamResponse's own parts is used or made: aiohttp's protocol asks for no more.
    """

    def __init__(
        self, data: bytes, *, keep_alive: bool, linger: bool = False, resets: bool = False
    ) -> None:
        """Send data; `linger` lets a client that still sends read it, `resets` sends a reset."""
        self._data = data
        self._keeps = keep_alive
        self._linger = linger
        self._resets = resets
        self._connection: Connection | None = None

    @property
    def keep_alive(self) -> bool:
        """Whether the connection may be used again."""
        return self._keeps

    def cut(self, missing: int) -> "Answer":
        """Return the same answer without its last bytes, behind which the connection is closed."""
        return Answer(self._data[: len(self._data) - missing], keep_alive=False)

    async def prepare(self, request: web.BaseRequest) -> None:
        """Send the answer. Raises ConnectionResetError when the client has gone."""
        self._connection = connection = cast(Connection, request.protocol)
        transport = connection.transport
        if transport is None or transport.is_closing():
            raise ConnectionResetError
        connection.sent(transport, self._data)
        if self._resets:
            reset(transport)

    async def write_eof(self, data: bytes = b"") -> None:  # noqa: ARG002 - aiohttp's signature
        """Wait for a slow client to take the answer in, and for a refused one to read it."""
        connection = self._connection
        if connection is not None:
            if connection.writing_paused:
                await connection.taken_in()
            if self._linger:
                await connection.linger()


def reset(transport: asyncio.Transport) -> None:
    """Close a connection by a reset, so that the client hears of an error, not of an end."""
    raw = transport.get_extra_info("socket")
    if raw is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


class Connection(RequestHandler):
    """One client's connection.

    `answered` counts the requests answered; aiohttp's `_request_count` those parsed, so that the
    two differ exactly while something is under way. `heard` counts the bytes that came since then.
    """

    __slots__ = (
        "_admitted",
        "_gone",
        "_half_closed",
        "_listener",
        "_listening",
        "_reading",
        "answered",
        "client",
        "heard",
    )

    def __init__(self, listener: "Listener", limits: Limits) -> None:
        super().__init__(
            listener,
            loop=asyncio.get_running_loop(),
            access_log=None,  # type: ignore[arg-type] # None is how aiohttp is told to keep none
            auto_decompress=False,
            keepalive_timeout=limits.idle_seconds,
            # Lingering is ours: aiohttp's neither tells the client that the answer is complete nor
            # reads on after an error of syntax.
            lingering_time=0,
            # aiohttp does not count the names of all headers, so this is a coarse first limit, and
            # `check_headers` the fine one. That it is not the target's tells the two apart.
            max_field_size=limits.header_bytes + limits.target_bytes,
            max_headers=limits.headers,
            max_line_size=limits.target_bytes,
        )
        self.answered = 0
        self.client = ""
        self.heard = 0
        self._admitted = False
        self._listener = listener
        self._reading: StreamReader | None = None
        self._half_closed = False
        self._gone: asyncio.Future[None] | None = None
        self._listening: Callable[[], None] | None = None

    @property
    def last(self) -> bool:
        """Whether the client has said that nothing follows the request now under way."""
        return self._half_closed and self.answered + 1 >= self._request_count

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take a client in, or turn it away when there are too many."""
        listener = self._listener
        stream = cast(asyncio.Transport, transport)
        listener.open[self] = stream
        self._admitted = listener.admitted < listener.limits.connections
        if self._admitted:
            listener.admitted += 1
            super().connection_made(transport)
            peer = transport.get_extra_info("peername")
            self.client = str(peer[0]) if peer else ""
            return
        stream.write(listener.refuse(listener.full()))
        # What it sends is thrown away, and the end of it closes; or else the time-out.
        self.close()
        self._loop.call_later(listener.limits.linger_seconds, stream.abort)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Forget the client."""
        self._listener.open.pop(self, None)
        if self._admitted:
            self._listener.admitted -= 1
        super().connection_lost(exc)
        self._let_go()

    def data_received(self, data: bytes) -> None:
        """Parse what arrived; what comes from a client that only listens is thrown away."""
        if self._listening is not None:
            return
        self.heard += len(data)
        super().data_received(data)
        if self._reading is not None and self._broken(self._reading):
            # aiohttp reports bad chunks as a next request and leaves the body's reader waiting.
            self._reading.set_exception(CutShort())

    def eof_received(self) -> bool:  # type: ignore[override]  # asyncio's signature, not aiohttp's
        """Keep a client that has only stopped sending until it has its answers.

        asyncio would close at once, and what was asked for would never be answered.
        """
        self._let_go()
        if self._listening is not None or self.answered == self._request_count:
            return False
        self._half_closed = True
        if self._reading is not None and self._broken(self._reading):
            self._reading.set_exception(CutShort())
        return True

    def force_close(self) -> None:
        """Close, but not wait for ever for the client to take in what is already written."""
        transport = self.transport
        super().force_close()
        if transport is not None and transport.get_write_buffer_size():
            self._loop.call_later(self._listener.limits.linger_seconds, transport.abort)

    def _process_keepalive(self) -> None:
        # aiohttp's alarm for idle connections: they are closed. A client whose very first request
        # is still not whole is told why; later a silent close is what clients expect.
        idle = self._loop.time() >= self._next_keepalive_close_time
        if idle and not self._request_count and self.transport is not None:
            seconds = self._listener.limits.idle_seconds
            sentence = f"no request came within {seconds:g} seconds"
            self.transport.write(self._listener.refuse(Refusal(408, sentence)))
        super()._process_keepalive()

    def handle_error(
        self,
        request: web.BaseRequest,  # noqa: ARG002 - aiohttp's signature
        status: int = 500,  # noqa: ARG002 - the same
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002 - the same
    ) -> web.StreamResponse:
        """Answer what could not be parsed. aiohttp would answer as text, and log it."""
        refusal = in_words(exc, self._listener.limits)
        return Answer(self._listener.refuse(refusal), keep_alive=False, linger=True)

    def sent(self, transport: asyncio.Transport, answer: bytes) -> None:
        """Send the answer to the oldest request that has none."""
        self.answered += 1
        if self.answered == self._request_count:
            self.heard = 0
        transport.write(answer)

    def check_headers(self, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """Raise Refusal for a header line that is too long."""
        limits = self._listener.limits
        for name, value in headers:
            if len(name) + BETWEEN_NAME_AND_VALUE + len(value) > limits.header_bytes:
                raise header_too_long(limits)

    async def body(self, content: StreamReader, most: int, *, expects: bool) -> bytes:
        """Return a body of `most` bytes. `expects` when the client waits to be told to send it.

        Raises Refusal for one too long, too slow, cut short or broken; ConnectionError when the
        client has gone.
        """
        seconds = self._listener.limits.body_seconds
        try:
            if content.is_eof():
                whole = content.read_nowait()
                check_length(len(whole), most)
                return whole
            if self._broken(content):
                raise CutShort  # noqa: TRY301 - the same refusal as when it breaks later
            if expects and self.transport is not None:
                self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self._reading = content
            async with asyncio.timeout(seconds):
                return await self._all_of(content, most)
        except (CutShort, HttpProcessingError, web.RequestPayloadError):
            raise Refusal(400, "the body was cut short or is not valid HTTP") from None
        except TimeoutError:
            sentence = f"the body did not arrive within {seconds:g} seconds"
            raise Refusal(408, sentence) from None
        finally:
            self._reading = None

    async def _all_of(self, content: StreamReader, most: int) -> bytes:
        whole = bytearray()
        while part := await content.readany():
            whole += part
            check_length(len(whole), most)
        return bytes(whole)

    def _broken(self, content: StreamReader) -> bool:
        """Say whether a body under way can never end: the client stopped, or sent nonsense."""
        broken = self._half_closed or self._request_count > self.answered + 1
        return broken and not content.is_eof()

    async def taken_in(self) -> None:
        """Wait until the client has taken in most of its answer; leave one that does not.

        Raises ConnectionResetError when it has gone.
        """
        try:
            async with asyncio.timeout(self._listener.limits.answer_seconds):
                await self._drain_helper()
        except TimeoutError:
            if self.transport is not None:
                self.transport.abort()
            raise ConnectionResetError from None

    def listens(self, gone: Callable[[], None]) -> None:
        """Take no more requests from a client that only listens now; `gone` hears when it leaves.

        It counts as having left when it stops sending.
        """
        self._listening = gone
        if self.transport is not None:
            self.transport.resume_reading()  # or nobody would notice

    async def linger(self) -> None:
        """End the answer and throw away what the client still sends, until it has read why.

        Closing with bytes unread would reset the connection and take the answer with it.
        """
        transport = self.transport
        self.close()
        if transport is None or self._half_closed:
            return
        self._gone = self._loop.create_future()
        try:
            transport.write_eof()
            transport.resume_reading()
            async with asyncio.timeout(self._listener.limits.linger_seconds):
                await self._gone
        except OSError:
            # It did not leave in time, or left without waiting. (TimeoutError is an OSError.)
            pass

    def _let_go(self) -> None:
        if self._gone is not None and not self._gone.done():
            self._gone.set_result(None)
        if self._listening is not None:
            self._listening()


class Listener(web.Server):
    """Makes a Connection for each client.

    `open` holds those there are, `admitted` counts those among them that were not turned away.
    """

    def __init__(
        self,
        handler: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]],
        refuse: Refuse,
        limits: Limits,
    ) -> None:
        super().__init__(handler)
        self.refuse = refuse
        self.limits = limits
        self.open: dict[Connection, asyncio.Transport] = {}
        self.admitted = 0

    def __call__(self) -> Connection:
        """Return the protocol of a new connection, as asyncio asks for it."""
        return Connection(self, self.limits)

    async def abort(self) -> None:
        """Close what is still open, whatever is left unsent."""
        while self.open:
            for transport in self.open.values():
                transport.abort()
            await asyncio.sleep(0)

    def full(self) -> Refusal:
        """Return what a client hears that is one too many."""
        sentence = f"this server already has {self.limits.connections} open connections"
        return Refusal(503, sentence, {"Retry-After": "1"})


def check_length(size: int, most: int) -> None:
    """Raise Refusal for a longer body than is read."""
    if size > most:
        raise Refusal(413, f"the body is longer than {most} bytes")


def header_too_long(limits: Limits) -> Refusal:
    """Return what the sender of a longer header line than is taken hears."""
    return Refusal(431, f"a header line is longer than {limits.header_bytes} bytes", closes=True)


def in_words(problem: BaseException | None, limits: Limits) -> Refusal:
    """Say what is wrong with a request that aiohttp could not parse.

    Its own messages repeat what the client sent, tokens too; these do not.
    """
    if isinstance(problem, LineTooLong):
        if problem.args[1] == limits.target_bytes:
            sentence = f"the request target is longer than {limits.target_bytes} bytes"
            return Refusal(400, sentence)
        return header_too_long(limits)
    if not isinstance(problem, HttpProcessingError):
        return FAULT
    message = problem.message
    if message == "Too many headers received":
        return Refusal(431, f"there are more than {limits.headers} headers")
    if message.startswith(f"Missing '{hdrs.HOST}' header"):
        return Refusal(400, "the Host header is missing")
    if found := DUPLICATE.match(message):
        return Refusal(400, f"the {found[1]} header is given twice")
    if isinstance(problem, BadHttpMethod) and "HTTPS" in message:
        return Refusal(400, "this server speaks plain HTTP: use http://, not https://")
    found = SYNTAX.match(message)
    return Refusal(400, f"the request is not valid HTTP{f': {found[1].lower()}' if found else ''}")
