# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# What is walked here are live objects of any type.
"""Values that code holds: globals, defaults, class attributes."""

import dataclasses
import enum
import logging
import operator
import re
import string
import struct
import types
from collections.abc import Callable
from typing import Any, NamedTuple, cast

from alongside.core.digest import digest_parts
from alongside.core.encoding import encode
from alongside.core.errors import DataError
from alongside.core.type_names import type_name
from alongside.engine.code.hints import is_annotation, shown_hint
from alongside.engine.code.valued import changing, fixed, is_huge

__all__ = ["Constant", "constant", "is_encoded_whole", "members"]

_ATOMS = (str, int, float, bool, bytes, type(None), complex)
_DUNDER = re.compile(r"__\w+__")


class Constant(NamedTuple):
    """A value's digest, whether it can change in place, the classes of its parts, the attributes that its text names.

    `"{0.__doc__}".format(x)` reads one.
    """

    digest: str
    mutable: bool
    classes: frozenset[type]
    names: frozenset[str] = frozenset()


def constant(thing: Any, *, told: Callable[[str], str] | None = None) -> Constant | None:
    """Return how a value enters a code hash, or None where it isn't a plain value.

    `told` tells a text without the place of the version's tree, which isn't the same in the next version. Where it
    is left out the digest only serves to see whether the value changed, and no names are looked for.
    """
    library = _of_library(thing)
    if library is not None:
        return library
    if type(thing) in _ATOMS:
        text = told(repr(thing)) if told else repr(thing)
        return Constant(
            digest_parts(type(thing).__name__, text), mutable=False, classes=frozenset(), names=_names(text)
        )
    try:
        encoded = encode(thing)
    except (DataError, RecursionError):
        return None
    mutable = not isinstance(thing, tuple | frozenset)
    if told is None:
        return Constant(encoded.digest, mutable, encoded.classes)
    text = told(encoded.data.decode())
    return Constant(digest_parts(text), mutable, encoded.classes, _names(text))


def _of_library(thing: Any) -> Constant | None:
    """Return the constant that an object of a well-known library class is, None where it is of none."""
    if isinstance(thing, enum.Enum):
        told = digest_parts("enum", type_name(type(thing)), thing.name or repr(thing.value))
        return Constant(told, mutable=False, classes=frozenset({type(thing)}))
    now = None if is_huge(thing) else changing(thing)
    named = _named(thing) if now is None else now
    if named is None:
        return None
    told = digest_parts(type(thing).__qualname__, *named)
    return Constant(told, mutable=now is not None, classes=frozenset(), names=_names(" ".join(named)))


def _names(text: str) -> frozenset[str]:
    return frozenset(_DUNDER.findall(text)) if "__" in text else frozenset()


def is_encoded_whole(kind: type) -> bool:
    """Whether a class's encoded objects have all their attributes in it, or in the class as an enum's members have."""
    return (
        dataclasses.is_dataclass(kind) or issubclass(kind, enum.Enum) or hasattr(kind, "__pydantic_fields__")
    )


def members(thing: Any, *, depth: int) -> list[tuple[str, Any]]:
    """Return (place, piece) of a container's pieces down to a depth; the thing itself if it is none."""
    if isinstance(thing, dict | types.MappingProxyType) and depth:
        pairs = list(cast("dict[Any, Any]", thing).items())
        inner = [(_key(index, key), piece) for index, (key, piece) in enumerate(pairs)]
        keys = [
            (f"{_key(index, key)}.key", key)
            for index, (key, _) in enumerate(pairs)
            if type(key) not in _ATOMS
        ]
        return [pair for name, piece in [*inner, *keys] for pair in _deeper(name, piece, depth)]
    if isinstance(thing, list | tuple | set | frozenset) and depth:
        items = list(cast("list[Any]", thing))
        if isinstance(thing, set | frozenset):
            items.sort(key=_name)
        return [pair for index, piece in enumerate(items) for pair in _deeper(f"[{index}]", piece, depth)]
    return [("", thing)]


def _key(index: int, key: Any) -> str:
    return f"[{key!r}]" if type(key) in _ATOMS else f"[#{index}]"


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
    if type(thing) is string.Template:
        return (thing.template,)
    if type(thing) is struct.Struct:
        return (thing.format,)
    if type(thing).__module__ == "zoneinfo":
        return (str(thing.key),)
    if isinstance(thing, operator.itemgetter | operator.attrgetter | operator.methodcaller | slice | range):
        return (repr(thing),)
    if is_annotation(thing) or thing is NotImplemented or thing is ...:
        return (shown_hint(thing),)
    return fixed(thing)
