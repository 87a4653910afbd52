"""Begin an engagement's records again, over the results that are proven already."""

import sqlite3

__all__ = ["start_afresh"]

_RECORDS = (
    "run", "span", "tape", "acceptance", "approval", "feedback", "version",
    "pointer", "release", "signoff", "accepted_break", "verdict", "case_index",
)  # fmt: skip


def start_afresh(connection: sqlite3.Connection) -> None:
    """Drop runs, feedback, versions and releases; kept results of steps, blobs and the salt stay."""
    for table in _RECORDS:
        connection.execute(f"DELETE FROM {table}")
