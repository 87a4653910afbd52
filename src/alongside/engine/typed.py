"""Plain JSON to a workflow's input types, and its answer against its output type."""

import dataclasses
import enum
import inspect
import types
import typing
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Literal, cast
from uuid import UUID

from alongside.core.errors import DataError
from alongside.core.file import File
from alongside.core.value import Value

__all__ = ["coerce", "mismatch"]

Load = Callable[[str], bytes]
_PARSED: dict[Any, Callable[[Any], Any]] = {
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
    time: time.fromisoformat,
    UUID: UUID,
    Path: Path,
}


def coerce(value: Any, hint: Any, *, place: str, load: Load) -> Any:
    """Return `value` (plain JSON) as the annotated type. Raises DataError `input-type` naming the place."""
    try:
        return _coerce(value, hint, place, load)
    except (TypeError, ValueError, InvalidOperation, KeyError) as error:
        raise _refuse(place, value, hint) from error


def mismatch(value: Any, hint: Any, *, place: str = "answer") -> str:
    """Return why a value isn't of the annotated type, or an empty string."""
    if hint is Any or hint is None or isinstance(hint, typing.TypeVar | str):
        return ""
    origin = typing.get_origin(hint)
    if origin in {typing.Union, types.UnionType}:
        reasons = [mismatch(value, part, place=place) for part in typing.get_args(hint)]
        return "" if "" in reasons else f"the {place} is a {type(value).__name__}, not {hint}"
    kind = origin or hint
    if not isinstance(kind, type):
        return ""
    if kind is float and type(value) is int:
        return ""
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        return f"the {place} is a {type(value).__name__}, not {getattr(hint, '__name__', hint)}"
    return _inner_mismatch(value, kind, typing.get_args(hint), place)


def _inner_mismatch(value: Any, kind: type, arguments: tuple[Any, ...], place: str) -> str:
    if kind is Value:
        hint = arguments[0] if arguments else Any
        return "" if value.value is None else mismatch(value.value, hint, place=f"{place} value")
    if kind in {list, set, frozenset} and arguments:
        reasons = (
            mismatch(item, arguments[0], place=f"{place}[{index}]") for index, item in enumerate(value)
        )
        return next((reason for reason in reasons if reason), "")
    if kind is dict and arguments:
        reasons = (mismatch(item, arguments[1], place=f"{place}[{key!r}]") for key, item in value.items())
        return next((reason for reason in reasons if reason), "")
    if dataclasses.is_dataclass(kind) and kind.__module__.partition(".")[0] != "alongside":
        hints = typing.get_type_hints(kind)
        reasons = (
            mismatch(getattr(value, name), hint, place=f"{place}.{name}") for name, hint in hints.items()
        )
        return next((reason for reason in reasons if reason), "")
    return ""


def _coerce(value: Any, hint: Any, place: str, load: Load) -> Any:  # noqa: PLR0911, C901  one line a type
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any or isinstance(hint, str | typing.TypeVar):
        return value
    if origin in {typing.Union, types.UnionType}:
        return _union(value, arguments, place, load)
    if hint is type(None) or hint is None:
        if value is not None:
            raise ValueError(place)
        return None
    if origin is Literal:
        if not any(value == one and type(value) is type(one) for one in arguments):
            raise ValueError(place)
        return value
    if hint is File:
        return File(value["file"], value["name"], value["media_type"], lambda: load(value["file"]))
    if origin in {list, set, frozenset, tuple}:
        return _sequence(value, origin, arguments, place, load)
    if origin is dict:
        return {
            key: coerce(item, arguments[1], place=f"{place}.{key}", load=load) for key, item in value.items()
        }
    if hint is Decimal:
        return Decimal(str(value))
    if hint in _PARSED:
        return value if isinstance(value, hint) else _PARSED[hint](value)
    if hint is timedelta:
        return timedelta(seconds=float(value))
    return _class(value, hint, place, load)


def _class(value: Any, hint: Any, place: str, load: Load) -> Any:
    if not inspect.isclass(hint):
        return value
    if issubclass(hint, enum.Enum):
        return hint[value] if isinstance(value, str) and value in hint.__members__ else hint(value)
    if hasattr(hint, "model_validate"):
        return cast("Any", hint).model_validate(value)
    if dataclasses.is_dataclass(hint):
        return _dataclass(value, hint, place, load)
    if hint is float and type(value) is int:
        return float(value)
    if not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
        raise TypeError(place)
    return value


def _union(value: Any, arguments: tuple[Any, ...], place: str, load: Load) -> Any:
    if value is None and type(None) in arguments:
        return None
    for part in arguments:
        try:
            return _coerce(value, part, place, load)
        except (TypeError, ValueError, InvalidOperation, KeyError, DataError):
            continue
    raise ValueError(place)


def _sequence(
    value: Any, origin: Callable[[Any], Any], arguments: tuple[Any, ...], place: str, load: Load
) -> Any:
    if not isinstance(value, list | tuple | set | frozenset):
        raise TypeError(place)
    items = list(cast("list[Any]", value))
    fixed = origin is tuple and arguments[-1] is not ...
    hints = arguments if fixed else (arguments[0],) * len(items)
    return origin(
        coerce(item, hint, place=f"{place}[{index}]", load=load)
        for index, (item, hint) in enumerate(zip(items, hints, strict=True))
    )


def _dataclass(value: Any, kind: type, place: str, load: Load) -> Any:
    if not isinstance(value, Mapping):
        raise TypeError(place)
    given = cast("Mapping[str, Any]", value)
    hints = typing.get_type_hints(kind)
    unknown = sorted(set(given) - set(hints))
    if unknown:
        raise ValueError(f"{place}.{unknown[0]}")
    return kind(
        **{
            name: coerce(item, hints[name], place=f"{place}.{name}", load=load)
            for name, item in given.items()
        }
    )


def _refuse(place: str, value: Any, hint: Any) -> DataError:
    shown = repr(value)
    return DataError(
        "input-type",
        f"{place} is {shown if len(shown) < 80 else shown[:77] + '…'}, which is not {getattr(hint, '__name__', hint)}",  # noqa: PLR2004
        fix=f"give {place} as {getattr(hint, '__name__', hint)}",
    )
