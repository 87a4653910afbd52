"""An answer by the shape of its parts: single values with their places, tables of records, charts of numbers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, cast

from alongside.views.fields import FieldShown, fields_shown, value_text
from alongside.views.questions import in_words

__all__ = ["Bar", "ChartShown", "Shapes", "TableShown", "shapes_of"]

_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,15})(\.[0-9]+)?")
_DATED = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}|[0-9]{4}-?[QqWw][0-9]{1,2}")
_LEAST, _MOST, _LABELS = 3, 60, 12
_ROWS = 500
_TOP, _BASE = 18.0, 100.0


@dataclass(frozen=True, slots=True)
class TableShown:
    """A list of records: `numeric` says which columns stand to the right; `more` rows aren't shown."""

    path: str
    columns: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]
    more: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One number of a chart: `x` and `width` in percent, `y` and `height` in pixels of 100; `label` may be left out (empty)."""

    name: str
    text: str
    label: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class ChartShown:
    """A row of numbers, in their order; `zero` is where the axis is, in pixels."""

    path: str
    bars: tuple[Bar, ...]
    zero: float


@dataclass(frozen=True, slots=True)
class Shapes:
    """The parts of an answer."""

    values: tuple[FieldShown, ...]
    tables: tuple[TableShown, ...]
    charts: tuple[ChartShown, ...]


def shapes_of(answer: Any) -> Shapes:
    """Return a plain answer's parts: records in lists are tables; lists of numbers, dated ones too, are charts."""
    values: list[FieldShown] = []
    tables: list[TableShown] = []
    charts: list[ChartShown] = []
    for parent, group in groupby(fields_shown(answer), key=lambda one: one.path.rpartition(".")[0]):
        fields = list(group)
        points = [(one.path.rpartition(".")[2], one.value) for one in fields]
        if parent and len(fields) >= _LEAST and all(_DATED.fullmatch(name) for name, _ in points):
            charts += _chart(parent, points)
            continue
        for one in fields:
            items = _items(one.value)
            records = [cast("dict[str, Any]", item) for item in items if isinstance(item, dict) and item]
            if records and len(records) == len(items):
                tables.append(_table(one.path, records))
                charts += _chart(one.path, _pairs(records))
            elif chart := _chart(one.path, _points(items)):
                charts += chart
            elif items:
                values.append(FieldShown(one.path, ", ".join(in_words(_bare(item)) for item in items)))
            else:
                values.append(one)
    return Shapes(tuple(values), tuple(tables), tuple(charts))


def _items(value: Any) -> list[Any]:
    return [_bare(item) for item in cast("list[Any]", value)] if isinstance(value, list) else []


def _bare(value: Any) -> Any:
    """Return what a value with a place says, without the place."""
    if not isinstance(value, dict):
        return value
    record = cast("dict[str, Any]", value)
    return record["value"] if {"value", "boxes", "confidence"} <= set(record) else record


def _table(path: str, records: Sequence[Mapping[str, Any]]) -> TableShown:
    columns = tuple(dict.fromkeys(name for record in records for name in record))
    cells = [[_bare(record.get(name)) for name in columns] for record in records[:_ROWS]]
    numeric = tuple(all(_number(row[at]) is not None for row in cells) for at in range(len(columns)))
    rows = tuple(tuple("" if cell is None else in_words(cell) for cell in row) for row in cells)
    return TableShown(path, columns, numeric, rows, len(records) - len(rows))


def _pairs(records: Sequence[Mapping[str, Any]]) -> list[tuple[str, Any]]:
    """Return the points of records that are a name and a number each, none of others."""
    rows = [[_bare(value) for value in record.values()] for record in records]
    if any(len(row) != 2 for row in rows):  # noqa: PLR2004  a name and a number
        return []
    return [(value_text(name), number) for name, number in rows]


def _points(items: Sequence[Any]) -> list[tuple[str, Any]]:
    """Return the points of plain numbers, or of [name, number] pairs."""
    lists = [cast("list[Any]", item) for item in items if isinstance(item, list)]
    pairs = [item for item in lists if len(item) == 2]  # noqa: PLR2004  a name and a number
    if items and len(pairs) == len(items):
        return [(value_text(_bare(name)), _bare(number)) for name, number in pairs]
    return [(str(at), item) for at, item in enumerate(items, 1)]


def _chart(path: str, points: Sequence[tuple[str, Any]]) -> list[ChartShown]:
    """Return the chart of at least three points whose values are all numbers, else none."""
    numbers = [_number(value) for _, value in points]
    found = [number for number in numbers if number is not None]
    if not _LEAST <= len(found) <= _MOST or len(found) < len(points):
        return []
    top, bottom = max(0.0, *found), min(0.0, *found)
    scale = (_BASE - _TOP) / ((top - bottom) or 1.0)
    zero = _TOP + top * scale
    slot = 100.0 / len(found)
    every = -(-len(found) // _LABELS)
    bars = tuple(
        Bar(
            name,
            value_text(value),
            name if at % every == 0 else "",
            round(slot * (at + 0.15), 3),
            round(min(zero, zero - number * scale), 2),
            round(slot * 0.7, 3),
            round(max(abs(number) * scale, 0.5), 2),
        )
        for at, ((name, value), number) in enumerate(zip(points, found, strict=True))
    )
    return [ChartShown(path, bars, round(zero, 2))]


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if abs(value) < 1e300 else None  # noqa: PLR2004  a float that can be drawn
    return float(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else None
