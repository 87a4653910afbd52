"""Remembered verdicts: what a version said on a case whose inputs and checks are unchanged."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from alongside.store.database import Database
from alongside.store.surroundings import still

__all__ = [
    "Told",
    "any_of",
    "failed",
    "forget_all",
    "forget_case",
    "judged_versions",
    "of_case",
    "of_version",
    "told_by",
]


_WRONG = """instr(result, '"passed": false') > 0"""


@dataclass(frozen=True, slots=True)
class Told:
    """What is remembered of one draw: the run's status, whether every check held; where one didn't, the result as JSON text."""

    run: str
    status: str
    right: bool
    result: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields whose checks didn't hold."""
        verdicts: list[dict[str, Any]] = json.loads(self.result)["verdicts"] if self.result else []
        return tuple(dict.fromkeys(one["field"] for one in verdicts if not one["passed"]))


def judged_versions(database: Database, *, limit: int) -> list[tuple[str, str]]:
    """Return (id, a stamp that differs once it judged anew) of the versions that judged cases last, the oldest first."""
    rows = database.read().execute(
        "SELECT version, created, n || ' ' || last FROM "
        "(SELECT version, max(at) AS last, count(*) AS n FROM verdict GROUP BY version) "
        "JOIN version ON version.id = version ORDER BY last DESC LIMIT ?",
        (limit,),
    )
    return [(version, stamp) for version, _, stamp in sorted(rows, key=lambda row: row[1])]


def told_by(database: Database, version: str) -> dict[str, list[Told]]:
    """Return what a version is remembered to have said, by the case's verdict key, one entry a draw."""
    rows = database.read().execute(
        f"SELECT key, run, json_extract(result, '$.status'), {_WRONG}, CASE WHEN {_WRONG} THEN result END, "
        "json_extract(result, '$.surroundings') FROM verdict WHERE version = ? ORDER BY key",
        (version,),
    )
    found: dict[str, list[Told]] = {}
    for key, run, status, wrong, result, leaned in rows:
        if not still(database, json.loads(leaned or "{}")):
            continue
        told = Told(run, status, status == "done" and not wrong, result or "")
        found.setdefault(key.partition("/")[0], []).append(told)
    return found


def of_version(database: Database, version: str) -> dict[str, dict[str, Any]]:
    """Return every remembered outcome of a version as JSON, by the case's verdict key."""
    rows = database.read().execute("SELECT key, result FROM verdict WHERE version = ?", (version,))
    return _standing(database, rows)


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
    return _standing(database, rows)


def of_case(database: Database, key: str, versions: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return what these versions are remembered to have said under a case's verdict key, as JSON by version."""
    marks = ", ".join("?" * len(versions))
    rows = database.read().execute(
        f"SELECT version, result FROM verdict WHERE key = ? AND version IN ({marks})",
        (key, *versions),
    )
    return _standing(database, rows)


def _standing(database: Database, rows: Iterable[tuple[str, str]]) -> dict[str, dict[str, Any]]:
    """Return the outcomes by their key, less those that leaned on variables that say something else now."""
    told = {key: json.loads(result) for key, result in rows}
    return {key: one for key, one in told.items() if still(database, one.get("surroundings", {}))}


def forget_case(connection: sqlite3.Connection, case: str) -> None:
    """Drop what every version is remembered to have said on a case, whose answers from outside are new."""
    connection.execute("DELETE FROM verdict WHERE run IN (SELECT id FROM run WHERE case_id = ?)", (case,))


def forget_all(connection: sqlite3.Connection) -> int:
    """Drop every remembered verdict; the next replay runs the drivers again, over what the ledger keeps."""
    return connection.execute("DELETE FROM verdict").rowcount
