import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.core.answer_types import Kind, kind_of
from alongside.core.case import Case, CheckSpec, case_id
from alongside.core.errors import DataError, UsageError
from alongside.core.split import split_of
from alongside.evals.rows import RowReader
from alongside.evals.transfer import FORMATS, read_cases, write_cases

text = st.text(max_size=10) | st.sampled_from(
    ["", "=1+1", "null", "12.50", "a,b;c", 'q"', "x\ny\r", "on", "12:30", "\u2028", "\x85 a", "name:json"]
)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=5,
).filter(lambda value: not (isinstance(value, dict) and "file" in value))
named = text.filter(bool)
checks = st.lists(
    st.sampled_from([CheckSpec("exact", "a"), CheckSpec("number", "b", {"tolerance": 0.5})]), max_size=2
).map(tuple)


@dataclass(frozen=True)
class Line:
    net: Decimal


@dataclass(frozen=True)
class Answer:
    total: Decimal
    day: date
    lines: list[Line]


def make(**values: Any) -> Case:
    case = Case(id="", **{"name": "n", "workflow": "w", "inputs": {}, "expected": {}, **values})
    return replace(case, id=case_id(case.workflow, case.inputs))


cases = st.lists(
    st.builds(
        make,
        name=named,
        workflow=named,
        inputs=st.dictionaries(text, plain, max_size=3),
        expected=st.dictionaries(text, plain, max_size=3),
        checks=checks,
        split=st.sampled_from(["train", "held-out"]),
        group=text,
        must_pass=st.booleans(),
        rate=st.floats(0, 1),
        note=text,
        retired=text,
    ),
    max_size=4,
    unique_by=lambda case: case.id,
)


@pytest.mark.parametrize("form", FORMATS)
@given(exported=cases)
def test_what_goes_out_comes_back(
    tmp_path_factory: pytest.TempPathFactory, form: str, exported: list[Case]
) -> None:
    path = tmp_path_factory.mktemp("out") / f"cases.{form}"
    path.write_bytes(write_cases(exported, form).encode())
    back = read_cases(path)
    assert back.errors == ()
    assert list(back.cases) == exported


def imported(
    tmp_path: Path, name: str, content: str, reader: RowReader | None = None
) -> tuple[list[Case], list[str]]:
    path = tmp_path / name
    path.write_text(content)
    found = read_cases(path, reader=reader)
    return list(found.cases), [f"{error.message} | {error.fix}" for error in found.errors]


GOOD = {"name": "a", "workflow": "w", "inputs": {"x": 1}, "expected": {"y": "2"}}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"namey": "b"}, "namey is not known; the nearest is name | write name"),
        ({"name": ""}, "name is empty | write a name"),
        ({"inputs": [1]}, "inputs is [1] | make it dict"),
        ({"must_pass": "yes"}, "must_pass is 'yes' | make it bool"),
        ({"rate": 7}, "rate is 7 | write a number from 0 to 1"),
        ({"split": "test"}, "split is 'test' | write train or held-out"),
        ({"workflow": "v"}, "there is no workflow 'v'; the nearest is w | write w"),
        ({"checks": [{"check": "exakt"}]}, "there is no check 'exakt'; the nearest is 'exact'"),
        ({"checks": ["exact"]}, "'exact' is not a check"),
        ({"inputs": {"scan": {"file": "gone.png"}}}, "inputs.scan: there is no file"),
        ({"inputs": {"scan": {"file": "0" * 64}}}, "input 000000000000 isn't here"),
        ({"inputs": {"x": 2}}, ""),
    ],
)
def test_a_bad_row_is_named_and_the_good_ones_are_kept(
    tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    rows = "\n".join(json.dumps(row) for row in (GOOD, {**GOOD, "inputs": {"x": 3}, **change}))
    reader = RowReader(workflows=["w"], has=lambda _: False)
    good, errors = imported(tmp_path, "c.jsonl", rows + "\n\n[1]\n{broken\n", reader)
    assert good[0].name == "a"
    assert len(good) == (1 if message else 2)
    assert [
        error for error in errors if error.startswith("c.jsonl line 2: ") and message in error
    ] or not message
    assert errors[-2].startswith("c.jsonl line 4: it is not an object")
    assert errors[-1].startswith("c.jsonl line 5: it is not JSON")


def test_the_same_case_twice_is_named(tmp_path: Path) -> None:
    good, errors = imported(tmp_path, "c.jsonl", f"{json.dumps(GOOD)}\n{json.dumps(GOOD)}\n")
    assert len(good) == 1
    assert errors == ["c.jsonl line 2: it has the workflow and inputs of 'a' | take one of the two out"]


def test_csv_of_a_spreadsheet(tmp_path: Path) -> None:
    content = "\ufeffname;workflow;inputs.text;expected.total;must_pass;expected.lines:json\r\nfirst;w;a, b;12.50;TRUE;[1, 2]\r\n;;;;;\r\nthird;w;c;;;\r\n"
    good, errors = imported(tmp_path, "c.csv", content)
    assert errors == []
    assert [case.expected for case in good] == [{"total": "12.50", "lines": [1, 2]}, {}]
    assert good[0].inputs == {"text": "a, b"}
    assert good[0].must_pass


def test_a_plain_cell_of_csv_is_what_its_input_takes(tmp_path: Path) -> None:
    kinds = {"n": "integer", "x": "number", "paid": "decimal", "day": "date", "on": "flag", "code": "text"}
    takes: dict[str, Any] = {name: {"kind": kind, "required": False} for name, kind in kinds.items()}
    takes["tags"] = {"kind": "list", "of": {"kind": "text"}, "required": False}
    answer = {"kind": "record", "fields": {"seen": {"kind": "list", "of": {"kind": "text"}}}}

    def check(_: str, inputs: Mapping[str, Any]) -> None:
        for name, value in inputs.items():
            if (name == "n" and not isinstance(value, int)) or (name == "day" and "/" in value):
                raise DataError("input-type", f"{name} is {value!r}", fix=f"give {name} as {kinds[name]}")

    reader = RowReader(takes={"w": takes}, answers={"w": answer}, check_inputs=check)
    heading = ",".join(["name,workflow", *(f"inputs.{name}" for name in takes), "expected.seen"])
    row = 'a,w,"1,000",12.5,"1,234.50",13 March 2026,TRUE,007,"[""1.10"", 7]","[""x"", 7]"\n'
    (one,), errors = imported(tmp_path, "c.csv", f"{heading}\n{row}", reader)
    assert errors == []
    read = {"n": 1000, "x": 12.5, "paid": "1234.50", "day": "2026-03-13", "on": True, "code": "007"}
    assert one.inputs == read | {"tags": ["1.10", "7"]}
    assert one.expected == {"seen": ["x", "7"]}
    assert imported(tmp_path, "d.csv", write_cases([one], "csv"), reader) == ([one], [])
    sheet = "name,workflow,inputs.n,inputs.day\nb,w,1.000,\nc,w,,03/04/2026\n"
    assert [error.rpartition(" | ")[2] for error in imported(tmp_path, "e.csv", sheet, reader)[1]] == [
        "write it as 1, or as JSON under the heading inputs.n:json",
        "write it as 2026-03-14, or as JSON under the heading inputs.day:json",
    ]


def test_bad_csv_rows_and_files(tmp_path: Path) -> None:
    heading = "name,workflow,inputs.x:json,expected.y\n"
    good, errors = imported(
        tmp_path, "c.csv", f'{heading}a,w,1,2\nb,w,{{,2\nc,w,3,4,5\n,w,4,4\nd,w,5,"open\n'
    )
    assert [case.name for case in good] == ["a"]
    assert [error.split(": ")[0] for error in errors] == [
        "c.csv row 3",
        "c.csv row 4",
        "c.csv row 5",
        "c.csv",
    ]
    assert "column inputs.x:json" in errors[0]
    assert "5 cells under 4 headings" in errors[1]
    assert "row 6 is not CSV" in errors[3]
    assert imported(tmp_path, "c.csv", "name,name\n")[1] == [
        "c.csv: two columns are called 'name' | rename or remove one of them"
    ]
    assert imported(tmp_path, "c.csv", "")[0] == []
    assert imported(tmp_path, "c.csv", "a,w,3\n")[1] == [
        "c.csv: its first row has no headings, but a, w, 3 | "
        "begin with a row of headings: name,workflow,inputs.NAME,expected.FIELD"
    ]


def test_a_space_behind_every_delimiter_is_nobodys(tmp_path: Path) -> None:
    good, errors = imported(tmp_path, "c.csv", 'name, workflow, inputs.x, expected.y\na, w, "b, c", 1\n')
    assert errors == []
    assert [(one.workflow, one.inputs, one.expected) for one in good] == [("w", {"x": "b, c"}, {"y": "1"})]
    assert imported(tmp_path, "d.csv", "name , workflow,inputs.x\na,w, b\n")[0][0].inputs == {"x": " b"}


def test_no_cell_of_an_export_is_a_formula() -> None:
    out = write_cases([make(name="=cmd", inputs={"x": "+1", "y": "@a"}, expected={"z": "-2"})], "csv")
    cells = [cell for line in out.splitlines()[1:] for cell in line.split(",")]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]


def test_yaml_rows(tmp_path: Path) -> None:
    content = (
        "- name: a\n  workflow: w\n  inputs: {day: 2018-11-18}\n  expected: {total: 1.5}\n"
        "- name: b\n  workflow: w\n  inputs: {x: .nan}\n"
        "- name: c\n  workflow: w\n  inputs: {x: !!python/name:os.system }\n"
    )
    good, errors = imported(tmp_path, "c.yaml", content)
    assert [(case.name, case.inputs) for case in good] == [("a", {"day": "2018-11-18"})]
    assert errors[0].startswith("c.yaml item 2 (line 5): nan is not a value")
    assert errors[1].startswith("c.yaml item 3 (line 8): could not determine a constructor")


def test_what_yaml_has_without_quotes_is_read_by_the_kind_of_its_place(tmp_path: Path) -> None:
    texts = {"country": "NO", "code": "007", "at": "12:30", "who": "yes", "tag": "1.10", "hex": "0x3f"}
    fields: Kind = {name: {"kind": "text"} for name in texts}
    others = {"total": "number", "day": "date", "paid": "flag", "more": "any"}
    fields |= {name: {"kind": kind} for name, kind in others.items()}
    fields |= {
        "seats": {"kind": "choice", "of": ["1", "NO"]},
        "tags": {"kind": "list", "of": {"kind": "text"}},
    }
    reader = RowReader(
        takes={"w": {"code": {"kind": "text", "required": True}}},
        answers={"w": {"kind": "record", "fields": fields}},
    )
    unquoted = "".join(f"{name}: {text}, " for name, text in texts.items())
    stated = "total: 1.50, day: 2018-01-08, paid: yes, more: [no, 007, 1.5, true, null], seats: 1, tags: [1.10, no]"
    content = (
        f"- {{name: 007, workflow: w, must_pass: yes, rate: 0.5, inputs: {{code: 010}}, expected: {{{unquoted}{stated}}}}}\n"
        "- {name: b, workflow: w, inputs: {code: b}, expected: {total: 0x3f}}\n"
        "- {name: c, workflow: w, inputs: {code: c}, expected: {total: 12:30}}\n"
        "- {name: null, workflow: w, inputs: {code: d}}\n"
    )
    (case,), errors = imported(tmp_path, "c.yaml", content, reader)
    assert (case.name, case.must_pass, case.rate, case.inputs) == ("007", True, 0.5, {"code": "010"})
    more = {"more": ["no", "007", 1.5, True, None], "seats": 1, "tags": ["1.10", "no"]}
    assert case.expected == {**texts, "total": 1.5, "day": "2018-01-08", "paid": True, **more}
    assert [error.partition(": ")[2].partition(" |")[0] for error in errors] == [
        "expected: total is a number, and '0x3f' is none",
        "expected: total is a number, and '12:30' is none",
        "name is null",
    ]
    assert imported(tmp_path, "d.yaml", write_cases([case], "yaml"), reader) == ([case], [])


def test_a_number_without_quotes_is_what_its_place_holds_in_every_format(tmp_path: Path) -> None:
    fields = {"code": "text", "day": "date", "total": "number", "count": "integer", "more": "any"}
    reader = RowReader(
        takes={"w": {"id": {"kind": "text", "required": True}}},
        answers={"w": {"kind": "record", "fields": {name: {"kind": kind} for name, kind in fields.items()}}},
    )
    stated = '{"code": 7.50, "day": 20180306, "total": 1.5, "count": 3, "more": [7, {"a": 0.5}]}'
    row = f'{{"name": 8, "workflow": "w", "inputs": {{"id": 42}}, "expected": {stated}}}'
    sheet = "name,workflow,inputs.id:json,expected.code:json,expected.day:json\n8,w,42,7.50,20180306\n"
    (one,), wrong = imported(tmp_path, "c.jsonl", row, reader)
    assert (one.name, one.inputs, wrong) == ("8", {"id": "42"}, [])
    read = {"code": "7.50", "day": "20180306"}
    assert one.expected == read | {"total": 1.5, "count": 3, "more": [7, {"a": 0.5}]}
    assert imported(tmp_path, "c.yaml", f"- {row}", reader) == ([one], [])
    assert imported(tmp_path, "c.csv", sheet, reader) == ([replace(one, expected=read)], [])


def test_a_row_with_an_alias_is_left_out_alone(tmp_path: Path) -> None:
    content = (
        "- &a {name: a, workflow: w, inputs: {x: 1}}\n"
        "- *a\n"
        "- {name: b, workflow: w, inputs: {x: [[2], *a]}}\n"
        "- {name: c, workflow: w, inputs: {x: 3}}\n"
    )
    good, errors = imported(tmp_path, "c.yaml", content)
    assert [case.name for case in good] == ["a", "c"]
    assert [error.partition(" (*")[0] for error in errors] == [
        "c.yaml item 2 (line 2): it uses an alias",
        "c.yaml item 3 (line 3): it uses an alias",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (f"- a\n- {'[' * 100_000}{']' * 100_000}\n", "line 2 is nested more than 100 deep"),
        ("name: a\n", "it is not a list of cases"),
        ("- a: 'x\n", "it is not YAML"),
        ("- a\n---\n- b\n", "it is not YAML"),
    ],
)
def test_yaml_that_is_not_rows(tmp_path: Path, content: str, message: str) -> None:
    good, errors = imported(tmp_path, "c.yml", content)
    assert (good, len(errors)) == ([], 1)
    assert message in errors[0]


def test_files_are_taken_in_by_their_path(tmp_path: Path) -> None:
    (tmp_path / "scans").mkdir()
    (tmp_path / "scans/1.png").write_bytes(b"png")
    kept: list[Path] = []

    def keep(path: Path) -> dict[str, str]:
        kept.append(path)
        if path.stat().st_size > 3:
            raise DataError("too-big", "it is too big", fix="make it smaller")
        return {"file": "f" * 64, "name": path.name, "media_type": "image/png"}

    (tmp_path / "scans/2.png").write_bytes(b"much")
    content = "name,workflow,inputs.scan:file\none,w,scans/1.png\ntwo,w,scans/2.png\n"
    good, errors = imported(tmp_path, "c.csv", content, RowReader(keep=keep))
    assert good[0].inputs == {"scan": {"file": "f" * 64, "name": "1.png", "media_type": "image/png"}}
    assert good[0].group == "f" * 64
    assert kept == [tmp_path / "scans/1.png", tmp_path / "scans/2.png"]
    assert errors == ["c.csv row 3: inputs.scan: it is too big | make it smaller"]


def test_rows_are_held_to_what_the_workflow_takes_and_answers(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    rows = [
        {"inputs": {"file": "a.txt"}, "expected": {"total": "1", "lines.0.net": 2, "lines": [{"net": 2}]}},
        {"inputs": {"file": "gone.txt"}},
        {"inputs": {"fiel": "a.txt"}},
        {"inputs": {}},
        {"inputs": {"file": "a.txt"}, "expected": {"totla": "1"}},
        {"inputs": {"file": "a.txt"}, "expected": {"total": "twelve"}},
        {"inputs": {"file": "a.txt"}, "expected": {"day": "2026-13-45"}},
        {"inputs": {"file": "a.txt"}, "expected": {"lines": [{"net": 2}, {}]}},
    ]
    reader = RowReader(
        keep=lambda path: {"file": "f" * 64, "name": path.name},
        takes={"w": {"file": {"kind": "file", "type": "File", "required": True}}},
        answers={"w": kind_of(Answer)},
    )
    content = "\n".join(json.dumps({"name": "n", "workflow": "w", **row}) for row in rows)
    good, errors = imported(tmp_path, "c.jsonl", content, reader)
    assert [case.inputs for case in good] == [{"file": {"file": "f" * 64, "name": "a.txt"}}]
    assert [error.split(" | ")[-1] for error in errors] == [
        "mend the path; it begins where the rows' file lies",
        "write inputs.file",
        "name the file by its path: inputs.file",
        "write total",
        "state it as 12.50",
        "state it as 2026-03-14",
        "add net (null: nothing is there), or state a part alone: lines.1.net",
    ]
    assert errors[3:] == [
        "c.jsonl line 5: expected: the answer has no field 'totla'; it has total, day, lines | write total",
        "c.jsonl line 6: expected: total is a number, and 'twelve' is none | state it as 12.50",
        "c.jsonl line 7: expected: day is a date, and '2026-13-45' is none | state it as 2026-03-14",
        "c.jsonl line 8: expected: row 2 of lines leaves out net, which every answer has there | "
        "add net (null: nothing is there), or state a part alone: lines.1.net",
    ]


def test_a_row_without_a_split_is_placed_by_its_group(tmp_path: Path) -> None:
    rows = "\n".join(json.dumps({**GOOD, "inputs": {"x": n}, "group": f"g{n % 5}"}) for n in range(40))
    good, _ = imported(tmp_path, "c.jsonl", rows, RowReader(held_out=0.5, salt="s"))
    assert {case.split for case in good} == {"train", "held-out"}
    assert all(case.split == split_of(case.group, share=0.5, salt="s") for case in good)


def test_other_files(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"c\.xlsx is neither"):
        read_cases(tmp_path / "c.xlsx")
    with pytest.raises(DataError, match=r"gone\.csv can't be read"):
        read_cases(tmp_path / "gone.csv")
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(DataError, match="is a pipe"):
        read_cases(tmp_path / "pipe.csv")
    (tmp_path / "l.csv").write_bytes("name;Straße".encode("latin-1"))
    with pytest.raises(DataError, match="is not UTF-8"):
        read_cases(tmp_path / "l.csv")
