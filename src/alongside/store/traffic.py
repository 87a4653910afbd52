"""What came in and how it went, counted in SQL by stretches of time and by version. Replays aren't traffic."""

from dataclasses import dataclass
from typing import NamedTuple

from alongside.store.database import Database

__all__ = ["Seen", "Spent", "Words", "first_run", "judged", "last_run", "seen", "spent", "words_mark"]

# Two digits of the seconds: what a percentile needs, in some dozens of values however many runs.
_SECONDS = """CASE WHEN seconds < 0.1 THEN round(seconds, 3) WHEN seconds < 1 THEN round(seconds, 2)
WHEN seconds < 10 THEN round(seconds, 1) WHEN seconds < 100 THEN round(seconds) ELSE round(seconds / 10) * 10 END"""
_STRETCH = "CAST((started - :start) / :width AS INTEGER)"
_ASKED = "started >= :start AND started < :end AND mode <> 'replay'"


@dataclass(frozen=True, slots=True)
class Seen:
    """Runs of one version in one stretch that took `seconds`, to two digits. Money in nano-dollars.

    `cost` and `dearest` leave out the `unpriced` runs; `open` are still running.
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


class Words(NamedTuple):
    """How many runs of a version in a stretch bear `word` as the gravest: 1 right, 2 can't tell, 3 wrong."""

    stretch: int
    version: str
    word: int
    runs: int


class Spent(NamedTuple):
    """What the runs of a mode cost: nano-dollars, with the `unpriced` left out, and the `dearest` of them."""

    mode: str
    runs: int
    cost: int
    unpriced: int
    dearest: int


def seen(database: Database, *, start: float, width: float, end: float) -> list[Seen]:
    """Return the runs that began in [start, end), counted by stretches of `width` seconds from `start` on."""
    query = f"""SELECT {_STRETCH}, version, {_SECONDS}, count(*), sum(status NOT IN ('done', 'running')),
    sum(status = 'running'), coalesce(sum(cost), 0), sum(cost IS NULL), coalesce(max(cost), 0)
    FROM run WHERE {_ASKED} GROUP BY 1, 2, 3"""
    given = {"start": start, "width": width, "end": end}
    return [Seen(*row) for row in database.read().execute(query, given)]


def judged(database: Database, *, start: float, width: float, end: float) -> list[Words]:
    """Return the judged ones of the same runs; of each field the latest word counts that wasn't taken back."""
    query = f"""SELECT {_STRETCH}, version, word, count(*) FROM (
    SELECT run, max(CASE judgement WHEN 'wrong' THEN 3 WHEN 'unsure' THEN 2 ELSE 1 END) AS word FROM feedback f
    WHERE undone = 0 AND NOT EXISTS (SELECT 1 FROM feedback g WHERE g.run = f.run AND g.field = f.field
    AND g.undone = 0 AND (g.at, g.rowid) > (f.at, f.rowid)) GROUP BY run) w
    JOIN run ON run.id = w.run WHERE {_ASKED} GROUP BY 1, 2, 3"""
    given = {"start": start, "width": width, "end": end}
    return [Words(*row) for row in database.read().execute(query, given)]


def words_mark(database: Database) -> tuple[int, int, int]:
    """Return something that is another as soon as a word was said or taken back."""
    query = "SELECT count(*), coalesce(max(rowid), 0), coalesce(sum(undone), 0) FROM feedback"
    return database.read().execute(query).fetchone()


def first_run(database: Database) -> float | None:
    """Return when the first run began that was no replay, None where nothing ran."""
    row = (
        database.read()
        .execute("SELECT started FROM run WHERE mode <> 'replay' ORDER BY started LIMIT 1")
        .fetchone()
    )
    return row[0] if row else None


def spent(database: Database) -> list[Spent]:
    """Return what all runs cost, by mode: asked of the live version, tried, replayed."""
    query = """SELECT mode, count(*), coalesce(sum(cost), 0), sum(cost IS NULL), coalesce(max(cost), 0)
    FROM run GROUP BY mode ORDER BY mode"""
    return [Spent(*row) for row in database.read().execute(query)]


def last_run(database: Database) -> float:
    """Return when the last run began, a replay's too; 0 where there is none."""
    return database.read().execute("SELECT coalesce(max(started), 0) FROM run").fetchone()[0]
