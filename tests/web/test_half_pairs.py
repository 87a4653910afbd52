"""Half a surrogate pair over HTTP: refused by name, and what was stored before takes no page down."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from alongside.core.digest import digest
from alongside.core.run import Run
from alongside.store import runs
from web.served import Client, form, make_engagement, serving, ship

pytestmark = pytest.mark.enable_socket

KEPT = json.dumps("was \ud83d kept").encode()
PAGES = ("/", "/runs", "/runs/run_01hf3k9zabcdefgh", "/watch", "/cases", "/report", "/status.json")


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    bench = make_engagement(tmp_path / "acme")
    version, kept = ship(bench), digest(KEPT)
    bench.blobs.put(KEPT)
    old = Run(
        "run_01hf3k9zabcdefgh",
        "greet",
        version,
        "serve",
        "",
        {"name": kept},
        "done",
        kept,
        "",
        1.0,
        0.1,
        0,
        0,
        0.1,
    )
    bench.database.write(lambda connection: runs.save(connection, old))
    with serving(bench) as client:
        yield client


def test_an_input_is_refused_by_name_and_no_page_falls(client: Client) -> None:
    answer = client.run("greet", {"name": "bad \ud83d text"})
    assert (answer.status, answer.code) == (400, "broken-text")
    assert "name holds" in answer.json["error"]["message"]
    body, header = form({"inputs": '{"name": "\\ud83d"}'})
    assert client.ask("POST", "/run/greet", body, header).code == "broken-text"
    said = client.ask("POST", "/runs/run_01hf3k9zabcdefgh/feedback", {"judgement": "wrong", "note": "\ud83d"})
    assert said.code == "broken-text"
    for page in PAGES:
        for accept in ("text/html", "application/json"):
            assert client.ask("GET", page, headers={"Accept": accept}).status == 200, page
    assert client.run("greet", {"name": "kim"}).status == 200
