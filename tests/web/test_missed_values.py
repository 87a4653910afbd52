"""What an answer missed, touched on the page: beside its label it is the value alone, and meant for the field of its type."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from alongside.evals.replay import Options
from alongside.store import feedback
from alongside.workbench import Workbench, open_engagement
from web.served import Client, serving

pytestmark = pytest.mark.enable_socket

WORKFLOW = '''
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from alongside import File, parse, workflow


@dataclass(frozen=True)
class Invoice:
    number: str
    issued: date | None
    total: Decimal | None


@workflow
def invoice(file: File) -> Invoice:
    """Read the number alone."""
    return Invoice(parse(file).lines()[1].text.split()[-1], None, None)
'''
PAPERS = {
    "colons": "ACME Supplies\nInvoice: INV-01\nIssued: 2026-03-17\nBolts  2  454.42\nTotal: 3343.26\n",
    "spaces": "ACME Supplies\nInvoice INV-01\nDate 17 March 2026\nTotal due EUR 3,343.26\n",
}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    root = tmp_path / "acme"
    for folder in ("workflows", "prompts", "cases"):
        (root / folder).mkdir(parents=True)
    (root / "alongside.toml").write_text('customer = "Hallam & Rye"\n')
    (root / "workflows" / "invoice.py").write_text(WORKFLOW)
    with open_engagement(root) as bench:
        bench.ship(options=Options(), progress=lambda *_: None, by="Kim", reason="first", override=True)
        yield bench


@pytest.fixture
def client(bench: Workbench) -> Iterator[Client]:
    with serving(bench) as client:
        yield client


def offers(client: Client, run: str, field: str = "") -> dict[str, str]:
    """Return what may be touched: what a press sends, by the field that it is for and its text."""
    at = f"/runs/{run}.json?wrong=1{f'&field={field}' if field else ''}"
    correction = client.ask("GET", at).json["dock"]["correction"]
    return {f"{one['label']} {one['text']}": one["value"] for one in correction["offers"]}


@pytest.mark.parametrize("name", PAPERS)
def test_a_missed_date_is_touched_beside_its_label(bench: Workbench, client: Client, name: str) -> None:
    paper = bench.root / f"{name}.txt"
    paper.write_text(PAPERS[name])
    run = bench.run("invoice", paper, version=bench.live()).run
    printed = {"colons": "2026-03-17", "spaces": "17 March 2026"}[name]
    aimed, any_field = offers(client, run, "issued"), offers(client, run)
    assert list(aimed) == [f"Issued {printed}"]
    assert any_field[f"Issued {printed}"] == aimed[f"Issued {printed}"]
    assert not any("Issued:" in text or "Date" in text for text in any_field)
    form = {"judgement": "wrong", "pick": aimed[f"Issued {printed}"], "expected": "", "here": f"/runs/{run}"}
    assert client.send(f"/runs/{run}/judge", form).status == 303
    (word,) = feedback.of_run(bench.database, run)
    assert (word.field, word.expected) == ("issued", "2026-03-17")
    assert word.box is not None
    assert bench.cases().cases[0].expected == {"issued": "2026-03-17"}


def test_the_figures_of_two_close_columns_are_not_one(bench: Workbench, client: Client) -> None:
    paper = bench.root / "columns.txt"
    paper.write_text(PAPERS["colons"])
    run = bench.run("invoice", paper, version=bench.live()).run
    values = [json.loads(one)["value"] for one in offers(client, run, "total").values()]
    assert values[0] == "3343.26"
    assert "454.42" in values
    assert "2454.42" not in values
