"""What a learned or prompted extractor is asked for: the fields of a dataclass of Values."""

import dataclasses
import types
import typing
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from alongside.core.errors import DataError
from alongside.core.input_types import shown_type
from alongside.core.value import Value

__all__ = ["Field", "FieldKind", "fields_of"]

FieldKind = Literal["text", "date", "amount", "integer"]

_KINDS: dict[Any, FieldKind] = {
    str: "text",
    date: "date",
    datetime: "date",
    Decimal: "amount",
    float: "amount",
    int: "integer",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """A field's name and kind; `type` is the Python type its value has."""

    name: str
    kind: FieldKind
    type: type


def fields_of(shape: type) -> tuple[Field, ...]:
    """Return the fields of a dataclass whose every field is `Value[str | date | Decimal | int | float]`.

    Raises DataError `field-type` for any other field.
    """
    name = _name(shape)
    if not dataclasses.is_dataclass(shape):
        raise _refuse(name, "is not a dataclass")
    hints = typing.get_type_hints(shape)
    return tuple(_field(f"{_name(shape)}.{f.name}", f.name, hints[f.name]) for f in dataclasses.fields(shape))


def _name(shape: Any) -> str:
    return getattr(shape, "__qualname__", repr(shape))


def _field(full: str, name: str, hint: Any) -> Field:
    inner: Any = typing.get_args(hint)[0] if typing.get_origin(hint) is Value else None
    if isinstance(inner, types.UnionType) or typing.get_origin(inner) is typing.Union:
        inner = next((part for part in typing.get_args(inner) if part is not type(None)), None)
    if inner is None or inner not in _KINDS:
        raise _refuse(full, f"is {shown_type(hint)}")
    return Field(name, _KINDS[inner], inner)


def _refuse(what: str, why: str) -> DataError:
    return DataError(
        "field-type",
        f"{what} {why}",
        fix="declare a dataclass whose fields are Value[str], Value[date], Value[Decimal], Value[int] or Value[float] "
        "(its value is None where nothing was found), and join it with lists and other types in a step",
    )
