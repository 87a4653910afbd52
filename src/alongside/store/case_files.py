"""`cases/*.toml`: one file a case. The files are the truth; the index beside them only saves parsing.

A file whose size, change and modification times are those of the index is taken from it; any other is read
again, so an edit from outside counts at once. The index can be deleted at any time.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from time import time_ns

from alongside.core.case import Case
from alongside.core.errors import DataError
from alongside.store.atomic_file import write_atomic
from alongside.store.case_index import Index, Stamp, read_index, stamp_of, write_index
from alongside.store.case_text import case_text, edited_text, read_case
from alongside.store.editing import editing

__all__ = ["Loaded", "edit_case", "load_cases", "retire_case", "write_case"]

_FOLDER = "cases"


@dataclass(frozen=True, slots=True)
class Loaded:
    """The cases by file name, the errors of the files that aren't cases, and each case's file by its id."""

    cases: tuple[Case, ...]
    errors: tuple[DataError, ...]
    paths: Mapping[str, Path]

    def active(self, workflow: str = "") -> list[Case]:
        """Return the cases that aren't retired, of one workflow or all."""
        return [case for case in self.cases if not case.retired and workflow in {"", case.workflow}]


def load_cases(root: Path, *, clock_ns: Callable[[], int] = time_ns) -> Loaded:
    """Return every case of the engagement, retired ones too; a bad file is reported and the others are kept."""
    index = read_index(root)
    fresh: Index = {}
    cases: list[Case] = []
    errors: list[DataError] = []
    paths: dict[str, Path] = {}
    for path in sorted((root / _FOLDER).glob("*.toml"), key=str):
        name = f"{_FOLDER}/{path.name}"
        try:
            stamp, case = _load(path, name, index, clock_ns)
            if case.id in paths:
                raise _twice(name, paths[case.id])
        except DataError as error:
            errors.append(error)
            continue
        fresh[path.name] = (stamp, case)
        cases.append(case)
        paths[case.id] = path
    if fresh != index:
        write_index(root, fresh)
    return Loaded(tuple(cases), tuple(errors), paths)


def write_case(root: Path, case: Case) -> Path:
    """Write a new case and return its file. Raises DataError `case-exists` where a file of its id is there, retired or not."""
    with editing(root):
        existing = next((root / _FOLDER).glob(f"*-{case.id}.toml"), None)
        if existing is not None:
            raise _exists(existing, case.id)
        path = root / _FOLDER / f"{_slug(case.name)}-{case.id}.toml"
        write_atomic(path, case_text(case).encode())
    return path


def edit_case(path: Path, case: Case) -> None:
    """Make the file state `case`, with comments and layout kept. Raises DataError `case-frozen` for other inputs.

    Who changes a case that they read holds `editing` from the look on, or what somebody else changed meanwhile is lost.
    """
    name = f"{_FOLDER}/{path.name}"
    with editing(path.parent.parent):
        source = _read(path, name)
        text = edited_text(source, case, name=name)
        if text != source:
            write_atomic(path, text.encode())


def retire_case(path: Path, *, reason: str) -> Case:
    """Mark the case as retired, which takes it out of replays but not out of the record, and return it."""
    name = f"{_FOLDER}/{path.name}"
    with editing(path.parent.parent):
        case = replace(read_case(_read(path, name), name=name), retired=reason)
        edit_case(path, case)
    return case


def _load(path: Path, name: str, index: Index, clock_ns: Callable[[], int]) -> tuple[Stamp, Case]:
    try:
        stamp = stamp_of(path, checked=clock_ns())
    except OSError as error:
        raise _unread(name, error) from error
    known = index.get(path.name)
    if known is not None and known[0].vouches_for(stamp):
        return known
    return stamp, read_case(_read(path, name), name=name)


def _read(path: Path, name: str) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(
            "toml-syntax", f"{name}: byte {error.start} is not UTF-8", fix="save the file as UTF-8"
        ) from error
    except OSError as error:
        raise _unread(name, error) from error


def _unread(name: str, error: OSError) -> DataError:
    return DataError(
        "not-read", f"{name} can't be read: {error.strerror}", fix="restore the file or mend its permissions"
    )


def _exists(path: Path, case: str) -> DataError:
    name = f"{_FOLDER}/{path.name}"
    retired = read_case(_read(path, name), name=name).retired
    told = f"{name} is there already, for the same workflow and inputs"
    change = f"change what it expects with `alongside case edit {case}`"
    if not retired:
        return DataError("case-exists", told, fix=change)
    return DataError(
        "case-exists",
        f"{told}; it is retired: {retired}",
        fix=f"bring it back with `alongside case edit {case} --revive`, then {change}",
    )


def _twice(name: str, first: Path) -> DataError:
    return DataError(
        "case-twice",
        f"{name} has the same workflow and inputs as {_FOLDER}/{first.name}",
        fix="keep one of the two files and put what both expect into it",
    )


def _slug(name: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")
    return words[:48].strip("-") or "case"
