"""Runs the command as a process of its own, as a person or a script would."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

COMMAND = [sys.executable, "-m", "vss_mock"]
LAST_LINE = "Try: "
STOPS_WITHIN_S = 5


class Served(NamedTuple):
    """A `vss-mock serve` that has said where it listens."""

    process: subprocess.Popen[str]
    url: str
    lines: list[str]


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return this process's environment without what would change the command's defaults."""
    ours = ("VSS_MOCK_", "PYTHONUNBUFFERED")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | dict(extra or {})


def run(
    *words: str, env: Mapping[str, str] | None = None, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        [*COMMAND, *words],
        input=stdin,
        env=environment(env),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@contextmanager
def served(*options: str, env: Mapping[str, str] | None = None) -> Iterator[Served]:
    """Serve on a free port; kill what has not stopped by the end."""
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", "0", *options],
        env=environment(env),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        lines: list[str] = []
        for line in process.stdout:
            lines.append(line.rstrip("\n"))
            if line.startswith(LAST_LINE):
                break
        else:
            raise AssertionError(f"it stopped: {process.stderr.read()}")
        yield Served(process, lines[0].rpartition(" ")[2], lines)
    finally:
        process.kill()
        process.communicate()


def complaint(done: subprocess.CompletedProcess[str]) -> str:
    """Return the one line that a command complained with."""
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("vss-mock: ")
    assert done.stderr.count("\n") == 1
    return done.stderr.removeprefix("vss-mock: ").rstrip("\n")
