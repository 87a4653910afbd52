"""Cases in and out as CSV, JSONL and YAML: a bad row is named, the good ones are kept."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from alongside.core.case import Case
from alongside.core.errors import DataError, UsageError
from alongside.evals.csv_rows import read_csv, write_csv
from alongside.evals.plain_scalars import read_json
from alongside.evals.rows import RowReader, as_meant, case_row, row_case, with_paths
from alongside.evals.yaml_rows import read_yaml, write_yaml
from alongside.store.source_file import read_bytes

__all__ = ["FORMATS", "Imported", "format_of", "read_cases", "write_cases"]


@dataclass(frozen=True, slots=True)
class Imported:
    """The cases of the good rows, and an error for each bad one that names file and row.

    `unchanged` are cases that were here already, just as their rows say; `places` are the cases' in the file, by id.
    """

    cases: tuple[Case, ...]
    errors: tuple[DataError, ...]
    unchanged: tuple[Case, ...] = ()
    places: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Format:
    """How rows are read from text, each with its place and its plain scalars as they are written, and written to it."""

    read: Callable[[str], Iterator[tuple[str, Any]]]
    write: Callable[[Sequence[Mapping[str, Any]]], str]


def read_cases(path: Path, *, reader: RowReader | None = None) -> Imported:
    """Read the cases of a .csv, .jsonl or .yaml file. `reader.folder` is the file's own, whatever it says.

    Raises UsageError for another kind of file, DataError `no-such-file`, `bad-file` where the file can't be read at all.
    """
    form, text = FORMATS[format_of(path)], _text(path)
    reader = replace(reader or RowReader(), folder=path.parent)
    cases: dict[str, tuple[Case, str]] = {}
    errors: list[DataError] = []
    try:
        for place, row in form.read(text):
            _take(row, f"{path.name} {place}", reader, cases, errors)
    except DataError as error:
        # rows before the place where the file breaks are good all the same
        errors.append(DataError(error.code, f"{path.name}: {error.message}", fix=error.fix))
    places = {identity: place for identity, (_, place) in cases.items()}
    return Imported(tuple(case for case, _ in cases.values()), tuple(errors), places=places)


def write_cases(cases: Sequence[Case], form: str, *, documents: Mapping[str, str] | None = None) -> str:
    """Return the cases as text in the format `csv`, `jsonl` or `yaml`.

    `documents` are paths by digest, from where the text will lie: a row names a file by its path, or else by its digest.
    """
    rows = [case_row(case) for case in cases]
    return FORMATS[form].write([row | {"inputs": with_paths(row["inputs"], documents or {})} for row in rows])


def format_of(path: Path) -> str:
    """Return the format by the file's suffix. Raises UsageError `unknown-format`."""
    form = _SUFFIXES.get(path.suffix.lower())
    if form is None:
        raise UsageError(
            "unknown-format",
            f"{path.name} is neither CSV, JSONL nor YAML by its name",
            fix=f"name it with one of {', '.join(_SUFFIXES)}",
        )
    return form


def _take(
    row: Any, place: str, reader: RowReader, cases: dict[str, tuple[Case, str]], errors: list[DataError]
) -> None:
    try:
        if isinstance(row, DataError):
            raise row
        _add(row_case(as_meant(row, reader), reader), place, cases)
    except DataError as error:
        errors.append(DataError(error.code, f"{place}: {error.message}", fix=error.fix))


def _add(case: Case, place: str, cases: dict[str, tuple[Case, str]]) -> None:
    if case.id in cases:
        first = cases[case.id][0].name
        raise DataError(
            "bad-row", f"it has the workflow and inputs of {first!r}", fix="take one of the two out"
        )
    cases[case.id] = case, place


def _text(path: Path) -> str:
    try:
        return read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(
            "bad-file",
            f"{path.name}: byte {error.start} is not UTF-8",
            fix="save it as UTF-8 (Excel: CSV UTF-8)",
        ) from error


def _read_jsonl(text: str) -> Iterator[tuple[str, Any]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield f"line {number}", _json(line)


def _json(line: str) -> Any:
    try:
        return read_json(line)
    except (ValueError, RecursionError) as error:
        return DataError("bad-row", f"it is not JSON: {error}", fix="write one JSON object a line")


def _write_jsonl(rows: Sequence[Mapping[str, Any]]) -> str:
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)


FORMATS: Mapping[str, Format] = {
    "csv": Format(read_csv, write_csv),
    "jsonl": Format(_read_jsonl, _write_jsonl),
    "yaml": Format(read_yaml, write_yaml),
}
_SUFFIXES = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".yaml": "yaml", ".yml": "yaml"}
