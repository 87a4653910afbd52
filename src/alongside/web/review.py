"""The review behind a link: its one screen, its pages' pictures, its answers. Nothing else is reachable by it."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from alongside.core.errors import AlongsideError, UsageError
from alongside.evals.answer import MISSING
from alongside.store.links import Question
from alongside.views.screens.review import ReviewScreen, page_of, review_screen, word_of
from alongside.web.edited import both_shown, page_at
from alongside.web.forms import back_to, form_of
from alongside.web.guard import REVIEW
from alongside.web.json_answer import JSONResponse
from alongside.web.judging import stated_of
from alongside.web.rendering import render
from alongside.web.roles import by_link, link_of, whose_drafts
from alongside.workbench import Workbench
from alongside.workbench.editing import ChangedMeanwhileError
from alongside.workbench.expecting import says_same
from alongside.workbench.paper import page_picture
from alongside.workbench.review_links import Asking, asking, said, take_back

__all__ = ["review_routes"]


def review_routes(bench: Workbench) -> list[Route]:
    """Return the routes that a review link opens."""
    return [
        Route(REVIEW, by_link(partial(_page, bench))),
        Route(f"{REVIEW}.json", by_link(partial(_twin, bench))),
        Route(f"{REVIEW}/pages/{{place:int}}/{{page:int}}.png", by_link(partial(_picture, bench))),
        Route(f"{REVIEW}/judge", by_link(partial(_judge, bench)), methods=["POST"]),
        Route(f"{REVIEW}/undo", by_link(partial(_undo, bench)), methods=["POST"]),
    ]


async def _page(bench: Workbench, request: Request) -> Response:
    return HTMLResponse(await run_in_threadpool(lambda: _drawn(request, _shown(bench, request))))


def _drawn(request: Request, shown: ReviewScreen, error: AlongsideError | None = None) -> str:
    return render("review.html", {"b": shown, "error": error, "who": whose_drafts(request.scope)})


async def _twin(bench: Workbench, request: Request) -> Response:
    shown = await run_in_threadpool(_shown, bench, request)
    return JSONResponse(shown.to_json())


def _shown(bench: Workbench, request: Request) -> ReviewScreen:
    return review_screen(bench, asking(bench, link_of(request.scope)), dict(request.query_params))


async def _picture(bench: Workbench, request: Request) -> Response:
    drawn = await run_in_threadpool(_cut, bench, request)
    return Response(drawn, media_type="image/png", headers={"Cache-Control": "private, max-age=86400"})


def _cut(bench: Workbench, request: Request) -> bytes:
    question = asking(bench, link_of(request.scope)).at(request.path_params["place"])
    found = page_of(bench, question, request.path_params["page"])
    if found is None:
        raise UsageError("no-such-document", "this question has no such page", fix="go back to the question")
    return page_picture(bench, *found)


async def _judge(bench: Workbench, request: Request) -> Response:
    return await run_in_threadpool(_recorded, bench, request, await form_of(request))


def _recorded(bench: Workbench, request: Request, form: Mapping[str, str]) -> Response:
    """Record an answer. A correction that can't be taken comes back in its place: nobody is led to a dead end."""
    ask = asking(bench, link_of(request.scope))
    place = form.get("place", "")
    question = ask.at(int(place) if place.isascii() and place.isdecimal() else 0)
    if form.get("keep") == "theirs":
        return back_to(REVIEW)
    if question.word:
        return back_to(REVIEW, stood="" if _stands(bench, question, form) else place)
    try:
        return _record(bench, ask, question, form)
    except ChangedMeanwhileError as conflict:
        return both_shown(request, {**form, "here": REVIEW}, conflict)
    except AlongsideError as error:
        if form.get("judgement") != "wrong" or ask.next != question:
            raise
        shown = replace(review_screen(bench, ask, {"wrong": "1"}), typed=form.get("expected", ""))
        return page_at(request, f"{REVIEW}?wrong=1", _drawn(request, shown, error), error)


def _stands(bench: Workbench, question: Question, form: Mapping[str, str]) -> bool:
    """Whether an answer says what stands already, as one that is sent twice does."""
    word = word_of(bench, question)
    if word is None or word.judgement != form.get("judgement"):
        return False
    try:
        run = bench.find_run(question.run)
        expected, _ = stated_of(bench, run, question.field, form, by=word.by)
    except AlongsideError:
        return False
    if not word.has_expected or expected is MISSING:
        return word.has_expected == (expected is not MISSING)
    return says_same(bench, run, question.field, word.expected, expected)


def _record(bench: Workbench, ask: Asking, question: Question, form: Mapping[str, str]) -> Response:
    expected, box = stated_of(bench, bench.find_run(question.run), question.field, form, by=ask.link.person)
    more = {} if expected is MISSING else {"expected": expected}
    said(bench, ask, question, form.get("judgement", ""), box=box, **more)
    return back_to(REVIEW)


async def _undo(bench: Workbench, request: Request) -> Response:
    form = await form_of(request)
    ask = await run_in_threadpool(asking, bench, link_of(request.scope))
    await run_in_threadpool(take_back, bench, ask, form.get("word", ""))
    return back_to(REVIEW)
