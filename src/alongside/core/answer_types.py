"""The types that a workflow's answer declares, by field; and as a tree of kinds, which JSON can carry."""

import enum
import sys
import typing
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import UnionType
from typing import Any, Literal, Union, cast, get_args, get_origin

from alongside.core.annotations import container_of, is_record, optional_keys, part_hints, resolved
from alongside.core.input_types import label_of
from alongside.core.value import Value

__all__ = ["ANYTHING", "Kind", "bare_type", "choices_of", "field_types", "has_places", "kind_of"]

Kind = dict[str, Any]
"""`{"kind": …}`: flag, integer, number (`seconds` of a duration), date (`timed` with its time), text, or any, with `among` where it is one of several kinds; choice with `of`, the values as text, and `labels`, how people read those that are kept by name (`flags`: several at once, `A|B`); record with `fields`,
a kind by name, `open` where it may have others, `optional`, those that it may lack, and `never_none`, those that can't be nothing by their types (an extracted value always can); list and mapping with `of`,
the kind of an item, and `never_none` where that can't be nothing."""

ANYTHING: Kind = {"kind": "any"}
_DEEPEST = 8
_KINDS: tuple[tuple[type, str], ...] = (  # in this order: true is an int
    (bool, "flag"),
    (int, "integer"),
    (float, "number"),
    (Decimal, "number"),
    (timedelta, "number"),
    (date, "date"),
    (str, "text"),
)
_MARKS: dict[str, type] = {"timed": datetime, "seconds": timedelta}


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


def has_places(kind: Any) -> bool:
    """Whether it is a tuple whose places mean something each, such as from and to; one of any length is a list."""
    held, arguments = container_of(_inside(kind))
    return held is tuple and arguments[1:] != (...,)


def choices_of(kind: Kind) -> tuple[tuple[str, str], ...]:
    """Return a choice's values with how people read them."""
    labels: dict[str, str] = kind.get("labels", {})
    return tuple(labels.items()) or tuple((one, one) for one in kind.get("of", ()))


def kind_of(hint: Any, *, depth: int = 0) -> Kind:
    """Return the kind of value that an annotation allows; what can't be told from it is `any`."""
    if several := _several(hint):
        among = [kind_of(one, depth=depth + 1) for one in several] if depth < _DEEPEST else [ANYTHING]
        return ANYTHING if ANYTHING in among else {"kind": "any", "among": among}
    bare = _inside(hint)
    held, arguments = container_of(bare)
    if get_origin(bare) is Literal:
        return {"kind": "choice", "of": [str(value) for value in arguments]}
    if depth == _DEEPEST or (held and not arguments) or has_places(bare):
        return ANYTHING
    if held is dict:
        return {"kind": "mapping", **_items(arguments[1], depth)}
    if held is not None:
        return {"kind": "list", **_items(arguments[0], depth)}
    return _kind_of_class(bare, depth) if isinstance(get_origin(bare) or bare, type) else ANYTHING


def _items(hint: Any, depth: int) -> Kind:
    inner = kind_of(hint, depth=depth + 1)
    return {"of": inner, **({"never_none": True} if inner != ANYTHING and not _may_be_none(hint) else {})}


def _may_be_none(hint: Any) -> bool:
    """Whether nothing may stand where this type is declared; an extracted value may always be none."""
    kind = resolved(hint)
    origin = get_origin(kind)
    if origin in {Union, UnionType}:
        return any(map(_may_be_none, get_args(kind)))
    return (
        origin is Value or kind in (None, type(None), Value) or (origin is Literal and None in get_args(kind))
    )


def _kind_of_class(hint: Any, depth: int) -> Kind:
    bare = cast("type", get_origin(hint) or hint)
    if issubclass(bare, enum.Enum):
        labels = {one.name: label_of(one) for one in bare}
        told = [str(told) for one in bare for told in (one.value, one.name)]
        flags: Kind = {"flags": True} if issubclass(bare, enum.Flag) else {}
        return {"kind": "choice", "of": [*told, *(["0"] if flags else [])], "labels": labels, **flags}
    for kind, name in _KINDS:
        if issubclass(bare, kind):
            marks = [mark for mark, held in _MARKS.items() if issubclass(bare, held)]
            return {"kind": name, **dict.fromkeys(marks, True)}
    fields = _hints(hint)
    told = {name: kind_of(hint, depth=depth + 1) for name, hint in fields.items()}
    if not fields:
        return ANYTHING
    settings = cast("dict[str, Any]", getattr(cast("Any", bare), "model_config", {}))  # pydantic's
    more: Kind = {"open": True} if settings.get("extra") == "allow" else {}
    if typing.is_typeddict(cast("Any", bare)) and (optional := optional_keys(bare)):
        more["optional"] = optional
    if never := [name for name, hint in fields.items() if told[name] != ANYTHING and not _may_be_none(hint)]:
        more["never_none"] = never
    return {"kind": "record", "fields": told, **more}


def _type_at(shape: Any, path: str) -> Any:
    for part in path.split(".") if path else ():
        shape = _step(_inside(shape), part)
    return shape


def _step(kind: Any, part: str) -> Any:
    held, arguments = container_of(kind)
    if held in {list, tuple} and part.isdecimal() and arguments:
        whole = held is list or arguments[1:] == (...,)
        at = 0 if whole else int(part)
        return arguments[at] if at < len(arguments) else None
    if held is dict and arguments:
        return arguments[1]
    return _hints(kind).get(part)


def _hints(hint: Any) -> dict[str, Any]:
    """Return what a record declares of its fields, nothing for what is no record."""
    kind = get_origin(hint) or hint
    pydantic = sys.modules.get("pydantic")
    if pydantic is not None and isinstance(kind, type) and issubclass(kind, pydantic.BaseModel):
        return {name: field.annotation for name, field in hint.model_fields.items()}
    return part_hints(hint) if is_record(kind) else {}


def _several(hint: Any) -> list[Any]:
    """Return the types that a union allows beside None, where they are several."""
    kind = resolved(hint)
    origin = get_origin(kind)
    if origin is Value:
        return _several(get_args(kind)[0])
    parts = (
        [part for part in get_args(kind) if part is not type(None)] if origin in {Union, UnionType} else []
    )
    return parts if len(parts) > 1 else _several(parts[0]) if parts else []


def _inside(hint: Any) -> Any:
    kind = resolved(hint)
    origin = get_origin(kind)
    if origin is Value:
        return _inside(get_args(kind)[0])
    if origin in {Union, UnionType}:
        inner = [part for part in get_args(kind) if part is not type(None)]
        return _inside(inner[0]) if len(inner) == 1 else None
    return kind
