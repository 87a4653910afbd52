"""A list or a record as a form states it: as JSON, and a list of rows column by column."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, cast

from alongside.core.answer_types import ANYTHING, Kind, choices_of
from alongside.core.run import Run
from alongside.evals.skeleton import skeleton_of
from alongside.views.fields import stated_alone
from alongside.views.questions import in_words
from alongside.views.screens.names import label_of, place_label
from alongside.views.screens.shapes import shapes_of
from alongside.workbench import Workbench
from alongside.workbench.corrected import Stands, standing

__all__ = [
    "Column",
    "ListShown",
    "RowsShown",
    "begun",
    "given_text",
    "is_held",
    "list_shown",
    "rows_of",
    "seen_text",
]

_ROWS = 500
_HOLDERS = {"list", "record", "mapping"}
_CELLS = {"text", "number", "integer", "date", "flag", "choice"}


@dataclass(frozen=True, slots=True)
class Column:
    """A field of each row (its name is empty where rows are plain values), and what kind of value it holds.

    `choices` are a choice's values with how people read them. `empty` is what an empty cell says: null, an empty text
    or list, or absent: the row leaves the field out.
    """

    name: str
    label: str
    kind: str
    choices: tuple[tuple[str, str], ...] = ()
    empty: str = "null"


@dataclass(frozen=True, slots=True)
class RowsShown:
    """A list's columns. `blank`: there is no row yet, what stands in the form is the shape of one."""

    columns: tuple[Column, ...]
    blank: bool = False

    @property
    def told(self) -> str:
        """The same as JSON, for the script that shows the rows."""
        return json.dumps(asdict(self), ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class ListShown:
    """A list as a table: its rows as people read them, `numeric` columns to the right; `more` rows aren't shown."""

    columns: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]
    more: int


def list_shown(path: str, value: Any, kind: Kind, *, most: int = _ROWS) -> ListShown | None:
    """Return the rows of a list, None of anything else, and of one without any."""
    if not isinstance(value, list) or not value:
        return None
    items = cast("list[Any]", value)
    tables = shapes_of(items, kind).tables
    if not tables:
        texts = [(in_words(stated_alone(item)),) for item in items[:most]]
        return ListShown((place_label(path),), (False,), tuple(texts), max(0, len(items) - most))
    table = tables[0]
    cells = [
        ["" if cell.value is None else in_words(cell.value) for cell in row] for row in table.rows[:most]
    ]
    more = table.more + max(0, len(table.rows) - most)
    return ListShown(tuple(map(label_of, table.columns)), table.numeric, tuple(map(tuple, cells)), more)


def is_held(kind: Kind, value: Any) -> bool:
    """Whether a place holds other values: a list, a record, a mapping."""
    return kind["kind"] in _HOLDERS or isinstance(value, list | dict)


def begun(bench: Workbench, run: Run, path: str) -> tuple[Any, str, str]:
    """Return what a form for a list or a record begins with: what stands now; whose word that is, in words; and as JSON."""
    stands = standing(bench, run, path)
    whose = f"as corrected by {stands.by}" if stands.by else "as its case has it"
    return stands.value, whose if stands.is_corrected else "", seen_text(stands)


def seen_text(stands: Stands) -> str:
    """Return what stands, as a form tells that it was seen: JSON."""
    return json.dumps(stands.value, default=str)


def given_text(kind: Kind, value: Any) -> str:
    """Return the JSON that a form begins with: what is to be changed, or the shape that is to be filled in."""
    held: Any = stated_alone(value) or skeleton_of(kind)
    return json.dumps(held, ensure_ascii=False, indent=1) if held is not None else ""


def rows_of(kind: Kind, value: Any) -> RowsShown | None:
    """Return the columns of a list of records, or of plain values; None for anything else, and for lists inside lists."""
    stated = stated_alone(value)
    if kind["kind"] not in {"list", "any"} or not (stated is None or isinstance(stated, list)):
        return None
    items = cast("list[Any]", stated or [])
    inner: Kind = kind.get("of", ANYTHING)
    if inner["kind"] in _CELLS:
        return RowsShown((_column("", inner, {}),), blank=not items)
    records = [cast("dict[str, Any]", item) for item in items if isinstance(item, dict)]
    if inner["kind"] not in {"record", "any"} or 0 < len(records) < len(items):
        return _plain(items) if inner["kind"] == "any" else None
    names = dict.fromkeys([*inner.get("fields", ()), *(name for record in records for name in record)])
    if not names:
        return _plain(items) if inner["kind"] == "any" else None
    fields: Mapping[str, Kind] = inner.get("fields", {})
    columns = tuple(_column(name, fields.get(name, ANYTHING), inner) for name in names)
    return RowsShown(columns, blank=not items)


def _plain(items: list[Any]) -> RowsShown | None:
    """Return the column of plain values of which nobody declared the kind."""
    odd = not items or any(isinstance(item, list | dict) for item in items)
    return None if odd else RowsShown((_column("", ANYTHING, {}),))


def _column(name: str, kind: Kind, record: Kind) -> Column:
    cell = kind["kind"] if kind["kind"] in _CELLS else "any" if kind["kind"] == "any" else "json"
    is_text = cell == "text" and (not name or name in record.get("never_none", ()))
    optional = name in record.get("optional", ())
    empty = "list" if kind["kind"] == "list" else "text" if is_text else "null"
    return Column(
        name,
        label_of(name) if name else "Value",
        cell,
        choices_of(kind) if cell == "choice" else (),
        "absent" if optional else empty,
    )
