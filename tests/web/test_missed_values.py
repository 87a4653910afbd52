"""What an answer missed, touched on the page: beside its label it is the value alone, and meant for the field of its type."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from alongside.evals.replay import Options
from alongside.store import feedback
from alongside.workbench import Workbench, open_engagement, review_links
from web.fixable import get
from web.served import Client, serving

pytestmark = pytest.mark.enable_socket

WORKFLOW = '''
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

from alongside import File, parse, workflow


class Kind(Enum):
    GOODS = "goods"
    CREDIT = "credit note"


@dataclass(frozen=True)
class Invoice:
    number: str
    issued: date | None
    total: Decimal | None
    arrived: datetime
    kind: Kind


@workflow
def invoice(file: File) -> Invoice:
    """Read the number alone."""
    return Invoice([*parse(file).lines()][1].text.split()[-1], None, None, datetime(2026, 4, 18), Kind.GOODS)
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


def read(bench: Workbench, name: str, text: str) -> str:
    """Return the run of a paper."""
    (bench.root / name).write_text(text)
    done = bench.run("invoice", bench.root / name, version=bench.live())
    assert done.status == "done", done.error
    return done.run


def offers(client: Client, run: str, field: str = "") -> dict[str, str]:
    """Return what may be touched: what a press sends, by the field that it is for and its text."""
    at = f"/runs/{run}.json?wrong=1{f'&field={field}' if field else ''}"
    correction = client.ask("GET", at).json["dock"]["correction"]
    return {f"{one['label']} {one['text']}": one["value"] for one in correction["offers"]}


@pytest.mark.parametrize("name", PAPERS)
def test_a_missed_date_is_touched_beside_its_label(bench: Workbench, client: Client, name: str) -> None:
    run = read(bench, f"{name}.txt", PAPERS[name])
    printed = {"colons": "2026-03-17", "spaces": "17 March 2026"}[name]
    aimed, any_field = offers(client, run, "issued"), offers(client, run)
    assert list(aimed) == [f"Issued {printed}"]
    assert f" {printed}" in any_field  # meant for either date: it is asked
    assert not any("Issued:" in text or "Date" in text for text in any_field)
    form = {"judgement": "wrong", "pick": aimed[f"Issued {printed}"], "expected": "", "here": f"/runs/{run}"}
    assert client.send(f"/runs/{run}/judge", form).status == 303
    (word,) = feedback.of_run(bench.database, run)
    assert (word.field, word.expected) == ("issued", "2026-03-17")
    assert word.box is not None
    assert bench.cases().cases[0].expected == {"issued": "2026-03-17"}


def test_the_figures_of_two_close_columns_are_not_one(bench: Workbench, client: Client) -> None:
    run = read(bench, "columns.txt", PAPERS["colons"])
    values = [json.loads(one)["value"] for one in offers(client, run, "total").values()]
    assert values[0] == "3343.26"
    assert "454.42" in values
    assert "2454.42" not in values


@pytest.mark.parametrize("printed", ["2026-04-18 09:18", "18 April 2026, 9:18 am", "2026-04-18T09:18"])
def test_a_moment_is_touched_with_its_time(bench: Workbench, client: Client, printed: str) -> None:
    run = read(bench, "moment.txt", f"ACME Supplies\nInvoice INV-01\nArrived: {printed} at the gate\n")
    aimed = offers(client, run, "arrived")
    assert list(aimed) == [f"Arrived {printed}"]
    assert json.loads(aimed[f"Arrived {printed}"])["value"] == "2026-04-18T09:18:00"
    form = {"judgement": "wrong", "pick": aimed[f"Arrived {printed}"], "expected": "", "here": f"/runs/{run}"}
    assert client.send(f"/runs/{run}/judge", form).status == 303
    assert bench.cases().cases[0].expected == {"arrived": "2026-04-18T09:18:00"}
    again = {"judgement": "wrong", "field": "arrived", "expected": "2026-04-18", "here": f"/runs/{run}"}
    refused = client.send(f"/runs/{run}/judge", again)
    assert (refused.status, "state the time too" in refused.body.decode().casefold()) == (400, True)


def test_a_choice_is_touched_where_it_is_printed_and_read_alike_everywhere(
    bench: Workbench, client: Client
) -> None:
    run = read(bench, "choice.txt", "ACME Supplies\nInvoice INV-01\nCredit  note for goods that came back\n")
    asked = client.ask("GET", f"/runs/{run}.json?wrong=1&field=kind").json
    assert asked["dock"]["correction"]["choices"] == [["GOODS", "goods"], ["CREDIT", "credit note"]]
    assert next(row["text"] for row in asked["answer"] if row["path"] == "kind") == "goods"
    aimed = offers(client, run, "kind")
    assert list(aimed) == ["Kind Credit note"]
    form = {"judgement": "wrong", "pick": aimed["Kind Credit note"], "expected": "", "here": f"/runs/{run}"}
    assert client.send(f"/runs/{run}/judge", form).status == 303
    (case,) = bench.cases().cases
    assert case.expected == {"kind": "CREDIT"}
    shown = client.ask("GET", f"/runs/{run}.json").json["answer"]
    assert next(row["expected"] for row in shown if row["path"] == "kind") == "credit note"
    assert "credit note" in get(client, f"/cases/{case.id}")


def test_a_choice_is_called_by_what_it_says_wherever_people_are_asked(
    bench: Workbench, client: Client
) -> None:
    run = read(bench, "named.txt", "ACME Supplies\nInvoice INV-01\nCredit note\n")
    secret, _ = review_links.make(bench, [(run, "kind")], person="Dana", by="Kim", hours=1.0)
    headers = client.come_in(secret)
    asked = client.ask("GET", "/review.json", None, headers, token="").json
    assert (asked["field"], asked["text"]) == ("kind", "goods")
    wrong = {"judgement": "wrong", "field": "kind", "expected": "invoice", "here": f"/runs/{run}"}
    refused = client.send(f"/runs/{run}/judge", wrong).body.decode()
    assert "it is one of goods, credit note. State one of them." in refused
    said = client.send(f"/runs/{run}/judge", wrong | {"expected": "CREDIT"})
    assert "Kind should be credit note (was goods)" in get(client, said.headers["location"])
    noted = client.ask("GET", f"/app/invoice/{run}.json").json["noted"]
    assert [one["expected"] for one in noted] in ([], ["credit note"])
    bench.replay(options=Options(), progress=lambda *_: None)
    (case,) = bench.cases().cases
    assert "expected credit note, got goods" in get(client, f"/cases/{case.id}")


def test_a_choice_that_a_case_must_hold_is_chosen_from_a_list(bench: Workbench, client: Client) -> None:
    run = read(bench, "choice.txt", "ACME Supplies\nInvoice INV-01\nGoods that came back\n")
    wrong = {"judgement": "wrong", "field": "kind", "expected": "credit note", "here": f"/runs/{run}"}
    assert client.send(f"/runs/{run}/judge", wrong).status == 303
    (case,) = bench.cases().cases
    must = client.ask("GET", f"/cases/{case.id}.json").json["chosen"]["expectation"]
    (shown,) = must["fields"]
    values = {label: value for value, label in shown["choices"]}
    assert (shown["text"], [*values]) == (values["credit note"], ["goods", "credit note"])
    assert "selected>credit note</option>" in get(client, f"/cases/{case.id}?edit=1")
    same = {"h:kind": "says", "s:e:kind": shown["before"], "e:kind": shown["text"]}
    same |= {"seen": must["seen"], "here": f"/cases/{case.id}"}
    refused = client.send(f"/cases/{case.id}/expect", same | {"e:kind": "receipt"})
    assert (refused.status, "receipt" in refused.body.decode()) == (400, True)
    assert client.send(f"/cases/{case.id}/expect", same).status == 303
    assert bench.cases().cases[0].expected == case.expected
    assert client.send(f"/cases/{case.id}/expect", same | {"e:kind": values["goods"]}).status == 303
    assert bench.cases().cases[0].expected == {"kind": "GOODS"}
