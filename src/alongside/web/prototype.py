"""`/app/WORKFLOW`: a form in, an answer out, a word on it. Everything works by plain forms; a script only asks again sooner."""

import asyncio
import json
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from alongside.core.errors import AlongsideError, UsageError
from alongside.core.feedback import Judgement
from alongside.evals.answer import MISSING
from alongside.views.screens.page import Asked
from alongside.views.screens.prototype import Prototype, input_kind, offered_inputs, prototype_screen
from alongside.views.screens.run import label_of
from alongside.web.forms import form_of
from alongside.web.json_answer import JSONResponse
from alongside.web.judging import stated
from alongside.web.overhearing import overheard
from alongside.web.refusals import status_of
from alongside.web.rendering import render
from alongside.web.roles import may, needs, person_of
from alongside.workbench import Workbench
from alongside.workbench.answering import Asked as Started
from alongside.workbench.answering import Upload, ask, retire

__all__ = ["prototype_routes"]

_MAX_FILES, _MAX_FIELDS = 16, 64
_REMEMBERED = 256
_TRUE = frozenset({"on", "true", "yes", "1"})


def prototype_routes(bench: Workbench) -> list[Route]:
    """Return the routes of the end users' page. The live version answers, so everybody who may look may ask."""
    pages = _Pages(bench)
    at = "/app/{workflow}"
    return [
        Route("/app.json", needs("viewer", pages.list_twin)),
        Route("/app", needs("viewer", pages.list)),
        Route(f"{at}.json", needs("viewer", pages.twin)),
        Route(at, needs("viewer", pages.show)),
        Route(at, needs("viewer", pages.start), methods=["POST"]),
        Route(f"{at}/{{run}}.json", needs("viewer", pages.twin)),
        Route(f"{at}/{{run}}", needs("viewer", pages.show)),
        Route(f"{at}/{{run}}/events", needs("viewer", pages.events)),
        Route(f"{at}/{{run}}/say", needs("reviewer", pages.say), methods=["POST"]),
    ]


class _Pages:
    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._started: OrderedDict[str, Started] = OrderedDict()

    async def list(self, _: Request) -> Response:
        """Lead to the page where there is one, else show which there are."""
        offered = await run_in_threadpool(self._offered)
        if len(offered) == 1:
            return RedirectResponse(f"/app/{offered[0][0]}", 303)
        shown = {"customer": self._bench.engagement.customer, "offered": offered}
        return HTMLResponse(render("apps.html", shown))

    async def list_twin(self, _: Request) -> Response:
        offered = await run_in_threadpool(self._offered)
        return JSONResponse({"workflows": [{"name": name, "about": about} for name, about in offered]})

    def _offered(self) -> Sequence[tuple[str, str]]:
        live = self._bench.live()
        offered = self._bench.describe(live) if live else {}
        return [(name, str(one["doc"]).rstrip(".") or label_of(name)) for name, one in offered.items()]

    async def show(self, request: Request) -> Response:
        return HTMLResponse(await run_in_threadpool(self._draw, request))

    async def twin(self, request: Request) -> Response:
        shown = await run_in_threadpool(self._shown, request)
        return JSONResponse(shown.to_json())

    async def start(self, request: Request) -> Response:
        """Start a run of the live version and lead to its page; what can't be read is said above the form."""
        workflow = request.path_params["workflow"]
        try:
            started = await self._start(workflow, request)
        except AlongsideError as error:
            page = await run_in_threadpool(partial(self._draw, request, error=error))
            return HTMLResponse(page, status_of(error.code, error.exit_code))
        self._started[started.run] = started
        while len(self._started) > _REMEMBERED:
            self._started.popitem(last=False)
        tidy = BackgroundTask(_when_done, self._bench, started)
        return RedirectResponse(f"/app/{workflow}/{started.run}", 303, background=tidy)

    async def events(self, request: Request) -> Response:
        """Tell what there is of an answer as it comes (server-sent events, WHATWG HTML 9.2)."""
        run = request.path_params["run"]
        events = overheard(self._bench, run, self._started.get(run))
        return StreamingResponse(events, media_type="text/event-stream")

    async def say(self, request: Request) -> Response:
        """Record the user's word on the run."""
        run, workflow = request.path_params["run"], request.path_params["workflow"]
        await run_in_threadpool(self._record, request, await form_of(request))
        return RedirectResponse(f"/app/{workflow}/{run}", 303)

    async def _start(self, workflow: str, request: Request) -> Started:
        offered, _ = await run_in_threadpool(offered_inputs, self._bench, workflow)
        kinds: Mapping[str, str] = offered.get("inputs", {})
        values: dict[str, Any] = {}
        uploads: list[Upload] = []
        async with request.form(max_files=_MAX_FILES, max_fields=_MAX_FIELDS) as form:
            for name, part in form.multi_items():
                if isinstance(part, UploadFile):
                    if part.filename:
                        uploads.append(Upload(name, part.filename, await part.read()))
                elif name in kinds and part != "":
                    values[name] = _typed(name, kinds[name], part)
        flags = {name: False for name, kind in kinds.items() if input_kind(kind) == "flag"}
        given = flags | values
        missing = [
            name
            for name, kind in kinds.items()
            if kind == "File" and name not in {u.parameter for u in uploads}
        ]
        if missing:
            raise UsageError("missing-input", f"{missing[0]} is missing", fix="choose a file")
        return await run_in_threadpool(
            lambda: ask(self._bench, workflow, given, uploads=uploads, watched=True)
        )

    def _record(self, request: Request, form: Mapping[str, str]) -> None:
        shown = self._shown(request)
        judgement: Judgement = "right" if form.get("judgement") == "right" else "wrong"
        expected, box = stated(form)
        more = {} if expected is MISSING else {"expected": expected}
        self._bench.judge(
            shown.run,
            judgement,
            field=form.get("field", ""),
            box=box,
            note=form.get("note", "").strip(),
            by=person_of(request.scope).name,
            **more,
        )

    def _draw(self, request: Request, *, error: AlongsideError | None = None) -> str:
        return render("app.html", {"b": self._shown(request), "error": error})

    def _shown(self, request: Request) -> Prototype:
        person = person_of(request.scope)
        path = {name: str(value) for name, value in request.path_params.items()}
        run = path.get("run", "")
        pending, failure = self._waits(run)
        return prototype_screen(
            self._bench,
            Asked(path, dict(request.query_params), person),
            pending=pending,
            failure=failure,
            told=self._started[run].progress.told if run in self._started else None,
            may_judge=may(person, "reviewer"),
        )

    def _waits(self, run: str) -> tuple[bool, str]:
        """Return whether a run was asked for here, and why it never began, where that is so."""
        started = self._started.get(run)
        if started is None:
            return False, ""
        if not started.outcome.done():
            return True, ""
        failed = started.outcome.exception()
        return False, str(failed) if failed else started.outcome.result().error


async def _when_done(bench: Workbench, started: Started) -> None:
    """End the workers that nobody needs, once the run has ended."""
    await asyncio.wait([asyncio.wrap_future(started.outcome)])
    await run_in_threadpool(retire, bench)


def _typed(name: str, type_name: str, text: str) -> Any:
    """Return what a form says as the input's JSON. Raises UsageError `bad-input`."""
    kind = input_kind(type_name)
    if kind == "flag":
        return text.lower() in _TRUE
    if kind == "lines" and not text.lstrip().startswith("["):
        return [line.strip() for line in text.splitlines() if line.strip()]
    reads: dict[str, tuple[Callable[[str], Any], str]] = {
        "int": (int, "a whole number"),
        "float": (float, "a number"),
        "lines": (json.loads, "a JSON list"),
        "json": (json.loads, "JSON"),
    }
    read, what = reads.get(type_name.removesuffix(" | None")) or reads.get(kind) or (str, "text")
    try:
        return read(text)
    except (ValueError, RecursionError) as error:
        raise UsageError("bad-input", f"{name} is not {what}", fix=f"write {what}") from error
