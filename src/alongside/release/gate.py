"""The candidate against the written definition of done."""

import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from alongside.core.case import Case
from alongside.core.counting import counted as numbered
from alongside.core.counting import dollars, in_dollars, percent
from alongside.core.engagement import Engagement, Promise
from alongside.core.errors import DataError, UsageError
from alongside.evals.comparison import Comparison, Result
from alongside.evals.contradicting import contradictions
from alongside.evals.stats import judge_share, percentile
from alongside.release.held import COST_LINE, SECONDS_LINE, held_against
from alongside.release.shares import by_workflow, counts
from alongside.release.signing import holders, may_sign, undeclared

__all__ = [
    "NOT_COMPARED",
    "NOT_PROMISED",
    "Accepted",
    "GateVerdict",
    "Item",
    "check_broken",
    "gate",
    "not_stated",
    "sign_off",
]

Status = Literal["met", "unmet", "unproven"]
_MILLISECOND = 0.001
NOT_PROMISED = "nothing is promised"
NOT_COMPARED = "nothing was live, so nothing was compared"


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the gate: what was promised, how it stands, and what shows it. `cases` are the ones to look at."""

    name: str
    status: Status
    evidence: str
    owner: str = ""
    cases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Accepted:
    """A broken case that somebody takes, by name and with a reason."""

    case: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class GateVerdict:
    """What the gate said of a version, what it did not look at, and what it held it against (see `release.held`).

    `failing` of the `cases` failed, whatever is promised.
    """

    version: str
    baseline: str
    passed: bool
    items: tuple[Item, ...]
    not_checked: tuple[str, ...]
    cases: int
    counted: int
    held: Mapping[str, Any] = field(default_factory=dict[str, Any])
    failing: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return the verdict as JSON."""
        return asdict(self)


def gate(
    engagement: Engagement,
    comparison: Comparison,
    *,
    accepted: Mapping[str, str],
    signed: Mapping[str, Sequence[str]],
    errors: Sequence[DataError] = (),
) -> GateVerdict:
    """Return whether the candidate may ship.

    `accepted` are broken cases that somebody takes (case id -> by whom and why), `signed` who signed off
    which promise. Shares count held-out and out-of-fold results of cases that state what is right (see `Result.counts`); a promise is met where
    the one-sided 90 % lower bound reaches it.
    """
    results = list(comparison.now.values())
    counted = [result for result in results if result.counts and result.status != "not-run"]
    items = [
        _cases_there(results, errors),
        *(_of_cases(comparison, results, accepted) if results else ()),
        *_limits(engagement, results),
        *(_promise(engagement, promise, results, signed) for promise in engagement.done),
    ]
    return GateVerdict(
        comparison.candidate,
        comparison.baseline,
        all(item.status == "met" for item in items),
        tuple(items),
        (*_nothing_promised(engagement, results), *_not_checked(results, comparison)),
        len(results),
        len(counted),
        held_against(engagement, (result.case for result in results)),
        sum(result.status == "failed" for result in results),
    )


def check_broken(comparison: Comparison, case: str) -> None:
    """Raise UsageError `not-broken` where the candidate broke no such case, so that there is nothing to accept."""
    if case in comparison.broken:
        return
    result = comparison.now.get(case)
    if not comparison.baseline or result is None:
        why = "nothing is live to compare with" if result else "it is retired"
    else:
        why = {"passed": "it passes", "failed": "it failed before too", "not-run": "it did not run"}[
            result.status
        ]
    raise UsageError(
        "not-broken",
        f"case {case} isn't broken: {why}",
        fix="accept a case that `alongside replay` calls broken, or none",
    )


def _cases_there(results: Sequence[Result], errors: Sequence[DataError]) -> Item:
    if errors:
        return Item(
            "cases can be read",
            "unmet",
            f"{numbered(len(errors), 'case file')} can't be: {errors[0].message}",
        )
    status: Status = "met" if results else "unmet"
    return Item(
        "there are cases",
        status,
        numbered(len(results), "case") if results else "no case yet, so nothing can be shown",
    )


def _of_cases(
    comparison: Comparison, results: Sequence[Result], accepted: Mapping[str, str]
) -> tuple[Item, ...]:
    """Return the lines that cases show, whatever is promised. A line that rests on no case is left out."""
    wanted = [result for result in results if result.case.must_pass]
    return (
        *((_must_pass(wanted),) if wanted else ()),
        *((_nothing_broken(comparison, accepted),) if comparison.baseline else ()),
        _everything_ran(comparison),
        _same_models(comparison),
    )


def _must_pass(wanted: Sequence[Result]) -> Item:
    failing = tuple(result.case.id for result in wanted if result.status != "passed")
    shown = f"{len(wanted) - len(failing)} of {len(wanted)} hold"
    return Item("must-pass cases", "unmet" if failing else "met", shown, cases=failing)


def _nothing_broken(comparison: Comparison, accepted: Mapping[str, str]) -> Item:
    broken = tuple(case for case in comparison.broken if case not in accepted)
    taken = [f"{case} accepted {accepted[case]}" for case in comparison.broken if case in accepted]
    shown = f"{len(broken)} broken, {len(comparison.fixed)} fixed"
    return Item("nothing broken", "unmet" if broken else "met", "; ".join([shown, *taken]), cases=broken)


def _everything_ran(comparison: Comparison) -> Item:
    idle = [result for result in comparison.now.values() if result.status == "not-run"]
    if not idle:
        return Item("every case ran", "met", f"{len(comparison.now)} ran")
    return Item(
        "every case ran",
        "unproven",
        f"{len(idle)} did not: {idle[0].outcome.error}",
        cases=tuple(result.case.id for result in idle),
    )


def _same_models(comparison: Comparison) -> Item:
    if not comparison.mixed:
        return Item("same models", "met", "kept and new answers come from the same models")
    shown = f"mixed: {'; '.join(comparison.mixed)}; replay with --refresh"
    return Item("same models", "unmet", shown)


def _limits(engagement: Engagement, results: Sequence[Result]) -> list[Item]:
    limits, items = engagement.limits, list[Item]()
    ran = [result.outcome for result in results if result.status != "not-run"]
    if limits.cost_per_run is not None:
        costs = [in_dollars(one.cold_cost) for one in ran]
        items.append(_at_most(COST_LINE, costs, limits.cost_per_run, dollars))
    if limits.seconds_per_run is not None:
        items.append(
            _at_most(SECONDS_LINE, [one.cold_seconds for one in ran], limits.seconds_per_run, _seconds)
        )
    return items


def _at_most(name: str, values: Sequence[float | None], most: float, written: Callable[[float], str]) -> Item:
    """Every run, as if cold, under a limit. Where none ran, nothing is shown of it."""
    if not values:
        return Item(name, "unproven", f"no case ran, limit {written(most)}")
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return Item(name, "unproven", f"{len(values) - len(known)} runs are unpriced")
    worst = max(known)
    return Item(name, "met" if worst <= most else "unmet", f"at most {written(worst)}, limit {written(most)}")


def _promise(
    engagement: Engagement,
    promise: Promise,
    results: Sequence[Result],
    signed: Mapping[str, Sequence[str]],
) -> Item:
    if promise.measure == "sign-off":
        return sign_off(engagement, promise, signed.get(promise.name, ()))
    asked = [one for one in results if promise.workflow in {"", one.case.workflow}]
    if promise.measure in {"cost", "latency"}:
        return _measured(promise, [one for one in asked if one.status != "not-run"])
    counted = [one for one in asked if one.counts and one.status != "not-run"]
    return _share(promise, counted, _in_view(asked), [one for one in asked if one.status == "not-run"])


def sign_off(engagement: Engagement, promise: Promise, signers: Sequence[str]) -> Item:
    """Return how a promise to sign stands. A signature counts where the signer owns the promise as alongside.toml says now."""
    valid = [name for name in signers if may_sign(engagement, promise, name)]
    if valid:
        return Item(promise.name, "met", f"signed by {', '.join(valid)}", promise.owner)
    if missing := undeclared(engagement, promise):
        shown = f"{promise.owner} is not among [[people]] by name or role: {missing}"
        return Item(promise.name, "unmet", shown, promise.owner)
    owners = holders(engagement, promise)
    other = f"signed by {', '.join(signers)}, who may not; " if signers else ""
    name = shlex.quote(owners[0]) if owners else "NAME"
    return Item(promise.name, "unmet", f"{other}`alongside release approve --by {name}`", promise.owner)


def _measured(promise: Promise, ran: Sequence[Result]) -> Item:
    most = promise.at_most if promise.at_most is not None else float("inf")
    if promise.measure == "cost":
        costs = [in_dollars(result.outcome.cold_cost) for result in ran]
        item = _at_most(promise.name, costs, most, dollars)
        return Item(item.name, item.status, item.evidence, promise.owner)
    if not ran:
        return Item(promise.name, "unproven", "no case ran", promise.owner)
    slow = percentile([result.outcome.cold_seconds for result in ran], 0.95)
    shown = f"95 % of runs take at most {_seconds(slow)}, goal {most:g} s"
    return Item(promise.name, "met" if slow <= most else "unmet", shown, promise.owner)


def _share(
    promise: Promise, counted: Sequence[Result], in_view: Sequence[Result], idle: Sequence[Result]
) -> Item:
    right, judged, failing = counts(promise.measure, counted)
    goal = promise.at_least if promise.at_least is not None else 1.0
    of = f"{promise.measure} of {promise.workflow}" if promise.workflow else promise.measure
    if not judged:  # perhaps the measure is misspelt, and then no case would ever prove it
        judging = [*counted, *in_view, *idle]
        fields = sorted({field for result in judging for field in result.case.expected if field})
        shown = f"no case judges {of}" + (f"; they judge {', '.join(fields)}" if fields else "")
        if still := counts(promise.measure, [result for result in idle if result.case.is_stated])[1]:
            judge = "judges" if still == 1 else "judge"
            shown = f"{numbered(still, 'case')} {judge} {of} and did not run"
        elif counts(promise.measure, in_view)[1]:
            shown = f"no case that counts judges {of}; {_hold_out(in_view)}"
        return Item(promise.name, "unproven", shown, promise.owner)
    share = judge_share(right, judged, goal)
    pooled = by_workflow(promise.measure, counted)
    whose = f"{promise.workflow}: " if promise.workflow else ""
    shown = f"{whose}{right} of {judged} right{pooled}, at least {percent(share.lower, goal=goal)} with 90 % confidence, goal {percent(goal)}"
    if share.status == "unproven":
        shown = f"{shown}; {_more(share.needed, counted, in_view)}"
    return Item(promise.name, share.status, shown, promise.owner, failing)


def _more(needed: int | None, counted: Sequence[Result], in_view: Sequence[Result]) -> str:
    """Say how many more cases prove it, and how one gets them."""
    if needed is None:
        return "no number of cases proves it"
    if in_view:
        return f"{numbered(needed, 'more held-out case')} needed; {_hold_out(in_view)}"
    if any(result.is_extracted for result in counted):
        return f"{numbered(needed, 'more case')} needed"
    return f"{numbered(needed, 'more held-out case')} needed: `alongside case add RUN --held-out`"


def _hold_out(in_view: Sequence[Result]) -> str:
    return f"make a train case measure: `alongside case edit {in_view[0].case.id} --held-out`"


def _in_view(results: Sequence[Result]) -> list[Result]:
    """Return the results that no share counts: train cases that whoever edits has in view."""
    return [result for result in results if result.is_in_view and result.status != "not-run"]


def _nothing_promised(engagement: Engagement, results: Sequence[Result]) -> list[str]:
    """Say so where no definition of done is declared, with what is known: the gate then holds its own lines alone."""
    if engagement.done:
        return []
    ran = [result for result in results if result.case.is_stated and result.status != "not-run"]
    right = sum(result.status == "passed" for result in ran)
    known = f", {right} of {numbered(len(ran), 'case')} right," if ran else ""
    return [
        f"{NOT_PROMISED}: alongside.toml has no [[done]], so no share{known} is held against a goal; "
        'write one, such as measure = "cases" with at_least = 0.9'
    ]


def not_stated(cases: Iterable[Case]) -> list[str]:
    """Return a line on the cases that state nothing right, with the command that does; none where all do."""
    silent = [case for case in cases if not case.is_stated]
    if not silent:
        return []
    first = silent[0]
    field = next((spec.field for spec in first.checks if spec.field), "FIELD")
    states = "states" if len(silent) == 1 else "state"
    command = f"alongside case edit {first.id} --expect {field}=VALUE"
    return [f"{numbered(len(silent), 'case')} {states} no right value: `{command}`"]


def _not_checked(results: Sequence[Result], comparison: Comparison) -> list[str]:
    said: list[str] = []
    idle = sum(result.status == "not-run" for result in results)
    if idle:
        said.append(f"{numbered(idle, 'case')} did not run")
    in_view = len(_in_view(results))
    if in_view:
        said.append(f"{numbered(in_view, 'train case')}, seen by whoever edits; held-out cases measure")
    said += not_stated(result.case for result in results)
    if not comparison.baseline:
        said.append(NOT_COMPARED)
    said += [
        f"{one.first.name} and {one.second.name} are the same document and expect different values of "
        f"{', '.join(name or 'the answer' for name in one.fields)}"
        for one in contradictions(result.case for result in results)
    ]
    flaky = sum(result.is_flaky for result in results)
    if flaky:
        said.append(f"{numbered(flaky, 'case')} {'is' if flaky == 1 else 'are'} flaky")
    return said


def _seconds(spent: float) -> str:
    return f"{spent:.4g} s" if spent >= _MILLISECOND or not spent else "less than 1 ms"
