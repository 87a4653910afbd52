"""A touch and its undo, over HTTP: a word goes, and of the case's file exactly what the word had made of it."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from alongside.workbench import Workbench
from web.fixable import get
from web.served import Client, make_engagement, serving, ship

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return make_engagement(tmp_path / "acme")


@pytest.fixture
def client(bench: Workbench) -> Iterator[Client]:
    ship(bench)
    with serving(bench) as client:
        yield client


def touch(client: Client, run: str, expected: str, field: str = "text") -> str:
    """Say what a field should have said; return the word."""
    answer = _act(
        client,
        f"/runs/{run}/judge",
        {"judgement": "wrong", "field": field, "expected": expected, "next": "/"},
    )
    return dict(parse_qsl(urlsplit(answer).query))["said"]


def undo(client: Client, run: str, word: str) -> str:
    """Take a word back; return where that led."""
    return _act(client, f"/runs/{run}/undo?{urlencode({'word': word, 'here': '/?at=' + run})}", {})


def _act(client: Client, path: str, said: dict[str, str]) -> str:
    given = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
    answer = client.ask("POST", path, urlencode(said).encode(), given)
    assert answer.status == 303, answer.body
    return answer.headers["location"]


def _greeted(client: Client) -> str:
    return client.run("greet", {"name": "Dana"}).json["run"]


def _file(bench: Workbench) -> Path:
    (path,) = (bench.root / "cases").glob("*.toml")
    return path


def test_a_case_that_somebody_edited_meanwhile_stays_and_says_so(client: Client, bench: Workbench) -> None:
    run = _greeted(client)
    word = touch(client, run, "Good day Dana")
    path = _file(bench)
    path.write_text(path.read_text().replace("Good day Dana", "Good morning Dana"))
    edited = path.read_bytes()
    page = get(client, undo(client, run, word))
    assert path.read_bytes() == edited
    assert "stays: somebody changed it since" in page
    assert client.ask("GET", f"/runs/{run}").json["feedback"][0]["undone"]


def test_a_case_marked_as_must_pass_meanwhile_stays(client: Client, bench: Workbench) -> None:
    run = _greeted(client)
    word = touch(client, run, "Good day Dana")
    (case,) = bench.cases().cases
    _act(client, f"/cases/{case.id}/must-pass", {"must_pass": "1", "seen": ""})
    assert "stays=" in undo(client, run, word)
    assert bench.cases().cases[0].must_pass


def test_undo_puts_the_file_back_to_the_byte(client: Client, bench: Workbench) -> None:
    run = _greeted(client)
    touch(client, run, "Good day Dana")
    path = _file(bench)
    before = path.read_bytes().replace(
        b'text = "Good day Dana"', b'# by phone, 3 Nov\ntext = "Good day Dana" # agreed'
    )
    path.write_bytes(before)
    word = touch(client, run, "Good night Dana")
    assert b"Good night Dana" in path.read_bytes()
    undo(client, run, word)
    assert path.read_bytes() == before


def test_what_a_person_wrote_by_hand_is_not_written_over(client: Client, bench: Workbench) -> None:
    run = _greeted(client)
    touch(client, run, "Good day Dana")
    path = _file(bench)
    path.write_text(path.read_text().replace('"Good day Dana"', '"By hand" # agreed with Dana'))
    before = path.read_bytes()
    word = touch(client, run, "Good night Dana")
    assert path.read_bytes() == before
    assert "somebody wrote By hand there" in get(client, f"/?said={word}")
    undo(client, run, word)
    assert path.read_bytes() == before


def test_words_on_one_run_are_taken_back_in_any_order(client: Client, bench: Workbench) -> None:
    run = client.run("greet", {"name": "Dana"}).json["run"]
    first = touch(client, run, "Good day Dana")
    second = touch(client, run, "Good night Dana")
    undo(client, run, first)
    assert bench.cases().cases[0].expected == {"text": "Good night Dana"}
    undo(client, run, second)
    assert bench.cases().cases == ()


def test_a_word_that_is_none_takes_nothing_back(client: Client, bench: Workbench) -> None:
    run = _greeted(client)
    touch(client, run, "Good day Dana")
    before = _file(bench).read_bytes()
    undo(client, run, "../../alongside")
    assert _file(bench).read_bytes() == before
