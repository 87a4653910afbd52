"""How a case stands: its last result on each version that ran it."""

from typing import TYPE_CHECKING, Any

from alongside.core.case import Case
from alongside.evals.comparison import passing
from alongside.evals.replay import verdict_key
from alongside.store import runs, verdicts, versions

if TYPE_CHECKING:
    from alongside.workbench.opened import Workbench

__all__ = ["results_of_case"]

_VERSIONS = 50


def results_of_case(bench: "Workbench", case: Case) -> list[dict[str, Any]]:
    """Return `{"version", "live", "status", "run", "reasons"}` of the newest versions, newest first.

    A version that is remembered to have judged the case as it stands now says passed or failed; one that ran it
    when it expected something else says `ran before its last edit`.
    """
    live = versions.pointer(bench.database).live
    key = verdict_key(case)
    found: list[dict[str, Any]] = []
    for version in versions.latest(bench.database, limit=_VERSIONS):
        run = runs.latest_of_case(bench.database, case.id, version.id)
        known = verdicts.of_version(bench.database, version.id).get(key)
        if known is None and run is None:
            continue
        one = {"version": version.id, "live": version.id == live}
        if known is not None:
            from alongside.engine.order import Outcome

            result = passing(case, (Outcome.from_json(dict(known)),))
            found.append(
                one | {"status": result.status, "run": result.outcome.run, "reasons": list(result.reasons)}
            )
        elif run is not None:
            status = run.status if run.status != "done" else "ran before its last edit"
            found.append(one | {"status": status, "run": run.id, "reasons": [run.error] if run.error else []})
    return found
