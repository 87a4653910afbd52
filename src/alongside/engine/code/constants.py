# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# What is walked here are live objects of any type.
"""Values that code holds: globals, defaults, class attributes."""

import enum
import logging
import operator
import re
import string
import struct
import types
import typing
from typing import Any, NamedTuple, cast

from alongside.core.digest import digest_parts
from alongside.core.encoding import encode
from alongside.core.errors import DataError
from alongside.core.type_names import type_name

__all__ = ["Constant", "constant", "members"]

_ATOMS = (str, int, float, bool, bytes, type(None), complex)
_TYPING = (types.GenericAlias, types.UnionType, typing.TypeVar)


_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


class Constant(NamedTuple):
    """A value's digest, whether it can change in place, and the classes of its parts."""

    digest: str
    mutable: bool
    classes: frozenset[type]


def constant(thing: Any) -> Constant | None:
    """Return how a value enters a code hash, or None where it isn't a plain value."""
    if isinstance(thing, enum.Enum):
        return Constant(
            digest_parts("enum", type_name(type(thing)), thing.name or repr(thing.value)),
            mutable=False,
            classes=frozenset({type(thing)}),
        )
    named = _named(thing)
    if named is not None:
        return Constant(digest_parts(type(thing).__qualname__, *named), mutable=False, classes=frozenset())
    if type(thing) in _ATOMS:
        return Constant(digest_parts(type(thing).__name__, repr(thing)), mutable=False, classes=frozenset())
    try:
        encoded = encode(thing)
    except (DataError, RecursionError):
        return None
    return Constant(encoded.digest, mutable=not isinstance(thing, tuple | frozenset), classes=encoded.classes)


def members(thing: Any, *, depth: int) -> list[tuple[str, Any]]:
    """Return (place, piece) of a container's pieces down to a depth; the thing itself if it is none."""
    if isinstance(thing, dict | types.MappingProxyType) and depth:
        pairs = cast("dict[Any, Any]", thing).items()
        inner = [
            (f"[{key!r}]" if isinstance(key, _ATOMS) else f"[{_name(key)}]", piece) for key, piece in pairs
        ]
        keys = [(f"[{_name(key)}].key", key) for key, _ in pairs if not isinstance(key, _ATOMS)]
        return [pair for name, piece in [*inner, *keys] for pair in _deeper(name, piece, depth)]
    if isinstance(thing, list | tuple | set | frozenset) and depth:
        items = list(cast("list[Any]", thing))
        if isinstance(thing, set | frozenset):
            items.sort(key=_name)
        return [pair for index, piece in enumerate(items) for pair in _deeper(f"[{index}]", piece, depth)]
    return [("", thing)]


def _deeper(name: str, piece: Any, depth: int) -> list[tuple[str, Any]]:
    return [(f"{name}{inner}", found) for inner, found in members(piece, depth=depth - 1)]


def _name(thing: Any) -> str:
    return getattr(thing, "__qualname__", None) or repr(thing)


def _named(thing: Any) -> tuple[str, ...] | None:  # noqa: PLR0911  one line a class
    """Return what tells two objects of a well-known library class apart."""
    if isinstance(thing, re.Pattern):
        return (repr(thing.pattern), str(thing.flags))
    if isinstance(thing, logging.Logger):
        return ("logger",)  # it writes; nothing a step returns depends on it
    if isinstance(thing, string.Template):
        return (thing.template,)
    if isinstance(thing, struct.Struct):
        return (thing.format,)
    if type(thing).__module__ == "zoneinfo":
        return (str(thing.key),)
    if isinstance(thing, operator.itemgetter | operator.attrgetter | operator.methodcaller | slice | range):
        return (repr(thing),)
    if (
        isinstance(thing, _TYPING)
        or type(thing).__module__ in {"typing", "typing_extensions"}
        or thing is NotImplemented
        or thing is ...
    ):
        return (_ADDRESS.sub("", repr(thing)),)
    return None
