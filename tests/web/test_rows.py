"""A list as rows: what a form tells of its columns, what is refused in one of them, and what a review link asks of it."""

import getpass
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from alongside.core.plain import bare
from alongside.store import feedback, run_list
from alongside.views.questions import choose_questions
from alongside.workbench import Workbench, review_links
from web.bills import make_bills
from web.fixable import get
from web.served import Client, serving

pytestmark = pytest.mark.enable_socket


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    return make_bills(tmp_path_factory.mktemp("papers") / "acme")


@pytest.fixture(scope="module")
def client(bench: Workbench) -> Iterator[Client]:
    with serving(bench) as client:
        yield client


@pytest.fixture(scope="module")
def run(bench: Workbench) -> str:
    return run_list.unjudged(bench.database, limit=1)[0].id


def test_a_form_tells_what_the_columns_of_a_list_hold(client: Client, run: str) -> None:
    asked = client.ask("GET", f"/runs/{run}.json?wrong=1&field=lines").json["dock"]["correction"]
    columns = {one.pop("name"): one for one in asked["rows"]["columns"]}
    assert {name: (one["kind"], one["empty"]) for name, one in columns.items()} == {
        "item": ("text", "null"), "quantity": ("integer", "null"), "price": ("number", "null"), "day": ("date", "null"),
        "paid": ("flag", "null"), "unit": ("choice", "null"), "serial": ("integer", "null"), "note": ("text", "text"),
    }  # fmt: skip
    assert columns["unit"]["choices"] == [["piece", "Stück"], ["hour", "Std."]]
    for page in (
        f"/runs/{run}?wrong=1&field=lines",
        f"/?at={run}&wrong=1&field=lines",
        f"/app/bill/{run}?wrong=lines",
    ):
        told = get(client, page)
        assert (told.count("data-rows="), told.count('name="as" value="json"')) == (1, 1), page
    assert "<bdi>Stück</bdi>" in get(client, f"/runs/{run}")  # in the table, too, as people read it
    assert "data-rows" not in get(client, f"/runs/{run}?wrong=1&field=made_by")
    marks = client.ask("GET", f"/app/bill/{run}.json?wrong=marks").json
    assert (json.loads(marks["given"]), [one["name"] for one in marks["rows"]["columns"]]) == (["new"], [""])


def test_what_cannot_be_in_a_row_is_told_by_its_row_and_its_cell(client: Client, run: str) -> None:
    shown = client.ask("GET", f"/app/bill/{run}.json?wrong=lines").json
    rows = json.loads(shown["given"])
    rows[1] |= {"day": "soon", "price": "€ 59,24"}
    said = {"judgement": "wrong", "field": "lines", "as": "json", "given": shown["given"]}
    for there, more in ((f"/runs/{run}/judge", {"here": f"/runs/{run}"}), (f"/app/bill/{run}/say", {})):
        refused = client.send(there, {**said, **more, "expected": json.dumps(rows, ensure_ascii=False)})
        page = unescape(refused.body.decode())
        assert refused.status == 400
        assert "Lines, row 2: day is a date, and 'soon' is none" in page
        assert 'data-amiss="1.day"' in page
        assert "€ 59,24" in page
    rows[1]["day"] = "3.4.2026"
    open_day = client.send(f"/app/bill/{run}/say", {**said, "expected": json.dumps(rows)})
    assert "Lines, row 2: day can't be told from '3.4.2026'" in unescape(open_day.body.decode())
    lacking = client.send(
        f"/app/bill/{run}/say", {**said, "expected": json.dumps([rows[0], rows[2] | {"paid": None}])}
    )
    assert "Lines, row 2: paid is missing, and no answer leaves it out. State yes or no." in unescape(
        lacking.body.decode()
    )
    assert 'data-amiss="1.paid"' in lacking.body.decode()
    rows[2]["unit"] = "box"
    odd = client.send(f"/app/bill/{run}/say", {**said, "expected": json.dumps(rows[2:])})
    assert "Lines, row 1: unit can't be 'box'; it is one of Stück, Std." in unescape(odd.body.decode())


def test_a_review_link_asks_about_lists_and_about_what_was_not_found(
    bench: Workbench, client: Client, run: str
) -> None:
    asked = choose_questions(bench, count=9)
    assert [field for _, field in asked] == ["due", "lines", "number", "marks"]
    secret, link = review_links.make(bench, asked, person="Dana", by="kim", hours=1)
    headers = client.come_in(secret)

    def page(path: str = "/review") -> str:
        return unescape(client.ask("GET", path, None, headers, token="").body.decode())

    def judge(place: str, **said: str) -> Any:
        return client.send("/review/judge", {"place": place, **said}, headers, token="")

    assert "Nothing was found for <b>due</b>. Right?" in page()
    assert '<div class="zoom"' in page()  # nobody knows where it should be: the whole document
    assert "Not on the page" not in page("/review?wrong=1")
    assert judge("1", judgement="right").status == 303
    told = page()
    assert "Are these <output>3 rows</output> right for <b>lines</b>?" in told
    assert '<th scope="col" class="num">Quantity</th>' in told
    crop = client.ask("GET", "/review.json", None, headers, token="").json["crop"]
    assert crop["box"] == [70.0, 84.0, 132.0, 44.0]
    given = client.ask("GET", "/review.json?wrong=1", None, headers, token="").json["given"]
    rows = json.loads(given)[:2]
    rows[1]["quantity"] = "two"
    form = {"judgement": "wrong", "as": "json", "given": given}
    refused = judge("2", **form, expected=json.dumps(rows))
    assert refused.status == 400
    assert (
        "Lines, row 2: quantity is a whole number, and 'two' is none. State it as a whole number"
        in unescape(refused.body.decode())
    )
    assert 'data-amiss="1.quantity"' in refused.body.decode()
    assert judge("2", **form, expected=json.dumps(rows), skip="1").status == 303  # after a refusal, too
    skipped = next(word for word in feedback.of_run(bench.database, run) if word.field == "lines")
    assert (skipped.judgement, skipped.has_expected) == ("wrong", False)
    assert client.send("/review/undo", {"word": skipped.id}, headers, token="").status == 303
    rows[1]["quantity"] = "2.000"  # a German thousands sign
    assert judge("2", **form, expected=json.dumps(rows)).status == 303
    assert judge("3", judgement="wrong", expected="B-18", skip="1").status == 303
    assert "Is this one item all of <b>marks</b>?" in page()
    words = {word.field: word for word in feedback.of_run(bench.database, run)}
    assert (words["due"].judgement, words["lines"].expected) == ("right", rows)
    assert (words["number"].judgement, words["number"].has_expected) == ("wrong", False)
    assert {field for _, field in choose_questions(bench, count=9, named=[run])} == {"marks"}
    review_links.revoke(bench, link.id)


def test_a_cell_whose_row_stands_elsewhere_by_now_is_mended_there(tmp_path: Path) -> None:
    bench = make_bills(tmp_path / "acme")
    run = run_list.unjudged(bench.database, limit=1)[0].id
    rows = bare(bench.blobs.get(bench.find_run(run).output))["lines"]
    bench.judge(run, "wrong", field="lines", expected=rows[1:], by="Dana")
    asked = {"judgement": "wrong", "field": "lines.1.price", "s:expected": '"3.00"', "note": "read it again"}
    touch = {
        "pick": json.dumps({"field": "lines.1.price", "value": "9.50", "box": [1, 0, 0, 9, 9]}),
        "expected": "",
    }
    with serving(bench) as client:
        for here, typed in (
            (f"/runs/{run}", {"expected": "9.50"}),
            (f"/?at={run}", {"expected": "9.50"}),
            (f"/runs/{run}", touch | {"field": "number"}),
        ):
            refused = client.send(f"/runs/{run}/judge", {**asked, **typed, "here": here})
            page = unescape(refused.body.decode())
            assert refused.status == 400
            assert "Lines, row 2: price: Lines was corrected as a whole" in page
            told = "What was typed for Lines, row 2: price was not saved: <bdi data-lost-text>9.50</bdi>"
            assert (told in page, page.count("9.50")) == (True, 1)  # and nowhere as what the list should be
            assert 'data-lost="lines.1.price of ' in page
            assert 'value="read it again"' in page
            assert "data-typed" not in page
            (text,) = re.findall(r'<textarea[^>]* id="expected"[^>]*>([^<]*)</textarea>', page)
            assert [row["item"] for row in json.loads(text)] == ["nuts", "washers"]
            (seen,) = re.findall(r'name="s:expected" value="([^"]*)"', refused.body.decode())
            assert json.loads(unescape(seen)) == json.loads(text)
        shown = client.ask("GET", f"/runs/{run}.json?wrong=1&field=lines.1.price").json["dock"]["correction"]
        assert (shown["field"], len(json.loads(shown["given"]))) == ("lines", 2)
        assert [word.field for word in feedback.of_run(bench.database, run)] == ["lines"]


def test_a_second_correction_begins_with_the_first_and_never_undoes_it_unseen(tmp_path: Path) -> None:
    bench = make_bills(tmp_path / "acme")
    run = run_list.unjudged(bench.database, limit=1)[0].id
    page = f"/runs/{run}?wrong=1&field=lines"

    def lines() -> Any:
        return bench.cases().cases[0].expected["lines"]

    with serving(bench) as client:

        def form() -> dict[str, Any]:
            shown = client.ask("GET", f"/runs/{run}.json?wrong=1&field=lines").json["dock"]["correction"]
            said = {"judgement": "wrong", "field": "lines", "as": "json", "here": f"/runs/{run}"}
            return {**said, "given": shown["given"], "s:expected": shown["seen"], "stands": shown["stands"]}

        def send(form: dict[str, Any], rows: Any = None, **more: str) -> Any:
            typed = form["given"] if rows is None else json.dumps(rows)
            return client.send(f"/runs/{run}/judge", {**form, "expected": typed, **more})

        first = form()
        assert first["stands"] == ""
        rows = json.loads(first["given"])
        assert send(first, rows[1:]).status == 303
        second = form()
        assert (json.loads(second["given"]), second["stands"]) == (
            rows[1:],
            f"as corrected by {getpass.getuser()}",
        )
        assert f"It begins <bdi>as corrected by {getpass.getuser()}</bdi>." in get(client, page)
        assert send(second).status == 303  # as it was: it is said again
        assert lines() == rows[1:]
        clash = send(first, rows[:2], note="mine")  # from another tab, which never saw that
        told = unescape(clash.body.decode())
        assert (clash.status, "Somebody else changed the same field meanwhile" in told) == (409, True)
        assert '"item": "washers"' in told
        assert '"item": "bolts"' in told
        assert lines() == rows[1:]
        assert send(first, rows[:2], keep="theirs").status == 303
        assert lines() == rows[1:]
        assert send({**first, "s:expected": second["s:expected"]}, rows[:2]).status == 303
        assert lines() == rows[:2]
        assert send(first, absent="1").status == 409
        asked = {"judgement": "wrong", "field": "lines.1.price", "expected": "9.50", "here": page}
        assert client.send(f"/runs/{run}/judge", asked).status == 303  # a single place goes into what stands
        assert json.loads(form()["given"])[1]["price"] == "9.50"
        twin = client.ask("GET", f"/app/bill/{run}.json?wrong=lines").json
        assert (json.loads(twin["given"])[1]["price"], twin["stands"]) == (
            "9.50",
            f"as corrected by {getpass.getuser()}",
        )
        late = {"judgement": "wrong", "field": "lines", "as": "json", "s:expected": json.dumps(rows)}
        assert client.send(f"/app/bill/{run}/say", {**late, "expected": "[]"}).status == 409


def test_what_a_case_holds_of_a_list_is_edited_as_rows(tmp_path: Path) -> None:
    bench = make_bills(tmp_path / "acme")
    run = run_list.unjudged(bench.database, limit=1)[0].id
    for name in ("a", "b", "c"):
        (bench.root / f"{name}.txt").write_text(f"B-{name}\nbolts\n")
        bench.run("bill", bench.root / f"{name}.txt", version=bench.live())
    asked = [field for _, field in choose_questions(bench, count=16)]
    assert asked[:5] == ["lines", "lines", "number", "number", "marks"]  # no field crowds out the others
    assert asked[-4:] == ["due"] * 4  # nothing was ever found for it
    line = {
        "item": "bolts",
        "quantity": 1,
        "price": "1.50",
        "day": None,
        "paid": False,
        "unit": "piece",
        "serial": 7,
        "note": "",
    }
    bench.judge(run, "wrong", field="lines", expected=[line], by="dana")
    bench.judge(run, "wrong", field="number", expected="B-18", by="dana")
    case = bench.add_case(run, name="bolts").id
    with serving(bench) as client:
        shown = get(client, f"/cases/{case}?edit=1")
        assert '<code>lines</code> <span class="faint">1 row</span>' in shown
        assert "<code>number = <bdi>B-18" in shown
        assert shown.count('<th scope="col">Item</th>') == 1
        assert '<h3>Lines, as corrected</h3><span class="faint nowrap">1 row</span>' in get(
            client, f"/runs/{run}"
        )
        assert shown.count("data-rows=") == 1
        form = {
            "e:lines": json.dumps([line, {**line, "day": "never"}]),
            "s:e:lines": json.dumps([line]),
            "h:lines": "says",
        }
        refused = client.send(f"/cases/{case}/expect", {**form, "here": f"/cases/{case}"})
        assert (refused.status, 'data-amiss="1.day"' in refused.body.decode()) == (400, True)
