# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# What is walked here are live objects of any type.
"""The walk through classes and annotations: a class's own shape, its members, its hints, the classes that it stands on.

`visit` goes on with whatever is no class (see `reach`).
"""

import types
from typing import Any

from alongside.core.digest import digest_parts
from alongside.engine.code import impure
from alongside.engine.code.classes import class_pieces
from alongside.engine.code.following import Visit, depend
from alongside.engine.code.found import Reach
from alongside.engine.code.hints import hint_parts, shown_hint
from alongside.engine.code.native import is_made_at_run_time
from alongside.engine.code.origin import PROJECT, STDLIB

__all__ = ["is_of_project", "label_of", "visit_class", "visit_hint", "visit_piece"]

_HINTS = {"annotation", "return_type", "json_schema_input_type"}


def label_of(thing: Any) -> str:
    """Return by which name an object is told."""
    module = getattr(thing, "__module__", None) or "?"
    return f"{module}:{getattr(thing, '__qualname__', type(thing).__qualname__)}"


def is_of_project(found: Reach, kind: type) -> bool:
    """Whether a class is the project's: also one that Python's library made of what the project gave it."""
    origin = found.origins.of(kind.__module__)
    return origin == PROJECT or (origin == STDLIB and is_made_at_run_time(kind))


def visit_class(found: Reach, kind: type, visit: Visit) -> None:
    """Follow a class of the project's to what it is made of; of another what it comes with."""
    label = found.free(label_of(kind))
    if not found.once(kind, label):
        return
    if not is_of_project(found, kind):
        found.names.add(kind.__name__)
        depend(found, found.origins.of(kind.__module__))
        return
    found.parts[label] = ""
    found.mutable.append((label, kind))
    found.classes.append((label, kind))
    visit_class(found, type(kind), visit)
    for parent in kind.__mro__[1:]:
        visit_class(found, parent, visit)
    pieces = class_pieces(kind)
    found.parts[label] = digest_parts(*pieces.lines)
    for name, hint in pieces.hints:
        visit_hint(found, hint, f"{label}.{name}", visit)
    for name, piece in pieces.members:
        visit_piece(found, piece, label, name, visit)


def visit_piece(found: Reach, piece: Any, label: str, name: str, visit: Visit) -> None:
    """Follow what stands in a class or a declaration under a name."""
    if name in _HINTS:
        found.parts[f"{label}.{name}"] = shown_hint(piece)
        visit_hint(found, piece, f"{label}.{name}", visit)
    elif name.endswith("factory") and (bad := impure.forbidden_object(piece)):
        found.parts[f"{label}.{name}"] = bad  # it matters where the class is made, which `made_of` tells
    else:
        visit(found, piece, f"{label}.{name}")


def visit_hint(found: Reach, hint: Any, label: str, visit: Visit) -> None:
    """Follow the classes that an annotation names, and the objects in it."""
    if isinstance(hint, type) and not isinstance(hint, types.GenericAlias):
        visit_class(found, hint, visit)
        return
    parts = hint_parts(hint)
    if not parts.hints and not parts.values:
        return
    if type(hint).__name__ == "TypeAliasType" and not found.once(hint, label):
        return  # it may name itself
    for part in parts.hints:
        if part is not hint:
            visit_hint(found, part, label, visit)
    for index, word in enumerate(parts.values):
        visit(found, word, f"{label}.metadata{index}")
