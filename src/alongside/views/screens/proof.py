"""What is shown of two versions on the same cases: shares with intervals, promises with their evidence, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alongside.core.engagement import Promise
from alongside.evals.comparison import Comparison, Result
from alongside.evals.stats import sign_test, wilson
from alongside.release.gate import holds

__all__ = ["CheckShown", "FieldProof", "ShareShown", "check_rows", "field_proofs", "floor_of", "share_of"]

_CHANCE = 0.05
_STEP = 20
_WHOLE = "cases"
_NAMES = {
    "there are cases": "There are cases to prove it on",
    "cases can be read": "Every case can be read",
    "must-pass cases": "Every must-pass case holds",
    "nothing broken": "No case is worse than what is live",
    "every case ran": "Every case ran",
    "same models": "The same models answered throughout",
    "cost of a run": "No run costs more than agreed",
    "seconds of a run": "No run takes longer than agreed",
}
_MARKS = {"met": "right", "unmet": "wrong", "unproven": "wait"}
_WORDS = {"met": "met", "unmet": "not met", "unproven": "not proven"}


@dataclass(frozen=True, slots=True)
class ShareShown:
    """`right` of `of`; the share and its 95 % interval (Wilson) from 0 to 1."""

    right: int
    of: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class FieldProof:
    """A field (`cases`: whole answers) on two versions. `goal` is the promised share (None: none was).

    `won` and `lost` count the cases that both judged and that changed; `chance` is how likely that split is by
    chance; `mark` is fixed, broken or same, and says what is shown, not what was seen.
    """

    measure: str
    label: str
    now: ShareShown
    before: ShareShown | None
    goal: float | None
    won: int
    lost: int
    chance: float
    mark: str
    words: str


@dataclass(frozen=True, slots=True)
class CheckShown:
    """A line of the definition of done: `mark` right, wrong or wait, and the place that shows it (empty: none)."""

    name: str
    status: str
    mark: str
    words: str
    evidence: str
    owner: str
    cases: tuple[str, ...]
    href: str
    link: str


def field_proofs(
    comparison: Comparison, promises: Sequence[Promise], labels: Mapping[str, str] | None = None
) -> tuple[FieldProof, ...]:
    """Return a line for whole answers and one a field, of the cases that count; `labels` are words for measures."""
    counted = {case: one for case, one in comparison.now.items() if one.counts and one.status != "not-run"}
    before = {case: one for case, one in comparison.before.items() if one.counts and one.status != "not-run"}
    fields = sorted({name for one in counted.values() for name in one.case.expected if name})
    measures = [_WHOLE, *(f"field:{name}" for name in fields)] if counted else []
    goals = {promise.measure: promise.at_least for promise in promises if promise.at_least is not None}
    said = labels or {}
    return tuple(
        _proof(measure, said.get(measure, _label(measure)), counted, before, goals.get(measure))
        for measure in measures
    )


def share_of(results: Mapping[str, Result], measure: str) -> ShareShown:
    """Return the share of the results that judge `measure` on which it held."""
    told = [right for one in results.values() if (right := holds(one, measure)) is not None]
    low, high = wilson(sum(told), len(told))
    share = sum(told) / len(told) if told else 0.0
    return ShareShown(sum(told), len(told), share, low, high)  # rounded once, as words


def floor_of(proofs: Sequence[FieldProof]) -> float:
    """Return where the plot's scale begins: a multiple of 5 % below all that it shows."""
    shown = [side.low for one in proofs for side in (one.now, one.before) if side and side.of]
    shown += [one.goal for one in proofs if one.goal is not None]
    return min(int(min(shown, default=0.0) * _STEP) / _STEP, 1 - 1 / _STEP)


def check_rows(verdict: Mapping[str, Any]) -> tuple[CheckShown, ...]:
    """Return the gate's lines in plain words, what isn't met first."""
    order = {"unmet": 0, "unproven": 1, "met": 2}
    return tuple(_check(item) for item in sorted(verdict["items"], key=lambda item: order[item["status"]]))


def _check(item: Mapping[str, Any]) -> CheckShown:
    cases, status = tuple(item["cases"]), item["status"]
    href, link = _evidence(item["name"], cases)
    evidence = item["evidence"]
    if "`alongside release approve" in evidence:
        evidence, href, link = f"waits for {item['owner'] or 'a signature'}", "#sign", "sign"
    elif evidence.startswith("signed by "):
        href, link = "#sign", "signatures"
    told = str(item["name"])
    name = _NAMES.get(told) or told[:1].upper() + told[1:]
    return CheckShown(
        name,
        status,
        _MARKS[status],
        _WORDS[status],
        evidence,
        item["owner"],
        cases,
        href,
        link,
    )


def _evidence(name: str, cases: tuple[str, ...]) -> tuple[str, str]:
    if cases:
        return f"/cases/{cases[0]}", "the failing case" if len(cases) == 1 else f"first of {len(cases)} cases"
    if name in {"cost of a run", "seconds of a run"}:
        return "/watch", "watch"
    if name in {"there are cases", "cases can be read", "must-pass cases", "every case ran"}:
        return "/cases", "cases"
    return ("", "") if name == "same models" else ("#shares", "plot")


def _proof(
    measure: str, label: str, now: Mapping[str, Result], before: Mapping[str, Result], goal: float | None
) -> FieldProof:
    pairs = [
        (holds(before[case], measure), holds(one, measure)) for case, one in now.items() if case in before
    ]
    won = sum(old is False and new is True for old, new in pairs)
    lost = sum(old is True and new is False for old, new in pairs)
    chance = sign_test(won, lost)
    theirs = share_of(before, measure) if before else None
    mark = "same" if chance >= _CHANCE else "fixed" if won > lost else "broken"
    return FieldProof(
        measure,
        label,
        share_of(now, measure),
        theirs,
        goal,
        won,
        lost,
        round(chance, 6),
        mark,
        _words(won, lost, mark) if theirs else "",
    )


def _words(won: int, lost: int, mark: str) -> str:
    if mark == "fixed":
        return f"better on {won}" + (f", worse on {lost}" if lost else "")
    if mark == "broken":
        return f"worse on {lost}" + (f", better on {won}" if won else "")
    seen = ", ".join(text for n, text in ((won, f"{won} fixed"), (lost, f"{lost} broken")) if n)
    return f"{seen}: no difference shown" if seen else "no difference shown"


def _label(measure: str) -> str:
    kind, _, name = measure.partition(":")
    if kind == _WHOLE:
        return "Whole answers"
    words = name.replace(".", " / ").replace("_", " ")
    return words[:1].upper() + words[1:]
