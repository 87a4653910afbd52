"""The page for end users: a form from the types, an answer with places, tables and charts, and a word on it."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest

from alongside.store import feedback
from alongside.views.screens.shapes import Shapes, shapes_of
from alongside.workbench import Workbench
from web.served import Client, form, make_receipts, serving, ship, sign_in

pytestmark = pytest.mark.enable_socket

WORKFLOW = '''
from dataclasses import dataclass
from datetime import date
from alongside import workflow


@dataclass
class Line:
    text: str
    amount: float


@dataclass
class Plan:
    name: str
    lines: list[Line]
    hours: dict[str, float]
    tags: list[str]


@workflow
def plan(name: str, weeks: int, share: float, urgent: bool, start: date, tags: list[str]) -> Plan:
    """Plan the weeks."""
    if weeks > 9:
        raise ValueError("no <b>such</b> plan")
    lines = [Line(f"week {n}", 2.5 * n * share) for n in range(1, weeks + 1)]
    hours = {f"2026-0{n}": float(n) for n in range(1, weeks + 1)}
    return Plan(f"{name} from {start}{' at once' if urgent else ''}", lines, hours, tags)
'''
GIVEN = {
    "name": "Anna & Co",
    "weeks": "3",
    "share": "0.5",
    "urgent": "on",
    "start": "2026-03-02",
    "tags": "one\n two \n",
}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    bench = make_receipts(tmp_path_factory.mktemp("papers") / "acme")
    (bench.root / "workflows" / "plan.py").write_text(WORKFLOW)
    return bench


@pytest.fixture(scope="module")
def client(bench: Workbench) -> Iterator[Client]:
    with serving(bench) as client:
        ends = sign_in(bench, client, "Ends", "viewer")
        for address in ("/app", "/app/receipt"):  # nothing is live yet
            assert b"alongside ship" in client.ask("GET", address).body
            told = client.ask("GET", address, None, ends, token="").body
            assert b"The people who run it" in told
            assert b"alongside ship" not in told
        ship(bench)
        yield client


def page(client: Client, path: str, **more: Any) -> str:
    answer = client.ask("GET", path, **more)
    assert answer.status == 200, answer.body
    return re.sub(r"\s+", " ", answer.body.decode())


def ask(client: Client, workflow: str, parts: Any, headers: dict[str, str] | None = None) -> str:
    """Send the form and wait for the answer, as a browser without a script does; return its address."""
    body, kind = form(parts)
    token = {"token": ""} if headers else {}
    answer = client.ask("POST", f"/app/{workflow}", body, kind | (headers or {}), **token)
    assert answer.status == 303, answer.body
    address = answer.headers["Location"]
    for _ in range(200):
        if client.ask("GET", f"{address}.json").json["state"] not in {"", "waiting"}:
            return address
        time.sleep(0.05)
    raise AssertionError("no answer came")


def test_the_form_is_made_from_the_types(client: Client) -> None:
    shown = page(client, "/app/plan")
    assert "<h1>Plan the weeks</h1>" in shown
    assert (
        '"attributesToSettle":[]' in shown
    )  # or htmx copies the style of a resized field, which the CSP refuses
    assert 'type="number"' in shown
    assert 'type="date"' in shown
    assert 'type="checkbox" name="urgent"' in shown
    assert "Tags, one a line" in shown
    assert 'type="file" name="file" required' in page(client, "/app/receipt")
    assert client.ask("GET", "/app/none").status == 404
    assert client.ask("GET", "/app/receipt/run_0000000000000000").status == 404


def test_an_answer_has_its_table_and_its_chart(client: Client) -> None:
    address = ask(client, "plan", GIVEN)
    found = client.ask("GET", f"{address}.json").json
    assert (found["state"], found["error"]) == ("done", "")
    assert {one["label"]: one["text"] for one in found["values"]} == {
        "Name": "Anna & Co from 2026-03-02 at once",
        "Tags": "one, two",
    }
    (table,) = found["tables"]
    assert (table["columns"], table["numeric"]) == (["Text", "Amount"], [False, True])
    assert [[cell["text"] for cell in row] for row in table["rows"]] == [
        ["week 1", "1.25"],
        ["week 2", "2.5"],
        ["week 3", "3.75"],
    ]
    assert [chart["path"] for chart in found["charts"]] == ["lines", "hours"]
    assert [bar["name"] for bar in found["charts"][1]["bars"]] == ["2026-01", "2026-02", "2026-03"]
    shown = page(client, address)
    assert "Anna &amp; Co" in shown
    assert shown.count('<svg class="plot"') == 2
    again = {one["name"]: one["given"] for one in found["inputs"]}
    assert (again["weeks"], again["urgent"], again["tags"]) == ("3", "true", "one\ntwo")
    assert client.ask("GET", address.replace("/plan/", "/receipt/")).status == 404


def test_a_document_is_answered_with_its_places_and_corrected(bench: Workbench, client: Client) -> None:
    paper = (bench.root / "documents" / "sample-receipt.txt").read_bytes()
    dana = sign_in(bench, client, "Dana", "reviewer")
    address = ask(client, "receipt", {"file": ("r.txt", paper)}, dana)
    run = address.rpartition("/")[2]
    assert bench.find_run(run).mode == "serve"
    shown = page(client, address, headers=dana, token="")
    assert 'class="cite"' in shown
    assert "<image href=" in shown
    assert "Is this right?" in shown
    wrong = page(client, f"{address}?wrong=total", headers=dana, token="")
    picks = re.findall(r'name="pick" value="([^"]+)"', wrong)
    assert picks
    said = {"field": "total", "judgement": "wrong", "pick": picks[0].replace("&#34;", '"')}
    assert client.send(f"{address}/say", said, dana, token="").status == 303
    (word,) = feedback.of_run(bench.database, run)
    assert (word.field, word.judgement, word.by, word.has_expected) == ("total", "wrong", "Dana", True)
    assert word.box is not None
    mine = page(client, address, headers=dana, token="")
    assert f"Noted: Total should say {word.expected}" in mine
    assert "Take it back" in mine
    assert "Somebody noted that something is wrong" in page(client, address)


def test_a_viewer_asks_and_says_whether_it_is_right_and_judges_nothing_elsewhere(
    bench: Workbench, client: Client
) -> None:
    vic = sign_in(bench, client, "Vic", "viewer")
    address = ask(client, "plan", GIVEN, vic)
    run = address.rpartition("/")[2]
    assert "Is this right?" in page(client, address, headers=vic, token="")
    said = {"judgement": "wrong", "field": "name", "expected": "Anna", "note": "no dates, please"}
    assert client.send(f"{address}/say", said, vic, token="").status == 303
    (word,) = feedback.of_run(bench.database, run)
    assert (word.by, word.field, word.expected, word.note) == ("Vic", "name", "Anna", "no dates, please")
    assert "“no dates, please”" in page(client, address, headers=vic, token="")
    bob = sign_in(bench, client, "Bob", "viewer")
    refused = client.send(f"{address}/undo", {"word": word.id}, bob, token="")
    assert (refused.status, "Vic said that" in refused.body.decode()) == (403, True)
    assert client.send(f"{address}/undo", {"word": word.id}, vic, token="").status == 303
    assert "Is this right?" in page(client, address, headers=vic, token="")
    again = bench.judge(run, "right", by="Vic").id
    assert client.ask("POST", f"/feedback/{again}/undo", {}, vic, token="").status == 200
    assert client.send(f"/runs/{run}/judge", {"judgement": "right"}, vic, token="").status == 403
    assert client.ask("POST", f"/runs/{run}/feedback", {"judgement": "right"}, vic, token="").status == 403


def test_who_may_not_judge_is_told_who_does(bench: Workbench, client: Client) -> None:
    address = ask(client, "plan", GIVEN)
    run = address.rpartition("/")[2]
    vic, rob = (sign_in(bench, client, f"A {role}", role) for role in ("viewer", "reviewer"))
    html = {"Accept": "text/html"}
    leads = [f'href="/runs/{run}"' in page(client, address, headers=who, token="") for who in (vic, rob)]
    assert leads == [False, True]
    for path in (f"/?at={run}", f"/?at={run}&wrong=1", f"/runs/{run}", f"/runs/{run}?wrong=1"):
        shown = page(client, path, headers=html | vic, token="")
        assert "Judging an answer takes a reviewer." in shown
        assert 'name="judgement"' not in shown
        assert 'data-key="2"' not in shown
        assert 'name="judgement"' in page(client, path, headers=html | rob, token="")


def test_a_document_that_cant_be_read_is_told_to_who_gave_it(bench: Workbench, client: Client) -> None:
    gus = sign_in(bench, client, "Gus", "viewer")
    for name, data, words in (
        ("a.pdf", b"%PDF-1.4 broken", "a.pdf: the PDF is damaged"),
        ("b.pdf", b"", "b.pdf: the file is empty"),
    ):
        shown = page(client, ask(client, "receipt", {"file": (name, data)}, gus), headers=gus, token="")
        assert words in shown
        assert "Ask for" in shown
        assert "It isn't your doing" not in shown


def test_the_way_back_to_what_somebody_asked(bench: Workbench, client: Client) -> None:
    ida, jon = (sign_in(bench, client, name, "viewer") for name in ("Ida", "Jon"))
    asked = [ask(client, "plan", GIVEN | {"name": f"Ida {at}"}, ida) for at in range(7)]
    ask(client, "plan", GIVEN, jon)
    told = client.ask("GET", "/app/plan.json", headers=ida, token="").json["earlier"]
    assert [one["href"] for one in told] == asked[:1:-1]
    assert {one["state"] for one in told} == {"done"}
    shown = page(client, asked[-1], headers=ida, token="")
    assert "Your earlier answers" in shown
    assert asked[-2] in shown
    assert len(client.ask("GET", f"{asked[-1]}.json", headers=ida, token="").json["earlier"]) == 5
    assert len(client.ask("GET", "/app/plan.json", headers=jon, token="").json["earlier"]) == 1
    assert client.ask("GET", "/app/receipt.json", headers=ida, token="").json["earlier"] == []


@pytest.mark.parametrize(
    ("answer", "tables", "charts", "values"),
    [
        (["20095", "10115", "80331"], 0, 0, 1),
        ({"zip": {"2026-01": "1", "2026-02": "2", "2026-03": "3"}}, 0, 0, 3),
        ([{"day": "x", "code": "7"}] * 3, 1, 0, 0),
        ({"size": {"width": 1, "height": 2, "depth": 3}}, 0, 0, 3),
        (3, 0, 0, 1),
        ([1, 2, 3], 0, 1, 0),
        ([1, 2], 0, 0, 1),
        ([1, None, 3], 0, 0, 1),
        ([True, False, True], 0, 0, 1),
        ([["a", 1], ["b", -2], ["c", 3.5]], 0, 1, 0),
        ([{"a": 1}, {"b": 2}], 1, 0, 0),
        ([{"day": "x", "n": 1}] * 3, 1, 1, 0),
        ([{"day": "x", "n": 1}, 7], 0, 0, 1),
        ({"2026-01": 1, "2026-02": 2}, 0, 0, 2),
        ({"s": {"2026-01": 1, "2026-02": 2, "2026-03": 3}}, 0, 1, 0),
        ([0, 0, 0], 0, 1, 0),
        ([10**400, 1, 2], 0, 0, 1),
        ([], 0, 0, 1),
        (["007", "008", "009"], 0, 0, 1),
    ],
)
def test_the_shape_decides_how_it_is_shown(answer: Any, tables: int, charts: int, values: int) -> None:
    found = shapes_of(answer)
    assert (len(found.tables), len(found.charts), len(found.values)) == (tables, charts, values)
    _check_bars(found)


NUMBER, MANY = {"kind": "number"}, {"kind": "list", "of": {"kind": "number"}}


@pytest.mark.parametrize(
    ("answer", "kind", "charts"),
    [
        (["1.5", "2", "NaN"], MANY, 0),
        (["1.5", "2", "-1E+3"], MANY, 1),
        ({"s": {"north": 1, "St. Pauli": 2, "south": 3}}, {"kind": "record", "fields": {"s": {"kind": "mapping", "of": NUMBER}}}, 1),
        ({"north": 1, "west": 2, "south": 3}, {"kind": "mapping", "of": NUMBER}, 1),
        ({"s": {"north": "1"}}, {"kind": "record", "fields": {"s": {"kind": "mapping", "of": NUMBER}}}, 0),
        ([["a", "1"], ["b", "2"], ["c", "3"]], {"kind": "list", "of": MANY}, 1),
        ([{"day": "x", "n": "1"}] * 3, {"kind": "list", "of": {"kind": "record", "fields": {"n": NUMBER}}}, 1),
    ],
)  # fmt: skip
def test_a_decimal_is_a_number_where_the_type_says_so(answer: Any, kind: Any, charts: int) -> None:
    found = shapes_of(answer, kind)
    assert len(found.charts) == charts
    _check_bars(found)


def _check_bars(found: Shapes) -> None:
    for chart in found.charts:
        assert all(0 <= bar.x <= 100 and 0 <= bar.y <= 100 and bar.height > 0 for bar in chart.bars)
        assert all(bar.y + bar.height <= 100.5 and bar.x + bar.width <= 100.5 for bar in chart.bars)


@pytest.mark.parametrize(
    ("names", "lying", "labels"),
    [
        (["a", "b", "c"], False, ["a", "b", "c"]),
        (["north", "south", "a name of a region that takes a line"], True, 3),
        ([f"2026-{month:02}" for month in range(1, 13)], False, 4),
        (
            [f"2025-{month:02}" for month in range(1, 9)],
            False,
            [f"2025-{month:02}" for month in (1, 3, 5, 8)],
        ),
        ([f"shelf number {shelf}" for shelf in range(40)], False, 3),
    ],
)
def test_names_that_do_not_fit_beside_one_another_get_lines_or_are_thinned(
    names: list[str], lying: bool, labels: list[str] | int
) -> None:
    numbers = {"kind": "record", "fields": {"s": {"kind": "mapping", "of": NUMBER}}}
    (chart,) = shapes_of({"s": {name: at - 1 for at, name in enumerate(names)}}, numbers).charts
    _check_bars(Shapes(charts=[chart]))
    shown = [bar.label for bar in chart.bars if bar.label]
    assert chart.lying == lying
    assert shown == labels if isinstance(labels, list) else len(shown) == labels
    assert chart.says == f"From -1 ({names[0]}) to {len(names) - 2} ({names[-1]})."
