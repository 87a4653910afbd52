"""Links that let somebody in: to sign in once, or to answer a few questions. Of a secret only its digest is kept."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from alongside.store.database import Database

__all__ = [
    "Kind",
    "Link",
    "Question",
    "add",
    "all_of",
    "answer",
    "end",
    "end_of_person",
    "get",
    "of_secret",
    "questions",
    "redeem",
    "shut",
    "unanswer",
]

Kind = Literal["sign-in", "review"]
_COLUMNS = "id, kind, person, made_by, made, expires, ended"


@dataclass(frozen=True, slots=True)
class Link:
    """`person` is whom it is for. Times in seconds since the epoch; `ended` is when it was used up or revoked (0: not yet)."""

    id: str
    kind: Kind
    person: str
    made_by: str
    made: float
    expires: float
    ended: float = 0.0

    def opens(self, now: float) -> bool:
        """Whether it still lets somebody in."""
        return not self.ended and now < self.expires


@dataclass(frozen=True, slots=True)
class Question:
    """Is this field of this run right? `word` is the feedback that answers it, empty until then."""

    place: int
    run: str
    field: str
    word: str = ""


def add(
    connection: sqlite3.Connection, link: Link, secret: str, asked: Sequence[tuple[str, str]] = ()
) -> None:
    """Keep a link under the digest of its secret, with the questions (run, field) that it asks."""
    connection.execute(
        f"INSERT INTO link (secret, {_COLUMNS}) VALUES (?,?,?,?,?,?,?,?)",
        (secret, link.id, link.kind, link.person, link.made_by, link.made, link.expires, link.ended),
    )
    rows = [(link.id, place, run, field) for place, (run, field) in enumerate(asked, 1)]
    connection.executemany("INSERT INTO question (link, place, run, field) VALUES (?,?,?,?)", rows)


def of_secret(database: Database, secret: str) -> Link | None:
    """Return the link by the digest of its secret."""
    return _one(database, "secret = ?", secret)


def get(database: Database, identity: str) -> Link | None:
    """Return the link by its id."""
    return _one(database, "id = ?", identity)


def all_of(database: Database, kind: Kind) -> list[Link]:
    """Return the links of a kind, newest first."""
    rows = database.read().execute(
        f"SELECT {_COLUMNS} FROM link WHERE kind = ? ORDER BY made DESC, id DESC", (kind,)
    )
    return [Link(*row) for row in rows]


def redeem(connection: sqlite3.Connection, secret: str, *, at: float) -> bool:
    """Use a single-use link up; False where that can't be done any more. Of two at once one succeeds."""
    done = connection.execute(
        "UPDATE link SET ended = ? WHERE secret = ? AND kind = 'sign-in' AND ended = 0 AND expires > ?",
        (at, secret, at),
    )
    return done.rowcount == 1


def end(connection: sqlite3.Connection, identity: str, *, at: float) -> bool:
    """Revoke a review link; False where it had ended. The sessions that it opened let nobody in any more."""
    done = connection.execute("UPDATE link SET ended = ? WHERE id = ? AND ended = 0", (at, identity))
    return done.rowcount == 1


def end_of_person(connection: sqlite3.Connection, person: str, *, at: float) -> None:
    """Revoke a person's sign-in links that weren't used."""
    connection.execute(
        "UPDATE link SET ended = ? WHERE person = ? AND kind = 'sign-in' AND ended = 0", (at, person)
    )


def questions(database: Database, link: str) -> list[Question]:
    """Return what a link asks, in its order."""
    rows = database.read().execute(
        "SELECT place, run, field, word FROM question WHERE link = ? ORDER BY place", (link,)
    )
    return [Question(*row) for row in rows]


def answer(connection: sqlite3.Connection, link: str, place: int, *, word: str) -> bool:
    """Note the word that answers a question; False where another did."""
    done = connection.execute(
        "UPDATE question SET word = ? WHERE link = ? AND place = ? AND word = ''", (word, link, place)
    )
    return done.rowcount == 1


def unanswer(connection: sqlite3.Connection, link: str, *, word: str) -> bool:
    """Open the question again that this word answered; False where it isn't the link's."""
    done = connection.execute("UPDATE question SET word = '' WHERE link = ? AND word = ?", (link, word))
    return done.rowcount == 1


def shut(connection: sqlite3.Connection) -> None:
    """Drop every way in from a copy of a store, without a trace in its free pages."""
    known = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    dropped = [
        connection.execute(f"DELETE FROM {table}").rowcount
        for table in ("link", "question", "session")
        if table in known
    ]
    if any(dropped):
        connection.execute("VACUUM")


def _one(database: Database, where: str, value: Any) -> Link | None:
    row = database.read().execute(f"SELECT {_COLUMNS} FROM link WHERE {where}", (value,)).fetchone()
    return Link(*row) if row else None
