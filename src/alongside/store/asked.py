"""Who asked for which answer on the page for users."""

import sqlite3

from alongside.store.database import Database

__all__ = ["add", "latest"]


def add(connection: sqlite3.Connection, run: str, *, by: str, workflow: str, at: float) -> None:
    """Keep who asked for a run."""
    connection.execute("INSERT OR REPLACE INTO asked VALUES (?, ?, ?, ?)", (run, by, workflow, at))


def latest(database: Database, *, by: str, workflow: str, limit: int) -> list[tuple[str, float]]:
    """Return the runs that somebody asked for, and when, newest first; they may not have begun."""
    query = "SELECT run, at FROM asked WHERE by = ? AND workflow = ? ORDER BY at DESC, rowid DESC LIMIT ?"
    return database.read().execute(query, (by, workflow, limit)).fetchall()
