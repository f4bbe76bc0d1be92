"""The folder and the file of a kept state: made, looked at, opened, and refused untouched."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FILE = "state.sqlite3"
"""The name of the database in its folder; SQLite's own `-wal` stands beside it."""
APPLICATION_ID = 0x7673736D
"""What tells a database of this mock from others: "vssm"."""
VERSION = 1
"""The version of the tables; another one is refused. A dump has its own, in `format`."""
ROOM = 65_536
"""How many bytes there has to be room for at the start."""

_MAGIC = b"SQLite format 3\x00"
_VERSION_AT, _APPLICATION_AT, _HEADER = 60, 68, 100
"""Where SQLite's file format has the two numbers that are for its users to set."""

_TABLES = (
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {VERSION}",
    "CREATE TABLE name (stem TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE beginning (id INTEGER PRIMARY KEY, document BLOB NOT NULL, sum INTEGER NOT NULL)",
    """CREATE TABLE world (
        serial INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        beginning INTEGER NOT NULL,
        settings BLOB NOT NULL,
        members BLOB NOT NULL,
        sum INTEGER NOT NULL
    )""",
    "CREATE INDEX begun ON world (beginning)",
    """CREATE TABLE record (
        world INTEGER NOT NULL,
        kind TEXT NOT NULL,
        key NOT NULL,
        body BLOB,
        sum INTEGER NOT NULL,
        PRIMARY KEY (world, kind, key)
    ) WITHOUT ROWID""",
)


class BadState(ValueError):
    """A folder where no state can be kept, or what it holds cannot be read; one sentence."""


def make_folder(folder: Path) -> bool:
    """See that there is a folder; tell whether it was made."""
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        if folder.is_dir():
            return False
        raise NotADirectoryError(None, "not a directory") from None
    return True


def is_new(file: Path) -> bool:
    """Tell whether a database is still to be made; raise BadState for one that is not ours.

    Read without SQLite, which would not leave everything as it is.
    """
    if not file.exists():
        return True
    with file.open("rb") as stream:
        header = stream.read(_HEADER)
    if not header.strip(b"\x00") and (not header or file.with_name(f"{FILE}-journal").exists()):
        return True  # with a journal, it was being made when the process ended
    if not header.startswith(_MAGIC) or len(header) < _HEADER:
        raise BadState(f"{file} is no database")
    if _number(header, _APPLICATION_AT) != APPLICATION_ID:
        raise BadState(f"{file} is a database of another program")
    version = _number(header, _VERSION_AT)
    if version != VERSION:
        raise BadState(f"{file} is of version {version}: this vss-mock reads version {VERSION}")
    return False


def _number(header: bytes, at: int) -> int:
    return int.from_bytes(header[at : at + 4])


def make_room(folder: Path) -> None:
    """See that something can be written in a folder; raise OSError."""
    room = folder / f"{FILE}-room"
    try:
        with room.open("wb") as file:
            file.write(bytes(ROOM))
            file.flush()
            os.fsync(file.fileno())
    finally:
        room.unlink(missing_ok=True)


@contextmanager
def looking(file: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection that changes nothing, not even when it is closed.

    SQLite moves what is in the write-ahead log to its place when the last connection is closed. One
    that may only read does not, but leaves an index of the log behind; without a log it would leave
    an empty one as well, and any other connection leaves nothing.
    """
    written, index = file.with_name(f"{FILE}-wal"), file.with_name(f"{FILE}-shm")
    pending, indexed = written.exists() and written.stat().st_size > 0, index.exists()
    connection = _connect(file, "ro" if pending else "rw")
    try:
        if not pending:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        yield connection
    finally:
        connection.close()
        if pending and not indexed:
            index.unlink(missing_ok=True)


def _connect(file: Path, mode: str) -> sqlite3.Connection:
    uri = f"{file.absolute().as_uri()}?mode={mode}"
    # The thread that serves need not be the one that opened; it is one at a time.
    return sqlite3.connect(uri, uri=True, timeout=0, isolation_level=None, check_same_thread=False)


def opened(file: Path) -> sqlite3.Connection:
    """Return the connection that keeps all others out; make the database if it is new."""
    file.touch(mode=0o600)  # it holds passwords; SQLite's own files are as readable as this one
    connection = _connect(file, "rw")
    try:
        _set_up(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _set_up(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("BEGIN EXCLUSIVE")
    (made,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if not made:
        for statement in _TABLES:
            connection.execute(statement)
    connection.execute("COMMIT")
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise sqlite3.OperationalError("this file system has no write-ahead logs")
    connection.execute("PRAGMA synchronous = NORMAL")


def reason(problem: sqlite3.Error | OSError) -> str:
    """Return in words what SQLite or the system says."""
    if isinstance(problem, OSError):
        return problem.strerror or str(problem)
    name = getattr(problem, "sqlite_errorname", "")
    if name == "SQLITE_BUSY":
        return "another vss-mock keeps its state there"
    if name == "SQLITE_NOTADB" or name.startswith("SQLITE_CORRUPT"):
        return f"the state there is damaged: {problem}"
    return str(problem)
