"""People who sign in: added and taken out by name, let in once by a link of their own, known after by a session."""

import secrets
from functools import partial
from typing import TYPE_CHECKING, Literal

from alongside.core.digest import digest
from alongside.core.engagement import Person
from alongside.core.errors import AlongsideError, UsageError
from alongside.store import links, sessions
from alongside.store.editing import editing
from alongside.store.engagement_file import add_person, load_engagement, remove_person
from alongside.store.links import Link
from alongside.workbench.workers import new_id

if TYPE_CHECKING:
    import sqlite3

    from alongside.workbench.opened import Opened

__all__ = ["HOUR", "IDLE_SECONDS", "Shut", "SignedIn", "add", "invite", "new_secret", "remove"]

HOUR = 3600.0
IDLE_SECONDS = 12 * HOUR
_TOUCH_SECONDS = 60.0
_BYTES = 32
_LONGEST_NAME = 200

Shut = Literal["unknown", "revoked", "over", "used", "expired", "resting"]
"""Why a link lets nobody in: none is of that secret; a review was revoked, or its time is over; a personal one was used or
replaced, or its time is over; the link stands, but the browser's session has rested too long."""


def new_secret() -> tuple[str, str]:
    """Return a secret of 256 bits for an address or a cookie, and the digest under which it is kept."""
    secret = secrets.token_urlsafe(_BYTES)
    return secret, _digest(secret)


def add(bench: "Opened", person: Person) -> None:
    """Add one of the people to `alongside.toml`. Raises UsageError `person-exists`, `bad-person`."""
    _check_name(person.name)
    with editing(bench.root):
        if any(one.name == person.name for one in load_engagement(bench.root).people):
            raise UsageError(
                "person-exists",
                f"{person.name} is one of the people already",
                fix=f"make another link with `alongside person link {person.name}`, or name somebody else",
            )
        add_person(bench.root, person)


def remove(bench: "Opened", name: str) -> None:
    """Take somebody out of `alongside.toml`; their links and sessions end at once. Raises UsageError `no-such-person`."""
    if remove_person(bench.root, name) is None:
        raise _nobody(name)
    at = bench.clock()

    def write(connection: "sqlite3.Connection") -> None:
        links.end_of_person(connection, name, at=at)
        sessions.end_of_person(connection, name)

    bench.database.write(write)


def invite(bench: "Opened", name: str, *, by: str, hours: float) -> tuple[str, Link]:
    """Return the secret of a link by which `name` signs in once, and the link. Raises UsageError `no-such-person`.

    An earlier link that wasn't used ends.
    """
    if all(one.name != name for one in load_engagement(bench.root).people):
        raise _nobody(name)
    now = bench.clock()
    secret, kept = new_secret()
    link = Link(new_id("link"), "sign-in", name, by, now, now + hours * HOUR)

    def write(connection: "sqlite3.Connection") -> None:
        links.end_of_person(connection, name, at=now)
        links.add(connection, link, kept)

    bench.database.write(write)
    return secret, link


class SignedIn:
    """Who is who to a server: links are redeemed, sessions known, and `alongside.toml` is believed as it is now.

    What an edit leaves unreadable changes nobody's role until it is mended.
    """

    def __init__(self, bench: "Opened") -> None:
        self._bench = bench
        self._database = bench.database
        self._clock = bench.clock
        self._used: dict[str, float] = {}  # what this server has seen and the store may not have yet

    def people(self) -> tuple[Person, ...]:
        """Return the people of `alongside.toml`."""
        try:
            return self._bench.reload().people
        except (AlongsideError, OSError):
            return self._bench.engagement.people

    def link(self, secret: str) -> Link | None:
        """Return the link of a secret where it still opens, to somebody who is still one of the people."""
        found = links.of_secret(self._database, _digest(secret))
        if found is None or not found.opens(self._clock()):
            return None
        return found if found.kind == "review" or self._person(found.person) else None

    def open(self, secret: str, *, before: str = "") -> tuple[str, Link] | None:
        """Return a new session's secret and the link that began it; None where the link opens nothing (any more).

        `before` is the session that the browser came with: it ends, so that nobody goes on with one that was planted.
        """
        found = self.link(secret)
        if found is None:
            return None
        now, (made, kept) = self._clock(), new_secret()
        person = found.person if found.kind == "sign-in" else ""
        session = sessions.Session(kept, found.id, person, now, now)

        def write(connection: "sqlite3.Connection") -> bool:
            if found.kind == "sign-in" and not links.redeem(connection, _digest(secret), at=now):
                return False
            sessions.end(connection, _digest(before))
            sessions.add(connection, session)
            return True

        return (made, found) if self._database.write(write) else None

    def person(self, secret: str) -> Person | None:
        """Return whose session this is, in the role that they have now."""
        session = self._session(secret)
        return self._person(session.person) if session and session.person else None

    def review(self, secret: str) -> str | None:
        """Return the id of the review link that opened this session, where the link still stands."""
        session = self._session(secret)
        link = links.get(self._database, session.link) if session and not session.person else None
        return link.id if link and link.opens(self._clock()) else None

    def came_by(self, secret: str) -> Link | None:
        """Return the review link that opened this session, though neither may let anybody in any more."""
        session = sessions.get(self._database, _digest(secret)) if secret else None
        return links.get(self._database, session.link) if session and not session.person else None

    def sent(self, secret: str) -> Link | None:
        """Return the link of a secret, though it may let nobody in any more."""
        return links.of_secret(self._database, _digest(secret))

    def why_shut(self, link: Link | None) -> Shut:
        """Return why a link, or a session that it opened, lets nobody in."""
        if link is None:
            return "unknown"
        if link.kind == "review":
            return "revoked" if link.ended else "resting" if link.opens(self._clock()) else "over"
        return "expired" if not link.ended and not link.opens(self._clock()) else "used"

    def leave(self, secret: str) -> bool:
        """End a session; False where there is none."""
        return self._database.write(partial(sessions.end, secret=_digest(secret)))

    def _person(self, name: str) -> Person | None:
        return next((one for one in self.people() if one.name == name), None)

    def _session(self, secret: str) -> sessions.Session | None:
        kept, now = _digest(secret), self._clock()
        found = sessions.get(self._database, kept) if secret else None
        if found is None:
            return None
        used = max(found.used, self._used.get(kept, 0.0))
        if now - used >= IDLE_SECONDS:
            return None
        if now - used >= _TOUCH_SECONDS:
            self._used[kept] = now
            self._database.submit(partial(sessions.touch, secret=kept, at=now))
        return found


def _digest(secret: str) -> str:
    return digest(secret.encode("utf-8", "replace"))


def _check_name(name: str) -> None:
    """Raise UsageError `bad-person` for what can't be anybody's name on one line."""
    if not name.strip() or name != name.strip() or not name.isprintable() or len(name) > _LONGEST_NAME:
        raise UsageError(
            "bad-person",
            f"{name[:40]!r}{'…' if len(name) > 40 else ''} is no name",  # noqa: PLR2004
            fix=f"give a name on one line, of at most {_LONGEST_NAME} characters",
        )


def _nobody(name: str) -> UsageError:
    return UsageError("no-such-person", f"{name} is none of the people", fix="see `alongside person list`")
