"""Judging a run in a browser: a word, a touched figure that becomes a case at once, and the way to take both back."""

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from alongside.core.answer_types import ANYTHING, Kind
from alongside.core.document import Box
from alongside.core.errors import UsageError
from alongside.core.run import Run
from alongside.evals.answer import MISSING
from alongside.evals.skeleton import asked_of
from alongside.views.fields import stated_alone
from alongside.views.screens.page import Asked
from alongside.views.screens.picking import touched_of
from alongside.views.screens.runs import next_in_filter
from alongside.views.screens.turning import LEFT, PLACE, place_left
from alongside.web.edited import before_of, both_shown, typed_again
from alongside.web.forms import back_to, form_of, query_of
from alongside.web.reading import box_of
from alongside.web.refusals import wants_page
from alongside.web.roles import needs, person_of
from alongside.workbench import Workbench
from alongside.workbench.corrected import standing
from alongside.workbench.editing import ChangedMeanwhileError, Clash, FileText
from alongside.workbench.expecting import kind_held, says_same
from alongside.workbench.judging import standing_words
from alongside.workbench.moved_rows import moved_list
from alongside.workbench.newer_words import add_or_change
from alongside.workbench.pointing import keep_as_case, run_again, take_back
from alongside.workbench.stating import as_seen, field_text, same

__all__ = ["judging_routes", "stated_of"]


def judging_routes(bench: Workbench) -> list[Route]:
    """Return the routes of what is said of runs."""
    return [
        Route("/runs/{run}/judge", needs("reviewer", partial(_judge, bench)), methods=["POST"]),
        Route("/runs/{run}/case", needs("reviewer", partial(_case, bench)), methods=["POST"]),
        Route("/runs/{run}/again", needs("engineer", partial(_again, bench)), methods=["POST"]),
        Route("/runs/{run}/undo", needs("reviewer", partial(_undo, bench)), methods=["POST"]),
    ]


async def _judge(bench: Workbench, request: Request) -> Response:
    return await run_in_threadpool(_recorded, bench, request, await form_of(request))


def _recorded(bench: Workbench, request: Request, said: Mapping[str, str]) -> Response:
    """Record one word. A correction that can't be one comes back in its place, as it was typed."""
    try:
        return _record(bench, request, said)
    except ChangedMeanwhileError as conflict:
        own = {} if _field(said) == said.get("field", "") else {"field": _field(said), "draft": ""}
        return both_shown(request, {**said, **own}, conflict)
    except UsageError as error:
        at = urlsplit(said.get("here", ""))
        typed = said.get("judgement") == "wrong" and "expected" in said
        if not typed or not at.path or not wants_page(request.headers):
            raise
        query = query_of(said["here"]) | {"field": _field(said), "wrong": "1"}
        return typed_again(bench, request, {**said, "here": f"{at.path}?{urlencode(query)}"}, error)


def _record(bench: Workbench, request: Request, said: Mapping[str, str]) -> Response:
    """Record one word. A correction makes the run a case at once: wrong, then the right figure, are the two acts."""
    run = bench.find_run(request.path_params["run"])
    if said.get("keep") == "theirs":
        return back_to(said.get("here") or f"/runs/{run.id}")
    if touched_of(said.get("pick", "")):  # which field it is meant for has to be asked
        return back_to(said.get("here", ""), wrong="1", pick=said["pick"])
    by = person_of(request.scope).name
    expected, box = stated_of(bench, run, _field(said), said, by=by)
    word = bench.judge(
        run.id,
        said.get("judgement", ""),
        field=_field(said),
        expected=expected,
        box=box,
        note=said.get("note", "").strip(),
        by=by,
    )
    if expected is not MISSING or said.get("case"):
        keep_as_case(bench, run, word=word.id)
    here = said.get("here", "")
    left = place_left(query_of(here))
    if said.get("next"):
        return back_to(said["next"], said=word.id, **left)
    if said.get("then") == "next":
        query = dict(request.query_params) | query_of(here)
        following = next_in_filter(bench, run, Asked({}, query, person_of(request.scope)))
        at = f"/runs/{following}" if following else "/runs"
        kept = {name: text for name, text in query_of(here).items() if name not in (*PLACE, *LEFT)}
        return back_to(f"{at}?{urlencode(kept)}", said=word.id, **left)
    return back_to(here or f"/runs/{run.id}", said=word.id)


def _field(said: Mapping[str, str]) -> str:
    """Return the field that a word is on: a touched figure names its own."""
    try:
        return str(json.loads(said["pick"])["field"])
    except (KeyError, ValueError, TypeError, RecursionError):
        return said.get("field", "")


async def _case(bench: Workbench, request: Request) -> Response:
    """Make what was said of a run a case, without a further word."""
    return await run_in_threadpool(_keep, bench, request, await form_of(request))


def _keep(bench: Workbench, request: Request, said: Mapping[str, str]) -> Response:
    run = bench.find_run(request.path_params["run"])
    words, _, _ = standing_words(bench, run)
    if not words:
        raise UsageError(
            "nothing-said",
            f"nobody said of {run.id} what is right or wrong, so a case of it would expect nothing",
            fix="say it's right, or what is wrong, first",
        )
    case, is_new = keep_as_case(bench, run, word=words[-1].id)
    if not (
        is_new or case.retired
    ):  # who presses the button means all that they said, whoever said otherwise before
        add_or_change(bench, run.id)
    return back_to(said.get("next") or said.get("here") or f"/runs/{run.id}", said=words[-1].id)


async def _again(bench: Workbench, request: Request) -> Response:
    """Run a version on the same inputs and show the two side by side."""
    run = bench.find_run(request.path_params["run"])
    version = bench.version(request.query_params.get("with", ""))
    again = partial(run_again, bench, run, version)
    await run_in_threadpool(again)
    said = await form_of(request)
    return back_to(said.get("here") or f"/runs/{run.id}", **{"with": version.id})


async def _undo(bench: Workbench, request: Request) -> Response:
    return await run_in_threadpool(_take_back, bench, request)


def _take_back(bench: Workbench, request: Request) -> Response:
    run = bench.find_run(request.path_params["run"])
    word, here = request.query_params.get("word", ""), request.query_params.get("here") or f"/runs/{run.id}"
    undone = take_back(bench, run, word=word, by=person_of(request.scope))
    return back_to(here) if undone else back_to(here, stays=word)


def stated_of(
    bench: Workbench, run: Run, field: str, said: Mapping[str, str], *, by: str
) -> tuple[Any, Box | None]:
    """Return what a form says that a field should have said: see `stated`; `by` says it.

    The form tells what stood of its field (`s:expected`, JSON), and of others that may be touched (`s:f:FIELD`). That of a
    list or a record, sent as it was, says again what stands. Raises ChangedMeanwhileError where something else stands by
    now: of a list in any case, of one value where it is somebody else's word.
    """
    expected, box = stated(said, lambda: kind_held(bench, run, field))
    before, name = before_of(said, ""), "expected" if field == said.get("field", field) else f"f:{field}"
    if name not in before or said.get("skip"):
        return expected, box
    now, base = standing(bench, run, field), before[name]
    is_seen, is_held = same(as_seen(now.value), base), said.get("as") == "json" and name == "expected"
    is_unsaid = is_held and expected is MISSING and bool(said.get("expected", "").strip())
    if is_unsaid and (now.is_corrected or not is_seen):
        expected = base
    is_news = not is_seen and (is_held or (now.is_corrected and now.by != by))
    words, _, _ = standing_words(bench, run)
    if moved_list(bench, run, field, words=words) is not None:
        return expected, box  # which `judge` refuses: what stands there now is of another row
    if is_news and expected is not MISSING and not says_same(bench, run, field, as_seen(now.value), expected):
        whole = FileText(field or "the answer", field_text(now.value), "")
        raise ChangedMeanwhileError(whole, field_text(expected), (Clash("expected", now.value, expected),))
    return expected, box


def stated(said: Mapping[str, str], kind: Callable[[], Kind] = lambda: ANYTHING) -> tuple[Any, Box | None]:
    """Return what it should have said: touched on the page (`pick`: value and box, as JSON), or typed; `kind` may say what is asked."""
    if said.get("pick"):
        try:
            picked = json.loads(said["pick"])
            return str(picked["value"]), box_of(picked["box"])
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise UsageError(
                "bad-feedback", "the touched figure can't be read", fix="touch it again"
            ) from error
    if said.get("skip"):
        return MISSING, None  # it's wrong, whatever stands in the form: nobody says what is right
    typed = said.get("expected", "").strip()
    if said.get("absent"):
        return ([] if kind()["kind"] == "list" else None), None
    if typed.splitlines() == said.get("given", "").strip().splitlines():
        return MISSING, None  # what stood in the form already states nothing
    if typed and said.get("as") == "json":
        return _as_json(typed, kind), None
    return (typed, None) if typed else (MISSING, None)


def _as_json(typed: str, kind: Callable[[], Kind]) -> Any:
    try:
        return stated_alone(json.loads(typed))
    except (ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) and "\n" in typed else 0
        asked = asked_of(kind())
        raise UsageError(
            "bad-feedback",
            f"this isn't JSON{f': it breaks off at line {line}' if line else ''}",
            fix=f"write {asked}" if asked else "mend it, or name one place inside it",
        ) from error
