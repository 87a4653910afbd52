"""What an answer leaned on beside a version's files: variables of the environment, what is installed. By digest, never by value."""

import contextlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from alongside.core.digest import digest_parts
from alongside.store import meta
from alongside.store.database import Database

__all__ = ["INSTALLED", "installed", "still", "variable"]

INSTALLED = "installed distributions"
"""The name under which `installed()` is told; any other is that of a variable."""


def variable(salt: str, name: str, value: str | None) -> str:
    """Return the digest of a variable of the environment, None: it isn't set; nobody guesses it without the salt."""
    return digest_parts(salt, name, "unset" if value is None else f"is {value}")


def installed() -> str:
    """Return the digest of the distributions on Python's path with their versions, by the folders that say so."""
    found: set[str] = set()
    for entry in dict.fromkeys(sys.path):
        folder = Path(entry or ".")
        if folder.is_dir():
            with contextlib.suppress(OSError):
                names = os.listdir(folder)  # noqa: PTH208
                found.update(name for name in names if name.endswith((".dist-info", ".egg-info")))
    return digest_parts(*sorted(found))


def still(database: Database, told: Mapping[str, str]) -> bool:
    """Whether what an answer leaned on is as it was."""
    if not told:
        return True
    salt = meta.get(database, "salt")
    return salt is not None and all(
        (installed() if name == INSTALLED else variable(salt, name, os.environ.get(name))) == was
        for name, was in told.items()
    )
