"""An answer by the shape of its parts: single values with their places, tables of records, charts of numbers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from alongside.core.answer_types import ANYTHING, Kind
from alongside.views.fields import FieldShown, fields_shown, value_text
from alongside.views.questions import in_words
from alongside.views.screens.chart import DATED, Chart, chart_of, number_of

__all__ = ["Shapes", "Table", "as_read", "choice_read", "shapes_of"]

_ROWS = 500
_PLACED = {"value", "boxes", "confidence"}


@dataclass(frozen=True, slots=True)
class Table:
    """A list of records: `numeric` says which columns stand to the right; `more` rows aren't shown."""

    path: str
    columns: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[FieldShown, ...], ...]
    more: int


@dataclass(slots=True)
class Shapes:
    """The parts of an answer."""

    values: list[FieldShown] = field(default_factory=list[FieldShown])
    tables: list[Table] = field(default_factory=list[Table])
    charts: list[Chart] = field(default_factory=list[Chart])

    @property
    def fields(self) -> Iterator[FieldShown]:
        """The single values, then the tables' cells."""
        yield from self.values
        for table in self.tables:
            for row in table.rows:
                yield from row


def shapes_of(answer: Any, kind: Kind = ANYTHING) -> Shapes:
    """Return a plain answer's parts; `kind` is what its type declares (see `core.answer_types`).

    Records in lists are tables. Numbers in a list, or by their names in a mapping, are charts: a number is an int, a
    float, or a text where a number is declared (a Decimal); digits in any other text are no number.
    """
    found = Shapes()
    _take(found, "", answer, kind)
    return found


def _take(found: Shapes, path: str, value: Any, kind: Kind) -> None:
    if isinstance(value, dict) and value and not _is_placed(value):
        record = cast("dict[str, Any]", value)
        chart = (
            _chart(path, list(record.items()), kind.get("of", ANYTHING)) if _is_row(record, kind) else None
        )
        if chart and (path or kind["kind"] == "mapping"):
            found.charts.append(chart)
            return
        for name, inner in record.items():
            _take(found, _below(path, name), inner, _kind_in(kind, name))
        return
    items = cast("list[Any]", value) if isinstance(value, list) else []
    inner = kind.get("of", ANYTHING) if kind["kind"] == "list" else ANYTHING
    records = [
        cast("dict[str, Any]", item) for item in items if isinstance(item, dict) and not _is_placed(item)
    ]
    if items and all(records) and len(records) == len(items):
        found.tables.append(_table(path, records, inner))
        chart = _chart_of_records(path, records, inner)
    else:
        chart = _chart(path, *_points(items, inner))
        if chart is None:
            found.values.append(_listed(path, items, inner) if items else _shown(path, value, kind))
    if chart:
        found.charts.append(chart)


def _is_row(record: Mapping[str, Any], kind: Kind) -> bool:
    """Whether these are things of one kind by their names: declared so, or undeclared and named by dates."""
    undeclared = kind["kind"] == "any" and all(DATED.fullmatch(name) for name in record)
    return kind["kind"] == "mapping" or undeclared


def _is_placed(value: Any) -> bool:
    """Whether this is a value with its place."""
    return isinstance(value, dict) and set(cast("dict[str, Any]", value)) >= _PLACED


def _shown(path: str, value: Any, kind: Kind = ANYTHING) -> FieldShown:
    """Return a value with its place; one of a choice as its form names it."""
    found = replace(fields_shown(value)[0], path=path) if _is_placed(value) else FieldShown(path, value)
    return as_read(found, kind)


def as_read(one: FieldShown, kind: Kind) -> FieldShown:
    """Return a field with a choice as people read it."""
    return replace(one, value=choice_read(one.value, kind))


def choice_read(value: Any, kind: Kind) -> Any:
    """Return how people read a choice, which is kept by its name; anything else as it is."""
    labels: Mapping[str, str] = kind.get("labels", {})
    return labels.get(value, value) if isinstance(value, str) else value


def _listed(path: str, items: Sequence[Any], kind: Kind) -> FieldShown:
    """Return a list on one line, with the places of its items that are on the first one's document."""
    shown = [_shown(path, item, kind) for item in items]
    document = next((one.document for one in shown if one.boxes), "")
    boxes = tuple(box for one in shown if one.document == document for box in one.boxes)
    return FieldShown(path, ", ".join(in_words(one.value) for one in shown), boxes, document=document)


def _table(path: str, records: Sequence[Mapping[str, Any]], kind: Kind) -> Table:
    columns = tuple(dict.fromkeys(name for record in records for name in record))
    rows = tuple(
        tuple(
            _shown(_below(_below(path, str(at)), name), record.get(name), _kind_in(kind, name))
            for name in columns
        )
        for at, record in enumerate(records[:_ROWS])
    )
    filled = ([row[at].value for row in rows if row[at].value is not None] for at in range(len(columns)))
    numeric = tuple(
        bool(values) and all(number_of(value, _kind_in(kind, name)) is not None for value in values)
        for name, values in zip(columns, filled, strict=True)
    )
    return Table(path, columns, numeric, rows, len(records) - len(rows))


def _chart_of_records(path: str, records: Sequence[Mapping[str, Any]], kind: Kind) -> Chart | None:
    """Return the chart of records that are a name and a number each, none of others."""
    columns = list(records[0])
    if len(columns) != 2 or any(list(record) != columns for record in records):  # noqa: PLR2004
        return None
    points = [(_text(record[columns[0]]), record[columns[1]]) for record in records]
    return _chart(path, points, _kind_in(kind, columns[1]))


def _points(items: Sequence[Any], kind: Kind) -> tuple[list[tuple[str, Any]], Kind]:
    """Return the points of plain numbers, or of [name, number] pairs, and the kind that the numbers have."""
    lists = [cast("list[Any]", item) for item in items if isinstance(item, list)]
    pairs = [item for item in lists if len(item) == 2]  # noqa: PLR2004  a name and a number
    if items and len(pairs) == len(items):
        return [(_text(name), number) for name, number in pairs], kind.get("of", ANYTHING)
    return [(str(at), item) for at, item in enumerate(items, 1)], kind


def _chart(path: str, points: Sequence[tuple[str, Any]], kind: Kind) -> Chart | None:
    return chart_of(path, [(name, _shown("", value).value) for name, value in points], kind)


def _kind_in(kind: Kind, name: str) -> Kind:
    """Return the kind of a part, whether a record has it or a mapping does."""
    fields: Mapping[str, Kind] = kind.get("fields", {})
    return fields.get(name) or (kind["of"] if kind["kind"] == "mapping" else ANYTHING)


def _text(value: Any) -> str:
    return value_text(_shown("", value).value)


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
