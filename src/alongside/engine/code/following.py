# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# What is walked here are live objects of any type.
"""Where the names lead that a function reaches for: along modules and classes, to what is to be visited."""

import types
from collections.abc import Callable
from typing import Any

from alongside.engine.code import impure
from alongside.engine.code.bytecode import Reference
from alongside.engine.code.found import Reach
from alongside.engine.code.lookup import MISSING, attribute, end, identity, start
from alongside.engine.code.origin import PROJECT, STDLIB, versions_of

__all__ = ["Visit", "depend", "follow"]

_UNWRAPPED = {"function", "__wrapped__"}

Visit = Callable[[Reach, Any, str], None]


def depend(found: Reach, origin: str) -> None:
    """Note what a library's code comes with: its distribution's version, and of those that it requires."""
    if origin in {PROJECT, STDLIB}:
        return
    for name, version in versions_of(origin).items():
        found.distributions[name] = version


def follow(
    found: Reach, function: types.FunctionType, reference: Reference, label: str, visit: Visit
) -> None:
    """Follow one name that a function reaches for; `visit` is given the object that it leads to."""
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
        _chain(found, begin, reference, _place(owner, reference), label, visit)


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


def _chain(found: Reach, begin: Any, reference: Reference, place: str, label: str, visit: Visit) -> None:
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
            visit(found, current, place)
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
    if chain and chain[0] in _UNWRAPPED and identity(current) is not None:  # a step's function, not the step
        place, current = f"{place}.{chain[0]}", getattr(current, chain[0], None)
    visit(found, current, place)


def _used(found: Reach, module: types.ModuleType, label: str) -> None:
    if impure.forbidden_module(module.__name__):
        found.impure.append(f"{label} uses the module {module.__name__}")
    if found.origins.of(module.__name__) != PROJECT:
        depend(found, found.origins.of(module.__name__))


def _builtin(found: Reach, name: str, label: str) -> None:
    if name in impure.DYNAMIC:
        found.opaque.append(f"{label} uses {name}()")
    if impure.forbidden_builtin(name):
        found.impure.append(f"{label} uses {name}()")
