"""What a view is made of: lines, facts and tables for people, one JSON value for programs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Facts", "Part", "Table", "View"]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under named columns; every row has as many cells as there are columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and what they are, one a line."""

    rows: tuple[tuple[str, str], ...]


Part = str | Facts | Table


@dataclass(frozen=True, slots=True)
class View:
    """One thing shown: `parts` from top to bottom for people, `data` (JSON) for programs."""

    data: Any
    parts: Sequence[Part]
