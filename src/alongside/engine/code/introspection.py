# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# What is looked at here are live objects of any type.
"""What only code that looks at itself can tell apart: annotations, and the order in which a class was written.

An edit of these changes no other answer, so a code hash takes them only where something that it reaches asks.
"""

import types
import typing
from typing import Any

from alongside.engine.code.hints import shown_hint

__all__ = [
    "annotations",
    "asks_for_annotations",
    "asks_for_docs",
    "asks_for_order",
    "bare_annotations",
    "names_within",
    "order",
    "told",
]

_ANNOTATIONS = {
    "__annotations__",
    "Signature",
    "TypeAdapter",
    "beartype",
    "get_annotations",
    "get_type_hints",
    "getfullargspec",
    "signature",
    "typechecked",
    "validate_call",
}
_ORDER = {"vars", "__dict__", "getattr_static", "getmembers_static"}
_DOCS = {"TypeAdapter", "json_schema", "model_json_schema", "models_json_schema"}
_LOOKING = {"inspect": {"signature", "vars"}, "typing": {"get_type_hints"}, "builtins": {"vars"}}


def asks_for_annotations(names: set[str]) -> bool:
    """Whether code that uses these names may go by annotations."""
    return bool(names & _ANNOTATIONS)


def asks_for_order(names: set[str]) -> bool:
    """Whether code that uses these names may go by the order of a class's attributes."""
    return bool(names & _ORDER)


def asks_for_docs(names: set[str]) -> bool:
    """Whether code that uses these names may go by a class's docstring, which a schema shows."""
    return bool(names & _DOCS)


def names_within(module: types.ModuleType) -> set[str]:
    """Return what code may use of a module that it holds as a value."""
    return _LOOKING.get(module.__name__, set())


def annotations(function: types.FunctionType) -> dict[str, Any]:
    """Return a function's annotations, that of its answer too, with names looked up where they can be."""
    try:
        return typing.get_type_hints(function, include_extras=True)
    except Exception:  # noqa: BLE001  an annotation may name what isn't there
        return bare_annotations(function)


def bare_annotations(function: types.FunctionType) -> dict[str, Any]:
    """Return a function's annotations as they stand."""
    try:
        return dict(function.__annotations__)
    except Exception:  # noqa: BLE001  lazily evaluated annotations may name what isn't there
        return {}


def told(hints: dict[str, Any]) -> str:
    """Return annotations as text."""
    return ", ".join(f"{name}: {shown_hint(hint)}" for name, hint in hints.items())


def order(kind: type) -> str:
    """Return the names of a class's attributes as they were written."""
    return " ".join(name for name in vars(kind) if not name.startswith("__"))
