"""What a workflow didn't take is kept as it came: with the run, in the case, for the code that takes it."""

import json
from pathlib import Path
from typing import Any

import pytest

from alongside import open_engagement
from alongside.core.case import case_id

Call = Any

COUNTING = """
from dataclasses import dataclass

from alongside import File, workflow

@dataclass(frozen=True)
class Row:
    sku: str
    qty: int

    def __post_init__(self) -> None:
        if self.qty < 0:
            raise ValueError("fewer than none")

@workflow
def counting(rows: list[Row] = []) -> dict[str, int]:
    return {"total": sum(row.qty for row in rows)}

@workflow
def pages(files: list[File], at: int = 0) -> dict[str, int]:
    return {"count": len(files)}
"""
ROWS: list[dict[str, Any]] = [{"rows": [{"sku": "a", "qty": -1}]}, {"rows": [{"sku": "b", "qty": "x"}]}]


@pytest.fixture
def counting(acme: Path) -> Path:
    (acme / "workflows" / "counting.py").write_text(COUNTING)
    (acme / "rows.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in ROWS))
    return acme


def refused(alongside: Call) -> list[str]:
    """Return the runs of both rows."""
    runs = alongside("run", "counting", "--input", "rows.jsonl", "--json").data["runs"]
    assert [one["error"]["code"] for one in runs] == ["input-type", "input-type"]
    return [one["run"] for one in runs]


def test_a_case_of_a_run_whose_inputs_were_refused_holds_them(alongside: Call, counting: Path) -> None:
    for run, given in zip(refused(alongside), ROWS, strict=True):
        assert alongside("runs", "show", run, "--json").data["inputs"] == given
        alongside("review", run, "--wrong", "total=-1")
        made = alongside("case", "add", run, "--json").data
        assert made["is_new"]
        assert made["id"] == case_id("counting", given)
    told = alongside("replay").out
    assert "rows[0] is refused by Row: fewer than none" in told
    assert "rows[0].qty is 'x', which is not int" in told

    code = counting / "workflows" / "counting.py"
    code.write_text(COUNTING.replace("self.qty < 0", "self.qty < -1"))
    compared = alongside("replay", "--json").data
    assert (compared["passed"], compared["failed"]) == (1, 1)


def test_a_refused_run_that_goes_on_is_refused_again(alongside: Call, counting: Path) -> None:
    run = refused(alongside)[0]
    again = alongside("run", "--resume", run)
    assert again.code == 3
    assert "rows[0] is refused by Row" in again.out
    assert alongside("runs", "show", run, "--json").data["inputs"] == ROWS[0]


def test_what_cannot_be_kept_is_no_case(
    alongside: Call, counting: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    toml = counting / "alongside.toml"
    toml.write_text(
        f'{toml.read_text()}\n[models.m]\nmodel = "m"\nbase_url = "http://127.0.0.1:9/v1"\napi_key_env = "OUR_KEY"\n'
    )
    monkeypatch.setenv("OUR_KEY", "sk-very-secret-1234")
    (counting / "rows.jsonl").write_text('{"rows": [{"sku": "sk-very-secret-1234", "qty": -1}]}\n')
    run = alongside("run", "counting", "--input", "rows.jsonl", "--json").data["runs"][0]["run"]
    shown = alongside("runs", "show", run)
    assert "sk-very" not in shown.out
    assert alongside("runs", "show", run, "--json").data["inputs"] == {}
    alongside("review", run, "--wrong", "total")
    said = alongside("case", "add", run)
    assert said.code == 3
    assert said.err.startswith(f"error[inputs-not-kept]: {run} holds nothing of what counting was given")
    assert not list((counting / "cases").glob("*.toml"))


def test_files_in_a_list_are_frozen_with_their_case(counting: Path) -> None:
    with open_engagement(counting) as bench:
        (counting / "page.txt").write_text("one")
        given = {"files": [bench.add_file(counting / "page.txt")], "at": 1}
        for one in (given, given | {"at": "x"}):
            run = bench.submit("pages", one).result().run
            assert bench.plain_inputs(bench.find_run(run)) == one
