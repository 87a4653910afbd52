# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# What is walked here are live objects of any type.
"""The project code that a function reaches, piece by piece.

Walks live objects: the function's instructions name globals, closure cells and imports; these lead to
other functions, classes and constants. Each piece gets a line in `parts`; what can't be followed is a
reason to call the step opaque; what a pure step may not touch is listed too.
"""

import builtins
import functools
import importlib
import reprlib
import sys
import types
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from alongside.core.digest import digest_parts
from alongside.engine.code import impure
from alongside.engine.code.bytecode import Reference, normal_form, references
from alongside.engine.code.classes import class_pieces
from alongside.engine.code.constants import constant, members
from alongside.engine.code.origin import PROJECT, STDLIB, Origins, versions_of

__all__ = ["IDENTITY", "Reach", "reach"]

IDENTITY = "__alongside_identity__"
"""An object with this attribute (a step, a prompt, a learned field) stands for itself by that string."""

_MISSING = object()
_DESCRIPTORS = (staticmethod, classmethod)


@dataclass
class Reach:
    """What was found: pieces by name (constants as people read them in `shown`), reasons for opaqueness, impurities, distributions, mutable constants."""

    origins: Origins
    parts: dict[str, str] = field(default_factory=dict[str, str])
    opaque: list[str] = field(default_factory=list[str])
    impure: list[str] = field(default_factory=list[str])
    distributions: dict[str, str] = field(default_factory=dict[str, str])
    mutable: list[tuple[str, Any]] = field(default_factory=list[tuple[str, Any]])
    shown: dict[str, str] = field(default_factory=dict[str, str])
    seen: set[int] = field(default_factory=set[int])
    alive: list[Any] = field(default_factory=list[Any])

    def once(self, thing: Any) -> bool:
        """Whether this object is met for the first time; keeps it alive, so that its id stays its own."""
        if id(thing) in self.seen:
            return False
        self.seen.add(id(thing))
        self.alive.append(thing)
        return True


def reach(start: Callable[..., Any] | type, origins: Origins) -> Reach:
    """Walk from a function or class."""
    found = Reach(origins)
    _visit(found, start, _label(start))
    return found


def _label(thing: Any) -> str:
    module = getattr(thing, "__module__", None) or "?"
    return f"{module}:{getattr(thing, '__qualname__', type(thing).__qualname__)}"


def _visit(found: Reach, thing: Any, label: str) -> None:  # noqa: C901  one line a kind of object
    """Follow one object to whatever it is made of."""
    identity = _identity(thing)
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
    elif callable(thing) and hasattr(thing, "__wrapped__"):
        _wrapper(found, thing, label)
    elif isinstance(
        thing, types.BuiltinFunctionType | types.MethodDescriptorType | types.WrapperDescriptorType
    ):
        _native(found, thing)
    else:
        _constant(found, thing, label)


def _identity(thing: Any) -> str | None:
    if isinstance(thing, type | types.ModuleType):
        return None
    try:
        return getattr(thing, IDENTITY, None)
    except Exception:  # noqa: BLE001  a user's __getattr__ may do anything
        return None


def _pieces(found: Reach, label: str, pieces: dict[str, Any]) -> None:
    for name, piece in pieces.items():
        if piece is not None:
            _visit(found, piece, f"{label}.{name}")


def _function(found: Reach, function: types.FunctionType) -> None:
    if not found.once(function):
        return
    origin = found.origins.of(function.__module__ or "")
    code_origin = _code_origin(found, function)
    if PROJECT not in {origin, code_origin}:
        _depend(found, origin)
        return
    if code_origin != PROJECT:  # a decorator from elsewhere around the project's function
        _depend(found, code_origin)
        _wrapper(found, function, _label(function))
        return
    label = _label(function)
    while label in found.parts:  # two functions may share a name: lambdas, a redefinition
        label += "'"
    found.parts[label] = normal_form(function.__code__)
    for index, default in enumerate(function.__defaults__ or ()):
        _visit(found, default, f"{label}.default{index}")
    for name, default in (function.__kwdefaults__ or {}).items():
        _visit(found, default, f"{label}.default.{name}")
    for name, hint in _annotations(function).items():
        if name != "return":
            _hint(found, hint, f"{label}.{name}")
    for reference in references(function.__code__, function.__globals__.get("__package__") or ""):
        _follow(found, function, reference, label)


def _annotations(function: types.FunctionType) -> dict[str, Any]:
    try:
        return dict(function.__annotations__)
    except Exception:  # noqa: BLE001  lazily evaluated annotations may name what isn't there
        return {}


def _code_origin(found: Reach, function: types.FunctionType) -> str:
    """Return where the function's text stands: a wrapper says another `__module__` than its own."""
    owner = function.__globals__.get("__name__", "")
    return found.origins.of(owner) if owner else PROJECT


def _wrapper(found: Reach, wrapper: Any, label: str) -> None:
    """Follow what a decorator holds: the wrapped function, its cells, its attributes."""
    held = {"__wrapped__": getattr(wrapper, "__wrapped__", None)}
    for index, cell in enumerate(getattr(wrapper, "__closure__", None) or ()):
        held[f"cell{index}"] = _cell(cell)
    for name, piece in held.items():
        for inner_name, inner in members(piece, depth=2):
            if _is_project(found, inner):
                _visit(found, inner, f"{label}.{name}{inner_name}")


def _is_project(found: Reach, thing: Any) -> bool:
    module = getattr(thing, "__module__", None)
    return isinstance(module, str) and callable(thing) and found.origins.of(module) == PROJECT


def _cell(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return None


def _follow(found: Reach, function: types.FunctionType, reference: Reference, label: str) -> None:
    if reference.how == "write":
        found.impure.append(f"{label} changes the global {reference.name}")
        return
    owner, start = _start(function, reference)
    if start is _MISSING:
        found.parts[f"{owner}:{reference.name}"] = "missing"
    elif owner == "builtins":
        _builtin(found, reference.name, label)
    else:
        _chain(found, start, reference, _place(owner, reference), label)


def _start(function: types.FunctionType, reference: Reference) -> tuple[str, Any]:
    """Return (where it stands, the object) that a reference begins with."""
    if reference.scope == "closure":
        names = function.__code__.co_freevars
        cells = dict(zip(names, function.__closure__ or (), strict=False))
        where = _label(function)
        return (where, _cell(cells[reference.name])) if reference.name in cells else (where, None)
    module = function.__globals__.get("__name__", "?")
    if reference.scope == "import":
        return "", _import(reference.name)
    if reference.name in function.__globals__:
        return module, function.__globals__[reference.name]
    return ("builtins", None) if hasattr(builtins, reference.name) else (module, _MISSING)


def _place(owner: str, reference: Reference) -> str:
    return f"{owner}:{reference.name}" if owner else reference.name


def _import(name: str) -> Any:
    loaded = sys.modules.get(name)
    if loaded is not None:
        return loaded
    top = name.partition(".")[0]
    if top in sys.stdlib_module_names:
        return importlib.import_module(name)
    try:
        return importlib.import_module(name)
    except ImportError:
        return _MISSING


def _chain(found: Reach, start: Any, reference: Reference, place: str, label: str) -> None:
    """Read attributes as the code would, as far as modules and classes lead."""
    current, chain = start, list(reference.chain)
    while chain and isinstance(current, types.ModuleType | type):
        name = chain.pop(0)
        bad = impure.impurity(current, name)
        if bad:
            found.impure.append(f"{label} uses {bad}")
        if isinstance(current, types.ModuleType):
            if impure.forbidden_module(current.__name__):
                found.impure.append(f"{label} uses the module {current.__name__}")
            if found.origins.of(current.__name__) != PROJECT:
                _depend(found, found.origins.of(current.__name__))
        elif found.origins.of(current.__module__) == PROJECT:
            _visit(found, current, place)
        following = _attribute(current, name)
        if following is _MISSING:
            found.parts[f"{place}.{name}"] = "missing"
            return
        owner = current.__name__ if isinstance(current, types.ModuleType) else place
        place = f"{owner}:{name}" if isinstance(current, types.ModuleType) else f"{place}.{name}"
        current = following
    bad = impure.forbidden_object(current)
    if bad:
        found.impure.append(f"{label} uses {bad}")
    _visit(found, current, place)


def _attribute(owner: Any, name: str) -> Any:
    if isinstance(owner, types.ModuleType) and name not in vars(owner):
        try:
            return getattr(owner, name)
        except AttributeError:
            return sys.modules.get(f"{owner.__name__}.{name}", _MISSING)
    return getattr(owner, name, _MISSING)


def _builtin(found: Reach, name: str, label: str) -> None:
    if name in impure.DYNAMIC:
        found.opaque.append(f"{label} uses {name}()")
    if impure.forbidden_builtin(name):
        found.impure.append(f"{label} uses {name}()")


def _native(found: Reach, thing: Any) -> None:
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


def _depend(found: Reach, origin: str) -> None:
    if origin in {PROJECT, STDLIB}:
        return
    for name, version in versions_of(origin).items():
        found.distributions[name] = version


def _class(found: Reach, kind: type) -> None:
    if not found.once(kind):
        return
    origin = found.origins.of(kind.__module__)
    if origin != PROJECT:
        _depend(found, origin)
        return
    label = _label(kind)
    for parent in kind.__mro__[1:]:
        _class(found, parent)
    pieces = class_pieces(kind)
    found.parts[label] = digest_parts(*pieces.lines)
    for name, hint in pieces.hints:
        _hint(found, hint, f"{label}.{name}")
    for name, piece in pieces.members:
        _visit(found, piece, f"{label}.{name}")


def _hint(found: Reach, hint: Any, label: str) -> None:
    """Follow the classes that an annotation names."""
    if isinstance(hint, type) and not isinstance(hint, types.GenericAlias):
        _class(found, hint)
    for argument in getattr(hint, "__args__", ()):
        _hint(found, argument, label)


def _constant(found: Reach, thing: Any, label: str) -> None:
    shown = constant(thing)
    if shown is not None:
        found.parts[label] = shown.digest
        found.shown[label] = reprlib.repr(thing)
        if shown.mutable:
            found.mutable.append((label, thing))
        for kind in shown.classes:
            _class(found, kind)
        return
    if thing is sys.modules:
        found.opaque.append(f"{label} is every module")
        return
    inner = members(thing, depth=1)
    if inner and inner[0][1] is not thing and found.once(thing):
        for name, piece in inner:
            _visit(found, piece, f"{label}{name}")
    elif type(thing).__module__ and found.origins.of(type(thing).__module__) == PROJECT and found.once(thing):
        _class(found, type(thing))
        for name, piece in sorted(getattr(thing, "__dict__", {}).items()):
            _visit(found, piece, f"{label}.{name}")
    elif id(thing) not in found.seen:
        found.opaque.append(f"{label} is a {type(thing).__module__}.{type(thing).__qualname__}")
