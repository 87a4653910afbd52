"""The line on which a key of a TOML file stands, for errors that point at it."""

from collections.abc import Sequence
from typing import Any

import tomli

__all__ = ["line_of"]


def line_of(source: str, path: Sequence[str | int]) -> int:
    """Return the line (from 1) of the statement that first makes `path` exist; 0 where it can't be told.

    A prefix of the file that ends with a statement is itself TOML, so the statement is the one between the last
    prefix without the path and the first with it. Only lines that name the key are tried.
    """
    names = [part for part in path if isinstance(part, str)]
    lines = [f"{line}\n" for line in source.split("\n")]  # TOML knows no other line ends
    for number, line in enumerate(lines):
        if names and names[-1] in line and _starts(lines, number, path):
            return number + 1
    return 0


def _starts(lines: list[str], number: int, path: Sequence[str | int]) -> bool:
    before = _parse(lines[:number])
    if before is None or _has(before, path):
        return False
    ends = (_parse(lines[:end]) for end in range(number + 1, len(lines) + 1))
    whole = next((parsed for parsed in ends if parsed is not None), None)
    return whole is not None and _has(whole, path)


def _parse(lines: list[str]) -> dict[str, Any] | None:
    try:
        return tomli.loads("".join(lines))
    except tomli.TOMLDecodeError:
        return None


def _has(value: Any, path: Sequence[str | int]) -> bool:
    for part in path:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return False
    return True
