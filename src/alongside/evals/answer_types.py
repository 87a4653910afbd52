"""The types that a workflow's answer declares, by field."""

import dataclasses
import sys
import typing
from collections.abc import Iterable
from types import UnionType
from typing import Any, Union, cast, get_args, get_origin

from alongside.core.value import Value

__all__ = ["bare_type", "field_types"]


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
    if dataclasses.is_dataclass(shape) or hasattr(shape, "_fields") or typing.is_typeddict(shape):
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
