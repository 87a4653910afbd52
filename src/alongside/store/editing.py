"""One edit of an engagement's files at a time: from the look at a file to its replacement nobody else writes any.

It holds between threads and between processes that go through here (the command line, a server, two servers), by a lock on
`.alongside/edit.lock`, which goes when its process does. An editor outside knows nothing of it: what it saved before the
look is seen, and `workbench.editing` tells who would write over it.
"""

import contextlib
import fcntl
import os
import threading
import time
from collections.abc import Generator
from pathlib import Path

from alongside.core.errors import DataError

__all__ = ["editing"]

_SECONDS, _PAUSE = 30.0, 0.01
_held = threading.local()


@contextlib.contextmanager
def editing(root: Path, *, seconds: float = _SECONDS) -> Generator[None]:
    """Hold the lock of the engagement at `root`; whoever holds it may take it again. Raises DataError `edit-busy`."""
    held: set[Path] = _held.__dict__.setdefault("roots", set())
    root = root.resolve()
    if root in held:
        yield
        return
    state = root / ".alongside"
    state.mkdir(exist_ok=True)
    lock = os.open(state / "edit.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _take(lock, root, time.monotonic() + seconds)
        held.add(root)
        try:
            yield
        finally:
            held.discard(root)
    finally:
        os.close(lock)


def _take(lock: int, root: Path, until: float) -> None:
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if time.monotonic() >= until:
                raise DataError(
                    "edit-busy",
                    f"somebody else has been editing the files of {root.name} for a while",
                    fix="let the other edit end, or end the process that hangs in it, then repeat",
                ) from error
            time.sleep(_PAUSE)
        else:
            return
