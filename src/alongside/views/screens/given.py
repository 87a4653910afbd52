"""What a run was asked, for people to read: each input by its name, lists of records as tables."""

from dataclasses import dataclass
from typing import Any, cast

from alongside.core.run import Run
from alongside.views.fields import FieldShown, fields_shown
from alongside.views.inputs import Load, input_text
from alongside.views.questions import in_words
from alongside.views.screens.names import label_of
from alongside.views.screens.shapes import Table, shapes_of

__all__ = ["Given", "GivenTable", "given_of"]

_ROWS = 50
_SHORT = 80


@dataclass(frozen=True, slots=True)
class GivenTable:
    """A list of records: `numeric` columns stand to the right; `more` rows aren't shown."""

    columns: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]
    more: int


@dataclass(frozen=True, slots=True)
class Given:
    """An input: single values as (name, text), tables for lists of records; `long` texts take the whole width.

    `kind` says what it is in the user's words: text, number, yes or no, file, list, record.
    """

    label: str
    kind: str
    values: tuple[tuple[str, str], ...]
    tables: tuple[GivenTable, ...] = ()
    long: bool = False


def given_of(run: Run, load: Load, *, files: bool) -> tuple[Given, ...]:
    """Return a run's inputs; without its `files` where these are shown page by page."""
    shown = (_given(name, load(kept)) for name, kept in run.inputs.items())
    return tuple(one for one in shown if files or one.kind != "file")


def _given(name: str, value: Any) -> Given:
    label = label_of(name)
    if not isinstance(value, list | dict):
        text = value if isinstance(value, str) else in_words(value)
        return Given(label, _kind(value), (("", text),), long=len(text) > _SHORT or "\n" in text)
    held = cast("list[Any] | dict[str, Any]", value)
    if isinstance(held, dict) and {"file", "media_type"} <= set(held):
        return Given(label, "file", (("", input_text(held)),))
    tables = shapes_of(held).tables
    paths = {one.path for one in tables}
    shown = [one for one in fields_shown(held) if one.path not in paths]
    values = tuple((label_of(one.path) if one.path else "", _text(one)) for one in shown)
    return Given(label, "list" if isinstance(held, list) else "record", values, tuple(map(_table, tables)))


def _table(table: Table) -> GivenTable:
    shown = table.rows[:_ROWS]
    rows = tuple(tuple("" if cell.value is None else in_words(cell.value) for cell in row) for row in shown)
    more = table.more + len(table.rows) - len(shown)
    return GivenTable(tuple(map(label_of, table.columns)), table.numeric, rows, more)


def _text(one: FieldShown) -> str:
    value: Any = one.value
    items = cast("list[Any]", value) if isinstance(value, list) else None
    if items is None or any(isinstance(item, list | dict) for item in items):
        return in_words(cast("Any", value))
    return ", ".join(in_words(item) for item in items) or "none"


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "yes or no"
    return "number" if isinstance(value, int | float) else "text" if value is not None else "nothing"
