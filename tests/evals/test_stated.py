import enum
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal, NotRequired, TypedDict

import pytest

from alongside.core.answer_types import kind_of
from alongside.core.case import Case, CheckSpec
from alongside.core.encoding import encode
from alongside.core.errors import UsageError
from alongside.core.value import Value
from alongside.evals.checks import accepts
from alongside.evals.coercion import coerce
from alongside.evals.kept_kinds import kind_of_kept
from alongside.evals.stated import check_expected, check_stated
from alongside.evals.teaching import teachings


@dataclass(frozen=True)
class Bill:
    company: Value[str]
    total: Value[Decimal]
    day: Value[date]
    lines: list[dict[str, Decimal]]
    missing: Value[Decimal]


KEPT = encode(
    Bill(Value("A"), Value(Decimal("1.50")), Value(date(2026, 1, 2)), [{"net": Decimal(1)}], Value(None))
).data


class Status(enum.Enum):
    OPEN = "open"
    PAID = "paid"


@dataclass(frozen=True)
class Item:
    count: int
    net: Decimal | None


@dataclass(frozen=True)
class Order:
    total: Value[Decimal]
    status: Status
    colour: Literal["red", "green"]
    paid: bool
    items: tuple[Item, ...]
    rates: dict[str, Decimal]
    extra: Any
    parent: "Order | None" = None


KIND = kind_of(Order)


@pytest.mark.parametrize(
    ("field", "stated"),
    [
        *(
            ("total", "abc"),
            ("total", "2026-01-02"),
            ("day", "soon"),
            ("lines.0.net", "x"),
            ("lines.7.net", "x"),
        ),
        *(("company", False), ("company", b"x"), ("missing", b"x")),
    ],
)
def test_a_number_a_date_or_a_text_is_corrected_by_one(field: str, stated: object) -> None:
    with pytest.raises(UsageError, match=field) as refused:
        check_stated(field, stated, kind_of_kept(KEPT))
    assert refused.value.code == "stated-value"


@pytest.mark.parametrize(
    ("field", "stated"),
    [
        ("total", "12.50"),
        ("total", 12.5),
        ("total", None),
        ("day", "3 May 2026"),
        ("company", "2 Brothers"),
        ("missing", "abc"),
        ("lines.0.more", "x"),
        ("", {"total": "3", "company": None}),
    ],
)
def test_anything_else_may_be_stated(field: str, stated: object) -> None:
    check_stated(field, stated, kind_of_kept(KEPT))


def test_a_date_on_another_day_of_the_week_than_it_names_is_refused_with_its_own() -> None:
    with pytest.raises(UsageError) as refused:
        check_stated("day", "Wed 6 March 2018", kind_of_kept(KEPT))
    assert refused.value.message == "day can't be 'Wed 6 March 2018': 2018-03-06 is a Tuesday"


def test_an_amount_that_may_be_either_is_refused_with_how_to_write_it() -> None:
    with pytest.raises(UsageError) as refused:
        check_expected({"total": "RM3.459"}, KIND)
    assert refused.value.message == "total can't be told from 'RM3.459': it may be 3459 or 3.459"
    assert refused.value.fix == "state it without the currency: 3459 or 3.459"
    assert [check_stated("total", text, KIND) for text in ("RM 3,459", "RM3.459,00", "3.459")] == [
        *("3459", "3459.00", "3.459")
    ]
    assert check_stated("items", [{"count": 2, "net": "€ 59,24"}], KIND) == [{"count": 2, "net": "59.24"}]


def test_a_text_for_records_is_refused_with_the_records_fields() -> None:
    told = {"items": '[{"count": 12, "net": "12.50"}]', "items.0": '{"count": 12, "net": "12.50"}'}
    for field, example in told.items():
        with pytest.raises(UsageError) as refused:
            check_expected({field: "House beer 150.00"}, KIND)
        assert refused.value.fix == f"state it as {example}"


@pytest.mark.parametrize(
    ("field", "stated", "code"),
    [
        ("total", "abc", "stated-value"),
        ("total", "INV-2000", "stated-value"),
        ("totle", "1", "no-such-field"),
        ("total.amount", "1", "no-such-field"),
        ("status", "lost", "stated-value"),
        ("colour", "blue", "stated-value"),
        ("paid", "perhaps", "stated-value"),
        ("items", "one", "stated-value"),
        ("items.0.count", "1.5", "stated-value"),
        ("items.first.count", "1", "no-such-field"),
        ("items", [{"cuont": 1}], "no-such-field"),
        ("items", [{"count": "x"}], "stated-value"),
        ("rates.de", "x", "stated-value"),
        ("", {"total": "x"}, "stated-value"),
        ("", "x", "stated-value"),
        ("parent.total", "x", "stated-value"),
    ],
)
def test_what_the_declared_types_cannot_hold_is_refused(field: str, stated: object, code: str) -> None:
    with pytest.raises(UsageError) as refused:
        check_expected({field: stated}, KIND)
    assert refused.value.code == code


def test_what_they_can_hold_is_expected() -> None:
    fine = {"total": "1,250.00", "status": "PAID", "colour": "red", "paid": "true", "items.3.net": None}
    check_expected({**fine, "items": [{"count": 2, "net": None}], "rates.a.b": 3, "extra.deep": "x"}, KIND)
    check_expected({"total": "RM 3"}, KIND, checked={"total"})


class Stop(TypedDict):
    place: str
    note: NotRequired[str]


@pytest.mark.parametrize(
    ("shape", "field", "stated", "told"),
    [
        (Order, "items", [{"count": 2, "net": 1}, {"count": 2}], "row 2 of items leaves out net"),
        (Order, "items.0", {"net": 2}, "row 1 of items leaves out count"),
        (
            Order,
            "items",
            [{"count": 2, "net": 1}, {"count": None, "net": 1}],
            "items.1.count (row 2) is missing",
        ),
        (dict[str, list[bool]], "a", [True, None], "a.1 (row 2) is missing"),
        (list[Item], "", [{}], "row 1 leaves out count, net"),
        (Item, "", {"count": 1}, "the answer leaves out net"),
        (dict[str, Item], "a", {"count": 1}, "a leaves out net"),
        (list[Stop], "", [{"note": "x"}], "row 1 leaves out place"),
    ],
)
def test_a_row_that_is_stated_in_part_could_never_hold(
    shape: Any, field: str, stated: Any, told: str
) -> None:
    with pytest.raises(UsageError) as refused:
        check_expected({field: stated}, kind_of(shape))
    assert (refused.value.code, refused.value.message.rpartition(", ")[0]) == ("stated-value", told)


def test_what_an_answer_may_lack_needs_no_stating() -> None:
    check_expected({"items": [{"count": None, "net": None}]}, KIND, holes={"items.*.count"})
    check_expected({"total": None, "": {"status": None, "items": []}}, kind_of(dict[str, Any]))
    check_expected({"": [{"place": "x"}]}, kind_of(list[Stop]))
    check_expected({"items": [{"count": 2}]}, KIND, checked={"items"})


@pytest.mark.parametrize(
    ("kind", "given", "stated", "same"),
    [
        ("number", "1393.14", "1,393.14", True),
        ("number", "455.95", "455.950", True),
        ("number", 455.95, "455.96", False),
        ("integer", 3, "3.0", True),
        *(("integer", 1000, text, True) for text in ("1.000", "1,000", "$1.000", "1.000,00")),
        ("integer", 1, "1.000", False),
        ("integer", 1234567, "1.234.567", True),
        ("number", 1.5, "1.500", True),
        ("date", "2026-01-02", "2 January 2026", True),
        ("date", "2026-01-02", "3 January 2026", False),
        ("text", "Acme  Ltd.", "Acme Ltd. ", True),
        ("text", "Acme Ltd.", "acme ltd", False),
        ("text", "1.12.2020", "11.2.2020", False),
        ("text", "Acme Ltd.", "Acme", False),
        ("flag", True, "yes", True),
        ("flag", True, "no", False),
        ("list", ["a", "b"], ["a", "b"], True),
        ("list", ["a", "b"], ["A", "b"], False),
        ("record", {"a": 1}, {"a": 1}, True),
        ("any", None, None, True),
        ("any", None, "x", False),
    ],
)
def test_what_is_stated_may_be_what_is_given_in_another_notation(
    kind: str, given: Any, stated: Any, same: bool
) -> None:
    assert accepts({"kind": kind}, given, stated) is same


@pytest.mark.parametrize(
    ("held", "stated", "read"),
    [
        *(("date", day, "2018-11-03") for day in ("2018-11-03", "03-11-18", "3 November 2018", "2018/11/03")),
        *(("Decimal", text, "1234.50") for text in ("1,234.50", "1'234.50", "1 234,50", "RM 1,234.50")),
        *(("Decimal", "(12.50)", "-12.50"), ("Decimal", 12.5, "12.5"), ("float", "1,234.50", 1234.5)),
        *(
            ("int", "1,234", 1234),
            ("int", "10.000", 10000),
            ("int", "RM 3", 3),
            ("str", 3, "3"),
            ("str", "3", "3"),
            ("date", None, None),
        ),
        *(
            ("datetime", "3 November 2018", "2018-11-03T00:00:00"),
            ("datetime", "2018-11-03 08:13", "2018-11-03T08:13:00"),
        ),
    ],
)
def test_what_a_case_states_teaches_as_its_check_reads_it(held: str, stated: Any, read: Any) -> None:
    case = Case("c", "c", "w", {}, {"f": stated, "other": 1})
    assert teachings(case, [("f", "", held), ("not judged", "", "int")]) == ({"f": read}, [])
    assert type(teachings(case, [("f", "", held)])[0]["f"]) is type(read)


def test_a_date_teaches_in_the_order_of_its_own_check_and_what_is_none_is_named() -> None:
    own = (CheckSpec("date", "day", {"order": "mdy"}),)
    case = Case("c", "c", "w", {}, {"day": "03/04/2018", "due": "03/04/2018", "net": "x", "n": "1.5"}, own)
    fields = [("day", "date", "date"), ("due", "date", "date"), ("net", "", "Decimal"), ("n", "", "int")]
    read, unread = teachings(case, fields)
    assert read == {"day": "2018-03-04", "due": "2018-04-03"}
    assert [(field, error.code) for field, error in unread] == [
        ("net", "stated-value"),
        ("n", "stated-value"),
    ]


def test_a_date_in_a_list_is_expected_in_any_form_that_may_be_stated() -> None:
    check_stated("days", ["3 May 2026"], kind_of(dict[str, list[date]]))
    assert coerce(["3 May 2026"], [date(2026, 1, 1)]) == [date(2026, 5, 3)]
