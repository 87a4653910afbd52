"""The types that a workflow's answer declares, by field; and as a tree of kinds, which JSON can carry."""

import dataclasses
import enum
import sys
import typing
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from types import UnionType
from typing import Any, Literal, Union, cast, get_args, get_origin

from alongside.core.input_types import label_of
from alongside.core.value import Value

__all__ = ["ANYTHING", "Kind", "bare_type", "field_types", "kind_of"]

Kind = dict[str, Any]
"""`{"kind": …}`: flag, integer, number, date, text, or any; choice with `of`, the values as text, and `labels`, how people read those that are kept by name; record with `fields`,
a kind by name, `open` where it may have others and `optional`, those that it may lack; list and mapping with `of`, the kind of an item."""

ANYTHING: Kind = {"kind": "any"}
_DEEPEST = 8
_KINDS: tuple[tuple[type, str], ...] = (  # in this order: true is an int
    (bool, "flag"),
    (int, "integer"),
    (float, "number"),
    (Decimal, "number"),
    (date, "date"),
    (str, "text"),
)


def field_types(shape: Any, paths: Iterable[str]) -> dict[str, Any]:
    """Return the type at each dotted path of an answer of type `shape`, for those that it declares.

    Dataclasses, named tuples, typed dicts, pydantic models, and lists and dicts of them are followed.
    """
    found = {path: _type_at(shape, path) for path in paths}
    return {path: kind for path, kind in found.items() if kind is not None}


def bare_type(kind: Any) -> Any:
    """Return the class inside Value[…] and `… | None`, None where that isn't one class."""
    inner = _inside(kind)
    return get_origin(inner) or inner


def kind_of(hint: Any, *, depth: int = 0) -> Kind:
    """Return the kind of value that an annotation allows; what can't be told from it is `any`."""
    bare = _inside(hint)
    origin, arguments = get_origin(bare), get_args(bare)
    if origin is Literal:
        return {"kind": "choice", "of": [str(value) for value in arguments]}
    if depth == _DEEPEST or (origin is tuple and arguments[1:] != (...,)):
        return ANYTHING
    if origin in {list, tuple, set, frozenset}:
        return {"kind": "list", "of": kind_of(arguments[0], depth=depth + 1)}
    if origin is dict:
        return {"kind": "mapping", "of": kind_of(arguments[1], depth=depth + 1)}
    return _kind_of_class(bare, depth) if isinstance(bare, type) else ANYTHING


def _kind_of_class(bare: type, depth: int) -> Kind:
    if issubclass(bare, enum.Enum):
        labels = {one.name: label_of(one) for one in bare}
        told = [str(told) for one in bare for told in (one.value, one.name)]
        return {"kind": "choice", "of": told, "labels": labels}
    for kind, name in _KINDS:
        if issubclass(bare, kind):
            return {"kind": name}
    fields = _hints(bare)
    told = {name: kind_of(hint, depth=depth + 1) for name, hint in fields.items()}
    if not fields:
        return ANYTHING
    settings = cast("dict[str, Any]", getattr(cast("Any", bare), "model_config", {}))  # pydantic's
    more: Kind = {"open": True} if settings.get("extra") == "allow" else {}
    if typing.is_typeddict(cast("Any", bare)) and (optional := _optional(bare)):
        more["optional"] = optional
    return {"kind": "record", "fields": told, **more}


def _optional(shape: Any) -> list[str]:
    """Return the keys that a typed dict may lack; where annotations are texts, only their own words say so."""
    hints = typing.get_type_hints(shape, include_extras=True)
    return [
        name
        for name, hint in hints.items()
        if name in shape.__optional_keys__ or get_origin(hint) is typing.NotRequired
    ]


def _type_at(shape: Any, path: str) -> Any:
    for part in path.split(".") if path else ():
        shape = _step(_inside(shape), part)
    return shape


def _step(kind: Any, part: str) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in {list, tuple} and part.isdecimal():
        whole = origin is list or arguments[1:] == (...,)
        at = 0 if whole else int(part)
        return arguments[at] if at < len(arguments) else None
    if origin is dict:
        return arguments[1]
    return _hints(kind).get(part)


def _hints(kind: Any) -> dict[str, Any]:
    if not isinstance(kind, type):
        return {}
    shape = cast("Any", kind)
    pydantic = sys.modules.get("pydantic")
    if pydantic is not None and issubclass(shape, pydantic.BaseModel):
        return {name: field.annotation for name, field in shape.model_fields.items()}
    if dataclasses.is_dataclass(shape):
        hints = typing.get_type_hints(kind)
        return {field.name: hints[field.name] for field in dataclasses.fields(cast("Any", kind))}
    if hasattr(shape, "_fields") or typing.is_typeddict(shape):
        return typing.get_type_hints(shape)
    return {}


def _inside(kind: Any) -> Any:
    origin = get_origin(kind)
    if origin is Value:
        return _inside(get_args(kind)[0])
    if origin in {Union, UnionType}:
        inner = [part for part in get_args(kind) if part is not type(None)]
        return _inside(inner[0]) if len(inner) == 1 else None
    return kind
