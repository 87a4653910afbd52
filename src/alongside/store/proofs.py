"""Proofs of changes, as they are kept: what each is of from its start, what it found once it has ended."""

import sqlite3
from dataclasses import astuple, dataclass

from alongside.store.database import Database

__all__ = ["KeptProof", "add", "end", "get", "newest"]

_COLUMNS = "id, version, baseline, only_case, by, started, cases, found"
_MOST = 50


@dataclass(frozen=True, slots=True)
class KeptProof:
    """A proof as it stands in the store; `cases` and `found` are JSON (`found` is empty until it has ended).

    `only` is the one case that it is of, empty: all of them.
    """

    id: str
    version: str
    baseline: str
    only: str
    by: str
    started: float
    cases: str
    found: str = ""


def add(connection: sqlite3.Connection, proof: KeptProof) -> None:
    """Keep a proof; of many the oldest are forgotten."""
    connection.execute(f"INSERT INTO proof ({_COLUMNS}) VALUES (?,?,?,?,?,?,?,?)", astuple(proof))
    connection.execute(
        "DELETE FROM proof WHERE id NOT IN (SELECT id FROM proof ORDER BY started DESC, id DESC LIMIT ?)",
        (_MOST,),
    )


def end(connection: sqlite3.Connection, identity: str, found: str) -> None:
    """Keep what a proof found."""
    connection.execute("UPDATE proof SET found = ? WHERE id = ?", (found, identity))


def get(database: Database, identity: str) -> KeptProof | None:
    """Return a proof by its id."""
    row = database.read().execute(f"SELECT {_COLUMNS} FROM proof WHERE id = ?", (identity,)).fetchone()
    return KeptProof(*row) if row else None


def newest(database: Database) -> KeptProof | None:
    """Return the proof that began last."""
    row = (
        database.read()
        .execute(f"SELECT {_COLUMNS} FROM proof ORDER BY started DESC, id DESC LIMIT 1")
        .fetchone()
    )
    return KeptProof(*row) if row else None
