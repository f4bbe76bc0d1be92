"""Where the checkout is, and which files belong to it."""

import os
import subprocess
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIST = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]


@cache
def files() -> tuple[Path, ...]:
    """Return every file that git tracks or would track, as a path inside the checkout."""
    try:
        listed = subprocess.run(LIST, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return tuple(sorted(_walked()))
    paths = (Path(name) for name in listed.split("\0") if name)
    return tuple(sorted(path for path in paths if (ROOT / path).is_file()))


def text(path: str | Path) -> str:
    """Return the text of a file of the checkout."""
    return (ROOT / path).read_text(encoding="utf-8")


def _walked() -> list[Path]:
    """Return every file that .gitignore does not name: for a copy without git."""
    ignored = [".git", *(line.rstrip("/") for line in text(".gitignore").splitlines())]
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if not _any(name, ignored)]
        inside = Path(folder).relative_to(ROOT)
        found += [inside / name for name in names if not _any(name, ignored)]
    return found


def _any(name: str, patterns: list[str]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)
