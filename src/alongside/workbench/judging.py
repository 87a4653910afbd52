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
from alongside.store import feedback, run_list, runs
from alongside.store.run_list import RunFilter

if TYPE_CHECKING:
    from alongside.workbench.loop import Workbench

__all__ = ["standing_words", "to_judge", "unjudged", "unjudged_places"]

_LOOK_BACK, _MOST = 500, 10_000


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


def to_judge(bench: "Workbench", *, workflow: str = "", limit: int = 20) -> tuple[list[Run], list[Run], int]:
    """Return the newest runs on which nobody said a word, as the inbox has them, those judged in part, and how many the first are.

    The oldest of each is first; counted are ten thousand at most.
    """
    wanted = RunFilter(workflow, "done", word="none")
    waiting = [one.run for one in run_list.page(bench.database, wanted, limit=limit)][::-1]
    left = unjudged(bench, workflow=workflow, limit=_LOOK_BACK)
    begun = [run for run in left if standing_words(bench, run)[0]][-limit:]
    total = len(waiting) if len(waiting) < limit else run_list.count(bench.database, wanted, most=_MOST)
    return waiting, begun, total


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
