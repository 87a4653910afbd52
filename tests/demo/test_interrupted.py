"""Ctrl-C in the demo ends with the command that goes on where it was, with its options."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from alongside.cli.app import app
from alongside.cli.demo import story


def test_the_options_are_part_of_the_way_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(**_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(story, "play", interrupted)
    said = CliRunner().invoke(app, ["demo", "--to", str(tmp_path / "d m")])
    assert said.exit_code == 130
    assert said.stderr.endswith(f"next: alongside demo --to '{tmp_path}/d m'\n")
