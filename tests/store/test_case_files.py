import os
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.core.case import Case, CheckSpec, case_id
from alongside.core.errors import DataError
from alongside.store.case_files import edit_case, load_cases, retire_case, write_case
from alongside.store.case_text import case_text, edited_text, read_case

SCAN = {"file": "9f2c" * 16, "name": "004.jpg", "media_type": "image/jpeg"}


def make(**changes: object) -> Case:
    case = Case("", "Total of 004", "receipt", {"file": SCAN}, {"total": "30.90", "date": "2018-11-18"})
    case = replace(case, **changes)
    return replace(case, id=case_id(case.workflow, case.inputs))


text = st.text(max_size=12) | st.sampled_from(
    ["null", "null_", "a.b", "", "x\ny", '"""\\', "\r\n", "\x7f", "\u2028"]
)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=6,
)
mappings = st.dictionaries(text, plain, max_size=3)
filled = text.filter(lambda value: bool(value.strip()))
checks = st.lists(st.builds(CheckSpec, filled, text, st.none() | mappings.filter(bool)), max_size=2).map(
    tuple
)
cases = st.builds(
    make,
    name=filled,
    workflow=filled,
    inputs=mappings,
    expected=mappings,
    checks=checks,
    split=st.sampled_from(["train", "held-out"]),
    group=text,
    must_pass=st.booleans(),
    rate=st.floats(0, 1),
    note=text,
    retired=text,
)


@given(cases)
def test_a_case_reads_as_it_was_written(case: Case) -> None:
    assert read_case(case_text(case), name="x.toml") == case


@given(cases, cases)
def test_an_edit_states_the_new_case(before: Case, after: Case) -> None:
    after = replace(after, id=before.id, workflow=before.workflow, inputs=before.inputs)
    assert read_case(edited_text(case_text(before), after, name="x.toml"), name="x.toml") == after


def test_a_file_is_readable() -> None:
    case = make(expected={"total": "30.90", "lines": ["a", "b"], "paid": None}, note="first\nsecond")
    case = replace(case, checks=(CheckSpec("number", "total", {"tolerance": 0.01}),), must_pass=True)
    assert case_text(case) == (
        'name = "Total of 004"\nworkflow = "receipt"\nsplit = "train"\nmust_pass = true\n'
        'note = """\nfirst\nsecond"""\n\n[inputs]\n\n[inputs.file]\n'
        f'file = "{"9f2c" * 16}"\nname = "004.jpg"\nmedia_type = "image/jpeg"\n\n'
        '[expected]\ntotal = "30.90"\nlines = ["a", "b"]\npaid = { null = true }\n\n'
        '[[checks]]\ncheck = "number"\nfield = "total"\noptions = { tolerance = 0.01 }\n'
    )


def test_native_dates_are_iso_text(tmp_path: Path) -> None:
    source = 'name = "a"\nworkflow = "w"\n[expected]\nday = 2018-11-18\nat = 2018-11-18T08:30:00\n'
    case = read_case(source, name="a.toml")
    assert case.expected == {"day": "2018-11-18", "at": "2018-11-18T08:30:00"}


def test_the_id_is_of_what_comes_in_alone(tmp_path: Path) -> None:
    assert make().id == make(expected={}, name="other", note="n").id
    assert make().id != make(inputs={"file": {**SCAN, "name": "005.jpg"}}).id
    assert case_id("w", {"a": 1, "b": 2}) == case_id("w", {"b": 2, "a": 1})
    assert write_case(tmp_path, make()).name == f"total-of-004-{make().id}.toml"


@pytest.mark.parametrize(
    ("line", "message", "fix"),
    [
        (
            'groupy = "x"',
            "cases/bad.toml line 4: groupy is not a known key; the nearest is group",
            "write group",
        ),
        ('split = "trainy"', "line 4: split is 'trainy'; the nearest that it may be is 'train'", "held-out"),
        ("rate = 2", "line 4: rate is 2", "from 0 to 1"),
        ('must_pass = "yes"', "line 4: must_pass must be true or false, not 'yes'", "true or false"),
        (
            "[[checks]]\nfieldy = 'total'",
            "line 5: checks.fieldy is not a known key; the nearest is field",
            "field",
        ),
        ("[[checks]]", "line 4: checks.check is missing", "check ="),
        ("[expected]\ntotal = nan", "line 4: expected holds nan", "number"),
        ("note = 'open", "cases/bad.toml: ", "mend"),
    ],
)
def test_a_typo_is_named_and_the_others_are_kept(tmp_path: Path, line: str, message: str, fix: str) -> None:
    write_case(tmp_path, make())
    (tmp_path / "cases/bad.toml").write_text(f'name = "b"\nworkflow = "w"\ninputs.k = 1\n{line}\n')
    loaded = load_cases(tmp_path)
    assert loaded.cases == (make(),)
    (error,) = loaded.errors
    assert message in error.message
    assert fix in error.fix
    assert error.message.startswith("cases/bad.toml")


def test_files_that_are_not_cases_are_named(tmp_path: Path) -> None:
    write_case(tmp_path, make())
    (tmp_path / "cases/latin.toml").write_bytes(b'name = "\xe4"')
    (tmp_path / "cases/folder.toml").mkdir()
    (tmp_path / "cases/twin.toml").write_text(case_text(make(name="again")))
    loaded = load_cases(tmp_path)
    assert {error.code for error in loaded.errors} == {"toml-syntax", "not-read", "case-twice"}
    assert len(loaded.cases) == 1


def test_an_edit_from_outside_counts_at_once(tmp_path: Path) -> None:
    path = write_case(tmp_path, make())
    load_cases(tmp_path)
    status = path.stat()
    path.write_text(path.read_text().replace("30.90", "30.91"))  # the same size
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))  # and the same time
    assert load_cases(tmp_path).cases[0].expected["total"] == "30.91"


def test_the_index_answers_for_files_at_rest(tmp_path: Path) -> None:
    write_case(tmp_path, make())
    later = lambda: time.time_ns() + 10_000_000_000  # noqa: E731
    first = load_cases(tmp_path, clock_ns=later)
    index = tmp_path / ".alongside/case-index.json"
    index.write_text(index.read_text().replace("30.90", "99.99"))
    assert load_cases(tmp_path).cases[0].expected["total"] == "99.99"  # the file was not parsed again
    index.write_text("{broken")
    assert load_cases(tmp_path).cases == first.cases


def test_deleted_and_renamed_files_are_followed(tmp_path: Path) -> None:
    later = lambda: time.time_ns() + 10_000_000_000  # noqa: E731
    path = write_case(tmp_path, make())
    other = write_case(tmp_path, make(workflow="other"))
    load_cases(tmp_path, clock_ns=later)
    path.unlink()
    other.rename(other.with_name("mine.toml"))
    loaded = load_cases(tmp_path, clock_ns=later)
    assert [case.workflow for case in loaded.cases] == ["other"]
    assert loaded.paths == {loaded.cases[0].id: tmp_path / "cases/mine.toml"}


def test_comments_and_layout_survive_an_edit(tmp_path: Path) -> None:
    path = write_case(tmp_path, make())
    hand = path.read_text().replace("[expected]", "# by hand\n[expected]   # judged by Kim")
    hand = hand.replace('total = "30.90"', "total   =   '30.90' # twice")
    path.write_text(hand)
    edit_case(path, make(expected={"total": "30.90", "date": "2018-11-19"}, must_pass=True))
    edited = path.read_text()
    for kept in ("# by hand\n", "# judged by Kim", "total   =   '30.90' # twice"):
        assert kept in edited
    (case,) = load_cases(tmp_path).cases
    assert case.expected == {"total": "30.90", "date": "2018-11-19"}
    assert case.must_pass


def test_an_equal_edit_touches_nothing(tmp_path: Path) -> None:
    path = write_case(tmp_path, make())
    before = path.stat().st_ino
    edit_case(path, make())
    assert path.stat().st_ino == before


def test_inputs_are_frozen_and_a_case_is_written_once(tmp_path: Path) -> None:
    path = write_case(tmp_path, make())
    with pytest.raises(DataError, match="don't change"):
        edit_case(path, make(inputs={"file": {**SCAN, "file": "0" * 64}}))
    with pytest.raises(DataError, match="is there already"):
        write_case(tmp_path, make(name="another name"))


def test_retiring_keeps_the_record(tmp_path: Path) -> None:
    path = write_case(tmp_path, make())
    assert retire_case(path, reason="a test receipt").retired == "a test receipt"
    assert load_cases(tmp_path).cases == (make(retired="a test receipt"),)


def test_what_toml_cannot_hold_is_refused() -> None:
    with pytest.raises(DataError, match="case can't hold"):
        case_text(make(expected={"x": "\ud800"}))


def test_an_expected_table_in_pieces_is_still_edited() -> None:
    source = 'name = "a"\nworkflow = "w"\nexpected.a = 1\nexpected.b.c = 2\n'
    case = read_case(source, name="a.toml")
    after = replace(case, expected={"b": {"c": 3}, "n": None}, note="x")
    assert read_case(edited_text(source, after, name="a.toml"), name="a.toml") == after


def test_no_cases_folder_is_no_cases(tmp_path: Path) -> None:
    assert load_cases(tmp_path).cases == ()
