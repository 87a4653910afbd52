"""Runs without a document are judged as well: what was asked is shown, tables by cell, each value in its own form."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from alongside.core.run import Run, Span
from alongside.store import runs
from alongside.workbench import Workbench, open_engagement
from web.served import Client, serving, ship

pytestmark = pytest.mark.enable_socket

PAGE = {"Accept": "text/html"}
WORKFLOWS = """
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from alongside import Value, workflow


@dataclass(frozen=True)
class Line:
    name: str
    net_price: Decimal


@dataclass(frozen=True)
class Order:
    day: date
    paid: bool
    count: int
    note: str
    tags: list[str]
    lines: list[Line]


@workflow
def number(x: float) -> float:
    return x * 3


@workflow
def order(customer: dict[str, object], n: int) -> Order:
    lines = [Line(f"line {at}", Decimal("1.5") * at) for at in range(n)]
    return Order(date(2026, 3, 14), True, n, "a note\\nof two lines", ["a", "b"], lines)


@workflow
def nothing(text: str) -> Value[str | None]:
    return Value(None, "", (), 0.0, "prompt: invalid-answer: it isn't JSON", "")


@workflow
def shout(text: str) -> str:
    return text.upper()
"""
CUSTOMER = {
    "name": "Acme",
    "contacts": [{"name": "Dana", "phone": "555 0118"}, {"name": "Kim", "phone": None}],
}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    root: Path = tmp_path_factory.mktemp("answers")
    (root / "workflows").mkdir()
    (root / "workflows" / "all.py").write_text(WORKFLOWS)
    (root / "alongside.toml").write_text('customer = "acme"\n')
    return open_engagement(root)


@pytest.fixture(scope="module")
def client(bench: Workbench) -> Iterator[Client]:
    ship(bench)
    with serving(bench) as client:
        yield client


@pytest.fixture(scope="module")
def ordered(client: Client) -> str:
    return str(client.run("order", {"customer": CUSTOMER, "n": 25}).json["run"])


def screen(client: Client, run: str, query: str = "") -> Any:
    return client.ask("GET", f"/runs/{run}.json{query}").json


def html(client: Client, address: str) -> str:
    answer = client.ask("GET", address, headers=PAGE)
    assert answer.status == 200
    return answer.body.decode()


def test_what_was_asked_is_the_title_and_on_every_page_of_the_run(client: Client) -> None:
    run = client.run("number", {"x": 2.5}).json["run"]
    shown = screen(client, run)
    assert shown["title"] == "X 2.5"
    assert [(one["label"], one["kind"], one["values"]) for one in shown["given"]] == [
        ("X", "number", [["", "2.5"]])
    ]
    for address in (f"/runs/{run}", f"/runs/{run}/trace", f"/?at={run}"):
        assert "<b><bdi>2.5</bdi></b>" in html(client, address)
    assert "read no document" not in html(client, f"/runs/{run}")


def test_a_very_long_text_is_shown_from_its_beginning_and_whole_on_demand(client: Client) -> None:
    run = client.run("shout", {"text": "شركة " * 6000}).json["run"]
    for address in (f"/runs/{run}", f"/?at={run}"):
        shown = html(client, address)
        assert "Show all 30,000 characters" in shown
        assert "<bdi>شركة" in shown


def test_records_are_tables_bounded_and_each_cell_can_be_the_wrong_one(
    client: Client, bench: Workbench, ordered: str
) -> None:
    shown = screen(client, ordered)
    (table,) = shown["tables"]
    assert (table["label"], table["columns"], len(table["rows"]), table["more"]) == (
        "Lines",
        ["Name", "Net price"],
        20,
        5,
    )
    assert table["numeric"] == [False, True]
    assert len(screen(client, ordered, "?rows=all")["tables"][0]["rows"]) == 25
    assert "and 5 rows more" in html(client, f"/runs/{ordered}")
    contacts = next(one for one in shown["given"] if one["label"] == "Customer")["tables"][0]
    assert contacts["rows"] == [["Dana", "555 0118"], ["Kim", ""]]
    cell = table["rows"][3][1]
    chosen = client.ask("GET", cell["href"].replace("?", ".json?", 1) + "&wrong=1").json["dock"]["correction"]
    assert (chosen["field"], chosen["label"], chosen["form"]) == (
        "lines.3.net_price",
        "Lines, row 4: net price",
        "number",
    )
    said = {"judgement": "wrong", "field": chosen["field"], "expected": "4.75", "here": f"/runs/{ordered}"}
    answer = client.send(f"/runs/{ordered}/judge", said)
    assert bench.cases().cases[0].expected == {"lines.3.net_price": "4.75"}
    assert "Lines, row 4: net price should be 4.75 (was 4.5)" in html(client, answer.headers["Location"])


@pytest.mark.parametrize(
    ("field", "form", "markup"),
    [
        ("day", "date", 'placeholder="such as 2018-03-27"'), ("paid", "flag", 'name="expected" value="false"'),
        ("count", "integer", 'inputmode="numeric"'), ("note", "long", "<textarea"),
        ("lines", "json", 'name="as" value="json"'), ("tags", "json", 'name="as" value="json"'),
    ],
)  # fmt: skip
def test_a_value_is_stated_in_the_form_of_its_type(
    client: Client, ordered: str, field: str, form: str, markup: str
) -> None:
    query = f"?{urlencode({'field': field, 'wrong': '1'})}"
    assert screen(client, ordered, query)["dock"]["correction"]["form"] == form
    assert markup in html(client, f"/runs/{ordered}{query}")


def test_a_list_is_stated_as_a_list(client: Client, bench: Workbench) -> None:
    run = client.run("order", {"customer": {}, "n": 1}).json["run"]
    said = {"judgement": "wrong", "field": "tags", "expected": '["c"]', "as": "json"}
    assert client.send(f"/runs/{run}/judge", said).status == 303
    assert next(case for case in bench.cases().cases if case.run == run).expected == {"tags": ["c"]}
    assert client.send(f"/runs/{run}/judge", said | {"expected": "[c"}).status == 400
    said |= {"field": "lines", "expected": '[{"name": "bolts", "net_price": 1}, {"name": "nuts"}]'}
    refused = client.send(f"/runs/{run}/judge", said, {"Accept": ""})
    assert (refused.status, refused.code) == (400, "stated-value")
    assert "row 2 of lines leaves out net_price" in refused.json["error"]["message"]
    said |= {"field": "", "expected": '{"count": 2, "lines": [{"name": "bolts", "net_price": 1}]}'}
    assert client.send(f"/runs/{run}/judge", said).status == 303  # of a record the fields that are stated


def test_what_stood_in_the_form_already_states_nothing(client: Client, bench: Workbench) -> None:
    run = client.run("order", {"customer": {}, "n": 1}).json["run"]
    shown = screen(client, run, "?field=tags&wrong=1")["dock"]["correction"]["given"]
    assert shown
    untouched = {"field": "tags", "as": "json", "given": shown, "expected": shown.replace("\n", "\r\n")}
    said = {"judgement": "wrong", "note": "one is missing", "case": "1"}
    assert client.send(f"/runs/{run}/judge", untouched | said).status == 303
    (word,) = client.ask("GET", f"/runs/{run}").json["feedback"]
    assert (word["judgement"], word["note"], "expected" in word) == ("wrong", "one is missing", False)


@pytest.mark.parametrize("page", ["1e999", "NaN", "[" * 5000, '"one"'])
def test_a_touch_that_is_none_is_refused(client: Client, page: str) -> None:
    run = client.run("order", {"customer": {}, "n": 1}).json["run"]
    pick = f'{{"value": "1", "field": "count", "box": [{page}, 0, 0, 1, 1]}}'
    assert client.send(f"/runs/{run}/judge", {"judgement": "wrong", "pick": pick}).status == 400
    assert client.ask("GET", f"/runs/{run}").json["feedback"] == []


def put(bench: Workbench, like: str, identity: str, **changed: Any) -> Run:
    """Keep a run that no process works on."""
    from dataclasses import replace

    run = replace(bench.find_run(like), id=identity, **changed)
    bench.database.write(lambda connection: runs.save(connection, run))
    return run


def test_a_run_under_way_says_so_and_is_not_judged(
    client: Client, bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    like = client.run("shout", {"text": "under way"}).json["run"]
    run = put(bench, like, "run_underway00000", status="running", output="", started=time.time() - 5)
    gone = html(client, f"/runs/{run.id}")
    assert "It was interrupted" in gone
    assert {row["id"] for row in client.ask("GET", "/runs.json?status=interrupted").json["rows"]} == {run.id}
    assert client.ask("GET", "/runs.json?status=running").json["rows"] == []
    monkeypatch.setattr("alongside.store.leases.is_held", lambda _, held: held == run.id)
    page = html(client, f"/runs/{run.id}")
    assert "It is running" in page
    assert "5." in page
    assert 'value="right"' not in page
    assert client.ask("GET", "/runs.json?status=interrupted").json["rows"] == []
    assert {row["id"] for row in client.ask("GET", "/runs.json?status=running").json["rows"]} == {run.id}
    assert '<span class="bad">running' not in html(client, "/runs?status=running")


def test_no_finished_run_has_an_unfinished_span(client: Client) -> None:
    run = client.run("shout", {"text": "done"}).json["run"]
    trace = client.ask("GET", f"/runs/{run}/trace.json").json
    assert trace["spans"] >= 1
    assert [line["odd"] for line in trace["lines"] if line["odd"]] == []


def test_the_chips_are_workflows_that_ran(client: Client) -> None:
    run = client.run("shout", {"text": "chips"}).json["run"]
    filters = dict(client.ask("GET", "/runs.json").json["filters"])
    assert "shout" in {one["text"] for one in filters["workflow"]}
    assert run


def test_a_search_reaches_back_as_far_as_it_says(
    client: Client, bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    oldest = client.run("shout", {"text": "Zebrá crossing 100%"}).json["run"]
    like = client.run("shout", {"text": "another"}).json["run"]
    first = bench.find_run(oldest)
    put(bench, oldest, oldest, started=first.started - 9999)

    def fill(connection: Any) -> None:
        from dataclasses import replace

        for at in range(2500):
            made = replace(bench.find_run(like), id=f"run_fill{at:08d}", started=first.started - 100 - at)
            runs.save(connection, made)

    bench.database.write(fill)
    monkeypatch.setattr("alongside.views.screens.runs._SEARCH_SECONDS", 60.0)
    for text in ("ZEBRÁ", "crossing 100%", oldest[4:]):
        found = client.ask("GET", f"/runs.json?{urlencode({'q': text})}").json
        assert [row["id"] for row in found["rows"]] == [oldest]
    assert client.ask("GET", f"/runs.json?{urlencode({'q': '100_'})}").json["rows"] == []
    monkeypatch.setattr("alongside.views.screens.runs._SEARCH_SECONDS", 0.0)
    found = client.ask("GET", "/runs.json?q=zebr%C3%A1").json
    assert found["rows"] == []
    assert found["looked_at"] == 500
    assert "Look further back" in html(client, "/runs?q=zebr%C3%A1")
    looks = 1
    while not found["rows"]:
        found = client.ask("GET", found["older"].replace("?", ".json?", 1)).json
        looks += 1
    assert looks == 6  # 2,500 runs lie between
    assert [row["id"] for row in found["rows"]] == [oldest]
    groups = client.ask("GET", "/index.json").json["groups"]
    assert (groups[0]["count"], groups[0]["at_least"]) == (1000, True)
    assert "1,000+" in html(client, "/")


def test_after_the_last_unjudged_one_no_word_is_said_twice(client: Client) -> None:
    run = client.run("number", {"x": 1.0}).json["run"]
    put_aside = {"judgement": "right", "here": f"/runs/{run}?word=none&workflow=number", "then": "next"}
    waiting = [row["id"] for row in client.ask("GET", "/runs.json?word=none&workflow=number").json["rows"]]
    for one in waiting:
        answer = client.send(f"/runs/{one}/judge", put_aside)
    assert answer.headers["Location"].startswith("/runs?word=none&workflow=number&said=")
    assert "Right" in html(client, answer.headers["Location"])


def test_why_there_is_no_value_stands_in_its_place(client: Client) -> None:
    run = client.run("nothing", {"text": "why"}).json["run"]
    assert "invalid-answer: it isn&#39;t JSON" in html(client, f"/runs/{run}")
    assert "invalid-answer: it isn&#39;t JSON" in html(client, f"/?at={run}")


def test_walking_on_keeps_what_stands_beside(client: Client) -> None:
    ids = [client.run("shout", {"text": f"beside {at}"}).json["run"] for at in range(2)]
    shown = screen(client, ids[1], "?with=v1&workflow=shout")
    assert shown["older"] == f"/runs/{ids[0]}?workflow=shout&with=v1"
    assert json.dumps(shown["command"]).count("runs diff") == 1


def test_a_span_that_never_ended_is_unfinished(client: Client, bench: Workbench) -> None:
    like = client.run("shout", {"text": "stopped"}).json["run"]
    run = put(bench, like, "run_stopped00000", status="interrupted")
    span = Span("0", "", "shout", "workflow", "pure", "open", "", (), (), "", "", run.started, 0.0)
    bench.database.write(lambda connection: runs.save(connection, run, [span]))
    trace = client.ask("GET", f"/runs/{run.id}/trace.json").json
    assert [line["odd"] for line in trace["lines"]] == ["unfinished"]
