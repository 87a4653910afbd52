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
from alongside import prompt, step, workflow

rules = prompt("separator.md")


@dataclass(frozen=True)
class Line:
    item: str
    quantity: int
    note: str | None = None


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
