import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.evals.readings import Money, open_amounts, read_amount, read_date, read_money, read_number
from alongside.learn.amounts import find_amounts
from alongside.learn.dates import find_dates


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("12.50", "12.50", ""),
        ("1,234.50", "1234.50", ""),
        ("1.234,50 €", "1234.50", "EUR"),
        ("RM 12.5", "12.5", "MYR"),
        ("$1,234", "1234", "USD"),
        ("USD 1 234,5", "1234.5", "USD"),
        ("1'000.00 CHF", "1000.00", "CHF"),
        ("1.234", "1.234", ""),
        ("0,123", "0.123", ""),
        ("1.234.567", "1234567", ""),
        ("12,5", "12.5", ""),
        (".5", "0.5", ""),
        ("(12.00)", "-12.00", ""),
        ("-$3", "-3", "USD"),
        ("$-3", "-3", "USD"),
        ("3-", "-3", ""),
        ("\u22123", "-3", ""),
        ("1E+2", "100", ""),
        ("RM12.00", "12.00", "MYR"),
        ("RM -0.02", "-0.02", "MYR"),
        ("RM-0.02", "-0.02", "MYR"),
        ("JPY1500000", "1500000", "JPY"),
        ("R$ 1.200,50", "1200.50", "R$"),
        ("₩500", "500", "₩"),
        ("12 zł", "12", "PLN"),
        ("250 kr", "250", "KR"),
        ("-0.41219807264955350930795729292", "-0.41219807264955350930795729292", ""),
    ],
)
def test_amounts_as_people_write_them(text: str, amount: str, currency: str) -> None:
    assert read_money(text) == Money(Decimal(amount), currency)


@pytest.mark.parametrize(
    "text",
    [
        *("", "abc", "12.50 EUR USD", "--3", "1,2,3", "$", "(3", "5 apples", "12/02"),
        *("INV-2000", "ABC 5", "No 17", "EUR-2000", "CHF0012", "INR20260001", "20260001EUR"),
        *("DE89370400440532013000", "CHE123456789", "+49 30 1234567", "GB33 BUKB 2020"),
        *("top 10", "Top 10", "all 5", "try 3", "1,23,45", "20.---"),
        *("12.34.567,00", "1,2345.00", "1,234 567", "12.50.-"),
        *("1.2 M€", "5 T€", "1.2 k€", "1.5 bn$", "mio€ 5", "2 B$", "neg$5", "CR$5", "tax$5"),
    ],
)
def test_what_is_no_amount(text: str) -> None:
    assert read_money(text) is None


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        *(("CHF 20.-", "20"), ("20,-", "20"), ("1'200.-", "1200"), ("20.--", "20"), ("20,-- €", "20")),
        *(
            ("50/-", "50"),
            ("Rs. 50/-", "50"),
            ("20.\u2013 CHF", "20"),
            ("-20.-", "-20"),
            ("12.50-", "-12.50"),
        ),
        *(
            ("Rs.50", "50"),
            ("RM.50", "50"),
            ("Fr.20", "20"),
            ("Ft.500", "500"),
            ("20 Fr.", "20"),
            ("12 kr.", "12"),
        ),
        *(("Rs.500.00", "500"), ("Rs. 50", "50"), ("Fr. 5.50", "5.50")),
        *(
            ("Rp 15.000", "15000"),
            ("EUR 1.234", "1234"),
            ("1.234 €", "1234"),
            ("IDR 1,234", "1234"),
            ("KWD 1,234", "1234"),
        ),
        *(
            ("KWD 1.234", "1.234"),
            ("1.234 TND", "1.234"),
            ("1,234,567 €", "1234567"),
            ("IQD 15,000", "15000"),
            ("EUR 0.123", "0.123"),
        ),
        *(("₹1,23,456", "123456"), ("Rs.1,23,456.00/-", "123456"), ("INR 12,34,567", "1234567")),
        *(("1.234,-", "1234"), ("1.234.-", "1234"), ("1.234,--", "1234"), ("CHF 1.234.-", "1234")),
        *(("1.234/-", "1234"), ("KWD 1.234,-", "1234"), ("1.234.567,--", "1234567"), ("1.234,00", "1234")),
        *(
            ("$0.459", "0.459"),
            ("0,123", "0.123"),
            ("12.345%", "12.345"),
            ("¥1.234", "1234"),
            ("$1.234.567", "1234567"),
        ),
        *(("TRY 3", "3"), ("12 eur", "12"), ("(12.50)", "-12.50"), ("1 234,50", "1234.50")),
    ],
)
def test_what_is_stated_and_what_is_printed_are_the_same_amount(text: str, amount: str) -> None:
    assert read_amount(text) == Decimal(amount)
    assert [found.value for found in find_amounts(text)] == [Decimal(amount)]


@pytest.mark.parametrize(
    "text",
    [
        *("$3.459", "USD 3.459", "GBP 3.459", "RM3.459", "3.459 CHF", "Rs.3.459", "HK$ 3.459"),
        *("3,459 €", "EUR 3,459", "R$ 3,459", "3,459 kr.", "TND 3,459", "LYD 3,459"),
    ],
)
def test_a_mark_that_may_be_either_is_refused_where_stated_and_both_where_printed(text: str) -> None:
    assert read_money(text) is None
    assert open_amounts(text) == (Decimal(3459), Decimal("3.459"))
    assert [found.value for found in find_amounts(text)] == [Decimal("3.459"), Decimal(3459)]


@pytest.mark.parametrize("text", ["1.50,00", "1,50.00", "12,34.00"])
def test_figures_parted_in_no_known_way_are_no_amount_to_either(text: str) -> None:
    assert read_money(text) is None
    assert find_amounts(text) == []


@pytest.mark.parametrize(("text", "number"), [("1.234", "1.234"), ("15.000", "15"), ("1,23,456", "123456")])
def test_a_figure_without_a_currency_is_what_decimal_reads(text: str, number: str) -> None:
    assert read_number(text) == Decimal(number)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("$684.34", "684.34"),
        ("EUR 684.34", "684.34"),
        ("684.34 USD", "684.34"),
        ("1.684,34 €", "1684.34"),
        ("684.34", "684.34"),
        ("684 x", None),
        ("nonsense", None),
        (None, None),
    ],
)
def test_an_amount_with_its_currency_is_its_number(text: str | None, number: str | None) -> None:
    assert read_amount(text) == (Decimal(number) if number else None)


def test_a_number_has_no_currency() -> None:
    assert read_number("RM 5") is None
    assert read_number("5%") == 5
    assert read_number(True) is None
    assert read_number(float("nan")) is None
    assert read_number(0.1) == Decimal("0.1")


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9))
def test_a_number_is_read_as_it_was_written(number: Decimal) -> None:
    assert read_number(str(number)) == number
    assert read_number(f"{number:,}") == number


@pytest.mark.parametrize(
    "text",
    [
        "2018-12-25",
        "2018-12-25T08:13:39Z",
        "25/12/2018",
        "25.12.18",
        "25-DEC-18",
        "25 December 2018",
        "Tuesday, 25th December 2018",
        "Dec 25, 2018",
        "Dec. 25 '18",
        "20181225",
        "25122018",
        "2018/12/25",
        "25/12/2018 8:13:39 PM",
        "2018\u5e7412\u670825\u65e5",
        "25 d\u00e9cembre 2018",
        "25. dez. 2018",
        "25 de diciembre de 2018",
        "12/25/2018",
        "Tue 25 Dec 2018",
        "Di 25. Dezember 2018",
        "25/12/2018 (Tue)",
        "(Tue) 25/12/2018",
        "25/12/2018 Tuesday 20:13",
        "terça-feira, 25 de dezembro de 2018",
        "2018\u5e7412\u670825\u65e5(\u706b)",
    ],
)
def test_dates_in_any_common_form(text: str) -> None:
    assert read_date(text) == date(2018, 12, 25)
    assert date(2018, 12, 25) in [found.value for found in find_dates(text)]


@pytest.mark.parametrize(
    ("text", "month"),
    [
        *(("6. Jänner 2026", 1), ("6 Feber 2026", 2), ("6 Mrz 2026", 3), ("Mar 6, 2026", 3)),
        *(("ven 6 mars 2026", 3), ("6 AOÛT 2026", 8), ("6 marraskuuta 2026", 0), ("6 Marathon 2026", 0)),
    ],
)
def test_a_month_is_a_whole_word_that_names_it(text: str, month: int) -> None:
    wanted = [date(2026, month, 6)] if month else []
    assert [day for day in [read_date(text)] if day] == wanted
    assert [found.value for found in find_dates(text)] == wanted


def test_the_order_decides_between_two_readings() -> None:
    assert read_date("03/04/2018") == date(2018, 4, 3)
    assert read_date("03/04/2018", order="mdy") == date(2018, 3, 4)
    assert read_date("18/04/03", order="ymd") == date(2018, 4, 3)
    assert read_date("2018/04/03", order="mdy") == date(2018, 4, 3)
    assert (read_date("1/2/68"), read_date("1/2/69")) == (date(2068, 2, 1), date(1969, 2, 1))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        *(
            ("Wed 03/07/2018", "2018-03-07"),
            ("Tue 03/07/2018", "2018-07-03"),
            ("03/07/2018 (Mi)", "2018-03-07"),
        ),
        *(
            ("Thu 03/07/2018", None),
            ("Wed 6 March 2018", None),
            ("2018-03-06 Wed", None),
            ("Tue 06/03/2018 (Wed)", None),
        ),
        *(
            ("Tue, 6 March 2018", "2018-03-06"),
            ("mar 6 mars 2018", "2018-03-06"),
            ("Mar 7, 2018", "2018-03-07"),
        ),
        *(
            ("not, 6 March 2018", None),
            ("01.02.0003", None),
            ("0003-02-01", "0003-02-01"),
            ("00030201", None),
        ),
    ],
)
def test_a_day_of_the_week_settles_the_order_or_contradicts(text: str, day: str | None) -> None:
    read = [read_date(text, order=order) for order in ("dmy", "mdy")]
    assert read == [date.fromisoformat(day) if day else None] * 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "31/02/2018",
        "2018-13-01",
        "12:30",
        "5",
        "25 Foo 2018",
        "1/2/201",
        "99/99/99",
        "So 6 2018",
        "Foo 25 Dec 2018",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert read_date(text) is None


@given(
    st.dates(min_value=date(1000, 1, 1)),
    st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%d %B %Y", "%B %d, %Y", "%Y%m%d"]),
)
def test_a_date_is_read_as_it_was_written(day: date, form: str) -> None:
    assert read_date(day.strftime(form)) == day
    assert read_date(datetime(day.year, day.month, day.day, 23, 59)) == day  # noqa: DTZ001


@pytest.mark.data
def test_every_date_and_total_of_the_receipts_is_read() -> None:
    truth = json.loads((Path(__file__).parents[3] / "shared/data/receipts/truth.json").read_bytes())
    assert len(truth) == 157
    assert [fields["date"] for fields in truth.values() if read_date(fields["date"]) is None] == []
    assert [fields["total"] for fields in truth.values() if read_money(fields["total"]) is None] == []
