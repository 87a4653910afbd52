"""Who signed off which promise of a version, and which broken cases were accepted."""

import sqlite3

from alongside.store.database import Database

__all__ = ["accept_break", "accepted_breaks", "sign", "signed", "signed_at"]


def sign(connection: sqlite3.Connection, version: str, *, promise: str, by: str, at: float) -> None:
    """Record a sign-off; signing twice changes nothing."""
    connection.execute("INSERT OR IGNORE INTO signoff VALUES (?,?,?,?)", (version, promise, by, at))


def signed(database: Database, version: str) -> dict[str, list[str]]:
    """Return who signed, by promise."""
    found: dict[str, list[str]] = {}
    rows = database.read().execute(
        "SELECT promise, by FROM signoff WHERE version = ? ORDER BY at", (version,)
    )
    for promise, by in rows:
        found.setdefault(promise, []).append(by)
    return found


def accept_break(
    connection: sqlite3.Connection, version: str, *, case: str, by: str, reason: str, at: float
) -> None:
    """Record that somebody takes a broken case."""
    connection.execute(
        "INSERT OR REPLACE INTO accepted_break VALUES (?,?,?,?,?)", (version, case, by, reason, at)
    )


def accepted_breaks(database: Database, version: str) -> dict[str, str]:
    """Return `by NAME: reason` by case."""
    rows = database.read().execute(
        "SELECT case_id, by, reason FROM accepted_break WHERE version = ?", (version,)
    )
    return {case: f"by {by}: {reason}" for case, by, reason in rows}


def signed_at(database: Database) -> list[tuple[float, str, str, str]]:
    """Return (when, who, version, what) of every sign-off and every accepted break, newest first."""
    rows = database.read().execute(
        """SELECT at, by, version, 'signed: ' || promise FROM signoff UNION ALL
        SELECT at, by, version, 'took broken case ' || case_id || ': ' || reason FROM accepted_break
        ORDER BY 1 DESC, 2, 3, 4"""
    )
    return list(rows)
