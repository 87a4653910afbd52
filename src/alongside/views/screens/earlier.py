"""The way back on the page for users: what somebody asked for there before, what is under way too."""

from collections.abc import Collection
from dataclasses import dataclass

from alongside.store import asked, runs
from alongside.views.screens.names import run_title
from alongside.workbench import Workbench

__all__ = ["Earlier", "earlier_answers"]

_SHOWN = 5
_STATES = {"running": "waiting", "done": "done"}


@dataclass(frozen=True, slots=True)
class Earlier:
    """An answer that was asked for before, and where it is: `state` is waiting, done or failed."""

    run: str
    href: str
    title: str
    at: float
    state: str


def earlier_answers(
    bench: Workbench, workflow: str, by: str, *, besides: str, waiting: Collection[str]
) -> tuple[Earlier, ...]:
    """Return the newest answers that somebody asked for here, `besides` the one that is shown.

    `waiting` are those that are asked for and may not have begun yet.
    """
    found: list[Earlier] = []
    for run, at in asked.latest(bench.database, by=by, workflow=workflow, limit=_SHOWN + 1):
        kept = runs.get(bench.database, run)
        if run == besides or (kept is None and run not in waiting):
            continue
        title = run_title(kept, bench.value) if kept else "Not begun yet"
        state = _STATES.get(kept.status, "failed") if kept else "waiting"
        found.append(Earlier(run, f"/app/{workflow}/{run}", title, at, state))
    return tuple(found[:_SHOWN])
