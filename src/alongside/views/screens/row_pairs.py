"""Which row of a list is meant by which row of another: the same one, else the one that is most like it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from alongside.evals.answer import MISSING
from alongside.evals.comparing import alike, paired

__all__ = ["RowPairs", "RowsTold", "is_table", "row_pairs", "rows_told"]

_MANY = 10_000  # pairs of rows that are looked at; beyond, only the same rows find each other


@dataclass(frozen=True, slots=True)
class RowPairs:
    """The rows of a list beside those `wanted`: `of` each its place in the list (None: it isn't there).

    `same` are the places of the wanted rows that are there as the check has it; `more` the list's rows that nobody wanted.
    """

    rows: Sequence[Any]
    of: tuple[int | None, ...]
    same: frozenset[int]
    more: tuple[int, ...]

    def at(self, wanted: int) -> Any:
        """Return the row that stands for a wanted one, MISSING where none does."""
        place = self.of[wanted]
        return MISSING if place is None else self.rows[place]


def is_table(value: Any) -> bool:
    """Whether this is a list of records."""
    items = cast("list[Any]", value) if isinstance(value, list) else []
    return bool(items) and all(isinstance(item, dict) for item in items)


def row_pairs(wanted: Sequence[Any], rows: Sequence[Any]) -> RowPairs:
    """Pair rows as the list check does, then the rest by how many of their cells are alike, the nearest first."""
    of = paired(wanted, rows)
    same = frozenset(at for at, place in enumerate(of) if place is not None)
    left = sorted(set(range(len(rows))) - set(of))
    lacking = [at for at, place in enumerate(of) if place is None]
    for _, _, at, place in sorted(_likely(wanted, rows, lacking, left)):
        if of[at] is None and place in left:
            of[at] = place
            left.remove(place)
    return RowPairs(rows, tuple(of), same, tuple(left))


@dataclass(frozen=True, slots=True)
class RowsTold:
    """What differs of a list from the one wanted: cells by (row, name), and the wanted rows that it lacks."""

    cells: frozenset[tuple[int, str]]
    lacking: tuple[Any, ...]

    @property
    def count(self) -> int:
        """How many rows differ."""
        return len({row for row, _ in self.cells}) + len(self.lacking)


def rows_told(wanted: Sequence[Any], rows: Sequence[Any]) -> RowsTold:
    """Return what differs between two lists of records."""
    pairs = row_pairs(wanted, rows)
    meant = {
        place: wanted[at] for at, place in enumerate(pairs.of) if place is not None and at not in pairs.same
    }
    meant |= {place: {} for place in pairs.more}
    cells = {
        (place, name)
        for place, should in meant.items()
        for name, value in rows[place].items()
        if name not in should or not alike(should[name], value)
    }
    lacking = (wanted[at] for at, place in enumerate(pairs.of) if place is None)
    return RowsTold(frozenset(cells), tuple(lacking))


def _likely(
    wanted: Sequence[Any], rows: Sequence[Any], lacking: list[int], left: list[int]
) -> list[tuple[int, int, int, int]]:
    """Return (fewest cells alike last, distance, place wanted, place found) of rows that have a cell in common."""
    if len(lacking) * len(left) > _MANY:
        return []
    return [
        (-count, abs(at - place), at, place)
        for at in lacking
        for place in left
        if (count := _in_common(wanted[at], rows[place]))
    ]


def _in_common(one: Any, other: Any) -> int:
    if not (isinstance(one, dict) and isinstance(other, dict)):
        return 0
    left, right = cast("dict[str, Any]", one), cast("dict[str, Any]", other)
    return sum(
        value is not None and name in right and alike(value, right[name]) for name, value in left.items()
    )
