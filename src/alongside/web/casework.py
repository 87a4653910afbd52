"""Work on a case in a browser: what it must hold, whether it must pass, and taking it out with a reason."""

from collections.abc import Callable, Mapping
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from alongside.web.fixing import go_on, saved
from alongside.web.forms import form_of
from alongside.web.roles import needs
from alongside.workbench import Workbench
from alongside.workbench.editing import change_case, retire

__all__ = ["casework_routes"]

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
    """Change what must hold: `e:FIELD` is the text (empty: nothing is there), `f:FIELD` says that nobody judges it."""
    expect = {name[2:]: text for name, text in said.items() if name.startswith("e:")}
    if said.get("field") and said.get("value", "").strip():
        expect[said["field"]] = said["value"]
    forget = frozenset(name[2:] for name in said if name.startswith("f:"))
    kept = {field: text for field, text in expect.items() if field not in forget}
    save = partial(change_case, bench, _case(request), seen=said.get("seen", ""), expect=kept, forget=forget)
    return saved(request, said, save) or go_on(bench, request, said, "saved")


def _must_pass(bench: Workbench, request: Request, said: Mapping[str, str]) -> Response:
    must_pass = said.get("must_pass") == "1"
    save = partial(change_case, bench, _case(request), seen=said.get("seen", ""), must_pass=must_pass)
    return saved(request, said, save) or go_on(bench, request, said, "saved")


def _retire(bench: Workbench, request: Request, said: Mapping[str, str]) -> Response:
    save = partial(retire, bench, _case(request), reason=said.get("reason", ""), seen=said.get("seen", ""))
    return saved(request, said, save) or go_on(bench, request, said, "retired")


def _revive(bench: Workbench, request: Request, said: Mapping[str, str]) -> Response:
    save = partial(change_case, bench, _case(request), seen=said.get("seen", ""), retired="")
    return saved(request, said, save) or go_on(bench, request, said, "saved")


def _case(request: Request) -> str:
    return request.path_params["case"]
