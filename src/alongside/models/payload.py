"""JSON from a server that may send anything: read by what it should be, never trusted to be it."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

__all__ = ["listed", "mapped", "parsed", "string"]


def parsed(data: bytes | str, parse_float: type[float] | type[Decimal] = float) -> Any:
    """Return the JSON of `data`. Raises ValueError where it is none, or is nested too deeply to read."""
    try:
        return json.loads(data, parse_float=parse_float)
    except RecursionError:
        raise ValueError("JSON nested too deeply") from None


def mapped(value: object) -> Mapping[str, Any]:
    """Return a JSON object as it is, anything else as an empty one."""
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}


def listed(value: object) -> list[Any]:
    """Return a JSON array as it is, anything else as an empty one."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def string(value: object) -> str:
    """Return a JSON string as it is, anything else as an empty one."""
    return value if isinstance(value, str) else ""
