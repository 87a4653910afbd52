"""MAP.md leads to files that exist, and leaves no part of the source out."""

import re
from pathlib import Path

import pytest

ROW = re.compile(r"^\| (?P<behaviour>[^|]+) \| `(?P<file>[^`|]+)` \|$", re.MULTILINE)


@pytest.fixture(scope="module")
def rows(project_root: Path) -> list[tuple[str, str]]:
    """(behaviour, file) in the order of the page."""
    return ROW.findall((project_root / "MAP.md").read_text(encoding="utf-8"))


def test_every_line_of_the_table_is_a_row(project_root: Path, rows: list[tuple[str, str]]) -> None:
    lines = [
        line for line in (project_root / "MAP.md").read_text(encoding="utf-8").splitlines() if line[:1] == "|"
    ]
    assert len(rows) == len(lines) - 2  # the heading and the rule below it


def test_every_file_exists(project_root: Path, rows: list[tuple[str, str]]) -> None:
    assert not [file for _, file in rows if not (project_root / file).is_file()]


def test_no_behaviour_is_named_twice(rows: list[tuple[str, str]]) -> None:
    behaviours = [behaviour for behaviour, _ in rows]
    assert sorted(set(behaviours)) == sorted(behaviours)


def test_every_part_of_the_source_has_a_row(project_root: Path, rows: list[tuple[str, str]]) -> None:
    source = project_root / "src" / "alongside"
    parts = {path.relative_to(source).parts[0] for path in source.rglob("*.py")} - {
        "__init__.py",
        "__main__.py",
    }
    named = {file.split("/")[2] for _, file in rows if file.startswith("src/alongside/")}
    assert parts <= named
