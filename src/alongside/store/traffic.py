"""What came in and how it went, counted in SQL by stretches of time and by version. Replays aren't traffic."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from alongside.store.database import Database

__all__ = [
    "Mark",
    "Seen",
    "Spent",
    "Word",
    "collected",
    "first_run",
    "gravest",
    "keep_totals",
    "last_run",
    "rows_after",
    "runs_mark",
    "seen",
    "spent",
    "taken_back",
    "words_since",
]

# Two digits of the seconds: what a percentile needs, in some dozens of values however many runs.
_SECONDS = """CASE WHEN seconds < 0.1 THEN round(seconds, 3) WHEN seconds < 1 THEN round(seconds, 2)
WHEN seconds < 10 THEN round(seconds, 1) WHEN seconds < 100 THEN round(seconds) ELSE round(seconds / 10) * 10 END"""
_STRETCH = "CAST((started - :start) / :width AS INTEGER)"
_ASKED = "started >= :start AND started < :end AND mode <> 'replay'"
_ENDED = "status <> 'running'"
_COLLECTED = "collected"  # what `gc` dropped of the replays, so that what they cost stays said


@dataclass(frozen=True, slots=True)
class Seen:
    """Runs of one version in one stretch that took `seconds`, to two digits. Money in nano-dollars.

    `open` ones haven't ended, and are in no other number but `runs`. `cost` and `dearest` leave out the `unpriced`;
    `slow` took longer, and `dear` cost more, than the limit.
    """

    stretch: int
    version: str
    seconds: float
    runs: int
    failed: int
    open: int
    cost: int
    unpriced: int
    dearest: int
    slow: int
    dear: int


class Word(NamedTuple):
    """The gravest word that stands on a run that began at `started`: 1 right, 2 can't tell, 3 wrong.

    `answered`: the run gave an answer, that the word is on.
    """

    run: str
    started: float
    version: str
    word: int
    answered: bool


class Spent(NamedTuple):
    """What the runs of a mode cost: nano-dollars, with the `unpriced` left out; `open` ones haven't ended, `failed` ones gave no answer."""

    mode: str
    runs: int
    cost: int
    unpriced: int = 0
    open: int = 0
    failed: int = 0


class Mark(NamedTuple):
    """The newest row and how many rows there are."""

    newest: int
    rows: int


def seen(
    database: Database,
    *,
    start: float,
    width: float,
    end: float,
    most_seconds: float | None,
    most_cost: int | None,
) -> list[Seen]:
    """Return the runs that began in [start, end), counted by stretches of `width` seconds from `start` on.

    `most_seconds` and `most_cost` (nano-dollars) are the limits of a run, None where there is none.
    """
    query = f"""SELECT {_STRETCH}, version, {_SECONDS}, count(*), sum(status NOT IN ('done', 'running')),
    sum(status = 'running'), coalesce(sum(cost) FILTER (WHERE {_ENDED}), 0), sum(cost IS NULL AND {_ENDED}),
    coalesce(max(cost) FILTER (WHERE {_ENDED}), 0), coalesce(sum(seconds > :slow AND {_ENDED}), 0),
    coalesce(sum(cost > :dear AND {_ENDED}), 0)
    FROM run WHERE {_ASKED} GROUP BY 1, 2, 3"""
    given = {"start": start, "width": width, "end": end, "slow": most_seconds, "dear": most_cost}
    return [Seen(*row) for row in database.read().execute(query, given)]


def words_since(database: Database, row: int) -> tuple[int, list[str]]:
    """Return the newest row of the words, and the runs of which something was said after `row`."""
    rows = database.read().execute("SELECT rowid, run FROM feedback WHERE rowid > ?", (row,)).fetchall()
    return max((one for one, _ in rows), default=row), list({run for _, run in rows})


def taken_back(database: Database) -> dict[int, str]:
    """Return the words that were taken back: row and run."""
    return dict(database.read().execute("SELECT rowid, run FROM feedback WHERE undone = 1"))


def gravest(database: Database, runs: Sequence[str] | None) -> list[Word]:
    """Return the gravest word on each of these runs, or on all (None) that bear one and aren't replays.

    Of each field the latest word counts that wasn't taken back.
    """
    here = "" if runs is None else f"AND f.run IN ({', '.join('?' * len(runs))})"
    query = f"""SELECT w.run, started, version, word, status = 'done' FROM (
    SELECT run, max(CASE judgement WHEN 'wrong' THEN 3 WHEN 'unsure' THEN 2 ELSE 1 END) AS word FROM feedback f
    WHERE undone = 0 {here} AND NOT EXISTS (SELECT 1 FROM feedback g WHERE g.run = f.run AND g.field = f.field
    AND g.undone = 0 AND (g.at, g.rowid) > (f.at, f.rowid)) GROUP BY run) w
    JOIN run ON run.id = w.run WHERE mode <> 'replay'"""
    return [Word(*row) for row in database.read().execute(query, tuple(runs or ()))]


def first_run(database: Database) -> float | None:
    """Return when the first run began that was no replay, None where nothing ran."""
    row = (
        database.read()
        .execute("SELECT started FROM run WHERE mode <> 'replay' ORDER BY started LIMIT 1")
        .fetchone()
    )
    return row[0] if row else None


def spent(database: Database, *, after: int = 0) -> list[Spent]:
    """Return what the runs cost that were kept in rows after this one, by mode: asked of the live version, tried, replayed."""
    query = f"""SELECT mode, count(*), coalesce(sum(cost) FILTER (WHERE {_ENDED}), 0),
    sum(cost IS NULL AND {_ENDED}), sum(status = 'running'), sum(status NOT IN ('done', 'running'))
    FROM run WHERE rowid > ? GROUP BY mode ORDER BY mode"""
    return [Spent(*row) for row in database.read().execute(query, (after,))]


def runs_mark(database: Database) -> Mark:
    """Return something that is another as soon as a run was kept or dropped: one that is kept again gets a new row."""
    query = "SELECT coalesce((SELECT max(rowid) FROM run), 0), (SELECT count(*) FROM run)"
    return Mark(*database.read().execute(query).fetchone())


def rows_after(database: Database, row: int) -> int:
    """Return how many runs were kept in rows after this one."""
    return database.read().execute("SELECT count(*) FROM run WHERE rowid > ?", (row,)).fetchone()[0]


def keep_totals(connection: sqlite3.Connection, runs: Sequence[str]) -> None:
    """Add what these runs cost to what is said of runs that were dropped, before they are."""
    told = _collected(connection)
    for run in runs:
        row = connection.execute("SELECT mode, cost, started FROM run WHERE id = ?", (run,)).fetchone()
        mode, cost, started = row
        number, total, unpriced = told["modes"].get(mode, (0, 0, 0))
        told["modes"][mode] = (number + 1, total + (cost or 0), unpriced + (cost is None))
        told["last"] = max(told["last"], started)
    if runs:
        connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_COLLECTED, json.dumps(told)))


def collected(database: Database) -> list[Spent]:
    """Return what the runs cost that `gc` dropped, by mode."""
    told = _collected(database.read())
    return [Spent(mode, runs, cost, unpriced) for mode, (runs, cost, unpriced) in told["modes"].items()]


def _collected(connection: sqlite3.Connection) -> dict[str, Any]:
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (_COLLECTED,)).fetchone()
    return json.loads(row[0]) if row else {"modes": {}, "last": 0.0}


def last_run(database: Database) -> float:
    """Return when the last run began, a replay's too, and one's that was dropped since; 0 where there is none."""
    kept = database.read().execute("SELECT coalesce(max(started), 0) FROM run").fetchone()[0]
    return max(kept, _collected(database.read())["last"])
