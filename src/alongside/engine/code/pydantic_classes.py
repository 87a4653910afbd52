# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# What is looked at here are live objects of any type.
"""What pydantic was told of a class: its configuration, fields, private attributes and validators.

All of it is followed as objects: functions stand everywhere in it. A model's docstring counts, unlike any other,
since it is in the schema that a language model is shown; so do those of the enums and typed dictionaries in its fields.
"""

import dataclasses
import enum
from collections.abc import Iterator
from typing import Any, cast

from alongside.engine.code.hints import hint_parts
from alongside.engine.code.lookup import declared, state

__all__ = ["doc_lines", "is_declaring", "told_to", "told_to_pydantic"]

_DECLARING = {"annotated_types", "pydantic", "pydantic_core"}
_UNSAID = {"PydanticUndefinedType", "NsResolver"}
"""No value, and where pydantic looks annotations up."""


def told_to_pydantic(kind: type) -> list[tuple[str, Any]]:
    """Return (name, object) of what pydantic was told of a class, to be followed; nothing where it isn't pydantic's."""
    config = declared(kind, "model_config") or declared(kind, "__pydantic_config__")
    found: list[tuple[str, Any]] = [("config", config)] if config else []
    fields = declared(kind, "__pydantic_fields__")
    if isinstance(fields, dict):
        found += [(f"field {name}", field) for name, field in fields.items()]
    private = declared(kind, "__private_attributes__")
    if isinstance(private, dict):
        found += [(f"private {name}", one) for name, one in private.items()]
    decorators = declared(kind, "__pydantic_decorators__")
    for group in sorted(field.name for field in dataclasses.fields(decorators)) if decorators else ():
        found += [
            (f"{group} {name}", getattr(one, "info", None))
            for name, one in getattr(decorators, group).items()
        ]
    return found


def is_declaring(thing: Any) -> bool:
    """Whether a library's object only says something: what it says is in its attributes, and none changes."""
    return type(thing).__module__.partition(".")[0] in _DECLARING


def told_to(thing: Any) -> list[tuple[str, Any]]:
    """Return what an object of pydantic's says: not what pydantic made of it for itself, nor what isn't said."""
    return [
        (name, piece)
        for name, piece in state(thing)
        if not name.startswith("_") and piece is not None and type(piece).__name__ not in _UNSAID
    ]


def doc_lines(kind: type) -> list[str]:
    """Return the docstrings that a model's schema shows; of a class that isn't a model, nothing."""
    fields = declared(kind, "__pydantic_fields__")
    if not isinstance(fields, dict):
        return []
    shown = {kind} | {one for field in fields.values() for one in _classes(cast("Any", field).annotation)}
    return [f"doc {one.__qualname__} {one.__doc__}" for one in sorted(shown, key=_place) if _shows(one)]


def _shows(kind: type) -> bool:
    return not dataclasses.is_dataclass(kind) and (
        issubclass(kind, enum.Enum) or declared(kind, "__total__") is not None or _is_model(kind)
    )


def _is_model(kind: type) -> bool:
    return isinstance(declared(kind, "__pydantic_fields__"), dict)


def _classes(hint: Any, depth: int = 8) -> Iterator[type]:
    if isinstance(hint, type) and not hint_parts(hint).hints:
        yield hint
    for one in hint_parts(hint).hints if depth else ():
        yield from _classes(one, depth - 1)


def _place(kind: type) -> str:
    return f"{kind.__module__}:{kind.__qualname__}"
