"""What stands before every address: the right host, no foreign page, who it is, and how much it sends.

The Host is checked on every request (`web.hosts`); the Origin and Sec-Fetch-Site (W3C Fetch Metadata) where a
browser sends them.
"""

from urllib.parse import parse_qsl

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from alongside.core.engagement import Person
from alongside.core.errors import AlongsideError, PolicyError, UsageError
from alongside.web.access import Access, cookie
from alongside.web.endings import ended_page
from alongside.web.hosts import Hosts, is_loopback
from alongside.web.refusals import refuse, status_of, wants_page
from alongside.web.roles import set_link, set_person
from alongside.workbench.people import IDLE_SECONDS

__all__ = ["MAX_BODY", "REVIEW", "Guard", "cookie_name", "is_https", "review_cookie_name", "session_cookie"]

MAX_BODY = 64 << 20
REVIEW = "/review"
"""What a review link opens lies below this address, and nothing else does."""
_OPEN = ("/open/", "/in/", "/static/")
_WORDS = 1 << 16
_SAFE = frozenset({"GET", "HEAD"})
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Not `no-referrer`: with it, browsers send `Origin: null` with our own forms (Fetch, "append a request Origin").
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
_TRUSTED = {"Cross-Origin-Opener-Policy": "same-origin"}
"""Browsers ignore it, and complain, over plain HTTP from another machine."""


class Guard:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, *, access: Access, hosts: Hosts, max_body: int = MAX_BODY) -> None:
        self._app = app
        self._access = access
        self._hosts = hosts
        self._max_body = max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on with the body counted and the answer's headers set."""
        if scope["type"] != "http":
            return
        headers = Headers(scope=scope)
        body = _Body(receive, self._max_body)

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                sent = MutableHeaders(scope=message)
                trusted = is_https(scope) or is_loopback(headers.get("host", ""))
                told = _HEADERS | (_TRUSTED if trusted else {})
                sent.update({name: value for name, value in told.items() if name not in sent})
                _renew(scope, headers, sent)
            await send(message)

        try:
            self._check(scope, headers)
            body.check_announced(headers.get("content-length", ""))
        except AlongsideError as error:
            sent = await body.drain()
            as_page = wants_page(headers)
            is_strange = error.code == "unauthorised" and as_page
            answer = self._strange(scope, headers, sent) if is_strange else refuse(error, as_page=as_page)
            await answer(scope, receive, dressed)
            return
        await self._app(scope, body.receive, dressed)

    def _check(self, scope: Scope, headers: Headers) -> None:
        """Raise PolicyError for a foreign host, page or person."""
        host = headers.get("host", "")
        scheme = self._hosts.scheme(host, scope["server"][1])
        if scheme is None:
            raise PolicyError(
                "foreign-host", f"{host!r} is not where this serves", fix="use the address that was printed"
            )
        scope["scheme"] = scheme
        ours = f"{scheme}://{host}"
        origin = headers.get("origin", ours)
        site = headers.get("sec-fetch-site", "none")
        is_foreign = scope["method"] not in _SAFE and site not in {"same-origin", "none"}
        if origin != ours or is_foreign:
            raise PolicyError(
                "foreign-origin",
                f"a page of {origin if origin != ours else 'another site'} asked",
                fix="ask from a program, with the token that was printed",
            )
        if scope["path"].startswith(_OPEN):
            return
        if _is_review(scope["path"]):
            self._let_guest_in(scope, headers)
            return
        person = self._who(scope, headers)
        if person is None:
            raise PolicyError(
                "unauthorised",
                "this needs the token of this start, or a browser that opened its link",
                fix="send `Authorization: Bearer TOKEN`, or open the link that `alongside serve` printed",
            )
        set_person(scope, person)

    def _strange(self, scope: Scope, headers: Headers, sent: bytes) -> Response:
        """Return the page for somebody without a session; what a guest had typed stands on it."""
        status = status_of("unauthorised", 0)
        people = self._access.people
        if not _is_review(scope["path"]):
            if self._access.guest(_cookies(headers), review_cookie_name(scope)):
                return ended_page("reviewing", status)
            return ended_page("person" if people.people() else "owner", status)
        link = people.came_by(cookie(_cookies(headers), review_cookie_name(scope)))
        typed = dict(parse_qsl(sent.decode("utf-8", "replace"))).get("expected", "")
        return ended_page(people.why_shut(link) if link else "guest", status, link=link, typed=typed)

    def _let_guest_in(self, scope: Scope, headers: Headers) -> None:
        link = self._access.guest(_cookies(headers), review_cookie_name(scope))
        if link is None:
            raise PolicyError(
                "unauthorised",
                "this link has ended, or this browser never opened it",
                fix="open the link that you were sent once more, or ask for a new one",
            )
        set_link(scope, link)

    def _who(self, scope: Scope, headers: Headers) -> Person | None:
        """Return who asks, None for a stranger."""
        if "authorization" in headers:
            return self._access.program(headers["authorization"])
        return self._access.browser(_cookies(headers), cookie_name(scope))


class _Body:
    """Counts what comes in. Past the limit it reads on for as much again, so that the sender gets to hear the answer."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self._most = most
        self._seen = 0
        self._ended = False

    def check_announced(self, length: str) -> None:
        """Raise UsageError `too-large` where the body is announced too large."""
        if length.isascii() and length.isdigit() and int(length) > self._most:
            raise self._too_large()

    async def receive(self) -> Message:
        """Return the next message. Raises UsageError `too-large`."""
        message = await self._next()
        if self._seen > self._most:
            await self.drain()
            raise self._too_large()
        return message

    async def drain(self) -> bytes:
        """Read to the end, or as much again as the limit. Return the beginning, as much of it as a form of words needs."""
        start, kept = self._seen, b""
        while not self._ended and self._seen - start <= self._most:
            message = await self._next()
            kept = (kept + message.get("body", b""))[:_WORDS]
        return kept

    async def _next(self) -> Message:
        message = await self._receive()
        self._seen += len(message.get("body", b""))
        self._ended = message["type"] != "http.request" or not message.get("more_body", False)
        return message

    def _too_large(self) -> UsageError:
        return UsageError(
            "too-large",
            f"the body is larger than {self._most >> 20} MiB",
            fix="send a smaller file, or several runs",
        )


def cookie_name(scope: Scope) -> str:
    """Return the session cookie's name; browsers don't keep the cookies of two ports apart."""
    return f"alongside-{scope['server'][1]}"


def review_cookie_name(scope: Scope) -> str:
    """Return the name of the cookie that a review link leaves: it opens nothing but the review."""
    return f"alongside-review-{scope['server'][1]}"


def session_cookie(scope: Scope, name: str, session: str) -> str:
    """Return the `Set-Cookie` of a session: it outlives the browser's window, for as long as a session may rest."""
    answer = Response()
    answer.set_cookie(
        name,
        session,
        max_age=int(IDLE_SECONDS),
        path="/",  # the guard looks at a review's cookie below /review alone
        secure=is_https(scope),
        httponly=True,
        samesite="strict",
    )
    return answer.headers["set-cookie"]


def is_https(scope: Scope) -> bool:
    """Whether the browser came over TLS, as the declared name says: only then may a cookie be `Secure`."""
    return scope["scheme"] == "https"


def _is_review(path: str) -> bool:
    return path in {REVIEW, f"{REVIEW}.json"} or path.startswith(f"{REVIEW}/")


def _renew(scope: Scope, headers: Headers, sent: MutableHeaders) -> None:
    """Keep the browser's cookie for as long again with a page that it gets, as the session itself is kept."""
    let_in = scope.get("state", {}).keys() & {"person", "link"}
    if not let_in or "set-cookie" in sent or not sent.get("content-type", "").startswith("text/html"):
        return
    name = review_cookie_name(scope) if _is_review(scope["path"]) else cookie_name(scope)
    if session := cookie(_cookies(headers), name):
        sent.append("set-cookie", session_cookie(scope, name, session))


def _cookies(headers: Headers) -> str:
    return "; ".join(headers.getlist("cookie"))
