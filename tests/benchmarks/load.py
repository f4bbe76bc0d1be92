"""A client that keeps a server busy, in a process of its own: plain sockets, keep-alive.

Reads one job a line on stdin and answers one line on stdout, both JSON. A job says how many
connections repeat the same request for how long. With `follow`, the first group of that pattern in
each answer is the target of a GET that comes next, so that half of the calls are those.
"""

import json
import re
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from tests.benchmarks.processes import ENVIRONMENT, ROOT
from tests.benchmarks.timing import cpu_seconds

HEAD_END = b"\r\n\r\n"
LENGTH = b"ontent-Length: "


class Job(NamedTuple):
    """What to do: the bytes of the request are text here. `pid` is the server's process."""

    port: int
    pid: int
    request: str
    connections: int
    seconds: float
    follow: str | None = None
    headers: str = ""


class Outcome(NamedTuple):
    """What came of it; `cpu` is the server's, in seconds, and the latencies are seconds too."""

    calls: int
    seconds: float
    cpu: float
    p50: float
    p99: float

    @property
    def rate(self) -> float:
        """Calls in a second."""
        return self.calls / self.seconds

    @property
    def cpu_per_call(self) -> float:
        """CPU seconds of the server for one call."""
        return self.cpu / self.calls


def request(method: str, target: str, headers: str = "", body: str = "") -> str:
    """Spell a request; `headers` are whole lines."""
    if body:
        headers += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return f"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n{headers}\r\n{body}"


def whole(data: bytes) -> bool:
    """Tell whether an answer has arrived whole."""
    head = data.find(HEAD_END)
    if head < 0:
        return False
    found = data.find(LENGTH, 0, head)
    length = 0
    if found >= 0:
        start = found + len(LENGTH)
        length = int(data[start : data.find(b"\r\n", start)])
    return len(data) >= head + len(HEAD_END) + length


class Line:
    """One connection: it sends the next request as soon as an answer is whole."""

    def __init__(self, job: Job) -> None:
        self.socket = socket.create_connection(("127.0.0.1", job.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._request = job.request.replace("PORT", str(job.port)).encode()
        self._follow = None if job.follow is None else re.compile(job.follow.encode())
        self._headers = f" HTTP/1.1\r\nHost: 127.0.0.1:{job.port}\r\n{job.headers}\r\n".encode()
        self._data = b""
        self._followed = True
        self.sent = 0.0

    def send(self) -> None:
        """Send the request."""
        self.sent = time.perf_counter()
        self.socket.sendall(self._request)

    def received(self) -> bool:
        """Take in what arrived; tell whether an answer is whole, and then send the next."""
        data = self.socket.recv(1 << 18)
        if self._data:
            data = self._data + data
        if not data or not whole(data):
            if not data:
                raise ConnectionError("the server closed a connection")
            self._data = data
            return False
        self._data = b""
        if data[9:10] != b"2":
            raise RuntimeError(data.decode())
        self.next = self._request
        if self._follow is not None:
            self._followed = not self._followed
            found = None if self._followed else self._follow.search(data)
            if found is not None:
                self.next = b"GET " + found[1] + self._headers
        return True

    def again(self) -> None:
        """Send what comes next."""
        self.sent = time.perf_counter()
        self.socket.sendall(self.next)


def perform(job: Job) -> Outcome:
    """Do one job: a fifth of its time to warm up, then what counts."""
    poll = selectors.DefaultSelector()
    lines = [Line(job) for _ in range(job.connections)]
    for line in lines:
        poll.register(line.socket, selectors.EVENT_READ, line)
    for line in lines:
        line.send()
    took: list[float] = []
    _converse(poll, time.perf_counter() + job.seconds / 5, took)
    took.clear()
    cpu = cpu_seconds(job.pid)
    began = time.perf_counter()
    _converse(poll, began + job.seconds, took)
    ended = time.perf_counter()
    cpu = cpu_seconds(job.pid) - cpu
    poll.close()
    for line in lines:
        line.socket.close()
    took.sort()
    p50, p99 = (took[int(len(took) * part)] for part in (0.5, 0.99))
    return Outcome(len(took), ended - began, cpu, p50, p99)


def _converse(poll: selectors.BaseSelector, until: float, took: list[float]) -> None:
    now = 0.0
    while now < until:
        for key, _ in poll.select(1):
            line: Line = key.data
            if line.received():
                now = time.perf_counter()
                took.append(now - line.sent)
                line.again()


class Client:
    """The other end: gives jobs to the process that does them."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def do(self, job: Job) -> Outcome:
        """Have a job done."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError("the client failed")
        return Outcome(*json.loads(answer))


@contextmanager
def client() -> Iterator[Client]:
    """Run a client process."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.load"],
        cwd=ROOT,
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Client(process)
    finally:
        process.communicate(timeout=20)


if __name__ == "__main__":
    for text in sys.stdin:
        print(json.dumps(perform(Job(*json.loads(text)))), flush=True)
