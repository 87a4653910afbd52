"""Judging a run in a browser: a word, a touched figure that becomes a case at once, and the way to take both back."""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from alongside.core.document import Box
from alongside.core.errors import UsageError
from alongside.evals.answer import MISSING
from alongside.store import run_list
from alongside.views.screens.page import Asked
from alongside.views.screens.runs import filter_of
from alongside.web.forms import back_to, form_of, query_of
from alongside.web.roles import needs, person_of
from alongside.workbench import Workbench
from alongside.workbench.pointing import drop_case, keep_as_case

__all__ = ["judging_routes", "stated"]


def judging_routes(bench: Workbench) -> list[Route]:
    """Return the routes of what is said of runs."""
    return [
        Route("/runs/{run}/judge", needs("reviewer", partial(_judge, bench)), methods=["POST"]),
        Route("/runs/{run}/undo", needs("reviewer", partial(_undo, bench)), methods=["POST"]),
    ]


async def _judge(bench: Workbench, request: Request) -> Response:
    return await run_in_threadpool(_record, bench, request, await form_of(request))


def _record(bench: Workbench, request: Request, said: Mapping[str, str]) -> Response:
    """Record one word. A correction makes the run a case at once: wrong, then the right figure, are the two acts."""
    run = bench.find_run(request.path_params["run"])
    expected, box = stated(said)
    word = bench.judge(
        run.id,
        said.get("judgement", ""),
        field=said.get("field", ""),
        expected=expected,
        box=box,
        note=said.get("note", "").strip(),
        by=person_of(request.scope).name,
    )
    if expected is not MISSING or said.get("case"):
        keep_as_case(bench, run)
    here = said.get("here", "")
    if said.get("then") == "next":
        query = dict(request.query_params) | query_of(here)
        _, older = run_list.neighbours(
            bench.database, run, filter_of(bench, Asked({}, query, person_of(request.scope)))
        )
        if older:
            return back_to(f"/runs/{older}?{urlencode(query_of(here))}")
    return back_to(here or f"/runs/{run.id}", said=word.id)


async def _undo(bench: Workbench, request: Request) -> Response:
    return await run_in_threadpool(_take_back, bench, request)


def _take_back(bench: Workbench, request: Request) -> Response:
    run = bench.find_run(request.path_params["run"])
    bench.undo(request.query_params.get("word", ""))
    drop_case(bench, run)
    return back_to(f"/runs/{run.id}")


def stated(said: Mapping[str, str]) -> tuple[Any, Box | None]:
    """Return what it should have said: touched on the page (`pick`: value and box, as JSON), or typed."""
    if said.get("pick"):
        try:
            picked = json.loads(said["pick"])
            page, *corners = picked["box"]
            return str(picked["value"]), Box(int(page), *(float(one) for one in corners))
        except (ValueError, TypeError, KeyError) as error:
            raise UsageError(
                "bad-feedback", "the touched figure can't be read", fix="touch it again"
            ) from error
    typed = said.get("expected", "").strip()
    if said.get("absent"):
        return None, None
    return (typed, None) if typed else (MISSING, None)
