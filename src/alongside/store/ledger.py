"""Kept results of steps: by key, then by what they read."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from alongside.core.run import Read
from alongside.store import verdicts
from alongside.store.blobs import insert_small
from alongside.store.database import Database

__all__ = [
    "Forgotten",
    "Kept",
    "LedgerRow",
    "asked",
    "code_parts",
    "drop",
    "find",
    "forget",
    "has",
    "insert",
    "latest_of_step",
    "remember_asked",
    "remember_code",
]


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept result: digests of output and error (one of them is empty), what it cost, what it read."""

    reads: tuple[Read, ...]
    output: str
    error: str
    cost: int | None
    tokens: int
    seconds: float
    resolved: str
    recorded_at: float


class Forgotten(NamedTuple):
    """What was dropped: (step, key) a result, and how many remembered verdicts."""

    results: tuple[tuple[str, str], ...]
    verdicts: int


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A result to keep under `key`, with the key's parts for `why`."""

    key: str
    reads_digest: str
    step: str
    parts: tuple[tuple[str, str], ...]
    versions: str
    kept: Kept


_ASKED = "asked"
_COLUMNS = "reads, output, error, cost, tokens, seconds, resolved, recorded_at"


def find(database: Database, key: str) -> list[Kept]:
    """Return what is kept under `key`, newest first."""
    rows = database.read().execute(
        f"SELECT {_COLUMNS} FROM ledger WHERE key = ? ORDER BY recorded_at DESC",
        (key,),
    )
    return [_kept(row) for row in rows]


def latest_of_step(
    database: Database, step: str, *, limit: int, before: float | None = None
) -> list[tuple[str, Kept]]:
    """Return the newest results of a step with their keys, those from before a time where one is given."""
    rows = database.read().execute(
        f"SELECT key, {_COLUMNS} FROM ledger WHERE step = ? AND recorded_at < ? ORDER BY recorded_at DESC LIMIT ?",
        (step, before or 1e18, limit),
    )
    return [(row[0], _kept(row[1:])) for row in rows]


def has(database: Database, key: str) -> bool:
    """Whether anything is kept under `key`."""
    return database.read().execute("SELECT 1 FROM ledger WHERE key = ?", (key,)).fetchone() is not None


def insert(
    connection: sqlite3.Connection, row: LedgerRow, blobs: Mapping[str, bytes], *, over: bool = False
) -> Kept:
    """Keep a result and return what stands there now: the first commit wins and the loser adopts it.

    `over` takes the place of what stood there (a refresh).
    """
    insert_small(connection, blobs)
    kept = row.kept
    cursor = connection.execute(
        f"INSERT OR {'REPLACE' if over else 'IGNORE'} INTO ledger VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
        (
            row.key,
            row.reads_digest,
            _reads(kept.reads),
            row.step,
            json.dumps(row.parts),
            kept.output,
            kept.error,
            kept.cost,
            kept.tokens,
            kept.seconds,
            kept.resolved,
            row.versions,
            kept.recorded_at,
        ),
    )
    if cursor.rowcount == 1:
        return kept
    found = connection.execute(
        f"SELECT {_COLUMNS} FROM ledger WHERE key = ? AND reads_digest = ?",
        (row.key, row.reads_digest),
    ).fetchone()
    return _kept(found)


def drop(connection: sqlite3.Connection, *, key: str, reads: tuple[Read, ...]) -> None:
    """Drop one result whose blob is gone or damaged, so that the next one takes its place."""
    connection.execute("DELETE FROM ledger WHERE key = ? AND reads = ?", (key, _reads(reads)))


def forget(connection: sqlite3.Connection, *, key: str = "", step: str = "", run: str = "") -> Forgotten:
    """Drop results by key (or its start), by step (full name or its last part), or all that a run used.

    Remembered verdicts go too: any of them may have come from what is dropped.
    """
    if key:
        where, values = "substr(key, 1, length(?)) = ?", (key, key)
    elif step:
        where, values = "step = ? OR substr(step, -length(?) - 1) = '.' || ?", (step, step, step)
    else:
        where, values = "key IN (SELECT key FROM span WHERE run = ?)", (run,)
    dropped = connection.execute(
        f"SELECT step, key FROM ledger WHERE {where} ORDER BY step, key", values
    ).fetchall()
    connection.execute(f"DELETE FROM ledger WHERE {where}", values)
    return Forgotten(tuple(dropped), verdicts.forget_all(connection) if dropped else 0)


def remember_code(connection: sqlite3.Connection, code: str, parts: Mapping[str, str]) -> None:
    """Keep what a code hash is made of: name of each reached piece -> its own digest or value."""
    connection.execute("INSERT OR IGNORE INTO code VALUES (?, ?)", (code, json.dumps(parts)))


def code_parts(database: Database, code: str) -> dict[str, str]:
    """Return what a code hash is made of, empty where it isn't known here."""
    row = database.read().execute("SELECT parts FROM code WHERE hash = ?", (code,)).fetchone()
    return json.loads(row[0]) if row else {}


def remember_asked(connection: sqlite3.Connection, name: str, outline: str) -> None:
    """Keep what a model was asked under its digest, which a key names as it names code: they are collected alike."""
    remember_code(connection, name, {_ASKED: outline})


def asked(database: Database, name: str) -> str:
    """Return the outline of what a model was asked, empty where it isn't known here."""
    return code_parts(database, name).get(_ASKED, "")


def _reads(reads: tuple[Read, ...]) -> str:
    return json.dumps([[read.kind, read.name, read.digest] for read in reads])


def _kept(row: Any) -> Kept:
    reads, *rest = row
    return Kept(tuple(Read(*read) for read in json.loads(reads)), *rest)
