"""A kept value as people and JSON see it, without the workflow's classes."""

import json
from typing import Any, cast

__all__ = ["bare", "plain"]


def plain(data: bytes) -> Any:
    """Return an encoded value as plain JSON: dates and decimals as strings, dataclasses as objects."""
    return _plain(json.loads(data))


def bare(data: bytes) -> Any:
    """Return the same, with each extracted Value as the value alone."""
    return _plain(_unplaced(json.loads(data)))


def _unplaced(tree: Any) -> Any:
    if isinstance(tree, list):
        return [_unplaced(item) for item in cast("list[Any]", tree)]
    if isinstance(tree, dict):
        node = cast("dict[str, Any]", tree)
        return (
            node["v"][0] if node.get("$") == "value" else {key: _unplaced(item) for key, item in node.items()}
        )
    return tree


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
        case _:
            return _plain(inner)


def _key(tree: Any) -> str:
    shown = _plain(tree)
    return shown if isinstance(shown, str) else json.dumps(shown)
