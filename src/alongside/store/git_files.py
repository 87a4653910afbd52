"""What git holds, or would take, of an engagement: asked of git itself, where it is installed."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from alongside.core.surrogates import shown

__all__ = ["is_in_git", "taken_files", "tracked_files"]

_SECONDS = 20.0
_KEEP = ".gitkeep"


def tracked_files(root: Path, folders: Sequence[str]) -> list[str]:
    """Return the files of these folders that git tracks, by their path from `root`; none where there is no git."""
    return _listed(root, folders, "--cached")


def taken_files(root: Path, folders: Sequence[str]) -> list[str]:
    """Return the files of these folders that the next `git add` would take."""
    return _listed(root, folders, "--others", "--exclude-standard")


def _listed(root: Path, folders: Sequence[str], *which: str) -> list[str]:
    git = shutil.which("git")
    if git is None:
        return []
    # a repository's own settings must not start a program of theirs
    words = [git, "-c", "core.fsmonitor=false", "-C", str(root), "ls-files", "-z", *which, "--", *folders]
    try:
        said = subprocess.run(words, capture_output=True, check=True, timeout=_SECONDS).stdout  # noqa: S603  git, by its own path
    except (OSError, subprocess.SubprocessError):  # not a repository, or one that git can't read
        return []
    names = [shown(name.decode("utf-8", "surrogateescape")) for name in said.split(b"\0") if name]
    return [name for name in names if not name.endswith(f"/{_KEEP}")]


def is_in_git(root: Path) -> bool:
    """Whether the folder is in a git repository."""
    return any((folder / ".git").exists() for folder in (root.absolute(), *root.absolute().parents))
