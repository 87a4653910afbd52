# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# What is walked here are live objects of any type.
"""The project code that a function reaches, piece by piece.

Walks live objects: the function's instructions name globals, closure cells and imports; these lead to
other functions, classes and constants. Each piece gets a line in `parts`; what can't be followed is a
reason to call the step opaque; what a pure step may not touch is listed too.
"""

import functools
import types
from collections.abc import Callable
from typing import Any

from alongside.core.digest import digest_parts
from alongside.engine.code import impure
from alongside.engine.code.bytecode import attributes, normal_form, references
from alongside.engine.code.classes import made_of
from alongside.engine.code.constants import constant, members
from alongside.engine.code.following import depend, follow
from alongside.engine.code.found import Reach
from alongside.engine.code.introspection import (
    annotations,
    asks_for_annotations,
    asks_for_docs,
    asks_for_order,
    bare_annotations,
    names_within,
    order,
    told,
)
from alongside.engine.code.lookup import cell, declared, identity, joined
from alongside.engine.code.origin import PROJECT, STDLIB, Origins
from alongside.engine.code.reached_classes import is_of_project, label_of, visit_class, visit_hint
from alongside.engine.code.reached_values import note_outlives, visit_value
from alongside.engine.code.watched import is_container

__all__ = ["reach", "reach_from"]

_NATIVE = (
    types.BuiltinFunctionType,
    types.MethodDescriptorType,
    types.ClassMethodDescriptorType,
    types.WrapperDescriptorType,
    types.MethodWrapperType,
)
_HELD = (type, functools.partial, types.BuiltinFunctionType, types.MethodWrapperType)


def reach(root: Callable[..., Any] | type, origins: Origins) -> Reach:
    """Walk from a function or class."""
    return reach_from(label_of(root), root, origins)


def reach_from(label: str, thing: Any, origins: Origins) -> Reach:
    """Walk from any object, which stands at `label`."""
    found = Reach(origins)
    _visit(found, thing, label)
    _look_at_itself(found)
    for kind in {base for value in found.values for base in value.__mro__}:
        found.impure += [f"{label_of(kind)} {bad}" for bad in made_of(kind)]
    found.impure += [f"{label} uses {bad}" for bad in impure.looked_up(found.values, found.words)]
    return found


def _look_at_itself(found: Reach) -> None:
    """Follow what only code that looks at itself tells apart; what that leads to may look too."""
    functions = classes = documented = 0
    while True:
        asked = found.functions[functions:] if asks_for_annotations(found.names) else []
        ordered = found.classes[classes:] if asks_for_order(found.names) else []
        shown = found.classes[documented:] if asks_for_docs(found.names) else []
        if not asked and not ordered and not shown:
            return
        for label, function in asked:
            _annotated(found, function, label)
        for label, kind in ordered:
            found.parts[f"{label}.order"] = order(kind)
        for label, kind in shown:
            found.parts[f"{label}.doc"] = digest_parts(kind.__doc__ or "")
        functions += len(asked)
        classes += len(ordered)
        documented += len(shown)


def _visit(found: Reach, thing: Any, label: str) -> None:
    """Follow one object to whatever it is made of, and note that it stands here."""
    if isinstance(thing, type):
        found.values.append(thing)
    elif callable(thing) and (bad := impure.forbidden_object(thing)):
        found.impure.append(f"{label} is {bad}")
    if id(thing) not in found.seen:
        try:
            _visit_kind(found, thing, label)
        except Exception as error:  # noqa: BLE001  what the project's classes answer can be anything
            found.opaque.append(f"{label} can't be followed: {type(error).__name__}")
    name = found.seen.get(id(thing))
    if name is not None and name != label:
        found.parts[label] = f"is {name}"


def _visit_kind(found: Reach, thing: Any, label: str) -> None:
    itself = identity(thing)
    dynamic = impure.dynamic(thing) if callable(thing) else ""
    if dynamic:
        found.opaque.append(f"uses {dynamic}()")
    if itself is not None:
        found.parts[label] = itself
    elif isinstance(thing, types.FunctionType):
        _function(found, thing)
    elif isinstance(thing, type):
        visit_class(found, thing, _visit)
    elif isinstance(thing, types.ModuleType):
        _module(found, thing, label)
    elif is_of_project(found, type(thing)):
        visit_value(found, thing, label, _visit)
    elif (pieces := joined(thing)) is not None:
        found.parts[f"{label}.kind"] = type(thing).__qualname__
        note_outlives(found, thing, label, own=False)
        _pieces(found, label, pieces)
    elif callable(thing) and declared(thing, "__wrapped__") is not None:
        _wrapper(found, thing, label, found.origins.of(type(thing).__module__))
    elif isinstance(thing, _NATIVE):
        _native(found, thing, label)
    else:
        visit_value(found, thing, label, _visit)


def _pieces(found: Reach, label: str, pieces: dict[str, Any]) -> None:
    for name, piece in pieces.items():
        if piece is not None:
            _visit(found, piece, f"{label}.{name}")


def _function(found: Reach, function: types.FunctionType) -> None:
    label = found.free(label_of(function))
    found.once(function, label)
    origin = found.origins.of(function.__module__ or "")
    code_origin = _code_origin(found, function)
    if PROJECT not in {origin, code_origin}:
        found.names.add(function.__name__)
        depend(found, origin)
        return
    if code_origin != PROJECT:  # a decorator from elsewhere around the project's function
        depend(found, code_origin)
        found.parts[label] = f"wrapper from {code_origin}"
        _wrapper(found, function, label, code_origin)
        return
    found.parts[label] = normal_form(function.__code__)
    found.functions.append((label, function))
    found.mutable.append((label, function))
    names = attributes(function.__code__)
    found.names |= names
    found.words |= impure.sought(function, names)
    found.opaque.extend(f"{label} reads {name}" for name in impure.untold(names))
    found.impure.extend(f"{label} uses {bad}" for bad in impure.hidden(function.__code__, names))
    for name, piece in sorted(vars(function).items()):
        _visit(found, piece, f"{label}.{name}")
    for index, default in enumerate(function.__defaults__ or ()):
        _visit(found, default, f"{label}.default{index}")
    for name, default in (function.__kwdefaults__ or {}).items():
        _visit(found, default, f"{label}.default.{name}")
    for name, hint in bare_annotations(function).items():
        if name != "return":
            visit_hint(found, hint, f"{label}.{name}", _visit)
    for reference in references(function.__code__, function.__globals__.get("__package__") or ""):
        follow(found, function, reference, label, _visit)


def _code_origin(found: Reach, function: types.FunctionType) -> str:
    """Return where the function's text stands: a wrapper says another `__module__` than its own."""
    owner = function.__globals__.get("__name__", "")
    return found.origins.of(owner) if owner else PROJECT


def _wrapper(found: Reach, wrapper: Any, label: str, origin: str) -> None:
    """Follow what a decorator holds: the wrapped function, its cells, its attributes, other wrappers."""
    held: dict[str, Any] = {
        "__wrapped__": getattr(wrapper, "__wrapped__", None),
        **getattr(wrapper, "__dict__", {}),
    }
    for index, holder in enumerate(getattr(wrapper, "__closure__", None) or ()):
        held[f"cell{index}"] = cell(holder)
        if origin != STDLIB and is_container(
            held[f"cell{index}"]
        ):  # a decorator's memory of what it answered
            found.mutable.append((f"{label}.cell{index}", held[f"cell{index}"]))
    pieces = [
        (f"{label}.{name}{place}", inner)
        for name, one in held.items()
        for place, inner in members(one, depth=2)
    ]
    for place, inner in pieces:
        if origin.startswith("dist:") and _is_project(found, inner):
            _annotated(found, inner, place)
        ours = origin != STDLIB or place == f"{label}.__wrapped__"
        bound = ours and isinstance(inner, types.MethodType)
        if bound or _is_project(found, inner) or constant(inner) is not None or isinstance(inner, _HELD):
            _visit(found, inner, place)
        elif isinstance(inner, types.FunctionType) and found.once(inner, place):
            _wrapper(found, inner, place, origin)
        elif found.origins.of(type(inner).__module__).startswith("dist:") and not callable(inner):
            _visit(found, inner, place)


def _annotated(found: Reach, function: Any, label: str) -> None:
    """Follow a function's annotations, which somebody may go by."""
    if isinstance(function, types.FunctionType):
        hints = annotations(function)
        found.parts[f"{label}.annotations"] = told(hints)
        for name, hint in hints.items():
            visit_hint(found, hint, f"{label}.{name}", _visit)


def _is_project(found: Reach, thing: Any) -> bool:
    module = getattr(thing, "__module__", None)
    return isinstance(module, str) and callable(thing) and found.origins.of(module) == PROJECT


def _native(found: Reach, thing: Any, label: str) -> None:
    """Follow a function made in C, and the object to which it is bound: `", ".join` is another one by its text."""
    found.parts[label] = f"is {getattr(thing, '__qualname__', thing)!r}"
    found.names.add(thing.__name__)
    owner = getattr(thing, "__self__", None)
    if owner is not None and not isinstance(owner, types.ModuleType):
        _visit(found, owner, f"{label}.__self__")
    module = getattr(thing, "__module__", None) or getattr(
        getattr(thing, "__objclass__", None), "__module__", ""
    )
    depend(found, found.origins.of(module or "builtins"))


def _module(found: Reach, module: types.ModuleType, label: str) -> None:
    """Follow a module used as a value, of which nobody can tell what names are used."""
    origin = found.origins.of(module.__name__)
    if origin == PROJECT:
        found.opaque.append(f"{label} is a module used as a value")
    else:
        depend(found, origin)
        found.names |= names_within(module)
        if impure.forbidden_module(module.__name__):
            found.impure.append(f"uses the module {module.__name__}")
        elif impure.partly_forbidden(module):
            found.impure.append(f"{label} is the module {module.__name__}, used as a value")
