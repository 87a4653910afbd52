"""What a change touches before and after it is run, what was kept, and calls that somebody has to allow."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cli.test_loop import edit

Call = Any


def test_a_forecast_a_reason_and_a_result_forgotten(alongside: Call, judged: str, acme: Path) -> None:
    alongside("replay")
    edit(acme, '"0.1"', '"0.10"')
    foretold = alongside("replay", "--forecast", "--json").data
    assert foretold["steps"] == {"at_most": 1, "of": 2}
    assert alongside("replay", "--forecast").out.startswith(
        "This edit re-runs at most 0 of 0 model calls (1 of 2 steps)"
    )
    assert alongside("replay", "--json").data["steps"] == {"executed": 1, "kept": 1}

    run = alongside("case", "show", judged, "--json").data["results"][0]["run"]
    why = alongside("why", run, "with_tax")
    assert why.out.startswith("with_tax ran because ")
    assert "0.10" in why.out
    assert "net_of was kept" in alongside("why", run, "net_of", "--json").data["reasons"][0]["text"]
    assert "net_of, with_tax" in alongside("why", run, "nothing").err

    dropped = alongside("forget", "with_tax", "--json").data
    assert {one["step"].rpartition(".")[2] for one in dropped["results"]} == {"with_tax"}
    assert alongside("replay", "--json").data["steps"] == {"executed": 1, "kept": 1}
    assert alongside("forget", "with_taxes").code == 2
    last = alongside("why", "last", "net_of", "--json").data["run"]
    (only,) = alongside("forget", "last", "--json").data["results"]
    assert only["step"].endswith(".net_of")
    assert alongside("forget", last).code == 2

    assert alongside("gc", "--dry-run").next == "alongside gc"
    assert alongside("gc", "--json").data["dry_run"] is False
    assert alongside("replay", "--full", "--json").data["steps"] == {"executed": 0, "kept": 2}


READ = """
from alongside import Value, workflow

@workflow
def read(text: str) -> dict[str, Value[str]]:
    return {"mended": Value(text, text), "doubted": Value(text, text, confidence=0.0, source="ours")}
"""


def test_how_sure_a_value_is_is_told_where_somebody_said_it(alongside: Call, acme: Path) -> None:
    (acme / "workflows" / "read.py").write_text(READ)
    (acme / "q.jsonl").write_text('{"text": "x"}\n')
    shown = alongside("run", "read", "--input", "q.jsonl").out.splitlines()
    sure = {line.split()[0]: "0 %" in line for line in shown if line.startswith(("mended", "doubted"))}
    assert sure == {"mended": False, "doubted": True}


CHARGE = """
from pathlib import Path
from alongside import step, workflow

@step(effect="external")
def charge(amount: int) -> str:
    with open("{log}", "a") as log:
        log.write(f"{{amount}}\\n")
    return f"charged {{amount}}"

@workflow
def pay(text: str) -> str:
    return charge(int(text) * RATE)

RATE = 1
"""


def test_a_live_call_on_a_replay_is_asked_for(
    alongside: Call, acme: Path, tmp_path: Path, terminal: Callable[..., Any]
) -> None:
    log = tmp_path / "log"
    (acme / "workflows" / "pay.py").write_text(CHARGE.format(log=log))
    run = alongside("run", "pay", "--input", "rows.jsonl", "--json").data["runs"][0]["run"]
    alongside("review", run, "--rest-right", "--by", "kim")
    alongside("case", "add", run)
    calls = sorted(log.read_text().split())
    source = acme / "workflows" / "pay.py"
    source.write_text(source.read_text().replace("RATE = 1", "RATE = 3"))
    halted = alongside("replay", "--json")
    stopped = halted.data["not_run"]
    assert halted.code == 1
    assert re.search(r"would have called charge\(.*300.*\)", stopped[0]["why"])
    unasked = alongside("replay", "--allow", "charge", "--json").data["not_run"]
    assert "nobody approved" in unasked[0]["why"]

    at = terminal("replay", "--allow", "charge", "--by", "kim")
    at.answer("make this call, once? y/N: ", "n")
    assert "not run" in at.end()
    assert sorted(log.read_text().split()) == calls
    at = terminal("replay", "--allow", "charge", "--by", "kim")
    at.answer("make this call, once? y/N: ", "y")
    assert "failing" in at.end()
    assert sorted(log.read_text().split()) == sorted([*calls, "300"])


def test_a_call_that_was_made_is_not_asked_for_again(
    alongside: Call, acme: Path, tmp_path: Path, terminal: Callable[..., Any]
) -> None:
    log = tmp_path / "log"
    source = acme / "workflows" / "pay.py"
    source.write_text(CHARGE.format(log=log))
    run = alongside("run", "pay", "--input", "rows.jsonl", "--json").data["runs"][0]["run"]
    alongside("review", run, "--rest-right", "--by", "kim")
    alongside("case", "add", run)
    calls = log.read_text().split()
    twice = "return charge(int(text) * 3) + charge(int(text) * 4)"
    source.write_text(source.read_text().replace("return charge(int(text) * RATE)", twice))

    at = terminal("replay", "--allow", "charge", "--by", "kim")
    at.answer("make this call, once? y/N: ", "y")
    at.answer("make this call, once? y/N: ", "y")
    assert "failing" in at.end()
    assert sorted(log.read_text().split()) == sorted([*calls, "300", "400"])
