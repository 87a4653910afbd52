"""The tables of an answer: each cell can be named as the wrong one."""

from collections.abc import Callable
from dataclasses import dataclass

from alongside.views.fields import FieldShown, read_text
from alongside.views.questions import in_words
from alongside.views.screens.judged import Judged
from alongside.views.screens.names import label_of

__all__ = ["AnswerTable", "CellShown", "answer_tables", "in_a_line", "table_paths"]

_ROWS, _ALL = 20, 500


@dataclass(frozen=True, slots=True)
class CellShown:
    """A cell: its dotted path in the answer, where choosing it leads, the word that stands on it, its box (0: none)."""

    path: str
    text: str
    href: str
    judgement: str
    selected: bool
    number: int


@dataclass(frozen=True, slots=True)
class AnswerTable:
    """A list of records. `numeric` columns stand to the right; `more` rows aren't shown, `all` leads to them; `lacking` are stated rows that aren't there."""

    path: str
    label: str
    columns: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[CellShown, ...], ...]
    more: int
    all: str
    lacking: tuple[str, ...] = ()


def table_paths(seen: Judged) -> dict[str, int]:
    """Return the places of an answer that are lists of records, each with how many there are."""
    return {one.path: len(one.rows) + one.more for one in seen.tables}


def in_a_line(one: FieldShown, rows: int | None) -> str:
    """Return a field's value in a line of the answer: of a table how many `rows` it has, of an empty one that it has none."""
    if rows is not None:
        return f"{rows:,} {'row' if rows == 1 else 'rows'}"
    return "none" if one.value in ([], {}) else one.text


def answer_tables(
    seen: Judged, leads: Callable[[str], str], *, rows: int = _ROWS, whole: bool = False, all_at: str = ""
) -> tuple[AnswerTable, ...]:
    """Return the tables, their first `rows` rows (`whole`: five hundred); `leads` is the address of a place, `all_at` of all rows."""
    said: dict[str, str] = {word.field: word.judgement for word in seen.words}
    said |= {
        f"{path}.{row}.{name}" if path else f"{row}.{name}": "wrong"
        for path, told in seen.differing.items()
        for row, name in told.cells
    }
    chosen = seen.chosen.path if seen.chosen else None
    most = _ALL if whole else rows

    def shown(cell: FieldShown) -> CellShown:
        text = "" if cell.value is None else in_words(cell.value)
        judgement, number = said.get(cell.path, ""), seen.numbers.get(cell.path, 0)
        return CellShown(cell.path, text, leads(cell.path), judgement, cell.path == chosen, number)

    return tuple(
        AnswerTable(
            table.path,
            label_of(table.path) if table.path else "Answer",
            tuple(label_of(name) for name in table.columns),
            table.numeric,
            tuple(tuple(shown(cell) for cell in row) for row in table.rows[:most]),
            table.more + max(0, len(table.rows) - most),
            all_at if len(table.rows) > most else "",
            tuple(map(read_text, seen.differing[table.path].lacking)) if table.path in seen.differing else (),
        )
        for table in seen.tables
    )
