"""What is said of a list's rows on the command line: whole lists stay whole, and nothing lands in another row."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from alongside import open_engagement

Call = Any

ORDER = '''
from dataclasses import dataclass
from decimal import Decimal

from alongside import workflow

@dataclass(frozen=True)
class Line:
    sku: str
    qty: int
    price: Decimal | None

@dataclass(frozen=True)
class Order:
    number: str
    lines: list[Line]

LEFT_OUT = ""
MORE = []

@workflow
def order(text: str) -> Order:
    """Read an order."""
    parts = [row.split() for row in text.split(";")]
    lines = [Line(sku, int(qty), Decimal(price)) for sku, qty, price in parts if sku != LEFT_OUT]
    return Order("A1", lines + MORE)
'''
TEXT = "ab 2 3.50;cd 1 4.00;shipping 1 5.00;ef 3 1.10"
LINES = [
    {"sku": "ab", "qty": 2, "price": "3.50"},
    {"sku": "cd", "qty": 1, "price": "4.00"},
    {"sku": "shipping", "qty": 1, "price": "5.00"},
    {"sku": "ef", "qty": 3, "price": "1.10"},
]
GOODS = [LINES[0], LINES[1], LINES[3]]


@pytest.fixture
def ran(alongside: Call, acme: Path) -> str:
    (acme / "workflows" / "order.py").write_text(ORDER)
    (acme / "orders.jsonl").write_text(json.dumps({"text": TEXT}) + "\n")
    return run_again(alongside)


def run_again(alongside: Call) -> str:
    return alongside("run", "order", "--input", "orders.jsonl", "--json").data["runs"][0]["run"]


def expected(alongside: Call) -> Any:
    (case,) = alongside("case", "list", "--json").data["cases"]
    return case["expected"]


def test_a_row_too_many_fails_where_all_the_rest_was_right(alongside: Call, acme: Path, ran: str) -> None:
    alongside("review", ran, "--wrong", "lines.0.qty=3", "--rest-right")
    alongside("case", "add", ran)
    mended = [{**LINES[0], "qty": "3"}, *LINES[1:]]
    assert expected(alongside) == {"number": "A1", "lines": mended}
    source = acme / "workflows" / "order.py"
    right = ORDER.replace("int(qty)", "3 if sku == 'ab' else int(qty)")
    source.write_text(right)
    assert alongside("replay", "--json").data["passed"] == 1
    source.write_text(right.replace("MORE = []", "MORE = [Line('ghost', 9, None)]"))
    assert alongside("replay", "--json").data["passed"] == 0


@pytest.mark.parametrize("nothing", ["lines.2=", "lines.2=-"])
def test_that_a_row_should_not_be_there_is_said_of_its_list(
    alongside: Call, acme: Path, ran: str, nothing: str
) -> None:
    alone = alongside("review", ran, "--wrong", nothing, "--rest-right")
    assert (alone.code, "lines.2 is a row, and a row that shouldn't be there" in alone.err) == (2, True)
    assert "fix: state lines as a whole, without that row" in alone.err
    alongside("review", ran, "--wrong", f"lines={json.dumps(GOODS)}", "--rest-right")
    alongside("case", "add", ran)
    case = alongside("case", "list", "--json").data["cases"][0]["id"]
    assert "lines.2 is a row" in alongside("case", "edit", case, "--expect", "lines.2=-").err
    source = acme / "workflows" / "order.py"
    source.write_text(ORDER.replace('LEFT_OUT = ""', 'LEFT_OUT = "shipping"'))
    assert alongside("replay", "--json").data["passed"] == 1


@pytest.mark.parametrize(
    ("said", "lands"),
    [("lines.2.qty=5", False), ("lines.3.qty=5", False), ("lines.2=null", False), ("lines.1.qty=5", True)],
)
def test_a_cell_lands_in_its_own_row_or_nowhere(alongside: Call, ran: str, said: str, lands: bool) -> None:
    alongside("review", ran, "--wrong", f"lines={json.dumps(GOODS)}")
    alongside("case", "add", ran)
    later = run_again(alongside)  # it answers all four rows again
    for run in (ran, later):
        told = alongside("review", run, "--wrong", said)
        assert told.code == (0 if lands else 2), told.err
        alongside("case", "add", run)
    moved = [LINES[0], {**LINES[1], "qty": "5"}, LINES[3]]
    assert expected(alongside) == {"lines": moved if lands else GOODS}


def test_a_cell_of_a_row_that_stands_elsewhere_is_refused_with_its_list(alongside: Call, ran: str) -> None:
    alongside("review", ran, "--wrong", f"lines={json.dumps([*GOODS, LINES[0]])}")  # as many rows as before
    for judgement in (("--wrong", "lines.2.qty=5"), ("--right", "lines.2.qty")):
        told = alongside("review", ran, *judgement)
        assert "error[rows-moved]: lines.2.qty: Lines was corrected as a whole" in told.err
    assert alongside("review", ran, "--unsure", "lines.0.qty").code == 0


UNION = """
from dataclasses import dataclass
from decimal import Decimal
from typing import NotRequired, TypedDict

from alongside import workflow

class Meta(TypedDict):
    source: str
    note: NotRequired[str]

@dataclass(frozen=True)
class Card:
    last4: str

@dataclass(frozen=True)
class Cash:
    amount: Decimal

@dataclass(frozen=True)
class Paid:
    count: int | str
    by: Card | Cash
    all: list[Card | Cash]
    meta: Meta
    rates: dict[str, int]

@workflow
def paid(q: str) -> Paid:
    return Paid(3, Card("1234"), [Card("1")], {"source": "x"}, {"a": 1})
"""


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ("count=many", ""),
        ('by={"amount": "2.00"}', ""),
        ('all=[{"amount": "2.00"}]', ""),
        ("meta.note=hello", ""),
        ("rates.b=4", ""),
        ('count={"x": 1}', "count is a whole number or text, and {'x': 1} is none"),
        ('by={"sum": 1}', "by is a record, and {'sum': 1} is none"),
        ('all=[{"sum": 1}]', "all.0 (row 1) is a record"),
        ("rates.b=x", "rates.b is a whole number"),
        ("meta.notes=hello", "the answer has no field 'meta.notes'; meta has source, note"),
    ],
)
def test_what_the_answer_might_have_been_by_its_types_can_be_stated(
    alongside: Call, acme: Path, said: str, refusal: str
) -> None:
    (acme / "workflows" / "paid.py").write_text(UNION)
    (acme / "q.jsonl").write_text('{"q": "a"}\n')
    run = alongside("run", "paid", "--input", "q.jsonl", "--json").data["runs"][0]["run"]
    told = alongside("review", run, "--wrong", said)
    assert (told.code, refusal in told.err) == (2 if refusal else 0, True)
    if not refusal:
        assert alongside("case", "add", run).code == 0
        assert alongside("replay", "--json").data["passed"] == 0


ALL_SORTS = """
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from alongside import workflow

class Colour(Enum):
    RED = "r"

class Totals(NamedTuple):
    net: Decimal
    count: int

@dataclass(frozen=True)
class Sorts:
    totals: Totals
    many: list[Totals]
    maybe: Totals | None
    named: dict[str, Totals]
    took: timedelta
    all: list[timedelta]
    raw: bytes
    big: bytes
    coloured: dict[Colour, int]
    numbered: dict[int, str]
    days: dict[date, int]
    loose: object

@workflow
def sorts(took: timedelta) -> Sorts:
    of = Totals(Decimal("3.50"), 2)
    days = {date(2026, 1, 2): 3}
    return Sorts(of, [of], of, {"a": of}, took, [took], b"abc", b"x" * 5000, {Colour.RED: 1}, {1: "a"}, days, took)
"""


def test_whatever_is_right_passes_its_case_there_and_back(alongside: Call, acme: Path) -> None:
    (acme / "workflows" / "sorts.py").write_text(ALL_SORTS)
    (acme / "q.jsonl").write_text('{"took": 90.5}\n')
    run = alongside("run", "sorts", "--input", "q.jsonl", "--json").data["runs"][0]["run"]
    alongside("review", run, "--rest-right")
    alongside("case", "add", run)
    held = expected(alongside)
    assert (held["many"], held["took"], held["coloured"]) == (
        [{"net": "3.50", "count": 2}],
        90.5,
        {"RED": 1},
    )
    assert alongside("replay", "--json").data["passed"] == 1
    alongside("case", "export", "exports/sorts.jsonl")
    (case,) = (acme / "cases").glob("*.toml")
    case.unlink()
    assert alongside("case", "import", "exports/sorts.jsonl").code == 0
    assert expected(alongside) == held
    assert alongside("replay", "--full", "--json").data["passed"] == 1
    same = alongside("review", run, "--wrong", "maybe.net=3.50")
    assert "maybe.net already is 3.50: taken as right" in same.err
    alongside("review", run, "--wrong", "maybe.net=4")
    alongside("case", "add", run)
    assert alongside("replay", "--json").data["passed"] == 0


def test_an_older_word_on_a_row_that_is_gone_by_now_goes_into_no_other(alongside: Call, ran: str) -> None:
    later = run_again(alongside)
    alongside("review", ran, "--wrong", "lines.2.price=6.00", "--by", "Ann")
    alongside("review", later, "--wrong", f"lines={json.dumps(GOODS)}", "--rest-right", "--by", "Ben")
    alongside("case", "add", later)
    told = alongside("case", "add", ran)
    assert (told.code, "error[rows-moved]: lines.2.price: Lines was corrected" in told.err) == (2, True)
    assert expected(alongside) == {"number": "A1", "lines": GOODS}


INNER = """
from dataclasses import dataclass

from alongside import workflow

@dataclass(frozen=True)
class Part:
    sku: str
    qty: int

@dataclass(frozen=True)
class Box:
    parts: list[Part]

@dataclass(frozen=True)
class Ship:
    boxes: list[Box]

@workflow
def ship(q: str) -> Ship:
    return Ship([Box([Part("p", 1), Part("q", 2), Part("r", 3)]), Box([])])
"""


def test_a_cell_of_an_inner_list_lands_in_its_own_row_or_nowhere(alongside: Call, acme: Path) -> None:
    (acme / "workflows" / "ship.py").write_text(INNER)
    (acme / "q.jsonl").write_text('{"q": "a"}\n')
    run = alongside("run", "ship", "--input", "q.jsonl", "--json").data["runs"][0]["run"]
    rest = json.dumps([{"sku": "q", "qty": 2}, {"sku": "r", "qty": 3}])
    alongside("review", run, "--wrong", f"boxes.0.parts={rest}", "--rest-right")
    alongside("case", "add", run)
    later = alongside("run", "ship", "--input", "q.jsonl", "--json").data["runs"][0]["run"]
    for one in (run, later):
        told = alongside("review", one, "--wrong", "boxes.0.parts.1.qty=7")
        assert "error[rows-moved]: boxes.0.parts.1.qty: Boxes, row 1: parts was corrected" in told.err


def test_cell_after_cell_of_a_row_is_corrected(alongside: Call, ran: str) -> None:
    for _ in range(2):
        for said in ("sku=x", "qty=9", "price=4.50", "sku=xy", "qty=8"):
            told = alongside("review", ran, "--wrong", f"lines.1.{said}", "--rest-right")
            assert told.code == 0, told.err
        alongside("case", "add", ran)
        ran = run_again(alongside)
    mended = {"sku": "xy", "qty": "8", "price": "4.50"}
    assert expected(alongside) == {"number": "A1", "lines": [LINES[0], mended, *LINES[2:]]}
    case = alongside("case", "list", "--json").data["cases"][0]["id"]
    both = alongside("case", "edit", case, "--expect", "number=A2", "--expect", "number=A3")
    assert (both.code, "number is said to be both A2 and A3" in both.err) == (2, True)


SECONDS = """
from dataclasses import dataclass
from datetime import timedelta

from alongside import workflow

@dataclass(frozen=True)
class Took:
    took: timedelta
    raw: bytes

@workflow
def took(raw: bytes, took: timedelta = timedelta(seconds=95)) -> Took:
    return Took(took, raw)
"""


def test_a_duration_is_seconds_and_bytes_are_base64_wherever_they_are_told(
    alongside: Call, acme: Path
) -> None:
    (acme / "workflows" / "took.py").write_text(SECONDS)
    (acme / "q.jsonl").write_text('{"raw": "YWJj"}\n{"raw": "?"}\n{"raw": "", "took": "PT2M"}\n')
    runs = alongside("run", "took", "--input", "q.jsonl", "--json").data["runs"]
    assert runs[0]["answer"] == {"took": 95, "raw": "YWJj"}
    fixes = [run["error"]["fix"] for run in runs[1:]]
    assert fixes == ["give raw as text in base64", "give took as a number of seconds"]
    ran = runs[0]["run"]
    refused = alongside("review", ran, "--wrong", "took=two hours")
    assert "took is a duration, and 'two hours' is none" in refused.err
    assert "fix: state it as its seconds, such as 5400, or as 1:30:00" in refused.err
    assert (
        "took already is 0:01:35: taken as right" in alongside("review", ran, "--wrong", "took=0:01:35").err
    )
    alongside("review", ran, "--wrong", "took=95", "--rest-right")
    alongside("case", "add", ran)
    assert alongside("replay", "--json").data["passed"] == 1
    for said in ("took=1:30:00", "took=5400"):
        assert str(alongside("review", ran, "--wrong", said, "--json").data["expected"]["took"]) == "5400"
    with open_engagement(acme) as bench:
        word = bench.judge(ran, "wrong", field="took", expected=timedelta(hours=2), by="Dana")
    assert word.expected == 7200


def test_a_refused_word_leaves_the_case_as_it_is(alongside: Call, acme: Path, ran: str) -> None:
    alongside("review", ran, "--wrong", "number=B7", "--wrong", "lines.3.qty=4", "--by", "Ann")
    (acme / "workflows" / "order.py").write_text(ORDER.replace('LEFT_OUT = ""', 'LEFT_OUT = "shipping"'))
    later = run_again(alongside)
    alongside("review", later, "--rest-right", "--by", "Dana")
    alongside("case", "add", later)
    told = alongside("case", "add", ran)
    assert (told.code, "error[rows-moved]: lines.3.qty" in told.err) == (2, True)
    assert expected(alongside) == {"number": "A1", "lines": GOODS}
    assert alongside("replay", "--json").data["passed"] == 1


def test_a_row_that_is_missing_is_stated_beside_the_rest_and_a_cell_of_none_is_refused(
    alongside: Call, acme: Path, ran: str
) -> None:
    for said in ("lines.4.qty=1", "lines.7.qty=1", f"lines.5={json.dumps(LINES[0])}"):
        told = alongside("review", ran, "--wrong", said, "--rest-right")
        assert (told.code, "is in no row that the answer has: lines has 4 rows" in told.err) == (2, True)
    ghost = {"sku": "ghost", "qty": 9, "price": "1"}
    for _ in range(2):  # before and after the rest was called right
        told = alongside("review", ran, "--wrong", f"lines.4={json.dumps(ghost)}", "--rest-right")
        assert told.code == 0, told.err
    assert alongside("review", ran, "--wrong", "lines.4.price=1.00").code == 0
    alongside("case", "add", ran)
    ghost["price"] = "1.00"
    assert expected(alongside) == {"number": "A1", "lines": [*LINES, ghost]}
    source = acme / "workflows" / "order.py"
    source.write_text(ORDER.replace("MORE = []", "MORE = [Line('ghost', 9, Decimal(1))]"))
    assert alongside("replay", "--json").data["passed"] == 1


def test_a_cell_that_is_called_wrong_leaves_the_list_that_its_case_states(
    alongside: Call, acme: Path, ran: str
) -> None:
    alongside("review", ran, "--rest-right")
    alongside("case", "add", ran)
    told = alongside("review", ran, "--wrong", "lines.0.sku", "--json").data["expected"]
    alongside("case", "add", ran)
    assert expected(alongside) == told
    assert ("lines" in told, told["lines.0.qty"], told["lines.1"]) == (False, 2, LINES[1])
    assert alongside("replay", "--json").data["passed"] == 0
    source = acme / "workflows" / "order.py"
    source.write_text(ORDER.replace("Line(sku,", "Line('AB' if sku == 'ab' else sku,"))
    assert alongside("replay", "--json").data["passed"] == 1


def test_rows_of_several_types_are_corrected_each_by_its_own(alongside: Call, acme: Path) -> None:
    source = UNION.replace('[Card("1")]', '[Card("1"), Cash(Decimal(2))]')
    (acme / "workflows" / "paid.py").write_text(source)
    (acme / "q.jsonl").write_text('{"q": "a"}\n')
    run = alongside("run", "paid", "--input", "q.jsonl", "--json").data["runs"][0]["run"]
    told = alongside("review", run, "--wrong", "all.1.amount=3", "--right", "all.0.last4")
    assert told.code == 0, told.err
