"""The loop, command by command: what is said, what comes next, and the exit code of each answer."""

import re
from pathlib import Path
from typing import Any

import pytest

Call = Any


def test_a_new_engagement_runs_at_once(
    alongside: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = alongside("init", "acme")
    assert (made.code, "`git init` in it" in made.out) == (0, True)
    (tmp_path / ".git").mkdir()
    assert "git init" not in alongside("init", "beta").out
    assert made.next == "cd acme && alongside run receipt documents/sample-receipt.txt"
    ran = alongside("run", "receipt", "acme/documents/sample-receipt.txt", "--engagement", "acme", "--json")
    assert ran.code == 0
    answer = ran.data["runs"][0]["answer"]
    assert answer["total"]["value"] == "25.30"
    assert answer["total"]["boxes"][0][0] == 1
    monkeypatch.chdir(tmp_path / "acme" / "documents")
    again = alongside("run", "receipt", "sample-receipt.txt", "--engagement", "..")
    assert "0 executed, 3 kept" in again.out.replace("steps ", "")


def edit(acme: Path, old: str, new: str) -> None:
    source = acme / "workflows" / "bill.py"
    source.write_text(source.read_text().replace(old, new))


def test_from_a_failure_to_a_proven_fix(alongside: Call, acme: Path) -> None:
    ran = alongside("run", "bill", "--input", "rows.jsonl")
    assert ran.code == 0
    assert ran.out.splitlines()[0].split() == ["of", "run", "status", "net", "total"]
    run = ran.next.split()[-1]
    newest = alongside("runs", "list", "--json").data["runs"][0]["run"]

    said = alongside(
        "review", run, "--wrong", "total=115.0", "--rest-right", "--by", "kim", "--note", "15 % here"
    )
    assert (said.code, said.next) == (0, f"alongside case add {run}")
    added = alongside("case", "add", run, "--name", "hundred", "--train")
    assert ("train: nothing learns from it" in added.out, added.next) == (True, "alongside replay")
    case = alongside("case", "show", "hundred", "--json").data
    assert case["expected"] == {"net": "100", "total": "115.0"}

    replayed = alongside("replay")
    assert (replayed.code, replayed.next) == (0, "alongside gate")
    assert alongside("runs", "show", "last", "--json").data["run"] == newest  # a replay is nobody's last run
    assert "0 fixed, 0 broken, 1 unchanged" in replayed.out
    assert "total: expected 115.0, got 110.0" in replayed.out

    shipped = alongside("ship", "--override", "--by", "kim", "--reason", "the first")
    assert shipped.code == 0
    assert shipped.out.splitlines()[0].endswith(" is live; 1 of 1 case wrong")
    assert shipped.out.splitlines()[2].startswith(
        "not checked: nothing is promised: alongside.toml has no [["
    )
    assert "so no share, 0 of 1 case right," in shipped.out
    again = alongside("ship", "--by", "dana")
    assert (again.code, "is live already: nothing was done" in again.out) == (0, True)
    assert len(alongside("release", "list", "--json").data["releases"]) == 1

    gated = alongside("gate")
    assert gated.code == 0
    assert (
        "not checked: nothing is promised: alongside.toml has no [[done]], so no share, 0 of 1 case"
        in gated.out
    )

    edit(acme, '"0.1"', '"0.15"')
    fixed = alongside("replay", "--json")
    assert fixed.code == 0
    assert (fixed.data["fixed"], fixed.data["broken"]) == ([case["id"]], [])
    assert fixed.data["steps"] == {"executed": 1, "kept": 1}
    assert re.search(r"^fixed +hundred +\w+ +total is right now$", alongside("replay").out, re.MULTILINE)
    assert alongside("ship", "--by", "kim", "--json").data["kind"] == "ship"


def test_a_newer_word_goes_into_the_case_that_is_there(alongside: Call, judged: str, acme: Path) -> None:
    alongside("case", "edit", judged, "--forget", "net")
    alongside("run", "bill", "--input", "rows.jsonl")
    run = alongside("runs", "list", "--search", "100", "--json").data["runs"][0]["run"]
    alongside("review", run, "--wrong", "total=115.0", "--right", "net", "--by", "dana")
    said = alongside("case", "add", run)
    assert said.code == 0
    assert "total: was 110.0, now 115.0" in said.out
    assert "net: newly expected 100" in said.out
    shown = alongside("case", "show", judged, "--json").data
    assert shown["expected"] == {"total": "115.0", "net": "100"}
    again = alongside("case", "add", run, "--must-pass", "--json")
    assert (again.code, again.data["id"], again.data["is_new"], again.data["changed"]) == (
        0,
        judged,
        False,
        [],
    )
    assert again.data["must_pass"]
    assert "it says all of that already" in alongside("case", "add", run).out


def test_a_break_is_refused_or_accepted_and_a_release_taken_back(
    alongside: Call, judged: str, acme: Path
) -> None:
    alongside("ship", "--by", "kim")
    edit(acme, '"0.1"', '"0.2"')
    broken = alongside("replay")
    assert broken.code == 1
    assert broken.out.splitlines()[0].startswith("0 fixed, 1 broken, 0 unchanged against ")
    assert broken.out.splitlines()[2].split()[:3] == ["broken", "hundred", judged]
    assert broken.next == f"alongside case show {judged}"

    closed = alongside("gate")
    assert closed.code == 1
    assert "1 broken, 0 fixed" in closed.out
    refused = alongside("ship")
    assert refused.code == 1
    assert "error[gate-closed]" in refused.err

    taken = alongside("gate", "--accept", "hundred", "--by", "kim", "--reason", "the law changed", "--json")
    assert (taken.code, taken.data["passed"]) == (0, True)
    assert alongside("ship", "--by", "kim").code == 0

    back = alongside("rollback", "--by", "kim", "--reason", "too soon", "--json")
    assert back.data["kind"] == "rollback"
    live = alongside("run", "bill", "--input", "rows.jsonl", "--live", "--json")
    assert live.data["version"] == back.data["version"]
    assert live.data["runs"][0]["answer"]["total"] == "110.0"
    asked = alongside("runs", "list", "--mode", "serve", "--json").data["runs"]
    assert live.data["runs"][0]["run"] in {
        one["run"] for one in asked
    }  # what users have was asked, not tried
    shown = alongside("case", "show", "hundred", "--json").data["results"]
    assert [(one["live"], one["status"]) for one in shown] == [
        (False, "failed"),
        (True, "passed"),
    ]


def test_words_can_be_taken_back(alongside: Call, acme: Path) -> None:
    run = alongside("run", "bill", "--input", "rows.jsonl", "--json").data["runs"][0]["run"]
    said = alongside("review", run, "--wrong", "total", "--unsure", "net", "--by", "kim", "--json").data
    assert said["expected"] == {}
    assert [(word["field"], word["judgement"]) for word in said["feedback"]] == [
        ("total", "wrong"),
        ("net", "unsure"),
    ]
    word = said["feedback"][0]["id"]
    assert alongside("review", "--undo", word).code == 0
    assert alongside("review", "--undo", word).code == 2
    assert [one["field"] for one in alongside("review", run, "--json").data["feedback"]] == ["net"]
    waiting = alongside("review")
    assert run in waiting.out  # nobody has judged its total any more
    alongside("review", run, "--right", "total")
    assert run not in (waiting := alongside("review")).out
    assert waiting.next.startswith("alongside review run_")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--wrong", "total=3", "--right", "total"), "total is said to be both wrong (3) and right"),
        (("--unsure", "total", "--wrong", "total=4"), "total is said to be both wrong (4) and unsure"),
        (("--wrong", "total=3", "--wrong", "total=4"), "total is said to be both wrong (3) and wrong (4)"),
        (
            ("--right", "total", "--wrong", "=x", "--rest-right"),
            "the answer is said to be both wrong (x) and right",
        ),
    ],
)
def test_two_words_on_one_field_are_refused_before_either_is_recorded(
    alongside: Call, acme: Path, words: tuple[str, ...], told: str
) -> None:
    run = alongside("run", "bill", "--input", "rows.jsonl", "--json").data["runs"][0]["run"]
    said = alongside("review", run, "--right", "net", *words)
    assert said.code == 2
    assert said.err.startswith(f"error[said-twice]: {told}\nfix: ")
    assert alongside("review", run, "--json").data["feedback"] == []
    twice = alongside("review", run, "--wrong", "total=3", "--wrong", "total=3", "--json")
    assert [one["expected"] for one in twice.data["feedback"]] == ["3"]


def test_a_word_taken_back_after_its_case_was_added_names_what_the_case_still_expects(
    alongside: Call, acme: Path
) -> None:
    run = alongside("run", "bill", "--input", "rows.jsonl", "--json").data["runs"][0]["run"]
    word = alongside("review", run, "--wrong", "total=7.00", "--json").data["feedback"][0]["id"]
    case = alongside("case", "add", run, "--json").data["id"]
    said = alongside("review", "--undo", word)
    assert f"({case}) still expects what it said" in said.out
    assert said.err == f"next: alongside case edit {case} --forget total\n"
    assert alongside("case", "edit", case, "--forget", "total").code == 0
    assert "total" not in alongside("case", "show", case, "--json").data["expected"]


def test_learning_reads_corrections_as_people_write_them_and_names_what_it_cannot(
    alongside: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alongside("init", "acme")
    monkeypatch.chdir(tmp_path / "acme")
    run = alongside("run", "receipt", "documents/sample-receipt.txt", "--json").data["runs"][0]["run"]
    words = ("--wrong", "date=18-11-18", "--wrong", "total=1,234.50", "--rest-right")
    said = [alongside("review", run, *words), added := alongside("case", "add", run, "--train")]
    assert added.next == "alongside learn"
    (case,) = Path("cases").glob("*.toml")
    short = case.stem.rpartition("-")[2]
    said += [alongside("case", "show", short), alongside("case", "edit", short, "--note", "x")]
    for one in said:
        assert "18-11-18 (2018-11-18)" in one.out
        assert "1,234.50 (1234.50)" in one.out
        assert "DELI (" not in one.out
    read = {"date": "2018-11-18", "total": "1234.50"}
    assert alongside("case", "show", short, "--json").data["read_as"] == read
    assert 'date = "18-11-18"' in case.read_text()
    case.write_text(case.read_text().replace('"1,234.50"', '"RM 1,112.45"').replace('"18-11-18"', '"soon"'))
    own = Path("workflows/receipt.py").read_text().replace("def receipt", "def another")
    Path("workflows/another.py").write_text(own.replace("receipt-fields", "another-fields"))
    said = alongside("learn")
    assert said.code == 0
    assert said.out.splitlines()[1].split()[:3] == ["receipt-fields", "1", "correction"]
    assert "another-fields learned nothing: no train case of another says what another-fields" in said.out
    assert "error[nothing-to-learn]: no train case of another" in alongside("learn", "another-fields").err
    Path("workflows/another.py").unlink()
    unread = "date is a date, and 'soon' is none; state it as 2026-03-14"
    assert "1 value can't be read, and taught nothing" in said.out
    assert f"{case}  {unread}" in said.out
    text = case.read_text().replace('total = "RM 1,112.45"\n', "")
    case.write_text("".join(line for line in text.splitlines(keepends=True) if "company" not in line))
    refused = alongside("learn")
    assert (refused.code, f"{case}: {unread}" in refused.err) == (3, True)
    assert f"`alongside case edit {short} --expect date=VALUE`" in refused.err


def test_a_held_out_case_says_that_it_does_not_teach(alongside: Call, acme: Path) -> None:
    run = alongside("run", "bill", "--input", "rows.jsonl", "--json").data["runs"][0]["run"]
    alongside("review", run, "--rest-right")
    added = alongside("case", "add", run, "--held-out")
    assert "held out: it measures, it doesn't teach" in added.out
    assert added.next == "alongside replay"


def test_wrong_without_what_is_right_holds_that_it_is_not_said_again_and_counts_nowhere(
    alongside: Call, acme: Path
) -> None:
    with (acme / "alongside.toml").open("a") as toml:
        toml.write('\n[[done]]\nname = "whole"\nmeasure = "cases"\nat_least = 0.1\n')
    run = alongside("run", "bill", "--input", "rows.jsonl", "--json").data["runs"][0]["run"]
    assert alongside("review", run, "--wrong", "total", "--json").data["not_again"] == {"total": "110.0"}
    added = alongside("case", "add", run, "--held-out", "--name", "hundred")
    assert "It holds only that total isn't 110.0 again; say what is right to have it count" in added.out
    (path,) = (acme / "cases").glob("*.toml")
    case = path.stem.rpartition("-")[2]
    assert 'check = "not"\nfield = "total"' in path.read_text()
    assert added.next == f"alongside case show {case}"
    assert alongside("ship", "--override", "--by", "kim", "--reason", "the first").code == 0
    replayed = alongside("replay")
    assert "total: still says 110.0, which was called wrong" in replayed.out

    edit(acme, '"0.1"', '"0.2"')
    state = f"1 case states no right value: `alongside case edit {case} --expect total=VALUE`"
    gated = alongside("gate", "--json").data
    assert (gated["counted"], gated["not_checked"]) == (0, [state])
    assert [item["status"] for item in gated["items"] if item["name"] == "whole"] == ["unproven"]
    fixed = alongside("replay", "--json").data
    assert (fixed["fixed"], fixed["shares"]["counted"]["n"], fixed["shares"]["in_view"]["n"]) == (
        [case],
        0,
        0,
    )

    assert alongside("case", "edit", case, "--expect", "total=115.0").code == 0
    assert "checks" not in path.read_text()
    assert alongside("replay", "--json").data["shares"]["counted"]["n"] == 1


def test_a_promise_is_signed_by_its_owner(alongside: Call, judged: str, acme: Path) -> None:
    toml = acme / "alongside.toml"
    toml.write_text(
        toml.read_text()
        + '[[people]]\nname = "Kim"\nrole = "expert"\n[[done]]\nname = "Kim agrees"\nmeasure = "sign-off"\nowner = "Kim"\n'
    )
    closed = alongside("gate")
    assert (closed.code, closed.next) == (1, "alongside release approve --by Kim")
    assert alongside("release", "approve", "--by", "Ann").code == 2
    assert alongside("release", "approve", "--by", "Kim").next == "alongside gate"
    opened = alongside("gate")
    assert (opened.code, opened.next) == (0, "alongside ship")
    assert "Kim agrees: Kim" in alongside("release", "show").out


def test_cases_are_edited_moved_and_retired(alongside: Call, judged: str, acme: Path) -> None:
    edited = alongside(
        "case", "edit", "hundred", "--expect", "total=1", "--forget", "net", "--must-pass", "--json"
    ).data
    assert (edited["expected"], edited["must_pass"]) == ({"total": "1"}, True)
    assert alongside("case", "export", "exports/all.jsonl").code == 0
    assert (acme / "exports" / "all.jsonl").read_text().count("\n") == 1
    alongside("case", "retire", "hundred", "--reason", "a test")
    assert "no cases yet" in alongside("case", "list").out
    assert "retired: a test" in alongside("case", "list", "--retired").out
    (acme / "more.csv").write_text(
        "name,workflow,inputs.text,expected.total\nten,bill,10,11.0\nbad,nothing,10,11\n"
    )
    (acme / "bare.csv").write_text("name,workflow,text,total\nten,bill,10,11.0\n")
    bare = alongside("case", "import", "bare.csv").err
    assert ("text is not known; it is an input of bill" in bare, "write inputs.text" in bare) == (True, True)
    (acme / "bare.csv").write_text("name,workflow,inputs.text,total\nten,bill,10,11.0\n")
    assert "write expected.total" in alongside("case", "import", "bare.csv").err
    imported = alongside("case", "import", "more.csv", "--json")
    assert imported.code == 3
    assert [case["name"] for case in imported.data["cases"]] == ["ten"]
    assert "more.csv" in imported.err
    assert alongside("replay", "--json").data["passed"] == 1


def test_runs_are_listed_shown_and_compared(alongside: Call, acme: Path) -> None:
    runs = [one["run"] for one in alongside("run", "bill", "--input", "rows.jsonl", "--json").data["runs"]]
    listed = alongside("runs", "list", "--json").data["runs"]
    assert {one["run"] for one in listed} == set(runs)
    shown = alongside("runs", "show", runs[0])
    assert "with_tax" in shown.out
    assert shown.next == f"alongside review {runs[0]}"
    differ = alongside("runs", "diff", *runs, "--json").data
    assert {one["name"] for one in differ["answer"]} == {"net", "total"}


def test_workflows_say_what_they_take(alongside: Call, acme: Path) -> None:
    assert alongside("workflow", "list").next == "alongside workflow show bill"
    shown = alongside("workflow", "show", "bill")
    assert "with_tax" in shown.out
    assert shown.next == "alongside run --help"


def test_a_workflow_that_takes_nothing_is_just_run(alongside: Call, acme: Path) -> None:
    (acme / "workflows" / "nothing.py").write_text(
        "from alongside import workflow\n\n@workflow\ndef nothing() -> int:\n    return 7\n"
    )
    assert [run["answer"] for run in alongside("run", "nothing", "--json").data["runs"]] == [7]
    assert alongside("run", "bill").code == 2


def test_a_correction_to_what_stands_there_is_taken_as_right(alongside: Call, acme: Path) -> None:
    run = alongside("run", "bill", "--input", "rows.jsonl", "--json").data["runs"][0]["run"]
    said = alongside("review", run, "--wrong", "total=110.00", "--by", "kim")
    assert "total already is 110.00: taken as right" in said.err
    words = alongside("runs", "show", run, "--json").data["feedback"]
    assert [(word["judgement"], word["field"], "expected" in word) for word in words] == [
        ("right", "total", False)
    ]
    alongside("review", run, "--wrong", "total=111", "--by", "kim")
    assert alongside("runs", "show", run, "--json").data["feedback"][1]["judgement"] == "wrong"
