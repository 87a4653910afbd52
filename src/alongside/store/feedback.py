"""What people said of runs. A word that was taken back stays, marked."""

import json
import sqlite3
from typing import Any

from alongside.core.document import Box
from alongside.core.feedback import Feedback
from alongside.core.run import Run
from alongside.store.database import Database

__all__ = ["add", "get", "last_word", "notes", "of_inputs", "of_run", "since", "undo", "wrong_words"]


_SAID = slice(1, 10)
"""The columns of what was said, and by whom: all but the id, and when."""


def add(connection: sqlite3.Connection, feedback: Feedback) -> Feedback:
    """Keep one word and return it; where the run's last word that stands is the very same, that one is returned.

    Who sent it twice because no answer came said it once, and takes it back once.
    """
    box = feedback.box
    row = (
        feedback.id,
        feedback.run,
        feedback.judgement,
        feedback.field,
        feedback.has_expected,
        json.dumps(feedback.expected),
        "" if box is None else json.dumps([box.page, box.x0, box.y0, box.x1, box.y1]),
        feedback.span,
        feedback.by,
        feedback.note,
        feedback.at,
        feedback.undone,
        feedback.undone_by,
    )
    last = connection.execute(
        "SELECT * FROM feedback WHERE run = ? AND undone = 0 ORDER BY at DESC, id DESC LIMIT 1",
        (feedback.run,),
    ).fetchone()
    if last is not None and tuple(last[_SAID]) == row[_SAID]:
        return _feedback(last)
    connection.execute("INSERT INTO feedback VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,0)", row)
    return feedback


def undo(connection: sqlite3.Connection, feedback: str, *, by: str, at: float) -> bool:
    """Mark a word as taken back, and by whom; False where there is none to take back."""
    changed = connection.execute(
        "UPDATE feedback SET undone = 1, undone_by = ?, undone_at = ? WHERE id = ? AND undone = 0",
        (by, at, feedback),
    )
    return changed.rowcount == 1


def of_run(database: Database, run: str) -> list[Feedback]:
    """Return what was said of a run, oldest first, taken back or not."""
    rows = database.read().execute("SELECT * FROM feedback WHERE run = ? ORDER BY at, id", (run,))
    return [_feedback(row) for row in rows]


def of_inputs(database: Database, run: Run) -> list[tuple[Feedback, str]]:
    """Return what was said of any run on the very inputs of this one, taken back or not, each with that run's answer."""
    rows = database.read().execute(
        "SELECT f.*, r.output FROM feedback f JOIN run r ON r.id = f.run "
        "WHERE r.workflow = ? AND r.inputs = ? ORDER BY f.at, f.id",
        (run.workflow, json.dumps(dict(run.inputs))),
    )
    return [(_feedback(row[:-1]), row[-1]) for row in rows.fetchall()]


def get(database: Database, word: str) -> Feedback | None:
    """Return a word by its id, taken back or not."""
    row = database.read().execute("SELECT * FROM feedback WHERE id = ?", (word,)).fetchone()
    return _feedback(row) if row else None


def since(database: Database, at: float, *, most: int) -> list[Feedback]:
    """Return the words that stand of those said since a time, newest first, at most `most`."""
    rows = database.read().execute("SELECT * FROM feedback ORDER BY rowid DESC LIMIT ?", (most,))
    return [word for row in rows if (word := _feedback(row)).at >= at and not word.undone]


def _feedback(row: Any) -> Feedback:
    identity, run, judgement, field, has_expected, expected, box, span, by, note, at, undone, undone_by, _ = (
        row
    )
    return Feedback(
        identity,
        run,
        judgement,
        field,
        bool(has_expected),
        json.loads(expected),
        Box(*json.loads(box)) if box else None,
        span,
        by,
        note,
        at,
        bool(undone),
        undone_by,
    )


def wrong_words(database: Database, *, limit: int) -> list[Feedback]:
    """Return the newest words that say wrong of a field and state what it should have said, and that still stand."""
    rows = database.read().execute(
        """SELECT * FROM feedback f WHERE judgement = 'wrong' AND has_expected = 1 AND field <> '' AND undone = 0
        AND NOT EXISTS (SELECT 1 FROM feedback g WHERE g.run = f.run AND g.field = f.field AND g.undone = 0
        AND (g.at, g.rowid) > (f.at, f.rowid)) ORDER BY at DESC, id DESC LIMIT ?""",
        (limit,),
    )
    return [_feedback(row) for row in rows]


def last_word(database: Database) -> float:
    """Return when the last word was said, 0 where there is none."""
    return database.read().execute("SELECT coalesce(max(at), 0) FROM feedback").fetchone()[0]


def notes(database: Database) -> dict[str, str]:
    """Return what people wrote beside their words, by run: the last that stands."""
    rows = database.read().execute(
        "SELECT run, note FROM feedback WHERE note <> '' AND undone = 0 ORDER BY at"
    )
    return dict(rows.fetchall())
