"""A proof as it runs: its events (server-sent, WHATWG HTML 9.2), its two columns, and the forecast before it."""

import asyncio
import json
from collections.abc import AsyncIterator
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Route

from alongside.views.screens.fix import fix_screen, forecast_shown
from alongside.views.screens.page import Asked
from alongside.views.screens.proven import tally
from alongside.web.rendering import render
from alongside.web.roles import needs
from alongside.web.screens import asked_of
from alongside.workbench import Workbench
from alongside.workbench.proving import Proof, proofs_of

__all__ = ["proving_routes"]

_LOOK_SECONDS = 0.1


def proving_routes(bench: Workbench) -> list[Route]:
    """Return the routes that a page asks while a proof runs."""
    return [
        Route("/fix/forecast", needs("viewer", partial(_forecast, bench))),
        Route("/fix/proof/{proof}", needs("viewer", partial(_columns, bench))),
        Route("/fix/proof/{proof}/events", needs("viewer", partial(_events, bench))),
    ]


async def _forecast(bench: Workbench, _: Request) -> Response:
    return HTMLResponse(await run_in_threadpool(_draw_forecast, bench))


def _draw_forecast(bench: Workbench) -> str:
    bench.reload()
    return render("parts/forecast.html", {"told": forecast_shown(proofs_of(bench).forecast())})


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
