"""A mock that a test writes: what came to it is kept byte by byte, and what it answers is given."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

MIB = 1024 * 1024
Heard = list[bytes]
Answering = Callable[[socket.socket, Heard], None]
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


def hear(connection: socket.socket, heard: Heard) -> None:
    """Read one request, its body as long as its headers say, and keep both."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    lines = [line.lower() for line in head.split(b"\r\n")]
    length = next(
        (int(line.partition(b":")[2]) for line in lines if line.startswith(b"content-length:")), 0
    )
    whole = bytearray(body)
    while len(whole) < length:
        whole += connection.recv(MIB)
    heard += [head, bytes(whole)]


@contextmanager
def answering(answer: Answering) -> Iterator[tuple[int, Heard]]:
    """Serve on a free port, one connection after the other; give the port and what is heard."""
    heard: Heard = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:  # closed: the test is over
                    return
                with connection:
                    answer(connection, heard)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield listening.getsockname()[1], heard
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join(10)
