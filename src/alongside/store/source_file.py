"""A file of the user's, read whole."""

from pathlib import Path

from alongside.core.errors import DataError

__all__ = ["read_bytes"]


def read_bytes(path: Path) -> bytes:
    """Return the file's bytes. Raises DataError `no-such-file`."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError(
            "no-such-file",
            f"{path} can't be read: {error.strerror}",
            fix="check the path and its permissions",
        ) from error
