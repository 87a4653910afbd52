"""Runs and their spans."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from alongside.core.run import Read, Run, Span
from alongside.store import leases
from alongside.store.database import Database

__all__ = [
    "as_it_is",
    "before",
    "charge",
    "executed_with_key",
    "get",
    "latest",
    "latest_of_case",
    "latest_with_spans",
    "outline",
    "reads_of",
    "run_of",
    "same_inputs",
    "save",
    "span",
    "spans",
    "spans_of_step",
]

_SHORTEST = len("run_") + 4


def save(connection: sqlite3.Connection, run: Run, trace: Iterable[Span] = ()) -> None:
    """Keep a run and its spans, over what stood there."""
    connection.execute("DELETE FROM span WHERE run = ?", (run.id,))
    connection.execute(
        "INSERT OR REPLACE INTO run VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        (
            run.id,
            run.workflow,
            run.version,
            run.mode,
            run.case,
            json.dumps(dict(run.inputs)),
            run.status,
            run.output,
            run.error,
            run.started,
            run.seconds,
            run.cost,
            run.cold_cost,
            run.cold_seconds,
            run.released,
        ),
    )
    connection.executemany(
        "INSERT OR REPLACE INTO span VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        [_row(run.id, span) for span in trace],
    )


def charge(connection: sqlite3.Connection, *, run: str, cost: int | None) -> None:
    """Add to what a run that has ended cost: a call was under way, and was answered later (None: at an unknown price)."""
    connection.execute("UPDATE run SET cost = cost + ? WHERE id = ?", (cost, run))


def get(database: Database, run: str) -> Run | None:
    """Return a run by its id or an unmistakable start of it: `run_` and at least four characters more."""
    last = f"{run}~" if len(run) >= _SHORTEST else run  # every character of an id sorts before it
    rows = (
        database.read()
        .execute("SELECT * FROM run WHERE id BETWEEN ? AND ? ORDER BY id LIMIT 2", (run, last))
        .fetchall()
    )
    exact = [row for row in rows if row[0] == run] or rows
    return as_it_is(database, run_of(exact[0])) if len(exact) == 1 else None


def latest(
    database: Database, *, limit: int, workflow: str = "", status: str = "", mode: str = "", version: str = ""
) -> list[Run]:
    """Return the newest runs, filtered where a filter isn't empty.

    A run whose process is gone before it ended is `interrupted`, whatever its row says.
    """
    unsure = status in {"running", "interrupted"}  # only its process tells which
    rows = database.read().execute(
        "SELECT * FROM run WHERE (:workflow = '' OR workflow = :workflow) AND (:status = '' OR status = :status "
        "OR (:unsure AND status = 'running')) AND (:mode = '' OR mode = :mode) "
        "AND (:version = '' OR version LIKE :version || '%') ORDER BY started DESC, id DESC LIMIT :limit",
        {
            "workflow": workflow,
            "status": status,
            "unsure": unsure,
            "mode": mode,
            "version": version,
            "limit": -1 if unsure else limit,
        },
    )
    found = (as_it_is(database, run_of(row)) for row in rows)
    return list(islice((run for run in found if not unsure or run.status == status), limit))


def as_it_is(database: Database, run: Run) -> Run:
    """Return the run; one that is under way no more and has written no end is interrupted."""
    if run.status != "running" or leases.is_held(database.path.parent, run.id):
        return run
    row = database.read().execute("SELECT * FROM run WHERE id = ?", (run.id,)).fetchone()
    now = run_of(row) if row else run  # it may have ended in between
    return replace(now, status="interrupted") if now.status == "running" else now


def latest_of_case(database: Database, case: str, version: str) -> Run | None:
    """Return the newest run of a case by a version."""
    row = (
        database.read()
        .execute(
            "SELECT * FROM run WHERE case_id = ? AND version = ? ORDER BY started DESC, id DESC LIMIT 1",
            (case, version),
        )
        .fetchone()
    )
    return run_of(row) if row else None


def same_inputs(database: Database, run: Run, *, version: str) -> Run | None:
    """Return the newest finished run of a version on the very inputs of another run."""
    row = (
        database.read()
        .execute(
            "SELECT * FROM run WHERE version = ? AND workflow = ? AND inputs = ? AND status IN ('done', 'failed') "
            "ORDER BY started DESC LIMIT 1",
            (version, run.workflow, json.dumps(dict(run.inputs))),
        )
        .fetchone()
    )
    return run_of(row) if row else None


def before(database: Database, run: Run, *, step: str) -> Run | None:
    """Return the run before this one that has a leaf of `step`: the last of the same case, else on the same inputs."""
    leaf = "EXISTS (SELECT 1 FROM span WHERE span.run = run.id AND span.step = :step AND span.kind = 'leaf')"
    values = {
        "case": run.case,
        "workflow": run.workflow,
        "inputs": json.dumps(dict(run.inputs)),
        "id": run.id,
        "started": run.started,
        "step": step,
    }
    for alike in ("case_id <> '' AND case_id = :case", "workflow = :workflow AND inputs = :inputs"):
        query = f"""SELECT * FROM run WHERE {alike} AND started < :started AND id <> :id AND {leaf}
        ORDER BY started DESC, id DESC LIMIT 1"""
        row = database.read().execute(query, values).fetchone()
        if row:
            return run_of(row)
    return None


def latest_with_spans(database: Database, case: str, *, of: str = "", status: str = "") -> str:
    """Return the id of the newest run of a case that ended by itself and left spans, empty where there is none.

    One `of` that version goes before newer ones of others. `status` is how it ended: `done`, `failed`, empty: either.
    """
    ended = {"done": "= 'done'", "failed": "= 'failed'", "": "IN ('done', 'failed')"}[status]
    newest = f"""SELECT id FROM run WHERE case_id = ? AND status {ended}
    AND EXISTS (SELECT 1 FROM span WHERE span.run = run.id)"""
    order = "ORDER BY started DESC, id DESC LIMIT 1"
    read = database.read()
    row = read.execute(f"{newest} AND version = ? {order}", (case, of)).fetchone() if of else None
    row = row or read.execute(f"{newest} {order}", (case,)).fetchone()
    return row[0] if row else ""


def executed_with_key(database: Database, key: str, *, before: float) -> str:
    """Return the last run that made the result of a key before a time, empty where its trace isn't here."""
    row = (
        database.read()
        .execute(
            "SELECT run FROM span WHERE key = ? AND status = 'executed' AND started < ? ORDER BY started DESC LIMIT 1",
            (key, before),
        )
        .fetchone()
    )
    return row[0] if row else ""


def reads_of(database: Database, run: str, key: str) -> set[tuple[Read, ...]]:
    """Return what a run's leaves of this key read, one of each."""
    rows = database.read().execute(
        "SELECT DISTINCT reads FROM span WHERE run = ? AND key = ? AND kind = 'leaf'", (run, key)
    )
    return {_reads(reads) for (reads,) in rows}


def spans(database: Database, run: str) -> list[Span]:
    """Return a run's spans in the order in which they started."""
    rows = database.read().execute("SELECT * FROM span WHERE run = ? ORDER BY started, id", (run,))
    return [_span(row) for row in rows]


def outline(database: Database, run: str) -> list[Span]:
    """Return a run's spans as `spans` does, without the parts of their keys and what they read: a long trace is long in these."""
    rows = database.read().execute(
        "SELECT id, parent, step, kind, effect, status, key, output, error, started, seconds, cost, tokens, resolved "
        "FROM span WHERE run = ? ORDER BY started, id",
        (run,),
    )
    return [_light(row) for row in rows]


def span(database: Database, run: str, identity: str) -> Span | None:
    """Return one span of a run."""
    row = database.read().execute("SELECT * FROM span WHERE run = ? AND id = ?", (run, identity)).fetchone()
    return _span(row) if row else None


def spans_of_step(database: Database, step: str, *, before: float) -> Iterator[tuple[str, Span]]:
    """Yield (run id, span) of a step that started before a time, newest first."""
    rows = database.read().execute(
        "SELECT * FROM span WHERE step = ? AND started < ? ORDER BY started DESC", (step, before)
    )
    for row in rows:
        yield row[0], _span(row)


def _row(run: str, span: Span) -> tuple[Any, ...]:
    return (
        run,
        span.id,
        span.parent,
        span.step,
        span.kind,
        span.effect,
        span.status,
        span.key,
        json.dumps(span.parts),
        json.dumps([[read.kind, read.name, read.digest] for read in span.reads]),
        span.output,
        span.error,
        span.started,
        span.seconds,
        span.cost,
        span.tokens,
        span.resolved,
    )


def run_of(row: Any) -> Run:
    """Return the run of a row of the table `run`."""
    values = list(row)
    values[5] = json.loads(values[5])
    return Run(*values)


def _span(row: Any) -> Span:
    values = list(row[1:])
    values[7] = tuple((name, value) for name, value in json.loads(values[7]))
    values[8] = _reads(values[8])
    return Span(*values)


def _reads(kept: str) -> tuple[Read, ...]:
    return tuple(Read(*read) for read in json.loads(kept))


def _light(row: Any) -> Span:
    values = list(row)
    values[7:7] = [(), ()]
    return Span(*values)
