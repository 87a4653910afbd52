"""What is live answers: a ship or rollback reaches the next request, and nothing else does."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from alongside.store import runs
from alongside.workbench import Workbench, open_engagement
from web.served import Client, make_engagement, serving, ship

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return make_engagement(tmp_path / "acme")


@pytest.fixture
def terminal(bench: Workbench) -> Iterator[Workbench]:
    """The same engagement, opened by somebody at a terminal."""
    with open_engagement(bench.root) as terminal:
        yield terminal


@pytest.fixture
def client(bench: Workbench) -> Iterator[Client]:
    with serving(bench) as client:
        yield client


def _edit_prompt(bench: Workbench, text: str) -> None:
    (bench.root / "prompts" / "greeting.md").write_text(text)


def _edit_code(bench: Workbench, old: str, new: str) -> None:
    path = bench.root / "workflows" / "all.py"
    path.write_text(path.read_text().replace(old, new))


def _text(client: Client, version: str = "") -> str:
    answer = client.run("greet", {"name": "Dana"}, version=version)
    assert answer.status == 200, answer.body
    return answer.json["answer"]["text"]


def test_from_edit_to_ship_to_rollback(client: Client, bench: Workbench, terminal: Workbench) -> None:
    assert client.run("greet", {"name": "Dana"}).status == 409
    first = ship(terminal)
    assert _text(client) == "Hello Dana"

    _edit_prompt(bench, "Good day")
    _edit_code(bench, "{greeting} {name}", "{greeting}, {name}!")
    assert _text(client) == "Hello Dana"

    second = ship(terminal)
    answer = client.run("greet", {"name": "Dana"}).json
    assert (answer["answer"]["text"], answer["version"]) == ("Good day, Dana!", second)
    assert _text(client, "previous") == _text(client, first[:12]) == "Hello Dana"
    assert _text(client, second) == _text(client, "live") == "Good day, Dana!"
    old = client.run("greet", {"name": "Dana"}, version=first).json
    assert (old["version"], old["released"]) == (first, None)
    assert set(bench.runners.versions) == {first, second}

    terminal.rollback(by="dana", reason="too formal")
    answer = client.run("greet", {"name": "Dana"}).json
    assert (answer["answer"]["text"], answer["version"]) == ("Hello Dana", first)
    live = client.ask("GET", "/status.json").json["live"]
    assert (live["version"], live["kind"], live["reason"]) == (first, "rollback", "too formal")


def test_an_old_version_loses_its_worker_when_nobody_asks_for_it(
    client: Client, bench: Workbench, terminal: Workbench
) -> None:
    shipped = []
    for greeting in ("One", "Two", "Three"):
        _edit_prompt(bench, greeting)
        shipped.append(ship(terminal))
        assert _text(client) == f"{greeting} Dana"
    assert _text(client, shipped[0]) == "One Dana"
    assert set(bench.runners.versions) <= set(shipped)
    assert _text(client) == _text(client) == "Three Dana"
    assert set(bench.runners.versions) == set(shipped[1:])


def test_an_old_version_ends_its_last_run_before_its_worker_goes(
    client: Client, bench: Workbench, terminal: Workbench
) -> None:
    first = ship(terminal)
    with ThreadPoolExecutor(1) as threads:
        slow = threads.submit(client.run, "slow", {"seconds": 3.0})
        while not runs.latest(bench.database, limit=1, workflow="slow", status="running"):
            time.sleep(0.02)
        for greeting in ("Two", "Three"):
            _edit_prompt(bench, greeting)
            ship(terminal)
        assert _text(client) == _text(client) == "Three Dana"
        assert not slow.done()
        assert first in bench.runners.versions
        last = slow.result()
    assert (last.status, last.json["version"]) == (200, first)
    assert _text(client) == _text(client) == "Three Dana"
    assert first not in bench.runners.versions


def test_a_version_stands_beside_the_one_that_it_took_the_place_of(
    client: Client, bench: Workbench, terminal: Workbench
) -> None:
    ship(bench)
    for text in ("Good day", "Welcome"):
        _edit_prompt(bench, text)
        if text == "Welcome":
            terminal.rollback(by="dana", reason="too formal")
        newest = ship(bench)
    shown = client.ask("GET", f"/releases/{newest}.json").json
    assert (shown["shown"]["name"], shown["against"]["name"]) == ("v3", "v1")
