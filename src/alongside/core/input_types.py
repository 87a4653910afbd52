"""What a workflow takes, as JSON tells it: of each input its kind, what may be chosen, what it is when left out, its parts."""

import dataclasses
import enum
import inspect
import math
import types
import typing
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, cast
from uuid import UUID

from alongside.core.annotations import container_of, is_record, optional_keys, record_hints, resolved
from alongside.core.file import File

__all__ = ["Input", "example_of", "file_inputs", "input_of", "label_of", "misfit", "shown_type"]

Input = dict[str, Any]
"""`{"type", "kind", "required"}`. `type` is as written in Python, `kind` one of file, text, flag, integer, number, decimal, date,
moment, time, uuid, choice with `options` (`[{"value", "label"}]`), list with `of`, record with `fields` (an Input by name), or any: plain
JSON. `optional` where it may be null. `default`, as JSON, where it may be left out and that can be said in JSON."""

_KINDS: tuple[tuple[type, str], ...] = (  # in this order: true is an int, a moment is a date
    (File, "file"),
    (bool, "flag"),
    (int, "integer"),
    (float, "number"),
    (Decimal, "decimal"),
    (timedelta, "number"),  # seconds
    (datetime, "moment"),
    (date, "date"),
    (time, "time"),
    (str, "text"),
    (UUID, "uuid"),
)
_DEEPEST = 5
_NOT_SAID = inspect.Parameter.empty
_EXAMPLES: dict[str, Any] = {
    "text": "…", "integer": 1, "number": 1.5, "decimal": "12.50", "flag": True, "date": "2026-03-14", "moment": "2026-03-14T09:30", "time": "09:30",
    "uuid": "123e4567-e89b-12d3-a456-426614174000", "any": {},
}  # fmt: skip


def input_of(hint: Any, default: Any = _NOT_SAID, *, depth: int = 0) -> Input:
    """Return how an annotated input is asked for."""
    inner, optional = _without_none(resolved(hint))
    told: Input = {"type": shown_type(hint), **_kind(inner, depth), "required": default is _NOT_SAID}
    if optional:
        told["optional"] = True
    if default is not _NOT_SAID and (said := _json(default)) is not _NOT_SAID:
        told["default"] = said
    return told


def shown_type(hint: Any) -> str:
    """Return an annotation as it is written: `File | None`, `list[str]`, `Literal['S', 'M']`."""
    if hint is type(None) or hint is None:
        return "None"
    if isinstance(hint, type) and not typing.get_args(hint):
        return hint.__name__
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in {typing.Union, types.UnionType}:
        return " | ".join(shown_type(one) for one in arguments)
    if origin is Literal:
        return f"Literal[{', '.join(repr(one) for one in arguments)}]"
    if origin is not None and arguments:
        name = getattr(origin, "__name__", str(origin))
        return f"{name}[{', '.join('...' if one is ... else shown_type(one) for one in arguments)}]"
    return getattr(hint, "__name__", None) or str(hint).replace("typing.", "")


def file_inputs(takes: Mapping[str, Input]) -> Iterator[str]:
    """Yield the inputs that are one file, whether or not they may be left out."""
    return (name for name, one in takes.items() if one["kind"] == "file")


def example_of(told: Input) -> Any:
    """Return an example of an input as JSON, by its shape."""
    match told["kind"]:
        case "choice":
            return told["options"][0]["value"] if told["options"] else None
        case "list":
            return [example_of(told["of"])]
        case "record":
            return {name: example_of(one) for name, one in told["fields"].items()}
        case kind:
            return _EXAMPLES.get(kind)


def misfit(value: Any, told: Input, *, place: str) -> str:
    """Return why JSON isn't what an input takes, in words for whoever wrote it; empty where it is."""
    if value is None:
        return "" if told.get("optional") or told["kind"] == "any" else f"{place} is missing"
    match told["kind"]:
        case "record":
            return _misfit_of_record(value, told["fields"], place)
        case "list":
            if not isinstance(value, list):
                return f"{place} is not a list"
            items = enumerate(cast("list[Any]", value), 1)
            found = (misfit(item, told["of"], place=f"{place} {at}") for at, item in items)
            return next((why for why in found if why), "")
        case kind:
            return "" if _fits(value, kind, told) else f"{place} is not {_WORDS.get(kind, kind)}"


_WORDS = {
    "text": "a text", "flag": "true or false", "integer": "a whole number", "number": "a number", "decimal": "a number", "date": "a date, such as 2026-03-14",
    "moment": "a date and a time, such as 2026-03-14T09:30", "time": "a time, such as 09:30", "uuid": "an id", "choice": "one of the choices",
    "file": "a file",
}  # fmt: skip


def _misfit_of_record(value: Any, fields: Mapping[str, Input], place: str) -> str:
    if not isinstance(value, dict):
        return f"{place} is not a record"
    given = cast("dict[str, Any]", value)
    unknown = next((name for name in given if name not in fields), None)
    if unknown is not None:
        return f"{place} has no {unknown}"
    missing = next((name for name, one in fields.items() if one["required"] and name not in given), None)
    if missing is not None:
        return f"{place}: {missing} is missing"
    found = (misfit(inner, fields[name], place=f"{place}: {name}") for name, inner in given.items())
    return next((why for why in found if why), "")


def _fits(value: Any, kind: str, told: Input) -> bool:  # noqa: PLR0911  one line a kind
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    match kind:
        case "text":
            return isinstance(value, str)
        case "flag":
            return isinstance(value, bool)
        case "integer":
            return is_number and isinstance(value, int)
        case "number":
            return is_number
        case "decimal":
            return is_number or (isinstance(value, str) and _reads(Decimal, value))
        case "date" | "moment" | "time" | "uuid":
            kinds = {"date": date.fromisoformat, "moment": datetime.fromisoformat, "time": time.fromisoformat}
            read = kinds.get(kind, UUID)
            return isinstance(value, str) and _reads(read, value)
        case "choice":
            return any(value in (one["value"], one.get("also")) for one in told["options"])
        case _:
            return True


def _reads(read: Any, text: str) -> bool:
    try:
        read(text)
    except (ValueError, InvalidOperation):
        return False
    return True


def _kind(hint: Any, depth: int) -> Input:
    origin, (held, arguments) = typing.get_origin(hint), container_of(hint)
    if origin is Literal:
        return _choice(arguments)
    if held not in {None, dict, tuple} and depth < _DEEPEST:
        return {"kind": "list", "of": input_of(arguments[0] if arguments else Any, depth=depth + 1)}
    kind = origin or hint
    return _kind_of_class(kind, hint, depth) if isinstance(kind, type) else {"kind": "any"}


def _kind_of_class(kind: type[Any], hint: Any, depth: int) -> Input:
    if issubclass(kind, enum.Enum):
        return {"kind": "choice", "options": [_option(one) for one in kind]}
    if kind is not File and depth < _DEEPEST and is_record(kind):
        return _record(kind, hint, depth)
    return {"kind": next((name for one, name in _KINDS if issubclass(kind, one)), "any")}


def _choice(values: tuple[Any, ...]) -> Input:
    """Return a choice of literals; bytes are no JSON, so nothing is said of them."""
    if any(isinstance(one, bytes) for one in values):
        return {"kind": "any"}
    options = [
        _option(one) if isinstance(one, enum.Enum) else {"value": one, "label": str(one)} for one in values
    ]
    return {"kind": "choice", "options": options}


def label_of(member: enum.Enum) -> str:
    """Return a member as people read it: its value where that is a text, else its name."""
    return member.value if isinstance(member.value, str) else member.name


def _option(member: enum.Enum) -> dict[str, Any]:
    """Return a member by its name; `also` is its value, by which it goes too where that is JSON."""
    value: Any = member.value
    also = {"also": value} if isinstance(value, str | int) else {}
    return {"value": member.name, "label": label_of(member), **also}


def _record(kind: Any, hint: Any, depth: int) -> Input:
    try:
        hints = record_hints(hint)
    except (NameError, TypeError):
        return {"kind": "any"}
    fields = {
        name: input_of(hints[name], default, depth=depth + 1) | {"required": required}
        for name, default, required in _asked_for(kind, hints)
    }
    return {"kind": "record", "fields": fields}


def _asked_for(kind: Any, hints: Mapping[str, Any]) -> Iterator[tuple[str, Any, bool]]:
    """Yield of each part that a record is made of its name, its default, and whether it is needed."""
    if typing.is_typeddict(kind):
        optional = optional_keys(kind)
        yield from ((name, _NOT_SAID, name not in optional) for name in hints)
        return
    fields = dataclasses.fields(kind) if dataclasses.is_dataclass(kind) else ()
    made = {one.name for one in fields if one.default_factory is not dataclasses.MISSING}
    for one in inspect.signature(cast("Any", kind)).parameters.values():
        if one.name in hints:
            yield one.name, _NOT_SAID if one.name in made else one.default, one.default is one.empty


def _without_none(hint: Any) -> tuple[Any, bool]:
    if typing.get_origin(hint) not in {typing.Union, types.UnionType}:
        return hint, False
    arguments = typing.get_args(hint)
    others = [one for one in arguments if one is not type(None)]
    return (others[0] if len(others) == 1 else hint), len(others) < len(arguments)


def _json(value: Any) -> Any:
    """Return a default as JSON, or what stands for nothing said where it has no JSON."""
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset):
        items = [_json(one) for one in cast("list[Any]", value)]
        return _NOT_SAID if _NOT_SAID in items else items
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {one.name: _json(getattr(value, one.name)) for one in dataclasses.fields(value)}
        return _NOT_SAID if _NOT_SAID in fields.values() else fields
    is_json = value is None or isinstance(value, bool | int | str)
    return value if is_json or (isinstance(value, float) and math.isfinite(value)) else _NOT_SAID
