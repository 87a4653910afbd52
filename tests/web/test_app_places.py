"""The places of an answer in `/app`: each citation leads to its own document and page, and a touch is made there."""

import json
import re
import time
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from alongside.store import feedback
from alongside.workbench import Workbench
from web.served import Client, form, make_receipts, serving, ship

pytestmark = pytest.mark.enable_socket

WORKFLOW = '''
from dataclasses import dataclass
from alongside import File, Value, parse, step, workflow


@dataclass(frozen=True)
class Row:
    word: Value[str]
    n: int


@dataclass(frozen=True)
class Both:
    left: Value[str]
    right: Value[str]
    last: Value[str]
    rows: list[Row]
    months: dict[str, float]


@step
def pick(a: object, b: object) -> Both:
    def at(document, which):
        word = [word for line in document.lines() for word in line.words][which]
        return Value(word.text, word.text, (word.box,), 0.6, "rule", document.source)

    rows = [Row(at(b, which), which) for which in (1, 2, 3)]
    return Both(at(a, 0), at(b, 0), at(b, -1), rows, {"2026-01": 1.0, "2026-02": 2.0, "2026-03": 3.0})


@workflow
def both(left: File, right: File) -> Both:
    """Read two."""
    return pick(parse(left), parse(right))
'''


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    bench = make_receipts(tmp_path_factory.mktemp("places") / "acme")
    (bench.root / "workflows" / "both.py").write_text(WORKFLOW)
    return bench


@pytest.fixture(scope="module")
def client(bench: Workbench) -> Iterator[Client]:
    ship(bench)
    with serving(bench) as client:
        yield client


@pytest.fixture(scope="module")
def address(client: Client) -> str:
    long = "\n".join(f"line {at} of many" for at in range(1, 1500))
    body, kind = form(
        {"left": ("left.txt", b"Alpha Beta\nGamma 12.50"), "right": ("right.txt", long.encode())}
    )
    address = client.ask("POST", "/app/both", body, kind).headers["Location"]
    for _ in range(200):
        if client.ask("GET", f"{address}.json").json["state"] == "done":
            return address
        time.sleep(0.05)
    raise AssertionError("no answer came")


def test_a_citation_leads_to_its_own_document_and_page(client: Client, address: str) -> None:
    found = client.ask("GET", f"{address}.json").json
    assert [(one["name"], one["shown"]) for one in found["paper"]["documents"]] == [
        ("left.txt", True),
        ("right.txt", False),
    ]
    left, right, last = (one for one in found["values"] if one["path"] in {"left", "right", "last"})
    assert left["cited"] == f"#box-{left['number']}"
    for one, name in ((right, "right.txt"), (last, "right.txt")):
        there = urlsplit(one["cited"])
        assert there.path == address
        shown = client.ask("GET", f"{there.path}?{there.query}")
        assert f'id="{there.fragment}"' in shown.body.decode()
        twin = client.ask("GET", f"{there.path}.json?{there.query}").json
        assert twin["paper"]["name"] == name
        assert [
            box["field"] for page in twin["paper"]["pages"] for box in page["boxes"] if box["selected"]
        ] == [one["path"]]
        itself = next(value for value in twin["values"] if value["path"] == one["path"])
        assert itself["cited"] == f"#box-{one['number']}"
    assert twin["paper"]["pages"][-1]["number"] > 20
    assert (twin["paper"]["before"] > 0, twin["paper"]["more"]) == (True, 0)
    plain = client.ask("GET", address).body.decode()
    assert unescape(plain).count(f'href="{right["cited"]}"') == 1  # a link, so it works without a script


def test_a_touch_is_made_on_the_fields_own_document(bench: Workbench, client: Client, address: str) -> None:
    wrong = client.ask("GET", f"{address}.json?wrong=right").json
    assert (wrong["paper"]["name"], wrong["wrong"]) == ("right.txt", "right")
    assert any(page["picks"] for page in wrong["paper"]["pages"])
    elsewhere = client.ask("GET", f"{address}.json?wrong=right&document=1").json
    assert elsewhere["paper"]["name"] == "left.txt"
    assert not any(page["picks"] for page in elsewhere["paper"]["pages"])
    (tab,) = [one["href"] for one in wrong["paper"]["documents"] if not one["shown"]]
    assert parse_qs(urlsplit(tab).query) == {"wrong": ["right"], "document": ["1"]}
    shown = client.ask("GET", f"{address}?wrong=right").body.decode()
    pick = unescape(re.findall(r'name="pick" value="([^"]+)"', shown)[0])
    assert client.send(f"{address}/say", {"field": "right", "judgement": "wrong", "pick": pick}).status == 303
    (word,) = feedback.of_run(bench.database, address.rpartition("/")[2])
    assert word.expected == json.loads(pick)["value"]


def test_a_tables_cells_keep_their_places_and_may_be_wrong_by_themselves(
    bench: Workbench, client: Client, address: str
) -> None:
    (table,) = client.ask("GET", f"{address}.json").json["tables"]
    cells = [row[0] for row in table["rows"]]
    assert [cell["path"] for cell in cells] == ["rows.0.word", "rows.1.word", "rows.2.word"]
    assert all(cell["number"] and cell["cited"] for cell in cells)
    assert [row[1]["number"] for row in table["rows"]] == [0, 0, 0]
    shown = client.ask("GET", cells[1]["href"]).body.decode()
    assert re.search(r'href="[^"]*wrong=rows\.1\.word"[^>]*aria-current="true"', shown)
    assert re.search(r'class="chip" href="[^"]*wrong=months[&"]', shown)
    assert "What should rows, row 2: word have said?" in shown
    said: dict[str, Any] = {"field": "rows.1.word", "judgement": "wrong", "expected": "two"}
    assert client.send(f"{address}/say", said).status == 303
    assert (
        client.send(f"{address}/say", {"field": "months", "judgement": "wrong", "note": "too few"}).status
        == 303
    )
    words = {word.field for word in feedback.of_run(bench.database, address.rpartition("/")[2])}
    assert {"rows.1.word", "months"} <= words
