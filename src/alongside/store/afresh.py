"""Begin an engagement's records again, over the results that are proven already."""

import sqlite3

__all__ = ["start_afresh"]

_PROVEN = {"meta", "blob", "ledger", "code"}


def start_afresh(connection: sqlite3.Connection) -> None:
    """Drop runs, feedback, versions and releases; kept results of steps, blobs and the salt stay."""
    tables = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    for (table,) in tables.fetchall():
        if table not in _PROVEN:
            connection.execute(f"DELETE FROM {table}")
