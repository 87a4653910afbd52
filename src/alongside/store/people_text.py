"""The people in the text of `alongside.toml`: lines are put in and taken out, and every other line stays as it is."""

import re
from collections.abc import Sequence

from alongside.core.engagement import Person
from alongside.store.toml_literal import toml_literal

__all__ = ["with_person", "without_person"]

_HEADER = re.compile(r"\s*\[")
_PEOPLE = re.compile(r"\s*\[\[\s*people\s*\]\]\s*(#.*)?$")
_BARE = re.compile(r"\s*(#.*)?$")


def with_person(text: str, person: Person) -> str:
    """Return the text with a `[[people]]` table more: behind the last one, else at the end."""
    lines = text.removesuffix("\n").split("\n")
    tables = _tables(lines)
    at = tables[-1][1] if tables else len(lines)
    block = ["[[people]]", f"name = {toml_literal(person.name)}", f"role = {toml_literal(person.role)}"]
    before = [""] if at and lines[at - 1].strip() else []
    after = [""] if at < len(lines) and lines[at].strip() else []
    return _joined([*lines[:at], *before, *block, *after, *lines[at:]])


def without_person(text: str, index: int) -> str:
    """Return the text without the table of the person at `index`, and without the blank line before it."""
    lines = text.removesuffix("\n").split("\n")
    start, end = _tables(lines)[index]
    if start and not lines[start - 1].strip():
        start -= 1
    return _joined([*lines[:start], *lines[end:]])


def _tables(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Return where each `[[people]]` table begins and ends: at its last line that is more than a comment."""
    found: list[tuple[int, int]] = []
    for start, line in enumerate(lines):
        if not _PEOPLE.match(line):
            continue
        end = start + 1
        for at in range(start + 1, len(lines)):
            if _HEADER.match(lines[at]):
                break
            if not _BARE.match(lines[at]):
                end = at + 1
        found.append((start, end))
    return found


def _joined(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
