"""Inputs of cases that aren't in the store, found again in the engagement's `documents/`: as after a clone."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from alongside.core.case import Case
from alongside.core.digest import digest
from alongside.evals.rows import file_digest

if TYPE_CHECKING:
    from alongside.workbench.opened import Opened

__all__ = ["take_in"]


def take_in(bench: "Opened", cases: Iterable[Case]) -> None:
    """Keep every missing input of the cases whose very bytes are a file of `documents/`, whatever that is called now."""
    given = [
        cast("dict[str, Any]", one) for case in cases for one in case.inputs.values() if file_digest(one)
    ]
    missing = {one["file"]: str(one.get("name", "")) for one in given if not bench.blobs.has(one["file"])}
    names = set(missing.values())
    for path in _files(bench.root / "documents", first=names) if missing else ():
        if not missing:
            return
        try:
            data = path.read_bytes()
        except OSError:
            continue
        source = digest(data)
        if missing.pop(source, None) is not None:
            bench.blobs.put(data)


def _files(folder: Path, *, first: set[str]) -> Iterator[Path]:
    """Yield the files of a folder, those with the names asked for before the others."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    yield from sorted(found, key=lambda path: path.name not in first)
