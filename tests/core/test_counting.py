"""One rule for shares, and one for money, wherever they are shown."""

from hypothesis import given
from hypothesis import strategies as st

from alongside.core.counting import dollars, percent
from alongside.views.figures import share, share_data


def test_a_share_is_rounded_to_tenths_and_never_to_all_or_none() -> None:
    assert [percent(one) for one in (0.0, 0.0004, 0.57, 33 / 36, 0.9125, 0.95, 0.9999, 1.0)] == [
        "0 %",
        "<0.1 %",
        "57 %",
        "91.7 %",
        "91.3 %",
        "95 %",
        "99.9 %",
        "100 %",
    ]
    assert percent(share_data(4, 7)["low"] or 1) == "25 %"  # 0.25046, not by way of 0.2505
    assert share(33, 36) == "33 of 36 (91.7 %, 95 % interval 78.2 % to 97.1 %)"
    assert percent(0.9496, goal=0.95) == "94.9 %"  # it doesn't read as reaching its goal
    assert percent(11 / 36, goal=0.7) == "30.6 %"


def test_money_is_written_one_way() -> None:
    told = [dollars(one) for one in (0, 0.05, 0.5, 12.5, 1234, 0.00012, 0.00000024, 0.0123456)]
    assert told == ["$0", "$0.05", "$0.50", "$12.50", "$1,234.00", "$0.00012", "$0.00000024", "$0.012346"]


@given(st.integers(1, 10**6), st.data())
def test_nothing_reads_as_whole_while_something_is_missing(n: int, data: st.DataObject) -> None:
    right = data.draw(st.integers(0, n))
    assert (percent(right / n) == "100 %") == (right == n)
    assert (percent(right / n) == "0 %") == (right == 0)
