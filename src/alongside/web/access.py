"""Who may ask: programs by the token of this start, a browser by a link that opens once and leaves a session."""

import hmac
import secrets
from collections.abc import Callable, Mapping
from http.cookies import CookieError, SimpleCookie

from alongside.core.engagement import Person

__all__ = ["Access"]

_IDLE_SECONDS = 12 * 3600.0
_BITS = 32


class Access:
    """The secrets of one start of the server; none is ever written down.

    `owner` is who started it, `clock` gives seconds, forwards only.
    """

    def __init__(self, *, token: str, open_link: str, owner: Person, clock: Callable[[], float]) -> None:
        self._token = token.encode()
        self._link: bytes | None = open_link.encode()
        self._owner = owner
        self._clock = clock
        self._sessions: dict[str, float] = {}

    def open(self, link: str) -> str | None:
        """Return a new session for the link, None where it's wrong or was used."""
        expected = self._link
        if expected is None or not hmac.compare_digest(expected, link.encode("utf-8", "replace")):
            return None
        self._link = None
        session = secrets.token_urlsafe(_BITS)
        self._sessions[session] = self._clock()
        return session

    def program(self, authorization: str) -> Person | None:
        """Return whom the `Authorization` header stands for where it bears the token (RFC 6750)."""
        scheme, _, given = authorization.partition(" ")
        right = hmac.compare_digest(self._token, given.strip().encode("utf-8", "replace"))
        return self._owner if scheme.lower() == "bearer" and right else None

    def browser(self, cookies: str, name: str) -> Person | None:
        """Return whose session the `Cookie` header holds, where it was used within 12 hours."""
        now = self._clock()
        self._sessions = {one: used for one, used in self._sessions.items() if now - used < _IDLE_SECONDS}
        given = _cookies(cookies).get(name, "")
        known = next(
            (one for one in self._sessions if hmac.compare_digest(one.encode(), given.encode())), None
        )
        if known is None:
            return None
        self._sessions[known] = now
        return self._owner


def _cookies(header: str) -> Mapping[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}
