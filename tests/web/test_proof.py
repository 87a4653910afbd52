"""Releases, watch and report: over HTTP and at the command line."""

import getpass
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from alongside.core.engagement import Limits, Person
from alongside.store import runs
from alongside.store.export import export, import_
from alongside.workbench import Workbench, open_engagement
from alongside.workbench.counted import Memory
from alongside.workbench.watching import Traffic, watched
from web.served import Answer, Client, make_engagement, serving, ship

pytestmark = pytest.mark.enable_socket

DONE = """
[[people]]
name = "{who}"
role = "admin"

[[done]]
name = "greetings are right"
measure = "cases"
at_least = 0.1

[[done]]
name = "the host agrees"
measure = "sign-off"
owner = "{who}"
"""


def made(root: Path) -> Workbench:
    """Greetings: two are right and one is wrong; three cases, and nothing live."""
    make_engagement(root, customer="Acme <b>").close()
    with (root / "alongside.toml").open("a") as file:
        file.write(DONE.format(who=getpass.getuser()))
    bench = open_engagement(root)
    for name in ("ann", "bob", "cem"):
        run = bench.run("greet", name=name)
        if name == "cem":
            bench.judge(run.run, "wrong", field="text", expected="Hi cem", by="dana", note="too <stiff>")
        else:
            bench.judge(run.run, "right", by="dana")
        bench.add_case(run.run, split="held-out", name=name)
    return bench


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return made(tmp_path / "acme")


@pytest.fixture
def client(bench: Workbench) -> Iterator[Client]:
    with serving(bench) as client:
        yield client


def post(client: Client, act: str, **said: str) -> Answer:
    """Send a form as a browser would, for the version that the page shows."""
    shown = client.ask("GET", "/releases.json").json["shown"]["id"]
    form = urlencode({"version": shown} | said).encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return client.ask("POST", f"/releases/{act}", form, kind)


def page(client: Client, path: str) -> str:
    answer = client.ask("GET", path, headers={"Accept": "text/html"})
    assert answer.status == 200, answer.body
    return answer.body.decode()


def test_an_empty_engagement_says_what_to_do(tmp_path: Path) -> None:
    with serving(make_engagement(tmp_path / "empty")) as client:
        releases = client.ask("GET", "/releases.json").json
        assert (releases["verdict"], releases["live"], releases["fields"]) == (None, None, [])
        assert "alongside gate" in page(client, "/releases")
        assert client.ask("GET", "/watch.json").json["panels"] == []
        assert "alongside ship" in page(client, "/watch")
        report = client.ask("GET", "/report.json").json
        assert (report["answer"], report["lead"], report["at"]) == ("not yet", "Not yet: nothing is live.", 0)
        assert "Nothing has been promised yet." in page(client, "/report")


def test_gate_sign_ship_compare_accept_and_roll_back(client: Client, bench: Workbench) -> None:
    assert post(client, "gate").headers["Location"] == "/releases?said=gated"
    gated = client.ask("GET", "/releases.json").json
    assert (gated["verdict"]["here"], "1 of " in gated["can_ship"]) == (True, True)
    assert [row["name"] for row in gated["verdict"]["checks"] if row["status"] != "met"] == [
        "The host agrees"
    ]
    refused = page(client, "/releases").partition('id="whynot">')[2].partition("</p>")[0]
    assert ('href="#sign">Sign</a>' in refused, "/releases#sign" in page(client, "/fix")) == (True, True)
    assert post(client, "ship").headers["Location"] == "/releases?said=closed"
    post(client, "sign", promise="the host agrees")
    signed = client.ask("GET", "/releases.json").json
    assert (signed["can_ship"], signed["verdict"]["passed"]) == ("", True)  # held again at once: nothing ran
    assert post(client, "ship").headers["Location"] == "/releases?said=shipped"
    live = client.ask("GET", "/releases.json").json
    assert (live["live"]["name"], live["live"]["by"], live["live"]["kind"]) == (
        "v1",
        getpass.getuser(),
        "ship",
    )
    assert "is live already" in live["can_ship"]

    (bench.root / "prompts" / "greeting.md").write_text("Hi")
    older = client.ask("GET", "/releases.json").json
    assert (older["verdict"]["here"], older["verdict"]["of"], older["unjudged"]) == (False, "v1", 3)
    assert older["changes"] == ["prompts/greeting.md"]
    assert "has not been gated" in page(client, "/releases")
    post(client, "gate")
    worse = client.ask("GET", "/releases.json").json
    assert [len(worse[kind]) for kind in ("fixed", "broken")] == [1, 2]
    whole, told = worse["fields"][0], worse["summary"]
    assert (whole["now"]["right"], whole["before"]["right"], whole["won"], whole["lost"]) == (1, 2, 1, 2)
    assert whole["words"] == "1 fixed, 2 broken: no difference shown"
    assert told.startswith("2 cases broke, 1 case was fixed. Of 3 cases 3 count for the comparison; on those")
    assert "between" in page(client, "/releases")
    for case in worse["broken"]:
        post(client, "accept", case=case["id"], reason="greetings are short now")
    taken = client.ask("GET", "/releases.json").json
    assert all("greetings are short now" in case["accepted"] for case in taken["broken"])
    assert post(client, "ship", override="1", reason="").status == 400
    post(client, "ship", override="1", reason="<i>said</i> so")
    assert client.ask("GET", "/releases.json").json["live"]["kind"] == "override"

    assert post(client, "rollback", confirm="v2").headers["Location"] == "/releases?said=mistyped"
    assert post(client, "rollback", confirm="v1").headers["Location"] == "/releases?said=back"
    shown = client.ask("GET", "/releases/v2.json?with=v1").json
    assert (shown["live"]["name"], shown["shown"]["name"], shown["against"]["name"]) == ("v1", "v2", "v1")
    assert [one["kind"] for one in shown["history"]] == ["rollback", "override", "ship"]
    told = page(client, "/releases/v2?with=v1")
    assert ("&lt;i&gt;said" in told, "<i>said" in told) == (True, False)


def test_who_signs_in_a_terminal_has_signed_on_every_page(client: Client, bench: Workbench) -> None:
    post(client, "gate")
    assert ("The gate says no" in page(client, "/"), "waits for" in page(client, "/fix")) == (True, True)
    assert client.ask("GET", "/fix.json").json["gate"]["may"] is False

    who = ["--by", getpass.getuser(), "--engagement", str(bench.root)]
    command = [sys.executable, "-m", "alongside", "release", "approve", *who]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    assert client.ask("GET", "/releases.json").json["verdict"]["passed"] is True
    gate = client.ask("GET", "/fix.json").json["gate"]
    assert (gate["may"], gate["why"]) == (True, "")
    assert [one["mark"] for one in gate["lines"] if one["name"] == "The host agrees"] == ["right"]
    assert "waits for" not in page(client, "/fix")
    assert "The gate says no" not in page(client, "/")


def test_a_form_about_another_tree_does_nothing(client: Client, bench: Workbench) -> None:
    for act in ("gate", "ship", "accept"):
        answer = post(client, act, version="0" * 64, reason="x")
        assert answer.headers["Location"] == "/releases?said=moved"
    assert client.ask("GET", "/releases.json").json["live"] is None


REFUSED = {
    "viewer": {"gate", "ship", "rollback", "sign", "accept"},
    "reviewer": {"gate", "ship", "rollback", "accept"},
    "engineer": {"accept"},
}


def test_who_may_do_what(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for role, refused in REFUSED.items():
        for module in ("roles", "releasing"):
            monkeypatch.setattr(f"alongside.web.{module}.person_of", lambda _, r=role: Person("vi", r))
        told = {act: post(client, act, version="-") for act in ("gate", "ship", "rollback", "sign", "accept")}
        denied = {
            act for act, answer in told.items() if answer.status == 403 and answer.code == "not-allowed"
        }
        assert denied == refused
        assert post(client, "ship", override="1", reason="because").status == 403


def test_the_watch_counts_runs_words_and_time_by_version(client: Client, bench: Workbench) -> None:
    ship(bench)
    before = client.ask("GET", "/watch.json?t=1h").json
    assert client.run("greet", {"name": "dan"}).status == 200
    told = client.ask("GET", "/watch.json?t=1h").json
    assert (told["runs"], before["runs"], told["range"]) == (4, 3, "1h")
    (row,) = told["versions"]
    assert (row["name"], row["runs"], row["right"], row["wrong"], row["none"]) == ("v1", 4, 2, 1, 1)
    assert row["p50"] <= row["p95"]
    assert [line["name"] for line in told["releases"]] == ["v1"]
    wrong = next(one for one in told["panels"] if one["title"] == "Judged wrong")
    assert (wrong["headline"], wrong["unit"]) == ("33.3 %", "1 of 3 judged")
    assert "between" in wrong["says"]
    html = page(client, "/watch")
    assert html.count('role="img"') == len(told["panels"]) == 8
    assert "style=" not in html
    word = client.ask("GET", "/runs.json?word=wrong").json["rows"][0]["id"]
    assert client.ask("POST", f"/runs/{word}/feedback", {"judgement": "right", "field": "text"}).status == 201
    assert client.ask("GET", "/watch.json?t=1h").json["versions"][0]["wrong"] == 0  # a word said since counts


def test_settled_stretches_are_counted_once_and_the_same(bench: Workbench) -> None:
    with bench:
        (run, *_) = runs.latest(bench.database, limit=1, mode="new")
        start = run.started // 60 * 60 - 600
        memory, now = Memory(), bench.clock()

        def look(start: float, now: float) -> Traffic:
            edges = tuple(start + 60.0 * at for at in range(31))
            return watched(memory, bench.database, edges, limits=Limits(), now=now)

        fresh, settled, again = (look(start, now + late) for late in (0, 86400, 86400))
        assert fresh.seen == settled.seen == again.seen
        shifted = look(start - 120, now + 86400)
        assert [sum(one.runs for one in side.stretches) for side in (shifted, fresh)] == [3, 3]


def report(root: Path, to: Path, **env: str) -> bytes:
    command = [sys.executable, "-m", "alongside", "report", "--engagement", str(root), "--to", str(to)]
    subprocess.run(command, check=True, env={**os.environ, **env}, capture_output=True, timeout=60)
    return to.read_bytes()


def test_the_report_is_the_same_to_the_byte_elsewhere(bench: Workbench, tmp_path: Path) -> None:
    with bench:
        ship(bench)
        (bench.root / "prompts" / "greeting.md").write_text("Hi")
        ship(bench)
        export(bench.root, tmp_path / "acme.tar")
    import_(tmp_path / "acme.tar", tmp_path / "elsewhere" / "other")
    here = report(bench.root, tmp_path / "here.html", TZ="UTC", LC_ALL="C.UTF-8")
    there = report(tmp_path / "elsewhere" / "other", tmp_path / "there.html", TZ="Asia/Tokyo", LC_ALL="de_DE")
    assert here == there
    text = here.decode()
    assert "Not yet: v2, live since " in text
    assert "text said “Hello cem”, should say “Hi cem”" in text
    assert "“too &lt;stiff&gt;”" in text
    assert "right since v2" in text
    for forbidden in ("<script", 'href="/', 'src="/', "http://", "<b>:"):
        assert forbidden not in text, forbidden


def test_the_report_has_twins_and_is_a_page(client: Client, bench: Workbench) -> None:
    ship(bench)
    told = client.ask("GET", "/report.json").json
    assert told["answer"] == "not yet"
    assert told["lead"].startswith("Not yet: v1, live since ")
    assert "waits for" in told["lead"]
    assert [one["kind"] for one in [told["live"]]] == ["override"]
    assert told["decisions"][0]["why"] == "<first>"
    html, markdown = page(client, "/report"), client.ask("GET", "/report.md").body.decode()
    assert "&lt;first&gt;" in html
    assert "\\<first\\>" in markdown
    assert told["lead"].partition(" (")[0] in markdown
    assert "alongside report" in html
    file = client.ask("GET", "/report.html")
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert told["record"] in file.body.decode()
