"""Runs by filter, a page at a time, however many there are; and the runs beside one in the same filtered set."""

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

from alongside.core.run import Run
from alongside.store.database import Database
from alongside.store.runs import as_it_is, run_of

__all__ = [
    "Listed",
    "RunFilter",
    "Searched",
    "Waiting",
    "Word",
    "count",
    "neighbours",
    "page",
    "search",
    "unjudged",
    "waiting",
    "workflows",
    "wrong",
]

Word = Literal["", "none", "right", "wrong", "unsure"]
_WORDS: tuple[Word, ...] = ("none", "right", "unsure", "wrong")
_LOOK_BACK, _FAR_BACK, _MOST = 1000, 5000, 1000
_CHUNK = 500
_FEW, _FEW_TO_SEARCH, _FEW_TO_WALK = 10_000, 2000, 1000
_UNSURE = ("running", "interrupted")

# The gravest word that stands: of each field the latest that wasn't taken back.
_WORD = """(SELECT max(CASE f.judgement WHEN 'wrong' THEN 3 WHEN 'unsure' THEN 2 ELSE 1 END) FROM feedback f
WHERE f.run = run.id AND f.undone = 0 AND NOT EXISTS (SELECT 1 FROM feedback g WHERE g.run = f.run
AND g.field = f.field AND g.undone = 0 AND (g.at, g.rowid) > (f.at, f.rowid)))"""

# Runs that nobody judged, as far back as the newest five thousand: the walk along the index ends with its limit.
_UNJUDGED = f"""FROM run WHERE started >= ifnull((SELECT started FROM run ORDER BY started DESC LIMIT 1 OFFSET {_FAR_BACK}), 0)
AND mode <> 'replay' AND status = ?
AND NOT EXISTS (SELECT 1 FROM feedback f WHERE f.run = run.id AND f.undone = 0)"""


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which runs; an empty field filters nothing. Replays are left out unless `mode` or `replays` asks for them.

    `word` is the gravest word that stands on the run, `none` where nobody said one; `since` is when it began at the
    earliest, in seconds of the epoch.
    """

    workflow: str = ""
    status: str = ""
    mode: str = ""
    version: str = ""
    word: Word = ""
    replays: bool = False
    since: float = 0.0


@dataclass(frozen=True, slots=True)
class Listed:
    """A run and the gravest word that stands on it."""

    run: Run
    word: Word


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search found; `place` (started, id) is where to go on, None where it looked at all runs."""

    found: list[Listed]
    place: tuple[float, str] | None
    seen: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many answers nobody has judged; with `more` there may be more."""

    count: int
    more: bool


def page(
    database: Database, wanted: RunFilter, *, limit: int, before: tuple[float, str] | None = None
) -> list[Listed]:
    """Return runs newest first, those before a place (started, id) where one is given."""
    where, values = _where(database, wanted, few=_FEW_TO_WALK)
    if before is not None:
        where += " AND (started, id) < (?, ?)"
        values += [*before]
    # Of runs that never ended there are few: one look at the table is quicker than a walk along the index.
    order, most = ("+started", -1) if wanted.status in _UNSURE else ("started", limit)
    query = f"SELECT *, {_WORD} FROM run WHERE {where} ORDER BY {order} DESC, id DESC LIMIT ?"
    rows = database.read().execute(query, (*values, most))
    return list(islice(_listed(database, wanted, rows), limit))


def count(database: Database, wanted: RunFilter, *, most: int) -> int:
    """Return how many runs there are, at most `most`."""
    if wanted.status in _UNSURE:
        return len(page(database, wanted, limit=most))
    where, values = _where(database, wanted)
    query = f"SELECT count(*) FROM (SELECT 1 FROM run WHERE {where} LIMIT ?)"
    return _one(database, query, (*values, most))


def search(
    database: Database,
    wanted: RunFilter,
    text: str,
    *,
    limit: int,
    fits: Callable[[Run], bool],
    before: tuple[float, str] | None = None,
    newer: bool = False,
    seconds: float | None = None,
) -> Searched:
    """Return the filter's runs whose id or inputs hold the text, whatever its case: newest first, those before a place.

    `newer` looks the other way from the place. `fits` has the last word on what an input shows to people. Stops after
    so many `seconds` where they are given, and says where.
    """
    began, seen, place = time.perf_counter(), 0, before
    found: list[Listed] = []
    while True:
        chunk = _chunk(database, wanted, place, newer=newer)
        seen += len(chunk)
        rows = _holding(database, text, [run for _, run in chunk], newer=newer)
        found += (one for one in _listed(database, wanted, rows) if fits(one.run))
        if len(found) > limit:
            last = found[limit - 1].run
            return Searched(found[:limit], (last.started, last.id), seen)
        if len(chunk) < _CHUNK:
            return Searched(found, None, seen)
        place = chunk[-1]
        if seconds is not None and time.perf_counter() - began > seconds:
            return Searched(found, place, seen)


def _chunk(
    database: Database, wanted: RunFilter, place: tuple[float, str] | None, *, newer: bool
) -> list[tuple[float, str]]:
    """Return when the next five hundred runs began and their ids; fewer where there are no more."""
    where, values = _beyond(database, wanted, place, newer=newer, few=_FEW_TO_SEARCH)
    order = "ASC" if newer else "DESC"
    query = f"SELECT started, id FROM run WHERE {where} ORDER BY started {order}, id {order} LIMIT {_CHUNK}"
    return [(row[0], row[1]) for row in database.read().execute(query, values)]


def _holding(database: Database, text: str, ids: list[str], *, newer: bool) -> Iterator[sqlite3.Row]:
    """Yield the rows of the runs that may hold the text; an input that is kept as a file may hold anything."""
    order = "ASC" if newer else "DESC"
    forms = dict.fromkeys((text, text.lower(), text.upper(), text.title(), text.capitalize()))
    patterns = [f"%{_escaped(json.dumps(form)[1:-1])}%" for form in forms]
    holds = " OR ".join("CAST(blob.data AS TEXT) LIKE ? ESCAPE '~'" for _ in patterns)
    query = f"""SELECT *, {_WORD} FROM run WHERE id IN (SELECT value FROM json_each(?))
    AND (id LIKE ? ESCAPE '~' OR EXISTS (SELECT 1
    FROM json_each(run.inputs) given LEFT JOIN blob ON blob.digest = given.value
    WHERE blob.digest IS NULL OR {holds})) ORDER BY started {order}, id {order}"""
    return database.read().execute(query, (json.dumps(ids), f"%{_escaped(text)}%", *patterns))


def _beyond(
    database: Database, wanted: RunFilter, place: tuple[float, str] | None, *, newer: bool, few: int = _FEW
) -> tuple[str, list[Any]]:
    where, values = _where(database, wanted, few=few)
    if place is not None:
        where += f" AND (started, id) {'>' if newer else '<'} (?, ?)"
        values += [*place]
    return where, values


def _escaped(text: str) -> str:
    return text.replace("~", "~~").replace("%", "~%").replace("_", "~_")


def _listed(database: Database, wanted: RunFilter, rows: Iterator[Any]) -> Iterator[Listed]:
    """Yield the rows as they are now: whether a run that hasn't ended is under way, only its process tells."""
    for row in rows:
        run = as_it_is(database, run_of(row[:-1]))
        if wanted.status not in _UNSURE or run.status == wanted.status:
            yield Listed(run, _WORDS[row[-1] or 0])


def neighbours(database: Database, run: Run, wanted: RunFilter) -> tuple[str, str]:
    """Return the ids of the next newer and the next older run of the filtered set, empty at its ends."""
    found: list[str] = []
    for newer in (True, False):
        where, values = _beyond(database, wanted, (run.started, run.id), newer=newer, few=_FEW_TO_WALK)
        order = "ASC" if newer else "DESC"
        most = -1 if wanted.status in _UNSURE else 1
        query = f"SELECT *, 0 FROM run WHERE {where} ORDER BY started {order}, id {order} LIMIT ?"
        rows = database.read().execute(query, (*values, most))
        found.append(next((one.run.id for one in _listed(database, wanted, rows)), ""))
    return found[0], found[1]


def workflows(database: Database) -> list[str]:
    """Return the workflows of the newest five thousand runs, by name."""
    query = (
        f"SELECT DISTINCT workflow FROM (SELECT workflow FROM run ORDER BY started DESC LIMIT {_FAR_BACK})"
    )
    return sorted(row[0] for row in database.read().execute(query))


def waiting(database: Database) -> Waiting:
    """Return how many of the newest five thousand answers nobody has judged, a thousand at most."""
    return database.remembered("waiting", lambda: _waiting(database))


def _waiting(database: Database) -> Waiting:
    newest = f"SELECT 1 {_UNJUDGED} ORDER BY started DESC LIMIT {_MOST + 1}"
    found = _one(database, f"SELECT count(*) FROM ({newest})", ("done",))
    if found > _MOST:
        return Waiting(_MOST, more=True)
    beyond = f"SELECT 1 FROM run ORDER BY started DESC LIMIT 1 OFFSET {_FAR_BACK}"
    return Waiting(found, more=_one(database, beyond, ()) is not None)


def unjudged(database: Database, *, limit: int, status: str = "done") -> list[Run]:
    """Return those of the newest five thousand runs that ended so and that nobody has judged, newest first."""
    query = f"SELECT run.* {_UNJUDGED} ORDER BY started DESC, id DESC LIMIT ?"
    return [run_of(row) for row in database.read().execute(query, (status, limit))]


def wrong(database: Database, *, limit: int) -> list[Run]:
    """Return the runs on which one of the newest thousand words says wrong, the latest said first."""
    query = f"""SELECT run.* FROM (SELECT run, max(n) AS n FROM (SELECT run, judgement, undone, rowid AS n
    FROM feedback ORDER BY rowid DESC LIMIT {_LOOK_BACK}) WHERE judgement = 'wrong' AND undone = 0 GROUP BY run) said
    JOIN run ON run.id = said.run WHERE {_WORD} = 3 ORDER BY said.n DESC LIMIT ?"""
    return [run_of(row) for row in database.read().execute(query, (limit,))]


def _where(database: Database, wanted: RunFilter, *, few: int = _FEW) -> tuple[str, list[Any]]:
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
    if not wanted.mode and not wanted.replays:
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
        parts += [_said(database, wanted.word, few), f"{_WORD} = ?"]
        values += [wanted.word, _WORDS.index(wanted.word)]
    return " AND ".join(parts), values


def _said(database: Database, word: Word, few: int) -> str:
    """Return what leaves out the runs on which nobody said a word: few runs are listed first, of many each is asked."""
    said = "SELECT 1 FROM feedback WHERE judgement = ? AND undone = 0 LIMIT ?"
    if _one(database, f"SELECT count(*) FROM ({said})", (word, few)) < few:
        return "id IN (SELECT run FROM feedback WHERE judgement = ? AND undone = 0)"
    return "EXISTS (SELECT 1 FROM feedback f WHERE f.run = run.id AND f.judgement = ? AND f.undone = 0)"


def _one(database: Database, query: str, values: tuple[Any, ...]) -> Any:
    row: sqlite3.Row | None = database.read().execute(query, values).fetchone()
    return row[0] if row else None
