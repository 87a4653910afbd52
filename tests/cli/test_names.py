"""A name that is nearly right names the right one; it is never taken for "nothing there"."""

import json
import shlex
from pathlib import Path
from typing import Any

import pytest


@pytest.mark.parametrize(
    "command", [("replay",), ("replay", "--forecast"), ("case", "list"), ("review",), ("runs", "list")]
)
def test_a_typo_in_a_workflow_s_name(alongside: Any, judged: str, command: tuple[str, ...]) -> None:
    said = alongside(*command, "--workflow", "bil")
    assert (said.code, said.out) == (2, "")
    assert "error[no-such-workflow]: there is no workflow 'bil' here; the nearest is 'bill'" in said.err
    assert alongside(*command, "--workflow", "bill").code == 0


def test_a_workflow_without_any_record_is_known(alongside: Any, acme: Path) -> None:
    assert alongside("case", "list", "--workflow", "bill").code == 0


def test_learn_refuses_a_name_before_it_replays(alongside: Any, judged: str) -> None:
    said = alongside("learn", "nope")
    assert said.code == 2
    assert "error[no-such-extractor]" in said.err
    assert alongside("runs", "list", "--mode", "replay", "--json").data["runs"] == []


def test_what_comes_next_can_be_pasted_whatever_a_folder_is_called(alongside: Any) -> None:
    made = alongside("init", "we ird/näme (1)")
    assert made.next == "cd 'we ird/näme (1)' && alongside run receipt documents/sample-receipt.txt"
    ran = alongside(
        "run",
        "receipt",
        "we ird/näme (1)/documents/sample-receipt.txt",
        "--engagement",
        "we ird/näme (1)",
        "--json",
    )
    run = ran.data["runs"][0]["run"]
    assert (
        alongside("why", run, "parse", "--engagement", "we ird/näme (1)").next == f"alongside runs show {run}"
    )
    tar = alongside("engagement", "export", "--to", "a b.tar", "--engagement", "we ird/näme (1)")
    assert tar.next == "alongside engagement verify 'a b.tar'"
    assert alongside("engagement", "import", "a b.tar").next == "cd 'a b' && alongside replay"


@pytest.mark.parametrize(("typed", "near"), [("revew", "; the nearest is 'review'"), ("frobnicate", "")])
def test_only_a_close_command_is_suggested(alongside: Any, typed: str, near: str) -> None:
    assert f"error[usage]: no command '{typed}'{near}\n" in alongside(typed).err


def test_a_run_is_named_by_four_characters_at_least(alongside: Any, judged: str) -> None:
    told = alongside("runs", "list", "--mode", "new", "--limit", "1", "--json").data
    run = told["runs"][0]["run"]
    assert (
        f"1 of {told['total']}; --limit for more"
        in alongside("runs", "list", "--mode", "new", "--limit", "1").out
    )
    for too_short in ("r", "run_", run[:7], "run%", "%"):
        refused = alongside("runs", "show", too_short)
        assert (refused.code, "error[no-such-run]" in refused.err) == (2, True)
    assert run in alongside("runs", "show", run[:-1]).out or alongside("runs", "show", run).code == 0
    assert alongside("case", "show", judged[:1]).code == 2
    assert alongside("case", "show", judged[:8]).code == 0


def test_nobody_has_a_name_of_a_page(alongside: Any, judged: str) -> None:
    run = alongside("case", "show", judged, "--json").data["run"]
    refused = alongside("review", run, "--right", "net", "--by", "x" * 201)
    assert refused.code == 2
    assert "error[long-name]" in refused.err
    assert alongside("review", run, "--right", "net", "--by", "x" * 200).code == 0


def test_files_of_windows_and_files_of_nothing(alongside: Any, acme: Path) -> None:
    toml = acme / "alongside.toml"
    toml.write_bytes(b"\xef\xbb\xbf" + toml.read_bytes())
    assert alongside("engagement", "show").code == 0
    (acme / "empty.jsonl").write_text("\n")
    said = alongside("run", "bill", "--input", "empty.jsonl")
    assert (said.code, said.out) == (3, "")
    assert "error[bad-file]: empty.jsonl: there is nothing in it" in said.err


def test_extractors_that_ask_a_model_are_shown(alongside: Any, acme: Path) -> None:
    (acme / "workflows" / "asked.py").write_text(
        "from dataclasses import dataclass\n"
        "from alongside import File, Value, parse, prompted, workflow\n\n"
        "@dataclass(frozen=True)\nclass Paper:\n    title: Value[str]\n\n"
        'by_model = prompted("small", Paper)\n\n'
        "@workflow\ndef paper(file: File) -> Paper:\n    return by_model(parse(file))\n"
    )
    shown = alongside("workflow", "show", "paper")
    assert ["by_model", "title", "small"] in [line.split() for line in shown.out.splitlines()]


def test_a_count_of_one_is_no_plural(alongside: Any, judged: str) -> None:
    assert "1 case: " in alongside("case", "list").out
    assert alongside("replay").out.splitlines()[-2].startswith("1 case in ")


def test_every_empty_list_ends_in_a_command_to_paste(alongside: Any, acme: Path) -> None:
    (acme / "paper 1.txt").write_text("TOTAL 1.00")
    for words in (
        ("runs", "list"),
        ("case", "list"),
        ("link", "list"),
        ("person", "list"),
        ("document", "list"),
        ("document", "show", "paper 1.txt"),
        ("workflow", "list"),
        ("replay",),
        ("review",),
    ):
        assert alongside(*shlex.split(alongside(*words).next)[1:]).code == 0, words


@pytest.mark.parametrize(
    ("option", "fix"),
    [("--undo", "see `alongside review --help`\n"), ("--right", "write --right FIELD, or --rest-right")],
)
def test_an_option_without_its_value_names_what_helps(alongside: Any, option: str, fix: str) -> None:
    assert f"\nfix: {fix}" in alongside("review", option).err


def test_an_input_of_several_lines_is_one_line_of_a_list(alongside: Any, acme: Any, terminal: Any) -> None:
    (acme / "workflows" / "echo.py").write_text(
        "from alongside import workflow\n\n@workflow\ndef echo(text: str) -> str:\n    return text[:4]\n"
    )
    text = "Dear all,\n\nthe  bill\r\nis late." + " Very late." * 30
    (acme / "rows.jsonl").write_text(json.dumps({"text": text}))
    run = alongside("run", "echo", "--input", "rows.jsonl", "--json").data["runs"][0]["run"]
    for words in (("runs", "list"), ("review",)):
        (row,) = (line for line in alongside(*words).out.splitlines() if run in line)
        assert "  Dear all, the bill is late. Very" in row
        assert "…" in row
        assert len(alongside(*words).out.splitlines()) == 2
    at = terminal("review", run)
    at.answer(f"1 of 1: {run}, echo, Dear all, the bill is late. Very", "q")
    assert "0 runs judged" in at.end()
