"""`bench/all.py` runs what is beside it, prints misses, and fails for crashes and for counts that aren't as promised."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROW = {"bench": "one", "value": 1.0, "unit": "s", "goal": "<= 2", "holds": True, "peers": {}}
PRINT = "import json, sys\nprint('figures', sys.argv[1:])\nprint(json.dumps({row!r}))\n"


@pytest.fixture
def folder(tmp_path: Path, project_root: Path) -> Path:
    """A folder with `all.py` and no benchmark yet."""
    shutil.copy(project_root / "bench" / "all.py", tmp_path)
    return tmp_path


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(folder / "all.py"), "--smoke"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_figures_and_misses_are_printed(folder: Path) -> None:
    (folder / "one.py").write_text(PRINT.format(row=ROW))
    (folder / "two.py").write_text(PRINT.format(row=ROW | {"bench": "two", "value": 3.0, "holds": False}))
    done = run(folder)
    assert done.returncode == 0
    assert "figures ['--smoke']" in done.stdout
    assert [line.split()[:6] for line in done.stdout.splitlines()[-2:]] == [
        ["one", "1", "s", "<=", "2", "yes"],
        ["two", "3", "s", "<=", "2", "NO"],
    ]


def test_a_count_that_is_not_as_promised_fails(folder: Path) -> None:
    (folder / "one.py").write_text(PRINT.format(row=ROW | {"holds": False, "wrong": ["calls"]}))
    done = run(folder)
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "wrong: one: calls"


@pytest.mark.parametrize(
    "source",
    ["raise SystemExit(3)", "print('no JSON')", "", f"print({json.dumps({'bench': 'bad'})!r})"],
    ids=["status", "text", "nothing", "incomplete"],
)
def test_a_crash_fails_and_the_others_still_run(folder: Path, source: str) -> None:
    (folder / "bad.py").write_text(source)
    (folder / "one.py").write_text(PRINT.format(row=ROW))
    done = run(folder)
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "crashed: bad"
    assert "one" in done.stdout.splitlines()[-2]
