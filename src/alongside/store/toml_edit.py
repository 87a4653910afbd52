"""A value put into a parsed TOML document: tables and lists are changed inside, so the comments in them stay."""

import difflib
import json
from collections.abc import Callable, Mapping, MutableMapping, MutableSequence
from typing import Any, cast

__all__ = ["Way", "put", "put_whole"]

_Make = Callable[[Any], Any]
Way = Callable[[MutableMapping[str, Any], str, Any, _Make], None]
"""`put` or `put_whole`."""


def put(parent: MutableMapping[str, Any], key: str, value: Any, make: _Make) -> None:
    """Make `parent[key]` state a plain value; `make` returns the document's item for what is new.

    What in a table or in a list is as it was keeps its lines, its layout and its comments.
    """
    now: Any = parent.get(key)
    if _is_table(now) and _is_table(value):
        _put_table(now, value, make)
    elif isinstance(now, list) and isinstance(value, list) and not _holds_tables(cast("list[Any]", now)):
        _put_list(cast("list[Any]", now), cast("list[Any]", value), make)
    else:
        parent[key] = make(value)


def put_whole(parent: MutableMapping[str, Any], key: str, value: Any, make: _Make) -> None:
    """Make `parent[key]` a new item: for layouts that can't be changed inside."""
    parent[key] = make(value)


def _put_table(table: MutableMapping[str, Any], value: Mapping[str, Any], make: _Make) -> None:
    for key in [key for key in table if key not in value]:
        del table[key]
    for key, inner in value.items():
        if key not in table or _shape(table[key]) != _shape(inner):
            put(table, key, inner, make)


def _put_list(items: MutableSequence[Any], value: list[Any], make: _Make) -> None:
    """Change a list from its end on, so that what comes before keeps its place."""
    before, after = [_shape(one) for one in items], [_shape(one) for one in value]
    changes = difflib.SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes()
    for kind, first, last, start, end in reversed(changes):
        if kind == "equal":
            continue
        both = min(last - first, end - start)
        for at in reversed(range(first + both, last)):
            del items[at]
        for at, inner in enumerate(value[start : start + both], first):
            items[at] = make(inner)
        for at, inner in enumerate(value[start + both : end], first + both):
            items.insert(at, make(inner))


def _is_table(value: Any) -> bool:
    """Whether it is a table, and not what stands for nothing (`toml_literal`)."""
    if not isinstance(value, dict):
        return False
    keys = list(cast("dict[str, Any]", value))
    return len(keys) != 1 or not keys[0].startswith("null")


def _holds_tables(items: list[Any]) -> bool:
    return any(isinstance(one, dict) for one in items)


def _shape(value: Any) -> str:
    plain = value.unwrap() if hasattr(value, "unwrap") else value
    return json.dumps(plain, sort_keys=True, default=str)
