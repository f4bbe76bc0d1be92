"""Runs a lying server in a process of its own, and the contract suite against it in another."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.mutants.lie import ROOT, Lie

VM = "1606T-coreos0"
"""The machine of the demo world that the suite may touch."""
TOKEN = "demo-token"
"""The token of the demo world's first user."""
KEPT, BROKEN = 0, 1
"""What the suite's exit codes say; any other means that it could not judge."""


class CannotJudge(RuntimeError):
    """The suite said nothing of the server; the text is what it said instead."""


class Judged(NamedTuple):
    """What the suite says of a liar: the rules it found broken."""

    lie: Lie
    broken: tuple[str, ...]

    @property
    def named(self) -> tuple[str, ...]:
        """The broken rules that name what is wrong, those that the lie expects."""
        return tuple(rule for rule in self.lie.rules if rule in self.broken)

    @property
    def verdict(self) -> str:
        """How the suite did: `caught`, `MISNAMED` by other rules alone, or `MISSED`."""
        if self.named:
            return "caught"
        return "MISNAMED" if self.broken else "MISSED"


@contextmanager
def serving(lie: Lie) -> Iterator[str]:
    """Serve a lie and give the URL where it listens."""
    command = [sys.executable, "-m", "tests.mutants.serve", lie.id]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            if process.stdout is None or not (line := process.stdout.readline()):
                raise CannotJudge(f"the mock does not start with the lie {lie.id} in it")
            yield line.split()[-1]
        finally:
            process.terminate()


def judge(lie: Lie, options: Sequence[str]) -> Judged:
    """Return what the suite, run with some options, says of a lie; raise CannotJudge."""
    with TemporaryDirectory() as folder, serving(lie) as url:
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "vss_mock", "contract", "run", "--target", url]
        command += ["--token", TOKEN, "--vm", VM, "--report", f"json={report}", *options]
        done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
        # An error of Python's own ends in 1 too, but leaves no report.
        if done.returncode not in {KEPT, BROKEN} or not report.exists():
            raise CannotJudge(f"{lie.id}: {done.stderr or done.stdout}")
        rules = json.loads(report.read_bytes())["rules"]
    return Judged(lie, tuple(rule["id"] for rule in rules if rule["verdict"] == "broken"))
