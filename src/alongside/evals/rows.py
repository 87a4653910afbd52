"""A case as a row of a file, and a row as a case."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import NoneType
from typing import Any, cast

from alongside.core.answer_types import ANYTHING, Kind
from alongside.core.case import Case, CheckSpec, Split, case_id
from alongside.core.errors import AlongsideError, DataError, UsageError
from alongside.core.expected import UNSTATED, above, stated_at
from alongside.core.input_types import Input, example_of, file_inputs
from alongside.core.nearest import nearest
from alongside.core.split import document_group, split_of
from alongside.core.surrogates import require_text
from alongside.evals.checks import accepts, check_options, compared_fields
from alongside.evals.plain_scalars import Cell, meant
from alongside.evals.stated import check_expected, kind_at

__all__ = ["RowReader", "as_meant", "case_row", "file_digest", "row_case", "with_paths"]

_DIGEST = 64
_ALIKE = 0.6  # how alike a known key must be to be meant
_OPTIONAL: dict[str, Any] = {
    "split": "",
    "group": None,
    "must_pass": False,
    "rate": 1.0,
    "note": "",
    "retired": "",
    "checks": [],
}
_KEYS = ("name", "workflow", "inputs", "expected", *_OPTIONAL)
_NAMED = ("name", "workflow")
_TYPES: dict[str, tuple[type, ...]] = {
    "name": (str,),
    "workflow": (str,),
    "inputs": (dict,),
    "expected": (dict,),
    "split": (str,),
    "group": (str, NoneType),
    "must_pass": (bool,),
    "rate": (int, float),
    "note": (str,),
    "retired": (str,),
    "checks": (list,),
}


_TEXTS = ("name", "workflow", "split", "group", "note", "retired")
_KINDS: dict[str, Kind] = {
    "must_pass": {"kind": "flag"},
    "rate": {"kind": "number"},
    **{key: {"kind": "text"} for key in _TEXTS},
}


def _keep_nothing(path: Path) -> Mapping[str, Any]:
    raise DataError("no-store", f"{path} can't be kept here", fix="name the file by its digest")


@dataclass(frozen=True, slots=True)
class RowReader:
    """What rows are read against.

    `folder` is where the file of rows lies: paths in it begin there. `keep` takes a file into the engagement and
    returns it as an input (`{"file": digest, "name", "media_type"}`); `has` says whether a digest is there already.
    `workflows` are the known names (None: any), `takes` their inputs by workflow, name and kind (a text where a `File`
    is taken is its path), `answers` the kinds of their answers; a workflow that is in neither is not checked.
    `check_inputs` raises DataError where a workflow can't be called with the inputs.
    Cases whose row states no split are placed by `held_out` and `salt`.
    """

    folder: Path = Path()
    keep: Callable[[Path], Mapping[str, Any]] = _keep_nothing
    has: Callable[[str], bool] = lambda _: True
    workflows: Collection[str] | None = None
    takes: Mapping[str, Mapping[str, Input]] = field(default_factory=dict[str, Mapping[str, Input]])
    answers: Mapping[str, Kind] = field(default_factory=dict[str, Kind])
    check_inputs: Callable[[str, Mapping[str, Any]], None] = lambda _, __: None
    held_out: float = 0.2
    salt: str = ""


def case_row(case: Case) -> dict[str, Any]:
    """Return the case as a row; what has its default is left out. The run it came from stays behind."""
    row: dict[str, Any] = {
        "name": case.name,
        "workflow": case.workflow,
        "inputs": dict(case.inputs),
        "expected": dict(case.expected),
    }
    row |= {key: getattr(case, key) for key in ("split", "must_pass", "rate", "note", "retired")}
    row = {key: value for key, value in row.items() if key not in _OPTIONAL or value != _OPTIONAL[key]}
    if case.group != document_group(case.inputs):  # which a row without a group is given
        row["group"] = case.group
    if case.checks:
        row["checks"] = [_check_row(check) for check in case.checks]
    return row


def as_meant(row: object, reader: RowReader) -> object:
    """Return the row with its plain scalars read by the kinds of the row's own keys, inputs and fields.

    Raises DataError `case-value` for a row that is nested too deeply to be read.
    """
    if not isinstance(row, dict):
        return row
    workflow = str(cast("dict[str, Any]", row).get("workflow"))
    inputs: Kind = {"kind": "record", "fields": reader.takes.get(workflow, {})}
    fields = {**_KINDS, "inputs": inputs, "expected": reader.answers.get(workflow, ANYTHING)}
    try:
        return meant(cast("dict[str, Any]", row), {"kind": "record", "fields": fields})
    except RecursionError as error:
        raise DataError(
            "case-value", "it is nested too deeply for a case", fix="take out what is nested so deeply"
        ) from error


def row_case(row: object, reader: RowReader) -> Case:
    """Return the row's case. Raises DataError that says what is wrong with the row and how to mend it."""
    values = _checked(row, reader)
    inputs = _inputs(values["workflow"], values["inputs"], reader)
    try:
        reader.check_inputs(values["workflow"], inputs)
    except DataError as error:
        fix = _cells_fix(inputs, reader.takes.get(values["workflow"], {})) or error.fix
        raise _refuse(f"inputs: {error.message}", fix) from error
    checks = tuple(_check(check) for check in values["checks"])
    expected = _read_expected(values["expected"], reader.answers.get(values["workflow"], ANYTHING), checks)
    try:
        identity = case_id(values["workflow"], inputs)
        json.dumps(expected, allow_nan=False)
    except ValueError as error:
        raise _refuse(f"it can't be kept: {error}", "write numbers that JSON knows") from error
    group = document_group(inputs) if values["group"] is None else values["group"]
    return Case(
        id=identity,
        name=values["name"],
        workflow=values["workflow"],
        inputs=inputs,
        expected=expected,
        checks=checks,
        split=_split(values["split"], group or identity, reader),
        group=group,
        must_pass=values["must_pass"],
        rate=float(values["rate"]),
        note=values["note"],
        retired=values["retired"],
    )


def _checked(row: object, reader: RowReader) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise _refuse(
            "it is not an object with fields",
            'write {"name": …, "workflow": …, "inputs": {…}, "expected": {…}}',
        )
    given = cast("dict[str, Any]", row)
    try:
        require_text(given, "")
    except UsageError as error:
        raise _refuse(error.message, error.fix) from error
    for key in given:
        if key not in _KEYS:
            raise _unknown(key, given, reader)
    values: dict[str, Any] = {**_OPTIONAL, "expected": {}, **given}
    for key, kinds in _TYPES.items():
        if key not in values or (key in _NAMED and values[key] in (None, "")):
            raise _lacking(key, values)
        value = values[key]
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise _refuse(f"{key} is {value!r}", f"make it {' or '.join(kind.__name__ for kind in kinds)}")
    if not 0 <= values["rate"] <= 1:
        raise _refuse(f"rate is {values['rate']}", "write a number from 0 to 1")
    if reader.workflows is not None and values["workflow"] not in reader.workflows:
        near = nearest(values["workflow"], reader.workflows) or "none"
        raise _refuse(f"there is no workflow {values['workflow']!r}; the nearest is {near}", f"write {near}")
    return values


def _lacking(key: str, values: Mapping[str, Any]) -> DataError:
    if key not in values:
        return _refuse(f"{key} is missing", f"add {key}")
    if values[key] is None:
        return _refuse(f"{key} is null", f'write a {key}; one that is called null stands in quotes: "null"')
    return _refuse(f"{key} is empty", f"write a {key}")


def _unknown(key: str, given: Mapping[str, Any], reader: RowReader) -> DataError:
    """Refuse a key that no row has; where it is an input or a field of the answer, with the place that it has."""
    workflow: Any = given.get("workflow")
    named = isinstance(workflow, str)
    answers: Kind = reader.answers.get(workflow, ANYTHING).get("fields", {}) if named else {}
    if named and key in reader.takes.get(workflow, {}):
        return _refuse(f"{key} is not known; it is an input of {workflow}", f"write inputs.{key}")
    if key in answers:
        return _refuse(f"{key} is not known; {workflow} answers it", f"write expected.{key}")
    near = nearest(key, _KEYS, least=_ALIKE)
    if near:
        return _refuse(f"{key} is not known; the nearest is {near}", f"write {near}, or take it out")
    return _refuse(f"{key} is not known; a row has {', '.join(_KEYS)}", "write one of them, or take it out")


def _inputs(workflow: str, given: Mapping[str, Any], reader: RowReader) -> dict[str, Any]:
    takes = reader.takes.get(workflow, {})
    for name in given:
        if takes and name not in takes:
            near = nearest(name, takes)
            raise _refuse(f"inputs.{name}: {workflow} takes {', '.join(takes)}", f"write inputs.{near}")
    for name, one in takes.items():
        if one["kind"] == "file" and one["required"] and not given.get(name):
            raise _refuse(f"inputs.{name} is missing", f"name the file by its path: inputs.{name}")
    files = {name for name in file_inputs(takes) if isinstance(given.get(name), str)}
    return {
        name: _input(name, {"file": value} if name in files else value, reader)
        for name, value in given.items()
    }


def _cells_fix(inputs: Mapping[str, Any], takes: Mapping[str, Input]) -> str:
    """Return how a CSV's cell that its input's kind can't be read in is written, empty where there is none."""
    for name, value in inputs.items():
        if isinstance(value, Cell) and name in takes:
            example = example_of(takes[name])
            told = example if isinstance(example, str) else json.dumps(example, ensure_ascii=False)
            return f"write it as {told}, or as JSON under the heading inputs.{name}:json"
    return ""


def _read_expected(expected: Mapping[str, Any], kind: Kind, checks: tuple[CheckSpec, ...]) -> dict[str, Any]:
    """Return what a row expects. Refuse a field that the answer hasn't, or a value that it can't hold there."""
    own = compared_fields(checks)
    try:
        read = check_expected(expected, kind, checked=own)
    except UsageError as error:
        raise _refuse(f"expected: {error.message}", error.fix) from error
    for part, value in read.items() if kind != ANYTHING else ():
        whole = above(read, part)
        inside = UNSTATED if whole is None else stated_at({whole: read[whole]}, part)
        if whole is None or part in own or inside == value or _alike(kind, part, inside, value):
            continue
        says = "has no such place" if inside is UNSTATED else f"says {_shown(inside)} there"
        name = whole or "the answer"
        raise _refuse(
            f"expected: {part} is {_shown(value)}, and {name} {says}", f"take out {part}, or mend {name}"
        )
    return read


def _alike(kind: Kind, field: str, one: Any, other: Any) -> bool:
    found = kind_at(kind, field)
    return (
        found != ANYTHING and UNSTATED is not one and None not in (one, other) and accepts(found, one, other)
    )


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _input(name: str, value: Any, reader: RowReader) -> Any:
    """Take a file that is named by its path into the engagement; one that is named by its digest must be there."""
    if not isinstance(value, dict) or not isinstance(cast("dict[str, Any]", value).get("file"), str):
        return cast("Any", value)
    given = cast("dict[str, Any]", value)
    if file_digest(given):
        if not reader.has(given["file"]):
            raise _refuse(
                f"inputs.{name}: input {given['file'][:12]} isn't here",
                "name the file by its path, or export the cases with their documents: "
                "`alongside case export FILE --documents`",
            )
        return {"name": given["file"][:12], "media_type": "application/octet-stream", **given}
    path = reader.folder / given["file"]
    if not path.is_file():
        raise _refuse(
            f"inputs.{name}: there is no file {path}", "mend the path; it begins where the rows' file lies"
        )
    try:
        return {**reader.keep(path), **{key: item for key, item in given.items() if key != "file"}}
    except AlongsideError as error:
        raise _refuse(f"inputs.{name}: {error.message}", error.fix) from error


def file_digest(value: Any) -> str:
    """Return the digest of a file among a case's inputs, empty for any other value."""
    given: Any = cast("dict[str, Any]", value).get("file") if isinstance(value, dict) else None
    is_digest = isinstance(given, str) and len(given) == _DIGEST and set(given) <= set("0123456789abcdef")
    return given if is_digest else ""


def with_paths(inputs: Mapping[str, Any], paths: Mapping[str, str]) -> dict[str, Any]:
    """Return a row's inputs with each file that is in `paths` (by digest) named by its path instead."""
    return {
        name: {**value, "file": paths[digest]} if (digest := file_digest(value)) in paths else value
        for name, value in inputs.items()
    }


def _split(stated: str, group: str, reader: RowReader) -> Split:
    match stated:
        case "":
            return split_of(group, share=reader.held_out, salt=reader.salt)
        case "train" | "held-out":
            return stated
        case _:
            raise _refuse(f"split is {stated!r}", "write train or held-out, or leave it out")


def _check_row(check: CheckSpec) -> dict[str, Any]:
    row: dict[str, Any] = {"check": check.check}
    row |= {"field": check.field} if check.field else {}
    return row | ({"options": dict(check.options)} if check.options else {})


def _check(row: Any) -> CheckSpec:
    known = {"check", "field", "options"}
    given: dict[str, Any] = cast("dict[str, Any]", row) if isinstance(row, dict) else {}
    check, field, options = given.get("check"), given.get("field", ""), given.get("options")
    fits = isinstance(field, str) and isinstance(options, dict | None) and not set(given) - known
    if not isinstance(check, str) or not fits:
        raise _refuse(f"{row!r} is not a check", 'write {"check": NAME, "field": FIELD, "options": {…}}')
    spec = CheckSpec(check, field, cast("dict[str, Any] | None", options) or None)
    check_options(spec)
    return spec


def _refuse(why: str, fix: str) -> DataError:
    return DataError("bad-row", why, fix=fix)
