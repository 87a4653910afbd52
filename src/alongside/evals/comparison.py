"""Two versions' results on the same cases, case by case and check by check."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from alongside.core.case import Case
from alongside.core.counting import in_dollars
from alongside.engine.order import Outcome

__all__ = [
    "Comparison",
    "Result",
    "Spent",
    "compare",
    "is_nondeterministic",
    "passing",
    "spent_on",
    "won_checks",
]

Status = Literal["passed", "failed", "not-run"]
Check = tuple[str, str]
_MOST = 0.5


@dataclass(frozen=True, slots=True)
class Spent:
    """What runs took: leaves and model calls executed and kept, and nano-dollars (None: unpriced)."""

    executed: int = 0
    kept: int = 0
    model_executed: int = 0
    model_kept: int = 0
    cost: int | None = 0

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(
            self.executed + other.executed,
            self.kept + other.kept,
            self.model_executed + other.model_executed,
            self.model_kept + other.model_kept,
            None if self.cost is None or other.cost is None else self.cost + other.cost,
        )


@dataclass(frozen=True, slots=True)
class Result:
    """A case on a version: its draws, the share of draws in which each check passed, and what that makes of it.

    `learns`: its workflow has an extractor that learns, as far as any result that it is compared with shows.
    """

    case: Case
    status: Status
    draws: tuple[Outcome, ...]
    rates: Mapping[Check, float]
    remembered: bool = False
    learns: bool = False

    @property
    def outcome(self) -> Outcome:
        """The first draw."""
        return self.draws[0]

    @property
    def passed_draws(self) -> int:
        """In how many draws every check held."""
        return sum(_is_right(draw) for draw in self.draws)

    @property
    def is_flaky(self) -> bool:
        """Whether its draws disagree."""
        return (
            any(0.0 < rate < 1.0 for rate in self.rates.values()) or len({d.status for d in self.draws}) > 1
        )

    @property
    def counts(self) -> bool:
        """Whether the gate counts it: it states what is right, and is held out or out of fold.

        A train case is out of fold where an extractor answered it with a model that hasn't learned from it (or from
        nothing yet), and where its run failed though the workflow learns: no model that it taught has answered.
        Any other train case is in view of whoever edits the workflow, and measures nothing.
        """
        measures = self.case.split == "held-out" or self.is_extracted or (self.learns and self.has_failed)
        return measures and self.case.is_stated

    @property
    def is_in_view(self) -> bool:
        """Whether no share counts it though it states what is right: whoever edits the workflow has seen it."""
        return self.case.is_stated and not self.counts

    @property
    def is_extracted(self) -> bool:
        """Whether an extractor that learns read it, with a model that hasn't learned from it."""
        return any(draw.out_of_fold for draw in self.draws)

    @property
    def has_failed(self) -> bool:
        """Whether a run of it ended without an answer."""
        return any(draw.status not in {"done", "not-run"} for draw in self.draws)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it failed or didn't run, one sentence a failed check of the first draw that isn't right."""
        wrong = next((draw for draw in self.draws if not _is_right(draw)), self.outcome)
        if wrong.status != "done":
            return (wrong.error,)
        return tuple(
            f"{verdict['field'] or 'answer'}: {verdict['reason']}"
            for verdict in wrong.verdicts
            if not verdict["passed"]
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """The outcome of a replay. `before` is empty without a baseline; `mixed` names models that moved meanwhile.

    `spent` is what all runs of the replay took, those of draws that came on top too: the candidate's, the baseline's.
    """

    candidate: str
    baseline: str
    now: Mapping[str, Result]
    before: Mapping[str, Result]
    fixed: tuple[str, ...]
    broken: tuple[str, ...]
    mixed: tuple[str, ...]
    seconds: float
    spent: tuple[Spent, Spent] = (Spent(), Spent())

    @property
    def broken_results(self) -> tuple[Result, ...]:
        """The results of the broken cases."""
        return tuple(self.now[case] for case in self.broken)

    def to_json(self, workflow: str | None) -> dict[str, Any]:
        """Return the replay as JSON. `steps` counts the candidate's leaves, `model_calls` and `spent` both versions'."""
        results = list(self.now.values())
        ours, theirs = self.spent
        both = ours + theirs
        return {
            "workflow": workflow,
            "baseline": self.baseline or None,
            "candidate": self.candidate,
            "cases": len(results),
            "passed": sum(result.status == "passed" for result in results),
            "failed": sum(result.status == "failed" for result in results),
            "fixed": list(self.fixed),
            "broken": list(self.broken),
            "unchanged": len(results) - len(self.fixed) - len(self.broken) - _not_run(results),
            "flaky": [result.case.id for result in results if result.is_flaky],
            "draws": {
                result.case.id: {"passed": result.passed_draws, "of": len(result.draws)}
                for result in results
                if len(result.draws) > 1
            },
            "not_run": [
                {"case": result.case.id, "why": result.outcome.error}
                for result in results
                if result.status == "not-run"
            ],
            "mixed": list(self.mixed),
            "steps": {"executed": ours.executed, "kept": ours.kept},
            "baseline_steps": {"executed": theirs.executed, "kept": theirs.kept},
            "model_calls": {"executed": both.model_executed, "kept": both.model_kept},
            "cost": {
                "if_cold": _dollars([result.outcome.cold_cost for result in results]),
                "spent": _dollars([both.cost]),
            },
            "seconds": round(self.seconds, 3),
        }


def passing(case: Case, draws: tuple[Outcome, ...], *, remembered: bool = False) -> Result:
    """Return the result of a case's draws; it passes where every check holds in at least the case's rate of them."""
    ran = [draw for draw in draws if draw.status != "not-run"]
    checks = list(dict.fromkeys(_key(verdict) for draw in ran for verdict in draw.verdicts))
    rates = {check: sum(_passed(draw, check) for draw in ran) / len(ran) for check in checks}
    whole = sum(_is_right(draw) for draw in ran)
    if not ran:
        return Result(case, "not-run", draws, {}, remembered)
    return Result(case, "passed" if whole / len(ran) >= case.rate else "failed", draws, rates, remembered)


def compare(
    candidate: str,
    baseline: str,
    now: Mapping[str, Result],
    before: Mapping[str, Result],
    *,
    seconds: float,
    spent: tuple[Spent, Spent] | None = None,
) -> Comparison:
    """Return what the candidate fixed and broke. A case is broken where a check that held holds no more.

    `spent` is what it took where these results don't show it all.
    """
    now, before = _told_learning(now, before)
    fixed: list[str] = []
    broken: list[str] = []
    for case, result in now.items():
        old = before.get(case)
        if old is None or "not-run" in {old.status, result.status}:
            continue
        lost = [check for check in old.rates if _holds(old, check) and not _holds(result, check)]
        won = won_checks(old, result)
        if lost or (old.status == "passed" and result.status == "failed"):
            broken.append(case)
        elif won or (old.status == "failed" and result.status == "passed"):
            fixed.append(case)
    return Comparison(
        candidate,
        baseline,
        now,
        before,
        tuple(fixed),
        tuple(broken),
        _moved(now, before),
        seconds,
        spent or (spent_on(now.values()), spent_on(before.values())),
    )


def won_checks(before: Result, now: Result) -> list[Check]:
    """Return the checks that hold now and didn't before."""
    return [check for check in now.rates if _is_met(now, check) and not _holds(before, check)]


def spent_on(results: Iterable[Result]) -> Spent:
    """Return what the draws of these results took."""
    return sum(
        (
            Spent(draw.executed, draw.kept, draw.model_executed, draw.model_kept, draw.spent)
            for result in results
            for draw in result.draws
        ),
        Spent(),
    )


def _told_learning(
    now: Mapping[str, Result], before: Mapping[str, Result]
) -> tuple[dict[str, Result], dict[str, Result]]:
    """Tell every result whether its workflow learns: a run that failed early can't show it."""
    learn = {r.case.workflow for r in [*now.values(), *before.values()] if r.is_extracted}
    first, second = (
        {case: replace(r, learns=r.case.workflow in learn) for case, r in results.items()}
        for results in (now, before)
    )
    return first, second


def is_nondeterministic(*results: Result) -> bool:
    """Whether a model was asked: another draw might say something else."""
    return any(draw.model_executed + draw.model_kept for result in results for draw in result.draws)


def _holds(result: Result, check: Check) -> bool:
    """Whether a check holds as often as the case wants, or in most draws: less than that in both ways is a loss."""
    return _is_met(result, check) or result.rates.get(check, 0.0) > _MOST


def _is_met(result: Result, check: Check) -> bool:
    """Whether a check holds as often as the case wants, as its status says of all of them together."""
    return check in result.rates and result.rates[check] >= result.case.rate


def _is_right(draw: Outcome) -> bool:
    return draw.status == "done" and all(verdict["passed"] for verdict in draw.verdicts)


def _key(verdict: Mapping[str, Any]) -> Check:
    return verdict["check"], verdict["field"]


def _passed(draw: Outcome, check: Check) -> bool:
    return any(_key(verdict) == check and verdict["passed"] for verdict in draw.verdicts)


def _moved(now: Mapping[str, Result], before: Mapping[str, Result]) -> tuple[str, ...]:
    """Return the configured models whose answers come from more than one resolved model."""
    seen: dict[str, set[str]] = {}
    for result in [*now.values(), *before.values()]:
        for draw in result.draws:
            for config, model in draw.resolved:
                seen.setdefault(config, set()).add(model)
    return tuple(
        f"{config}: {', '.join(sorted(models))}" for config, models in sorted(seen.items()) if len(models) > 1
    )


def _dollars(costs: list[int | None]) -> float | None:
    known = [cost for cost in costs if cost is not None]
    return None if len(known) < len(costs) else in_dollars(sum(known))


def _not_run(results: list[Result]) -> int:
    return sum(result.status == "not-run" for result in results)
