"""The form of `/app`: made from the types, refused at the field that is wrong, and quiet about what went wrong inside."""

import re
import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from alongside.store import feedback, runs
from alongside.workbench import Workbench
from web.served import Client, form, make_receipts, serving, ship, sign_in

pytestmark = pytest.mark.enable_socket

WORKFLOW = '''
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Literal, NotRequired, TypedDict
from uuid import UUID

from alongside import File, workflow


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Shade(Enum):
    LIGHT = "light blue"
    DARK = "dark blue"


@dataclass(frozen=True)
class Address:
    street: str
    city: str = "Hull"


@dataclass(frozen=True)
class Customer:
    name: str
    address: Address


@dataclass(frozen=True)
class Line:
    sku: str
    price: Decimal


@workflow
def order(
    name: str,
    customer: Customer,
    colour: Colour,
    size: Literal["S", "M"],
    born: date,
    price: Decimal,
    lines: list[Line],
    when: datetime | None,
    nick: str | None = None,
    age: int = 30,
    express: bool = True,
    paint: Colour = Colour.BLUE,
    scan: File | None = None,
    tags: list[str] | None = None,
    ref: UUID | None = None,
) -> dict:
    """Order something."""
    return {
        "name": name, "city": customer.address.city, "colour": colour.value, "size": size, "born": born, "price": price,
        "lines": len(lines), "when": when, "nick": nick, "age": age, "express": express, "paint": paint.value,
        "scan": scan.name if scan else None, "tags": "none given" if tags is None else tags, "ref": ref,
    }


@dataclass(frozen=True)
class Person:
    name: str
    country: Literal["DE", "FR"] = "DE"
    news: bool = True


@dataclass(frozen=True)
class Visit:
    who: str
    id: UUID | None
    shade: Shade
    lines: list[Line]


@workflow
def visit(pairs: dict[str, int], who: Person | None = None, id: UUID | None = None, shade: Shade = Shade.LIGHT) -> Visit:
    """Visit."""
    return Visit(f"{who.name} {who.country} {who.news}" if who else "nobody", id, shade, [])


class Trip(TypedDict):
    to: str
    back: NotRequired[date]


@workflow
def travel(trip: Trip) -> Trip:
    """Travel."""
    return trip


@workflow
def many(files: list[File]) -> list[str]:
    """Read many."""
    return [file.name for file in files]


@workflow
def crash(name: str) -> str:
    """Crash."""
    raise RuntimeError("the key is sk-live-abc " + name)


@workflow
def flag(name: str) -> dict:
    """Say yes."""
    return {"paid": True, "day": name}
'''
GOOD = {
    "name": "Anna", "customer.name": "Ltd", "customer.address.street": "High St 1", "customer.address.city": "York",
    "colour": "RED", "size": "M", "born": "2020-02-03", "price": "2.50", "lines": '[{"sku": "a", "price": "1.50"}]',
    "when": "", "tags": "", "nick": "", "age": "30", "express": "on", "paint": "BLUE",
}  # fmt: skip


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    bench = make_receipts(tmp_path_factory.mktemp("forms") / "acme")
    (bench.root / "workflows" / "forms.py").write_text(WORKFLOW)
    return bench


@pytest.fixture(scope="module")
def client(bench: Workbench) -> Iterator[Client]:
    ship(bench)
    with serving(bench) as client:
        yield client


def send(
    client: Client, workflow: str, parts: Mapping[str, Any], headers: dict[str, str] | None = None
) -> Any:
    body, kind = form(parts)
    token = {"token": ""} if headers else {}
    return client.ask("POST", f"/app/{workflow}", body, kind | (headers or {}), **token)


def settled(client: Client, answer: Any) -> Any:
    assert answer.status == 303, answer.body.decode()
    address = answer.headers["Location"]
    for _ in range(200):
        found = client.ask("GET", f"{address}.json").json
        if found["state"] not in {"", "waiting"}:
            return found
        time.sleep(0.05)
    raise AssertionError("no answer came")


def test_each_type_has_its_widget_and_what_it_is_when_left_out(client: Client) -> None:
    found = {one["name"]: one for one in client.ask("GET", "/app/order.json").json["inputs"]}
    assert {name: one["kind"] for name, one in found.items()} == {
        "name": "text", "customer": "group", "colour": "choice", "size": "choice", "born": "date", "price": "number",
        "lines": "json", "when": "datetime-local", "nick": "text", "age": "integer", "express": "flag", "paint": "choice",
        "scan": "file", "tags": "lines", "ref": "uuid",
    }  # fmt: skip
    assert found["colour"]["options"][1:] == [["RED", "red"], ["BLUE", "blue"]]
    assert found["size"]["options"][1:] == [["S", "S"], ["M", "M"]]
    assert [name for name, one in found.items() if one["required"]] == [
        "name", "customer", "colour", "size", "born", "price", "lines",
    ]  # fmt: skip
    assert {name: found[name]["given"] for name in ("age", "express", "paint", "nick")} == {
        "age": "30", "express": "true", "paint": "BLUE", "nick": "",
    }  # fmt: skip
    _, address = found["customer"]["fields"]
    assert [(one["name"], one["given"], one["required"]) for one in address["fields"]] == [
        ("customer.address.street", "", True),
        ("customer.address.city", "Hull", False),
    ]
    assert found["lines"]["example"] == '[{"sku": "…", "price": "12.50"}]'
    shown = client.ask("GET", "/app/order").body.decode()
    assert re.search(r'<input [^>]*name="ref" type="text"', shown)
    assert re.search(r'name="express"\s+checked', shown)
    assert 'type="file" name="files" multiple required' in client.ask("GET", "/app/many").body.decode()


def test_what_was_typed_arrives_as_its_type(client: Client) -> None:
    found = settled(client, send(client, "order", GOOD))
    told = {one["path"]: one["text"] for one in found["values"]}
    assert found["state"] == "done", found
    assert told == {
        "name": "Anna", "city": "York", "colour": "red", "size": "M", "born": "3 February 2020", "price": "2.50", "lines": "1",
        "when": "nothing", "nick": "nothing", "age": "30", "express": "yes", "paint": "blue", "scan": "nothing",
        "tags": "none given", "ref": "nothing",
    }  # fmt: skip
    again = {one["name"]: one["given"] for one in found["inputs"]}
    assert (again["colour"], again["express"], again["age"], again["born"]) == (
        "RED",
        "true",
        "30",
        "2020-02-03",
    )
    files = {"files": ("a.txt", b"a")}
    assert settled(client, send(client, "many", files))["values"][0]["text"] == "a.txt"
    long = settled(client, send(client, "order", {**GOOD, "name": "Anna " * 20 + "Bo"}))
    assert f"<b data-long>{'Anna ' * 20}Bo</b>" in client.ask("GET", long["here"]).body.decode()


def test_a_group_as_it_was_offered_is_left_out_and_a_changed_one_is_not(client: Client) -> None:
    offered = {"pairs": "{}", "who.name": "", "who.country": "DE", "who.news": "on", "shade": "LIGHT"}
    found = settled(client, send(client, "visit", offered))
    told = {one["path"]: one["text"] for one in found["values"]}
    assert told == {"who": "nobody", "id": "nothing", "shade": "light blue", "lines": "none"}
    labels = {one["name"]: dict(one["options"]) for one in found["inputs"]}
    assert labels["shade"]["LIGHT"] == told["shade"]
    assert client.send(
        f"{found['here']}/say", {"judgement": "wrong", "field": "shade", "expected": "light blue"}
    )
    assert client.ask("GET", f"{found['here']}.json").json["judgement"] == "right"  # it says so already

    assert 'id="why-who.name"' in send(client, "visit", offered | {"who.country": "FR"}).body.decode()
    assert 'id="why-id"' in send(client, "visit", offered | {"id": "12"}).body.decode()
    identity = "123e4567-e89b-12d3-a456-426614174000"
    some = offered | {"who.name": "Bo", "id": identity, "shade": "DARK"}
    found = settled(client, send(client, "visit", some))
    told = {one["path"]: one["text"] for one in found["values"]}
    assert told == {"who": "Bo DE True", "id": identity, "shade": "dark blue", "lines": "none"}
    page = client.ask("GET", "/app/visit").body.decode()
    assert re.search('<input class="field" id="in-id"', page)
    assert "of the type <code>dict[str, int]</code>" in page


def test_a_typed_dict_is_a_group_of_fields(client: Client) -> None:
    (trip,) = client.ask("GET", "/app/travel.json").json["inputs"]
    assert [(one["name"], one["kind"], one["required"]) for one in trip["fields"]] == [
        ("trip.to", "text", True),
        ("trip.back", "date", False),
    ]
    for typed, told in (("", {}), ("2026-03-14", {"trip.back": "14 March 2026"})):
        found = settled(client, send(client, "travel", {"trip.to": "Hull", "trip.back": typed}))
        assert {f"trip.{one['path']}": one["text"] for one in found["values"]} == {"trip.to": "Hull", **told}


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("age", "three", "Write a whole number"),
        ("price", "a lot", "Write a number"),
        ("price", "NaN", "Write a number"),
        ("born", "yesterday", "Write a date"),
        ("colour", "green", "Choose one of those offered"),
        ("size", "", "Choose one"),
        ("name", " ", "Fill this in"),
        ("customer.address.street", "", "Fill this in"),
        ("lines", "[1,", "Write it as JSON"),
        ("lines", '[{"sku": "a"}]', "Lines 1: price is missing"),
        ("lines", '[{"sku": "a", "price": "x"}]', "Lines 1: price is not a number"),
        ("when", "noon", "Write a date and a time"),
    ],
)
def test_a_refused_form_says_it_at_the_field_and_keeps_what_was_typed(
    bench: Workbench, client: Client, name: str, text: str, words: str
) -> None:
    before = len(runs.latest(bench.database, limit=100))
    typed = {one: value for one, value in GOOD.items() if one != "express"} | {name: text}
    answer = send(client, "order", typed)
    shown = answer.body.decode()
    assert answer.status == 422
    at = shown.index(f'id="why-{name}"')
    assert words in shown[at : at + 200]
    assert re.search(rf'name="{re.escape(name)}"[^>]*aria-invalid="true"', shown)
    for kept in ("Anna", "High St 1", "York", "2020-02-03"):
        assert kept in shown or typed.get(name, "") == text
    assert not re.search(
        r'name="express"\s+checked', shown
    )  # it was taken out, though it stands in by default
    assert len(runs.latest(bench.database, limit=100)) == before


def test_a_missing_file_is_said_at_its_place_and_nothing_runs(bench: Workbench, client: Client) -> None:
    before = len(runs.latest(bench.database, limit=100))
    for workflow, name in (("receipt", "file"), ("many", "files")):
        answer = send(client, workflow, {name: ("", b"")})
        assert answer.status == 422
        assert "Choose a file" in answer.body.decode()
    assert len(runs.latest(bench.database, limit=100)) == before


def test_what_went_wrong_inside_is_for_those_who_mend_it(bench: Workbench, client: Client) -> None:
    for role in ("viewer", "reviewer", "engineer"):
        who = sign_in(bench, client, f"A {role}", role)
        address = send(client, "crash", {"name": "<b>bob</b>"}, who).headers["Location"]
        for _ in range(200):
            twin = client.ask("GET", f"{address}.json", headers=who, token="")
            if twin.json["state"] == "failed":
                break
            time.sleep(0.05)
        shown = client.ask("GET", address, headers=who, token="").body.decode()
        assert "No answer" in shown
        assert address.rpartition("/")[2] in shown
        mends = role == "engineer"
        assert ("sk-live-abc" in shown) == ("sk-live-abc" in twin.body.decode()) == mends
        assert "RuntimeError" not in shown or mends
        assert "<b>bob" not in shown


def test_a_word_as_it_is_shown_is_taken_and_a_bad_one_comes_back(bench: Workbench, client: Client) -> None:
    found = settled(client, send(client, "flag", {"name": "2026-01-02"}))
    assert {one["path"]: one["text"] for one in found["values"]} == {"paid": "yes", "day": "2 January 2026"}
    say = f"{found['here']}/say"
    refused = client.send(
        say, {"judgement": "wrong", "field": "paid", "expected": "perhaps", "note": "I saw it"}
    )
    shown = refused.body.decode()
    assert refused.status == 400
    assert 'id="why-expected"' in shown
    assert 'value="perhaps"' in shown
    assert 'value="I saw it"' in shown
    assert "That can&#39;t be done" not in shown
    assert feedback.of_run(bench.database, found["run"]) == []
    assert client.send(say, {"judgement": "wrong", "field": "paid", "expected": "no"}).status == 303
    (word,) = feedback.of_run(bench.database, found["run"])
    assert word.expected == "no"


def test_a_program_is_told_what_a_workflow_takes(bench: Workbench, client: Client) -> None:
    before = len(runs.latest(bench.database, limit=100))
    for inputs, code, words in (
        ({"name": "a"}, "input-name", "customer is missing; order takes name: str, customer: Customer"),
        ({"files": 1}, "input-name", "there is no input 'files'"),
    ):
        answer = client.run("order", inputs)
        assert (answer.status, answer.code) == (422, code)
        assert words in answer.json["error"]["message"]
    assert len(runs.latest(bench.database, limit=100)) == before
