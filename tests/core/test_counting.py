"""One rule for shares, wherever they are shown."""

from hypothesis import given
from hypothesis import strategies as st

from alongside.core.counting import percent
from alongside.views.figures import share


def test_a_share_is_cut_off_at_tenths() -> None:
    assert [percent(one) for one in (0.0, 0.0004, 0.57, 33 / 36, 0.95, 0.9999, 1.0)] == [
        "0 %",
        "<0.1 %",
        "57 %",
        "91.6 %",
        "95 %",
        "99.9 %",
        "100 %",
    ]
    assert share(33, 36) == "33 of 36 (91.6 %, 95 % interval 78.1 % to 97.1 %)"


@given(st.integers(1, 10**6), st.data())
def test_nothing_reads_as_whole_while_something_is_missing(n: int, data: st.DataObject) -> None:
    right = data.draw(st.integers(0, n))
    assert (percent(right / n) == "100 %") == (right == n)
    assert (percent(right / n) == "0 %") == (right == 0)
