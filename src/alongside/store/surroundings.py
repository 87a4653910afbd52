"""What an answer leaned on beside a version's files, by digest and never by value.

Variables of the environment, what is installed, the local time zone, files outside the engagement that an import read.
"""

import contextlib
import functools
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from alongside.core.digest import digest, digest_parts
from alongside.store import meta
from alongside.store.database import Database

__all__ = ["INSTALLED", "ZONE", "installed", "outside", "place", "still", "variable", "zone"]

INSTALLED = "installed distributions"
ZONE = "time zone"
"""The names under which `installed()` and `zone()` are told; any other is that of a variable or, after `at `, a path."""
_PLACE = "at "
_BIGGEST = 64 << 20
_localtime = time.localtime  # a worker puts another in its place, which notes who asks
_WEEKS = 14 * 24 * 3600
_SINCE, _UNTIL = -(2**31), 2**31  # later years are like the last


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


def place(path: str) -> str:
    """Return the name under which a file or folder outside the engagement is told."""
    return f"{_PLACE}{path}"


def outside(salt: str, path: str) -> str:
    """Return the digest of what stands at a path: a file's bytes (of a huge one its size and time), a folder's names."""
    try:
        there = os.stat(path)  # noqa: PTH116
        if Path(path).is_dir():
            return digest_parts(salt, "folder", *sorted(os.listdir(path)))  # noqa: PTH208
        if there.st_size > _BIGGEST:
            return digest_parts(salt, "huge", str(there.st_size), str(there.st_mtime_ns))
        return digest_parts(salt, "file", digest(Path(path).read_bytes()))
    except OSError:
        return digest_parts(salt, "missing")


def zone() -> str:
    """Return the digest of the rules by which this process tells local time: the same wherever the same rules hold."""
    return _zone(os.environ.get("TZ"), time.tzname)


@functools.cache
def _zone(_: str | None, __: tuple[str, str]) -> str:
    """Find every change of the offset: what the ends of two weeks differ in changed once between them."""
    rules, last = list[str](), _told(_SINCE)
    for start in range(_SINCE, _UNTIL, _WEEKS):
        if (after := _told(start + _WEEKS)) != last:
            low, high = start, start + _WEEKS
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if _told(middle) == last else (low, middle)
            rules.append(f"{high} {after}")
        last = after
    return digest_parts(_told(_SINCE), *rules)


def _told(at: int) -> str:
    here = _localtime(at)
    return f"{here.tm_gmtoff} {here.tm_zone} {here.tm_isdst}"


def still(database: Database, told: Mapping[str, str]) -> bool:
    """Whether what an answer leaned on is as it was."""
    if not told:
        return True
    salt = meta.get(database, "salt")
    return salt is not None and all(_now(salt, name) == was for name, was in told.items())


def _now(salt: str, name: str) -> str:
    if name == INSTALLED:
        return installed()
    if name == ZONE:
        return zone()
    if name.startswith(_PLACE):
        return outside(salt, name.removeprefix(_PLACE))
    return variable(salt, name, os.environ.get(name))
