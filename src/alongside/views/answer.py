"""A run as whoever asked for it sees it: the answer, what it came from, or why there is none."""

import re
from typing import Any

from alongside.core.counting import in_dollars
from alongside.core.errors import AlongsideError
from alongside.engine.order import Outcome

__all__ = ["answer_data", "error_data", "told_error"]

_FORM = re.compile(r"error\[(?P<code>[a-z0-9-]+)\]: (?P<message>.*?)(?:\nfix: (?P<fix>.*))?", re.DOTALL)


def answer_data(
    outcome: Outcome, answer: Any, *, workflow: str, version: str, released: str
) -> dict[str, Any]:
    """Return `{run, workflow, version, released, status, answer, seconds, cost, steps}`, with `error` where there is one.

    `cost` is in dollars, null where it isn't known. A run that is done but went past a limit has a `warning`.
    """
    shown: dict[str, Any] = {
        "run": outcome.run,
        "workflow": workflow,
        "version": version,
        "released": released or None,
        "status": outcome.status,
        "answer": answer,
        "seconds": round(outcome.seconds, 3),
        "cost": in_dollars(outcome.spent),
        "steps": {"executed": outcome.executed, "kept": outcome.kept},
    }
    if outcome.status != "done":
        return shown | {"error": error_data(_why(outcome))}
    return shown | {"warning": error_data(_why(outcome))} if outcome.error else shown


def error_data(error: AlongsideError) -> dict[str, str]:
    """Return `{code, message, fix}`."""
    return {"code": error.code, "message": error.message, "fix": error.fix}


def told_error(text: str) -> AlongsideError | None:
    """Return the error that a run's text is the telling of, None where the workflow raised something of its own."""
    found = _FORM.fullmatch(text)
    return AlongsideError(found["code"], found["message"], fix=found["fix"] or "") if found else None


def _why(outcome: Outcome) -> AlongsideError:
    """Return the error whose text the outcome carries, or what the workflow raised as one."""
    found = told_error(outcome.error)
    fix = (found.fix if found else "") or f"see `alongside runs show {outcome.run}`"
    message = found.message if found else outcome.error
    code = outcome.code or (found.code if found else "workflow-raised")
    return AlongsideError(code, message or "the run ended without an answer", fix=fix)
