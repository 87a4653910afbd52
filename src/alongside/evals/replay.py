"""The candidate against every case and against the baseline: fixed, broken, unchanged."""

import functools
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, as_completed
from dataclasses import dataclass, field, replace
from typing import Any

from alongside.core.case import Case
from alongside.core.digest import digest_parts
from alongside.core.engagement import Limits
from alongside.documents.version import parse_version
from alongside.engine.built_in_versions import built_in_versions
from alongside.engine.order import Order, Outcome
from alongside.evals.comparison import Comparison, Result, compare, is_nondeterministic, passing
from alongside.policy.limits import check_replay_cost

__all__ = ["JUDGE_VERSION", "Options", "Side", "draws_of", "evaluate", "order_for", "replay", "verdict_key"]

JUDGE_VERSION = "1"
_DRAWS = 3

Progress = Callable[[int, int, Result], None]
"""(done, of how many, the newest result)."""


@dataclass(frozen=True, slots=True)
class Side:
    """A version to run cases on: what it is remembered to have said, and how to run an order."""

    version: str
    remembered: Mapping[str, Mapping[str, Any]]
    submit: Callable[[Order], "Future[Outcome]"]


@dataclass(frozen=True, slots=True)
class Options:
    """How to replay. `full` runs every driver; `draws` is how often each case runs; `verify` re-executes kept steps.

    `go_on` are runs to go on with, by case: what they called already is answered by their own tapes.
    """

    full: bool = False
    refresh: bool = False
    draws: int = 1
    verify: int = 0
    allow: tuple[str, ...] = ()
    accept: tuple[str, ...] = ()
    by: str = ""
    seconds: float = 300.0
    go_on: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def is_plain(self) -> bool:
        """Whether results may be remembered and taken from memory."""
        return not (self.refresh or self.allow or self.accept or self.verify)


def verdict_key(case: Case) -> str:
    """Return what a verdict depends on beside the version: inputs, expectations, checks, tape, group, built-in steps."""
    checks = [[spec.check, spec.field, dict(spec.options or {})] for spec in case.checks]
    facts = [dict(case.inputs), dict(case.expected), checks]
    told = json.dumps(facts, sort_keys=True, default=str)
    return digest_parts(JUDGE_VERSION, _built_in(), case.workflow, told, case.run, case.group, case.split)


@functools.cache
def _built_in() -> str:
    """Return the versions of the steps that come with Alongside, and of the parts that they read documents with."""
    return f"{built_in_versions()} {parse_version()}"


def order_for(case: Case, *, run: str, options: Options, key: str = "", draw: int = 0) -> Order:
    """Return the order that runs a case; under `key` its verdict is remembered (`key/1` for its second draw), empty: it isn't."""
    judge = {
        "expected": dict(case.expected),
        "checks": [[spec.check, spec.field, dict(spec.options or {})] for spec in case.checks],
    }
    return Order(
        run=run,
        workflow=case.workflow,
        mode="replay",
        inputs=dict(case.inputs),
        case=case.id,
        tape=case.run or run,
        group=case.group,
        draw=draw,
        refresh=options.refresh,
        allow=options.allow,
        accept=options.accept,
        by=options.by,
        seconds=options.seconds,
        judge=judge,
        verdict_key=f"{key}/{draw}" if key and draw else key,
        verify=options.verify,
    )


def replay(
    cases: Sequence[Case],
    candidate: Side,
    *,
    baseline: Side | None,
    options: Options,
    limits: Limits,
    new_id: Callable[[str], str],
    clock: Callable[[], float],
    progress: Progress,
) -> Comparison:
    """Run every case on the candidate (and on the baseline, where it isn't remembered) and compare."""
    started = clock()
    now = evaluate(cases, candidate, options=options, limits=limits, new_id=new_id, progress=progress)
    before: dict[str, Result] = {}
    if baseline is not None:
        quiet = replace(options, refresh=False, accept=(), allow=(), verify=0)
        before = evaluate(cases, baseline, options=quiet, limits=limits, new_id=new_id, progress=_silent)
        now, before = _draw_again(now, before, candidate, baseline, options, limits, new_id)
    return compare(
        candidate.version, baseline.version if baseline else "", now, before, seconds=clock() - started
    )


def evaluate(
    cases: Sequence[Case],
    side: Side,
    *,
    options: Options,
    limits: Limits,
    new_id: Callable[[str], str],
    progress: Progress,
) -> dict[str, Result]:
    """Return each case's result on one version, by case id, in the order of the cases."""
    results: dict[str, Result] = {}
    orders: list[tuple[Case, Order]] = []
    for case in cases:
        key = verdict_key(case) if options.is_plain else ""
        known = side.remembered.get(key) if not options.full else None
        if known is not None and options.draws == 1 and case.rate == 1.0:
            results[case.id] = passing(case, (_remembered(known),), remembered=True)
            progress(len(results), len(cases), results[case.id])
        else:
            orders += [
                (
                    case,
                    order_for(
                        case,
                        run=(d == 0 and options.go_on.get(case.id)) or new_id("run"),
                        options=options,
                        key=key,
                        draw=d,
                    ),
                )
                for d in _draws(case, options)
            ]
    _run(orders, side, limits, results, len(cases), progress)
    return {case.id: results[case.id] for case in cases}


def draws_of(case: Case, options: Options) -> int:
    """Return how often a case is run."""
    return max(options.draws, _DRAWS if case.rate < 1.0 else 1)


def _draws(case: Case, options: Options) -> range:
    return range(draws_of(case, options))


def _run(
    orders: Iterable[tuple[Case, Order]],
    side: Side,
    limits: Limits,
    results: dict[str, Result],
    total: int,
    progress: Progress,
) -> None:
    """Run orders at once; a case is finished when its last draw is."""
    under_way = {side.submit(order): case for case, order in orders}
    left: dict[str, int] = {}
    for case in under_way.values():
        left[case.id] = left.get(case.id, 0) + 1
    drawn: dict[str, list[Outcome]] = {case: [] for case in left}
    spent: int | None = 0
    for future in as_completed(under_way):
        case, outcome = under_way[future], future.result()
        spent = None if spent is None or outcome.spent is None else spent + outcome.spent
        check_replay_cost(limits, spent)
        drawn[case.id].append(outcome)
        if len(drawn[case.id]) == left[case.id]:
            results[case.id] = passing(case, tuple(drawn[case.id]))
            progress(len(results), total, results[case.id])


def _draw_again(
    now: dict[str, Result],
    before: dict[str, Result],
    candidate: Side,
    baseline: Side,
    options: Options,
    limits: Limits,
    new_id: Callable[[str], str],
) -> tuple[dict[str, Result], dict[str, Result]]:
    """Draw three times on both versions before a nondeterministic case may be called broken."""
    suspects = [
        result.case
        for result in compare("", "", now, before, seconds=0.0).broken_results
        if is_nondeterministic(result, before[result.case.id]) and len(result.draws) < _DRAWS
    ]
    if not suspects:
        return now, before
    more = replace(options, draws=_DRAWS)
    again = evaluate(suspects, candidate, options=more, limits=limits, new_id=new_id, progress=_silent)
    again_before = evaluate(
        suspects,
        baseline,
        options=replace(more, refresh=False),
        limits=limits,
        new_id=new_id,
        progress=_silent,
    )
    return now | again, before | again_before


def _remembered(known: Mapping[str, Any]) -> Outcome:
    """Return a remembered outcome as one in which nothing ran."""
    outcome = Outcome.from_json(dict(known))
    return replace(
        outcome,
        executed=0,
        kept=outcome.kept + outcome.executed,
        model_executed=0,
        model_kept=outcome.model_kept + outcome.model_executed,
        spent=0,
        seconds=0.0,
    )


def _silent(_done: int, _total: int, _result: Result) -> None:
    """Tell nobody."""
