"""A workflow's answer as checks see it: Values unwrapped, fields found by dotted paths, plain JSON where needed."""

import base64
import dataclasses
import enum
import json
import sys
from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta
from pathlib import PurePath
from typing import Any, cast

from alongside.core.plain import seconds_of
from alongside.core.value import Value

__all__ = ["MISSING", "Missing", "answer_fields", "citations", "find", "is_record", "to_json", "unwrap"]


class Missing(enum.Enum):
    """The one thing that no field holds."""

    FIELD = enum.auto()


MISSING = Missing.FIELD


def find(answer: object, path: str) -> Any:
    """Return what stands at a dotted path (`lines.0.amount`; empty: the whole answer), Values and all, or MISSING.

    A key that holds dots itself is found whole before it is taken apart.
    """
    if not path:
        return answer
    inner = _step(answer, path)
    if inner is not MISSING:
        return inner
    head, dot, rest = path.partition(".")
    below = _step(answer, head) if dot else MISSING
    return MISSING if below is MISSING else find(below, rest)


def unwrap(value: object) -> Any:
    """Return the value as plain Python: dataclasses, pydantic models and named tuples as dicts, Values as what they hold."""
    if isinstance(value, Value):
        return unwrap(cast("Value[object]", value).value)
    if is_record(value):
        return {name: unwrap(inner) for name, inner in _items(value)}
    if isinstance(value, list | tuple):
        return [unwrap(item) for item in cast("list[object]", value)]
    if isinstance(value, set | frozenset):
        items = [unwrap(item) for item in cast("set[object]", value)]
        return items if any(isinstance(item, dict | list) for item in items) else frozenset(items)
    return value


def to_json(value: object) -> Any:
    """Return the value as JSON holds it: dates as ISO 8601, durations in seconds, bytes as base64, sets as sorted lists.

    Decimals and whatever else are text.
    """
    plain = unwrap(value)
    match plain:
        case dict():
            return {name: to_json(inner) for name, inner in cast("dict[str, Any]", plain).items()}
        case list():
            return [to_json(item) for item in cast("list[Any]", plain)]
        case frozenset():
            return sorted((to_json(item) for item in cast("frozenset[Any]", plain)), key=repr)
        case _:
            return _json_leaf(plain)


def _json_leaf(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return to_json(value.value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return seconds_of(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value if isinstance(value, bool | int | float | str | None) else str(value)


def answer_fields(answer: object) -> list[str]:
    """Return the names of the answer's fields; none where it isn't a record."""
    inner = cast("Value[object]", answer).value if isinstance(answer, Value) else answer
    return [name for name, _ in _items(inner)] if is_record(inner) else []


def is_record(value: object) -> bool:
    """Whether the value has named fields."""
    if isinstance(value, type | PurePath):
        return False
    return (
        isinstance(value, Mapping) or dataclasses.is_dataclass(value) or _is_named(value) or _is_model(value)
    )


def citations(value: object) -> Iterator[Value[Any]]:
    """Yield every Value in an answer."""
    if isinstance(value, Value):
        yield cast("Value[Any]", value)
    elif is_record(value):
        for _, inner in _items(value):
            yield from citations(inner)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in cast("list[object]", value):
            yield from citations(item)


def _step(value: object, key: str) -> Any:
    inner = cast("Value[object]", value).value if isinstance(value, Value) else value
    if is_record(inner):
        return dict(_items(inner)).get(key, MISSING)
    if isinstance(inner, list | tuple) and key.isdecimal():
        items = cast("list[object]", inner)
        return items[int(key)] if int(key) < len(items) else MISSING
    return MISSING


def _items(record: Any) -> list[tuple[str, Any]]:
    if isinstance(record, Mapping):
        return [(_key(key), value) for key, value in cast("Mapping[Any, Any]", record).items()]
    if dataclasses.is_dataclass(record):
        return [(field.name, getattr(record, field.name)) for field in dataclasses.fields(record)]
    if _is_named(record):
        return list(record._asdict().items())
    fields: dict[str, Any] = cast("Any", type(record)).model_fields
    return [(name, getattr(record, name)) for name in fields]


def _key(key: object) -> str:
    """Return a mapping's key as `core.plain` does: a member by its name, anything else that is no text as JSON."""
    told = key.name if isinstance(key, enum.Enum) else to_json(key)
    return told if isinstance(told, str) else json.dumps(told)


def _is_named(value: Any) -> bool:
    return hasattr(value, "_asdict") and isinstance(value, tuple)


def _is_model(value: object) -> bool:
    pydantic = sys.modules.get("pydantic")
    return pydantic is not None and isinstance(value, pydantic.BaseModel)
