# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# What is walked here are live objects of any type.
"""What a class is made of: its fields in order, its constants, its methods; what it generated is left out."""

import dataclasses
import enum
import inspect
import re
import types
import typing
from typing import Any, NamedTuple, cast

from alongside.engine.code import impure
from alongside.engine.code.lookup import declared

__all__ = ["ClassPieces", "class_pieces", "made_of", "shown_hint"]

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
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


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
    members: list[tuple[str, Any]] = []
    if issubclass(kind, enum.Enum):
        lines += kind.__members__
        members += [(f"{name}.value", member._value_) for name, member in kind.__members__.items()]
    if declared(kind, "__dataclass_fields__"):
        lines.append(repr(getattr(kind, "__dataclass_params__", "")))
        members += _dataclass_members(kind, lines)
    pydantic = declared(kind, "__pydantic_fields__")
    if isinstance(pydantic, dict):
        members += _pydantic_members(kind, pydantic, lines)
    members += [pair for pair in sorted(vars(kind).items()) if _is_own(kind, *pair)]
    return ClassPieces(lines, hints, [(name, getattr(piece, "wrapped", piece)) for name, piece in members])


def made_of(kind: type) -> list[str]:
    """Return what making an object of the class does that a pure step mustn't: `at is made by datetime.now`."""
    fields = declared(kind, "__dataclass_fields__") or declared(kind, "__pydantic_fields__") or {}
    factories = {name: getattr(field, "default_factory", None) for name, field in dict(fields).items()}
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
    if isinstance(fields, dict):
        return own | {name: field.annotation for name, field in fields.items()}
    try:
        hints = typing.get_type_hints(kind, include_extras=True)
    except Exception:  # noqa: BLE001  an annotation may name what isn't there
        return own
    return own | {name: hint for name, hint in hints.items() if name in own}


def shown_hint(hint: Any) -> str:
    """Return an annotation as text that is the same in every process."""
    return hint.__qualname__ if type(hint) is type else _ADDRESS.sub("", repr(hint))


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


def _pydantic_members(kind: type, fields: dict[str, Any], lines: list[str]) -> list[tuple[str, Any]]:
    lines.append(_ADDRESS.sub("", repr(getattr(kind, "model_config", ""))))
    lines += [f"field {name} {_ADDRESS.sub('', repr(field))}" for name, field in fields.items()]
    factories = [
        (f"{name}.factory", field.default_factory) for name, field in fields.items() if field.default_factory
    ]
    hooks = [
        (f"{name}.metadata{index}", hook)
        for name, field in fields.items()
        for index, item in enumerate(field.metadata)
        if callable(hook := getattr(item, "func", None))
    ]
    lines += _pydantic_decorators(kind)
    return [*factories, *hooks]


def _pydantic_decorators(kind: type) -> list[str]:
    """Return what `@field_validator` and its like were told: which fields, when. Their functions are members."""
    found: list[str] = []
    infos = declared(kind, "__pydantic_decorators__")
    for group in sorted(field.name for field in dataclasses.fields(infos)) if infos else ():
        found += [
            f"{group} {name} {_ADDRESS.sub('', repr(getattr(one, 'info', None)))}"
            for name, one in getattr(infos, group).items()
        ]
    return found


def _is_own(kind: type, name: str, piece: Any) -> bool:
    """Whether somebody wrote this attribute, as against the machinery that made the class."""
    if type(piece).__name__ == "_tuplegetter":  # a named tuple's, which has no public name
        return False
    if name in _IGNORED or isinstance(piece, _GENERATED) or name.startswith(("__pydantic_", "model_config")):
        return False
    if issubclass(kind, enum.Enum) and (name in kind.__members__ or name.startswith(("_", "__new__"))):
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
