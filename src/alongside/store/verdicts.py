"""Remembered verdicts: what a version said on a case whose inputs and checks are unchanged."""

import json
import sqlite3
from typing import Any

from alongside.store.database import Database

__all__ = ["any_of", "failed", "forget_all", "forget_case", "of_version"]


def of_version(database: Database, version: str) -> dict[str, dict[str, Any]]:
    """Return every remembered outcome of a version as JSON, by the case's verdict key."""
    rows = database.read().execute("SELECT key, result FROM verdict WHERE version = ?", (version,))
    return {key: json.loads(result) for key, result in rows}


def any_of(database: Database, version: str) -> bool:
    """Whether anything is remembered of a version."""
    return bool(
        database.read().execute("SELECT 1 FROM verdict WHERE version = ? LIMIT 1", (version,)).fetchone()
    )


def failed(database: Database, version: str) -> dict[str, dict[str, Any]]:
    """Return the remembered outcomes of a version that didn't end well or have a check that says no, by verdict key."""
    rows = database.read().execute(
        "SELECT key, result FROM verdict WHERE version = ? AND (json_extract(result, '$.status') <> 'done' "
        "OR EXISTS (SELECT 1 FROM json_each(result, '$.verdicts') said WHERE json_extract(said.value, '$.passed') = 0))",
        (version,),
    )
    return {key: json.loads(result) for key, result in rows}


def forget_case(connection: sqlite3.Connection, case: str) -> None:
    """Drop what every version is remembered to have said on a case, whose answers from outside are new."""
    connection.execute("DELETE FROM verdict WHERE run IN (SELECT id FROM run WHERE case_id = ?)", (case,))


def forget_all(connection: sqlite3.Connection) -> int:
    """Drop every remembered verdict; the next replay runs the drivers again, over what the ledger keeps."""
    return connection.execute("DELETE FROM verdict").rowcount
