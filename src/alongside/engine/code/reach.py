# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# What is walked here are live objects of any type.
"""The project code that a function reaches, piece by piece.

Walks live objects: the function's instructions name globals, closure cells and imports; these lead to
other functions, classes and constants. Each piece gets a line in `parts`; what can't be followed is a
reason to call the step opaque; what a pure step may not touch is listed too.
"""

import functools
import reprlib
import sys
import threading
import types
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from alongside.core.digest import digest_parts
from alongside.engine.code import impure
from alongside.engine.code.bytecode import attributes, normal_form, references
from alongside.engine.code.classes import class_pieces, made_of
from alongside.engine.code.constants import Constant, constant, is_encoded_whole, members
from alongside.engine.code.following import depend, follow
from alongside.engine.code.found import Reach
from alongside.engine.code.hints import hint_parts, is_annotation, shown_hint
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
from alongside.engine.code.lookup import cell, declared, extras, identity, joined
from alongside.engine.code.native import is_made_at_run_time, is_plain, payload
from alongside.engine.code.origin import PROJECT, STDLIB, Origins
from alongside.engine.code.pydantic_classes import is_declaring, told_to
from alongside.engine.code.valued import is_huge
from alongside.engine.code.watched import held, is_container

__all__ = ["reach", "reach_from"]

_NATIVE = (
    types.BuiltinFunctionType,
    types.MethodDescriptorType,
    types.ClassMethodDescriptorType,
    types.WrapperDescriptorType,
    types.MethodWrapperType,
)
_HELD = (type, functools.partial, types.BuiltinFunctionType, types.MethodWrapperType)
_HINTS = {"annotation", "return_type", "json_schema_input_type"}
_CONTAINERS = {dict, list, tuple, set, frozenset, types.MappingProxyType, defaultdict, OrderedDict, Counter}


def reach(root: Callable[..., Any] | type, origins: Origins) -> Reach:
    """Walk from a function or class."""
    return reach_from(_label(root), root, origins)


def reach_from(label: str, thing: Any, origins: Origins) -> Reach:
    """Walk from any object, which stands at `label`."""
    found = Reach(origins)
    _visit(found, thing, label)
    _look_at_itself(found)
    for kind in {base for value in found.values for base in value.__mro__}:
        found.impure += [f"{_label(kind)} {bad}" for bad in made_of(kind)]
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


def _label(thing: Any) -> str:
    module = getattr(thing, "__module__", None) or "?"
    return f"{module}:{getattr(thing, '__qualname__', type(thing).__qualname__)}"


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
        _class(found, thing)
    elif isinstance(thing, types.ModuleType):
        _module(found, thing, label)
    elif _is_of_project(found, type(thing)):
        _constant(found, thing, label)
    elif (pieces := joined(thing)) is not None:
        found.parts[f"{label}.kind"] = type(thing).__qualname__
        _outlives(found, thing, label, own=False)
        _pieces(found, label, pieces)
    elif callable(thing) and declared(thing, "__wrapped__") is not None:
        _wrapper(found, thing, label, found.origins.of(type(thing).__module__))
    elif isinstance(thing, _NATIVE):
        _native(found, thing, label)
    else:
        _constant(found, thing, label)


def _is_of_project(found: Reach, kind: type) -> bool:
    """Whether a class is the project's: also one that Python's library made of what the project gave it."""
    origin = found.origins.of(kind.__module__)
    return origin == PROJECT or (origin == STDLIB and is_made_at_run_time(kind))


def _pieces(found: Reach, label: str, pieces: dict[str, Any]) -> None:
    for name, piece in pieces.items():
        if piece is not None:
            _visit(found, piece, f"{label}.{name}")


def _function(found: Reach, function: types.FunctionType) -> None:
    label = found.free(_label(function))
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
    found.opaque.extend(f"{label} reads {name}" for name in sorted(names & impure.DYNAMIC_ATTRIBUTES))
    found.impure.extend(f"{label} uses {bad}" for bad in impure.hidden(function.__code__, names))
    for name, piece in sorted(vars(function).items()):
        _visit(found, piece, f"{label}.{name}")
    for index, default in enumerate(function.__defaults__ or ()):
        _visit(found, default, f"{label}.default{index}")
    for name, default in (function.__kwdefaults__ or {}).items():
        _visit(found, default, f"{label}.default.{name}")
    for name, hint in bare_annotations(function).items():
        if name != "return":
            _hint(found, hint, f"{label}.{name}")
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
            _hint(found, hint, f"{label}.{name}")


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


def _class(found: Reach, kind: type) -> None:
    label = found.free(_label(kind))
    if not found.once(kind, label):
        return
    if not _is_of_project(found, kind):
        found.names.add(kind.__name__)
        depend(found, found.origins.of(kind.__module__))
        return
    found.parts[label] = ""
    found.mutable.append((label, kind))
    found.classes.append((label, kind))
    _class(found, type(kind))
    for parent in kind.__mro__[1:]:
        _class(found, parent)
    pieces = class_pieces(kind)
    found.parts[label] = digest_parts(*pieces.lines)
    for name, hint in pieces.hints:
        _hint(found, hint, f"{label}.{name}")
    for name, piece in pieces.members:
        _piece(found, piece, label, name)


def _piece(found: Reach, piece: Any, label: str, name: str) -> None:
    """Follow what stands in a class or a declaration under a name."""
    if name in _HINTS:
        found.parts[f"{label}.{name}"] = shown_hint(piece)
        _hint(found, piece, f"{label}.{name}")
    elif name.endswith("factory") and (bad := impure.forbidden_object(piece)):
        found.parts[f"{label}.{name}"] = bad  # it matters where the class is made, which `made_of` tells
    else:
        _visit(found, piece, f"{label}.{name}")


def _hint(found: Reach, hint: Any, label: str) -> None:
    """Follow the classes that an annotation names, and the objects in it."""
    if isinstance(hint, type) and not isinstance(hint, types.GenericAlias):
        _class(found, hint)
        return
    parts = hint_parts(hint)
    if not parts.hints and not parts.values:
        return
    if type(hint).__name__ == "TypeAliasType" and not found.once(hint, label):
        return  # it may name itself
    for part in parts.hints:
        if part is not hint:
            _hint(found, part, label)
    for index, word in enumerate(parts.values):
        _visit(found, word, f"{label}.metadata{index}")


def _constant(found: Reach, thing: Any, label: str) -> None:
    shown = constant(thing, told=found.origins.told)
    if shown is not None:
        _plain_value(found, thing, shown, label)
        return
    if isinstance(thing, ContextVar | threading.local):
        found.ambient.append(f"{label} is a {type(thing).__module__}.{type(thing).__name__}")
        found.parts[label] = found.ambient[-1]
        return
    if thing is sys.modules or (type(thing) is dict and "__builtins__" in thing):
        found.opaque.append(
            f"{label} is {'every module' if thing is sys.modules else 'all names of a module'}"
        )
        return
    found.once(thing, label)
    kind = type(thing)
    own = _is_of_project(found, kind)
    _outlives(found, thing, label, own=own)
    if own:
        _object(found, thing, label)
    elif kind in _CONTAINERS:
        _items(found, thing, label)
        for name, piece in extras(thing):
            _visit(found, piece, f"{label}.{name}")
    elif is_declaring(thing) and is_plain(kind):
        depend(found, found.origins.of(kind.__module__))
        found.parts[label] = _label(kind)
        for name, piece in told_to(thing):
            _piece(found, piece, label, name)
    else:
        depend(found, found.origins.of(kind.__module__))
        found.opaque.append(f"{label} is a {kind.__module__}.{kind.__qualname__}")


def _outlives(found: Reach, thing: Any, label: str, *, own: bool) -> None:
    """Have an object watched that can change, and refuse one that changes where nobody can see it."""
    if own or is_container(thing) or is_huge(thing):
        found.mutable.append((label, thing))
    if drawn := impure.drawn_from(thing, own=own):
        found.impure.append(f"{label} is {drawn}, and what it gives next depends on who asked before")


def _plain_value(found: Reach, thing: Any, shown: Constant, label: str) -> None:
    found.parts[label] = shown.digest
    depend(found, found.origins.of(type(thing).__module__))
    found.shown[label] = found.origins.told(reprlib.repr(thing))
    if shown.mutable:
        found.mutable.append((label, thing))
    found.names |= shown.names
    found.words |= impure.sought_by(thing)
    found.opaque.extend(f"{label} names {name}" for name in sorted(shown.names & impure.DYNAMIC_ATTRIBUTES))
    for kind in sorted(shown.classes, key=_label):
        _class(found, kind)
    if type(thing) in shown.classes and not is_encoded_whole(type(thing)):
        for name, piece in sorted(getattr(thing, "__dict__", {}).items()):
            _visit(found, piece, f"{label}.{name}")
    if is_annotation(thing):
        _hint(found, thing, label)


def _items(found: Reach, thing: Any, label: str) -> None:
    inner = [(name, piece) for name, piece in members(thing, depth=1) if piece is not thing]
    found.parts[label] = " ".join([_label(type(thing)), *(name for name, _ in inner)])
    for name, piece in inner:
        _visit(found, piece, f"{label}{name}")


def _object(found: Reach, thing: Any, label: str) -> None:
    """Follow an object of one of the project's classes: its attributes, its items, what its base made in C holds."""
    _class(found, type(thing))
    _items(found, thing, label)
    for name, piece in (*held(thing), *extras(thing)):
        _visit(found, piece, f"{label}.{name}")
    inside = payload(thing)
    if inside is None:
        found.opaque.append(f"{label} is a {_label(type(thing))}, which holds what nobody can tell")
    for index, piece in enumerate(inside or ()):
        _visit(found, piece, f"{label}.payload{index}")
