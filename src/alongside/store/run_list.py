"""Runs by filter, a page at a time, however many there are; and the runs beside one in the same filtered set."""

import sqlite3
from dataclasses import dataclass
from typing import Any, Literal

from alongside.core.run import Run
from alongside.store.database import Database
from alongside.store.runs import as_it_is, run_of

__all__ = ["Listed", "RunFilter", "Word", "count", "neighbours", "page", "unjudged", "waiting", "wrong"]

Word = Literal["", "none", "right", "wrong", "unsure"]
_WORDS: tuple[Word, ...] = ("none", "right", "unsure", "wrong")
_LOOK_BACK = 1000
_UNSURE = ("running", "interrupted")

# The gravest word that stands: of each field the latest that wasn't taken back.
_WORD = """(SELECT max(CASE f.judgement WHEN 'wrong' THEN 3 WHEN 'unsure' THEN 2 ELSE 1 END) FROM feedback f
WHERE f.run = run.id AND f.undone = 0 AND NOT EXISTS (SELECT 1 FROM feedback g WHERE g.run = f.run
AND g.field = f.field AND g.undone = 0 AND (g.at, g.rowid) > (f.at, f.rowid)))"""

_UNJUDGED = f"""FROM (SELECT * FROM run WHERE mode <> 'replay' ORDER BY started DESC LIMIT {_LOOK_BACK}) run
WHERE status = ? AND NOT EXISTS (SELECT 1 FROM feedback f WHERE f.run = run.id AND f.undone = 0)"""


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which runs; an empty field filters nothing. Replays are left out unless `mode` asks for them.

    `word` is the gravest word that stands on the run, `none` where nobody said one; `since` is when it began at the
    earliest, in seconds of the epoch.
    """

    workflow: str = ""
    status: str = ""
    mode: str = ""
    version: str = ""
    word: Word = ""
    since: float = 0.0


@dataclass(frozen=True, slots=True)
class Listed:
    """A run and the gravest word that stands on it."""

    run: Run
    word: Word


def page(
    database: Database, wanted: RunFilter, *, limit: int, before: tuple[float, str] | None = None
) -> list[Listed]:
    """Return runs newest first, those before a place (started, id) where one is given."""
    where, values = _where(wanted)
    if before is not None:
        where += " AND (started, id) < (?, ?)"
        values += [*before]
    query = f"SELECT *, {_WORD} FROM run WHERE {where} ORDER BY started DESC, id DESC LIMIT ?"
    rows = database.read().execute(query, (*values, limit))
    return [Listed(as_it_is(database, run_of(row[:-1])), _WORDS[row[-1] or 0]) for row in rows]


def count(database: Database, wanted: RunFilter, *, most: int) -> int:
    """Return how many runs there are, at most `most`."""
    where, values = _where(wanted)
    query = f"SELECT count(*) FROM (SELECT 1 FROM run WHERE {where} LIMIT ?)"
    return _one(database, query, (*values, most))


def neighbours(database: Database, run: Run, wanted: RunFilter) -> tuple[str, str]:
    """Return the ids of the next newer and the next older run of the filtered set, empty at its ends."""
    where, values = _where(wanted)
    place = (*values, run.started, run.id)
    select = f"SELECT id FROM run WHERE {where} AND (started, id)"
    newer = f"{select} > (?, ?) ORDER BY started, id LIMIT 1"
    older = f"{select} < (?, ?) ORDER BY started DESC, id DESC LIMIT 1"
    return _one(database, newer, place) or "", _one(database, older, place) or ""


def waiting(database: Database) -> int:
    """Return how many of the newest thousand answers nobody has judged."""
    return _one(database, f"SELECT count(*) {_UNJUDGED}", ("done",))


def unjudged(database: Database, *, limit: int, status: str = "done") -> list[Run]:
    """Return those of the newest thousand runs that ended so and that nobody has judged, newest first."""
    query = f"SELECT run.* {_UNJUDGED} ORDER BY started DESC, id DESC LIMIT ?"
    return [run_of(row) for row in database.read().execute(query, (status, limit))]


def wrong(database: Database, *, limit: int) -> list[Run]:
    """Return the runs on which one of the newest thousand words says wrong, the latest said first."""
    query = f"""SELECT run.* FROM (SELECT run, max(n) AS n FROM (SELECT run, judgement, undone, rowid AS n
    FROM feedback ORDER BY rowid DESC LIMIT {_LOOK_BACK}) WHERE judgement = 'wrong' AND undone = 0 GROUP BY run) said
    JOIN run ON run.id = said.run WHERE {_WORD} = 3 ORDER BY said.n DESC LIMIT ?"""
    return [run_of(row) for row in database.read().execute(query, (limit,))]


def _where(wanted: RunFilter) -> tuple[str, list[Any]]:
    parts, values = ["1"], list[Any]()
    if wanted.status in _UNSURE:  # only a run's process tells which
        parts.append("status IN ('running', 'interrupted')")
    elif wanted.status:
        parts.append("status = ?")
        values.append(wanted.status)
    for column in ("workflow", "mode"):
        if value := getattr(wanted, column):
            parts.append(f"{column} = ?")
            values.append(value)
    if not wanted.mode:
        parts.append("mode <> 'replay'")
    if wanted.version:
        parts.append("version LIKE ? || '%'")
        values.append(wanted.version)
    if wanted.since:
        parts.append("started >= ?")
        values.append(wanted.since)
    if wanted.word == "none":
        parts.append("NOT EXISTS (SELECT 1 FROM feedback f WHERE f.run = run.id AND f.undone = 0)")
    elif wanted.word:
        parts.append("id IN (SELECT run FROM feedback WHERE judgement = ? AND undone = 0)")
        parts.append(f"{_WORD} = ?")
        values += [wanted.word, _WORDS.index(wanted.word)]
    return " AND ".join(parts), values


def _one(database: Database, query: str, values: tuple[Any, ...]) -> Any:
    row: sqlite3.Row | None = database.read().execute(query, values).fetchone()
    return row[0] if row else None
