"""Runs that wait for a person's word, and the words that stand on one."""

from itertools import islice
from typing import TYPE_CHECKING, Any

from alongside.core.case import CheckSpec
from alongside.core.feedback import Feedback
from alongside.core.plain import bare
from alongside.core.run import Run
from alongside.evals.answer import MISSING
from alongside.evals.feedback import called_wrong, current, expectations
from alongside.evals.feedback import unjudged as places_left
from alongside.store import feedback, runs

if TYPE_CHECKING:
    from alongside.workbench.loop import Workbench

__all__ = ["standing_words", "unjudged", "unjudged_places"]

_LOOK_BACK = 500


def unjudged(bench: "Workbench", *, workflow: str = "", limit: int = 20) -> list[Run]:
    """Return the newest finished runs (replays aside) that still have something to judge, oldest of them first.

    A run that became a case is done with, whatever was left open on it.
    """
    recent = runs.latest(bench.database, limit=_LOOK_BACK, workflow=workflow, status="done")
    done_with = {case.run for case in bench.cases().cases}
    waiting = (
        run
        for run in recent
        if run.mode != "replay" and run.id not in done_with and unjudged_places(bench, run)
    )
    return list(islice(waiting, limit))[::-1]


def unjudged_places(bench: "Workbench", run: Run) -> tuple[str, ...]:
    """Return the places of a run's answer on which no word stands; `("",)`, the whole, where there is none at all."""
    words = feedback.of_run(bench.database, run.id)
    return places_left(words, _answer(bench, run) if current(words) else None)


def standing_words(
    bench: "Workbench", run: Run
) -> tuple[tuple[Feedback, ...], dict[str, Any], tuple[CheckSpec, ...]]:
    """Return the words that stand on a run, what a case made of it would expect, and what it mustn't say again."""
    words = current(feedback.of_run(bench.database, run.id))
    answer = _answer(bench, run)
    return words, expectations(words, answer), called_wrong(words, answer if run.output else MISSING)


def _answer(bench: "Workbench", run: Run) -> Any:
    return bare(bench.blobs.get(run.output)) if run.output else None
