"""Text that no file can hold, half a surrogate pair or bytes that aren't UTF-8, fails alone and is shown escaped."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from alongside import open_engagement
from alongside.core.digest import digest
from alongside.core.run import Run
from alongside.core.surrogates import shown, stray_place
from alongside.store import runs

Call = Any

ODD = r"""
from alongside import File, step, workflow

@workflow
def echo(q: str) -> str:
    return q

@step
def half(q: str) -> str:
    return q + "\ud83d"

@workflow
def halves(q: str) -> str:
    return half(q)

@workflow
def answers(q: str) -> list[str]:
    return ["whole", q + "\ud83d"]

@workflow
def raises(q: str) -> str:
    raise ValueError("no \ud83d " + q)

@step
def refuse(q: str) -> str:
    raise ValueError("no \ud83d " + q)

@workflow
def refuses(q: str) -> str:
    return refuse(q)

@workflow
def name(file: File) -> str:
    return file.name
"""


@pytest.fixture
def odd(acme: Path) -> Path:
    (acme / "workflows" / "odd.py").write_text(ODD)
    (acme / "three.jsonl").write_text('{"q": "one"}\n{"q": "bad \\ud83d text"}\n{"q": "three 😀"}\n')
    return acme


def test_a_row_with_half_a_pair_fails_alone(alongside: Call, odd: Path) -> None:
    said = alongside("run", "echo", "--input", "three.jsonl", "--json")
    first, bad, third = said.data["runs"]
    assert (first["answer"], third["answer"], said.code) == ("one", "three 😀", 3)
    assert bad["name"] == "three.jsonl:2"
    assert bad["error"]["code"] == "broken-text"
    assert "echo: q holds half a surrogate pair" in bad["error"]["message"]
    assert alongside("runs", "list").code == alongside("review").code == 0


@pytest.mark.parametrize("workflow", ["halves", "answers", "raises", "refuses"])
def test_what_a_workflow_makes_of_it_fails_that_run_alone(alongside: Call, odd: Path, workflow: str) -> None:
    (odd / "one.jsonl").write_text('{"q": "fine"}\n')
    run = alongside("run", workflow, "--input", "one.jsonl", "--json").data["runs"][0]
    assert run["status"] == "failed"
    assert run["error"]["code"] == ("broken-text" if workflow in {"halves", "answers"} else "workflow-raised")
    for words in (("show", run["run"]), ("list",)):
        assert alongside("runs", *words).code == 0
    assert alongside("run", "echo", "--input", "one.jsonl").code == 0
    if workflow in {"raises", "refuses"}:
        assert r"no \ud83d fine" in alongside("runs", "show", run["run"]).out


def test_a_file_whose_name_is_not_utf_8(alongside: Call, odd: Path) -> None:
    for stem in (b"a", b"caf\xe9", b"z"):
        (odd / os.fsdecode(b"documents/" + stem + b".txt")).write_text("TOTAL 12.50\n")
    files = sorted((odd / "documents").glob("*.txt"))
    ran = alongside("run", "name", *files, "--json")
    assert [one["answer"] for one in ran.data["runs"] if len(one["answer"]) < 12] == [
        "a.txt",
        r"caf\xe9.txt",
        "z.txt",
    ]
    assert ran.code == 0
    named = next(file for file in files if "caf" in file.name)
    assert r"caf\xe9.txt" in alongside("document", "parse", named).out
    gone = alongside("document", "parse", f"{named}.gone")
    assert (gone.code, r"caf\xe9.txt.gone" in gone.err) == (3, True)


def test_what_was_stored_before_is_shown_escaped(alongside: Call, odd: Path) -> None:
    stored = json.dumps("was \ud83d kept").encode()
    with open_engagement(odd) as bench:
        bench.blobs.put(stored)
        version, kept = bench.snapshot().id, digest(stored)
        run = Run("run_0old", "echo", version, "new", "", {"q": kept}, "done", kept, "", 1.0, 0.1, 0, 0, 0.1)
        bench.database.write(lambda connection: runs.save(connection, run))
    for words in (
        ("runs", "list"),
        ("runs", "show", "run_0old"),
        ("review",),
        ("report", "--to", "exports/r.html"),
    ):
        assert alongside(*words).code == 0, words
        assert alongside(*words, "--json").code == 0, words
    assert r"was \ud83d kept" in alongside("runs", "show", "run_0old").out
    assert alongside("review", "run_0old", "--rest-right", "--by", "kim").code == 0
    assert alongside("case", "add", "run_0old").code == 0
    assert alongside("engagement", "export", "--to", "exports/a.tar").code == 0


def test_words_that_are_no_text_are_refused_by_name(alongside: Call, judged: str) -> None:
    said = alongside("review", "last", "--rest-right", "--by", "k\udce9m")
    assert (said.code, said.err.split("\n")[0]) == (
        2,
        "error[broken-text]: by holds what is no character: half a surrogate pair, or a byte that isn't UTF-8",
    )


def test_a_case_row_with_half_a_pair_is_named_and_the_others_are_kept(alongside: Call, odd: Path) -> None:
    rows = [
        {"name": f"n{k}", "workflow": "echo", "inputs": {"q": q}, "expected": {"": q}}
        for k, q in enumerate("ab")
    ]
    rows[1]["note"] = "half \ud83d"
    (odd / "cases.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    said = alongside("case", "import", "cases.jsonl")
    assert "cases.jsonl line 2" in said.err
    assert [case["name"] for case in alongside("case", "list", "--json").data["cases"]] == ["n0"]


def test_rows_nested_too_deeply_are_named(alongside: Call, odd: Path) -> None:
    (odd / "deep.jsonl").write_text('{"q": ' + "[" * 100_000 + "]" * 100_000 + "}\n")
    said = alongside("run", "echo", "--input", "deep.jsonl")
    assert (said.code, "error[bad-row]: deep.jsonl line 1" in said.err) == (3, True)


def test_the_place_of_a_broken_text_is_told() -> None:
    deep: Any = "\ud83d"
    for _ in range(3000):
        deep = [deep]
    assert stray_place({"rows": [{"name": "fine"}, {"name": "\ud83d"}]}, "q") == "q.rows[1].name"
    assert stray_place({"k\udce9": 1}, "") == r"k\xe9"
    assert stray_place(deep, "q") == "q" + "[0]" * 3000


def test_escapes_say_what_stood_there() -> None:
    assert shown("caf\udce9 \ud83d 😀") == r"caf\xe9 \ud83d 😀"


def test_a_case_row_nested_too_deeply_for_a_case_file_is_left_out(alongside: Call, odd: Path) -> None:
    deep = "[" * 600 + "]" * 600
    (odd / "workflows" / "any.py").write_text(
        "from typing import Any\nfrom alongside import workflow\n\n@workflow\ndef anything(q: Any) -> Any:\n    return q\n"
    )
    rows = [
        f'{{"name": "{name}", "workflow": "anything", "inputs": {{"q": {q}}}}}\n'
        for name, q in (("d", deep), ("e", "1"))
    ]
    (odd / "deep.jsonl").write_text("".join(rows))
    said = alongside("case", "import", "deep.jsonl")
    assert (said.code, "error[case-value]" in said.err) == (3, True)
    assert [case["name"] for case in alongside("case", "list", "--json").data["cases"]] == ["e"]


def test_an_engagement_in_a_folder_whose_name_is_not_utf_8(alongside: Call, tmp_path: Path) -> None:
    assert alongside("init", tmp_path / os.fsdecode(b"caf\xe9")).code == 0
