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


def test_a_broken_file_is_named_on_every_screen_while_looking_and_judging_go_on(
    client: Client, bench: Workbench
) -> None:
    ship(bench)
    run = client.run("greet", {"name": "ann"}).json["run"]
    _append(bench, "\n[[done]\nname = ")
    for path in (
        "/",
        "/runs",
        f"/runs/{run}",
        "/releases",
        "/watch",
        "/cases",
        "/fix",
        "/documents",
        "/people",
    ):
        page = client.ask("GET", path, headers={"Accept": "text/html"})
        assert page.status == 200, path
        assert "alongside.toml can&#39;t be read: Expected" in page.body.decode(), path
        assert "line 3" in page.body.decode(), path
    assert "still holds" in client.ask("GET", "/index.json").json["unread"]
    said = {"judgement": "wrong", "field": "text", "expected": "Hi Ann", "note": "too stiff"}
    assert client.send(f"/runs/{run}/judge", said).status == 303
    assert [word["note"] for word in client.ask("GET", f"/runs/{run}").json["feedback"]] == ["too stiff"]
    assert len(bench.cases().cases) == 1
    case = bench.cases().cases[0].id
    for path in ("/releases/gate", "/releases/ship", "/fix/prove", "/fix/ship", f"/cases/{case}/expect"):
        refused = client.send(path, {"version": "-"})
        assert (refused.status, b"error[toml-syntax]" in refused.body) == (422, True), path
    assert client.run("greet", {"name": "ann"}).json["answer"]["text"] == "Hello ann"
    assert client.ask("GET", "/app", headers={"Accept": "text/html"}).status == 200
    path = bench.root / "alongside.toml"
    path.write_text(path.read_text().partition("\n[[done]")[0])
    assert "unread" not in client.ask("GET", "/releases.json").json
    assert "still holds" not in client.ask("GET", "/", headers={"Accept": "text/html"}).body.decode()


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
