"""Blobs by their SHA-256: small ones in the database, big ones as files that are synced, then renamed."""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from alongside.core.digest import digest, short
from alongside.core.errors import DataError
from alongside.store.atomic_file import write_atomic
from alongside.store.database import Database

__all__ = ["SMALL", "BlobStore", "insert_small"]

SMALL = 16_384


class BlobStore:
    """Blobs of one engagement. `bad` collects the digests whose kept bytes no longer matched."""

    def __init__(self, folder: Path, database: Database) -> None:
        self._folder = folder
        self._database = database
        self.bad: list[str] = []

    def put(self, data: bytes) -> str:
        """Keep `data` durably and return its digest."""
        name = digest(data)
        if len(data) <= SMALL:
            self._database.write(lambda connection: insert_small(connection, {name: data}))
        else:
            self._put_file(name, data)
        return name

    def put_big(self, blobs: Mapping[str, bytes]) -> dict[str, bytes]:
        """Write the big ones as files now and return the small ones, for the caller's own transaction."""
        for name, data in blobs.items():
            if len(data) > SMALL:
                self._put_file(name, data)
        return {name: data for name, data in blobs.items() if len(data) <= SMALL}

    def get(self, name: str) -> bytes:
        """Return the bytes. Raises DataError `missing-blob`, also where the kept bytes don't match."""
        row = self._database.read().execute("SELECT data FROM blob WHERE digest = ?", (name,)).fetchone()
        data: bytes | None = row[0] if row else self._read_file(name)
        if data is not None and digest(data) == name:
            return data
        if data is not None:
            self.bad.append(name)
            self._database.submit(lambda connection: self._discard_bad(connection, name))
        raise DataError(
            "missing-blob",
            f"blob {short(name)} {'is damaged' if data is not None else 'is not here'}",
            fix="restore it from an export with `alongside engagement import`, or add the document again",
        )

    def has(self, name: str) -> bool:
        """Whether the blob is here (its bytes are checked when they are read)."""
        row = self._database.read().execute("SELECT 1 FROM blob WHERE digest = ?", (name,)).fetchone()
        return row is not None or self._path(name).is_file()

    def names(self) -> Iterator[str]:
        """Yield every digest."""
        for (name,) in self._database.read().execute("SELECT digest FROM blob"):
            yield name
        for path in self._folder.glob("??/*"):
            if not path.name.startswith("."):
                yield path.name

    def stored_at(self, name: str) -> float:
        """Return when the blob was stored (seconds since the epoch), 0 where that isn't known."""
        row = self._database.read().execute("SELECT stored_at FROM blob WHERE digest = ?", (name,)).fetchone()
        if row:
            return row[0]
        path = self._path(name)
        return path.stat().st_mtime if path.is_file() else 0.0

    def peek(self, name: str) -> bytes:
        """Return the bytes without checking them, empty where they aren't here."""
        query = "SELECT data FROM blob WHERE digest = ?"
        row = self._database.read().execute(query, (name,)).fetchone()
        return row[0] if row else self._read_file(name) or b""

    def size(self, name: str) -> int:
        """Return how many bytes the blob takes, 0 where it isn't here."""
        query = "SELECT length(data) FROM blob WHERE digest = ?"
        row = self._database.read().execute(query, (name,)).fetchone()
        path = self._path(name)
        return row[0] if row else path.stat().st_size if path.is_file() else 0

    def remove(self, names: Iterable[str], *, stored_before: float) -> None:
        """Drop the blobs durably, those apart that were stored again meanwhile (seconds since the epoch)."""
        doomed = [name for name in names if self.stored_at(name) < stored_before]
        for name in doomed:
            self._path(name).unlink(missing_ok=True)
        query = "DELETE FROM blob WHERE digest = ? AND stored_at < ?"
        rows = [(name, stored_before) for name in doomed]
        self._database.write(lambda connection: connection.executemany(query, rows) and None)

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name

    def _discard_bad(self, connection: sqlite3.Connection, name: str) -> None:
        """Drop a blob whose bytes don't match, so that `has` is honest and the next `put` writes it anew."""
        row = connection.execute("SELECT data FROM blob WHERE digest = ?", (name,)).fetchone()
        if row and digest(row[0]) != name:
            connection.execute("DELETE FROM blob WHERE digest = ?", (name,))
        data = self._read_file(name)
        if data is not None and digest(data) != name:
            self._path(name).unlink(missing_ok=True)

    def _read_file(self, name: str) -> bytes | None:
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            return None

    def _put_file(self, name: str, data: bytes) -> None:
        path = self._path(name)
        if path.is_file() and digest(path.read_bytes()) == name:
            os.utime(path)  # stored again: whoever collects what is old and unused must wait
            return
        write_atomic(path, data)


def insert_small(connection: sqlite3.Connection, blobs: Mapping[str, bytes]) -> None:
    """Keep small blobs inside the caller's transaction."""
    if blobs:
        connection.executemany(
            "INSERT INTO blob (digest, data, stored_at) VALUES (?, ?, (julianday('now') - 2440587.5) * 86400) "
            "ON CONFLICT (digest) DO UPDATE SET data = excluded.data, stored_at = excluded.stored_at",
            blobs.items(),
        )
