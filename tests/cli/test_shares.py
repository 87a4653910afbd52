"""What the gate counts: held-out cases, train cases out of fold, and those that failed before an extractor was asked."""

import shutil
from pathlib import Path
from typing import Any

import pytest

Call = Any

SLIPS = """
from dataclasses import dataclass
from decimal import Decimal

from alongside import File, Value, learned, parse, step, workflow

@dataclass(frozen=True)
class Slip:
    total: Value[Decimal]

extract = learned("slips", Slip)

@step
def known(text: str) -> Value[Decimal]:
    return Value(Decimal(text.split("TOTAL")[1].split()[0]))

@workflow
def slip(file: File) -> Slip:
    document = parse(file)
    extract(document)
    return Slip(known(document.text))
"""
CRASH = """    if "crash" in document.text:
        raise ValueError("no such supplier")
    extract(document)
"""
GOAL = '\n[[done]]\nname = "totals"\nmeasure = "field:total"\nat_least = 0.6\n'


@pytest.fixture
def slips(alongside: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Eight train cases, all right, four of which a later edit will crash on; and the first version live."""
    assert alongside("init", "acme").code == 0
    root = tmp_path / "acme"
    (root / "workflows" / "receipt.py").unlink()
    (root / "workflows" / "slip.py").write_text(SLIPS)
    for path in (root / "documents").iterdir():
        path.unlink()
    for number in range(8):
        name = "crash" if number % 2 else "fine"
        (root / "documents" / f"{number}.txt").write_text(f"{name} {number}\nTOTAL {number}.50\n")
    with (root / "alongside.toml").open("a") as toml:
        toml.write(GOAL)
    monkeypatch.chdir(root)
    ran = alongside("run", "slip", *sorted((root / "documents").iterdir()), "--json")
    for one in ran.data["runs"]:
        assert alongside("review", one["run"], "--rest-right", "--by", "kim").code == 0
        assert alongside("case", "add", one["run"], "--train").code == 0
    assert alongside("ship", "--override", "--by", "kim", "--reason", "the first").code == 0
    return root


@pytest.mark.slow
def test_a_clone_forgets_nothing_that_was_learned(alongside: Call, slips: Path, tmp_path: Path) -> None:
    assert alongside("learn").code == 0
    learned = (slips / "models" / "slips.json").read_bytes()
    here = tmp_path / "clone"
    shutil.copytree(slips, here, ignore=shutil.ignore_patterns(".alongside", "documents"))
    at, file = ("--engagement", here), here / "models" / "slips.json"
    (here / "documents").mkdir()
    one = next((slips / "documents").glob("0.txt")).rename(here / "documents" / "another name.txt")
    ran = alongside("run", "slip", one, *at)
    assert ran.code != 0
    assert "the weights of models/slips.json aren't here" in ran.out
    assert "`alongside learn slips`" in ran.out
    said = alongside("learn", *at)
    assert (said.code, file.read_bytes()) == (3, learned)
    assert "error[corrections-missing]" in said.err
    assert "was learned from 8 corrections, and 7 of them can't teach here: 1 (input " in said.err
    (here / "documents" / "1.txt").write_bytes((slips / "documents" / "1.txt").read_bytes())
    fewer = alongside("learn", "--allow-missing", *at, "--json").data["models"][0]
    assert (fewer["corrections"], sorted(left["name"] for left in fewer["left_out"])) == (2, list("234567"))
    assert "6 train cases taught nothing" in alongside("learn", *at).out
    file.write_bytes(learned)
    shutil.copytree(slips / "documents", here / "documents", dirs_exist_ok=True)
    assert alongside("learn", *at).code == 0
    assert file.read_bytes() == learned
    assert alongside("run", "slip", one, *at).code == 0


def totals(alongside: Call) -> dict[str, Any]:
    items = alongside("gate", "--json").data["items"]
    return next(item for item in items if item["name"] == "totals")


def test_a_train_case_that_crashes_is_wrong_not_gone(alongside: Call, slips: Path) -> None:
    assert totals(alongside)["evidence"].startswith("8 of 8 right")
    source = slips / "workflows" / "slip.py"
    source.write_text(SLIPS.replace("    extract(document)\n", CRASH))
    item = totals(alongside)
    assert (item["status"], len(item["cases"])) == ("unmet", 4)
    assert item["evidence"].startswith("4 of 8 right")
    assert alongside("replay", "--json").data["shares"]["counted"]["n"] == 8
    assert alongside("ship", "--by", "kim").code == 1


def test_where_nothing_learns_train_cases_are_in_view_and_the_gate_says_how_to_measure(
    alongside: Call, judged: str, acme: Path
) -> None:
    alongside("case", "edit", judged, "--train")
    with (acme / "alongside.toml").open("a") as toml:
        toml.write(GOAL)
    replayed = alongside("replay")
    assert "train: 1 of 1" in replayed.out
    assert "seen by whoever edits; held-out cases measure" in replayed.out
    assert "learned" not in replayed.out
    gated = alongside("gate")
    assert gated.next == f"alongside case edit {judged} --held-out"
    assert "no case that counts judges field:total" in gated.out
    assert alongside("case", "edit", judged, "--held-out").code == 0
    assert "more held-out cases needed: `alongside case add RUN --held-out`" in alongside("gate").out
