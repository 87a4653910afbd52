"""The screens by address: who may see each, what it shows, and which template draws it. Each has a JSON twin."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route, compile_path

from alongside.core.engagement import ROLES, Role
from alongside.core.errors import UsageError
from alongside.views.screens.cases import cases_screen
from alongside.views.screens.documents import document_screen, documents_screen
from alongside.views.screens.fix import fix_screen
from alongside.views.screens.inbox import inbox_screen
from alongside.views.screens.page import Asked, Page, Typed
from alongside.views.screens.people import links_screen, people_screen
from alongside.views.screens.releases import releases_screen
from alongside.views.screens.report import report_screen
from alongside.views.screens.run import run_screen
from alongside.views.screens.runs import runs_screen
from alongside.views.screens.shell import shell, unread_of
from alongside.views.screens.trace import trace_screen
from alongside.views.screens.watch import watch_screen
from alongside.web.forms import query_of
from alongside.web.json_answer import JSONResponse
from alongside.web.refusals import wants_page
from alongside.web.rendering import render
from alongside.web.roles import Endpoint, may, needs, person_of
from alongside.workbench import Workbench

__all__ = ["SCREENS", "Screen", "asked_of", "draw_again", "screen_routes"]


@dataclass(frozen=True, slots=True)
class Screen:
    """`address` with its parts in braces; `tab` is the entry of the rail that it belongs to; `role` is the least that sees it."""

    address: str
    template: str
    build: Callable[[Workbench, Asked], Page]
    tab: str
    role: Role = "viewer"


SCREENS = (
    # judge
    Screen("/", "inbox.html", inbox_screen, "inbox"),
    Screen("/runs", "runs.html", runs_screen, "runs"),
    Screen("/runs/{run}", "run.html", run_screen, "runs"),
    Screen("/runs/{run}/trace", "trace.html", trace_screen, "runs"),
    # documents
    Screen("/documents", "documents.html", documents_screen, "documents"),
    Screen("/documents/{kept}/{part}", "document.html", document_screen, "documents"),
    # cases
    Screen("/cases", "cases.html", cases_screen, "cases"),
    Screen("/cases/{case}", "cases.html", cases_screen, "cases"),
    # fix
    Screen("/fix", "fix.html", fix_screen, "fix"),
    # releases, watch
    Screen("/releases", "releases.html", releases_screen, "releases"),
    Screen("/releases/{version}", "releases.html", releases_screen, "releases"),
    Screen("/watch", "watch.html", watch_screen, "watch"),
    # report
    Screen("/report", "report.html", report_screen, "report"),
    # people
    Screen("/people", "people.html", people_screen, "", "admin"),
    Screen("/links", "links.html", links_screen, "", "engineer"),
)


def screen_routes(bench: Workbench, programs: Mapping[str, Endpoint]) -> list[Route]:
    """Return two routes a screen: the page, and its twin at the same address with `.json`.

    A program that asks for a page gets the twin, or what `programs` has at that address.
    """
    return [
        route
        for screen in SCREENS
        for route in (
            Route(
                f"{screen.address.rstrip('/') or '/index'}.json",
                needs(screen.role, partial(_twin, bench, screen)),
            ),
            Route(
                screen.address,
                needs(screen.role, partial(_page, bench, screen, programs.get(screen.address))),
            ),
        )
    ]


async def _page(bench: Workbench, screen: Screen, program: Endpoint | None, request: Request) -> Response:
    if not wants_page(request.headers):
        return await (program(request) if program else _twin(bench, screen, request))
    return HTMLResponse(await run_in_threadpool(_draw, bench, screen, request))


async def _twin(bench: Workbench, screen: Screen, request: Request) -> Response:
    page = await run_in_threadpool(screen.build, bench, replace(asked_of(request), is_program=True))
    unread = unread_of(bench)
    return JSONResponse(page.to_json() | ({"unread": unread} if unread else {}))


def draw_again(bench: Workbench, request: Request, address: str, typed: Typed) -> str:
    """Return the screen at an address of ours as this person sees it, with what they typed into its form.

    Raises UsageError `no-such-address` where no screen is there.
    """
    parts = urlsplit(address)
    for screen in SCREENS:
        found = compile_path(screen.address)[0].match(parts.path)
        if found and may(person_of(request.scope), screen.role):
            asked = replace(asked_of(request), path=found.groupdict(), query=query_of(address), typed=typed)
            return _drawn(bench, screen, asked, _twin_address(parts.path, parts.query))
    raise UsageError("no-such-address", f"{parts.path} is no screen", fix="go back and open it again")


def _draw(bench: Workbench, screen: Screen, request: Request) -> str:
    query = urlencode(list(request.query_params.multi_items()))
    return _drawn(bench, screen, asked_of(request), _twin_address(request.url.path, query))


def _drawn(bench: Workbench, screen: Screen, asked: Asked, twin: str) -> str:
    page = screen.build(bench, asked)
    return render(
        screen.template,
        {
            "page": page,
            "b": page.body,
            "shell": shell(bench),
            "tab": screen.tab,
            "person": asked.by,
            "may": partial(may, asked.by),
            "twin": twin,
        },
    )


def asked_of(request: Request) -> Asked:
    """Return what a request asks for, and who asks."""
    path = {name: str(value) for name, value in request.path_params.items()}
    person = person_of(request.scope)
    return Asked(
        path, dict(request.query_params), person, frozenset(role for role in ROLES if may(person, role))
    )


def _twin_address(address: str, query: str) -> str:
    path = address.rstrip("/") or "/index"
    return f"{path}.json" + (f"?{query}" if query else "")
