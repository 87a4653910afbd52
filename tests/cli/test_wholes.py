"""A whole and its parts: what a case expects never says two things of one place."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from alongside.core.engagement import Person
from alongside.workbench import open_engagement
from alongside.workbench.pointing import keep_as_case, take_back
from cli.conftest import Call

ORDER = '''
from dataclasses import dataclass
from decimal import Decimal

from alongside import workflow

@dataclass(frozen=True)
class Line:
    item: str
    amount: Decimal

@dataclass(frozen=True)
class Order:
    total: Decimal | None
    lines: list[Line]

@workflow
def order(text: str) -> Order:
    """Read an order."""
    return Order(Decimal("9"), [Line(item, Decimal(len(item))) for item in text.split()])
'''
TWO = [{"item": "tea", "amount": "1.234,50"}, {"item": "cake", "amount": "4"}]


def test_the_newest_word_on_a_whole_or_a_part_holds_and_says_what_it_replaces(
    alongside: Call, acme: Path
) -> None:
    (acme / "workflows" / "order.py").write_text(ORDER)
    (acme / "orders.jsonl").write_text('{"text": "tea cake pie"}\n')
    run = alongside("run", "order", "--input", "orders.jsonl", "--json").data["runs"][0]["run"]
    shown = alongside("runs", "show", run).out
    assert "\nlines    3 rows\nlines.0  item tea, amount 3\n" in shown
    both = alongside("review", run, "--wrong", f"lines={json.dumps(TWO)}", "--wrong", "lines.2.item=x")
    assert (both.code, "lines.2.item has no place in what was said of lines" in both.err) == (2, True)
    alongside("review", run, "--wrong", "lines.0.amount=19,90", "--wrong", "lines.2.item=x")
    whole = alongside("review", run, "--wrong", f"lines={json.dumps(TWO)}")
    assert "lines: it replaces what was said of lines.0.amount: 19,90\n" in whole.err
    assert "lines: it replaces what was said of lines.2.item: x\n" in whole.err
    case = alongside("case", "add", run, "--json").data
    assert case["expected"] == {"lines": TWO}
    part = alongside("review", run, "--wrong", "lines.1.amount=5")
    assert "lines.1.amount: it goes into what was said of lines\n" in part.err
    after = alongside("case", "add", run, "--json").data
    assert after["expected"] == {"lines": [TWO[0], {"item": "cake", "amount": "5"}]}
    again = alongside("case", "add", run).out
    assert "have a case, and it says all of that already\n" in again
    assert "goes into it" not in again
    gone = alongside("review", run, "--wrong", "lines.2.item=x")
    assert (gone.code, "state lines again as a whole, with lines.2.item in it" in gone.err) == (2, True)

    edited = alongside("case", "edit", case["id"], "--expect", "lines.0.item=te")
    assert "lines.0.item: it goes into what is expected of lines" in edited.err
    shown = alongside("case", "show", case["id"], "--json").data["expected"]
    assert shown == {"lines": [{**TWO[0], "item": "te"}, {"item": "cake", "amount": "5"}]}
    assert alongside("case", "edit", case["id"], "--expect", "lines.7.item=x").code == 2

    row = {"name": "n", "workflow": "order", "inputs": {"text": "a b"}}
    said = {"lines": TWO, "lines.0.amount": "1234.50", "lines.1.amount": "7", "total": "9"}
    (acme / "rows.jsonl").write_text(json.dumps({**row, "expected": said}) + "\n")
    refused = alongside("case", "import", "rows.jsonl")
    assert refused.code == 3
    assert 'expected: lines.1.amount is "7", and lines says "4" there' in refused.err


def test_a_walk_takes_a_part_and_nothing(alongside: Call, acme: Path, terminal: Callable[..., Any]) -> None:
    (acme / "workflows" / "order.py").write_text(ORDER)
    (acme / "orders.jsonl").write_text('{"text": "tea cake pie"}\n')
    run = alongside("run", "order", "--input", "orders.jsonl", "--json").data["runs"][0]["run"]
    at = terminal("review", run, "--by", "kim")
    at.answer("total = 9", "w")
    at.answer("-: nothing is there", "-")
    at.answer("lines = ", 'w [{"item": "x"}]')
    at.answer("or state a part alone: lines.0.item", "w lines.0.item=te")
    at.answer("lines.0.item is noted", "lines.1.amount=4,50")
    at.answer("lines.1.amount is noted", "lines.9.what=1")
    at.answer("error[no-such-field]", "")
    at.answer("make it a case? Y/n: ", "y")
    assert "1 run judged" in at.end()
    (case,) = alongside("case", "list", "--json").data["cases"]
    assert case["expected"] == {"total": None, "lines.0.item": "te", "lines.1.amount": "4,50"}
    again = alongside("review", run, "--wrong", "total=-", "--json").data["expected"]
    assert again == case["expected"]


def test_what_went_into_a_case_by_a_whole_or_a_part_comes_out_of_it_again(
    alongside: Call, acme: Path
) -> None:
    (acme / "workflows" / "order.py").write_text(ORDER)
    bench = open_engagement(acme)
    run = bench.find_run(bench.run("order", text="tea cake pie").run)
    said = [("lines.0.amount", "1"), ("lines", TWO), ("lines.1.amount", "5"), ("lines.0.item", "x")]
    words, held = [], []
    for field, value in said:
        held.append([dict(case.expected) for case in bench.cases().cases])
        word = bench.judge(run.id, "wrong", field=field, expected=value, by="kim").id
        keep_as_case(bench, run, word=word)
        words.append(word)
    both = [{"item": "x", "amount": "1.234,50"}, {"item": "cake", "amount": "5"}]
    assert [dict(case.expected) for case in bench.cases().cases] == [{"lines": both}]
    for word, before in zip(reversed(words), reversed(held), strict=True):
        assert take_back(bench, run, word=word, by=Person("kim", "reviewer"))
        assert [dict(case.expected) for case in bench.cases().cases] == before


def test_a_cell_of_a_stated_list_is_named_when_its_word_is_taken_back_and_not_forgotten_alone(
    alongside: Call, acme: Path
) -> None:
    (acme / "workflows" / "order.py").write_text(ORDER)
    (acme / "orders.jsonl").write_text('{"text": "tea cake"}\n')
    run = alongside("run", "order", "--input", "orders.jsonl", "--json").data["runs"][0]["run"]
    alongside("review", run, "--wrong", f"lines={json.dumps(TWO)}")
    words = alongside("review", run, "--wrong", "lines.1.amount=5", "--json").data["feedback"]
    word = next(one["id"] for one in words if one["field"] == "lines.1.amount")
    case = alongside("case", "add", run, "--json").data["id"]
    said = alongside("review", "--undo", word)
    assert f"({case}) still expects what it said, in what it states of lines: mend lines.1.amount" in said.out
    assert said.next == f"alongside case show {case}"

    path = next((acme / "cases").glob("*.toml"))
    before = path.read_bytes()
    for field, why, fix in (
        (
            "lines.1.amount",
            "lines.1.amount is not stated by itself, but in what is stated of lines as a whole",
            "state it otherwise with --expect lines.1.amount=VALUE, or forget the whole: --forget lines",
        ),
        ("total", "nothing is expected of total; what is expected: lines", "name one of these, or leave"),
    ):
        refused = alongside("case", "edit", case, "--forget", field, "--note", "x")
        assert refused.code == 2
        assert refused.err.startswith(f"error[not-expected]: {why}\nfix: {fix}")
        assert path.read_bytes() == before
    assert alongside("case", "edit", case, "--forget", "lines", "--json").data["expected"] == {}
    alongside("case", "edit", case, "--expect", "lines.0.item=x")
    refused = alongside("case", "edit", case, "--forget", "lines")
    assert "nothing is expected of lines as a whole, but of lines.0.item\nfix: name these" in refused.err


def test_a_promise_on_a_list_counts_what_is_said_of_its_rows(alongside: Call, acme: Path) -> None:
    (acme / "workflows" / "order.py").write_text(ORDER)
    toml = acme / "alongside.toml"
    for name in ("lines", "lines.0.item", "total"):
        toml.write_text(
            f'{toml.read_text()}\n[[done]]\nname = "{name}"\nmeasure = "field:{name}"\nat_least = 0.9\n'
        )
    expected = {
        "a": {"lines.0.amount": "1"},
        "b": {"lines.0.amount": "9"},  # wrong
        "c": {"lines": [{"item": "c", "amount": "1"}]},
        "d": {"lines": [{"item": "x", "amount": "1"}]},  # wrong
        "e": {"total": "9"},
    }
    rows = [
        {"name": text, "workflow": "order", "inputs": {"text": text}, "split": "held-out", "expected": one}
        for text, one in expected.items()
    ]
    (acme / "rows.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    assert alongside("case", "import", "rows.jsonl").code == 0
    told = {one["name"]: one["evidence"] for one in alongside("gate", "--json").data["items"]}
    assert {name: told[name].partition(" right")[0] for name in ("lines", "lines.0.item", "total")} == {
        "lines": "2 of 4",
        "lines.0.item": "1 of 2",
        "total": "1 of 1",
    }


PERSON = """
from dataclasses import dataclass
from typing import Literal

from alongside import param, workflow

@dataclass(frozen=True)
class Address:
    street: str
    city: str | None

@dataclass(frozen=True)
class Person:
    home: Address
    work: Address | None
    pair: tuple[Address, int]
    size: Literal["S", "M"]
    count: int

@workflow
def person(text: str) -> Person:
    at = Address(text, None)
    return Person(at, None, (at, 3), param("size"), 1000)
"""


def test_a_record_is_stated_whole(alongside: Call, acme: Path) -> None:
    (acme / "workflows" / "person.py").write_text(PERSON)
    toml = acme / "alongside.toml"
    toml.write_text(toml.read_text().replace("[params]", '[params]\nsize = "S"'))
    (acme / "people.jsonl").write_text('{"text": "High St"}\n')
    run = alongside("run", "person", "--input", "people.jsonl", "--json").data["runs"][0]["run"]
    at = '{"street": "Low St", "city": "York"}'
    wrong = [part for name in ("home", "work", "pair.0") for part in ("--wrong", f"{name}={at}")]
    said = alongside("review", run, *wrong, "--wrong", "size=M", "--json").data["expected"]
    assert said == dict.fromkeys(("home", "work", "pair.0"), json.loads(at)) | {"size": "M"}
    counted = alongside("review", run, "--wrong", "count=1.000", "--json").data
    assert counted["expected"]["count"] == 1000
    alongside("review", run, "--wrong", "count=10.000")
    refused = alongside("review", run, "--wrong", "size=L")
    assert (refused.code, "size can't be 'L'; it is one of S, M" in refused.err) == (2, True)
    case = alongside("case", "add", run, "--train", "--json").data["id"]
    assert "train: nothing learns from it; a held-out case measures" in alongside("case", "show", case).out
    edited = alongside("case", "edit", case, "--expect", 'home={"street": "High St", "city": null}')
    assert edited.code == 0
    replayed = alongside("replay").out
    assert ("size: expected 'M', got 'S'" in replayed, "home:" in replayed) == (True, False)

    (acme / "workflows" / "person.py").write_text(PERSON.replace("city: str", "town: str"))
    told = "home: expected (High St, nothing), got (High St, nothing), which lacks city and has town"
    assert told in alongside("replay").out
    toml.write_text(toml.read_text().replace('"S"', '"XL"'))
    (row,) = alongside("run", "person", "--input", "people.jsonl", "--json").data["runs"]
    assert "the answer.size is 'XL', not Literal['S', 'M']" in row["error"]["message"]
