"""What needs somebody: wrong answers that are no case yet, cases that fail, a gate that says no. Nothing is run for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from alongside.core.case import Case, case_id
from alongside.core.release import Version
from alongside.core.run import Run
from alongside.engine.order import Outcome
from alongside.evals.comparison import Result, passing
from alongside.evals.verdict_keys import verdict_key
from alongside.store import proofs, run_list, verdicts, versions
from alongside.store.engagement_file import FILE
from alongside.workbench.holding import signed_today
from alongside.workbench.remembered import kept_verdict

if TYPE_CHECKING:
    from alongside.workbench.loop import Workbench

__all__ = ["Known", "changed_files", "known_failures", "refusal", "unshipped", "wrong_without_case"]

_LOOK_BACK, _VERSIONS = 50, 3


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of each case on the newest version that judged it: what fails, and what of that held on the live one.

    `version` is the newest that a replay was made of (empty where none was); `on` says by case on which
    version it fails.
    """

    version: str
    failing: tuple[Result, ...] = ()
    broken: tuple[Result, ...] = ()
    on: Mapping[str, str] = field(default_factory=dict[str, str])


def wrong_without_case(bench: "Workbench", cases: Sequence[Case]) -> list[Run]:
    """Return the runs that somebody called wrong of late and that are no case, retired or not."""
    known = {case.id for case in cases}
    found = run_list.wrong(bench.database, limit=_LOOK_BACK)
    return [run for run in found if case_id(run.workflow, bench.plain_inputs(run)) not in known]


def known_failures(bench: "Workbench", cases: Sequence[Case]) -> Known:
    """Return each case's last result: on the working tree, or on the newest of the versions that judged it."""
    tree = bench.snapshot().id
    newest = [version.id for version in versions.latest(bench.database, limit=_LOOK_BACK)]
    order = [one for one in dict.fromkeys((tree, *newest)) if verdicts.any_of(bench.database, one)]
    version = next((one for one in order if verdicts.are_replayed(bench.database, one)), "")
    failed = _failed(bench, {verdict_key(case): case for case in cases if not case.retired}, order)
    live = versions.pointer(bench.database).live
    elsewhere = bool(live) and any(on != live for on, _ in failed.values())
    held = verdicts.of_version(bench.database, live) if elsewhere else {}
    failing: list[Result] = []
    broken: list[Result] = []
    for key, (on, result) in failed.items():
        was = _result(result.case, held[key]).status if on != live and key in held else ""
        (broken if was == "passed" else failing).append(result)
    on = {result.case.id: one for one, result in failed.values()}
    return Known(version, tuple(failing), tuple(broken), on)


def _failed(
    bench: "Workbench", cases: Mapping[str, Case], order: Sequence[str]
) -> dict[str, tuple[str, Result]]:
    """Return the version and the result, by verdict key, of the cases that fail on the first version that judged them."""
    left = dict(cases)
    found: dict[str, tuple[str, Result]] = {}
    judging = ((one, verdicts.judged_keys(bench.database, one)) for one in order)
    for version, judged in islice(judging, _VERSIONS):
        now = {key: left.pop(key) for key in judged & left.keys()}
        failed = verdicts.failed(bench.database, version) if now else {}
        for key in now.keys() & failed.keys():
            result = _result(now[key], failed[key])
            if result.status != "passed":
                found[key] = (version, result)
    return {key: found[key] for key in cases if key in found}


def refusal(bench: "Workbench", version: str) -> Mapping[str, Any] | None:
    """Return the gate's last verdict on a version as JSON where it is no, as it is signed today; None where it is yes or nothing."""
    kept = kept_verdict(bench, version)
    if kept is None:
        return None
    said = signed_today(bench, kept)
    return None if said["passed"] else said


def changed_files(live: Version | None, working: Version) -> tuple[str, ...]:
    """Return the files of the working tree that differ from what is live, with `alongside.toml` where settings do."""
    if live is None:
        return ()
    old, new = live.manifest, working.manifest
    files = sorted(path for path in {*old.files, *new.files} if old.files.get(path) != new.files.get(path))
    settings = dict(old.params) != dict(new.params) or dict(old.models) != dict(new.models)
    return (*files, *([FILE] if settings else []))


def unshipped(bench: "Workbench", version: str) -> tuple[tuple[str, ...], str]:
    """Return what differs from what is live where the working tree is `version`, and who proved it last (empty: nobody)."""
    working = bench.snapshot()
    changed = changed_files(bench.live(), working) if working.id == version else ()
    proof = proofs.newest(bench.database) if changed else None
    return changed, proof.by if proof and proof.version == version else ""


def _result(case: Case, kept: Mapping[str, Any]) -> Result:
    return passing(case, (Outcome.from_json(dict(kept)),), remembered=True)
