"""What is wrong is named, with the way to mend it; nothing that is right is lost; and never a traceback."""

import os
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from alongside import open_engagement
from alongside.core.errors import DataError, UsageError
from documents.made import form_pdf, mail

Call = Any


def test_outside_an_engagement(alongside: Call) -> None:
    said = alongside("case", "list")
    assert said.code == 2
    assert said.err.startswith("error[no-engagement]: ")
    assert "fix: go into an engagement's folder, or make one with `alongside init NAME`" in said.err
    assert alongside("doctor").code == 0


def test_an_engagement_that_is_named_is_there(alongside: Call, acme: Path) -> None:
    missing = alongside("doctor", "--engagement", "acne", "--json")
    assert missing.code == 1
    assert [one["what"] for one in missing.data["findings"] if one["status"] == "wrong"] == ["engagement"]
    for command in ("doctor", "replay"):  # as a variable that isn't set gives it
        unset = alongside(command, "--engagement", "")
        assert (unset.code, unset.err.splitlines()[0]) == (
            2,
            "error[usage]: Invalid value for --engagement: it is empty: name a folder, or leave the option out",
        )


def test_a_typo_names_the_nearest_command(alongside: Call) -> None:
    said = alongside("rpelay")
    assert (said.code, said.err) == (
        2,
        "error[usage]: no command 'rpelay'; the nearest is 'replay'\nfix: see `alongside --help`\n",
    )
    assert "the nearest is 'list'" in alongside("case", "lst").err
    assert alongside("replay", "--draws", "0").code == 2


def test_an_error_is_the_one_object_of_json(alongside: Call) -> None:
    said = alongside("case", "list", "--json")
    assert said.data["error"]["code"] == "no-engagement"
    assert said.code == 2
    for wrong in (("replay", "--bogus"), ("nope",)):  # before its options are parsed
        assert alongside(*wrong, "--json").data["error"]["code"] == "usage"


def test_a_typo_in_the_toml(alongside: Call, acme: Path) -> None:
    toml = acme / "alongside.toml"
    toml.write_text(toml.read_text().replace("[limits]", "[limits]\nseconds_per_rnu = 2"))
    said = alongside("replay")
    assert said.code == 3
    assert "alongside.toml" in said.err
    assert "seconds_per_run" in said.err


def test_a_bad_case_file_is_named_and_the_good_ones_are_replayed(
    alongside: Call, judged: str, acme: Path
) -> None:
    good = next((acme / "cases").glob("*.toml"))
    (acme / "cases" / "typo.toml").write_text(good.read_text().replace("expected", "wanted"))
    said = alongside("replay", "--json")
    assert said.code == 3
    assert said.data["passed"] == 1
    assert "cases/typo.toml" in said.err
    assert "line" in said.err
    assert alongside("case", "list").code == 3
    assert alongside("gate").code == 1


def lose_receipt(root: Path) -> None:
    with sqlite3.connect(root / ".alongside" / "store.db") as store:
        gone = store.execute("DELETE FROM blob WHERE substr(data, 1, 7) = CAST('HARBOUR' AS BLOB)")
        assert gone.rowcount == 1
    store.close()


def test_a_case_whose_document_is_gone(alongside: Call, tmp_path: Path) -> None:
    alongside("init", "acme")
    at = ("--engagement", "acme")
    run = alongside("run", "receipt", "acme/documents/sample-receipt.txt", *at, "--json").data["runs"][0][
        "run"
    ]
    alongside("review", run, "--rest-right", *at)
    alongside("case", "add", run, *at)
    document = tmp_path / "acme" / "documents" / "sample-receipt.txt"
    document = document.rename(document.with_name("called otherwise.txt"))
    lose_receipt(tmp_path / "acme")
    assert alongside("replay", *at, "--json").data["not_run"] == []  # the same bytes, by another name
    document.unlink()
    lose_receipt(tmp_path / "acme")
    said = alongside("replay", "--full", *at, "--json")
    assert said.code == 3
    assert alongside("replay", "--full", *at).next == "alongside doctor"
    toml = tmp_path / "acme" / "alongside.toml"
    toml.write_text(
        f'{toml.read_text()}\n[[done]]\nname = "totals"\nmeasure = "field:total"\nat_least = 0.6\n'
    )
    shutil.rmtree(tmp_path / "acme" / ".alongside")  # as a clone begins
    items = {one["name"]: one for one in alongside("gate", *at, "--json").data["items"]}
    assert items["totals"]["evidence"] == "1 case judges field:total and did not run"
    why = said.data["not_run"][0]["why"]
    assert why.startswith("not run: input ")
    assert "fix: put the document into documents/ (make the folder" in why
    doctor = alongside("doctor", *at, "--json")
    assert doctor.code == 1
    assert [one["what"] for one in doctor.data["findings"] if one["status"] == "wrong"] == ["case input"]


WORKFLOWS = {
    "raises": (
        "def bad(text: str) -> str:\n    raise KeyError('no such vendor')",
        "KeyError: 'no such vendor'",
    ),
    "no message": (
        "def bad(text: str) -> str:\n    return chat({'role': 'user', 'content': text}, model='m').text",
        "chat() was given a dict of role, content, which is no message",
    ),
    "wrong type": ("def bad(text: str) -> int:\n    return text", "the answer is a str, not int"),
    "hangs": (
        "def bad(text: str) -> str:\n    return spin(text)\n\n@step\ndef spin(text: str) -> str:\n"
        "    while True:\n        pass",
        "no answer within 1 s; it was in workflows.bad.spin",
    ),
    "no prompt": ("def bad(text: str) -> str:\n    return str(prompt('none.md'))", "none.md"),
}


@pytest.mark.parametrize("what", WORKFLOWS)
def test_a_workflow_that_fails(alongside: Call, acme: Path, what: str) -> None:
    body, told = WORKFLOWS[what]
    source = "from alongside import chat, prompt, step, workflow\n\n@workflow\n" + body
    (acme / "workflows" / "bad.py").write_text(source)
    toml = acme / "alongside.toml"
    toml.write_text(toml.read_text().replace("[limits]", "[limits]\nseconds_per_run = 1"))
    said = alongside("run", "bad", "--input", "rows.jsonl", "--json")
    assert said.code not in {0, 70}
    assert [one["status"] for one in said.data["runs"]] == ["failed", "failed"]
    assert told in said.data["runs"][0]["error"]["message"]
    assert "Traceback" not in said.err
    if what == "hangs":  # its worker was killed: others go on
        assert alongside("run", "bill", "--input", "rows.jsonl").code == 0


def test_code_that_does_not_load_names_file_and_line(alongside: Call, acme: Path) -> None:
    (acme / "workflows" / "broken.py").write_text("def half(:\n")
    said = alongside("run", "bill", "--input", "rows.jsonl")
    assert said.code == 3
    assert "workflows/broken.py" in said.err


def test_rows_and_files_that_do_not_fit(alongside: Call, acme: Path) -> None:
    (acme / "bad.jsonl").write_text('{"text": "1"}\n{"text": \n')
    said = alongside("run", "bill", "--input", "bad.jsonl")
    assert (said.code, "bad.jsonl line 2" in said.err) == (3, True)
    assert "--input FILE.jsonl" in alongside("run", "bill", "rows.jsonl").err
    assert "the nearest is 'bill'" in alongside("run", "bil", "rows.jsonl").err
    assert alongside("run", "bill", "--input", "none.jsonl").code == 3
    wrong = alongside("review", "run_nothing", "--rest-right")
    assert (wrong.code, "error[no-such-run]" in wrong.err) == (2, True)


def test_a_store_of_a_newer_version(alongside: Call, judged: str, acme: Path) -> None:
    with sqlite3.connect(acme / ".alongside" / "store.db") as store:
        store.execute("PRAGMA user_version=99")
    store.close()
    for words in (("replay",), ("runs", "list")):
        said = alongside(*words)
        assert said.code == 3
        assert "error[store-too-new]: the store has format 99" in said.err
    assert alongside("doctor").code == 1


def test_a_damaged_store_is_no_traceback(alongside: Call, judged: str, acme: Path) -> None:
    for path in (acme / ".alongside").glob("store.db*"):
        path.write_bytes(b"not a database at all" * 500)
    said = alongside("runs", "list")
    assert said.code == 3
    assert "error[store-unusable]" in said.err
    assert alongside("doctor").code == 1


def test_what_nobody_foresaw_says_where_to_report(alongside: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(*_: object, **__: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("alongside.store.engagement_template.write_new", explode)
    said = alongside("init", "x")
    assert said.code == 70
    assert said.err.startswith(
        "error[bug]: ZeroDivisionError: division by zero (tests/cli/test_bad_input.py, line "
    )
    assert "fix: report this line" in said.err
    assert "Traceback" not in said.err
    assert "Traceback (most recent call last)" in alongside("init", "x", "--debug").err


def test_a_signature_needs_name_and_reason(alongside: Call, judged: str, acme: Path) -> None:
    assert alongside("ship", "--override").code == 2
    assert alongside("gate", "--accept", judged).code == 2
    assert alongside("replay", "--accept-tape", "charge").code == 2
    assert alongside("case", "retire", judged).code == 2
    assert alongside("rollback").err.startswith("error[no-previous]")


def test_serving_beyond_loopback_is_refused(alongside: Call, acme: Path) -> None:
    said = alongside("serve", "--host", "0.0.0.0", "--json")
    assert (said.code, said.data["error"]["code"]) == (4, "bind-refused")


def test_a_file_that_cannot_be_read_is_bad_data(alongside: Call, tmp_path: Path) -> None:
    alongside("init", "acme")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 and then nothing")
    (tmp_path / "empty.pdf").write_bytes(b"")
    said = alongside("run", "receipt", "broken.pdf", "empty.pdf", "--engagement", "acme", "--json")
    assert said.code == 3
    assert ["broken.pdf" in said.data["runs"][0]["error"]["message"], said.data["done"]] == [True, 0]
    assert alongside("document", "parse", "empty.pdf").code == 3
    assert "error[no-such-file]" in alongside("document", "show", "none.pdf").err
    os.mkfifo("pipe.pdf")
    for endless in ("pipe.pdf", "/dev/zero"):
        said = alongside("document", "show", endless)
        assert (said.code, f"{endless} is a pipe or a device, not a file" in said.err) == (3, True)
    assert alongside("document", "show", "abcdef123456", "--engagement", "acme").code == 2
    read = alongside("document", "show", "acme/documents/sample-receipt.txt")
    assert (read.code, "nothing was lost" in read.out) == (0, True)
    (tmp_path / "form.pdf").write_bytes(form_pdf("Net"))
    form = alongside("document", "show", "form.pdf")
    assert (form.code, [line.split()[-4:] for line in form.out.splitlines() if "form's" in line]) == (
        0,
        [["Net", "a", "form's", "field"]],
    )
    kept = alongside("runs", "list", "--engagement", "acme", "--json").data["runs"]
    source = next(
        run["inputs"]["file"]["source"] for run in kept if run["inputs"]["file"]["file"] == "broken.pdf"
    )
    assert alongside("document", "show", source[:12], "--engagement", "acme").code == 3


def test_a_promise_that_no_case_judges_says_so(alongside: Call, judged: str, acme: Path) -> None:
    with (acme / "alongside.toml").open("a") as toml:
        toml.write('\n[[done]]\nname = "a"\nmeasure = "field:totla"\nat_least = 0.5\n')
    item = alongside("gate", "--json").data["items"][-1]
    assert item["status"] == "unproven"
    assert item["evidence"].startswith("no case judges field:totla")


def test_a_version_that_is_not_there_yet(alongside: Call, acme: Path) -> None:
    said = alongside("run", "bill", "--live", "--input", "rows.jsonl")
    assert (said.code, said.err.splitlines()) == (
        2,
        ["error[no-such-version]: no version is live yet", "fix: ship one with `alongside ship`"],
    )
    bare = alongside("run", "bill").err
    assert "bill takes a text called text; nothing was given" in bare
    assert """`alongside run bill --input rows.jsonl`, with a line such as {"text": "…"}""" in bare
    assert alongside("run", "bill", "--live", "--version", "3f9c").err.startswith("error[two-versions]")


def test_what_can_never_hold_is_not_expected(alongside: Call, judged: str, acme: Path) -> None:
    case = next((acme / "cases").glob("*.toml"))
    before = case.read_text()
    for wrong, code in (("nope=1", "no-such-field"), ("total=abc", "stated-value")):
        said = alongside("case", "edit", judged, "--expect", wrong, "--json")
        assert (said.code, said.data["error"]["code"]) == (2, code)
    assert case.read_text() == before
    assert alongside("case", "edit", judged, "--expect", "total=111").code == 0


def test_a_word_from_python_on_what_is_not_there(alongside: Call, judged: str, acme: Path) -> None:
    with open_engagement(acme) as bench:
        run = bench.find_run("last").id
        for said, code in (
            ({"field": "nope", "expected": "1"}, "no-such-field"),
            ({"field": "total", "expected": "abc"}, "stated-value"),
        ):
            with pytest.raises(UsageError) as refused:
                bench.judge(run, "wrong", by="kim", **said)
            assert refused.value.code == code
        assert bench.judge(run, "wrong", by="kim", field="total", expected="111").has_expected
        with pytest.raises(DataError, match="is given a dict where the path of a file stands"):
            bench.run("bill", {"total": 1})  # type: ignore[arg-type]


def test_nothing_is_right_about_a_run_that_failed(alongside: Call, acme: Path) -> None:
    (acme / "rows.jsonl").write_text('{"text": "abc"}\n')
    run = alongside("run", "bill", "--input", "rows.jsonl", "--json").data["runs"][0]["run"]
    for right in (("--rest-right",), ("--right", "total"), ("--wrong", "total=1.1", "--rest-right")):
        said = alongside("review", run, *right, "--by", "kim", "--json")
        assert (said.code, said.data["error"]["code"]) == (2, "no-answer")
    assert alongside("runs", "show", run, "--json").data["feedback"] == []  # nothing was recorded half
    assert alongside("review", run, "--wrong", "total=abc", "--json").data["error"]["code"] == "stated-value"
    assert alongside("review", run, "--wrong", "total=1.1", "--wrong", "net=1", "--by", "kim").code == 0
    assert alongside("case", "add", run, "--json").data["expected"] == {"total": "1.1", "net": "1"}


def test_attachments_that_cannot_be_read_are_told_with_their_reason(alongside: Call, tmp_path: Path) -> None:
    inner = mail("TOTAL 12.50", attachments=[("list.pdf", "application/pdf", b"%PDF-1.4 nothing")])
    bill = b"HARBOUR CAFE\nTotal 17.25\n"
    outer = mail(
        "see below",
        attachments=[("in.eml", "application/octet-stream", inner), ("b.txt", "text/plain", bill)],
    )
    (tmp_path / "m.eml").write_bytes(outer)
    text = alongside("document", "parse", "m.eml", "--text").out
    assert "see below\n\n--- in.eml ---\n" in text
    assert "\n--- list.pdf ---\nnot read: list.pdf: " in text
    assert "\n--- b.txt ---\nHARBOUR CAFE\n" in text
    shown = alongside("document", "show", "m.eml")
    assert shown.code == 0
    assert "nothing was lost of the mail's own text" in shown.out
    assert "attachment  in.eml > list.pdf" in shown.out
    assert "not read    unreadable-document: list.pdf: " in shown.out
    assert shown.out.endswith("1 of 3 attachments couldn't be read\n")
    alongside("init", "acme")
    at = ("--engagement", "acme")
    bare = alongside("run", "receipt", *at).err
    assert "receipt takes a file called file; nothing was given" in bare
    assert "`alongside run receipt documents/*`" in bare
    ran = alongside("run", "receipt", "m.eml", *at)
    assert ran.code == 0
    assert "1 attachment couldn't be read" in ran.out
    assert "unreadable-document: list.pdf: " in ran.out
    told = alongside("run", "receipt", "m.eml", *at, "--json").data["runs"][0]["unread"]
    assert [(one["name"], one["code"]) for one in told] == [("list.pdf", "unreadable-document")]
    run = alongside("runs", "show", "last", *at)
    assert "  b.txt, page 1 at " in run.out
    assert "1 attachment couldn't be read" in run.out
    kept = alongside("runs", "show", "last", *at, "--json").data
    assert kept["unread"] == told
    assert [one["status"] for one in kept["steps"] if one["kind"] == "workflow"] == ["done"]


def test_a_report_is_written_as_its_file_is_called(alongside: Call, acme: Path, tmp_path: Path) -> None:
    begins = {"a.md": "# ", "b.JSON": "{", "c.html": "<!doctype html>"}
    for name, start in begins.items():
        assert alongside("report", "--to", tmp_path / name).code == 0
        assert (tmp_path / name).read_text().lstrip().startswith(start)
    assert alongside("report", "--markdown", "--to", tmp_path / "d.html").code == 0
    assert (tmp_path / "d.html").read_text().startswith("# ")
    refused = alongside("report", "--to", tmp_path / "e.pdf")
    assert (refused.code, "end it in .html, .md or .json" in refused.err) == (2, True)
    assert not (tmp_path / "e.pdf").exists()
