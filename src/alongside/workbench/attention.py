"""What needs somebody: wrong answers that are no case yet, cases that fail, a gate that says no. Nothing is run for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alongside.core.case import Case, case_id
from alongside.core.run import Run
from alongside.engine.order import Outcome
from alongside.evals.comparison import Result, passing
from alongside.evals.verdict_keys import verdict_key
from alongside.store import run_list, verdicts, versions
from alongside.workbench.remembered import kept_verdict

if TYPE_CHECKING:
    from alongside.workbench.loop import Workbench

__all__ = ["Known", "known_failures", "refusal", "wrong_without_case"]

_LOOK_BACK = 50


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the cases on the newest version that ran any: what fails, and what of that held on the live one.

    `version` is empty where no version ran a case yet.
    """

    version: str
    failing: tuple[Result, ...] = ()
    broken: tuple[Result, ...] = ()


def wrong_without_case(bench: "Workbench", cases: Sequence[Case]) -> list[Run]:
    """Return the runs that somebody called wrong of late and that are no case, retired or not."""
    known = {case.id for case in cases}
    found = run_list.wrong(bench.database, limit=_LOOK_BACK)
    return [run for run in found if case_id(run.workflow, bench.plain_inputs(run)) not in known]


def known_failures(bench: "Workbench", cases: Sequence[Case]) -> Known:
    """Return the last results of the working tree, or of the newest version that has any where the tree has none."""
    tree = bench.snapshot().id
    newest = [version.id for version in versions.latest(bench.database, limit=_LOOK_BACK)]
    ran = (one for one in (tree, *newest) if verdicts.any_of(bench.database, one))
    version = next(ran, "")
    failed = verdicts.failed(bench.database, version) if version else {}
    if not failed:
        return Known(version)
    live = versions.pointer(bench.database).live
    held = verdicts.of_version(bench.database, live) if live and live != version else {}
    failing: list[Result] = []
    broken: list[Result] = []
    for case in cases:
        key = verdict_key(case)
        if case.retired or key not in failed:
            continue
        result = _result(case, failed[key])
        if result.status == "passed":
            continue
        was = _result(case, held[key]).status if key in held else ""
        (broken if was == "passed" else failing).append(result)
    return Known(version, tuple(failing), tuple(broken))


def refusal(bench: "Workbench", version: str) -> Mapping[str, Any] | None:
    """Return the gate's last verdict on a version as JSON where it said no, None where it said yes or nothing."""
    said = kept_verdict(bench, version)
    return None if said is None or said["passed"] else said


def _result(case: Case, kept: Mapping[str, Any]) -> Result:
    return passing(case, (Outcome.from_json(dict(kept)),), remembered=True)
