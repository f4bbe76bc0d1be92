"""Reads the JSON files that a user names on the command line."""

import sys
from pathlib import Path
from typing import Any

import orjson

from vss_mock.terminal import CommandError

STANDARD_INPUT = "-"


def read_json(file: str) -> Any:
    """Return what a file holds, or standard input for `-`; raise CommandError if it is no JSON."""
    try:
        raw = sys.stdin.buffer.read() if file == STANDARD_INPUT else Path(file).read_bytes()
    except OSError as problem:
        raise CommandError(f"cannot read {file}: {problem.strerror}") from None
    except ValueError:
        # A null character, which no operating system takes in a name.
        raise CommandError(f"cannot read {file!r}: that is no name of a file") from None
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as problem:
        raise CommandError(f"{file} is not JSON: {problem}") from None
