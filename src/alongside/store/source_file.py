"""A file of the user's, read whole."""

import stat
from pathlib import Path

from alongside.core.errors import DataError

__all__ = ["read_bytes"]


def read_bytes(path: Path) -> bytes:
    """Return the file's bytes. Raises DataError `no-such-file`, for a pipe or a device too: it may never end."""
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            raise DataError(
                "no-such-file",
                f"{path} is a pipe or a device, not a file",
                fix="save what comes out of it as a file, and name that",
            )
        return path.read_bytes()
    except OSError as error:
        raise DataError(
            "no-such-file",
            f"{path} can't be read: {error.strerror}",
            fix="check the path and its permissions",
        ) from error
