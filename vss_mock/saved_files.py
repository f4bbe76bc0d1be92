"""Files that hold saved worlds and journals: written whole or not at all, for people to read."""

import json
import os
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any


def readable(saved: Mapping[str, Any]) -> str:
    """Return a saved world as text to be kept."""
    return json.dumps(saved, indent=2, ensure_ascii=False) + "\n"


def read_saved(file: str | Path) -> Any:
    """Return what a file holds; raise OSError, or ValueError for what is no JSON.

    Whether it is a saved world, and a whole one, the mock says that it is loaded into.
    """
    try:
        return json.loads(Path(file).read_bytes())
    except ValueError as problem:
        raise ValueError(f"{file} is not JSON: {problem}") from None


def write_saved(file: str | Path, saved: Mapping[str, Any]) -> None:
    """Write a saved world as `write_whole` does."""
    write_whole(file, readable(saved))


def write_whole(file: str | Path, text: str) -> None:
    """Write a text to a file; raise OSError, and then leave what was there as it was.

    What is no regular file, such as a pipe, is written to as it is.
    """
    path = Path(file).resolve()
    if path.exists() and not path.is_file():
        path.write_text(text, encoding="utf-8")
        return
    beside = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        # Of a process of the same number that was killed, as the first in a container always is.
        beside.unlink(missing_ok=True)
        with beside.open("x", encoding="utf-8") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
        beside.replace(path)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise
