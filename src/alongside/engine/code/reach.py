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
from alongside.engine.code.bytecode import Reference, attributes, normal_form, references
from alongside.engine.code.classes import class_pieces, made_of
from alongside.engine.code.constants import constant, members
from alongside.engine.code.found import IDENTITY, Reach
from alongside.engine.code.introspection import (
    annotations,
    asks_for_annotations,
    asks_for_order,
    bare_annotations,
    order,
    told,
)
from alongside.engine.code.lookup import MISSING, attribute, cell, declared, end, extras, start
from alongside.engine.code.origin import PROJECT, STDLIB, Origins, versions_of
from alongside.engine.code.watched import held, is_container

__all__ = ["reach", "reach_from"]

_UNWRAPPED = {"function", "__wrapped__"}
_DESCRIPTORS = (staticmethod, classmethod)
_BOUND = (functools.partial, types.MethodType, types.BuiltinMethodType)
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
    return found


def _look_at_itself(found: Reach) -> None:
    """Follow what only code that looks at itself tells apart; what that leads to may look too."""
    functions = classes = 0
    while True:
        asked = found.functions[functions:] if asks_for_annotations(found.names) else []
        ordered = found.classes[classes:] if asks_for_order(found.names) else []
        if not asked and not ordered:
            return
        for label, function in asked:
            hints = annotations(function)
            found.parts[f"{label}.annotations"] = told(hints)
            for name, hint in hints.items():
                _hint(found, hint, f"{label}.{name}")
        for label, kind in ordered:
            found.parts[f"{label}.order"] = order(kind)
        functions += len(asked)
        classes += len(ordered)


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


def _visit_kind(found: Reach, thing: Any, label: str) -> None:  # noqa: C901  one line a kind of object
    identity = _identity(thing)
    dynamic = impure.dynamic(thing) if callable(thing) else ""
    if dynamic:
        found.opaque.append(f"uses {dynamic}()")
    if identity is not None:
        found.parts[label] = identity
    elif isinstance(thing, types.FunctionType):
        _function(found, thing)
    elif isinstance(thing, type):
        _class(found, thing)
    elif isinstance(thing, types.ModuleType):
        _module(found, thing, label)
    elif isinstance(thing, types.MethodType):
        _visit(found, thing.__func__, label)
        _visit(found, thing.__self__, f"{label}.__self__")
    elif isinstance(thing, functools.partial):
        _pieces(
            found, label, {"func": thing.func, "args": list(thing.args), "keywords": dict(thing.keywords)}
        )
    elif isinstance(thing, _DESCRIPTORS):
        _visit(found, thing.__func__, label)
    elif isinstance(thing, property):
        _pieces(found, label, {"get": thing.fget, "set": thing.fset, "delete": thing.fdel})
    elif callable(thing) and declared(thing, "__wrapped__") is not None:
        _wrapper(found, thing, label)
    elif isinstance(
        thing, types.BuiltinFunctionType | types.MethodDescriptorType | types.WrapperDescriptorType
    ):
        _native(found, thing, label)
    else:
        _constant(found, thing, label)


def _identity(thing: Any) -> str | None:
    if isinstance(thing, type | types.ModuleType):
        return None
    try:
        return declared(thing, IDENTITY)
    except Exception:  # noqa: BLE001  a user's __getattr__ may do anything
        return None


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
        _depend(found, origin)
        return
    if code_origin != PROJECT:  # a decorator from elsewhere around the project's function
        _depend(found, code_origin)
        found.parts[label] = f"wrapper from {code_origin}"
        _wrapper(found, function, label)
        return
    found.parts[label] = normal_form(function.__code__)
    found.functions.append((label, function))
    found.mutable.append((label, function))
    names = attributes(function.__code__)
    found.names |= names
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
        _follow(found, function, reference, label)


def _code_origin(found: Reach, function: types.FunctionType) -> str:
    """Return where the function's text stands: a wrapper says another `__module__` than its own."""
    owner = function.__globals__.get("__name__", "")
    return found.origins.of(owner) if owner else PROJECT


def _wrapper(found: Reach, wrapper: Any, label: str) -> None:
    """Follow what a decorator holds: the wrapped function, its cells, its attributes, other wrappers."""
    held: dict[str, Any] = {
        "__wrapped__": getattr(wrapper, "__wrapped__", None),
        **getattr(wrapper, "__dict__", {}),
    }
    keeps = isinstance(wrapper, types.FunctionType) and _code_origin(found, wrapper) != STDLIB
    for index, holder in enumerate(getattr(wrapper, "__closure__", None) or ()):
        held[f"cell{index}"] = cell(holder)
        if keeps and is_container(held[f"cell{index}"]):  # a decorator's memory of what it answered
            found.mutable.append((f"{label}.cell{index}", held[f"cell{index}"]))
    pieces = [
        (f"{label}.{name}{place}", inner)
        for name, one in held.items()
        for place, inner in members(one, depth=2)
    ]
    for place, inner in pieces:
        bound = place == f"{label}.__wrapped__" and isinstance(inner, _BOUND)
        if bound or _is_project(found, inner) or constant(inner) is not None:
            _visit(found, inner, place)
        elif isinstance(inner, types.FunctionType) and found.once(inner, place):
            _wrapper(found, inner, place)
        elif found.origins.of(type(inner).__module__).startswith("dist:") and not callable(inner):
            _visit(found, inner, place)


def _is_project(found: Reach, thing: Any) -> bool:
    module = getattr(thing, "__module__", None)
    return isinstance(module, str) and callable(thing) and found.origins.of(module) == PROJECT


def _follow(found: Reach, function: types.FunctionType, reference: Reference, label: str) -> None:
    if reference.how == "write" and reference.scope == "closure":
        if reference.name in function.__code__.co_freevars:  # else a variable of the walked function itself
            found.impure.append(f"{label} changes {reference.name}, which outlives it")
        return
    if reference.how == "store":
        _store(found, function, reference, label)
        return
    if reference.how == "write":
        found.impure.append(f"{label} changes the global {reference.name}")
        return
    owner, begin = start(function, reference, label)
    if reference.how == "import" and isinstance(end(begin, reference.chain), types.ModuleType):
        return  # what is read from it is followed where it's read
    if begin is MISSING:
        found.parts[f"{owner}:{reference.name}"] = "missing"
    elif owner == "builtins":
        _builtin(found, reference.name, label)
    else:
        if reference.scope == "global":
            found.globals[owner, reference.name] = begin
        _chain(found, begin, reference, _place(owner, reference), label)


def _store(found: Reach, function: types.FunctionType, reference: Reference, label: str) -> None:
    """Refuse a store into an attribute of what outlives the call: a module, a class, an object of a module."""
    if reference.scope == "closure":
        return
    _, begin = start(function, reference, label)
    owner = end(begin, reference.chain[:-1])
    if owner is not None and owner is not MISSING:
        found.impure.append(
            f"{label} changes {'.'.join((reference.name, *reference.chain))}, which outlives it"
        )


def _place(owner: str, reference: Reference) -> str:
    return f"{owner}:{reference.name}" if owner else reference.name


def _chain(found: Reach, begin: Any, reference: Reference, place: str, label: str) -> None:
    """Read attributes as the code would, as far as modules and classes lead."""
    current, chain = begin, list(reference.chain)
    while chain and isinstance(current, types.ModuleType | type):
        name = chain.pop(0)
        bad = impure.impurity(current, name)
        if bad:
            found.impure.append(f"{label} uses {bad}")
        if isinstance(current, types.ModuleType):
            _used(found, current, label)
        elif found.origins.of(current.__module__) == PROJECT:
            _visit(found, current, place)
        following = attribute(current, name)
        if following is MISSING:
            found.parts[f"{place}.{name}"] = "missing"
            return
        if isinstance(current, types.ModuleType) and found.origins.of(current.__name__) == PROJECT:
            found.globals[current.__name__, name] = following
        owner = current.__name__ if isinstance(current, types.ModuleType) else place
        place = f"{owner}:{name}" if isinstance(current, types.ModuleType) else f"{place}.{name}"
        current = following
    bad = impure.forbidden_object(current)
    if bad:
        found.impure.append(f"{label} uses {bad}")
    if chain and chain[0] in _UNWRAPPED and _identity(current) is not None:  # a step's function, not the step
        place, current = f"{place}.{chain[0]}", getattr(current, chain[0], None)
    _visit(found, current, place)


def _used(found: Reach, module: types.ModuleType, label: str) -> None:
    if impure.forbidden_module(module.__name__):
        found.impure.append(f"{label} uses the module {module.__name__}")
    if found.origins.of(module.__name__) != PROJECT:
        _depend(found, found.origins.of(module.__name__))


def _builtin(found: Reach, name: str, label: str) -> None:
    if name in impure.DYNAMIC:
        found.opaque.append(f"{label} uses {name}()")
    if impure.forbidden_builtin(name):
        found.impure.append(f"{label} uses {name}()")


def _native(found: Reach, thing: Any, label: str) -> None:
    found.parts[label] = f"is {getattr(thing, '__qualname__', thing)!r}"
    module = getattr(thing, "__module__", None) or getattr(
        getattr(thing, "__objclass__", None), "__module__", ""
    )
    _depend(found, found.origins.of(module or "builtins"))


def _module(found: Reach, module: types.ModuleType, label: str) -> None:
    """Follow a module used as a value, of which nobody can tell what names are used."""
    origin = found.origins.of(module.__name__)
    if origin == PROJECT:
        found.opaque.append(f"{label} is a module used as a value")
    else:
        _depend(found, origin)
        if impure.forbidden_module(module.__name__):
            found.impure.append(f"uses the module {module.__name__}")
        elif impure.partly_forbidden(module):
            found.impure.append(f"{label} is the module {module.__name__}, used as a value")


def _depend(found: Reach, origin: str) -> None:
    if origin in {PROJECT, STDLIB}:
        return
    for name, version in versions_of(origin).items():
        found.distributions[name] = version


def _class(found: Reach, kind: type) -> None:
    label = found.free(_label(kind))
    if not found.once(kind, label):
        return
    origin = found.origins.of(kind.__module__)
    if origin != PROJECT:
        _depend(found, origin)
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
        if name.endswith(".factory") and impure.forbidden_object(piece):
            continue  # it matters where the class is made, which `made_of` tells
        _visit(found, piece, f"{label}.{name}")


def _hint(found: Reach, hint: Any, label: str) -> None:
    """Follow the classes that an annotation names."""
    if isinstance(hint, type) and not isinstance(hint, types.GenericAlias):
        _class(found, hint)
    if isinstance(hint, type | str):
        return
    parts = (*getattr(hint, "__args__", ()), *getattr(hint, "__constraints__", ()))
    for part in (getattr(hint, "__origin__", None), getattr(hint, "__bound__", None), *parts):
        if part is not None and part is not hint:
            _hint(found, part, label)
    for index, word in enumerate(getattr(hint, "__metadata__", ())):
        _visit(found, getattr(word, "func", word), f"{label}.metadata{index}")


def _constant(found: Reach, thing: Any, label: str) -> None:  # noqa: C901  one line a kind of object
    shown = constant(thing)
    if shown is not None:
        found.parts[label] = shown.digest
        found.shown[label] = reprlib.repr(thing)
        if shown.mutable:
            found.mutable.append((label, thing))
        for kind in sorted(shown.classes, key=_label):
            _class(found, kind)
        _hint(found, thing, label)
        return
    if isinstance(thing, ContextVar | threading.local):
        found.ambient.append(f"{label} is a {type(thing).__module__}.{type(thing).__name__}")
        found.parts[label] = found.ambient[-1]
        return
    if thing is sys.modules:
        found.opaque.append(f"{label} is every module")
        return
    found.once(thing, label)
    kind = type(thing)
    inner = [(name, piece) for name, piece in members(thing, depth=1) if piece is not thing]
    own = found.origins.of(kind.__module__) == PROJECT
    if own or is_container(thing):
        found.mutable.append((label, thing))
    if drawn := impure.drawn_from(thing, own=own):
        found.impure.append(f"{label} is {drawn}, and what it gives next depends on who asked before")
    if not own and kind not in _CONTAINERS:
        _depend(found, found.origins.of(kind.__module__))
        found.opaque.append(f"{label} is a {kind.__module__}.{kind.__qualname__}")
        return
    _class(found, kind)
    found.parts[label] = " ".join([_label(kind), *(name for name, _ in inner)])
    for name, piece in inner:
        _visit(found, piece, f"{label}{name}")
    for name, piece in held(thing) if own else extras(thing):
        _visit(found, piece, f"{label}.{name}")
