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
