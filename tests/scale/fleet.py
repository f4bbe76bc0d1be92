"""Several mocks in processes of their own, each with a seed of its own, and what they hold."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.meta.checkout import ROOT
from vss_mock.client import Client

TOKEN = "choose-one"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
"""The headers of a control call."""


class Member:
    """One of the mocks: it listens on the same port again when it is started again."""

    def __init__(self, seed: int, state: Path | None = None) -> None:
        self.seed = seed
        self.port = 0
        self._options = ["--seed", str(seed), "--control-token", TOKEN]
        self._options += [] if state is None else ["--state", str(state)]
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Begin to start; `wait` until it answers."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "vss_mock", "serve", "--port", str(self.port), *self._options],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )

    def wait(self) -> None:
        """Wait until it answers."""
        assert self._process is not None
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        found = re.search(r"listening on http://127\.0\.0\.1:(\d+)", line)
        assert found, line
        self.port = int(found[1])

    def kill(self) -> None:
        """End it at once, as a crash would, if it runs."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def worlds(self) -> set[str]:
        """Return the names of the worlds it has, asked without anything between."""
        with Client(f"http://127.0.0.1:{self.port}", control_token=TOKEN) as client:
            listed: list[dict[str, Any]] = client.get("/_mock/worlds")["worlds"]
        return {world["name"] for world in listed}


@contextmanager
def running(count: int, state: Path | None = None) -> Iterator[list[Member]]:
    """Run so many mocks; with `state`, each keeps its worlds in a folder of its own there."""
    members = [
        Member(seed, None if state is None else state / f"mock-{seed}")
        for seed in range(1, count + 1)
    ]
    for member in members:
        member.start()
    try:
        for member in members:
            member.wait()
        yield members
    finally:
        for member in members:
            member.kill()
