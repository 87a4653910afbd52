"""Runs that wait for a person's word, and the words that stand on one."""

from typing import TYPE_CHECKING, Any

from alongside.core.feedback import Feedback
from alongside.core.plain import bare
from alongside.core.run import Run
from alongside.evals.feedback import current, expectations
from alongside.store import feedback, runs

if TYPE_CHECKING:
    from alongside.workbench.loop import Workbench

__all__ = ["standing_words", "unjudged"]

_LOOK_BACK = 500


def unjudged(bench: "Workbench", *, workflow: str = "", limit: int = 20) -> list[Run]:
    """Return the newest finished runs (replays aside) on which nobody has a standing word, oldest of them first."""
    recent = runs.latest(bench.database, limit=_LOOK_BACK, workflow=workflow, status="done")
    waiting = [
        run for run in recent if run.mode != "replay" and not current(feedback.of_run(bench.database, run.id))
    ]
    return waiting[:limit][::-1]


def standing_words(bench: "Workbench", run: Run) -> tuple[tuple[Feedback, ...], dict[str, Any]]:
    """Return the words that stand on a run, and what a case made of it would expect."""
    words = current(feedback.of_run(bench.database, run.id))
    answer = bare(bench.blobs.get(run.output)) if run.output else None
    return words, expectations(words, answer)
