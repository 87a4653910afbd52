"""What *Find or do* finds, for the script that shows it."""

from dataclasses import asdict
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from alongside.views.screens.finding import found
from alongside.web.json_answer import JSONResponse
from alongside.web.roles import needs
from alongside.web.screens import asked_of
from alongside.workbench import Workbench

__all__ = ["finding_routes"]


def finding_routes(bench: Workbench) -> list[Route]:
    """Return the route that finds acts, runs and cases."""
    return [Route("/find.json", needs("viewer", partial(_find, bench)))]


async def _find(bench: Workbench, request: Request) -> Response:
    hits = await run_in_threadpool(found, bench, asked_of(request))
    return JSONResponse({"found": [asdict(one) for one in hits]})
