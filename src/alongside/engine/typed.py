"""Plain JSON to a workflow's input types."""

import base64
import enum
import inspect
import types
import typing
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Literal, cast, get_args, get_origin
from uuid import UUID

from alongside.core.annotations import (
    container_of,
    is_named_tuple,
    is_record,
    optional_keys,
    record_hints,
    resolved,
)
from alongside.core.errors import DataError
from alongside.core.file import File
from alongside.core.input_types import shown_type
from alongside.engine.mismatch import is_choice, shown

__all__ = ["coerce"]

Load = Callable[[str], bytes]
_UNREAD = (TypeError, ValueError, InvalidOperation, KeyError, OverflowError)
_PARSED: dict[Any, Callable[[Any], Any]] = {
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
    time: time.fromisoformat,
    UUID: UUID,
    Path: Path,
}


_AS_JSON = {timedelta: "a number of seconds", bytes: "text in base64"}


class _OwnWordsError(DataError):
    """The parts are of the right types, and the class's own code refuses them."""


def coerce(value: Any, hint: Any, *, place: str, load: Load) -> Any:
    """Return `value` (plain JSON) as the annotated type. Raises DataError `input-type` naming the place."""
    hint = resolved(hint)
    try:
        return _coerce(value, hint, place, load)
    except _UNREAD as error:
        raise _refuse(place, f"is {shown(value)}, which is not {shown_type(hint)}", hint) from error


def _coerce(value: Any, hint: Any, place: str, load: Load) -> Any:  # noqa: PLR0911, C901  one line a type
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is Any or isinstance(hint, str | typing.TypeVar):
        return value
    if origin in {typing.Union, types.UnionType}:
        return _union(value, arguments, place, load)
    if hint is type(None) or hint is None:
        if value is not None:
            raise ValueError(place)
        return None
    if origin is Literal:
        return _choice(value, arguments)
    if hint is File:
        return File(value["file"], value["name"], value["media_type"], lambda: load(value["file"]))
    held, _ = container_of(hint)
    if held is dict:
        return _mapping(value, arguments, place, load)
    if held is not None:
        return _sequence(value, held, arguments, place, load)
    if hint is Decimal:
        return Decimal(str(value))
    if hint in _PARSED:
        return value if isinstance(value, hint) else _PARSED[hint](value)
    if hint is timedelta:
        return value if isinstance(value, timedelta) else timedelta(seconds=float(value))
    if hint is bytes:
        return _bytes(value, load)
    return _class(value, hint, place, load)


def _class(value: Any, hint: Any, place: str, load: Load) -> Any:
    kind = get_origin(hint) or hint
    if not inspect.isclass(kind):
        raise TypeError(place)
    if issubclass(kind, enum.Enum):
        return kind[value] if isinstance(value, str) and value in kind.__members__ else kind(value)
    if hasattr(kind, "model_validate"):
        return _made(lambda: cast("Any", kind).model_validate(value), place, hint)
    if is_record(kind):
        return _record(value, hint, place, load)
    if kind is float and type(value) is int:
        return float(value)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise TypeError(place)
    return value


def _bytes(value: Any, load: Load) -> bytes:
    """Return bytes, which JSON has as base64, or by the digest of what is kept of them (see `core.encoding`)."""
    if isinstance(value, Mapping):
        return load(cast("Mapping[str, str]", value)["blob"])
    return value if isinstance(value, bytes) else base64.b64decode(value, validate=True)


def _union(value: Any, arguments: tuple[Any, ...], place: str, load: Load) -> Any:
    if value is None and type(None) in arguments:
        return None
    refusals: list[DataError] = []
    for part in arguments:
        try:
            return _coerce(value, resolved(part), place, load)
        except DataError as refusal:
            refusals.append(refusal)
        except _UNREAD:
            continue
    own = [one for one in refusals if isinstance(one, _OwnWordsError)] or refusals
    if len(own) == 1:  # one part alone was meant; what it says is the reason
        raise own[0]
    raise ValueError(place)


def _sequence(
    value: Any, held: Callable[[Any], Any], arguments: tuple[Any, ...], place: str, load: Load
) -> Any:
    if not isinstance(value, list | tuple | set | frozenset):
        raise TypeError(place)
    items = list(cast("list[Any]", value))
    fixed = held is tuple and arguments[-1:] not in {(), (...,)}
    if fixed and len(items) != len(arguments):
        raise ValueError(place)
    hints = arguments if fixed else ((arguments or (Any,))[0],) * len(items)
    return held(
        coerce(item, hint, place=f"{place}[{index}]", load=load)
        for index, (item, hint) in enumerate(zip(items, hints, strict=True))
    )


def _mapping(value: Any, arguments: tuple[Any, ...], place: str, load: Load) -> Any:
    if not isinstance(value, Mapping):
        raise TypeError(place)
    of_key, of_item = arguments or (Any, Any)
    return {
        _key(key, resolved(of_key), f"{place}'s key {key}", load): coerce(
            item, of_item, place=f"{place}.{key}", load=load
        )
        for key, item in cast("Mapping[Any, Any]", value).items()
    }


def _key(key: Any, hint: Any, place: str, load: Load) -> Any:
    """Return a key; JSON has texts alone for keys."""
    if hint not in {int, float} or not isinstance(key, str):
        return coerce(key, hint, place=place, load=load)
    try:
        return hint(key)
    except ValueError as error:
        raise _refuse(place, f"is {shown(key)}, which is not {shown_type(hint)}", hint) from error


def _record(value: Any, hint: Any, place: str, load: Load) -> Any:
    kind = get_origin(hint) or hint
    if is_named_tuple(kind) and isinstance(value, list | tuple):
        value = dict(
            zip(
                kind._fields,
                cast("list[Any]", value),
                strict=len(cast("list[Any]", value)) > len(kind._fields),
            )
        )
    if not isinstance(value, Mapping):
        raise TypeError(place)
    given, hints = cast("Mapping[str, Any]", value), record_hints(hint)
    if unknown := sorted(set(given) - set(hints)):
        raise _refuse(place, f"has {unknown[0]}, which {shown_type(hint)} hasn't", hint)
    if lacking := [name for name in _needed(kind, hints) if name not in given]:
        raise _refuse(place, f"lacks {lacking[0]}, which {shown_type(hint)} has", hint)
    parts = {
        name: coerce(item, hints[name], place=f"{place}.{name}", load=load) for name, item in given.items()
    }
    return _made(lambda: kind(**parts), place, hint)


def _made(make: Callable[[], Any], place: str, hint: Any) -> Any:
    """Return what a class makes of its parts; what its own code says against them is why they are refused."""
    try:
        return make()
    except Exception as error:
        why = " ".join(str(error).split())
        told = f"{place} is refused by {shown_type(hint)}: {why or type(error).__name__}"
        raise _OwnWordsError("input-type", told, fix=f"give {place} as {shown_type(hint)}") from error


def _choice(value: Any, choices: tuple[Any, ...]) -> Any:
    """Return a Literal's value, of which an enum's member goes by its name or its value."""
    if is_choice(value, choices):
        return value
    members = [one for one in choices if isinstance(one, enum.Enum)]
    named = [one for one in members if value == one.name or is_choice(value, (one.value,))]
    if not named:
        raise ValueError(value)
    return named[0]


def _needed(kind: Any, hints: Mapping[str, Any]) -> list[str]:
    """Return the parts that a record can't be made without."""
    if typing.is_typeddict(kind):
        return sorted(set(hints) - set(optional_keys(kind)))
    takes = inspect.signature(kind).parameters.values()
    return [one.name for one in takes if one.default is one.empty and one.name in hints]


def _refuse(place: str, why: str, hint: Any) -> DataError:
    as_what = _AS_JSON.get(hint, shown_type(hint)) if isinstance(hint, type) else shown_type(hint)
    return DataError("input-type", f"{place} {why}", fix=f"give {place} as {as_what}")
