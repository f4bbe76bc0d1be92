"""The edge to the disk: worlds in a folder, in SQLite, so that they survive the process.

Whatever a call has changed is written in one transaction before its answer leaves. What is written
is what a dump says of a world, row by row; there is no format beside that. Handed to the operating
system it survives this process, however that ends; a machine that loses power may lose the last
calls, never the whole.
"""

import logging
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from zlib import crc32

import orjson

from vss_mock.simulator import delta
from vss_mock.simulator.clock import Mode, Pace
from vss_mock.simulator.errors import MalformedDump, NotKept, SimulatorError
from vss_mock.simulator.trail import Key, Moment, Unkept
from vss_mock.simulator.world import World
from vss_mock.simulator.worlds import DEFAULT, Tenancy, Worlds
from vss_mock.store_file import (
    FILE,
    BadState,
    is_new,
    looking,
    make_folder,
    make_room,
    opened,
    reason,
)

__all__ = ["BadState", "Store"]

_RECORD = "INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?)"

log = logging.getLogger("vss_mock")


class Store:
    """A folder where worlds are kept. `worlds` are those that it held, None if it is new."""

    def __init__(self, folder: Path, at: int) -> None:
        """Open a folder, made if need be, at the edge's instant `at`; raise BadState.

        What is refused is left as it is.
        """
        self.folder = folder
        self.worlds: Worlds | None = None
        self._file = folder / FILE
        self._failing = False
        self._beginnings: dict[World, int] = {}
        self._learnt: list[tuple[World, int | None]] = []
        self._folder_is_new = self._file_is_new = False
        try:
            self._open(at)
        except (sqlite3.Error, OSError) as problem:
            self._leave()
            raise BadState(f"{folder}: {reason(problem)}") from None

    def _open(self, at: int) -> None:
        self._folder_is_new = make_folder(self.folder)
        new = is_new(self._file)
        make_room(self.folder)
        if not new:
            self._recover(at)
        self._connection = opened(self._file)
        self._file_is_new = new  # and ours alone, now that it is locked

    def follow(self, worlds: Worlds) -> None:
        """Keep worlds from here on; those of a new folder first of all. Raises BadState."""
        unkept = worlds.follow(self)
        if worlds is self.worlds:
            unkept.settle()
            return
        try:
            unkept.keep()
        except NotKept as problem:
            raise BadState(f"{self.folder}: {problem.why}") from None
        self._folder_is_new = self._file_is_new = False

    def keep(self, unkept: Unkept) -> None:
        """Write all that has changed in one transaction; raise NotKept if that fails."""
        connection = self._connection
        self._learnt = []
        try:
            if connection.in_transaction:  # what could not be rolled back on a bad disk
                connection.execute("ROLLBACK")
            connection.execute("BEGIN IMMEDIATE")
            self._write(unkept)
            connection.execute("COMMIT")
        except BaseException as problem:
            self._unlearn()
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            if isinstance(problem, sqlite3.Error):
                raise NotKept(self._failed(problem)) from None
            raise
        if self._failing:
            self._failing = False
            log.warning("the state is saved again")

    def close(self) -> None:
        """Close the folder; what was kept stays, and a new one that keeps nothing goes."""
        self._leave()
        with suppress(sqlite3.Error):
            self._connection.close()

    def _failed(self, problem: sqlite3.Error) -> str:
        """Return why writing failed; of many failures in a row the first is logged.

        One that fails at the very start is told by whoever starts.
        """
        why = reason(problem)
        if not (self._failing or self._file_is_new):
            self._failing = True
            log.error("the state cannot be saved: %s", why)
        return why

    def _leave(self) -> None:
        """Leave what is new as it was found: not there."""
        with suppress(OSError):
            if self._file_is_new:
                for suffix in ("", "-wal", "-journal"):
                    self._file.with_name(FILE + suffix).unlink(missing_ok=True)
            if self._folder_is_new:
                self.folder.rmdir()

    # What has changed.

    def _write(self, unkept: Unkept) -> None:
        done: set[int] = set()
        for tenancy, made, stem, _ in unkept.comings:
            if made:
                self._put(tenancy)
            else:
                self._drop(tenancy)
            self._count(stem, unkept.worlds.counts.get(stem))
            done.add(tenancy.serial)
        for trail in unkept.trails:
            tenancy = trail.tenancy
            if tenancy.serial in done:
                continue
            if trail.replaced:
                self._replace(tenancy, trail.moment)
            else:
                settings, members, check = _spelled(tenancy)
                self._connection.execute(
                    "UPDATE world SET settings = ?, members = ?, sum = ? WHERE serial = ?",
                    (settings, members, check, tenancy.serial),
                )
                self._records(tenancy, trail.before)

    def _count(self, stem: str, count: int | None) -> None:
        """Write how far names are counted that were given to worlds, None for not at all."""
        if count is None:
            self._connection.execute("DELETE FROM name WHERE stem = ?", (stem,))
        else:
            self._connection.execute("INSERT OR REPLACE INTO name VALUES (?, ?)", (stem, count))

    def _put(self, tenancy: Tenancy) -> None:
        """Write a world whole."""
        beginning = self._beginnings.get(tenancy.origin)
        if beginning is None:
            beginning = self._begin(tenancy.origin)
        self._connection.execute(
            "INSERT OR REPLACE INTO world VALUES (?, ?, ?, ?, ?, ?)",
            (tenancy.serial, tenancy.name, beginning, *_spelled(tenancy)),
        )
        self._records(tenancy, delta.differences(tenancy.origin, tenancy.world))

    def _replace(self, tenancy: Tenancy, moment: Moment | None) -> None:
        """Write a world whole in the place of the one that was there."""
        self._connection.execute("DELETE FROM record WHERE world = ?", (tenancy.serial,))
        self._put(tenancy)
        if moment is not None:
            self._collect(moment.origin)

    def _drop(self, tenancy: Tenancy) -> None:
        """Delete a world."""
        self._connection.execute("DELETE FROM record WHERE world = ?", (tenancy.serial,))
        self._connection.execute("DELETE FROM world WHERE serial = ?", (tenancy.serial,))
        self._collect(tenancy.origin)

    def _begin(self, origin: World) -> int:
        """Write how a world, or several, began; return what they refer to it by."""
        document = orjson.dumps(origin.dump())
        sql = "INSERT INTO beginning VALUES (NULL, ?, ?)"
        beginning = self._connection.execute(sql, (document, crc32(document))).lastrowid or 0
        self._learn(origin, beginning)
        return beginning

    def _collect(self, origin: World) -> None:
        """Delete a beginning that no world has any more."""
        sql = """DELETE FROM beginning WHERE id = ?
            AND NOT EXISTS (SELECT 1 FROM world WHERE world.beginning = beginning.id)"""
        if self._connection.execute(sql, (self._beginnings.get(origin),)).rowcount:
            self._learn(origin, None)

    def _records(self, tenancy: Tenancy, keys: Iterable[tuple[str, Key]]) -> None:
        """Write rows of a world as they are now; one that is gone is written as None."""
        rows = []
        for kind, key, row in delta.spelled(tenancy.world, keys):
            found = key if isinstance(key, int | str) else f"{key[0]}/{key[1]}"
            body = None if row is None else orjson.dumps(row)
            rows.append((tenancy.serial, kind, found, body, _sum(kind, found, body)))
        self._connection.executemany(_RECORD, rows)

    def _learn(self, origin: World, beginning: int | None) -> None:
        """Remember under which number a beginning is written, None for nowhere any more."""
        self._learnt.append((origin, self._beginnings.pop(origin, None)))
        if beginning is not None:
            self._beginnings[origin] = beginning

    def _unlearn(self) -> None:
        for origin, beginning in reversed(self._learnt):
            self._beginnings.pop(origin, None)
            if beginning is not None:
                self._beginnings[origin] = beginning

    # What was there.

    def _recover(self, at: int) -> None:
        """Read what the folder holds, if that is anything."""
        with looking(self._file) as connection:
            if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                return  # it was being made when the process ended
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if found != "ok":
                raise BadState(f"{self.folder} holds a damaged state: {found}")
            try:
                worlds = self._worlds(connection, at)
            except MalformedDump as problem:
                raise BadState(f"{self.folder} holds a state that is no world: {problem}") from None
            except (SimulatorError, LookupError, TypeError, ValueError) as problem:
                what = f"{type(problem).__name__}: {problem}"
                raise BadState(f"{self.folder} holds a damaged state: {what}") from None
        self.worlds = worlds if len(worlds) else None

    def _worlds(self, connection: sqlite3.Connection, at: int) -> Worlds:
        worlds = Worlds()
        documents: dict[int, dict[str, Any]] = {}
        origins: dict[int, World] = {}
        for id, document, check in connection.execute("SELECT * FROM beginning"):
            _check(crc32(document), check)
            documents[id] = orjson.loads(document)
            origins[id] = World.load(documents[id])
        self._beginnings = {origin: id for id, origin in origins.items()}
        rows = connection.execute("SELECT * FROM world ORDER BY serial").fetchall()
        for serial, name, beginning, settings, members, check in rows:
            _check(crc32(settings + members), check)
            tenancy = _tenancy(name, origins[beginning], orjson.loads(settings), at)
            tenancy.serial = serial
            small = orjson.loads(members)
            records = list(_read(connection, serial))
            if records or small != delta.members(tenancy.origin):
                document = delta.merged(documents[beginning], small, records)
                tenancy.world = World.load(document)
            tenancy.pace = tenancy.pace.anchored(at, tenancy.world.now)
            worlds.add(tenancy)
        worlds.counts.update(connection.execute("SELECT stem, count FROM name"))
        if rows:
            worlds[DEFAULT]  # there is always one
        return worlds


def _spelled(tenancy: Tenancy) -> tuple[bytes, bytes, int]:
    """Return what a world is beside its rows, in two documents, and their check sum."""
    settings = orjson.dumps(
        {
            "dialect": tenancy.dialect,
            "tokens": tenancy.tokens,
            "clock": _clock(tenancy.pace),
            "first_clock": _clock(tenancy.first_pace),
        }
    )
    members = orjson.dumps(delta.members(tenancy.world))
    return settings, members, crc32(settings + members)


def _clock(pace: Pace) -> dict[str, Any]:
    return {"mode": pace.mode.value, "rate": pace.rate}


def _tenancy(name: str, origin: World, settings: Mapping[str, Any], at: int) -> Tenancy:
    """Return a world that stands at its beginning, with the pace that it came to."""
    first, last = (
        Pace(Mode(clock["mode"]), clock["rate"], at, origin.now)
        for clock in (settings["first_clock"], settings["clock"])
    )
    tenancy = Tenancy(name, origin, first, settings["dialect"], settings["tokens"])
    tenancy.pace = last
    return tenancy


def _read(connection: sqlite3.Connection, serial: int) -> Iterator[delta.Row]:
    """Yield the rows of a world that are not as they began."""
    sql = "SELECT kind, key, body, sum FROM record WHERE world = ? ORDER BY kind, key"
    for kind, key, body, check in connection.execute(sql, (serial,)):
        _check(_sum(kind, key, body), check)
        found = key
        if kind == "snapshots":
            uuid, _, number = key.rpartition("/")
            found = uuid, int(number)
        yield kind, found, None if body is None else orjson.loads(body)


def _sum(kind: str, key: int | str, body: bytes | None) -> int:
    return crc32(body or b"", crc32(f"{kind}/{key}/".encode()))


def _check(found: int, wanted: int) -> None:
    if found != wanted:
        raise ValueError("a check sum is wrong")
