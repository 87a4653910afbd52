"""Fixing in a browser: an edit is a file change, a proof runs in the background, and shipping goes through the gate."""

from collections.abc import Callable, Mapping
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from alongside.core.errors import UsageError
from alongside.evals.replay import Options
from alongside.views.screens.text_diff import text_diff
from alongside.web.forms import back_to, form_of
from alongside.web.refusals import refuse, status_of, wants_page
from alongside.web.rendering import render
from alongside.web.roles import Role, needs, person_of
from alongside.workbench import Workbench
from alongside.workbench.answering import retire
from alongside.workbench.editing import ChangedMeanwhileError, revert_prompt, set_params, write_prompt
from alongside.workbench.proving import ProofRunningError, proofs_of

__all__ = ["fixing_routes", "go_on", "saved"]

_Act = Callable[[Workbench, Request, Mapping[str, str]], Response]


def fixing_routes(bench: Workbench) -> list[Route]:
    """Return the routes of edits, proofs and shipping. An expectation is edited at its case's address."""
    acts: dict[str, tuple[Role, _Act]] = {
        "/fix/prompt": ("reviewer", _prompt),
        "/fix/params": ("engineer", _params),
        "/fix/prove": ("reviewer", go_on),
        "/fix/stop": ("reviewer", _stop),
        "/fix/ship": ("engineer", _ship),
    }
    return [
        Route(address, needs(role, partial(_act, bench, act)), methods=["POST"])
        for address, (role, act) in acts.items()
    ]


async def _act(bench: Workbench, act: _Act, request: Request) -> Response:
    return await run_in_threadpool(act, bench, request, await form_of(request))


def go_on(bench: Workbench, request: Request, said: Mapping[str, str], did: str = "") -> Response:
    """Go on after an edit: prove it (`act` is `prove`, or `prove-one` for the case alone), or go back where it was made.

    Where somebody is proving already, a browser is led to that proof, and told so.
    """
    here = said.get("here", "/fix")
    act = said.get("act", "")
    if not act.startswith("prove"):
        return back_to(here, did=did) if did else back_to(here)
    only = said.get("case", "") if act == "prove-one" else ""
    try:
        proof = proofs_of(bench).start(by=person_of(request.scope).name, only=only)
    except ProofRunningError as refused:
        if not wants_page(request.headers):
            raise
        return back_to(here, proof=refused.proof.id, joined="1")
    return back_to(here, proof=proof.id)


def saved(
    request: Request, said: Mapping[str, str], save: Callable[[], object], *, texts: tuple[str, ...] = ()
) -> Response | None:
    """Save. Where somebody else was faster return the page that shows both texts; `texts` are fields that stay editable."""
    try:
        save()
    except ChangedMeanwhileError as conflict:
        status = status_of(conflict.code, conflict.exit_code)
        if not wants_page(request.headers):
            return refuse(conflict, now=conflict.now.text, yours=conflict.yours, seen=conflict.now.seen)
        shown = {
            "path": conflict.now.path,
            "now": conflict.now,
            "yours": conflict.yours,
            "diff": text_diff(conflict.now.text, conflict.yours) if texts else (),
            "action": request.url.path,
            "here": said.get("here", "/fix"),
            "fields": {name: text for name, text in said.items() if name not in {"seen", *texts}},
            "texts": texts,
        }
        return HTMLResponse(render("conflict.html", shown), status)
    return None


def _prompt(bench: Workbench, request: Request, said: Mapping[str, str]) -> Response:
    path, seen = said.get("file", ""), said.get("seen", "")
    if said.get("act") == "revert":
        refused = saved(request, said, partial(revert_prompt, bench, path, seen=seen))
        return refused or go_on(bench, request, said, "reverted")
    if "text" not in said:
        raise UsageError("no-text", "the form says no text", fix="send the prompt's whole text as `text`")
    save = partial(write_prompt, bench, path, said["text"], seen=seen)
    return saved(request, said, save, texts=("text",)) or go_on(bench, request, said, "saved")


def _params(bench: Workbench, request: Request, said: Mapping[str, str]) -> Response:
    given = {name.removeprefix("p:"): text for name, text in said.items() if name.startswith("p:")}
    refused = saved(request, said, partial(set_params, bench, given, seen=said.get("seen", "")))
    return refused or go_on(bench, request, said, "saved")


def _stop(bench: Workbench, request: Request, said: Mapping[str, str]) -> Response:
    """Have a proof end with the cases under way."""
    proof = proofs_of(bench).stop(said.get("proof", ""), by=person_of(request.scope).name)
    return back_to(said.get("here", "/fix"), proof=proof.id)


def _ship(bench: Workbench, request: Request, said: Mapping[str, str]) -> Response:
    """Ship what was proven, if it is still what is here; the gate is asked again, over what is remembered."""
    bench.reload()
    proof = proofs_of(bench).get(said["proof"]) if said.get("proof") else None
    working = bench.snapshot()
    if proof is None or proof.verdict is None or proof.version != said.get("version"):
        raise UsageError(
            "not-proven", "this change is not proven on every case", fix="prove it on every case, then ship"
        )
    if working.id != proof.version:
        raise UsageError(
            "not-proven", "the text changed since it was proven", fix="prove what is here now, then ship"
        )
    release, _ = bench.ship(
        options=Options(seconds=bench.deadline),
        progress=lambda _done, _of, _result: None,
        by=person_of(request.scope).name,
        reason=said.get("reason", "").strip(),
        candidate=working,
    )
    retire(bench)
    return back_to(said.get("here", "/fix"), shipped=release.version)
