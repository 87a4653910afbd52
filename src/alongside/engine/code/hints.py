# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# What is looked at here are live objects of any type.
"""Annotations: as text that is the same in every process, and as what they are made of.

An object in an annotation shows itself as it likes, often with its address, so it is never shown by its `repr`.
"""

import dataclasses
import enum
import types
import typing
from typing import Any

__all__ = ["HintParts", "hint_parts", "is_annotation", "shown_hint"]

_ATOMS = (str, int, float, bool, bytes, type(None), complex)
_TYPING = {"typing", "typing_extensions", "types"}
_VARIABLES = {"TypeVar", "ParamSpec", "TypeVarTuple"}


class HintParts(typing.NamedTuple):
    """The annotations that one is made of, and the plain objects in it: what `Annotated` was given, a Literal's members."""

    hints: tuple[Any, ...]
    values: tuple[Any, ...]


def hint_parts(hint: Any) -> HintParts:  # noqa: PLR0911  one line a kind of annotation
    """Return what an annotation names; of a class nothing."""
    kind = type(hint)
    if isinstance(hint, str | typing.ForwardRef) or (isinstance(hint, type) and not _is_alias(hint)):
        return HintParts((), ())
    if isinstance(hint, list | tuple):  # the arguments of a Callable
        return HintParts(tuple(hint), ())
    if kind.__name__ in _VARIABLES and kind.__module__ in _TYPING:
        return HintParts(_of_variable(hint), ())
    if kind.__name__ == "TypeAliasType":
        return HintParts((hint.__value__,), ())
    if kind is typing.NewType:
        return HintParts((hint.__supertype__,), ())
    if kind is dataclasses.InitVar:
        return HintParts((hint.type,), ())
    if hasattr(kind, "__metadata__") or "__metadata__" in getattr(hint, "__dict__", {}):
        return HintParts((hint.__origin__,), tuple(hint.__metadata__))
    if typing.get_origin(hint) is typing.Literal:
        return HintParts((), tuple(one for one in typing.get_args(hint) if type(one) not in _ATOMS))
    if _is_alias(hint):
        return HintParts((getattr(hint, "__origin__", None), *getattr(hint, "__args__", ())), ())
    return HintParts((), () if kind.__module__ in _TYPING or type(hint) in _ATOMS else (hint,))


def shown_hint(hint: Any) -> str:  # noqa: PLR0911  one line a kind of annotation
    """Return an annotation as text that is the same in every process; objects in it are told by their class."""
    if isinstance(hint, type) and not _is_alias(hint):
        return hint.__qualname__
    if isinstance(hint, enum.Enum):
        return f"{type(hint).__qualname__}.{hint.name}"
    if type(hint) in _ATOMS or hint is ...:
        return repr(hint)
    kind = type(hint)
    if kind.__name__ in _VARIABLES and kind.__module__ in _TYPING:
        return f"{hint!r} {_all_shown(_of_variable(hint))}"
    if kind.__name__ in {"TypeAliasType", "NewType"}:
        return f"{kind.__name__} {hint.__name__}"
    parts = hint_parts(hint)
    if isinstance(hint, list | tuple):
        return f"[{_all_shown(hint)}]"
    if typing.get_origin(hint) is typing.Literal:
        return f"Literal[{_all_shown(typing.get_args(hint))}]"
    if parts.hints:
        return f"{kind.__qualname__}[{_all_shown((*parts.hints, *parts.values))}]"
    return repr(hint) if kind.__module__ in _TYPING else kind.__qualname__


def is_annotation(thing: Any) -> bool:
    """Whether an object is made to stand in annotations, as against a class and any other object."""
    return isinstance(thing, types.GenericAlias | types.UnionType) or type(thing).__module__ in {
        "typing",
        "typing_extensions",
    }


def _is_alias(hint: Any) -> bool:
    return isinstance(hint, types.GenericAlias | types.UnionType) or (
        type(hint).__module__ in _TYPING and hasattr(hint, "__args__")
    )


def _of_variable(hint: Any) -> tuple[Any, ...]:
    told = (getattr(hint, "__bound__", None), getattr(hint, "__default__", None))
    return (*(one for one in told if not _is_absent(one)), *getattr(hint, "__constraints__", ()))


def _is_absent(told: Any) -> bool:
    return told is None or type(told).__name__ == "NoDefaultType"  # from Python 3.13 on


def _all_shown(hints: typing.Iterable[Any]) -> str:
    return ", ".join(map(shown_hint, hints))
