"""A value that a person states, against the kind of value that the answer holds in its place."""

import json
from typing import Any, cast

from alongside.core.errors import UsageError
from alongside.evals.answer import MISSING
from alongside.evals.readings import read_date, read_number

__all__ = ["check_stated"]


def check_stated(kept: bytes, field: str, stated: Any) -> None:
    """Raise UsageError `stated-value` where a number or a date is corrected by what is none.

    `kept` is the encoded answer. Where it has nothing in that place, anything may be stated.
    """
    kind = "" if not field or stated in (None, MISSING) else _kind(json.loads(kept), field.split("."))
    if (kind == "number" and read_number(stated) is None) or (kind == "date" and read_date(stated) is None):
        raise UsageError(
            "stated-value",
            f"{field} is a {kind}, and {stated!r} is none",
            fix=f"state it as {'12.50' if kind == 'number' else '2026-03-14'}",
        )


def _kind(tree: Any, path: list[str]) -> str:
    inner = _inside(tree)
    if not path:
        if isinstance(inner, bool) or not isinstance(inner, int | float | dict):
            return ""
        tag = "decimal" if isinstance(inner, int | float) else cast("dict[str, Any]", inner).get("$")
        return {"decimal": "number", "date": "date", "datetime": "date"}.get(str(tag), "")
    if isinstance(inner, dict):
        node = cast("dict[str, Any]", inner)
        fields = node.get("v") if "$" in node else node
        return _kind(fields[path[0]], path[1:]) if isinstance(fields, dict) and path[0] in fields else ""
    if isinstance(inner, list) and path[0].isdecimal():
        items = cast("list[Any]", inner)
        return _kind(items[int(path[0])], path[1:]) if int(path[0]) < len(items) else ""
    return ""


def _inside(tree: Any) -> Any:
    """Return what an extracted Value holds."""
    if isinstance(tree, dict) and (node := cast("dict[str, Any]", tree)).get("$") == "value":
        return node["v"][0]
    return cast("Any", tree)
