"""The name under which a class is found again, with what a generic one was parametrised by."""

import types
import typing
from collections.abc import Callable
from typing import Any, cast

__all__ = ["named_type", "parts_of", "type_name", "type_tree"]

Resolve = Callable[[str], Any]
_NONE = "types:NoneType"
_BARS = "types:UnionType"
_UNIONS = {types.UnionType: _BARS, typing.Union: "typing:Union"}


def type_name(kind: type) -> str:
    """Return the name under which a class is found again: `module:qualname`."""
    return f"{kind.__module__}:{kind.__qualname__}"


def type_tree(hint: Any) -> Any:
    """Return a class or an annotation made of classes as JSON: its name, or `{"t": name, "a": […]}`.

    Raises TypeError for what has no name: a type variable, a Literal, a class inside a function.
    """
    origin, arguments = parts_of(hint)
    if origin in _UNIONS:  # `A | B` and `Union[A, B]` are equal, but classes parametrised by them needn't be
        return {"t": _UNIONS[origin], "a": [type_tree(one) for one in arguments]}
    if hint is type(None):
        return _NONE
    if not isinstance(origin, type) or "<locals>" in origin.__qualname__:
        raise TypeError(f"{hint} has no name to be found by")
    name = type_name(origin)
    return {"t": name, "a": [type_tree(one) for one in arguments]} if arguments else name


def named_type(tree: Any, resolve: Resolve) -> Any:
    """Return what `type_tree` named; `resolve` finds a class by its name."""
    if isinstance(tree, str):
        return resolve(tree)
    node = cast("dict[str, Any]", tree)
    arguments = tuple(named_type(one, resolve) for one in node["a"])
    if node["t"] != _BARS:
        return resolve(node["t"])[arguments]
    union: Any = arguments[0]
    for one in arguments[1:]:
        union |= one
    return union


def parts_of(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """Return (origin, arguments) of a parametrised class, of pydantic's too, which are classes of their own."""
    made: dict[str, Any] = getattr(hint, "__pydantic_generic_metadata__", {})
    if made.get("origin") is not None:
        return made["origin"], made["args"]
    return typing.get_origin(hint) or hint, typing.get_args(hint)
