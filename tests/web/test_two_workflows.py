"""Two workflows that read the same papers: whose case, and whose share, is told wherever both stand together."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from alongside.core.errors import DataError
from alongside.evals.replay import Options
from alongside.views.replay import replay_view
from alongside.views.screens.report import report_screen
from alongside.web.reporting import report_file
from alongside.workbench import Workbench, open_engagement
from web.served import Client, make_engagement, serving

pytestmark = pytest.mark.enable_socket

WORKFLOWS = """
from dataclasses import dataclass
from decimal import Decimal


from alongside import param, workflow


@dataclass(frozen=True)
class Item:
    description: str
    amount: Decimal


@dataclass(frozen=True)
class Slip:
    company: str
    total: Decimal


@dataclass(frozen=True)
class Bill:
    company: str
    total: Decimal
    items: list[Item]


@workflow
def slip(name: str) -> Slip:
    return Slip(param("company"), Decimal(5))


@workflow
def bill(name: str) -> Bill:
    return Bill("Elsewhere", Decimal(7), [Item("SR GS: 5%", Decimal("324.00"))])
"""
DONE = '\n[[done]]\nname = "totals"\nmeasure = "field:total"\nat_least = 0.1\n'
FREE = {"options": Options(), "progress": lambda *_: None}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """The papers 000 and 001 under both workflows: slip's totals are right, bill's wrong; v1 fixed a company."""
    make_engagement(tmp_path / "acme").close()
    (tmp_path / "acme" / "workflows" / "all.py").write_text(WORKFLOWS)
    toml = tmp_path / "acme" / "alongside.toml"
    toml.write_text(toml.read_text() + DONE + '\n[params]\ncompany = "Acne"\n')
    with open_engagement(tmp_path / "acme") as bench:
        for name in ("000", "001"):
            _case(bench, "slip", name, company="ACME" if name == "000" else "acne.", total=5)
            _case(bench, "bill", name, total=5)
        toml.write_text(toml.read_text().replace("Acne", "Acme"))
        bench.reload()
        _case(bench, "slip", "002", company="acme.", total=5)
        bench.ship(**FREE, by="dana", reason="first", override=True)
        yield bench


@pytest.fixture
def client(bench: Workbench) -> Iterator[Client]:
    with serving(open_engagement(bench.root)) as client:
        yield client


def _case(bench: Workbench, workflow: str, name: str, **truth: Any) -> None:
    run = bench.run(workflow, name=name).run
    for field, value in truth.items():
        bench.judge(run, "wrong", field=field, expected=value, by="dana")
    bench.add_case(run, split="held-out", name=name)


def _page(client: Client, path: str) -> str:
    return client.ask("GET", path, headers={"Accept": "text/html"}).body.decode()


def test_cases_that_share_a_name_say_whose_they_are(bench: Workbench, client: Client) -> None:
    told = report_screen(bench).body
    assert [one.name for one in told.failing] == ["000 (bill)", "001 (bill)", "001 (slip)"]
    rows = {
        row[1] for part in replay_view(bench.replay(**FREE), None).parts for row in getattr(part, "rows", ())
    }
    assert rows == {"000 (bill)", "001 (slip)", "001 (bill)"}
    for path in ("/", "/cases"):
        page = _page(client, path)
        assert "000 (bill)" in page
        assert "001 (slip)" in page
    assert "002 (slip)" not in _page(client, "/cases?show=all")


def test_only_what_a_check_found_wrong_was_wrong(bench: Workbench) -> None:
    assert [(one.name, one.field, one.since) for one in report_screen(bench).body.mended] == [
        ("000 (slip)", "company", "v1")
    ]  # of 002 somebody stated what the check took for the same


def test_a_promise_that_is_met_is_no_bare_yes_where_most_answers_are_wrong(bench: Workbench) -> None:
    told = report_screen(bench).body
    assert told.answer == "met"
    assert (
        "meets the one promised line and all 3 lines that are always asked, though only 2 of 5 checked answers that count are wholly right"
        in told.lead
    )
    assert not told.lead.startswith("Yes")
    assert [one.name for one in told.checks if one.promised] == ["Totals"]
    assert "- [x] Totals: met." in report_file(bench, "md").partition("What every version is asked")[0]
    assert "What every version is asked" in report_file(bench, "html")


def test_a_promise_says_whose_cases_it_counts_and_a_field_is_told_workflow_by_workflow(
    bench: Workbench, client: Client
) -> None:
    toml = bench.root / "alongside.toml"
    own = '\n[[done]]\nname = "bills"\nmeasure = "field:total"\nworkflow = "{}"\nat_least = 0.9\n'
    written = toml.read_text()
    toml.write_text(written + own.format("bil"))
    bench.reload()
    with pytest.raises(DataError, match=r"alongside.toml: 'bills' in \[\[done\]\]: .* the nearest is 'bill'"):
        bench.gate(**FREE)
    toml.write_text(written + own.format("bill"))
    bench.reload()
    shown = {item.name: item.evidence for item in bench.gate(**FREE).items}
    assert shown["totals"].startswith("3 of 5 right (bill 0 of 2, slip 3 of 3), at least ")
    assert shown["bills"].startswith("bill: 0 of 2 right, at least ")

    for fields in (client.ask("GET", at).json["fields"] for at in ("/releases.json", "/report.json")):
        assert [(one["label"], one["now"]["right"], one["now"]["of"], one["goal"]) for one in fields] == [
            ("Whole answers, bill and slip", 2, 5, None),
            ("Total, bill and slip", 3, 5, 0.1),
            ("Whole answers, bill", 0, 2, None),
            ("Total, bill", 0, 2, 0.9),
            ("Whole answers, slip", 2, 3, None),
            ("Company, slip", 2, 3, None),
            ("Total, slip", 3, 3, None),
        ]


def test_records_stand_as_people_read_them(bench: Workbench, client: Client) -> None:
    run = bench.run("bill", name="003").run
    rows = [{"description": "SR GS: 5%", "amount": "324.00"}, {"description": "Fee, late", "amount": "145"}]
    bench.judge(run, "wrong", field="items", expected=rows, by="dana")
    case = bench.add_case(run, split="held-out", name="003")
    told = bench.replay(**FREE).now[case.id].reasons
    assert told == ("items: overlap 0.50, 1 wanted; missing (Fee, late, 145)",)
    page = _page(client, f"/runs/{run}")
    assert "<h3>Items, as corrected</h3>" in page
    assert "<td><bdi>Fee, late</bdi></td>" in page
