"""What a value of a kind looks like as JSON: empty, to be filled in, and as an example for whoever wrote something else."""

import json
from typing import Any

from alongside.core.answer_types import Kind

__all__ = ["asked_of", "skeleton_of"]

_EXAMPLES: dict[str, Any] = {"number": 12.5, "integer": 12, "date": "2026-03-14", "flag": True, "text": "…"}
_NAMES = {"list": "a list", "record": "a record", "mapping": "values by their names"}


def skeleton_of(kind: Kind) -> Any:
    """Return a value of the kind with nothing in it: each field of a record, one item of a list of records."""
    return _filled(kind, {})


def asked_of(kind: Kind) -> str:
    """Return what is asked for, with an example: `a list of rows, such as [{"item": "…"}]`; empty where anything is."""
    name = _NAMES.get(kind["kind"], "")
    if not name:
        return ""
    rows = " of rows" if kind.get("of", {}).get("kind") == "record" else ""
    return f"{name}{rows}, such as {json.dumps(_filled(kind, _EXAMPLES), ensure_ascii=False)}"


def _filled(kind: Kind, values: dict[str, Any]) -> Any:
    match kind["kind"]:
        case "record":
            return {name: _filled(inner, values) for name, inner in kind["fields"].items()}
        case "list":
            return [_filled(kind["of"], values)] if values or kind["of"]["kind"] == "record" else []
        case "mapping":
            return {"…": _filled(kind["of"], values)} if values else {}
        case "choice":
            return kind["of"][0] if values and kind["of"] else None
        case name:
            return values.get(name)
