"""Work on a case in a browser: what it must hold, whether it must pass, and taking it out with a reason."""

from collections.abc import Callable, Mapping
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from alongside.core.errors import UsageError
from alongside.web.edited import before_of, given, saved, typed_again
from alongside.web.fixing import edited, go_on, without_theirs
from alongside.web.forms import form_of
from alongside.web.refusals import wants_page
from alongside.web.roles import needs
from alongside.workbench import Workbench
from alongside.workbench.recasing import change_case, retire
from alongside.workbench.stating import ABSENT, Said

__all__ = ["casework_routes", "expected_by"]

_Act = Callable[[Workbench, Request, Mapping[str, str]], Response]


def casework_routes(bench: Workbench) -> list[Route]:
    """Return the routes of acts on a case."""
    acts = {"expect": _expect, "must-pass": _must_pass, "retire": _retire, "revive": _revive}
    return [
        Route(f"/cases/{{case}}/{name}", needs("reviewer", partial(_do, bench, act)), methods=["POST"])
        for name, act in acts.items()
    ]


async def _do(bench: Workbench, act: _Act, request: Request) -> Response:
    return await run_in_threadpool(act, bench, request, await form_of(request))


def _expect(bench: Workbench, request: Request, said: Mapping[str, str]) -> Response:
    """Change what must hold: `e:FIELD` is the text, `h:FIELD` says how it is meant (`says`, `nothing`, `unjudged`).

    Without that an empty text says that nothing is there; `f:FIELD` says that nobody judges it. `field` and `value`
    add one.
    """
    said = without_theirs(said)
    if _says_more(said) and said.get("field") == "":
        error = UsageError(
            "no-such-field", "it isn't said of which field that is expected", fix="choose the field beside it"
        )
        if not wants_page(request.headers):
            raise error
        return typed_again(bench, request, said, error, name="field")
    expect, added = expected_by(said)
    before = before_of(said, "e:") | dict.fromkeys(added, ABSENT)
    save = partial(
        change_case, bench, _case(request), seen=said.get("seen", ""), expect=expect, before=before
    )
    return edited(bench, request, said, save, prefix="e:")


def expected_by(said: Mapping[str, str]) -> tuple[dict[str, Said], list[str]]:
    """Return what a form says of each field that a case expects, and which of them it adds."""
    how = given(said, "h:") | dict.fromkeys(given(said, "f:"), "unjudged")
    expect = {name: _said(text, how.get(name, "")) for name, text in given(said, "e:").items()}
    added = said.get("field", "")
    if not added or not _says_more(said):
        return expect, []
    return {**expect, added: _said(said.get("value", ""), said.get("how", ""))}, [added]


def _says_more(said: Mapping[str, str]) -> bool:
    """Whether a form states something of another field."""
    return bool(said.get("value")) or said.get("how") == "nothing"


def _said(text: str, how: str) -> Said:
    match how:
        case "says" | "nothing" | "unjudged":
            return Said(text, how)
        case _:
            return Said(text)


def _must_pass(bench: Workbench, request: Request, said: Mapping[str, str]) -> Response:
    must_pass = said.get("must_pass") == "1"
    save = partial(change_case, bench, _case(request), seen=said.get("seen", ""), must_pass=must_pass)
    return edited(bench, request, said, save)


def _retire(bench: Workbench, request: Request, said: Mapping[str, str]) -> Response:
    if said.get("keep") == "theirs":
        return go_on(bench, request, said)
    save = partial(retire, bench, _case(request), reason=said.get("reason", ""), seen=said.get("seen", ""))
    how = saved(bench, request, said, save)
    return go_on(bench, request, said, "retired") if isinstance(how, str) else how


def _revive(bench: Workbench, request: Request, said: Mapping[str, str]) -> Response:
    save = partial(change_case, bench, _case(request), seen=said.get("seen", ""), retired="")
    return edited(bench, request, said, save)


def _case(request: Request) -> str:
    return request.path_params["case"]
