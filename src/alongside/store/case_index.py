"""What the case files said when they were last read, so that an unchanged one isn't parsed again."""

import json
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any, NamedTuple

from alongside.core.case import Case, CheckSpec
from alongside.core.errors import DataError
from alongside.store.atomic_file import write_atomic

__all__ = ["Index", "Stamp", "read_index", "stamp_of", "write_index"]

_FORMAT = 1
_FILE = Path(".alongside", "case-index.json")
# The coarsest clock of a file system in use (FAT): a file changed again within it may bear the same times.
_TICK_NS = 2_000_000_000
_FIELDS = tuple(field.name for field in fields(Case))


class Stamp(NamedTuple):
    """A file's times and size, and when it was looked at; all times in nanoseconds since the epoch."""

    modified: int
    changed: int
    size: int
    checked: int

    def vouches_for(self, now: "Stamp") -> bool:
        """Whether the file is surely the one that was read: nothing differs, and it had rested when it was read."""
        rested = self.checked - max(self.modified, self.changed) > _TICK_NS
        return rested and self[:3] == now[:3]


Index = dict[str, tuple[Stamp, Case]]


def stamp_of(path: Path, *, checked: int) -> Stamp:
    """Return the file's stamp. Raises OSError."""
    status = path.stat()
    return Stamp(status.st_mtime_ns, status.st_ctime_ns, status.st_size, checked)


def read_index(root: Path) -> Index:
    """Return the index, empty where there is none that this version can read."""
    try:
        kept = json.loads((root / _FILE).read_bytes())
        if kept["format"] != _FORMAT or kept["fields"] != list(_FIELDS):
            return {}
        return {name: (Stamp(*stamp), _case(row)) for name, stamp, row in kept["rows"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def write_index(root: Path, index: Index) -> None:
    """Keep the index; a disk that takes no more only makes the next load slower."""
    rows = [[name, stamp, _row(case)] for name, (stamp, case) in index.items()]
    kept = {"format": _FORMAT, "fields": _FIELDS, "rows": rows}
    with suppress(DataError):
        write_atomic(root / _FILE, json.dumps(kept, separators=(",", ":")).encode())


def _row(case: Case) -> list[Any]:
    row = {name: getattr(case, name) for name in _FIELDS}
    row["checks"] = [[check.check, check.field, check.options] for check in case.checks]
    return list(row.values())


def _case(row: list[Any]) -> Case:
    values = dict(zip(_FIELDS, row, strict=True))
    values["checks"] = tuple(CheckSpec(*check) for check in values["checks"])
    return Case(**values)
