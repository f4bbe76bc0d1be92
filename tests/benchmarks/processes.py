"""Servers in processes of their own, ours and the one it is measured beside."""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
HELLO = [sys.executable, str(Path(__file__).with_name("hello.py"))]
COMMAND = Path(sys.executable).with_name("vss-mock")
MOCK = [str(COMMAND)] if COMMAND.exists() else [sys.executable, "-m", "vss_mock"]
SERVE = [*MOCK, "serve", "--clock", "frozen", "--port", "0"]
# What is measured is the checkout that these files lie in, wherever the package is installed from.
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


class Server(NamedTuple):
    """A server that answers."""

    process: "subprocess.Popen[str]"
    port: int

    @property
    def pid(self) -> int:
        """Its process."""
        return self.process.pid


def spawn(command: Sequence[str]) -> Server:
    """Start a server; return when it has said where it listens."""
    process = subprocess.Popen(
        command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.search(r"http://\S+", line)
    if found is None:
        process.wait(10)
        raise RuntimeError(f"{command[0]} did not start: {line!r}")
    port = urlsplit(found[0]).port
    assert port is not None
    return Server(process, port)


def stop(server: Server) -> None:
    """Stop a server and wait for its end."""
    server.process.terminate()
    server.process.communicate(timeout=20)


@contextmanager
def running(command: Sequence[str]) -> Iterator[Server]:
    """Run a server."""
    server = spawn(command)
    try:
        yield server
    finally:
        stop(server)


@contextmanager
def world_file(document: Mapping[str, Any]) -> Iterator[str]:
    """Write a world file; give its path."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "world.json")
        path.write_text(json.dumps(document))
        yield str(path)
