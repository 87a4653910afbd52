"""How a run's driver ended: done, failed or stopped, as its record and its caller are told."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alongside.core.errors import AlongsideError, UpstreamError
from alongside.engine.context import NotRun
from alongside.engine.exceptions import keepable
from alongside.engine.lost import LATE
from alongside.engine.raised_at import parts_of, place
from alongside.engine.session import Session
from alongside.engine.step import Workflow
from alongside.engine.versions import why_left_out

__all__ = ["Ended", "failed", "late", "out_of_memory", "raised", "stopped"]

_LASTING = {
    "broken-text",
    "impure-step",
    "input-name",
    "input-type",
    "mutated-input",
    "step-value",
    "wrong-type",
}


@dataclass(frozen=True, slots=True)
class Ended:
    """How the driver ended. A failure is `lasting` where the same code and inputs fail again."""

    status: str
    output: Any = None
    error: str = ""
    code: str = ""
    exit_code: int = 1
    lasting: bool = True
    wanted: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()


def stopped(stop: NotRun) -> Ended:
    """Return the end of a run that would have needed what no tape has."""
    status = "interrupted" if stop.code == "unknown-effect" else "not-run"
    return Ended(status, error=stop.reason, code=stop.code, wanted=stop.call or ())


def failed(error: AlongsideError) -> Ended:
    """Return the end of a run by one of our errors."""
    lasting = keepable(error, "pure") or error.code in _LASTING
    return Ended("failed", error=str(error), code=error.code, lasting=lasting, exit_code=error.exit_code)


def out_of_memory(workflow: Workflow[..., Any]) -> Ended:
    """Return the end of a run for which memory ran out; whose fault that was its runner finds out."""
    error = UpstreamError(
        "out-of-memory",
        f"workflow {workflow.name} needs more memory than a worker may have",
        fix="work on smaller pieces, or split the document",
    )
    return Ended("failed", error=str(error), code=error.code, lasting=False)


def late(seconds: float, steps: Iterable[str]) -> Ended:
    """Return the end of a run that was past its deadline; `steps` are those in which it was."""
    where = ", ".join(dict.fromkeys(steps)) or "the workflow's own code"
    error = UpstreamError("deadline", f"no answer within {seconds:g} s; it was in {where}", fix=LATE)
    return Ended("failed", error=str(error), code=error.code, exit_code=error.exit_code, lasting=False)


def raised(session: Session, error: BaseException, workflow: Workflow[..., Any]) -> Ended:
    """Return the end of a run by what its workflow raised; a group that a task group made ends it as what is in it."""
    ours = _ours(error)
    if isinstance(ours, NotRun):
        return stopped(ours)
    if ours is not None:
        return failed(ours)
    lasting = keepable(error, "pure")
    return Ended("failed", error=_told(session, error, workflow), code="workflow-raised", lasting=lasting)


def _ours(error: BaseException) -> NotRun | AlongsideError | None:
    """Return what is the engine's own word, also where a group holds it: that the run stops before any error."""
    if isinstance(error, NotRun | AlongsideError):
        return error
    found = [ours for part in parts_of(error) if (ours := _ours(part)) is not None]
    return next((ours for ours in found if isinstance(ours, NotRun)), found[0] if found else None)


def _told(session: Session, error: BaseException, workflow: Workflow[..., Any]) -> str:
    """Return the exception with the place in the project's code where it was raised, or what it came from."""
    is_own = session.origins.is_project
    where = (
        place(error, is_own) or (error.__cause__ and place(error.__cause__, is_own)) or f"in {workflow.name}"
    )
    return f"{_said(error)} ({where}){_absence(session, error)}"


def _said(error: BaseException) -> str:
    """Return the exception in a line, a group with what is first in it."""
    return ": ".join([f"{type(error).__name__}: {error}", *map(_said, parts_of(error)[:1])])


def _absence(session: Session, error: BaseException) -> str:
    """Return, for a file that the engagement has and the version hasn't, why and what to do."""
    root, path = session.root.resolve(), Path(str(getattr(error, "filename", None) or "")).resolve()
    if not isinstance(error, FileNotFoundError) or not path.is_relative_to(root):
        return ""
    why = why_left_out(session.engagement, path.relative_to(root).as_posix())
    if path.name == "alongside.toml":
        return f"; {why}\nfix: read what is under [params] by `param(NAME)`"
    fix = "take it as an input, `def workflow(file: File)`, or keep what every run reads in a folder such as data/"
    return f"; {why}\nfix: {fix}" if why else ""
