"""A case as the text of its file: read with errors that point at the line, written to be read, edited in place."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, cast

from alongside.core.case import Case, CheckSpec, case_id
from alongside.core.errors import DataError
from alongside.store.toml_edit import Way, put, put_whole
from alongside.store.toml_literal import from_toml, toml_key, toml_literal
from alongside.store.toml_table import Table, parse_table

__all__ = ["case_text", "edited_text", "read_case"]

_DEFAULTS: dict[str, Any] = {
    "split": "train",
    "group": "",
    "must_pass": False,
    "rate": 1.0,
    "run": "",
    "note": "",
    "retired": "",
}
_KEYS = ("name", "workflow", *_DEFAULTS, "inputs", "expected", "checks")


def read_case(source: str, *, name: str) -> Case:
    """Return the case that the TOML text `source` states; `name` is the file, for errors (DataError)."""
    table = parse_table(source, name=name)
    table.only(_KEYS)
    workflow, inputs = table.text("workflow"), _plain(table, "inputs")
    return Case(
        id=case_id(workflow, inputs),
        name=table.text("name"),
        workflow=workflow,
        inputs=inputs,
        expected=_plain(table, "expected"),
        checks=tuple(_check(check) for check in table.tables("checks")),
        split="held-out"
        if table.choice("split", "train", among=("train", "held-out")) == "held-out"
        else "train",
        group=table.text("group", ""),
        must_pass=table.flag("must_pass", default=False),
        rate=table.number("rate", 1.0, most=1.0),
        run=table.text("run", ""),
        note=table.text("note", ""),
        retired=table.text("retired", ""),
    )


def case_text(case: Case) -> str:
    """Return the text of a new case file. Raises DataError `case-value` for a value that TOML can't hold."""
    lines = [_pair("name", case.name), _pair("workflow", case.workflow)]
    lines += [
        _pair(key, getattr(case, key))
        for key, default in _DEFAULTS.items()
        if key == "split" or getattr(case, key) != default
    ]
    lines += _section("inputs", case.inputs) + _section("expected", case.expected)
    return "\n".join(lines) + "\n" + _checks_text(case.checks)


def edited_text(source: str, case: Case, *, name: str) -> str:
    """Return `source` changed so that it states `case`, with the comments and layout of all that didn't change.

    Raises DataError `case-frozen` where the workflow or the inputs differ: what came in doesn't change afterwards.
    """
    before = read_case(source, name=name)
    if before.id != case.id:
        raise DataError(
            "case-frozen",
            f"{name}: the workflow and the inputs of a case don't change",
            fix="retire this case and add another",
        )
    if before == case:
        return source
    # Layouts exist that an edit in place can't keep (a table in several parts): then the file is written anew.
    for way in (put, put_whole):
        with suppress(LookupError, ValueError, TypeError, AttributeError):
            text = _edit_in_place(source, before, case, way)
            if _states(text, case, name=name):
                return text
    return case_text(case)


def _edit_in_place(source: str, before: Case, case: Case, way: Way) -> str:
    import tomlkit

    document = cast("dict[str, Any]", tomlkit.parse(source))
    for key in ("name", *_DEFAULTS):
        if getattr(before, key) != getattr(case, key):
            document[key] = _item(getattr(case, key))
    _edit_expected(document, before.expected, case.expected, way)
    if before.checks == case.checks:
        return tomlkit.dumps(document)
    document.pop("checks", None)
    return tomlkit.dumps(document).rstrip("\n") + "\n" + _checks_text(case.checks)


def _states(text: str, case: Case, *, name: str) -> bool:
    try:
        return read_case(text, name=name) == case
    except DataError:
        return False


def _edit_expected(
    document: dict[str, Any], before: Mapping[str, Any], after: Mapping[str, Any], way: Way
) -> None:
    import tomlkit

    if before == after:
        return
    if "expected" not in document:
        document["expected"] = tomlkit.table()
    expected = cast("dict[str, Any]", document["expected"])
    for key in before.keys() - after.keys():
        del expected[key]
    for key, value in after.items():
        if key not in before or before[key] != value or type(before[key]) is not type(value):
            way(expected, key, value, _item)


def _item(value: Any) -> Any:
    import tomlkit

    return tomlkit.value(_literal(value))


def _literal(value: Any) -> str:
    try:
        return toml_literal(value)
    except (ValueError, RecursionError) as error:
        raise DataError(
            "case-value",
            f"a case can't hold {value!r}: {error}",
            fix="give plain JSON values: text, numbers, true, false, lists and objects",
        ) from error


def _plain(table: Table, key: str) -> dict[str, Any]:
    """Return a section's values; its own keys are names, whatever they are, while values may stand for None."""
    return {name: _value(table, key, value) for name, value in table.table(key).values.items()}


def _value(table: Table, key: str, value: Any) -> Any:
    try:
        return from_toml(value)
    except ValueError as error:
        raise table.refuse(key, f"holds {error}", fix="write a number, or leave the field out") from error


def _check(table: Table) -> CheckSpec:
    table.only(("check", "field", "options"))
    options = _value(table, "options", table.table("options").values)
    return CheckSpec(table.text("check"), table.text("field", ""), options or None)


def _pair(key: str, value: Any) -> str:
    return f"{toml_key(key)} = {_literal(value)}"


def _section(name: str, values: Mapping[str, Any]) -> list[str]:
    """Return `[name]` with its values, and a table of its own for each that is a table of several."""
    tables = {
        key: cast("Mapping[str, Any]", value)
        for key, value in values.items()
        if isinstance(value, Mapping) and len(cast("Mapping[str, Any]", value)) > 1
    }
    lines = ["", f"[{name}]", *(_pair(key, value) for key, value in values.items() if key not in tables)]
    for key, table in tables.items():
        lines += ["", f"[{name}.{toml_key(key)}]", *(_pair(inner, value) for inner, value in table.items())]
    return lines


def _checks_text(checks: tuple[CheckSpec, ...]) -> str:
    return "".join(_check_text(check) for check in checks)


def _check_text(check: CheckSpec) -> str:
    lines = ["", "[[checks]]", _pair("check", check.check)]
    lines += [_pair("field", check.field)] if check.field else []
    lines += [_pair("options", check.options)] if check.options else []
    return "\n".join(lines) + "\n"
