"""Writing down a run whose worker was lost."""

from typing import cast

from alongside.core.errors import UpstreamError
from alongside.core.run import Mode, Run
from alongside.core.surrogates import shown
from alongside.engine.order import Order, Outcome
from alongside.store import runs
from alongside.store.database import Database

__all__ = ["ENGINE_BUG", "write_lost"]

ENGINE_BUG = "engine-bug"
"""The code that `engine.host` gives to what the engine itself failed at."""

_FIXES = {
    ENGINE_BUG: "report it, with `alongside doctor`",
    "deadline": "raise seconds_per_run under [limits] of alongside.toml, or make the workflow faster",
    "worker-died": "run it again; if it dies again, the step needs more memory than a worker may have",
}


def write_lost(database: Database, order: Order, code: str, text: str, *, now: float) -> Outcome:
    """Record the run as failed (what its steps had committed stays) and return its outcome.

    A run that had committed its end before the worker was lost keeps it.
    """
    error = f"error[{code}]: {shown(text)}\nfix: {_FIXES.get(code, 'run the command again')}"
    known = runs.get(database, order.run)
    if known is not None and known.status == "done":
        return Outcome(
            order.run,
            "done",
            known.output,
            spent=known.cost,
            cold_cost=known.cold_cost,
            seconds=known.seconds,
        )
    run = Run(
        order.run,
        order.workflow,
        known.version if known else "",
        cast("Mode", order.mode),
        order.case,
        known.inputs if known else {},
        "failed",
        "",
        error,
        known.started if known else now,
        now - known.started if known else 0.0,
        0,
        0,
        0.0,
        order.released,
    )
    database.write(lambda connection: runs.save(connection, run))
    return Outcome(order.run, "failed", error=error, code=code, exit_code=UpstreamError.exit_code)
