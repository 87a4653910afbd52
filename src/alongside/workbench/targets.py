"""Where a command may write a file that somebody takes away: not among what is a version, or what git would take."""

import os
import shlex
from pathlib import Path

from alongside.core.errors import UsageError
from alongside.engine.versions import is_versioned

__all__ = ["check_target"]

_EXPORTS = "exports"


def check_target(root: Path, to: Path, *, said: str, is_whole: bool = False) -> None:
    """Raise UsageError `inside-engagement` where a file written to `to` would be part of the engagement at `root`.

    A new file there is another version: the gate closes, and who signed the one before signed nothing any more. An export of
    the whole (`is_whole`) goes outside or below `exports/` alone: it holds the documents, and git would take it.
    `said` is how the command was told the place: what stands before it.
    """
    here = root.resolve()
    target = to.parent.resolve() / to.name
    if not target.is_relative_to(here):
        return
    name = target.relative_to(here).as_posix()
    if is_whole:
        refused, why = not name.startswith(f"{_EXPORTS}/"), "git would take it with all that is in it"
    else:
        refused, why = is_versioned(name), "there it would be part of the next version"
    if refused:
        other = here / _EXPORTS / to.name
        shown = other if to.is_absolute() else Path(os.path.relpath(other))
        raise UsageError(
            "inside-engagement",
            f"{to} is in the engagement: {why}",
            fix=f"write {said}{shlex.quote(str(shown))}, or a place outside the engagement",
        )
