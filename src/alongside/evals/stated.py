"""A value that a person states, against what the answer can hold in its place."""

import enum
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, cast

from alongside.core.answer_types import ANYTHING, Kind, choices_of
from alongside.core.errors import UsageError
from alongside.core.nearest import nearest
from alongside.core.plain import seconds_of
from alongside.evals.answer import MISSING, to_json
from alongside.evals.moments import read_moment
from alongside.evals.partial import check_whole
from alongside.evals.readings import (
    misdated,
    open_amounts,
    open_dates,
    read_amount,
    read_date,
    read_flag,
    read_number,
)
from alongside.evals.seen import read_differently

__all__ = ["check_clear", "check_expected", "check_stated", "kind_at", "read_as"]

_ALIKE = 0.4  # how alike a field must be to be meant
_EXAMPLES = {
    "number": "12.50",
    "integer": "12",
    "date": "2026-03-14",
    "flag": "yes or no",
    "list": '["…"]',
    "mapping": '{"…": "…"}',
    "record": "a record of its fields, as JSON",
}
_PARTS: dict[str, Any] = {
    "number": "12.50",
    "integer": 12,
    "date": "2026-03-14",
    "flag": True,
    "list": [],
    "record": {},
    "mapping": {},
}
_CALLED = {"integer": "whole number"}
_MANY = 12  # fields of which an example still helps
_MARKED = {"timed": "date with its time", "seconds": "duration"}
_NUMBERS = {"number", "integer"}
_BY_NAME = {"choice", "any"}
_HOURS = re.compile(r"(\d+):([0-5]\d):([0-5]\d)", re.ASCII)
_ROWS = {"record", "list", "mapping"}
_HOLDERS = {"any", "record", "list", "mapping"}
_MOMENT = "2026-03-14 09:30"


def check_expected(
    expected: Mapping[str, Any], kind: Kind, *, checked: Collection[str] = (), holes: Collection[str] = ()
) -> dict[str, Any]:
    """Return what is expected as `check_stated` reads it. Raise UsageError where the answer can't ever hold it.

    It is by field (empty: of the whole). `kind` is the answer's (`describe` tells it of a workflow, as `kind`); `checked` are the fields that a check of
    their own compares: what those are expected to be is that check's business. The error is `no-such-field` or
    `stated-value`; nothing (None) may be expected of any field, and inside one where its type, or one of the `holes` that
    answers have, allows it.
    """
    read: dict[str, Any] = {}
    for field, value in expected.items():
        own = check_stated(field, MISSING if field in checked else value, kind)
        if field not in checked:
            check_whole(field, own, kind_at(kind, field), holes=holes)
        read[field] = value if field in checked else own
    return read


def check_stated(field: str, stated: Any, kind: Kind) -> Any:
    """Return what is stated of a field, as a case holds it: a number alone where it has a currency, anything else as it is.

    A member of an enum goes by its name where the answer has a choice, a duration (`1:30:00` too) is in seconds.

    Raises UsageError `no-such-field` or `stated-value` where `field` isn't there, or can't be what is stated.
    """
    found = kind_at(kind, field)
    if stated is MISSING:
        return stated
    if stated is None:
        _check_no_row(field, kind)
    stated = _held(stated, found)
    _check(field, stated, found)
    return stated


def _check_no_row(field: str, kind: Kind) -> None:
    """Refuse that nothing stands in the place of a row: who says so means that the list is shorter, and must say of it all."""
    above, _, last = field.rpartition(".")
    rows = kind_at(kind, above) if last.isdecimal() else ANYTHING
    if rows["kind"] == "list" and (rows.get("never_none") or rows["of"]["kind"] in _ROWS):
        raise UsageError(
            "stated-value",
            f"{field} is a row, and a row that shouldn't be there can't be stated by itself",
            fix=f"state {above or 'the answer'} as a whole, without that row",
            place=field,
        )


def _held(stated: Any, kind: Kind) -> Any:
    """Return what is stated as a case holds it, in rows and records too."""
    if isinstance(stated, enum.Enum):
        return stated.name if kind["kind"] in _BY_NAME else to_json(stated)
    if isinstance(stated, timedelta):
        return seconds_of(stated)
    if kind["kind"] in _NUMBERS and isinstance(stated, str) and read_number(stated) is None:
        return _number_alone(stated, kind)
    if kind["kind"] == "list" and isinstance(stated, list):
        return [_held(item, kind["of"]) for item in cast("list[Any]", stated)]
    if kind["kind"] in {"record", "mapping"} and isinstance(stated, dict):
        parts, of = cast("dict[str, Any]", stated).items(), kind.get("of", ANYTHING)
        fields: Mapping[str, Kind] = kind.get("fields", {})
        return {name: _held(part, fields.get(name, of)) for name, part in parts}
    return stated


def _number_alone(stated: str, kind: Kind) -> str:
    """Return the number in a text that has a currency, or is a duration in hours, minutes and seconds; else the text."""
    clock = _HOURS.fullmatch(stated.strip()) if kind.get("seconds") else None
    if clock:
        hours, minutes, seconds = map(int, clock.groups())
        return str((hours * 60 + minutes) * 60 + seconds)
    amount = read_amount(stated, whole=kind["kind"] == "integer")
    return stated if amount is None else str(amount)


def check_clear(field: str, stated: Any, kind: Kind) -> None:
    """Refuse (`stated-value`) what may be either of two days: whoever types it now can say which, as a file of old can't."""
    _check_days(field, stated, kind_at(kind, field))


def _check_days(field: str, stated: Any, kind: Kind, *, row: int = 0) -> None:
    if kind["kind"] == "date" and (both := open_dates(stated)):
        day_first, month_first = (day.isoformat() for day in both)
        raise UsageError(
            "stated-value",
            f"{_named(field, row)} can't be told from {stated!r}: it may be {day_first} or {month_first}",
            fix=f"state it with the year first, {day_first} or {month_first}, or with the month's name",
            place=field,
        )
    if kind["kind"] == "list" and isinstance(stated, list):
        for at, inner in enumerate(cast("list[Any]", stated)):
            _check_days(_below(field, str(at)), inner, kind["of"], row=at + 1)
    elif kind["kind"] == "record" and isinstance(stated, dict):
        for part, inner in cast("dict[str, Any]", stated).items():
            _check_days(_below(field, part), inner, kind["fields"].get(part, ANYTHING), row=row)


def _below(field: str, part: str) -> str:
    return f"{field}.{part}" if field else part


def _named(field: str, row: int) -> str:
    """Return what a place is called: a row by its number, as people count."""
    return f"{field} (row {row})" if row else field or "the answer"


def read_as(stated: Any, kind: Kind) -> str:
    """Return the number or the day that a text stands for in a place of this kind, empty where it is written so."""
    if kind["kind"] in _NUMBERS:
        return read_differently(stated, read_amount(stated, whole=kind["kind"] == "integer"))
    return read_differently(stated, read_moment(stated)) if kind["kind"] == "date" else ""


def kind_at(kind: Kind, field: str) -> Kind:
    """Return the kind at a dotted path. Raises UsageError `no-such-field` that names the nearest field."""
    parts = field.split(".") if field else []
    for at, part in enumerate(parts):
        match kind["kind"]:
            case "any":
                return ANYTHING
            case "record" if part in kind["fields"]:
                kind = kind["fields"][part]
            case "record" if kind.get("open"):
                return ANYTHING
            case "mapping" if kind["of"]["kind"] not in _HOLDERS:
                return kind["of"]  # the key may hold dots itself
            case "mapping":
                kind = kind["of"]
            case "list" if part.isdecimal():
                kind = kind["of"]
            case _:
                raise _no_field(field, ".".join(parts[:at]), kind)
    return kind


def _check(field: str, stated: Any, kind: Kind, *, row: int = 0) -> None:
    """Refuse what can't be; `row` is the number of the row that the place is in, 0 where it is in none."""
    if isinstance(stated, bytes | bytearray | memoryview):
        raise _not_one(field, stated, {"kind": "text"}, row)
    if stated is None:
        return
    if kind["kind"] == "any":
        _check_among(field, stated, kind.get("among", ()), row)
        return
    if not _fits(stated, kind):
        raise _not_one(field, stated, kind, row)
    for below, inner, its_kind, its_row in _parts(field, stated, kind, row):
        _check(below, inner, its_kind, row=its_row)


def _parts(field: str, stated: Any, kind: Kind, row: int) -> Iterator[tuple[str, Any, Kind, int]]:
    """Yield what is inside of what is stated, with its place, its kind and the number of its row."""
    name = kind["kind"]
    if name == "list":
        for at, inner in enumerate(cast("list[Any]", stated)):
            yield _below(field, str(at)), inner, kind["of"], at + 1
    elif name in {"record", "mapping"}:
        for part, inner in cast("dict[str, Any]", stated).items():
            below = _below(field, part)
            yield below, inner, kind["of"] if name == "mapping" else _inner(kind, part, below, field), row


def _check_among(field: str, stated: Any, among: Sequence[Kind], row: int) -> None:
    """Refuse what none of a union's kinds can be."""
    if not among or any(_may_be(field, stated, kind) for kind in among):
        return
    called = " or ".join(dict.fromkeys(_CALLED.get(kind["kind"], str(kind["kind"])) for kind in among))
    raise UsageError(
        "stated-value",
        f"{_named(field, row)} is a {called}, and {stated!r} is none",
        fix=f"state it as {' or '.join(map(_shown_example, among))}",
        place=field,
    )


def _may_be(field: str, stated: Any, kind: Kind) -> bool:
    try:
        _check(field, stated, kind)
    except UsageError:
        return False
    return True


def _inner(kind: Kind, part: str, below: str, field: str) -> Kind:
    if part not in kind["fields"] and not kind.get("open"):
        raise _no_field(below, field, kind)
    return kind["fields"].get(part, ANYTHING)


def _fits(stated: Any, kind: Kind) -> bool:  # noqa: PLR0911  one line a kind
    match kind["kind"]:
        case "number":
            return read_number(stated) is not None
        case "integer":
            number = read_number(stated, whole=True)
            return number is not None and number == number.to_integral_value()
        case "date":
            return read_date(stated) is not None
        case "flag":
            return isinstance(stated, bool) or read_flag(str(stated)) is not None
        case "choice":
            said = str(stated).split("|") if kind.get("flags") else [str(stated)]
            return all(one in kind["of"] for one in said)
        case "list":
            return isinstance(stated, list | tuple | set | frozenset)
        case "record" | "mapping":
            return isinstance(stated, dict)
        case _:
            return not isinstance(stated, bool | list | dict)


def _not_one(field: str, stated: Any, kind: Kind, row: int) -> UsageError:
    name, place = kind["kind"], field
    field = _named(field, row)
    if name == "choice":
        among = ", ".join(label for _, label in choices_of(kind))
        return UsageError(
            "stated-value",
            f"{field} can't be {stated!r}; it is one of {among}",
            fix="state one of them",
            place=place,
        )
    if told := _unclear(field, stated, name, place):
        return told
    example = _shown_example(kind)
    called = next((told for mark, told in _MARKED.items() if kind.get(mark)), _CALLED.get(name, name))
    return UsageError(
        "stated-value",
        f"{field} is a {called}, and {stated!r} is none",
        fix=f"state it as {'a whole number, such as ' if name == 'integer' else ''}{example}",
        place=place,
    )


def _shown_example(kind: Kind) -> str:
    """Return what may be stated instead; of records their fields, as JSON."""
    if kind.get("timed"):
        return _MOMENT
    if kind.get("seconds"):
        return "its seconds, such as 5400, or as 1:30:00"
    record = kind["of"] if kind["kind"] == "list" else kind
    if record["kind"] != "record" or not 0 < len(record["fields"]) <= _MANY:
        return _EXAMPLES.get(kind["kind"], "text")
    parts = {name: _part(inner) for name, inner in record["fields"].items()}
    return json.dumps([parts] if record is not kind else parts, ensure_ascii=False)


def _part(kind: Kind) -> Any:
    """Return an example of what stands inside a record."""
    if kind["kind"] == "choice":
        return str(next(iter(kind["of"])))
    return _MOMENT if kind.get("timed") else _PARTS.get(kind["kind"], "…")


def _unclear(field: str, stated: Any, kind: str, place: str) -> UsageError | None:
    """Return the refusal of an amount that may be either of two, or a date on another day of the week than it names."""
    if kind in _NUMBERS and (both := open_amounts(stated)):
        whole, parted = both
        return UsageError(
            "stated-value",
            f"{field} can't be told from {stated!r}: it may be {whole} or {parted}",
            fix=f"state it without the currency: {whole} or {parted}",
            place=place,
        )
    if kind == "date" and (day := misdated(stated)):
        return UsageError(
            "stated-value",
            f"{field} can't be {stated!r}: {day.isoformat()} is a {day:%A}",
            fix="mend the day of the week or the date, or state the date alone",
            place=place,
        )
    return None


def _no_field(field: str, inside: str, kind: Kind) -> UsageError:
    fields = list(kind.get("fields", ()))
    near = nearest(field.rpartition(".")[2], fields, least=_ALIKE)
    has = f"has {', '.join(fields)}" if fields else f"is a {kind['kind']}"
    below = f"{inside}." if inside else ""
    other = "write one of these" if fields else f"name {inside or 'the answer'} itself"
    return UsageError(
        "no-such-field",
        f"the answer has no field {field!r}; {inside or 'it'} {has}",
        fix=f"write {below}{near}" if near else other,
    )
