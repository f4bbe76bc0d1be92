"""A mock in a process of its own that keeps its state, to be killed and started again.

Run as a program it is `vss-mock serve`, but checkpoints whenever it may, not every thousand pages:
so a kill has a fair chance to hit one.
"""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Self

from tests.cli.running import COMMAND, LAST_LINE, environment
from tests.durability.client import Client
from vss_mock import store_file
from vss_mock.cli import main

CHECKPOINTING = [sys.executable, "-m", "tests.durability.serving"]


class Server:
    """A running `vss-mock serve --state FOLDER`; `lines` is what it said at the start."""

    def __init__(self, folder: Path, *options: str, checkpointing: bool = False) -> None:
        self.folder = folder
        command = CHECKPOINTING if checkpointing else COMMAND
        self.process = subprocess.Popen(
            [*command, "serve", "--port", "0", "--state", str(folder), *options],
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.lines: list[str] = []
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if line.startswith(LAST_LINE):
                break
        else:
            raise AssertionError(f"it stopped: {self.process.stderr.read()}")
        self.url = self.lines[0].rpartition(" ")[2]
        self.port = int(self.url.rpartition(":")[2])
        self._client: Client | None = None

    @property
    def client(self) -> Client:
        if self._client is None:
            self._client = Client(self.port)
        return self._client

    def state(self, world: str = "default") -> Any:
        return self.client.get(f"/_mock/worlds/{world}/state")

    def worlds(self) -> set[str]:
        return {world["name"] for world in self.client.get("/_mock/worlds")["worlds"]}

    def kill(self) -> None:
        """End it as nothing can prepare for."""
        self._end(signal.SIGKILL)

    def stop(self) -> str:
        """Let it end by itself; return what it logged."""
        return self._end(signal.SIGTERM)

    def _end(self, number: int) -> str:
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=30)
        if self._client is not None:
            self._client.close()
        return errors

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.kill()


def integrity(folder: Path) -> str:
    """Return what SQLite says of a folder that a process left behind, looking at a copy of it."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "copy"
        shutil.copytree(folder, copy)
        connection = sqlite3.connect(copy / "state.sqlite3")
        (found,) = connection.execute("PRAGMA integrity_check").fetchone()
        connection.close()
        return str(found)


def _checkpointing() -> int:
    prepare = store_file._set_up

    def set_up(connection: sqlite3.Connection) -> None:
        prepare(connection)
        connection.execute("PRAGMA wal_autocheckpoint = 2")

    store_file._set_up = set_up
    return main()


if __name__ == "__main__":
    os.environ.pop("VSS_MOCK_CONTROL_TOKEN", None)
    sys.exit(_checkpointing())
