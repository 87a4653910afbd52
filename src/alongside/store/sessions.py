"""Browsers that are signed in: known by the digest of a secret, ended here, at the server."""

import sqlite3
from dataclasses import dataclass

from alongside.store.database import Database

__all__ = ["Session", "add", "end", "end_of_person", "get", "touch"]


@dataclass(frozen=True, slots=True)
class Session:
    """Who came in by which link; `person` is empty where the link is for review. Times in seconds since the epoch."""

    secret: str
    link: str
    person: str
    started: float
    used: float


def add(connection: sqlite3.Connection, session: Session) -> None:
    """Begin a session."""
    connection.execute(
        "INSERT INTO session VALUES (?,?,?,?,?)",
        (session.secret, session.link, session.person, session.started, session.used),
    )


def get(database: Database, secret: str) -> Session | None:
    """Return the session by the digest of its secret."""
    row = database.read().execute("SELECT * FROM session WHERE secret = ?", (secret,)).fetchone()
    return Session(*row) if row else None


def touch(connection: sqlite3.Connection, secret: str, *, at: float) -> None:
    """Note that a session was used."""
    connection.execute("UPDATE session SET used = ? WHERE secret = ?", (at, secret))


def end(connection: sqlite3.Connection, secret: str) -> bool:
    """End a session; False where there is none."""
    return connection.execute("DELETE FROM session WHERE secret = ?", (secret,)).rowcount == 1


def end_of_person(connection: sqlite3.Connection, person: str) -> int:
    """End a person's sessions and return how many."""
    return connection.execute("DELETE FROM session WHERE person = ?", (person,)).rowcount
