"""Cases go out with their documents and come in anywhere; what is here already is no error."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

LENGTH = """
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from alongside import File, step, workflow

@dataclass(frozen=True)
class Read:
    total: Decimal
    day: date

@step
def read(file: File) -> Read:
    return Read(Decimal(len(file.data)), date(2026, 3, 14))

@workflow
def length(file: File) -> Read:
    return read(file)
"""


@pytest.fixture
def papers(alongside: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An engagement with two cases of documents that have one name, and the shell in it."""
    root = _engagement(alongside, tmp_path / "one")
    for number, folder in enumerate(("a", "b"), 1):
        (root / folder).mkdir()
        (root / folder / "bill 1.txt").write_text("x" * number)
    monkeypatch.chdir(root)
    ran = alongside("run", "length", "a/bill 1.txt", "b/bill 1.txt", "--json").data["runs"]
    for one in ran:
        alongside("review", one["run"], "--rest-right")
        assert alongside("case", "add", one["run"]).code == 0
    return root


def _engagement(alongside: Any, root: Path) -> Path:
    assert alongside("init", root).code == 0
    (root / "workflows" / "receipt.py").unlink()
    (root / "workflows" / "length.py").write_text(LENGTH)
    return root


def test_one_document_under_two_names_that_expect_different_values_is_named(
    alongside: Any, papers: Path
) -> None:
    (papers / "c.txt").write_bytes((papers / "a" / "bill 1.txt").read_bytes())
    run = alongside("run", "length", "c.txt", "--json").data["runs"][0]["run"]
    alongside("review", run, "--wrong", "total=9", "--rest-right")
    added = alongside("case", "add", run)
    assert added.code == 0
    assert "(bill 1) is the same document under another name and expects total = 1" in added.out
    against = alongside("case", "add", run, "--json").data["against"]
    assert [(one["name"], one["fields"]) for one in against] == [("bill 1", ["total"])]
    said = alongside("gate").out
    assert "are the same document and expect different values of total" in said


@pytest.mark.parametrize("form", ["jsonl", "csv", "yaml"])
def test_cases_come_in_elsewhere_with_their_documents(
    alongside: Any, papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    file = tmp_path / "out" / f"my cases.{form}"
    told = alongside("case", "export", file, "--documents", "--json").data
    assert told == {
        "file": str(file),
        "cases": 2,
        "folder": str(file.with_name("my cases.files")),
        "documents": 2,
        "staying": 0,
    }
    assert len(list((tmp_path / "out" / "my cases.files").iterdir())) == 2
    ids = [case["id"] for case in alongside("case", "list", "--json").data["cases"]]

    monkeypatch.chdir(_engagement(alongside, tmp_path / "two"))
    came = alongside("case", "import", file)
    assert (came.code, came.out) == (0, "2 cases taken, 0 rows left out\n")
    assert [case["id"] for case in alongside("case", "list", "--json").data["cases"]] == ids
    replayed = alongside("replay", "--json").data
    assert replayed["cases"] == 2

    again = alongside("case", "import", file)
    assert (again.code, again.out) == (0, "0 cases taken, 2 already here, unchanged, 0 rows left out\n")
    alongside("case", "edit", ids[0], "--expect", "total=7")
    changed = alongside("case", "import", file)
    assert (changed.code, changed.out) == (3, "0 cases taken, 1 already here, unchanged, 1 row left out\n")
    assert "next:" not in changed.err
    assert re.search(
        rf"error\[case-exists\]: {file.name} (row 2|line 1|item 1 \(line 1\)): cases/", changed.err
    )


def test_confidential_documents_stay_unless_somebody_asks_for_them(
    alongside: Any, papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = alongside("case", "export", "exports/cases.jsonl")
    assert said.code == 0
    assert "2 documents not taken along, because alongside.toml declares documents confidential." in said.out
    assert not (papers / "exports" / "cases.files").exists()
    toml = papers / "alongside.toml"
    toml.write_text(toml.read_text().replace('documents = "confidential"', 'documents = "internal"'))
    assert "2 documents in exports/cases.files" in alongside("case", "export", "exports/cases.jsonl").out
    assert "--documents" in alongside("case", "export", "exports/bare.jsonl", "--no-documents").out

    monkeypatch.chdir(_engagement(alongside, tmp_path / "two"))
    refused = alongside("case", "import", papers / "exports" / "bare.jsonl")
    assert refused.code == 3
    assert "`alongside case export FILE --documents`" in refused.err


def test_a_document_s_name_never_leads_out_of_its_folder(
    alongside: Any, papers: Path, tmp_path: Path
) -> None:
    (papers / "c.txt").write_text("away")
    row = {
        "name": "away",
        "workflow": "length",
        "inputs": {"file": {"file": "c.txt", "name": "../../.hidden\\..\\é:1.txt"}},
    }
    (papers / "rows.jsonl").write_text(json.dumps(row))
    assert alongside("case", "import", "rows.jsonl").code == 0
    alongside("case", "export", tmp_path / "out" / "cases.jsonl", "--documents")
    assert "é_1.txt" in {one.name for one in (tmp_path / "out" / "cases.files").iterdir()}
    assert alongside("case", "import", tmp_path / "out" / "cases.jsonl").code == 0


def test_what_no_answer_can_be_is_refused_by_row(alongside: Any, papers: Path) -> None:
    (papers / "c.txt").write_text("abc")
    (papers / "d.txt").write_text("abcd")
    (papers / "rows.csv").write_text(
        "name,workflow,inputs.file,expected.total,expected.day,expected.colour\n"
        "a,length,c.txt,twelve,,\nb,length,c.txt,,2026-13-45,\nc,length,c.txt,,,red\nd,length,d.txt,4,2026-03-14,\n"
    )
    said = alongside("case", "import", "rows.csv", "--json")
    assert said.code == 3
    assert [case["name"] for case in said.data["cases"]] == ["d"]
    assert [error["message"].split(": ")[0] for error in said.data["errors"]] == [
        f"rows.csv row {n}" for n in (2, 3, 4)
    ]
    assert [error["fix"] for error in said.data["errors"]][:2] == [
        "state it as 12.50",
        "state it as 2026-03-14",
    ]


@pytest.mark.parametrize(("name", "content"), [("empty.jsonl", ""), ("empty.csv", "name,workflow\n")])
def test_a_file_without_cases_is_an_error_alone(
    alongside: Any, papers: Path, name: str, content: str
) -> None:
    (papers / name).write_text(content)
    said = alongside("case", "import", name)
    assert (said.code, said.out) == (3, "")
    assert f"error[bad-file]: {name}: " in said.err


def test_a_retired_case_comes_back(alongside: Any, judged: str) -> None:
    run = alongside("case", "show", judged, "--json").data["run"]
    alongside("case", "retire", judged, "--reason", "the vendor is gone")
    refused = alongside("case", "add", run)
    assert refused.code == 3
    assert "it is retired: the vendor is gone" in refused.err
    assert f"bring it back with `alongside case edit {judged} --revive`" in refused.err
    assert "retired: the vendor is gone" in alongside("case", "edit", judged, "--note", "hm").out
    alongside("case", "edit", judged, "--revive")
    assert [case["id"] for case in alongside("case", "list", "--json").data["cases"]] == [judged]


TYPED = """
from dataclasses import dataclass
from alongside import workflow

@dataclass(frozen=True)
class Amount:
    value: int

    def __post_init__(self) -> None:
        if self.value < 0:
            raise RuntimeError("below zero")

@dataclass(frozen=True)
class Range:
    low: int

@workflow
def typed(
    q: str,
    n: int = 1,
    amount: Amount | None = None,
    some: list[int] | None = None,
    either: Amount | Range | int | None = None,
) -> str:
    return q
"""


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({}, "missing a required argument: 'q'"),
        ({"q": True}, "q is True, which is not str"),
        ({"q": "a", "n": "xx"}, "n is 'xx', which is not int"),
        ({"q": "a", "n": 1.5}, "n is 1.5, which is not int"),
        ({"q": "a", "amount": {"value": -1}}, "amount is refused by Amount: below zero"),
        ({"q": "a", "amount": {"value": "x"}}, "amount.value is 'x', which is not int"),
        ({"q": "a", "either": {"value": -1}}, "either is refused by Amount: below zero"),
        ({"q": "a", "some": ["x"]}, "some"),
    ],
)
def test_a_row_that_its_workflow_cannot_take_is_named(
    alongside: Any, papers: Path, inputs: dict[str, Any], told: str
) -> None:
    (papers / "workflows" / "typed.py").write_text(TYPED)
    rows = [{"q": "good"}, inputs, {"q": "good too", "n": 2, "amount": {"value": 3}, "some": [1]}]
    (papers / "rows.jsonl").write_text(
        "".join(
            f"{json.dumps({'name': f'r{number}', 'workflow': 'typed', 'inputs': one, 'expected': {}})}\n"
            for number, one in enumerate(rows)
        )
    )
    said = alongside("case", "import", "rows.jsonl")
    assert (said.code, "error[bad-row]: rows.jsonl line 2: inputs: " in said.err, told in said.err) == (
        3,
        True,
        True,
    )
    assert {"r0", "r2"} <= {one["name"] for one in alongside("case", "list", "--json").data["cases"]}
    assert "r1" not in alongside("case", "list").out
