"""The inbox and what is said from it: what waits, the least sure first; a word, a case, and the way back."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from alongside.evals.replay import Options
from alongside.workbench import Workbench
from web.long_run import add_long_run
from web.served import TOKEN, Answer, Client, make_engagement, serving, ship, sign_in

pytestmark = pytest.mark.enable_socket

PAGE = {"Accept": "text/html"}


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return make_engagement(tmp_path / "acme")


@pytest.fixture
def client(bench: Workbench) -> Iterator[Client]:
    ship(bench)
    with serving(bench) as client:
        yield client


def act(client: Client, path: str, said: Mapping[str, str] | None = None) -> Answer:
    given = {"Content-Type": "application/x-www-form-urlencoded"} | PAGE
    return client.ask("POST", path, urlencode(said or {}).encode(), given)


def inbox(client: Client, query: str = "") -> Any:
    return client.ask("GET", f"/index.json{query}").json


def groups(client: Client) -> dict[str, list[str]]:
    return {one["name"]: [item["key"] for item in one["items"]] for one in inbox(client)["groups"]}


def greeted(client: Client, name: str = "Dana") -> str:
    return client.run("greet", {"name": name}).json["run"]


def test_nothing_waits_and_the_next_step_is_said(client: Client) -> None:
    assert inbox(client)["groups"] == []
    assert inbox(client)["selected"] is None
    assert b"alongside run WORKFLOW FILE" in client.ask("GET", "/", headers=PAGE).body


def test_an_empty_engagement_says_what_to_do_first(bench: Workbench) -> None:
    with serving(bench) as client:
        page = client.ask("GET", "/", headers=PAGE).body
        assert b"Nothing has run here yet" in page
        assert b"Send a review link" not in page
        assert (
            b'href="/app"' not in page.partition(b"<main")[2].partition(b'class="me"')[0]
        )  # nothing is live
        ship(bench)
        for path in ("/", "/runs", "/documents"):
            assert b'class="btn" href="/app"' in client.ask("GET", path, headers=PAGE).body
        assert b"Every answer is judged" not in page


def test_what_the_gate_misses_is_said_as_missing(client: Client, bench: Workbench) -> None:
    right, _ = greeted(client, "Ann"), greeted(client, "Bo")
    act(client, f"/runs/{right}/judge", {"judgement": "right", "case": "1"})
    (bench.root / "prompts" / "greeting.md").write_text("Hullo")
    assert not bench.gate(options=Options(), progress=lambda *_: None).passed
    (item,) = next(one["items"] for one in inbox(client)["groups"] if one["name"] == "The gate says no")
    assert "may not ship: cases broke" in item["title"]
    assert "nothing broken" not in item["title"]
    other = greeted(client, "Cy")
    act(client, f"/runs/{other}/judge", {"judgement": "right", "case": "1"})
    (item,) = next(one["items"] for one in inbox(client)["groups"] if one["name"] == "The gate says no")
    assert item["sub"].startswith("Asked when there was 1 case, now 2: ask again.")


def test_a_command_in_the_gates_advice_shows_as_one(client: Client, bench: Workbench) -> None:
    toml = bench.root / "alongside.toml"
    promise = '\n[[done]]\nname = "enough"\nmeasure = "cases"\nat_least = 0.9\n'
    toml.write_text(toml.read_text() + promise)
    right = greeted(client, "Ann")
    act(client, f"/runs/{right}/judge", {"judgement": "right", "case": "1"})
    assert not bench.gate(options=Options(), progress=lambda *_: None).passed
    assert "`alongside" in inbox(client, "?at=gate")["selected"]["facts"][0]["text"]
    page = client.ask("GET", "/?at=gate", headers={"Accept": "text/html"}).body.decode()
    assert "<code>alongside case" in page
    assert "`alongside" not in page


def test_find_or_do_knows_acts_by_role_runs_and_cases(client: Client, bench: Workbench) -> None:
    run = greeted(client, "Zelda")
    act(client, f"/runs/{run}/judge", {"judgement": "right", "case": "1"})
    (case,) = bench.cases().cases

    def found(text: str, headers: Mapping[str, str] | None = None) -> list[tuple[str, str]]:
        answer = client.ask(
            "GET", f"/find.json?{urlencode({'q': text})}", headers=headers, token="" if headers else TOKEN
        )
        return [(one["kind"], one["href"]) for one in answer.json["found"]]

    assert ("run", f"/runs/{run}") in found("zeld")
    assert ("run", f"/runs/{run}") in found(run[:12])
    assert found(case.id) == [("case", f"/cases/{case.id}")]
    assert found("ship a") == [("act", "/releases")]
    viewer = sign_in(bench, client, "Looker", "viewer")
    assert found("ship a", viewer) == []
    assert ("run", f"/runs/{run}") in found("zeld", viewer)


def test_an_answer_waits_until_somebody_says_a_word(client: Client) -> None:
    first, second = greeted(client, "Ann"), greeted(client, "Bo")
    assert groups(client) == {"To judge": [second, first]}
    assert inbox(client)["selected"]["run"] == second
    assert inbox(client)["next"] == f"/?at={first}#selected"
    answer = act(client, f"/runs/{second}/judge", {"judgement": "right", "next": inbox(client)["next"]})
    assert answer.status == 303
    assert answer.headers["Location"].startswith(f"/?at={first}&said=fb_")
    assert groups(client) == {"To judge": [first], "Judged today": [second]}
    page = client.ask("GET", answer.headers["Location"], headers=PAGE).body.decode()
    assert "Undo" in page


def test_judged_today_tells_what_is_wrong_with_a_run_though_the_rest_is_right(
    client: Client, bench: Workbench
) -> None:
    run = greeted(client, "Ann")
    bench.judge(run, "wrong", field="text", expected="Good day", note="too short", by="Dana")
    bench.judge(run, "right", by="Dana")
    (item,) = next(one["items"] for one in inbox(client)["groups"] if one["name"] == "Judged today")
    assert (item["mark"], item["sub"]) == ("wrong", "Dana · Text should say Good day · “too short”")


def test_a_correction_is_a_case_and_undo_takes_both_back(client: Client, bench: Workbench) -> None:
    run = greeted(client)
    said = {
        "judgement": "wrong",
        "field": "text",
        "expected": "Good day Dana",
        "next": "/",
        "note": "too short",
    }
    answer = act(client, f"/runs/{run}/judge", said)
    (case,) = bench.cases().cases
    assert case.expected == {"text": "Good day Dana"}
    (word,) = client.ask("GET", f"/runs/{run}").json["feedback"]
    assert word["note"] == "too short"
    undo = client.ask("GET", answer.headers["Location"], headers=PAGE).body.decode()
    assert f"/runs/{run}/undo?word={word['id']}" in undo
    assert (
        act(client, f"/runs/{run}/undo?{urlencode({'word': word['id'], 'here': '/?at=' + run})}").status
        == 303
    )
    assert bench.cases().cases == ()
    assert groups(client) == {"To judge": [run]}


def test_an_amount_is_typed_with_its_currency_and_a_slip_comes_back_in_its_place(
    client: Client, bench: Workbench
) -> None:
    run = client.run("slow", {"seconds": 0.0}).json["run"]
    said = {"judgement": "wrong", "field": "", "note": "not nought", "here": f"/?at={run}"}
    for here in (f"/?at={run}", f"/runs/{run}?word=none"):
        slip = act(client, f"/runs/{run}/judge", {**said, "expected": "68 four", "here": here})
        page = slip.body.decode()
        assert slip.status == 400
        assert "The answer is a number, and &#39;68 four&#39; is none" in page
        assert 'value="68 four" aria-invalid="true"' in page
        assert 'value="not nought"' in page
        assert f'action="/runs/{run}/judge"' in page
    assert act(client, f"/runs/{run}/judge", {**said, "expected": "EUR 1,684.34"}).status == 303
    assert bench.cases().cases[0].expected == {"": "1684.34"}


def test_going_back_to_what_was_judged_shows_that_and_never_judges_another(
    client: Client, bench: Workbench
) -> None:
    other, run = greeted(client, "Ann"), greeted(client, "Bo")
    said = {"judgement": "wrong", "field": "text", "expected": "Good day Bo", "next": "/"}
    act(client, f"/runs/{run}/judge", said)
    back = inbox(client, f"?at={run}&wrong=1")
    one = back["selected"]
    assert (one["run"], one["wrong"], one["correction"]) == (run, False, None)
    assert one["word"]["text"].startswith("Wrong: Text should be Good day Bo")
    page = client.ask("GET", f"/?at={run}&wrong=1", headers=PAGE).body.decode()
    assert f'action="/runs/{run}/judge"' in page
    assert f"/runs/{other}/judge" not in page
    assert act(client, one["word"]["undo"]).status == 303
    assert inbox(client, f"?at={run}&wrong=1")["selected"]["wrong"]  # it waits again
    gone = inbox(client, "?at=run_0gone&wrong=1&field=text")["selected"]
    assert (gone["run"], gone["wrong"]) == (run, False)


def test_a_wrong_answer_without_a_case_waits_to_be_one(client: Client, bench: Workbench) -> None:
    run = greeted(client)
    client.ask("POST", f"/runs/{run}/feedback", {"judgement": "wrong", "note": "rude", "by": "Dana"})
    assert groups(client)["Wrong, and no case yet"] == [run]
    assert inbox(client)["groups"][0]["items"][0]["title"].startswith("“rude” on ")
    made = act(client, f"/runs/{run}/case")
    (case,) = bench.cases().cases
    assert (case.expected, [(spec.check, spec.options) for spec in case.checks]) == (
        {},
        [("not", {"value": {"text": "Hello Dana"}})],
    )
    page = client.ask("GET", made.headers["Location"], headers=PAGE).body.decode()
    assert "It holds only that the answer isn" in page
    case = bench.cases().cases[0]
    assert case.name == client.ask("GET", "/runs.json").json["rows"][0]["title"]
    assert f'/cases/{case.id}?edit=1">Say what is right' in page
    assert (
        f'/cases/{case.id}?edit=1"><bdi>{case.name}</bdi>'
        in client.ask("GET", "/cases", headers=PAGE).body.decode()
    )
    folded = client.ask("GET", f"/cases/{case.id}?edit=1", headers=PAGE).body.decode()
    assert '<details class="fold" open><summary data-key="e">' in folded
    before = client.ask("GET", "/runs.json?status=done").json["total"]
    assert groups(client)["Failing"] == [f"case:{case.id}"]  # known by what it answered, without a replay
    shown = client.ask("GET", f"/cases/{case.id}.json").json
    assert (shown["failed"], shown["modes"][0][0], shown["chosen"]["standing"]) == (
        1,
        "rude",
        ["wrong", "wrong in v1"],
    )
    assert client.ask("GET", "/runs.json?status=done").json["total"] == before
    assert "Wrong, and no case yet" not in groups(client)
    assert client.ask("GET", "/cases.json").json["unstated"] == [[case.name, f"/cases/{case.id}?edit=1"]]
    act(
        client,
        f"/runs/{run}/judge",
        {"judgement": "wrong", "field": "text", "expected": "Good day", "here": "/"},
    )
    assert (bench.cases().cases[0].expected, bench.cases().cases[0].checks) == ({"text": "Good day"}, ())
    first, second = client.ask("GET", f"/runs/{run}").json["feedback"]
    for word in (second, first):
        act(client, f"/runs/{run}/undo?{urlencode({'word': word['id']})}")
    assert bench.cases().cases == ()


def test_a_case_of_which_nobody_said_anything_is_refused(client: Client, bench: Workbench) -> None:
    answer = act(client, f"/runs/{greeted(client)}/case")
    assert answer.status == 400
    assert b"nothing-said" in answer.body
    assert bench.cases().cases == ()


def test_a_run_that_failed_waits_until_it_is_set_aside(client: Client) -> None:
    run = client.run("fail", {"name": "<b>"}).json["run"]
    assert groups(client) == {"Ended with an error": [run]}
    assert b"Set it aside" in client.ask("GET", "/", headers=PAGE).body
    act(client, f"/runs/{run}/judge", {"judgement": "unsure", "next": "/"})
    assert "Ended with an error" not in groups(client)


def test_what_a_run_that_failed_should_have_answered_is_said_field_by_field(
    client: Client, bench: Workbench
) -> None:
    run = client.run("fail", {"name": "Bo"}).json["run"]
    for at in (f"/runs/{run}", f"/?at={run}"):
        page = client.ask("GET", at, headers=PAGE).body
        assert b'value="right"' not in page
        assert b"Say the right answer" in page
        wrong = client.ask("GET", f"{at}{'&' if '?' in at else '?'}wrong=1", headers=PAGE).body.decode()
        assert "Wrong is" not in wrong
        assert all(
            told in wrong for told in ("Make it a case", "field=text", "field=paid", 'name="expected"')
        )
    asked = client.ask("GET", f"/runs/{run}.json?wrong=1&field=paid").json["dock"]["correction"]
    assert (asked["form"], [one["label"] for one in asked["fields"]]) == ("flag", ["Text", "Paid"])
    for field, expected in (("text", "Hello Bo"), ("paid", "true")):
        act(client, f"/runs/{run}/judge", {"judgement": "wrong", "field": field, "expected": expected})
    assert bench.cases().cases[0].expected == {"text": "Hello Bo", "paid": "true"}
    assert "Ended with an error" not in groups(client)


def test_what_broke_fails_and_closes_the_gate_is_there_without_a_run(
    client: Client, bench: Workbench
) -> None:
    right, wrong = greeted(client, "Ann"), greeted(client, "Bo")
    act(client, f"/runs/{right}/judge", {"judgement": "right", "case": "1"})
    act(client, f"/runs/{wrong}/judge", {"judgement": "wrong", "field": "text", "expected": "Bye Bo"})
    (bench.root / "prompts" / "greeting.md").write_text("Hullo")
    verdict = bench.gate(options=Options(), progress=lambda *_: None)
    assert not verdict.passed
    ids = {case.run: case.id for case in bench.cases().cases}
    found = groups(client)
    assert found["The gate says no"] == ["gate"]
    assert found["Broken"] == [f"case:{ids[right]}"]
    assert found["Failing"] == [f"case:{ids[wrong]}"]
    for key in ("gate", f"case:{ids[right]}"):
        assert inbox(client, f"?{urlencode({'at': key})}")["selected"]["facts"]
        assert client.ask("GET", f"/?{urlencode({'at': key})}", headers=PAGE).status == 200


def test_another_version_on_the_same_inputs_beside_it(client: Client, bench: Workbench) -> None:
    run = greeted(client)
    (bench.root / "prompts" / "greeting.md").write_text("Hullo")
    new = bench.snapshot().id
    beside = client.ask("GET", f"/runs/{run}.json?with={new[:12]}").json
    assert beside["beside"]["run"] == ""
    answer = act(client, f"/runs/{run}/again?with={new[:12]}", {"here": f"/runs/{run}"})
    assert answer.headers["Location"] == f"/runs/{run}?with={new}"
    beside = client.ask("GET", f"/runs/{run}.json?with={new[:12]}").json
    assert [(row["text"], row["beside"]) for row in beside["answer"]] == [("Hello Dana", "Hullo Dana")]


def test_runs_are_found_by_name_and_walked_within_what_was_found(client: Client) -> None:
    ann, _, anna = (greeted(client, name) for name in ("Ann", "Bo", "Anna"))
    found = client.ask("GET", "/runs.json?q=ANN").json
    assert [row["id"] for row in found["rows"]] == [anna, ann]
    assert client.ask("GET", f"/runs/{anna}.json?q=ann").json["older"] == f"/runs/{ann}?q=ann"
    assert client.ask("GET", "/runs?q=%3Cb%3E", headers=PAGE).status == 200


def test_a_long_trace_is_folded_and_opens_where_it_is_odd(client: Client, bench: Workbench) -> None:
    run = add_long_run(bench, spans=4200)
    trace = client.ask("GET", f"/runs/{run}/trace.json").json
    assert trace["spans"] == 4200
    assert sum(line["count"] for line in trace["lines"]) == 4199
    odd = [line["odd"] for line in trace["lines"] if line["odd"]]
    assert odd.count("failed") == 2
    fold = next(line for line in trace["lines"] if line["count"])
    opened = client.ask("GET", f"/runs/{run}/trace.json?open=0").json
    assert len(opened["lines"]) >= len(trace["lines"]) + fold["count"] - 5
    page = client.ask("GET", trace["next_odd"], headers=PAGE)
    assert page.status == 200
    assert b"&lt;b&gt;didn&#39;t&lt;/b&gt;" in page.body or b"slow" in page.body
