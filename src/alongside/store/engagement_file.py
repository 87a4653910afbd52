"""`alongside.toml`: found like git finds its folder, read with errors that name key and line, edited in place."""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from alongside.core.engagement import Engagement, Person, owners
from alongside.core.errors import DataError, UsageError
from alongside.store.atomic_file import write_atomic
from alongside.store.editing import editing
from alongside.store.engagement_sections import (
    read_data_classes,
    read_done,
    read_limits,
    read_models,
    read_people,
)
from alongside.store.people_text import with_person, without_person
from alongside.store.toml_edit import Way, put, put_whole
from alongside.store.toml_literal import from_toml, toml_literal
from alongside.store.toml_table import Table, parse_table, read_table

__all__ = [
    "FILE",
    "add_person",
    "find_root",
    "load_engagement",
    "remove_person",
    "set_value",
    "set_values",
    "stamp_of",
]

FILE = "alongside.toml"
_SETTLED = 50_000_000  # nanoseconds: file systems stamp by ticks, and two writes within one look the same
_KEYS = ("customer", "held_out", "data_classes", "limits", "models", "params", "people", "done")


def find_root(start: Path) -> Path:
    """Return the nearest folder, `start` or above it, that holds `alongside.toml`, without links and `..` in its path.

    Raises UsageError `no-engagement`, also where `start` isn't there: a slip must not lead to whose folder is above.
    """
    # A worker compares paths with it by their text; pathlib's own resolving raises where links lead in a circle.
    folder = Path(os.path.realpath(start))
    if not folder.exists():
        raise UsageError(
            "no-engagement",
            f"there is no folder {folder}",
            fix="check the path, or leave it out where you stand in it",
        )
    for candidate in (folder, *folder.parents):
        if (candidate / FILE).is_file():
            return candidate
    raise UsageError(
        "no-engagement",
        f"{folder} is not inside an engagement: neither it nor a folder above it holds {FILE}",
        fix="go into an engagement's folder, or make one with `alongside init NAME`",
    )


def load_engagement(root: Path) -> Engagement:
    """Read `root`/alongside.toml. Raises DataError that names the key and the line of what isn't as it should be."""
    return _engagement(root, read_table(root / FILE, name=FILE))


def stamp_of(root: Path) -> tuple[int, ...]:
    """Return what is another once `alongside.toml` was written; empty where a write just now might not show, or there is none."""
    try:
        found = (root / FILE).stat()
    except OSError:
        return ()
    is_settled = time.time_ns() - found.st_mtime_ns > _SETTLED
    return (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino) if is_settled else ()


def set_value(root: Path, path: tuple[str, ...], value: Any) -> Engagement:
    """Set one value, e.g. ("params", "k"), and leave comments and layout alone; tables on the way are made.

    Returns the engagement as it now reads. A value that would make the file invalid raises DataError and
    changes nothing.
    """
    return set_values(root, {path: value})


def set_values(root: Path, values: Mapping[tuple[str, ...], Any]) -> Engagement:
    """Set several values at once: all of them, or none."""
    with editing(root):
        table = read_table(root / FILE, name=FILE)
        text = _with_values(table.source, values, put)
        if not _states(text, values):  # a layout that can't be changed inside
            text = _with_values(table.source, values, put_whole)
        engagement = _engagement(root, parse_table(text, name=FILE))
        write_atomic(root / FILE, text.encode())
    return engagement


def add_person(root: Path, person: Person) -> Engagement:
    """Add one of the people and leave every other line alone. Raises DataError, and changes nothing, where that can't be."""
    with editing(root):
        table = read_table(root / FILE, name=FILE)
        people = _engagement(root, table).people
        return _write_people(root, with_person(table.source, person), (*people, person))


def remove_person(root: Path, name: str) -> Engagement | None:
    """Take one of the people out; None where nobody has that name. Raises DataError `owes-sign-off` where they alone can give one."""
    with editing(root):
        table = read_table(root / FILE, name=FILE)
        engagement = _engagement(root, table)
        people = engagement.people
        at = next((index for index, person in enumerate(people) if person.name == name), None)
        if at is None:
            return None
        left = (*people[:at], *people[at + 1 :])
        _check_owed(engagement, people[at], left)
        try:
            text = without_person(table.source, at)
        except IndexError:
            text = table.source
        return _write_people(root, text, left)


def _check_owed(engagement: Engagement, leaving: Person, left: tuple[Person, ...]) -> None:
    for promise in engagement.done:
        owes = promise.measure == "sign-off" and promise.owner in owners((leaving,))
        if owes and promise.owner not in owners(left):
            raise DataError(
                "owes-sign-off",
                f"{leaving.name} is the only one to sign {promise.name!r} in {FILE}",
                fix=f"give {promise.name!r} another owner, or take it out, and repeat",
            )


def _write_people(root: Path, text: str, wanted: tuple[Person, ...]) -> Engagement:
    """Write the text where it reads as was meant."""
    try:
        written = parse_table(text, name=FILE)
    except DataError:
        written = None
    if written is None or read_people(written.tables("people")) != wanted:
        raise DataError(
            "people-layout",
            f"{FILE} lists its people in a way that only a person can edit",
            fix="write each of them as a [[people]] table with name and role, then repeat",
        )
    engagement = _engagement(root, written)
    write_atomic(root / FILE, text.encode())
    return engagement


def _with_values(source: str, values: Mapping[tuple[str, ...], Any], way: Way) -> str:
    import tomlkit

    document = tomlkit.parse(source)
    for path, value in values.items():
        parent: Any = document
        for part in path[:-1]:
            if part not in parent:
                parent[part] = tomlkit.table()
            parent = parent[part]
        way(parent, path[-1], value, lambda new: tomlkit.value(toml_literal(new)))
    return tomlkit.dumps(document)


def _states(text: str, values: Mapping[tuple[str, ...], Any]) -> bool:
    try:
        found = [_at(parse_table(text, name=FILE).values, path) for path in values]
    except (DataError, KeyError, TypeError):
        return False
    return [from_toml(one) for one in found] == [from_toml(one) for one in values.values()]


def _at(values: Any, path: tuple[str, ...]) -> Any:
    for part in path:
        values = values[part]
    return values


def _engagement(root: Path, table: Table) -> Engagement:
    table.only(_KEYS)
    return Engagement(
        root=root,
        customer=table.text("customer"),
        data_classes=read_data_classes(table.table("data_classes")),
        limits=read_limits(table.table("limits")),
        models=read_models(table.table("models")),
        params=table.table("params").values,
        people=read_people(table.tables("people")),
        done=read_done(table.tables("done")),
        held_out=table.number("held_out", 0.2, most=1.0),
    )
