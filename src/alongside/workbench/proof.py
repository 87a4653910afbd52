"""A proof: one replay of a change, under way or ended, and how it is kept so that its page outlives the server."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal

from alongside.core.case import Case, CheckSpec
from alongside.core.errors import AlongsideError
from alongside.store import proofs, verdicts
from alongside.store.proofs import KeptProof
from alongside.workbench.workers import new_id

if TYPE_CHECKING:
    from alongside.evals.comparison import Comparison, Result, Spent
    from alongside.release.gate import GateVerdict
    from alongside.workbench.opened import Opened

__all__ = ["Proof", "Status", "found_of", "keep_gate", "kept_of", "restored", "verdict_of"]

Status = Literal["running", "done", "failed", "stopped", "interrupted"]


class Proof:
    """One replay under way or ended: what it is of, how far it is, what it found.

    `now` and `before` fill up as cases finish; `comparison` and (for every case) `verdict` are there at its end.
    `facts` digest what each case said when it began. `stopped_by` is who wants it to end, empty: nobody does.
    `ticks` grows with each change, so that whoever shows it knows when to look again.
    """

    def __init__(
        self,
        identity: str,
        *,
        version: str,
        baseline: str,
        cases: Sequence[Case],
        facts: Mapping[str, str],
        only: str,
        by: str,
        at: float,
    ) -> None:
        self.id = identity
        self.version = version
        self.baseline = baseline
        self.cases = tuple(cases)
        self.facts = dict(facts)
        self.only = only
        self.by = by
        self.started = at
        self.seconds = 0.0
        self.status: Status = "running"
        self.stopped_by = ""
        self.error: AlongsideError | None = None
        self.now: dict[str, Result] = {}
        self.before: dict[str, Result] = {}
        self.fixed: tuple[str, ...] = ()
        self.broken: tuple[str, ...] = ()
        self.comparison: Comparison | None = None
        self.verdict: GateVerdict | None = None
        self.ticks = 0

    @property
    def spent(self) -> "tuple[Spent, Spent]":
        """What all its runs took so far, those of draws that came on top too: the candidate's, the baseline's."""
        from alongside.evals.comparison import spent_on

        if self.comparison:
            return self.comparison.spent
        return spent_on(list(self.now.values())), spent_on(list(self.before.values()))

    @property
    def cost(self) -> int | None:
        """Nano-dollars spent so far on both versions, None where a model has no price."""
        ours, theirs = self.spent
        return (ours + theirs).cost

    @property
    def unchanged(self) -> int:
        """How many cases ran and were neither fixed nor broken."""
        ran = sum(result.status != "not-run" for result in list(self.now.values()))
        return ran - len(self.fixed) - len(self.broken)

    @property
    def not_run(self) -> int:
        """How many cases did not run."""
        return sum(result.status == "not-run" for result in list(self.now.values()))

    def take(self, comparison: "Comparison") -> None:
        """Take a whole comparison as what it found."""
        self.now, self.before = dict(comparison.now), dict(comparison.before)
        self.fixed, self.broken = comparison.fixed, comparison.broken
        self.comparison = comparison


def _of_gate(
    identity: str, comparison: "Comparison", verdict: "GateVerdict", *, by: str, ended: float
) -> Proof:
    """Return the proof that a gate without a page was: every case, held against the definition of done."""
    from alongside.evals.verdict_keys import gate_facts

    cases = [result.case for result in comparison.now.values()]
    proof = Proof(
        identity,
        version=comparison.candidate,
        baseline=comparison.baseline,
        cases=cases,
        facts={case.id: gate_facts(case) for case in cases},
        only="",
        by=by,
        at=ended - comparison.seconds,
    )
    proof.take(comparison)
    proof.verdict, proof.seconds, proof.status = verdict, comparison.seconds, "done"
    return proof


def keep_gate(bench: "Opened", comparison: "Comparison", verdict: "GateVerdict", *, by: str) -> None:
    """Keep what a gate found as a proof, so that its page shows it; where the newest proof is of the same, as that one's.

    A gate that took all from memory says less of what a change took than the replay that ran it.
    """
    if not comparison.now:
        return
    proof = _of_gate(new_id("proof"), comparison, verdict, by=by, ended=bench.clock())
    kept, newest = kept_of(proof), proofs.newest(bench.database)
    if newest and newest.found and _same(newest, kept):
        found = {**json.loads(newest.found), "verdict": verdict.to_json()}
        identity, told = newest.id, json.dumps(found, default=str)
        bench.database.write(lambda connection: proofs.end(connection, identity, told))
    else:
        bench.database.write(lambda connection: proofs.add(connection, kept))


def _same(one: KeptProof, other: KeptProof) -> bool:
    is_done = json.loads(one.found)["status"] == "done"
    alike = ("version", "baseline", "only", "cases")
    return is_done and all(getattr(one, name) == getattr(other, name) for name in alike)


def kept_of(proof: Proof) -> KeptProof:
    """Return a proof as its start is kept; once it has ended, with what it found."""
    told: list[dict[str, Any]] = [
        {**asdict(case), "inputs": {}, "facts": proof.facts[case.id]} for case in proof.cases
    ]
    found = "" if proof.status in {"running", "interrupted"} else found_of(proof, proof.status)
    cases = json.dumps(told, default=str)
    return KeptProof(
        proof.id, proof.version, proof.baseline, proof.only, proof.by, proof.started, cases, found
    )


def found_of(proof: Proof, status: Status) -> str:
    """Return what a proof found that ends so, as JSON."""
    error = proof.error
    return json.dumps(
        {
            "status": status,
            "seconds": proof.seconds,
            "stopped_by": proof.stopped_by,
            "error": [error.code, error.message, error.fix] if error else None,
            "now": _draws(proof.now),
            "before": _draws(proof.before),
            "spent": [asdict(side) for side in proof.spent],
            "verdict": proof.verdict.to_json() if proof.verdict else None,
        },
        default=str,
    )


def restored(bench: "Opened", kept: KeptProof) -> Proof:
    """Return a proof as it was kept. One that never ended was interrupted: of it stands what the record says it ran."""
    from alongside.evals.comparison import Spent, compare

    told: list[dict[str, Any]] = json.loads(kept.cases)
    facts = {one["id"]: one.pop("facts") for one in told}
    cases = {one["id"]: _case(one) for one in told}
    proof = Proof(
        kept.id,
        version=kept.version,
        baseline=kept.baseline,
        cases=tuple(cases.values()),
        facts=facts,
        only=kept.only,
        by=kept.by,
        at=kept.started,
    )
    found: dict[str, Any] = json.loads(kept.found) if kept.found else _ran(bench, proof)
    now, before = (_results(found[side], cases) for side in ("now", "before"))
    sides = [
        Spent(**side) for side in found.get("spent", ())
    ]  # an older proof, or one cut short, doesn't say
    spent = (sides[0], sides[1]) if sides else None
    proof.take(compare(proof.version, proof.baseline, now, before, seconds=found["seconds"], spent=spent))
    proof.status, proof.seconds = found["status"], found["seconds"]
    proof.stopped_by = found["stopped_by"]
    if found["error"]:
        code, message, fix = found["error"]
        proof.error = AlongsideError(code, message, fix=fix)
    if found["verdict"]:
        proof.verdict = verdict_of(found["verdict"])
    return proof


def _ran(bench: "Opened", proof: Proof) -> dict[str, Any]:
    """Return what the record says of a proof that never ended."""
    from alongside.evals.verdict_keys import verdict_key
    from alongside.store.case_files import load_cases

    keys = {case.id: verdict_key(case) for case in load_cases(bench.root).cases}
    sides = {"now": proof.version, "before": proof.baseline}
    known = {
        side: {
            case: list(last.draws)
            for case, last in verdicts.latest(bench.database, version, keys).items()
            if case in proof.facts and not last.is_old
        }
        for side, version in sides.items()
    }
    return {
        "status": "interrupted",
        "seconds": 0.0,
        "stopped_by": "",
        "error": None,
        "verdict": None,
        **known,
    }


def _draws(results: "Mapping[str, Result]") -> dict[str, list[dict[str, Any]]]:
    return {case: [draw.to_json() for draw in result.draws] for case, result in results.items()}


def _results(told: Mapping[str, list[dict[str, Any]]], cases: Mapping[str, Case]) -> "dict[str, Result]":
    from alongside.engine.order import Outcome
    from alongside.evals.comparison import passing

    return {
        case: passing(cases[case], tuple(Outcome.from_json(one) for one in draws))
        for case, draws in told.items()
    }


def _case(told: Mapping[str, Any]) -> Case:
    made: dict[str, Any] = {**told, "checks": tuple(CheckSpec(**one) for one in told["checks"])}
    return Case(**made)


def verdict_of(told: Mapping[str, Any]) -> "GateVerdict":
    """Return the verdict that its `to_json` tells of."""
    from alongside.release.gate import GateVerdict, Item

    items: list[dict[str, Any]] = [{**one, "cases": tuple(one["cases"])} for one in told["items"]]
    lines = {"items": tuple(Item(**one) for one in items), "not_checked": tuple(told["not_checked"])}
    made: dict[str, Any] = {**told, **lines}
    return GateVerdict(**made)
