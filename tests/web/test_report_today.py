"""The report says what the record shows of today's promises and cases, whatever is installed and however it was kept."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from alongside.evals import verdict_keys
from alongside.evals.replay import Options
from alongside.store.engagement_file import set_value
from alongside.views.screens.report import report_screen
from alongside.web.reporting import report_file
from alongside.workbench import Workbench, open_engagement
from web.served import Client, make_engagement, serving

pytestmark = pytest.mark.enable_socket

DONE = '\n[[people]]\nname = "Dana"\nrole = "approver"\n\n[[done]]\nname = "greetings are right"\nmeasure = "cases"\nat_least = 0.1\n'


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """Three right greetings, promised, gated and shipped: done."""
    make_engagement(tmp_path / "acme").close()
    with (tmp_path / "acme" / "alongside.toml").open("a") as file:
        file.write(DONE)
    with open_engagement(tmp_path / "acme") as bench:
        for name in ("ann", "bob", "cem"):
            _case(bench, name)
        bench.ship(options=Options(), progress=lambda *_: None, by="dana", reason="first")
        yield bench


@pytest.fixture
def client(bench: Workbench) -> Iterator[Client]:
    with serving(open_engagement(bench.root)) as client:
        yield client


def _case(bench: Workbench, name: str) -> None:
    run = bench.run("greet", name=name)
    bench.judge(run.run, "right", by="dana")
    bench.add_case(run.run, split="held-out", name=name)


def _promise(bench: Workbench, text: str) -> None:
    with (bench.root / "alongside.toml").open("a") as file:
        file.write(text)
    bench.reload()


def _gated(client: Client) -> Any:
    """Hold the working tree against every case, as the button of the page does; return the last that was told."""
    at = client.send("/fix/prove", {"here": "/fix", "act": "prove"}).headers["Location"]
    (*_, last) = client.events(f"/fix/proof/{at.partition('proof=')[2]}/events")
    return last


def test_a_yes_ends_with_the_promises_and_cases_that_it_was_held_against(bench: Workbench) -> None:
    done = report_screen(bench).body
    assert (done.answer, done.since) == ("yes", "")
    assert done.lead.startswith("Yes: v1, live since ")
    assert "meets the one promised line and all 3 lines that are always asked. 3 of 3 checked" in done.lead

    _promise(
        bench,
        '\n[[done]]\nname = "the text is right"\nmeasure = "field:text"\nat_least = 0.9\nowner = "Dana"\n',
    )
    _case(bench, "dan")
    path = next(bench.cases().paths[case.id] for case in bench.active_cases() if case.name == "ann")
    path.write_text(path.read_text().replace("Hello ann", "Hi ann"))
    told = report_screen(bench).body
    assert told.answer == "unknown"
    came = "1 promise is new, 1 case is new and 1 case is changed, and v1 has not been tested on that."
    assert told.lead.startswith(f"v1 met what was promised when it was last tested. Since then {came}")
    assert told.since == "1 promise is new; 1 case is new; 1 case is changed"
    assert "alongside gate" not in told.lead
    (line,) = [one for one in told.checks if one.name == "The text is right"]
    assert (line.status, line.owner) == ("unproven", "Dana")
    assert "nobody has held this version against it" in line.evidence
    assert any(told.since in one for one in told.not_checked)
    for kind in ("html", "md"):
        assert "1 promise is new; 1 case is new; 1 case is changed" in report_file(bench, kind)

    bench.gate(options=Options(), progress=lambda *_: None)
    assert report_screen(bench).body.since == ""
    assert report_screen(bench).body.answer == "not yet"


def test_a_harder_or_dropped_promise_and_a_limit_are_told_too(bench: Workbench) -> None:
    set_value(bench.root, ("limits",), {"seconds_per_run": 9})
    path = bench.root / "alongside.toml"
    path.write_text(path.read_text().replace("at_least = 0.1", "at_least = 0.99"))
    bench.reload()
    told = report_screen(bench).body
    assert (told.answer, told.since) == ("unknown", "1 promise is new; 1 promise is changed")
    (line,) = [one for one in told.checks if one.name == "Greetings are right"]
    assert line.evidence.startswith(
        "now it wants the whole answer right in at least 99 % of cases, before the whole answer right in at least 10 %"
    )
    path.write_text(path.read_text().partition("\n[[done]]")[0])
    bench.reload()
    gone = report_screen(bench).body
    assert gone.since == "1 promise is new; 1 promise is promised no more"
    assert not any(one.name == "Greetings are right" for one in gone.checks)


def test_a_case_that_is_asked_of_more_is_another(bench: Workbench) -> None:
    path = bench.cases().paths[bench.active_cases()[0].id]
    path.write_text("must_pass = true\n" + path.read_text())
    assert bench.cases().errors == ()
    assert report_screen(bench).body.since == "1 case is changed"


def test_a_signature_counts_without_another_gate(bench: Workbench) -> None:
    _promise(bench, '\n[[done]]\nname = "Dana agrees"\nmeasure = "sign-off"\nowner = "Dana"\n')
    version = bench.gate(options=Options(), progress=lambda *_: None).version
    assert report_screen(bench).body.answer == "not yet"
    bench.approve(bench.version(version), promise="Dana agrees", by="Dana")
    signed = report_screen(bench).body
    assert (signed.answer, signed.met, len(signed.checks)) == ("yes", len(signed.checks), signed.met)


def test_a_verdict_of_which_nobody_wrote_down_what_it_was_held_against_is_no_yes(bench: Workbench) -> None:
    (path,) = (bench.state / "verdicts").iterdir()
    told = json.loads(path.read_text())
    del told["held"]
    path.write_text(json.dumps(told))
    assert report_screen(bench).body.answer == "unknown"


def test_another_installation_makes_the_same_report(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = report_file(bench, "html")
    assert "3 of 3" in here
    monkeypatch.setattr(verdict_keys, "parse_version", lambda: "another Pillow")
    verdict_keys._judged_by.cache_clear()  # as in a fresh process
    try:
        assert report_file(bench, "html") == here
    finally:
        monkeypatch.undo()
        verdict_keys._judged_by.cache_clear()


def test_the_releases_page_says_what_came_since(bench: Workbench, client: Client) -> None:
    assert _verdict(client)["since"] == ""
    _case(bench, "dan")
    assert _verdict(client)["since"] == "1 case is new"
    page = client.ask("GET", "/releases", headers={"Accept": "text/html"}).body.decode()
    assert "1 case is new. Nobody has held v1 against that." in page
    assert "Hold v1 against it" in page
    assert _gated(client)["status"] == "done"
    assert _verdict(client)["since"] == ""


def _verdict(client: Client) -> dict[str, object]:
    return client.ask("GET", "/releases.json").json["verdict"]


def test_since_a_roll_back_counts_the_runs_since_and_the_history_says_all(tmp_path: Path) -> None:
    with serving(make_engagement(tmp_path / "acme")) as client:
        terminal = open_engagement(tmp_path / "acme")
        for greeting in ("Hello", "Hi"):
            (tmp_path / "acme" / "prompts" / "greeting.md").write_text(greeting)
            terminal.ship(options=Options(), progress=lambda *_: None, by="dana", reason="x", override=True)
            for _ in range(2):
                assert client.run("greet", {"name": "ann"}).status == 200
        assert client.ask("GET", "/releases.json").json["runs"] == 2
        for name in ("v1", "v2") * 6:
            form = {"confirm": name, "reason": "to <see>" if name == "v1" else ""}
            assert client.send("/releases/rollback", form).headers["Location"] == "/releases?said=back"
        told = client.ask("GET", "/releases.json").json
        assert (told["live"]["name"], told["runs"]) == ("v2", 0)
        assert (told["live"]["words"], told["back"]) == ("moved forward to it again", "back")
        assert [one["did"] for one in told["history"][:2]] == ["forward again", "back again"]
        assert [one["reason"] for one in told["history"][:2]] == ["", "to <see>"]
        assert (len(told["history"]), told["older"]) == (12, 2)
        page = client.ask("GET", "/releases", headers={"Accept": "text/html"}).body.decode()
        assert "2 older moves" in page
        assert "· 0 runs" in page
        whole = client.ask("GET", "/releases.json?history=all").json
        assert (len(whole["history"]), whole["older"]) == (14, 0)
        assert whole["history"][0]["by"]
        decisions = client.ask("GET", "/report.json").json["decisions"]
        assert "to <see>" in [one["why"] for one in decisions]
        terminal.close()


def test_gating_from_the_releases_page_goes_on_where_it_is_watched(client: Client, bench: Workbench) -> None:
    (bench.root / "prompts" / "greeting.md").write_text("Hi")
    page = client.ask("GET", "/releases", headers={"Accept": "text/html"}).body.decode()
    assert 'action="/fix/prove"' in page
    assert _gated(client)["status"] == "done"
    told = _verdict(client)
    assert (told["here"], told["passed"]) == (True, False)


def test_it_is_gated_case_by_case_before_it_is_shipped_with_a_reason(
    client: Client, bench: Workbench
) -> None:
    (bench.root / "prompts" / "greeting.md").write_text("Hello")
    with (bench.root / "alongside.toml").open("a") as file:
        file.write('\n[params]\nk = "2"\n')
    html = {"Accept": "text/html"}
    page = client.ask("GET", "/releases", headers=html).body.decode()
    assert 'action="/fix/prove"' in page
    assert 'id="shipwhy"' not in page
    assert _gated(client)["status"] == "done"
    assert 'id="shipwhy"' in client.ask("GET", "/releases", headers=html).body.decode()
    shown = client.ask("GET", "/releases.json").json["shown"]["id"]
    client.send("/releases/ship", {"version": shown, "reason": "the customer waits"})
    live = client.ask("GET", "/releases.json").json["live"]
    assert (live["name"], live["kind"], live["reason"]) == ("v2", "ship", "the customer waits")


def test_a_report_without_cases_says_so_plainly(tmp_path: Path) -> None:
    with make_engagement(tmp_path / "acme") as bench:
        set_value(bench.root, ("limits",), {"cost_per_run": 0.05})
        bench.reload()
        bench.ship(options=Options(), progress=lambda *_: None, by="dana", reason="x", override=True)
        told = report_screen(bench).body
        assert told.lead.startswith(
            "Nothing has been promised yet, so nobody can say whether v1, live since "
        )
        assert "Open: there is no case to prove it on" in told.lead
        assert [one.status for one in told.checks] == [
            "unmet",
            "unproven",
        ]  # what rests on no case isn't ticked
        assert told.checks[1].evidence == "no case ran, limit $0.05"
        assert sum("promised" in one for one in told.not_checked) == 1
        assert (
            "nothing was live when v1 was tested, so its answers were compared with none" in told.not_checked
        )
        html = report_file(bench, "html")
        assert "V1 has" not in html
        assert "Nothing has been promised yet." in html
        assert "Nobody knows: no case was replayed" in html
        assert "No version has been held against a case that counts" in report_file(bench, "md")
        with serving(open_engagement(tmp_path / "acme")) as client:
            page = client.ask("GET", "/releases", headers={"Accept": "text/html"}).body.decode()
            assert "v1 has not been held against any case that counts" in page


def test_runs_without_an_answer_are_told_apart_from_answers(bench: Workbench) -> None:
    bench.run("greet", name="dan")
    failed = bench.run("fail", name="x")
    bench.judge(failed.run, "wrong", by="dana")
    told = report_screen(bench).body
    assert (told.answered, told.unanswered, told.judged) == (4, 1, 3)
    assert "1 of 5 runs (20 %) gave no answer. Nobody has judged 1 of 4 answers." in told.lead
    for kind in ("html", "md"):
        assert "1 of 5 runs (20 %) gave no answer" in report_file(bench, kind)
    assert json.loads(report_file(bench, "json"))["unanswered"] == 1
