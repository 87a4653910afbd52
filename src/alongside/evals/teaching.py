"""What a case states of a field, as the type that an extractor learns: by the reading with which its check holds it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, cast

from alongside.core.answer_types import Kind
from alongside.core.case import Case
from alongside.core.errors import UsageError
from alongside.evals.readings import Order, read_date, read_number
from alongside.evals.stated import check_stated

__all__ = ["teachings"]

_KINDS = {
    "str": "text",
    "date": "date",
    "datetime": "date",
    "Decimal": "number",
    "float": "number",
    "int": "integer",
}


def teachings(
    case: Case, fields: Sequence[Sequence[str]]
) -> tuple[dict[str, Any], list[tuple[str, UsageError]]]:
    """Return what the case states of `fields` ([name, kind, type]) as JSON of their types, and what is none of it.

    Dates are ISO, of a Decimal there is the text. A value that its field's type can't hold is left out, with the error.
    """
    kind: Kind = {"kind": "record", "fields": {name: {"kind": _KINDS[held]} for name, _, held in fields}}
    read: dict[str, Any] = {}
    unread: list[tuple[str, UsageError]] = []
    for name, _, held in fields:
        if name not in case.expected:
            continue
        try:
            stated = check_stated(name, case.expected[name], kind)
        except UsageError as error:
            unread.append((name, error))
        else:
            read[name] = None if stated is None else _typed(stated, held, _order(case, name))
    return read, unread


def _typed(stated: Any, held: str, order: Order) -> Any:
    """Return as JSON what `check_stated` found to be readable."""
    match held:
        case "str":
            return str(stated)
        case "date":
            return _day(stated, order).isoformat()
        case "datetime":
            return _moment(stated, order).isoformat()
        case _:
            number = read_number(stated, whole=held == "int")
            assert number is not None
            return {"float": float, "int": int}.get(held, str)(number)


def _moment(stated: Any, order: Order) -> datetime:
    try:
        return datetime.fromisoformat(stated)
    except ValueError:
        return datetime.combine(_day(stated, order), time())


def _day(stated: Any, order: Order) -> date:
    day = read_date(stated, order=order)
    assert day is not None
    return day


def _order(case: Case, field: str) -> Order:
    """Return the order in which the case's own check of the field reads a date in figures."""
    own = (spec.options for spec in case.checks if (spec.check, spec.field) == ("date", field))
    options: Mapping[str, Any] = next(own, None) or {}
    return cast("Order", options.get("order", "dmy"))
