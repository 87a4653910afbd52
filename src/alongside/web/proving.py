"""A proof as it runs: its events (server-sent, WHATWG HTML 9.2), its two columns, and the forecast before it."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Route

from alongside.core.errors import AlongsideError
from alongside.views.screens.fix import fix_screen
from alongside.views.screens.foretold import forecast_shown
from alongside.views.screens.page import Asked
from alongside.views.screens.proven import tally
from alongside.web.casework import expected_by
from alongside.web.edited import given
from alongside.web.forms import form_of
from alongside.web.rendering import render
from alongside.web.roles import needs
from alongside.web.screens import asked_of
from alongside.workbench import Workbench
from alongside.workbench.proving import Proof, proofs_of
from alongside.workbench.unsaved import Unsaved, unsaved_case, unsaved_params, unsaved_prompt

__all__ = ["proving_routes"]

_LOOK_SECONDS = 0.1


def proving_routes(bench: Workbench) -> list[Route]:
    """Return the routes that a page asks while a proof runs."""
    return [
        Route("/fix/forecast", needs("viewer", partial(_forecast, bench)), methods=["GET", "POST"]),
        Route("/fix/proof/{proof}", needs("viewer", partial(_columns, bench))),
        Route("/fix/proof/{proof}/events", needs("viewer", partial(_events, bench))),
    ]


async def _forecast(bench: Workbench, request: Request) -> Response:
    """Return the forecast of what is saved; what is posted is forecast as if it were, and nothing is written."""
    said = await form_of(request) if request.method == "POST" else None
    return HTMLResponse(await run_in_threadpool(_draw_forecast, bench, said))


def _draw_forecast(bench: Workbench, said: Mapping[str, str] | None) -> str:
    try:
        unsaved = _unsaved(bench, said) if said is not None else None
        told = forecast_shown(bench, proofs_of(bench).forecast(unsaved=unsaved))
    except AlongsideError as error:  # code that can't be loaded, too
        return render("parts/forecast.html", {"told": None, "why": error.message, "typed": said is not None})
    return render("parts/forecast.html", {"told": told, "why": "", "typed": said is not None})


def _unsaved(bench: Workbench, said: Mapping[str, str]) -> Unsaved:
    """Return what a form of the page says and the disk doesn't: a prompt's text, parameters, or what a case must hold."""
    if "text" in said:
        return unsaved_prompt(bench, said.get("file", ""), said["text"])
    if params := given(said, "p:"):
        return unsaved_params(bench, params)
    expect, _ = expected_by(said)
    return unsaved_case(bench, said.get("case", ""), expect) if expect else Unsaved()


async def _columns(bench: Workbench, request: Request) -> Response:
    return HTMLResponse(await run_in_threadpool(_draw_columns, bench, request))


def _draw_columns(bench: Workbench, request: Request) -> str:
    proof = _find(bench, request)
    asked = asked_of(request)
    query = {**asked.query, "proof": proof.id}
    page = fix_screen(bench, Asked({}, query, asked.by, asked.may))
    return render("parts/proof.html", {"b": page.body})


async def _events(bench: Workbench, request: Request) -> Response:
    return StreamingResponse(_told(_find(bench, request)), media_type="text/event-stream")


async def _told(proof: Proof) -> AsyncIterator[str]:
    """Yield the tally whenever it changed, the last time when the proof has ended."""
    seen = -1
    while True:
        ended, ticks = proof.status != "running", proof.ticks
        if ticks != seen or ended:
            seen = ticks
            yield f"data: {json.dumps(tally(proof))}\n\n"
        if ended:
            return
        await asyncio.sleep(_LOOK_SECONDS)


def _find(bench: Workbench, request: Request) -> Proof:
    return proofs_of(bench).get(request.path_params["proof"])
