"""Remembered verdicts: what a version said on a case whose inputs and checks are unchanged."""

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from alongside.store.database import Database

__all__ = ["forget", "forget_all", "of_version"]


def of_version(database: Database, version: str) -> dict[str, dict[str, Any]]:
    """Return every remembered outcome of a version as JSON, by the case's verdict key."""
    rows = database.read().execute("SELECT key, result FROM verdict WHERE version = ?", (version,))
    return {key: json.loads(result) for key, result in rows}


def forget(connection: sqlite3.Connection, version: str, keys: Iterable[str]) -> None:
    """Drop what a version is remembered to have said under these keys."""
    connection.executemany(
        "DELETE FROM verdict WHERE version = ? AND key = ?", [(version, key) for key in keys]
    )


def forget_all(connection: sqlite3.Connection) -> int:
    """Drop every remembered verdict; the next replay runs the drivers again, over what the ledger keeps."""
    return connection.execute("DELETE FROM verdict").rowcount
