"""About how long steps take again, by when they ran."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.engine.lasting import Ran, together, wall_seconds

times = st.floats(0, 100, allow_nan=False)
steps = st.lists(st.builds(Ran, times, times, st.booleans()))


def test_what_ran_at_once_is_counted_once_and_pauses_between_are_not() -> None:
    at_once = [Ran(0.1 * n, 5.0, asked=False) for n in range(10)]
    assert wall_seconds(at_once) == pytest.approx(5.9)
    assert wall_seconds([Ran(0.0, 1.0, asked=False), Ran(1000.0, 2.0, asked=False)]) == 3.0
    assert wall_seconds([]) == 0.0


def test_model_calls_made_one_after_another_wait_at_once() -> None:
    asked = [Ran(10.0 * n, 4.0, asked=True) for n in range(64)]
    assert wall_seconds(asked) == 8.0
    assert wall_seconds(asked[:1]) == 4.0


@given(steps)
def test_no_longer_than_one_after_another_and_no_shorter_than_the_longest_that_computes(
    ran: list[Ran],
) -> None:
    assert wall_seconds(ran) <= sum(one.seconds for one in ran) + 1e-6
    computed = [one for one in ran if not one.asked]
    assert together(computed) >= max((one.seconds for one in computed), default=0.0) - 1e-6
