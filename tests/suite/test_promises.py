"""What README.md and CHANGELOG.md must hold for CI and for a release."""

import re
from pathlib import Path


def test_readme_holds_the_two_commands_that_ci_runs(project_root: Path) -> None:
    commands = re.findall(r"^python3 -m venv .*$", (project_root / "README.md").read_text(), re.MULTILINE)
    assert [command.rpartition("&& ")[2] for command in commands] == [
        ".venv/bin/uv run alongside demo",
        ".venv/bin/uv run pytest",
    ]


def test_changelog_has_a_place_for_what_is_new(project_root: Path) -> None:
    assert "\n## Unreleased\n" in (project_root / "CHANGELOG.md").read_text()
