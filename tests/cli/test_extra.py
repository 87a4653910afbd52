"""An installation without the extra `learn`: the same packages, but for scikit-learn."""

import importlib.metadata
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from alongside.workbench.extras import extra_fix


def test_the_demo_says_what_is_missing_before_it_begins(tmp_path: Path) -> None:
    packages = tmp_path / "packages"
    packages.mkdir()
    clone = Path(__file__).parents[2]
    (packages / "alongside").symlink_to(clone / "src" / "alongside")
    for one in Path(str(importlib.metadata.distribution("click").locate_file(""))).iterdir():
        if not one.name.lower().startswith(("scikit_learn", "alongside", "__editable__")):
            (packages / one.name).symlink_to(one)
    _installed_from(packages, {"url": clone.as_uri(), "dir_info": {}})
    said = subprocess.run(
        [sys.executable, "-S", "-m", "alongside", "demo"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(packages)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (said.returncode, said.stdout) == (3, "")
    assert "error[extra-missing]: this needs scikit-learn" in said.stderr
    assert f"`uv tool install '{clone}[learn]'`" in said.stderr
    assert not (tmp_path / "alongside-demo").exists()


@pytest.mark.parametrize(
    ("direct", "fix"),
    [
        (
            {"url": "https://git.example/alongside", "vcs_info": {"vcs": "git"}},
            "install the extra `learn`: `uv tool install 'alongside[learn] @ git+https://git.example/alongside'`",
        ),
        (
            {"url": "file:///not/there", "dir_info": {}},
            "install the extra `learn`, in the clone of Alongside: `uv tool install '.[learn]'`",
        ),
    ],
)
def test_the_fix_names_what_alongside_was_installed_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, direct: dict[str, object], fix: str
) -> None:
    _installed_from(tmp_path, direct)
    monkeypatch.syspath_prepend(tmp_path)
    assert extra_fix("learn") == fix


def _installed_from(packages: Path, direct: dict[str, object]) -> None:
    info = packages / "alongside-0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: alongside\nVersion: 0\n")
    (info / "direct_url.json").write_text(json.dumps(direct))
