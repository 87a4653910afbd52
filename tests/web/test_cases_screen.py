"""The cases' matrix and a case's pane, over HTTP: marks by version, failure modes, and acts that write the case's file."""

from pathlib import Path
from typing import Any

import pytest

from alongside.evals.adding import freeze
from alongside.evals.replay import Options
from alongside.evals.verdict_keys import verdict_key
from alongside.store import versions
from alongside.store.case_files import write_case
from alongside.workbench import Workbench
from web.fixable import FIXED, PROMPT, case_ids, get, led, post, twin
from web.served import Client, make_engagement, serving, sign_in

pytestmark = pytest.mark.enable_socket


def _rows(shown: Any) -> dict[str, list[str]]:
    return {row["name"]: row["marks"] for group in shown["groups"] for row in group["rows"]}


def test_each_case_under_each_version_by_what_went_wrong(client: Client, bench: Workbench) -> None:
    (bench.root / PROMPT).write_text(FIXED)
    bench.replay(options=Options(), progress=lambda *_: None)
    shown: Any = twin(client, "/cases.json")
    assert (shown["columns"][0]["name"], shown["columns"][0]["about"]) == ("v1", "live")
    assert [(one["right"], one["n"], one["draft"]) for one in shown["columns"]] == [
        (1, 4, False),
        (4, 4, True),
    ]
    assert {one["mode"]: one["size"] for one in shown["groups"]} == {
        "vat is missing!": 2,
        "Amount due wrong, no note": 1,
    }
    assert _rows(shown) == {name: ["wrong", "right"] for name in ("osprey", "fellgate", "marram")}
    everything: Any = twin(client, "/cases.json?show=all")
    assert _rows(everything)["caldbeck"] == ["right", "right"]
    assert shown["goal"] == 0.1
    page = get(client, "/cases")
    assert "right on 1 of 4" in page


def test_a_draft_that_was_thrown_away_shapes_nothing(client: Client, bench: Workbench) -> None:
    before: Any = twin(client, "/cases.json")
    text = (bench.root / PROMPT).read_text()
    (bench.root / PROMPT).write_text("Nothing of use")
    bench.replay(options=Options(), progress=lambda *_: None)
    tried: Any = twin(client, "/cases.json")
    assert [one["about"] for one in tried["columns"]] == ["live", "draft"]
    assert tried["failed"] > before["failed"]
    (bench.root / PROMPT).write_text("Nothing of use yet")
    mending: Any = twin(client, "/cases.json")
    assert [one["about"] for one in mending["columns"]] == ["live", "last draft"]
    assert (mending["failed"], mending["modes"]) == (tried["failed"], tried["modes"])
    (bench.root / PROMPT).write_text(text)
    after: Any = twin(client, "/cases.json")
    assert [one["about"] for one in after["columns"]] == ["old draft", "live"]
    assert (after["failed"], after["modes"]) == (before["failed"], before["modes"])
    everything: Any = twin(client, "/cases.json?show=all")
    assert {one["mode"]: one["size"] for one in everything["groups"]}["Failed in old drafts only"] == 1
    assert "3 ever failed; 1 more in old drafts only" in get(client, "/cases")


def _old(shown: Any) -> set[str]:
    return {row["name"] for group in shown["groups"] for row in group["rows"] if any(row["old"])}


def test_a_replay_that_asks_anew_loses_no_column_and_what_it_judged_is_new(
    client: Client, bench: Workbench
) -> None:
    v1, _ = bench.snapshot(), (bench.root / PROMPT).write_text(FIXED)
    bench.replay(options=Options(), progress=lambda *_: None)
    bench.replay(options=Options(refresh=True), progress=lambda *_: None, baseline=bench.snapshot())
    shown: Any = twin(client, "/cases.json?show=all")
    assert [(one["version"], one["n"], one["old"]) for one in shown["columns"]] == [
        (v1.id, 4, 4),
        (bench.snapshot().id, 4, 0),
    ]
    assert _rows(shown)["osprey"] == ["wrong", "right"]


def test_another_version_of_the_judge_leaves_every_mark_as_it_was(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    before: Any = twin(client, "/cases.json?show=all")
    assert '<span class="faint">old</span>' not in get(client, "/cases?show=all")
    monkeypatch.setattr("alongside.evals.verdict_keys._judged_by", lambda: "of tomorrow")
    after: Any = twin(client, "/cases.json?show=all")
    assert _rows(after) == _rows(before)
    assert (before["columns"][0]["old"], after["columns"][0]["old"]) == (0, 4)
    assert ' %<br><span class="faint">old</span></td>' in get(client, "/cases?show=all")


def test_a_case_that_no_version_judged_is_not_said_to_have_never_failed(
    client: Client, bench: Workbench
) -> None:
    inputs = {"text": "supplier: new"}
    case = freeze("invoice", inputs, {"amount_due": 1}, run="", name="new", group="", held_out=0.0)
    write_case(bench.root, case)
    shown: Any = twin(client, "/cases.json?show=all")
    assert [group["mode"] for group in shown["groups"]][-2:] == ["Never failed", "Not judged yet"]
    assert [row["name"] for row in shown["groups"][-1]["rows"]] == ["new"]


def test_draws_that_disagree_are_flaky(client: Client, bench: Workbench) -> None:
    case = next(case for case in bench.cases().cases if case.name == "caldbeck")
    live = versions.pointer(bench.database).live
    key = verdict_key(case)
    bench.database.write(
        lambda c: (
            c.execute(
                "INSERT INTO verdict SELECT version, key || '/1', run, replace(result, '\"passed\": true', "
                "'\"passed\": false'), at, case_id, standing FROM verdict WHERE version = ? AND key = ?",
                (live, key),
            ).rowcount
        )
    )
    shown: Any = twin(client, "/cases.json")
    assert _rows(shown)["caldbeck"] == ["flaky"]


def test_an_expectation_that_was_edited_makes_old_verdicts_pale(client: Client, bench: Workbench) -> None:
    case = case_ids(bench)["osprey"]
    path = bench.cases().paths[case]
    path.write_text("# why this one matters\n" + path.read_text())
    seen = twin(client, f"/cases/{case}.json")["chosen"]["expectation"]["seen"]  # type: ignore[index]
    edit = {"e:amount_due": "121", "field": "supplier", "value": "Osprey Ltd", "seen": seen}
    unsaid = post(client, f"/cases/{case}/expect", page=True, here=f"/cases/{case}", **{**edit, "field": ""})
    page = unsaid.body.decode()
    assert "choose the field beside it" in page
    assert 'value="Osprey Ltd"' in page
    assert led(post(client, f"/cases/{case}/expect", here=f"/cases/{case}", **edit)) == {"did": "saved"}
    text = path.read_text()
    assert text.startswith("# why this one matters\n")
    assert "amount_due = 121\n" in text
    assert 'supplier = "Osprey Ltd"' in text
    shown: Any = twin(client, f"/cases/{case}.json")
    assert shown["chosen"]["results"][0]["text"] == "wrong"  # its run's own answer, held against that at once
    assert _old(twin(client, "/cases.json?show=all")) == set()
    path.write_text(path.read_text().replace("121\n", "122\n"))
    shown = twin(client, f"/cases/{case}.json")
    assert _rows(twin(client, "/cases.json?show=all"))["osprey"] == ["wrong"]
    assert _old(twin(client, "/cases.json?show=all")) == {"osprey"}
    assert "wrong, before the case or what judges it changed" in get(client, "/cases")
    assert shown["chosen"]["results"][0]["text"] == "not judged since"
    assert shown["chosen"]["standing"] == ["none", "not judged since; wrong in v1 before"]
    forget = {
        "e:amount_due": "122",
        "f:amount_due": "1",
        "e:supplier": "",
        "seen": shown["chosen"]["expectation"]["seen"],
    }
    post(client, f"/cases/{case}/expect", **forget)
    changed = next(one for one in bench.cases().cases if one.id == case)
    assert changed.expected == {"supplier": None}


def test_must_pass_and_retiring_write_the_file_and_lose_no_edit(client: Client, bench: Workbench) -> None:
    case = case_ids(bench)["osprey"]
    shown: Any = twin(client, f"/cases/{case}.json")
    seen = shown["chosen"]["expectation"]["seen"]
    assert led(post(client, f"/cases/{case}/must-pass", must_pass="1", seen=seen, here="/cases")) == {
        "did": "saved"
    }
    assert next(one for one in bench.cases().cases if one.id == case).must_pass
    assert post(client, f"/cases/{case}/retire", reason=" ", seen=seen).code == "reason-missing"
    assert led(post(client, f"/cases/{case}/retire", reason="the vendor is gone", seen=seen)) == {
        "did": "retired"
    }
    assert next(
        one for one in bench.cases().cases if one.id == case
    ).must_pass  # another field than the reason
    late = post(client, f"/cases/{case}/retire", reason="a duplicate", seen=seen)
    assert (late.status, late.code) == (409, "changed-meanwhile")
    page = post(client, f"/cases/{case}/retire", page=True, reason="a duplicate", seen=seen).body.decode()
    assert "the vendor is gone" in page
    assert "Keep theirs" in page
    assert case not in [one.id for one in bench.active_cases()]
    retired: Any = twin(client, "/cases.json?show=retired")
    assert list(_rows(retired)) == ["osprey"]
    assert "the vendor is gone" in get(client, f"/cases/{case}")
    again: Any = twin(client, f"/cases/{case}.json")
    assert post(client, f"/cases/{case}/revive", seen=again["chosen"]["expectation"]["seen"]).status == 303
    assert case in [one.id for one in bench.active_cases()]


def test_a_case_says_where_it_came_from_and_how_each_version_does(client: Client, bench: Workbench) -> None:
    case = case_ids(bench)["fellgate"]
    shown: Any = twin(client, f"/cases/{case}.json")
    chosen = shown["chosen"]
    assert (chosen["by"], chosen["note"], chosen["split"]) == ("dana", "vat is missing!", "held-out")
    assert chosen["results"][0]["mark"] == "wrong"
    assert "expected 165.0" in chosen["results"][0]["reasons"][0]
    assert shown["command"] == f"alongside case show {case}"
    assert client.ask("GET", "/cases/none.json").status == 404


def test_viewers_look_and_reviewers_edit(client: Client, bench: Workbench) -> None:
    case = case_ids(bench)["osprey"]
    shown: Any = twin(client, f"/cases/{case}.json")
    act = {"must_pass": "1", "seen": shown["chosen"]["expectation"]["seen"]}
    viewer = sign_in(bench, client, "Vera", "viewer")
    assert post(client, f"/cases/{case}/must-pass", who=viewer, **act).status == 403
    assert "Retire" not in get(client, f"/cases/{case}", who=viewer).partition('class="pane sunk')[2]
    reviewer = sign_in(bench, client, "Rita", "reviewer")
    assert post(client, f"/cases/{case}/must-pass", who=reviewer, **act).status == 303


def test_nothing_yet(tmp_path: Path) -> None:
    with serving(make_engagement(tmp_path / "acme")) as client:
        assert "There is no case yet" in get(client, "/cases")
        assert twin(client, "/cases.json")["groups"] == []


def test_hostile_names_stay_text(client: Client, bench: Workbench) -> None:
    path = bench.cases().paths[case_ids(bench)["osprey"]]
    path.write_text(path.read_text().replace('name = "osprey"', 'name = "<script>alert(1)</script>"'))
    (bench.root / "cases" / "bad.toml").write_text("<script>alert(2)</script>")
    page = get(client, "/cases")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
