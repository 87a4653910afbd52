"""A run whose worker was lost: what is written down of it, and what it had paid for."""

from dataclasses import asdict
from typing import cast

from alongside.core.errors import UpstreamError
from alongside.core.run import Mode, Run
from alongside.core.surrogates import shown
from alongside.engine.order import Order, Outcome, Tally
from alongside.store import runs, tapes
from alongside.store.database import Database

__all__ = ["ENGINE_BUG", "LATE", "paid_before", "was_lost", "write_lost"]

ENGINE_BUG = "engine-bug"
"""The code that `engine.host` gives to what the engine itself failed at."""

LATE = "raise seconds_per_run under [limits] of alongside.toml, or make the workflow faster"
"""What to do about a run that was past its deadline."""

_FIXES = {
    ENGINE_BUG: "report it, with `alongside doctor`",
    "deadline": LATE,
    "worker-died": "run it again; if it dies again, the step needs more memory than a worker may have",
}


def write_lost(database: Database, order: Order, code: str, text: str, *, now: float) -> Outcome:
    """Record the run as failed (what its steps had committed stays) and return its outcome.

    A run that had committed its end before the worker was lost keeps it. What a call cost that was under way when the
    worker died isn't told: nobody knows of it.
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
    tally = paid_before(database, order)
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
        tally.spent,
        tally.cold_cost,
        0.0,
        order.released,
    )
    database.write(lambda connection: runs.save(connection, run))
    return Outcome(
        order.run, "failed", error=error, code=code, exit_code=UpstreamError.exit_code, **asdict(tally)
    )


def was_lost(run: Run) -> bool:
    """Whether a run ended with its worker, and not by what it did."""
    return run.error.startswith(tuple(f"error[{code}]" for code in _FIXES))


def paid_before(database: Database, order: Order) -> Tally:
    """Return what a run that was lost or stopped had paid for: what its record says, and by the tape since it last began.

    An answer that another run of its replay paid for meanwhile counts here too. Where the run had written its end, and the
    worker was lost before it told of that, the money is in its record; how many answers it was is on the tape alone.
    """
    known = runs.get(database, order.run)
    if known is not None and known.status != "running":
        number, _ = tapes.asked(database, order.run, since=known.started) if order.again else (0, 0)
        return Tally(executed=number, model_executed=number, spent=known.cost, cold_cost=0)
    since = order.since if known is None else known.started
    number, cost = tapes.asked(database, order.run, since=since) if since else (0, 0)
    before = known.cost if known else 0
    spent = None if before is None or cost is None else before + cost
    return Tally(executed=number, model_executed=number, spent=spent, cold_cost=cost)
