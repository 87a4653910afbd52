# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# What is walked here are live objects of any type.
"""The walk through values: constants, containers, objects of the project's classes.

`visit` goes on with what they hold (see `reach`).
"""

import reprlib
import sys
import threading
import types
from collections import Counter, OrderedDict, defaultdict
from contextvars import ContextVar
from typing import Any

from alongside.engine.code import impure
from alongside.engine.code.constants import Constant, constant, is_encoded_whole, members
from alongside.engine.code.following import Visit, depend
from alongside.engine.code.found import Reach
from alongside.engine.code.hints import is_annotation
from alongside.engine.code.lookup import extras
from alongside.engine.code.native import is_plain, payload
from alongside.engine.code.pydantic_classes import is_declaring, told_to
from alongside.engine.code.reached_classes import (
    is_of_project,
    label_of,
    visit_class,
    visit_hint,
    visit_piece,
)
from alongside.engine.code.valued import is_huge
from alongside.engine.code.watched import held, is_container

__all__ = ["note_outlives", "visit_value"]

_CONTAINERS = {dict, list, tuple, set, frozenset, types.MappingProxyType, defaultdict, OrderedDict, Counter}


def visit_value(found: Reach, thing: Any, label: str, visit: Visit) -> None:
    """Follow what is no function, class or module: told by its value, or piece by piece, or not at all."""
    shown = constant(thing, told=found.origins.told)
    if shown is not None:
        _plain_value(found, thing, shown, label, visit)
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
    own = is_of_project(found, kind)
    note_outlives(found, thing, label, own=own)
    if own:
        _object(found, thing, label, visit)
    elif kind in _CONTAINERS:
        _items(found, thing, label, visit)
        for name, piece in extras(thing):
            visit(found, piece, f"{label}.{name}")
    elif is_declaring(thing) and is_plain(kind):
        depend(found, found.origins.of(kind.__module__))
        found.parts[label] = label_of(kind)
        for name, piece in told_to(thing):
            visit_piece(found, piece, label, name, visit)
    else:
        depend(found, found.origins.of(kind.__module__))
        found.opaque.append(f"{label} is a {kind.__module__}.{kind.__qualname__}")


def note_outlives(found: Reach, thing: Any, label: str, *, own: bool) -> None:
    """Have an object watched that can change, and refuse one that changes where nobody can see it."""
    if own or is_container(thing) or is_huge(thing):
        found.mutable.append((label, thing))
    if drawn := impure.drawn_from(thing, own=own):
        found.impure.append(f"{label} is {drawn}, and what it gives next depends on who asked before")


def _plain_value(found: Reach, thing: Any, shown: Constant, label: str, visit: Visit) -> None:
    found.parts[label] = shown.digest
    depend(found, found.origins.of(type(thing).__module__))
    found.shown[label] = found.origins.told(reprlib.repr(thing))
    if shown.mutable:
        found.mutable.append((label, thing))
    found.names |= shown.names
    found.words |= impure.sought_by(thing)
    found.opaque.extend(f"{label} names {name}" for name in impure.untold(shown.names))
    for kind in sorted(shown.classes, key=label_of):
        visit_class(found, kind, visit)
    if type(thing) in shown.classes and not is_encoded_whole(type(thing)):
        for name, piece in sorted(getattr(thing, "__dict__", {}).items()):
            visit(found, piece, f"{label}.{name}")
    if is_annotation(thing):
        visit_hint(found, thing, label, visit)


def _items(found: Reach, thing: Any, label: str, visit: Visit) -> None:
    inner = [(name, piece) for name, piece in members(thing, depth=1) if piece is not thing]
    found.parts[label] = " ".join([label_of(type(thing)), *(name for name, _ in inner)])
    for name, piece in inner:
        visit(found, piece, f"{label}{name}")


def _object(found: Reach, thing: Any, label: str, visit: Visit) -> None:
    """Follow an object of one of the project's classes: its attributes, its items, what its base made in C holds."""
    visit_class(found, type(thing), visit)
    _items(found, thing, label, visit)
    for name, piece in (*held(thing), *extras(thing)):
        visit(found, piece, f"{label}.{name}")
    inside = payload(thing)
    if inside is None:
        found.opaque.append(f"{label} is a {label_of(type(thing))}, which holds what nobody can tell")
    for index, piece in enumerate(inside or ()):
        visit(found, piece, f"{label}.payload{index}")
