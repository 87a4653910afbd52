"""What a touch on the page says: its kind chooses the field, pages turn, and a place is as large as a finger."""

import json
from collections.abc import Iterator
from itertools import combinations
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.views.screens.paper import BoxShown, PageShown, Paper, crop_of
from alongside.views.screens.touching import TARGET, Spot, closeness, with_room
from alongside.workbench import Workbench
from web.served import Client, form, make_receipts, serving, ship

pytestmark = pytest.mark.enable_socket

PAGE = {"Accept": "text/html"}
WORKFLOW = '''
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from alongside import File, Value, parse, step, workflow


@dataclass(frozen=True)
class Bill:
    company: Value[str]
    day: Value[date]
    total: Value[Decimal]


@dataclass(frozen=True)
class Sums:
    net: Value[Decimal]
    total: Value[Decimal]


@dataclass(frozen=True)
class Words:
    company: Value[str]
    day: Value[str]
    total: Value[str]


def at(document, text, value, sure):
    lines = [line for line in document.lines() if text in line.text]
    return Value(value, text, (lines[-1].box,), sure, "rule", document.source)


@step
def look(document: object) -> Bill:
    return Bill(
        at(document, "Acme Tools", "Acme Tools Ltd", 0.5), at(document, "20/12/2025", date(2025, 12, 20), 1.0),
        at(document, "290.00", Decimal("290.00"), 0.6),
    )


@step
def add(document: object) -> Sums:
    return Sums(at(document, "290.00", Decimal("290.00"), 0.9), at(document, "290.00", Decimal("290.00"), 0.6))


@step
def quote(document: object) -> Words:
    return Words(
        at(document, "Acme Tools", "Acme Tools Ltd", 0.9), at(document, "20/12/2025", "20/12/2025", 0.8),
        at(document, "290.00", "290.00", 0.6),
    )


@workflow
def words(file: File) -> Words:
    """Read a bill's words."""
    return quote(parse(file))


@workflow
def bill(file: File) -> Bill:
    """Read a bill."""
    return look(parse(file))


@workflow
def sums(file: File) -> Sums:
    """Read its sums."""
    return add(parse(file))
'''
BILL = b"Acme Tools Ltd\n\nDate: 20/12/2025\n\nLever lock 290.00\n\nVAT 32.75\n\nTOTAL 322.75\n\nPaid with thanks\n"
LONG = b"".join(b"line %d of many 17.50\n\n" % number for number in range(1200)) + BILL


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    bench = make_receipts(tmp_path_factory.mktemp("touching") / "acme")
    (bench.root / "workflows" / "bill.py").write_text(WORKFLOW)
    return bench


@pytest.fixture(scope="module")
def client(bench: Workbench) -> Iterator[Client]:
    ship(bench)
    with serving(bench) as client:
        yield client


def read(client: Client, workflow: str, data: bytes, name: str) -> str:
    answer = client.ask("POST", f"/run/{workflow}", *form({"file": (f"{name}.txt", data)}))
    assert answer.status == 200, answer.body
    return str(answer.json["run"])


def picks(client: Client, run: str, query: str = "") -> dict[str, Any]:
    """What may be touched, by its text."""
    screen = client.ask("GET", f"/runs/{run}.json?wrong=1{query}").json
    return {
        one["text"]: json.loads(one["value"]) for page in screen["paper"]["pages"] for one in page["picks"]
    }


def touch(client: Client, run: str, pick: Any) -> str:
    said = {"judgement": "wrong", "field": "company", "pick": json.dumps(pick), "here": f"/runs/{run}"}
    return client.send(f"/runs/{run}/judge", said).headers["Location"]


def test_a_touched_amount_is_the_amounts_and_no_company(client: Client, bench: Workbench) -> None:
    run = read(client, "bill", BILL, "touched")
    found = picks(client, run)
    assert found["322.75"]["field"] == "total"
    assert found["Paid with thanks"]["field"] == "company"
    assert not [text for text, one in found.items() if one.get("field") == "company" and "322" in text]
    assert "322.75" not in picks(client, run, "&field=company")
    location = touch(client, run, found["322.75"])
    (case,) = [case for case in bench.cases().cases if case.run == run]
    assert case.expected == {"total": "322.75"}
    page = client.ask("GET", location, headers=PAGE).body.decode()
    assert "Total should be 322.75 (was 290.00)" in page
    page = client.ask("GET", f"/runs?{urlsplit(location).query}", headers=PAGE).body.decode()
    assert "touched: Wrong: Total should be" in page  # not on its own run's page
    location = touch(client, read(client, "bill", BILL, "touched"), found["322.75"])
    page = client.ask("GET", location, headers=PAGE).body.decode()
    assert f"(was 290.00). Case {case.id}, {case.split}, says so" in page
    typed = {"judgement": "wrong", "field": "total", "expected": "1,322.75"}
    assert client.ask("POST", f"/runs/{run}/feedback", typed).json["read_as"] == "1322.75"
    assert "read_as" not in client.ask("POST", f"/runs/{run}/feedback", typed | {"expected": "5.50"}).json
    location = client.send(f"/runs/{run}/judge", typed).headers["Location"]
    page = client.ask("GET", location, headers=PAGE).body.decode()
    assert "Total should be 1,322.75 (1322.75) (was 290.00)" in page


def test_a_typed_date_is_read_as_on_the_command_line_and_one_that_may_be_two_is_refused(
    client: Client,
) -> None:
    run = read(client, "bill", BILL, "dated")
    said = {"judgement": "wrong", "field": "day", "expected": "03/04/2018"}
    assert client.ask("POST", f"/runs/{run}/feedback", said).code == "stated-value"
    said["here"] = f"/runs/{run}"
    refused = client.send(f"/runs/{run}/judge", said)
    assert refused.status == 400
    assert "it may be 2018-04-03 or 2018-03-04" in refused.body.decode()
    location = client.send(f"/runs/{run}/judge", said | {"expected": "27.3.18"}).headers["Location"]
    told = client.ask("GET", location, headers=PAGE).body.decode()
    assert "Day should be 27.3.18 (2018-03-27)" in told
    case = client.ask("GET", f"/runs/{run}.json").json["case"]
    shown = client.ask("GET", f"/cases/{case}.json").json["chosen"]
    change = {
        "e:day": "03/04/2018",
        "h:day": "says",
        "here": f"/cases/{case}",
        "seen": shown["expectation"]["seen"],
    }
    refused = client.send(f"/cases/{case}/expect", change)
    assert (refused.status, "2018-04-03 or 2018-03-04" in refused.body.decode()) == (400, True)


def test_a_text_that_reads_as_a_figure_is_touched_as_one(client: Client, bench: Workbench) -> None:
    run = read(client, "words", BILL.replace(b"322.75", b"1,322.75"), "quoted")
    offers = client.ask("GET", f"/runs/{run}.json?wrong=1&field=total").json["dock"]["correction"]["offers"]
    assert offers[0]["text"] == "1,322.75"
    assert {"Date: 20/12/2025", "TOTAL 1,322.75"} & set(picks(client, run, "&field=total")) == {
        "Date: 20/12/2025"
    }
    found = picks(client, run)
    assert (found["1,322.75"]["field"], found["Paid with thanks"]["field"]) == ("total", "company")
    touch(client, run, found["1,322.75"])
    (case,) = [case for case in bench.cases().cases if case.run == run]
    assert case.expected == {"total": "1,322.75"}


def test_what_adds_up_is_offered_first_and_a_heading_is_no_company(client: Client) -> None:
    text = b"RECEIPT\n\nAcme Tools Ltd\n\n20/12/2025\n\nLever lock 290.00\n\nPadlock 32.75\n\nTin 32.75\n\nPaid 322.75\n\nqxvtrbnk\n\nMoor Street\n"
    run = read(client, "bill", text, "added")
    told = client.ask("GET", f"/runs/{run}.json?wrong=1").json["dock"]["correction"]["offers"]
    assert [(one["label"], one["text"]) for one in told][:3] == [
        ("Total", "322.75"), ("Company", "Moor Street"), ("Total", "32.75"),
    ]  # fmt: skip
    assert [one["text"] for one in told].count("32.75") == 1
    assert "qxvtrbnk" not in picks(client, run)


def test_an_amount_that_may_be_two_fields_is_asked_about(client: Client, bench: Workbench) -> None:
    run = read(client, "sums", BILL, "asked")
    several = next(one for one in picks(client, run).values() if len(one.get("of", ())) > 1)
    location = touch(client, run, several)
    assert not [case for case in bench.cases().cases if case.run == run]
    asked = parse_qs(urlsplit(location).query)
    assert json.loads(asked["pick"][0]) == several
    correction = client.ask("GET", f"/runs/{run}.json?{urlsplit(location).query}").json["dock"]["correction"]
    assert {one["label"] for one in correction["which"]} == {"Net", "Total"}
    chosen = next(one for one in correction["which"] if one["label"] == "Net")
    touch(client, run, json.loads(chosen["value"]))
    (case,) = [case for case in bench.cases().cases if case.run == run]
    assert case.expected == {"net": chosen["text"]}


@pytest.mark.parametrize(
    "pick", ['{"of": 1}', '{"text": 1, "box": [], "of": {"net": null}}', "[", '{"of": {}}']
)
def test_a_made_up_touch_is_refused(client: Client, pick: str) -> None:
    run = read(client, "sums", BILL, "made-up")
    assert (
        client.ask("GET", f"/runs/{run}?{urlencode({'wrong': '1', 'pick': pick})}", headers=PAGE).status
        == 200
    )


def test_a_long_document_opens_where_the_field_stands_and_turns(client: Client) -> None:
    run = read(client, "bill", LONG, "long")
    paper = client.ask("GET", f"/runs/{run}.json?field=total").json["paper"]
    last = paper["total"]
    assert last > 20
    assert [page["number"] for page in paper["pages"]] == [last]
    assert paper["turns"]["older"] == ""
    back = client.ask("GET", paper["turns"]["newer"].replace("?", ".json?", 1)).json["paper"]
    assert [page["number"] for page in back["pages"]] == [last - 1]
    asked = urlencode(dict(paper["turns"]["kept"]) | {"page": "7"})
    assert paper["turns"]["action"] == f"/runs/{run}"
    jumped = client.ask("GET", f"/runs/{run}.json?{asked}").json
    assert [page["number"] for page in jumped["paper"]["pages"]] == [7]
    assert jumped["dock"]["field"] == "total"
    first = client.ask("GET", f"/runs/{run}.json?page=1&wrong=1").json["paper"]
    assert {one["text"] for one in first["pages"][0]["picks"]} >= {"17.50"}
    row = next(
        one for one in client.ask("GET", f"/runs/{run}.json?page=1").json["answer"] if one["path"] == "total"
    )
    page = client.ask("GET", f"/runs/{run}?page=1", headers=PAGE).body.decode()
    assert f'href="{row["cited"]}#box-{row["number"]}"' in page
    assert (
        client.ask("GET", f"/index.json?at={run}&field=total").json["selected"]["view"]["page"]["number"]
        == last
    )


@pytest.mark.parametrize("screen", ["/runs/{}?", "/?at={}&"])
def test_whoever_turned_to_a_page_stays_there(client: Client, screen: str) -> None:
    run = read(client, "bill", LONG, f"stays {len(screen)}")
    at = screen.format(run)

    def seen(address: str) -> Any:
        parts = urlsplit(address)
        told = client.ask("GET", f"{parts.path.rstrip('/') or '/index'}.json?{parts.query}").json
        return told.get("selected", told)

    def page(address: str) -> int:
        return seen(address)["paper"]["pages"][0]["number"]

    begun = seen(f"{at}page=5")
    begun |= begun.get("dock", {})
    assert (page(begun["here"]), page(begun["wrong_href"])) == (5, 5)
    fields = begun.get("answer") or begun["facts"]
    own = next(one["href"] for one in fields if one["label"] == "Total")
    assert page(own) == begun["paper"]["total"]  # its own box is there
    wrong = seen(begun["wrong_href"])
    wrong |= wrong.get("dock", {})
    assert {page(one["href"]) for one in wrong["correction"]["fields"]} == {5}
    said = {"judgement": "wrong", "field": "total", "expected": "seventeen", "here": wrong["here"]}
    refused = client.send(f"/runs/{run}/judge", said)
    assert (refused.status, 'aria-label="Page 5 of' in refused.body.decode()) == (400, True)
    pick = next(one for one in wrong["paper"]["pages"][0]["picks"] if one["text"] == "17.50")
    after = client.send(f"/runs/{run}/judge", {**said, "expected": "", "pick": pick["value"]}).headers[
        "Location"
    ]
    assert page(after) == 5
    on = "then" if screen.startswith("/runs") else "next"
    gone = client.send(f"/runs/{run}/judge", {**said, "expected": "17.51", on: {"then": "next"}.get(on, "/")})
    for address in (after, gone.headers["Location"]):
        undo = (
            client.ask("GET", address, headers=PAGE).body.decode().partition(f'action="/runs/{run}/undo?')[2]
        )
        assert "page%3D5" in undo.partition('"')[0]


def overlap(one: Spot, other: Spot) -> bool:
    across = one.x < other.x + other.width and other.x < one.x + one.width
    return across and one.y < other.y + other.height and other.y < one.y + one.height


spot = st.builds(
    Spot,
    *(st.integers(0, 500).map(float) for _ in range(2)),
    *(st.integers(4, 60).map(float) for _ in range(2)),
)


@given(st.lists(spot, max_size=12), st.floats(0.3, 6))
def test_no_place_grows_into_another(spots: list[Spot], close: float) -> None:
    grown = with_room(spots, close, 600.0, 600.0)
    for (one, other), (wide, far) in zip(combinations(spots, 2), combinations(grown, 2), strict=True):
        shrunk = Spot(wide.x + 0.02, wide.y + 0.02, wide.width - 0.04, wide.height - 0.04)  # they are rounded
        assert overlap(one, other) or not overlap(shrunk, far)


def test_lines_of_small_print_are_shown_as_large_as_a_finger() -> None:
    lines = [Spot(50.0, 40.0 + 14 * at, 40.0, 8.0) for at in range(30)]
    close = closeness(lines, 1000.0)
    assert all(
        min(one.width, one.height) * close >= TARGET - 0.1 for one in with_room(lines, close, 1000.0, 1400.0)
    )


@pytest.mark.parametrize("y", [10.0, 400.0, 780.0])
def test_of_a_field_that_stands_nowhere_as_much_of_the_page_is_seen_as_of_any(y: float) -> None:
    other = BoxShown(1, "company", "Box 1", 40.0, y, 80.0, 10.0, wrong=False, selected=False)
    page = PageShown(1, "/page.png", 600.0, 800.0, (other,), ())
    seen = crop_of(Paper("a.pdf", 1, 1, (page,), 0, ""), whole=False)
    assert seen is not None
    assert seen.height > 0.4 * seen.width
    assert seen.y <= y
    assert y + other.height <= seen.y + seen.height <= page.height
