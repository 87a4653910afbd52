"""What keeps an engagement's memory true and small: forecast before spending, forget what is wrong, drop what is idle."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from alongside.core.case import Case
from alongside.store import ledger, tapes
from alongside.store.ledger import Forgotten
from alongside.workbench.spending import ask_standing
from alongside.workbench.unsaved import Unsaved, cases_with, version_with
from alongside.workbench.workers import new_id

if TYPE_CHECKING:
    from alongside.core.release import Version
    from alongside.engine.collect import Collected
    from alongside.engine.forecast import Forecast
    from alongside.evals.replay import Options
    from alongside.workbench.loop import Workbench

__all__ = ["approve_call", "collect", "forecast", "forget"]

_HEX = frozenset("0123456789abcdef")
_LEAST_DIGITS = 8
_START = 0.5  # seconds that the worker of a version takes to start, measured on two cores
_EACH = 0.004  # seconds a run: its driver, its judging, its commit


def forecast(
    bench: "Workbench",
    cases: Sequence[Case],
    options: "Options",
    *,
    baseline: "Version | None" = None,
    unsaved: Unsaved | None = None,
) -> "Forecast":
    """Return what a replay of the working tree against the live version (or `baseline`) would re-run at most.

    With `unsaved`, of the tree and the cases as saving that would make them.
    """
    from alongside.engine.forecast import forecast as foretell
    from alongside.evals.replay import beside_of, draws_of, is_remembered

    version, held = bench.snapshot(), baseline or bench.live()
    candidate = version_with(bench, version, unsaved) if unsaved else version
    against, side = bench.side(held) if held else None, bench.side(candidate)
    chosen = cases_with(cases, unsaved) if unsaved else cases
    told = foretell(
        bench.database,
        chosen,
        salt=bench.salt,
        ask=partial(ask_standing, bench, version),
        draws=lambda case: draws_of(case, options),
        beside=lambda case: beside_of(case, options, candidate.id, against),
        settled=lambda case: is_remembered(case, options, side),
        edited=None if candidate is version else candidate.manifest,
        like=(version.id, *([held.id] if held else [])),
        refresh=options.refresh,
    )
    up = bench.runners.versions  # asked last: what the forecast itself started is up by now
    sides = [(candidate, side), *([(held, against)] if held and against and held != candidate else [])]
    around = (
        _around(sum(not is_remembered(case, options, one) for case in chosen), is_up=version.id in up)
        for version, one in sides
    )
    return replace(told, seconds=told.seconds + sum(around))


def _around(runs: int, *, is_up: bool) -> float:
    """Return how long so many runs take on a version beside their steps, in seconds."""
    return runs * _EACH + (_START if runs and not is_up else 0.0)


def forget(bench: "Workbench", what: str) -> Forgotten:
    """Drop kept results by the start of a key (8 digits or more), by a run's id (`last`: the last one), or by a step's name."""
    if what == "last" or what.startswith("run_"):
        run = bench.find_run(what).id
        return bench.database.write(lambda connection: ledger.forget(connection, run=run))
    if len(what) >= _LEAST_DIGITS and _HEX.issuperset(what):
        return bench.database.write(lambda connection: ledger.forget(connection, key=what))
    return bench.database.write(lambda connection: ledger.forget(connection, step=what))


def collect(bench: "Workbench", *, dry_run: bool) -> "Collected":
    """Drop what nothing needs any more; pins, running leases and the last 24 hours are spared."""
    from alongside.engine.collect import collect as sweep

    return sweep(
        bench.root,
        database=bench.database,
        blobs=bench.blobs,
        cases=bench.active_cases(),
        now=bench.clock(),
        dry_run=dry_run,
    )


def approve_call(bench: "Workbench", wanted: Sequence[str], *, by: str) -> None:
    """Record that one call with exactly these arguments may be made: (step, digest of the arguments, as people read it)."""
    step, args, shown = wanted
    at = bench.clock()
    bench.database.write(
        lambda c: tapes.approve(c, new_id("ok"), step=step, args=args, shown=shown, by=by, at=at)
    )
