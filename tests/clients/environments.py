"""Environments for real releases, below .clients/ in the checkout: each is made once and kept.

A client is installed by pip as the registry gives it, and never touched. The environments hold no
pip of their own: vss-cli would ask the registry for updates through it.
"""

import fcntl
import hashlib
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from email.parser import Parser
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.clients.rows import Row, pins

ROOT = Path(__file__).parents[2]
HOME = ROOT / ".clients"
DONE = ".complete"
PATIENCE_S = 600
INSTALL = ("--no-input", "--disable-pip-version-check", "--quiet", "--retries", "2")


class NotInstallable(Exception):
    """A release that pip could not install; says why in one line."""


def prepare(row: Row) -> Path:
    """Return a release's environment, made if it is not there yet or was made of something else."""
    folder = HOME / row.key
    wanted = _fingerprint(row)
    with _alone(row.key):
        done = folder / DONE
        if not done.is_file() or done.read_text(encoding="utf-8") != wanted:
            _make(row, folder)
            done.write_text(wanted, encoding="utf-8")
    return folder


def source(row: Row) -> Path:
    """Return the folder of a release's source distribution, with the tests that it ships."""
    folder = HOME / f"{row.key}-source"
    with _alone(folder.name):
        if not (folder / DONE).is_file():
            shutil.rmtree(folder, ignore_errors=True)
            download = ("--no-deps", "--no-binary", row.name)
            _pip("download", *INSTALL, *download, "--dest", str(folder), row.key)
            (archive,) = folder.glob("*.tar.gz")
            shutil.unpack_archive(archive, folder, filter="data")
            (folder / DONE).touch()
    (inside,) = (path for path in folder.iterdir() if path.is_dir())
    return inside


def _make(row: Row, folder: Path) -> None:
    venv.EnvBuilder(clear=True, symlinks=True).create(folder)
    asked = [row.key]
    if row.instead:
        _install(folder, "--no-deps", row.key)
        asked = list(_asked(row, folder))
    _install(folder, "-c", str(pins()), *asked, *row.with_, *row.instead, *row.beside)


def _asked(row: Row, folder: Path) -> Iterator[str]:
    """Yield what the installed client asks for, but for what other versions stand in for."""
    replaced = {canonicalize_name(Requirement(pin).name) for pin in row.instead}
    pattern = f"lib/python*/site-packages/{row.name.replace('-', '_')}-*.dist-info/METADATA"
    (path,) = folder.glob(pattern)
    for line in Parser().parsestr(path.read_text(encoding="utf-8")).get_all("Requires-Dist", []):
        requirement = Requirement(line)
        here = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if here and canonicalize_name(requirement.name) not in replaced:
            yield line


def _install(folder: Path, *words: str) -> None:
    _pip("--python", str(folder / "bin" / "python"), "install", *INSTALL, *words)


def _pip(*words: str) -> None:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pip", *words],
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotInstallable(f"pip was not done after {PATIENCE_S} s") from None
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if "rror" in line]
        raise NotInstallable(said[-1].strip() if said else done.stderr[-300:])


def _fingerprint(row: Row) -> str:
    made_of = (sys.version, row.key, row.with_, row.instead, row.beside, ())
    text = f"{made_of}\n{pins().read_text(encoding='utf-8')}"
    return hashlib.sha256(text.encode()).hexdigest()


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """Hold others off who want the same environment, in whatever process."""
    HOME.mkdir(exist_ok=True)
    (HOME / ".gitignore").write_text("*\n", encoding="utf-8")
    with (HOME / f".{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
