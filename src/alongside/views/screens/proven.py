"""What a proof found so far: the tally, and each answer that changed beside what is live."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from alongside.core.case import names_apart
from alongside.core.counting import in_dollars
from alongside.core.plain import typed
from alongside.evals.comparison import Result
from alongside.views.fields import fields_shown
from alongside.views.screens.differing import FieldDiff, differences
from alongside.views.screens.names import Named
from alongside.workbench import Workbench
from alongside.workbench.proving import Proof

__all__ = ["AnswerDiff", "ProofShown", "proof_shown", "tally"]

_FIRST, _ALL = 6, 200
_LOOKED_AT = 400
_FEW = 6

Kind = Literal["broken", "fixed", "changed", "wrong", "not run"]
_ORDER: tuple[Kind, ...] = ("broken", "not run", "fixed", "changed", "wrong")


@dataclass(frozen=True, slots=True)
class AnswerDiff:
    """A case whose answer differs; `wrong` is one that fails with nothing live to compare with.

    `fields` are what the case holds, or all that changed where that is none of it; `others` changed beside it; `more` aren't shown.
    """

    case: str
    name: str
    kind: Kind
    fields: tuple[FieldDiff, ...]
    others: tuple[FieldDiff, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class ProofShown:
    """A proof. Money in dollars (None: unpriced), `share` in percent; `more` answers are not shown.

    `ended` says why it ended, or is to end, before its last case; empty where it isn't.
    """

    id: str
    status: str
    candidate: str
    baseline: str
    only: str
    by: str
    started: float
    done: int
    of: int
    share: float
    fixed: int
    broken: int
    unchanged: int
    not_run: int
    cost: float | None
    seconds: float
    executed: int
    kept: int
    ended: str
    error: tuple[str, str, str] | None
    answers: tuple[AnswerDiff, ...]
    more: int
    odd: str


def proof_shown(bench: Workbench, proof: Proof, names: Named, *, whole: bool) -> ProofShown:
    """Return the proof with its first changed answers, or with `whole` all of them."""
    results = list(proof.now.values())
    answers = _answers(bench, proof, results)
    most = _ALL if whole else _FIRST
    error, (ours, _) = proof.error, proof.spent
    return ProofShown(
        id=proof.id,
        status=proof.status,
        candidate=names.released.get(proof.version, "draft"),
        baseline=names.of(proof.baseline) if proof.baseline else "",
        only=proof.only,
        by=proof.by,
        started=proof.started,
        done=len(results),
        of=len(proof.cases),
        share=round(100 * len(results) / len(proof.cases), 1),
        fixed=len(proof.fixed),
        broken=len(proof.broken),
        unchanged=proof.unchanged,
        not_run=proof.not_run,
        cost=in_dollars(proof.cost),
        seconds=proof.seconds,
        executed=ours.executed,
        kept=ours.kept,
        ended=_ended(proof),
        error=(error.code, error.message, error.fix) if error else None,
        answers=tuple(answers[:most]),
        more=max(0, len(answers) - most),
        odd=next((one.case for one in answers if one.kind in {"broken", "not run"}), ""),
    )


def tally(proof: Proof) -> dict[str, object]:
    """Return what ticks while a proof runs, as JSON."""
    return {
        "status": proof.status,
        "stopping": bool(proof.stopped_by),
        "done": len(proof.now),
        "of": len(proof.cases),
        "fixed": len(proof.fixed),
        "broken": len(proof.broken),
        "unchanged": proof.unchanged,
        "cost": in_dollars(proof.cost),
        "seconds": round(proof.seconds, 2),
        "result": None if proof.verdict is None else {"passed": proof.verdict.passed},
    }


def _ended(proof: Proof) -> str:
    ran = f"{len(proof.now)} of {len(proof.cases)} cases were run"
    if proof.status == "stopped":
        return f"{proof.stopped_by} stopped it: {ran}."
    if proof.status == "interrupted":
        return f"The server was stopped while this ran: {ran}."
    if proof.status == "running" and proof.stopped_by:
        return f"{proof.stopped_by} stops it: it ends with the cases under way."
    return ""


def _answers(bench: Workbench, proof: Proof, results: list[Result]) -> list[AnswerDiff]:
    kinds: list[tuple[Result, Kind]] = [
        (result, kind) for result in results if (kind := _kind(proof, result)) is not None
    ]
    kinds.sort(key=lambda pair: _ORDER.index(pair[1]))
    called = names_apart(proof.cases)
    found = [
        _diff(bench, result, proof.before, kind, name=called[result.case.id])
        for result, kind in kinds[:_LOOKED_AT]
    ]
    return [one for one in found if one.fields or one.kind != "changed"]


def _kind(proof: Proof, result: Result) -> Kind | None:
    case = result.case.id
    if result.status == "not-run":
        return "not run"
    if case in proof.broken:
        return "broken"
    if case in proof.fixed:
        return "fixed"
    if case not in proof.before:
        return "wrong" if result.status == "failed" and not proof.baseline else None
    same = proof.before[case].outcome.output == result.outcome.output
    return None if same else "changed"


def _diff(
    bench: Workbench, result: Result, before: Mapping[str, Result], kind: Kind, *, name: str
) -> AnswerDiff:
    old = before.get(result.case.id)
    if not result.outcome.output or (old and not old.outcome.output):
        return AnswerDiff(result.case.id, name, kind, (_ended_otherwise(bench, result, old),))
    held, others = differences(
        result.case.expected,
        (_answer(bench, result), _marks(result)),
        (_answer(bench, old), _marks(old)) if old else None,
    )
    first, rest = (held, others) if held else (others, [])
    more = sum(max(0, len(told) - _FEW) for told in (first, rest))
    return AnswerDiff(result.case.id, name, kind, tuple(first[:_FEW]), tuple(rest[:_FEW]), more)


def _ended_otherwise(bench: Workbench, result: Result, old: Result | None) -> FieldDiff:
    """Return the one line where a version gave no answer: its error; field by field there is nothing to say."""
    had = old is not None and not old.outcome.output
    was = _whole(bench, old) if old and had else None
    right = "right" if result.status == "passed" else "wrong"
    return FieldDiff("Answer", None, was, "wrong" if had else "", _whole(bench, result), right)


def _whole(bench: Workbench, result: Result) -> str:
    outcome = result.outcome
    if not outcome.output:
        return (outcome.error or outcome.status).partition("\n")[0]
    texts = [one.text for one in fields_shown(_answer(bench, result))]
    return ", ".join(texts[:_FEW]).partition("\n")[0]


def _answer(bench: Workbench, result: Result) -> Any:
    kept = result.outcome.output
    return typed(bench.blobs.get(kept)) if bench.blobs.has(kept) else "an answer that is no longer kept"


def _marks(result: Result) -> dict[str, str]:
    if result.outcome.status != "done":
        return {"": "wrong"}
    found: dict[str, str] = {}
    for (_, field), rate in result.rates.items():
        holds = rate >= result.case.rate
        found[field] = "right" if holds and found.get(field) != "wrong" else "wrong"
    return found
