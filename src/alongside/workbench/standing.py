"""One case by its name, and how it stands: its last result on each version that ran it."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from alongside.core.case import Case
from alongside.core.errors import UsageError
from alongside.evals.comparison import passing
from alongside.evals.verdict_keys import verdict_key
from alongside.store import runs, verdicts, versions

if TYPE_CHECKING:
    from alongside.workbench.loop import Workbench

__all__ = ["find_case", "results_of_case"]

_VERSIONS = 50
_SHORTEST = 4


def find_case(bench: "Workbench", name: str) -> tuple[Case, Path]:
    """Return the case and its file, by name, or by its id or the first four digits of it or more. Raises UsageError `no-such-case`."""
    loaded = bench.cases()
    found = [case for case in loaded.cases if case.name == name] or [
        case for case in loaded.cases if len(name) >= _SHORTEST and case.id.startswith(name)
    ]
    if len(found) != 1:
        raise UsageError(
            "no-such-case",
            f"{name} is {'no case' if not found else 'more than one case'} here",
            fix="see `alongside case list --retired`",
        )
    return found[0], loaded.paths[found[0].id]


def results_of_case(bench: "Workbench", case: Case) -> list[dict[str, Any]]:
    """Return `{"version", "live", "status", "run", "reasons"}` of the newest versions, newest first.

    A version that is remembered to have judged the case as it stands now, by the checks and parsers of now, says passed
    or failed; one that only ran it says `not judged since`: the case or Alongside has changed.
    """
    live = versions.pointer(bench.database).live
    key = verdict_key(case)
    found: list[dict[str, Any]] = []
    newest = versions.latest(bench.database, limit=_VERSIONS)
    remembered = verdicts.of_case(bench.database, key, [version.id for version in newest])
    for version in newest:
        run = runs.latest_of_case(bench.database, case.id, version.id)
        known = remembered.get(version.id)
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
            status = run.status if run.status != "done" else "not judged since"
            found.append(one | {"status": status, "run": run.id, "reasons": [run.error] if run.error else []})
    return found
