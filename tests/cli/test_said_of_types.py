"""What a case holds of an answer is judged as its type means it: a right answer passes, each wrong one fails."""

import json
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from alongside import open_engagement

Call = Any

ORDER = '''
from dataclasses import dataclass
from datetime import datetime, time, timezone
from enum import Enum, Flag, IntEnum, IntFlag
from typing import NotRequired, TypedDict

from alongside import workflow


class Paper(TypedDict):
    lang: str
    pages: NotRequired[int]


class Level(IntEnum):
    ONE = 1
    TWO = 2


class Code(Enum):
    ONE = 1
    TWO = 2


class Right(Flag):
    READ = 1
    WRITE = 2


class Mode(IntFlag):
    READ = 1
    WRITE = 2


@dataclass(frozen=True)
class Slot:
    at: datetime
    note: str


@dataclass(frozen=True)
class Order:
    plain: str
    tags: list[str] | None
    words: frozenset[str] | None
    rows: list[str]
    at: datetime
    slots: list[Slot]
    span: tuple[int, int]
    steps: tuple[str, ...]
    paper: Paper
    rates: dict[str, int]
    shares: dict[str, int] | None
    level: Level
    code: Code | None
    levels: dict[str, Level]
    closes: time
    rights: Right
    mode: Mode


@workflow
def order(text: str) -> Order:
    """Read an order."""
    at = datetime(2026, 3, 4, 5, 6, 7)
    return Order(
        plain="", tags=None, words=None, rows=[], at=at, slots=[Slot(at, "")], span=(1, 9), steps=("a", "b"),
        paper={"lang": "en"}, rates={"a": 1},
        shares=None, level=Level.ONE, code=Code.ONE, levels={"a": Level.ONE}, closes=time(9, 30),
        rights=Right(3), mode=Mode(3),
    )
'''
FULL = {
    "tags=None": 'tags=["x"]',
    "words=None": 'words=frozenset({"x"})',
    "rows=[]": 'rows=["x"]',
    'plain=""': 'plain="x"',
    '{"lang": "en"}': '{"lang": "en", "pages": 3}',
    '{"a": 1}': '{"a": 1, "b": 2}',
    "shares=None": 'shares={"x": 1}',
}
"""An answer that has something where there is nothing."""


def answer(acme: Path, *swaps: tuple[str, str]) -> None:
    text = ORDER
    for old, new in swaps:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (acme / "workflows" / "order.py").write_text(text)


def run(alongside: Call, acme: Path) -> str:
    (acme / "orders.jsonl").write_text(json.dumps({"text": "x"}) + "\n")
    return alongside("run", "order", "--input", "orders.jsonl", "--json").data["runs"][0]["run"]


def passes(alongside: Call) -> bool:
    return alongside("replay", "--json").data["passed"] == 1


def keep(alongside: Call, ran: str) -> None:
    assert alongside("case", "add", ran).code == 0


def expected(alongside: Call) -> Any:
    (case,) = alongside("case", "list", "--json").data["cases"]
    return case["expected"]


def test_an_answer_that_is_right_as_it_is_passes(alongside: Call, acme: Path) -> None:
    answer(acme)
    alongside("review", run(alongside, acme), "--rest-right")
    keep(alongside, "last")
    assert passes(alongside)
    for old, new in FULL.items():
        answer(acme, (old, new))
        assert not passes(alongside), new


def test_a_member_of_an_enum_is_stated_from_python_as_it_is(alongside: Call, acme: Path) -> None:
    class Code(Enum):
        ONE = 1
        TWO = 2

    answer(acme)
    ran = run(alongside, acme)
    with open_engagement(acme) as bench:
        bench.judge(ran, "wrong", field="code", expected=Code.TWO, by="Dana")
        bench.judge(ran, "wrong", field="rows", expected=["x"], by="Dana")
    keep(alongside, ran)
    assert expected(alongside) == {"code": "TWO", "rows": ["x"]}
    answer(acme, ("rows=[]", 'rows=["x"]'))
    assert not passes(alongside)
    answer(acme, ("rows=[]", 'rows=["x"]'), ("code=Code.ONE", "code=Code.TWO"))
    assert passes(alongside)


@pytest.mark.parametrize("place", ["plain", "tags", "words", "rows", "paper.pages", "rates.b", "shares"])
def test_that_there_is_nothing_holds_once_there_is_nothing(alongside: Call, acme: Path, place: str) -> None:
    answer(acme, *FULL.items())
    ran = run(alongside, acme)
    said = alongside("review", ran, "--wrong", f"{place}=-")
    assert said.code == 0, said.err
    keep(alongside, ran)
    assert expected(alongside) == {place: None}
    assert not passes(alongside)
    answer(acme)
    assert passes(alongside)


@pytest.mark.parametrize("place", ["plain", "rows"])
def test_that_there_is_nothing_is_no_correction_of_what_is_empty(
    alongside: Call, acme: Path, place: str
) -> None:
    answer(acme)
    ran = run(alongside, acme)
    assert "taken as right" in alongside("review", ran, "--wrong", f"{place}=-").err


@pytest.mark.parametrize(
    ("said", "old", "right", "wrong"),
    [
        ("level=TWO", "level=Level.ONE", "level=Level.TWO", "level=Level.ONE"),
        ("level=2", "level=Level.ONE", "level=Level.TWO", "level=Level.ONE"),
        ("code=2", "code=Code.ONE", "code=Code.TWO", "code=Code.ONE"),
        ("code=TWO", "code=Code.ONE", "code=Code.TWO", "code=None"),
        ("levels.a=TWO", '{"a": Level.ONE}', '{"a": Level.TWO}', '{"a": Level.ONE}'),
        ('levels={"a": "2"}', '{"a": Level.ONE}', '{"a": Level.TWO}', '{"a": Level.ONE}'),
        ("closes=9:30 pm", "time(9, 30)", "time(21, 30)", "time(9, 30)"),
        ("closes=21:30", "time(9, 30)", "time(21, 30, 12)", "time(9, 30)"),
        ("closes=9 pm", "time(9, 30)", "time(21)", "time(9)"),
        ("rights=READ|WRITE", "Right(3)", "Right(3)", "Right(1)"),
        ("rights=0", "Right(3)", "Right(0)", "Right(1)"),
        ("mode=WRITE|1", "Mode(3)", "Mode(3)", "Mode(2)"),
        ('rates={"a": "€ 1.234"}', '{"a": 1}', '{"a": 1234}', '{"a": 1}'),
        ("closes=21:30:00", "time(9, 30)", "time(21, 30)", "time(21, 30, 12)"),
    ],
)
def test_a_choice_or_a_time_holds_however_it_is_written(
    alongside: Call, acme: Path, said: str, old: str, right: str, wrong: str
) -> None:
    answer(acme, (old, wrong))
    ran = run(alongside, acme)
    assert alongside("review", ran, "--wrong", said).code == 0
    keep(alongside, ran)
    assert not passes(alongside)
    answer(acme, (old, right))
    assert passes(alongside)


def test_a_field_that_went_is_not_nothing(alongside: Call, acme: Path) -> None:
    answer(acme)
    ran = run(alongside, acme)
    alongside("review", ran, "--right", "tags")
    keep(alongside, ran)
    answer(acme, ("    tags: list[str] | None\n", ""), (" tags=None,", ""))
    assert not passes(alongside)


@pytest.mark.parametrize("place", ["at", "slots.0.at"])
@pytest.mark.parametrize(
    ("said", "right", "wrong"),
    [
        ("2026-03-04T23:06:08", "2026, 3, 4, 23, 6, 8", "2026, 3, 4, 5, 6, 7"),
        ("2026-03-04 23:06", "2026, 3, 4, 23, 6, 8", "2026, 3, 4, 23, 7, 8"),
        ("4 March 2026, 11:06 pm", "2026, 3, 4, 23, 6, 8", "2026, 3, 4, 11, 6, 8"),
        (
            "2026-03-04T05:06:07+02:00",
            "2026, 3, 4, 3, 6, 7, tzinfo=timezone.utc",
            "2026, 3, 4, 5, 6, 7, tzinfo=timezone.utc",
        ),
        ("2026-03-05", "2026, 3, 5, 23, 6, 8", "2026, 3, 4, 5, 6, 7"),
    ],
)
def test_a_time_counts_where_both_sides_say_one(
    alongside: Call, acme: Path, place: str, said: str, right: str, wrong: str
) -> None:
    answer(acme, ("2026, 3, 4, 5, 6, 7", wrong))
    ran = run(alongside, acme)
    told = alongside("review", ran, "--wrong", f"{place}={said}")
    assert "taken as right" not in told.err
    keep(alongside, ran)
    assert not passes(alongside)
    answer(acme, ("2026, 3, 4, 5, 6, 7", right))
    assert passes(alongside)


def test_a_time_counts_in_a_row_that_is_stated_whole(alongside: Call, acme: Path) -> None:
    answer(acme)
    ran = run(alongside, acme)
    alongside("review", ran, "--wrong", 'slots=[{"at": "2026-03-04T23:06:07", "note": ""}]')
    keep(alongside, ran)
    assert not passes(alongside)
    answer(acme, ("2026, 3, 4, 5, 6, 7", "2026, 3, 4, 23, 6, 7"))
    assert passes(alongside)


def test_the_same_moment_in_another_notation_is_right(alongside: Call, acme: Path) -> None:
    answer(acme)
    ran = run(alongside, acme)
    for said in ("at=4 March 2026 05:06", "at=2026-03-04 05:06:07"):
        assert "taken as right" in alongside("review", ran, "--wrong", said).err, said


def test_a_day_alone_is_no_correction_of_a_time_on_it(alongside: Call, acme: Path) -> None:
    answer(acme)
    ran = run(alongside, acme)
    for place in ("at", "slots.0.at"):
        told = alongside("review", ran, "--wrong", f"{place}=2026-03-04")
        assert (told.code, "which is on that day" in told.err) == (2, True)
        assert "fix: state the time too" in told.err


def test_a_time_is_told_as_it_is_read(alongside: Call, acme: Path) -> None:
    answer(acme)
    ran = run(alongside, acme)
    assert "(2026-03-04T21:30:00)" in alongside("review", ran, "--wrong", "at=4 March 2026, 9:30 pm").out
    keep(alongside, ran)
    told = alongside("replay").out
    assert "expected 4 March 2026, 9:30 pm (2026-03-04T21:30:00), got 2026-03-04T05:06:07" in told
    refused = alongside("review", ran, "--wrong", "at=soon").err
    assert "at is a date with its time, and 'soon' is none" in refused
    assert "fix: state it as 2026-03-14 09:30" in refused


def test_the_places_of_a_tuple_count_and_those_of_a_list_do_not(alongside: Call, acme: Path) -> None:
    answer(acme)
    ran = run(alongside, acme)
    alongside("review", ran, "--right", "span", "--right", "steps")
    keep(alongside, ran)
    assert passes(alongside)
    answer(acme, ('("a", "b")', '("b", "a")'))
    assert passes(alongside)
    answer(acme, ("(1, 9)", "(9, 1)"))
    assert not passes(alongside)
