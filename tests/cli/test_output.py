"""Output that cannot be written ends the command without a traceback."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.running import COMMAND, environment

WORDS = [["--help"], ["lifecycle"], ["schema", "list"]]


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_a_reader_that_leaves_ends_the_command_quietly(words: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [*COMMAND, *words],
            stdout=writer,
            stderr=subprocess.PIPE,
            env=environment(),
            text=True,
            check=False,
            timeout=60,
        )
    finally:
        os.close(writer)
    assert done.stderr == ""
    assert done.returncode == 141


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_closed_output_is_no_error(words: list[str]) -> None:
    line = 'exec "$@" >&-'
    done = subprocess.run(
        ["bash", "-c", line, "bash", *COMMAND, *words],
        stderr=subprocess.PIPE,
        env=environment(),
        text=True,
        check=False,
        timeout=60,
    )
    assert "Traceback" not in done.stderr
    assert done.returncode == 0


@pytest.mark.parametrize("full", [disk for disk in [Path("/dev/full")] if disk.exists()])
def test_a_full_disk_is_a_complaint(full: Path) -> None:
    with full.open("w", encoding="utf-8") as disk:
        done = subprocess.run(
            [*COMMAND, "lifecycle"],
            stdout=disk,
            stderr=subprocess.PIPE,
            env=environment(),
            text=True,
            check=False,
            timeout=60,
        )
    assert done.stderr == "vss-mock: the system refused: No space left on device\n"
    assert done.returncode == 2


def test_output_for_a_narrow_encoding_is_escaped_not_refused() -> None:
    done = subprocess.run(
        [*COMMAND, "schema", "validate", "common/error", "-"],
        input='{"é": 1}'.encode(),
        capture_output=True,
        env=environment({"PYTHONIOENCODING": "ascii"}),
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert b"\\xe9" in done.stdout
