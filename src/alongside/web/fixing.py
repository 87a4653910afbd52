"""Fixing in a browser: an edit is a file change, a proof runs in the background, and shipping goes through the gate."""

import json
from collections.abc import Callable, Mapping
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from alongside.core.errors import UsageError
from alongside.evals.replay import Options
from alongside.web.edited import before_of, given, saved
from alongside.web.forms import back_to, form_of
from alongside.web.refusals import wants_page
from alongside.web.roles import Role, needs, person_of
from alongside.workbench import Workbench
from alongside.workbench.answering import retire
from alongside.workbench.editing import Saved, revert_params, revert_prompt, set_params, write_prompt
from alongside.workbench.proving import ProofRunningError, proofs_of

__all__ = ["edited", "fixing_routes", "go_on", "without_theirs"]

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

    Where another proof runs, what was saved stays saved: the page shows that one, and says that this one has to wait.
    """
    here = said.get("here", "/fix")
    act = said.get("act", "")
    if not act.startswith("prove"):
        return back_to(here, did=did)
    only = said.get("case", "") if act == "prove-one" else ""
    try:
        proof = proofs_of(bench).start(by=person_of(request.scope).name, only=only)
    except ProofRunningError as refused:
        if not wants_page(request.headers):
            raise
        return back_to(here, proof=refused.proof.id, did=did, joined="1")
    return back_to(here, proof=proof.id)


def edited(
    bench: Workbench,
    request: Request,
    said: Mapping[str, str],
    save: Callable[[], Saved],
    *,
    prefix: str = "",
) -> Response:
    """Save an edit and go on; or answer with what has to be decided or mended first."""
    how = saved(bench, request, said, save, prefix=prefix)
    return go_on(bench, request, said, how) if isinstance(how, str) else how


def without_theirs(said: Mapping[str, str]) -> Mapping[str, str]:
    """Return the form without the fields in which somebody else's text is to stay (`keep` is `theirs`)."""
    if said.get("keep") != "theirs":
        return said
    try:
        clash = {str(name) for name in json.loads(said.get("clash", "[]"))}
    except (ValueError, TypeError):
        clash = set[str]()
    left = {name: text for name, text in said.items() if name not in clash}
    return {**left, "act": "save"}


def _prompt(bench: Workbench, request: Request, said: Mapping[str, str]) -> Response:
    path, seen = said.get("file", ""), said.get("seen", "")
    said = without_theirs(said)
    if said.get("keep") == "theirs":
        return go_on(bench, request, said)
    if said.get("act") == "revert":
        how = saved(bench, request, said, partial(revert_prompt, bench, path, seen=seen))
        return go_on(bench, request, said, "reverted") if isinstance(how, str) else how
    if "text" not in said:
        raise UsageError("no-text", "the form says no text", fix="send the prompt's whole text as `text`")
    before = before_of(said, "").get("text")
    before = before if isinstance(before, str) else None
    return edited(
        bench,
        request,
        said,
        partial(write_prompt, bench, path, said["text"], seen=seen, before=before),
    )


def _params(bench: Workbench, request: Request, said: Mapping[str, str]) -> Response:
    said = without_theirs(said)
    seen, before = said.get("seen", ""), before_of(said, "p:")
    if said.get("act") == "revert":
        how = saved(
            bench, request, said, partial(revert_params, bench, seen=seen, before=before), prefix="p:"
        )
        return go_on(bench, request, said, "reverted") if isinstance(how, str) else how
    save = partial(set_params, bench, given(said, "p:"), seen=seen, before=before)
    return edited(bench, request, said, save, prefix="p:")


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
