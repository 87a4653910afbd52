"""A name that is nearly right names the right one; it is never taken for "nothing there"."""

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
