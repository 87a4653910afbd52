"""`FIELD=VALUE` as people type it."""

import json
from collections.abc import Mapping
from typing import Any

from alongside.core.errors import UsageError

__all__ = ["stated"]


def stated(text: str, known: Mapping[str, Any]) -> tuple[str, Any]:
    """Return (field, value). An empty value is None: there is nothing to find.

    Where the value that is there now (`known`, by field) is neither text nor missing, the new one is read as JSON.
    """
    field, equals, value = text.partition("=")
    if not equals:
        raise UsageError("no-value", f"{text!r} states no value", fix=f"write {text}=VALUE")
    if not value:
        return field, None
    return field, value if isinstance(known.get(field), str | None) else _json(value)


def _json(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value
