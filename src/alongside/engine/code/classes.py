# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# What is walked here are live objects of any type.
"""What a class is made of: its fields in order, its constants, its methods; what it generated is left out."""

import abc
import dataclasses
import enum
import inspect
import types
import typing
from typing import Any, NamedTuple, cast

from alongside.engine.code import impure
from alongside.engine.code.hints import shown_hint
from alongside.engine.code.lookup import declared, state
from alongside.engine.code.pydantic_classes import doc_lines, told_to_pydantic

__all__ = ["ClassPieces", "class_pieces", "made_of"]

_IGNORED = {
    "__dict__",
    "__weakref__",
    "__doc__",
    "__module__",
    "__qualname__",
    "__annotations__",
    "__annotate__",
    "__annotate_func__",
    "__annotations_cache__",
    "__conditional_annotations__",
    "__firstlineno__",
    "__static_attributes__",
    "__dataclass_fields__",
    "__dataclass_params__",
    "__abstractmethods__",
    "__parameters__",
    "__orig_bases__",
    "__signature__",
    "__class_vars__",
    "__private_attributes__",
    "_abc_impl",
}
_GENERATED = (types.MemberDescriptorType, types.GetSetDescriptorType)
_OF_MEMBER = {"_value_", "_name_", "_sort_order_", "__objclass__"}


class _Bare(enum.Flag):
    pass


_OF_ENUM = set(vars(_Bare)) - {"_boundary_"}
"""What every enum's class has."""


class ClassPieces(NamedTuple):
    """`lines` tell the class's own shape; `hints` and `members` are to be followed."""

    lines: list[str]
    hints: list[tuple[str, Any]]
    members: list[tuple[str, Any]]


def class_pieces(kind: type) -> ClassPieces:
    """Return the pieces of a project class."""
    lines = [kind.__qualname__, *(f"base {base.__module__}:{base.__qualname__}" for base in kind.__bases__)]
    lines += [f"kind {type(kind).__module__}:{type(kind).__qualname__}"]
    hints = sorted(_resolved(kind).items(), key=lambda pair: pair[0])
    lines += [f"{name}: {shown_hint(hint)}" for name, hint in _annotations(kind).items()]
    bases = vars(kind).get("__orig_bases__", ())
    lines += [f"of {shown_hint(base)}" for base in bases]
    hints += [("bases", base) for base in bases if base not in kind.__bases__]
    lines += doc_lines(kind)
    members: list[tuple[str, Any]] = []
    if issubclass(kind, enum.Enum):
        lines += kind.__members__
        members += _enum_members(kind)
    registered = _registered(kind) if isinstance(kind, abc.ABCMeta) else []
    lines += [name for name, _ in registered]
    hints += registered
    if declared(kind, "__dataclass_fields__"):
        lines.append(repr(getattr(kind, "__dataclass_params__", "")))
        members += _dataclass_members(kind, lines)
    members += told_to_pydantic(kind)
    members += [pair for pair in sorted(vars(kind).items()) if _is_own(kind, *pair)]
    return ClassPieces(lines, hints, [(name, getattr(piece, "wrapped", piece)) for name, piece in members])


def made_of(kind: type) -> list[str]:
    """Return what making an object of the class does that a pure step mustn't: `at is made by datetime.now`."""
    fields = declared(kind, "__dataclass_fields__") or declared(kind, "__pydantic_fields__") or {}
    private = declared(kind, "__private_attributes__") or {}
    factories = {
        name: getattr(field, "default_factory", None) for name, field in {**fields, **private}.items()
    }
    return [
        f"makes {name} by {bad}"
        for name, factory in factories.items()
        if callable(factory) and (bad := impure.forbidden_object(factory))
    ]


def _annotations(kind: type) -> dict[str, Any]:
    try:
        return (
            dict(kind.__annotations__)
            if "__annotations__" in vars(kind) or hasattr(kind, "__annotate__")
            else {}
        )
    except Exception:  # noqa: BLE001  lazily evaluated annotations may name what isn't there
        return {}


def _resolved(kind: type) -> dict[str, Any]:
    """Return the annotations with names looked up: `from __future__ import annotations` leaves mere text."""
    own = _annotations(kind)
    fields = declared(kind, "__pydantic_fields__")
    if isinstance(fields, dict) and declared(kind, "__pydantic_complete__", default=True):
        return own | {name: field.annotation for name, field in fields.items()}
    try:
        hints = typing.get_type_hints(kind, include_extras=True)
    except Exception:  # noqa: BLE001  an annotation may name what isn't there
        return own
    return own | {name: hint for name, hint in hints.items() if name in own}


def _enum_members(kind: type[enum.Enum]) -> list[tuple[str, Any]]:
    """Return the members' values, and what else was written into them."""
    found: list[tuple[str, Any]] = []
    for name, member in kind.__members__.items():
        found.append((f"{name}.value", member._value_))
        found += [(f"{name}.{key}", piece) for key, piece in state(member) if key not in _OF_MEMBER]
    return found


def _registered(kind: abc.ABCMeta) -> list[tuple[str, Any]]:
    """Return the classes that were registered as a kind of this one, which `isinstance` goes by."""
    get_dump: Any = getattr(abc, "_get_dump", None)
    if get_dump is None:
        return []
    there = [one for reference in get_dump(kind)[0] if (one := reference()) is not None]
    there.sort(key=lambda one: (one.__module__, one.__qualname__))
    return [(f"registered {one.__module__}:{one.__qualname__}", one) for one in there]


def _dataclass_members(kind: type, lines: list[str]) -> list[tuple[str, Any]]:
    members: list[tuple[str, Any]] = []
    for field in dataclasses.fields(cast("Any", kind)):
        lines.append(
            f"field {field.name} {field.init} {field.compare} {field.kw_only} {field.repr} {field.hash}"
        )
        members.append((f"{field.name}.metadata", field.metadata))
        if field.default is not dataclasses.MISSING:
            members.append((f"{field.name}.default", field.default))
        if field.default_factory is not dataclasses.MISSING:
            members.append((f"{field.name}.factory", field.default_factory))
    return members


def _is_own(kind: type, name: str, piece: Any) -> bool:
    """Whether somebody wrote this attribute, as against the machinery that made the class."""
    if type(piece).__name__ == "_tuplegetter":  # a named tuple's, which has no public name
        return False
    if name in _IGNORED or isinstance(piece, _GENERATED) or name.startswith(("__pydantic_", "model_config")):
        return False
    if issubclass(kind, enum.Enum) and (name in kind.__members__ or name in _OF_ENUM):
        inner = piece.__func__ if isinstance(piece, classmethod | staticmethod) else piece
        return isinstance(inner, types.FunctionType) and not _is_generated(inner)
    if name == "__hash__" and piece is None:
        return False
    if declared(kind, "__dataclass_fields__") and name in {
        field.name for field in dataclasses.fields(cast("Any", kind))
    }:
        return False
    return not (isinstance(piece, types.FunctionType) and _is_generated(piece))


def _is_generated(function: types.FunctionType) -> bool:
    inner = inspect.unwrap(function)
    return inner.__code__.co_filename.startswith("<") or inner.__module__ in {"enum", "dataclasses"}
