"""Which runs are under way: each holds a lock on a file of its own, and a lock goes when its process does."""

import fcntl
import os
from pathlib import Path

__all__ = ["hold", "is_held", "release"]

_FOLDER = "running"


def hold(state: Path, run: str) -> int:
    """Lock a run's file and return the descriptor to `release`. `state` is the engagement's `.alongside`."""
    path = _path(state, run)
    path.parent.mkdir(exist_ok=True)
    held = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(held, fcntl.LOCK_SH)  # shared: whoever looks never makes the run wait
    return held


def release(state: Path, run: str, held: int) -> None:
    """End it: the run's row says how it ended."""
    _path(state, run).unlink(missing_ok=True)
    os.close(held)


def is_held(state: Path, run: str) -> bool:
    """Whether a process is at work on the run."""
    try:
        found = os.open(_path(state, run), os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(found, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(found)
    return False


def _path(state: Path, run: str) -> Path:
    return state / _FOLDER / run
