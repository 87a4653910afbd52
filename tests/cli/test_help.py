"""Help teaches by example and stays short; the reference page says what it says; starting costs nothing."""

import subprocess
import sys
from typing import Any

import click
import pytest
from reference_page import PAGE, helps, page

from alongside.cli.app import COMMANDS, app

CONTEXT = click.Context(app, info_name="alongside")
HELPS = dict(helps(app, CONTEXT))
NEVER_AT_START = {
    "rich",
    "tomlkit",
    "sqlite3",
    "asyncio",
    "starlette",
    "sklearn",
    "numpy",
    "PIL",
    "yaml",
    "dataclasses_json",
}


def test_the_reference_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python tests/cli/reference_page.py"


@pytest.mark.parametrize("path", HELPS)
def test_help_opens_with_examples_and_fits_a_screen(path: str) -> None:
    lines = HELPS[path].splitlines()
    example = next(number for number, line in enumerate(lines) if line.strip().startswith("alongside "))
    assert example <= 7, HELPS[path]
    assert len(lines) <= (38 if path == "alongside" else 30), HELPS[path]


def test_what_the_overview_says_of_a_command_is_what_it_says_itself() -> None:
    told = {name: text for section in COMMANDS.values() for name, text in section.items()}
    for name, text in told.items():
        command = app.get_command(CONTEXT, name)
        assert command is not None
        assert command.short_help == text, name


def test_every_command_takes_json() -> None:
    assert all("--json" in text for path, text in HELPS.items() if "COMMAND [ARGS]" not in text), "no --json"


def test_help_imports_next_to_nothing() -> None:
    code = "import sys, alongside.cli.app as a\ntry: a.app(['--help'])\nexcept SystemExit: pass\nprint(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in ran.stdout.splitlines()[-1].split()}
    assert not loaded & NEVER_AT_START


def test_the_page_that_a_404_points_at_lists_every_address(alongside: Any) -> None:
    told = alongside("serve", "--help").out
    for address in ("POST /run/WORKFLOW", "GET /runs/ID", "POST /runs/ID/feedback", "POST /feedback/ID/undo"):
        assert address in told
