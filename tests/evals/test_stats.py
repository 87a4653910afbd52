import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.evals.stats import judge_share, lower_bound, needed, percentile, upper_bound, wilson

# passed, n, Wilson 95 %, Clopper-Pearson one-sided 90 % lower and upper, Wilson 90 %; computed by scipy 1.17.
ORACLE = [
    (0, 1, 0.0, 0.7934506856, 0.0, 0.9, 0.0, 0.7301340512),
    (1, 1, 0.2065493144, 1.0, 0.1, 1.0, 0.2698659488, 1.0),
    (0, 10, 0.0, 0.2775327999, 0.0, 0.2056717653, 0.0, 0.2129419701),
    (10, 10, 0.7224672001, 1.0, 0.7943282347, 1.0, 0.7870580299, 1.0),
    (3, 10, 0.1077912674, 0.6032218525, 0.115825278, 0.5517308324, 0.1268765839, 0.5583002041),
    (45, 50, 0.7863976856, 0.9565242351, 0.8223818724, 0.9505543584, 0.8084624858, 0.9504709655),
    (90, 100, 0.8256343385, 0.9447708629, 0.8501174077, 0.9368887432, 0.8396444904, 0.939281333),
    (157, 157, 0.9761164886, 1.0, 0.985440877, 1.0, 0.9830591763, 1.0),
    (873, 1000, 0.8509252474, 0.8922199907, 0.8584537562, 0.8864364187, 0.8546681445, 0.889318966),
    (9990, 10000, 0.9981600556, 0.999456714, 0.9984597524, 0.9993777831, 0.9983279753, 0.9994020845),
    (22, 22, 0.8513451254, 1.0, 0.9006280202, 1.0, 0.8904884056, 1.0),
    (21, 22, 0.7820195416, 0.9919305724, 0.8344106263, 0.9952223352, 0.819741666, 0.9897932482),
    (500, 1000, 0.4690696004, 0.5309303996, 0.4792509908, 0.5207490092, 0.4740276915, 0.5259723085),
]
# passed, n, goal, more passing cases until scipy's beta.ppf(0.1, k, n - k + 1) reaches the goal.
NEEDED = [
    (0, 0, 0.9, 22),
    (0, 0, 0.99, 230),
    (10, 10, 0.9, 12),
    (9, 10, 0.9, 28),
    (45, 50, 0.9, 41),
    (90, 100, 0.9, 52),
    (95, 100, 0.9, 0),
    (18, 20, 0.8, 5),
    (3, 10, 0.5, 11),
    (99, 100, 0.99, 288),
    (0, 5, 0.5, 12),
]
counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize("row", ORACLE)
def test_intervals_are_those_of_scipy(row: tuple[float, ...]) -> None:
    passed, n = int(row[0]), int(row[1])
    ours = [
        *wilson(passed, n),
        lower_bound(passed, n),
        upper_bound(passed, n),
        *wilson(passed, n, z=1.6448536269514722),
    ]
    assert ours == pytest.approx(row[2:], abs=1e-9)


@pytest.mark.parametrize(("passed", "n", "goal", "more"), NEEDED)
def test_needed_is_what_scipy_counts(passed: int, n: int, goal: float, more: int) -> None:
    assert needed(passed, n, goal) == more


@given(counts)
def test_bounds_hold_the_share(count: tuple[int, int]) -> None:
    passed, n = count
    low, high = wilson(passed, n)
    assert 0 <= low <= passed / n <= high <= 1
    assert lower_bound(passed, n) <= passed / n <= upper_bound(passed, n)


@given(counts, st.floats(0.01, 0.99))
def test_needed_is_the_least_that_proves(count: tuple[int, int], goal: float) -> None:
    passed, n = count
    more = needed(passed, n, goal)
    assert more is not None
    assert judge_share(passed + more, n + more, goal).status == "met"
    if more:
        assert judge_share(passed + more - 1, n + more - 1, goal).status != "met"


@given(counts, st.floats(0, 1))
def test_the_status_and_the_bound_agree(count: tuple[int, int], goal: float) -> None:
    share = judge_share(*count, goal)
    if share.status == "met":
        assert share.lower >= goal - 1e-9
        assert share.needed == 0
    elif share.status == "unmet":
        assert share.passed / share.n < goal
    else:
        assert share.passed / share.n >= goal - 1e-9
        assert share.lower <= goal + 1e-9


def test_no_cases_prove_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    share = judge_share(0, 0, 0.9)
    assert (share.status, share.lower, share.upper, share.needed) == ("unproven", 0.0, 1.0, 22)


def test_a_goal_of_all_is_never_proven_and_one_of_none_always() -> None:
    assert judge_share(50, 50, 1.0).status == "unproven"
    assert judge_share(50, 50, 1.0).needed is None
    assert judge_share(49, 50, 1.0).status == "unmet"
    assert judge_share(0, 0, 0.0).status == "met"


def test_a_percentile_is_one_of_the_values() -> None:
    assert percentile([3.0, 1.0, 2.0], 0.95) == 3.0
    assert percentile([float(n) for n in range(1, 101)], 0.95) == 95.0
    assert percentile([7.0], 0.0) == 7.0
    assert math.isnan(percentile([], 0.5))


def test_a_goal_that_is_just_reached_is_met() -> None:
    share = judge_share(1, 1, goal=0.1)
    assert (share.status, share.lower, share.needed) == ("met", pytest.approx(0.1), 0)
