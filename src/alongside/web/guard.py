"""What stands before every address: the right host, no foreign page, who it is, and how much it sends.

The Host is checked on every request (`web.hosts`); the Origin and Sec-Fetch-Site (W3C Fetch Metadata) where a
browser sends them.
"""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from alongside.core.engagement import Person
from alongside.core.errors import AlongsideError, PolicyError, UsageError
from alongside.web.access import Access
from alongside.web.hosts import Hosts
from alongside.web.refusals import refuse, wants_page
from alongside.web.roles import set_link, set_person

__all__ = ["MAX_BODY", "REVIEW", "Guard", "cookie_name", "is_https", "review_cookie_name"]

MAX_BODY = 64 << 20
REVIEW = "/review"
"""What a review link opens lies below this address, and nothing else does."""
_OPEN = ("/open/", "/in/", "/static/")
_SAFE = frozenset({"GET", "HEAD"})
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Not `no-referrer`: with it, browsers send `Origin: null` with our own forms (Fetch, "append a request Origin").
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


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
                sent.update({name: value for name, value in _HEADERS.items() if name not in sent})
            await send(message)

        try:
            self._check(scope, headers)
            body.check_announced(headers.get("content-length", ""))
        except AlongsideError as error:
            await body.drain()
            await refuse(error, as_page=wants_page(headers))(scope, receive, dressed)
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
        if scope["path"] in {REVIEW, f"{REVIEW}.json"} or scope["path"].startswith(f"{REVIEW}/"):
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

    async def drain(self) -> None:
        """Read to the end, or as much again as the limit."""
        start = self._seen
        while not self._ended and self._seen - start <= self._most:
            await self._next()

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


def is_https(scope: Scope) -> bool:
    """Whether the browser came over TLS, as the declared name says: only then may a cookie be `Secure`."""
    return scope["scheme"] == "https"


def _cookies(headers: Headers) -> str:
    return "; ".join(headers.getlist("cookie"))
