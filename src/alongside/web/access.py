"""Who may ask: programs by the token of this start, a browser by the link of this start, people by links of their own."""

import hmac
import secrets
from collections.abc import Callable, Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Literal

from alongside.core.engagement import Person
from alongside.workbench.people import IDLE_SECONDS, SignedIn

__all__ = ["OPEN_SECONDS", "Access", "cookie"]

_BYTES = 32
OPEN_SECONDS = 300.0
"""How long the link of a start opens a browser."""


class Access:
    """The secrets of one start of the server, none of which is ever written down, and the people who are signed in.

    `owner` is who started it, `clock` gives seconds, forwards only.
    """

    def __init__(
        self, *, token: str, open_link: str, owner: Person, clock: Callable[[], float], people: SignedIn
    ) -> None:
        self._token = token.encode()
        self._link = open_link.encode()
        self._is_used = False
        self._opens_until = clock() + OPEN_SECONDS
        self._owner = owner
        self._clock = clock
        self._sessions: dict[str, float] = {}
        self.people = people

    def open(self, link: str) -> str | None:
        """Return a new session for the link, None where it's wrong, was used or is too old."""
        if self.why_shut(link):
            return None
        self._is_used = True
        session = secrets.token_urlsafe(_BYTES)
        self._sessions[session] = self._clock()
        return session

    def why_shut(self, link: str) -> Literal["", "unknown", "start-used", "start-over"]:
        """Return why the link of the start, if it is that, opens nothing; empty where it does."""
        if not hmac.compare_digest(self._link, link.encode("utf-8", "replace")):
            return "unknown"
        if self._is_used:
            return "start-used"
        return "start-over" if self._clock() >= self._opens_until else ""

    def program(self, authorization: str) -> Person | None:
        """Return whom the `Authorization` header stands for where it bears the token (RFC 6750)."""
        scheme, _, given = authorization.partition(" ")
        right = hmac.compare_digest(self._token, given.strip().encode("utf-8", "replace"))
        return self._owner if scheme.lower() == "bearer" and right else None

    def browser(self, cookies: str, name: str) -> Person | None:
        """Return whose session the `Cookie` header holds, where it was used within 12 hours."""
        now = self._clock()
        self._sessions = {one: used for one, used in self._sessions.items() if now - used < IDLE_SECONDS}
        given = cookie(cookies, name)
        known = next(
            (one for one in self._sessions if hmac.compare_digest(one.encode(), given.encode())), None
        )
        if known is None:
            return self.people.person(given)
        self._sessions[known] = now
        return self._owner

    def guest(self, cookies: str, name: str) -> str | None:
        """Return the id of the review link that opened the session in the `Cookie` header."""
        return self.people.review(cookie(cookies, name))

    def leave(self, cookies: str, name: str) -> None:
        """End the session in the `Cookie` header."""
        given = cookie(cookies, name)
        if self._sessions.pop(given, None) is None:
            self.people.leave(given)


def cookie(header: str, name: str) -> str:
    """Return a cookie of a `Cookie` header (RFC 6265), empty where it has none of that name."""
    return _cookies(header).get(name, "")


def _cookies(header: str) -> Mapping[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}
