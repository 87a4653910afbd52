"""A run as those who asked for it see it: the answer, what it came from, what was said of it."""

import re
from typing import Any

from alongside.core.errors import AlongsideError
from alongside.core.feedback import Feedback
from alongside.core.run import Run
from alongside.engine.order import Outcome
from alongside.store import feedback
from alongside.workbench import Workbench
from alongside.workbench.answering import Asked

__all__ = ["answer_json", "error_json", "feedback_json", "run_json"]

_FORM = re.compile(r"error\[(?P<code>[a-z0-9-]+)\]: (?P<message>.*?)(?:\nfix: (?P<fix>.*))?", re.DOTALL)


def answer_json(bench: Workbench, asked: Asked, outcome: Outcome) -> dict[str, Any]:
    """Return `{run, workflow, version, released, status, answer, seconds, cost, steps}`, with `error` where there is one.

    `cost` is in dollars, null where it isn't known.
    """
    shown: dict[str, Any] = {
        "run": outcome.run,
        "workflow": asked.workflow,
        "version": asked.version,
        "released": asked.released,
        "status": outcome.status,
        "answer": bench.value(outcome.output),
        "seconds": round(outcome.seconds, 6),
        "cost": None if outcome.spent is None else outcome.spent / 1e9,
        "steps": {"executed": outcome.executed, "kept": outcome.kept},
    }
    return shown | (
        {}
        if outcome.status == "done"
        else {"error": error_json(_told(outcome.run, outcome.error, outcome.code))}
    )


def run_json(bench: Workbench, run: Run) -> dict[str, Any]:
    """Return a kept run with its answer and every word on it."""
    shown: dict[str, Any] = {
        "run": run.id,
        "workflow": run.workflow,
        "version": run.version,
        "released": run.released,
        "mode": run.mode,
        "status": run.status,
        "started": run.started,
        "seconds": round(run.seconds, 6),
        "cost": None if run.cost is None else run.cost / 1e9,
        "answer": bench.value(run.output),
        "feedback": [feedback_json(word) for word in feedback.of_run(bench.database, run.id)],
    }
    return shown | ({"error": error_json(_told(run.id, run.error))} if run.error else {})


def feedback_json(word: Feedback) -> dict[str, Any]:
    """Return a word on a run; `expected` only where one was given."""
    box = word.box
    shown: dict[str, Any] = {
        "id": word.id,
        "run": word.run,
        "judgement": word.judgement,
        "field": word.field,
        "box": None if box is None else [box.page, box.x0, box.y0, box.x1, box.y1],
        "span": word.span,
        "by": word.by,
        "note": word.note,
        "at": word.at,
        "undone": word.undone,
    }
    return shown | ({"expected": word.expected} if word.has_expected else {})


def error_json(error: AlongsideError) -> dict[str, str]:
    """Return `{code, message, fix}`."""
    return {"code": error.code, "message": error.message, "fix": error.fix}


def _told(run: str, text: str, code: str = "workflow-raised") -> AlongsideError:
    """Return an error from its text as it is kept with a run: `error[code]: …` with a fix, or what a workflow raised."""
    found = _FORM.fullmatch(text)
    fix = (found["fix"] if found else "") or f"see `alongside runs show {run}`"
    if found is None:
        return AlongsideError(code, text or "the run ended without an answer", fix=fix)
    return AlongsideError(found["code"], found["message"], fix=fix)
