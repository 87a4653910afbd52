"""Two people correct one value: whoever didn't see the other's word is shown both, by typing as by touching."""

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from alongside.store import feedback, run_list
from alongside.workbench import Workbench, review_links
from web.bills import make_bills
from web.served import Client, serving, sign_in

pytestmark = pytest.mark.enable_socket

PAGE = {"Accept": "text/html"}
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
PICK = re.compile(r'<button class="pick" name="pick" value="([^"]*)"')


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    with make_bills(tmp_path / "acme") as bench:
        yield bench


@pytest.fixture
def client(bench: Workbench) -> Iterator[Client]:
    with serving(bench) as client:
        yield client


@pytest.fixture
def run(bench: Workbench) -> str:
    return run_list.unjudged(bench.database, limit=1)[0].id


def form(client: Client, at: str, who: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    """What the forms of a page say of themselves, and what may be touched."""
    page = client.ask("GET", at, headers=PAGE | who, token="").body.decode()
    picks = [unescape(text) for text in PICK.findall(page)]
    return {name: unescape(text) for name, text in HIDDEN.findall(page)}, picks


def holds(bench: Workbench) -> Any:
    (case,) = bench.cases().cases
    return case.expected["number"]


WAYS = {
    "typed": ("/runs/{run}?wrong=1&field=number", "/runs/{run}/judge"),
    "touched": ("/runs/{run}?wrong=1&field=number", "/runs/{run}/judge"),
    "touched, no field named": ("/runs/{run}?wrong=1", "/runs/{run}/judge"),
    "in the inbox": ("/?at={run}&wrong=1&field=number", "/runs/{run}/judge"),
    "by its user": ("/app/bill/{run}?wrong=number", "/app/bill/{run}/say"),
    "by a review link": ("/review?wrong=1", "/review/judge"),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_word_that_its_writer_did_not_see_is_asked_about(
    bench: Workbench, client: Client, run: str, way: str
) -> None:
    at, to = (one.format(run=run) for one in WAYS[way])
    kim, dana = (sign_in(bench, client, name, "reviewer") for name in ("Kim", "Dana"))
    if way == "by a review link":
        secret, _ = review_links.make(bench, [(run, "number")], person="Vic", by="Kim", hours=1)
        dana = client.come_in(secret)
    early, picks = form(client, at, dana)
    said = {"expected": "B-71"}
    if way.startswith("touched"):
        said = {"pick": next(one for one in picks if json.loads(one).get("field") == "number")}
    mine = said.get("expected") or json.loads(said["pick"])["value"]

    bench.judge(run, "wrong", field="number", expected="K-1", by="Kim")
    bench.add_case(run)
    asked = client.send(to, early | said, dana, token="")
    page = asked.body.decode()
    assert (asked.status, "Somebody else changed the same field" in page, "K-1" in page) == (409, True, True)
    assert holds(bench) == "K-1"

    again = {name: unescape(text) for name, text in HIDDEN.findall(page)} | {"expected": mine, "keep": "mine"}
    assert client.send(to, again, dana, token="").status == 303
    assert [word.expected for word in feedback.of_run(bench.database, run)][-1] == mine
    if way == "typed":
        assert (
            client.send(to, early | {"expected": "D-2"}, dana, token="").status == 303
        )  # her own word came since
        late, _ = form(client, at, kim)
        assert client.send(to, late | {"expected": "K-2"}, kim, token="").status == 303  # he saw hers
        assert holds(bench) == "K-2"
        assert client.send(to, early | {"expected": "K-2"}, dana, token="").status == 303  # she says the same


def test_nobody_is_asked_about_a_word_on_another_field(bench: Workbench, client: Client, run: str) -> None:
    dana = sign_in(bench, client, "Dana", "reviewer")
    early, _ = form(client, f"/runs/{run}?wrong=1&field=number", dana)
    bench.judge(run, "wrong", field="made_by", expected="them", by="Kim")
    assert client.send(f"/runs/{run}/judge", early | {"expected": "B-71"}, dana, token="").status == 303


@pytest.mark.parametrize(
    ("field", "theirs", "mine", "status"),
    [
        ("lines.0.price", "99.10", "99,10", 303),
        ("lines.0.price", "99.10", "€ 99,10", 303),
        ("lines.0.price", "99.10", "99,01", 409),
        ("lines.0.day", "2026-02-03", "3 Feb 2026", 303),
        ("lines.0.day", "2026-02-03", "2 Mar 2026", 409),
        ("number", "B-71", "b 71", 409),  # whoever writes a text otherwise means it
    ],
)
def test_the_same_in_another_notation_is_no_other_word(
    bench: Workbench, client: Client, run: str, field: str, theirs: str, mine: str, status: int
) -> None:
    dana = sign_in(bench, client, "Dana", "reviewer")
    early, _ = form(client, f"/runs/{run}?wrong=1&field={field}", dana)
    bench.judge(run, "wrong", field=field, expected=theirs, by="Kim")
    assert client.send(f"/runs/{run}/judge", early | {"expected": mine}, dana, token="").status == status


def test_a_review_that_says_the_same_in_another_notation_is_told_nothing(
    bench: Workbench, client: Client, run: str
) -> None:
    secret, _ = review_links.make(bench, [(run, "due")], person="Vic", by="Kim", hours=1)
    vic = client.come_in(secret)
    said = {"place": "1", "judgement": "wrong"}
    assert client.send("/review/judge", said | {"expected": "2026-02-03"}, vic, token="").status == 303
    again = client.send("/review/judge", said | {"expected": "3 Feb 2026"}, vic, token="")
    assert (again.status, again.headers["Location"]) == (303, "/review")
    other = client.send("/review/judge", said | {"expected": "4 Feb 2026"}, vic, token="")
    assert other.headers["Location"] == "/review?stood=1"
