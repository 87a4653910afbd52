"""A model's answer about fields, checked: JSON of the asked shape, values of the asked types."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

from alongside.core.fields import Field, FieldKind
from alongside.core.surrogates import tidy
from alongside.models.payload import mapped, parsed

__all__ = ["FORMS", "Reading", "answer_schema", "read_answer"]

FORMS: dict[FieldKind, str] = {
    "text": "text, as the document prints it",
    "date": "a date, as YYYY-MM-DD",
    "amount": "an amount: digits with a point before decimals, no currency, no grouping",
    "integer": "a whole number: digits only",
}
_INTEGER = re.compile(r"[+-]?[0-9]{1,30}")
_AMOUNT = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?")
_FENCE = re.compile(r"\A\s*```\w*\s*(.*?)\s*```\s*\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model says of one field: its typed value (None: not stated), its quote, and what is wrong with it."""

    value: object = None
    quote: str = ""
    problem: str = ""


def answer_schema(fields: Sequence[Field]) -> dict[str, Any]:
    """Return the JSON schema of the answer: for each field an object of `value` and `quote`, closed and complete."""
    nullable = {"type": ["string", "null"]}
    said = _closed({"value": nullable, "quote": nullable})
    return _closed({field.name: said for field in fields})


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def read_answer(text: str, fields: Sequence[Field]) -> dict[str, Reading]:
    """Return a reading a field; what doesn't fit has a `problem` in words that the model can act on."""
    fenced = _FENCE.match(text)
    try:
        answer: Any = tidy(parsed(fenced[1] if fenced else text, Decimal))
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        return {field.name: Reading(problem="the answer is not one whole JSON object") for field in fields}
    said = cast("dict[str, Any]", answer)
    return {field.name: _read(said.get(field.name), field) for field in fields}


def _read(said: object, field: Field) -> Reading:
    answer = mapped(said)
    if "value" not in answer:
        return Reading(problem="it must be an object with the keys value and quote")
    raw: Any = answer["value"]
    quote: Any = answer.get("quote")
    quote = quote.strip() if isinstance(quote, str) else ""
    if raw is None or raw == "":
        return Reading()
    if isinstance(raw, bool) or not isinstance(raw, str | int | Decimal):
        return Reading(problem="value must be a string or null")
    value = _typed(str(raw).strip(), field)
    if value is None:
        return Reading(quote=quote, problem=f"value {str(raw)[:80]!r} is not {FORMS[field.kind]}")
    return Reading(value, quote or str(raw))


def _typed(text: str, field: Field) -> object:
    """Return the value in the field's own type, None where the text isn't of its form."""
    try:
        match field.kind:
            case "text":
                return " ".join(text.split()) or None
            case "date":
                return datetime.fromisoformat(text) if field.type is datetime else date.fromisoformat(text)
            case "integer":
                return int(text) if _INTEGER.fullmatch(text) else None
            case "amount":
                number = float if field.type is float else Decimal
                return number(text) if _AMOUNT.fullmatch(text) else None
    except ValueError:
        return None
