"""The candidate against every case and against the baseline: fixed, broken, unchanged."""

import functools
import queue
from collections import Counter, deque
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Any

from alongside.core.case import Case
from alongside.core.engagement import Limits
from alongside.core.errors import UsageError
from alongside.engine.order import Order, Outcome
from alongside.evals.comparison import Comparison, Result, compare, is_nondeterministic, passing, spent_on
from alongside.evals.spending import ReplayPurse
from alongside.evals.verdict_keys import verdict_key

__all__ = [
    "LookBack",
    "Options",
    "Side",
    "beside_of",
    "draws_of",
    "evaluate",
    "is_remembered",
    "order_for",
    "replay",
]

_DRAWS = 3
_AT_ONCE = 48  # handed in: more than a worker runs at once, so that it never waits for the next

Progress = Callable[[int, int, Result], None]
"""(done, of how many, the newest result)."""

LookBack = Callable[[Mapping[str, Result]], None]
"""Told what the baseline says, by case."""


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Side:
    """A version to run cases on: what it is remembered to have said, how to run an order, what orders may cost.

    `ahead` is asked only where `limits.cost_per_replay` is declared: see `engine.forecast.ahead`.
    """

    version: str
    remembered: Mapping[str, Mapping[str, Any]]
    submit: Callable[[Order], "Future[Outcome]"]
    ahead: Callable[[Sequence[tuple[Case, Order]]], Mapping[tuple[str, int], int | None]] = lambda _: {}


@dataclass(frozen=True, slots=True)
class Options:
    """How to replay. `full` runs every driver; `draws` is how often each case runs; `verify` re-executes kept steps.

    `go_on` are runs to go on with, by case: what they called already is answered by their own tapes. `refresh` asks
    anew on both versions, but nothing twice that was asked `since` the replay began. Once `stop` says so, no further
    run begins, and the replay ends with those under way.
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
    since: float = 0.0
    stop: Callable[[], bool] = _never

    @property
    def is_plain(self) -> bool:
        """Whether results may be remembered and taken from memory."""
        return not (self.refresh or self.allow or self.accept or self.verify)


def order_for(case: Case, *, run: str, options: Options, key: str = "", draw: int = 0) -> Order:
    """Return the order that runs a case; under `key` its verdict is kept (`key/1` for its second draw), empty: it isn't."""
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
        since=options.since,
        allow=options.allow,
        accept=options.accept,
        by=options.by,
        seconds=options.seconds,
        judge=judge,
        verdict_key=f"{key}/{draw}" if key and draw else key,
        remembered=options.is_plain,
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
    look_back: LookBack | None = None,
) -> Comparison:
    """Run every case on the candidate (and on the baseline, where it isn't remembered) and compare.

    Both versions draw three times before a nondeterministic case may be called broken. Where `look_back` wants to
    know what the baseline says before the candidate's first result comes, the baseline goes first.
    Raises UsageError `replay-stopped` where `options.stop` said so; what ran by then is kept.
    """
    started = clock()
    options, purse = replace(options, since=started), ReplayPurse(limits)
    quiet = replace(options, accept=(), allow=(), verify=0, go_on={})
    before: dict[str, Result] | None = None
    if baseline is not None and look_back is not None:
        before = evaluate(cases, baseline, options=quiet, purse=purse, new_id=new_id, progress=_silent)
        look_back(before)
    now = evaluate(cases, candidate, options=options, purse=purse, new_id=new_id, progress=progress)
    if baseline is None:
        return compare(candidate.version, "", now, {}, seconds=clock() - started)
    if before is None:
        before = evaluate(cases, baseline, options=quiet, purse=purse, new_id=new_id, progress=_silent)
    suspects = _suspects(now, before)
    more, quiet = (replace(one, draws=_DRAWS, go_on={}) for one in (options, quiet))
    again = evaluate(suspects, candidate, options=more, purse=purse, new_id=new_id, progress=_silent)
    again_before = evaluate(suspects, baseline, options=quiet, purse=purse, new_id=new_id, progress=_silent)
    return compare(
        candidate.version,
        baseline.version,
        now | again,
        before | again_before,
        seconds=clock() - started,
        spent=(
            spent_on([*now.values(), *again.values()]),
            spent_on([*before.values(), *again_before.values()]),
        ),
    )


def evaluate(
    cases: Sequence[Case],
    side: Side,
    *,
    options: Options,
    purse: ReplayPurse,
    new_id: Callable[[str], str],
    progress: Progress,
) -> dict[str, Result]:
    """Return each case's result on one version, by case id, in the order of the cases."""
    results: dict[str, Result] = {}
    orders: list[tuple[Case, Order]] = []
    for case in cases:
        key = verdict_key(case)
        if is_remembered(case, options, side):
            results[case.id] = passing(case, (_remembered(side.remembered[key]),), remembered=True)
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
    _run(orders, side, purse, results, len(cases), progress, options.stop)
    return {case.id: results[case.id] for case in cases}


def is_remembered(case: Case, options: Options, side: Side) -> bool:
    """Whether a replay takes what the version said on the case from memory, and runs nothing."""
    is_asked = options.is_plain and not options.full and options.draws == 1 and case.rate == 1.0
    return is_asked and verdict_key(case) in side.remembered


def draws_of(case: Case, options: Options) -> int:
    """Return how often a case is run."""
    return max(options.draws, _DRAWS if case.rate < 1.0 else 1)


def beside_of(case: Case, options: Options, candidate: str, baseline: Side | None) -> int:
    """Return how many runs of a case a replay may make beside those of the candidate that are sure.

    The baseline's, where it isn't remembered; and where the versions differ, what makes three draws on both.
    """
    if baseline is None:
        return 0
    draws = draws_of(case, options)
    is_known = draws == 1 and not options.refresh and verdict_key(case) in baseline.remembered
    again = 2 * max(_DRAWS - draws, 0) if candidate != baseline.version else 0
    return again + (0 if is_known else draws)


def _draws(case: Case, options: Options) -> range:
    return range(draws_of(case, options))


def _run(
    orders: Sequence[tuple[Case, Order]],
    side: Side,
    purse: ReplayPurse,
    results: dict[str, Result],
    total: int,
    progress: Progress,
    stop: Callable[[], bool],
) -> None:
    """Run orders at once, as many as the purse allows; a case is finished when its last draw is.

    Where the money is spent, those under way are waited for: what they cost is told.
    """
    waiting, ended = deque(orders), queue.SimpleQueue["tuple[Case, Future[Outcome]]"]()
    left = Counter(case.id for case, _ in orders)
    drawn: dict[str, list[Outcome]] = {case: [] for case in left}
    if purse.is_limited and orders:
        purse.expect(side.ahead(orders))
    under_way = 0
    for _ in range(len(orders)):
        while _may_start(waiting, purse, stop, under_way) and purse.promise(*waiting[0]):
            case, order = waiting.popleft()
            order = replace(order, replay_spent=purse.beside(order))
            side.submit(order).add_done_callback(functools.partial(_put, ended, case))
            under_way += 1
        if not under_way:
            raise UsageError("replay-stopped", "the replay was stopped", fix="replay again: what ran is kept")
        case, future = ended.get()
        under_way -= 1
        outcome = future.result()
        purse.settle(case, outcome)
        drawn[case.id].append(outcome)
        if len(drawn[case.id]) == left[case.id]:
            results[case.id] = passing(case, tuple(drawn[case.id]))
            progress(len(results), total, results[case.id])
        if not under_way:
            purse.check()


def _may_start(
    waiting: Collection[tuple[Case, Order]], purse: ReplayPurse, stop: Callable[[], bool], under_way: int
) -> bool:
    return bool(waiting) and under_way < _AT_ONCE and not stop() and not purse.is_spent


def _put(
    ended: "queue.SimpleQueue[tuple[Case, Future[Outcome]]]", case: Case, future: "Future[Outcome]"
) -> None:
    ended.put((case, future))


def _suspects(now: Mapping[str, Result], before: Mapping[str, Result]) -> list[Case]:
    """Return the cases that look broken but that a model may answer otherwise in another draw."""
    return [
        result.case
        for result in compare("", "", now, before, seconds=0.0).broken_results
        if is_nondeterministic(result, before[result.case.id]) and len(result.draws) < _DRAWS
    ]


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
