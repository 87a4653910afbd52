"""Gate, ship, sign, take a broken case, roll back: the acts of the releases page, each by a person's name."""

from collections.abc import Callable, Mapping
from functools import partial

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from alongside.core.engagement import Person, a_role
from alongside.core.errors import PolicyError, UsageError
from alongside.core.release import Version
from alongside.evals.comparison import Result
from alongside.evals.replay import Options
from alongside.release.gate import Accepted
from alongside.release.ship import GateClosed
from alongside.views.screens.names import version_names
from alongside.web.forms import back_to, form_of
from alongside.web.roles import Role, may, needs, person_of
from alongside.workbench import Workbench
from alongside.workbench.answering import retire
from alongside.workbench.remembered import cases_by_key, kept_verdict, remembered_results
from alongside.workbench.standing import find_case

__all__ = ["releasing_routes"]

_HERE = "/releases"

Act = Callable[[Workbench, Person, Mapping[str, str]], str]
"""Does it and returns what was done, a word for the way back."""


def releasing_routes(bench: Workbench) -> list[Route]:
    """Return the routes of what is done about versions."""
    acts: dict[str, tuple[Role, Act]] = {
        "gate": ("engineer", _gate),
        "ship": ("engineer", _ship),
        "rollback": ("engineer", _rollback),
        "sign": ("reviewer", _sign),
        "accept": ("approver", _accept),
    }
    return [
        Route(f"{_HERE}/{name}", needs(role, partial(_answer, bench, act)), methods=["POST"])
        for name, (role, act) in acts.items()
    ]


async def _answer(bench: Workbench, act: Act, request: Request) -> Response:
    said = await form_of(request)
    done = await run_in_threadpool(act, bench, person_of(request.scope), said)
    answer = back_to(_HERE, said=done)
    answer.background = BackgroundTask(retire, bench)
    return answer


def _gate(bench: Workbench, by: Person, said: Mapping[str, str]) -> str:
    version = _shown(bench, said)
    if version is None:
        return "moved"
    _hold(bench, version, by)
    return "gated"


def _ship(bench: Workbench, by: Person, said: Mapping[str, str]) -> str:
    override, reason = bool(said.get("override")), said.get("reason", "").strip()
    if override and not may(by, "approver"):
        raise PolicyError(
            "not-allowed",
            f"{by.name} is {a_role(by.role)}, and past the gate takes an approver",
            fix="mend what the gate names, or ask an approver",
        )
    if _shown(bench, said) is None:
        return "moved"
    options = Options(seconds=bench.deadline)
    try:
        bench.ship(options=options, progress=_silent, by=by.name, reason=reason, override=override)
    except GateClosed:
        return "closed"
    return "shipped"


def _rollback(bench: Workbench, by: Person, said: Mapping[str, str]) -> str:
    names = version_names(bench)
    if names.previous and said.get("confirm", "").strip() != names.of(names.previous):
        return "mistyped"
    bench.rollback(by=by.name, reason=said.get("reason", "").strip())
    return "back"


def _sign(bench: Workbench, by: Person, said: Mapping[str, str]) -> str:
    offered = {one.name: one for one in bench.engagement.done if one.measure == "sign-off"}
    promise = offered.get(said.get("promise", ""))
    if promise is None:
        raise UsageError(
            "nothing-to-sign", "that is no sign-off of alongside.toml", fix="sign one that it declares"
        )
    version = _shown(bench, said)
    if version is None:
        return "moved"
    bench.approve(version, promise=promise.name, by=by.name)
    _hold_again(bench, version, by)
    return "signed"


def _accept(bench: Workbench, by: Person, said: Mapping[str, str]) -> str:
    reason = said.get("reason", "").strip()
    version = _shown(bench, said)
    if version is None:
        return "moved"
    case, _ = find_case(bench, said.get("case", ""))
    options = Options(seconds=bench.deadline, by=by.name)
    taken = Accepted(case.id, by.name, reason)
    bench.gate(options=options, progress=_silent, candidate=version, accept=taken)
    return "accepted"


def _shown(bench: Workbench, said: Mapping[str, str]) -> Version | None:
    """Return the working tree's version, None where it isn't the one any more that the form was about."""
    return bench.snapshot() if said.get("version") == bench.working_tree().id else None


def _hold(bench: Workbench, version: Version, by: Person) -> None:
    options = Options(seconds=bench.deadline, by=by.name)
    bench.gate(options=options, progress=_silent, candidate=version)


def _hold_again(bench: Workbench, version: Version, by: Person) -> None:
    """Gate again what was gated before, where that runs nothing: what was just signed counts at once."""
    if kept_verdict(bench, version.id) is None:
        return
    cases, live = cases_by_key(bench), bench.live()
    sides = [version.id, *([live.id] if live else [])]
    if all(len(remembered_results(bench, cases, side)) == len(cases) for side in sides):
        _hold(bench, version, by)


def _silent(_done: int, _total: int, _result: Result) -> None:
    """The page says it when it is done."""
