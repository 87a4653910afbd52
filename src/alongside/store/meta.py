"""Facts about the store itself, such as the engagement's salt."""

import sqlite3
from collections.abc import Callable

from alongside.store.database import Database

__all__ = ["get", "get_or_set"]


def get(database: Database, key: str) -> str | None:
    """Return the fact, None where nobody has set it."""
    row = database.read().execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return row[0] if row else None


def get_or_set(database: Database, key: str, make: Callable[[], str]) -> str:
    """Return the fact; the first who asks for it sets it, for every process."""
    known = get(database, key)
    if known is not None:
        return known

    def write(connection: sqlite3.Connection) -> str:
        connection.execute("INSERT OR IGNORE INTO meta VALUES (?, ?)", (key, make()))
        return connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()[0]

    return database.write(write)
