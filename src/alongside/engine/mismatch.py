"""An answer against the type that its workflow declares."""

import types
import typing
from collections.abc import Iterator
from functools import cache
from itertools import repeat
from typing import Any, Literal, get_args, get_origin

from alongside.core.annotations import (
    container_of,
    is_record,
    optional_keys,
    part_hints,
    record_hints,
    resolved,
)
from alongside.core.counting import counted
from alongside.core.input_types import shown_type
from alongside.core.value import Value

__all__ = ["is_choice", "mismatch", "shown"]

_SHOWN = 80


def mismatch(value: Any, hint: Any, *, place: str = "answer") -> str:  # noqa: PLR0911  one line a type
    """Return why a value isn't of the annotated type, or an empty string."""
    hint = resolved(hint)
    if hint is Any or hint is None or isinstance(hint, typing.TypeVar | str):
        return ""
    kind, arguments = get_origin(hint) or hint, get_args(hint)
    if kind in {typing.Union, types.UnionType}:
        reasons = [mismatch(value, part, place=place) for part in arguments]
        return "" if "" in reasons else f"the {place} is a {type(value).__name__}, not {hint}"
    if kind is Literal:
        return "" if is_choice(value, arguments) else f"the {place} is {shown(value)}, not {shown_type(hint)}"
    if not isinstance(kind, type) or getattr(kind, "_is_protocol", False):
        return ""
    if kind is float and type(value) is int:
        return ""
    own = dict if typing.is_typeddict(kind) else kind
    if not isinstance(value, own) or (kind is int and isinstance(value, bool)):
        return f"the {place} is a {type(value).__name__}, not {getattr(hint, '__name__', hint)}"
    inside = _parts(value, hint, place)
    reasons = (mismatch(part, expected, place=at) for part, expected, at in inside)
    return _lacking(value, kind, arguments, place) or next((reason for reason in reasons if reason), "")


def is_choice(value: Any, choices: tuple[Any, ...]) -> bool:
    """Whether a value is one of a Literal's, type for type."""
    return any(value == one and type(value) is type(one) for one in choices)


def shown(value: Any) -> str:
    """Return a value as a message shows it."""
    text = repr(value)
    return text if len(text) < _SHOWN else f"{text[: _SHOWN - 3]}…"


def _lacking(value: Any, kind: type, arguments: tuple[Any, ...], place: str) -> str:
    """Return why a tuple is too short or too long, or which key a typed dict lacks."""
    if kind is tuple and arguments and arguments[-1] is not ... and len(value) != len(arguments):
        return f"the {place} has {counted(len(value), 'item')}, not {len(arguments)}"
    if not typing.is_typeddict(kind):
        return ""
    lacking = sorted(typing.get_type_hints(kind).keys() - value.keys() - set(optional_keys(kind)))
    return f"the {place} lacks {lacking[0]!r}, which {kind.__name__} has" if lacking else ""


def _parts(value: Any, hint: Any, place: str) -> Iterator[tuple[Any, Any, str]]:
    """Yield what a value holds: each part, its annotation and its place. A typed dict's further keys are a subtype's (PEP 589)."""
    kind, (held, arguments) = get_origin(hint) or hint, container_of(hint)
    if kind is Value and arguments and value.value is not None:
        yield value.value, arguments[0], f"{place} value"
    elif held is dict and arguments:
        for key, item in value.items():
            yield key, arguments[0], f"{place}'s key {key!r}"
            yield item, arguments[1], f"{place}[{key!r}]"
    elif held is not None and arguments:
        fixed = held is tuple and arguments[-1] is not ...
        hints = arguments if fixed else repeat(arguments[0])
        items = zip(value, hints, strict=False)
        yield from ((item, expected, f"{place}[{index}]") for index, (item, expected) in enumerate(items))
    elif typing.is_typeddict(kind):
        hints = record_hints(hint).items()
        yield from ((value[name], one, f"{place}[{name!r}]") for name, one in hints if name in value)
    elif is_record(kind) and kind.__module__.partition(".")[0] != "alongside":
        fields = _fields(kind) if hint is kind else part_hints(hint)
        yield from ((getattr(value, name), one, f"{place}.{name}") for name, one in fields.items())


@cache
def _fields(kind: Any) -> dict[str, Any]:
    return part_hints(kind)
