"""Answers that have no end: written as there is news, for as long as the client listens.

They end with their connection, in HTTP/1.0 as in HTTP/1.1: nothing is to follow on it, and to a
client an end and an error are the same, since it comes again after either.
"""

import asyncio
from contextlib import suppress

from vss_mock.api.messages import Watching
from vss_mock.http_answers import Refusal
from vss_mock.http_connection import Connection
from vss_mock.http_limits import Limits

PAUSE = 0.02
"""Seconds between two batches of news at least."""
REST = 2
"""How much longer than a batch took nothing is told then, so that others have their time."""
LONGEST_PAUSE = 0.2
"""Seconds of the longest pause, after however much was told."""
STILL_THERE = b":\n\n"
"""A comment: it says nothing, and whoever sends it notices whether anybody is there."""


class Stream:
    """One answer that goes on: what `watch` has to tell, to the client of a connection."""

    def __init__(self, watch: Watching, connection: Connection, quiet: float) -> None:
        """Say after so many quiet seconds that the stream is still open."""
        self.watch = watch
        self._connection = connection
        self._quiet = quiet
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Say that there may be news, or that it is time to leave."""
        self._woken.set()

    def stop(self) -> None:
        """Leave now: a client that is slow is not waited for."""
        transport = self._connection.transport
        if transport is not None:
            if self._connection.writing_paused:
                transport.abort()
            else:
                transport.close()
        self.wake()

    async def run(self, head: bytes) -> None:
        """Write the head, then news as they come, until it is over.

        Raises ConnectionError when the client has gone.
        """
        self._connection.listens(self.wake)
        self._write(head)
        while True:
            self._woken.clear()
            took = await self._tell()
            if self.watch.over:
                return
            await asyncio.sleep(min(LONGEST_PAUSE, max(PAUSE, REST * took)))
            while not (self.watch.behind or await self._hears()):
                self._write(STILL_THERE)

    async def _tell(self) -> float:
        """Write all the news there are; return how many seconds of work that took."""
        connection, now, took = self._connection, asyncio.get_running_loop().time, 0.0
        began = now()
        for part in self.watch.news():
            self._write(part)
            took += now() - began
            if connection.writing_paused:
                await connection.taken_in()
            else:
                await asyncio.sleep(0)
            began = now()
        return took

    async def _hears(self) -> bool:
        """Wait for somebody to say that there may be news; tell whether anybody did.

        Raises ConnectionResetError when the client has gone.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(self._quiet):
                await self._woken.wait()
        self._transport()
        return self._woken.is_set()

    def _write(self, data: bytes) -> None:
        self._transport().write(data)

    def _transport(self) -> asyncio.Transport:
        """Return what leads to the client. Raises ConnectionResetError when that has gone."""
        transport = self._connection.transport
        if transport is None or transport.is_closing():
            raise ConnectionResetError
        return transport


class Streams:
    """All answers of one server that go on: those that are `open`."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.open: set[Stream] = set()
        self._stopping = False

    def wake(self) -> None:
        """Say that there may be news for anybody."""
        for stream in self.open:
            stream.wake()

    def tick(self) -> None:
        """Say that time goes by, to those who watch a world in which it does so by itself."""
        for stream in self.open:
            if stream.watch.live:
                stream.wake()

    def stop(self) -> None:
        """End all, and begin none any more."""
        self._stopping = True
        for stream in list(self.open):
            stream.stop()

    async def run(self, watch: Watching, connection: Connection, head: bytes) -> None:
        """Send an answer that goes on until it is over, the client has gone, or the server stops.

        Raises Refusal if there are too many, ConnectionError when the client has gone.
        """
        if self._stopping:
            raise Refusal(503, "this server is about to stop", closes=True)
        if len(self.open) >= self._limits.streams:
            sentence = f"this server already has {self._limits.streams} streams of events open"
            raise Refusal(503, sentence, {"Retry-After": "1"})
        stream = Stream(watch, connection, self._limits.quiet_seconds)
        self.open.add(stream)
        try:
            await stream.run(head)
        finally:
            self.open.discard(stream)
            watch.close()
