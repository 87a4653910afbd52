"""The addresses that a served engagement answers."""

import asyncio
import getpass
import re
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from alongside.core.engagement import Person
from alongside.core.errors import AlongsideError, UsageError
from alongside.core.feedback import Feedback
from alongside.store import feedback, runs
from alongside.views.answer import answer_data
from alongside.views.document import unread_data
from alongside.views.feedback import word_data
from alongside.views.run import run_view
from alongside.views.screens.shell import unread_of
from alongside.views.status import status
from alongside.web.access import Access
from alongside.web.casework import casework_routes
from alongside.web.finding import finding_routes
from alongside.web.fixing import fixing_routes
from alongside.web.fresh import Fresh
from alongside.web.guard import MAX_BODY, Guard
from alongside.web.hosts import Hosts
from alongside.web.json_answer import JSONResponse
from alongside.web.judging import judging_routes
from alongside.web.people import people_routes
from alongside.web.prototype import prototype_routes
from alongside.web.proving import proving_routes
from alongside.web.reading import read_inputs, read_word
from alongside.web.refusals import http_refusal, known_refusal, status_of
from alongside.web.releasing import releasing_routes
from alongside.web.rendering import asset_path
from alongside.web.reporting import report_routes
from alongside.web.review import review_routes
from alongside.web.roles import check_may, may, needs, person_of, public
from alongside.web.screens import screen_routes
from alongside.web.signing_in import sign_in_routes
from alongside.workbench import Workbench
from alongside.workbench.answering import ask, retire
from alongside.workbench.expecting import readings_for_run
from alongside.workbench.paper import attachments_of, page_picture, reading
from alongside.workbench.people import SignedIn

__all__ = ["create_app"]

_RUN = re.compile(r"run_[0-9a-z]{16}")


def create_app(
    bench: Workbench, *, token: str, open_link: str, hosts: Hosts | None = None, max_body: int = MAX_BODY
) -> Starlette:
    """Return the application. Programs send `token` as Bearer; `/open/OPEN_LINK` opens one browser.

    People sign in by links of their own; `hosts` are the names under which they come, beside loopback.

    | Address | Answer |
    |---|---|
    | `POST /run/WORKFLOW` (`?version=ID`) | a run of the live version, sent after it is committed |
    | `GET /runs/ID` | the run, its answer and every word on it |
    | `POST /runs/ID/feedback` | 201 and the word, `read_as` where what it states is written otherwise than it is read |
    | `POST /feedback/ID/undo` | the word is taken back |
    | `GET /` | the inbox, and from there the workbench |
    | `GET /status.json` | where the engagement stands |
    """
    _ = bench.database, bench.blobs, bench.salt, bench.runners  # made here, once, before there are threads
    owner = Person(getpass.getuser(), "admin")
    access = Access(token=token, open_link=open_link, owner=owner, clock=bench.clock, people=SignedIn(bench))
    calls, names = _Calls(bench), hosts or Hosts()
    return Starlette(
        routes=[
            Route("/status.json", needs("viewer", calls.status)),
            Route("/static/{name}", public(_asset)),
            Route("/pages/{kept}/{part:int}/{page:int}.png", needs("viewer", calls.picture)),
            *screen_routes(bench, {"/runs/{run}": calls.show}),
            *judging_routes(bench),
            *finding_routes(bench),
            *fixing_routes(bench),
            *proving_routes(bench),
            *casework_routes(bench),
            *releasing_routes(bench),
            *report_routes(bench),
            *sign_in_routes(bench, access),
            *people_routes(bench, names),
            *review_routes(bench),
            *prototype_routes(bench),
            Route("/run/{workflow}", needs("viewer", calls.run), methods=["POST"]),
            Route("/runs/{run}/feedback", needs("reviewer", calls.judge), methods=["POST"]),
            Route("/feedback/{word}/undo", needs("viewer", calls.undo), methods=["POST"]),
        ],
        middleware=[
            Middleware(Guard, access=access, hosts=names, max_body=max_body),
            Middleware(Fresh, bench=bench),
        ],
        exception_handlers={AlongsideError: known_refusal, HTTPException: http_refusal},
    )


class _Calls:
    """Each address as a call of the workbench, on a thread where it waits for the store."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    async def status(self, _: Request) -> Response:
        shown = await run_in_threadpool(status, self._bench)
        unread = unread_of(self._bench)
        return JSONResponse(shown.to_json() | ({"unread": unread} if unread else {}))

    async def run(self, request: Request) -> Response:
        given = await read_inputs(request)
        version = request.query_params.get("version") or request.headers.get("x-alongside-version", "")
        workflow = request.path_params["workflow"]
        if version:
            check_may(person_of(request.scope), "engineer")  # what isn't live is for those who change it
        start = partial(ask, self._bench, workflow, given.values, uploads=given.uploads, version=version)
        asked = await run_in_threadpool(start)
        # Whoever goes away doesn't take the run along: it ends, and is kept.
        outcome = await asyncio.shield(asyncio.wrap_future(asked.outcome))
        body = answer_data(
            outcome,
            await run_in_threadpool(self._bench.value, outcome.output),
            workflow=asked.workflow,
            version=asked.version,
            released=asked.released,
        )
        body |= unread_data(await run_in_threadpool(attachments_of, self._bench, asked.run))
        code = 200 if outcome.status == "done" else status_of(outcome.code, outcome.exit_code)
        tidy = BackgroundTask(retire, self._bench, also=asked.version if version else "")
        return JSONResponse(body, code, background=tidy)

    async def picture(self, request: Request) -> Response:
        """Draw a page. It shows what somebody sent: as a picture and nothing else."""
        path = request.path_params
        found = await run_in_threadpool(reading, self._bench, path["kept"], path["part"])
        drawn = await run_in_threadpool(page_picture, self._bench, found, path["page"])
        return Response(drawn, media_type="image/png", headers={"Cache-Control": "private, max-age=86400"})

    async def show(self, request: Request) -> Response:
        return JSONResponse(await run_in_threadpool(self._shown, _run_id(request)))

    def _shown(self, run: str) -> Any:
        bench = self._bench
        found = bench.find_run(run)
        spans, words = runs.spans(bench.database, found.id), feedback.of_run(bench.database, found.id)
        attached = attachments_of(bench, found.id)
        return run_view(found, spans, words, bench.value, attached=attached).data

    async def judge(self, request: Request) -> Response:
        said = await read_word(request)
        person = person_of(request.scope)
        if not may(person, "admin"):
            said["by"] = person.name  # nobody speaks for somebody else
        word = await run_in_threadpool(partial(self._bench.judge, _run_id(request), **said))
        return JSONResponse(word_data(word) | await run_in_threadpool(self._read_as, word), 201)

    def _read_as(self, word: Feedback) -> dict[str, str]:
        """Return what was stated is read as, where it is written otherwise."""
        run = self._bench.find_run(word.run)
        stated = {word.field: word.expected} if word.has_expected else {}
        read = readings_for_run(self._bench, run, stated)
        return {"read_as": read[word.field]} if read else {}

    async def undo(self, request: Request) -> Response:
        word = request.path_params["word"]
        by = person_of(request.scope)
        if not await run_in_threadpool(partial(self._bench.undo, word, by=by)):
            raise UsageError(
                "no-such-feedback",
                f"{word} is no word that stands here",
                fix="see GET /runs/ID for the words",
            )
        return JSONResponse({"id": word, "undone": True})


async def _asset(request: Request) -> Response:
    """Send a style sheet or a script; its address holds its digest, so it may be kept for good."""
    path = asset_path(request.path_params["name"])
    if path is None:
        raise HTTPException(404)
    return FileResponse(path, headers={"Cache-Control": "private, max-age=31536000, immutable"})


def _run_id(request: Request) -> str:
    """Return the run in the address, whole: the start of an id isn't enough here."""
    run = request.path_params["run"]
    if not _RUN.fullmatch(run):
        raise UsageError("no-such-run", f"{run} is no run here", fix="use the run that the answer named")
    return run
