"""A replay's cost limit is held before the money is spent, not after."""

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.core.case import Case
from alongside.core.engagement import Limits
from alongside.core.errors import PolicyError
from alongside.engine.order import Order, Outcome
from alongside.evals.replay import Options, Side, replay

DOLLAR = 10**9


class Version:
    """A version whose cases cost so many dollars each; the forecast knows some of them, as they are or dearer."""

    def __init__(
        self,
        pool: ThreadPoolExecutor,
        costs: Sequence[int],
        forecast: Mapping[str, int],
        *,
        failing: Collection[str] = (),
    ) -> None:
        self.failing = failing
        self.cases = [Case(f"c{number}", "", "w", {}, {}) for number in range(len(costs))]
        self.costs = {f"c{number}": cost for number, cost in enumerate(costs)}
        self.forecast = forecast
        self.ran: list[str] = []
        self._pool = pool

    @property
    def spent(self) -> int:
        return sum(self.costs[case] for case in self.ran)

    def side(self) -> Side:
        return Side("v", {}, self._submit, self._ahead)

    def _submit(self, order: Order) -> "Future[Outcome]":
        self.ran.append(order.case)
        cost = self.costs[order.case] * DOLLAR
        status = "failed" if order.case in self.failing else "done"
        return self._pool.submit(lambda: Outcome(order.run, status, spent=cost, cold_cost=cost))

    def _ahead(self, orders: Sequence[tuple[Case, Order]]) -> dict[tuple[str, int], int | None]:
        return {(c.id, o.draw): self.forecast[c.id] * DOLLAR for c, o in orders if c.id in self.forecast}


@pytest.fixture(scope="module")
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as made:
        yield made


def _numbered(numbers: Iterator[int], prefix: str) -> str:
    return f"{prefix}{next(numbers)}"


def replayed(version: Version, limit: float | None) -> None:
    replay(
        version.cases,
        version.side(),
        baseline=None,
        options=Options(),
        limits=Limits(cost_per_replay=limit),
        new_id=partial(_numbered, itertools.count()),
        clock=lambda: 0.0,
        progress=lambda *_: None,
    )


def run(version: Version, limit: float | None) -> str:
    """Replay, and return the code of the error that stopped it."""
    try:
        replayed(version, limit)
    except PolicyError as error:
        return error.code
    return ""


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), max_size=6), st.integers(0, 10))
def test_where_costs_are_forecast_no_more_is_spent(
    pool: ThreadPoolExecutor, cases: list[tuple[int, int]], limit: int
) -> None:
    forecast = {f"c{number}": cost + more for number, (cost, more) in enumerate(cases)}
    version = Version(pool, [cost for cost, _ in cases], forecast)
    code = run(version, limit)
    assert version.spent <= limit
    assert code == ("" if len(version.ran) == len(cases) else "cost-limit")
    if sum(forecast.values()) <= limit:
        assert code == ""


def test_what_was_never_run_is_tried_alone_and_then_known(pool: ThreadPoolExecutor) -> None:
    version = Version(pool, [2] * 10, {})
    assert run(version, 7) == "cost-limit"
    assert version.ran == ["c0", "c1", "c2"]


def test_what_failed_tells_nothing_of_what_another_costs(pool: ThreadPoolExecutor) -> None:
    version = Version(pool, [0, 2, 2, 2], {}, failing={"c0"})
    assert run(version, 3) == "cost-limit"
    assert version.ran == ["c0", "c1"]


def test_what_is_under_way_when_the_money_is_spent_is_told_too(pool: ThreadPoolExecutor) -> None:
    version = Version(pool, [2] * 4, dict.fromkeys(["c0", "c1", "c2", "c3"], 0))
    with pytest.raises(PolicyError, match=r"a replay has cost \$8.00; limits.cost_per_replay is \$3.00"):
        replayed(version, 3)


def test_without_a_limit_nothing_waits_or_is_forecast(pool: ThreadPoolExecutor) -> None:
    version = Version(pool, [2] * 10, {"c0": 10**6})
    assert run(version, None) == ""
    assert version.spent == 20


def test_both_sides_count(pool: ThreadPoolExecutor) -> None:
    now, before = (Version(pool, [3, 3], {"c0": 3, "c1": 3}) for _ in range(2))
    with pytest.raises(
        PolicyError, match=r"has cost \$9.00, and \$3.00 more may follow; limits.cost_per_replay is \$10.00"
    ):
        replay(
            now.cases,
            now.side(),
            baseline=before.side(),
            options=Options(),
            limits=Limits(cost_per_replay=10),
            new_id=partial(_numbered, itertools.count()),
            clock=lambda: 0.0,
            progress=lambda *_: None,
        )
    assert (now.spent, before.spent) == (6, 3)
