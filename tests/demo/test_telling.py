"""The parts of the story: what the truth says, which edits a failure suggests, how a beat is printed, what comes next."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.cli.demo.beats import Beat
from alongside.cli.demo.edits import Misread, edits_for, is_turned
from alongside.cli.demo.failing import engagement
from alongside.cli.demo.following import invocation
from alongside.cli.demo.stage import given as given_documents
from alongside.cli.demo.telling import text_of
from alongside.cli.demo.truth import read_truth
from alongside.cli.demo.writing import workflow
from alongside.core.errors import DataError

DAYS = st.dates(date(2001, 1, 1), date(2060, 12, 28))
WORDS = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=12)


def truth_of(tmp_path, told):
    path = tmp_path / "truth.json"
    path.write_text(told if isinstance(told, str) else json.dumps(told))
    return read_truth(path)


def test_a_fields_type_is_what_its_values_are(tmp_path):
    rows = {
        "1": {"who": "ACME", "when": "25/12/2018", "sum": "RM 9.00", "number": 17, "gone": None},
        "2": {"who": "4 Seasons", "when": "03/04/2018", "sum": "1,204.50", "number": 18, "gone": ""},
    }
    truth = truth_of(tmp_path, rows)
    assert truth.types == {"who": "str", "when": "date", "sum": "Decimal", "number": "Decimal"}
    assert truth.values["2"] == {"who": "4 Seasons", "when": "2018-04-03", "sum": "1204.50", "number": "18"}
    assert truth.is_right("who", "ACME", "a.c.m.e.")
    assert truth.is_right("sum", "9.00", "9")
    assert not truth.is_right("when", "2018-04-03", "2018-03-04")
    assert not truth.is_right("who", "ACME", None)


@pytest.mark.parametrize(
    ("told", "read", "line"),
    [
        (
            ["12/25/2018", "03/04/2018"],
            "2018-03-04",
            "when is read month first: 03/04/2018 is 2018-03-04; 12/25/2018 shows it.",
        ),
        (
            ["Fri 03/13/2026", "03/04/2026"],
            "2026-03-04",
            "when is read month first: 03/04/2026 is 2026-03-04; Fri 03/13/2026 shows it.",
        ),
        (
            ["03/04/2026 (Wed)", "05/06/2026"],
            "2026-05-06",
            "when is read month first: 05/06/2026 is 2026-05-06; 03/04/2026 (Wed) shows it.",
        ),
        (
            ["03132026", "05062026"],
            "2026-05-06",
            "when is read month first: 05062026 is 2026-05-06; 03132026 shows it.",
        ),
        (
            ["03/04/2026", "05/06/2026"],
            "2026-06-05",
            "when is read day first: 03/04/2026 is 2026-04-03; nothing in truth.json says otherwise.",
        ),
        (
            ["26-03-13", "26-03-04"],
            "2026-03-04",
            "when is read year first: 26-03-13 is 2026-03-13; only so are all its dates of neighbouring years.",
        ),
        (["12-03-26", "12-04-26"], "2026-04-12", "nothing in truth.json says otherwise."),
        (["2026-03-04", "4 May 2026"], "2026-05-04", ""),
    ],
)
def test_what_a_files_dates_show_says_their_order_and_the_demo_names_it(
    tmp_path, monkeypatch, told, read, line
):
    truth_of(tmp_path, {str(at): {"when": one} for at, one in enumerate(told)})
    (tmp_path / "papers").mkdir()
    for at in range(len(told)):
        (tmp_path / "papers" / f"{at}.txt").touch()
    monkeypatch.chdir(tmp_path)
    play = given_documents(Path("out"), documents=Path("papers"), truth=Path("truth.json"))
    assert play.truth.values["1"] == {"when": read}
    said = [one for one in engagement(play).happened if " first: " in one]
    assert [one.endswith(line) for one in said] == [True] * bool(line)


@pytest.mark.parametrize(
    "told",
    [
        "nothing",
        "[]",
        "{}",
        {"1": "text"},
        {"1": {"not a name": "x"}},
        {"1": {"class": "x"}},
        {"1": {"a": ["x"]}},
    ],
)
def test_a_truth_file_of_another_form_is_refused(tmp_path, told):
    with pytest.raises(DataError, match="bad-truth"):
        truth_of(tmp_path, told)


@given(DAYS, st.sampled_from("-/."), st.booleans(), st.booleans())
def test_both_edits_take_the_date_that_failed_and_the_closer_one_no_other_form(
    day, sign, is_short, is_padded
):
    year = f"{day.year % 100:02}" if is_short else str(day.year)
    parts = [f"{part:02}" if is_padded else str(part) for part in (day.month, day.day)]
    printed = sign.join([*parts, year])
    turned = day.day <= 12 and day.day != day.month
    got = day.replace(month=day.day, day=day.month).isoformat() if turned else day.isoformat()
    assert is_turned(got, day.isoformat()) == turned
    edits = edits_for([Misread("when", printed, got, day.isoformat())])
    assert bool(edits) == turned
    if turned:
        hasty, closer = edits
        other = sign.join([*parts, str(day.year) if is_short else f"{day.year % 100:02}"])
        assert re.fullmatch(hasty.pattern, printed)
        assert re.fullmatch(closer.pattern, printed)
        assert re.fullmatch(hasty.pattern, other)
        assert not re.fullmatch(closer.pattern, other)
        source = workflow("paper", "Paper", {"when": "date"}, tidy=closer.tidy, needs_rules=True)
        compile(source, "paper.py", "exec")
        assert 'param("month_first")' in source


@given(st.lists(st.lists(WORDS, max_size=20).map(" ".join), max_size=4), st.integers(72, 100))
def test_a_beat_fits_the_width_and_colour_adds_nothing_but_colour(lines, width):
    beat = Beat("A title", tuple(lines), "because.", ("alongside replay",), seconds=0.25)
    plain = text_of(beat, 3, width=width, colour=False)
    assert max(map(len, plain.splitlines())) <= width
    coloured = text_of(beat, 3, width=width, colour=True)
    assert re.sub(r"\x1b\[\d*m", "", coloured) == plain
    told = " ".join(plain.split())
    assert all(word in told for line in lines for word in line.split())


def program(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_the_next_command_is_called_as_this_one_was(tmp_path: Path):
    (tmp_path / "pyproject.toml").touch()
    folder, prefix = tmp_path / "alongside-demo", tmp_path / ".venv"
    uv, own = program(prefix / "bin/uv"), program(prefix / "bin/alongside")
    elsewhere = program(tmp_path / "tools/uv").parent
    installed = program(tmp_path / "apps/alongside")

    def called(*, argv0, path, at=folder, **environ):
        return invocation(at, argv0=str(argv0), environ={"PATH": path, **environ}, prefix=str(prefix))

    with_uv = f"{prefix}/bin:{elsewhere}"
    assert called(argv0=own, path=f"{prefix}/bin:/none", UV=str(uv)) == "../.venv/bin/uv run alongside"
    assert called(argv0=own, path=with_uv, UV=str(elsewhere / "uv")) == "uv run alongside"
    assert called(argv0=own, path=with_uv, UV=str(uv), at=Path("/elsewhere")) == str(own)
    assert called(argv0=own, path="/none") == "../.venv/bin/alongside"
    assert called(argv0=own, path=str(installed.parent)) == "../.venv/bin/alongside"
    assert called(argv0=installed, path=str(installed.parent)) == "alongside"
    assert called(argv0="pytest", path="/none").endswith("python -m alongside")
