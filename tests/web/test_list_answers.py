"""Answers that are lists: stated from the shape of a row, and proven by the cell or the rows that a case holds."""

import json
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from alongside.evals.replay import Options
from alongside.workbench import Workbench, open_engagement
from web.fixable import get, prove, twin
from web.served import serving

pytestmark = pytest.mark.enable_socket

WORKFLOW = """
from dataclasses import dataclass
from alongside import Value, prompt, step, workflow

rules = prompt("separator.md")


@dataclass(frozen=True)
class Line:
    item: str
    quantity: int
    note: Value[str] = Value(None, "")


@step
def split(text: str) -> list[Line]:
    parts = [part.split() for part in text.split(str(rules).strip())]
    return [Line(" ".join(words), int(number)) for number, *words in parts]


@workflow
def order(text: str) -> list[Line]:
    return split(text)
"""


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    for folder in ("workflows", "prompts", "cases"):
        (tmp_path / folder).mkdir()
    (tmp_path / "alongside.toml").write_text('customer = "acme"\n')
    (tmp_path / "prompts" / "separator.md").write_text(";")
    (tmp_path / "workflows" / "order.py").write_text(WORKFLOW)
    bench = open_engagement(tmp_path)
    bench.ship(options=Options(), progress=lambda *_: None, by="kim", reason="first", override=True)
    bolts: list[dict[str, Any]] = [{"item": "bolts", "quantity": 3}, {"item": "cogs", "quantity": 2}]
    for name, text, field, expected in (
        ("cell", "3 bolts, 2 nuts", "0.item", "bolts"),
        ("rows", "3 bolts, 2 cogs", "", [{**row, "note": None} for row in bolts]),
    ):
        run = bench.run("order", text=text).run
        bench.judge(run, "wrong", field=field, expected=expected, by="dana")
        bench.add_case(run, name=name, split="held-out")
    (tmp_path / "prompts" / "separator.md").write_text(",")
    return bench


def test_a_list_answers_proof_says_what_the_case_holds(bench: Workbench) -> None:
    with serving(bench) as client:
        told = prove(client)
        shown: Any = twin(client, f"/fix.json?proof={told['id']}")["proof"]
        page = get(client, f"/fix?proof={told['id']}")
        groups: Any = twin(client, "/cases.json")["groups"]
    assert "Row 1: item wrong, no note" in {group["mode"] for group in groups}
    cell, rows = sorted(shown["answers"], key=lambda one: one["name"])
    assert (cell["kind"], rows["kind"]) == ("fixed", "fixed")
    assert cell["fields"] == [
        {
            "field": "Row 1: item", "expected": "bolts", "was": "bolts, 2 nuts", "was_mark": "wrong",
            "now": "bolts", "now_mark": "right",
        }
    ]  # fmt: skip
    assert [(one["field"], one["now"]) for one in cell["others"]] == [
        ("Row 2: item", "nuts"), ("Row 2: quantity", "2"),
    ]  # fmt: skip
    assert [(one["field"], one["expected"], one["was"], one["now"]) for one in rows["fields"]] == [
        ("Row 1", "item bolts, quantity 3", "item bolts, 2 cogs, quantity 3", "item bolts, quantity 3"),
        ("Row 2", "item cogs, quantity 2", "nothing is there", "item cogs, quantity 2"),
    ]
    assert rows["others"] == []
    assert "[{" not in page.partition('id="proof"')[2]


def test_of_a_list_that_broke_a_proof_tells_the_rows_that_broke(bench: Workbench) -> None:
    (bench.root / "prompts" / "separator.md").write_text(";")
    run = bench.run("order", text="3 bolts;2 cogs;1 nuts;5 caps").run
    wanted = [("nuts", 1), ("Bolts", "3"), ("caps", 5), ("cogs", 2)]  # any order, in other notations
    rows: list[dict[str, Any]] = [{"item": item, "quantity": n, "note": None} for item, n in wanted]
    bench.judge(run, "wrong", field="", expected=rows, by="dana")
    bench.add_case(run, name="broken", split="held-out")
    file = bench.root / "workflows" / "order.py"
    changed = (
        '[Line(one.item, one.quantity + (one.item == "caps")) for one in split(text)[1:]] + [Line("rope", 9)]'
    )
    file.write_text(file.read_text().replace("return split(text)", f"return {changed}"))
    with serving(bench) as client:
        told = prove(client)
        answers: Any = twin(client, f"/fix.json?proof={told['id']}")["proof"]["answers"]
    (broken,) = [one for one in answers if one["name"] == "broken"]
    sides = ("field", "expected", "was", "was_mark", "now", "now_mark")
    assert [tuple(one[side] for side in sides) for one in broken["fields"]] == [
        ("Row 2", "item Bolts, quantity 3", "item bolts, quantity 3", "right", "nothing is there", "wrong"),
        (
            "Row 3",
            "item caps, quantity 5",
            "item caps, quantity 5",
            "right",
            "item caps, quantity 6",
            "wrong",
        ),
        ("Row 4, added", "nothing is there", "nothing is there", "right", "item rope, quantity 9", "wrong"),
    ]


def test_a_list_is_stated_from_the_shape_of_its_row(bench: Workbench) -> None:
    with serving(bench) as client:
        run = client.run("order", {"text": "bolts"}).json["run"]
        asked = client.ask("GET", f"/runs/{run}.json?wrong=1").json["dock"]["correction"]
        assert json.loads(asked["given"]) == [{"item": None, "quantity": None, "note": None}]
        said = {"judgement": "wrong", "as": "json", "given": asked["given"], "here": f"/runs/{run}"}
        words = client.send(f"/runs/{run}/judge", {**said, "expected": "three bolts"})
        page = unescape(words.body.decode())
        assert (words.status, "three bolts</textarea>" in page) == (400, True)
        assert (
            'This isn\'t JSON. Write a list of rows, such as [{"item": "…", "quantity": 12, "note": "…"}].'
            in page
        )
        broken = client.send(f"/runs/{run}/judge", {**said, "expected": '[{"item":\n"bolts"\n'})
        assert "breaks off at line 2" in unescape(broken.body.decode())
        stated = client.send(
            f"/runs/{run}/judge", {**said, "expected": '[{"item": "bolts", "quantity": 3, "note": null}]'}
        )
        assert stated.status == 303


def test_a_list_is_corrected_in_plain_values_and_nothing_is_a_press_away(bench: Workbench) -> None:
    with serving(bench) as client:
        run = client.run("order", {"text": "3 bolts;2 nuts"}).json["run"]
        asked = client.ask("GET", f"/runs/{run}.json?wrong=1").json["dock"]["correction"]
        rows: list[dict[str, Any]] = [
            {"item": "bolts", "quantity": 3, "note": None},
            {"item": "nuts", "quantity": 2, "note": None},
        ]
        assert json.loads(asked["given"]) == rows
        said = {"judgement": "wrong", "as": "json", "case": "1", "here": f"/runs/{run}"}
        placed: Any = {"value": 4, "text": "4", "boxes": [], "confidence": None, "source": "", "document": ""}
        rows[1]["quantity"] = placed
        to = client.send(f"/runs/{run}/judge", {**said, "expected": json.dumps(rows)}).headers["Location"]
        told = unescape(get(client, to))
        assert "should be 2 rows. Case" in told
        assert "Answer, as corrected" in told
        assert '"item"' not in told
        (table,) = client.ask("GET", f"/runs/{run}.json").json["tables"]
        assert [[cell["judgement"] for cell in row] for row in table["rows"]] == [[""] * 3, ["", "wrong", ""]]
        (case,) = [one for one in bench.cases().cases if one.run == run]
        assert case.expected == {"": [rows[0], {**rows[1], "quantity": 4}]}
        page = get(client, f"/runs/{run}?wrong=1").partition("<details")
        assert 'name="absent"' in page[0]
        to = client.send(f"/runs/{run}/judge", {**said, "absent": "1", "expected": "x"}).headers["Location"]
        (case,) = [one for one in bench.cases().cases if one.run == run]
        assert case.expected == {"": []}
        (table,) = client.ask("GET", f"/runs/{run}.json").json["tables"]
        assert {cell["judgement"] for row in table["rows"] for cell in row} == {"wrong"}
        assert "should be none" in get(client, to)
        blank = {**said, "field": "1.item", "expected": ""}
        left = unescape(get(client, client.send(f"/runs/{run}/judge", blank).headers["Location"]))
        assert "Wrong: Row 2: item. What is right isn't known yet" in left
        assert f'href="/runs/{run}?field=1.item&wrong=1">Say what is right</a>' in left
