"""What is shown of two versions on the same cases: shares with intervals, promises with their evidence, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alongside.core.counting import counted
from alongside.core.engagement import Promise
from alongside.evals.comparison import Comparison, Result
from alongside.evals.stats import sign_test, wilson
from alongside.release.shares import holds
from alongside.views.screens.names import place_label

__all__ = [
    "CheckShown",
    "FieldProof",
    "ShareShown",
    "check_rows",
    "field_proofs",
    "floor_of",
    "is_unsigned",
    "share_of",
    "summary_of",
    "waiting",
]

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

    `workflow`: of the cases of that one alone; empty: of all.

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
    workflow: str


@dataclass(frozen=True, slots=True)
class CheckShown:
    """A line that a version is held against: `mark` right, wrong or wait, and the place that shows it (empty: none).

    `promised`: somebody wrote it into the definition of done; the others are always asked.
    """

    name: str
    status: str
    mark: str
    words: str
    evidence: str
    owner: str
    cases: tuple[str, ...]
    href: str
    link: str
    promised: bool


def field_proofs(comparison: Comparison, promises: Sequence[Promise]) -> tuple[FieldProof, ...]:
    """Return a line for whole answers and one a field, of the cases that count.

    Where these are of several workflows, each has lines of its own below that for all answers, and a field is shown
    over all of them only where that is promised.
    """
    now, before = _counting(comparison.now), _counting(comparison.before)
    if not now:
        return ()
    workflows = sorted({one.case.workflow for one in now.values()})
    pooled = {one.measure for one in promises if not one.workflow}
    apart = len(workflows) > 1
    lines = [(measure, "") for measure in _measures(now) if not apart or measure in {_WHOLE, *pooled}]
    if apart:
        lines += [(measure, name) for name in workflows for measure in _measures(_of(now, name))]
    goals = {
        (one.measure, one.workflow if apart or one.workflow not in workflows else ""): one.at_least
        for one in promises
        if one.at_least is not None
    }
    return tuple(
        _proof(
            (measure, workflow),
            _label(measure) if not apart else f"{_label(measure)}, {workflow or ' and '.join(workflows)}",
            _of(now, workflow),
            _of(before, workflow),
            goals.get((measure, workflow)),
        )
        for measure, workflow in lines
    )


def summary_of(fields: Sequence[FieldProof], before: str, compared: Comparison) -> str:
    """Return in words where a difference from the version named `before` shows, empty where nothing was compared."""
    if not before or not fields:
        return ""
    shown = [one for one in fields if one.mark != "same"]
    if not shown:
        return _not_shown(fields, before, compared)
    told = ". ".join(f"{one.label}: {one.words}; by chance {_odds(one.chance)}" for one in shown)
    rest = len(fields) - len(shown)
    return f"{told}." + (" No other line shows a difference." if rest else "")


def _not_shown(fields: Sequence[FieldProof], before: str, compared: Comparison) -> str:
    """Say that no field shows a difference, and where cases changed all the same, that it isn't said of those."""
    broke, fixed = len(compared.broken), len(compared.fixed)
    changed = [
        *([f"{counted(broke, 'case')} broke"] if broke else []),
        *([f"{counted(fixed, 'case')} {'was' if fixed == 1 else 'were'} fixed"] if fixed else []),
    ]
    if not changed:
        return f"No field shows a difference from {before}."
    n = sum(one.counts and case in compared.before for case, one in compared.now.items())
    seen = any(one.won or one.lost for one in fields)
    differs = f"the difference from {before} may be chance" if seen else f"no difference from {before} shows"
    return (
        f"{', '.join(changed)}. Of {counted(len(compared.now), 'case')} {n:,} {'counts' if n == 1 else 'count'} "
        f"for the comparison; on {'it' if n == 1 else 'those'} {differs}."
    )


def _odds(chance: float) -> str:
    if not chance:
        return "less than once in a million"
    return f"about once in {float(f'{1 / chance:.2g}'):,.0f}"


def _counting(results: Mapping[str, Result]) -> dict[str, Result]:
    return {case: one for case, one in results.items() if one.counts and one.status != "not-run"}


def _of(results: Mapping[str, Result], workflow: str) -> dict[str, Result]:
    return {case: one for case, one in results.items() if workflow in {"", one.case.workflow}}


def _measures(results: Mapping[str, Result]) -> list[str]:
    fields = sorted({name for one in results.values() for name in one.case.expected if name})
    return [_WHOLE, *(f"field:{name}" for name in fields)]


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


def check_rows(verdict: Mapping[str, Any], promises: Sequence[Promise]) -> tuple[CheckShown, ...]:
    """Return the gate's lines in plain words, what isn't met first."""
    order = {"unmet": 0, "unproven": 1, "met": 2}
    named = {one.name for one in promises}
    items = sorted(verdict["items"], key=lambda item: order[item["status"]])
    return tuple(_check(item, promised=item["name"] in named) for item in items)


def is_unsigned(evidence: str) -> bool:
    """Whether a promise of the gate waits for a signature, by its evidence."""
    return "`alongside release approve" in evidence


def waiting(evidence: str, owner: str) -> str:
    """Return the evidence of such a promise where a link to the signing stands beside it, for the command."""
    return f"{evidence.partition('`')[0]}waits for {owner or 'a signature'}"


def _check(item: Mapping[str, Any], *, promised: bool) -> CheckShown:
    cases, status = tuple(item["cases"]), item["status"]
    href, link = _evidence(item["name"], cases)
    evidence = item["evidence"]
    if is_unsigned(evidence):
        evidence, href, link = waiting(evidence, item["owner"]), "#sign", "sign"
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
        promised,
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
    line: tuple[str, str],
    label: str,
    now: Mapping[str, Result],
    before: Mapping[str, Result],
    goal: float | None,
) -> FieldProof:
    measure, workflow = line
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
        workflow,
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
    return place_label(name)
