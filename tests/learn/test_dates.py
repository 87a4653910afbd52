from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.learn.dates import find_dates

DAYS = st.dates(min_value=date(1970, 1, 1), max_value=date(2069, 12, 31))
FORMS = (
    "%Y-%m-%d",
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%d-%m-%y",
    "%d %b %Y",
    "%B %d, %Y",
    "%d%b%y",
    "%d %B %Y",
    "%Y/%m/%d",
    "%d %m %Y",
)


@given(
    DAYS,
    st.sampled_from(FORMS),
    st.sampled_from(("", "Date: ", "on ")),
    st.sampled_from(("", " 08:13", ", at noon")),
)
def test_a_date_in_a_common_form_is_among_the_readings(day, form, before, after):
    found = find_dates(before + day.strftime(form) + after)
    assert day in [hit.value for hit in found]


@given(DAYS)
def test_an_ambiguous_date_gives_both_readings_and_a_clear_one_gives_one(day):
    found = find_dates(day.strftime("%d/%m/%Y"))
    ambiguous = day.day <= 12 and day.day != day.month
    assert [hit.month_first for hit in found] == ([False, True] if ambiguous else [False])
    assert all(hit.ambiguous == ambiguous for hit in found)


@given(DAYS)
def test_month_first_is_read_where_only_that_is_a_date(day):
    if day.day > 12:
        assert [hit.value for hit in find_dates(day.strftime("%m/%d/%Y"))] == [day]


@given(st.text(max_size=60))
def test_any_text_gives_dates_at_their_places(text):
    for hit in find_dates(text):
        assert 0 <= hit.start < hit.end <= len(text)
        assert any(c.isdigit() for c in text[hit.start : hit.end])


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("25/12/201808:13 PM", date(2018, 12, 25)),
        ("15 / 03 /2018", date(2018, 3, 15)),
        ("3 mai 2019", date(2019, 5, 3)),
        ("4. Oktober 2021", date(2021, 10, 4)),
        ("5th day of June, 2001", date(2001, 6, 5)),
        ("20180312", date(2018, 3, 12)),
        ("6 Novernber 2018", date(2018, 11, 6)),
        ("6 Octob. 2018", date(2018, 10, 6)),
    ],
)
def test_odd_forms(text, day):
    assert find_dates(text)[0].value == day


@pytest.mark.parametrize(
    "text", ["Tel: 03-1234567", "11.23 11", "31/02/2018", "1-2-3", "10.00", "12:30:45", "99/99/9999"]
)
def test_what_is_no_date(text):
    assert find_dates(text) == []
