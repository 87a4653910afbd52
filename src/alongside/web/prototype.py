"""`/app/WORKFLOW`: a form in, an answer out, a word on it. Everything works by plain forms; a script only asks again sooner."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from urllib.parse import urlencode

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from alongside.core.errors import AlongsideError
from alongside.core.feedback import Judgement
from alongside.evals.answer import MISSING
from alongside.store import asked, feedback
from alongside.views.screens.judged import label_of
from alongside.views.screens.prototype import Given, Pending, Prototype, offered_inputs, prototype_screen
from alongside.web.asking import kept_values, read_form
from alongside.web.edited import both_shown, page_at
from alongside.web.forms import form_of
from alongside.web.json_answer import JSONResponse
from alongside.web.judging import stated_of
from alongside.web.overhearing import overheard
from alongside.web.refusals import status_of
from alongside.web.rendering import render
from alongside.web.roles import may, needs, person_of, whose_drafts
from alongside.web.screens import asked_of
from alongside.workbench import Workbench
from alongside.workbench.answering import Asked as Started
from alongside.workbench.answering import ask, keep_upload, retire
from alongside.workbench.editing import ChangedMeanwhileError

__all__ = ["prototype_routes"]

_REMEMBERED = 256
_REFUSED = 422


def prototype_routes(bench: Workbench) -> list[Route]:
    """Return the routes of the end users' page. The live version answers: who may look may ask, and say what is wrong."""
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
        Route(f"{at}/{{run}}/say", needs("viewer", pages.say), methods=["POST"]),
        Route(f"{at}/{{run}}/undo", needs("viewer", pages.undo), methods=["POST"]),
    ]


class _Pages:
    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._started: OrderedDict[str, Started] = OrderedDict()

    async def list(self, request: Request) -> Response:
        """Lead to the page where there is one, else show which there are."""
        offered = await run_in_threadpool(self._offered)
        if len(offered) == 1:
            return RedirectResponse(f"/app/{offered[0][0]}", 303)
        engineer = may(person_of(request.scope), "engineer")
        shown = {"customer": self._bench.engagement.customer, "offered": offered, "engineer": engineer}
        shown["who"] = whose_drafts(request.scope)
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
        """Start a run of the live version and lead to its page; what can't be taken is said at its field, and nothing runs."""
        workflow = request.path_params["workflow"]
        offered, _ = await run_in_threadpool(offered_inputs, self._bench, workflow)
        filled = await read_form(request, offered.get("inputs", {}))
        given = Given(filled.typed, filled.problems)
        if given.problems:
            return HTMLResponse(await run_in_threadpool(partial(self._draw, request, given=given)), _REFUSED)
        try:
            started = await run_in_threadpool(
                self._ask, workflow, filled.values, person_of(request.scope).name
            )
        except AlongsideError as error:
            page = await run_in_threadpool(partial(self._draw, request, given=given, error=error))
            return HTMLResponse(page, status_of(error.code, error.exit_code))
        self._started[started.run] = started
        while len(self._started) > _REMEMBERED:
            self._started.popitem(last=False)
        tidy = BackgroundTask(_when_done, self._bench, started)
        return RedirectResponse(f"/app/{workflow}/{started.run}", 303, background=tidy)

    def _ask(self, workflow: str, values: Mapping[str, object], by: str) -> Started:
        kept = kept_values(values, partial(keep_upload, self._bench))
        started = ask(self._bench, workflow, kept, watched=True)
        at = self._bench.clock()
        self._bench.database.write(partial(asked.add, run=started.run, by=by, workflow=workflow, at=at))
        return started

    async def events(self, request: Request) -> Response:
        """Tell what there is of an answer as it comes (server-sent events, WHATWG HTML 9.2)."""
        run = request.path_params["run"]
        events = overheard(self._bench, run, self._started.get(run))
        return StreamingResponse(events, media_type="text/event-stream")

    async def say(self, request: Request) -> Response:
        """Record the user's word on the run; one that can't be taken comes back, with what they wrote."""
        run, workflow = request.path_params["run"], request.path_params["workflow"]
        form = await form_of(request)
        here = f"/app/{workflow}/{run}"
        if form.get("keep") == "theirs":
            return RedirectResponse(here, 303)
        try:
            await run_in_threadpool(self._record, request, form)
        except ChangedMeanwhileError as conflict:
            return both_shown(request, {**form, "here": here}, conflict)
        except AlongsideError as error:
            if error.code.startswith("no-such-run"):
                raise
            page = await run_in_threadpool(partial(self._draw, request, said=form, error=error))
            return page_at(request, f"{here}?{urlencode({'wrong': form.get('field', '')})}", page, error)
        return RedirectResponse(here, 303)

    async def undo(self, request: Request) -> Response:
        """Take a word of theirs on the run back."""
        run, workflow = request.path_params["run"], request.path_params["workflow"]
        form = await form_of(request)
        await run_in_threadpool(self._take_back, request, form.get("word", ""))
        return RedirectResponse(f"/app/{workflow}/{run}", 303)

    def _take_back(self, request: Request, word: str) -> None:
        shown, found = self._shown(request), feedback.get(self._bench.database, word)
        if found is not None and found.run == shown.run:
            self._bench.undo(word, by=person_of(request.scope))

    def _record(self, request: Request, form: Mapping[str, str]) -> None:
        shown = self._shown(request)
        judgement: Judgement = "right" if form.get("judgement") == "right" else "wrong"
        run = self._bench.find_run(shown.run)
        by = person_of(request.scope).name
        expected, box = stated_of(self._bench, run, form.get("field", ""), form, by=by)
        more = {} if expected is MISSING else {"expected": expected}
        self._bench.judge(
            shown.run,
            judgement,
            field=form.get("field", ""),
            box=box,
            note=form.get("note", "").strip(),
            by=by,
            **more,
        )

    def _draw(
        self,
        request: Request,
        *,
        given: Given | None = None,
        said: Mapping[str, str] | None = None,
        error: AlongsideError | None = None,
    ) -> str:
        shown = self._shown(request, given=given, said=said)
        allowed = partial(may, person_of(request.scope))
        return render("app.html", {"b": shown, "error": error, "may": allowed})

    def _shown(
        self, request: Request, *, given: Given | None = None, said: Mapping[str, str] | None = None
    ) -> Prototype:
        wanted = asked_of(request)
        if said is not None:
            wanted = replace(wanted, query={"wrong": said.get("field", "")})
        pending = self._pending(wanted.path.get("run", ""))
        return prototype_screen(
            self._bench, wanted, pending=pending, given=given, said=said, waiting=frozenset(self._started)
        )

    def _pending(self, run: str) -> Pending:
        """Return what is known of a run that was asked for here."""
        started = self._started.get(run)
        if started is None:
            return Pending()
        told = started.progress.told
        if not started.outcome.done():
            return Pending(waits=True, told=told)
        failed = started.outcome.exception()
        return Pending(failure=str(failed) if failed else started.outcome.result().error, told=told)


async def _when_done(bench: Workbench, started: Started) -> None:
    """End the workers that nobody needs, once the run has ended."""
    await asyncio.wait([asyncio.wrap_future(started.outcome)])
    await run_in_threadpool(retire, bench)
