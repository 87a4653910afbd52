"""What a run already answered, held against a case: known at once, without running anything."""

import json
from contextlib import suppress

from alongside.core.case import Case
from alongside.core.errors import AlongsideError
from alongside.core.run import Run
from alongside.evals.replay import Options, order_for
from alongside.evals.verdict_keys import verdict_key
from alongside.store import runs, verdicts
from alongside.workbench.opened import Opened

__all__ = ["hold"]


def hold(bench: Opened, case: Case, *others: Run) -> None:
    """Hold a case against the answers of the run that it came from and of `others`, as the word of their versions.

    No replay takes that word instead of a run. What can't be judged here (a version that doesn't load any more, a run
    that was interrupted) is left for a replay to say.
    """
    own = runs.get(bench.database, case.run) if case.run else None
    for run in {one.id: one for one in (own, *others) if one is not None}.values():
        with suppress(AlongsideError):
            _hold(bench, case, run)


def _hold(bench: Opened, case: Case, run: Run) -> None:
    from alongside.engine.order import Outcome

    if run.status not in {"done", "failed"}:
        return
    said: list[dict[str, object]] = []
    if run.status == "done":
        judge = order_for(case, run=run.id, options=Options()).judge
        said = bench.runners.call(bench.version(run.version), "judge", {"run": run.id, "judge": judge})[
            "verdicts"
        ]
    outcome = Outcome(
        run=run.id,
        status=run.status,
        output=run.output,
        error=run.error,
        verdicts=tuple(said),
        seconds=run.seconds,
        cold_cost=run.cold_cost,
        cold_seconds=run.cold_seconds,
    )
    bench.database.write(
        lambda connection: verdicts.save(
            connection,
            run.version,
            key=verdict_key(case),
            case=case.id,
            run=run.id,
            result=json.dumps(outcome.to_json()),
            at=bench.clock(),
            may_stand_in=False,
        )
    )
