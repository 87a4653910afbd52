"""A kept value as people and JSON see it, without the workflow's classes."""

import json
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast

from alongside.core.surrogates import has_stray, shown_json, stray_place

__all__ = ["bare", "plain", "seconds_of", "typed", "unwritable_place"]

_LEAVES: Mapping[str, Callable[[str], Any]] = {"decimal": Decimal, "date": date.fromisoformat}


def plain(data: bytes) -> Any:
    """Return an encoded value as plain JSON: dates and decimals as strings, dataclasses as objects."""
    return _plain(_read(data))


def bare(data: bytes) -> Any:
    """Return the same, with each extracted Value as the value alone."""
    return _plain(_unplaced(_read(data)))


def typed(data: bytes) -> Any:
    """Return the same as `bare`, but decimals and days as what they are: as checks compare them."""
    return _plain(_unplaced(_read(data), _LEAVES))


def seconds_of(duration: timedelta) -> int | float:
    """Return a duration in seconds: what a workflow that takes one is given."""
    seconds = duration.total_seconds()
    return int(seconds) if seconds.is_integer() else seconds


def unwritable_place(data: bytes, place: str) -> str | None:
    """Return where an encoded value holds text that no file can hold, None where it's nowhere. `place` is the whole's."""
    return stray_place(_plain(json.loads(data)), place) if has_stray(data.decode()) else None


def _read(data: bytes) -> Any:
    return json.loads(shown_json(data.decode()))


def _unplaced(tree: Any, leaves: Mapping[str, Callable[[str], Any]] | None = None) -> Any:
    """Return the tree with each Value as the value alone, and what has a tag of `leaves` as that makes it."""
    if isinstance(tree, list):
        return [_unplaced(item, leaves) for item in cast("list[Any]", tree)]
    if not isinstance(tree, dict):
        return tree
    node = cast("dict[str, Any]", tree)
    tag = str(node.get("$", ""))
    if tag == "value":
        return _unplaced(node["v"][0], leaves)
    if leaves and tag in leaves:
        return leaves[tag](node["v"])
    return {key: _unplaced(item, leaves) for key, item in node.items()}


def _plain(tree: Any) -> Any:
    if isinstance(tree, list):
        return [_plain(item) for item in cast("list[Any]", tree)]
    if not isinstance(tree, dict):
        return tree
    node = cast("dict[str, Any]", tree)
    tag = node.get("$")
    if tag is None:
        return {key: _plain(item) for key, item in node.items()}
    return _tagged(tag, node["v"])


def _tagged(tag: str, inner: Any) -> Any:  # noqa: PLR0911  one line a tag
    match tag:
        case "value":
            value, text, boxes, confidence, source, document = inner
            return {
                "value": _plain(value),
                "text": text,
                "boxes": boxes,
                "confidence": confidence,
                "source": source,
                "document": document,
            }
        case "dict":
            return {_key(key): _plain(item) for key, item in inner}
        case "file":
            return {"file": inner[1], "media_type": inner[2], "source": inner[0]}
        case "document" | "blob":
            return {tag: inner}
        case "datetime":
            return inner[0]
        case "purepath":
            return inner[1]
        case "timedelta":
            return seconds_of(timedelta(*inner))
        case _:
            return _plain(inner)


def _key(tree: Any) -> str:
    shown = _plain(tree)
    return shown if isinstance(shown, str) else json.dumps(shown)
