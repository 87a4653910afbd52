"""The kinds of value that an encoded answer shows."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from alongside.core.answer_types import ANYTHING, Kind

__all__ = ["kind_of_kept"]

_TAGS: Mapping[str, Kind] = {
    "decimal": {"kind": "number"},
    "float": {"kind": "number"},
    "date": {"kind": "date"},
    "datetime": {"kind": "date", "timed": True},
}


def kind_of_kept(kept: bytes) -> Kind:
    """Return the kind of an encoded answer, as far as it shows: what is empty in it may be anything."""
    return _kind_of_tree(json.loads(kept))


def _kind_of_tree(tree: Any) -> Kind:
    if isinstance(tree, list):
        items = cast("list[Any]", tree)
        return {"kind": "list", "of": _of_all([_kind_of_tree(item) for item in items])}
    return _kind_of_node(cast("dict[str, Any]", tree)) if isinstance(tree, dict) else _kind_of_scalar(tree)


def _kind_of_node(node: dict[str, Any]) -> Kind:
    match node.get("$"):
        case None:
            return _record(node) | {"open": True}
        case "value":
            return _kind_of_tree(node["v"][0])
        case "data" | "model":
            return _record(node["v"])
        case "named" if isinstance(node["v"], dict):
            return _record(cast("dict[str, Any]", node["v"]))
        case "tuple" if _alike(node["v"]):
            return _kind_of_tree(node["v"])
        case tag:
            return _TAGS.get(str(tag), ANYTHING)


def _of_all(kinds: Sequence[Kind]) -> Kind:
    """Return the kind of all of several values: what is empty in one may be seen in another; anything, where they differ."""
    seen = [kind for kind in kinds if kind != ANYTHING]
    first = seen[0] if seen else ANYTHING
    if all(kind == first for kind in seen):
        return first
    names = [list(kind.get("fields", ())) for kind in seen]
    if any(kind["kind"] != "record" or kind.get("open") != first.get("open") for kind in seen) or any(
        one != names[0] for one in names
    ):
        return ANYTHING
    return first | {"fields": {name: _of_all([kind["fields"][name] for kind in seen]) for name in names[0]}}


def _record(fields: dict[str, Any]) -> Kind:
    return {"kind": "record", "fields": {name: _kind_of_tree(inner) for name, inner in fields.items()}}


def _kind_of_scalar(tree: Any) -> Kind:
    """Return a number's or a text's kind; an int may stand where the answer has any number."""
    if isinstance(tree, bool):
        return {"kind": "flag"}
    if isinstance(tree, int | float):
        return {"kind": "number"}
    return {"kind": "text"} if isinstance(tree, str) else ANYTHING


def _alike(items: list[Any]) -> bool:
    return len({json.dumps(_kind_of_tree(item), sort_keys=True) for item in items}) <= 1
