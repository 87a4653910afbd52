from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.learn.amounts import find_amounts, find_integers

CENTS = st.integers(min_value=1, max_value=999_999_999)
MARKS = st.sampled_from(("", "$", "€", "£", "RM", "USD ", "CHF "))


def _grouped(cents: int, group: str, point: str) -> str:
    return f"{cents // 100:,}".replace(",", group) + f"{point}{cents % 100:02d}"


@given(CENTS, st.sampled_from(((",", "."), (".", ","), (" ", ","), ("'", "."), ("", "."), ("", ","))), MARKS)
def test_both_conventions_of_separators(cents, marks, currency):
    found = find_amounts(currency + _grouped(cents, *marks))
    assert [n.value for n in found] == [Decimal(cents) / 100]
    assert found[0].decimals == 2
    assert found[0].currency == bool(currency)


@given(CENTS)
def test_negative_amounts(cents):
    printed = _grouped(cents, ",", ".")
    assert {find_amounts(form)[0].value for form in (f"-{printed}", f"({printed})", f"{printed}-")} == {
        -Decimal(cents) / 100
    }


@given(st.text(alphabet="0123456789.,'- $()RM%:/OQo", max_size=40))
def test_any_text_gives_amounts_at_their_places(text):
    for n in find_amounts(text):
        assert 0 <= n.start < n.end <= len(text)
        assert any(c.isdigit() for c in text[n.start : n.end])


@pytest.mark.parametrize(
    ("text", "value"),
    [("9 .00", "9"), ("10.0O", "10"), ("RM 50", "50"), ("1,234,567.89", "1234567.89"), ("2 x 3.50", "3.5")],
)
def test_slips_and_odd_forms(text, value):
    assert Decimal(value) in [n.value for n in find_amounts(text)]


@pytest.mark.parametrize("text", ["12:30", "A12/34", "03-1234567"])
def test_what_is_no_amount(text):
    assert [n.value for n in find_amounts(text) if n.decimals == 2] == []


@pytest.mark.parametrize("text", ["81109-", "Order 725186-", "(913144-A)", "(913144 A)", "(913144K)"])
def test_a_number_of_something_is_no_negative_amount(text):
    assert find_amounts(text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [("12.50-", "-12.50"), ("1,250-", "-1250"), ("RM50-", "-50"), ("(500)", "-500"), ("-5", "-5")],
)
def test_what_is_printed_as_a_negative_amount(text, value):
    assert find_amounts(text)[0].value == Decimal(value)


def test_integers_stand_alone():
    assert [int(n.value) for n in find_integers("Qty 12 at 3.50 on 1/2/2020, 1,000 pieces, 5%")] == [12, 1000]
