import enum
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, TypedDict

import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.core.answer_types import field_types
from alongside.core.case import Case, CheckSpec, Verdict
from alongside.core.document import Box
from alongside.core.errors import DataError, UsageError
from alongside.core.value import Value
from alongside.evals.answer import to_json
from alongside.evals.checks import CHECKS, check_options, checks_for, run_check
from alongside.evals.seen import CheckContext

BOX = Box(1, 10, 10, 60, 20)


class Kind(enum.Enum):
    RECEIPT = "receipt"


class Point(NamedTuple):
    x: int
    y: int


@dataclass(frozen=True)
class Line:
    text: str
    amount: Decimal


@dataclass(frozen=True)
class Receipt:
    company: Value[str]
    day: Value[date]
    total: Value[Decimal]
    lines: tuple[Line, ...] = ()
    tags: frozenset[str] = frozenset()
    paid: bool = True
    kind: Kind = Kind.RECEIPT
    note: str | None = None
    rate: float = 0.1 + 0.2
    place: Point = field(default_factory=lambda: Point(1, 2))


class Model(pydantic.BaseModel):
    total: Decimal


RECEIPT = Receipt(
    Value("ACME Sdn. Bhd.", "ACME Sdn. Bhd.", (BOX,), 0.9, "learned", "doc"),
    Value(date(2018, 12, 25), "25/12/18", (BOX,), 0.9, "learned", "doc"),
    Value(Decimal("12.05"), "12.05", (BOX,), 0.9, "learned", "doc"),
    (Line("tea", Decimal("3.50")), Line("cake", Decimal("8.55"))),
    frozenset({"food", "drink"}),
)


def check(name: str, where: str, expected: Any = None, answer: object = RECEIPT, **options: Any) -> Verdict:
    context = options.pop("context", None)
    return run_check(CheckSpec(name, where, options or None), answer, {where: expected}, context=context)


@pytest.mark.parametrize(
    ("name", "where", "expected", "passed"),
    [
        ("exact", "company", "ACME Sdn. Bhd.", True),
        ("exact", "company", "acme sdn bhd", False),
        ("normalised", "company", "acme SDN-BHD", True),
        ("normalised", "company", "acme", False),
        ("exact", "total", "12.050", True),
        ("exact", "total", 12.05, True),
        ("number", "total", "12.50", False),
        ("number", "total", "12.05", True),
        ("exact", "day", "2018-12-25", True),
        ("date", "day", "25 Dec 2018", True),
        ("date", "day", "24/12/2018", False),
        ("exact", "paid", True, True),
        ("exact", "paid", "true", True),
        ("exact", "paid", "Yes", True),
        ("exact", "paid", "no", False),
        ("exact", "paid", 1, False),
        ("exact", "kind", "receipt", True),
        ("exact", "kind", "RECEIPT", True),
        ("exact", "kind", "invoice", False),
        ("exact", "note", None, True),
        ("exact", "note", "x", False),
        ("normalised", "total", None, False),
        ("number", "rate", 0.3, True),
        ("number", "lines.1.amount", "8.55", True),
        ("normalised", "lines.0.text", "Tea", True),
        ("exact", "place", {"x": 1, "y": 2}, True),
        ("exact", "place.y", 2, True),
        ("overlap", "tags", ["drink", "Food"], True),
        ("overlap", "tags", ["drink"], False),
        ("overlap", "lines", [{"text": "cake", "amount": "8.55"}, {"text": "Tea", "amount": "3.5"}], True),
        ("exact", "lines", [{"text": "tea", "amount": "3.5"}, {"text": "cake", "amount": 8.55}], True),
        ("exact", "lines", [], False),
    ],
)
def test_a_field_is_held_against_what_is_expected(name: str, where: str, expected: Any, passed: bool) -> None:
    verdict = check(name, where, expected)
    assert verdict.passed is passed, verdict.reason
    assert (verdict.check, verdict.field) == (name, where)


@pytest.mark.parametrize(
    ("field", "wrong", "passed"),
    [
        ("total", "12.05", False),
        ("total", "12.06", True),
        ("day", "2018-12-25", False),
        ("company", "ACME Sdn. Bhd.", False),
        ("company", "acme sdn bhd", True),
        ("note", None, False),
        ("lines.7.amount", "1", True),  # the row that was wrong is gone
        ("totl", "1", False),
        ("", to_json(RECEIPT), False),
    ],
)
def test_what_was_called_wrong_is_not_said_again(field: str, wrong: Any, passed: bool) -> None:
    spec = CheckSpec("not", field, {"value": wrong})
    assert run_check(spec, RECEIPT, {}).passed is passed


def test_reasons_are_readable() -> None:
    assert check("number", "total", "12.50").reason == "expected 12.50, got 12.05"
    assert check("date", "day", "12/02/2018").reason == "expected 12/02/2018 (2018-02-12), got 2018-12-25"
    assert check("number", "total", "1,234.50").reason == "expected 1,234.50 (1234.50), got 12.05"
    money = check("money", "total", "1.234,50 €", answer={"total": "12.05-"})
    assert money.reason == "expected '1.234,50 €' (1234.50), got '12.05-' (-12.05)"
    share = check("number", "total", "10%", answer={"total": Decimal("0.1")})
    assert share.reason == "expected 10%, got 0.1 ('10%' is read as 10, and not as a share of 1)"
    assert check("exact", "note", "x").reason == "expected 'x', got nothing"
    assert check("exact", "note", "690.84").reason == "expected 690.84, got nothing"
    assert (
        check("overlap", "tags", ["drink", "wine"]).reason
        == "overlap 0.33, 1 wanted; missing ['wine']; not expected ['food']"
    )
    rows = [{"item": "SKU-9020", "kind": Kind.RECEIPT}]
    assert check("overlap", "rows", [], answer={"rows": rows}).reason.endswith(
        "not expected (SKU-9020, receipt)"
    )
    assert check("exact", "totl", "1").reason.startswith("the answer has no totl; it has company, day, total")
    assert check("exact", "a.b", "1", answer=3).reason == "the answer has no a.b; it is int"
    assert len(check("exact", "company", "x" * 9999).reason) < 300


@pytest.mark.parametrize(
    "answer", [{"total": Decimal("12.05")}, Model(total=Decimal("12.05")), {"total": "12.05"}]
)
def test_answers_of_any_kind(answer: object) -> None:
    assert check("number", "total", "12.05", answer=answer).passed
    assert check("exact", "total", "12.05", answer=answer).passed


def test_the_whole_answer() -> None:
    for one, other in (("$5", "-$5"), ("$5.50", "$-5.50"), ("5 %", "-5 %"), ("€5", "- €5"), ("-$5", "$5")):
        assert not check("normalised", "", one, answer=other).passed, (one, other)
    for one, other in (("A-5", "A 5"), ("-$5", "- $5"), ("-5", "\u22125")):
        assert check("normalised", "", one, answer=other).passed, (one, other)
    assert check("normalised", "", "Spam", answer="spam!").passed
    assert check("normalised", "", "A\u00e9 & B, Ltd.", answer="ae\u0301 b ltd").passed
    for one, other in (("-5", "5"), ("€5", "$5"), ("C++", "C"), ("12.34", "1234"), ("20", "20%")):
        assert not check("normalised", "", one, answer=other).passed
    assert run_check(CheckSpec("exact"), {"a": 1, "b": "x"}, {"a": 1, "b": "x"}).passed
    assert not run_check(CheckSpec("exact"), {"a": 1, "b": "x"}, {"a": 1}).passed
    assert check("exact", "a.b", 1, answer={"a.b": 1}).passed


def test_tolerances() -> None:
    assert check("number", "total", "12.00", tolerance=0.05).passed
    assert not check("number", "total", "12.00", tolerance=0.04).passed
    assert check("number", "total", "12.00", relative=0.01).passed
    assert check("money", "t", "EUR 12.50", answer={"t": "12,50 \u20ac"}).passed
    assert check("money", "t", "12.50", answer={"t": "RM12.50"}).passed
    assert not check("money", "t", "USD 12.50", answer={"t": "RM12.50"}).passed
    assert not check("number", "t", "12.50", answer={"t": "none"}).passed


def test_what_is_expected_and_no_number_wants_the_same_text() -> None:
    assert check("number", "t", "n/a", answer={"t": "N/A"}).passed
    assert check("date", "t", None, answer={"t": None}).passed
    assert not check("date", "t", None, answer={"t": "2018-01-01"}).passed
    assert "is not a date" in check("date", "t", "soon", answer={"t": date(2018, 1, 1)}).reason


def test_overlap_counts_against_the_side_that_is_named() -> None:
    answer = {"t": ["a", "b", "c", "c"]}
    assert check("overlap", "t", ["a", "b"], answer=answer, of="expected").passed
    assert not check("overlap", "t", ["a", "b"], answer=answer, of="answer", threshold=0.6).passed
    assert check("overlap", "t", ["a", "b"], answer=answer, threshold=0.5).passed
    assert check("overlap", "t", [], answer={"t": []}).passed
    assert not check("overlap", "t", "a", answer=answer).passed


def test_checks_of_the_answer_alone() -> None:
    assert check("contains", "company", text="sdn.  BHD").passed
    assert not check("not-contains", "company", text="acme").passed
    assert check("regex", "total", pattern=r"^\d+\.\d\d$").passed
    assert not check("regex", "day", pattern="^2019").passed
    schema = {
        "type": "object",
        "required": ["total"],
        "properties": {"total": {"type": "number", "maximum": 12}},
    }
    verdict = check("schema", "", schema=schema)
    assert verdict.reason == "$.total: 12.05 is not at most 12"


def test_the_cited_box_holds_the_value() -> None:
    texts = {"": "elsewhere", "doc": "TOTAL 12.05 on 25/12/18 ACME SDN BHD"}
    context = CheckContext(text_in=lambda document, box: texts[document])
    assert check("cited", "total", context=context).passed
    assert check("cited", "", context=context).passed
    wrong = {"total": Value(Decimal("3.00"), "3.00", (BOX,), document="")}
    assert (
        check("cited", "total", answer=wrong, context=context).reason
        == "the box on page 1 holds 'elsewhere', not 3.00"
    )
    assert check("cited", "t", answer={"t": Value(3)}, context=context).reason == "3 names no box"
    assert not check("cited", "t", answer={"t": 3}, context=context).passed
    assert check("cited", "t", answer={"t": Value(None)}, context=context).passed
    with pytest.raises(UsageError, match="can't be read here"):
        check("cited", "total")


def test_a_user_s_function() -> None:
    functions: dict[str, Callable[..., Any]] = {
        "c.py:yes": lambda answer, expected: answer == Decimal("12.05") and expected == "x",
        "c.py:why": lambda answer, expected: "too dear",
        "c.py:pair": lambda answer, expected: (True, "fine"),
        "c.py:bang": lambda answer, expected: 1 / 0,
        "c.py:odd": lambda answer, expected: 7,
        "c.py:none": lambda answer, expected: None,
    }
    context = CheckContext(function=functions.__getitem__)
    said = {n: check("python", "total", "x", function=n, context=context) for n in functions}
    assert [verdict.passed for verdict in said.values()] == [True, False, True, False, False, False]
    assert said["c.py:why"].reason == "too dear"
    assert said["c.py:none"].reason == "c.py:none returned None; return true, or the reason why not"
    assert said["c.py:bang"].reason == "c.py:bang raised ZeroDivisionError: division by zero"
    with pytest.raises(UsageError, match="can't be loaded here"):
        check("python", "total", function="c.py:yes")


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (CheckSpec("exakt", "a"), "there is no check 'exakt'; the nearest is 'exact'"),
        (
            CheckSpec("number", "a", {"toleranse": 1}),
            "check 'number' has no option 'toleranse'; the nearest is tolerance",
        ),
        (CheckSpec("number", "a", {"tolerance": "1"}), "can't have tolerance = '1'"),
        (CheckSpec("number", "a", {"tolerance": -1}), "can't have tolerance = -1"),
        (CheckSpec("date", "a", {"order": "myd"}), "can't have order = 'myd'"),
        (CheckSpec("regex", "a"), "check 'regex' needs the option pattern"),
        (CheckSpec("regex", "a", {"pattern": "("}), "has a pattern that isn't one"),
        (CheckSpec("exact", "b"), "check 'exact' compares b, of which the case expects nothing"),
        (CheckSpec("schema", "a", {"schema": {"typ": "string"}}), "keyword 'typ' is not known"),
    ],
)
def test_a_check_that_is_wrong_is_an_error_not_a_verdict(spec: CheckSpec, message: str) -> None:
    with pytest.raises(DataError) as caught:
        run_check(spec, {"a": 1, "b": 2}, {"a": 1})
    assert message in caught.value.message


def test_the_type_gives_the_check_where_none_is_named() -> None:
    types = {
        "company": Value[str],
        "day": Value[date] | None,
        "total": Value[Decimal],
        "lines": tuple[Line, ...],
        "tags": frozenset[str],
        "paid": bool,
        "place": dict[str, int],
    }
    expected = {**dict.fromkeys(types, "x"), "unknown": "x", "list": [1], "n": 3}
    named = (CheckSpec("money", "total"), CheckSpec("contains", "company", {"text": "x"}))
    case = Case("", "n", "w", {}, expected, named)
    found = checks_for(case, types)
    assert found[:2] == named
    assert {spec.field: spec.check for spec in found[2:]} == {
        "company": "normalised",  # contains compares nothing, so what is expected must hold as well
        "day": "date",
        "lines": "overlap",
        "tags": "overlap",
        "paid": "exact",
        "place": "normalised",
        "unknown": "normalised",
        "list": "overlap",
        "n": "number",
    }


def test_options_have_defaults() -> None:
    assert check_options(CheckSpec("overlap", "a", {"of": "answer"})) == {"threshold": 1.0, "of": "answer"}


leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.dates()
    | st.decimals(allow_nan=False)
    | st.just(Kind.RECEIPT)
)
answers = st.recursive(
    leaves | leaves.map(Value),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
        | st.frozensets(leaves, max_size=3)
    ),
    max_leaves=5,
)
plain = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.lists(st.text(max_size=3), max_size=2)
)


@given(answers, plain, st.sampled_from([name for name in CHECKS if not CHECKS[name].needs]))
def test_whatever_the_answer_is_there_is_a_verdict(answer: Any, expected: Any, name: str) -> None:
    verdict = run_check(CheckSpec(name, "f"), {"f": answer}, {"f": expected})
    assert isinstance(verdict.passed, bool)
    assert verdict.reason


safe = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | st.dates()
    | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@given(safe)
def test_an_answer_passes_its_own_expectation(answer: Any) -> None:
    """What is called right becomes a case that passes at once."""
    expected = {"f": to_json(answer)}
    for spec in checks_for(Case("", "n", "w", {}, expected), {"f": type(answer)}):
        verdict = run_check(spec, {"f": answer}, expected)
        assert verdict.passed, verdict.reason


class Totals(pydantic.BaseModel):
    amounts: dict[str, Decimal]


class Page(TypedDict):
    lines: list[Line]
    totals: Totals | None
    pair: tuple[int, str]


def test_types_are_found_along_the_path() -> None:
    found = field_types(
        Page, ["lines.3.amount", "totals.amounts.net", "pair.1", "pair.7", "lines.x", "gone", ""]
    )
    assert found == {"lines.3.amount": Decimal, "totals.amounts.net": Decimal, "pair.1": str, "": Page}
    paths = ["day", "place.x", "lines", "company.value"]
    assert field_types(Receipt, paths) == {"day": Value[date], "place.x": int, "lines": tuple[Line, ...]}
    expected = {"day": "25.12.2018", "lines.1.amount": "RM 8.55"}
    case = Case("", "n", "w", {}, expected)
    assert [spec.check for spec in checks_for(case, field_types(Receipt, expected))] == ["date", "number"]


def test_a_reason_says_what_differs_where_both_sides_are_printed_alike() -> None:
    assert check("overlap", "t", "tea", answer={"t": "tea"}).reason == (
        "expected 'tea', got 'tea' (overlap compares lists; exact or normalised compare one value)"
    )
    long = "a" * 200
    assert check("exact", "t", f"{long}b", answer={"t": f"{long}c"}).reason.endswith(
        "differ from character 201 on"
    )
