"""Ways in and out: a link shows a page with a button (a look ahead uses nothing up), the button opens a session."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from alongside.store.links import Link
from alongside.web.access import Access, cookie
from alongside.web.endings import ended_page
from alongside.web.guard import REVIEW, cookie_name, review_cookie_name, session_cookie
from alongside.web.rendering import render
from alongside.web.roles import needs, public
from alongside.workbench import Workbench
from alongside.workbench.review_links import asking

__all__ = ["sign_in_routes"]

_REFUSED = 403


def sign_in_routes(bench: Workbench, access: Access) -> list[Route]:
    """Return the routes by which people come and go."""
    ways = _Ways(bench, access)
    return [
        Route("/open/{link}", public(ways.open)),
        Route("/in/{secret}", public(ways.ask)),
        Route("/in/{secret}", public(ways.come_in), methods=["POST"]),
        Route("/leave", needs("viewer", ways.leave), methods=["POST"]),
    ]


class _Ways:
    def __init__(self, bench: Workbench, access: Access) -> None:
        self._bench = bench
        self._access = access

    async def open(self, request: Request) -> Response:
        """Redeem the link of this start; a look ahead (HEAD) doesn't use it up."""
        scope = request.scope
        if request.method == "HEAD":
            return Response()
        why = self._access.why_shut(request.path_params["link"])
        session = self._access.open(request.path_params["link"])
        if session is None:
            return ended_page(why or "start-used", _REFUSED)
        answer = RedirectResponse("/", status_code=303)
        answer.headers.append("set-cookie", session_cookie(scope, cookie_name(scope), session))
        return answer

    async def ask(self, request: Request) -> Response:
        """Show who is let in where, and the button."""
        secret = request.path_params["secret"]
        link = await run_in_threadpool(self._access.people.link, secret)
        if link is None:
            return await run_in_threadpool(self._shut, secret)
        return HTMLResponse(await run_in_threadpool(self._page, link))

    async def come_in(self, request: Request) -> Response:
        """Open a session; the one that the browser came with ends."""
        scope = request.scope
        names = {"sign-in": cookie_name(scope), "review": review_cookie_name(scope)}
        secret = request.path_params["secret"]
        link = await run_in_threadpool(self._access.people.link, secret)
        if link is None:
            return await run_in_threadpool(self._shut, secret)
        before = cookie(request.headers.get("cookie", ""), names[link.kind])
        opened = await run_in_threadpool(lambda: self._access.people.open(secret, before=before))
        if opened is None:
            return await run_in_threadpool(self._shut, secret)
        to = "/" if link.kind == "sign-in" else REVIEW
        answer = RedirectResponse(to, status_code=303)
        answer.headers.append("set-cookie", session_cookie(scope, names[link.kind], opened[0]))
        return answer

    async def leave(self, request: Request) -> Response:
        """End the session here, whatever the browser does with its cookie."""
        name = cookie_name(request.scope)
        await run_in_threadpool(self._access.leave, request.headers.get("cookie", ""), name)
        answer = HTMLResponse(render("left.html", {"customer": self._bench.engagement.customer}))
        answer.delete_cookie(name)
        return answer

    def _page(self, link: Link) -> str:
        asked = asking(self._bench, link.id) if link.kind == "review" else None
        left = len(asked.questions) - asked.answered if asked else 0
        shown = {"link": link, "left": left, "customer": self._bench.engagement.customer}
        return render("way_in.html", shown)

    def _shut(self, secret: str) -> Response:
        link = self._access.people.sent(secret)
        return ended_page(self._access.people.why_shut(link), _REFUSED, link=link)
