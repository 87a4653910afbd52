"""How to call `alongside` again from another folder: as the person who started this did."""

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

__all__ = ["invocation"]


def invocation(
    folder: Path, *, argv0: str = "", environ: Mapping[str, str] | None = None, prefix: str = ""
) -> str:
    """Return the words that start `alongside` in `folder`: the bare name where the shell knows it, else a path.

    Started by `uv run` in a checkout, that is `uv run alongside`, with the way to uv where the shell doesn't know it:
    uv names itself in the environment variable UV, and puts its environment's programs before PATH.
    """
    env = os.environ if environ is None else environ
    programs = str(Path(prefix or sys.prefix) / "bin")
    path = os.pathsep.join(part for part in env.get("PATH", "").split(os.pathsep) if part != programs)
    uv = env.get("UV", "")
    if uv and _is_below(folder, Path(prefix or sys.prefix).parent):
        known = shutil.which("uv", path=path)
        return f"{'uv' if known and Path(known).samefile(uv) else _way(folder, Path(uv))} run alongside"
    program = Path(argv0 or sys.argv[0]).absolute()
    found = shutil.which("alongside", path=path if uv else env.get("PATH", ""))
    if found and program.exists() and Path(found).samefile(program):
        return "alongside"
    if program.name == "alongside":
        return _way(folder, program)
    return f"{_way(folder, Path(sys.executable))} -m alongside"


def _is_below(folder: Path, project: Path) -> bool:
    """Whether uv, started in the folder, finds the project of this environment."""
    return folder.is_relative_to(project) and (project / "pyproject.toml").is_file()


def _way(folder: Path, program: Path) -> str:
    """Return the shorter of the absolute path and the one from the folder."""
    relative = os.path.relpath(program, folder)
    return min(relative, str(program), key=len)
