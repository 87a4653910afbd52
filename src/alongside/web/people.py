"""Acts on people and links. A new link is shown once, in the answer to the act: it is in no address and no record."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from alongside.core.engagement import ROLES, Person
from alongside.core.errors import UsageError
from alongside.store.links import Link
from alongside.views.questions import choose_questions
from alongside.views.screens.page import Crumb, Page
from alongside.views.screens.shell import shell
from alongside.web.forms import back_to, form_of
from alongside.web.hosts import Hosts
from alongside.web.rendering import render
from alongside.web.roles import Endpoint, Role, needs, person_of
from alongside.workbench import Workbench
from alongside.workbench.people import add, invite, remove
from alongside.workbench.review_links import asking, make, revoke

__all__ = ["people_routes"]

_PEOPLE, _LINKS = "/people", "/links"
_SIGN_IN_HOURS, _REVIEW_HOURS = 24.0, 48.0
_QUESTIONS, _MOST = 20, 200
_MONTH = 31 * 24.0
_DIGITS = 4


def people_routes(bench: Workbench, hosts: Hosts) -> list[Route]:
    """Return the routes of what is done about people and links."""
    acts: dict[str, tuple[Role, Endpoint]] = {
        "/people/add": ("admin", partial(_add, bench, hosts)),
        "/people/link": ("admin", partial(_invite, bench, hosts)),
        "/people/remove": ("admin", partial(_remove, bench)),
        "/links": ("engineer", partial(_make, bench, hosts)),
        "/links/revoke": ("engineer", partial(_revoke, bench)),
    }
    return [Route(address, needs(role, act), methods=["POST"]) for address, (role, act) in acts.items()]


@dataclass(frozen=True, slots=True)
class LinkShown:
    """A link that was just made: `url` is shown this once. `questions` is 0 for a sign-in."""

    url: str
    person: str
    kind: str
    expires: float
    questions: int


async def _add(bench: Workbench, hosts: Hosts, request: Request) -> Response:
    form = await form_of(request)
    name, role = form.get("name", "").strip(), form.get("role", "")
    if not name or role not in ROLES:
        raise UsageError("no-name", "a person has a name and a role", fix="fill both in")
    await run_in_threadpool(add, bench, Person(name, role))
    return await _invite_person(bench, hosts, request, name)


async def _invite(bench: Workbench, hosts: Hosts, request: Request) -> Response:
    return await _invite_person(bench, hosts, request, (await form_of(request)).get("name", ""))


async def _invite_person(bench: Workbench, hosts: Hosts, request: Request, name: str) -> Response:
    by = person_of(request.scope).name
    secret, link = await run_in_threadpool(lambda: invite(bench, name, by=by, hours=_SIGN_IN_HOURS))
    return await run_in_threadpool(_show_link, bench, hosts, request, secret, link)


async def _remove(bench: Workbench, request: Request) -> Response:
    await run_in_threadpool(remove, bench, (await form_of(request)).get("name", ""))
    return back_to(_PEOPLE)


async def _make(bench: Workbench, hosts: Hosts, request: Request) -> Response:
    return await run_in_threadpool(_made, bench, hosts, request, await form_of(request))


def _made(bench: Workbench, hosts: Hosts, request: Request, form: Mapping[str, str]) -> Response:
    named = [form["run"]] if form.get("run") else []
    asked = choose_questions(
        bench,
        count=int(_number(form.get("count", ""), _QUESTIONS, _MOST)),
        named=named,
        workflow=form.get("workflow", ""),
    )
    hours = _number(form.get("hours", ""), _REVIEW_HOURS, _MONTH)
    by = person_of(request.scope).name
    secret, link = make(bench, asked, person=form.get("for", ""), by=by, hours=hours)
    return _show_link(bench, hosts, request, secret, link)


async def _revoke(bench: Workbench, request: Request) -> Response:
    form = await form_of(request)
    await run_in_threadpool(revoke, bench, form.get("link", ""))
    return back_to(form.get("here") or _LINKS)


def _show_link(bench: Workbench, hosts: Hosts, request: Request, secret: str, link: Link) -> Response:
    questions = len(asking(bench, link.id).questions) if link.kind == "review" else 0
    root = hosts.url(str(request.base_url), request.scope["server"][1])
    body = LinkShown(f"{root}in/{secret}", link.person, link.kind, link.expires, questions)
    what = "Review link" if questions else "Sign-in link"
    command = (
        f"alongside link add --for {shlex.quote(link.person)} --questions {questions}"
        if questions
        else f"alongside person link {shlex.quote(link.person)}"
    )
    home = Crumb("Review links", _LINKS) if questions else Crumb("People", _PEOPLE)
    crumbs = (Crumb(bench.engagement.customer, "/"), home)
    page = Page(f"{what} for {link.person}", command, body, crumbs)
    shown = {
        "page": page,
        "b": body,
        "shell": shell(bench),
        "tab": "",
        "person": person_of(request.scope),
        "twin": f"{home.href}.json",
    }
    return HTMLResponse(render("link.html", shown))


def _number(text: str, default: float, most: float) -> float:
    stated = text.isascii() and text.isdecimal() and len(text) <= _DIGITS
    return min(max(float(text), 1.0), most) if stated else default
