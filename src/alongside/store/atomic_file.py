"""Files that are whole or not there: written beside, synced, then renamed."""

import os
import threading
from pathlib import Path

from alongside.core.errors import DataError

__all__ = ["write_atomic"]


def write_atomic(path: Path, data: bytes) -> None:
    """Replace `path` by `data` durably; a reader sees the old bytes or the new ones. Raises DataError `not-written`."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise DataError(
            "not-written",
            f"{path} can't be written: {error.strerror}",
            fix="free space on this disk or mend its permissions, then repeat",
        ) from error


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
