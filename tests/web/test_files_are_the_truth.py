"""An edit of `alongside.toml` counts at once: for every screen and act, and for the next run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from alongside.workbench import Workbench, open_engagement
from web.served import Client, make_engagement, serving, ship

pytestmark = pytest.mark.enable_socket

PROMISE = '\n[[people]]\nname = "Lena"\nrole = "approver"\n\n[[done]]\nname = "legal agrees"\nmeasure = "sign-off"\nowner = "Lena"\n'
ASKS = 'from alongside import chat, workflow\n\n\n@workflow\ndef answer(name: str) -> str:\n    return chat(name, model="far").text\n'
MODEL = '\n[models.far]\nbase_url = "http://127.0.0.1:9/v1"\nmodel = "m"\nregion = "us"\n'


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return make_engagement(tmp_path / "acme")


@pytest.fixture
def client(bench: Workbench) -> Iterator[Client]:
    with serving(bench) as client:
        yield client


def _append(bench: Workbench, text: str) -> None:
    path = bench.root / "alongside.toml"
    path.write_text(path.read_text() + text)


def test_the_gate_in_the_browser_holds_the_promises_of_now(client: Client, bench: Workbench) -> None:
    run = bench.run("greet", name="ann")
    bench.judge(run.run, "right", by="dana")
    bench.add_case(run.run, split="held-out", name="ann")
    shown = client.ask("GET", "/releases.json").json["shown"]["id"]
    _append(bench, PROMISE)
    client.send("/releases/gate", {"version": shown})
    gated = client.ask("GET", "/releases.json").json
    assert [row["name"] for row in gated["verdict"]["checks"] if row["status"] != "met"] == ["Legal agrees"]
    assert [one["promise"] for one in gated["sign_offs"]] == ["legal agrees"]
    assert client.send("/releases/ship", {"version": shown}).headers["Location"] == "/releases?said=closed"
    _append(bench, '[params]\nk = "2"\n')
    assert client.ask("GET", "/releases.json").json["shown"]["id"] != shown  # parameters make another version


def test_a_limit_written_while_serving_is_shown(client: Client, bench: Workbench) -> None:
    ship(bench)
    client.run("greet", {"name": "ann"})
    assert client.ask("GET", "/report.json").json["limit"] is None
    _append(bench, "\n[limits]\ncost_per_run = 0.25\n")
    assert client.ask("GET", "/report.json").json["limit"] == 0.25
    panels = client.ask("GET", "/watch.json").json["panels"]
    assert any("limit $0.25" in one["unit"] for one in panels)


def test_a_broken_file_is_named_on_every_screen_and_users_are_served_on(
    client: Client, bench: Workbench
) -> None:
    ship(bench)
    _append(bench, "\n[[done]\nname = ")
    for path in ("/", "/releases", "/watch", "/report", "/cases", "/fix"):
        answer = client.ask("GET", path, headers={"Accept": "text/html"})
        assert answer.status == 422, path
        assert "error[toml-syntax]" in answer.body.decode(), path
        assert "alongside.toml" in answer.body.decode(), path
    assert client.send("/releases/gate", {"version": "-"}).status == 422
    assert client.ask("GET", "/releases.json").code == "toml-syntax"
    assert client.run("greet", {"name": "ann"}).json["answer"]["text"] == "Hello ann"
    assert client.ask("GET", "/app", headers={"Accept": "text/html"}).status == 200
    path = bench.root / "alongside.toml"
    path.write_text(path.read_text().partition("\n[[done]")[0])
    assert client.ask("GET", "/releases.json").status == 200


def test_a_limit_written_while_a_worker_runs_holds_its_versions_next_run(tmp_path: Path) -> None:
    make_engagement(tmp_path / "acme").close()
    (tmp_path / "acme" / "workflows" / "asks.py").write_text(ASKS)
    with (tmp_path / "acme" / "alongside.toml").open("a") as file:
        file.write(MODEL)
    with open_engagement(tmp_path / "acme") as bench:
        version = bench.snapshot()
        assert bench.run("greet", version=version, name="ann").status == "done"
        _append(bench, '\n[limits]\nregions = ["eu"]\n')
        bench.reload()
        refused = bench.run("answer", version=version, name="ann")
        assert "region" in refused.error
        assert refused.exit_code == 4
        assert bench.runners.versions == (version.id,)
