"""Rows as CSV, for people with a spreadsheet: columns `name`, `workflow`, `inputs.X`, `expected.Y`.

A cell is text, or where an input is no text what its kind reads in it; a list may stand as JSON. An empty one is nothing.
A column whose heading ends with `:json` holds JSON instead, and one that ends with `:file` the path or digest of a
file. What is written as text can't be taken for a formula:
a column with such a value becomes a `:json` one.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from alongside.core.errors import DataError
from alongside.evals.plain_scalars import Cell, read_json

__all__ = ["read_csv", "write_csv"]

_SECTIONS = ("inputs", "expected")
_HEADINGS = {"name", "workflow", *_SECTIONS}
_NOT_TEXT = (":json", ":file")
_VALUES = ("must_pass", "rate", "checks")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_CELL = 64 * 1024 * 1024


def read_csv(text: str) -> Iterator[tuple[str, Any]]:
    """Yield (`row N`, the row, or the DataError it is) below the heading; N is the number that a spreadsheet shows.

    Raises DataError `bad-file` for a first row without headings, for two columns of a name, or after the rows before
    the place that isn't CSV.
    """
    records, broken = _records(text)
    heading = [_column(cell) for cell in records[0]] if records else []
    if any(heading) and _HEADINGS.isdisjoint(re.split("[.:]", column)[0] for column in heading):
        raise DataError(
            "bad-file",
            f"its first row has no headings, but {', '.join(heading)[:60]}",
            fix="begin with a row of headings: name,workflow,inputs.NAME,expected.FIELD",
        )
    if twice := next((name for at, name in enumerate(heading) if name in heading[:at]), None):
        raise DataError("bad-file", f"two columns are called {twice!r}", fix="rename or remove one of them")
    for number, cells in enumerate(records[1:], 2):
        if any(cells):
            yield f"row {number}", _row(heading, cells)
    if broken:
        why = f"row {len(records) + 1} is not CSV: {broken}"
        raise DataError("bad-file", why, fix="save it as CSV again; quotes must be closed")


def write_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the rows as CSV."""
    flat = [_flat(row) for row in rows]
    columns = list(dict.fromkeys(column for row in flat for column in row))
    plain = {column: _is_text(column, [row[column] for row in flat if column in row]) for column in columns}
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column if plain[column] else f"{column}:json" for column in columns])
    for row in flat:
        cells = [
            "" if c not in row else row[c] if plain[c] else json.dumps(row[c], ensure_ascii=False)
            for c in columns
        ]
        writer.writerow(cells)
    return out.getvalue()


def _records(text: str) -> tuple[list[list[str]], str]:
    """Return the records, and why the next one isn't one where the file breaks."""
    records: list[list[str]] = []
    before = csv.field_size_limit(_CELL)  # of the whole process, so it is put back
    try:
        for record in _reader(text, _delimiter(text), strict=True):
            records.append(record)  # noqa: PERF402 - those before a broken one are kept
    except csv.Error as error:
        return records, str(error)
    finally:
        csv.field_size_limit(before)
    return records, ""


def _column(heading: str) -> str:
    """Return a heading as it is meant; only an input's or a field's own name may end with a space."""
    return heading.lstrip() if "." in heading else heading.strip()


def _reader(text: str, delimiter: str, *, strict: bool = False) -> Iterator[list[str]]:
    """Read CSV; where a space follows the first row's delimiters, it does in all rows and belongs to no cell."""
    first = text.partition("\n")[0]
    spaced = first.count(delimiter) == first.count(f"{delimiter} ") > 0
    lines = io.StringIO(text, newline="")
    return csv.reader(lines, delimiter=delimiter, strict=strict, skipinitialspace=spaced)


def _delimiter(text: str) -> str:
    """Spreadsheets of half of Europe write semicolons: take the delimiter that gives a column `name`."""
    for delimiter in ",;\t":
        heading = next(_reader(text, delimiter), list[str]())
        if not {"name", "name:json"}.isdisjoint(map(_column, heading)):
            return delimiter
    return ","


def _row(heading: list[str], cells: list[str]) -> Any:
    if len(cells) > len(heading) and any(cells[len(heading) :]):
        return DataError(
            "bad-row",
            f"it has {len(cells)} cells under {len(heading)} headings",
            fix="quote the cells that hold the delimiter",
        )
    row: dict[str, Any] = {"inputs": {}, "expected": {}}
    for column, cell in zip(heading, cells, strict=False):
        if not cell:
            continue
        try:
            name, value = _cell(column, cell)
        except (ValueError, RecursionError) as error:
            return DataError(
                "bad-row",
                f"column {column}: {cell[:40]!r} is not JSON ({error})",
                fix="mend the JSON, or take :json off the heading",
            )
        section, dot, field = name.partition(".")
        target = row[section] if dot and section in _SECTIONS else row
        target[field if target is not row else name] = value
    return row


def _cell(column: str, cell: str) -> tuple[str, Any]:
    if column.endswith(":json"):
        return column.removesuffix(":json"), read_json(cell)
    if column.endswith(":file"):
        return column.removesuffix(":file"), {"file": cell}
    if column in _VALUES:
        return column, json.loads(
            cell.lower() if column == "must_pass" else cell
        )  # a spreadsheet writes TRUE
    is_read = column.startswith("inputs.") or (column.startswith("expected.") and cell[0] in "[{")
    return column, Cell(cell) if is_read else cell


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    flat = {key: value for key, value in row.items() if key not in _SECTIONS}
    return flat | {f"{section}.{key}": value for section in _SECTIONS for key, value in row[section].items()}


def _is_text(column: str, values: list[Any]) -> bool:
    return not column.endswith(_NOT_TEXT) and all(
        isinstance(value, str) and value and not value.startswith(_FORMULA) for value in values
    )
