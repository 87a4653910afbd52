"""What a run's non-pure steps answered, and the outbox of its external effects.

A row belongs to one run. For an external effect it is written (`called`) before the call and settled
after it; a row that is found `called` on resume is an effect of which nobody knows whether it happened.
"""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from alongside.store.blobs import insert_small
from alongside.store.database import Database

__all__ = [
    "TapeRow",
    "accept",
    "accepted",
    "approve",
    "asked",
    "consume",
    "effects",
    "find",
    "of_case",
    "of_run",
    "withdraw",
    "write",
]


@dataclass(frozen=True, slots=True)
class TapeRow:
    """One answer on a run's tape. `state` is `called` or `settled`; `shown` is the call as people read it."""

    run: str
    step: str
    args: str
    occurrence: str
    effect: str
    code: str
    state: str
    output: str
    error: str
    cost: int | None
    tokens: int
    seconds: float
    resolved: str
    shown: str
    at: float


def write(connection: sqlite3.Connection, row: TapeRow, blobs: Mapping[str, bytes]) -> None:
    """Put a row on the tape, over its own `called` row where it settles one."""
    insert_small(connection, blobs)
    connection.execute(
        "INSERT OR REPLACE INTO tape VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        (
            row.run,
            row.step,
            row.args,
            row.occurrence,
            row.effect,
            row.code,
            row.state,
            row.output,
            row.error,
            row.cost,
            row.tokens,
            row.seconds,
            row.resolved,
            row.shown,
            row.at,
        ),
    )


def withdraw(connection: sqlite3.Connection, *, run: str, step: str, args: str, occurrence: str) -> None:
    """Take back the `called` row of a call that wasn't made."""
    connection.execute(
        "DELETE FROM tape WHERE run = ? AND step = ? AND args = ? AND occurrence = ? AND state = 'called'",
        (run, step, args, occurrence),
    )


def find(database: Database, run: str, *, step: str, args: str, occurrence: str) -> TapeRow | None:
    """Return what the run's tape has for this call."""
    row: Any = (
        database.read()
        .execute(
            "SELECT * FROM tape WHERE run = ? AND step = ? AND args = ? AND occurrence = ?",
            (run, step, args, occurrence),
        )
        .fetchone()
    )
    return TapeRow(*row) if row else None


def of_case(
    database: Database, case: str, *, but: str, step: str, args: str, occurrence: str
) -> list[TapeRow]:
    """Return the settled answers to this call on the tapes of a case's replays but one, newest first."""
    rows = database.read().execute(
        "SELECT tape.* FROM run JOIN tape ON tape.run = run.id WHERE run.case_id = ? AND run.case_id <> '' AND run.id <> ? "
        "AND tape.step = ? AND tape.args = ? AND tape.occurrence = ? AND tape.state = 'settled' ORDER BY tape.at DESC",
        (case, but, step, args, occurrence),
    )
    return [TapeRow(*row) for row in rows]


def of_run(database: Database, run: str) -> list[TapeRow]:
    """Return a run's whole tape."""
    return [
        TapeRow(*row)
        for row in database.read().execute("SELECT * FROM tape WHERE run = ? ORDER BY at", (run,))
    ]


def asked(database: Database, run: str, *, since: float) -> tuple[int, int | None]:
    """Return how many answers of models a run has paid for since a time, and what with: nano-dollars, None where unknown."""
    number, priced, cost = (
        database.read()
        .execute(
            "SELECT count(*), count(cost), coalesce(sum(cost), 0) FROM tape "
            "WHERE run = ? AND effect = 'model' AND state = 'settled' AND at >= ?",
            (run, since),
        )
        .fetchone()
    )
    return number, cost if priced == number else None


def accept(connection: sqlite3.Connection, run: str, *, step: str, code: str, by: str, at: float) -> None:
    """Record that somebody takes the run's answers of `step` as those of its new code."""
    connection.execute("INSERT OR REPLACE INTO acceptance VALUES (?,?,?,?,?)", (run, step, code, by, at))


def accepted(database: Database, run: str, *, step: str, code: str) -> bool:
    """Whether somebody did."""
    row = (
        database.read()
        .execute("SELECT 1 FROM acceptance WHERE run = ? AND step = ? AND code = ?", (run, step, code))
        .fetchone()
    )
    return row is not None


def approve(
    connection: sqlite3.Connection, approval: str, *, step: str, args: str, shown: str, by: str, at: float
) -> None:
    """Record one approval for one call with exactly these arguments."""
    connection.execute("INSERT INTO approval VALUES (?,?,?,?,?,?,'')", (approval, step, args, shown, by, at))


def consume(connection: sqlite3.Connection, *, step: str, args: str, run: str) -> bool:
    """Use up one unconsumed approval for these arguments; False where there is none."""
    return (
        connection.execute(
            "UPDATE approval SET consumed_by = ? WHERE id = (SELECT id FROM approval "
            "WHERE step = ? AND args = ? AND consumed_by = '' LIMIT 1)",
            (run, step, args),
        ).rowcount
        == 1
    )


def effects(database: Database) -> dict[str, set[str]]:
    """Return {bare name of a step: the effects with which it is on some tape}."""
    found: dict[str, set[str]] = {}
    for step, effect in database.read().execute("SELECT DISTINCT step, effect FROM tape"):
        found.setdefault(step.rpartition(".")[2], set()).add(effect)
    return found
