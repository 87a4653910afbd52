"""Stored versions, and the pointer that says which one is live."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, NamedTuple

from alongside.core.encoding import decode, encode
from alongside.core.release import Manifest, Release, Version
from alongside.store.database import Database

__all__ = [
    "Pointer",
    "current",
    "find",
    "get",
    "latest",
    "lock",
    "move",
    "pointer",
    "releases",
    "replaced",
    "save",
]


class Pointer(NamedTuple):
    """What is live, what was before it, and the number of moves so far (for compare-and-swap)."""

    live: str
    previous: str
    serial: int


def save(connection: sqlite3.Connection, version: Version) -> None:
    """Keep a version; one that is there already stays as it is."""
    connection.execute(
        "INSERT OR IGNORE INTO version VALUES (?,?,?,?)",
        (version.id, json.dumps(_kept(version.manifest)), json.dumps(dict(version.lock)), version.created),
    )


def lock(connection: sqlite3.Connection, version: str, distributions: Mapping[str, str]) -> None:
    """Record what must be installed for a version, once."""
    connection.execute(
        "UPDATE version SET lock = ? WHERE id = ? AND lock = '{}'", (json.dumps(dict(distributions)), version)
    )


def get(database: Database, version: str) -> Version | None:
    """Return a version by its whole id."""
    row = database.read().execute("SELECT * FROM version WHERE id = ?", (version,)).fetchone()
    return _version(row) if row else None


def find(database: Database, start: str) -> list[Version]:
    """Return the versions whose id begins with `start`."""
    rows = database.read().execute("SELECT * FROM version WHERE id LIKE ? || '%'", (start,))
    return [_version(row) for row in rows]


def latest(database: Database, *, limit: int) -> list[Version]:
    """Return the newest versions."""
    rows = database.read().execute("SELECT * FROM version ORDER BY created DESC LIMIT ?", (limit,))
    return [_version(row) for row in rows]


def pointer(database: Database) -> Pointer:
    """Return the pointer; empty ids and serial 0 before the first release."""
    row = database.read().execute("SELECT live, previous, serial FROM pointer WHERE name = 'live'").fetchone()
    return Pointer(*row) if row else Pointer("", "", 0)


def move(connection: sqlite3.Connection, release: Release, *, expected: Pointer) -> bool:
    """Move the pointer and write the release in one transaction; False where somebody moved it meanwhile."""
    if expected.serial == 0:
        moved = connection.execute(
            "INSERT OR IGNORE INTO pointer VALUES ('live', ?, ?, 1)", (release.version, release.previous)
        ).rowcount
    else:
        moved = connection.execute(
            "UPDATE pointer SET live = ?, previous = ?, serial = serial + 1 WHERE name = 'live' AND serial = ?",
            (release.version, release.previous, expected.serial),
        ).rowcount
    if moved != 1:
        return False
    connection.execute(
        "INSERT INTO release VALUES (?,?,?,?,?,?,?,?)",
        (
            release.id,
            release.version,
            release.previous,
            release.kind,
            release.by,
            release.reason,
            release.verdict,
            release.at,
        ),
    )
    return True


def current(database: Database) -> Release | None:
    """Return the move that made the live version live, None before the first release."""
    row = database.read().execute("SELECT * FROM release ORDER BY rowid DESC LIMIT 1").fetchone()
    return Release(*row) if row else None


def releases(database: Database) -> list[Release]:
    """Return every move of the pointer, newest first."""
    rows: Any = database.read().execute("SELECT * FROM release ORDER BY at DESC, id DESC")
    return [Release(*row) for row in rows]


def replaced(database: Database, version: str) -> str:
    """Return what a version took the place of when it first went live; empty where nothing was live, or it never was."""
    moves = releases(database)
    return next((move.previous for move in reversed(moves) if move.version == version), "")


def _kept(manifest: Manifest) -> dict[str, Any]:
    """Return a manifest as JSON; a parameter can be what TOML has and JSON hasn't: a date, a time, not a number."""
    return asdict(manifest) | {"params": json.loads(encode(dict(manifest.params)).data)}


def _version(row: Any) -> Version:
    identity, manifest, locked, created = row
    fields = json.loads(manifest)
    fields["weights"] = tuple(fields["weights"])
    fields["params"] = decode(json.dumps(fields["params"]).encode(), _no_blob, _no_class)
    return Version(identity, Manifest(**fields), json.loads(locked), created)


def _no_blob(name: str) -> bytes:
    raise LookupError(name)


def _no_class(name: str) -> Any:
    raise LookupError(name)
