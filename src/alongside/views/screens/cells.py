"""The tables of an answer: each cell can be named as the wrong one."""

from collections.abc import Callable
from dataclasses import dataclass

from alongside.views.screens.judged import Judged
from alongside.views.screens.names import label_of
from alongside.views.screens.shapes import TableShown, shapes_of

__all__ = ["AnswerTable", "CellShown", "answer_tables", "table_paths"]

_ROWS, _ALL = 20, 500


@dataclass(frozen=True, slots=True)
class CellShown:
    """A cell: its dotted path in the answer, where choosing it leads, and the word that stands on it."""

    path: str
    text: str
    href: str
    judgement: str
    selected: bool


@dataclass(frozen=True, slots=True)
class AnswerTable:
    """A list of records. `numeric` columns stand to the right; `more` rows aren't shown, `all` leads to them."""

    path: str
    label: str
    columns: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[CellShown, ...], ...]
    more: int
    all: str


def table_paths(seen: Judged) -> dict[str, int]:
    """Return the places of an answer that are lists of records, each with how many there are."""
    tables = shapes_of(seen.answer).tables if seen.fields else ()
    return {one.path: len(one.rows) + one.more for one in tables}


def answer_tables(
    seen: Judged, leads: Callable[[str], str], *, rows: int = _ROWS, whole: bool = False, all_at: str = ""
) -> tuple[AnswerTable, ...]:
    """Return the tables, their first `rows` rows (`whole`: five hundred); `leads` is the address of a place, `all_at` of all rows."""
    said = {word.field: word.judgement for word in seen.words}
    chosen = seen.chosen.path if seen.chosen else None
    most = _ALL if whole else rows

    def cell(table: TableShown, row: int, column: str, text: str) -> CellShown:
        path = ".".join(part for part in (table.path, str(row), column) if part)
        return CellShown(path, text, leads(path), said.get(path, ""), path == chosen)

    return tuple(
        AnswerTable(
            table.path,
            label_of(table.path) if table.path else "Answer",
            tuple(label_of(name) for name in table.columns),
            table.numeric,
            tuple(
                tuple(cell(table, at, name, text) for name, text in zip(table.columns, row, strict=True))
                for at, row in enumerate(table.rows[:most])
            ),
            table.more + max(0, len(table.rows) - most),
            all_at if len(table.rows) > most else "",
        )
        for table in (shapes_of(seen.answer).tables if seen.fields else ())
    )
