"""What an annotation stands for: names resolved, containers by the type that holds them, a record's parts with type variables filled in."""

import collections
import collections.abc
import dataclasses
import typing
from typing import Annotated, Any, NewType, NotRequired, Required, cast, get_args, get_origin

__all__ = [
    "container_of",
    "is_named_tuple",
    "is_record",
    "optional_keys",
    "part_hints",
    "record_hints",
    "resolved",
]

_CONTAINERS: dict[Any, type] = {
    collections.abc.Iterable: list,
    collections.abc.Collection: list,
    collections.abc.Sequence: list,
    collections.abc.MutableSequence: list,
    collections.abc.Set: set,
    collections.abc.MutableSet: set,
    collections.abc.Mapping: dict,
    collections.abc.MutableMapping: dict,
    **{kind: kind for kind in (list, tuple, set, frozenset, collections.deque, dict)},
}


def resolved(hint: Any) -> Any:
    """Return what an annotation stands for: behind a NewType, a `type X = …`, an `Annotated`, an `InitVar`, a `Required`."""
    origin = get_origin(hint)
    if isinstance(hint, NewType):
        return resolved(hint.__supertype__)
    if isinstance(hint, dataclasses.InitVar):
        return resolved(cast("Any", hint).type)
    if type(hint).__name__ == "TypeAliasType":
        return resolved(hint.__value__)
    if type(origin).__name__ == "TypeAliasType":
        return resolved(
            _filled(origin.__value__, dict(zip(origin.__type_params__, get_args(hint), strict=False)))
        )
    return resolved(get_args(hint)[0]) if origin in {Annotated, Required, NotRequired} else hint


def container_of(hint: Any) -> tuple[type | None, tuple[Any, ...]]:
    """Return the type that holds what a list, set, mapping or tuple is annotated as, and of what; None: it is none of them."""
    return _CONTAINERS.get(get_origin(hint) or hint), get_args(hint)


def is_record(kind: Any) -> bool:
    """Whether a class is a dataclass, a named tuple or a typed dict."""
    return isinstance(kind, type) and (
        dataclasses.is_dataclass(kind)
        or typing.is_typeddict(cast("Any", kind))
        or is_named_tuple(cast("Any", kind))
    )


def is_named_tuple(kind: Any) -> bool:
    """Whether a class is a named tuple."""
    return issubclass(kind, tuple) and hasattr(cast("Any", kind), "_fields")


def record_hints(hint: Any) -> dict[str, Any]:
    """Return a record's annotations by name, those of a generic one with what it was given (unknown: Any)."""
    kind, table = get_origin(hint) or hint, _table(hint)
    names = dict.fromkeys(kind._fields, Any) if is_named_tuple(kind) else {}
    return names | {name: _filled(one, table) for name, one in typing.get_type_hints(kind).items()}


def part_hints(hint: Any) -> dict[str, Any]:
    """Return the annotations of the parts that a record holds: without what only its class has, or only its making takes."""
    kind, hints = get_origin(hint) or hint, record_hints(hint)
    if not dataclasses.is_dataclass(kind):
        return hints
    return {field.name: hints[field.name] for field in dataclasses.fields(cast("Any", kind))}


def optional_keys(shape: Any) -> list[str]:
    """Return the keys that a typed dict may lack (PEP 655); where annotations are texts, only their own words say so."""
    hints = typing.get_type_hints(shape, include_extras=True)
    said = {name: get_origin(hint) for name, hint in hints.items()}
    return [
        name
        for name, word in said.items()
        if word is NotRequired or (name in shape.__optional_keys__ and word is not Required)
    ]


def _table(hint: Any) -> dict[Any, Any]:
    """Return what each type variable stands for, in a generic class and in those that it inherits from."""
    kind = get_origin(hint) or hint
    table: dict[Any, Any] = dict(zip(getattr(kind, "__parameters__", ()), get_args(hint), strict=False))
    for base in getattr(kind, "__orig_bases__", ()):
        if get_origin(base) not in {None, typing.Generic, typing.Protocol}:
            table |= {name: _filled(one, table) for name, one in _table(base).items()}
    return table


def _filled(hint: Any, table: dict[Any, Any]) -> Any:
    if isinstance(hint, typing.TypeVar):
        return table.get(hint, Any)
    variables = getattr(hint, "__parameters__", ()) if get_args(hint) else ()
    return hint[tuple(table.get(one, Any) for one in variables)] if variables else hint
