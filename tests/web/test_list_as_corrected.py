"""A list as people corrected it, on the page of its run: what stands, whatever words it was said in."""

from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from alongside.core.engagement import Person
from alongside.core.plain import bare
from alongside.store import run_list
from alongside.workbench import Workbench
from web.bills import make_bills
from web.fixable import get
from web.served import Client, serving

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return make_bills(tmp_path / "acme")


@pytest.fixture
def client(bench: Workbench) -> Iterator[Client]:
    with serving(bench) as client:
        yield client


@pytest.fixture
def run(bench: Workbench) -> str:
    return run_list.unjudged(bench.database, limit=1)[0].id


def rows_of(bench: Workbench, run: str) -> list[dict[str, Any]]:
    return bare(bench.blobs.get(bench.find_run(run).output))["lines"]


def shown(client: Client, run: str) -> list[list[str]]:
    """Return the rows under "as corrected"; none where the page has no such list."""
    stated = client.ask("GET", f"/runs/{run}.json").json["stated"]
    return [row for _, table in stated for row in table["rows"]]


def wrong_cells(client: Client, run: str) -> set[str]:
    tables = client.ask("GET", f"/runs/{run}.json").json["tables"]
    return {cell["path"] for table in tables for row in table["rows"] for cell in row if cell["judgement"]}


def test_a_cell_that_is_corrected_after_its_list_shows_in_it(
    bench: Workbench, client: Client, run: str
) -> None:
    rows = rows_of(bench, run)
    bench.judge(run, "wrong", field="lines", expected=rows[:2], by="Kim")
    client.send(
        f"/runs/{run}/judge",
        {"judgement": "wrong", "field": "lines.1.price", "expected": "77.00", "here": f"/runs/{run}"},
    )
    assert [row[2] for row in shown(client, run)] == ["1.50", "77.00"]
    assert bench.cases().cases[0].expected["lines"][1]["price"] == "77.00"
    assert unescape(get(client, f"/runs/{run}")).count("77.00") == 1
    third = {f"lines.2.{name}" for name in rows[2]}
    assert wrong_cells(client, run) == {"lines.1.price", *third}


def test_a_cell_alone_is_shown_in_its_list_and_gone_once_it_is_taken_back(
    bench: Workbench, client: Client, run: str
) -> None:
    word = bench.judge(run, "wrong", field="lines.2.price", expected="55.00", by="Kim")
    assert [row[2] for row in shown(client, run)] == ["1.50", "3.00", "55.00"]
    assert wrong_cells(client, run) == {"lines.2.price"}
    bench.undo(word.id, by=Person("Kim", "admin"))
    assert shown(client, run) == []
    assert wrong_cells(client, run) == set()


def test_what_a_person_wrote_into_the_case_is_what_stands(bench: Workbench, client: Client, run: str) -> None:
    rows = rows_of(bench, run)
    bench.judge(run, "wrong", field="lines", expected=rows[:2], by="Kim")
    case = bench.add_case(run, name="bolts")
    path = bench.cases().paths[case.id]
    path.write_text(path.read_text().replace('price = "3.00"', 'price = "8.25"'))
    assert [row[2] for row in shown(client, run)] == ["1.50", "8.25"]


def test_a_list_of_plain_values_shows_what_was_corrected_in_it(
    bench: Workbench, client: Client, run: str
) -> None:
    def row(label: str) -> dict[str, Any]:
        shown = client.ask("GET", f"/runs/{run}.json").json["answer"]
        return next(one for one in shown if one["label"] == label)

    bench.judge(run, "wrong", field="marks.0", expected="old", by="Kim")
    assert (row("Marks")["judgement"], row("Marks")["expected"]) == ("wrong", "old")
    bench.judge(run, "wrong", field="marks", expected=["a", "b"], by="Kim")
    assert row("Marks")["expected"] == "a, b"
    bench.judge(run, "wrong", field="marks.1", expected="c", by="Dana")
    assert row("Marks")["expected"] == "a, c"
    assert row("Lines")["judgement"] == ""
    bench.judge(run, "wrong", field="lines.0.item", expected="bolt", by="Dana")
    assert (row("Lines")["judgement"], row("Lines")["expected"]) == ("wrong", None)


def test_a_column_of_numbers_stands_to_the_right_though_one_is_missing(
    bench: Workbench, client: Client, run: str
) -> None:
    bench.judge(run, "wrong", field="lines.1.price", expected=None, by="Kim")
    _, table = client.ask("GET", f"/runs/{run}.json").json["stated"][0]
    assert [row[2] for row in table["rows"]] == ["1.50", "", "4.50"]
    assert (table["numeric"][2], table["numeric"][3]) == (True, False)


def test_the_page_for_users_opens_the_list_of_a_place_and_says_its_days_one_way(
    bench: Workbench, client: Client, run: str
) -> None:
    shown = client.ask("GET", f"/app/bill/{run}.json?wrong=marks.1").json
    assert (shown["wrong"], shown["wrong_label"]) == ("marks", "Marks")
    said = {
        "judgement": "wrong",
        "field": "marks",
        "expected": '["2026-01-06", "3 March 2026"]',
        "as": "json",
    }
    assert client.send(f"/app/bill/{run}/say", said).status == 303
    (noted,) = client.ask("GET", f"/app/bill/{run}.json").json["noted"]
    assert noted["expected"] == "6 January 2026, 3 March 2026"
