# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# What is looked up here are live objects of any type.
"""Looking things up as code would: where a reference begins and ends, what cells and instances hold."""

import builtins
import functools
import importlib
import sys
import types
from collections import ChainMap, UserDict, UserList, UserString, defaultdict, deque
from typing import Any

from alongside.engine.code.bytecode import Reference
from alongside.engine.code.found import IDENTITY

__all__ = [
    "MISSING",
    "attribute",
    "cell",
    "declared",
    "end",
    "extras",
    "identity",
    "joined",
    "slot_names",
    "start",
    "state",
]

MISSING = object()
"""What a name that isn't there leads to."""


def cell(holder: types.CellType) -> Any:
    """Return what a closure's cell holds, None while it is empty."""
    try:
        return holder.cell_contents
    except ValueError:
        return None


def end(begin: Any, chain: tuple[str, ...]) -> Any:
    """Return what a chain of attributes leads to."""
    for name in chain:
        begin = attribute(begin, name)
    return begin


def start(function: types.FunctionType, reference: Reference, label: str) -> tuple[str, Any]:
    """Return (where it stands, the object) that a reference begins with."""
    if reference.scope == "closure":
        names = function.__code__.co_freevars
        cells = dict(zip(names, function.__closure__ or (), strict=False))
        return (label, cell(cells[reference.name])) if reference.name in cells else (label, None)
    module = function.__globals__.get("__name__", "?")
    if reference.scope == "import":
        return "", _import(reference.name)
    if reference.name in function.__globals__:
        return module, function.__globals__[reference.name]
    return ("builtins", None) if hasattr(builtins, reference.name) else (module, MISSING)


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
        return MISSING


def attribute(owner: Any, name: str) -> Any:
    """Return an attribute; of a package also a module that nobody has imported yet."""
    if isinstance(owner, types.ModuleType) and name not in vars(owner):
        try:
            return getattr(owner, name)
        except AttributeError:
            return _import(f"{owner.__name__}.{name}") if hasattr(owner, "__path__") else MISSING
    return getattr(owner, name, MISSING)


def declared(thing: Any, name: str, default: Any = None) -> Any:
    """Return an attribute that somebody wrote down: one that a `__getattr__` makes up isn't there."""
    own = [] if isinstance(thing, type) else [getattr(thing, "__dict__", {})]
    spaces = [*own, *map(vars, (thing if isinstance(thing, type) else type(thing)).__mro__)]
    return getattr(thing, name, default) if any(name in space for space in spaces) else default


def identity(thing: Any) -> str | None:
    """Return by which string an object stands for itself, None where it doesn't."""
    if isinstance(thing, type | types.ModuleType):
        return None
    try:
        return declared(thing, IDENTITY)
    except Exception:  # noqa: BLE001  a user's __getattr__ may do anything
        return None


def joined(thing: Any) -> dict[str, Any] | None:  # noqa: PLR0911  one line a kind of object
    """Return the pieces of an object of Python's that only joins others, None where it is no such object."""
    if isinstance(thing, types.MethodType):
        return {"function": thing.__func__, "__self__": thing.__self__}
    if isinstance(thing, staticmethod | classmethod):
        return {"function": thing.__func__}
    if isinstance(thing, property):
        return {"get": thing.fget, "set": thing.fset, "delete": thing.fdel}
    if isinstance(thing, functools.partial | functools.partialmethod):
        return {"func": thing.func, "args": list(thing.args), "keywords": dict(thing.keywords)}
    if isinstance(thing, functools.cached_property):
        return {"func": thing.func}
    if isinstance(thing, functools.singledispatchmethod):
        return {"func": thing.func, "dispatcher": thing.dispatcher}
    return _contained(thing)


def _contained(thing: Any) -> dict[str, Any] | None:
    """Return what is in one of Python's containers that isn't made of items alone."""
    kind = type(thing)
    if kind in {UserDict, UserList, UserString}:
        return {"data": thing.data}
    if kind is ChainMap:
        return {"maps": thing.maps}
    if kind is deque:
        return {"items": tuple(thing), "maxlen": thing.maxlen}
    return {"items": tuple(sorted(vars(thing).items()))} if kind is types.SimpleNamespace else None


def state(thing: Any) -> list[tuple[str, Any]]:
    """Return an instance's attributes, those in slots too."""
    held = {name: getattr(thing, name) for name in slot_names(type(thing)) if hasattr(thing, name)}
    return sorted((held | dict(getattr(thing, "__dict__", {}))).items())


def slot_names(kind: type) -> list[str]:
    """Return the attributes that stand in slots, under the names that Python gives private ones."""
    return [name for base in kind.__mro__ for name in _slots_of(base)]


def _slots_of(kind: type) -> list[str]:
    slots = vars(kind).get("__slots__", ())
    names = [slots] if isinstance(slots, str) else list(slots)
    owner = kind.__name__.lstrip("_")
    return [
        f"_{owner}{name}" if owner and name.startswith("__") and not name.endswith("__") else name
        for name in names
        if name not in {"__dict__", "__weakref__"}
    ]


def extras(thing: Any) -> list[tuple[str, Any]]:
    """Return what a library's container holds beside its items."""
    return [("factory", thing.default_factory)] if isinstance(thing, defaultdict) else []
